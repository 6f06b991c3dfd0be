"""到哪里玩: places whose facts somebody has confirmed, and one of them with a QR to take along."""

from base64 import b64encode
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from models import FactKind
from services import clock, qr, tourism
from services.tourism import Fact, Place
from ui.house import ask
from ui.kiosk import acts, draw, frame
from ui.kiosk.stand import Stand

_SHOWN: Final = 6
_MOST_TEXT: Final = 300  # characters
_QUIET: Final = 4  # modules of white around a QR, after ISO/IEC 18004


def places(stand: Stand, _: object) -> None:
    """Large cards: what it is, where it is."""
    found = _cards()
    last = max(0, len(found) - 1) // _SHOWN
    page = min(stand.page, last)
    draw.html(frame.visit_head(stand, Markup('<h1 class="hall-who">{}</h1>').format(stand.say("places.title"))))
    with frame.body("events"):
        if not found:
            empty = Markup('<div class="hall-aside hall-empty"><b>{}</b><p>{}</p></div>')
            draw.html(empty.format(stand.say("places.none"), stand.say("places.none_next")))
        for place in found[page * _SHOWN : (page + 1) * _SHOWN]:
            with st.container(key=f"event-{place.place_id.hex}", horizontal=True):
                draw.html(_row(stand, place))
                frame.button(stand, f"place-{place.place_id.hex}", stand.say("places.look"), _look_at, place.place_id)
    with frame.actions():
        frame.button(stand, "close", stand.say("places.close"), acts.leave)
        if page:
            frame.button(stand, "fewer", stand.say("find.fewer"), acts.turn_page, page - 1)
        if page < last:
            frame.button(stand, "further", stand.say("find.more"), acts.turn_page, page + 1)
    frame.foot(stand)


def place(stand: Stand, _: object) -> None:
    """One place: every confirmed fact, and a QR that says them to a phone without a network."""
    one = next((card for card in _cards() if card.place_id == stand.place_id), None)
    draw.html(frame.visit_head(stand, frame.hall_name()))
    with frame.body("event"):
        if one is None:
            draw.html(Markup('<p class="hall-aside hall-empty">{}</p>').format(stand.say("places.none")))
        else:
            draw.html(_sheet(stand, one), _take_along(stand, one))
    with frame.actions():
        frame.button(stand, "back", stand.say("places.back"), acts.open_screen, "places")
    frame.foot(stand)


def _look_at(stand: Stand, place_id: UUID) -> None:
    stand.place_id = place_id
    stand.go("place")


def _cards() -> tuple[Place, ...]:
    found = ask(_shown)
    return found if isinstance(found, tuple) else ()


def _shown(session: Session) -> tuple[Place, ...]:
    return tourism.cards(session, hall_id=acts.actor().hall_id, at=clock.now())


def _row(stand: Stand, place: Place) -> Markup:
    first = next((fact.words for fact in place.facts if fact.kind is not FactKind.PHONE), place.facts[0].words)
    return Markup('<section class="hall-event hall-place">{}<div><b>{}</b><p>{}</p><small>{}</small></div></section>').format(
        draw.picture(f"place_{place.kind}"), place.name, first, stand.say(f"place_kind.{place.kind}")
    )


def _sheet(stand: Stand, place: Place) -> Markup:
    rows = draw.NOTHING.join(_fact(stand, fact) for fact in place.facts)
    assert place.valid_until
    return Markup(
        '<section class="hall-card hall-event-sheet hall-place-sheet"><div class="hall-title">{}{}</div><h1>{}</h1><dl>{}</dl>'
        "<small>{}</small></section>"
    ).format(
        draw.picture(f"place_{place.kind}"), stand.say(f"place_kind.{place.kind}"), place.name, rows,
        stand.say("places.until", day=place.valid_until),
    )  # fmt: skip


def _fact(stand: Stand, fact: Fact) -> Markup:
    assert fact.checked_at
    checked = stand.say("places.checked", day=clock.local_day(fact.checked_at), asked=fact.asked)
    return Markup("<dt>{}</dt><dd>{}<small>{}</small></dd>").format(stand.say(f"fact_kind.{fact.kind}"), fact.words, checked)


def _take_along(stand: Stand, place: Place) -> Markup:
    phone = next((fact.words for fact in place.facts if fact.kind is FactKind.PHONE), "")
    lines = (f"{stand.say(f'fact_kind.{fact.kind}')}：{fact.words}" for fact in place.facts)
    # What is no digit makes a link that does not ring; a code of more text than this is read by no telephone.
    number = "".join(sign for sign in phone if sign in "+0123456789")
    path, side = qr.text_vector(f"tel:{number}" if number else "\n".join((place.name, *lines))[:_MOST_TEXT])
    text = stand.say("places.scan_phone" if number else "places.scan_text")
    box = f"{-_QUIET} {-_QUIET} {side + 2 * _QUIET} {side + 2 * _QUIET}"
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><path d="{path}"/></svg>'
    return Markup(
        '<section class="hall-card hall-take"><img src="data:image/svg+xml;base64,{}" alt=""><div><b>{}</b><p>{}</p></div></section>'
    ).format(b64encode(drawing.encode()).decode(), text, phone)
