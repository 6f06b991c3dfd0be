"""Entering paper slips: who, what, and the true time it went out or came back."""

import re
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import streamlit as st

from models import Medium, Purpose
from services import clock, patrons, shelves, slips
from services.patrons import Sheet
from services.receipts import Receipt
from services.refusals import FactMissing, FactWrong, Refusal
from services.shelves import ItemSheet
from ui.staff import acts, desk, draw, frame, person, told
from ui.staff.stand import Stand, here

_TIME: Final = re.compile(
    r"(?:([0-9]{4})\s*[-./年]\s*)?([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})\s*日?\s+([0-9]{1,2})\s*[:：点]\s*([0-9]{1,2})?"
)


def slip(stand: Stand) -> None:
    """Draw the slip: found like at the desk, but nothing happens before its time is written."""
    desk.search_field(stand, "staff.slip.field")
    told.tell(stand)
    if stand.typed:
        desk.found(stand)
        return
    left, right = st.columns([1, 1.15], gap="small")
    sheet = acts.look(shelves.sheet, item_id=stand.item_id) if stand.item_id else None
    with left, frame.card("patron"):
        _patron(stand)
    with right, frame.card("thing"):
        if not isinstance(sheet, ItemSheet):
            draw.html(draw.blank("scan", stand.say("staff.desk.thing"), stand.say("staff.slip.thing_hint")))
            return
        draw.html(
            draw.line(draw.name(stand.words, sheet.thing.name, sheet.thing.medium, sheet.volume), sheet.thing.call_number, sheet.room)
        )
        for out in sheet.out:
            due = stand.say("staff.slip.out_since", at=out.out_at)
            draw.html(draw.line(stand.say("staff.thing.with", name=out.patron), due))
        _form(stand, sheet)


def _patron(stand: Stand) -> None:
    sheet = acts.look(patrons.sheet, patron_id=stand.patron_id) if stand.patron_id else None
    if not isinstance(sheet, Sheet):
        draw.html(draw.blank("no_card", stand.say("staff.desk.patron"), stand.say("staff.desk.patron_hint")))
        return
    person.head(stand, sheet)
    frame.button("other", stand.say("staff.slip.other"), acts.take_patron, None)


def _form(stand: Stand, sheet: ItemSheet) -> None:
    n, say = stand.round, stand.say
    back = bool(sheet.out) and not sheet.thing.counted
    with st.container(key="times", horizontal=True):
        st.text_input(say("staff.slip.out_at"), key=f"slip-out-{n}", placeholder=say("staff.slip.time_hint"), max_chars=30)
        st.text_input(say("staff.slip.back_at"), key=f"slip-back-{n}", placeholder=say("staff.slip.back_hint"), max_chars=30)
    purpose, pieces = None, 1
    if sheet.thing.medium is Medium.EQUIPMENT:
        label = say("staff.thing.purpose")
        purpose = st.segmented_control(label, list(Purpose), key=f"kind-{n}", format_func=lambda each: say(f"purpose.{each}"))
    if sheet.thing.counted:
        pieces = int(st.number_input(say("staff.thing.pieces"), 1, sheet.thing.quantity, 1, key=f"pieces-slip-{n}"))
    with st.container(key="card-acts-slip", horizontal=True):
        facts = (n, sheet.thing.item_id, purpose, pieces, stand.gesture)
        frame.button("slip-out", say("staff.slip.enter"), _enter, *facts, kind="primary", disabled=stand.patron_id is None)
        if back:
            frame.button("slip-back", say("staff.slip.enter_back"), _came_back, n, sheet.out[0].loan_id, stand.gesture)
        frame.button("away", say("staff.thing.away"), acts.take_item, None)


def _enter(n: int, item_id: UUID, purpose: Purpose | None, pieces: int, gesture: UUID) -> None:
    stand = here()
    try:
        times = {"out_at": _time(f"slip-out-{n}"), "back_at": _time(f"slip-back-{n}") if st.session_state.get(f"slip-back-{n}") else None}
    except Refusal as refusal:
        stand.told = refusal
        return
    card_id = acts.card_of(stand.patron_id) if stand.patron_id else None
    what = {"item_id": item_id, "card_id": card_id, "purpose": purpose, "quantity": pieces}
    answer = acts.do(slips.lent, **what, **times, gesture=gesture)
    if isinstance(answer, Receipt):
        stand.take_item(None)
        stand.tell("slip")
    else:
        # What was written stays in the fields.
        stand.told = answer


def _came_back(n: int, loan_id: UUID, gesture: UUID) -> None:
    stand = here()
    try:
        back_at = _time(f"slip-back-{n}")
    except Refusal as refusal:
        stand.told = refusal
        return
    answer = acts.do(slips.came_back, loan_id=loan_id, back_at=back_at, gesture=gesture)
    if acts.failed(answer):
        stand.told = answer
    else:
        stand.take_item(None)
        stand.tell("slip")


def _time(key: str) -> datetime:
    """Read a time as a keeper writes it: 11-23 14:30, 2026年11月23日 14点; without a year the last such day.

    Raises FactMissing, FactWrong.
    """
    text = str(st.session_state.get(key, "")).strip()
    if not text:
        raise FactMissing(field="at")
    match = _TIME.fullmatch(text)
    if not match:
        raise FactWrong(field="at")
    year, month, day, hour, minute = (int(part) if part else None for part in match.groups())
    now = clock.local(clock.now())
    try:
        wall = datetime(year or now.year, month or 0, day or 0, hour or 0, minute or 0, tzinfo=clock.SHANGHAI)
        if year is None and wall > now + timedelta(days=1):
            wall = wall.replace(year=now.year - 1)
    except ValueError:
        raise FactWrong(field="at") from None
    return wall.astimezone(clock.now().tzinfo)
