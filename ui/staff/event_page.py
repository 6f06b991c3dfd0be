"""One event: what it is, its sittings, who signed up; moved, called off, its papers; and the way to its record."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import EventChangeKind, EventKind
from services import agenda, clock, codes, events, sign_ups, undoing_events
from services.agenda import Change, EventLine, EventSheet
from services.event_things import KeptThing
from services.events import Look
from services.journal import Actor
from services.refusals import Refusal
from services.sign_ups import Guest, Name, Ticket
from ui.staff import acts, draw, frame, gathering, told
from ui.staff.gathering import Gathering, value
from ui.staff.stand import Stand, Undo, here

_SITTINGS: Final = 8
_NAMES: Final = 400


def open_event(event_id: UUID, sitting_id: UUID | None = None) -> None:
    """Come here."""
    mine = gathering.here()
    mine.anew()
    mine.event_id, mine.sitting_id = event_id, sitting_id
    here().go("event")


def open_record(event_id: UUID, sitting_id: UUID) -> None:
    """Go on to who came and what is written down of it."""
    mine = gathering.here()
    mine.anew()
    mine.event_id, mine.sitting_id = event_id, sitting_id
    here().go("event_record")


def screen(stand: Stand) -> None:
    """Draw the event."""
    mine = gathering.here()
    told.tell(stand)
    sheet = acts.look(_sheet, event_id=mine.event_id)
    if not isinstance(sheet, EventSheet):
        draw.html(draw.empty(stand.say("refusal.event_gone.say")))
        return
    left, right = st.columns([1.35, 1], gap="small")
    with left:
        with frame.card("event"):
            _facts(stand, sheet)
        with frame.card("sittings"):
            _sittings(stand, mine, sheet)
    with right:
        with frame.card("names"):
            _names(stand, sheet)
        with frame.card("event-off"):
            _off(stand, mine, sheet)


def runs_into(stand: Stand, seen: Look, count: int) -> Markup:
    """Say what saving would run into."""
    say, words = stand.say, stand.words
    pieces = []
    if seen.taken:
        days = "、".join(words.moment(span.start) for span in seen.taken[:4])
        pieces.append(draw.notice("mind", say("gathering.taken", count=len(seen.taken), of=count), days))
    if seen.over:
        pieces.append(draw.notice("mind", say("gathering.over", over=seen.over), say("gathering.over_next", capacity=seen.capacity)))
    if not pieces:
        pieces.append(draw.notice("good", say("gathering.free", count=count)))
    return draw.NOTHING.join(pieces)


def lesson(stand: Stand, line: EventLine) -> str:
    """Say which lesson it is, of how many."""
    return f"（{stand.say('gathering.lesson', lesson=line.lesson, lessons=line.lessons)}）" if line.lessons > 1 else ""


def thing(kept: KeptThing) -> str:
    """Name a thing with its number, and how many of a set."""
    pieces = f" ×{kept.quantity}" if kept.quantity > 1 else ""
    return f"{kept.name}{pieces} · {codes.clear(kept.number)}"


def _sheet(session: Session, *, event_id: UUID, at: datetime, by: Actor) -> EventSheet:  # noqa: ARG001  asked like every question
    return agenda.sheet(session, event_id=event_id, by=by)


def _facts(stand: Stand, sheet: EventSheet) -> None:
    say, draft = stand.say, sheet.draft
    art = say(f"art.{draft.art}") if draft.art else ""
    kind = " · ".join(part for part in (say(f"event_kind.{draft.kind}"), art, draft.topic) if part)
    draw.html(draw.heading(draft.title, papers(stand, sheet)))
    if sheet.cancelled_at:
        draw.html(draw.notice("no", say("gathering.called_off"), sheet.cancel_reason))
    seats = say("gathering.seats_of", count=draft.seats) if draft.seats else say("gathering.open_to_all")
    facts = [
        (say("gathering.number"), str(sheet.number)), (say("gathering.kind"), kind), (say("field.seats"), seats),
        (say("field.event_in_charge"), draft.in_charge), (say("gathering.teacher"), draft.teacher),
        (say("gathering.audience"), draft.audience), (say("gathering.host"), draft.host),
        (say("gathering.things"), "、".join(thing(kept) for kept in sheet.things)),
        (say("gathering.reading"), say("gathering.yes") if draft.counts_as_reading else ""),
    ]  # fmt: skip
    draw.html(draw.facts(facts))
    if not sheet.cancelled_at:
        with st.container(key="event-ways", horizontal=True):
            # Both screens lead back here, so they are fetched when they are wanted.
            frame.button("event-edit", say("gathering.edit"), _edit, sheet)
            if draft.kind is not EventKind.REHEARSAL:
                frame.button("event-programme", say("gathering.paper.programme"), _programme, sheet.id)
    if any(change.kind is not EventChangeKind.MADE for change in sheet.changes):
        with st.expander(say("gathering.history")):
            draw.html(draw.NOTHING.join(_change(stand, change) for change in sheet.changes))


def _edit(sheet: EventSheet) -> None:
    from ui.staff import event_form

    event_form.begin_edit(sheet)


def _programme(event_id: UUID) -> None:
    from ui.staff import programme

    programme.open_programme(event_id)


def papers(stand: Stand, sheet: EventSheet) -> Markup:
    """The way to the poster and the sign-in list."""
    link = Markup('<a class="desk-link" href="/desk/event/{}/{}.pdf?lang={}" download>{}</a>')
    names = ("poster", "names") if sheet.draft.seats else ("poster",)
    return draw.NOTHING.join(link.format(sheet.id, name, stand.lang, stand.say(f"gathering.paper.{name}")) for name in names)


def _change(stand: Stand, change: Change) -> Markup:
    old = stand.say("gathering.was", at=stand.words.moment(change.old_starts_at)) if change.old_starts_at else ""
    return draw.line(stand.say(f"event_change.{change.kind}"), stand.words.moment(change.at), change.who, old, change.reason)


def _sittings(stand: Stand, mine: Gathering, sheet: EventSheet) -> None:
    say, words, now = stand.say, stand.words, clock.now()
    draw.html(draw.heading(say("gathering.sittings"), str(len(sheet.lines)) if len(sheet.lines) > 1 else ""))
    ahead = [line for line in sheet.lines if line.ends_at > now or line.cancelled]
    shown = sheet.lines if len(sheet.lines) <= _SITTINGS else (sheet.lines[: -len(ahead)][-2:] if ahead else ()) + tuple(ahead)[:_SITTINGS]
    for line in shown:
        with frame.row(f"when-{line.sitting_id.hex}"):
            when = f"{words.due(line.day)} {words.short_weekday(line.day)}　{words.time(line.starts_at)}–{words.time(line.ends_at)}"
            came = say("gathering.came", count=line.came) if line.came else ""
            draw.html(draw.line(when, line.room, _state(stand, line), came))
            if line.cancelled:
                continue
            if line.ends_at > now:
                frame.button(f"move-{line.sitting_id.hex}", say("gathering.move"), _begin_move, line.sitting_id)
            if line.starts_at <= now or line.day == clock.local_day(now):
                frame.button(f"record-{line.sitting_id.hex}", say("gathering.record"), open_record, sheet.id, line.sitting_id)
        if mine.moving == line.sitting_id:
            _moving(stand, mine, sheet, line)


def _state(stand: Stand, line: EventLine) -> str:
    if line.cancelled:
        return stand.say("gathering.cancelled")
    return stand.say("gathering.recorded") if line.recorded else ""


def _begin_move(sitting_id: UUID) -> None:
    mine = gathering.here()
    mine.anew()
    mine.moving = sitting_id


def _moving(stand: Stand, mine: Gathering, sheet: EventSheet, line: EventLine) -> None:
    """The fields of another time or room, and what that would run into."""
    starts = clock.local(line.starts_at)
    minutes = int((line.ends_at - line.starts_at).total_seconds() // 60)
    gathering.when_and_where(stand, mine, day=line.day, starts=starts.hour * 60 + starts.minute, lasts=minutes, room_id=line.room_id)
    st.text_input(stand.say("gathering.reason"), key=mine.key("reason"), max_chars=120, autocomplete="off")
    over = 0
    try:
        facts = {"room_id": value(mine, "room"), "spans": [gathering.span_of(mine)], "heads": line.seated}
        seen = acts.look(_look, **facts, apart_from=line.sitting_id)
        if isinstance(seen, Look):
            over = seen.over
            draw.html(runs_into(stand, seen, 1))
    except Refusal as refusal:
        draw.html(draw.notice("mind", stand.words.refused(refusal).say))
    with st.container(key="move-acts", horizontal=True):
        label = stand.say("gathering.move_all_the_same" if over else "gathering.move_save")
        frame.button("move-save", label, _move, mine.gesture, kind="primary")
        if len(sheet.lines) > 1:
            frame.button("sitting-off", stand.say("gathering.leave_out"), _leave_out, mine.gesture)
        frame.button("move-leave", stand.say("gathering.leave"), _begin_move, None)


def _look(session: Session, *, at: datetime, by: Actor, **facts: Any) -> Look:
    return events.look(session, **facts, at=at, by=by)


def _move(gesture: UUID) -> None:
    stand, mine = here(), gathering.here()
    try:
        span = gathering.span_of(mine)
    except Refusal as refusal:
        stand.told = refusal
        return
    facts = {"sitting_id": mine.moving, "room_id": value(mine, "room"), "span": span, "reason": str(value(mine, "reason", ""))}
    # The overflow stood on the screen beside the button that was tapped.
    answer = acts.do(events.move, **facts, gesture=gesture, overflow_seen=True)
    _done(answer, "gathering_moved", undoing_events.event_move, sitting_id=mine.moving)


def _leave_out(gesture: UUID) -> None:
    mine = gathering.here()
    reason = str(value(mine, "reason", ""))
    answer = acts.do(events.cancel_sitting, sitting_id=mine.moving, reason=reason, gesture=gesture)
    _done(answer, "gathering_cancelled", undoing_events.sitting_cancel, sitting_id=mine.moving)


def _done(answer: object, told_as: str, way_back: Callable[..., None], **which: object) -> None:
    stand = here()
    if acts.failed(answer):
        stand.told = answer
        return
    gathering.here().anew()
    stand.tell(told_as, Undo(way_back, {**which, "reason": stand.say("staff.undo.reason")}))


def _names(stand: Stand, sheet: EventSheet) -> None:
    say = stand.say
    if sheet.draft.seats is None:
        draw.html(draw.heading(say("gathering.names")), draw.empty(say("gathering.no_names")))
        return
    found = acts.look(_listed, event_id=sheet.id)
    names: tuple[Name, ...] = found if isinstance(found, tuple) else ()
    seated = sum(name.state.value == "seated" for name in names)
    draw.html(draw.heading(say("gathering.names"), say("gathering.seated", count=seated, seats=sheet.draft.seats)))
    if not names:
        draw.html(draw.empty(say("gathering.nobody")))
    with st.container(key="name-list", height=330 if len(names) > 4 else "content", border=False):  # noqa: PLR2004  what fits without scrolling
        for name in names[:_NAMES]:
            with frame.row(f"name-{name.sign_up_id.hex}"):
                state = say("sign_up_state.waiting") if name.state.value == "waiting" else ""
                draw.html(draw.line(name.name or say("gathering.unnamed"), name.group, name.phone, codes.clear(name.ticket), state))
                frame.button(f"off-{name.sign_up_id.hex}", say("gathering.take_off"), _take_off, name.sign_up_id, stand.gesture)
    if not sheet.cancelled_at and sheet.next_line(clock.now()):
        left, right = st.columns([2, 1], gap="small", vertical_alignment="bottom")
        key = f"guest-{stand.round}"
        left.text_input(say("gathering.add_name"), key=key, max_chars=40, autocomplete="off", placeholder=say("gathering.add_hint"))
        with right:
            frame.button("name-add", say("gathering.add"), _add, sheet.id, key, stand.gesture)


def _listed(session: Session, *, event_id: UUID, at: datetime, by: Actor) -> tuple[Name, ...]:  # noqa: ARG001  asked like every question
    return sign_ups.names(session, event_id=event_id, by=by)


def _add(event_id: UUID, key: str, gesture: UUID) -> None:
    stand, text = here(), str(st.session_state.get(key, ""))
    name, _, group = text.replace("，", " ").replace(",", " ").strip().partition(" ")
    answer = acts.do(sign_ups.sign_up, event_id=event_id, guest=Guest(name, group), gesture=gesture)
    if isinstance(answer, Ticket):
        state = stand.say("gathering.ticket_seated" if answer.seated else "gathering.ticket_waiting", ahead=answer.ahead)
        stand.tell(draw.notice("good", state, codes.clear(answer.number)), Undo(sign_ups.cancel, {"sign_up_id": answer.sign_up_id}))
    else:
        stand.told = answer


def _take_off(sign_up_id: UUID, gesture: UUID) -> None:
    way_back = Undo(undoing_events.sign_up_cancel, {"sign_up_id": sign_up_id})
    acts.say(here(), "gathering_taken_off", acts.do(sign_ups.cancel, sign_up_id=sign_up_id, gesture=gesture), way_back)


def _off(stand: Stand, mine: Gathering, sheet: EventSheet) -> None:
    if sheet.cancelled_at or sheet.next_line(clock.now()) is None:
        frame.button("to-month", stand.say("gathering.to_month"), acts.open_screen, "events")
        return
    key = f"off-{stand.round}"
    st.text_input(stand.say("gathering.off_reason"), key=key, max_chars=120, autocomplete="off")
    with st.container(key="off-acts", horizontal=True):
        frame.button("event-off", stand.say("gathering.off"), _call_off, sheet.id, key, mine.gesture)
        frame.button("to-month", stand.say("gathering.to_month"), acts.open_screen, "events")


def _call_off(event_id: UUID, key: str, gesture: UUID) -> None:
    reason = str(st.session_state.get(key, ""))
    answer = acts.do(events.cancel, event_id=event_id, reason=reason, gesture=gesture)
    _done(answer, "gathering_called_off", undoing_events.event_cancel, event_id=event_id)
