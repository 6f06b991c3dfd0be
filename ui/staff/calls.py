"""叫人 on the tablet: a banner over whatever screen there is, within a second; the page below it stays as it was."""

from pathlib import Path
from typing import Final
from uuid import UUID

import streamlit as st
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services import clock, help_calls
from services.help_calls import Call
from services.journal import Actor
from services.words import Words, words
from ui.house import Trouble, ask, attempt
from ui.staff import door
from ui.staff.files import NOT_FOUND, keeper, lang_of
from ui.staff.gate import signed_of
from ui.staff.stand import Stand

_NO_STORE: Final = {"Cache-Control": "no-store"}
_bell = st.components.v2.component(
    "staff_calls", html="<i hidden></i>", js=(Path(__file__).parent / "calls.js").read_text(encoding="utf-8"), isolate_styles=False
)


def listen(stand: Stand) -> None:
    """Mount the part that asks, draws the banner and sends 我去."""
    say = {name: stand.say(f"staff.call.{name}") for name in ("title", "come", "failed")}
    _bell(key="calls", data={"lang": stand.lang, "words": say}, height=1)


async def now(request: Request) -> Response:
    """Say who calls; asked every second by every open tablet."""
    by = keeper(request)
    return NOT_FOUND if by is None else await _told(request, by)


async def come(request: Request) -> Response:
    """我去 was tapped: the first one goes, the others see who."""
    by = keeper(request)
    if by is None or not door.is_from_our_page(request):
        return NOT_FOUND
    answer = await to_thread.run_sync(_answer, request.path_params["call_id"], by)
    if isinstance(answer, Trouble):
        return Response(status_code=503, headers=_NO_STORE)
    await to_thread.run_sync(door.used, signed_of(request.scope))
    return await _told(request, by)


def _answer(call_id: UUID, by: Actor) -> object:
    return attempt(help_calls.answer, call_id=call_id, at=clock.now(), by=by)


async def _told(request: Request, by: Actor) -> Response:
    found = await to_thread.run_sync(lambda: ask(help_calls.open_calls, hall_id=by.hall_id, at=clock.now()))
    if not isinstance(found, tuple):
        return Response(status_code=503 if isinstance(found, Trouble) else 404, headers=_NO_STORE)
    said = words(lang_of(request))
    return JSONResponse({"calls": [_shown(said, call) for call in found]}, headers=_NO_STORE)


def _shown(said: Words, call: Call) -> dict[str, str]:
    place = f"staff.call.screen_{call.screen}"
    where = said.say(place if said.has(place) else "staff.call.screen_other")
    at = said.say("staff.call.at", device=call.device, time=said.time(call.at))
    taken = said.say("staff.call.taken", name=call.comes) if call.ended_as else ""
    return {"id": str(call.call_id), "text": f"{at} · {where}", "taken": taken}


ROUTES: Final = [Route("/desk/calls/now", now), Route("/desk/calls/{call_id:uuid}", come, methods=["POST"])]
