"""Visit 8 without a card: a name written with pinyin on the screen, then the villagers' group, then the ticket."""

from typing import Final

import streamlit as st
from markupsafe import Markup

from services import villages, writing
from ui.house import ask
from ui.kiosk import acts, draw, event_acts, frame
from ui.kiosk.stand import Stand
from ui.parts import parts

_KEYS: Final = ("search", "hint", "clear", "back")
SIGNS: Final = 14
_GROUPS: Final = 14


def guest(stand: Stand, _: object) -> None:
    """The name so far, the characters the letters may mean, and the letters."""
    draw.html(frame.visit_head(stand, Markup('<h1 class="hall-who">{}</h1>').format(stand.say("guest.title"))))
    with frame.body("guest"):
        with st.container(key="written", horizontal=True):
            name = stand.written or stand.say("guest.empty")
            tone = "" if stand.written else "hall-faint"
            draw.html(Markup('<div class="hall-written" role="status"><span>{}</span><b class="{}">{}</b></div>').format(
                stand.say("guest.name"), tone, name
            ))  # fmt: skip
            if stand.written:
                frame.button(stand, "rub-out", stand.say("guest.rub_out"), event_acts.rub_out)
        place = st.container(key="signs", horizontal=True)
        with st.container(key="typing"):
            words = {key: stand.say(f"guest.{key}") for key in _KEYS}
            typed = parts.letters(key=f"{stand.gesture.hex[:8]}-{len(stand.written)}", words=words)
        with place:
            _signs(stand, typed)
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


def _signs(stand: Stand, typed: str) -> None:
    if not typed:
        draw.html(Markup('<p class="hall-aside">{}</p>').format(stand.say("guest.how")))
        return
    found = (*writing.characters(typed), typed[:1].upper() + typed[1:])
    first = min(stand.page, (len(found) - 1) // SIGNS) * SIGNS
    for place, sign in enumerate(found[first : first + SIGNS]):
        frame.button(stand, f"sign-{place}", frame.plain(sign), event_acts.write, sign)
    if len(found) > SIGNS:
        more = stand.page + 1 if first + SIGNS < len(found) else 0
        frame.button(stand, "sign-more", stand.say("guest.more"), acts.turn_page, more)
