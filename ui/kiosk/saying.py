"""Visits 4 and 9, and the other small answers: refused kindly, reported, kept, and the calm screen."""

from typing import Final

import streamlit as st
from markupsafe import Markup

from models import Trouble
from services.receipts import HoldSlip
from services.refusals import Refusal
from ui.calm import calm
from ui.house import Trouble as Broken
from ui.kiosk import acts, draw, frame
from ui.kiosk.acts import Faulty
from ui.kiosk.stand import Stand

PICTURES: Final = tuple(Trouble)


def refused(stand: Stand, told: Refusal) -> None:
    """One reason, one next step."""
    kindly = stand.words.refused(told, child=stand.child)
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("refused"):
        draw.html(
            Markup('<section class="hall-card hall-kindly" role="status">{}<h1>{}</h1><p>{}</p></section>').format(
                draw.picture("hand"), kindly.say, kindly.next
            )
        )
    with frame.actions():
        frame.button(stand, "ok", stand.say("refused.ok"), acts.back_to_card, kind="primary")
    frame.foot(stand)


def broken(stand: Stand, told: Broken) -> None:
    """Something nobody foresaw."""
    calm(told.reference, stand.lang)


def report(stand: Stand, _: object) -> None:
    """Scan the broken thing."""
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("ask"):
        draw.html(draw.question(stand.say("report.title"), stand.say("report.text"), drawing=_scan_drawing()))
    with frame.actions():
        frame.button(stand, "cancel", stand.say("report.cancel"), acts.leave)
    frame.foot(stand)


def trouble(stand: Stand, told: Faulty) -> None:
    """Five pictures, one tap."""
    thing = told.thing
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("trouble"):
        name = draw.thing_name(stand.words, thing.name, thing.medium, thing.volume)
        draw.html(draw.question(stand.say("trouble_ask.title"), draw.number_line(stand.words, thing.number, thing.call_number), name=name))
        with st.container(key="pictures", horizontal=True):
            for each in PICTURES:
                frame.button(stand, f"trouble-{each}", stand.say(f"trouble.{each}"), acts.report, thing.item_id, each, stand.gesture)
    with frame.actions():
        frame.button(stand, "cancel", stand.say("report.cancel"), acts.back_to_card)
    frame.foot(stand)


def reported(stand: Stand, _: object) -> None:
    """Noted."""
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("refused"):
        draw.html(
            Markup('<section class="hall-card hall-kindly">{}<h1>{}</h1><p>{}</p></section>').format(
                draw.image("tick"), stand.say("reported.title"), stand.say("reported.text")
            )
        )
    with frame.actions():
        frame.button(stand, "ok", stand.say("reported.ok"), acts.back_to_card, kind="primary")
    frame.foot(stand)


def held(stand: Stand, told: HoldSlip) -> None:
    """It will be kept."""
    lines = [stand.say("held.text")]
    if told.expected_day is not None:
        lines.append(stand.say("held.expected", day=told.expected_day))
    if told.ahead:
        lines.append(stand.say("held.ahead", count=told.ahead))
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("refused"):
        draw.html(
            Markup('<section class="hall-card hall-kindly">{}<h1>{}</h1><div class="hall-title">{}</div><p>{}</p></section>').format(
                draw.image("tick"), stand.say("held.title"), stand.say("thing.book", name=told.name), "　".join(lines)
            )
        )
    with frame.actions():
        frame.button(stand, "ok", stand.say("held.ok"), acts.back_to_card, kind="primary")
    frame.foot(stand)


def _scan_drawing() -> Markup:
    return Markup('<div class="hall-scan hall-scan-plain" aria-hidden="true">{}</div>').format(draw.image("scan"))
