"""A notice's poster and picture, and the photos that prove its posting: behind the gate, made when asked for."""

from typing import Any, Final
from uuid import UUID

from anyio import to_thread
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services import clock, closure_papers, closure_register, photos
from services.closure_register import Entry
from services.journal import Actor
from services.words import words
from ui.house import house
from ui.staff.files import NOT_FOUND, PDF, asked, keeper, lang_of

_NO_STORE: Final = {"Cache-Control": "no-store"}


async def paper(request: Request) -> Response:
    """Hand over one version of a notice: A3 or A4 to print, or the picture for the group."""
    by, (closure_id, version, size) = keeper(request), _named(request)
    ending = request.path_params["ending"]
    if by is None or closure_id is None or (size, ending) not in {("a3", "pdf"), ("a4", "pdf"), ("png", "png")}:
        return NOT_FOUND
    found = await asked(_read, closure_id=closure_id, by=by)
    of_version = next((one for one in found[0].versions if one.version == version), None) if found else None
    if found is None or of_version is None:
        return NOT_FOUND
    entry, colours = found
    facts: dict[str, Any] = {"colours": colours} | ({} if size == "png" else {"size": size})
    make = closure_papers.picture if size == "png" else closure_papers.poster
    made = await to_thread.run_sync(lambda: make(entry, of_version, house().hall.name, words(lang_of(request)), **facts))
    return Response(made, media_type="image/png" if size == "png" else PDF, headers=_NO_STORE)


async def photo(request: Request) -> Response:
    """Hand over a photo of a posting."""
    by = keeper(request)
    try:
        photo_id = UUID(request.path_params["photo_id"])
    except ValueError:
        return NOT_FOUND
    jpeg = await asked(photos.jpeg, photo_id=photo_id, by=by) if by else None
    return Response(jpeg, media_type="image/jpeg", headers=_NO_STORE) if jpeg else NOT_FOUND


def _named(request: Request) -> tuple[UUID | None, int, str]:
    version, _, size = request.path_params["name"].partition("-")
    try:
        return UUID(request.path_params["closure_id"]), int(version), size
    except ValueError:
        return None, 0, ""


def _read(session: Session, *, closure_id: UUID, by: Actor) -> tuple[Entry, dict[str, str]]:
    return closure_register.entry(session, closure_id=closure_id, at=clock.now(), by=by), closure_papers.colours(session, by=by)


ROUTES: Final = [Route("/desk/closure/photo/{photo_id}.jpg", photo), Route("/desk/closure/{closure_id}/{name}.{ending}", paper)]
