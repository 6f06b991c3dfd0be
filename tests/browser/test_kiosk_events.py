"""Visit 8: the migrant without an account signs up by name, has a ticket, and cancels with it; nothing of the name is left."""

from playwright.sync_api import expect

from tests.browser.conftest import Visitor, everything_kept


def test_a_migrant_signs_up_by_name_and_cancels_with_the_ticket(visitor: Visitor) -> None:
    visitor.page.locator(".st-key-do-home-events button").tap()
    visitor.sees("最近的活动")
    visitor.page.locator('[class*="st-key-event-"]', has_text="冬闲绘本故事会").get_by_role("button").first.tap()
    visitor.sees("还有3个名额")
    visitor.tap("没有证，写名字")
    for letters, sign in (("zhang", "张"), ("min", "敏")):
        visitor.key(*letters)
        visitor.tap(sign)
        visitor.sees(sign)
    visitor.tap("写好了")
    visitor.tap("外村或返乡")
    visitor.sees("报上名了")
    number = visitor.page.locator(".hall-stub b").inner_text().replace(" ", "")
    assert "张敏" not in everything_kept(visitor.page)
    visitor.tap("好了")
    visitor.is_home()
    visitor.page.locator(".st-key-do-home-events button").tap()
    visitor.sees("还有2个名额")
    visitor.tap("我有票")
    visitor.key(*number)
    visitor.page.locator(".hall-done").tap()
    visitor.sees("冬闲绘本故事会")
    visitor.tap("取消报名")
    visitor.sees("已经取消")
    visitor.tap("好了")
    visitor.is_home()
    expect(visitor.page.locator(".st-key-do-home-events")).to_contain_text("席")
