"""What came of the last tap or scan, in words: lent until, back, kept, refused, broken."""

import streamlit as st
from markupsafe import Markup

from services import codes
from services.books import Entered
from services.receipts import HoldSlip, Receipt, Slip
from services.refusals import NotAllowed, Refusal
from ui.house import Trouble as Broken
from ui.staff import acts, draw
from ui.staff.acts import NotRenewed
from ui.staff.stand import Stand


def tell(stand: Stand) -> None:
    """Draw it, if there is anything to tell, with the way back beside it."""
    if stand.told is None or not (piece := paper(stand, stand.told)):
        return
    if stand.undo is None:
        draw.html(piece)
        return
    with st.container(key="told", horizontal=True, vertical_alignment="center"):
        draw.html(piece)
        label = stand.say("staff.undo.press")
        st.button(label, key="do-undo", on_click=acts.undo, args=(stand.undo, stand.gesture), icon=":material/undo:", width="content")


def paper(stand: Stand, told: object) -> Markup:
    """Put one outcome into words."""
    say = stand.say
    match told:
        case Receipt():
            return _receipt(stand, told)
        case Slip():
            return _slip(stand, told)
        case HoldSlip():
            ahead = say("staff.told.ahead", count=told.ahead) if told.ahead else ""
            return draw.notice("good", say("staff.told.held", name=say("staff.book", name=told.name)), ahead)
        case NotRenewed():
            return _refused(stand, told.refusal)
        case Refusal():
            return _refused(stand, told)
        case Broken():
            return draw.notice("no", say("staff.told.broken"), say("staff.told.broken_next", reference=told.reference))
        case Entered():
            return _entered(stand, told)
        case "parts_first":
            return draw.notice("mind", say("staff.told.parts_first"))
        case str() if stand.words.has(f"staff.told.{told}"):
            return draw.notice("good", say(f"staff.told.{told}"))
        case Markup():
            return told
        case _:
            return draw.NOTHING


def _receipt(stand: Stand, told: Receipt) -> Markup:
    name = draw.name(stand.words, told.name, told.medium)
    pieces = stand.say("staff.told.pieces", count=told.quantity) if told.quantity > 1 else ""
    key = "staff.told.renewed" if told.renewed else "staff.told.lent"
    day = f"{stand.words.due(told.due_day)} {stand.words.short_weekday(told.due_day)}"
    return draw.notice("good", stand.say(key, name=name + pieces), stand.say("staff.told.until", day=day, number=codes.clear(told.number)))


def _slip(stand: Stand, told: Slip) -> Markup:
    say, name = stand.say, draw.name(stand.words, told.name, told.medium)
    number = codes.clear(told.number)
    if told.for_hold and told.kept_day:
        kept = say("staff.told.for_hold_next", day=stand.words.due(told.kept_day), number=number)
        return draw.notice("mind", say("staff.told.for_hold", name=name), kept)
    if not told.was_out:
        return draw.notice("good", say("staff.told.found_now" if told.found else "staff.told.was_here", name=name), number)
    if told.remainder:
        return draw.notice(
            "good", say("staff.told.back_some", name=name, count=told.returned), say("staff.told.remainder", count=told.remainder)
        )
    return draw.notice("good", say("staff.told.back", name=name), say("staff.told.back_next", number=number, place=told.call_number))


def _entered(stand: Stand, told: Entered) -> Markup:
    numbers = codes.clear(told.first) if told.first == told.last else f"{codes.clear(told.first)} – {codes.clear(told.last)}"
    name = stand.say("staff.book", name=told.name)
    return draw.notice("good", stand.say("books.done", name=name, count=len(told.items)), f"{numbers} · {told.call_number}")


def _refused(stand: Stand, refusal: Refusal) -> Markup:
    if isinstance(refusal, NotAllowed):
        return draw.notice("no", stand.say("staff.told.ended"), stand.say("staff.told.ended_next"))
    kindly = stand.words.refused(refusal)
    return draw.notice("no", kindly.say, kindly.next)
