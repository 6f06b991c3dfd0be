"""20 经费台账: each fund's book for the period, with its balance after every line; the balance is what came less what went."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Fund, FundEntry, FundFlow
from services.registers.register import Frame, Line, Register, day, stream, sum_of
from services.ruled import Cell

_fund = Fund.__table__  # type: ignore[attr-defined]
_entry = FundEntry.__table__  # type: ignore[attr-defined]


def funds(session: Session, frame: Frame) -> Iterator[Line]:
    """Each sum of the period under its fund, what was before it counted and not shown; a fund without any has one line in its year."""
    years = {"since_year": frame.since.year, "until_year": frame.until.year - (frame.until.timetuple().tm_yday == 1)}
    facts = {"hall_id": frame.hall_id, "until": frame.until}
    for _, lines in groupby(stream(session, _books, facts), key=lambda row: row.id):
        balance, shown, row = 0, False, None
        for row in lines:
            if row.flow is None:
                continue
            balance += row.sum_fen if row.flow is FundFlow.IN else -row.sum_fen
            if row.day >= frame.since:
                shown = True
                yield Line(None, (*_head(frame, row), *_entered(row), sum_of(balance)))
        if not shown and row is not None and years["since_year"] <= row.year <= years["until_year"]:
            yield Line(None, (*_head(frame, row), "", "", "", "", "", sum_of(balance)))


REGISTERS: Final = (Register("20", funds, (4, 4, 18, 7, 7, 6.5, 22, 7, 9, 7), by_days=False),)

_books = (
    sa.select(
        _fund.c.id, _fund.c.year, _fund.c.source, _fund.c.item, _fund.c.budget_fen, _entry.c.flow, _entry.c.day, _entry.c.what,
        _entry.c.sum_fen, _entry.c.voucher,
    )
    .outerjoin(
        _entry, sa.and_(_entry.c.hall_id == _fund.c.hall_id, _entry.c.fund_id == _fund.c.id, _entry.c.day < bindparam("until"))
    )
    .where(_fund.c.hall_id == bindparam("hall_id"))
    .order_by(_fund.c.year, _fund.c.source, _fund.c.item, _fund.c.id, _entry.c.day, _entry.c.id)
)  # fmt: skip


def _head(frame: Frame, row: Any) -> tuple[Cell, ...]:
    return row.year, frame.words.say(f"funds.source.{row.source}"), row.item, sum_of(row.budget_fen)


def _entered(row: Any) -> tuple[Cell, ...]:
    if row.flow is FundFlow.IN:
        return sum_of(row.sum_fen), "", "", "", row.voucher
    return "", day(row.day), row.what, sum_of(row.sum_fen), row.voucher
