"""An event's papers, behind the gate; each is made when it is asked for and kept nowhere."""

from typing import Any, Final
from uuid import UUID

from anyio import to_thread
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services import agenda, attendance, clock, event_papers, programmes, sign_ups, tasks
from services.agenda import EventSheet
from services.journal import Actor
from services.words import words
from ui.house import house
from ui.staff.files import NOT_FOUND, PDF, asked, download, keeper, lang_of


async def paper(request: Request) -> Response:
    """Hand over the poster, the list to sign in on, or the record of a sitting."""
    by, kind = keeper(request), request.path_params["kind"]
    ids = [_uuid(text) for text in (request.path_params["event_id"], request.query_params.get("sitting", ""))]
    if by is None or ids[0] is None or kind not in _MAKE:
        return NOT_FOUND
    spoken = words(lang_of(request))
    made = await asked(_MAKE[kind], event_id=ids[0], sitting_id=ids[1], by=by, spoken=spoken)
    if not isinstance(made, tuple):
        return NOT_FOUND
    pdf = await to_thread.run_sync(made[1])
    return download(pdf, f"{made[0]}-{spoken.say(f'gathering.paper.{kind}')}.pdf", PDF)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _poster(session: Session, *, event_id: UUID, sitting_id: UUID | None, by: Actor, spoken: Any) -> Any:  # noqa: ARG001  asked alike
    sheet = agenda.sheet(session, event_id=event_id, by=by)
    return sheet.draft.title, lambda: event_papers.poster(sheet, house().hall.name, house().hall.phone, spoken)


def _names(session: Session, *, event_id: UUID, sitting_id: UUID | None, by: Actor, spoken: Any) -> Any:  # noqa: ARG001  asked alike
    sheet, names = agenda.sheet(session, event_id=event_id, by=by), sign_ups.names(session, event_id=event_id, by=by)
    return sheet.draft.title, lambda: event_papers.name_list(sheet, names, house().hall.name, spoken)


def _record(session: Session, *, event_id: UUID, sitting_id: UUID | None, by: Actor, spoken: Any) -> Any:
    sheet: EventSheet = agenda.sheet(session, event_id=event_id, by=by)
    line = next((line for line in sheet.lines if line.sitting_id == sitting_id), None)
    written = attendance.written_of(session, sitting_id=sitting_id, by=by) if sitting_id else None
    if line is None or written is None:
        return None
    return sheet.draft.title, lambda: event_papers.record(sheet, line, written, house().hall.name, spoken)


def _programme(session: Session, *, event_id: UUID, sitting_id: UUID | None, by: Actor, spoken: Any) -> Any:  # noqa: ARG001  asked alike
    sheet, whole = agenda.sheet(session, event_id=event_id, by=by), programmes.programme(session, event_id=event_id, by=by)
    return sheet.draft.title, lambda: event_papers.programme(sheet, whole, house().hall.name, spoken)


def _task(session: Session, *, event_id: UUID, sitting_id: UUID | None, by: Actor, spoken: Any) -> Any:  # noqa: ARG001  asked alike
    """The report of a themed task: the id in the address is the task's."""
    task = next((task for task in tasks.tasks(session, at=clock.now(), by=by) if task.id == event_id), None)
    if task is None or task.report is None:
        return None
    return task.form.title, lambda: event_papers.task_report(task, house().hall.name, spoken)


_MAKE: Final = {"poster": _poster, "names": _names, "record": _record, "programme": _programme, "task": _task}
ROUTES: Final = [Route("/desk/event/{event_id}/{kind}.pdf", paper)]
