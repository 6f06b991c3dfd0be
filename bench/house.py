"""The real apps by their real start command, on a hall of the stage, and a real browser before them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

import psutil  # type: ignore[import-untyped]
from playwright.sync_api import Page, sync_playwright

from bench.stage import CACHE, Stage
from services.settings import HOUSE
from ui.parts import fonts

FOLDER: Final = CACHE / "house"
_PATIENCE: Final = 60.0
_TOUCH: Final = {"width": 1280, "height": 800}


@dataclass(frozen=True, slots=True)
class App:
    """What runs, and where it listens."""

    url: str
    process: subprocess.Popen[bytes]
    seconds_to_healthy: float
    cpu_seconds: float


def furnish(stage: Stage) -> str:
    """A data folder with a copy of the hall and the web fonts; gives the address of its database."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    fonts.prepare(FOLDER / "cache" / "fonts", tell=lambda line: print(line, flush=True))
    for end in ("", "-wal", "-shm"):
        (FOLDER / f"hall.db{end}").unlink(missing_ok=True)
    shutil.copy(stage.file, FOLDER / "hall.db")
    return f"sqlite:///{FOLDER / 'hall.db'}"


def tick() -> None:
    """Do what the day demands, with its backup, before anybody comes: a running hall does it in its first seconds."""
    environment = {**os.environ, "HALL_DATA_DIR": str(FOLDER), "HALL_DATABASE_URL": f"sqlite:///{FOLDER / 'hall.db'}"}
    subprocess.run([sys.executable, "manage.py", "tick"], cwd=HOUSE, env=environment, stdout=subprocess.DEVNULL, check=True)


def clear_away() -> None:
    """Leave the fonts and take the hall."""
    for file in FOLDER.glob("hall.db*"):
        file.unlink()


@contextmanager
def started(command: Sequence[str], port_name: str) -> Iterator[App]:
    """Start an app in the data folder, wait until it answers, stop it at the end."""
    port = _free_port()
    environment = {**os.environ, "HALL_DATA_DIR": str(FOLDER), "HALL_DATABASE_URL": f"sqlite:///{FOLDER / 'hall.db'}", port_name: str(port)}
    with (FOLDER / "said.txt").open("wb") as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *command], cwd=HOUSE, env=environment, stdout=said, stderr=said, stdin=subprocess.DEVNULL
        )
        try:
            seconds = _healthy(process, port, began)
            yield App(f"http://127.0.0.1:{port}", process, seconds, _cpu(process))
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _healthy(process: subprocess.Popen[bytes], port: int, began: float) -> float:
    while time.perf_counter() - began < _PATIENCE and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return time.perf_counter() - began
        except (URLError, OSError):
            time.sleep(0.005)
    raise RuntimeError("not healthy: " + (FOLDER / "said.txt").read_text(encoding="utf-8")[-2000:])


def _cpu(process: subprocess.Popen[bytes]) -> float:
    """What it and its children have used of the processor so far, in seconds."""
    first = psutil.Process(process.pid)
    times = [one.cpu_times() for one in (first, *first.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def browser_page(script: Path) -> Iterator[Page]:
    """A page of a real headless Chromium with a touch screen; `script` is there before anything of the page."""
    path = os.environ.get("HALL_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome-stable")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        page = browser.new_context(
            viewport={"width": _TOUCH["width"], "height": _TOUCH["height"]}, has_touch=True, locale="zh-CN"
        ).new_page()
        page.add_init_script(path=script)
        yield page
        browser.close()


def until(page: Page, condition: str, patience: float = 10.0) -> None:
    """Ask the page again and again; its own security policy forbids a watcher inside it."""
    end = time.monotonic() + patience
    while not page.evaluate(condition):
        if time.monotonic() > end:
            raise TimeoutError(f"the page never said {condition}: {page.inner_text('body')[:1500]}")
        page.wait_for_timeout(15)
