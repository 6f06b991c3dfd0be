"""Visits 1, 3 and 4: a card is shown, a thing is lent or renewed, and what is asked on the way."""

from typing import Final

import streamlit as st
from markupsafe import Markup

from models import Medium, Purpose
from services.statements import HoldLine, Statement
from services.visit import CardWanted, Choose, Lent, PurposeWanted, Welcome, YoursUntil
from ui.kiosk import acts, draw, frame
from ui.kiosk.acts import Faulty
from ui.kiosk.stand import Stand

# What needs an approver is for the desk, and has no button here.
PURPOSES: Final = (Purpose.REHEARSAL, Purpose.TRAINING, Purpose.PERFORMANCE, Purpose.SPORT, Purpose.READING)
_HOLDS_SHOWN: Final = 3


def card(stand: Stand, told: Welcome) -> None:
    """A card was shown: what is out, what waits, how many more."""
    mine = told.statement
    draw.html(_head(stand, mine))
    with frame.body("card"):
        draw.html(draw.may_borrow(stand, mine, again=False))
        draw.html(draw.loans(stand, mine))
        for line in mine.holds[:_HOLDS_SHOWN]:
            _hold(stand, line)
    with frame.actions():
        frame.button(stand, "find", stand.say("home.find"), acts.open_screen, "find")
        frame.leave(stand)
    frame.foot(stand)


def lent(stand: Stand, told: Lent) -> None:
    """借好了: the due date is the largest thing."""
    receipt, mine = told.receipt, told.statement
    draw.html(_head(stand, mine))
    today = draw.is_today(receipt.due_day)
    lines = [draw.number_line(stand.words, receipt.number, receipt.call_number)]
    if receipt.quantity > 1:
        lines.append(Markup('<div class="hall-soft">{}</div>').format(stand.say("lent.pieces", count=receipt.quantity)))
    if receipt.medium is Medium.EQUIPMENT:
        lines.append(Markup('<div class="hall-soft">{}</div>').format(stand.say("lent.inside")))
    with frame.body("lent"):
        draw.html(
            Markup('<section class="hall-card hall-done">{}<div>{}<h1>{}</h1>{}<div class="hall-due">{}{}</div></div></section>').format(
                draw.cover(receipt),
                draw.tick(stand.say("lent.renewed" if receipt.renewed else "lent.title")),
                draw.thing_name(stand.words, receipt.name, receipt.medium),
                draw.NOTHING.join(lines),
                stand.say("lent.today" if today else "lent.by"),
                draw.big_day(stand.words, receipt.due_day),
            )
        )
        if mine is not None:
            draw.html(draw.may_borrow(stand, mine, again=True), draw.loans(stand, mine))
    with frame.actions():
        frame.leave(stand)
    frame.foot(stand)


def yours(stand: Stand, told: YoursUntil) -> None:
    """Lent in this visit already: nothing to do, the date once more."""
    thing = told.thing
    draw.html(_head(stand, told.statement))
    with frame.body("lent"):
        draw.html(
            Markup('<section class="hall-card hall-done">{}<div>{}<h1>{}</h1><div class="hall-due">{}{}</div></div></section>').format(
                draw.cover(thing),
                draw.tick(stand.say("yours.title")),
                draw.thing_name(stand.words, thing.name, thing.medium, thing.volume),
                stand.say("lent.today" if draw.is_today(told.due_day) else "lent.by"),
                draw.big_day(stand.words, told.due_day),
            )
        )
        draw.html(draw.may_borrow(stand, told.statement, again=True), draw.loans(stand, told.statement))
    with frame.actions():
        frame.leave(stand)
    frame.foot(stand)


def choose(stand: Stand, told: Choose) -> None:
    """Her own book: 续借 or 还书."""
    thing = told.thing
    draw.html(_head(stand, told.statement))
    with frame.body("ask"):
        draw.html(
            draw.question(
                stand.say("choose.title"),
                stand.say("choose.due", day=told.due_day),
                name=draw.thing_name(stand.words, thing.name, thing.medium, thing.volume),
                drawing=draw.cover(thing),
            )
        )
    if told.pieces > 1:
        frame.count(stand, told.pieces)
    with frame.actions():
        if thing.medium is not Medium.EQUIPMENT:
            frame.button(stand, "renew", stand.say("choose.renew"), acts.renew, told.loan_id, stand.gesture, kind="primary")
        label = stand.say("how_many.yes", count=frame.pieces(stand, told.pieces)) if told.pieces > 1 else stand.say("choose.give_back")
        pieces = frame.pieces(stand, told.pieces) if told.pieces > 1 else None
        frame.button(stand, "give-back", label, acts.give_back, thing.item_id, told.loan_id, stand.gesture, pieces, kind="primary")
    frame.foot(stand)


def card_wanted(stand: Stand, told: CardWanted) -> None:
    """The book came first: now the card."""
    thing = told.thing
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("ask"):
        draw.html(
            draw.question(
                stand.say("card_wanted.title"),
                stand.say("card_wanted.here" if thing.medium is Medium.EQUIPMENT else "card_wanted.text"),
                name=draw.thing_name(stand.words, thing.name, thing.medium, thing.volume),
                drawing=draw.cover(thing),
            )
        )
    with frame.actions():
        frame.button(stand, "report", stand.say("card_wanted.report"), acts.open_screen, "trouble", Faulty(thing))
        frame.button(stand, "no-card", stand.say("card_wanted.no_card"), acts.open_screen, "keypad", told)
        frame.button(stand, "cancel", stand.say("card_wanted.cancel"), acts.leave)
    frame.foot(stand)


def purpose(stand: Stand, told: PurposeWanted) -> None:
    """Equipment: one tap says what for."""
    thing = told.thing
    draw.html(_head(stand, told.statement))
    with frame.body("purpose"):
        draw.html(
            draw.question(
                stand.say("purpose.title"),
                stand.say("purpose.note"),
                name=draw.thing_name(stand.words, thing.name, thing.medium),
                drawing=draw.cover(thing),
            )
        )
        if thing.counted and thing.free > 1:
            frame.count(stand, thing.free)
        with st.container(key="purposes", horizontal=True):
            pieces = frame.pieces(stand, thing.free) if thing.counted else 1
            for each in PURPOSES:
                label = stand.say(f"purpose.{each}")
                frame.button(stand, f"purpose-{each}", label, acts.lend_for, thing.item_id, each, pieces, stand.gesture, kind="primary")
        draw.html(Markup('<p class="hall-aside">{}</p>').format(stand.say("purpose.desk")))
    with frame.actions():
        frame.button(stand, "cancel", stand.say("purpose.cancel"), acts.back_to_card)
    frame.foot(stand)


def _head(stand: Stand, mine: Statement | None) -> Markup:
    return frame.visit_head(stand, frame.hall_name() if mine is None else frame.who(stand, mine.name_masked, mine.kind))


def _hold(stand: Stand, line: HoldLine) -> None:
    with st.container(key=f"hold-{line.hold_id}", horizontal=True):
        state = stand.say("card.kept", day=line.kept_day) if line.kept_day else stand.say("card.in_queue")
        name = draw.thing_name(stand.words, line.name, Medium.BOOK, line.volume)
        draw.html(Markup('<div class="hall-hold"><small>{}</small>{} <b>{}</b></div>').format(stand.say("card.waiting"), name, state))
        frame.button(stand, f"no-more-{line.hold_id}", stand.say("card.no_more"), acts.wait_no_more, line.hold_id, stand.gesture)
