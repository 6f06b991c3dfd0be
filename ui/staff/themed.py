"""上级专题: what was asked for from above, planned against done, and the one report of each."""

from datetime import date
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from models import EventKind
from services import clock, tasks
from services.refusals import Refusal
from services.tasks import Task, TaskForm, TaskState
from ui.staff import acts, draw, event_form, event_page, frame, gathering, told
from ui.staff.stand import Stand, here

_OPEN: Final = "task-open"


def open_task(task_id: UUID | None) -> None:
    """Show one task, or the form of a new one."""
    stand = here()
    if stand.screen != "tasks":
        stand.go("tasks")
    stand.told = None
    stand.ask_anew()
    gathering.here().anew()
    st.session_state[_OPEN] = task_id


def screen(stand: Stand) -> None:
    """Draw the tasks on the left, and the one that was tapped on the right."""
    told.tell(stand)
    found = acts.look(tasks.tasks)
    listed: tuple[Task, ...] = found if isinstance(found, tuple) else ()
    chosen = next((task for task in listed if task.id == st.session_state.get(_OPEN)), None)
    left, right = st.columns([1, 1.25], gap="small")
    with left, frame.card("tasks"):
        draw.html(draw.heading(stand.say("staff.nav.tasks"), str(len(listed)) if listed else ""))
        if not listed:
            draw.html(draw.empty(stand.say("themed.none")))
        for task in listed:
            row(stand, task, f"task-{task.id.hex}", chosen=task is chosen)
        if chosen:
            frame.button("task-new", stand.say("themed.new"), open_task, None)
    with right:
        if chosen is None:
            with frame.card("task-new"):
                draw.html(draw.heading(stand.say("themed.new"), stand.say("themed.new_hint")))
                _form(stand, None)
        else:
            _task(stand, chosen)


def row(stand: Stand, task: Task, key: str, *, chosen: bool = False) -> None:
    """Draw a task with the way to it; the morning shows the same line."""
    with frame.row(key):
        state = stand.say(f"task_state.{task.state}")
        until = stand.say("themed.until", day=task.form.to_day)
        late = task.state in {TaskState.SOON, TaskState.LATE}
        done = stand.say("themed.done", done=task.done, planned=task.planned)
        draw.html(draw.line(task.form.title, state, until, done, late=late))
        frame.button(key, stand.say("gathering.open"), open_task, task.id, kind="primary" if chosen else "secondary")


def _task(stand: Stand, task: Task) -> None:
    say, form = stand.say, task.form
    with frame.card("task"):
        draw.html(draw.heading(form.title, say("themed.number", number=task.number)))
        period = say("themed.period", first=form.from_day, last=form.to_day)
        facts = [
            (say("field.source"), form.source), (say("themed.days"), period), (say("themed.text"), form.text),
            (say("themed.held"), say("themed.counts", planned=task.planned, done=task.done, people=task.people)),
        ]  # fmt: skip
        draw.html(draw.facts(facts))
        for event_id, title, day in task.events:
            with frame.row(f"task-event-{event_id.hex}"):
                draw.html(draw.line(title, stand.words.due(day)))
                frame.button(f"task-event-{event_id.hex}", say("gathering.open"), event_page.open_event, event_id)
        with st.container(key="task-acts", horizontal=True):
            frame.button("task-event-new", say("themed.plan"), _plan, task)
        with st.expander(say("themed.correct")):
            _form(stand, task)
    with frame.card("task-report"):
        _report(stand, task)


def _plan(task: Task) -> None:
    event_form.begin(title=task.form.title[:80], kind=EventKind.THEMED, task_id=task.id)


def _form(stand: Stand, task: Task | None) -> None:
    say, mine = stand.say, gathering.here()
    form = task.form if task else None
    st.text_input(say("themed.title"), form.title if form else "", key=mine.key("task-title"), max_chars=80, autocomplete="off")
    first, second, third = st.columns([1.4, 1, 1], gap="small")
    first.text_input(say("field.source"), form.source if form else "", key=mine.key("task-source"), max_chars=60, autocomplete="off")
    today = clock.local_day(clock.now())
    days: list[date | None] = [form.from_day, form.to_day] if form else [today, None]
    for column, name, day in ((second, "from", days[0]), (third, "to", days[1])):
        written = day.isoformat() if day else ""
        hint = say("gathering.day_hint")
        column.text_input(say(f"themed.{name}"), written, key=mine.key(f"task-{name}"), max_chars=14, autocomplete="off", placeholder=hint)
    st.text_area(say("themed.text"), form.text if form else "", key=mine.key("task-text"), max_chars=1000, height=100)
    frame.button("task-save", say("themed.save"), _save, task.id if task else None, mine.gesture, kind="secondary" if task else "primary")


def _save(task_id: UUID | None, gesture: UUID) -> None:
    stand, mine = here(), gathering.here()
    text = {name: str(gathering.value(mine, f"task-{name}", "")) for name in ("title", "source", "text", "from", "to")}
    try:
        days = gathering.day_of(text["from"]), gathering.day_of(text["to"])
    except Refusal as refusal:
        stand.told = refusal
        return
    form = TaskForm(text["title"], text["source"], *days, text["text"])
    if task_id is None:
        answer: object = acts.do(tasks.make, form=form, gesture=gesture)
    else:
        answer = acts.do(tasks.correct, task_id=task_id, form=form, gesture=gesture)
    if acts.failed(answer):
        stand.told = answer
        return
    open_task(answer if isinstance(answer, UUID) else task_id)
    stand.tell("task_saved")


def _report(stand: Stand, task: Task) -> None:
    say, mine, written = stand.say, gathering.here(), task.report
    small: str | Markup = ""
    if written:
        link = Markup('<a class="desk-link" href="/desk/event/{}/task.pdf?lang={}" download>{}</a>')
        small = link.format(task.id, stand.lang, say("themed.print"))
    draw.html(draw.heading(say("gathering.paper.task"), small))
    if written:
        counts = say("themed.counts", planned=task.planned, done=written.events, people=written.people)
        draw.html(draw.facts([
            (say("themed.version", version=written.version), stand.words.moment(written.at)), (say("themed.held"), counts),
        ]))  # fmt: skip
    st.text_area(say("themed.what"), written.text if written else "", key=mine.key("report-text"), max_chars=1000, height=120)
    left, right = st.columns([1, 1], gap="small", vertical_alignment="bottom")
    left.text_input(
        say("field.filled_by"), written.filled_by if written else "", key=mine.key("report-by"), max_chars=40, autocomplete="off"
    )
    with right:
        label = say("themed.report_again" if written else "themed.report")
        frame.button("task-report", label, _send, task.id, mine.gesture, kind="primary")


def _send(task_id: UUID, gesture: UUID) -> None:
    stand, mine = here(), gathering.here()
    text, filled_by = (str(gathering.value(mine, name, "")) for name in ("report-text", "report-by"))
    answer = acts.do(tasks.report, task_id=task_id, text=text, filled_by=filled_by, gesture=gesture)
    if acts.failed(answer):
        stand.told = answer
        return
    open_task(task_id)
    stand.tell("task_reported")
