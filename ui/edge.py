"""What stands between the network and the screens: only known paths, only known hosts, and headers on every answer."""

from collections.abc import Iterable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What a page of ours needs of Streamlit. Metrics, the agent's interface and its description, and the rest stay closed.
PATHS: Final = ("/", "/_stcore/health", "/_stcore/host-config", "/_stcore/stream", "/favicon.png")
FOLDERS: Final = ("/static/", "/hall/")

# Streamlit styles by <style> elements and loads a part's JavaScript from a blob.
_POLICY: Final = (
    "default-src 'none'",
    "script-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
HEADERS: Final = {
    "Content-Security-Policy": "; ".join(_POLICY),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_WITHOUT_CAMERA: Final = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()"


class KnownPaths:
    """Answer 404 to every path that no screen of ours asks for, pages and websockets alike."""

    def __init__(self, app: ASGIApp, paths: Iterable[str] = PATHS, folders: Iterable[str] = FOLDERS) -> None:
        self._app, self._paths, self._folders = app, frozenset(paths), tuple(folders)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a known path through."""
        if scope["type"] == "lifespan" or (self._knows(scope["path"]) and _is_from_our_page(scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4404})
        else:
            await PlainTextResponse("Not found", status_code=404)(scope, receive, send)

    def _knows(self, path: str) -> bool:
        return path in self._paths or (path.startswith(self._folders) and ".." not in path)


def _is_from_our_page(scope: Scope) -> bool:
    """Refuse a websocket that another site's page opens; Streamlit would ask a server on the internet for this machine's address first."""
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    return scope["type"] != "websocket" or origin is None or origin.partition("://")[2] == headers.get("host", "")


class SafeHeaders:
    """Put the headers of the house on every answer."""

    def __init__(self, app: ASGIApp, *, camera: bool) -> None:
        self._app = app
        self._headers = HEADERS | {
            "Permissions-Policy": _WITHOUT_CAMERA.replace("camera=()", "camera=(self)") if camera else _WITHOUT_CAMERA
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything on, with headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                del headers["server"]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
