"""The gate of the staff page: no page, no upload and no websocket without a live session; an ended session closes its open pages."""

import asyncio
import html
from collections.abc import Callable
from datetime import timedelta
from string import Template
from typing import Any, Final

from anyio import to_thread
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services import clock, database, logs, staff
from services.settings import HOUSE
from services.staff import Signed
from services.words import LANGUAGES, words
from ui.house import house

COOKIE: Final = "hall_staff"
LOGIN: Final = "/auth/login"
# What a stranger may have: the door itself, what it looks like, and whether the house is up.
_OPEN: Final = frozenset({LOGIN, "/auth/here", "/_stcore/health", "/favicon.png"})
_OPEN_FOLDERS: Final = ("/hall/style/", "/hall/fonts/")
# A websocket outlives a revocation, so the session behind it is looked at again.
_LOOK_EVERY: Final = timedelta(seconds=10)
_ENDED: Final = 4401

WhoIs = Callable[[str], Signed | None]


def who_is(token: str) -> Signed | None:
    """Tell whose live session a cookie's token is."""
    return database.read(house().engine, staff.who, token=token, at=clock.now()) if token else None


def token_of(scope: Scope) -> str:
    """Give the session token a browser sent, or nothing."""
    return HTTPConnection(scope).cookies.get(COOKIE, "")[:200]


class Gate:
    """Pure ASGI, because Starlette's base class does not see websockets."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the door and the signed-in through."""
        if scope["type"] == "lifespan" or _is_open(scope):
            await self._app(scope, receive, send)
            return
        try:
            signed = await to_thread.run_sync(who_is, token_of(scope))
        except Exception as error:  # noqa: BLE001  a database that is away opens nothing
            await _turn_away(scope, receive, send, unwell(error), 1011)
            return
        if signed is None:
            await _turn_away(scope, receive, send, _to_the_door(scope), _ENDED)
        elif scope["type"] == "websocket":
            await _while_live(self._app, scope, receive, send)
        else:
            scope["hall.signed"] = signed
            await self._app(scope, receive, send)


def _is_open(scope: Scope) -> bool:
    path: str = scope["path"]
    return scope["type"] == "http" and (path in _OPEN or (path.startswith(_OPEN_FOLDERS) and ".." not in path))


def _to_the_door(scope: Scope) -> Response:
    if scope.get("method") in {"GET", "HEAD"} and scope["path"] == "/":
        return RedirectResponse(LOGIN, 303, headers={"Cache-Control": "no-store"})
    return PlainTextResponse("Sign in first", status_code=401, headers={"Cache-Control": "no-store"})


def unwell(error: BaseException) -> Response:
    """Show one calm page that looks again by itself; the log has the rest under the page's number."""
    said = {f"{name}_{lang[:2]}": html.escape(words(lang).say(f"staff.unwell.{name}")) for name in ("title", "text") for lang in LANGUAGES}
    page = (HOUSE / "assets" / "pages" / "unwell.html").read_text(encoding="utf-8")
    headers = {"Retry-After": "10", "Cache-Control": "no-store"}
    return HTMLResponse(Template(page).substitute(said, reference=logs.trouble(error)), status_code=503, headers=headers)


async def _turn_away(scope: Scope, receive: Receive, send: Send, answer: Response, code: int) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": code})
    else:
        await answer(scope, receive, send)


async def _while_live(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Run a websocket until its page leaves or its session ends."""
    ended = asyncio.Event()
    token = token_of(scope)
    page = _OpenPage(ended, asyncio.get_running_loop())
    _pages.setdefault(token, set()).add(page)
    watch = asyncio.create_task(_watch(token, ended))
    stop = asyncio.create_task(ended.wait())

    async def receive_or_end() -> Message:
        if not ended.is_set():
            coming = asyncio.ensure_future(receive())
            await asyncio.wait({coming, stop}, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                return coming.result()
            coming.cancel()
        await send({"type": "websocket.close", "code": _ENDED})
        return {"type": "websocket.disconnect", "code": _ENDED}

    async def send_while_live(message: Message) -> None:
        if not ended.is_set():
            await send(message)

    try:
        await app(scope, receive_or_end, send_while_live)
    finally:
        watch.cancel()
        stop.cancel()
        _pages[token].discard(page)
        if not _pages[token]:
            del _pages[token]


async def _watch(token: str, ended: asyncio.Event) -> None:
    while True:
        await asyncio.sleep(_LOOK_EVERY.total_seconds())
        try:
            live = await to_thread.run_sync(who_is, token)
        except Exception as error:  # noqa: BLE001  a database that is away for a moment signs nobody out
            logs.warn("session not looked at", error=type(error).__name__)
            continue
        if live is None:
            ended.set()
            return


class _OpenPage:
    """A page of a session, to be closed from wherever its sign-out comes."""

    def __init__(self, ended: asyncio.Event, loop: asyncio.AbstractEventLoop) -> None:
        self._ended, self._loop = ended, loop

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)


_pages: dict[str, set[_OpenPage]] = {}


def close_pages(token: str) -> None:
    """Close every open page of a session at once."""
    for page in list(_pages.get(token, ())):
        page.close()


def look_again() -> None:
    """Close the pages of every session that has ended meanwhile: an account closed on one tablet is closed on all, at once."""
    for token in list(_pages):
        if who_is(token) is None:
            close_pages(token)


def signed_of(scope: Scope) -> Signed:
    """Give whom the gate let through to a route of ours."""
    signed: Any = scope["hall.signed"]
    assert isinstance(signed, Signed)
    return signed
