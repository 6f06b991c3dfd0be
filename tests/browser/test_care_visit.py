"""A thing that is away being repaired, for real: ordered on the tablet, refused at the kiosk until the order is closed; a plate is taken away."""

import io
from datetime import timedelta

import pypdf
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from models import Item, Title
from services import clock, codes
from services.words import words
from tests.browser.conftest import Visitor
from tests.browser.test_closing_visit import pages, tap  # noqa: F401  a fixture is asked for by name
from tests.house import PASSWORDS, House


def label(house: House, name: str) -> str:
    wanted = sa.select(Item.issuer_code, Item.number).join(Title, Title.id == Item.title_id).where(Title.name == name).limit(1)
    engine = house.engine()
    with engine.connect() as connection:
        code = codes.qr_text(*connection.execute(wanted).one())
    engine.dispose()
    return code


def fill(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")


def test_a_repair_stops_the_kiosk_until_it_is_done(whole_house: House, pages: tuple[Page, Page]) -> None:  # noqa: F811  the same
    tablet, kiosk = pages
    fiddle = label(whole_house, "二胡")
    kiosk.goto(whole_house.kiosk)
    expect(kiosk.locator(".st-key-tiles")).to_be_visible()
    tablet.goto(whole_house.staff)
    tablet.fill("#login", "zhou")
    tablet.fill("#password", PASSWORDS["zhou"])
    tablet.get_by_role("button", name="登录").tap()

    tap(tablet, "group-stock")
    tap(tablet, "go-care")
    expect(tablet.locator(".st-key-card-work")).to_be_visible()
    Visitor(tablet).scan(fiddle, gap=5)
    fill(tablet, "发现的问题", "断了一根弦")
    back = words("zh-CN").due(clock.local_day(clock.now()) + timedelta(days=7))
    tablet.get_by_role("radio", name=back).or_(tablet.get_by_role("button", name=back)).first.tap()
    tap(tablet, "open-order")
    expect(tablet.get_by_text("单子开好了")).to_be_visible()
    Visitor(kiosk).scan(fiddle)
    expect(kiosk.get_by_text(f"预计{back}恢复使用")).to_be_visible()

    tablet.locator('[class*="st-key-row-order-"]').filter(has_text="二胡").get_by_role("button").tap()
    fill(tablet, "处理措施", "换外弦")
    tap(tablet, "close-order")
    expect(tablet.get_by_text("修好了，可以用了")).to_be_visible()

    tap(tablet, "group-hall")
    tap(tablet, "go-signs")
    tablet.get_by_text("门牌和公示牌").first.tap()
    link = tablet.locator('a[href^="/desk/plate/"]').first.get_attribute("href")
    box = pypdf.PdfReader(io.BytesIO(tablet.request.get(whole_house.staff + str(link)).body())).pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == (300, 120)
