"""经费: budgets, what came and what was spent, in the hall's own books, never from a villager; a mistake is struck in red."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Fund, FundEntry, FundFlow, FundSource, new_id
from services import clock, journal
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, FundKnown, FundStruck, NotAllowed, VoucherMissing
from services.texts import plain

_fund = Fund.__table__  # type: ignore[attr-defined]
_entry = FundEntry.__table__  # type: ignore[attr-defined]

MOST_FEN: Final = 2_000_000_000
_YEARS_OFF: Final = 10


@dataclass(frozen=True, slots=True)
class FundLine:
    """One line of a year's budget and where it stands; sums in fen, the balance is what came less what went."""

    fund_id: UUID
    year: int
    source: FundSource
    item: str
    budget_fen: int
    in_fen: int
    out_fen: int

    @property
    def balance_fen(self) -> int:
        """What is left of what came."""
        return self.in_fen - self.out_fen


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One sum in a fund's book; `struck` when a later line has taken it back, `red` when it is that line."""

    entry_id: UUID
    flow: FundFlow
    day: date
    what: str
    sum_fen: int
    voucher: str
    struck: bool
    red: bool


def plan(session: Session, *, year: int, source: FundSource, item: str, budget_fen: int, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Open a line of a year's budget. Raises NotAllowed, FactMissing (fund_item), FactWrong (fund_year, budget), FundKnown."""
    effect = _begin(session, by, gesture, "fund_plan")
    if isinstance(effect, dict):
        return UUID(effect["fund_id"])
    item = plain(item, 80)
    if not item:
        raise FactMissing(field="fund_item")
    if abs(year - clock.local_day(at).year) > _YEARS_OFF:
        raise FactWrong(field="fund_year")
    _refuse_odd_sum(budget_fen, "budget", least=0)
    same = (_fund.c.hall_id == by.hall_id, _fund.c.year == year, _fund.c.source == source, _fund.c.item == item)
    if session.execute(sa.select(_fund.c.id).where(*same)).first() is not None:
        raise FundKnown
    fund_id = new_id()
    row = {"id": fund_id, "hall_id": by.hall_id, "year": year, "source": source, "item": item, "budget_fen": budget_fen}
    session.execute(sa.insert(_fund), {**row, "made_at": at, "staff_id": by.staff_id})
    facts = {"fund_id": str(fund_id), "budget_fen": budget_fen}
    journal.record(session, by, "fund_plan", at=at, subject="fund", subject_id=fund_id, gesture=effect, facts=facts)
    return fund_id


def replan(session: Session, *, fund_id: UUID, budget_fen: int, seen: int, at: datetime, gesture: UUID, by: Actor) -> None:
    """Change a budget that still is what was looked at. Raises NotAllowed, FactWrong (budget), ChangedMeanwhile."""
    effect = _begin(session, by, gesture, "fund_replan", fund_id)
    if isinstance(effect, dict):
        return
    _refuse_odd_sum(budget_fen, "budget", least=0)
    looked_at = sa.update(_fund).where(_fund.c.id == fund_id, _fund.c.hall_id == by.hall_id, _fund.c.budget_fen == seen)
    if session.execute(looked_at.values(budget_fen=budget_fen)).rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    facts = {"old_fen": seen, "budget_fen": budget_fen}
    journal.record(session, by, "fund_replan", at=at, subject="fund", subject_id=fund_id, gesture=effect, facts=facts)


def enter(
    session: Session,
    *,
    fund_id: UUID,
    flow: FundFlow,
    day: date,
    what: str,
    sum_fen: int,
    voucher: str,
    at: datetime,
    gesture: UUID,
    by: Actor,
) -> UUID:
    """Write down what came or was spent; nothing is spent without a voucher.

    Raises NotAllowed, FactWrong (fund_item, fund_day, fund_sum), FactMissing (fund_what), VoucherMissing.
    """
    effect = _begin(session, by, gesture, "fund_enter", fund_id)
    if isinstance(effect, dict):
        return UUID(effect["entry_id"])
    what, voucher = plain(what, 120), plain(voucher, 40)
    if session.execute(sa.select(_fund.c.id).where(_fund.c.id == fund_id, _fund.c.hall_id == by.hall_id)).first() is None:
        raise FactWrong(field="fund_item")
    if day > clock.local_day(at):
        raise FactWrong(field="fund_day")
    if not what:
        raise FactMissing(field="fund_what")
    _refuse_odd_sum(sum_fen, "fund_sum", least=1)
    if flow is FundFlow.OUT and not voucher:
        raise VoucherMissing
    return _write(session, by, at, effect, "fund_enter", (fund_id, flow, day, what, sum_fen, voucher, None))


def strike(session: Session, *, entry_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Answer a wrong entry with the same sum in red, under today's date; both stay in the book.

    Raises NotAllowed, FactMissing (reason), FactWrong (fund_entry: none of this hall, or red itself), FundStruck.
    """
    effect = _begin(session, by, gesture, "fund_strike", entry_id)
    if isinstance(effect, dict):
        return UUID(effect["entry_id"])
    if not plain(reason, 80):
        raise FactMissing(field="reason")
    question = sa.select(_entry).where(_entry.c.id == entry_id, _entry.c.hall_id == by.hall_id).with_for_update()
    old = session.execute(question).one_or_none()
    if old is None or old.strikes_id is not None:
        raise FactWrong(field="fund_entry")
    if session.execute(sa.select(_entry.c.id).where(_entry.c.hall_id == by.hall_id, _entry.c.strikes_id == entry_id)).first() is not None:
        raise FundStruck
    facts = (old.fund_id, old.flow, clock.local_day(at), plain(reason, 80), -old.sum_fen, old.voucher, entry_id)
    return _write(session, by, at, effect, "fund_strike", facts)


def book(session: Session, *, year: int, at: datetime, by: Actor) -> list[FundLine]:  # noqa: ARG001  asked like every question
    """Give a year's funds and where each stands."""
    rows = session.execute(_book, {"hall_id": by.hall_id, "year": year})
    return [FundLine(row.id, row.year, row.source, row.item, row.budget_fen, int(row.came), int(row.went)) for row in rows]


def entries(session: Session, *, fund_id: UUID, at: datetime, by: Actor) -> list[EntryLine]:  # noqa: ARG001  asked like every question
    """Give a fund's book, the newest first."""
    rows: Sequence[Any] = session.execute(_of_fund, {"hall_id": by.hall_id, "fund_id": fund_id}).all()
    struck = {row.strikes_id for row in rows}
    return [
        EntryLine(row.id, row.flow, row.day, row.what, row.sum_fen, row.voucher, row.id in struck, row.strikes_id is not None)
        for row in rows
    ]


def years(session: Session, *, at: datetime, by: Actor) -> list[int]:
    """Give the years that have a fund, and this one; the newest first."""
    known = session.execute(sa.select(_fund.c.year).where(_fund.c.hall_id == by.hall_id).distinct()).scalars()
    return sorted({*known, clock.local_day(at).year}, reverse=True)


_came, _went = (
    sa.func.coalesce(sa.func.sum(sa.case((_entry.c.flow == flow, _entry.c.sum_fen), else_=0)), 0).label(name)
    for flow, name in ((FundFlow.IN, "came"), (FundFlow.OUT, "went"))
)
_book = (
    sa.select(_fund.c.id, _fund.c.year, _fund.c.source, _fund.c.item, _fund.c.budget_fen, _came, _went)
    .outerjoin(_entry, sa.and_(_entry.c.hall_id == _fund.c.hall_id, _entry.c.fund_id == _fund.c.id))
    .where(_fund.c.hall_id == bindparam("hall_id"), _fund.c.year == bindparam("year"))
    .group_by(_fund.c.id)
    .order_by(_fund.c.id)
)
_of_fund = (
    sa.select(_entry)
    .where(_entry.c.hall_id == bindparam("hall_id"), _entry.c.fund_id == bindparam("fund_id"))
    .order_by(_entry.c.day.desc(), _entry.c.id.desc())
)


def _begin(session: Session, by: Actor, gesture: UUID, *about: object) -> UUID | dict[str, Any]:
    """Give the effect's key, or what the same gesture has done before."""
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, *about)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    return effect if before.done is None else before.done


def _refuse_odd_sum(fen: int, field: str, *, least: int) -> None:
    if not least <= fen <= MOST_FEN:
        raise FactWrong(field=field)


def _write(session: Session, by: Actor, at: datetime, effect: UUID, verb: str, facts: tuple[Any, ...]) -> UUID:
    entry_id = new_id()
    names = ("fund_id", "flow", "day", "what", "sum_fen", "voucher", "strikes_id")
    row = dict(zip(names, facts, strict=True))
    session.execute(sa.insert(_entry), {"id": entry_id, "hall_id": by.hall_id, **row, "at": at, "staff_id": by.staff_id})
    said = {"entry_id": str(entry_id), "sum_fen": row["sum_fen"], "flow": str(row["flow"])}
    journal.record(session, by, verb, at=at, subject="fund", subject_id=row["fund_id"], gesture=effect, facts=said)
    return entry_id
