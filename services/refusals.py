"""Refusals: ordinary outcomes with a code and facts; their sentences live in the locale files."""

import re
from typing import Any, ClassVar


class Refusal(Exception):  # noqa: N818  a refusal is an outcome, not an error
    """Something the house does not do now; `code` names the rule, `facts` fill the sentence."""

    code: ClassVar[str] = ""

    def __init__(self, **facts: Any) -> None:
        """Keep the facts that the sentence needs; never a patron's name."""
        super().__init__(self.code)
        self.facts = facts

    def __init_subclass__(cls) -> None:
        """The code is the class's name in the words of rules.md: ItemOnLoan is item_on_loan."""
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        REFUSALS[cls.code] = cls


REFUSALS: dict[str, type[Refusal]] = {}


# What is under the scanner (rules.md §2).
class UnknownCode(Refusal):
    """Nobody here knows this code."""


class ForeignCode(Refusal):
    """The thing is not held here, whatever its prefix."""


class NumberAmbiguous(Refusal):
    """Two things answer to the typed number: ask for the QR."""


# The thing (rules.md §3, lending).
class ItemOnLoan(Refusal):
    """It is out with somebody. Facts: due_day."""


class ReferenceOnly(Refusal):
    """It is read here and not taken home."""


class ItemWithdrawn(Refusal):
    """It left the stock."""


class ItemDamaged(Refusal):
    """It waits for repair."""


class OutOfOrder(Refusal):
    """It does not work. Facts: back_at (or None)."""


class ServiceClosed(Refusal):
    """The room's service is closed by a notice. Facts: reopens_at."""


class QuantityOut(Refusal):
    """Fewer of the set are here than asked for. Facts: free, asked."""


# The card and its patron.
class CardUnknown(Refusal):
    """No card of this hall."""


class CardReplaced(Refusal):
    """An old issue of a card that was issued again."""


class CardLost(Refusal):
    """A card reported lost."""


class CardExpired(Refusal):
    """The card's last day is over. Facts: valid_until."""


class PatronSuspended(Refusal):
    """Lending is paused for this patron. Facts: until_day (or None)."""


class PatronOverdue(Refusal):
    """Something is 30 days overdue (policy). Facts: name, due_day."""


class TooManyLoans(Refusal):
    """The policy's number is reached. Facts: have, most."""


class KeptForAnother(Refusal):
    """The copy is kept for somebody's hold."""


class AdultsOnly(Refusal):
    """Staff marked the title for adults."""


class PurposeMissing(Refusal):
    """Equipment goes out for a stated purpose."""


class ApprovalMissing(Refusal):
    """Outside the hall, or outside culture: an approver is needed."""


class PartsMissing(Refusal):
    """Parts of it are missing."""


class NoOpenDay(Refusal):
    """No day to give it back within a year."""


# Renewing.
class OverdueNotRenewable(Refusal):
    """It is overdue already. Facts: due_day."""


class NoRenewalsLeft(Refusal):
    """It was renewed as often as the policy allows. Facts: due_day."""


class TitleWanted(Refusal):
    """Somebody waits for it. Facts: due_day."""


class LoanGone(Refusal):
    """The loan has ended, or is not this card's."""


# Holding.
class AlreadyYours(Refusal):
    """The patron has it at home. Facts: due_day."""


class AlreadyHeld(Refusal):
    """The patron waits for it already."""


class CopyOnShelf(Refusal):
    """A copy is on the shelf. Facts: shelf."""


class TooManyHolds(Refusal):
    """As many holds as the policy allows. Facts: have, most."""


class HoldGone(Refusal):
    """The hold has ended."""


class NotLendable(Refusal):
    """No copy of the title can ever be lent, so nobody can wait for it."""


# The keypad.
class CardNotMatched(Refusal):
    """Number and second fact do not belong together; an unknown number looks the same."""


class KeypadResting(Refusal):
    """Five wrong tries: the keypad rests. Facts: until."""


# Everywhere.
class ClockWrong(Refusal):
    """The clock is behind the journal or the build: no lending."""


# Desk and register.
class ConsentMissing(Refusal):
    """Under 14, the guardian's consent comes before the card."""


class FactMissing(Refusal):
    """A required field is empty. Facts: field."""


class FactWrong(Refusal):
    """A field cannot be right. Facts: field."""


class SecondFactMissing(Refusal):
    """Neither a phone nor a PIN: the keypad could not know the patron."""


class ReasonMissing(Refusal):
    """An override or a withdrawal states its reason."""


class OverrideForbidden(Refusal):
    """A rule that staff may not set aside. Facts: rule."""


class ApproverNotAllowed(Refusal):
    """Only the room's person in charge or an admin approves."""


class ItemNotHere(Refusal):
    """The thing is on loan, lost or gone, so this cannot be done with it."""


class LoanOpen(Refusal):
    """Something is still out. Facts: have."""


class PatronsDiffer(Refusal):
    """Two registrations that say they are not one person: correct what is wrong first. Facts: field."""


class HoldsCollide(Refusal):
    """Both wait for the same title, or one waits for what the other has. Facts: name."""


class RowsCollide(Refusal):
    """Both stand in the same list, where one person stands once."""


class MemberAlready(Refusal):
    """Somebody is in the team already."""


class LastAdmin(Refusal):
    """The hall would be left without anybody who may change accounts."""


class NotAllowed(Refusal):
    """This role may not do this."""


class ChangedMeanwhile(Refusal):
    """Somebody else changed it since it was shown: look again."""


# The hall's own books (rules.md §6).
class FundKnown(Refusal):
    """This source gives for this purpose in this year already."""


class FundStruck(Refusal):
    """The entry was struck before."""


class VoucherMissing(Refusal):
    """Nothing is spent without a voucher."""


# Closures and rooms (rules.md §4).
class ReopeningMissing(Refusal):
    """No closing without the expected reopening."""


class ReopeningBeforeStart(Refusal):
    """The expected reopening is not after the start."""


class NoticeTooShort(Refusal):
    """Planned stops need their notice period. Facts: days."""


class RoomTaken(Refusal):
    """Two functions that exclude each other would overlap."""


# Bookings (rules.md §4).
class BookingGone(Refusal):
    """It was called off, is over, or nobody came."""


class PurposeNotApproved(Refusal):
    """A use outside culture (R51) needs an approver."""


class SlotTaken(Refusal):
    """Somebody else has the room then. Facts: name, free_at (or None)."""


class RoomClosed(Refusal):
    """The room is closed then, or for a part of that time. Facts: free_at (or None)."""


class InsideUnanswered(Refusal):
    """Events or bookings fall inside, and it is not said what becomes of them. Facts: count."""


# Files brought from outside (rules.md §6; nothing of them is written before it was looked at).
class FileEmpty(Refusal):
    """A file without headings and at least one row."""


class FileKindUnknown(Refusal):
    """Neither a table nor a catalogue file by its ending."""


class FileNotWhatItSays(Refusal):
    """Its ending promises one thing, its bytes are another. Facts: ending."""


class FileUnreadable(Refusal):
    """Cut off, damaged, or in a writing nobody can read."""


class FileTooLarge(Refusal):
    """Too large, packed or unpacked. Facts: most."""


class FileTooLong(Refusal):
    """A row beyond the last one that is read. Facts: most."""


class FileTooWide(Refusal):
    """A column beyond the last one that is read. Facts: most."""


class FileHasFormulas(Refusal):
    """Something in it would have to be computed."""


class RowsWrong(Refusal):
    """Rows that cannot be entered are still in it. Facts: count."""


# Stocktaking (rules.md §6).
class StocktakeOpen(Refusal):
    """Another stocktake is not closed yet. Facts: number."""


class StocktakeClosed(Refusal):
    """It was closed, here or on another tablet."""


# The door, and what proves that a notice hung there (rules.md §4).
class HallUnattended(Refusal):
    """No person in charge and no deputy is on duty that day. Facts: room."""


class HolidayClosed(Refusal):
    """Over a whole statutory holiday nothing of the hall would be open. Facts: name."""


class HolidayShorter(Refusal):
    """On a statutory holiday it would be open shorter, and no reason is given. Facts: name."""


class PhotoTooLarge(Refusal):
    """A photo of too many bytes or pixels. Facts: most."""


class PhotoUnreadable(Refusal):
    """No photo of a kind we read, or damaged; or none of this hall."""


# Events (rules.md §5).
class EventGone(Refusal):
    """It was called off, or is over."""


class EventNotYet(Refusal):
    """It has not begun. Facts: starts_at."""


class SignUpNotNeeded(Refusal):
    """Come as you are: it has no seats to give."""


class AlreadySignedUp(Refusal):
    """This card has a ticket for it. Facts: ticket."""


class SignUpGone(Refusal):
    """The sign-up was cancelled, or the event is over."""


class TicketNotMatched(Refusal):
    """No ticket in force has this number."""


class SeatsGiven(Refusal):
    """More seats are given already than there would be. Facts: have."""


class RoomTooSmall(Refusal):
    """More have a seat than the room holds. Facts: over."""


class ThingKept(Refusal):
    """The equipment is kept for another event meanwhile. Facts: name."""


# Maintenance (rules.md §6, R46).
class WorkOrderOpen(Refusal):
    """An order of that kind is open for the thing already. Facts: number."""


# Signs and their scheme (R13 to R15).
class SchemeWrong(Refusal):
    """A scheme that lacks what plates are made from. Facts: field."""


class SchemeKnown(Refusal):
    """A version of that name was in force already: a changed scheme has a name of its own."""


class SizeNotOfScheme(Refusal):
    """The scheme in force wants another size. Facts: width, height."""


class FunctionWithoutRoom(Refusal):
    """A function every hall has (R06) has no room. Facts: names."""


class RoomWithoutFunction(Refusal):
    """The room has no function, so that its plate would be empty."""


class TooManyFunctions(Refusal):
    """More functions than the plate of the scheme has room for. Facts: have, most."""


class SignGone(Refusal):
    """It was taken down, merged or replaced."""
