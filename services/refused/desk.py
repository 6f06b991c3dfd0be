"""Refusals at the desk: a form, an approver, somebody's registration, the hall's own books; and everywhere, the clock."""

from services.refused.base import Refusal


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
