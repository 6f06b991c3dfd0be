"""Which screen is drawn where the keeper stands."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from services.staff import Signed
from ui.staff import acts, book, funding, holdings, importing, labels, ledgers, people, stocktaking
from ui.staff.desk import desk
from ui.staff.slip import slip
from ui.staff.stand import Stand, here
from ui.staff.today import today

_DESK: Final[dict[str, Callable[[Stand], None]]] = {
    "desk": desk,
    "register": people.register,
    "patron": people.patron,
    "card": people.card,
    "import": importing.screen,
    "stocktake": stocktaking.screen,
    "slip": slip,
    "holdings": holdings.screen,
    "book": book.screen,
    "labels": labels.screen,
    "ledgers": ledgers.screen,
    "funds": funding.screen,
}
# Screens with a use of their own for what is scanned; all others take it to the desk.
_SCANS: Final[dict[str, Callable[[str, UUID], None]]] = {"stocktake": stocktaking.scanned, "labels": labels.scanned, "book": book.scanned}


def draw_screen(stand: Stand, signed: Signed) -> None:
    """Draw it; who does not keep the desk sees the day's numbers whatever was asked for."""
    screen = _DESK.get(stand.screen) if signed.keeps_the_desk else None
    if screen is None:
        today(stand, signed)
    else:
        screen(stand)


def scanned(code: str, gesture: UUID) -> None:
    """Something was held under the scanner: the screen that is shown now takes it."""
    _SCANS.get(here().screen, acts.scanned)(code, gesture)
