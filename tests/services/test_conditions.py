"""Lost and found, damaged and mended, withdrawn, replaced in kind, written off: each with who, when and why."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models import Condition, Hold, HoldState, Item, ItemCondition, JournalRow, Loan, LoanEnd, Purpose, Role, TakenNumber
from services import circulation, conditions, database, holds, losses
from services.lending_rules import Wish
from services.refusals import (
    ApproverNotAllowed,
    ChangedMeanwhile,
    FactWrong,
    ItemDamaged,
    ItemOnLoan,
    ItemWithdrawn,
    LoanGone,
    NotAllowed,
    OutOfOrder,
    PartsMissing,
    ReasonMissing,
    TooManyHolds,
)
from tests.cast import AT, Village, gesture
from tests.robust.dumps import everything

LATER = AT + timedelta(days=1)


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": LATER, "gesture": gesture(), "by": village.zhou} | facts)


def lend(village: Village, what: str, who: str, **wish: Any) -> Any:
    return do(
        village, circulation.check_out, item_id=village.item_id(what), card_id=village.card_id(who), by=village.kiosk, wish=Wish(**wish)
    )


def rows(village: Village, table: Any, *where: Any) -> list[Any]:
    with Session(village.engine) as session:
        return list(session.exec(select(table).where(*where).order_by(*table.__table__.primary_key)).all())


@pytest.mark.parametrize(
    ("condition", "refusal"),
    [(Condition.DAMAGED, ItemDamaged), (Condition.OUT_OF_ORDER, OutOfOrder), (Condition.PARTS_MISSING, PartsMissing)],
)
def test_what_is_marked_is_not_lent_until_it_is_mended(village: Village, condition: Condition, refusal: type[Exception]) -> None:
    item = village.item_id("huozhe")
    do(village, conditions.mark, item_id=item, condition=condition, reason="书脊开胶")
    with pytest.raises(refusal):
        lend(village, "huozhe", "mei")
    with pytest.raises(ChangedMeanwhile):
        do(village, conditions.mark, item_id=item, condition=condition, reason="又坏了")
    do(village, conditions.mend, item_id=item, condition=condition, reason="已粘好")
    lend(village, "huozhe", "mei")
    (row,) = rows(village, ItemCondition)
    assert (row.staff_id, row.since_at, row.ended_at, row.reason) == (village.staff["zhou"].id, LATER, LATER, "书脊开胶")
    with pytest.raises(ChangedMeanwhile):
        do(village, conditions.mend, item_id=item, condition=condition, reason="已粘好")


def test_a_lost_thing_scanned_again_is_found_first_and_then_free(village: Village) -> None:
    item = village.item_id("huozhe")
    do(village, conditions.mark, item_id=item, condition=Condition.LOST, reason="盘点缺")
    slip = do(village, circulation.check_in, item_id=item, by=village.kiosk)
    assert (slip.found, slip.was_out) == (True, False)
    assert [row.ended_at for row in rows(village, ItemCondition)] == [LATER]
    do(village, conditions.mark, item_id=item, condition=Condition.LOST, reason="又不见了")
    assert lend(village, "huozhe", "mei").name == "活着"
    assert all(row.ended_at for row in rows(village, ItemCondition))


def test_one_press_marks_once(village: Village) -> None:
    facts = {"item_id": village.item_id("huozhe"), "condition": Condition.DAMAGED, "reason": "水渍", "gesture": gesture()}
    do(village, conditions.mark, **facts)
    do(village, conditions.mark, **facts)
    mended = facts | {"gesture": gesture()}
    do(village, conditions.mend, **mended)
    do(village, conditions.mend, **mended)
    assert len(rows(village, ItemCondition)) == 1
    assert len(rows(village, JournalRow, JournalRow.verb.in_(["mark", "mend"]))) == 2


def test_withdrawing_needs_a_reason_and_an_approver_and_is_for_good(village: Village) -> None:
    item = village.item_id("huozhe")
    lan = replace(village.zhou, staff_id=village.staff["lan"].id)
    before = everything(village.engine)
    for refusal, facts in [(ReasonMissing, {"reason": " "}), (ApproverNotAllowed, {"by": lan}), (NotAllowed, {"by": village.kiosk})]:
        with pytest.raises(refusal):
            do(village, conditions.withdraw, **{"item_id": item, "reason": "破旧"} | facts)
    assert everything(village.engine) == before

    do(village, conditions.withdraw, item_id=item, reason="破旧", by=lan, approver_id=village.staff["zhou"].id)
    (row,) = rows(village, ItemCondition)
    assert (row.staff_id, row.approver_id, row.reason) == (village.staff["lan"].id, village.staff["zhou"].id, "破旧")
    with pytest.raises(ItemWithdrawn):
        lend(village, "huozhe", "mei")
    with pytest.raises(ItemWithdrawn):
        do(village, conditions.withdraw, item_id=item, reason="破旧")
    with pytest.raises(ItemWithdrawn):
        do(village, conditions.mend, item_id=item, condition=Condition.WITHDRAWN, reason="找回来了")
    for never in (Condition.WITHDRAWN, Condition.CLAIMS_RETURNED):
        with pytest.raises(FactWrong):
            do(village, conditions.mark, item_id=village.item_id("huozhe-2"), condition=never, reason="破旧")


def test_nothing_is_withdrawn_while_it_is_out(village: Village) -> None:
    lend(village, "huozhe", "mei")
    before = everything(village.engine)
    with pytest.raises(ItemOnLoan):
        do(village, conditions.withdraw, item_id=village.item_id("huozhe"), reason="破旧")
    assert everything(village.engine) == before


def test_the_person_in_charge_of_the_room_approves_too(village: Village) -> None:
    with Session(village.engine) as session:
        session.connection(execution_options={"writes": True})
        session.get_one(type(village.staff["zhou"]), village.staff["zhou"].id).role = Role.KEEPER
        session.commit()
    do(village, conditions.withdraw, item_id=village.item_id("huozhe"), reason="破旧")
    with pytest.raises(ApproverNotAllowed):  # zhou answers for the library, not for the activity room
        do(village, conditions.withdraw, item_id=village.item_id("erhu"), reason="琴皮破")


def hold_for_yu(village: Village) -> None:
    """All copies of 边城 are out, Yu waits, and it comes back: kept for her."""
    lend(village, "biancheng", "mei")
    do(village, holds.place, title_id=village.titles["biancheng"].id, card_id=village.card_id("yu"), by=village.kiosk)
    do(village, circulation.check_in, item_id=village.item_id("biancheng"), by=village.kiosk)
    assert [hold.state for hold in rows(village, Hold)] == [HoldState.READY]


def test_a_kept_copy_that_breaks_lets_its_reader_wait_in_the_old_place_and_gets_it_when_mended(village: Village) -> None:
    hold_for_yu(village)
    item = village.item_id("biancheng")
    do(village, conditions.mark, item_id=item, condition=Condition.DAMAGED, reason="被雨淋")
    (hold,) = rows(village, Hold)
    assert (hold.state, hold.item_id, hold.placed_at) == (HoldState.WAITING, None, LATER)
    do(village, conditions.mend, item_id=item, condition=Condition.DAMAGED, reason="晾干")
    assert [hold.state for hold in rows(village, Hold)] == [HoldState.READY]


def test_a_kept_copy_that_breaks_is_replaced_by_another_that_is_free(village: Village) -> None:
    hold_for_yu(village)
    with Session(village.engine) as session:  # a second copy, mended on the same morning
        session.connection(execution_options={"writes": True})
        session.get_one(Item, village.item_id("weicheng")).title_id = village.titles["biancheng"].id
        session.commit()
    do(village, conditions.mark, item_id=village.item_id("biancheng"), condition=Condition.DAMAGED, reason="被雨淋")
    assert [(hold.state, hold.item_id) for hold in rows(village, Hold)] == [(HoldState.READY, village.item_id("weicheng"))]


def test_staff_set_a_rule_of_waiting_aside_with_a_reason_and_a_kiosk_never_does(village: Village) -> None:
    for what in ("biancheng", "weicheng", "pingfan-v1"):
        lend(village, what, "mei")
    titles = [village.titles[name].id for name in ("biancheng", "weicheng", "pingfan")]
    facts = {"card_id": village.card_id("yu"), "overrides": frozenset({"too_many_holds"}), "reason": "竞赛要用"}
    do(village, holds.place, title_id=titles[0], **facts)
    do(village, holds.place, title_id=titles[1], **facts)
    third = {"title_id": titles[2], "volume": 1, **facts}
    with pytest.raises(TooManyHolds):
        do(village, holds.place, **third, by=village.kiosk)
    with pytest.raises(ReasonMissing):
        do(village, holds.place, **third | {"reason": " "})
    do(village, holds.place, **third)
    said = [(row.overridden, row.reason) for row in rows(village, JournalRow, JournalRow.verb == "hold")]
    assert said == [("", "竞赛要用"), ("", "竞赛要用"), ("too_many_holds", "竞赛要用")]


def test_a_reader_replaces_a_lost_book_in_kind(village: Village) -> None:
    receipt = lend(village, "biancheng", "mei")
    do(village, holds.place, title_id=village.titles["biancheng"].id, card_id=village.card_id("yu"), by=village.kiosk)
    facts = {"loan_id": receipt.loan_id, "reason": "读者遗失，赔新版", "gesture": gesture()}
    new = do(village, losses.replace_in_kind, **facts)
    assert do(village, losses.replace_in_kind, **facts) == new

    (loan,) = rows(village, Loan)
    assert (loan.ended_as, loan.ended_at) == (LoanEnd.REPLACED, LATER)
    (copy,) = rows(village, Item, Item.id == new.item_id)
    assert (copy.source, copy.replaces_id, copy.shelf, copy.copy_no) == ("赔书", village.item_id("biancheng"), "I-3", 2)
    assert copy.number not in {item.number for item in village.items.values()}
    assert [row.condition for row in rows(village, ItemCondition, ItemCondition.item_id == village.item_id("biancheng"))] == [
        Condition.WITHDRAWN
    ]
    assert [(hold.state, hold.item_id) for hold in rows(village, Hold)] == [(HoldState.READY, new.item_id)]
    assert village.items["biancheng"].number in {row.number for row in rows(village, TakenNumber)}
    with pytest.raises(LoanGone):
        do(village, losses.replace_in_kind, loan_id=receipt.loan_id, reason="再赔")


def test_a_loss_is_written_off_with_an_approver(village: Village) -> None:
    receipt = lend(village, "biancheng", "mei")
    lan = replace(village.zhou, staff_id=village.staff["lan"].id)
    before = everything(village.engine)
    for refusal, facts in [(ReasonMissing, {"reason": ""}), (ApproverNotAllowed, {"by": lan}), (NotAllowed, {"by": village.kiosk})]:
        with pytest.raises(refusal):
            do(village, losses.write_off, **{"loan_id": receipt.loan_id, "reason": "火灾"} | facts)
    assert everything(village.engine) == before
    facts = {"loan_id": receipt.loan_id, "reason": "火灾", "gesture": gesture()}
    do(village, losses.write_off, **facts)
    do(village, losses.write_off, **facts)
    (loan,) = rows(village, Loan)
    assert loan.ended_as is LoanEnd.WRITTEN_OFF
    assert [row.condition for row in rows(village, ItemCondition)] == [Condition.LOST]
    assert do(village, circulation.check_in, item_id=village.item_id("biancheng")).found


def test_pieces_of_a_set_are_written_off_or_put_back(village: Village) -> None:
    lend(village, "drums", "team", quantity=5, purpose=Purpose.REHEARSAL)
    first, second = lend(village, "drums", "team", quantity=3, purpose=Purpose.REHEARSAL), village.item_id("drums")
    do(village, circulation.check_in, item_id=second, loan_id=first.loan_id, quantity=1)
    do(village, losses.write_off, loan_id=first.loan_id, reason="两面鼓皮破")
    (drums,) = rows(village, Item, Item.id == second)
    assert drums.quantity == 18
    (other,) = rows(village, Loan, Loan.ended_at.is_(None))
    assert do(village, losses.replace_in_kind, loan_id=other.id, reason="买了五面新鼓") is None
    assert [row.quantity for row in rows(village, Item, Item.id == second)] == [18]
    assert not rows(village, Loan, Loan.ended_at.is_(None))
    assert not rows(village, ItemCondition)


def test_a_set_that_is_lost_whole_is_lost(village: Village) -> None:
    receipt = lend(village, "drums", "team", quantity=20, purpose=Purpose.REHEARSAL)
    do(village, losses.write_off, loan_id=receipt.loan_id, reason="洪水")
    assert [row.condition for row in rows(village, ItemCondition)] == [Condition.LOST]
