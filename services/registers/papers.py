"""A register on paper, as a table file, and all of a year in one archive; what they say is what the register's question gives."""

import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import IO, Final

from sqlmodel import Session

from services import ruled
from services.journal import Actor
from services.registers import shelf
from services.registers.register import Frame, Line, Register
from services.ruled import Part, Ruling
from services.words import LANGUAGES, words

LANG: Final = LANGUAGES[0]
"""A register is handed to inspectors: in Chinese, whatever the tablet speaks."""
Told = Callable[[str, int, int], None]
"""Hears which register is being made, how many are done, and of how many."""
_THICK: Final = 1000
"""More lines than some thirty pages hold."""
_TELL_EVERY: Final = 250


@dataclass(frozen=True, slots=True)
class File:
    """A file to take away."""

    name: str
    made: bytes


def printed(session: Session, *, register: str, since: date, until: date, hall: str, at: datetime, by: Actor) -> list[File]:
    """Print a register for a period: one PDF, or several volumes when it is thick."""
    kept, frame = shelf.REGISTERS[register], _frame(since, until, at, by)
    made = ruled.volumes(_ruling(kept, frame, hall), _parts(kept, frame, kept.rows(session, frame)), **_said(kept, frame))
    return list(_named(kept, frame, made))


def table(session: Session, *, register: str, since: date, until: date, hall: str, at: datetime, by: Actor) -> File:
    """Make a register for a period as .xlsx."""
    kept, frame = shelf.REGISTERS[register], _frame(since, until, at, by)
    with ruled.workbook(_ruling(kept, frame, hall), empty=_empty(kept, frame)) as sheet:
        for line in kept.rows(session, frame):
            sheet.add(Part(line.cells))
    return File(f"{_stem(kept, frame)}.xlsx", sheet.packed)


def year(session: Session, *, year: int, hall: str, archive: IO[bytes], told: Told, at: datetime, by: Actor) -> int:
    """Write every register of a year into a zip archive, each as .xlsx and as print; its rows are read once for both. Gives how many."""
    kept = list(shelf.REGISTERS.values())
    frame = _frame(date(year, 1, 1), date(year + 1, 1, 1), at, by)
    # PDF and .xlsx are packed already.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        for done, register in enumerate(kept):
            told(register.name, done, len(kept))
            for file in _both(register, frame, hall, register.rows(session, frame)):
                packed.writestr(file.name, file.made)
    return len(kept)


def is_thick(session: Session, *, register: str, since: date, until: date, at: datetime, by: Actor) -> bool:
    """Whether a register of a period is too much to be set while somebody waits for it; reads no further than that."""
    rows = shelf.REGISTERS[register].rows(session, _frame(since, until, at, by))
    return next(islice(rows, _THICK, None), None) is not None


def one(
    session: Session, *, register: str, since: date, until: date, hall: str, archive: IO[bytes], told: Told, at: datetime, by: Actor
) -> int:  # fmt: skip
    """Write one thick register into a zip archive, as print and as .xlsx; tells how many lines are set, of how many. Gives how many."""
    kept, frame = shelf.REGISTERS[register], _frame(since, until, at, by)
    count = sum(1 for _ in kept.rows(session, frame))

    def telling() -> Iterator[Line]:
        for done, line in enumerate(kept.rows(session, frame)):
            if done % _TELL_EVERY == 0:
                told(kept.name, done, count)
            yield line

    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        for file in _both(kept, frame, hall, telling()):
            packed.writestr(file.name, file.made)
    return count


def stem(register: str, since: date, until: date) -> str:
    """Name the file of a register for a period, without its ending."""
    last = date.fromordinal(until.toordinal() - 1)
    return f"{register}_{shelf.REGISTERS[register].name.replace('/', '·')}_{since:%Y%m%d}-{last:%Y%m%d}"


def _both(register: Register, frame: Frame, hall: str, rows: Iterable[Line]) -> Iterator[File]:
    ruling, said = _ruling(register, frame, hall), _said(register, frame)
    with ruled.workbook(ruling, empty=_empty(register, frame)) as sheet:
        parts = map(sheet.add, _parts(register, frame, rows))
        yield from _named(register, frame, ruled.volumes(ruling, parts, **said))
    yield File(f"{_stem(register, frame)}.xlsx", sheet.packed)


def _frame(since: date, until: date, at: datetime, by: Actor) -> Frame:
    return shelf.frame(since, until, words(LANG), at, by)


def _ruling(register: Register, frame: Frame, hall: str) -> Ruling:
    say = frame.words.say
    signs = (say("registers.filled_by"), say("registers.in_charge"), say("registers.signed_on"))
    page = frame.words.sentences["registers.page"]
    return Ruling(register.name, hall, _span(frame), register.columns, register.widths, (signs,), page)


def _said(register: Register, frame: Frame) -> dict[str, str]:
    return {"empty": _empty(register, frame), "volume": frame.words.sentences["registers.volume"]}


def _empty(register: Register, frame: Frame) -> str:
    return frame.words.say("registers.empty_month" if register.by_days else "registers.empty_whole")


def _span(frame: Frame) -> str:
    last = date.fromordinal(frame.until.toordinal() - 1)
    return frame.words.say("registers.span", since=frame.since.isoformat(), until=last.isoformat())


def _stem(register: Register, frame: Frame) -> str:
    return stem(register.number, frame.since, frame.until)


def _named(register: Register, frame: Frame, made: Iterable[bytes]) -> Iterator[File]:
    stem = _stem(register, frame)
    for number, pdf in enumerate(made, start=1):
        yield File(f"{stem}.pdf" if number == 1 else f"{stem}_{number}.pdf", pdf)


def _parts(register: Register, frame: Frame, lines: Iterable[Line]) -> Iterator[Part]:
    """Put each month's heading before its lines; a month without any says so."""
    waiting = deque(_months(frame) if register.by_days else ())
    headed = len(waiting) > 1
    for line in lines:
        while headed and line.day and waiting and waiting[0] <= line.day:
            month = waiting.popleft()
            yield _heading(frame, month, empty=bool(waiting) and waiting[0] <= line.day)
        yield Part(line.cells)
    for month in waiting if headed else ():
        yield _heading(frame, month, empty=True)


def _heading(frame: Frame, month: date, *, empty: bool) -> Part:
    text = frame.words.say("registers.month", year=month.year, month=month.month)
    return Part((f"{text}  {frame.words.say('registers.empty_month')}" if empty else text,), "section")


def _months(frame: Frame) -> Iterator[date]:
    """Give the first day of each month of the period; months to come are not empty, they have not been."""
    month = frame.since.replace(day=1)
    while month < frame.until and month <= frame.today:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)
