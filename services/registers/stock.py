"""The registers of the books: 01 each copy, 02 the sums by batch with what is left, 03 by class, 22 what left the stock."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import (
    Accession,
    Condition,
    Item,
    ItemCondition,
    JournalRow,
    Loan,
    Medium,
    Room,
    Staff,
    Title,
    UnifiedNumber,
    Volume,
    Withdrawal,
)
from services import clock, codes, isbn
from services.accession import CLC
from services.registers.register import Frame, Line, Register, day, stream, sum_of
from services.ruled import Cell

_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_volume = Volume.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_loan = Loan.__table__  # type: ignore[attr-defined]
_accession = Accession.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]
_withdrawal = Withdrawal.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]
_approver = _staff.alias("approver")
_unified = UnifiedNumber.__table__  # type: ignore[attr-defined]
_journal = JournalRow.__table__  # type: ignore[attr-defined]
_old = _item.alias("old")

# What is said of a copy of which several things are true.
_GRAVEST: Final = (
    Condition.WITHDRAWN, Condition.LOST, Condition.CLAIMS_RETURNED, Condition.DAMAGED, Condition.PARTS_MISSING, Condition.OUT_OF_ORDER,
)  # fmt: skip
_CLASSES: Final = sorted(CLC)
_A_BOOK: Final = _item.c.item_class != Medium.EQUIPMENT
_GONE: Final = sa.and_(
    _condition.c.hall_id == _item.c.hall_id, _condition.c.item_id == _item.c.id, _condition.c.condition == Condition.WITHDRAWN
)


def individual(session: Session, frame: Frame) -> Iterator[Line]:
    """Each copy that was registered, as it stands now, with its end if it has come to one."""
    said = _conditions(session, frame.hall_id)
    out = set(session.execute(_out, {"hall_id": frame.hall_id}).scalars())
    for row in stream(session, _copies, frame.moments()):
        worst = said.get(row.id)
        gone = worst if worst is not None and worst.condition is Condition.WITHDRAWN else None
        if worst is not None:
            state = frame.say("withdrawn") if gone is not None else frame.words.say(f"condition.{worst.condition}")
        else:
            state = frame.say("out" if row.id in out else "kept")
        registered = clock.local_day(row.registered_at)
        yield Line(registered, (
            codes.clear(row.number), day(registered), _name(row), row.author, row.publisher, row.year or "", row.isbn or row.unified or "",
            sum_of(row.purchase_price_fen), row.source, row.batch or "", row.class_number or row.class_code, _call_number(row),
            f"{row.room} {row.shelf}".strip(), state, day(clock.local_day(gone.since_at)) if gone is not None else "",
            gone.reason if gone is not None else "", (gone.approver or "") if gone is not None else "", _remarks(frame, row),
        ))  # fmt: skip


def summary(session: Session, frame: Frame) -> Iterator[Line]:
    """Each batch that came, each day's withdrawals, and after every line what is left; what was before the period is counted, not shown."""
    stock, left = _Stock(), _by_day(session, frame)
    for day_of, coming in _days(stream(session, _arrivals, frame.moments()), left):
        shown = day_of >= frame.since
        for (batch, source), copies in sorted(coming.items()):
            stock.add(copies)
            if shown:
                yield Line(day_of, (*_came(day_of, batch, source, copies), "", "", "", *stock.cells()))
        if gone := left.pop(day_of, None):
            stock.take(gone)
            if shown:
                sums = (len({row.title_id for row in gone}), len(gone), _known_sum(gone))
                yield Line(day_of, (day(day_of), *[""] * (5 + len(_CLASSES)), "", *sums, *stock.cells()))


def by_class(session: Session, frame: Frame) -> Iterator[Line]:
    """Each title of which the hall had a copy at the end of the period, in the order of the shelves."""
    for _, copies in groupby(stream(session, _shelved, frame.moments()), key=lambda row: row.title_id):
        rows = list(copies)
        first = rows[0]
        shelves = dict.fromkeys(row.shelf for row in rows if row.shelf)
        cells = (first.class_code, first.call_number, first.title, first.author, first.publisher, len(rows), "、".join(shelves))
        yield Line(None, cells)


def withdrawn(session: Session, frame: Frame) -> Iterator[Line]:
    """Each copy that left the stock: why, who judged, who approved, what became of it."""
    for row in stream(session, _withdrawn, frame.moments()):
        on = clock.local_day(row.since_at)
        cause = frame.words.say(f"cause.{row.cause}") if row.cause else ""
        reason = f"{cause}（{row.reason}）" if cause and row.reason not in {"", cause} else cause or row.reason
        disposal = frame.words.say(f"disposal.{row.disposal}") if row.disposal else ""
        yield Line(on, (
            codes.clear(row.number), _name(row), sum_of(row.purchase_price_fen), reason, row.appraiser or row.judge or "",
            row.approver or "", day(on), disposal,
        ))  # fmt: skip


REGISTERS: Final = (
    Register("01", individual, (7, 6.5, 11, 6, 6.5, 3.5, 8.5, 4, 3.5, 5, 5.5, 7.5, 7, 4, 6.5, 5, 4, 6)),
    Register("02", summary, (6.5, 5, 3.5, 2.8, 2.8, 5, *[2.4] * len(_CLASSES), 4, 2.8, 2.8, 4.5, 3.2, 3.2, 6)),
    Register("03", by_class, (3, 10, 34, 16, 18, 4, 10), by_days=False),
    Register("22", withdrawn, (7, 26, 5, 22, 7, 7, 6.5, 7)),
)

_named = (_title.c.name.label("title"), _volume.c.label)
_same_volume = sa.and_(_volume.c.title_id == _item.c.title_id, _volume.c.number == _item.c.volume)
_copies = (
    sa.select(
        _item.c.id, _item.c.number, _item.c.registered_at, _item.c.source, _item.c.shelf, _item.c.copy_no, *_named, _title.c.author,
        _title.c.publisher, _title.c.year, _title.c.isbn, _title.c.class_code, _title.c.class_number, _title.c.call_number,
        _room.c.name.label("room"), _accession.c.purchase_price_fen, _accession.c.batch, _accession.c.donor,
        _old.c.number.label("replaces"), _unified.c.code.label("unified"),
    )
    .join(_title, _title.c.id == _item.c.title_id)
    .join(_room, _room.c.id == _item.c.home_room_id)
    .outerjoin(_volume, _same_volume)
    .outerjoin(_accession, _accession.c.item_id == _item.c.id)
    .outerjoin(_old, _old.c.id == _item.c.replaces_id)
    .outerjoin(_unified, _unified.c.title_id == _item.c.title_id)
    .where(
        _item.c.hall_id == bindparam("hall_id"), _A_BOOK, _item.c.registered_at >= bindparam("since"),
        _item.c.registered_at < bindparam("until"),
    )
    .order_by(_item.c.registered_at, _item.c.number)
)  # fmt: skip
_said_now = (
    sa.select(_condition.c.item_id, _condition.c.condition, _condition.c.since_at, _condition.c.reason, _staff.c.name.label("approver"))
    .outerjoin(_staff, _staff.c.id == _condition.c.approver_id)
    .where(_condition.c.hall_id == bindparam("hall_id"), _condition.c.ended_at.is_(None))
)
_out = sa.select(_loan.c.item_id).where(_loan.c.hall_id == bindparam("hall_id"), _loan.c.ended_at.is_(None))
_arrivals = (
    sa.select(
        _item.c.id, _item.c.title_id, _item.c.registered_at, _item.c.source, _title.c.class_code, _accession.c.purchase_price_fen,
        _accession.c.batch, _staff.c.name.label("keeper"),
    )
    .join(_title, _title.c.id == _item.c.title_id)
    .outerjoin(_accession, _accession.c.item_id == _item.c.id)
    .outerjoin(
        _journal,
        sa.and_(_journal.c.hall_id == _item.c.hall_id, _journal.c.subject_id == _item.c.id, _journal.c.verb == "item_add"),
    )
    .outerjoin(_staff, _staff.c.id == _journal.c.staff_id)
    .where(_item.c.hall_id == bindparam("hall_id"), _A_BOOK, _item.c.registered_at < bindparam("until"))
    .order_by(_item.c.registered_at, _item.c.id)
)  # fmt: skip
_departures = (
    sa.select(_item.c.title_id, _condition.c.since_at, _accession.c.purchase_price_fen)
    .join(_condition, _GONE)
    .outerjoin(_accession, _accession.c.item_id == _item.c.id)
    .where(_item.c.hall_id == bindparam("hall_id"), _A_BOOK, _condition.c.since_at < bindparam("until"))
    .order_by(_condition.c.since_at)
)
_shelved = (
    sa.select(
        _item.c.title_id, _item.c.shelf, _title.c.class_code, _title.c.call_number, _title.c.name.label("title"), _title.c.author,
        _title.c.publisher,
    )
    .join(_title, _title.c.id == _item.c.title_id)
    .where(
        _item.c.hall_id == bindparam("hall_id"), _A_BOOK, _item.c.registered_at < bindparam("until"),
        ~sa.exists().where(_GONE, _condition.c.since_at < bindparam("until")),
    )
    .order_by(_title.c.class_code, _title.c.call_number, _item.c.title_id, _item.c.number)
)  # fmt: skip
_withdrawn = (
    sa.select(
        _item.c.number, *_named, _accession.c.purchase_price_fen, _condition.c.since_at, _condition.c.reason,
        _staff.c.name.label("judge"), _approver.c.name.label("approver"), _withdrawal.c.cause, _withdrawal.c.appraiser,
        _withdrawal.c.disposal,
    )
    .join(_condition, _GONE)
    .join(_title, _title.c.id == _item.c.title_id)
    .outerjoin(_volume, _same_volume)
    .outerjoin(_accession, _accession.c.item_id == _item.c.id)
    .outerjoin(_withdrawal, _withdrawal.c.condition_id == _condition.c.id)
    .outerjoin(_staff, _staff.c.id == _condition.c.staff_id)
    .outerjoin(_approver, _approver.c.id == _condition.c.approver_id)
    .where(
        _item.c.hall_id == bindparam("hall_id"), _A_BOOK, _condition.c.since_at >= bindparam("since"),
        _condition.c.since_at < bindparam("until"),
    )
    .order_by(_condition.c.since_at, _item.c.number)
)  # fmt: skip


class _Stock:
    """What is left after each line: titles, copies, and what they came to."""

    def __init__(self) -> None:
        self._copies: Counter[UUID] = Counter()
        self._titles = self._fen = self._count = 0

    def add(self, rows: list[Any]) -> None:
        for row in rows:
            self._titles += self._copies[row.title_id] == 0
            self._copies[row.title_id] += 1
        self._fen, self._count = self._fen + _total(rows), self._count + len(rows)

    def take(self, rows: list[Any]) -> None:
        for row in rows:
            self._copies[row.title_id] -= 1
            self._titles -= self._copies[row.title_id] == 0
        self._fen, self._count = self._fen - _total(rows), self._count - len(rows)

    def cells(self) -> tuple[Cell, ...]:
        return self._titles, self._count, sum_of(self._fen)


def _by_day(session: Session, frame: Frame) -> dict[date, list[Any]]:
    gone: dict[date, list[Any]] = defaultdict(list)
    for row in stream(session, _departures, frame.moments()):
        gone[clock.local_day(row.since_at)].append(row)
    return gone


def _days(arrivals: Iterator[Any], left: dict[date, list[Any]]) -> Iterator[tuple[date, dict[tuple[str, str], list[Any]]]]:
    """Walk through the days on which anything came or left, in order."""
    coming: dict[date, dict[tuple[str, str], list[Any]]] = {}
    waiting = sorted(left)
    for on, rows in groupby(arrivals, key=lambda row: clock.local_day(row.registered_at)):
        while waiting and waiting[0] < on:
            yield waiting.pop(0), {}
        waiting = waiting[1:] if waiting and waiting[0] == on else waiting
        coming = {on: defaultdict(list)}
        for row in rows:
            coming[on][row.batch or "", row.source].append(row)
        yield on, coming[on]
    for on in waiting:
        yield on, {}


def _came(on: date, batch: str, source: str, copies: list[Any]) -> tuple[Cell, ...]:
    of_class = Counter(row.class_code for row in copies)
    keepers = "、".join(sorted({row.keeper for row in copies if row.keeper}))
    counts = [of_class.get(letter) or "" for letter in _CLASSES]
    return (day(on), batch, source, len({row.title_id for row in copies}), len(copies), _known_sum(copies), *counts, keepers)


def _total(rows: list[Any]) -> int:
    return sum(row.purchase_price_fen or 0 for row in rows)


def _known_sum(rows: list[Any]) -> Cell:
    """Sum up what is known; where nothing is, nothing is said."""
    return sum_of(_total(rows) if any(row.purchase_price_fen is not None for row in rows) else None)


def _conditions(session: Session, hall_id: UUID) -> dict[UUID, Any]:
    """Give the gravest of what is true of each copy now."""
    worst: dict[UUID, Any] = {}
    for row in session.execute(_said_now, {"hall_id": hall_id}):
        known = worst.get(row.item_id)
        if known is None or _GRAVEST.index(row.condition) < _GRAVEST.index(known.condition):
            worst[row.item_id] = row
    return worst


def _name(row: Any) -> str:
    return f"{row.title} {row.label}" if row.label else str(row.title)


def _call_number(row: Any) -> str:
    return f"{row.call_number}-{row.copy_no}" if row.copy_no > 1 else str(row.call_number)


def _remarks(frame: Frame, row: Any) -> str:
    remarks = [
        frame.say("donor", name=row.donor) if row.donor else "",
        frame.say("wrong_isbn") if row.isbn and not isbn.is_right(row.isbn) else "",
        frame.say("replaces", number=codes.clear(row.replaces)) if row.replaces else "",
    ]
    return "；".join(remark for remark in remarks if remark)
