"""读者: everybody who is registered, by name; typing narrows it, a tap opens one."""

from typing import Final
from uuid import UUID

import streamlit as st

from models import PatronKind
from services import codes, merging, patrons
from services.patrons import PatronLine
from ui.staff import acts, draw, frame, merge, person, told, turning
from ui.staff.stand import Stand, here

_NAME: Final = "patrons"


def screen(stand: Stand) -> None:
    """Draw the list."""
    told.tell(stand)
    left, right = st.columns([1.4, 1], vertical_alignment="center")
    with left:
        text = turning.typed(_NAME, stand.say("people.list.find"))
    with right:
        kind = st.segmented_control(
            stand.say("field.kind"), list(PatronKind), key="kind-of-patrons", label_visibility="collapsed",
            format_func=lambda each: stand.say(f"staff.kind.{each}"), on_change=turning.turn, args=(_NAME, 0),
        )  # fmt: skip
    if not text and not kind:
        _doubles(stand)
    found = acts.look(patrons.page, text=text, kind=kind, page=turning.page(_NAME))
    with frame.card("patrons"):
        if not isinstance(found, tuple):
            draw.html(told.paper(stand, found))
            return
        lines, many = found
        draw.html(draw.heading(stand.say("staff.nav.patrons"), stand.say("people.list.in_all", count=many)))
        if not lines:
            draw.html(draw.empty(stand.say("people.list.nobody")))
        for line in lines:
            _line(stand, line)
        turning.buttons(stand, _NAME, more=(turning.page(_NAME) + 1) * patrons.PAGE < many)


def _line(stand: Stand, line: PatronLine) -> None:
    with frame.row(f"patron-{line.patron_id}"):
        number = codes.clear(line.number) if line.number else stand.say("staff.person.no_card")
        ended = stand.say(f"staff.person.card_{line.ended_as}") if line.ended_as else ""
        draw.html(draw.line(line.name, number, person.kind(stand, line), line.villager_group, line.phone_masked, ended, late=bool(ended)))
        frame.button(f"open-{line.patron_id}", stand.say("people.open"), open_patron, line.patron_id)


def _doubles(stand: Stand) -> None:
    """Who may be registered twice, to be compared: it is the desk that decides."""
    found = acts.look(merging.doubles)
    pairs = found if isinstance(found, list) else []
    if not pairs:
        return
    with frame.card("doubles"):
        draw.html(draw.heading(stand.say("people.list.doubles"), stand.say("people.list.doubles_small")))
        for first, second in pairs:
            with frame.row(f"double-{second.patron_id}"):
                numbers = (codes.clear(line.number) if line.number else stand.say("staff.person.no_card") for line in (first, second))
                draw.html(draw.line(first.name, str(first.birth_year or ""), *numbers))
                pair = (first.patron_id, second.patron_id)
                frame.button(f"double-{second.patron_id}", stand.say("people.merge.look"), merge.begin, *pair)


def open_patron(patron_id: UUID) -> None:
    """Show all that is kept about somebody."""
    stand = here()
    stand.go("patron")
    stand.take_patron(patron_id)
