"""A register to take away, as print or as .xlsx, and the year's archive; behind the gate, made when asked for and kept nowhere."""

from datetime import date
from typing import Final

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services import clock
from services.registers import papers, shelf
from services.registers.papers import File
from services.words import LANGUAGES, words
from ui.house import house
from ui.staff.bindery import bindery
from ui.staff.files import NOT_FOUND, PDF, XLSX, ZIP, asked, bundle, download, keeper

_MOST_DAYS: Final = 366 * 20
# A thick register is work and memory: one after the other, however often the link is tapped.
_one_by_one: Final = CapacityLimiter(1)


async def register(request: Request) -> Response:
    """Hand over one register for a period; a thick print comes as its volumes in an archive."""
    by, number, ending = keeper(request), request.path_params["number"], request.path_params["ending"]
    span = _span(request)
    if by is None or span is None or number not in shelf.REGISTERS or ending not in {"pdf", "xlsx"}:
        return NOT_FOUND
    facts = {"register": number, "since": span[0], "until": span[1], "hall": house().hall.name, "at": clock.now(), "by": by}
    if ending == "xlsx":
        made = await asked(papers.table, queue=_one_by_one, **facts)
        return download(made.made, made.name, XLSX) if isinstance(made, File) else NOT_FOUND
    printed = await asked(papers.printed, queue=_one_by_one, **facts)
    return bundle([(file.name, file.made) for file in printed], PDF) if printed else NOT_FOUND


async def bound(request: Request) -> Response:
    """Hand over the archive that was made: of a year, or of one thick register."""
    found = await to_thread.run_sync(bindery.fetch) if keeper(request) is not None else None
    if found is None:
        return NOT_FOUND
    work, made = found
    if work.register:
        return download(made, f"{papers.stem(work.register, work.since, work.until)}.zip", ZIP)
    return download(made, f"{house().hall.name}-{words(LANGUAGES[0]).say('registers.title')}-{work.since.year}.zip", ZIP)


def _span(request: Request) -> tuple[date, date] | None:
    try:
        since, until = (date.fromisoformat(request.query_params[name]) for name in ("since", "until"))
    except (KeyError, ValueError):
        return None
    return (since, until) if 0 < (until - since).days <= _MOST_DAYS else None


ROUTES: Final = [Route("/desk/registers/bound.zip", bound), Route("/desk/registers/{number}.{ending}", register)]
