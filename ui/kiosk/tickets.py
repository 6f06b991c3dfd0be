"""Tickets: shown large after signing up, found again by their number, and given back."""

from functools import partial
from typing import Final

from markupsafe import Markup

from services import clock, codes
from services.refusals import Refusal
from services.sign_ups import Ticket
from ui.kiosk import acts, draw, event_acts, frame
from ui.kiosk.stand import Stand
from ui.parts import parts

_KEYS: Final = ("done", "clear", "back")


def ticket(stand: Stand, told: Ticket) -> None:
    """Signed up: the number is the largest thing on the screen."""
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("refused"):
        draw.html(_paper(stand, told, stand.say("ticket.seated" if told.seated else "ticket.waiting", ahead=told.ahead)))
    with frame.actions():
        frame.button(stand, "more-events", stand.say("ticket.more"), acts.open_screen, "events")
        frame.button(stand, "ok", stand.say("ticket.ok"), acts.leave, kind="primary")
    frame.foot(stand)


def number(stand: Stand, told: object) -> None:
    """Type the eight digits of a ticket."""
    title, text = stand.say("ticket.number_title"), stand.say("ticket.number_text")
    if isinstance(told, Refusal):
        kindly = stand.words.refused(told)
        title, text = kindly.say, kindly.next
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("keypad"):
        draw.html(draw.question(title, text))
        words = {key: stand.say(f"keypad.{key}") for key in _KEYS} | {"number": stand.say("ticket.number")}
        parts.digits(partial(event_acts.typed_ticket, stand), key=f"ticket-{stand.gesture.hex[:8]}", words=words)
    with frame.actions():
        frame.button(stand, "back", stand.say("events.back"), acts.open_screen, "events")
    frame.foot(stand)


def found(stand: Stand, told: Ticket) -> None:
    """What the ticket is for, as it stands now."""
    if told.cancelled:
        state = stand.say("ticket.called_off")
    else:
        state = stand.say("ticket.seated" if told.seated else "ticket.waiting", ahead=told.ahead)
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("refused"):
        draw.html(_paper(stand, told, state))
    with frame.actions():
        frame.button(stand, "keep", stand.say("ticket.keep"), acts.leave, kind="primary")
        if not told.cancelled:
            frame.button(stand, "give-back", stand.say("ticket.give_back"), event_acts.give_back, told.sign_up_id, stand.gesture)
    frame.foot(stand)


def cancelled(stand: Stand, _: object) -> None:
    """The seat is somebody else's now."""
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("refused"):
        draw.html(
            Markup('<section class="hall-card hall-kindly" role="status">{}<h1>{}</h1><p>{}</p></section>').format(
                draw.image("tick"), stand.say("ticket.cancelled"), stand.say("ticket.cancelled_next")
            )
        )
    with frame.actions():
        frame.button(stand, "ok", stand.say("ticket.ok"), acts.leave, kind="primary")
    frame.foot(stand)


def _paper(stand: Stand, told: Ticket, state: str) -> Markup:
    words, day = stand.words, clock.local_day(told.starts_at)
    when = f"{words.due(day)} {words.short_weekday(day)} {words.time(told.starts_at)}　{told.room}" if told.room else ""
    lessons = words.say("ticket.lessons", lessons=told.lessons) if told.lessons > 1 else ""
    return Markup(
        '<section class="hall-card hall-kindly hall-ticket" role="status"><div class="hall-title">{}</div><h1>{}</h1>'
        '<div class="hall-stub"><small>{}</small><b>{}</b></div><p>{}<br>{}</p></section>'
    ).format(state, told.title, stand.say("ticket.number"), codes.clear(told.number), when, lessons or stand.say("ticket.remember"))
