"""Every paper behind the gate: for who keeps the desk, and of what is of this hall; anything else is not found."""

import asyncio
import re
import time
from collections.abc import Iterator

import pytest
from sqlmodel import Session
from starlette.routing import Router
from starlette.types import Message

from models import Role
from services.staff import Signed
from tests.cast import Village, gesture
from ui import house
from ui.staff import closure_files, event_files, files, ledger_files, pictures, print_card, print_labels

PAPERS = [
    route for module in (files, closure_files, event_files, ledger_files, pictures, print_card, print_labels) for route in module.ROUTES
]
GIVEN = {"kind": "poster", "ending": "pdf", "number": "04", "name": "1-a4"}


@pytest.fixture(autouse=True)
def opened(village: Village, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Village]:
    monkeypatch.setenv("HALL_DATABASE_URL", sqlite_url)
    house.house.cache_clear()
    yield village
    house.house.cache_clear()


def status(signed: Signed, path: str) -> int:
    said: list[Message] = []
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"since=2027-03-01&until=2027-04-01", "headers": []}

    async def hear() -> Message:
        return {"type": "http.request", "body": b""}

    async def say(message: Message) -> None:
        said.append(message)

    asyncio.run(Router(PAPERS)({**scope, "hall.signed": signed}, hear, say))
    return int(said[0]["status"])


@pytest.mark.parametrize("path", sorted({route.path for route in PAPERS if not route.path.endswith(".js")}))
def test_a_paper_is_for_who_keeps_the_desk_and_of_this_hall(path: str, signed: Signed) -> None:
    for role in (Role.TOWNSHIP, Role.DISTRICT):
        looks_on = Signed(gesture(), signed.staff_id, None, "x", "x", role)
        assert status(looks_on, filled(path)) in {403, 404}
    if "{" in path and "{number}" not in path and "import" not in path:
        assert status(signed, filled(path)) == 404


def test_thick_registers_are_made_one_after_the_other() -> None:
    at_work: list[int] = [0]
    seen: list[int] = []

    def thick(_: Session) -> None:
        at_work[0] += 1
        seen.append(at_work[0])
        time.sleep(0.02)
        at_work[0] -= 1

    async def tapped() -> None:
        await asyncio.gather(*(files.asked(thick, queue=ledger_files._one_by_one) for _ in range(3)))

    asyncio.run(tapped())
    assert seen == [1, 1, 1]


def filled(path: str) -> str:
    return re.sub(r"\{(\w+)[^}]*\}", lambda name: GIVEN.get(name[1], str(gesture())), path)
