"""The keeper's events in a real browser: the month, a new one with its poster, and everybody can read the screens."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_staff_visits import Keeper, at_the_door, context, house, keeper

__all__ = ["at_the_door", "context", "house", "keeper"]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def test_an_event_is_announced_and_its_poster_is_ready(keeper: Keeper) -> None:
    page, axe, found = keeper.page, Axe(), {}
    keeper.key("group-events")
    keeper.sees("新活动", "还没写记录")
    found["events"] = axe.run(page, options=RULES).response["violations"]
    keeper.key("event-new")
    keeper.sees("保存以前")
    for label, text in (("活动名称", "冬日诗会"), ("日期", "2031-3-9"), ("负责人", "周桂生"), ("名额（0 为不用报名）", "20")):
        page.get_by_label(label).fill(text)
        page.keyboard.press("Tab")
    keeper.sees("房间空着，共1次")
    found["new"] = axe.run(page, options=RULES).response["violations"]
    keeper.key("event-save")
    keeper.sees("发布了，共1次", "还没有人报名")
    found["event"] = axe.run(page, options=RULES).response["violations"]
    with page.expect_download() as poster:
        page.get_by_role("link", name="海报").click()
    assert poster.value.path().read_bytes().startswith(b"%PDF")
    told = {screen: [(v["id"], v["nodes"][0]["html"][:200]) for v in violations] for screen, violations in found.items()}
    assert told == {"events": [], "new": [], "event": []}
