"""What the morning says of bookings: the groups of today, with the tap that says they came."""

from services import clock, room_diary
from services.room_diary import BookingLine, BookingState
from ui.staff import acts, booking_week
from ui.staff.stand import Stand

_SAID = frozenset({BookingState.AHEAD, BookingState.AWAITED, BookingState.NO_SHOW})


def due() -> tuple[BookingLine, ...]:
    """Ask for those that are still to come, or late."""
    now = clock.now()
    found = acts.look(room_diary.on_day, day=clock.local_day(now))
    return tuple(line for line in found if line.state in _SAID and line.span.end > now) if isinstance(found, tuple) else ()


def lines(stand: Stand, found: tuple[BookingLine, ...]) -> None:
    """Draw them among the things to do."""
    for line in found:
        booking_week.row(stand, line, "morning")
