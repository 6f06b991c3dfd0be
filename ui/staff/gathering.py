"""Where the keeper is among the events: the month, the event, the sitting; and the fields of time and place two screens share."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import streamlit as st
from sqlmodel import Session

from services import clock
from services import rooms as rooms_service
from services.refusals import FactWrong
from services.spans import Span
from ui.staff import acts
from ui.staff.stand import Stand

_KEY: Final = "gathering"
_DATE: Final = re.compile(r"\s*(\d{4})\D{0,2}(\d{1,2})\D{0,2}(\d{1,2})\D{0,2}\s*")
_HALF_HOURS: Final = tuple(range(6 * 60, 22 * 60 + 1, 30))
_LASTS: Final = (30, 45, 60, 75, 90, 110, 120, 150, 180, 240, 300, 480)


@dataclass
class Gathering:
    """What is looked at; rows are never kept here."""

    year: int = 0
    month: int = 0
    event_id: UUID | None = None
    sitting_id: UUID | None = None
    moving: UUID | None = None
    # Minted when a form is shown, kept across presses, and new for the next one.
    gesture: UUID = field(default_factory=uuid4)
    round: int = 0
    given: dict[str, Any] = field(default_factory=dict)

    def anew(self, **given: Any) -> None:
        """Begin another form, empty or filled with what is given."""
        self.gesture, self.round, self.given, self.moving = uuid4(), self.round + 1, given, None

    def key(self, name: str) -> str:
        """The widget's name in this form."""
        return f"gathering-{name}-{self.round}"


def here() -> Gathering:
    """What this page looks at; the month of today to begin with."""
    kept = st.session_state.get(_KEY)
    if not isinstance(kept, Gathering):
        today = clock.local_day(clock.now())
        kept = st.session_state[_KEY] = Gathering(today.year, today.month)
    return kept


def rooms() -> dict[UUID, tuple[str, int]]:
    """Name the rooms an event may stand in, with how many they hold."""
    found = acts.look(_rooms)
    return found if isinstance(found, dict) else {}


def _rooms(session: Session, *, at: datetime, by: Any) -> dict[UUID, tuple[str, int]]:  # noqa: ARG001  asked like every question
    return rooms_service.usable(session, hall_id=by.hall_id)


def when_and_where(stand: Stand, mine: Gathering, *, day: date | None, starts: int, lasts: int, room_id: UUID | None) -> None:
    """Draw day, hour, length and room."""
    first, second, third, fourth = st.columns([1.2, 1, 1, 1.6], gap="small")
    first.text_input(
        stand.say("gathering.day"), day.isoformat() if day else "", key=mine.key("day"), max_chars=14, autocomplete="off",
        placeholder=stand.say("gathering.day_hint"),
    )  # fmt: skip
    times = sorted({*_HALF_HOURS, starts})
    second.selectbox(
        stand.say("gathering.starts"), times, index=times.index(starts), key=mine.key("starts"), format_func=stand.words.minute
    )
    lengths = sorted({*_LASTS, lasts})
    third.selectbox(
        stand.say("gathering.lasts"), lengths, index=lengths.index(lasts), key=mine.key("lasts"),
        format_func=lambda minutes: stand.say("gathering.minutes", count=minutes),
    )  # fmt: skip
    known = rooms()
    ids = list(known)
    fourth.selectbox(
        stand.say("gathering.room"), ids, index=ids.index(room_id) if room_id in known else 0, key=mine.key("room"),
        format_func=lambda one: stand.say("gathering.room_holds", room=known[one][0], count=known[one][1]),
    )  # fmt: skip


def value(mine: Gathering, name: str, default: Any = None) -> Any:
    """What a field holds now."""
    return st.session_state.get(mine.key(name), mine.given.get(name, default))


def day_of(text: str) -> date:
    """Read a day as people write it. Raises FactWrong."""
    match = _DATE.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else _wrong()
    except ValueError:
        return _wrong()


def _wrong() -> date:
    raise FactWrong(field="at")


def span_of(mine: Gathering) -> Span[datetime]:
    """Read the span the fields tell. Raises FactWrong."""
    day, starts, lasts = day_of(str(value(mine, "day", ""))), int(value(mine, "starts")), int(value(mine, "lasts"))
    return Span(clock.instant(day, starts), clock.instant(day, starts + lasts))
