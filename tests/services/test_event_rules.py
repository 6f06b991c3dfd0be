"""What events keep from being lent, and the policy of the house for events."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from models import EventKind, Purpose
from services import circulation, clock, database, event_rules, events, sign_ups, visit
from services.event_rules import Rules
from services.event_things import Wanted
from services.events import Draft
from services.lending_rules import Wish
from services.refusals import FactWrong, GuestSeatsResting, KeptForEvent, NotAllowed
from services.sign_ups import Guest
from services.spans import Span
from services.visit import Standing
from tests.cast import AT, Village, gesture

TODAY = date(2027, 3, 10)
PLAY = Wish(purpose=Purpose.REHEARSAL)


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts)


def make(village: Village, *things: Wanted, day: date = TODAY, hour: int = 15, **facts: Any) -> Any:
    span = Span(clock.instant(day, hour * 60), clock.instant(day, (hour + 2) * 60))
    draft = Draft("腰鼓比赛", EventKind.FESTIVAL, "周桂生", **facts)
    return do(village, events.make, draft=draft, room_id=village.rooms["activity"].id, spans=[span], things=things)


def lend(village: Village, what: str, wish: Wish = PLAY, **facts: Any) -> Any:
    ids = {"item_id": village.item_id(what), "card_id": village.card_id("mei")}
    return do(village, circulation.check_out, **ids, wish=wish, **{"by": village.kiosk} | facts)


def test_what_an_event_needs_today_stays_here(village: Village) -> None:
    made = make(village, Wanted(village.item_id("erhu")))
    with pytest.raises(KeptForEvent) as refusal:
        lend(village, "erhu")
    assert refusal.value.facts == {"starts_at": clock.instant(TODAY, 15 * 60)}
    scan: dict[str, Any] = {"code": village.code("erhu"), "standing": Standing(card_id=village.card_id("mei"))}
    with pytest.raises(KeptForEvent):
        do(village, visit.scan, **scan, by=village.kiosk)
    assert lend(village, "erhu", by=village.zhou, overrides=frozenset({"kept_for_event"}), reason="就是给比赛用的").quantity == 1
    do(village, circulation.check_in, item_id=village.item_id("erhu"))
    do(village, events.cancel, event_id=made.event_id, reason="下雨")
    assert lend(village, "erhu").due_day == TODAY


def test_what_is_back_before_the_event_may_go_out(village: Village) -> None:
    """Equipment at the kiosk goes out for the day; what leaves the hall for days would not be back."""
    make(village, Wanted(village.item_id("erhu")), day=TODAY + timedelta(days=3))
    assert lend(village, "erhu").due_day == TODAY
    do(village, circulation.check_in, item_id=village.item_id("erhu"))
    away = replace(PLAY, outside_days=5, approver_id=village.staff["zhou"].id)
    with pytest.raises(KeptForEvent):
        lend(village, "erhu", away, by=village.zhou)


def test_an_event_that_is_over_keeps_nothing(village: Village) -> None:
    make(village, Wanted(village.item_id("erhu")), hour=9)
    with pytest.raises(KeptForEvent):
        lend(village, "erhu")
    assert lend(village, "erhu", at=AT + timedelta(hours=1, minutes=30)).due_day == TODAY


def test_of_a_set_the_rest_may_go_out(village: Village) -> None:
    make(village, Wanted(village.item_id("drums"), 15))
    team = {"card_id": village.card_id("team")} if "team" in village.cards else {"card_id": village.card_id("mei")}
    facts = {"item_id": village.item_id("drums"), **team, "by": village.zhou, "overrides": frozenset({"too_many_loans"}), "reason": "排练"}
    with pytest.raises(KeptForEvent):
        do(village, circulation.check_out, **facts, wish=replace(PLAY, quantity=6))
    assert do(village, circulation.check_out, **facts, wish=replace(PLAY, quantity=5)).quantity == 5


def join(village: Village, event_id: Any, name: str, at: datetime = AT, **facts: Any) -> Any:
    return do(village, sign_ups.sign_up, event_id=event_id, guest=Guest(name), at=at, **{"by": village.kiosk} | facts)


def test_a_family_signs_up_and_a_joker_rests(village: Village) -> None:
    event_id = make(village, seats=60, day=TODAY + timedelta(days=5)).event_id
    other = make(village, seats=60, day=TODAY + timedelta(days=6)).event_id
    for number in range(6):
        join(village, event_id, f"客人{number}", AT + timedelta(seconds=number))
    with pytest.raises(GuestSeatsResting) as refusal:
        join(village, event_id, "第七个", AT + timedelta(minutes=1))
    assert refusal.value.facts == {"most": 6, "until": AT + timedelta(minutes=10)}
    join(village, event_id, "管理员登记的", AT + timedelta(minutes=1), by=village.zhou)
    do(village, sign_ups.sign_up, event_id=event_id, card_id=village.card_id("mei"), at=AT + timedelta(minutes=1), by=village.kiosk)
    join(village, other, "别的活动", AT + timedelta(minutes=1))
    join(village, event_id, "第七个", AT + timedelta(minutes=10))


def test_the_rules_are_an_admins(village: Village) -> None:
    new = Rules(guest_seats=1, guest_minutes=30, first_days=20, second_days=5)
    for wrong, field in ((replace(new, guest_seats=0), "guest_seats"), (replace(new, second_days=20), "second_days")):
        with pytest.raises(FactWrong) as refusal:
            database.write(village.engine, event_rules.change, new=wrong, at=AT, by=village.zhou)
        assert refusal.value.facts == {"field": field}
    with pytest.raises(NotAllowed):
        database.write(village.engine, event_rules.change, new=new, at=AT, by=village.kiosk)
    for _ in range(2):
        database.write(village.engine, event_rules.change, new=new, at=AT, by=village.zhou)
    assert database.read(village.engine, event_rules.rules, hall_id=village.hall.id) == new
    event_id = make(village, seats=60, day=TODAY + timedelta(days=5)).event_id
    join(village, event_id, "一个")
    with pytest.raises(GuestSeatsResting):
        join(village, event_id, "两个")
