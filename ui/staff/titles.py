"""A title's page: what the catalogue says of it and its copies, and putting either right."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

import streamlit as st
from sqlmodel import Session

from models import Medium
from services import codes, corrections, undoing_things
from services.accession import CLC
from services.corrections import CopyFacts, TitleFacts, TitleSheet
from services.journal import Actor
from services.refusals import Refusal
from services.shelves import Copy
from ui.staff import acts, draw, fields, frame, labels, told
from ui.staff.fields import Fields
from ui.staff.stand import Stand, Undo, here

_TEXTS: Final = ("name", "author", "publisher", "isbn", "unified", "class_number", "gb14885", "audience")
_PICKED: Final = "title-copy"


def screen(stand: Stand) -> None:
    """Draw the title that was chosen."""
    told.tell(stand)
    sheet = acts.look(_title, title_id=stand.title_id) if stand.title_id else None
    if not isinstance(sheet, TitleSheet):
        draw.html(draw.notice("mind", stand.say("titles.none")) if sheet is None else told.paper(stand, sheet))
        return
    left, right = st.columns([1.25, 1], gap="small")
    with left, frame.card("title"):
        name = draw.name(stand.words, sheet.facts.name, sheet.medium)
        draw.html(draw.heading(name, sheet.call_number))
        _fields(stand, sheet)
    with right, frame.card("title-copies"):
        _copies(stand, sheet)


def _fields(stand: Stand, sheet: TitleSheet) -> None:
    form, facts, say = Fields(stand, "title"), sheet.facts, stand.say
    thing = sheet.medium is Medium.EQUIPMENT
    st.text_input(say("field.equipment_name" if thing else "field.title"), facts.name, key=form.key("name"), max_chars=200)
    if thing:
        first, second = st.columns(2, gap="small")
        with first:
            st.text_input(say("field.class_letters"), facts.class_code, key=form.key("class_code"), max_chars=4)
        with second:
            form.text("gb14885", facts.gb14885, most=12)
    else:
        _book_fields(stand, form, facts)
    if sheet.isbn_wrong:
        draw.html(draw.empty(say("titles.isbn_wrong")))
    left, right = st.columns([1, 2], gap="small")
    left.checkbox(say("titles.adults_only"), facts.adults_only, key=form.key("adults_only"))
    if not thing:
        right.checkbox(say("books.as_printed"), sheet.isbn_wrong, key=form.key("as_printed"))
    frame.button("correct-title", say("titles.save"), _correct, sheet, stand.gesture, kind="primary")
    draw.html(draw.empty(say("titles.class_hint")))


def _book_fields(stand: Stand, form: Fields, facts: TitleFacts) -> None:
    first, second = st.columns(2, gap="small")
    with first:
        form.text("author", facts.author)
        form.text("isbn", facts.isbn, most=20)
        classes = sorted(CLC)
        st.selectbox(
            stand.say("field.class_code"), classes, index=classes.index(facts.class_code) if facts.class_code in CLC else None,
            key=form.key("class_code"), format_func=lambda code: f"{code} {stand.say(f'clc.{code}')}",
        )  # fmt: skip
        form.text("audience", facts.audience, most=20)
    with second:
        form.text("publisher", facts.publisher, most=120)
        form.text("year", str(facts.year or ""), most=4)
        form.text("class_number", facts.class_number, most=40)
        form.text("unified", facts.unified, most=20)


def _correct(sheet: TitleSheet, gesture: UUID) -> None:
    stand = here()
    form, seen = Fields(stand, "title"), sheet.facts
    texts = {name: form.read(name) if form.key(name) in st.session_state else getattr(seen, name) for name in _TEXTS}
    try:
        year = fields.year(form.read("year")) if form.key("year") in st.session_state else seen.year
    except Refusal as refusal:
        stand.told = refusal
        return
    class_code = form.read("class_code")
    if class_code != seen.class_code and texts["class_number"] == seen.class_number:
        # The finer number belongs to the old class; the new one is entered by hand, or not at all.
        texts["class_number"] = ""
    new = replace(seen, **texts, year=year, class_code=class_code, adults_only=bool(form.held("adults_only")))
    answer = acts.do(
        corrections.correct_title, title_id=sheet.title_id, seen=seen, facts=new, as_printed=bool(form.held("as_printed")), gesture=gesture
    )
    if not isinstance(answer, str):
        stand.told = answer
        return
    if answer != sheet.call_number:
        stand.tell("title_new_number")
        return
    stand.tell("title_corrected", Undo(undoing_things.title_correct, {"title_id": sheet.title_id, "facts": seen}))


# -- the copies -------------------------------------------------------------------------------------------------------------


def _copies(stand: Stand, sheet: TitleSheet) -> None:
    say = stand.say
    draw.html(draw.heading(say("titles.copies"), say("titles.count", count=len(sheet.copies))))
    if not sheet.copies:
        draw.html(draw.empty(say("titles.no_copies")))
    picked = st.session_state.get(_PICKED)
    for copy in sheet.copies:
        _copy(stand, copy)
        if picked == copy.item_id:
            _edit(stand, sheet, copy)
    if sheet.copies:
        items = tuple(copy.item_id for copy in sheet.copies)
        frame.button("title-labels", say("books.print", count=len(items)), labels.print_these, items)


def _copy(stand: Stand, copy: Copy) -> None:
    say = stand.say
    with frame.row(f"copy-{copy.item_id}"):
        state = [say(f"condition.{each}") for each in copy.conditions] + ([say("books.out", day=copy.due_day)] if copy.due_day else [])
        head = " ".join(part for part in (codes.clear(copy.number), copy.volume) if part)
        draw.html(draw.line(head, copy.room, copy.shelf, *state, late=bool(copy.conditions)))
        frame.button(f"edit-{copy.item_id}", say("titles.edit"), _pick, copy.item_id)
        frame.button(f"lay-{copy.item_id}", say("staff.today.see_thing"), acts.take_item, copy.item_id)


def _pick(item_id: UUID) -> None:
    kept = st.session_state.get(_PICKED)
    st.session_state[_PICKED] = None if kept == item_id else item_id
    here().told = None


def _edit(stand: Stand, sheet: TitleSheet, copy: Copy) -> None:
    facts = acts.look(_facts, item_id=copy.item_id)
    if not isinstance(facts, CopyFacts):
        draw.html(told.paper(stand, facts))
        return
    form = Fields(stand, f"copy-{copy.item_id}")
    if sheet.medium is not Medium.EQUIPMENT:
        form.room(sheet.medium, facts.room_id)
    came(form, facts)
    frame.button("correct-copy", stand.say("titles.save"), _correct_copy, copy.item_id, facts, stand.gesture, kind="primary")


def came(form: Fields, facts: CopyFacts) -> None:
    """Ask for a thing's place and how it came."""
    left, right = st.columns(2, gap="small")
    with left:
        form.text("shelf", facts.shelf, most=40)
        form.text("purchase_price", fields.price(facts.purchase_fen), hint=form.stand.say("books.price_hint"), most=12)
        form.text("donor", facts.donor, most=60)
    with right:
        form.text("source", facts.source, most=40)
        form.text("batch", facts.batch, most=40)
    st.checkbox(form.stand.say("staff.thing.reference_only"), facts.reference_only, key=form.key("stays"))


def came_now(form: Fields, seen: CopyFacts) -> CopyFacts:
    """Read what was typed. Raises FactWrong."""
    return CopyFacts(
        form.held("room") or seen.room_id, form.read("shelf"), bool(form.held("stays")), form.read("source"), form.read("batch"),
        fields.fen(form.read("purchase_price")), form.read("donor"),
    )  # fmt: skip


def _correct_copy(item_id: UUID, seen: CopyFacts, gesture: UUID) -> None:
    stand = here()
    try:
        new = came_now(Fields(stand, f"copy-{item_id}"), seen)
    except Refusal as refusal:
        stand.told = refusal
        return
    answer = acts.do(corrections.correct_copy, item_id=item_id, seen=seen, facts=new, gesture=gesture)
    if acts.failed(answer):
        stand.told = answer
        return
    st.session_state[_PICKED] = None
    stand.tell("copy_corrected", Undo(undoing_things.copy_correct, {"item_id": item_id, "facts": seen}))


def _title(session: Session, *, title_id: UUID, at: datetime, by: Actor) -> TitleSheet:  # noqa: ARG001  asked like every question
    return corrections.title(session, title_id=title_id, by=by)


def _facts(session: Session, *, item_id: UUID, at: datetime, by: Actor) -> CopyFacts:  # noqa: ARG001  the same
    return corrections.copy(session, item_id=item_id, by=by)
