"""The running house: real processes by the real command, a real browser, and a sample or an empty hall of one's own."""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine

from services import clock, database, founding, sample, staff
from services.settings import HOUSE
from tests.databases import shared_folder
from ui.parts import fonts

PASSWORDS = {"zhou": "paper-lantern-7", "lan": "bamboo-flute-9"}
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_PATIENCE = 40.0


@dataclass
class House:
    """One data folder, its two apps, and what is needed to speak to them."""

    folder: Path
    apps: tuple[str, ...] = ("kiosk", "staff")
    url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    kiosk_port: int = 0
    staff_port: int = 0
    process: subprocess.Popen[str] | None = None
    said: Path | None = None
    lived_in: bool = False

    @property
    def kiosk(self) -> str:
        """The touch screen's address."""
        return f"http://127.0.0.1:{self.kiosk_port}"

    @property
    def staff(self) -> str:
        """The staff page's address."""
        return f"http://127.0.0.1:{self.staff_port}"

    @property
    def database_url(self) -> str:
        """The database of this house."""
        return self.url or f"sqlite:///{self.folder / 'hall.db'}"

    def engine(self) -> Engine:
        """A connection of the test's own, to look behind the counter; the caller disposes of it."""
        return database.engine_for(self.database_url)

    def start(self, *, healthy: bool = True) -> None:
        """Start the apps by `manage.py run` and wait for them."""
        self.kiosk_port, self.staff_port = self.kiosk_port or free_port(), self.staff_port or free_port()
        self.said = self.folder / "said.txt"
        with self.said.open("w", encoding="utf-8") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run", *(part for app in self.apps for part in ("--only", app))],
                cwd=HOUSE,
                env=self.environment(),
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                text=True,
                start_new_session=True,
            )
        if healthy:
            self.wait(lambda: "Ctrl-C" in self.told())

    def tidy(self, sample_file: Path) -> None:
        """Put the sample back as on its first day, under the running pages, if a test has lived in it."""
        if not self.lived_in:
            return
        try:
            with closing(sqlite3.connect(sample_file)) as new, closing(sqlite3.connect(self.folder / "hall.db")) as old:
                new.backup(old)
                # Into the file with it: what spoils the file would spoil nothing that still stands beside it.
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error:
            self.kill()
            for left in self.folder.glob("hall.db*"):
                left.unlink()
            with_sample(self, sample_file)
        self.lived_in = False

    def environment(self) -> dict[str, str]:
        """What the apps see."""
        return {
            **os.environ,
            "HALL_DATA_DIR": str(self.folder),
            "HALL_DATABASE_URL": self.database_url,
            "KIOSK_PORT": str(self.kiosk_port),
            "STAFF_PORT": str(self.staff_port),
            "LANG": "en_GB.UTF-8",
            **self.settings,
        }

    def told(self) -> str:
        """What the command has printed so far."""
        return self.said.read_text(encoding="utf-8") if self.said else ""

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait for something, and show what was said when it does not come."""
        deadline = time.monotonic() + _PATIENCE
        while not until():
            ended = self.process is not None and self.process.poll() is not None
            assert not ended, f"manage.py run ended:\n{self.told()}"
            assert time.monotonic() < deadline, f"waited in vain:\n{self.told()}"
            time.sleep(0.05)

    def stop(self) -> int:
        """Ctrl-C; gives the exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(15)
        finally:
            self.kill()

    def kill(self) -> None:
        """Pull the plug on whatever of ours still runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for app, port in (("kiosk", self.kiosk_port), ("staff", self.staff_port)):
            if app in self.apps and port:
                for pid in listening(port):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)


def listening(port: int) -> list[int]:
    """Our processes that listen on a port of this machine."""
    import psutil

    found = []
    # Only ours: asking every tab of every browser for its files takes a minute on a busy machine.
    ours = (process for process in psutil.process_iter(["name"]) if (process.info["name"] or "").startswith("python"))
    for process in ours:
        with contextlib.suppress(psutil.Error):
            if any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in process.net_connections("tcp")):
                found.append(process.pid)
    return found


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a real Chromium: HALL_CHROMIUM, else one on PATH, else playwright's own; `make test` installs one."""
    if named := os.environ.get("HALL_CHROMIUM"):
        return named
    for name in _NAMES:
        path = shutil.which(name)
        if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    assert Path(path).exists(), "no Chromium: run `make test`, which installs one, or name one in HALL_CHROMIUM"
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A headless browser for this worker; open a context of your own in it for each test."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=[*sandbox, "--force-color-profile=srgb"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def font_cache() -> Path:
    """Web fonts are cut once for all runs on this machine."""
    folder = HOUSE / ".data" / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fonts.prepare(folder / "fonts", tell=lambda _: None)
    return folder


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample village as a file, made once per run."""
    folder = shared_folder(tmp_path_factory) / "sample"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "hall.db").exists():
            hashes = {login: staff.hash_password(password) for login, password in PASSWORDS.items()}
            engine = founding.open_or_make(f"sqlite:///{folder / 'half.db'}")
            database.write(engine, sample.make, at=clock.now(), passwords=hashes)
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            engine.dispose()
            (folder / "half.db").rename(folder / "hall.db")
    return folder / "hall.db"


@pytest.fixture
def new_house(tmp_path: Path, font_cache: Path) -> Iterator[Callable[..., House]]:
    """Make houses with nothing in them; what was started is stopped at the end."""
    made: list[House] = []

    def make(*apps: str, **settings: str) -> House:
        folder = tmp_path / f"house-{len(made)}"
        folder.mkdir()
        (folder / "cache").symlink_to(font_cache)
        made.append(House(folder, apps or ("kiosk", "staff"), settings=settings))
        return made[-1]

    yield make
    for house in made:
        house.kill()


@pytest.fixture(scope="session")
def running_house(tmp_path_factory: pytest.TempPathFactory, font_cache: Path, sample_file: Path) -> Iterator[House]:
    """The sample village with both pages running, started once for all tests of this worker."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "cache").symlink_to(font_cache)
    house = with_sample(House(folder), sample_file)
    yield house
    house.kill()


@pytest.fixture
def sample_house(running_house: House, sample_file: Path) -> House:
    """The running sample for a test that only looks."""
    running_house.tidy(sample_file)
    return running_house


@pytest.fixture
def whole_house(sample_house: House) -> House:
    """The running sample as on its first day, for a test that lends, writes and spoils; sign in with PASSWORDS."""
    sample_house.lived_in = True
    return sample_house


@pytest.fixture
def kiosk_house(whole_house: House) -> House:
    """The same, for its kiosk."""
    return whole_house


@pytest.fixture
def staff_house(whole_house: House) -> House:
    """The same, for its staff page."""
    return whole_house


def with_sample(house: House, sample_file: Path) -> House:
    """Start a house on the sample."""
    shutil.copy(sample_file, house.folder / "hall.db")
    house.start()
    return house
