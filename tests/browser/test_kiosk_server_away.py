"""The server dies, the database is away: a cover in our words at once, a clean home by itself, a calm screen with a number."""

import os
import signal
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Shelf, Visitor
from tests.house import House, listening

MEI = "王梅香"


def test_the_server_is_killed_and_comes_back_and_so_does_a_clean_home(
    kiosk_house: House, open_kiosk: Callable[..., Visitor], shelf: Shelf
) -> None:
    visitor = open_kiosk(kiosk_house, quiet=False)
    book = shelf.free("红楼梦")
    visitor.scan(shelf.card_of(MEI))
    visitor.sees("王*香")
    visitor.scan(book)
    visitor.sees("借好了")
    for pid in listening(kiosk_house.kiosk_port):
        os.kill(pid, signal.SIGSTOP)
        os.kill(pid, signal.SIGKILL)
    cover = visitor.page.locator(".hall-cover-away")
    expect(cover).to_be_visible(timeout=4000)
    expect(cover).to_contain_text("正在恢复连接")
    top = visitor.page.evaluate("() => document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest('.hall-cover-away') !== null")
    assert top is True
    # `manage.py run` starts it again.
    visitor.page.wait_for_selector(".st-key-tiles", timeout=40_000)
    visitor.is_home()
    assert "王*香" not in visitor.page.content()
    assert shelf.open_loans(book) == 1
    visitor.page.wait_for_selector("html[data-scanner=ready]", state="attached")
    visitor.scan(shelf.card_of(MEI))
    visitor.sees("王*香", "《红楼梦》")


def test_a_broken_table_is_a_calm_screen_with_a_number_that_the_log_knows(visitor: Visitor, kiosk_house: House, shelf: Shelf) -> None:
    card = shelf.card_of(MEI)
    with shelf.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE card RENAME TO card_gone")
    visitor.scan(card)
    visitor.sees("机器出了点小毛病")
    number = visitor.page.locator(".hall-number").inner_text().rpartition("：")[2].strip()
    assert f'"reference": "{number}"' in (kiosk_house.folder / "logs" / "kiosk.log").read_text(encoding="utf-8")
    assert MEI not in (kiosk_house.folder / "logs" / "kiosk.log").read_text(encoding="utf-8")
    with shelf.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE card_gone RENAME TO card")
    visitor.page.get_by_role("link", name="回首页").click()
    visitor.is_home()


def test_a_notice_published_meanwhile_appears_by_itself(visitor: Visitor, shelf: Shelf) -> None:
    visitor.is_home()
    with shelf.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE closure_notice SET reason = '今天下午抽水泵坏了'")
    visitor.sees("今天下午抽水泵坏了")
