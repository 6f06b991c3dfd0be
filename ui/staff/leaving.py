"""下架（注销）: why, who judged it, what becomes of it, and who approves; or onto the 剔旧 list, to be signed with others."""

from typing import Final
from uuid import UUID

import streamlit as st

from models import Cause, Disposal
from services import conditions, weeding
from services.conditions import CAUSES, JUDGED, Leaving
from services.shelves import ItemSheet
from ui.staff import acts, draw, frame
from ui.staff.fields import Fields
from ui.staff.stand import Stand, Undo, here

CHOICES: Final = tuple(cause for cause in CAUSES if cause is not Cause.REPLACED)
"""A reader's replacement is entered with the loan it closes."""


def panel(stand: Stand, sheet: ItemSheet) -> None:
    """Ask for what register 22 wants to know."""
    form, say = Fields(stand, "leaving"), stand.say
    if sheet.out:
        draw.html(draw.empty(say("weeding.while_out")))
        return
    cause = form.choice("cause", CHOICES, "cause", Cause.WORN)
    frame.button("weed", say("weeding.put_on"), _put_on, sheet.thing.item_id, stand.gesture)
    draw.html(draw.empty(say("weeding.or_now")))
    left, right = st.columns(2, gap="small")
    with left:
        disposal(form, cause)
        form.approver(sheet.room_id)
    with right:
        if cause in JUDGED:
            form.text("appraiser", most=40)
        form.text("note", hint=CAUSES[cause])
    frame.button("withdraw", say("weeding.withdraw"), _withdraw, sheet.thing.item_id, stand.gesture, kind="primary")


def disposal(form: Fields, cause: Cause | None = None) -> None:
    """Ask what becomes of it; of what is lost nothing is left."""
    words = {each: form.stand.say(f"disposal.{each}") for each in Disposal}
    usual = {Cause.LOST: Disposal.NOTHING_LEFT, Cause.MOVED_OUT: Disposal.HANDED_UP}.get(cause, Disposal.RECYCLED)  # type: ignore[arg-type]
    st.selectbox(
        form.stand.say("field.disposal"), list(words), index=list(words).index(usual), key=form.key(f"disposal-{usual}"),
        format_func=words.__getitem__,
    )  # fmt: skip


def disposal_of(form: Fields) -> Disposal:
    """Read what was chosen."""
    return next((kept for usual in Disposal if (kept := form.held(f"disposal-{usual}")) is not None), Disposal.RECYCLED)


def _put_on(item_id: UUID, gesture: UUID) -> None:
    stand = here()
    cause = Fields(stand, "leaving").chosen("cause", Cause.WORN)
    answer = acts.do(weeding.put_on, item_id=item_id, cause=cause, gesture=gesture)
    failed = acts.failed(answer)
    stand.tell(answer if failed else "weed", None if failed else Undo(weeding.take_off, {"item_id": item_id}))


def _withdraw(item_id: UUID, gesture: UUID) -> None:
    stand = here()
    form = Fields(stand, "leaving")
    cause = form.chosen("cause", Cause.WORN)
    leaving = Leaving(cause, disposal_of(form), form.read("appraiser"))
    answer = acts.do(
        conditions.withdraw, item_id=item_id, reason=form.read("note") or CAUSES[cause], approver_id=form.held("approver"),
        leaving=leaving, gesture=gesture,
    )  # fmt: skip
    if acts.failed(answer):
        stand.told = answer
        return
    stand.tell("withdrawn")
