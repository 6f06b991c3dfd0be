"""Writing on the screen: what is written so far, what the letters may mean, and the letters."""

from collections.abc import Callable
from typing import Final

import streamlit as st
from markupsafe import Markup

from ui.kiosk import acts, draw, event_acts, frame
from ui.kiosk.stand import Stand
from ui.parts import parts

_KEYS: Final = ("search", "hint", "clear", "back")
SIGNS: Final = 14


def write(
    stand: Stand, area: str, found: Callable[[str], tuple[str, ...]], *, most: int = event_acts.LONGEST, signs: tuple[str, ...] = ()
) -> None:
    """Draw it into the body `guest`; `area` has the words, `found` tells what letters may mean, `signs` stand there before any letter."""
    with st.container(key="written", horizontal=True):
        text = stand.written or stand.say(f"{area}.empty")
        tone = "" if stand.written else "hall-faint"
        draw.html(Markup('<div class="hall-written hall-written-{}" role="status"><span>{}</span><b class="{}">{}</b></div>').format(
            area, stand.say(f"{area}.name"), tone, text
        ))  # fmt: skip
        if stand.written:
            frame.button(stand, "rub-out", stand.say(f"{area}.rub_out"), event_acts.rub_out)
    place = st.container(key="signs", horizontal=True)
    with st.container(key="typing"):
        words = {key: stand.say(f"{area}.{key}") for key in _KEYS}
        typed = parts.letters(key=f"{stand.gesture.hex[:8]}-{len(stand.written)}", words=words)
    with place:
        if not typed:
            draw.html(Markup('<p class="hall-aside">{}</p>').format(stand.say(f"{area}.how")))
        _choices(stand, area, found(typed) if typed else signs, most)


def _choices(stand: Stand, area: str, found: tuple[str, ...], most: int) -> None:
    first = min(stand.page, max(0, len(found) - 1) // SIGNS) * SIGNS
    for place, sign in enumerate(found[first : first + SIGNS]):
        label = stand.say("compose.space") if sign == " " else sign
        frame.button(stand, f"sign-{place}", frame.plain(label), event_acts.write, sign, most)
    if len(found) > SIGNS:
        more = stand.page + 1 if first + SIGNS < len(found) else 0
        frame.button(stand, "sign-more", stand.say(f"{area}.more"), acts.turn_page, more)
