"""A room's time: functions share it or exclude each other, on both engines, in any order, and when two hands want it at once."""

from collections import Counter
from datetime import timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from models import FunctionPair, RoomFunction, RoomUse, Sharing, UseKind, new_id
from models.timeline import ALL_LANES
from services import database, sharing, timeline
from services.refusals import ChangedMeanwhile, FactWrong, RoomTaken
from services.spans import Span
from tests.cast import AT, Village, build
from tests.databases import empty
from tests.robust.racing import paused_before, together

READING, DANCE, PAINTING, DESK = "图书室", "文体活动室:舞蹈", "文体活动室:书画", "旅游咨询点"
TOGETHER = {tuple(sorted(pair)) for pair in ((READING, DESK), (READING, PAINTING))}
FUNCTIONS = ("", READING, DANCE, PAINTING, DESK)
_use = RoomUse.__table__  # type: ignore[attr-defined]


def furnish(village: Village) -> UUID:
    """Give the library its functions, and say which of them share it."""
    hall_id, room_id = village.hall.id, village.rooms["library"].id
    names = (READING, "文体活动室", DESK)
    rows: list[Any] = [RoomFunction(hall_id=hall_id, room_id=room_id, name=name) for name in names]
    rows += [FunctionPair(hall_id=hall_id, room_id=room_id, first=a, second=b, sharing=Sharing.TOGETHER) for a, b in TOGETHER]
    village.save(*rows)
    return room_id


@pytest.fixture
def room(village: Village) -> UUID:
    return furnish(village)


def hours(start: int, end: int) -> Span[Any]:
    return Span(AT + timedelta(hours=start), AT + timedelta(hours=end))


def take(village: Village, room: UUID, start: int, end: int, function: str = "", whose: UUID | None = None) -> UUID:
    whose = whose or new_id()
    database.write(
        village.engine, timeline.take, room_id=room, uses=[(whose, hours(start, end))], kind=UseKind.BOOKING, function=function,
        at=AT, by=village.zhou,
    )  # fmt: skip
    return whose


def excludes(first: str, second: str) -> bool:
    return tuple(sorted((first, second))) not in TOGETHER


def test_reading_and_the_tourism_desk_share_the_room_dance_has_it_alone(village: Village, room: UUID) -> None:
    take(village, room, 0, 2, READING)
    take(village, room, 1, 3, DESK)
    with pytest.raises(RoomTaken):
        take(village, room, 1, 2, DANCE)
    with pytest.raises(RoomTaken):
        take(village, room, 1, 2)
    with pytest.raises(RoomTaken):
        take(village, room, 2, 4, PAINTING)
    take(village, room, 3, 4, DANCE)


def test_a_room_is_taken_by_what_it_is_for_and_for_a_month_at_most(village: Village, room: UUID) -> None:
    for facts in ({"function": "舞厅", "end": 1}, {"end": 24 * 32}):
        with pytest.raises(FactWrong):
            take(village, room, 0, facts["end"], facts.get("function", ""))  # type: ignore[arg-type]
    with pytest.raises(FactWrong):
        take(village, new_id(), 0, 1)


def test_what_moves_is_freed_and_taken_and_its_past_stays(village: Village, room: UUID) -> None:
    whose = take(village, room, 0, 2, DANCE)
    take(village, room, 4, 6)
    facts = {"source_id": whose, "room_id": room, "at": AT, "by": village.zhou}
    database.write(village.engine, timeline.move, span=hours(1, 3), **facts)
    with pytest.raises(RoomTaken):
        database.write(village.engine, timeline.move, span=hours(5, 7), **facts)
    with pytest.raises(ChangedMeanwhile):
        database.write(village.engine, timeline.move, span=hours(5, 7), **{**facts, "source_id": new_id()})
    take(village, room, 0, 1)
    with village.engine.connect() as connection:
        rows = connection.execute(sa.select(_use.c.function, _use.c.freed_at.is_(None)).where(_use.c.source_id == whose)).all()
    assert Counter(tuple(row) for row in rows) == {(DANCE, True): 1, (DANCE, False): 1}
    assert database.write(village.engine, timeline.free, source_ids=[whose], at=AT, by=village.zhou) == 1
    take(village, room, 1, 3)


def test_the_database_keeps_the_law_when_nobody_asks(village: Village, room: UUID) -> None:
    row = {
        "hall_id": village.hall.id, "room_id": room, "function": "", "lanes": 2, "kind": UseKind.EVENT, "starts_at": AT,
        "ends_at": AT + timedelta(hours=2), "note": "", "taken_at": AT, "freed_at": None,
    }  # fmt: skip

    def put(**facts: Any) -> None:
        new = {**row, "id": new_id(), "source_id": new_id(), **facts}
        database.write(village.engine, lambda session: session.execute(sa.insert(_use), new))

    put()
    put(lanes=1)
    put(starts_at=AT + timedelta(hours=2), ends_at=AT + timedelta(hours=3))
    put(freed_at=AT)
    put(room_id=village.rooms["activity"].id)
    with pytest.raises(IntegrityError):
        put(lanes=6, starts_at=AT + timedelta(hours=1), ends_at=AT + timedelta(hours=3))
    with pytest.raises(IntegrityError):
        database.write(village.engine, lambda session: session.execute(sa.update(_use).values(freed_at=None, lanes=ALL_LANES)))


def test_eight_hands_one_room(village: Village, room: UUID) -> None:
    with paused_before(village.engine, "INSERT INTO room_use"):
        for start in range(0, 8, 2):
            ends = together(*(lambda start=start: take(village, room, start, start + 2, DANCE) for _ in range(8)))
            assert ends == {"ok": 1, "room_taken": 7}
        ends = together(*(lambda name=name: take(village, room, 10, 12, name) for name in (READING, DESK, PAINTING, DANCE)))
    assert ends["ok"] in {1, 2}
    assert ends["ok"] + ends["room_taken"] == 4


names = st.sampled_from("ABCDEF")


@given(st.sets(st.tuples(names, names).filter(lambda pair: pair[0] < pair[1]), max_size=7))
def test_two_functions_meet_in_a_lane_exactly_when_they_exclude_each_other(pairs: set[tuple[str, str]]) -> None:
    for first, second in combinations("ABCDEFG", 2):
        meet = bool(sharing.lanes_of(first, pairs) & sharing.lanes_of(second, pairs))
        assert meet is ((first, second) not in pairs)
    assert all(sharing.lanes_of(name, pairs) & sharing.lanes_of("", pairs) for name in "ABCDEFG")


def test_more_lanes_than_a_room_has_are_refused() -> None:
    with pytest.raises(FactWrong):
        sharing.lanes([(f"a{number}", f"b{number}") for number in range(4)])


@pytest.fixture
def any_room(engine: Engine) -> Engine:
    return engine


def test_whatever_is_taken_moved_and_freed_nothing_that_excludes_overlaps(any_room: Engine) -> None:
    class Room(RuleBasedStateMachine):
        """The rule told in a few lines, beside the table."""

        def __init__(self) -> None:
            super().__init__()
            empty(any_room)
            self.village = build(any_room)
            self.room = furnish(self.village)
            self.uses: dict[UUID, tuple[int, int, str]] = {}

        def clash(self, start: int, end: int, function: str, but: UUID | None = None) -> bool:
            return any(
                start < other_end and other_start < end and excludes(function, other)
                for whose, (other_start, other_end, other) in self.uses.items()
                if whose != but
            )

        @rule(start=st.integers(0, 12), length=st.integers(1, 5), function=st.sampled_from(FUNCTIONS))
        def somebody_takes(self, start: int, length: int, function: str) -> None:
            if self.clash(start, start + length, function):
                with pytest.raises(RoomTaken):
                    take(self.village, self.room, start, start + length, function)
            else:
                self.uses[take(self.village, self.room, start, start + length, function)] = (start, start + length, function)

        @rule(data=st.data(), start=st.integers(0, 12), length=st.integers(1, 5))
        def somebody_moves(self, data: st.DataObject, start: int, length: int) -> None:
            if not self.uses:
                return
            whose = data.draw(st.sampled_from(sorted(self.uses)))
            function = self.uses[whose][2]
            facts = {"source_id": whose, "room_id": self.room, "span": hours(start, start + length), "at": AT, "by": self.village.zhou}
            if self.clash(start, start + length, function, but=whose):
                with pytest.raises(RoomTaken):
                    database.write(any_room, timeline.move, **facts)
            else:
                database.write(any_room, timeline.move, **facts)
                self.uses[whose] = (start, start + length, function)

        @rule(data=st.data())
        def somebody_frees(self, data: st.DataObject) -> None:
            if self.uses:
                whose = data.draw(st.sampled_from(sorted(self.uses)))
                assert database.write(any_room, timeline.free, source_ids=[whose], at=AT, by=self.village.zhou) == 1
                del self.uses[whose]

        @invariant()
        def the_table_says_the_same(self) -> None:
            with any_room.connect() as connection:
                rows = connection.execute(sa.select(_use.c.source_id, _use.c.starts_at, _use.c.ends_at, _use.c.function).where(_use.c.freed_at.is_(None)))
                found = {row.source_id: (Span(row.starts_at, row.ends_at), row.function) for row in rows}
            assert found == {whose: (hours(start, end), function) for whose, (start, end, function) in self.uses.items()}

    Room.TestCase.settings = settings(
        max_examples=8, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
    )  # fmt: skip
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(Room, settings=Room.TestCase.settings)
