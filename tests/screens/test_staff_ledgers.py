"""The registers and the funds on the tablet, through the real entry file and the real routes."""

import asyncio
import io
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from starlette.routing import Router
from streamlit.testing.v1 import AppTest

from models import Role
from services import circulation, clock, database, funds
from services.registers import papers, shelf
from services.settings import HOUSE
from services.staff import Signed
from tests.cast import AT, Village, build, gesture
from ui import house
from ui.staff import door, files, ledger_files, who
from ui.staff.bindery import Work, bindery

SPAN = b"since=2027-03-01&until=2027-04-01"


@pytest.fixture
def village(sqlite_engine: Any) -> Village:
    return build(sqlite_engine)


@pytest.fixture
def signed(village: Village) -> Signed:
    zhou = village.staff["zhou"]
    return Signed(gesture(), zhou.id, village.hall.id, zhou.name, zhou.login, Role.KEEPER)


@pytest.fixture
def page(village: Village, signed: Signed, sqlite_url: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The tablet, with Old Zhou before it, on the registers."""
    monkeypatch.setenv("HALL_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("HALL_DATA_DIR", str(tmp_path))
    house.house.cache_clear()
    monkeypatch.setattr(clock, "now", lambda: AT)
    monkeypatch.setattr(who, "signed_in", lambda: signed)
    monkeypatch.setattr(door, "used", lambda _: None)
    bindery.drop()
    yield press(AppTest.from_file(str(HOUSE / "staff_app.py"), default_timeout=20).run(), "group-registers")
    bindery.drop()
    house.house.cache_clear()


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=f"do-{key}").click().run()
    assert not page.exception
    return page


def seen(page: AppTest) -> str:
    return " ".join(str(each.proto.body) for each in page.get("html"))


def field(page: AppTest, start: str) -> Any:
    return next(each for each in page.text_input if each.key.startswith(start))


def lend(village: Village, what: str, who_: str) -> None:
    facts = {"item_id": village.item_id(what), "card_id": village.card_id(who_), "at": AT, "gesture": gesture(), "by": village.kiosk}
    database.write(village.engine, circulation.check_out, **facts)


def test_a_register_opens_narrows_and_turns_to_another(page: AppTest, village: Village) -> None:
    assert "这段时间没有记录" in seen(page)
    lend(village, "huozhe", "mei")
    lend(village, "biancheng", "old_li")
    page.run()
    assert "王梅" in seen(page)
    assert "联系电话(末4位)" in seen(page)
    field(page, "field-ledgers").set_value("李老汉").run()
    assert ("李老汉" in seen(page), "王梅" in seen(page)) == (True, False)
    field(page, "field-ledgers").set_value("<b>没有</b>").run()
    assert "没有找到" in seen(page)
    field(page, "field-ledgers").set_value("").run()
    page.selectbox(key="ledger-zh-CN").select("05").run()
    assert "138****1234" in seen(page)
    assert "13800001234" not in seen(page)
    page.segmented_control(key="span-zh-CN").set_value("last_month").run()
    assert "这段时间没有记录" in seen(page)
    page.segmented_control(key="span-zh-CN").set_value("own_period").run()
    assert not page.exception
    assert "2027-03-01 至 2027-03-10" in seen(page)


def test_long_registers_are_turned_page_by_page(page: AppTest, village: Village) -> None:
    village.book("many", "多", copies=shelf.PAGE_SIZE + 3)
    page.selectbox(key="ledger-zh-CN").select("01").run()
    press(page, "next-page")
    assert "多" in seen(page)
    press(page, "back-page")
    assert "活着" in seen(page)


def test_a_register_is_taken_away_as_print_and_table(page: AppTest, village: Village, signed: Signed) -> None:
    for number in shelf.REGISTERS:
        for ending, start in (("pdf", b"%PDF"), ("xlsx", b"PK")):
            status, made = fetch(signed, f"/desk/registers/{number}.{ending}", SPAN)
            assert (status, made[: len(start)]) == (200, start), number
    for path, asked in (
        ("/desk/registers/99.pdf", SPAN), ("/desk/registers/04.doc", SPAN), ("/desk/registers/04.pdf", b"since=x&until=y"),
        ("/desk/registers/04.pdf", b""), ("/desk/registers/04.pdf", b"since=2027-03-02&until=2027-03-02"),
        ("/desk/registers/04.pdf", b"since=0001-01-01&until=9999-12-31"), ("/desk/registers/bound.zip", b""),
    ):  # fmt: skip
        assert fetch(signed, path, asked)[0] == 404
    looks_on = Signed(gesture(), signed.staff_id, village.hall.id, "x", "x", Role.TOWNSHIP)
    assert fetch(looks_on, "/desk/registers/04.pdf", SPAN)[0] == 404


def test_the_year_is_made_once_shows_how_far_it_is_and_is_fetched(page: AppTest, village: Village, signed: Signed) -> None:
    lend(village, "huozhe", "mei")
    page.selectbox(key="ledger-year").select(2027).run()
    press(page, "bind-year")
    assert bindery.begin(Work.of_year(2026)) is False
    wait_until_made()
    page.run()
    assert "2027 年的全部台账做好了" in seen(page)
    for _ in range(2):
        status, made = fetch(signed, "/desk/registers/bound.zip", b"")
        assert status == 200
        with zipfile.ZipFile(io.BytesIO(made)) as packed:
            assert packed.testzip() is None
            assert len(packed.namelist()) == 2 * len(shelf.REGISTERS)
    looks_on = Signed(gesture(), signed.staff_id, village.hall.id, "x", "x", Role.DISTRICT)
    assert fetch(looks_on, "/desk/registers/bound.zip", b"")[0] == 404


def test_a_thick_register_is_printed_apart_and_fetched(
    page: AppTest, village: Village, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "_THICK", shelf.PAGE_SIZE)
    village.book("many", "多", copies=shelf.PAGE_SIZE + 3)
    page.selectbox(key="ledger-zh-CN").select("01").run()
    assert "/desk/registers/01.pdf" not in seen(page)
    assert "/desk/registers/01.xlsx" in seen(page)
    press(page, "bind-one")
    wait_until_made()
    page.run()
    assert "排好了" in seen(page)
    assert "全部台账做好了" not in seen(page)
    status, made = fetch(signed, "/desk/registers/bound.zip", b"")
    assert status == 200
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        stem = "01_图书个别登记账_20270301-20270331"
        assert sorted(packed.namelist()) == [f"{stem}.pdf", f"{stem}.xlsx"]
        lines = openpyxl.load_workbook(io.BytesIO(packed.read(f"{stem}.xlsx"))).worksheets[0].max_row - 4
    bound = bindery.look()
    assert bound is not None
    assert (bound.count, bound.done) == (lines, lines)
    page.selectbox(key="ledger-zh-CN").select("02").run()
    assert "/desk/registers/02.pdf" in seen(page)


def test_a_year_that_breaks_says_so_and_can_be_tried_again(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setenv("HALL_DATABASE_URL", "sqlite:////nowhere/hall.db")
        assert bindery.begin(Work.of_year(2027))
        wait_until_made()
    now = bindery.look()
    assert now is not None
    assert len(now.reference) == 6
    assert bindery.fetch() is None
    page.run()
    assert now.reference in seen(page)
    assert bindery.begin(Work.of_year(2027))
    wait_until_made()
    assert bindery.fetch() is not None


def wait_until_made() -> None:
    until = time.monotonic() + 60
    while (now := bindery.look()) is not None and now.going:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_fund_is_opened_filled_and_an_entry_struck(page: AppTest, village: Village) -> None:
    press(page, "go-funds")
    field(page, "fund-item").set_value("农家书屋补充图书")
    field(page, "fund-budget").set_value("五千")
    press(page, "fund-plan")
    assert "预算" in seen(page)
    field(page, "fund-budget").set_value("5,000")
    press(page, "fund-plan")
    assert "记好了" in seen(page)
    field(page, "fund-what").set_value("购书 <b>30</b> 册")
    field(page, "fund-figure").set_value("123.4")
    press(page, "fund-enter")
    assert "支出要有凭证号" in seen(page)
    field(page, "fund-voucher").set_value("A-017")
    press(page, "fund-enter")
    assert "购书 &lt;b&gt;30&lt;/b&gt; 册" in seen(page)
    (line,) = database.read(village.engine, funds.book, year=2027, at=AT, by=village.zhou)
    assert (line.budget_fen, line.out_fen) == (500_000, 12_340)
    (entry,) = database.read(village.engine, funds.entries, fund_id=line.fund_id, at=AT, by=village.zhou)
    press(page, f"ask-strike-{entry.entry_id}")
    press(page, f"strike-{entry.entry_id}")
    assert "原因" in seen(page)
    field(page, "strike-why").set_value("重复")
    press(page, f"strike-{entry.entry_id}")
    assert "已冲销" in seen(page)
    field(page, "fund-rebudget").set_value("4000.00")
    press(page, "fund-replan")
    (line,) = database.read(village.engine, funds.book, year=2027, at=AT, by=village.zhou)
    assert (line.budget_fen, line.balance_fen) == (400_000, 0)
    press(page, "all-funds")
    assert "4000.00" in seen(page)


def fetch(signed: Signed, path: str, asked: bytes) -> tuple[int, bytes]:
    said: list[Any] = []
    scope = {"type": "http", "method": "GET", "path": path, "query_string": asked, "headers": [], "hall.signed": signed}

    async def hear() -> Any:
        return {"type": "http.request", "body": b""}

    async def say(message: Any) -> None:
        said.append(message)

    asyncio.run(Router(ledger_files.ROUTES)(scope, hear, say))
    return said[0]["status"], b"".join(part.get("body", b"") for part in said[1:])


def test_a_file_takes_its_name_from_a_title_and_nothing_else() -> None:
    said = files.download(b"", '../a/b";\r\nX: 1.pdf', files.PDF).headers["content-disposition"]
    assert said == "attachment; filename*=UTF-8''..%2Fa%2Fb%22%3B%0D%0AX%3A%201.pdf"
