"""The form of a booking: who, for what, when and how many; below it stands what speaks against it, before anything is written."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import streamlit as st

from models import Purpose
from services import bookings, clock, room_diary, shelves, teams
from services.bookings import Draft
from services.refusals import FactMissing, Refusal
from services.room_diary import BookingLine
from services.sharing import WHOLE_ROOM
from services.spans import Span
from services.teams import Team
from ui.staff import acts, booking_acts, booking_place, draw, frame, gathering, moments
from ui.staff.booking_place import Place, value
from ui.staff.stand import Stand, here

_OTHER: Final = "other"
_LASTS: Final = (30, 60, 90, 120, 150, 180, 240, 300, 480)
_HALF_HOUR: Final = timedelta(minutes=30)
_USUAL: Final = 120
_A_FEW: Final = 10


def form(stand: Stand, mine: Place, line: BookingLine | None) -> None:
    """Draw it empty for a free stretch, or filled for the booking that changes."""
    say = stand.say
    listed = {team.team_id: team for team in _teams()}
    draw.html(draw.heading(say("bookings.change" if line else "bookings.new"), _room(mine, line)))
    _who(stand, mine, line, listed)
    st.selectbox(
        say("bookings.purpose"), list(Purpose), index=list(Purpose).index(line.purpose) if line else 0, key=mine.key("purpose"),
        format_func=lambda purpose: say(f"purpose.{purpose}"),
    )  # fmt: skip
    if line is None and mine.free is not None:
        _when(stand, mine, mine.free)
    elif line is not None:
        moments.ask(stand, _moment(mine), say("bookings.day"), line.span.start)
        minutes = int((line.span.end - line.span.start).total_seconds() // 60)
        _lasts(stand, mine, sorted({*_LASTS, minutes}), minutes)
    draft = _draft(mine, line)
    if draft.outside_culture:
        _approver(stand, mine, draft.room_id)
    _more(stand, mine, line)
    draft, span = _draft(mine, line), _span(stand, mine, line)
    against = acts.look(bookings.reasons, draft=draft, span=span, apart_from=line.booking_id if line else None)
    found = against if isinstance(against, tuple) else ()
    # What is not written yet is no news to who is writing it.
    told = [refusal for refusal in found if not isinstance(refusal, FactMissing)]
    if told:
        draw.html(draw.reasons((*_words(stand, refusal), True) for refusal in told))
    with st.container(key="card-acts-booking-form", horizontal=True):
        if line:
            frame.button("booking-save", say("bookings.save"), _change, line, mine.gesture, kind="primary", disabled=bool(told))
        else:
            frame.button("booking-save", say("bookings.save"), _book, mine.gesture, kind="primary", disabled=bool(told))
        frame.button("booking-leave", say("gathering.leave"), booking_place.turn, 0)


def _words(stand: Stand, refusal: Refusal) -> tuple[str, str]:
    kindly = stand.words.refused(refusal)
    return kindly.say, kindly.next


def _teams() -> list[Team]:
    found = acts.look(teams.teams)
    return found if isinstance(found, list) else []


def _room(mine: Place, line: BookingLine | None) -> str:
    known = gathering.rooms()
    room_id = line.room_id if line else mine.room_id
    return known[room_id][0] if room_id in known else ""


def _who(stand: Stand, mine: Place, line: BookingLine | None, listed: dict[UUID, Team]) -> None:
    say = stand.say
    options: list[UUID | str] = [*listed, _OTHER]
    now: UUID | str | None = None if line is None else line.team_id if line.team_id in listed else _OTHER
    index = options.index(now) if now in options else None
    st.selectbox(
        say("bookings.who"), options, index=index, key=mine.key("team"), placeholder=say("bookings.who_hint"),
        format_func=lambda one: frame.plain(listed[one].name) if isinstance(one, UUID) else say("bookings.other_group"),
    )  # fmt: skip
    if value("team", now) == _OTHER:
        given = (line.who, line.contact, line.phone) if line and line.team_id is None else ("", "", "")
        st.text_input(say("field.group_name"), given[0], key=mine.key("group_name"), max_chars=60, autocomplete="off")
        left, right = st.columns(2, gap="small")
        left.text_input(say("field.booking_contact"), given[1], key=mine.key("contact"), max_chars=40, autocomplete="off")
        right.text_input(say("field.phone"), given[2], key=mine.key("phone"), max_chars=20, autocomplete="off")


def _when(stand: Stand, mine: Place, free: Span[datetime]) -> None:
    left, right = st.columns(2, gap="small")
    starts = [free.start + step * _HALF_HOUR for step in range(int((free.end - free.start) / _HALF_HOUR))]
    with left:
        st.selectbox(stand.say("bookings.starts"), starts, key=mine.key("starts"), format_func=stand.words.time)
    most = int((free.end - value("starts", free.start)).total_seconds() // 60)
    with right:
        _lasts(stand, mine, sorted({length for length in _LASTS if length <= most} | {most}), min(_USUAL, most))


def _lasts(stand: Stand, mine: Place, lengths: list[int], usual: int) -> None:
    st.selectbox(
        stand.say("gathering.lasts"), lengths, index=lengths.index(usual), key=mine.key("lasts"),
        format_func=lambda minutes: stand.say("gathering.minutes", count=minutes),
    )  # fmt: skip


def _approver(stand: Stand, mine: Place, room_id: UUID) -> None:
    found = acts.look(shelves.approvers, room_id=room_id)
    names = dict(found) if isinstance(found, list) else {}
    st.selectbox(
        stand.say("staff.thing.approver"), list(names), index=None, key=mine.key("approver"),
        placeholder=stand.say("staff.thing.approver_hint"), format_func=lambda staff_id: names.get(staff_id, str(staff_id)),
    )  # fmt: skip


def _more(stand: Stand, mine: Place, line: BookingLine | None) -> None:
    say = stand.say
    left, right = st.columns(2, gap="small")
    left.number_input(say("field.booking_people"), 1, bookings.MOST_PEOPLE, line.people if line else _A_FEW, key=mine.key("people"))
    if line is None:
        right.number_input(say("bookings.weeks"), 1, bookings.MOST_WEEKS, 1, key=mine.key("weeks"))
    with st.expander(say("bookings.more")):
        found = acts.look(room_diary.functions, room_id=line.room_id if line else mine.room_id)
        parts = [WHOLE_ROOM, *(found if isinstance(found, tuple) else ())]
        index = parts.index(line.function) if line and line.function in parts else 0
        st.selectbox(
            say("bookings.part"), parts, index=index, key=mine.key("function"),
            format_func=lambda part: frame.plain(part) if part else say("bookings.whole_room"),
        )  # fmt: skip
        st.text_input(say("bookings.note"), line.note if line else "", key=mine.key("note"), max_chars=200, autocomplete="off")


def _draft(mine: Place, line: BookingLine | None) -> Draft:
    """Read the form as it stands now: in a callback that is newer than what was drawn."""
    team, room_id = value("team", line.team_id if line else None), line.room_id if line else mine.room_id
    assert room_id is not None
    text = {name: str(value(name, "") or "") for name in ("group_name", "contact", "phone", "note")}
    approver = value("approver")
    return Draft(
        room_id=room_id, purpose=value("purpose", line.purpose if line else Purpose.REHEARSAL), people=int(value("people", 1) or 1),
        team_id=team if isinstance(team, UUID) else None, function=str(value("function", WHOLE_ROOM) or WHOLE_ROOM),
        approver_id=approver if isinstance(approver, UUID) else None, **text,
    )  # fmt: skip


def _span(stand: Stand, mine: Place, line: BookingLine | None) -> Span[datetime]:
    start = moments.picked(stand, _moment(mine)) if line else value("starts", mine.free.start if mine.free else clock.now())
    return Span(start, start + timedelta(minutes=int(value("lasts", _USUAL))))


def _moment(mine: Place) -> str:
    return f"booking-{mine.round}"


def _book(gesture: UUID) -> None:
    stand, mine = here(), booking_place.place()
    booking_acts.book(_draft(mine, None), _span(stand, mine, None), int(value("weeks", 1) or 1), gesture)


def _change(line: BookingLine, gesture: UUID) -> None:
    stand, mine = here(), booking_place.place()
    booking_acts.change(line, _draft(mine, line), _span(stand, mine, line), gesture)
