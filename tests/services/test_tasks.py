"""Themed tasks from above: planned against done, due in time, one report whose figures are counted."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from models import EventKind
from services import attendance, database, event_papers, events, tasks
from services.attendance import Heads
from services.events import Draft
from services.refusals import FactMissing, FactWrong, NotAllowed, Refusal
from services.tasks import Task, TaskForm, TaskState
from services.words import words
from tests.cast import AT, Village, gesture
from tests.services.test_events import do, evening, make, sittings

TODAY = date(2027, 3, 10)
FORM = TaskForm("“书香进万家” <b>", "区文旅广体局", TODAY - timedelta(days=5), TODAY + timedelta(days=20), "办一场，报人数。")


def listed(village: Village, at: Any = AT) -> tuple[Task, ...]:
    return database.read(village.engine, tasks.tasks, at=at, by=village.zhou)


def states(village: Village, *days: int) -> list[TaskState]:
    return [listed(village, AT + timedelta(days=day))[0].state for day in days]


def test_a_task_is_due_in_time_and_done_when_it_is_reported(village: Village) -> None:
    same = gesture()
    task_id = do(village, tasks.make, form=FORM, gesture=same)
    assert do(village, tasks.make, form=FORM, gesture=same) == task_id
    assert states(village, -6, 0, 12, 13, 20, 21) == [
        TaskState.COMING, TaskState.RUNNING, TaskState.RUNNING, TaskState.SOON, TaskState.SOON, TaskState.LATE,
    ]  # fmt: skip
    later = AT + timedelta(days=15)
    assert [task.id for task in database.read(village.engine, tasks.due, at=later, by=village.zhou)] == [task_id]
    do(village, tasks.correct, task_id=task_id, form=replace(FORM, to_day=TODAY + timedelta(days=40)))
    assert database.read(village.engine, tasks.due, at=later, by=village.zhou) == ()
    assert do(village, tasks.report, task_id=task_id, text="办了。", filled_by="周桂生") == 1
    assert states(village, 60) == [TaskState.REPORTED]


def test_planned_is_held_against_done_and_the_report_counts_for_itself(village: Village) -> None:
    task_id = do(village, tasks.make, form=FORM)
    draft = Draft("读书会", EventKind.THEMED, "周桂生", task_id=task_id)
    first = make(village, draft, spans=[evening(TODAY, 11), evening(TODAY + timedelta(days=1))])
    make(village, draft, spans=[evening(TODAY + timedelta(days=2))])
    gone = make(village, draft, spans=[evening(TODAY + timedelta(days=3))])
    do(village, events.cancel, event_id=gone.event_id, reason="下雨")
    after = AT + timedelta(hours=5)
    (task,) = listed(village, after)
    assert (task.planned, task.done, task.people, len(task.events)) == (2, 1, 0, 2)
    sitting_id = sittings(village, first.event_id)[0].id
    said = {"sitting_id": sitting_id, "content": "读了", "filled_by": "周桂生", "at": after}
    for version, people in enumerate((30, 28)):
        do(village, attendance.record, **said, heads=Heads(people), seen_version=version)
    do(village, tasks.report, task_id=task_id, text="办了一场。", filled_by="周桂生", at=after)
    assert do(village, tasks.report, task_id=task_id, text="办了一场，照片另报。", filled_by="陈桂英", at=after) == 2
    (task,) = listed(village, after)
    assert task.report
    assert (task.report.version, task.report.events, task.report.people, task.report.filled_by) == (2, 1, 28, "陈桂英")
    for lang in ("zh-CN", "en"):
        text = PdfReader(BytesIO(event_papers.task_report(task, village.hall.name, words(lang)))).pages[0].extract_text()
        assert all(part in text for part in ("“书香进万家” <b>", "区文旅广体局", "照片另报", "28"))


def test_what_a_task_refuses(village: Village) -> None:
    task_id = do(village, tasks.make, form=FORM)
    wrong: list[tuple[type[Refusal], Any, dict[str, Any]]] = [
        (FactMissing, tasks.make, {"form": replace(FORM, title=" ")}),
        (FactMissing, tasks.make, {"form": replace(FORM, source="")}),
        (FactWrong, tasks.make, {"form": replace(FORM, to_day=FORM.from_day - timedelta(days=1))}),
        (NotAllowed, tasks.make, {"form": FORM, "by": village.kiosk}),
        (FactWrong, tasks.correct, {"task_id": village.hall.id, "form": FORM}),
        (FactMissing, tasks.report, {"task_id": task_id, "text": "", "filled_by": "周桂生"}),
        (FactMissing, tasks.report, {"task_id": task_id, "text": "办了", "filled_by": ""}),
        (FactWrong, tasks.report, {"task_id": village.hall.id, "text": "办了", "filled_by": "周桂生"}),
    ]
    for kind, verb, facts in wrong:
        with pytest.raises(kind):
            do(village, verb, **facts)
    assert len(listed(village)) == 1
    assert listed(village)[0].report is None
