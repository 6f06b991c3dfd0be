"""Where the keeper is among the rooms' weeks: the room, the week, and what was tapped in it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import streamlit as st

from services import clock
from services.room_diary import BookingLine
from services.spans import Span
from ui.staff.stand import here

_KEY: Final = "booking-place"


@dataclass
class Place:
    """What is looked at; rows are never kept here."""

    first: date
    room_id: UUID | None = None
    free: Span[datetime] | None = None
    booking_id: UUID | None = None
    changing: bool = False
    # Minted when a form is shown, kept across presses, and new for the next one.
    gesture: UUID = field(default_factory=uuid4)
    round: int = 0

    def look_at(self, *, free: Span[datetime] | None = None, booking_id: UUID | None = None, changing: bool = False) -> None:
        """Tap something else: another form, with empty fields."""
        self.free, self.booking_id, self.changing = free, booking_id, changing
        self.gesture, self.round = uuid4(), self.round + 1

    def key(self, name: str) -> str:
        """The widget's name in this form."""
        return f"booking-{name}-{self.round}"


def place() -> Place:
    """What this page looks at; the week from today to begin with."""
    kept = st.session_state.get(_KEY)
    if not isinstance(kept, Place):
        kept = st.session_state[_KEY] = Place(clock.local_day(clock.now()))
    return kept


def value(name: str, default: Any = None) -> Any:
    """What a field of the form holds now."""
    return st.session_state.get(place().key(name), default)


def turn(days: int) -> None:
    """Look at another week; none puts today first again."""
    mine = place()
    mine.first = mine.first + timedelta(days=days) if days else clock.local_day(clock.now())
    mine.look_at()


def show(line: BookingLine) -> None:
    """Come here to one booking."""
    here().go("bookings")
    mine = place()
    mine.room_id, mine.first = line.room_id, clock.local_day(clock.now())
    mine.look_at(booking_id=line.booking_id)
