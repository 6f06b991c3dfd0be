"""Whatever a scanner may send, and however fast: nothing is lost, nothing is done twice, garbage gets a clear word."""

import string
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from services import codes
from tests.browser.conftest import Shelf, Visitor
from tests.house import House

MEI = "王梅香"


def test_twenty_scans_in_one_burst_are_all_heard(visitor: Visitor, shelf: Shelf) -> None:
    with shelf.engine.connect() as connection:
        books = (
            connection.exec_driver_sql(
                "SELECT item.issuer_code || item.number FROM loan JOIN item ON item.id = loan.item_id"
                " WHERE loan.ended_at IS NULL AND loan.counted = 0 LIMIT 20"
            )
            .scalars()
            .all()
        )
    assert len(books) >= 10
    for book in books:
        visitor.scan(book, gap=1)
    expect(visitor.page.locator(".hall-done h1")).to_be_visible()
    visitor.page.wait_for_timeout(2000)
    assert [shelf.open_loans(book) for book in books] == [0] * len(books)


def test_the_same_scan_ten_times_in_a_second_is_one_scan(visitor: Visitor, shelf: Shelf) -> None:
    book = shelf.free("红楼梦")
    visitor.scan(shelf.card_of(MEI))
    visitor.sees("王*香")
    for _ in range(10):
        visitor.scan(book, gap=1)
    visitor.sees("借好了", "《红楼梦》")
    visitor.page.wait_for_timeout(1000)
    visitor.sees("借好了")
    assert shelf.open_loans(book) == 1


@pytest.mark.parametrize(
    "garbage",
    ["12345", "2000045", "🙂🙂🙂🙂", "'; DROP TABLE loan;--", "9" * 10_000, "\u202e\u0007abcd", "430902106399", string.ascii_letters],
    ids=["short", "seven", "emoji", "sql", "endless", "control", "halfcode", "letters"],
)
def test_garbage_gets_a_clear_word_and_the_next_scan_works(onlooker: Visitor, seen_shelf: Shelf, garbage: str) -> None:
    onlooker.scan(garbage)
    onlooker.sees("这个码不是这里的编号。")
    onlooker.scan(seen_shelf.card_of(MEI))
    onlooker.sees("王*香")


def test_a_book_of_another_hall_and_a_card_nobody_knows(onlooker: Visitor) -> None:
    onlooker.scan("430902106400" + codes.Number.of("2", 999_999).digits)
    onlooker.sees("这件东西不在本中心馆藏里。")
    onlooker.scan("430902106400" + codes.Number.of("1", 105_064).digits + "123456")
    onlooker.sees("这张借书证不是本中心的。")


def test_full_width_digits_of_an_input_method_are_read(onlooker: Visitor, seen_shelf: Shelf) -> None:
    wide = seen_shelf.card_of(MEI).translate({ord(d): ord(d) + 0xFEE0 for d in string.digits})
    onlooker.scan(wide, gap=1)
    onlooker.sees("王*香")


def test_keys_that_an_input_method_swallows_are_read_by_their_place(onlooker: Visitor, seen_shelf: Shelf) -> None:
    onlooker.page.evaluate(
        """(text) => { for (const sign of text) window.dispatchEvent(new KeyboardEvent('keydown', {key: 'Process', code: 'Digit' + sign}));
        window.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', code: 'Enter'})); }""",
        seen_shelf.card_of(MEI),
    )
    onlooker.sees("王*香")


def test_a_scan_ends_with_tab_as_well(onlooker: Visitor, seen_shelf: Shelf) -> None:
    onlooker.page.keyboard.type(seen_shelf.card_of(MEI))
    onlooker.page.keyboard.press("Tab")
    onlooker.sees("王*香")


def test_a_scan_while_the_search_field_has_the_focus_leaves_the_field_as_it_was(onlooker: Visitor, seen_shelf: Shelf) -> None:
    onlooker.page.get_by_role("button", name="找书").tap()
    field = onlooker.page.get_by_label("书名或作者")
    field.fill("红楼")
    onlooker.sees("《红楼梦》")
    onlooker.page.keyboard.type(seen_shelf.card_of(MEI))
    onlooker.page.keyboard.press("Enter")
    onlooker.sees("看我的书")
    expect(field).to_have_value("红楼")


def test_the_enter_of_a_scan_does_not_press_the_button_under_the_finger(visitor: Visitor, shelf: Shelf) -> None:
    visitor.scan(shelf.card_of(MEI))
    visitor.sees("王*香")
    visitor.page.locator(".st-key-do-leave button").focus()
    visitor.page.keyboard.type(shelf.free("红楼梦"))
    visitor.page.keyboard.press("Enter")
    visitor.sees("借好了", "王*香")


@pytest.mark.parametrize(
    "name", ["<b>x</b><img src=x onerror=alert(1)>", "**粗** _x_", ":red[x] :material/home:", "$x^2$", "=1+1", "]]>&lt;"]
)
def test_a_hostile_title_shows_as_it_is_written(kiosk_house: House, open_kiosk: Callable[..., Visitor], shelf: Shelf, name: str) -> None:
    book = shelf.free("红楼梦")
    shelf.rename("红楼梦", name)
    visitor = open_kiosk(kiosk_house)
    visitor.scan(shelf.card_of(MEI))
    visitor.sees("王*香")
    visitor.scan(book)
    expect(visitor.page.locator(".hall-done h1")).to_have_text(f"《{name}》")
    visitor.sees(f"《{name}》")


def test_the_kiosk_asks_nobody_for_money(onlooker: Visitor, seen_shelf: Shelf) -> None:
    onlooker.scan(seen_shelf.card_of(MEI))
    onlooker.sees("王*香")
    for word in ("元", "¥", "押金", "罚款", "付款", "费用"):
        assert word not in onlooker.page.locator("[data-testid=stMain]").inner_text().replace("免费", "")
    assert onlooker.page.locator("input[type=number]").count() == 0
