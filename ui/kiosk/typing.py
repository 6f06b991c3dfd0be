"""Visit 5: the card was forgotten, its number is typed."""

from functools import partial
from typing import Final

from services.refusals import Refusal
from services.visit import CardWanted, KeypadWanted
from ui.kiosk import acts, draw, frame
from ui.kiosk.stand import Stand
from ui.parts import parts

_KEYS: Final = ("number", "fact", "done", "clear", "back")


def keypad(stand: Stand, told: object) -> None:
    """The card was forgotten: number and second fact. What was refused stands above the keys, which stay."""
    draw.html(frame.visit_head(stand, frame.hall_name()))
    title, text = stand.say("keypad.title"), stand.say("keypad.text")
    if isinstance(told, Refusal):
        kindly = stand.words.refused(told)
        title, text = kindly.say, kindly.next
    waiting = told.thing if isinstance(told, CardWanted) else None
    with frame.body("keypad"):
        name = stand.say("keypad.waits", name=draw.thing_name(stand.words, waiting.name, waiting.medium, waiting.volume)) if waiting else ""
        draw.html(draw.question(title, text, name=name))
        words = {key: stand.say(f"keypad.{key}") for key in _KEYS}
        words["given"] = told.number if isinstance(told, KeypadWanted) else ""
        parts.digits(partial(acts.typed_card, stand), key=stand.gesture.hex[:8], words=words)
    with frame.actions():
        frame.button(stand, "cancel", stand.say("keypad.cancel"), acts.leave)
    frame.foot(stand)
