"""馆藏: the whole stock, the newest first; typing narrows it, a tap lays a thing on the desk."""

from typing import Final

import streamlit as st

from models import Medium
from services import codes, holdings
from services.holdings import Line, Lines
from ui.staff import acts, book, draw, equipment_desk, frame, told
from ui.staff.stand import Stand, here

_PAGE: Final = "holdings-page"
_TEXT: Final = "field-holdings"


def screen(stand: Stand) -> None:
    """Draw the list."""
    told.tell(stand)
    with st.container(key="card-acts-holdings", horizontal=True):
        frame.button("new-book", stand.say("books.register"), book.begin, kind="primary")
        frame.button("labels", stand.say("labels.title"), acts.open_screen, "labels")
    st.text_input(
        stand.say("books.find"),
        key=_TEXT,
        placeholder=stand.say("books.find"),
        label_visibility="collapsed",
        max_chars=60,
        autocomplete="off",
        on_change=_turn,
        args=(0,),
        icon=":material/search:",
    )
    number = int(st.session_state.get(_PAGE, 0))
    found = acts.look(holdings.page, text=str(st.session_state.get(_TEXT) or ""), number=number)
    with frame.card("holdings"):
        if not isinstance(found, Lines):
            draw.html(told.paper(stand, found))
            return
        small = stand.say("books.in_all", count=found.count) if found.count is not None else ""
        draw.html(draw.heading(stand.say("books.holdings"), small))
        if not found.lines:
            draw.html(draw.empty(stand.say("books.nothing" if st.session_state.get(_TEXT) else "books.empty")))
        for line in found.lines:
            _line(stand, line)
        _turning(stand, found)


def _line(stand: Stand, line: Line) -> None:
    say = stand.say
    with frame.row(f"item-{line.item_id}"):
        copy = say("books.copy", copy=line.copy_no) if line.copy_no > 1 else ""
        state = [say(f"condition.{condition}") for condition in line.conditions]
        state += [say("books.out", day=line.due_day)] if line.due_day else []
        facts = (codes.clear(line.number), line.call_number, copy, line.author, line.room, line.shelf, *state)
        draw.html(draw.line(draw.name(stand.words, line.name, line.medium, line.volume), *facts, late=bool(line.conditions)))
        if line.medium is Medium.EQUIPMENT:
            frame.button(f"asset-{line.item_id}", say("assets.open"), equipment_desk.open_asset, line.item_id)
        else:
            frame.button(f"title-{line.item_id}", say("titles.open"), acts.open_title, line.title_id)
        frame.button(f"see-{line.item_id}", say("staff.today.see_thing"), acts.take_item, line.item_id)


def _turning(stand: Stand, found: Lines) -> None:
    with st.container(key="card-acts-turning", horizontal=True):
        if found.page:
            frame.button("back-page", stand.say("books.page_back"), _turn, found.page - 1)
        if found.more:
            frame.button("next-page", stand.say("books.page_on"), _turn, found.page + 1)


def _turn(number: int) -> None:
    st.session_state[_PAGE] = number
    here().told = None
