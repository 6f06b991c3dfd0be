"""The two registers of the stock as data: 总括登记 by batch, 个别登记 by copy (registers 01 and 02 of the paper books)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Accession, Condition, Item, ItemCondition, Medium, Staff, Title, Volume
from services import clock, isbn

_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_volume = Volume.__table__  # type: ignore[attr-defined]
_accession = Accession.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Individual:
    """One copy as the 个别登记 has it; sums in fen."""

    item_id: UUID
    number: str
    day: date
    name: str
    author: str
    publisher: str
    year: int | None
    isbn: str
    isbn_wrong: bool
    purchase_fen: int | None
    source: str
    batch: str
    donor: str
    class_code: str
    class_number: str
    call_number: str
    shelf: str
    condition: Condition | None
    withdrawn_day: date | None
    withdrawn_reason: str
    approver: str


@dataclass(frozen=True, slots=True)
class Summary:
    """One batch of one day and source as the 总括登记 has it: titles, copies, sum in fen, copies by main class."""

    day: date
    batch: str
    source: str
    titles: int
    copies: int
    sum_fen: int
    by_class: dict[str, int]


def individual(session: Session, *, hall_id: UUID, since: date, until: date) -> list[Individual]:
    """List the copies of books and periodicals registered from `since` to before `until`, in the order of their numbers."""
    rows = session.execute(_copies, _span(hall_id, since, until)).all()
    worst = _conditions(session, hall_id, [row.id for row in rows])
    return [_line(row, worst.get(row.id)) for row in rows]


def summary(session: Session, *, hall_id: UUID, since: date, until: date) -> list[Summary]:
    """Sum the copies up by day, batch and source."""
    batches: dict[tuple[date, str, str], list[Any]] = defaultdict(list)
    for row in session.execute(_copies, _span(hall_id, since, until)):
        batches[clock.local_day(row.registered_at), row.batch or "", row.source].append(row)
    return [
        Summary(
            day,
            batch,
            source,
            len({row.title_id for row in rows}),
            len(rows),
            sum(row.purchase_price_fen or 0 for row in rows),
            _by_class(rows),
        )
        for (day, batch, source), rows in sorted(batches.items())
    ]


_copies = (
    sa.select(
        _item.c.id, _item.c.number, _item.c.title_id, _item.c.registered_at, _item.c.source, _item.c.shelf, _item.c.copy_no, _title.c.name,
        _title.c.author, _title.c.publisher, _title.c.year, _title.c.isbn, _title.c.class_code, _title.c.class_number, _title.c.call_number,
        _volume.c.label, _accession.c.purchase_price_fen, _accession.c.batch, _accession.c.donor,
    )
    .join(_title, _title.c.id == _item.c.title_id)
    .outerjoin(_volume, sa.and_(_volume.c.title_id == _item.c.title_id, _volume.c.number == _item.c.volume))
    .outerjoin(_accession, _accession.c.item_id == _item.c.id)
    .where(
        _item.c.hall_id == bindparam("hall_id"), _item.c.item_class != Medium.EQUIPMENT,
        _item.c.registered_at >= bindparam("since"), _item.c.registered_at < bindparam("until"),
    )
    .order_by(_item.c.number)
)  # fmt: skip
_now = (
    sa.select(_condition.c.item_id, _condition.c.condition, _condition.c.since_at, _condition.c.reason, _staff.c.name.label("approver"))
    .outerjoin(_staff, _staff.c.id == _condition.c.approver_id)
    .where(_condition.c.hall_id == bindparam("hall_id"), _condition.c.ended_at.is_(None))
)
# What is said of a copy of which several things are true.
_GRAVEST = (
    Condition.WITHDRAWN, Condition.LOST, Condition.CLAIMS_RETURNED, Condition.DAMAGED, Condition.PARTS_MISSING, Condition.OUT_OF_ORDER,
)  # fmt: skip


def _span(hall_id: UUID, since: date, until: date) -> dict[str, Any]:
    return {"hall_id": hall_id, "since": clock.instant(since, 0), "until": clock.instant(until, 0)}


def _conditions(session: Session, hall_id: UUID, items: list[UUID]) -> dict[UUID, Any]:
    wanted = set(items)
    worst: dict[UUID, Any] = {}
    for row in session.execute(_now, {"hall_id": hall_id}):
        if row.item_id in wanted and (
            row.item_id not in worst or _GRAVEST.index(row.condition) < _GRAVEST.index(worst[row.item_id].condition)
        ):
            worst[row.item_id] = row
    return worst


def _line(row: Any, worst: Any) -> Individual:
    gone = worst if worst is not None and worst.condition is Condition.WITHDRAWN else None
    return Individual(
        item_id=row.id, number=row.number, day=clock.local_day(row.registered_at),
        name=f"{row.name} {row.label}" if row.label else row.name, author=row.author, publisher=row.publisher, year=row.year,
        isbn=row.isbn, isbn_wrong=bool(row.isbn) and not isbn.is_right(row.isbn), purchase_fen=row.purchase_price_fen, source=row.source,
        batch=row.batch or "", donor=row.donor or "", class_code=row.class_code, class_number=row.class_number,
        call_number=f"{row.call_number}-{row.copy_no}" if row.copy_no > 1 else row.call_number, shelf=row.shelf,
        condition=worst.condition if worst is not None else None,
        withdrawn_day=clock.local_day(gone.since_at) if gone is not None else None,
        withdrawn_reason=gone.reason if gone is not None else "", approver=(gone.approver or "") if gone is not None else "",
    )  # fmt: skip


def _by_class(rows: list[Any]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for row in rows:
        found[row.class_code] += 1
    return dict(sorted(found.items()))
