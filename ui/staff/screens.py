"""Which screen is drawn where the keeper stands."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from services.staff import Signed
from ui.staff import (
    accounts,
    acts,
    announcing,
    assets,
    attendants,
    book,
    booking_week,
    care,
    charts,
    closing,
    closure,
    duties,
    equipment_desk,
    event_form,
    event_list,
    event_page,
    event_record,
    funding,
    holdings,
    holiday_table,
    hours_desk,
    importing,
    journal,
    labels,
    ledgers,
    merge,
    opening,
    patron_list,
    people,
    periodicals_desk,
    planning,
    profile_desk,
    programme,
    room_desk,
    rule_desk,
    rules,
    signs,
    stocktaking,
    teams,
    themed,
    titles,
    touring,
    voices,
    weeding_list,
)
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
    "care": care.screen,
    "signs": signs.screen,
    "closures": closing.screen,
    "closure": closure.screen,
    "announce": announcing.screen,
    "opening": opening.screen,
    "bookings": booking_week.screen,
    "hours": hours_desk.screen,
    "rooms": room_desk.screen,
    "profile": profile_desk.screen,
    "rule_sets": rule_desk.screen,
    "holidays": holiday_table.screen,
    "ledgers": ledgers.screen,
    "charts": charts.screen,
    "funds": funding.screen,
    "patrons": patron_list.screen,
    "merge": merge.screen,
    "teams": teams.screen,
    "attendants": attendants.screen,
    "attendant": attendants.book,
    "duties": duties.screen,
    "accounts": accounts.screen,
    "rules": rules.screen,
    "journal": journal.screen,
    "suggestions": voices.screen,
    "tourism": touring.screen,
    "events": event_list.screen,
    "planner": planning.screen,
    "tasks": themed.screen,
    "event": event_page.screen,
    "event_new": event_form.screen,
    "event_record": event_record.screen,
    "programme": programme.screen,
    "title": titles.screen,
    "weeding": weeding_list.screen,
    "asset": assets.screen,
    "equipment": equipment_desk.screen,
    "periodicals": periodicals_desk.screen,
}
# Screens with a use of their own for what is scanned; all others take it to the desk.
_SCANS: Final[dict[str, Callable[[str, UUID], None]]] = {
    "stocktake": stocktaking.scanned,
    "labels": labels.scanned,
    "care": care.scanned,
    "book": book.scanned,
    "journal": journal.scanned,
    "event_record": event_record.scanned,
    "weeding": weeding_list.scanned,
}


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
