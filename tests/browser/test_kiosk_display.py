"""Visit 7 without a touch: home turns to the display, a scan there is served at once, and a touch brings home back."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import LYING, UPRIGHT, Shelf, Visitor
from tests.browser.test_kiosk_for_everyone import is_for_everyone
from tests.house import House

_CLIPPED = """() => [...document.querySelectorAll('.hall-display, .hall-display *')].filter((e) => e.checkVisibility({visibilityProperty: true})
  && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().bottom > innerHeight + 1
  || (e.className.toString().startsWith('hall-face') && e.scrollHeight > e.clientHeight + 1))).map((e) => e.className + ' ' + e.textContent.slice(0, 40))"""
_SMALL = """() => [...document.querySelectorAll('.hall-display *, .st-key-do-wake p')].filter((e) => e.checkVisibility({visibilityProperty: true})
  && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && parseFloat(getComputedStyle(e).fontSize) < 40).map((e) => e.textContent)"""


def test_an_untouched_home_becomes_a_display_that_a_scan_and_a_touch_wake(
    kiosk_house: House, open_kiosk: Callable[..., Visitor], shelf: Shelf
) -> None:
    visitor = open_kiosk(kiosk_house, clock=True)
    visitor.is_home()
    display = visitor.page.locator(".hall-display")
    visitor.page.clock.fast_forward(55_000)
    expect(display).to_have_count(0)
    visitor.page.clock.fast_forward(6_000)
    expect(display).to_be_visible()
    for size in (UPRIGHT, LYING):
        visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
        for _ in range(4):
            assert visitor.page.evaluate(_CLIPPED) == []
            assert visitor.page.evaluate(_SMALL) == []
            visitor.page.clock.run_for(10_000)
        is_for_everyone(visitor, least=6)
    visitor.scan(shelf.card_of("王梅香"))
    visitor.sees("王*香")
    visitor.page.clock.fast_forward(46_000)
    visitor.is_home()
    visitor.page.clock.fast_forward(61_000)
    expect(display).to_be_visible()
    visitor.page.touchscreen.tap(300, 400)
    visitor.is_home()
    expect(display).to_have_count(0)
