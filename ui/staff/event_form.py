"""新活动: what, when, where and how often; below the fields stands what saving would run into, before anything is written."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import Art, EventKind
from services import event_things, events, planner, recurrence
from services.event_things import KeptThing, Wanted
from services.events import Draft, Look, Made
from services.journal import Actor
from services.recurrence import Beat, Rule
from services.refusals import Refusal
from services.spans import Span
from ui.staff import acts, draw, event_page, frame, gathering, told
from ui.staff.gathering import Gathering, value
from ui.staff.stand import Stand, here

_ONCE: Final = "once"


def begin(**given: Any) -> None:
    """Come here with an empty form, or one that is filled with a proposal."""
    gathering.here().anew(**given)
    here().go("event_new")


def screen(stand: Stand) -> None:
    """Draw the form."""
    mine = gathering.here()
    told.tell(stand)
    with frame.card("event-new"):
        draw.html(draw.heading(stand.say("gathering.new"), stand.say("gathering.new_hint")))
        _what(stand, mine)
        place: dict[str, Any] = {"day": None, "starts": 19 * 60, "lasts": 120, "room_id": None}
        gathering.when_and_where(stand, mine, **{name: mine.given.get(name, usual) for name, usual in place.items()})
        _how_often(stand, mine)
        _more(stand, mine)
        _preview(stand, mine)
        with st.container(key="event-acts", horizontal=True):
            frame.button("event-save", stand.say("gathering.save"), _save, mine.gesture, kind="primary")
            frame.button("event-leave", stand.say("gathering.leave"), acts.open_screen, "events")


def _what(stand: Stand, mine: Gathering) -> None:
    say, given = stand.say, mine.given
    first, second, third = st.columns([2.2, 1.1, 1.1], gap="small")
    first.text_input(say("field.event_title"), given.get("title", ""), key=mine.key("title"), max_chars=80, autocomplete="off")
    kinds = list(EventKind)
    second.selectbox(
        say("gathering.kind"), kinds, index=kinds.index(given.get("kind", EventKind.FESTIVAL)), key=mine.key("kind"),
        format_func=lambda kind: say(f"event_kind.{kind}"),
    )  # fmt: skip
    kind = value(mine, "kind", EventKind.FESTIVAL)
    with third:
        if kind in {EventKind.TRAINING, EventKind.REHEARSAL}:
            arts = list(Art)
            st.selectbox(
                say("field.art"), arts, index=arts.index(given["art"]) if given.get("art") else None, key=mine.key("art"),
                format_func=lambda art: say(f"art.{art}"), placeholder="—",
            )  # fmt: skip
        elif kind is EventKind.THEMED:
            found = acts.look(_tasks)
            tasks: dict[UUID, str] = found if isinstance(found, dict) else {}
            name = tasks.__getitem__
            st.selectbox(say("field.task"), list(tasks), index=None, key=mine.key("task_id"), format_func=name, placeholder="—")
        else:
            st.text_input(
                say("gathering.topic"), given.get("topic", ""), key=mine.key("topic"), max_chars=40, placeholder=say("gathering.topic_hint")
            )


def _how_often(stand: Stand, mine: Gathering) -> None:
    left, middle, right = st.columns([1.8, 0.9, 1.3], gap="small", vertical_alignment="bottom")
    options = [_ONCE, *Beat]
    left.segmented_control(
        stand.say("gathering.repeat"), options, default=_ONCE, key=mine.key("beat"), required=True,
        format_func=lambda beat: stand.say(f"gathering.beat.{beat}"),
    )  # fmt: skip
    if value(mine, "beat", _ONCE) != _ONCE:
        middle.number_input(stand.say("gathering.times"), 2, recurrence.MOST, 8, key=mine.key("times"))
        right.checkbox(stand.say("gathering.skip"), value=True, key=mine.key("skip"))


def _more(stand: Stand, mine: Gathering) -> None:
    say, given = stand.say, mine.given
    first, second, third, fourth = st.columns([0.9, 1.2, 1.2, 1.4], gap="small")
    first.number_input(say("gathering.seats"), 0, events.MOST_SEATS, given.get("seats", 0), key=mine.key("seats"))
    second.text_input(say("field.event_in_charge"), given.get("in_charge", ""), key=mine.key("in_charge"), max_chars=40, autocomplete="off")
    third.text_input(say("gathering.teacher"), given.get("teacher", ""), key=mine.key("teacher"), max_chars=40, autocomplete="off")
    fourth.text_input(say("gathering.audience"), given.get("audience", ""), key=mine.key("audience"), max_chars=60, autocomplete="off")
    left, right = st.columns([2.2, 1], gap="small", vertical_alignment="bottom")
    found = acts.look(_equipment)
    things: dict[UUID, KeptThing] = found if isinstance(found, dict) else {}
    left.multiselect(
        say("gathering.things"), list(things), key=mine.key("things"), placeholder=say("gathering.things_hint"),
        format_func=lambda item_id: event_page.thing(things[item_id]),
    )  # fmt: skip
    right.checkbox(say("gathering.reading"), value=bool(given.get("counts_as_reading")), key=mine.key("reading"))


def _equipment(session: Session, *, at: datetime, by: Actor) -> dict[UUID, KeptThing]:  # noqa: ARG001  asked like every question
    return event_things.equipment(session, hall_id=by.hall_id)


def _tasks(session: Session, *, at: datetime, by: Actor) -> dict[UUID, str]:  # noqa: ARG001  asked like every question
    return planner.tasks(session, by=by)


def _preview(stand: Stand, mine: Gathering) -> None:
    """Say what saving would run into, once a day is written."""
    if not str(value(mine, "day", "")).strip():
        return
    try:
        spans = _spans(mine)
    except Refusal as refusal:
        kindly = stand.words.refused(refusal)
        draw.html(draw.notice("mind", kindly.say, kindly.next))
        return
    heads = int(value(mine, "seats", 0) or 0)
    seen = acts.look(_look, room_id=value(mine, "room"), spans=spans, heads=heads)
    if isinstance(seen, Look):
        draw.html(event_page.runs_into(stand, seen, len(spans)))


def _look(session: Session, *, room_id: UUID, spans: list[Span[datetime]], heads: int, at: datetime, by: Actor) -> Look:
    return events.look(session, room_id=room_id, spans=spans, heads=heads, at=at, by=by)


def _spans(mine: Gathering) -> tuple[Span[datetime], ...]:
    first = gathering.span_of(mine)
    beat = value(mine, "beat", _ONCE)
    if beat == _ONCE:
        return (first,)
    day: date = gathering.day_of(str(value(mine, "day")))
    days = recurrence.days(Rule(Beat(beat), day, count=int(value(mine, "times", 8))))
    return recurrence.spans(days, starts=int(value(mine, "starts")), minutes=int(value(mine, "lasts")))


def _save(gesture: UUID) -> None:
    stand, mine = here(), gathering.here()
    kind = value(mine, "kind", EventKind.FESTIVAL)
    draft = Draft(
        title=str(value(mine, "title", "")), kind=kind, in_charge=str(value(mine, "in_charge", "")),
        seats=int(value(mine, "seats", 0) or 0) or None, art=value(mine, "art"), topic=str(value(mine, "topic", "") or ""),
        counts_as_reading=bool(value(mine, "reading")), audience=str(value(mine, "audience", "")), teacher=str(value(mine, "teacher", "")),
        task_id=value(mine, "task_id"), host=str(mine.given.get("host", "")),
    )  # fmt: skip
    try:
        spans = _spans(mine)
    except Refusal as refusal:
        stand.told = refusal
        return
    found = acts.look(_equipment)
    known: dict[UUID, KeptThing] = found if isinstance(found, dict) else {}
    things = [Wanted(item_id, known[item_id].quantity) for item_id in value(mine, "things", []) or [] if item_id in known]
    facts = {"draft": draft, "room_id": value(mine, "room"), "spans": spans, "things": things}
    answer = acts.do(events.make, **facts, skip_taken=bool(value(mine, "skip", False)), gesture=gesture)
    if isinstance(answer, Made):
        event_page.open_event(answer.event_id)
        stand.told = _made(stand, answer)
    else:
        stand.told = answer


def _made(stand: Stand, made: Made) -> Markup:
    days = "、".join(stand.words.moment(span.start) for span in made.skipped[:4])
    left_out = stand.say("gathering.skipped", count=len(made.skipped), days=days) if made.skipped else ""
    return draw.notice("good", stand.say("gathering.made", count=made.sittings), left_out)
