"""Two small routes of the kiosk: a camera frame to its code, and whether anything has changed."""

import io
import sqlite3
import threading
import time
from collections import deque
from typing import Final

import sqlalchemy as sa
import zxingcpp
from anyio import to_thread
from PIL import Image
from sqlalchemy import Engine, PoolProxiedConnection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services import logs
from ui.house import house

MOST_BYTES: Final = 300_000
MOST_PIXELS: Final = 4_000_000
A_SECOND: Final = 10
_NO_STORE: Final = {"Cache-Control": "no-store"}


class _Pace:
    """At most ten frames in any second, whoever sends them."""

    def __init__(self) -> None:
        self._seen: deque[float] = deque()

    def allows(self) -> bool:
        now = time.monotonic()
        while self._seen and now - self._seen[0] >= 1:
            self._seen.popleft()
        if len(self._seen) >= A_SECOND:
            return False
        self._seen.append(now)
        return True


_pace = _Pace()


async def frame(request: Request) -> Response:
    """Decode one JPEG frame in memory; nothing of it is kept."""
    if not _from_our_page(request):
        return _refused(403)
    if not _pace.allows():
        return _refused(429)
    picture = bytearray()
    async for chunk in request.stream():
        picture += chunk
        if len(picture) > MOST_BYTES:
            return _refused(413)
    code = await to_thread.run_sync(decode, bytes(picture))
    return JSONResponse({"code": code}, headers=_NO_STORE)


def decode(picture: bytes) -> str:
    """Read the first code in a picture; empty when there is none, or when it is no picture."""
    try:
        with Image.open(io.BytesIO(picture), formats=["JPEG", "PNG"]) as image:
            if image.width * image.height > MOST_PIXELS:
                return ""
            found = zxingcpp.read_barcodes(image.convert("L"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""
    return next((code.text for code in found if code.text), "")


class _Changes:
    """A mark that moves whenever somebody else has written to the database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watching: PoolProxiedConnection | None = None

    def mark(self) -> str:
        engine = house().engine
        return self._data_version(engine) if engine.dialect.name == "sqlite" else _newest_row(engine)

    def _data_version(self, engine: Engine) -> str:
        # The number means something only to the connection that asks, so one connection stays; asked of the driver itself,
        # outside any transaction, since an idle kiosk asks a hundred times a minute.
        with self._lock:
            try:
                self._watching = self._watching or engine.raw_connection()
                return str(self._watching.cursor().execute("PRAGMA data_version").fetchone()[0])
            except (sa.exc.SQLAlchemyError, sqlite3.Error):
                self._watching = None
                raise


def _newest_row(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.exec_driver_sql("SELECT id FROM journal ORDER BY id DESC LIMIT 1").scalar_one_or_none())


_changes = _Changes()


async def changed(_: Request) -> Response:
    """Say the mark; the page compares it with the one it had."""
    try:
        mark = await to_thread.run_sync(_changes.mark)
    except Exception as error:  # noqa: BLE001  a database that is away is no reason for the page to stop asking
        logs.warn("no mark of changes", error=type(error).__name__)
        return Response(status_code=503, headers=_NO_STORE)
    return JSONResponse({"mark": mark}, headers=_NO_STORE)


def _from_our_page(request: Request) -> bool:
    """Browsers name the sender of a POST themselves; a page cannot forge it."""
    origin, site = request.headers.get("origin", ""), request.headers.get("sec-fetch-site", "same-origin")
    return site == "same-origin" and origin.partition("://")[2] == request.headers.get("host", "")


def _refused(status: int) -> Response:
    return Response(status_code=status, headers=_NO_STORE | {"Connection": "close"})


ROUTES = [Route("/hall/camera", frame, methods=["POST"]), Route("/hall/changed", changed)]
