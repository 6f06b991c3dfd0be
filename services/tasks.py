"""Themed activities asked for from above (R59): text, period and source, planned against done, one report in versions."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import ActivityRecord, Event, Sitting, TaskReport, ThemedTask, new_id
from services import clock, journal, numbers
from services.journal import Actor
from services.refusals import FactMissing, FactWrong, NotAllowed
from services.texts import plain

_task = ThemedTask.__table__  # type: ignore[attr-defined]
_report = TaskReport.__table__  # type: ignore[attr-defined]
_event = Event.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_record = ActivityRecord.__table__  # type: ignore[attr-defined]

SOON: Final = timedelta(days=7)
"""So long before its last day a task without a report stands on the morning screen."""


class TaskState(StrEnum):
    """Where a task stands."""

    COMING = "coming"
    RUNNING = "running"
    SOON = "soon"
    LATE = "late"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class TaskForm:
    """A task as it came from above; both days count."""

    title: str
    source: str
    from_day: date
    to_day: date
    text: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The newest version of what was reported."""

    version: int
    text: str
    events: int
    people: int
    filled_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """A task, held against what was done for it."""

    id: UUID
    number: int
    form: TaskForm
    planned: int
    done: int
    people: int
    events: tuple[tuple[UUID, str, date], ...]
    report: Report | None
    state: TaskState


def tasks(session: Session, *, at: datetime, by: Actor) -> tuple[Task, ...]:
    """Give every task, the newest first, with its events (those called off left out), what was held, and how many came."""
    events, held, people = _done(session, at, by)
    reports: dict[UUID, Report] = {}
    for row in session.execute(sa.select(_report).where(_report.c.hall_id == by.hall_id).order_by(_report.c.version)):
        reports[row.task_id] = Report(row.version, row.text, row.events, row.people, row.filled_by, row.at)
    today = clock.local_day(at)
    rows = session.execute(sa.select(_task).where(_task.c.hall_id == by.hall_id).order_by(_task.c.from_day.desc(), _task.c.number.desc()))
    return tuple(
        Task(
            row.id, row.number, TaskForm(row.title, row.source, row.from_day, row.to_day, row.text), len(events[row.id]), held[row.id],
            people[row.id], tuple(events[row.id]), reports.get(row.id), _state(row, reports.get(row.id), today),
        )
        for row in rows
    )  # fmt: skip


def due(session: Session, *, at: datetime, by: Actor) -> tuple[Task, ...]:
    """Give what has to be reported soon or should have been, the most pressing first."""
    found = (task for task in tasks(session, at=at, by=by) if task.state in {TaskState.SOON, TaskState.LATE})
    return tuple(sorted(found, key=lambda task: task.form.to_day))


def make(session: Session, *, form: TaskForm, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Enter a task. Raises NotAllowed, FactMissing (task, source), FactWrong (days)."""
    key = journal.gesture_key(gesture, "task")
    if done := _before(session, key, by):
        return UUID(done["task_id"])
    columns, task_id = _checked(form), new_id()
    number = numbers.running(session, _task, by.hall_id)
    row = {"id": task_id, "hall_id": by.hall_id, "number": number, "made_at": at, "staff_id": by.staff_id}
    session.execute(sa.insert(_task), {**row, **columns})
    journal.record(session, by, "task_make", at=at, subject="themed_task", subject_id=task_id, gesture=key, facts={"task_id": str(task_id)})
    return task_id


def correct(session: Session, *, task_id: UUID, form: TaskForm, at: datetime, gesture: UUID, by: Actor) -> None:
    """Write a task down as it should have been; the journal keeps what it was. Raises as `make`, FactWrong (task) for none of this hall."""
    key = journal.gesture_key(gesture, "task", task_id)
    if _before(session, key, by):
        return
    old, columns = _locked(session, task_id, by), _checked(form)
    session.execute(sa.update(_task).where(_task.c.id == task_id).values(**columns))
    facts = {"was": {name: str(getattr(old, name)) for name in columns if getattr(old, name) != columns[name]}}
    journal.record(session, by, "task_correct", at=at, subject="themed_task", subject_id=task_id, gesture=key, facts=facts)


def report(session: Session, *, task_id: UUID, text: str, filled_by: str, at: datetime, gesture: UUID, by: Actor) -> int:
    """Write the report, or its next version; how many events and people is counted, not typed. Gives the version.

    Raises NotAllowed, FactWrong (task), FactMissing (content, filled_by).
    """
    key = journal.gesture_key(gesture, "task_report", task_id)
    if done := _before(session, key, by):
        return int(done["version"])
    # Two tablets that report at once queue here, so that every version has a number of its own.
    _locked(session, task_id, by)
    said = {"text": plain(text, 1000), "filled_by": plain(filled_by, 40)}
    for name, field in (("text", "content"), ("filled_by", "filled_by")):
        if not said[name]:
            raise FactMissing(field=field)
    newest = sa.select(sa.func.max(_report.c.version)).where(_report.c.hall_id == by.hall_id, _report.c.task_id == task_id)
    version = int(session.execute(newest).scalar() or 0) + 1
    _, held, people = _done(session, at, by)
    row = {"id": new_id(), "hall_id": by.hall_id, "task_id": task_id, "version": version, "at": at, "staff_id": by.staff_id}
    session.execute(sa.insert(_report), {**row, **said, "events": held[task_id], "people": people[task_id]})
    facts = {"version": version}
    journal.record(session, by, "task_report", at=at, subject="themed_task", subject_id=task_id, gesture=key, facts=facts)
    return version


def _done(
    session: Session, at: datetime, by: Actor
) -> tuple[defaultdict[UUID, list[tuple[UUID, str, date]]], defaultdict[UUID, int], defaultdict[UUID, int]]:
    """Each task's events with their first day, how many of them were held, and how many people came."""
    rows = session.execute(
        sa.select(_event.c.task_id, _event.c.id, _event.c.title, _sitting.c.id.label("sitting_id"), _sitting.c.day, _sitting.c.ends_at)
        .join(_sitting, _sitting.c.event_id == _event.c.id)
        .where(
            _event.c.hall_id == by.hall_id, _event.c.task_id.is_not(None), _event.c.cancelled_at.is_(None),
            _sitting.c.cancelled_at.is_(None),
        )
        .order_by(_sitting.c.starts_at)
    ).all()  # fmt: skip
    came = {row.sitting_id: row.people for row in session.execute(
        sa.select(_record.c.sitting_id, _record.c.people)
        .where(_record.c.hall_id == by.hall_id, _record.c.sitting_id.in_([row.sitting_id for row in rows]))
        .order_by(_record.c.version)
    )}  # fmt: skip
    events: defaultdict[UUID, list[tuple[UUID, str, date]]] = defaultdict(list)
    held: defaultdict[UUID, set[UUID]] = defaultdict(set)
    people: defaultdict[UUID, int] = defaultdict(int)
    for row in rows:
        if row.id not in {known for known, _, _ in events[row.task_id]}:
            events[row.task_id].append((row.id, row.title, row.day))
        if row.ends_at <= at:
            held[row.task_id].add(row.id)
        people[row.task_id] += came.get(row.sitting_id, 0)
    return events, defaultdict(int, {task_id: len(ids) for task_id, ids in held.items()}), people


def _state(row: Any, reported: Report | None, today: date) -> TaskState:
    if reported is not None:
        return TaskState.REPORTED
    if today > row.to_day:
        return TaskState.LATE
    if today < row.from_day:
        return TaskState.COMING
    return TaskState.SOON if row.to_day - today <= SOON else TaskState.RUNNING


def _before(session: Session, key: UUID, by: Actor) -> dict[str, Any] | None:
    if not by.is_staff:
        raise NotAllowed
    return journal.before(session, hall_id=by.hall_id, gesture=key).done


def _locked(session: Session, task_id: UUID, by: Actor) -> Any:
    row = session.execute(sa.select(_task).where(_task.c.id == task_id, _task.c.hall_id == by.hall_id).with_for_update()).one_or_none()
    if row is None:
        raise FactWrong(field="task")
    return row


def _checked(form: TaskForm) -> dict[str, Any]:
    columns = asdict(form) | {"title": plain(form.title, 80), "source": plain(form.source, 60), "text": plain(form.text, 1000)}
    for name, field in (("title", "task"), ("source", "source")):
        if not columns[name]:
            raise FactMissing(field=field)
    if form.to_day < form.from_day:
        raise FactWrong(field="days")
    return columns
