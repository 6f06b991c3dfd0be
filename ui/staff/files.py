"""Papers and tables to take away, behind the gate; each is made when it is asked for and kept nowhere."""

import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any, Final, TypeVar
from urllib.parse import quote
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from models import ActorKind
from services import clock, own_data, own_data_papers, plates, stocktake, stocktake_papers
from services.imports import templates
from services.imports.columns import Kind
from services.journal import Actor
from services.words import LANGUAGES, words
from ui.house import ask, house
from ui.staff.gate import signed_of

T = TypeVar("T")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
PDF: Final = "application/pdf"
ZIP: Final = "application/zip"
NOT_FOUND: Final = PlainTextResponse("Not found", status_code=404)


def keeper(request: Request) -> Actor | None:
    """Give who asks, if they keep the desk."""
    signed = signed_of(request.scope)
    if not signed.keeps_the_desk or signed.hall_id is None:
        return None
    return Actor(ActorKind.STAFF, signed.hall_id, staff_id=signed.staff_id, device="tablet")


def lang_of(request: Request) -> str:
    """Give the language a link was drawn in."""
    lang = request.query_params.get("lang", LANGUAGES[0])
    return lang if lang in LANGUAGES else LANGUAGES[0]


async def asked(question: Callable[..., T], *, queue: CapacityLimiter | None = None, **facts: Any) -> T | None:
    """Ask off the loop, in a queue if one is given; None for what is refused or breaks."""
    answer = await to_thread.run_sync(lambda: ask(question, **facts), limiter=queue)
    return None if isinstance(answer, Exception) or type(answer).__name__ == "Trouble" else answer  # type: ignore[return-value]


def download(made: bytes, name: str, kind: str) -> Response:
    """Hand a file over under a Chinese name."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}", "Cache-Control": "no-store"}
    return Response(made, media_type=kind, headers=headers)


def bundle(files: Sequence[tuple[str, bytes]], kind: str) -> Response:
    """Hand one file over as it is, several as an archive under the first one's name."""
    if len(files) == 1:
        return download(files[0][1], files[0][0], kind)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, made in files:
            archive.writestr(name, made)
    return download(packed.getvalue(), f"{files[0][0].rpartition('.')[0]}.zip", ZIP)


async def template(request: Request) -> Response:
    """Hand over an empty table to fill in."""
    kind = request.path_params["kind"]
    if keeper(request) is None or kind not in set(Kind):
        return NOT_FOUND
    say = words(lang_of(request)).say
    name = f"{say('staff.import.template')}-{say(f'import.kind.{kind}')}"
    if request.path_params["ending"] == "csv":
        return download(templates.comma_separated(Kind(kind)), f"{name}.csv", CSV)
    made = await to_thread.run_sync(templates.workbook, Kind(kind), say("staff.import.template_hint"))
    return download(made, f"{name}.xlsx", XLSX)


async def stocktake_list(request: Request) -> Response:
    """Hand over the list of differences."""
    by, ending = keeper(request), request.path_params["ending"]
    try:
        take_id = UUID(request.path_params["stocktake_id"])
    except ValueError:
        return NOT_FOUND
    sheet = await asked(stocktake.sheet, stocktake_id=take_id, by=by) if by and ending in {"pdf", "xlsx"} else None
    if not isinstance(sheet, stocktake.Sheet):
        return NOT_FOUND
    spoken, hall = words(lang_of(request)), house().hall.name
    name = f"{spoken.say('staff.stocktake.paper')}-{sheet.number}"
    if ending == "xlsx":
        return download(await to_thread.run_sync(stocktake_papers.workbook, sheet, hall, spoken), f"{name}.xlsx", XLSX)
    made = await to_thread.run_sync(stocktake_papers.pdf, sheet, hall, spoken)
    return bundle([(f"{name}-{number}.pdf" if number > 1 else f"{name}.pdf", pdf) for number, pdf in enumerate(made, start=1)], PDF)


async def own_data_of(request: Request) -> Response:
    """Hand over all that is kept about somebody."""
    by, ending = keeper(request), request.path_params["ending"]
    try:
        patron_id = UUID(request.path_params["patron_id"])
    except ValueError:
        return NOT_FOUND
    data = await asked(own_data.own_data, patron_id=patron_id, at=clock.now(), by=by) if by and ending in {"pdf", "xlsx"} else None
    if not isinstance(data, own_data.OwnData):
        return NOT_FOUND
    spoken = words(lang_of(request))
    make, kind = (own_data_papers.pdf, PDF) if ending == "pdf" else (own_data_papers.workbook, XLSX)
    made = await to_thread.run_sync(make, data, house().hall.name, spoken)
    return download(made, f"{spoken.say('own.title')}-{data.sheet.form.name}.{ending}", kind)


async def plate(request: Request) -> Response:
    """Hand over a door plate or the hours board as it was made."""
    by = keeper(request)
    try:
        sign_id = UUID(request.path_params["sign_id"])
    except ValueError:
        return NOT_FOUND
    made = await asked(plates.plate, sign_id=sign_id, by=by) if by else None
    if not isinstance(made, plates.Made):
        return NOT_FOUND
    name = str(made.facts.get("name") or made.facts.get("title"))
    return download(await to_thread.run_sync(plates.pdf, made), f"{name}-{made.version}.pdf", PDF)


ROUTES: Final = [
    Route("/desk/plate/{sign_id}.pdf", plate),
    Route("/desk/patron/{patron_id}.{ending}", own_data_of),
    Route("/desk/stocktake/{stocktake_id}.{ending}", stocktake_list),
    Route("/desk/import/{kind}.{ending}", template),
]
