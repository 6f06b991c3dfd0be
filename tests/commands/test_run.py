"""`manage.py run`: starts both pages, keeps them running, stops them, and never makes a hall."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from services.settings import HOUSE
from tests.databases import rows
from tests.house import House, free_port, listening, with_sample


@pytest.fixture
def own_kiosk(new_house: Callable[..., House], sample_file: Path) -> House:
    """A kiosk started for this test alone."""
    return with_sample(new_house("kiosk"), sample_file)


def health(url: str) -> int:
    with urlopen(f"{url}/_stcore/health", timeout=5) as answer:
        return int(answer.status)


def test_it_starts_both_pages_and_ctrl_c_stops_both(new_house: Callable[..., House], sample_file: Path) -> None:
    house = with_sample(new_house(), sample_file)
    assert health(house.kiosk) == health(house.staff) == 200
    assert house.stop() == 0
    assert listening(house.kiosk_port) == listening(house.staff_port) == []


def test_a_page_that_falls_over_is_started_again(own_kiosk: House) -> None:
    (first,) = listening(own_kiosk.kiosk_port)
    os.kill(first, signal.SIGKILL)
    own_kiosk.wait(lambda: [pid for pid in listening(own_kiosk.kiosk_port) if pid != first] != [])


def test_the_kiosk_listens_on_this_machine_alone(sample_house: House) -> None:
    for port in (sample_house.kiosk_port, sample_house.staff_port):
        (pid,) = listening(port)
        assert {c.laddr.ip for c in psutil.Process(pid).net_connections("tcp") if c.status == psutil.CONN_LISTEN} == {"127.0.0.1"}


def test_without_a_database_it_runs_and_makes_none(new_house: Callable[..., House]) -> None:
    house = new_house("kiosk")
    house.start()
    assert health(house.kiosk) == 200
    assert "init" in house.told()
    house.stop()
    assert not (house.folder / "hall.db").exists()


def test_a_taken_port_is_named_and_nothing_is_started(sample_house: House, new_house: Callable[..., House]) -> None:
    house = new_house("kiosk")
    house.kiosk_port = sample_house.kiosk_port
    house.start(healthy=False)
    assert house.process is not None
    assert house.process.wait(30) == 6
    assert str(sample_house.kiosk_port) in house.told()
    assert health(sample_house.kiosk) == 200
    house.kiosk_port = 0


def test_the_data_cannot_be_replaced_while_the_pages_run(own_kiosk: House, tmp_path: Path) -> None:
    archive = tmp_path / "hall.zip"
    assert manage(own_kiosk, "backup", str(archive)).returncode == 0
    refused = manage(own_kiosk, "restore", str(archive))
    assert refused.returncode == 4
    own_kiosk.stop()
    assert manage(own_kiosk, "restore", str(archive)).returncode == 0


def test_a_second_start_of_the_sample_changes_no_data(new_house: Callable[..., House]) -> None:
    house = new_house()
    house.kiosk_port, house.staff_port = free_port(), free_port()
    for _ in range(2):
        shown = run_sample_once(house)
        engine = house.engine()
        count, made = rows(engine), (house.folder / "sign-in.txt").read_text(encoding="utf-8")
        engine.dispose()
        assert "sample card" in shown
        house.settings.setdefault("first", repr((count["loan"], count["patron"], count["staff"], made)))
        assert repr((count["loan"], count["patron"], count["staff"], made)) == house.settings["first"]
    assert (house.folder / "sign-in.txt").stat().st_mode & 0o777 == 0o600


def run_sample_once(house: House) -> str:
    said = house.folder / "sample.txt"
    with said.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run", "--sample"], cwd=HOUSE, env=house.environment(), stdout=out, stderr=out
        )
        house.process, house.said = process, said
        house.wait(lambda: "Ctrl-C" in house.told())
    assert house.stop() == 0
    return house.told()


def manage(house: House, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=HOUSE, env=house.environment(), capture_output=True, text=True, check=False
    )
