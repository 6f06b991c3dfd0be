"""Stocktaking: the list is frozen, scanning marks, two tablets at once, and only a signed close changes anything."""

import threading
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from models import Condition, Difference, ItemCondition, StocktakeScan
from services import circulation, conditions, database, stocktake
from services.refusals import ApproverNotAllowed, FactWrong, NotAllowed, Refusal, StocktakeClosed, StocktakeOpen
from services.stocktake import Mark, Marked, Sheet
from tests.cast import AT, Village, gesture
from tests.databases import rows


def begin(village: Village, room: str = "library", share: int = 100, by: Any = None, hand: UUID | None = None) -> UUID:
    room_id = village.rooms[room].id if room else None
    facts = {"room_id": room_id, "share": share, "at": AT, "gesture": hand or gesture(), "by": by or village.zhou}
    return database.write(village.engine, stocktake.start, **facts)


def scan(village: Village, take: UUID, code: str, room: str = "library", hand: UUID | None = None) -> Marked:
    facts = {
        "stocktake_id": take,
        "code": code,
        "room_id": village.rooms[room].id,
        "at": AT,
        "gesture": hand or gesture(),
        "by": village.zhou,
    }
    return database.write(village.engine, stocktake.scan, **facts)


def look(village: Village, take: UUID) -> Sheet:
    return database.read(village.engine, stocktake.sheet, stocktake_id=take, by=village.zhou)


def close(village: Village, take: UUID, *, lost: bool = False, approver: str = "", hand: UUID | None = None) -> Sheet:
    facts = {
        "lost": lost,
        "approver_id": village.staff[approver].id if approver else None,
        "gesture": hand or gesture(),
        "by": village.zhou,
    }
    return database.write(village.engine, stocktake.close, stocktake_id=take, at=AT + timedelta(minutes=4), **facts)


def lend(village: Village, what: str) -> None:
    facts = {"item_id": village.item_id(what), "card_id": village.card_id("mei"), "at": AT, "gesture": gesture(), "by": village.kiosk}
    database.write(village.engine, circulation.check_out, **facts)


def lost(village: Village) -> set[UUID]:
    with Session(village.engine) as session:
        found = sa.select(ItemCondition.item_id).where(ItemCondition.condition == Condition.LOST, ItemCondition.ended_at.is_(None))  # type: ignore[union-attr]
        return set(session.scalars(found))


LIBRARY = ("huozhe", "huozhe-2", "biancheng", "weicheng", "pingfan-v1", "pingfan-v2", "pingfan-v3", "dujia")


def test_what_is_lent_is_not_missing_and_what_was_not_seen_is(village: Village) -> None:
    lend(village, "biancheng")
    take = begin(village)
    for what in ("huozhe", "weicheng"):
        assert scan(village, take, village.code(what)).mark is Mark.SEEN
    now = look(village, take)
    assert (now.number, now.expected, now.seen, now.on_loan, now.missing) == (1, len(LIBRARY), 2, 1, 5)
    missing = {line.item_id for line in now.lines}
    assert missing == {village.item_id(what) for what in LIBRARY} - {village.item_id(what) for what in ("huozhe", "weicheng", "biancheng")}


def test_every_kind_of_scan_is_told_apart_and_recorded(village: Village) -> None:
    lend(village, "biancheng")
    database.write(
        village.engine, conditions.mark, item_id=village.item_id("weicheng"), condition=Condition.LOST, reason="x", at=AT, gesture=gesture(),
        by=village.zhou,
    )  # fmt: skip
    take = begin(village)
    assert scan(village, take, village.code("huozhe")).mark is Mark.SEEN
    assert scan(village, take, village.code("huozhe")).mark is Mark.AGAIN
    assert scan(village, take, village.code("erhu")).mark is Mark.MISPLACED
    assert scan(village, take, village.code("biancheng")).mark is Mark.LENT
    assert scan(village, take, village.code("weicheng")).mark is Mark.SURPLUS
    assert scan(village, take, "=cmd|' /C calc'!A0").mark is Mark.UNKNOWN
    assert scan(village, take, village.card_code("mei")).mark is Mark.UNKNOWN
    now = look(village, take)
    kinds = {line.kind: line for line in now.lines if line.kind is not Difference.MISSING}
    assert set(kinds) == set(Difference) - {Difference.MISSING}
    assert kinds[Difference.MISPLACED].found == "文化旅游功能室"
    assert kinds[Difference.MISPLACED].place.startswith("多功能活动厅")
    assert now.again == 1


def test_scanning_changes_nothing_but_the_scans(village: Village) -> None:
    lend(village, "biancheng")
    take = begin(village)
    before = rows(village.engine)
    for what in ("huozhe", "biancheng", "erhu"):
        scan(village, take, village.code(what))
    after = rows(village.engine)
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {"stocktake_scan": 3}


def test_a_scan_sent_twice_is_one(village: Village) -> None:
    take, hand = begin(village), gesture()
    assert scan(village, take, village.code("huozhe"), hand=hand) == scan(village, take, village.code("huozhe"), hand=hand)
    assert look(village, take).again == 0


def test_only_closing_makes_a_shortage_lost_and_only_with_an_approver(village: Village) -> None:
    take = begin(village)
    for what in set(LIBRARY) - {"huozhe", "weicheng"}:
        scan(village, take, village.code(what))
    before = rows(village.engine)
    with pytest.raises(ApproverNotAllowed):
        close(village, take, lost=True)
    with pytest.raises(ApproverNotAllowed):
        close(village, take, lost=True, approver="lan")
    assert rows(village.engine) == before
    signed = close(village, take, lost=True, approver="zhou")
    assert lost(village) == {village.item_id("huozhe"), village.item_id("weicheng")}
    assert (signed.lost, signed.keeper, signed.approver, signed.people) == (2, "周桂生", "周桂生", "周桂生")
    assert {line.kind for line in signed.lines} == {Difference.MISSING}


def test_closing_without_an_approver_leaves_the_shortage_on_the_list_alone(village: Village) -> None:
    take = begin(village)
    signed = close(village, take)
    assert (signed.missing, signed.lost, lost(village)) == (len(LIBRARY), 0, set())


def test_the_signed_list_stays_as_it_was(village: Village) -> None:
    take = begin(village)
    scan(village, take, village.code("huozhe"))
    signed = close(village, take)
    lend(village, "weicheng")
    assert look(village, take) == signed
    with pytest.raises(StocktakeClosed):
        scan(village, take, village.code("weicheng"))
    with pytest.raises(StocktakeClosed):
        close(village, take)


def test_one_gesture_starts_once_and_closes_once(village: Village) -> None:
    hand = gesture()
    take = begin(village, hand=hand)
    assert begin(village, hand=hand) == take
    first = close(village, take, hand=hand)
    before = rows(village.engine)
    assert close(village, take, hand=hand) == first
    assert rows(village.engine) == before


def test_what_was_thought_lost_and_is_seen_is_found_at_the_close(village: Village) -> None:
    database.write(
        village.engine, conditions.mark, item_id=village.item_id("weicheng"), condition=Condition.LOST, reason="x", at=AT, gesture=gesture(),
        by=village.zhou,
    )  # fmt: skip
    take = begin(village)
    scan(village, take, village.code("weicheng"))
    assert lost(village) == {village.item_id("weicheng")}
    close(village, take)
    assert lost(village) == set()


def test_what_comes_back_or_goes_out_meanwhile_is_judged_at_the_close(village: Village) -> None:
    take = begin(village)
    lend(village, "weicheng")
    assert village.item_id("weicheng") not in {line.item_id for line in look(village, take).lines}


def test_a_sample_is_a_tenth_and_more_than_it_is_no_difference(village: Village) -> None:
    for number in range(30):
        village.book(f"b{number}", f"书{number}")
    take = begin(village, room="", share=10)
    expected = 4
    assert look(village, take).expected == expected
    for what in village.items:
        room = "activity" if what in {"erhu", "drums"} else "library"
        assert scan(village, take, village.code(what), room=room).mark is Mark.SEEN
    now = look(village, take)
    assert (now.seen, now.lines) == (expected, ())


def test_another_begins_when_the_first_is_closed(village: Village) -> None:
    take = begin(village)
    with pytest.raises(StocktakeOpen):
        begin(village, room="activity")
    assert database.read(village.engine, stocktake.open_now, by=village.zhou) == take
    close(village, take)
    assert look(village, begin(village, room="activity")).number == 2
    assert database.read(village.engine, stocktake.past, by=village.zhou) == [take]


def test_strangers_and_odd_shares_are_refused(village: Village) -> None:
    with pytest.raises(NotAllowed):
        begin(village, by=village.kiosk)
    with pytest.raises(FactWrong):
        begin(village, share=50)


def together(*acts: Any) -> list[str]:
    start, ends = threading.Barrier(len(acts)), list[str]()

    def one(act: Any) -> None:
        start.wait()
        try:
            act()
            ends.append("ok")
        except Refusal as refusal:
            ends.append(refusal.code)
        except Exception as error:  # noqa: BLE001  any other end is what the test looks for
            ends.append(repr(error))

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


def test_two_tablets_scan_at_once_and_nothing_is_lost_or_counted_twice(village: Village) -> None:
    take = begin(village)
    hands = {what: gesture() for what in LIBRARY}

    def walk() -> None:
        for what in LIBRARY:
            scan(village, take, village.code(what), hand=hands[what])
            scan(village, take, village.code(what))

    assert together(walk, walk, walk) == ["ok"] * 3
    now = look(village, take)
    assert (now.seen, now.missing, now.again) == (len(LIBRARY), 0, 3 * len(LIBRARY))


def test_two_tablets_that_start_at_once_start_one(village: Village) -> None:
    for _ in range(5):
        assert together(*[lambda: begin(village)] * 3) == ["ok", "stocktake_open", "stocktake_open"]
        take = database.read(village.engine, stocktake.open_now, by=village.zhou)
        assert take
        close(village, take)


def test_a_scan_that_meets_the_close_is_on_the_list_or_refused_never_between(village: Village) -> None:
    for _ in range(8):
        take = begin(village)
        scans = [partial(scan, village, take, village.code(what)) for what in LIBRARY]
        ends = together(*scans, partial(close, village, take), partial(close, village, take))
        assert set(ends) <= {"ok", "stocktake_closed"}
        signed = look(village, take)
        with Session(village.engine) as session:
            seen = set(session.scalars(sa.select(StocktakeScan.item_id).where(StocktakeScan.stocktake_id == take)))
        assert {line.item_id for line in signed.lines if line.kind is Difference.MISSING} == {
            village.item_id(what) for what in LIBRARY
        } - seen
        assert signed.seen == len(seen)
