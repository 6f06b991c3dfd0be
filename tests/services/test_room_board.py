"""The rooms as they hang by the door: days, what stops each of them, and one room with its rules."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from models import AreaKind, ClosureReason, Room, RoomFunction, new_id
from services import closures, database, hours, room_board, rule_sets
from services.closure_plans import Plan
from services.refusals import FactWrong
from services.room_board import RoomLine, RoomPage
from tests.cast import AT, Village, build


@pytest.fixture
def village(engine: Engine) -> Village:
    return build(engine)


def stop(village: Village, days: int, **scope: Any) -> None:
    plan = Plan(ClosureReason.FORCE_MAJEURE, AT + timedelta(hours=1), AT + timedelta(days=days), "000-0000000", "周桂生", "停电", **scope)
    database.write(village.engine, closures.announce, plan=plan, at=AT, gesture=uuid4(), by=village.zhou)


def lines(village: Village, days: int = 3) -> dict[UUID, RoomLine]:
    door = database.read(village.engine, hours.hall_status, hall_id=village.hall.id, at=AT)
    found = database.read(village.engine, room_board.lines, hall_id=village.hall.id, door=door, at=AT, days=days)
    return {line.room.room_id: line for line in found}


def page(village: Village, room_id: UUID) -> RoomPage:
    door = database.read(village.engine, hours.hall_status, hall_id=village.hall.id, at=AT)
    return database.read(village.engine, room_board.page, hall_id=village.hall.id, door=door, room_id=room_id, at=AT)


def test_a_day_knows_the_notice_that_stops_it_and_no_other_day_does(village: Village) -> None:
    library, activity = (village.rooms[name].id for name in ("library", "activity"))
    assert lines(village)[library].notices == (None, None, None)
    stop(village, 2, room_id=library)
    told = lines(village)
    assert [notice.reason if notice else "" for notice in told[library].notices] == ["停电", "停电", "停电"]
    assert told[library].today.stops
    assert told[activity].notices == (None, None, None)
    assert [notice is None for notice in lines(village, 4)[library].notices] == [False, False, False, True]


def test_a_stop_of_the_hall_stops_every_room(village: Village) -> None:
    stop(village, 1)
    assert all(line.notices[0] and line.notices[1] and not line.notices[2] for line in lines(village).values())


def test_a_room_has_its_week_and_the_rules_in_force(village: Village) -> None:
    room_id = village.rooms["library"].id
    village.save(RoomFunction(hall_id=village.hall.id, room_id=room_id, name="图书室"))
    for version in range(2):
        text = rule_sets.Text("开门", "周桂生", "借阅", "周二至周日", "每周清点", f"第{version}次")
        facts = {"room_id": room_id, "function": "图书室", "text": text, "signer": "周桂生", "seen": version, "gesture": uuid4()}
        database.write(village.engine, rule_sets.publish, **facts, at=AT, by=village.zhou)
    told = page(village, room_id)
    assert len(told.line.days) == len(told.line.notices) == len(told.sheet.week) == 7
    assert [(sheet.function, sheet.version, sheet.text.conduct) for sheet in told.rules] == [("图书室", 2, "第1次")]


def test_neither_a_strange_room_nor_an_office_is_shown(village: Village) -> None:
    office = Room(hall_id=village.hall.id, code="R-OFF", name="办公室", floor="2", area_m2=20, area_kind=AreaKind.OFFICE, capacity=4)
    village.save(office)
    assert office.id not in lines(village)
    for room_id in (new_id(), office.id):
        with pytest.raises(FactWrong):
            page(village, room_id)
