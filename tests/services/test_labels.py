"""Labels: a run remembers each of them, a reprint is one, two tablets never print a first label twice; and swapped ones are put right."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from models import Item, JournalRow, LabelKind, LabelPrint, Loan
from services import circulation, codes, database, finding, journal, labels, mixups, sheets
from services.circulation import Wish
from services.refusals import FactMissing, FactWrong, ItemNotHere, UnknownCode
from tests.cast import AT, Village, gesture
from tests.databases import rows

L7160 = sheets.SHEETS["L7160"]
_item, _loan, _print, _journal = (table.__table__ for table in (Item, Loan, LabelPrint, JournalRow))  # type: ignore[attr-defined]


def prepare(village: Village, *keys: str, **other: Any) -> labels.Run:
    facts: dict[str, Any] = {"sheet": L7160, "skip": 0, "kind": LabelKind.CODE, "at": AT, "gesture": gesture(), "by": village.zhou} | other
    return database.write(village.engine, labels.prepare, items=[village.item_id(key) for key in keys], **facts)


def waiting(village: Village, kind: LabelKind = LabelKind.CODE) -> set[Any]:
    return set(database.read(village.engine, labels.waiting, kind=kind, by=village.zhou))


def test_a_run_remembers_its_labels_and_what_is_left_to_print(village: Village) -> None:
    everything = {item.id for item in village.items.values()}
    assert waiting(village) == everything
    run = prepare(village, "huozhe", "biancheng", skip=4)
    assert (run.labels, run.again, run.pages, run.next_cell) == (2, 0, 1, 6)
    assert waiting(village) == everything - {village.item_id("huozhe"), village.item_id("biancheng")}
    assert waiting(village, LabelKind.SPINE) == everything
    job = database.read(village.engine, labels.job, run_id=run.run_id, by=village.zhou)
    assert [(label.name, label.qr) for label in job.labels] == [("活着", village.code("huozhe")), ("边城", village.code("biancheng"))]
    assert job.run == run


def test_a_reprint_is_written_down_as_one(village: Village) -> None:
    prepare(village, "huozhe")
    run = prepare(village, "huozhe", "biancheng")
    assert run.again == 1
    with village.engine.connect() as connection:
        facts = connection.execute(sa.select(_journal.c.facts).where(_journal.c.subject_id == run.run_id)).scalar_one()
        marks = (
            connection.execute(sa.select(_print.c.again).where(_print.c.run_id == run.run_id).order_by(_print.c.position)).scalars().all()
        )
    assert (facts["labels"], facts["again"], marks) == (2, 1, [True, False])
    job = database.read(village.engine, labels.job, run_id=run.run_id, by=village.zhou)
    assert [label.printed for label in job.labels] == [2, 1]


def test_a_label_for_the_spine_is_not_a_reprint_of_the_one_with_the_code(village: Village) -> None:
    prepare(village, "huozhe")
    assert prepare(village, "huozhe", kind=LabelKind.SPINE, sheet=sheets.SHEETS["spine"]).again == 0


def test_the_same_tap_twice_is_one_run(village: Village) -> None:
    tap = gesture()
    first = prepare(village, "huozhe", gesture=tap)
    before = rows(village.engine)
    assert prepare(village, "huozhe", gesture=tap) == first
    assert rows(village.engine) == before


@pytest.mark.parametrize(
    ("keys", "skip", "refusal"), [((), 0, FactMissing), (("huozhe",), 21, FactWrong), (("huozhe",), -1, FactWrong)], ids=str
)
def test_what_cannot_be_printed_leaves_nothing_behind(village: Village, keys: tuple[str, ...], skip: int, refusal: type) -> None:
    before = rows(village.engine)
    with pytest.raises(refusal):
        prepare(village, *keys, skip=skip)
    assert rows(village.engine) == before


def test_a_thing_that_is_not_here_gets_no_label_and_neither_do_the_others(village: Village) -> None:
    before = rows(village.engine)
    facts = {"sheet": L7160, "skip": 0, "kind": LabelKind.CODE, "at": AT, "gesture": gesture(), "by": village.zhou}
    with pytest.raises(UnknownCode):
        database.write(village.engine, labels.prepare, items=[village.item_id("huozhe"), gesture()], **facts)
    assert rows(village.engine) == before


def test_the_next_run_goes_on_where_the_sheet_was_left(village: Village) -> None:
    def next_cell(sheet: str) -> int:
        return database.read(village.engine, labels.next_cell, sheet=sheet, by=village.zhou)

    assert next_cell("L7160") == 0
    prepare(village, "huozhe", "huozhe-2", skip=18)
    assert next_cell("L7160") == 20
    prepare(village, "biancheng", sheet=sheets.SHEETS["L7651"], at=AT + timedelta(minutes=1))
    assert (next_cell("L7160"), next_cell("L7651")) == (20, 1)
    prepare(village, "weicheng", skip=20, at=AT + timedelta(minutes=2))
    assert next_cell("L7160") == 0


def test_of_two_tablets_that_print_at_once_one_prints_again(village: Village) -> None:
    with ThreadPoolExecutor(4) as hands:
        runs = list(hands.map(lambda _: prepare(village, "huozhe", "biancheng", "weicheng"), range(4)))
    assert sorted(run.again for run in runs) == [0, 3, 3, 3]


# -- two labels on each other's books ------------------------------------------------------------------------------------


def swap(village: Village, one: str, other: str, tap: Any = None) -> None:
    facts = {"at": AT + timedelta(days=1), "gesture": tap or gesture(), "by": village.zhou}
    database.write(village.engine, mixups.swap_labels, item_id=village.item_id(one), other_id=village.item_id(other), **facts)


def means(village: Village, code: str) -> Any:
    found = database.read(village.engine, finding.find, hall_id=village.hall.id, text=code)
    assert isinstance(found, finding.FoundItem)
    with village.engine.connect() as connection:
        return connection.execute(sa.select(_item).where(_item.c.id == found.item_id)).one()


def lend_and_return(village: Village, key: str) -> Any:
    receipt = database.write(
        village.engine, circulation.check_out, item_id=village.item_id(key), card_id=village.card_id("mei"), at=AT, gesture=gesture(), by=village.kiosk, wish=Wish()
    )  # fmt: skip
    database.write(
        village.engine, circulation.check_in, item_id=village.item_id(key), at=AT + timedelta(hours=1), gesture=gesture(), by=village.kiosk
    )
    return receipt.loan_id


def test_swapped_labels_are_put_right_in_one_action_and_old_loans_keep_their_title(village: Village) -> None:
    loan_id = lend_and_return(village, "huozhe")
    swap(village, "huozhe", "pingfan-v2")
    now_huozhe, now_pingfan = means(village, village.code("pingfan-v2")), means(village, village.code("huozhe"))
    assert (now_huozhe.title_id, now_huozhe.volume) == (village.titles["huozhe"].id, 0)
    assert (now_pingfan.title_id, now_pingfan.volume) == (village.titles["pingfan"].id, 2)
    with village.engine.connect() as connection:
        loan = connection.execute(sa.select(_loan).where(_loan.c.id == loan_id)).one()
    assert (loan.title_id, loan.item_id) == (village.titles["huozhe"].id, village.item_id("huozhe"))


def test_the_same_tap_twice_does_not_swap_back(village: Village) -> None:
    tap = gesture()
    for one, other in (("huozhe", "biancheng"), ("biancheng", "huozhe")):
        swap(village, one, other, tap)
    assert means(village, village.code("huozhe")).title_id == village.titles["biancheng"].id


def test_an_old_label_goes_with_its_book(village: Village) -> None:
    from services import accession

    database.write(village.engine, accession.add_alias, item_id=village.item_id("huozhe"), code="NJSW7", at=AT, by=village.zhou)
    swap(village, "huozhe", "biancheng")
    assert means(village, "NJSW7").title_id == village.titles["huozhe"].id
    assert means(village, "NJSW7").number == village.items["biancheng"].number


@pytest.mark.parametrize(("one", "other"), [("huozhe", "huozhe"), ("huozhe", "erhu"), ("erhu", "drums")])
def test_what_cannot_have_been_swapped_is_not(village: Village, one: str, other: str) -> None:
    before = rows(village.engine)
    with pytest.raises(FactWrong):
        swap(village, one, other)
    assert rows(village.engine) == before


def test_a_thing_that_is_out_is_not_in_hand(village: Village) -> None:
    database.write(
        village.engine, circulation.check_out, item_id=village.item_id("huozhe"), card_id=village.card_id("mei"), at=AT, gesture=gesture(), by=village.kiosk, wish=Wish()
    )  # fmt: skip
    with pytest.raises(ItemNotHere):
        swap(village, "huozhe", "biancheng")


def test_a_stranger_swaps_nothing(village: Village) -> None:
    stranger = journal.Actor(village.zhou.kind, gesture(), staff_id=village.staff["zhou"].id)
    with pytest.raises(UnknownCode):
        database.write(
            village.engine, mixups.swap_labels, item_id=village.item_id("huozhe"), other_id=village.item_id("biancheng"), at=AT, gesture=gesture(), by=stranger
        )  # fmt: skip


def test_numbers_stay_with_their_labels(village: Village) -> None:
    swap(village, "huozhe", "biancheng")
    assert means(village, codes.clear(village.items["huozhe"].number)).id == village.item_id("huozhe")
