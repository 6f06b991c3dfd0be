"""Which screen is drawn by which function."""

from collections.abc import Callable
from typing import Any, Final

from services import clock
from services.hours import Status
from ui.kiosk import (
    board,
    calling,
    display,
    finding,
    frame,
    guests,
    home,
    lending,
    returning,
    rooms,
    saying,
    suggesting,
    tickets,
    touring,
    typing,
    whats_on,
)
from ui.kiosk.stand import RESTING, Stand

SCREENS: Final[dict[str, Callable[[Stand, Any], None]]] = {
    "display": display.display,
    "card": lending.card,
    "lent": lending.lent,
    "yours": lending.yours,
    "choose": lending.choose,
    "card_wanted": lending.card_wanted,
    "purpose": lending.purpose,
    "back": returning.back,
    "just_lent": returning.just_lent,
    "others": returning.others,
    "how_many": returning.how_many,
    "refused": saying.refused,
    "broken": saying.broken,
    "report": saying.report,
    "trouble": saying.trouble,
    "reported": saying.reported,
    "held": saying.held,
    "keypad": typing.keypad,
    "find": finding.find,
    "events": whats_on.events,
    "event": whats_on.event,
    "guest": guests.guest,
    "group": guests.group,
    "rooms": rooms.rooms,
    "room": rooms.room,
    "room_rules": rooms.rules,
    "ticket": tickets.ticket,
    "ticket_number": tickets.number,
    "ticket_found": tickets.found,
    "ticket_cancelled": tickets.cancelled,
    "suggest": suggesting.suggest,
    "suggest_about": suggesting.about,
    "suggest_words": suggesting.words,
    "suggested": suggesting.suggested,
    "posted": suggesting.posted,
    "places": touring.places,
    "place": touring.place,
}


def draw_screen(stand: Stand) -> None:
    """Draw where the visitor stands."""
    if stand.call_id is not None:
        calling.calling(stand)
    elif stand.screen == "home":
        home.home(stand)
    else:
        SCREENS[stand.screen](stand, stand.told)


def turns_at(stand: Stand) -> int | None:
    """When a screen that nobody touches has to be drawn again by itself; soon, while the database does not answer."""
    if stand.call_id is not None:
        return calling.turns(stand)
    if stand.screen not in RESTING:
        return None
    now, door = clock.now(), frame.status(fresh=True)
    if not isinstance(door, Status):
        return int(now.timestamp() * 1000) + 10_000
    return display.turns_at(door, now) if stand.screen == "display" else board.turns_at(door, now)
