"""The kiosk's server: Streamlit with our page, our routes and our edge. `python -m ui.serve` is what `manage.py run` starts."""

import asyncio
import contextlib
import gc
import os
import sys
import tomllib
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any, Final

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from services import logs
from services.settings import HOUSE, Settings
from ui import page
from ui.calm import show_trouble
from ui.edge import KnownPaths, SafeHeaders

# Not a matter of taste. fastReruns: a second script would run beside one that is still lending, and draw before its answer is there.
# postScriptGC: a full collection after every run costs 20 ms a scan; the idle loop below collects instead.
CONFIG: Final[dict[str, Any]] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "logger.level": "error",
    "runner.fastReruns": False,
    "runner.postScriptGC": False,
    "runner.magicEnabled": False,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.enableStaticServing": False,
    "server.headless": True,
    "server.showEmailPrompt": False,
    "server.maxUploadSize": 1,
}
_QUIET_SECONDS: Final = 20.0
_FEW_OBJECTS: Final = 5_000


def assemble(
    script: str, *, title: str, style: str, routes: Iterable[BaseRoute], middleware: Iterable[Middleware] = (), settings: Settings
) -> st.App:
    """Put a screen's entry file behind our page and our edge; what the caller adds stands inside the headers and the known paths."""
    return st.App(
        HOUSE / script,
        routes=[*routes, *page.routes(settings.data_dir / "cache" / "fonts", title=title, style=style)],
        middleware=list(middleware),
        lifespan=_collecting,
        on_script_error=show_trouble,
    )


def kiosk(settings: Settings) -> st.App:
    """The touch screen."""
    from ui.routes import ROUTES

    edge = [Middleware(SafeHeaders, camera=True), Middleware(KnownPaths)]
    return assemble("kiosk_app.py", title="一门", style="kiosk", routes=ROUTES, middleware=edge, settings=settings)


def run(
    app: st.App,
    *,
    port: int,
    address: str = "127.0.0.1",
    hosts: Iterable[str] = (),
    reload: bool = False,
    trusted_proxy: str = "",
    upload_mb: int = 1,
    tls: tuple[Path, Path] | None = None,
    forget_after: int = 120,
) -> None:
    """Serve until stopped, with `tls` (certificate, key) over https.

    `reload` follows saved files, models apart: a table defined twice stops everything. `forget_after`: seconds that the state of
    a page is kept when its browser has gone.
    """
    # uvicorn believes forwarded headers from 127.0.0.1 unless told otherwise.
    os.environ["FORWARDED_ALLOW_IPS"] = trusted_proxy
    watch = {"server.fileWatcherType": "auto", "server.runOnSave": True, "server.folderWatchBlacklist": [str(HOUSE / "models")]}
    app.run(config={
        **_theme(HOUSE / "assets" / "style" / "theme.toml"),
        **CONFIG,
        **(watch if reload else {"server.fileWatcherType": "none"}),
        "server.maxUploadSize": upload_mb,
        "server.port": port,
        "server.address": address,
        "server.allowedHosts": list(hosts),
        "server.disconnectedSessionTTL": forget_after,
        **({"server.sslCertFile": str(tls[0]), "server.sslKeyFile": str(tls[1])} if tls else {}),
    })  # fmt: skip


def _theme(file: Path) -> dict[str, Any]:
    """Read the look beside the code, so that it is the same from whatever folder the process starts."""
    if not file.exists():
        return {}
    return {f"theme.{name}": value for name, value in tomllib.loads(file.read_text(encoding="utf-8"))["theme"].items()}


@contextlib.asynccontextmanager
async def _collecting(_: st.App) -> AsyncIterator[None]:
    """Collect garbage in quiet moments instead of after every scan."""
    # What was imported stays, and hardly any of it is garbage: the collector need not walk it now, nor again and again.
    gc.freeze()
    task = asyncio.create_task(_collect_when_quiet())
    yield
    task.cancel()


async def _collect_when_quiet() -> None:
    while True:
        await asyncio.sleep(_QUIET_SECONDS)
        young, *older = gc.get_count()
        # Nobody came: to walk through all that is there would be most of what an idle house does.
        if any(older) or young > _FEW_OBJECTS:
            gc.collect()


def main() -> None:
    """Start the kiosk after the settings of the environment."""
    settings = Settings()
    logs.set_up(settings.logs, "kiosk")
    # A page that was left or reloaded may have shown somebody's loans: it is not kept for a return that never comes.
    hosts = ("127.0.0.1", "localhost")
    run(kiosk(settings), port=settings.kiosk_port, hosts=hosts, reload="--reload" in sys.argv, forget_after=5)


if __name__ == "__main__":
    main()
