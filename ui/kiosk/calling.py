"""Visit 10: somebody is called; who, whether they come, and after three minutes the telephone number in large."""

from markupsafe import Markup

from models import CallEnd
from services import clock
from services.help_calls import Call
from ui.kiosk import call_acts, draw, frame
from ui.kiosk.stand import Stand


def calling(stand: Stand) -> None:
    """Draw the call as it stands now."""
    call = call_acts.standing(stand)
    draw.html(frame.bare_head(stand))
    with frame.body("refused"):
        draw.html(_card(stand, call))
    with frame.actions():
        frame.button(stand, "call-back", stand.say("calling.back"), call_acts.back, kind="primary")
        if call is not None and call.ended_as is None:
            frame.button(stand, "never-mind", stand.say("calling.never_mind"), call_acts.never_mind, call.call_id)
    frame.foot(stand)


def turns(stand: Stand) -> int | None:
    """When the screen has to say something else by itself, in ms since 1970."""
    call = call_acts.standing(stand)
    return int(call.late_at.timestamp() * 1000) + 500 if call and call.ended_as is None and clock.now() < call.late_at else None


def _card(stand: Stand, call: Call | None) -> Markup:
    say = stand.say
    if call is None or call.ended_as in {CallEnd.WITHDRAWN, CallEnd.LAPSED}:
        return _kindly(draw.picture("hand"), say("calling.over"), "")
    if call.ended_as is CallEnd.ANSWERED:
        return _kindly(draw.image("tick"), say("calling.comes", name=call.comes), "")
    if clock.now() >= call.late_at:
        text = say("calling.late") if call.phone else say("calling.late_no_phone")
        return _kindly(draw.picture("call"), text, Markup('<b class="hall-phone">{}</b>').format(call.phone), call.called)
    title = say("calling.wait", name=call.called) if call.called else say("calling.wait_nobody")
    phone = Markup('<small class="hall-soft">{} {}　{}</small>').format(say("calling.who"), call.called, call.phone) if call.phone else ""
    return _kindly(draw.picture("call"), title, Markup("<p>{}</p>{}").format(say("calling.seen"), phone))


def _kindly(drawing: Markup, title: str, text: Markup | str, above: str = "") -> Markup:
    return Markup(
        '<section class="hall-card hall-kindly hall-call" role="status">{}<div class="hall-title">{}</div><h1>{}</h1>{}</section>'
    ).format(drawing, above, title, text)
