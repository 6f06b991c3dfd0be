"""A page with one card at its true size, for the printer; behind the gate, and kept nowhere."""

import html
from functools import cache
from string import Template
from typing import Final
from uuid import UUID

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from models import ActorKind
from services import card_papers, cards, database
from services.journal import Actor
from services.refusals import CardUnknown
from services.settings import HOUSE
from services.staff import Signed
from services.words import words
from ui.house import house
from ui.staff.gate import signed_of

_NO_STORE: Final = {"Cache-Control": "no-store"}


async def png(request: Request) -> Response:
    """The card itself."""
    face = await _face(request)
    if face is None:
        return PlainTextResponse("Not found", status_code=404)
    drawn = await to_thread.run_sync(card_papers.front, face, words("zh-CN"))
    return Response(drawn, media_type="image/png", headers=_NO_STORE)


async def pdf(request: Request) -> Response:
    """Both sides of the card, for a card printer."""
    face = await _face(request)
    if face is None:
        return PlainTextResponse("Not found", status_code=404)
    drawn = await to_thread.run_sync(card_papers.pdf, [face], house().hall, words("zh-CN"))
    return Response(drawn, media_type="application/pdf", headers=_NO_STORE)


async def back(request: Request) -> Response:
    """The card's back as a picture."""
    face = await _face(request)
    if face is None:
        return PlainTextResponse("Not found", status_code=404)
    drawn = await to_thread.run_sync(card_papers.back, face, house().hall, words("zh-CN"))
    return Response(drawn, media_type="image/png", headers=_NO_STORE)


async def page(request: Request) -> Response:
    """The page around it."""
    face = await _face(request)
    if face is None:
        return PlainTextResponse("Not found", status_code=404)
    w = words("zh-CN")
    texts = {name: html.escape(w.say(f"staff.card.{name}")) for name in ("print", "print_hint")}
    return HTMLResponse(_template().substitute(texts, card=str(face.card_id), name=html.escape(face.name)), headers=_NO_STORE)


async def _face(request: Request) -> cards.CardFace | None:
    signed = signed_of(request.scope)
    try:
        card_id = UUID(request.path_params["card_id"])
    except ValueError:
        return None
    return await to_thread.run_sync(_read, signed, card_id) if signed.keeps_the_desk else None


def _read(signed: Signed, card_id: UUID) -> cards.CardFace | None:
    assert signed.hall_id
    by = Actor(ActorKind.STAFF, signed.hall_id, staff_id=signed.staff_id, device="tablet")
    try:
        return database.read(house().engine, cards.face, card_id=card_id, by=by)
    except CardUnknown:
        return None


async def script(_: Request) -> Response:
    """The one line that opens the printer's dialog: inline scripts are not allowed here."""
    return Response('document.querySelector("button").addEventListener("click", () => print());\n', media_type="text/javascript")


@cache
def _template() -> Template:
    return Template((HOUSE / "assets" / "pages" / "card.html").read_text(encoding="utf-8"))


ROUTES: Final = [
    Route("/desk/card/print.js", script),
    Route("/desk/card/{card_id}.png", png),
    Route("/desk/card/{card_id}/back.png", back),
    Route("/desk/card/{card_id}.pdf", pdf),
    Route("/desk/card/{card_id}", page),
]
