"""借还台: one field for everything, a card on the left, a thing on the right; scanning needs no field at all."""

from datetime import datetime
from typing import Final

import streamlit as st
from sqlmodel import Session

from services import catalogue, codes, finding, patrons, shelves
from services.catalogue import Find
from services.catalogue import Page as Finds
from services.finding import FoundItem
from services.journal import Actor
from services.patrons import PatronLine
from services.refusals import UnknownCode
from services.shelves import Copy, ItemSheet
from ui.staff import acts, draw, frame, person, thing, told
from ui.staff.stand import Stand

_MOST: Final = 6


def desk(stand: Stand) -> None:
    """Draw the desk."""
    search_field(stand, "staff.desk.field")
    told.tell(stand)
    if stand.typed:
        found(stand)
        return
    left, right = st.columns([1, 1.15], gap="small")
    with left, frame.card("patron"):
        if stand.patron_id is None:
            draw.html(draw.blank("no_card", stand.say("staff.desk.patron"), stand.say("staff.desk.patron_hint")))
        else:
            person.panel(stand, stand.patron_id)
    with right, frame.card("thing"):
        if stand.item_id is not None:
            thing.panel(stand, stand.item_id)
        else:
            _lately(stand)


def search_field(stand: Stand, label: str) -> None:
    """Draw the one field: name, phone's last four, number, initials, title; empty again after each search."""
    key = f"field-{stand.round}"
    st.text_input(
        stand.say(label),
        key=key,
        placeholder=stand.say(label),
        label_visibility="collapsed",
        max_chars=80,
        icon=":material/search:",
        on_change=acts.typed,
        args=(key, lambda key: str(st.session_state.get(key, ""))),
    )


def found(stand: Stand) -> None:
    """List who and what the typed text finds."""
    people = acts.look(patrons.find_patron, text=stand.typed)
    books = acts.look(_titles, text=stand.typed)
    left, right = st.columns([1, 1.15], gap="small")
    with left, frame.card("found-people"):
        lines = people[:_MOST] if isinstance(people, list) else []
        draw.html(draw.heading(stand.say("staff.desk.people"), stand.say("staff.desk.for", text=stand.typed)))
        if not lines:
            draw.html(draw.empty(stand.say("staff.desk.nobody")))
        for line in lines:
            _person(stand, line)
    with right, frame.card("found-things"):
        finds = books.finds if isinstance(books, Finds) else ()
        labelled = acts.look(_labelled, text=stand.typed)
        draw.html(draw.heading(stand.say("staff.desk.things"), stand.say("staff.desk.for", text=stand.typed)))
        if isinstance(labelled, ItemSheet):
            _by_label(stand, labelled)
        elif not finds:
            draw.html(draw.empty(stand.say("staff.desk.nothing")))
        for find in finds[:_MOST]:
            _title(stand, find)
    frame.button("stop", stand.say("staff.desk.stop"), acts.clear_search)


def _titles(session: Session, *, text: str, at: datetime, by: Actor) -> Finds:
    return catalogue.search(session, hall_id=by.hall_id, text=text, at=at)


def _labelled(session: Session, *, text: str, at: datetime, by: Actor) -> ItemSheet:
    """Read the text as an old label's code."""
    found = finding.find(session, hall_id=by.hall_id, text=text)
    if not isinstance(found, FoundItem):
        raise UnknownCode
    return shelves.sheet(session, item_id=found.item_id, at=at, by=by)


def _by_label(stand: Stand, sheet: ItemSheet) -> None:
    with frame.row(f"label-{sheet.thing.item_id}"):
        name = draw.name(stand.words, sheet.thing.name, sheet.thing.medium, sheet.volume)
        draw.html(draw.line(name, stand.say("staff.desk.old_label", text=stand.typed), codes.clear(sheet.thing.number)))
        frame.button(f"label-{sheet.thing.item_id}", stand.say("staff.desk.lay"), acts.take_item, sheet.thing.item_id, kind="primary")


def _person(stand: Stand, line: PatronLine) -> None:
    with frame.row(f"person-{line.patron_id}"):
        small = (person.kind(stand, line), codes.clear(line.number) if line.number else "", line.phone_masked, line.villager_group)
        draw.html(draw.line(line.name, *small))
        frame.button(f"take-{line.patron_id}", stand.say("staff.desk.take"), acts.take_patron, line.patron_id, kind="primary")


def _title(stand: Stand, find: Find) -> None:
    key = f"{find.title_id}-{find.volume}"
    with frame.row(f"title-{key}"):
        state = stand.say("staff.desk.free", free=find.free, copies=find.copies)
        if not find.free and find.next_due:
            state = stand.say("staff.desk.next_due", day=find.next_due)
        name = draw.name(stand.words, find.name, find.medium, find.volume_label)
        draw.html(draw.line(name, find.author, find.call_number, state))
        frame.button(f"copies-{key}", stand.say("staff.desk.copies"), acts.choose_title, find.title_id)
    if stand.title_id == find.title_id:
        copies = acts.look(_copies, title_id=find.title_id)
        for copy in copies if isinstance(copies, list) else []:
            if copy.volume == find.volume_label:
                _copy(stand, find, copy)


def _copies(session: Session, *, title_id: object, at: datetime, by: Actor) -> list[Copy]:  # noqa: ARG001  asked like every question
    return shelves.copies(session, title_id=title_id, by=by)  # type: ignore[arg-type]


def _copy(stand: Stand, find: Find, copy: Copy) -> None:
    with frame.row(f"copy-{copy.item_id}"):
        if copy.due_day:
            state = stand.say("staff.due", day=copy.due_day)
        else:
            state = "、".join(stand.say(f"condition.{each}") for each in copy.conditions) or stand.say("staff.desk.here")
        draw.html(draw.line(codes.clear(copy.number), copy.room, copy.shelf or find.call_number, state))
        frame.button(f"lay-{copy.item_id}", stand.say("staff.desk.lay"), acts.take_item, copy.item_id, kind="primary")


def _lately(stand: Stand) -> None:
    """What was done last, so that a pile can be checked against it."""
    hint = "staff.desk.thing_hint" if stand.patron_id is None else "staff.desk.thing_hint_patron"
    draw.html(draw.blank("scan", stand.say("staff.desk.thing"), stand.say(hint)))
    before = [piece for each in stand.done[1:] if (piece := told.paper(stand, each))]
    if before:
        draw.html(draw.heading(stand.say("staff.desk.lately")), *before[:3])
