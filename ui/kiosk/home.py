"""The first screen: what to do with a card or a book, whether the hall is open, what is closed, what is on, and who is in charge."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from services import agenda, clock
from services.agenda import EventLine
from services.hours import Status
from services.room_board import RoomLine
from services.words import Words
from ui.calm import calm
from ui.house import Trouble, ask
from ui.kiosk import acts, board, draw, frame, rooms, timelines
from ui.kiosk.stand import Stand

_ROOMS_SHOWN: Final = 4
_TITLE: Final = 6  # characters of an event's title that a tile has room for


def home(stand: Stand) -> None:
    """Draw it; it is drawn again when the door's word changes."""
    door = frame.status()
    if not isinstance(door, Status):
        calm(door.reference if isinstance(door, Trouble) else door.code, stand.lang)
        return
    draw.html(frame.home_head(stand))
    with frame.body("home"):
        draw.html(_hero(stand.words), board.notices(stand.words, door.closures), board.door(stand.words, door))
        if bars := timelines.today(stand.words, lines := rooms.lines_now()[:_ROOMS_SHOWN], named=False):
            _rooms(stand, lines, bars)
        with st.container(key="tiles", horizontal=True):
            for tile in TILES:
                label = f"{stand.say(f'home.{tile.screen}')} :small[{frame.plain(tile.sub(stand))}]"
                frame.button(stand, f"home-{tile.screen}", label, acts.open_screen, tile.screen)
    frame.foot(stand, home=True)


def _hero(words: Words) -> Markup:
    return Markup(
        '<section class="hall-hero"><div><h2>{}<br>{}</h2><p>{}<br>{}</p></div><div class="hall-scan" aria-hidden="true">{}</div></section>'
    ).format(words.say("home.scan_1"), words.say("home.scan_2"), words.say("home.borrow"), words.say("home.give_back"), draw.image("scan"))


def _rooms(stand: Stand, lines: tuple[RoomLine, ...], bars: Markup) -> None:
    """Today's bars; over each lies the button that opens its room, as large as the row."""
    with st.container(key="home-rooms"):
        draw.html(Markup('<section class="hall-card hall-rooms"><h2>{}</h2>{}</section>').format(stand.say("home.rooms"), bars))
        with st.container(key="home-rows"):
            for line in lines:
                people = stand.say("home.in_charge", name=line.room.people[0].name) if line.room.people else ""
                label = f"{frame.plain(line.room.name)} :small[{frame.plain(people)}]"
                frame.button(stand, f"room-{line.room.room_id.hex}", label, acts.open_screen, "room", line.room.room_id)
        frame.button(stand, "rooms", f"{stand.say('rooms.all')} ›", acts.open_screen, "rooms")


def _next_event(stand: Stand) -> str:
    """What is on next, with its free seats, or what the tile is for."""
    lines = ask(_coming)
    if not isinstance(lines, tuple) or not lines:
        return stand.say("home.events_sub")
    line = next((line for line in lines if line.free), lines[0])
    name = line.title if len(line.title) <= _TITLE else f"{line.title[: _TITLE - 1]}…"
    return stand.say("home.events_free", name=name, count=line.free) if line.free else name


def _coming(session: Session) -> tuple[EventLine, ...]:
    return agenda.coming(session, hall_id=acts.actor().hall_id, at=clock.now(), most=4)


@dataclass(frozen=True, slots=True)
class Tile:
    """A way into the house: its name is `home.<screen>`, and what stands small under it `home.<screen>_sub` or what `says` finds.

    Its drawing is one line in the area's style sheet: `.st-key-do-home-<screen> { --picture: url(/hall/pictures/<screen>.svg); }`.
    """

    screen: str
    says: Callable[[Stand], str] | None = None

    def sub(self, stand: Stand) -> str:
        """Give the small line."""
        return self.says(stand) if self.says else stand.say(f"home.{self.screen}_sub")


TILES: Final = (Tile("find"), Tile("events", _next_event), Tile("report"), Tile("places"), Tile("suggest"))
"""In the order of the screen: one row up to three, two rows up to six; a screen of `screens.SCREENS` each."""
