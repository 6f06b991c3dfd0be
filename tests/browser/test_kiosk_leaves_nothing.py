"""When a visit ends, nothing of it stays: on the page, in its parts, in the address, in the browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Shelf, Visitor, everything_kept
from tests.house import House

MEI = "王梅香"


@pytest.fixture
def slow_visitor(kiosk_house: House, open_kiosk: Callable[..., Visitor]) -> Visitor:
    """A visitor whose browser has a clock that the test can turn."""
    return open_kiosk(kiosk_house, clock=True)


def borrow(visitor: Visitor, shelf: Shelf) -> str:
    card = shelf.card_of(MEI)
    visitor.scan(card)
    visitor.sees("王*香")
    visitor.scan(shelf.free("红楼梦"))
    visitor.sees("借好了")
    return card


def says_nothing_of_the_visit(visitor: Visitor, card: str) -> None:
    kept = everything_kept(visitor.page)
    for trace in ("王*香", "王梅香", "红楼梦", card, card[12:20], card[20:]):
        assert trace not in kept
    # What the browser would hand to a new session: the state of every part.
    state = visitor.page.evaluate(
        "() => { const seen = []; const send = WebSocket.prototype.send; WebSocket.prototype.send = function (m) {"
        " seen.push(new TextDecoder().decode(m)); return send.call(this, m); };"
        " window.__seen = seen; return true; }"
    )
    assert state is True
    visitor.tap("English")
    visitor.sees("Scan your card")
    sent = "".join(visitor.page.evaluate("window.__seen"))
    assert "scanner" in sent
    assert card[12:20] not in sent


def test_done_means_gone(visitor: Visitor, shelf: Shelf) -> None:
    card = borrow(visitor, shelf)
    visitor.page.wait_for_timeout(700)
    visitor.tap("借完了")
    visitor.is_home()
    visitor.page.wait_for_timeout(2500)
    says_nothing_of_the_visit(visitor, card)


def test_after_25_seconds_the_screen_asks_and_one_touch_goes_on(slow_visitor: Visitor, shelf: Shelf) -> None:
    borrow(slow_visitor, shelf)
    cover = slow_visitor.page.locator(".hall-cover-ask")
    expect(cover).to_be_hidden()
    slow_visitor.page.clock.fast_forward(26_000)
    slow_visitor.sees("您还在用吗？")
    assert cover.evaluate("(cover) => cover.parentElement === document.body")
    slow_visitor.tap("我还在用")
    expect(cover).to_be_hidden()
    slow_visitor.sees("借好了")
    slow_visitor.page.clock.fast_forward(24_000)
    expect(cover).to_be_hidden()


def test_after_45_seconds_without_a_touch_nothing_is_left(slow_visitor: Visitor, shelf: Shelf) -> None:
    card = borrow(slow_visitor, shelf)
    slow_visitor.page.clock.fast_forward(46_000)
    slow_visitor.is_home()
    slow_visitor.page.clock.run_for(3_000)
    says_nothing_of_the_visit(slow_visitor, card)


def test_a_scan_counts_as_being_there(slow_visitor: Visitor, shelf: Shelf) -> None:
    borrow(slow_visitor, shelf)
    slow_visitor.page.clock.fast_forward(30_000)
    slow_visitor.sees("您还在用吗？")
    slow_visitor.scan(shelf.free("乡土中国"))
    expect(slow_visitor.page.locator(".hall-cover-ask")).to_be_hidden()
    slow_visitor.sees("《乡土中国》")


def test_a_new_card_ends_the_visit_before_it(visitor: Visitor, shelf: Shelf) -> None:
    borrow(visitor, shelf)
    with shelf.engine.connect() as connection:
        other = connection.exec_driver_sql(
            "SELECT patron.name FROM patron JOIN card ON card.patron_id = patron.id WHERE card.ended_at IS NULL AND card.valid_until > date('now')"
            " AND patron.kind = 'person' AND patron.name <> ? LIMIT 1",
            (MEI,),
        ).scalar_one()
    visitor.scan(shelf.card_of(other))
    expect(visitor.page.locator(".hall-who")).to_contain_text(other[0])
    expect(visitor.page.locator(".hall-who")).not_to_contain_text("王*香")
    assert "红楼梦" not in visitor.page.locator("[data-testid=stMain]").inner_text()


def test_what_was_typed_for_a_card_is_gone(onlooker: Visitor) -> None:
    onlooker.page.get_by_role("button", name="没带证").tap()
    onlooker.key(*"1205064", *"8")
    onlooker.key("3", "4")
    onlooker.tap("不用了")
    onlooker.is_home()
    assert "12050648" not in everything_kept(onlooker.page)
    onlooker.page.get_by_role("button", name="没带证").tap()
    expect(onlooker.page.get_by_label("证号（8位）")).to_have_value("")
    expect(onlooker.page.get_by_label("电话后四位或密码")).to_have_value("")


def test_what_was_looked_for_is_gone(onlooker: Visitor) -> None:
    onlooker.page.get_by_role("button", name="找书").tap()
    onlooker.key(*"hlm")
    onlooker.sees("《红楼梦》")
    onlooker.tap("回首页")
    onlooker.is_home()
    onlooker.page.get_by_role("button", name="找书").tap()
    onlooker.sees("新书架")
    expect(onlooker.page.get_by_label("书名或作者")).to_have_value("")


def test_a_reload_in_the_middle_is_a_clean_home_and_the_loan_stands(visitor: Visitor, shelf: Shelf) -> None:
    book = shelf.free("红楼梦")
    visitor.scan(shelf.card_of(MEI))
    visitor.sees("王*香")
    visitor.scan(book)
    visitor.sees("借好了")
    visitor.page.reload()
    visitor.is_home()
    assert shelf.open_loans(book) == 1
    assert "王*香" not in visitor.page.content()
