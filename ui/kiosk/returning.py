"""Visit 2 and its questions: a thing comes back, without a card."""

from markupsafe import Markup

from services.receipts import Slip, Thing
from services.visit import Back, HowManyBack, JustLent, OthersLoan
from ui.kiosk import acts, draw, frame
from ui.kiosk.acts import Faulty
from ui.kiosk.stand import Stand


def back(stand: Stand, told: Back) -> None:
    """还好了，谢谢."""
    slip = told.slip
    head = frame.hall_name() if told.statement is None else frame.who(stand, told.statement.name_masked, told.statement.kind)
    draw.html(frame.visit_head(stand, head))
    with frame.body("back"):
        draw.html(
            Markup(
                '<section class="hall-card hall-done hall-returned">{}<div>{}<h1>{}</h1>{}<p class="hall-where">{}</p></div></section>'
            ).format(
                draw.cover(slip),
                draw.tick(_said(stand, slip)),
                draw.thing_name(stand.words, slip.name, slip.medium),
                draw.number_line(stand.words, slip.number, slip.call_number),
                _where(stand, slip),
            ),
            Markup('<p class="hall-aside">{}</p>').format(stand.say("back.next")),
        )
        if told.statement is not None:
            draw.html(draw.loans(stand, told.statement))
    with frame.actions():
        frame.button(stand, "report", stand.say("back.broken"), acts.open_screen, "trouble", Faulty(_thing(slip)))
        frame.button(stand, "done", stand.say("card.done"), acts.leave, kind="primary")
    frame.foot(stand)


def just_lent(stand: Stand, told: JustLent) -> None:
    """A book left under the scanner must not return itself."""
    _ask(stand, told.thing, "just_lent")
    with frame.actions():
        frame.button(stand, "no", stand.say("just_lent.no"), acts.leave)
        frame.button(
            stand, "yes", stand.say("just_lent.yes"), acts.give_back, told.thing.item_id, told.loan_id, stand.gesture, kind="primary"
        )
    frame.foot(stand)


def others(stand: Stand, told: OthersLoan) -> None:
    """Somebody else's loan; nobody is named."""
    _ask(stand, told.thing, "others")
    with frame.actions():
        frame.button(stand, "no", stand.say("others.no"), acts.back_to_card)
        frame.button(stand, "yes", stand.say("others.yes"), acts.give_back, told.thing.item_id, told.loan_id, stand.gesture, kind="primary")
    frame.foot(stand)


def how_many(stand: Stand, told: HowManyBack) -> None:
    """Part of a counted set comes back."""
    thing, most = told.thing, told.pieces
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("ask"):
        draw.html(
            draw.question(
                stand.say("how_many.title"),
                stand.say("how_many.out", count=most),
                name=draw.thing_name(stand.words, thing.name, thing.medium),
                drawing=draw.cover(thing),
            )
        )
        frame.count(stand, most)
    pieces = frame.pieces(stand, most)
    with frame.actions():
        frame.button(stand, "no", stand.say("just_lent.no"), acts.leave)
        label = stand.say("how_many.yes", count=pieces)
        frame.button(stand, "yes", label, acts.give_back, thing.item_id, told.loan_id, stand.gesture, pieces, kind="primary")
    frame.foot(stand)


def _ask(stand: Stand, thing: Thing, key: str) -> None:
    statement = getattr(stand.told, "statement", None)
    head = frame.hall_name() if statement is None else frame.who(stand, statement.name_masked, statement.kind)
    draw.html(frame.visit_head(stand, head))
    with frame.body("ask"):
        draw.html(
            draw.question(
                stand.say(f"{key}.title"),
                stand.say(f"{key}.text"),
                name=draw.thing_name(stand.words, thing.name, thing.medium, thing.volume),
                drawing=draw.cover(thing),
            )
        )


def _said(stand: Stand, slip: Slip) -> str:
    if slip.found:
        return stand.say("back.found")
    return stand.say("back.title" if slip.was_out else "back.was_here")


def _where(stand: Stand, slip: Slip) -> str:
    if slip.for_hold:
        return stand.say("back.for_hold")
    return stand.say("back.remainder", count=slip.remainder) if slip.remainder else stand.say("back.shelf")


def _thing(slip: Slip) -> Thing:
    return Thing(slip.item_id, slip.item_id, slip.name, slip.author, slip.number, slip.call_number, slip.medium)
