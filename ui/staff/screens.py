"""Which screen is drawn where the keeper stands."""

from collections.abc import Callable
from typing import Final

from services.staff import Signed
from ui.staff import people
from ui.staff.desk import desk
from ui.staff.slip import slip
from ui.staff.stand import Stand
from ui.staff.today import today

_DESK: Final[dict[str, Callable[[Stand], None]]] = {
    "desk": desk,
    "register": people.register,
    "patron": people.patron,
    "card": people.card,
    "slip": slip,
}


def draw_screen(stand: Stand, signed: Signed) -> None:
    """Draw it; who does not keep the desk sees the day's numbers whatever was asked for."""
    screen = _DESK.get(stand.screen) if signed.keeps_the_desk else None
    if screen is None:
        today(stand, signed)
    else:
        screen(stand)
