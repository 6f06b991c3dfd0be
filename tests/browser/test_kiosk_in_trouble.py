"""The database goes away under a kiosk in use: one calm screen with a number, one line in the log, and all is well when it is back."""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Shelf, Visitor
from tests.house import House

MEI = "王梅香"
ON_LOAN = "SELECT issuer_code || number FROM item JOIN loan ON loan.item_id = item.id WHERE loan.ended_at IS NULL ORDER BY number LIMIT 1"
LOCKER = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE'); print('locked', flush=True); sys.stdin.read()"


@contextmanager
def missing(file: Path) -> Iterator[None]:
    away = file.with_name("away.db")
    file.rename(away)
    yield
    assert not file.exists()
    away.rename(file)


@contextmanager
def garbage(file: Path) -> Iterator[None]:
    away = file.with_name("away.db")
    file.rename(away)
    file.write_bytes(b"\x00garbage" * 9_000)
    yield
    away.replace(file)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-c", LOCKER, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        try:
            yield
        finally:
            other.communicate(timeout=20)


def reference_shown(visitor: Visitor) -> str:
    """The number on the calm screen, and nothing of a machine beside it."""
    calm = visitor.page.locator(".hall-calm")
    expect(calm).to_be_visible(timeout=20_000)
    text = calm.inner_text()
    assert not re.search(r"sqlite|Traceback|Error|database|\.py", text)
    (reference,) = re.findall(r"[2-9A-HJ-NP-Z]{6}", text)
    return str(reference)


def lines_of(house: House) -> list[dict[str, object]]:
    return [json.loads(line) for line in (house.folder / "logs" / "kiosk.log").read_text(encoding="utf-8").splitlines()]


def loans(file: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as plain:
        return [*plain.execute("SELECT * FROM loan ORDER BY id"), *plain.execute("SELECT * FROM journal ORDER BY id")]


@pytest.mark.parametrize("trouble", [missing, garbage, locked])
def test_a_scan_while_the_database_is_away_ends_calmly_and_the_next_one_works(
    trouble: Callable[[Path], AbstractContextManager[None]], open_kiosk: Callable[..., Visitor], shelf: Shelf, kiosk_house: House
) -> None:
    visitor = open_kiosk(kiosk_house, quiet=False)
    file, book, card = kiosk_house.folder / "hall.db", shelf.free("红楼梦"), shelf.card_of(MEI)
    shelf.engine.dispose()
    visitor.scan(card)
    visitor.sees("王*香")
    before = loans(file)
    with trouble(file):
        visitor.scan(book)
        reference = reference_shown(visitor)
        assert "王*香" not in visitor.page.locator(".hall-calm").inner_text()
    assert loans(file) == before
    mine = [line for line in lines_of(kiosk_house) if line.get("reference") == reference]
    assert len(mine) == 1
    told = json.dumps(mine, ensure_ascii=False)
    assert not any(secret in told for secret in ("王", card, card[12:20], card[20:], book, book[12:20], "红楼梦"))
    visitor.page.locator(".hall-calm a").tap()
    visitor.is_home()
    visitor.scan(card)
    visitor.sees("王*香")
    visitor.scan(book)
    visitor.sees("借好了")
    shelf.engine.dispose()
    assert shelf.open_loans(book) == 1


def test_card_and_book_scanned_while_another_desk_writes_are_told_in_order(visitor: Visitor, shelf: Shelf, kiosk_house: House) -> None:
    """The second scan, and the first one sent again, arrive while the first is still waiting for its turn."""
    book, card = shelf.free("红楼梦"), shelf.card_of(MEI)
    with locked(kiosk_house.folder / "hall.db"):
        visitor.scan(card)
        visitor.page.wait_for_timeout(300)
        visitor.scan(book)
        visitor.page.wait_for_timeout(2_000)
    visitor.sees("借好了", "王*香", "《红楼梦》")
    shelf.engine.dispose()
    assert shelf.open_loans(book) == 1


def test_a_database_that_may_only_be_read_lends_nothing_and_says_so_calmly(
    new_house: Callable[..., House], sample_file: Path, open_kiosk: Callable[..., Visitor]
) -> None:
    house = new_house("kiosk")
    file = house.folder / "hall.db"
    file.write_bytes(sample_file.read_bytes())
    house.url = f"sqlite:///{file}?mode=ro"
    house.start()
    visitor = open_kiosk(house, quiet=False)
    visitor.is_home()
    with closing(sqlite3.connect(file)) as plain:
        book = plain.execute(ON_LOAN).fetchone()[0]
    before = loans(file)
    visitor.scan(book)
    reference = reference_shown(visitor)
    assert [line["reference"] for line in lines_of(house) if line.get("reference") == reference] == [reference]
    assert loans(file) == before


def test_a_kiosk_that_wakes_before_its_database_comes_home_by_itself(
    new_house: Callable[..., House], sample_file: Path, browser: Browser
) -> None:
    house = new_house("kiosk")
    house.start()
    with browser.new_context() as context:
        visitor = Visitor(context.new_page())
        visitor.page.goto(house.kiosk)
        reference_shown(visitor)
        assert not (house.folder / "hall.db").exists()
        (house.folder / "half.db").write_bytes(sample_file.read_bytes())
        (house.folder / "half.db").rename(house.folder / "hall.db")
        expect(visitor.page.locator(".st-key-tiles")).to_be_visible(timeout=30_000)
    told = {(line["fit"], line["command"]) for line in lines_of(house) if line["event"] == "database does not fit"}
    assert told == {("missing", "init")}
