"""What a scan or a tap does at the desk: attempt it as whoever is signed in *now*, and remember what came of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session

from models import ActorKind, Condition, Purpose, Trouble
from services import circulation, clock, codes, conditions, finding, holds, losses, parts, patrons, reports, shelves, undoing
from services.accession import Registered
from services.finding import FoundCard, FoundItem, TypedCard
from services.journal import Actor
from services.lending_rules import Wish
from services.parts import Part, Seen
from services.patrons import Sheet
from services.receipts import HoldSlip, Receipt, Slip
from services.refusals import CardUnknown, NotAllowed, Refusal, UnknownCode
from services.shelves import ItemSheet
from services.visit import JUST_NOW
from ui.house import Trouble as Broken
from ui.house import ask, attempt
from ui.staff import door, who
from ui.staff.stand import Stand, Undo, here

T = TypeVar("T")


def actor() -> Actor | None:
    """Whoever keeps the desk, asked of the database again; nobody when the session has ended."""
    signed = who.signed_in()
    if signed is None or signed.hall_id is None or not signed.keeps_the_desk:
        return None
    door.used(signed)
    return Actor(ActorKind.STAFF, signed.hall_id, staff_id=signed.staff_id, device="tablet")


def do(verb: Callable[..., T], **facts: Any) -> T | Refusal | Broken:
    """Let a use case act, now and by whoever is signed in."""
    by = actor()
    return NotAllowed() if by is None else attempt(verb, at=clock.now(), by=by, **facts)


def look(question: Callable[..., T], **facts: Any) -> T | Refusal | Broken:
    """Ask without writing, with the same care."""
    by = actor()
    return NotAllowed() if by is None else ask(question, at=clock.now(), by=by, **facts)


def failed(answer: object) -> bool:
    """Whether something was refused or broke."""
    return isinstance(answer, Refusal | Broken)


def scanned(code: str, gesture: UUID) -> None:
    """Something was held under the scanner, on whatever screen."""
    stand = here()
    if stand.screen not in {"desk", "slip"}:
        stand.go("desk")
    stand.told = None
    by = actor()
    found = NotAllowed() if by is None else ask(finding.find, hall_id=by.hall_id, text=code)
    if isinstance(found, FoundCard):
        take_card(found.card_id, gesture)
    elif isinstance(found, TypedCard):
        _take_number(found.number, gesture)
    elif isinstance(found, FoundItem):
        item_shown(found.item_id, gesture)
    else:
        stand.tell(found)


def typed(key: str, read: Callable[[str], str]) -> None:
    """Something was typed into the one field: our own number is as good as a scan, the rest is looked for.

    An old label's code is only looked for: it may be four digits, and so may the end of a phone.
    """
    stand = here()
    text = read(key).strip()[:80]
    stand.typed, stand.title_id, stand.told = text, None, None
    if _is_our_number(text):
        stand.typed = ""
        scanned(text, stand.gesture)


def _is_our_number(text: str) -> bool:
    try:
        return bool(codes.read(text).number)
    except UnknownCode:
        return False


def take_card(card_id: UUID, gesture: UUID) -> None:
    """A card was scanned."""
    by = actor()
    patron_id = NotAllowed() if by is None else ask(patrons.patron_of_card, card_id=card_id, by=by)
    if isinstance(patron_id, UUID):
        _lay_card(patron_id, gesture)
    else:
        here().tell(patron_id)


def _take_number(number: str, gesture: UUID) -> None:
    """A card's number was typed: the desk sees who stands before it, and asks for no second fact."""
    lines = look(patrons.find_patron, text=number)
    if isinstance(lines, list) and lines:
        _lay_card(lines[0].patron_id, gesture)
    else:
        here().tell(lines if failed(lines) else CardUnknown())


def _lay_card(patron_id: UUID, gesture: UUID) -> None:
    """A card lies on the desk; a thing that waited for it is lent if nothing speaks against it."""
    stand = here()
    stand.take_patron(patron_id)
    if stand.item_id is not None and stand.screen == "desk":
        item_shown(stand.item_id, gesture)


def take_patron(patron_id: UUID | None) -> None:
    """Somebody was chosen from a list, or nobody any more."""
    stand = here()
    if stand.screen not in {"desk", "slip", "patron"}:
        stand.go("desk")
    stand.take_patron(patron_id)


def take_item(item_id: UUID | None) -> None:
    """A thing was chosen from a list: nothing is done with it yet."""
    stand = here()
    if stand.screen not in {"desk", "slip"}:
        stand.go("desk")
    stand.told = None
    stand.take_item(item_id)


def item_shown(item_id: UUID, gesture: UUID) -> None:
    """A thing was scanned: do what leaves no question, else lay it on the desk (rules.md §3)."""
    stand = here()
    stand.take_item(item_id)
    if stand.screen != "desk":
        return
    sheet = look(shelves.sheet, item_id=item_id)
    if not isinstance(sheet, ItemSheet):
        stand.item_id = None
        stand.tell(sheet)
    elif sheet.out and stand.patron_id is None and not sheet.thing.counted:
        if clock.now() - sheet.out[0].out_at >= JUST_NOW:
            give_back(item_id, sheet.out[0].loan_id, gesture)
    elif not sheet.out and stand.patron_id is not None and not _reasons(item_id):
        lend(gesture)


def parts_of(session: Session, *, item_id: UUID, at: datetime, by: Actor) -> tuple[Part, ...]:  # noqa: ARG001  asked like every question
    """Give what belongs to a thing."""
    return parts.of(session, hall_id=by.hall_id, item_id=item_id)


def card_of(patron_id: UUID) -> UUID | None:
    """The card a loan is written on: the one in force, else the newest, whose end is then a reason."""
    sheet = look(patrons.sheet, patron_id=patron_id)
    return sheet.line.card_id if isinstance(sheet, Sheet) else None


def _reasons(item_id: UUID) -> list[Refusal]:
    stand = here()
    card_id = card_of(stand.patron_id) if stand.patron_id else None
    found = look(circulation.look, item_id=item_id, card_id=card_id) if card_id else CardUnknown()
    return found if isinstance(found, list) else [found if isinstance(found, Refusal) else CardUnknown()]


def lend(
    gesture: UUID,
    wish: Wish | None = None,
    overrides: frozenset[str] = frozenset(),
    reason: str = "",
    seen: Seen | None = None,
) -> None:
    """Lend the thing on the desk to the card on the desk; `seen` are its parts as they were counted."""
    stand = here()
    card_id = card_of(stand.patron_id) if stand.patron_id else None
    if card_id is None or stand.item_id is None:
        stand.tell(CardUnknown())
        return
    facts = {"item_id": stand.item_id, "card_id": card_id, "wish": wish or Wish(), "overrides": overrides, "reason": reason}
    answer = do(parts.check_out, seen=seen, gesture=gesture, **facts) if seen else do(circulation.check_out, gesture=gesture, **facts)
    if isinstance(answer, Receipt):
        stand.lent = (*stand.lent, answer.item_id)
        stand.item_id = None
    stand.tell(answer, Undo(undoing.check_out, {"loan_id": answer.loan_id}) if isinstance(answer, Receipt) else None)


def give_back(
    item_id: UUID,
    loan_id: UUID | None,
    gesture: UUID,
    pieces: int | None = None,
    trouble: Trouble | None = None,
    seen: Seen | None = None,
) -> None:
    """Take a thing back, or some pieces of a set; one with parts is laid on the desk first, to count what is `seen`."""
    stand = here()
    mine = look(parts_of, item_id=item_id) if seen is None and loan_id is not None else ()
    if isinstance(mine, tuple) and mine:
        take_item(item_id)
        stand.told = "parts_first"
        return
    if seen:
        answer = do(parts.check_in, seen=seen, item_id=item_id, loan_id=loan_id, gesture=gesture)
    else:
        answer = do(circulation.check_in, item_id=item_id, loan_id=loan_id, quantity=pieces, trouble=trouble, gesture=gesture)
    way_back = None
    if isinstance(answer, Slip):
        stand.lent = tuple(each for each in stand.lent if each != item_id)
        stand.item_id = None
        if answer.was_out:
            way_back = Undo(undoing.check_in, {"loan_id": answer.loan_id, "pieces": answer.returned})
    stand.tell(answer, way_back)


def renew(loan_id: UUID, gesture: UUID, overrides: frozenset[str] = frozenset(), reason: str = "") -> None:
    """Lend it longer."""
    stand = here()
    card_id = card_of(stand.patron_id) if stand.patron_id else None
    answer = do(circulation.renew, loan_id=loan_id, card_id=card_id, gesture=gesture, overrides=overrides, reason=reason)
    if isinstance(answer, Receipt):
        stand.item_id = None
        stand.tell(answer, Undo(undoing.renew, {"loan_id": loan_id}))
        return
    stand.tell(answer if not isinstance(answer, Refusal) else NotRenewed(answer, loan_id))


class NotRenewed:
    """A renewal that was refused, so that the desk may set the reason aside."""

    def __init__(self, refusal: Refusal, loan_id: UUID) -> None:
        self.refusal, self.loan_id = refusal, loan_id


def hold(title_id: UUID, volume: int, gesture: UUID) -> None:
    """Keep a title for the card on the desk."""
    stand = here()
    card_id = card_of(stand.patron_id) if stand.patron_id else None
    answer = do(holds.place, title_id=title_id, volume=volume, card_id=card_id, gesture=gesture) if card_id else CardUnknown()
    stand.tell(answer, Undo(undoing.hold, {"hold_id": answer.hold_id}) if isinstance(answer, HoldSlip) else None)


def cancel_hold(hold_id: UUID, gesture: UUID) -> None:
    """Nobody waits any more."""
    way_back = Undo(undoing.hold_cancel, {"hold_id": hold_id})
    say(here(), "hold_cancelled", do(holds.cancel, hold_id=hold_id, gesture=gesture), way_back)


def put_on_shelf(hold_id: UUID) -> None:
    """The kept copy stands on the hold shelf."""
    say(here(), "shelved", do(holds.put_on_shelf, hold_id=hold_id), Undo(undoing.hold_shelve, {"hold_id": hold_id}))


def report(item_id: UUID, trouble: Trouble, gesture: UUID) -> None:
    """Write down that a thing is broken."""
    stand = here()
    answer = do(reports.report, item_id=item_id, trouble=trouble, gesture=gesture)
    say(stand, "reported", answer, Undo(undoing.report, {"report_id": answer, "reason": stand.say("staff.undo.reason")}))


def report_done(report_id: UUID) -> None:
    """A report was dealt with."""
    say(here(), "report_done", do(reports.done, report_id=report_id), Undo(undoing.report_done, {"report_id": report_id}))


def mark(item_id: UUID, condition: Condition, reason: str, gesture: UUID) -> None:
    """Say what befell a thing."""
    said = {"item_id": item_id, "condition": condition, "reason": reason, "gesture": gesture}
    say(here(), "marked", do(conditions.mark, **said), _back(undoing.mark, item_id, condition))


def mend(item_id: UUID, condition: Condition, reason: str, gesture: UUID) -> None:
    """It is whole again."""
    answer = do(conditions.mend, item_id=item_id, condition=condition, reason=reason, gesture=gesture)
    say(here(), "mended", answer, _back(undoing.mend, item_id, condition))


def _back(verb: Callable[..., None], item_id: UUID, condition: Condition) -> Undo:
    return Undo(verb, {"item_id": item_id, "condition": condition, "reason": here().say("staff.undo.reason")})


def undo(back: Undo, gesture: UUID) -> None:
    """Take back what the toast tells of; what has moved on since is not touched, and the toast says so."""
    stand = here()
    answer = do(back.verb, gesture=gesture, **back.facts)
    stand.tell(answer if failed(answer) else "undone")


def write_off(loan_id: UUID, reason: str, gesture: UUID, approver_id: UUID | None = None) -> None:
    """It will not come back, and nobody pays."""
    say(here(), "written_off", do(losses.write_off, loan_id=loan_id, reason=reason, approver_id=approver_id, gesture=gesture))


def replace_in_kind(loan_id: UUID, reason: str, gesture: UUID, approver_id: UUID | None = None) -> None:
    """The reader brought the same or a newer edition."""
    stand = here()
    answer = do(losses.replace_in_kind, loan_id=loan_id, reason=reason, approver_id=approver_id, gesture=gesture)
    if isinstance(answer, Registered):
        stand.take_item(answer.item_id)
    say(stand, "replaced", answer)


def say(stand: Stand, key: str, answer: object, way_back: Undo | None = None) -> None:
    """Tell what came of it: why not, or that it is done, with the way back."""
    if failed(answer):
        stand.tell(answer)
    else:
        stand.tell(key, way_back)


def choose_purpose(purpose: Purpose) -> None:
    """What equipment is for."""
    here().purpose = purpose


def choose_pieces(pieces: int) -> None:
    """How many of a set."""
    here().pieces = pieces


def choose_outside(*, outside: bool) -> None:
    """Inside the hall for the day, or outside for some days."""
    here().outside = outside


def choose_title(title_id: UUID | None) -> None:
    """Look at the copies of a title."""
    here().title_id = title_id


def open_title(title_id: UUID) -> None:
    """Turn to a title's page in the catalogue."""
    stand = here()
    stand.go("title")
    stand.title_id = title_id


def clear_search() -> None:
    """Back to what lies on the desk."""
    stand = here()
    stand.typed, stand.title_id = "", None
    stand.ask_anew()


def open_screen(screen: str) -> None:
    """Turn to another screen."""
    here().go(screen)


def open_fresh(screen: str) -> None:
    """Turn to another screen by the bar: whoever stood at the desk is not taken along."""
    clear_desk()
    here().go(screen)


def clear_desk() -> None:
    """The next one, please."""
    stand = here()
    stand.take_patron(None)
    stand.take_item(None)
    stand.told = None


def speak(lang: str) -> None:
    """Turn to the other language."""
    here().lang = lang
