"""Called away, for real: two taps and a time on the tablet, and an idle kiosk says so; the papers come out of the same tap."""

import io
from collections.abc import Iterator

import pypdf
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import LYING, TABLET, KeptContext
from tests.house import PASSWORDS, House
from tests.services.test_photos import taken


@pytest.fixture
def pages(kept_tablet: KeptContext, kept_kiosk: KeptContext) -> Iterator[tuple[Page, Page]]:
    """A tablet and a kiosk."""
    yield kept_tablet.fresh(TABLET), kept_kiosk.fresh(LYING)
    kept_tablet.leave()
    kept_kiosk.leave()


def tap(page: Page, key: str) -> None:
    page.locator(f".st-key-do-{key} button").first.tap()


def test_two_taps_and_a_time_put_the_notice_on_an_idle_kiosk(whole_house: House, pages: tuple[Page, Page]) -> None:
    tablet, kiosk = pages
    kiosk.goto(whole_house.kiosk)
    expect(kiosk.locator(".st-key-tiles")).to_be_visible()
    tablet.goto(whole_house.staff)
    tablet.fill("#login", "zhou")
    tablet.fill("#password", PASSWORDS["zhou"])
    tablet.get_by_role("button", name="登录").tap()

    tap(tablet, "called-away")
    tablet.locator('[class*="st-key-chips-"] button').first.tap()
    expect(tablet.locator(".desk-empty, .desk-notice").first).to_be_visible()
    expect(tablet.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    for way in tablet.locator('[class*="st-key-way-"]').all():
        # What the sample has on within the hour depends on when the test runs.
        way.get_by_text("取消").tap()
    tap(tablet, "publish-away")
    expect(kiosk.get_by_text("本中心暂停开放")).to_be_visible()
    expect(kiosk.get_by_text("临时外出").first).to_be_visible()

    tap(tablet, "papers")
    picture = tablet.locator(".closure-picture img")
    expect(picture).to_be_visible()
    expect(tablet.locator(".closure-text").first).to_contain_text("【暂停开放公告】本中心全部房间")
    made = tablet.request.get(whole_house.staff + str(picture.get_attribute("src"))).body()
    assert Image.open(io.BytesIO(made)).size == (1080, 1440)
    poster = tablet.request.get(whole_house.staff + str(tablet.locator("a.desk-main").first.get_attribute("href"))).body()
    assert "暂停开放公告" in pypdf.PdfReader(io.BytesIO(poster)).pages[0].extract_text().replace(" ", "")

    tablet.locator('[class*="st-key-channels-"] button').first.tap()
    tablet.locator('input[type="file"]').set_input_files({"name": "板报.jpg", "mimeType": "image/jpeg", "buffer": taken(900, 600)})
    expect(tablet.get_by_text("板报.jpg")).to_be_visible()
    tap(tablet, "post")
    expect(tablet.get_by_text("纸质 · 第 1 版")).to_be_visible()
    expect(tablet.locator(".closure-posting img")).to_have_js_property("complete", value=True)
    assert tablet.locator(".closure-posting img").evaluate("image => image.naturalWidth") == 900

    expect(tablet.get_by_text("跳到正文")).to_have_count(1)
    tablet.locator(".st-key-ask-lift button").tap()
    expect(tablet.get_by_text("做了就不能撤销。")).to_be_visible()
    tap(tablet, "lift")
    expect(kiosk.get_by_text("本中心已恢复开放")).to_be_visible()
