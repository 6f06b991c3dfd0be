"""A room booked in a real browser: a week at a glance, a few taps, the way back; and everybody can read the screen."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_staff_events import RULES
from tests.browser.test_staff_visits import Keeper, at_the_door, context, house, keeper

__all__ = ["at_the_door", "context", "house", "keeper"]


def test_a_team_has_a_room_in_a_few_taps(keeper: Keeper) -> None:
    page, axe, found = keeper.page, Axe(), {}
    keeper.key("group-events")
    keeper.key("go-bookings")
    keeper.sees("今天的预订")
    page.get_by_role("button", name="文化广场").tap()
    # Next week's square is open from morning to evening, every day.
    keeper.key("week-on")
    found["week"] = axe.run(page, options=RULES).response["violations"]
    page.locator('[class*="st-key-do-slot-free"] button').first.tap()
    keeper.sees("订房间")
    page.get_by_role("combobox").first.tap()
    page.get_by_role("option").first.tap()
    found["form"] = axe.run(page, options=RULES).response["violations"]
    keeper.key("booking-save")
    keeper.sees("订好了（1次）")
    keeper.key("undo")
    keeper.sees("撤销")
    told = {screen: [(v["id"], v["nodes"][0]["html"][:200]) for v in violations] for screen, violations in found.items()}
    assert told == {"week": [], "form": []}
