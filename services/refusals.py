"""Refusals: ordinary outcomes with a code and facts; their sentences live in the locale files.

All of them are had from here, whichever part of the hall says them; a new one of lending, the desk or a file stands with its like.
"""

from services.refused.base import REFUSALS as REFUSALS  # noqa: PLC0414  handed on
from services.refused.base import Refusal as Refusal  # noqa: PLC0414  the same
from services.refused.desk import *  # noqa: F403  one roof over all refusals
from services.refused.files import *  # noqa: F403  the same
from services.refused.lending import *  # noqa: F403  the same


# Closures and rooms (rules.md §4).
class ReopeningMissing(Refusal):
    """No closing without the expected reopening."""


class ReopeningBeforeStart(Refusal):
    """The expected reopening is not after the start."""


class NoticeTooShort(Refusal):
    """Planned stops need their notice period. Facts: days."""


class DayPassed(Refusal):
    """Hours are changed from today on; what was, was."""


class FunctionInUse(Refusal):
    """Something is to come in the room for this function. Facts: count."""


class StageSkipped(Refusal):
    """A hall comes to one stage after the other."""


class PhotosMissing(Refusal):
    """Integrated only with a photo of before and one of after."""


class DayAhead(Refusal):
    """What has happened is not written down ahead."""


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


class GuestSeatsResting(Refusal):
    """A screen gave as many seats of the event to guests as it may just now. Facts: most, until."""


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


# What villagers say and ask for (visits 10 and 11), and where they may go.
class HelpAnswered(Refusal):
    """Somebody else goes already. Facts: name."""


class HelpOver(Refusal):
    """The call was withdrawn, or it is too old."""


class SuggestionsResting(Refusal):
    """Many at this kiosk in a few minutes: the book rests a little. Facts: until."""


class PlaceKnown(Refusal):
    """A place of this name is in the book already. Facts: name."""


class NothingConfirmed(Refusal):
    """Nobody has confirmed anything of the place: its card would be empty."""
