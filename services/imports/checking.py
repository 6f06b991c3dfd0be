"""Every row of a file held against what can be: what is right becomes an entry, what is not a problem with its row and column."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Room
from services.imports.columns import COLUMNS, Kind, Mapped
from services.imports.sheet import Sheet

_room = Room.__table__  # type: ignore[attr-defined]

Progress = Callable[[float], None]
_STEP: Final = 500
_DATE: Final = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D*")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell: the row as the file numbers it, the column as the file heads it. Only a `stops` keeps its row out."""

    row: int
    column: str
    code: str
    value: str
    stops: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that can be entered; `mark` knows it again in any other file."""

    row: int
    mark: bytes
    facts: Any


@dataclass(slots=True)
class Checked:
    """A whole file after the check."""

    kind: Kind
    name: str
    rows: int
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def stopped(self) -> int:
        """How many rows cannot be entered."""
        return len({problem.row for problem in self.problems if problem.stops})


class Wrong(Exception):  # noqa: N818  one cell's trouble, collected and never seen outside
    """A cell that keeps its row out."""

    def __init__(self, fact: str, code: str) -> None:
        super().__init__(code)
        self.fact, self.code = fact, code


@dataclass(frozen=True, slots=True)
class Place:
    """What a row is checked against that is not in it: rooms by name and code, where things go by default, and today."""

    rooms: Mapping[str, UUID]
    default_room: UUID | None
    today: date


def place_of(session: Session, *, hall_id: UUID, default_room: UUID | None, today: date) -> Place:
    """Give the rooms a file may name."""
    rooms = session.execute(sa.select(_room.c.id, _room.c.name, _room.c.code).where(_room.c.hall_id == hall_id))
    return Place({key: row.id for row in rooms for key in (row.name, row.code)}, default_room, today)


class Row:
    """One row while it is checked: its cells by fact, and a place for its troubles."""

    def __init__(self, number: int, facts: dict[str, str]) -> None:
        self.number, self.facts = number, facts
        self.marked: list[tuple[str, str]] = []

    def __getitem__(self, fact: str) -> str:
        return self.facts.get(fact, "")

    def mark(self, fact: str, code: str) -> None:
        """Note something odd that keeps nobody out."""
        self.marked.append((fact, code))


def check(sheet: Sheet, kind: Kind, mapped: Mapped, look: Callable[[Row], Any], tell: Progress = lambda _: None) -> Checked:
    """Look at every row; `look` gives the facts of one or raises Wrong. Empty rows are passed over."""
    checked = Checked(kind, sheet.name, len(sheet.rows))
    seen: Counter[bytes] = Counter()
    titles = {fact: sheet.headings[place] for fact, place in mapped.items()}
    for number, row in _rows(sheet, mapped):
        if (number - sheet.first) % _STEP == 0:
            tell((number - sheet.first) / len(sheet.rows))
        try:
            facts = look(row)
        except Wrong as wrong:
            checked.problems.append(Problem(number, titles.get(wrong.fact, "") or wrong.fact, wrong.code, row[wrong.fact][:60]))
        else:
            checked.entries.append(Entry(number, _fingerprint(kind, row.facts, seen), facts))
        checked.problems += [Problem(number, titles.get(fact, "") or fact, code, row[fact][:60], stops=False) for fact, code in row.marked]
    tell(1.0)
    return checked


def day(text: str, fact: str) -> date | None:
    """Read a day as people write it: 2016-5-1, 2016年5月1日, 20160501."""
    if not text:
        return None
    found = _DATE.fullmatch(text.partition(" ")[0])
    try:
        return date(*map(int, found.groups())) if found else datetime.fromisoformat(text).date()
    except ValueError:
        raise Wrong(fact, "day") from None


def whole(text: str, fact: str, *, least: int, most: int, otherwise: int) -> int:
    """Read a whole number within bounds."""
    if not text:
        return otherwise
    digits = text.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9 and least <= int(digits) <= most):  # noqa: PLR2004  no longer number is asked for
        raise Wrong(fact, "number")
    return int(digits)


def _rows(sheet: Sheet, mapped: Mapped) -> Iterator[tuple[int, Row]]:
    for number, cells in enumerate(sheet.rows, start=sheet.first):
        if any(cells):
            yield number, Row(number, {fact: cells[place] for fact, place in mapped.items()})


def _fingerprint(kind: Kind, facts: dict[str, str], seen: Counter[bytes]) -> bytes:
    """Know a row again by all it says, wherever its columns stand; two like rows of one file are two things."""
    said = "\x1f".join(f"{column.field}={facts[column.field]}" for column in COLUMNS[kind] if facts.get(column.field))
    plain = f"{kind}\x1e{said}".encode()
    seen[plain] += 1
    return hashlib.sha256(plain + b"\x1e%d" % seen[plain]).digest()
