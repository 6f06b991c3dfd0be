"""Visit 8 without a card: a name written with pinyin on the screen, then the villagers' group, then the ticket."""

from typing import Final

import streamlit as st
from markupsafe import Markup

from services import villages, writing
from ui.house import ask
from ui.kiosk import acts, draw, event_acts, frame, pen
from ui.kiosk.stand import Stand

_GROUPS: Final = 14


def guest(stand: Stand, _: object) -> None:
    """The name so far, the characters the letters may mean, and the letters."""
    draw.html(frame.visit_head(stand, Markup('<h1 class="hall-who">{}</h1>').format(stand.say("guest.title"))))
    with frame.body("guest"):
        pen.write(stand, "guest", _signs)
    with frame.actions():
        frame.button(stand, "cancel", stand.say("guest.cancel"), acts.open_screen, "event")
        if stand.written:
            frame.button(stand, "name-done", stand.say("guest.done"), event_acts.to_groups, kind="primary")
    frame.foot(stand)


def group(stand: Stand, _: object) -> None:
    """Which villagers' group; who comes from elsewhere says so. The tap signs up."""
    draw.html(frame.visit_head(stand, Markup('<h1 class="hall-who">{}</h1>').format(stand.say("guest.title"))))
    found = ask(villages.groups, hall_id=acts.actor().hall_id)
    names = [*(found if isinstance(found, tuple) else ())[:_GROUPS], stand.say("guest.elsewhere")]
    with frame.body("group"):
        draw.html(draw.question(stand.say("guest.group"), name=stand.written))
        with st.container(key="purposes", horizontal=True):
            for place, name in enumerate(names):
                facts = (stand.event_id, stand.written, name, stand.gesture)
                frame.button(stand, f"group-{place}", frame.plain(name), event_acts.sign_guest_up, *facts)
    with frame.actions():
        frame.button(stand, "back", stand.say("guest.back_to_name"), event_acts.back_to_name)
    frame.foot(stand)


def _signs(typed: str) -> tuple[str, ...]:
    return (*writing.characters(typed), typed[:1].upper() + typed[1:])
