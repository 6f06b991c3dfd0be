"""Photos that were kept, behind the gate and nowhere else."""

from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services import photos
from ui.staff.files import NOT_FOUND, asked, keeper


async def photo(request: Request) -> Response:
    """Hand a photo over to who keeps the desk; nobody else's machine keeps a copy."""
    by = keeper(request)
    try:
        photo_id = UUID(request.path_params["photo_id"])
    except ValueError:
        return NOT_FOUND
    made = await asked(photos.jpeg, photo_id=photo_id, by=by) if by else None
    if not made:
        return NOT_FOUND
    return Response(made, media_type="image/jpeg", headers={"Cache-Control": "private, no-store", "Content-Disposition": "inline"})


ROUTES: Final = [Route("/desk/photo/{photo_id}.jpg", photo)]
