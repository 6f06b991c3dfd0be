"""The kiosk and the staff page as two processes: started, watched, started again when they fall over, stopped together."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from services import logs
from services.settings import HOUSE, Settings

_PATIENCE_STOPPING: Final = 5.0
_LONGEST_PAUSE: Final = 30.0
_STEADY_AFTER: Final = 60.0
_LOOK_EVERY: Final = 0.5


class PortTaken(Exception):  # noqa: N818  an outcome, named for what it is
    """Something else listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.port = port


@dataclass
class App:
    """One process: what it runs, where it listens, how often it fell."""

    name: str
    module: str
    port: int
    address: str
    tls: bool = False
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    falls: int = 0
    again_at: float = 0.0

    @property
    def url(self) -> str:
        """What a browser on this machine opens."""
        return f"{'https' if self.tls else 'http'}://{'127.0.0.1' if self.address in {'0.0.0.0', '::'} else self.address}:{self.port}"  # noqa: S104  compared, not bound


@dataclass
class Household:
    """Both apps under one roof."""

    settings: Settings
    apps: tuple[App, ...]
    reload: bool = False
    keeps_open: tuple[int, ...] = ()
    _seen: dict[Path, float] = field(default_factory=dict)

    def start(self) -> None:
        """Start every app. Raises PortTaken before anything is started."""
        for app in self.apps:
            _refuse_taken(app)
        for app in self.apps:
            self._launch(app)

    def wait_healthy(self, patience: float, progress: Callable[[App], None]) -> bool:
        """Wait until every app answers; tells of each as it does. False when one does not in time."""
        waiting, until = list(self.apps), time.monotonic() + patience
        while waiting and time.monotonic() < until:
            for app in [app for app in waiting if healthy(app)]:
                waiting.remove(app)
                progress(app)
            if any(app.running and app.running.poll() is not None for app in waiting):
                return False
            time.sleep(0.05)
        return not waiting

    def watch(self, stop: Event) -> None:
        """Keep them running until told to stop, at once."""
        while not stop.wait(_LOOK_EVERY):
            for app in self.apps:
                self._mend(app)
            if self.reload and self._code_changed():
                self._again()

    def stop(self) -> None:
        """Stop them all, gently first."""
        running = [app.running for app in self.apps if app.running and app.running.poll() is None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        until = time.monotonic() + _PATIENCE_STOPPING
        for process in running:
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _launch(self, app: App) -> None:
        command = [sys.executable, "-m", app.module, *(["--reload"] if self.reload else [])]
        # A session of its own: Ctrl-C reaches this process alone, which then stops the others in order.
        app.running = subprocess.Popen(
            command,
            env=environment(self.settings),
            stdin=subprocess.DEVNULL,
            # Streamlit greets the terminal as a developer's tool does; what goes wrong is said on standard error.
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=self.keeps_open,
        )
        app.started = time.monotonic()
        logs.note("app started", app=app.name, port=app.port, child=app.running.pid)

    def _mend(self, app: App) -> None:
        now = time.monotonic()
        if app.running is not None:
            if (code := app.running.poll()) is None:
                return
            app.falls = 1 if now - app.started > _STEADY_AFTER else app.falls + 1
            app.again_at = now + min(_LONGEST_PAUSE, 0.5 * 2**app.falls)
            app.running = None
            logs.warn("app ended by itself", app=app.name, code=code, falls=app.falls)
        if now >= app.again_at:
            self._launch(app)

    def _again(self) -> None:
        logs.note("code changed, starting again")
        self.stop()
        for app in self.apps:
            self._launch(app)

    def _code_changed(self) -> bool:
        """Nouns and verbs are loaded once per process: after a change there both apps start afresh (Streamlit reloads screens itself)."""
        seen = {file: file.stat().st_mtime for folder in ("models", "services") for file in (HOUSE / folder).rglob("*.py")}
        changed, self._seen = bool(self._seen) and seen != self._seen, seen
        return changed


def household(settings: Settings, *, only: Iterable[str] = (), reload: bool = False, keeps_open: tuple[int, ...] = ()) -> Household:
    """The apps of the house, or those named in `only`. The kiosk is never reachable from another machine."""
    apps = (
        App("kiosk", "ui.serve", settings.kiosk_port, "127.0.0.1"),
        App("staff", "ui.staff.serve", settings.staff_port, settings.staff_bind, tls=bool(settings.tls_cert and settings.tls_key)),
    )
    wanted = set(only) or {app.name for app in apps}
    return Household(settings, tuple(app for app in apps if app.name in wanted), reload, keeps_open)


def environment(settings: Settings) -> dict[str, str]:
    """What a process started from this one needs: the same settings, and our modules from whatever folder."""
    path = os.environ.get("PYTHONPATH")
    return settings.environment() | {"PYTHONPATH": os.pathsep.join((str(HOUSE), path)) if path else str(HOUSE)}


def end(process: subprocess.Popen[bytes] | None) -> None:
    """End a process of a session of its own, and what it has started."""
    if process is not None and process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def healthy(app: App) -> bool:
    """Does the app answer?"""
    try:
        # Our own address on this machine: whose certificate it is does not matter here.
        with urlopen(f"{app.url}/_stcore/health", timeout=1, context=ssl._create_unverified_context()) as answer:  # noqa: S310, S323, SLF001
            return bool(answer.status == 200)  # noqa: PLR2004
    except (URLError, OSError):
        return False


def _refuse_taken(app: App) -> None:
    with socket.socket(socket.AF_INET6 if ":" in app.address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((app.address, app.port))
        except OSError as error:
            raise PortTaken(app.port) from error
