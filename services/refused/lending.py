"""Refusals of lending, in the order of rules.md §3: the code, the thing, the card, renewing, holding, the keypad."""

from services.refused.base import Refusal


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


class KeptForEvent(Refusal):
    """An event needs it before it would be back. Facts: starts_at."""


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
