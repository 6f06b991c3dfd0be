"""What a scan or a tap does: attempt it, remember the answer, turn to the screen that tells it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlmodel import Session

from models import Purpose, Trouble
from models.journal import ActorKind
from services import circulation, clock, finding, holds, keypad, known, reports, statements, visit
from services.finding import FoundItem
from services.journal import Actor
from services.lending_rules import Wish
from services.receipts import HoldSlip, Thing
from services.refusals import CardNotMatched, CardUnknown, Refusal
from services.visit import (
    Back,
    CardWanted,
    Choose,
    HowManyBack,
    JustLent,
    KeypadWanted,
    Lent,
    OthersLoan,
    PurposeWanted,
    Welcome,
    YoursUntil,
)
from ui.house import Trouble as Broken
from ui.house import ask, attempt, house
from ui.kiosk.stand import STAYS, Stand


@dataclass(frozen=True, slots=True)
class Faulty:
    """A thing somebody wants to report: which of the five pictures is it?"""

    thing: Thing


SCREEN_OF: Final = {
    Faulty: "trouble",
    Welcome: "card",
    KeypadWanted: "keypad",
    Lent: "lent",
    Back: "back",
    CardWanted: "card_wanted",
    PurposeWanted: "purpose",
    Choose: "choose",
    YoursUntil: "yours",
    JustLent: "just_lent",
    HowManyBack: "how_many",
    OthersLoan: "others",
}


def actor() -> Actor:
    """This kiosk: nobody signs in here, so it is never staff."""
    return Actor(ActorKind.KIOSK, house().hall.id, device=house().settings.kiosk_name)


def scanned(stand: Stand, code: str, gesture: UUID) -> None:
    """Something was held under the scanner, on whatever screen; who scans needs no more help for now."""
    stand.call_id = None
    tell(stand, attempt(_look_at if stand.screen == "report" else _scan, code=code, stand=stand, gesture=gesture))


def tell(stand: Stand, answer: object) -> None:
    """Turn to the screen of an answer."""
    if isinstance(answer, Refusal | Broken):
        stand.item_id = None
        stand.go("refused" if isinstance(answer, Refusal) else "broken", answer)
        return
    if isinstance(answer, Welcome) and stand.card_id != answer.statement.card_id:
        stand.new_visitor()
    stand.know(getattr(answer, "statement", None))
    if isinstance(answer, Welcome) and stand.screen in STAYS:
        return
    if not isinstance(answer, KeypadWanted):  # a typed card number: the thing waits on
        stand.item_id = answer.thing.item_id if isinstance(answer, CardWanted) else None
    if isinstance(answer, Lent) and not answer.receipt.renewed:
        stand.lent = (*stand.lent, answer.receipt.item_id)
    if isinstance(answer, Back):
        stand.lent = tuple(item_id for item_id in stand.lent if item_id != answer.slip.item_id)
    stand.go(SCREEN_OF[type(answer)], answer)


def is_trouble(answer: object) -> bool:
    """Whether something broke that nobody foresaw."""
    return isinstance(answer, Broken)


def renew(stand: Stand, loan_id: UUID, gesture: UUID) -> None:
    """续借 was tapped."""
    tell(stand, attempt(_renew, loan_id=loan_id, card_id=stand.card_id, gesture=gesture))


def give_back(stand: Stand, item_id: UUID, loan_id: UUID, gesture: UUID, pieces: int | None = None) -> None:
    """还书 was tapped."""
    tell(stand, attempt(_give_back, item_id=item_id, loan_id=loan_id, card_id=stand.card_id, pieces=pieces, gesture=gesture))


def lend_for(stand: Stand, item_id: UUID, purpose: Purpose, pieces: int, gesture: UUID) -> None:
    """What equipment is for was tapped."""
    tell(stand, attempt(_lend_for, item_id=item_id, card_id=stand.card_id, purpose=purpose, pieces=pieces, gesture=gesture))


def typed_card(stand: Stand, number: str, fact: str) -> None:
    """Number and second fact were typed."""
    answer = attempt(keypad.by_keypad, number=number, fact=fact, at=clock.now(), by=actor())
    if answer is None or isinstance(answer, Refusal):
        # The thing that waits for a card waits on; so does the keypad.
        stand.go("keypad", answer or CardNotMatched())
    elif isinstance(answer, Broken):
        tell(stand, answer)
    else:
        tell(stand, attempt(_show_card, card_id=answer, stand=stand))


def keep_for_me(stand: Stand, title_id: UUID, volume: int, gesture: UUID) -> None:
    """回来给我留着 was tapped."""
    facts = {"title_id": title_id, "volume": volume, "card_id": stand.card_id}
    answer = attempt(holds.place, **facts, at=clock.now(), gesture=gesture, by=actor())
    if isinstance(answer, HoldSlip):
        stand.go("held", answer)
    else:
        tell(stand, answer)


def wait_no_more(stand: Stand, hold_id: UUID, gesture: UUID) -> None:
    """不等了 was tapped."""
    if stand.card_id is None:
        return
    tell(stand, attempt(_wait_no_more, hold_id=hold_id, card_id=stand.card_id, gesture=gesture))


def report(stand: Stand, item_id: UUID, trouble: Trouble, gesture: UUID) -> None:
    """One of the five pictures was tapped."""
    answer = attempt(reports.report, item_id=item_id, trouble=trouble, at=clock.now(), gesture=gesture, by=actor())
    if isinstance(answer, UUID):
        stand.go("reported")
    else:
        tell(stand, answer)


def open_screen(stand: Stand, screen: str, told: object = None) -> None:
    """Turn to a screen that needs nothing first."""
    stand.go(screen, told)


def back_to_card(stand: Stand) -> None:
    """Show the account again, or the first screen when no card was shown."""
    if stand.card_id is None:
        stand.end()
        return
    stand.screen = "card"
    tell(stand, ask(_welcome, card_id=stand.card_id))


def choose_pieces(stand: Stand, pieces: int) -> None:
    """How many of a counted set."""
    stand.pieces = pieces


def turn_page(stand: Stand, page: int) -> None:
    """More results, or fewer."""
    stand.page = page


def leave(stand: Stand) -> None:
    """借完了, or nobody is there."""
    stand.end()


def speak(stand: Stand, lang: str) -> None:
    """Turn to the other language, for this visit."""
    stand.lang = lang


def _scan(session: Session, *, code: str, stand: Stand, gesture: UUID) -> object:
    return visit.scan(session, code=code, standing=stand.standing, at=clock.now(), gesture=gesture, by=actor())


def _show_card(session: Session, *, card_id: UUID, stand: Stand) -> object:
    return visit.show_card(session, card_id=card_id, standing=stand.standing, at=clock.now(), gesture=stand.gesture, by=actor())


def _welcome(session: Session, *, card_id: UUID) -> Welcome:
    return Welcome(statements.statement(session, card_id=card_id, at=clock.now(), by=actor()))


def _renew(session: Session, *, loan_id: UUID, card_id: UUID | None, gesture: UUID) -> Lent:
    if card_id is None:
        raise CardUnknown
    by, at = actor(), clock.now()
    receipt = circulation.renew(session, loan_id=loan_id, card_id=card_id, at=at, gesture=gesture, by=by)
    return Lent(receipt, statements.statement(session, card_id=card_id, at=at, by=by))


def _give_back(session: Session, *, item_id: UUID, loan_id: UUID, card_id: UUID | None, pieces: int | None, gesture: UUID) -> Back:
    by, at = actor(), clock.now()
    slip = circulation.check_in(session, item_id=item_id, loan_id=loan_id, quantity=pieces, at=at, gesture=gesture, by=by)
    return Back(slip, None if card_id is None else statements.statement(session, card_id=card_id, at=at, by=by))


def _lend_for(session: Session, *, item_id: UUID, card_id: UUID | None, purpose: Purpose, pieces: int, gesture: UUID) -> Lent:
    if card_id is None:
        raise CardUnknown
    by, at = actor(), clock.now()
    wish = Wish(quantity=pieces, purpose=purpose)
    receipt = circulation.check_out(session, item_id=item_id, card_id=card_id, at=at, gesture=gesture, by=by, wish=wish)
    return Lent(receipt, statements.statement(session, card_id=card_id, at=at, by=by))


def _wait_no_more(session: Session, *, hold_id: UUID, card_id: UUID, gesture: UUID) -> Welcome:
    by, at = actor(), clock.now()
    mine = statements.statement(session, card_id=card_id, at=at, by=by)
    holds.cancel(session, hold_id=hold_id, at=at, gesture=gesture, by=by, patron_id=mine.patron_id)
    return Welcome(statements.statement(session, card_id=card_id, at=at, by=by))


def _look_at(session: Session, *, code: str, stand: Stand, gesture: UUID) -> object:
    """Report a thing instead of lending it; a card is a card on every screen."""
    found = finding.find(session, hall_id=actor().hall_id, text=code)
    if not isinstance(found, FoundItem):
        return _scan(session, code=code, stand=stand, gesture=gesture)
    return Faulty(known.stock(session, hall_id=actor().hall_id, item_id=found.item_id, lock=False).thing)
