"""Every reason not to lend a thing to somebody, in the order of rules.md §3; the kiosk says the first, the desk sees all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from models import CardEnd, Condition, HoldState, Medium, PatronKind, Purpose
from services import clock
from services.known import Borrower, Limits, Stock
from services.policy import ADULT_FROM
from services.refusals import (
    AdultsOnly,
    ApprovalMissing,
    CardExpired,
    CardLost,
    CardReplaced,
    CardUnknown,
    FactWrong,
    ItemDamaged,
    ItemOnLoan,
    ItemWithdrawn,
    KeptForAnother,
    KeptForEvent,
    NoOpenDay,
    OutOfOrder,
    PartsMissing,
    PatronOverdue,
    PatronSuspended,
    PurposeMissing,
    QuantityOut,
    ReferenceOnly,
    Refusal,
    ServiceClosed,
    TooManyLoans,
)

OUTSIDE_CULTURE = frozenset({Purpose.WEDDING_FUNERAL, Purpose.MEETING})
_CARD_ENDS: dict[CardEnd, type[Refusal]] = {CardEnd.REPLACED: CardReplaced, CardEnd.LOST: CardLost, CardEnd.CANCELLED: CardUnknown}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: how many, what for, whether it leaves the hall, and who approves."""

    quantity: int = 1
    purpose: Purpose | None = None
    outside_days: int | None = None
    approver_id: UUID | None = None


AS_IS = Wish()


@dataclass(frozen=True, slots=True)
class Case:
    """A thing, a patron, the policy between them, the wish and the moment."""

    stock: Stock
    borrower: Borrower
    limits: Limits
    wish: Wish
    at: datetime

    @property
    def due_day(self) -> date:
        """The last day to bring it back: never a closed day, never after a guest's card ends if an open day is left. Raises NoOpenDay."""
        today = clock.local_day(self.at)
        days = self.limits.loan_days if self.wish.outside_days is None else min(self.wish.outside_days, self.borrower.row.outside_max_days)
        wanted = today + timedelta(days=days)
        if self.borrower.row.kind is PatronKind.TEMPORARY:
            wanted = max(today, min(wanted, self.borrower.row.valid_until))
        return self.stock.calendar.first_open_day(wanted, after=self.at)


def reasons(case: Case) -> Iterator[Refusal]:
    """Every reason to refuse, in order; nothing when the thing may go out."""
    yield from reasons_of_thing(case.stock, case.at)
    yield from reasons_of_card(case.borrower, case.at)
    yield from _reasons_of_both(case)


def reasons_of_thing(stock: Stock, at: datetime) -> Iterator[Refusal]:
    """The reasons that need no card: what a villager may know before showing one."""
    row, conditions = stock.row, stock.conditions
    if stock.out and not row.counted:
        yield ItemOnLoan(due_day=stock.out[0].due_day)
    if row.reference_only or row.item_class is Medium.PERIODICAL:
        yield ReferenceOnly()
    if Condition.WITHDRAWN in conditions:
        yield ItemWithdrawn()
    if Condition.DAMAGED in conditions:
        yield ItemDamaged()
    if broken := conditions.get(Condition.OUT_OF_ORDER):
        back_at = broken.expected_back_at
        # A promise that was not kept is no promise any more.
        yield OutOfOrder(back_at=back_at if back_at and clock.local_day(back_at) >= clock.local_day(at) else None)
    if closure := next((span for span in stock.calendar.closures if at in span), None):
        yield ServiceClosed(reopens_at=stock.calendar.next_opening(closure.end))


def reasons_of_card(borrower: Borrower, at: datetime) -> Iterator[Refusal]:
    """The reasons that lie in the card and its patron: the same for lending and for holding."""
    row, today = borrower.row, clock.local_day(at)
    if row.ended_as is not None:
        yield _CARD_ENDS[row.ended_as]()
    if row.valid_until < today:
        yield CardExpired(valid_until=row.valid_until)
    if row.paused:
        yield PatronSuspended()
    if borrower.loans and (oldest := borrower.loans[0]).due_day + timedelta(days=row.block_from_day) <= today:
        yield PatronOverdue(name=oldest.name, due_day=oldest.due_day)


def _reasons_of_both(case: Case) -> Iterator[Refusal]:
    row, borrower, wish = case.stock.row, case.borrower, case.wish
    if wish.quantity < 1 or (wish.quantity > 1 and not row.counted):
        yield FactWrong(field="quantity")
    if wish.outside_days is not None and not _may_go_out_for(case, wish.outside_days):
        yield FactWrong(field="days")
    if row.counted and wish.quantity > case.stock.free:
        yield QuantityOut(free=case.stock.free, asked=wish.quantity, unit=row.unit)
    have = borrower.have(row.item_class)
    if have + wish.quantity > case.limits.max_items:
        yield TooManyLoans(have=have, most=case.limits.max_items)
    if kept_for_another(case.stock, borrower.row.patron_id, case.at):
        yield KeptForAnother()
    if starts_at := _event_that_needs_it(case):
        yield KeptForEvent(starts_at=starts_at)
    # A guest who has not said an age is not known to be grown up; a team answers through its responsible person.
    if row.adults_only and not_known_adult(borrower):
        yield AdultsOnly()
    if row.item_class is Medium.EQUIPMENT and wish.purpose is None:
        yield PurposeMissing()
    if needs_approver(wish) and wish.approver_id is None:
        yield ApprovalMissing()
    if Condition.PARTS_MISSING in case.stock.conditions:
        yield PartsMissing()
    try:
        _ = case.due_day
    except NoOpenDay as refusal:
        yield refusal


def _may_go_out_for(case: Case, days: int) -> bool:
    """Equipment leaves the hall for ten days at most (policy); what is read at home needs no such leave."""
    return case.stock.row.item_class is Medium.EQUIPMENT and 1 <= days <= case.borrower.row.outside_max_days


def needs_approver(wish: Wish) -> bool:
    """Outside the hall, or for a purpose outside culture (R51)."""
    return wish.outside_days is not None or wish.purpose in OUTSIDE_CULTURE


def kept_for_another(stock: Stock, patron_id: UUID, at: datetime) -> bool:
    """Whether this very copy is kept for somebody else, or somebody who asked earlier still waits for one."""
    if hold := stock.kept_hold(at):
        return bool(hold.patron_id != patron_id)
    first = next((hold for hold in stock.queue if hold.state is HoldState.WAITING or hold.patron_id == patron_id), None)
    return first is not None and first.patron_id != patron_id


def _event_that_needs_it(case: Case) -> datetime | None:
    """When the first event begins that would miss the thing, or pieces of the set, before they are due back."""
    stock, wish = case.stock, case.wish
    if not stock.promised:
        return None
    try:
        due_at = stock.calendar.last_closing(case.due_day)
    except NoOpenDay:
        return None
    for one in stock.promised:
        # What other events keep at that moment, and what is out beyond that day, is not there either.
        meanwhile = sum(other.quantity for other in stock.promised if other.out_at <= one.out_at < other.ends_at)
        away = sum(loan.quantity for loan in stock.out if loan.due_day >= one.due_day)
        starts_at: datetime = one.out_at
        if starts_at < due_at and wish.quantity > stock.row.quantity - away - meanwhile:
            return starts_at
    return None


def not_known_adult(borrower: Borrower) -> bool:
    """Under 18, or not known to be 18; teams are."""
    return borrower.row.kind is not PatronKind.TEAM and (borrower.age is None or borrower.age < ADULT_FROM)
