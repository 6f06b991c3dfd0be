"""The keeper's tablet in a test: the real entry file, opened as whoever the test says, and the hands that press and read."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from models import Role
from services import clock
from services.settings import HOUSE
from services.staff import Signed
from tests.cast import AT, Village, build, gesture
from ui import house
from ui.staff import door, places, who

Desk = Callable[..., AppTest]


@pytest.fixture
def village(sqlite_engine: Any) -> Village:
    return build(sqlite_engine)


@pytest.fixture
def signed(village: Village) -> Signed:
    """Old Zhou, keeper."""
    zhou = village.staff["zhou"]
    return Signed(gesture(), zhou.id, village.hall.id, zhou.name, zhou.login, Role.KEEPER)


@pytest.fixture
def desk(village: Village, signed: Signed, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Open the page as Old Zhou, or as somebody of another role, or as nobody, and turn to a screen by the bar.

    Who is signed in is put there by replacing the one function that tells; no setting may do that.
    """
    monkeypatch.setenv("HALL_DATABASE_URL", sqlite_url)
    house.house.cache_clear()
    zhou = village.staff["zhou"]

    def open_as(role: Role | None = Role.KEEPER, screen: str = "", at: datetime = AT) -> AppTest:
        monkeypatch.setattr(clock, "now", lambda: at)
        hall_id = village.hall.id if role in {Role.KEEPER, Role.ADMIN} else None
        keeper = signed if role is Role.KEEPER else Signed(gesture(), zhou.id, hall_id, zhou.name, zhou.login, role) if role else None
        monkeypatch.setattr(who, "signed_in", lambda: keeper)
        monkeypatch.setattr(door, "used", lambda _: None)
        page = AppTest.from_file(str(HOUSE / "staff_app.py"), default_timeout=20).run()
        assert not page.exception
        return turn(page, screen) if screen else page

    yield open_as
    house.house.cache_clear()


def turn(page: AppTest, screen: str) -> AppTest:
    """Turn to a screen by the bar and the row below it."""
    group = f"group-{places.group_of(screen)}"
    if f"do-{group}" in keys(page):
        press(page, group)
    return press(page, f"go-{screen}") if f"do-go-{screen}" in keys(page) else page


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=f"do-{key}").click().run()
    assert not page.exception
    return page


def keys(page: AppTest) -> set[str]:
    return {str(each.key) for each in page.button}


def seen(page: AppTest) -> str:
    return " ".join(str(each.proto.body) for each in page.get("html"))
