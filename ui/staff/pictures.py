"""Photos that were kept and 剔旧 lists to sign, behind the gate and nowhere else."""

from typing import Final
from uuid import UUID

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services import photos, weeding, weeding_papers
from services.words import LANGUAGES, words
from ui.house import house
from ui.staff.files import NOT_FOUND, PDF, XLSX, asked, download, keeper


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


async def weeding_list(request: Request) -> Response:
    """Hand over a 剔旧 list, to be signed or as it was signed."""
    by, ending = keeper(request), request.path_params["ending"]
    try:
        weeding_id = UUID(request.path_params["weeding_id"])
    except ValueError:
        return NOT_FOUND
    sheet = await asked(weeding.sheet, weeding_id=weeding_id, by=by) if by and ending in {"pdf", "xlsx"} else None
    if not isinstance(sheet, weeding.Sheet):
        return NOT_FOUND
    spoken = words(LANGUAGES[0])
    make, kind = (weeding_papers.pdf, PDF) if ending == "pdf" else (weeding_papers.workbook, XLSX)
    made = await to_thread.run_sync(make, sheet, house().hall.name, spoken)
    return download(made, f"{spoken.say('weeding.title')}-{sheet.number}.{ending}", kind)


ROUTES: Final = [Route("/desk/photo/{photo_id}.jpg", photo), Route("/desk/registers/weeding/{weeding_id}.{ending}", weeding_list)]
