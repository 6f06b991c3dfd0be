"""What a patron may see of the own account: loans, holds, how many more; a masked name and no address."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Hold, HoldState, Medium, Title
from models.circulation import HOLD_ACTIVE, BorrowerKind
from services import clock, known
from services.journal import Actor
from services.known import Borrower
from services.lending_rules import reasons_of_card

_hold = Hold.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_holds = (
    sa.select(_hold.c.id, _hold.c.title_id, _hold.c.volume, _hold.c.state, _hold.c.kept_day, _hold.c.kept_until, _title.c.name)
    .join(_title, _title.c.id == _hold.c.title_id)
    .where(
        _hold.c.hall_id == bindparam("hall_id"),
        _hold.c.patron_id == bindparam("patron_id"),
        HOLD_ACTIVE,
    )
    .order_by(_hold.c.placed_at)
)


@dataclass(frozen=True, slots=True)
class LoanLine:
    """One thing that is out on the card."""

    loan_id: UUID
    item_id: UUID
    name: str
    volume: int
    due_day: date
    overdue: bool
    quantity: int
    item_class: Medium


@dataclass(frozen=True, slots=True)
class HoldLine:
    """One title the patron waits for; `kept_day` when a copy is on the hold shelf."""

    hold_id: UUID
    title_id: UUID
    name: str
    volume: int
    kept_day: date | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A patron's account. `can_borrow` counts books; `blocked` is the code of a reason that stops all lending, or empty."""

    card_id: UUID
    patron_id: UUID
    name_masked: str
    kind: BorrowerKind
    loans: tuple[LoanLine, ...]
    holds: tuple[HoldLine, ...]
    have: int
    max_items: int
    valid_until: date
    blocked: str = ""

    @property
    def can_borrow(self) -> int:
        """How many more books."""
        return 0 if self.blocked else max(0, self.max_items - self.have)

    @property
    def is_child(self) -> bool:
        """Spoken to with 你."""
        return self.kind is BorrowerKind.CHILD


def masked(name: str) -> str:
    """A name as others may read it: 王*明, 李*, 欧阳*华 becomes 欧**华."""
    if len(name) <= 1:
        return name and "*"
    return name[0] + ("*" if len(name) == 2 else "*" * (len(name) - 2) + name[-1])  # noqa: PLR2004


def masked_phone(phone: str) -> str:
    """A phone as others may read it: 138****1234."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****"  # noqa: PLR2004


def statement_of(session: Session, who: Borrower, *, at: datetime, by: Actor) -> Statement:
    """What the kiosk may show to whoever holds the card."""
    today = clock.local_day(at)
    holds = session.execute(_holds, {"hall_id": by.hall_id, "patron_id": who.row.patron_id}).all()
    limits = known.limits(session, hall_id=by.hall_id, kind=who.kind, item_class=Medium.BOOK)
    blocked = next(iter(reasons_of_card(who, at)), None)
    return Statement(
        card_id=who.row.card_id,
        patron_id=who.row.patron_id,
        name_masked=masked(who.row.name),
        kind=who.kind,
        loans=tuple(
            LoanLine(loan.id, loan.item_id, loan.name, loan.volume, loan.due_day, loan.due_day < today, loan.quantity, loan.item_class)
            for loan in who.loans
        ),
        holds=tuple(
            HoldLine(h.id, h.title_id, h.name, h.volume, h.kept_day if h.state is HoldState.READY and h.kept_until >= at else None)
            for h in holds
        ),
        have=who.have(Medium.BOOK),
        max_items=limits.max_items,
        valid_until=who.row.valid_until,
        blocked=blocked.code if blocked else "",
    )


def statement(session: Session, *, card_id: UUID, at: datetime, by: Actor) -> Statement:
    """The account of a card that was shown before. Raises CardUnknown."""
    return statement_of(session, known.borrower(session, hall_id=by.hall_id, card_id=card_id, at=at, lock=False), at=at, by=by)
