"""The keeper's quarter of an hour on the tablet: a real server by its real command, a real browser, a touch screen."""

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import BrowserContext, Dialog, Error, Page, Request, expect
from sqlalchemy import Engine
from sqlmodel import Session

from models import Card, Item, Loan, Patron, SignInTry, StaffSession, Title
from services import accounts, clock, codes, database
from services.registers import shelf
from services.settings import HOUSE
from tests.browser.conftest import TABLET, KeptContext, Visitor
from tests.house import PASSWORDS, House, free_port, with_sample

MEI, SHOTS = "王梅香", HOUSE / ".data" / "shots"


@dataclass
class Keeper:
    """Somebody at the desk."""

    page: Page
    house: House
    engine: Engine

    def sign_in(self, login: str = "zhou", password: str = "") -> None:
        self.page.goto(self.house.staff)
        self.page.fill("#login", login)
        self.page.fill("#password", password or PASSWORDS["zhou"])
        self.page.get_by_role("button", name="登录").tap()

    def tap(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.tap()

    def key(self, key: str) -> None:
        self.page.locator(f".st-key-do-{key} button").first.tap()

    def sees(self, *words: str) -> None:
        for text in words:
            expect(self.page.get_by_text(text).first).to_be_visible()

    def scan(self, code: str) -> None:
        self.page.wait_for_selector("html[data-scanner=ready]", state="attached")
        Visitor(self.page).scan(code)

    def look_for(self, text: str) -> None:
        field = self.page.locator('[class*="st-key-field-"] input')
        field.fill(text)
        field.press("Enter")

    def card_of(self, name: str) -> str:
        wanted = sa.select(Card.issuer_code, Card.number, Card.secret).join(Patron, Patron.id == Card.patron_id)
        with self.engine.connect() as connection:
            return codes.qr_text(*connection.execute(wanted.where(Patron.name == name, Card.ended_at.is_(None))).one())

    def free(self, name: str) -> str:
        out = sa.exists().where(Loan.item_id == Item.id, Loan.ended_at.is_(None))
        wanted = sa.select(Item.issuer_code, Item.number).join(Title, Title.id == Item.title_id).where(Title.name == name, ~out).limit(1)
        with self.engine.connect() as connection:
            return codes.qr_text(*connection.execute(wanted).one())

    def is_out(self, code: str) -> bool:
        wanted = sa.select(Loan.id).join(Item, Item.id == Loan.item_id).where(Item.number == code[12:20], Loan.ended_at.is_(None))
        with self.engine.connect() as connection:
            return connection.execute(wanted).first() is not None

    def shoot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")


@pytest.fixture
def house(staff_house: House) -> House:
    """The sample as on its first day."""
    return staff_house


@pytest.fixture
def context(kept_tablet: KeptContext) -> Iterator[BrowserContext]:
    yield kept_tablet.context
    kept_tablet.leave()


@pytest.fixture
def at_the_door(house: House, context: BrowserContext, kept_tablet: KeptContext) -> Iterator[Keeper]:
    """Before the sign-in page; whatever the browser complains of is a failure."""
    engine, page, complaints = house.engine(), kept_tablet.fresh(TABLET), list[str]()

    def errors(error: Error) -> None:
        complaints.append(str(error))

    def dialogs(dialog: Dialog) -> None:
        complaints.append(dialog.message)
        dialog.dismiss()

    def elsewhere(request: Request) -> None:
        if not request.url.startswith((house.staff, "blob:", "data:")):
            complaints.append(request.url)

    heard: dict[str, Any] = {"pageerror": errors, "dialog": dialogs, "request": elsewhere}
    for event, hear in heard.items():
        page.on(event, hear)  # type: ignore[call-overload]
    yield Keeper(page, house, engine)
    for event, hear in heard.items():
        page.remove_listener(event, hear)
    engine.dispose()
    assert complaints == []


@pytest.fixture
def keeper(at_the_door: Keeper) -> Keeper:
    """Signed in, with the morning before the eyes."""
    at_the_door.sign_in()
    at_the_door.sees("要做的事")
    return at_the_door


def test_the_morning_at_a_glance(keeper: Keeper) -> None:
    keeper.sees("开放状态", "今天借 / 还", "超期未还", "今天的房间", "示范数据", "周桂生")
    expect(keeper.page.locator(".desk-figure")).to_have_count(4)
    width = keeper.page.evaluate("document.documentElement.scrollWidth")
    assert width <= TABLET["width"]
    keeper.shoot("staff-today")


def test_a_card_and_two_books_are_lent_with_three_scans_and_no_tap(keeper: Keeper) -> None:
    first, second = keeper.free("乡土中国"), keeper.free("人间草木")
    keeper.scan(keeper.card_of(MEI))
    keeper.sees(MEI, "下一位")
    keeper.scan(first)
    keeper.sees("借好了 《乡土中国》")
    keeper.scan(second)
    keeper.sees("借好了 《人间草木》")
    assert keeper.is_out(first)
    assert keeper.is_out(second)
    keeper.shoot("staff-desk")
    keeper.page.wait_for_timeout(2_100)  # the same code within two seconds is the same scan
    for code, name in ((first, "乡土中国"), (second, "人间草木")):
        keeper.scan(code)
        thing = keeper.page.locator(".st-key-card-thing")
        expect(thing.locator(".desk-thing b")).to_contain_text(name)
        thing.get_by_role("button", name="还", exact=True).tap()
        expect(keeper.page.locator(".desk-notice b").first).to_have_text(f"还好了 《{name}》")
    assert not keeper.is_out(first)
    assert not keeper.is_out(second)


def test_a_pile_of_returns_needs_scanning_alone(keeper: Keeper) -> None:
    wanted = (
        "SELECT item.issuer_code || item.number, title.name FROM loan JOIN item ON item.id = loan.item_id JOIN title ON title.id = item.title_id"
        " WHERE loan.ended_at IS NULL AND loan.counted = 0 AND item.item_class = 'book' ORDER BY loan.out_at LIMIT 3"
    )
    with keeper.engine.connect() as connection:
        pile = [tuple(row) for row in connection.exec_driver_sql(wanted)]
    assert len(pile) == 3
    keeper.key("group-desk")
    for code, name in pile:
        keeper.scan(code)
        keeper.sees(name)
        expect(keeper.page.locator(".desk-notice").first).to_contain_text(re.compile("还好了|预约架"))
        expect(keeper.page.locator(".desk-notice").first).to_contain_text(name)
    assert not any(keeper.is_out(code) for code, _ in pile)


def test_a_reason_is_set_aside_and_recorded(keeper: Keeper) -> None:
    book = keeper.free("窗边的小豆豆")
    with keeper.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE item SET reference_only = 1 WHERE number = ?", (book[12:20],))
    keeper.scan(keeper.card_of(MEI))
    keeper.sees(MEI)
    keeper.scan(book)
    keeper.sees("不能借的原因", "只在馆内阅读")
    expect(keeper.page.locator(".st-key-do-lend button")).to_be_disabled()
    why = keeper.page.locator('[class*="st-key-why-"] input')
    why.fill("课堂上要用")
    why.press("Enter")
    keeper.shoot("staff-reasons")
    keeper.key("lend")
    keeper.sees("借好了 《窗边的小豆豆》")
    with keeper.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT overridden, reason FROM journal WHERE verb = 'check_out' ORDER BY id DESC LIMIT 1").one()
    assert row == ("reference_only", "课堂上要用")


def test_somebody_is_registered_and_the_card_is_scanned_at_once(keeper: Keeper, context: BrowserContext) -> None:
    keeper.key("group-people")
    keeper.key("go-register")
    for field, text in {"name": "欧阳镕喆", "birth_date": "1988-2-29", "phone": "13912347609", "villager_group": "三组"}.items():
        keeper.page.locator(f'[class*="st-key-{field}-"] input').first.fill(text)
    keeper.shoot("staff-register")
    keeper.key("register")
    keeper.sees("欧阳镕喆")
    expect(keeper.page.locator(".desk-card img")).to_be_visible()
    keeper.shoot("staff-card")
    with context.expect_page() as opened:
        keeper.page.get_by_role("link", name="打印", exact=True).tap()
    sheet = opened.value
    expect(sheet.locator("img")).to_be_visible()
    expect(sheet.locator("img")).to_have_js_property("naturalWidth", 1011)
    assert sheet.evaluate("Math.round(document.querySelector('img').getBoundingClientRect().width / 96 * 254)") == 856
    sheet.close()
    keeper.scan(keeper.card_of("欧阳镕喆"))
    keeper.sees("手上没有借着的东西")


def test_a_title_like_an_attack_shows_as_it_is_written(keeper: Keeper) -> None:
    nasty = "<img src=x onerror=alert(1)> **x** :red[x] $x$ =1+1"
    with keeper.engine.begin() as connection:
        connection.execute(sa.update(Title).where(Title.name == "红楼梦").values(name=nasty))
    keeper.scan(keeper.card_of(MEI))
    keeper.sees(MEI)
    keeper.scan(keeper.free(nasty))
    expect(keeper.page.locator(".desk-notice b")).to_have_text(f"借好了 《{nasty}》")
    assert keeper.page.locator("img[src=x]").count() == 0


def test_wrong_passwords_wait_and_the_right_one_opens_afterwards(at_the_door: Keeper) -> None:
    for _ in range(3):
        at_the_door.sign_in("lan", "wrong-password")
        at_the_door.sees("账号或密码不对")
    # As if ten had been wrong: the wait is a minute now, and this test does not race with it.
    with Session(at_the_door.engine) as session:
        session.add_all([SignInTry(account=sha256(b"lan").digest(), address="198.51.100.1", at=clock.now()) for _ in range(7)])
        session.commit()
    at_the_door.sign_in("lan", PASSWORDS["lan"])
    at_the_door.sees("试得太快了")
    at_the_door.shoot("staff-wait")
    with at_the_door.engine.begin() as connection:
        connection.execute(sa.update(SignInTry).values(at=clock.now() - timedelta(minutes=2)))
    at_the_door.sign_in("lan", PASSWORDS["lan"])
    at_the_door.sees("李小兰", "要做的事")


def test_sign_out_ends_the_other_open_page_too(keeper: Keeper, context: BrowserContext) -> None:
    keeper.scan(keeper.card_of(MEI))
    keeper.sees(MEI)
    other = context.new_page()
    other.goto(keeper.house.staff)
    expect(other.get_by_text("要做的事")).to_be_visible()
    other.get_by_role("button", name="退出").tap()
    expect(other.locator("#login")).to_be_visible()
    expect(keeper.page.locator("#login")).to_be_visible()
    assert MEI not in keeper.page.content()
    keeper.page.go_back()
    expect(keeper.page.locator("#login")).to_be_visible()
    assert not [cookie for cookie in context.cookies() if cookie["name"] == "hall_staff"]


def test_after_half_an_hour_without_use_the_page_closes_by_itself(keeper: Keeper) -> None:
    keeper.scan(keeper.card_of(MEI))
    keeper.sees(MEI)
    with keeper.engine.begin() as connection:
        connection.execute(sa.update(StaffSession).values(seen_at=clock.now() - timedelta(minutes=30)))
    expect(keeper.page.locator("#login")).to_be_visible(timeout=30_000)
    assert MEI not in keeper.page.content()


def test_a_closed_account_loses_its_open_page(at_the_door: Keeper) -> None:
    at_the_door.sign_in("lan", PASSWORDS["lan"])
    at_the_door.sees("要做的事")
    database.write(at_the_door.engine, accounts.close, login="lan", at=clock.now())
    at_the_door.key("group-desk")
    expect(at_the_door.page.locator("#login, .hall-calm").first).to_be_visible()
    assert "下一位" not in at_the_door.page.content()
    database.write(at_the_door.engine, accounts.reopen, login="lan")


def test_the_session_cookie_is_out_of_reach_of_scripts(keeper: Keeper, context: BrowserContext) -> None:
    (cookie,) = [cookie for cookie in context.cookies() if cookie["name"] == "hall_staff"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert "hall_staff" not in keeper.page.evaluate("document.cookie")
    kept = keeper.page.evaluate("JSON.stringify([localStorage, sessionStorage, location.href])")
    assert cookie["value"] not in kept + keeper.page.content()


def test_english_is_one_tap_away(keeper: Keeper) -> None:
    keeper.key("lang")
    keeper.sees("To do", "Sign out")
    expect(keeper.page.locator("html")).to_have_attribute("lang", "en")


def test_a_server_that_is_gone_leaves_no_name_on_the_tablet(
    new_house: Callable[..., House], sample_file: Path, context: BrowserContext
) -> None:
    house = with_sample(new_house("staff"), sample_file)
    keeper = Keeper(context.new_page(), house, house.engine())
    keeper.sign_in()
    keeper.scan(keeper.card_of(MEI))
    keeper.sees(MEI)
    house.kill()
    expect(keeper.page.locator(".hall-cover-away")).to_be_visible()
    house.start()
    keeper.sees("要做的事")
    assert MEI not in keeper.page.locator(".st-key-card-todo").inner_text()
    keeper.engine.dispose()


def test_started_plainly_the_page_refuses_even_with_a_live_session(keeper: Keeper, context: BrowserContext) -> None:
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "staff_app.py", "--server.port", str(port), "--server.headless", "true"]
    environment = keeper.house.environment() | {"STREAMLIT_SERVER_ADDRESS": "127.0.0.1"}
    plain = subprocess.Popen(command, cwd=HOUSE, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        page = context.new_page()
        for _ in range(100):
            try:
                page.goto(f"http://127.0.0.1:{port}")
                break
            except Exception:  # noqa: BLE001  it is not up yet
                page.wait_for_timeout(200)
        expect(page.get_by_text("这个页面不能这样打开")).to_be_visible()
        assert page.locator("button").count() == 0
        assert "周桂生" not in page.content()
    finally:
        plain.kill()
        plain.wait()


def test_the_screens_can_be_read_by_everybody(at_the_door: Keeper) -> None:
    from axe_playwright_python.sync_playwright import Axe

    axe, rules = Axe(), {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
    at_the_door.page.goto(f"{at_the_door.house.staff}/auth/login")
    found = {"door": axe.run(at_the_door.page, options=rules).response["violations"]}
    at_the_door.sign_in()
    at_the_door.sees("要做的事")
    found["today"] = axe.run(at_the_door.page, options=rules).response["violations"]
    at_the_door.scan(at_the_door.card_of(MEI))
    at_the_door.sees("下一位")
    found["desk"] = axe.run(at_the_door.page, options=rules).response["violations"]
    at_the_door.key("group-people")
    at_the_door.key("go-register")
    at_the_door.sees("未满14岁的")
    found["register"] = axe.run(at_the_door.page, options=rules).response["violations"]
    told = {screen: [(v["id"], v["nodes"][0]["html"][:200]) for v in violations] for screen, violations in found.items()}
    assert told == {"door": [], "today": [], "desk": [], "register": []}


def test_equipment_goes_out_with_its_parts_counted_and_a_photo_is_seen_by_staff_alone(keeper: Keeper) -> None:
    keeper.tap("馆藏")
    keeper.tap("器材")
    keeper.page.locator('[class*="st-key-kind-equipment-class"] button', has_text="乐器").tap()
    line = keeper.page.locator('[class*="st-key-row-item-"]', has_text="唢呐").first
    line.get_by_role("button", name="台账").tap()
    keeper.sees("哨片 ×2", "保管人")
    shot = io.BytesIO()
    Image.effect_noise((1600, 1200), 40).convert("RGB").save(shot, "JPEG")
    keeper.page.locator("input[type=file]").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": shot.getvalue()})
    keeper.tap("存下照片")
    picture = keeper.page.locator(".desk-photo img")
    expect(picture).to_be_visible()
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 0
    address = keeper.house.staff + str(picture.get_attribute("src"))
    stranger = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", address], capture_output=True, text=True, check=True)
    assert stranger.stdout in {"302", "303", "307", "401", "403", "404"}

    keeper.tap("看实物")
    keeper.scan(keeper.card_of(MEI))
    keeper.tap("排练")
    keeper.page.locator('[class*="st-key-kind-parts-out"] button', has_text="布袋").tap()
    keeper.sees("这一件缺了配件，暂时不能借。")
    # The sentence pushes the chips down while the page is still being drawn: a finger waits for it to stand still.
    expect(keeper.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    keeper.page.locator('[class*="st-key-kind-parts-out"] button', has_text="布袋").tap()
    keeper.tap("配件都在 · 借出")
    keeper.sees("借好了 唢呐")


def test_what_is_weeded_out_is_scanned_judged_and_leaves_at_once(keeper: Keeper) -> None:
    code = keeper.free("江村经济")
    keeper.tap("馆藏")
    keeper.tap("剔旧")
    keeper.page.locator(".st-key-kind-weeding-cause button", has_text="内容过时").tap()
    keeper.scan(code)
    keeper.sees("《江村经济》", "第 2 号清单，1件")
    keeper.page.get_by_label("鉴定人").fill("李小兰")
    keeper.tap("全部下架（1件）")
    keeper.key("weeding-close")
    keeper.sees("第 2 号清单已办结，下架1件")
    link = keeper.page.locator('a.desk-link[href*="/desk/registers/weeding/"]').first.get_attribute("href")
    got = keeper.page.request.get(keeper.house.staff + str(link))
    assert (got.status, got.headers["content-type"], got.body()[:5]) == (200, "application/pdf", b"%PDF-")


def test_the_inspector_comes_tomorrow(keeper: Keeper) -> None:
    """Every register of the year in one archive, with its progress; one of them for the printer; a sum with its voucher."""
    keeper.key("group-registers")
    keeper.sees("借阅登记簿", "全年台账")
    keeper.page.get_by_text("今年", exact=True).first.tap()
    keeper.sees("联系电话(末4位)")
    with keeper.page.expect_download() as one:
        keeper.page.get_by_text("打印（PDF）").tap()
    assert one.value.suggested_filename.startswith("04_借阅登记簿_")
    assert one.value.path().read_bytes().startswith(b"%PDF")
    keeper.key("bind-year")
    keeper.sees("的全部台账做好了")
    with keeper.page.expect_download() as year:
        keeper.page.get_by_text("下载压缩包").tap()
    with zipfile.ZipFile(year.value.path()) as packed:
        assert packed.testzip() is None
        assert {name[:2] for name in packed.namelist()} == set(shelf.REGISTERS)
    keeper.key("go-funds")
    keeper.sees("农家书屋补充图书")
    keeper.page.locator('[class*="st-key-do-open-"] button').first.tap()
    keeper.page.locator('[class*="st-key-fund-what"] input').fill("购书 <b>30</b> 册")
    keeper.page.locator('[class*="st-key-fund-figure"] input').fill("12.30")
    keeper.page.locator('[class*="st-key-fund-voucher"] input').fill("A-099")
    keeper.key("fund-enter")
    keeper.sees("记好了", "购书 <b>30</b> 册")
