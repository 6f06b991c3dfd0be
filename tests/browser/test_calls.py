"""叫人, for real: one tap at the kiosk is a banner on two tablets; the first to answer goes, and nothing half typed is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TABLET, UPRIGHT, KeptContext
from tests.house import PASSWORDS, House


@pytest.fixture
def pages(kept_tablet: KeptContext, other_tablet: KeptContext, kept_kiosk: KeptContext) -> Iterator[list[Page]]:
    """Two tablets and a kiosk."""
    browsers = [kept_tablet, other_tablet, kept_kiosk]
    yield [each.fresh(size) for each, size in zip(browsers, (TABLET, TABLET, UPRIGHT), strict=True)]
    for each in browsers:
        each.leave()


def test_one_tap_calls_and_the_first_to_answer_goes(whole_house: House, pages: list[Page]) -> None:
    zhou, lan, kiosk = pages
    for page, login in ((zhou, "zhou"), (lan, "lan")):
        page.goto(whole_house.staff)
        page.fill("#login", login)
        page.fill("#password", PASSWORDS[login])
        page.get_by_role("button", name="登录").tap()
        expect(page.locator(".st-key-bar")).to_be_visible()
    zhou.locator(".st-key-do-group-hall button").tap()
    zhou.locator(".st-key-do-go-tourism button").tap()
    zhou.locator(".st-key-do-place-new button").tap()
    half = zhou.get_by_label("地方的名称")
    half.fill("半个名字")
    kiosk.goto(whole_house.kiosk)
    for _ in range(2):
        kiosk.locator(".st-key-do-call button").tap()
        expect(kiosk.get_by_text("正在叫")).to_be_visible()
        kiosk.locator(".st-key-do-call-back button").tap()
    kiosk.locator(".st-key-do-call button").tap()
    for page in (zhou, lan):
        expect(page.locator(".desk-call")).to_have_count(1)
    zhou.locator(".desk-call button").tap()
    expect(kiosk.get_by_text("周桂生来了")).to_be_visible()
    expect(lan.get_by_text("周桂生去了")).to_be_visible()
    expect(lan.locator(".desk-call button")).to_have_count(0)
    expect(half).to_have_value("半个名字")
