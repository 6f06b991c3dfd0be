"""People on the tablet, in a real browser: an account closed here ends the page there; one person registered twice becomes one."""

import io
from collections.abc import Callable, Iterator
from datetime import date

import openpyxl
import pytest
from playwright.sync_api import expect
from sqlmodel import Session, select

from models import ActorKind, Patron, Staff
from services import cards, clock, database
from services.cards import Form
from services.journal import Actor
from tests.browser.conftest import TABLET, KeptContext
from tests.browser.test_staff_visits import Keeper
from tests.cast import gesture
from tests.house import PASSWORDS, House

Opener = Callable[[], Keeper]


@pytest.fixture
def open_tablet(staff_house: House, kept_tablet: KeptContext, other_tablet: KeptContext) -> Iterator[Opener]:
    """Tablets of one house, each with a browser of its own."""
    engine, browsers = staff_house.engine(), [kept_tablet, other_tablet]
    left = iter(browsers)
    yield lambda: Keeper(next(left).fresh(TABLET), staff_house, engine)
    for each in browsers:
        each.leave()
    engine.dispose()


def test_an_account_closed_on_one_tablet_ends_the_page_on_the_other_at_once(open_tablet: Opener) -> None:
    head, keeper = open_tablet(), open_tablet()
    keeper.sign_in("lan", PASSWORDS["lan"])
    keeper.sees("李小兰")
    head.sign_in()
    head.key("group-people")
    head.key("go-accounts")
    head.page.locator('[class*="st-key-row-account-"]', has_text="李小兰").get_by_role("button").tap()
    head.key("account-close")
    head.sees("账号已停用")
    keeper.page.wait_for_url("**/auth/login")
    keeper.page.fill("#login", "lan")
    keeper.page.fill("#password", PASSWORDS["lan"])
    keeper.page.get_by_role("button", name="登录").tap()
    expect(keeper.page.get_by_text("账号或密码不对")).to_be_visible()
    head.key("account-open")
    head.sees("账号已恢复")


def test_one_person_registered_twice_is_found_compared_merged_and_handed_their_data(open_tablet: Opener) -> None:
    desk = open_tablet()
    again = Form(name="王梅香", birth_date=_born(desk), phone="10000009999", villager_group="三组")
    database.write(desk.engine, cards.register, form=again, at=clock.now(), gesture=gesture(), by=_zhou(desk))
    desk.sign_in()
    desk.key("group-people")
    desk.look_for("王梅香")
    desk.sees("共 2 人")
    desk.page.locator('[class*="st-key-row-patron-"]', has_text="1001").get_by_role("button").tap()
    desk.page.get_by_text("合并重复登记", exact=True).tap()
    desk.tap("对照")
    desk.sees("并入后结束")
    desk.shoot("people-pair")
    desk.page.get_by_text("两份是同一个人").tap()
    desk.key("merge")
    desk.sees("已经合并成一份")
    desk.shoot("people-merged")
    desk.page.get_by_text("本人资料", exact=True).tap()
    with desk.page.expect_download() as coming:
        desk.page.get_by_text("文件（.xlsx）").tap()
    book = openpyxl.load_workbook(io.BytesIO(coming.value.path().read_bytes()))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "王梅香" in cells
    assert book.sheetnames[:2] == ["登记", "借书证"]
    assert len(list(book["借书证"].iter_rows())) == 3


def _born(desk: Keeper) -> date:
    with Session(desk.engine) as session:
        born = session.exec(select(Patron.birth_date).where(Patron.name == "王梅香")).one()
    assert born
    return born


def _zhou(desk: Keeper) -> Actor:
    with Session(desk.engine) as session:
        zhou = session.exec(select(Staff).where(Staff.login == "zhou")).one()
    assert zhou.hall_id
    return Actor(ActorKind.STAFF, zhou.hall_id, staff_id=zhou.id, device="tablet")
