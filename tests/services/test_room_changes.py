"""Rooms: what they are for, what is offered, what is removed with a reason and stays known, and what is planned keeps apart."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from models import AreaKind, OpenItem, OpenItemStop, RoomChange, RoomUse, Sharing, UseKind
from services import closable, database, offers, plates, room_book, room_changes, rooms, sharing, timeline, unity
from services.refusals import (
    ChangedMeanwhile,
    FactMissing,
    FactWrong,
    FunctionInUse,
    FunctionWithoutRoom,
    NotAllowed,
    ReasonMissing,
    RoomTaken,
)
from services.room_book import RoomPage
from services.room_changes import Shape
from services.spans import Span
from services.unity import Unity
from tests.cast import AT, Village, gesture
from tests.robust.racing import together
from tests.services.test_events import count

SHAPE = Shape("文化旅游功能室", "1", 90, AreaKind.SERVICE, 40)
SOON = Span(AT + timedelta(days=1), AT + timedelta(days=1, hours=2))


def do(village: Village, verb: Any, **facts: Any) -> Any:
    said = {"room_id": village.rooms["library"].id, "at": AT, "gesture": gesture(), "by": village.zhou} | facts
    if verb is offers.stop:
        del said["room_id"]
    return database.write(village.engine, verb, **said)


def page(village: Village, room: str = "library") -> RoomPage:
    return next(
        one for one in database.read(village.engine, room_book.rooms, hall_id=village.hall.id) if one.room_id == village.rooms[room].id
    )


def unite(village: Village, *names: str) -> None:
    for name in names or unity.EVERY_HALL_HAS:
        do(village, room_changes.add_function, name=name)


def look(village: Village) -> Unity:
    return database.read(village.engine, unity.unity, hall_id=village.hall.id)


def take(village: Village, function: str, span: Span[Any] = SOON) -> None:
    facts = {"room_id": village.rooms["library"].id, "uses": [(gesture(), span)], "kind": UseKind.EVENT, "at": AT, "by": village.zhou}
    database.write(village.engine, timeline.take, function=function, **facts)


# -- what a room is for ---------------------------------------------------------------------------------------------------


def test_a_hall_is_whole_when_one_room_holds_all_three(village: Village) -> None:
    assert look(village) == Unity(whole=False, room="", lacks=unity.EVERY_HALL_HAS, nowhere=unity.EVERY_HALL_HAS)
    unite(village, "图书室", "旅游咨询点")
    do(village, room_changes.add_function, name="文体活动室", room_id=village.rooms["activity"].id)
    assert look(village) == Unity(whole=False, room="文化旅游功能室", lacks=("文体活动室",), nowhere=())
    do(village, room_changes.add_function, name="文体活动室：书画")
    assert look(village).whole
    do(village, room_changes.remove_function, name="旅游咨询点", reason="迁到村口")
    assert look(village) == Unity(whole=False, room="文化旅游功能室", lacks=("旅游咨询点",), nowhere=("旅游咨询点",))
    with pytest.raises(FunctionWithoutRoom):
        do(village, plates.make_door_plate)


def test_a_function_is_removed_with_a_reason_and_stays_in_the_history(village: Village) -> None:
    unite(village)
    for refusal, wrong in (
        (NotAllowed, {"by": village.kiosk}),
        (FactWrong, {"room_id": gesture()}),
        (ReasonMissing, {"reason": " "}),
        (ChangedMeanwhile, {"name": "棋牌室"}),
    ):
        with pytest.raises(refusal):
            do(village, room_changes.remove_function, **{"name": "旅游咨询点", "reason": "迁走"} | wrong)
    once = gesture()
    for _ in range(2):
        do(village, room_changes.remove_function, name="旅游咨询点", reason="迁到村口", gesture=once)
    found = page(village)
    assert found.functions == ("图书室", "文体活动室")
    assert [(gone.name, gone.reason) for gone in found.gone_functions] == [("旅游咨询点", "迁到村口")]
    assert (found.changes[0].removed, found.changes[0].reason, found.changes[0].who) == ("旅游咨询点", "迁到村口", "周桂生")
    do(village, room_changes.add_function, name="旅游咨询点")
    assert page(village).functions == ("图书室", "文体活动室", "旅游咨询点")
    with pytest.raises(FactWrong):
        do(village, room_changes.add_function, name="旅游咨询点")
    with pytest.raises(FactMissing):
        do(village, room_changes.add_function, name=" ")


def test_what_is_to_come_for_a_function_keeps_it(village: Village) -> None:
    unite(village)
    take(village, "文体活动室:舞蹈")
    with pytest.raises(FunctionInUse) as refused:
        do(village, room_changes.remove_function, name="文体活动室", reason="不跳了")
    assert refused.value.facts == {"count": 1}
    do(village, room_changes.remove_function, name="文体活动室", reason="不跳了", at=AT + timedelta(days=2))


def test_of_a_removal_and_a_booking_in_the_same_moment_one_is_told(village: Village) -> None:
    unite(village)
    ends = together(
        lambda: take(village, "文体活动室"), lambda: do(village, room_changes.remove_function, name="文体活动室", reason="迁走")
    )  # fmt: skip
    assert ends["ok"] == 1
    assert ends in ({"ok": 1, "function_in_use": 1}, {"ok": 1, "fact_wrong": 1})


# -- who shares -------------------------------------------------------------------------------------------------------------


def test_what_is_planned_gets_the_lanes_of_a_new_sharing_and_never_overlaps(village: Village) -> None:
    unite(village)
    take(village, "图书室")
    with pytest.raises(RoomTaken):
        take(village, "旅游咨询点")
    do(village, room_changes.share, first="旅游咨询点", second="图书室", how=Sharing.TOGETHER)
    take(village, "旅游咨询点")
    with pytest.raises(RoomTaken):
        take(village, "文体活动室:舞蹈")
    do(village, room_changes.share, first="文体活动室:书画", second="图书室", how=Sharing.TOGETHER)
    with pytest.raises(RoomTaken):
        take(village, "文体活动室:书画")
    do(village, room_changes.share, first="旅游咨询点", second="文体活动室:书画", how=Sharing.TOGETHER)
    take(village, "文体活动室:书画")
    pairs = [("图书室", "旅游咨询点"), ("图书室", "文体活动室:书画"), ("文体活动室:书画", "旅游咨询点")]
    assert sorted(page(village).together) == sorted(pairs)
    table = RoomUse.__table__  # type: ignore[attr-defined]
    with village.engine.connect() as connection:
        live = connection.execute(sa.select(table.c.function, table.c.lanes).where(table.c.freed_at.is_(None))).all()
    assert dict(tuple(row) for row in live) == {name: sharing.lanes_of(name, pairs) for name in ("图书室", "旅游咨询点", "文体活动室:书画")}
    with pytest.raises(RoomTaken):
        do(village, room_changes.share, first="旅游咨询点", second="图书室", how=Sharing.APART)
    for wrong in ({"first": "图书室"}, {"first": "棋牌室"}):
        with pytest.raises(FactWrong):
            do(village, room_changes.share, **{"second": "图书室", "how": Sharing.APART} | wrong)


def test_a_new_function_says_at_once_with_what_it_shares(village: Village) -> None:
    unite(village, "图书室")
    do(village, room_changes.add_function, name="旅游咨询点", together=["图书室"])
    assert page(village).together == (("图书室", "旅游咨询点"),)


# -- what it is ---------------------------------------------------------------------------------------------------------------


def test_area_and_heads_change_with_a_reason_and_the_old_ones_stay(village: Village) -> None:
    new = replace(SHAPE, area_m2=120, capacity=50)
    for refusal, wrong in (
        (NotAllowed, {"by": village.kiosk}),
        (FactMissing, {"shape": replace(SHAPE, name=" ")}),
        (FactWrong, {"shape": replace(SHAPE, area_m2=-1)}),
        (FactWrong, {"shape": replace(SHAPE, capacity=1_000_000)}),
        (ReasonMissing, {"reason": ""}),
        (ChangedMeanwhile, {"seen": new}),
    ):
        with pytest.raises(refusal):
            do(village, room_changes.reshape, **{"seen": SHAPE, "shape": new, "reason": "打通隔墙"} | wrong)
    once = gesture()
    for _ in range(2):
        do(village, room_changes.reshape, seen=SHAPE, shape=new, reason="打通隔墙", gesture=once)
    found = page(village)
    assert found.shape == new
    assert [(was.area_m2, was.capacity, was.reason, was.reshaped) for was in found.changes] == [(90, 40, "打通隔墙", True)]
    do(village, room_changes.reshape, seen=new, shape=replace(new, name="文旅室"))
    assert (page(village).shape.name, count(village, RoomChange)) == ("文旅室", 1)


# -- what is offered ----------------------------------------------------------------------------------------------------------


def offered(village: Village) -> tuple[tuple[str, ...], list[str]]:
    library = village.rooms["library"].id
    told = database.read(village.engine, rooms.sheet, hall_id=village.hall.id, room_id=library, day=AT.date()).services
    choices = database.read(village.engine, closable.places, at=AT, by=village.zhou)
    return told, list(choices.services.get(library, {}).values())


def test_a_service_is_offered_stopped_and_offered_again(village: Village) -> None:
    added = do(village, offers.add, name="书法课")
    assert offered(village) == (("图书借阅", "书法课"), ["图书借阅", "书法课"])
    with pytest.raises(FactWrong):
        do(village, offers.add, name="书法课")
    once = gesture()
    for _ in range(2):
        do(village, offers.stop, open_item_id=added, reason="老师回城", gesture=once)
    assert offered(village) == (("图书借阅",), ["图书借阅"])
    assert [(gone.name, gone.reason) for gone in page(village).gone_offers] == [("书法课", "老师回城")]
    for refusal, wrong in (
        (ChangedMeanwhile, {}),
        (NotAllowed, {"by": village.kiosk}),
        (ReasonMissing, {"reason": ""}),
        (FactWrong, {"open_item_id": gesture()}),
    ):
        with pytest.raises(refusal):
            do(village, offers.stop, **{"open_item_id": added, "reason": "x"} | wrong)
    assert do(village, offers.add, name="书法课") == added
    assert offered(village)[0] == ("图书借阅", "书法课")
    assert (count(village, OpenItem), count(village, OpenItemStop)) == (3, 1)
    with pytest.raises(FactMissing):
        do(village, offers.add, name="")
