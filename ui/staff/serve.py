"""The staff page's server: the same house as the kiosk's, behind the door and the gate. `python -m ui.staff.serve` starts it."""

import ipaddress
import sys
from typing import Final

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from services import logs
from services.imports.sheet import MOST_BYTES
from services.settings import Settings
from ui import serve
from ui.edge import FOLDERS, PATHS, KnownPaths, SafeHeaders
from ui.routes import frame
from ui.staff import calls, closure_files, door, event_files, files, hall_files, ledger_files, pictures, print_card, print_labels, who
from ui.staff.gate import Gate

_OURS: Final = (*PATHS, "/auth/login", "/auth/logout", "/auth/here")
_DESK: Final = (
    "card",
    "closure",
    "patron",
    "import",
    "stocktake",
    "labels",
    "registers",
    "photo",
    "event",
    "plate",
    "calls",
    "rules",
    "hall",
)
_FOLDERS: Final = (*FOLDERS, "/_stcore/upload_file/", *(f"/desk/{name}/" for name in _DESK))


def staff(settings: Settings) -> st.App:
    """The keeper's tablet; headers outermost, then the known paths, then the gate."""
    who.gate_stands()
    edge = [
        Middleware(SafeHeaders, camera=True),
        Middleware(KnownPaths, paths=_OURS, folders=_FOLDERS),
        Middleware(Gate),
    ]
    papers = [*files.ROUTES, *closure_files.ROUTES, *print_card.ROUTES, *print_labels.ROUTES, *ledger_files.ROUTES, *pictures.ROUTES]
    routes = [*door.ROUTES, *calls.ROUTES, *papers, *event_files.ROUTES, *hall_files.ROUTES, Route("/hall/camera", frame, methods=["POST"])]
    return serve.assemble("staff_app.py", title="一门 · 管理", style="staff", routes=routes, middleware=edge, settings=settings)


def is_open_to_the_lan(settings: Settings) -> bool:
    """Whether other machines can reach the page without a proxy before it."""
    try:
        return not ipaddress.ip_address(settings.staff_bind).is_loopback
    except ValueError:
        return settings.staff_bind != "localhost"


def main() -> None:
    """Start the staff page after the settings of the environment."""
    settings = Settings()
    logs.set_up(settings.logs, "staff")
    tls = (settings.tls_cert, settings.tls_key) if settings.tls_cert and settings.tls_key else None
    if is_open_to_the_lan(settings) and tls is None:
        logs.warn("staff page open to the network without TLS", address=settings.staff_bind)
    serve.run(
        staff(settings),
        port=settings.staff_port,
        address=settings.staff_bind,
        hosts=() if is_open_to_the_lan(settings) or settings.trusted_proxy else ("127.0.0.1", "localhost"),
        reload="--reload" in sys.argv,
        trusted_proxy=settings.trusted_proxy,
        upload_mb=MOST_BYTES // 1_000_000,
        tls=tls,
    )


if __name__ == "__main__":
    main()
