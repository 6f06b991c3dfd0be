"""叫人: what a tap does. The call lies over the screen that was there, which comes back as it was."""

from uuid import UUID, uuid4

from services import clock, help_calls
from services.help_calls import Call
from ui.house import ask, attempt
from ui.kiosk import acts
from ui.kiosk.stand import Stand


def press(stand: Stand) -> None:
    """叫人 was tapped. While a call stands every tap is that call, so that each may be an intention of its own."""
    answer = attempt(help_calls.call, screen=stand.screen, at=clock.now(), gesture=uuid4(), by=acts.actor())
    if isinstance(answer, UUID):
        stand.call_id = answer
    else:
        acts.tell(stand, answer)


def back(stand: Stand) -> None:
    """回到刚才: somebody comes all the same."""
    stand.call_id = None


def never_mind(stand: Stand, call_id: UUID) -> None:
    """不用了: nobody needs to come. While the database does not answer the call stands, on this screen as on the tablets."""
    if not acts.is_trouble(attempt(help_calls.withdraw, call_id=call_id, at=clock.now(), by=acts.actor())):
        stand.call_id = None


def gone(stand: Stand) -> None:
    """Nobody has touched anything: what was of the visitor ends; who waits for somebody to come still sees that."""
    call, lang = standing(stand), stand.lang
    stand.end()
    if call is not None and call.ended_as is None:
        stand.call_id, stand.lang = call.call_id, lang


def standing(stand: Stand) -> Call | None:
    """How the call stands that lies over this screen."""
    if stand.call_id is None:
        return None
    found = ask(help_calls.standing, call_id=stand.call_id, at=clock.now(), by=acts.actor())
    return found if isinstance(found, Call) else None
