"""Books as they come: ISBN and 统一书号, sets and copies, how each came; the list of the stock, and its two registers."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from models import Accession, Item, JournalRow, Title, UnifiedNumber, Volume
from services import books, clock, codes, conditions, database, holdings, isbn, journal
from services.books import BookForm, Entered
from services.refusals import FactMissing, FactWrong, Refusal
from tests.cast import AT, Village, gesture
from tests.databases import rows
from tests.registers import read

NOBODY = UUID(int=7)
RIGHT, WRONG, OLD = "9787020002207", "9787020002208", "702000220X"
_item, _title, _accession, _unified, _volume = (t.__table__ for t in (Item, Title, Accession, UnifiedNumber, Volume))  # type: ignore[attr-defined]


def form(village: Village, **facts: Any) -> BookForm:
    given_ = {"room_id": village.rooms["library"].id, "source": "bought", "name": "红楼梦", "author": "曹雪芹", "class_code": "I"}
    return BookForm(**{**given_, **facts})


def register(village: Village, tap: Any = None, **facts: Any) -> Entered:
    return database.write(village.engine, books.register, form=form(village, **facts), at=AT, gesture=tap or gesture(), by=village.zhou)


def known(village: Village, text: str) -> list[str]:
    return [line.name for line in database.read(village.engine, books.known, text=text, by=village.zhou)]


def items_of(village: Village, entered: Entered) -> list[Any]:
    with village.engine.connect() as connection:
        question = sa.select(_item, _accession.c.purchase_price_fen, _accession.c.batch, _accession.c.donor).join(
            _accession, _accession.c.item_id == _item.c.id
        )
        return list(connection.execute(question.where(_item.c.id.in_(entered.items)).order_by(_item.c.number)))


def refused(village: Village, refusal: type[Refusal], field: str, **facts: Any) -> None:
    before = rows(village.engine)
    with pytest.raises(refusal) as caught:
        register(village, **facts)
    assert caught.value.facts == {"field": field}
    assert rows(village.engine) == before


def test_a_book_gets_its_call_number_its_numbers_and_how_it_came(village: Village) -> None:
    entered = register(
        village, isbn="978-7-02-000220-7", publisher="人民文学出版社", year=1996, class_number="I242.4", copies=3, shelf="I-3", batch="2027-01", purchase_fen=5970
    )  # fmt: skip
    assert (entered.call_number, len(entered.items), entered.new_title) == ("I242.4/1", 3, True)
    found = items_of(village, entered)
    assert [(i.copy_no, i.shelf, i.source, i.purchase_price_fen, i.batch) for i in found] == [
        (n, "I-3", "购买", 5970, "2027-01") for n in (1, 2, 3)
    ]
    assert [i.number for i in (found[0], found[-1])] == [entered.first, entered.last]
    assert all(codes.read(i.number).number == i.number for i in found)
    assert known(village, RIGHT) == ["红楼梦"]


def test_the_same_tap_twice_is_one_book(village: Village) -> None:
    tap = gesture()
    first = register(village, tap, copies=2)
    before = rows(village.engine)
    assert register(village, tap, copies=2) == first
    assert rows(village.engine) == before


def test_a_set_has_its_volumes_and_as_many_copies_of_each(village: Village) -> None:
    entered = register(village, volumes=2, copies=2)
    assert [(i.volume, i.copy_no) for i in items_of(village, entered)] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    with village.engine.connect() as connection:
        labels = (
            connection.execute(sa.select(_volume.c.label).where(_volume.c.title_id == entered.title_id).order_by(_volume.c.number))
            .scalars()
            .all()
        )
    assert labels == ["上册", "下册"]


def test_more_copies_of_what_stands_in_the_catalogue(village: Village) -> None:
    entered = register(village, title_id=village.titles["huozhe"].id, copies=2, name="", class_code="")
    assert (entered.new_title, entered.name) == (False, "活着")
    assert [i.copy_no for i in items_of(village, entered)] == [3, 4]
    more = register(village, title_id=village.titles["pingfan"].id, name="", class_code="")
    assert [i.volume for i in items_of(village, more)] == [1, 2, 3]


def test_the_donor_is_named_on_the_copy_and_a_parcel_without_a_name_has_its_day(village: Village) -> None:
    (item,) = items_of(village, register(village, source="donated", donor="陈大山"))
    assert (item.source, item.donor, item.batch) == ("捐赠", "陈大山", f"{clock.local_day(AT):%Y%m%d}")


def test_a_wrong_isbn_is_refused_until_it_is_said_to_be_printed_so(village: Village) -> None:
    refused(village, FactWrong, "isbn", isbn=WRONG)
    refused(village, FactWrong, "isbn", isbn="12345", as_printed=True)
    register(village, isbn=WRONG, as_printed=True)
    (line,) = [line for line in read(village, "01") if line["ISBN"]]
    assert (line["ISBN"], line["备注"]) == (WRONG, "ISBN 与校验码不符")


def test_the_old_and_the_new_form_of_an_isbn_are_one(village: Village) -> None:
    register(village, isbn=OLD)
    assert known(village, RIGHT) == known(village, OLD) == known(village, "ISBN 7-02-000220-X") == ["红楼梦"]
    register(village, name="石头记", isbn=RIGHT)
    assert sorted(known(village, OLD)) == sorted(known(village, RIGHT)) == ["石头记", "红楼梦"]


@given(st.integers(0, 999_999_999))
def test_every_right_old_isbn_and_its_new_form_name_each_other(serial: int) -> None:
    body = f"{serial:09d}"
    old = next(body + check for check in "0123456789X" if isbn.is_right(body + check))
    new = books._other_form(old)
    assert isbn.is_right(new)
    assert books._other_form(new) == old


def test_a_book_from_before_isbn_carries_its_unified_number(village: Village) -> None:
    entered = register(village, unified="10019.1234")
    with village.engine.connect() as connection:
        assert connection.execute(sa.select(_unified.c.code).where(_unified.c.title_id == entered.title_id)).scalar_one() == "10019·1234"
    assert known(village, "10019·1234") == known(village, "１００１９・1234") == ["红楼梦"]
    refused(village, FactWrong, "unified", unified="一二三")


@pytest.mark.parametrize(
    ("refusal", "field", "facts"),
    [
        (FactMissing, "book_name", {"name": " "}),
        (FactMissing, "class_code", {"class_code": ""}),
        (FactWrong, "class_code", {"class_code": "L"}),
        (FactWrong, "class_number", {"class_number": "I 红"}),
        (FactMissing, "source", {"source": ""}),
        (FactMissing, "source", {"source": "stolen"}),
        (FactWrong, "copies", {"copies": 0}),
        (FactWrong, "copies", {"copies": 61}),
        (FactWrong, "copies", {"copies": 31, "volumes": 2}),
        (FactWrong, "year", {"year": 19}),
        (FactWrong, "purchase_price", {"purchase_fen": -1}),
        (FactWrong, "donor", {"donor": "x" * 61}),
        (FactWrong, "batch", {"batch": "a\x00b"}),
        (FactWrong, "title", {"title_id": NOBODY}),
        (FactWrong, "room", {"room_id": NOBODY}),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_and_leaves_nothing(village: Village, refusal: type[Refusal], field: str, facts: dict[str, Any]) -> None:
    refused(village, refusal, field, **facts)


def test_a_stranger_registers_nothing_here(village: Village) -> None:
    stranger = journal.Actor(village.zhou.kind, gesture(), staff_id=village.staff["zhou"].id)
    before = rows(village.engine)
    with pytest.raises(FactWrong):
        database.write(
            village.engine, books.register, form=form(village, title_id=village.titles["huozhe"].id), at=AT, gesture=gesture(), by=stranger
        )
    assert rows(village.engine) == before
    assert database.read(village.engine, books.known, text=RIGHT, by=stranger) == []


def test_call_numbers_never_collide(village: Village) -> None:
    numbers = [register(village, name=f"书{n}", class_number="I247.5").call_number for n in range(5)]
    assert numbers == [f"I247.5/{n}" for n in range(1, 6)]


def test_the_class_is_guessed_from_the_hall_s_own_shelves(village: Village) -> None:
    register(village, name="水稻栽培技术", author="李农", class_number="S511")
    register(village, name="玉米栽培技术", author="王农", class_number="S513")

    def guess(name: str, author: str = "") -> Any:
        return database.read(village.engine, books.suggested_class, name=name, author=author, by=village.zhou)

    assert guess("别的书", "李农") == ("S", "S511")
    assert guess("水稻病虫害") == ("S", "S511")
    assert guess("量子力学") is None


def test_the_journal_knows_who_registered_it(village: Village) -> None:
    entered = register(village)
    with village.engine.connect() as connection:
        question = sa.select(JournalRow.staff_id).where(JournalRow.verb == "book_register", JournalRow.subject_id == entered.title_id)  # type: ignore[arg-type,call-overload]
        assert connection.execute(question).scalar_one() == village.staff["zhou"].id


# -- the list -----------------------------------------------------------------------------------------------------------------


def listed(village: Village, text: str = "", number: int = 0) -> holdings.Lines:
    return database.read(village.engine, holdings.page, text=text, number=number, at=AT, by=village.zhou)


def test_the_newest_comes_first_and_pages_follow_without_gaps(village: Village) -> None:
    entered = register(village, copies=30)
    pages = [listed(village, number=number) for number in range(5)]
    numbers = [line.number for page in pages for line in page.lines]
    assert len(numbers) == len(set(numbers)) == pages[0].count == len(village.items) + 30
    assert pages[0].lines[0].number == entered.last
    assert [page.more for page in pages] == [True, True, True, False, False]


@pytest.mark.parametrize("text", ["活着", "hz", "活", "I/001"])
def test_typing_narrows_the_list(village: Village, text: str) -> None:
    found = listed(village, text)
    assert {line.name for line in found.lines} == {"活着"}
    assert found.count is None


def test_a_number_s_first_digits_find_it(village: Village) -> None:
    whole = village.items["erhu"].number
    assert [line.name for line in listed(village, codes.clear(whole)).lines] == ["二胡"]
    assert {line.number[0] for line in listed(village, "3").lines} == {"3"}


def test_nothing_is_found_of_nonsense(village: Village) -> None:
    assert [listed(village, text).lines for text in ("《》", "zzzzzz", "9" * 80, "%", "'")] == [()] * 5


def test_what_is_out_or_damaged_says_so(village: Village) -> None:
    from services import circulation

    facts = {
        "item_id": village.item_id("biancheng"),
        "card_id": village.card_id("mei"),
        "at": AT,
        "gesture": gesture(),
        "by": village.kiosk,
    }
    receipt = database.write(village.engine, circulation.check_out, **facts)
    (line,) = listed(village, "边城").lines
    assert line.due_day == receipt.due_day


# -- the registers ------------------------------------------------------------------------------------------------------------

TODAY = clock.local_day(AT)




def test_the_summary_adds_up_to_the_individual_register(village: Village) -> None:
    register(village, batch="B1", purchase_fen=1000, copies=2)
    register(village, name="齐民要术", class_number="S-092", batch="B1", purchase_fen=2500)
    register(village, name="诗经", batch="B2", source="donated", donor="王梅")
    summary, every = read(village, "02"), read(village, "01")
    by_batch = {(line["批次号"], line["来源"]): line for line in summary}
    first = by_batch["B1", "购买"]
    assert (first["种数"], first["册数"], first["金额(元)"], first["其中:I"], first["其中:S"]) == (2, 3, Decimal("45.00"), 2, 1)
    assert by_batch["B2", "捐赠"]["金额(元)"] == ""
    assert sum(line["册数"] for line in summary) == len(every) == summary[-1]["结存册数"]
    assert sum(line["单价(元)"] or 0 for line in every) == summary[-1]["结存金额"] == Decimal("45.00")
    assert {line["备注"] for line in every if line["批次/凭证号"] == "B2"} == {"捐赠人 王梅"}
    assert first["验收人"] == "周桂生"
    assert not [line for line in every if line["登录号"].startswith("3")]


def test_a_period_ends_before_its_last_day(village: Village) -> None:
    register(village)
    assert read(village, "01", TODAY - timedelta(days=9), TODAY) == []
    assert read(village, "01", TODAY + timedelta(days=1), TODAY + timedelta(days=9)) == []


def test_a_withdrawn_copy_stays_in_the_register_with_its_reason_and_approver(village: Village) -> None:
    entered = register(village, purchase_fen=1500, batch="B1")
    database.write(
        village.engine, conditions.withdraw, item_id=entered.items[0], reason="内容过时", approver_id=village.staff["zhou"].id, at=AT, gesture=gesture(), by=village.zhou
    )  # fmt: skip
    (line,) = [line for line in read(village, "01") if line["批次/凭证号"] == "B1"]
    assert [line[name] for name in ("状态", "注销日期", "注销原因", "批准人")] == ["已注销", "2027-03-10", "内容过时", "周桂生"]
    (gone,) = read(village, "22")
    assert [gone[name] for name in ("登录号", "题名", "单价", "日期", "批准人")] == [line["登录号"], "红楼梦", Decimal("15.00"), "2027-03-10", "周桂生"]
    last = read(village, "02")[-1]
    assert (last["注销种数"], last["注销册数"], last["注销金额"]) == (1, 1, Decimal("15.00"))
    assert (last["结存种数"], last["结存册数"], last["结存金额"]) == (5, 8, Decimal(0))
    assert "红楼梦" not in {line["题名"] for line in read(village, "03")}
