"""新活动: what, when, where and how often; below the fields stands what saving would run into, before anything is written."""

from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import Art, EventKind
from services import agenda, event_things, events, planner, recurrence, teams
from services.agenda import EventSheet
from services.event_things import KeptThing, Wanted
from services.events import Draft, Look, Made
from services.journal import Actor
from services.recurrence import Beat, Rule
from services.refusals import Refusal
from services.spans import Span
from ui.house import Trouble as Broken
from ui.staff import acts, draw, event_page, frame, gathering, told
from ui.staff.gathering import Gathering, value
from ui.staff.stand import Stand, here

_ONCE: Final = "once"
_SHOWS: Final = 60
_MOST: Final = {"in_charge": 40, "teacher": 40, "audience": 60, "host": 60}


def begin(**given: Any) -> None:
    """Come here with an empty form, or one that is filled with a proposal."""
    gathering.here().anew(**given)
    here().go("event_new")


def begin_edit(sheet: EventSheet) -> None:
    """Come here with what is said of an event now; when and where its sittings are is changed sitting by sitting."""
    begin(**asdict(sheet.draft) | {"seats": sheet.draft.seats or 0, "editing": sheet.id, "things": [kept.item_id for kept in sheet.things]})


def screen(stand: Stand) -> None:
    """Draw the form."""
    mine = gathering.here()
    told.tell(stand)
    editing = mine.given.get("editing")
    with frame.card("event-new"):
        title, hint = ("gathering.edit", "gathering.edit_hint") if editing else ("gathering.new", "gathering.new_hint")
        draw.html(draw.heading(stand.say(title), stand.say(hint)))
        _what(stand, mine)
        if not editing:
            place: dict[str, Any] = {"day": None, "starts": 19 * 60, "lasts": 120, "room_id": None}
            gathering.when_and_where(stand, mine, **{name: mine.given.get(name, usual) for name, usual in place.items()})
            _how_often(stand, mine)
        _more(stand, mine)
        if editing:
            with st.container(key="event-acts", horizontal=True):
                frame.button("event-save", stand.say("gathering.edit_save"), _save_edit, editing, mine.gesture, kind="primary")
                frame.button("event-leave", stand.say("gathering.leave"), event_page.open_event, editing)
            return
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
            _choose(third, mine, "task_id", say("field.task"), tasks)
        else:
            st.text_input(
                say("gathering.topic"), given.get("topic", ""), key=mine.key("topic"), max_chars=40, placeholder=say("gathering.topic_hint")
            )


def _how_often(stand: Stand, mine: Gathering) -> None:
    left, middle, until, right = st.columns([1.8, 0.6, 0.9, 1], gap="small", vertical_alignment="bottom")
    options = [_ONCE, *Beat]
    left.segmented_control(
        stand.say("gathering.repeat"), options, default=_ONCE, key=mine.key("beat"), required=True,
        format_func=lambda beat: stand.say(f"gathering.beat.{beat}"),
    )  # fmt: skip
    if value(mine, "beat", _ONCE) != _ONCE:
        middle.number_input(stand.say("gathering.times"), 2, recurrence.MOST, 8, key=mine.key("times"))
        hint = stand.say("gathering.day_hint")
        until.text_input(stand.say("gathering.until"), key=mine.key("until"), max_chars=14, autocomplete="off", placeholder=hint)
        right.checkbox(stand.say("gathering.skip"), value=True, key=mine.key("skip"))


def _more(stand: Stand, mine: Gathering) -> None:
    say, given = stand.say, mine.given
    first, *others = st.columns([0.9, 1, 1, 1.1, 1.1], gap="small")
    first.number_input(say("gathering.seats"), 0, events.MOST_SEATS, given.get("seats", 0), key=mine.key("seats"))
    for column, name in zip(others, _MOST, strict=True):
        label = "field.event_in_charge" if name == "in_charge" else f"gathering.{name}"
        column.text_input(say(label), given.get(name, ""), key=mine.key(name), max_chars=_MOST[name], autocomplete="off")
    left, middle, right = st.columns([1.3, 1.5, 0.7], gap="small", vertical_alignment="bottom")
    found = acts.look(_equipment)
    things: dict[UUID, KeptThing] = found if isinstance(found, dict) else {}
    left.multiselect(
        say("gathering.things"), list(things), default=[item_id for item_id in given.get("things", []) if item_id in things],
        key=mine.key("things"), placeholder=say("gathering.things_hint"), format_func=lambda item_id: event_page.thing(things[item_id]),
    )  # fmt: skip
    hint = say("gathering.note_hint")
    middle.text_input(say("gathering.note"), given.get("note", ""), key=mine.key("note"), max_chars=400, placeholder=hint)
    right.checkbox(say("gathering.reading"), value=bool(given.get("counts_as_reading")), key=mine.key("counts_as_reading"))
    if value(mine, "kind") is EventKind.REHEARSAL:
        _of_rehearsal(stand, mine)


def _of_rehearsal(stand: Stand, mine: Gathering) -> None:
    """Ask what a rehearsal is for, and whose it is."""
    left, right = st.columns(2, gap="small")
    found = acts.look(_shows)
    shows: dict[UUID, str] = found if isinstance(found, dict) else {}
    _choose(left, mine, "programme_of_id", stand.say("programme.for"), shows)
    listed = acts.look(teams.teams)
    known = {one.team_id: one.name for one in listed} if isinstance(listed, list) else {}
    _choose(right, mine, "team_id", stand.say("programme.team"), known)


def _choose(column: Any, mine: Gathering, name: str, label: str, options: dict[UUID, str]) -> None:
    ids, chosen = list(options), mine.given.get(name)
    place = ids.index(chosen) if chosen in options else None
    column.selectbox(label, ids, index=place, key=mine.key(name), format_func=options.__getitem__, placeholder="—")


def _shows(session: Session, *, at: datetime, by: Actor) -> dict[UUID, str]:
    lines = agenda.coming(session, hall_id=by.hall_id, at=at, most=_SHOWS)
    return {line.event_id: f"{line.title} · {line.day:%m-%d}" for line in lines}


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
    # A last day, once written, goes before the number of times.
    last = str(value(mine, "until", "") or "").strip()
    end: dict[str, Any] = {"until": gathering.day_of(last)} if last else {"count": int(value(mine, "times", 8))}
    days = recurrence.days(Rule(Beat(beat), day, **end))
    return recurrence.spans(days, starts=int(value(mine, "starts")), minutes=int(value(mine, "lasts")))


def _draft(mine: Gathering) -> Draft:
    """What the fields say; what has no field on this form stays as it was given."""
    written = ("title", "in_charge", "topic", "audience", "teacher", "host", "note")
    text: dict[str, Any] = {name: str(value(mine, name, "") or "") for name in written}
    chosen = {name: value(mine, name) for name in ("art", "task_id", "team_id", "programme_of_id")}
    kind, seats = value(mine, "kind", EventKind.FESTIVAL), int(value(mine, "seats", 0) or 0) or None
    return Draft(kind=kind, seats=seats, counts_as_reading=bool(value(mine, "counts_as_reading")), **text, **chosen)


def _things(mine: Gathering) -> list[Wanted] | Refusal | Broken:
    """What is ticked; what kept the house from naming its equipment, so that nothing is given back for want of an answer."""
    known: dict[UUID, KeptThing] | Refusal | Broken = acts.look(_equipment)
    if not isinstance(known, dict):
        return known
    return [Wanted(item_id, known[item_id].quantity) for item_id in value(mine, "things", []) or [] if item_id in known]


def _save_edit(event_id: UUID, gesture: UUID) -> None:
    mine = gathering.here()
    things = _things(mine)
    edit = partial(acts.do, events.edit, event_id=event_id, draft=_draft(mine), gesture=gesture)
    answer = edit(things=things) if isinstance(things, list) else things
    if acts.failed(answer):
        here().told = answer
        return
    event_page.open_event(event_id)
    here().tell("gathering_moved")


def _save(gesture: UUID) -> None:
    stand, mine = here(), gathering.here()
    try:
        spans = _spans(mine)
    except Refusal as refusal:
        stand.told = refusal
        return
    things = _things(mine)
    if not isinstance(things, list):
        stand.told = things
        return
    facts = {"draft": _draft(mine), "room_id": value(mine, "room"), "spans": spans, "things": things}
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
