"""What a register is: its words from the paper book, and one question that streams its lines for a hall and a period."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from services import clock
from services.ruled import Cell
from services.settings import HOUSE
from services.words import Words

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Frame:
    """Of which hall, from which day up to but not including which, as seen at which moment, in whose words."""

    hall_id: UUID
    since: date
    until: date
    at: datetime
    words: Words

    @property
    def today(self) -> date:
        """The day it is read on."""
        return clock.local_day(self.at)

    def say(self, key: str, **facts: object) -> str:
        """Give a word of the registers."""
        return self.words.say(f"registers.cell.{key}", **facts)

    def days(self) -> dict[str, Any]:
        """Give what a statement over days asks for."""
        return {"hall_id": self.hall_id, "since": self.since, "until": self.until}

    def moments(self) -> dict[str, Any]:
        """Give what a statement over instants asks for."""
        return {"hall_id": self.hall_id, "since": clock.instant(self.since, 0), "until": clock.instant(self.until, 0)}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a register; `day` is the day it stands under, None in a register that is not kept by days."""

    day: date | None
    cells: tuple[Cell, ...]


Rows = Callable[[Session, Frame], Iterator[Line]]


@dataclass(frozen=True, slots=True)
class Register:
    """One of the paper books. `widths` are in em of the print; `rows` asks few statements and keeps no list."""

    number: str
    rows: Rows
    widths: tuple[float, ...]
    by_days: bool = True

    @property
    def name(self) -> str:
        """Its name as it stands on the paper book."""
        return _papers()[self.number][0]

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns, word for word those of the paper book."""
        return _papers()[self.number][1]


@cache
def _papers() -> dict[str, tuple[str, tuple[str, ...]]]:
    written = json.loads((HOUSE / "assets" / "registers" / "ledgers.json").read_text(encoding="utf-8"))
    return {key[:2]: (key[3:], tuple(columns)) for key, columns in written.items()}


def papers() -> dict[str, str]:
    """Give number and name of every paper book there is, whether it is kept here or not."""
    return {number: name for number, (name, _) in _papers().items()}


def stream(session: Session, statement: sa.Select[Any], facts: dict[str, Any]) -> Iterator[Any]:
    """Give rows as they come, some hundreds at a time; what is left unread is given up with the session."""
    yield from session.execute(statement, facts, execution_options={"yield_per": _AT_ONCE})


def day(on: date | None) -> str:
    """Write a day as the registers have it: 2027-03-10."""
    return on.isoformat() if on else ""


def sum_of(fen: int | None) -> Cell:
    """Write a sum in 元 from fen; what is not known stays empty."""
    return "" if fen is None else Decimal(fen).scaleb(-2)
