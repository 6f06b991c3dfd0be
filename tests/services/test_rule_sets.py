"""使用管理制度: nothing is published with an empty field, every version stays, and two tablets never publish the same one."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models import RoomFunction, RuleDraft, RuleSet
from services import database, rule_sets
from services.journal import Actor
from services.refusals import ApproverNotAllowed, ChangedMeanwhile, FactMissing, FactWrong, NotAllowed
from services.rule_sets import NEEDED, RuleSheet, Text
from tests.cast import AT, Village, gesture
from tests.robust.racing import together
from tests.services.test_events import count

TEXT = Text(
    "管好图书，按时开门。\n读者来了先登记。", "王志明 000-0000000", "图书借阅、报刊阅览", "周二至周日 9:00–12:00 14:30–17:30",
    "每周整理一次书架。",
)  # fmt: skip


def furnish(village: Village) -> UUID:
    """Two functions of the library; what stands after the colon follows the same rules."""
    here = village.rooms["library"].id
    names = ("图书室", "文体活动室:书画", "文体活动室:棋牌")
    village.save(*(RoomFunction(hall_id=village.hall.id, room_id=here, name=name) for name in names))
    return here


def publish(village: Village, **facts: Any) -> RuleSheet:
    said = {"room_id": village.rooms["library"].id, "function": "图书室", "text": TEXT, "signer": "周桂生", "seen": 0}
    facts = {"at": AT, "gesture": gesture(), "by": village.zhou, **said, **facts}
    return database.write(village.engine, rule_sets.publish, **facts)


def draft(village: Village, text: Text, seen: Any, by: Actor | None = None, at: datetime = AT) -> None:
    facts = {"room_id": village.rooms["library"].id, "function": "图书室", "at": at, "gesture": gesture(), "by": by or village.zhou}
    database.write(village.engine, rule_sets.save_draft, text=text, seen=seen, **facts)


def lines(village: Village) -> tuple[rule_sets.RuleLine, ...]:
    return database.read(village.engine, rule_sets.overview, hall_id=village.hall.id)


def test_two_sets_are_published_and_the_old_version_stays_readable(village: Village) -> None:
    here = furnish(village)
    lacking = lambda: database.read(village.engine, rule_sets.lacking, hall_id=village.hall.id)  # noqa: E731
    assert lacking() == ("图书室", "文体活动室")
    assert [(line.function, line.current) for line in lines(village)] == [("图书室", None), ("文体活动室", None)]
    first = publish(village)
    publish(village, function="文体活动室")
    second = publish(village, text=replace(TEXT, hours="周二至周日 8:30–12:00"), seen=1)
    assert lacking() == ()
    current = database.read(village.engine, rule_sets.current, hall_id=village.hall.id, room_id=here)
    assert [(one.function, one.version) for one in current] == [("图书室", 2), ("文体活动室", 1)]
    assert current[0] == second
    kept = database.read(village.engine, rule_sets.versions, hall_id=village.hall.id, room_id=here, function="图书室")
    assert kept == (second, first)
    assert (first.text, first.signer, first.approver, first.room) == (TEXT, "周桂生", "周桂生", "文化旅游功能室")
    assert first.text.duty.splitlines() == ["管好图书，按时开门。", "读者来了先登记。"]


def test_nothing_is_published_with_an_empty_field_and_it_is_named(village: Village) -> None:
    furnish(village)
    for name in NEEDED:
        with pytest.raises(FactMissing) as refused:
            publish(village, text=replace(TEXT, **{name: " \n "}))
        assert refused.value.facts == {"field": f"rule_{name}"}
    with pytest.raises(FactMissing):
        publish(village, signer=" ")
    assert count(village, RuleSet) == 0
    publish(village, text=replace(TEXT, conduct=""))


def test_only_who_has_the_right_approves_and_strangers_are_refused(village: Village) -> None:
    furnish(village)
    for refusal, wrong in (
        (NotAllowed, {"by": village.kiosk}),
        (ApproverNotAllowed, {"approver_id": village.staff["lan"].id}),
        (FactWrong, {"room_id": gesture()}),
        (FactWrong, {"function": "棋牌室"}),
        (FactWrong, {"text": replace(TEXT, upkeep="好" * 401)}),
        (ChangedMeanwhile, {"seen": 1}),
    ):
        with pytest.raises(refusal):
            publish(village, **wrong)
    assert count(village, RuleSet) == 0


def test_a_draft_may_be_half_written_and_is_done_with_when_published(village: Village) -> None:
    furnish(village)
    draft(village, replace(TEXT, upkeep=""), None)
    (written, _) = lines(village)
    assert written.draft is not None
    assert written.draft.text.upkeep == ""
    assert written.current is None
    with pytest.raises(ChangedMeanwhile):
        draft(village, TEXT, None)
    draft(village, TEXT, written.draft.changed_at)
    with pytest.raises(NotAllowed):
        draft(village, TEXT, AT, village.kiosk)
    later = AT + timedelta(minutes=1)
    draft(village, TEXT, AT, at=later)
    for seen in (None, AT):
        with pytest.raises(ChangedMeanwhile):
            publish(village, draft_seen=seen)
    with pytest.raises(ChangedMeanwhile):
        draft(village, TEXT, AT)
    publish(village, draft_seen=later)
    assert count(village, RuleDraft) == 0
    with pytest.raises(FactWrong):
        database.read(village.engine, rule_sets.sheet, rule_id=gesture(), by=village.zhou)


def test_twice_is_once_and_gone_functions_keep_their_rules(village: Village) -> None:
    furnish(village)
    once = gesture()
    assert publish(village, gesture=once) == publish(village, gesture=once)
    assert count(village, RuleSet) == 1
    database.write(village.engine, _end)
    (_, line) = lines(village)
    assert (line.function, line.in_force, line.current is not None) == ("图书室", False, True)
    assert database.read(village.engine, rule_sets.current, hall_id=village.hall.id, room_id=line.room_id) == ()


def _end(session: Any) -> None:
    table = RoomFunction.__table__  # type: ignore[attr-defined]
    session.execute(table.update().where(table.c.name == "图书室").values(removed_at=AT, removed_reason="迁走"))


def test_of_two_tablets_that_publish_one_is_told(village: Village) -> None:
    furnish(village)
    assert together(*(lambda: publish(village) for _ in range(3))) == {"ok": 1, "changed_meanwhile": 2}
    assert count(village, RuleSet) == 1
