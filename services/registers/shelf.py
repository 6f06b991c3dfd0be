"""Which registers are kept here, and how one is read: a page for the screen, or all of it for a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final

from sqlmodel import Session

from services.journal import Actor
from services.refusals import NotAllowed
from services.registers import activities, door, hall, loans, money, readers, rooms, stock, things, upkeep, voices
from services.registers.register import Frame, Line, Register
from services.words import Words

_KEPT: Final = (stock, loans, readers, things, upkeep, door, activities, rooms, voices, hall, money)
REGISTERS: Final = {
    register.number: register for register in sorted((one for book in _KEPT for one in book.REGISTERS), key=lambda one: one.number)
}
"""By number; what is not in it has no data here yet and is shown nowhere (docs/registers.md)."""
PAGE_SIZE: Final = 20
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a register on the screen, as text."""

    register: Register
    lines: tuple[tuple[str, ...], ...]
    number: int
    more: bool


def page(
    session: Session, *, register: str, since: date, until: date, text: str = "", number: int = 0, words: Words, at: datetime, by: Actor
) -> Page:
    """Give a page; a text leaves the lines in which it stands. Reading stops where the page ends."""
    kept = REGISTERS[register]
    found = _with(kept.rows(session, frame(since, until, words, at, by)), text.strip()[:_LONGEST].casefold())
    first = max(number, 0) * PAGE_SIZE
    lines = [tuple(map(str, line.cells)) for line in islice(found, first, first + PAGE_SIZE + 1)]
    return Page(kept, tuple(lines[:PAGE_SIZE]), max(number, 0), len(lines) > PAGE_SIZE)


def frame(since: date, until: date, words: Words, at: datetime, by: Actor) -> Frame:
    """Give what every register is asked with; a period goes forward by a day at least. Raises NotAllowed: names stand in them."""
    if not by.is_staff:
        raise NotAllowed
    return Frame(by.hall_id, since, max(until, date.fromordinal(since.toordinal() + 1)), at, words)


def _with(lines: Iterator[Line], text: str) -> Iterator[Line]:
    return (line for line in lines if not text or any(text in str(cell).casefold() for cell in line.cells))
