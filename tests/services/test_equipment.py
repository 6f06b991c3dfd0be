"""Equipment: classes of the hall's own, numbered things or a counted set, custodians with a history, parts that are counted."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models import Cause, CheckMoment, Condition, Custody, Disposal, ItemCondition, JournalRow, Loan, PartsCheck, Purpose, Title
from services import clock, conditions, custody, database, equipment, equipment_classes, parts
from services.conditions import Leaving
from services.equipment import EquipmentForm
from services.lending_rules import Wish
from services.refusals import (
    ChangedMeanwhile,
    FactMissing,
    FactWrong,
    ItemWithdrawn,
    NotAllowed,
    PartsMissing,
    ReasonMissing,
    Refusal,
    UnknownCode,
)
from tests.cast import AT, Village, gesture
from tests.robust.dumps import everything

TODAY = clock.local_day(AT)
LATER = AT + timedelta(days=20)
ERHU = (("弓", 1), ("琴盒", 1), ("松香", 2))


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts)


@pytest.fixture
def village(village: Village) -> Village:
    do(village, equipment_classes.take_usual)
    return village


def form(village: Village, **facts: Any) -> EquipmentForm:
    given = {"name": "月琴", "class_code": "YQ", "room_id": village.rooms["activity"].id, "source": "bought"}
    return EquipmentForm(**given | facts)


def register(village: Village, press: Any = None, **facts: Any) -> Any:
    return do(village, equipment.register, form=form(village, **facts), gesture=press or gesture())


def sheet(village: Village, item_id: Any, **facts: Any) -> equipment.AssetSheet:
    return database.read(village.engine, equipment.sheet, **{"item_id": item_id, "at": LATER, "by": village.zhou} | facts)


def rows(village: Village, table: Any, *where: Any) -> list[Any]:
    with Session(village.engine) as session:
        return list(session.exec(select(table).where(*where).order_by(*table.__table__.primary_key)).all())


# -- classes ----------------------------------------------------------------------------------------------------------------


def test_a_hall_has_classes_of_its_own(village: Village) -> None:
    do(village, equipment_classes.put, code="nj", name="农具", gb14885="")
    do(village, equipment_classes.put, code="YQ", name="民族乐器", gb14885="A0245")
    do(village, equipment_classes.take_usual)
    found = database.read(village.engine, equipment_classes.classes, hall_id=village.hall.id)
    assert [line.code for line in found] == ["YL", "XX", "ST", "YQ", "FZ", "TY", "SH", "AQ", "LY", "NJ"]
    assert {(line.name, line.gb14885, line.things) for line in found if line.code == "YQ"} == {("民族乐器", "A0245", 2)}


@pytest.mark.parametrize(
    ("refusal", "facts"),
    [
        (FactWrong, {"code": "Y"}),
        (FactWrong, {"code": "乐器"}),
        (FactMissing, {"name": " "}),
        (FactWrong, {"gb14885": "B12"}),
        (FactWrong, {"name": "长" * 41}),
    ],
)
def test_a_class_that_cannot_be_is_refused(village: Village, refusal: type[Refusal], facts: dict[str, Any]) -> None:
    before = everything(village.engine)
    with pytest.raises(refusal):
        do(village, equipment_classes.put, **{"code": "NJ", "name": "农具", "gb14885": ""} | facts)
    for verb, said in [(equipment_classes.put, {"code": "NJ", "name": "农具", "gb14885": ""}), (equipment_classes.take_usual, {})]:
        with pytest.raises(NotAllowed):
            do(village, verb, by=village.kiosk, **said)
    assert everything(village.engine) == before


# -- registering ------------------------------------------------------------------------------------------------------------


def test_numbered_things_get_a_number_each_and_the_classes_code(village: Village) -> None:
    press = gesture()
    made = register(
        village, press, name="演出服", class_code="FZ", pieces=3, brand="湘绣", model="花鼓戏", purchase_fen=12_050, fund="省级免费开放补助", batch="2027-3",
        acquired_day=date(2027, 2, 1), custodian="李小兰", unit="套",
    )  # fmt: skip
    assert register(village, press, name="演出服", class_code="FZ") == made
    assert (len(made.items), made.call_number) == (3, "FZ/1")
    seen = sheet(village, made.items[2])
    assert (seen.gb14885, seen.class_name, seen.unit, seen.pieces, seen.worth_fen) == ("A0245", "服装道具", "套", 1, 12_050)
    assert (seen.facts.brand, seen.facts.model, seen.facts.fund, seen.facts.acquired_day) == (
        "湘绣",
        "花鼓戏",
        "省级免费开放补助",
        date(2027, 2, 1),
    )
    assert (seen.came.source, seen.came.batch) == ("购买", "2027-3")
    assert seen.stays == (custody.Stay("李小兰", "多功能活动厅", date(2027, 2, 1), None, ""),)


def test_a_set_has_one_number_and_its_worth_is_of_all_pieces_that_came(village: Village) -> None:
    made = register(village, name="花扇", class_code="FZ", counted=True, pieces=40, unit="把", purchase_fen=600, gb14885="A02450299")
    (item_id,) = made.items
    assert (sheet(village, item_id).quantity, sheet(village, item_id).worth_fen) == (40, 24_000)
    assert rows(village, Title, Title.name == "花扇")[0].gb14885 == "A02450299"
    assert sheet(village, item_id).stays[0].custodian == ""


def test_old_things_have_a_sheet_with_the_room_s_person_in_charge(village: Village) -> None:
    assert sheet(village, village.item_id("drums")).pieces == 20
    do(
        village,
        custody.hand_over,
        items=[village.item_id("drums")],
        room_id=village.rooms["library"].id,
        custodian="周桂生",
        reason="换房间",
    )
    assert [stay.custodian for stay in sheet(village, village.item_id("drums")).stays] == ["周桂生", ""]
    with pytest.raises(UnknownCode):
        sheet(village, village.item_id("huozhe"))
    with pytest.raises(NotAllowed):
        sheet(village, village.item_id("drums"), by=village.kiosk)


@pytest.mark.parametrize(
    ("refusal", "facts"),
    [
        (FactMissing, {"name": " "}),
        (FactMissing, {"class_code": ""}),
        (FactWrong, {"class_code": "NJ"}),
        (FactMissing, {"source": ""}),
        (FactWrong, {"pieces": 61}),
        (FactWrong, {"pieces": 0}),
        (FactWrong, {"counted": True, "pieces": 10_000}),
        (FactWrong, {"purchase_fen": -1}),
        (FactWrong, {"acquired_day": TODAY + timedelta(days=1)}),
        (FactWrong, {"brand": "\x00"}),
        (FactWrong, {"custodian": "长" * 41}),
        (FactWrong, {"room_id": gesture()}),
    ],
)
def test_equipment_that_cannot_be_is_refused(village: Village, refusal: type[Refusal], facts: dict[str, Any]) -> None:
    before = everything(village.engine)
    with pytest.raises(refusal):
        register(village, **facts)
    with pytest.raises(NotAllowed):
        do(village, equipment.register, form=form(village), by=village.kiosk)
    assert everything(village.engine) == before


def test_what_the_register_says_is_put_right(village: Village) -> None:
    old = sheet(village, village.item_id("erhu"))
    new = replace(old.facts, brand="敦煌", acquired_day=date(2020, 5, 1)), replace(old.came, purchase_fen=88_000, source="配送")
    press = gesture()
    for _ in range(2):
        do(village, equipment.correct, item_id=village.item_id("erhu"), seen=(old.facts, old.came), facts=new, gesture=press)
    seen = sheet(village, village.item_id("erhu"))
    assert ((seen.facts, seen.came), seen.worth_fen) == (new, 88_000)
    assert rows(village, JournalRow, JournalRow.verb == "asset_correct")[0].facts["changed"]["brand"] == ["", "敦煌"]
    with pytest.raises(ChangedMeanwhile):
        do(village, equipment.correct, item_id=village.item_id("erhu"), seen=(old.facts, old.came), facts=new)
    with pytest.raises(UnknownCode):
        do(village, equipment.correct, item_id=gesture(), seen=new, facts=new)
    with pytest.raises(NotAllowed):
        do(village, equipment.correct, item_id=gesture(), seen=new, facts=new, by=village.kiosk)
    late = replace(new[0], acquired_day=TODAY + timedelta(days=2))
    with pytest.raises(FactWrong):
        do(village, equipment.correct, item_id=village.item_id("erhu"), seen=new, facts=(late, new[1]))


# -- custodians -------------------------------------------------------------------------------------------------------------


def test_things_are_handed_over_with_their_history(village: Village) -> None:
    items = list(register(village, pieces=2, custodian="李小兰").items)
    library = village.rooms["library"].id
    press = gesture()
    for _ in range(2):
        do(village, custody.hand_over, items=items, room_id=library, custodian="周桂生", reason="调到图书室", at=LATER, gesture=press)
    for item_id in items:
        now, before = sheet(village, item_id).stays
        assert (now.custodian, now.room, now.from_day, now.until_day, now.reason) == (
            "周桂生",
            "文化旅游功能室",
            clock.local_day(LATER),
            None,
            "调到图书室",
        )
        assert (before.custodian, before.until_day) == ("李小兰", clock.local_day(LATER))
        assert sheet(village, item_id).room_id == library
    assert len(rows(village, Custody)) == 4


def test_handing_over_refuses_what_cannot_be(village: Village) -> None:
    erhu = village.item_id("erhu")
    facts = {"items": [erhu], "room_id": village.rooms["library"].id, "custodian": "周桂生", "reason": "换人"}
    before = everything(village.engine)
    for refusal, said in [
        (NotAllowed, {"by": village.kiosk}),
        (ReasonMissing, {"reason": ""}),
        (FactMissing, {"custodian": " "}),
        (FactMissing, {"items": []}),
        (FactMissing, {"room_id": gesture()}),
        (UnknownCode, {"items": [erhu, gesture()]}),
        (FactWrong, {"items": [erhu, village.item_id("huozhe")]}),
    ]:
        with pytest.raises(refusal):
            do(village, custody.hand_over, **facts | said)
    assert everything(village.engine) == before
    leaving = Leaving(Cause.SCRAPPED, Disposal.DESTROYED, "周桂生")
    do(village, conditions.withdraw, item_id=erhu, reason="蟒皮破", approver_id=village.staff["zhou"].id, leaving=leaving)
    with pytest.raises(ItemWithdrawn):
        do(village, custody.hand_over, **facts)
    assert sheet(village, erhu).disposal is Disposal.DESTROYED


# -- parts ------------------------------------------------------------------------------------------------------------------


def with_parts(village: Village, **short: int) -> dict[Any, int]:
    """The erhu with its parts written down, and a count of them."""
    erhu = village.item_id("erhu")
    do(village, parts.write_down, item_id=erhu, parts=ERHU)
    return count(village, **short)


def count(village: Village, **short: int) -> dict[Any, int]:
    mine = database.read(village.engine, parts.of, hall_id=village.hall.id, item_id=village.item_id("erhu"))
    return {part.part_id: part.pieces - short.get(part.name, 0) for part in mine}


def lend(village: Village, seen: Any, **facts: Any) -> Any:
    said = {"seen": seen, "item_id": village.item_id("erhu"), "card_id": village.card_id("mei"), "wish": Wish(purpose=Purpose.REHEARSAL)}
    return do(village, parts.check_out, **said | facts)


def test_parts_are_written_down_and_written_anew(village: Village) -> None:
    erhu, press = village.item_id("erhu"), gesture()
    for _ in range(2):
        do(village, parts.write_down, item_id=erhu, parts=ERHU, gesture=press)
    do(village, parts.write_down, item_id=erhu, parts=[("琴盒", 1), ("松香", 1), ("弓", 1)])
    found = database.read(village.engine, parts.of, hall_id=village.hall.id, item_id=erhu)
    assert [(part.name, part.pieces) for part in found] == [("琴盒", 1), ("松香", 1), ("弓", 1)]
    before = everything(village.engine)
    for refusal, facts in [
        (NotAllowed, {"by": village.kiosk}),
        (UnknownCode, {"item_id": gesture()}),
        (FactWrong, {"parts": [("弓", 0)]}),
        (FactWrong, {"parts": [("弓", 1), ("弓 ", 1)]}),
        (FactWrong, {"parts": [(f"件{place}", 1) for place in range(21)]}),
        (FactMissing, {"parts": [(" ", 1)]}),
        (FactWrong, {"item_id": village.item_id("drums")}),
    ]:
        with pytest.raises(refusal):
            do(village, parts.write_down, **{"item_id": erhu, "parts": ERHU} | facts)
    assert everything(village.engine) == before


def test_parts_are_counted_when_a_thing_goes_out_and_when_it_comes_back(village: Village) -> None:
    seen, press = with_parts(village), gesture()
    receipt = lend(village, seen, gesture=press)
    assert lend(village, seen, gesture=press) == receipt
    back = {"item_id": village.item_id("erhu"), "loan_id": receipt.loan_id, "seen": count(village, 松香=2), "gesture": gesture()}
    slip = do(village, parts.check_in, **back)
    assert do(village, parts.check_in, **back) == slip
    out, came = rows(village, PartsCheck)
    assert [(out.moment, out.missing, out.loan_id), (came.moment, came.missing, came.note, came.loan_id)] == [
        (CheckMoment.OUT, 0, receipt.loan_id),
        (CheckMoment.BACK, 2, "松香×2", receipt.loan_id),
    ]
    (wrong,) = rows(village, ItemCondition)
    assert (wrong.condition, wrong.reason, wrong.ended_at) == (Condition.PARTS_MISSING, "松香×2", None)
    assert rows(village, Loan)[0].returned == 1

    do(village, parts.check, item_id=village.item_id("erhu"), seen=count(village))
    assert rows(village, ItemCondition)[0].ended_at == AT
    assert sheet(village, village.item_id("erhu")).checked.moment is CheckMoment.HERE


def test_a_thing_with_missing_parts_goes_out_only_with_a_reason(village: Village) -> None:
    short = with_parts(village, 弓=1)
    before = everything(village.engine)
    with pytest.raises(PartsMissing):
        lend(village, short)
    with pytest.raises(ReasonMissing):
        lend(village, short, overrides=frozenset({"parts_missing"}))
    assert everything(village.engine) == before
    lend(village, short, overrides=frozenset({"parts_missing"}), reason="队里自己有弓")
    assert [row.condition for row in rows(village, ItemCondition)] == [Condition.PARTS_MISSING]


def test_a_count_refuses_strangers_and_other_parts_than_were_shown(village: Village) -> None:
    seen = with_parts(village)
    first = next(iter(seen))
    before = everything(village.engine)
    for refusal, facts in [
        (NotAllowed, {"by": village.kiosk}),
        (UnknownCode, {"item_id": gesture()}),
        (ChangedMeanwhile, {"seen": {}}),
        (ChangedMeanwhile, {"seen": seen | {gesture(): 1}}),
        (FactWrong, {"seen": seen | {first: -1}}),
    ]:
        with pytest.raises(refusal):
            do(village, parts.check, **{"item_id": village.item_id("erhu"), "seen": seen} | facts)
    with pytest.raises(NotAllowed):
        lend(village, seen, by=village.kiosk)
    assert everything(village.engine) == before
    do(village, conditions.withdraw, item_id=village.item_id("erhu"), reason="破", approver_id=village.staff["zhou"].id)
    for verb, said in [(parts.check, {"seen": seen}), (parts.write_down, {"parts": ERHU})]:
        with pytest.raises(ItemWithdrawn):
            do(village, verb, item_id=village.item_id("erhu"), **said)
