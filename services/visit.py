"""What a scan means at the kiosk when nobody has said what they want (rules.md §3): decided and done in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from models import Medium
from services import circulation, conditions, finding, journal, known
from services.finding import FoundCard, TypedCard
from services.journal import Actor
from services.known import Borrower, Stock
from services.lending_rules import reasons_of_card, reasons_of_thing
from services.receipts import Receipt, Slip, Thing
from services.refusals import PatronOverdue, PatronSuspended
from services.statements import Statement, statement_of

# A book left under the reader must not return itself.
JUST_NOW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the visitor stands: the card shown, the thing that waits for a card, and what was lent in this visit."""

    card_id: UUID | None = None
    item_id: UUID | None = None
    lent: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Welcome:
    """A card was shown: a new visit begins, and any visit before it has ended."""

    statement: Statement


@dataclass(frozen=True, slots=True)
class KeypadWanted:
    """A card's number without its secret: ask for the second fact."""

    number: str


@dataclass(frozen=True, slots=True)
class Lent:
    """It is yours until the due day. The statement is missing only when a reload lost the card meanwhile."""

    receipt: Receipt
    statement: Statement | None


@dataclass(frozen=True, slots=True)
class Back:
    """It is back. The statement is of the card shown, if one was."""

    slip: Slip
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class CardWanted:
    """A free thing was shown first: now the card."""

    thing: Thing


@dataclass(frozen=True, slots=True)
class PurposeWanted:
    """Equipment: one tap says what for; of a counted set also how many."""

    thing: Thing
    statement: Statement


@dataclass(frozen=True, slots=True)
class Choose:
    """The patron's own loan: 续借 or 还书 (of a counted set: how many come back, at most `pieces`)."""

    thing: Thing
    loan_id: UUID
    due_day: date
    pieces: int
    statement: Statement


@dataclass(frozen=True, slots=True)
class YoursUntil:
    """Lent in this very visit: nothing to do."""

    thing: Thing
    due_day: date
    statement: Statement


@dataclass(frozen=True, slots=True)
class JustLent:
    """Lent in the last five minutes and no card shown: ask 还书 or 不是."""

    thing: Thing
    loan_id: UUID


@dataclass(frozen=True, slots=True)
class HowManyBack:
    """Pieces of a counted set are out and no card is shown: ask how many come back."""

    thing: Thing
    loan_id: UUID
    pieces: int


@dataclass(frozen=True, slots=True)
class OthersLoan:
    """Out with somebody else than the card shown: offer to give it back, and name nobody."""

    thing: Thing
    loan_id: UUID
    statement: Statement


Outcome = Welcome | KeypadWanted | Lent | Back | CardWanted | PurposeWanted | Choose | YoursUntil | JustLent | HowManyBack | OthersLoan


def scan(session: Session, *, code: str, standing: Standing, at: datetime, gesture: UUID, by: Actor) -> Outcome:
    """Read a code, see what it means for this visitor, and do it if nothing is left to ask.

    Raises what `finding.find` does, and the refusals of lending in their order.
    """
    seen = finding.find(session, hall_id=by.hall_id, text=code)
    if isinstance(seen, TypedCard):
        return KeypadWanted(seen.number)
    if isinstance(seen, FoundCard):
        return show_card(session, card_id=seen.card_id, standing=standing, at=at, gesture=gesture, by=by)
    return _show_item(session, seen.item_id, standing, at, gesture, by)


def show_card(session: Session, *, card_id: UUID, standing: Standing, at: datetime, gesture: UUID, by: Actor) -> Outcome:
    """A card was scanned, or matched at the keypad: greet, and lend the thing that was waiting for it.

    Raises CardReplaced, CardLost, CardExpired: such a card opens nothing. A paused or overdue patron still sees the own loans.
    """
    who = known.borrower(session, hall_id=by.hall_id, card_id=card_id, at=at, lock=False)
    for refusal in reasons_of_card(who, at):
        if not isinstance(refusal, PatronSuspended | PatronOverdue):
            raise refusal
    if standing.item_id is None:
        return Welcome(statement_of(session, who, at=at, by=by))
    return _show_item(session, standing.item_id, Standing(card_id=card_id), at, gesture, by)


def _show_item(session: Session, item_id: UUID, standing: Standing, at: datetime, gesture: UUID, by: Actor) -> Outcome:
    who = None
    if standing.card_id is not None:
        who = known.borrower(session, hall_id=by.hall_id, card_id=standing.card_id, at=at, lock=False)
    stock = known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=False)
    # Asked after the thing itself: a repeat that sees the loan also sees that it was its own doing.
    done = journal.before(session, hall_id=by.hall_id, gesture=journal.gesture_key(gesture, item_id)).done
    if done is not None:
        return _same_again(session, done, who, at, by)
    mine = next((loan for loan in stock.out if who is not None and loan.patron_id == who.row.patron_id), None)
    if mine is not None and who is not None:
        statement = statement_of(session, who, at=at, by=by)
        if item_id in standing.lent:
            return YoursUntil(stock.thing, mine.due_day, statement)
        return Choose(stock.thing, mine.id, mine.due_day, mine.quantity, statement)
    if stock.out and (who is None or stock.free == 0):
        return _show_out(session, stock, who, at, gesture, by)
    if who is None:
        return _card_wanted(session, stock, at, by)
    return _lend(session, stock, who, at, gesture, by)


def _show_out(session: Session, stock: Stock, who: Borrower | None, at: datetime, gesture: UUID, by: Actor) -> Outcome:
    """It is out, and not with the card shown."""
    loan = stock.out[0]
    if who is not None:
        return OthersLoan(stock.thing, loan.id, statement_of(session, who, at=at, by=by))
    if stock.row.counted:
        return HowManyBack(stock.thing, loan.id, loan.quantity)
    if at - loan.out_at < JUST_NOW:
        return JustLent(stock.thing, loan.id)
    return Back(circulation.check_in(session, item_id=stock.row.id, at=at, gesture=gesture, by=by))


def _card_wanted(session: Session, stock: Stock, at: datetime, by: Actor) -> Outcome:
    for refusal in reasons_of_thing(stock, at):
        raise refusal
    if set(stock.conditions) & conditions.MISSING:
        conditions.found(session, item_id=stock.row.id, at=at, by=by)
    return CardWanted(stock.thing)


def _lend(session: Session, stock: Stock, who: Borrower, at: datetime, gesture: UUID, by: Actor) -> Outcome:
    if stock.row.item_class is Medium.EQUIPMENT:
        for refusal in circulation.look(session, item_id=stock.row.id, card_id=who.row.card_id, at=at, by=by):
            if refusal.code not in {"purpose_missing", "approval_missing"}:
                raise refusal
        return PurposeWanted(stock.thing, statement_of(session, who, at=at, by=by))
    receipt = circulation.check_out(session, item_id=stock.row.id, card_id=who.row.card_id, at=at, gesture=gesture, by=by)
    return Lent(receipt, _statement_now(session, who, at, by))


def _same_again(session: Session, done: dict[str, object], who: Borrower | None, at: datetime, by: Actor) -> Outcome:
    """This very scan has had its effect: show the first paper again."""
    statement = None if who is None else statement_of(session, who, at=at, by=by)
    return Lent(Receipt.of(done), statement) if "due_day" in done else Back(Slip.of(done), statement)


def _statement_now(session: Session, who: Borrower, at: datetime, by: Actor) -> Statement:
    again = known.borrower(session, hall_id=by.hall_id, card_id=who.row.card_id, at=at, lock=False)
    return statement_of(session, again, at=at, by=by)
