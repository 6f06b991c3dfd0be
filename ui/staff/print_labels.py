"""Labels for the printer: a run as PDF or as pictures, and a test page of any sheet; behind the gate, and kept nowhere."""

import zipfile
from io import BytesIO
from typing import Final
from uuid import UUID

from anyio import to_thread
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from models import ActorKind, LabelKind
from services import codes, database, label_papers, labels
from services.journal import Actor
from services.labels import Job
from services.refusals import FactWrong, UnknownCode
from services.sheets import SHEETS, Sheet, free_grid
from services.staff import Signed
from ui.house import house
from ui.staff.gate import signed_of

_NO_STORE: Final = {"Cache-Control": "no-store"}
_WHOLE: Final = ("columns", "rows")
_LENGTHS: Final = ("width", "height", "left", "top", "pitch_x", "pitch_y")


async def pdf(request: Request) -> Response:
    """A run of labels."""
    job = await _job(request)
    return _missing() if job is None else _file(await to_thread.run_sync(label_papers.pdf, job), "application/pdf", "labels.pdf")


async def pictures(request: Request) -> Response:
    """A run for a roll as pictures, each named by its number."""
    job = await _job(request)
    if job is None or job.run.sheet.name != "roll" or job.run.kind is not LabelKind.CODE:
        return _missing()
    return _file(await to_thread.run_sync(_packed, job), "application/zip", "labels.zip")


async def trial(request: Request) -> Response:
    """A test page."""
    sheet = _sheet(request.path_params["sheet"], request.query_params) if signed_of(request.scope).keeps_the_desk else None
    return _missing() if sheet is None else _file(await to_thread.run_sync(label_papers.trial, sheet), "application/pdf", "test.pdf")


async def _job(request: Request) -> Job | None:
    signed = signed_of(request.scope)
    try:
        run_id = UUID(request.path_params["run_id"])
    except ValueError:
        return None
    return await to_thread.run_sync(_read, signed, run_id) if signed.keeps_the_desk else None


def _read(signed: Signed, run_id: UUID) -> Job | None:
    assert signed.hall_id
    by = Actor(ActorKind.STAFF, signed.hall_id, staff_id=signed.staff_id, device="tablet")
    try:
        return database.read(house().engine, labels.job, run_id=run_id, by=by)
    except UnknownCode:
        return None


def _sheet(name: str, asked: QueryParams) -> Sheet | None:
    if name != "free":
        return SHEETS.get(name)
    try:
        columns, rows = (int(asked[name]) for name in _WHOLE)
        return free_grid(columns=columns, rows=rows, **{name: float(asked[name]) for name in _LENGTHS})
    except (KeyError, ValueError, FactWrong):
        return None


def _packed(job: Job) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        for place, label in enumerate(job.labels, start=1):
            name = f"{place:03d} {codes.clear(label.number)}.png"
            pack.writestr(name, label_papers.picture(label, job.hall, job.run.sheet))
    return out.getvalue()


def _file(content: bytes, kind: str, name: str) -> Response:
    how = "inline" if kind == "application/pdf" else "attachment"
    return Response(content, media_type=kind, headers=_NO_STORE | {"Content-Disposition": f'{how}; filename="{name}"'})


def _missing() -> Response:
    return PlainTextResponse("Not found", status_code=404)


ROUTES: Final = [
    Route("/desk/labels/trial/{sheet}.pdf", trial),
    Route("/desk/labels/{run_id}.pdf", pdf),
    Route("/desk/labels/{run_id}.zip", pictures),
]
