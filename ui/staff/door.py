"""The door of the staff page: a plain form, a cookie no script can read, and sign-out by POST."""

import hmac
import html
import math
import secrets
from datetime import datetime
from functools import cache
from hashlib import sha256
from string import Template
from typing import Final
from urllib.parse import parse_qs

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from services import clock, database, logs, staff
from services.settings import HOUSE
from services.words import LANGUAGES, words
from ui.house import house
from ui.staff.gate import COOKIE, LOGIN, close_pages, token_of, unwell, who_is

_FORM_COOKIE: Final = "hall_door"
_DEVICE_COOKIE: Final = "hall_device"
_DEVICE_SECONDS: Final = 180 * 24 * 3600
# Which process answers: a page that was drawn by another one is drawn anew.
BOOT: Final = secrets.token_hex(8)
_MOST_BYTES: Final = 4_096
_LONGEST_PASSWORD: Final = 200
# Argon2 takes 19 MiB and tens of milliseconds on purpose: two at a time, the rest wait their turn.
_checking: Final = CapacityLimiter(2)


async def door(request: Request) -> Response:
    """Show the form, or sign in with it; whoever is signed in already goes straight in."""
    if request.method == "POST":
        return await _sign_in(request)
    try:
        signed = await to_thread.run_sync(who_is, token_of(request.scope))
        await to_thread.run_sync(house)
    except Exception as error:  # noqa: BLE001  a database that is away lets nobody in
        return unwell(error)
    return RedirectResponse("/", 303) if signed else _page(request)


async def _sign_in(request: Request) -> Response:
    form = await _form(request)
    if form is None or not is_from_our_page(request) or not _same(form.get("csrf", ""), request.cookies.get(_FORM_COOKIE, "")):
        return _page(request, "door.stale", 400)
    login, password = form.get("login", ""), form.get("password", "")[:_LONGEST_PASSWORD]
    address = request.client.host if request.client else "unknown"
    try:
        device = request.cookies.get(_DEVICE_COOKIE, "")[:64]
        entered = await to_thread.run_sync(_let_in, login, password, address, device, limiter=_checking)
    except Exception as error:  # noqa: BLE001  a database that is away lets nobody in
        return unwell(error)
    if isinstance(entered, int):
        return _page(request, "door.wait", 429, login, seconds=entered)
    if entered is None:
        return _page(request, "door.wrong", 401, login)
    token, device = entered
    answer = RedirectResponse("/", 303, headers={"Cache-Control": "no-store"})
    answer.set_cookie(
        COOKIE, token, httponly=True, samesite="strict", secure=_is_secure(request), path="/", max_age=int(staff.LONGEST.total_seconds())
    )
    answer.set_cookie(
        _DEVICE_COOKIE, device, httponly=True, samesite="strict", secure=_is_secure(request), path=LOGIN, max_age=_DEVICE_SECONDS
    )
    answer.delete_cookie(_FORM_COOKIE, path="/auth")
    return answer


def _let_in(login: str, password: str, address: str, device: str) -> tuple[str, str] | int | None:
    """Give a token and the browser's mark, the seconds to wait, or None: a wrong password and an unknown account look the same."""
    engine, at = house().engine, clock.now()
    knocked = database.write(engine, staff.knock, login=login, address=address, at=at, device=device)
    if knocked.wait_until is not None:
        logs.note("sign-in has to wait")
        return _seconds(knocked.wait_until, at)
    if not staff.fits(knocked, password) or knocked.staff_id is None:
        logs.note("sign-in refused")
        return None
    token = database.write(engine, staff.begin, staff_id=knocked.staff_id, login=login, address=address, at=clock.now())
    logs.note("signed in")
    return token, staff.device_mark(knocked)


def _seconds(until: datetime, at: datetime) -> int:
    return max(1, math.ceil((until - at).total_seconds()))


async def leave(request: Request) -> Response:
    """Sign out: the session ends in the database, and every page it has open is closed."""
    if request.method != "POST":
        return Response(status_code=405, headers={"Allow": "POST"})
    token = token_of(request.scope)
    form = await _form(request)
    if form is None or not is_from_our_page(request) or not _same(form.get("csrf", ""), leaving_mark(token)):
        return RedirectResponse("/", 303)
    await to_thread.run_sync(_end, token)
    answer = RedirectResponse(LOGIN, 303, headers={"Clear-Site-Data": '"cache", "storage"', "Cache-Control": "no-store"})
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=_is_secure(request))
    return answer


def _end(token: str) -> None:
    database.write(house().engine, staff.sign_out, token=token, at=clock.now())
    close_pages(token)
    logs.note("signed out")


def leaving_mark(token: str) -> str:
    """What the sign-out form carries: made from the token, so it needs no place to be kept, and tells nothing of it."""
    return sha256(f"leave:{token}".encode()).hexdigest()[:32]


async def here(request: Request) -> Response:
    """Tell an open page whether its session lives; a POST says that somebody is working."""
    token = token_of(request.scope)
    try:
        signed = await to_thread.run_sync(who_is, token)
        if signed and request.method == "POST" and is_from_our_page(request):
            await to_thread.run_sync(used, signed)
    except Exception as error:  # noqa: BLE001  the page asks again
        logs.warn("session not looked at", error=type(error).__name__)
        return Response(status_code=503, headers={"Cache-Control": "no-store"})
    return Response(status_code=204 if signed else 401, headers={"Cache-Control": "no-store", "X-Boot": BOOT})


def used(signed: staff.Signed) -> None:
    """Keep a session alive that somebody works in; written once a minute at most."""
    at = clock.now()
    if staff.needs_touch(signed, at):
        database.write(house().engine, staff.touch, session_id=signed.session_id, at=at)


async def _form(request: Request) -> dict[str, str] | None:
    """Read a small form; None for anything else."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
        return None
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                return None
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=8)
    except (ClientDisconnect, ValueError):
        return None
    return {name: values[0] for name, values in fields.items()}


def is_from_our_page(request: Request) -> bool:
    """Refuse what another page sent; browsers name the sender themselves, and the form's mark stands behind this.

    A page without a referrer, as ours is, sends its own forms with the origin `null`.
    """
    origin = request.headers.get("origin", "null")
    ours = origin == "null" or origin.partition("://")[2] == request.headers.get("host", "")
    return ours and request.headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _same(one: str, other: str) -> bool:
    return bool(other) and hmac.compare_digest(one.encode(), other.encode())


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _page(request: Request, said: str = "", status: int = 200, login: str = "", **facts: object) -> Response:
    mark = secrets.token_urlsafe(24)
    both = {f"{name}_{lang[:2]}": html.escape(words(lang).say(f"door.{name}")) for name in _TEXTS for lang in LANGUAGES}
    lines = [html.escape(words(lang).say(said, **facts)) for lang in LANGUAGES] if said else []
    notice = f'<p class="door-said" role="alert">{lines[0]}<span lang="en">{lines[1]}</span></p>' if lines else ""
    hall = house().hall
    sample = f'<p class="door-sample">{both["sample_zh"]} <span lang="en">{both["sample_en"]}</span></p>' if hall.sample else ""
    body = _template().substitute(
        both, hall=html.escape(hall.name), csrf=mark, notice=notice, sample=sample, login=html.escape(login[:40], quote=True)
    )
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(facts["seconds"])} if "seconds" in facts else {})
    answer = HTMLResponse(body, status_code=status, headers=headers)
    answer.set_cookie(_FORM_COOKIE, mark, httponly=True, samesite="strict", secure=_is_secure(request), path="/auth", max_age=3600)
    return answer


_TEXTS: Final = ("title", "login", "password", "enter", "hint", "sample")


@cache
def _template() -> Template:
    return Template((HOUSE / "assets" / "pages" / "door.html").read_text(encoding="utf-8"))


ROUTES: Final = [
    Route(LOGIN, door, methods=["GET", "POST"]),
    # GET too: Streamlit has a route of its own there, which would answer instead.
    Route("/auth/logout", leave, methods=["GET", "POST"]),
    Route("/auth/here", here, methods=["GET", "POST"]),
]
