"""What a tap does among the events: look at one, sign up by card or by name, and give a seat back."""

from functools import partial
from typing import Final
from uuid import UUID

from services import clock, sign_ups
from services.refusals import CardUnknown, TicketNotMatched
from services.sign_ups import Guest, Ticket
from ui.house import ask, attempt
from ui.kiosk import acts
from ui.kiosk.stand import Stand

LONGEST: Final = 12


def look_at(stand: Stand, event_id: UUID) -> None:
    """An event was tapped."""
    stand.event_id = event_id
    stand.go("event")


def sign_me_up(stand: Stand, event_id: UUID, gesture: UUID) -> None:
    """报名 was tapped by somebody whose card was shown."""
    if stand.card_id is None:
        acts.tell(stand, CardUnknown())
        return
    _sign_up(stand, event_id, gesture, card_id=stand.card_id)


def write(stand: Stand, signs: str, most: int = LONGEST) -> None:
    """One more character of the name, or of what is said."""
    stand.written, stand.page = (stand.written + signs)[:most], 0


def rub_out(stand: Stand) -> None:
    """One character less."""
    stand.written, stand.page = stand.written[:-1], 0


def to_groups(stand: Stand) -> None:
    """The name is written: the gesture stays, since it is still one wish."""
    stand.screen, stand.page = "group", 0


def back_to_name(stand: Stand) -> None:
    """Look at the name once more."""
    stand.screen, stand.page = "guest", 0


def sign_guest_up(stand: Stand, event_id: UUID, name: str, group: str, gesture: UUID) -> None:
    """The group was tapped, and with it the name is complete."""
    _sign_up(stand, event_id, gesture, guest=Guest(name, group))


def typed_ticket(stand: Stand, number: str, _: str = "") -> None:
    """A ticket's number was typed."""
    answer = attempt(sign_ups.by_ticket, number=number, at=clock.now(), by=acts.actor())
    if isinstance(answer, UUID):
        show_ticket(stand, answer)
    elif acts.is_trouble(answer):
        acts.tell(stand, answer)
    else:
        stand.go("ticket_number", answer or TicketNotMatched())


def show_ticket(stand: Stand, sign_up_id: UUID) -> None:
    """Show what a ticket is for, and offer to give it back."""
    answer = ask(sign_ups.ticket_of, sign_up_id=sign_up_id, at=clock.now(), by=acts.actor())
    if isinstance(answer, Ticket):
        stand.go("ticket_found", answer)
    else:
        acts.tell(stand, answer)


def give_back(stand: Stand, sign_up_id: UUID, gesture: UUID) -> None:
    """取消报名 was tapped."""
    answer = attempt(sign_ups.cancel, sign_up_id=sign_up_id, at=clock.now(), gesture=gesture, by=acts.actor())
    if answer is None:
        stand.go("ticket_cancelled")
    else:
        acts.tell(stand, answer)


def _sign_up(stand: Stand, event_id: UUID, gesture: UUID, *, card_id: UUID | None = None, guest: Guest | None = None) -> None:
    signing = partial(attempt, sign_ups.sign_up, event_id=event_id, at=clock.now(), gesture=gesture, by=acts.actor())
    answer = signing(card_id=card_id) if card_id else signing(guest=guest)
    if isinstance(answer, Ticket):
        stand.go("ticket", answer)
    else:
        acts.tell(stand, answer)
