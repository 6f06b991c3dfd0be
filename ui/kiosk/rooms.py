"""Visit 7: every room with what is on and what comes next; one room with all that belongs to it and its week; its rules of use."""

from dataclasses import fields
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from services import clock, room_board
from services.hours import RoomStatus, Status
from services.room_board import RoomLine, RoomPage
from services.rooms import RoomSheet
from services.rule_sets import RuleSheet, Text
from services.words import Words
from ui.house import ask
from ui.kiosk import acts, board, draw, frame, timelines
from ui.kiosk.stand import Stand

SHOWN: Final = 5
_THINGS: Final = 4
_RULES: Final = 3
_ORDER: Final = ("hours", "open_items", "conduct", "duty", "person", "upkeep")
"""What a visitor looks for stands first."""


def rooms(stand: Stand, _: object) -> None:
    """Every room: open or not, what is on, what comes next."""
    found = lines_now()
    first = min(stand.page, (len(found) - 1) // SHOWN if found else 0) * SHOWN
    draw.html(frame.visit_head(stand, Markup('<h1 class="hall-who">{}</h1>').format(stand.say("rooms.title"))))
    with frame.body("rooms"):
        for line in found[first : first + SHOWN]:
            with st.container(key=f"event-{line.room.room_id.hex}", horizontal=True):
                draw.html(_line(stand.words, line))
                frame.button(stand, f"room-{line.room.room_id.hex}", stand.say("rooms.look"), acts.open_screen, "room", line.room.room_id)
    with frame.actions():
        frame.button(stand, "close", stand.say("rooms.close"), acts.leave)
        if first:
            frame.button(stand, "fewer", stand.say("find.fewer"), acts.turn_page, first // SHOWN - 1)
        if first + SHOWN < len(found):
            frame.button(stand, "further", stand.say("find.more"), acts.turn_page, first // SHOWN + 1)
    frame.foot(stand)


def room(stand: Stand, room_id: object) -> None:
    """One room."""
    door = frame.status()
    page = ask(_page, door=door, room_id=room_id) if isinstance(door, Status) else None
    if not isinstance(page, RoomPage):
        _nothing(stand)
        return
    draw.html(frame.visit_head(stand, _head(stand.words, page)))
    with frame.body("room"):
        draw.html(_facts(stand, page.sheet))
        with st.container(key="room-rules", horizontal=True):
            for sheet in page.rules[:_RULES]:
                label = f"{_rules_name(stand.words, sheet)} :small[{frame.plain(_version(stand.words, sheet))}]"
                frame.button(stand, f"rules-{sheet.id.hex}", label, acts.open_screen, "room_rules", sheet)
            if not page.rules:
                draw.html(Markup('<p class="hall-aside">{}</p>').format(stand.say("rooms.rules_none")))
        week = timelines.week(stand.words, page.line.days, page.line.notices)
        draw.html(Markup('<section class="hall-card hall-rooms hall-week"><h2>{}</h2>{}</section>').format(stand.say("rooms.week"), week))
    with frame.actions():
        frame.button(stand, "back", stand.say("rooms.back"), acts.open_screen, "rooms")
        frame.button(stand, "close", stand.say("rooms.close"), acts.leave)
    frame.foot(stand)


def rules(stand: Stand, sheet: RuleSheet) -> None:
    """The rules in force, as they hang on the wall, large."""
    draw.html(frame.visit_head(stand, Markup('<h1 class="hall-who">{}</h1>').format(_rules_name(stand.words, sheet))))
    with frame.body("rules"):
        draw.html(_rules(stand.words, sheet))
    with frame.actions():
        frame.button(stand, "back", stand.say("rooms.rules_back"), acts.open_screen, "room", sheet.room_id)
        frame.button(stand, "close", stand.say("rooms.close"), acts.leave)
    frame.foot(stand)


def lines_now(days: int = 1) -> tuple[RoomLine, ...]:
    """Ask for every room with so many days of it; none while the house does not answer."""
    door = frame.status()
    found = ask(_lines, door=door, days=days) if isinstance(door, Status) else ()
    return found if isinstance(found, tuple) else ()


def now(words: Words, line: RoomLine, key: str = "now") -> str:
    """Say what is on in a room: the event, else how long it is open, else why not and when next."""
    on = line.today.now(clock.now())
    if on:
        return "；".join(words.say(f"rooms.{key}", what=timelines.what(words, use), until=use.span.end) for use in on)
    if line.room.is_open:
        return words.say("rooms.open_until", until=line.room.until) if line.room.until else words.say("status.open_always")
    if any(clock.now() in stop for stop in line.today.stops) and line.notices[0]:
        return timelines.why(words, line.notices[0])
    return _opens(words, line.room)


def _opens(words: Words, room: RoomStatus) -> str:
    if room.next_opening is None:
        return words.say("status.unknown")
    return words.say("rooms.opens", day=board.day_name(words, room.next_opening), at=room.next_opening)


def _lines(session: Session, *, door: Status, days: int) -> tuple[RoomLine, ...]:
    return room_board.lines(session, hall_id=acts.actor().hall_id, door=door, at=clock.now(), days=days)


def _page(session: Session, *, door: Status, room_id: UUID) -> RoomPage:
    return room_board.page(session, hall_id=acts.actor().hall_id, door=door, room_id=room_id, at=clock.now())


def _nothing(stand: Stand) -> None:
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("ask"):
        draw.html(draw.question(stand.say("rooms.gone")))
    with frame.actions():
        frame.button(stand, "close", stand.say("rooms.close"), acts.leave)
    frame.foot(stand)


def pill(words: Words, room: RoomStatus) -> Markup:
    """Mark a room as open or not."""
    state = "open" if room.is_open else "closed"
    return Markup('<span class="hall-pill hall-pill-{}"><i></i>{}</span>').format(state, words.say(f"status.{state}"))


def _line(words: Words, line: RoomLine) -> Markup:
    ahead = line.today.next(clock.now())
    coming = words.say("rooms.next", starts=ahead.span.start, what=timelines.what(words, ahead)) if ahead else words.say("rooms.free")
    return Markup('<section class="hall-event hall-room-now"><div><b>{}</b>{}<p>{}</p><small>{}</small></div></section>').format(
        line.room.name, pill(words, line.room), now(words, line), coming
    )


def _head(words: Words, page: RoomPage) -> Markup:
    return Markup('<h1 class="hall-who">{}</h1><p class="hall-room-head">{}<span>{}</span></p>').format(
        page.sheet.name, pill(words, page.line.room), now(words, page.line)
    )


def _facts(stand: Stand, sheet: RoomSheet) -> Markup:
    words = stand.words
    floor = words.say("rooms.floor", floor=sheet.floor) if sheet.floor.isdigit() else words.say("rooms.outside")
    facts = [
        (words.say("rooms.functions"), "、".join(sheet.functions)),
        (words.say("rooms.services"), "、".join(sheet.services)),
        *((words.say(f"rooms.{person.duty}"), f"{person.name}　{person.phone}") for person in sheet.people),
        (words.say("rooms.things"), _things(words, sheet.things)),
        ("", words.say("rooms.size", floor=floor, area=sheet.area_m2, capacity=sheet.capacity)),
    ]
    rows = draw.NOTHING.join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, value) for name, value in facts if value)
    return Markup('<section class="hall-card hall-room-sheet"><dl>{}</dl></section>').format(rows)


def _things(words: Words, things: tuple[tuple[str, int], ...]) -> str:
    first = "、".join(words.say("rooms.thing", name=name, count=count) for name, count in things[:_THINGS])
    return f"{first}　{words.say('rooms.thing_more', count=len(things))}" if len(things) > _THINGS else first


def _rules_name(words: Words, sheet: RuleSheet) -> str:
    return words.say("rooms.rules_of", function=sheet.function)


def _version(words: Words, sheet: RuleSheet) -> str:
    return words.say("rooms.version", version=sheet.version, published_at=sheet.published_at)


def _rules(words: Words, sheet: RuleSheet) -> Markup:
    said = {field.name: getattr(sheet.text, field.name) for field in fields(Text)}
    parts = draw.NOTHING.join(
        Markup("<h2>{}</h2>{}").format(words.say(f"field.rule_{name}"), _paragraphs(said[name])) for name in _ORDER if said[name]
    )
    signed = words.say("rooms.signed", signer=sheet.signer, approver=sheet.approver)
    return Markup('<section class="hall-card hall-rules"><p class="hall-soft">{}　{}　{}</p>{}</section>').format(
        sheet.room, _version(words, sheet), signed, parts
    )


def _paragraphs(text: str) -> Markup:
    return draw.NOTHING.join(Markup("<p>{}</p>").format(line) for line in text.splitlines() if line.strip())
