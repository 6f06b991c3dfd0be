"""Every screen of the kiosk before axe, in both languages; and type that everybody can read."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import LYING, UPRIGHT, Shelf, Visitor
from tests.house import House

MEI = "王梅香"
_LAWS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}
_SMALL = """() => [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.closest('[aria-hidden=true]')
  && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && e.getBoundingClientRect().width > 2
  && parseFloat(getComputedStyle(e).fontSize) < 24 && !['STYLE', 'SCRIPT'].includes(e.tagName) && !e.closest('a[href="#main-content"], a[href^="#"]'))
  .map((e) => e.textContent.slice(0, 40) + ' ' + getComputedStyle(e).fontSize)"""


def is_for_everyone(visitor: Visitor, least: int = 3) -> None:
    visitor.page.wait_for_timeout(400)
    result = Axe().run(visitor.page, options=_LAWS).response
    assert [(found["id"], [node["html"][:200] for node in found["nodes"]]) for found in result["violations"]] == []
    seen = [found for found in result["passes"] + result["incomplete"] if found["id"] == "color-contrast-enhanced"]
    assert sum(len(found["nodes"]) for found in seen) >= least, "axe saw no text at all"
    assert visitor.page.evaluate(_SMALL) == []


@pytest.mark.parametrize("size", [UPRIGHT, LYING], ids=["upright", "lying"])
def test_every_screen_passes(kiosk_house: House, open_kiosk: Callable[..., Visitor], shelf: Shelf, size: dict[str, int]) -> None:
    visitor, book, erhu = open_kiosk(kiosk_house, size=size), shelf.free("红楼梦"), shelf.free("二胡")
    visitor.is_home()
    is_for_everyone(visitor, least=10)
    visitor.page.get_by_role("button", name="找书").tap()
    visitor.sees("新书架")
    is_for_everyone(visitor)
    visitor.key("h")
    visitor.sees("《红楼梦》")
    is_for_everyone(visitor)
    visitor.tap("回首页")
    visitor.page.get_by_role("button", name="没带证").tap()
    visitor.sees("没带证也能借")
    is_for_everyone(visitor)
    visitor.tap("不用了")
    visitor.page.get_by_role("button", name="报修").tap()
    visitor.sees("把坏了的东西放到扫码口")
    is_for_everyone(visitor)
    visitor.scan(erhu)
    visitor.sees("哪里有问题")
    is_for_everyone(visitor)
    visitor.tap("不能用")
    visitor.sees("记下了")
    is_for_everyone(visitor)
    visitor.scan(book)
    visitor.sees("再扫一下借书证")
    is_for_everyone(visitor)
    visitor.scan(shelf.card_of(MEI))
    visitor.sees("借好了")
    is_for_everyone(visitor, least=6)
    visitor.scan("1234567")
    visitor.sees("这个码不是这里的编号")
    is_for_everyone(visitor)
    visitor.tap("知道了")
    visitor.sees("我借的书")
    is_for_everyone(visitor)
    visitor.tap("English")
    visitor.sees("My loans")
    is_for_everyone(visitor)
    visitor.tap("All done")
    visitor.is_home()
    visitor.scan(book)
    visitor.sees("这本刚刚借出")
    is_for_everyone(visitor)
    visitor.tap("还书")
    visitor.sees("还好了")
    is_for_everyone(visitor)


def test_the_rooms_pass(sample_house: House, open_kiosk: Callable[..., Visitor]) -> None:
    visitor = open_kiosk(sample_house)
    for size in (UPRIGHT, LYING):
        visitor.page.set_viewport_size(size)
        visitor.is_home()
        visitor.page.locator(".st-key-home-rows button").first.tap()
        visitor.sees("这七天")
        is_for_everyone(visitor, least=10)
        visitor.tap("看别的房间")
        visitor.sees("各室安排")
        is_for_everyone(visitor, least=10)
        visitor.tap("回首页")


def test_who_says_something_goes_somewhere_or_needs_help_is_everyone(kiosk_house: House, open_kiosk: Callable[..., Visitor]) -> None:
    visitor = open_kiosk(kiosk_house)
    for size in (UPRIGHT, LYING):
        visitor.page.set_viewport_size(size)
        visitor.is_home()
        for key, words in (
            ("home-suggest", "怎么样"), ("smile-4", "想说哪方面"), ("topic-books", "还想写几句"), ("send", "谢谢您"), ("posted", "公开回复"),
            ("close", "放到扫码口"), ("home-places", "到哪里玩"), ("call", "正在叫"), ("never-mind", "到哪里玩"),
        ):  # fmt: skip
            visitor.page.locator(f".st-key-do-{key} button").tap()
            visitor.sees(words)
            is_for_everyone(visitor)
        visitor.page.locator('[class*="st-key-do-place-"] button').first.tap()
        visitor.sees("用手机扫一扫")
        is_for_everyone(visitor)
        visitor.tap("返回")
        visitor.sees("到哪里玩")
        visitor.tap("返回")


def test_the_cover_that_asks_passes(kiosk_house: House, open_kiosk: Callable[..., Visitor], shelf: Shelf) -> None:
    visitor = open_kiosk(kiosk_house, clock=True)
    visitor.scan(shelf.card_of(MEI))
    visitor.sees("王*香")
    visitor.page.clock.fast_forward(30_000)
    visitor.sees("您还在用吗？")
    is_for_everyone(visitor)


def test_the_page_speaks_with_its_own_type(sample_house: House, open_kiosk: Callable[..., Visitor]) -> None:
    visitor = open_kiosk(sample_house)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.page.reload()
    visitor.is_home()
    visitor.page.evaluate("document.fonts.ready.then(() => true)")
    loaded = visitor.page.evaluate("[...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family.replaceAll('\"', ''))")
    assert {"Hall Sans", "Hall Serif"} <= set(loaded)
    assert [url for url in asked if not url.startswith(sample_house.kiosk) and not url.startswith(("data:", "blob:"))] == []


def test_nothing_of_the_house_of_streamlit_shows(sample_house: House, open_kiosk: Callable[..., Visitor]) -> None:
    visitor = open_kiosk(sample_house)
    visitor.is_home()
    for part in ("stHeader", "stToolbar", "stStatusWidget", "stDecoration"):
        expect(visitor.page.get_by_test_id(part)).not_to_be_visible()
    assert visitor.page.title() == "一门"
    visitor.sees("示范数据")
