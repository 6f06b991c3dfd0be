"""Taking a photo away that should not be kept: it cannot come back, so the second touch does it, and says why."""

from uuid import UUID

import streamlit as st

from services import item_photos
from ui.staff import acts, draw, frame
from ui.staff.stand import Stand, here


def ask(stand: Stand, photo_id: UUID, place: int = 0) -> None:
    """Draw the first touch; the second one opens under it, with the reason. `place` tells one photo shown twice apart."""
    say, which = stand.say, f"{photo_id}-{place}"
    with st.popover(frame.plain(say("assets.take_away")), key=f"ask-away-{which}", width="content"):
        draw.html(draw.empty(say("staff.sure")))
        key = f"away-why-{which}-{stand.round}"
        st.text_input(say("field.reason"), key=key, max_chars=200, autocomplete="off", placeholder=say("assets.photo_hint_away"))
        act = (_take_away, photo_id, key, stand.gesture)
        frame.button(f"away-{which}", say("assets.take_away"), *act, kind="primary", width="stretch")


def _take_away(photo_id: UUID, key: str, gesture: UUID) -> None:
    stand, reason = here(), str(st.session_state.get(key) or "")
    answer = acts.do(item_photos.take_away, photo_id=photo_id, reason=reason, gesture=gesture)
    if acts.failed(answer):
        stand.told = answer
    else:
        stand.tell("photo_away")
