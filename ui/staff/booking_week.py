"""场地预订: a room's week by touch, what is booked today, and beside it the form or the booking that was tapped."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from services import clock, room_diary
from services.room_diary import BookingLine, BookingState, Day, Entry
from services.spans import Span
from ui.staff import acts, booking_acts, booking_form, booking_place, draw, event_page, frame, gathering, told
from ui.staff.booking_place import Place
from ui.staff.stand import Stand

_WEEK: Final = 7
_TALL: Final = 7
_HALF_HOUR: Final = timedelta(minutes=30)
_COMES: Final = frozenset({BookingState.AHEAD, BookingState.AWAITED, BookingState.NO_SHOW})


def screen(stand: Stand) -> None:
    """Draw the week on the left, and what was tapped on the right."""
    mine = booking_place.place()
    told.tell(stand)
    rooms = gathering.rooms()
    if mine.room_id not in rooms:
        mine.room_id = next(iter(rooms), None)
    _top(stand, mine, {room_id: name for room_id, (name, _) in rooms.items()})
    left, right = st.columns([2.05, 1], gap="small")
    with left, frame.card("week"):
        _week(stand, mine)
    with right, frame.card("booking"):
        line = _tapped(mine)
        if mine.free is not None or (line and mine.changing):
            booking_form.form(stand, mine, line)
        elif line is not None:
            _booking(stand, mine, line)
        else:
            _today(stand)


def _top(stand: Stand, mine: Place, rooms: dict[UUID, str]) -> None:
    with st.container(key="bookings-top", horizontal=True, vertical_alignment="center"):
        for room_id, name in rooms.items():
            frame.button(f"room-{room_id.hex}", name, _room, room_id, kind="primary" if room_id == mine.room_id else "secondary")
        frame.button("week-back", "‹", booking_place.turn, -_WEEK)
        frame.button("week-today", stand.say("bookings.from_today"), booking_place.turn, 0)
        frame.button("week-on", "›", booking_place.turn, _WEEK)


def _room(room_id: UUID) -> None:
    mine = booking_place.place()
    mine.room_id = room_id
    mine.look_at()


def _week(stand: Stand, mine: Place) -> None:
    found = acts.look(room_diary.week, room_id=mine.room_id, first=mine.first) if mine.room_id else ()
    days: tuple[Day, ...] = found if isinstance(found, tuple) else ()
    with st.container(key="week"):
        for column, day in zip(st.columns(_WEEK), days, strict=False):
            with column:
                _day(stand, mine, day)


def _day(stand: Stand, mine: Place, day: Day) -> None:
    now = clock.now()
    today = Markup(" week-today") if day.day == clock.local_day(now) else draw.NOTHING
    draw.html(
        Markup('<div class="week-day{}">{}<b>{}</b></div>').format(
            today, stand.words.short_weekday(day.day), f"{day.day.month}.{day.day.day}"
        )
    )
    free = [left for span in day.free if (left := _left(span, now))]
    for span, entry in sorted([(span, None) for span in free] + [(entry.span, entry) for entry in day.entries], key=lambda pair: pair[0]):
        hours = f"{stand.words.time(span.start)}–{stand.words.time(span.end)}"
        tall = min(_TALL, max(1, round((span.end - span.start) / timedelta(hours=1))))
        when = f"t{tall}-{span.start:%m%d%H%M}"
        if entry is None:
            kind = "primary" if span == mine.free else "secondary"
            frame.button(f"slot-free-{when}", f"{stand.say('bookings.free')}\n{hours}", _tap_free, span, kind=kind, width="stretch")  # type: ignore[arg-type]
        else:
            _entry(stand, mine, entry, f"{'past' if span.end <= now else 'use'}-{when}", hours)
    if not free and not day.entries:
        draw.html(Markup('<p class="week-shut">{}</p>').format(stand.say("bookings.over" if day.open else "bookings.shut")))


def _left(span: Span[datetime], now: datetime) -> Span[datetime] | None:
    """What of a free stretch can still be booked, from the half hour that is running."""
    begun = now - (now - span.start) % _HALF_HOUR if now > span.start else span.start
    return Span(begun, span.end) if span.end - begun >= _HALF_HOUR and span.end > now else None


def _entry(stand: Stand, mine: Place, entry: Entry, key: str, hours: str) -> None:
    line = entry.booking
    mark = "✓ " if line and line.state is BookingState.HERE else ""
    label = f"{mark}{entry.title or stand.say(f'use_kind.{entry.kind}')}\n{hours}"
    if line is not None:
        chosen = "primary" if line.booking_id == mine.booking_id else "secondary"
        frame.button(f"slot-{key}", label, _tap_booking, line.booking_id, kind=chosen, width="stretch")  # type: ignore[arg-type]
    elif entry.event_id and entry.sitting_id:
        frame.button(f"slot-{key}", label, event_page.open_event, entry.event_id, entry.sitting_id, width="stretch")
    else:
        frame.button(f"slot-{key}", label, booking_place.turn, 0, width="stretch", disabled=True)


def _tap_free(span: Span[datetime]) -> None:
    booking_place.place().look_at(free=span)


def _tap_booking(booking_id: UUID) -> None:
    booking_place.place().look_at(booking_id=booking_id)


def _tapped(mine: Place) -> BookingLine | None:
    found = acts.look(room_diary.one, booking_id=mine.booking_id) if mine.booking_id else None
    return found if isinstance(found, BookingLine) else None


def _today(stand: Stand) -> None:
    found = acts.look(room_diary.on_day, day=clock.local_day(clock.now()))
    lines = found if isinstance(found, tuple) else ()
    draw.html(draw.heading(stand.say("bookings.today"), str(len(lines)) if lines else ""))
    if not lines:
        draw.html(draw.empty(stand.say("bookings.none_today")))
    for line in lines:
        row(stand, line, "today")
    draw.html(draw.empty(stand.say("bookings.hint")))


def row(stand: Stand, line: BookingLine, where: str) -> None:
    """Draw a booking of today with its one tap."""
    with frame.row(f"{where}-booking-{line.booking_id.hex}"):
        hours = f"{stand.words.time(line.span.start)}–{stand.words.time(line.span.end)}"
        state, late = stand.say(f"booking_state.{line.state}"), line.state is BookingState.NO_SHOW
        draw.html(
            draw.line(line.who or stand.say("inside.unlinked"), hours, line.room, stand.say(f"purpose.{line.purpose}"), state, late=late)
        )
        if line.state in _COMES and line.span.end > clock.now():
            frame.button(
                f"came-{where}-{line.booking_id.hex}", stand.say("bookings.here"), booking_acts.came, line, stand.gesture, kind="primary"
            )
        elif where != "today":
            frame.button(f"open-{where}-{line.booking_id.hex}", stand.say("gathering.open"), booking_place.show, line)


def _booking(stand: Stand, mine: Place, line: BookingLine) -> None:
    say, words = stand.say, stand.words
    draw.html(draw.heading(line.who or say("inside.unlinked"), say(f"booking_state.{line.state}")))
    when = f"{words.due(line.day)} {words.short_weekday(line.day)} {words.time(line.span.start)}–{words.time(line.span.end)}"
    contact = f"{line.contact} {line.phone}".strip()
    draw.html(
        draw.facts([
            (say("bookings.when"), when), (say("field.room"), line.room), (say("bookings.part"), line.function),
            (say("bookings.purpose"), say(f"purpose.{line.purpose}")), (say("field.booking_people"), str(line.people)),
            (say("field.booking_contact"), contact), (say("bookings.note"), line.note),
            (say("bookings.flagged"), say("bookings.approved_by", name=line.approver) if line.flagged else ""),
            (say("field.reason"), line.end_reason),
        ])
    )  # fmt: skip
    can_come = line.state in _COMES and line.day == clock.local_day(clock.now()) and line.span.end > clock.now()
    standing = line.state in room_diary.STANDING
    with st.container(key="card-acts-booking", horizontal=True):
        if can_come:
            frame.button("booking-came", say("bookings.here"), booking_acts.came, line, mine.gesture, kind="primary")
        if standing:
            frame.button("booking-change", say("bookings.change"), _change, line)
        frame.button("booking-leave", say("gathering.leave"), booking_place.turn, 0)
    if standing:
        key = mine.key("off")
        st.text_input(say("bookings.off_reason"), key=key, max_chars=200, autocomplete="off")
        with st.container(key="card-acts-booking-off", horizontal=True):
            frame.button("booking-off", say("bookings.off"), _off, line, key, mine.gesture)


def _change(line: BookingLine) -> None:
    booking_place.place().look_at(booking_id=line.booking_id, changing=True)


def _off(line: BookingLine, key: str, gesture: UUID) -> None:
    booking_acts.cancel(line, str(st.session_state.get(key, "")), gesture)
