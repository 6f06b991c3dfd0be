"""Finding a title by characters, by pinyin initials, by Latin letters; and what the first page tells of it."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from models import AgeBand, BorrowerKind, Condition, Hold, HoldState, Item, ItemAlias, ItemCondition, Loan, Medium, Sex, TakenNumber, Title
from services import accession, catalogue, codes, database, spelling
from services.accession import ItemForm, TitleForm
from services.catalogue import LAST_PAGE, PAGE_SIZE, Find, Page
from services.refusals import FactMissing, FactWrong, UnknownCode
from tests.cast import AT, Village, gesture


def search(village: Village, text: str, page: int = 0) -> Page:
    return database.read(village.engine, catalogue.search, hall_id=village.hall.id, text=text, at=AT, page=page)


def names(village: Village, text: str) -> list[str]:
    return list(dict.fromkeys(find.name for find in search(village, text).finds))


def one(village: Village, text: str) -> Find:
    (find,) = search(village, text).finds
    return find


def lend(village: Village, what: str, due: date) -> None:
    item = village.items[what]
    village.save(
        Loan(
            hall_id=village.hall.id,
            item_id=item.id,
            title_id=item.title_id,
            patron_id=village.patrons["mei"].id,
            out_at=AT - timedelta(days=9),
            out_day=date(2027, 3, 1),
            due_at=AT + timedelta(days=20),
            due_day=due,
            item_class=item.item_class,
            class_code="I",
            borrower_kind=BorrowerKind.ADULT,
            age_band=AgeBand.ADULT,
            sex=Sex.UNSAID,
            counted=item.counted,
            quantity=1,
        )
    )


# -- finding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("活着", ["活着"]), ("活", ["活着"]), ("着", ["活着"]), ("世界", ["平凡的世界"]), ("凡的世", ["平凡的世界"]), ("余华", ["活着"]),
        ("活着 余华", ["活着"]), ("hz", ["活着"]), ("HZ", ["活着"]), ("ｈｚ", ["活着"]), ("pfdsj", ["平凡的世界"]), ("dsj", ["平凡的世界"]),
        ("scw", ["边城"]), ("平凡dsj", ["平凡的世界"]), ("二胡", ["二胡"]), ("eh", ["二胡"]), ("活着呢", []), ("余华 边城", []), ("hzz", []),
    ],
)  # fmt: skip
def test_a_title_is_found_by_any_part_of_name_or_author(village: Village, text: str, found: list[str]) -> None:
    assert names(village, text) == found


def test_what_begins_so_comes_first_and_the_very_name_before_it(village: Village) -> None:
    for key, name in [("a", "重读围城"), ("b", "围城内外"), ("c", "杨绛谈围城"), ("d", "围城之后")]:
        village.book(key, name)
    found = names(village, "围城")
    assert found[:3] == ["围城", *sorted(["围城内外", "围城之后"])]
    assert set(found[3:]) == {"重读围城", "杨绛谈围城"}
    assert names(village, "wc")[0] == "围城"


def test_a_word_in_latin_letters_is_found_by_its_beginning_and_inside(village: Village) -> None:
    village.book("py", "Python 编程入门", author="Guido")
    for text in ("python", "Pyth", "PYTHON编程", "pythonbcrm", "thon", "guid"):
        assert names(village, text) == ["Python 编程入门"], text


def test_letters_that_stand_apart_are_no_match(village: Village) -> None:
    village.book("apart", "楼梦与红楼")  # every pair of 红楼梦's letters, but never in a row
    assert names(village, "hlm") == []
    village.book("real", "红楼梦")
    assert names(village, "hlm") == ["红楼梦"]


def test_call_number_and_isbn_find_exactly(village: Village) -> None:
    number = village.titles["biancheng"].call_number
    assert names(village, number.lower()) == ["边城"]
    with Session(village.engine) as session:
        session.connection(execution_options={"writes": True})
        session.get_one(Title, village.titles["weicheng"].id).isbn = "9787020024759"
        session.commit()
    assert names(village, "978-7-02-002475-9") == ["围城"]


@pytest.mark.parametrize("text", ["", " ", "%", "_", "*", '"', "'; DROP TABLE title; --", "NEAR(a b)", "a AND b", "OR", "-", "^", "\0", "🙂", "（）", "《》", "x" * 10_000, "红" * 10_000, "\u202e", "٣"])  # fmt: skip
def test_any_text_is_a_fair_question(village: Village, text: str) -> None:
    assert search(village, text).finds == ()


@given(text=st.text(max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_search(village: Village, text: str) -> None:
    assert isinstance(search(village, text), Page)


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_piece_of_a_name_finds_it(village: Village, data: st.DataObject) -> None:
    title = data.draw(st.sampled_from([village.titles[key] for key in ("huozhe", "biancheng", "weicheng", "pingfan", "erhu", "drums")]))
    start = data.draw(st.integers(0, len(title.name) - 1))
    piece = title.name[start : data.draw(st.integers(start + 1, len(title.name)))]
    assert title.name in names(village, piece)
    assert title.name in names(village, spelling.initials(piece))


def test_pages_follow_each_other_without_gap_or_repeat(village: Village) -> None:
    for number in range(2 * PAGE_SIZE + 3):
        village.book(f"farm-{number}", f"{'农家' if number % 2 else '我的农家'}账本{number}")
    pages = [search(village, "农家", page) for page in range(3)]
    seen = [find.title_id for page in pages for find in page.finds]
    assert [page.more for page in pages] == [True, True, False]
    assert len(seen) == len(set(seen)) == 2 * PAGE_SIZE + 3 + 1  # and the almanac, 农家历
    begun = [find.name.startswith("农家") for page in pages for find in page.finds]
    assert begun == sorted(begun, reverse=True)
    assert search(village, "农家", 99).page == LAST_PAGE
    assert search(village, "农家", -1).page == 0


def test_a_changed_or_removed_title_is_found_no_more_by_its_old_name(village: Village) -> None:
    title = village.titles["weicheng"]
    with Session(village.engine) as session:
        session.connection(execution_options={"writes": True})
        row = session.get_one(Title, title.id)
        for column, value in {"name": "洗澡", "author": "杨绛", **spelling.found_by("洗澡", "杨绛")}.items():
            setattr(row, column, value)
        session.commit()
    assert names(village, "围城") == names(village, "wc") == names(village, "钱锺书") == []
    assert names(village, "洗澡") == names(village, "xz") == names(village, "杨绛") == ["洗澡"]


# -- what the page tells -----------------------------------------------------------------------------------------------


def test_copies_free_and_the_next_due_day(village: Village) -> None:
    assert (one(village, "活着").copies, one(village, "活着").free, one(village, "活着").next_due) == (2, 2, None)
    lend(village, "huozhe", date(2027, 4, 2))
    assert (one(village, "活着").free, one(village, "活着").next_due) == (1, None)
    lend(village, "huozhe-2", date(2027, 3, 30))
    find = one(village, "活着")
    assert (find.copies, find.free, find.next_due, find.shelf) == (2, 0, date(2027, 3, 30), "I-3")
    assert find.call_number == village.titles["huozhe"].call_number


def test_an_overdue_copy_promises_no_day(village: Village) -> None:
    lend(village, "biancheng", date(2027, 3, 9))
    assert (one(village, "边城").free, one(village, "边城").next_due) == (0, None)


def test_kept_damaged_and_reading_room_copies_are_not_free_and_lost_ones_are_not_counted(village: Village) -> None:
    village.save(
        Hold(
            hall_id=village.hall.id,
            title_id=village.titles["huozhe"].id,
            patron_id=village.patrons["yu"].id,
            state=HoldState.READY,
            item_id=village.item_id("huozhe"),
            placed_at=AT,
            ready_at=AT,
            kept_day=AT.date(),
            kept_until=AT + timedelta(hours=7),
        ),
        Hold(hall_id=village.hall.id, title_id=village.titles["huozhe"].id, patron_id=village.patrons["mei"].id, placed_at=AT),
        ItemCondition(hall_id=village.hall.id, item_id=village.item_id("biancheng"), condition=Condition.DAMAGED, since_at=AT),
        ItemCondition(hall_id=village.hall.id, item_id=village.item_id("pingfan-v2"), condition=Condition.LOST, since_at=AT),
        ItemCondition(
            hall_id=village.hall.id,
            item_id=village.item_id("weicheng"),
            condition=Condition.WITHDRAWN,
            since_at=AT,
            reason="破旧",
            approver_id=village.staff["zhou"].id,
        ),
    )
    huozhe = one(village, "活着")
    assert (huozhe.copies, huozhe.free, huozhe.waiting) == (2, 1, 1)
    assert (one(village, "边城").copies, one(village, "边城").free) == (1, 0)
    assert search(village, "围城").finds == ()
    assert [(find.volume, find.volume_label) for find in search(village, "平凡的世界").finds] == [(1, "第1册"), (3, "第3册")]
    almanac = one(village, "农家历")
    assert (almanac.copies, almanac.free, almanac.here_only) == (1, 0, 1)
    kept_no_more = database.read(
        village.engine, catalogue.search, hall_id=village.hall.id, text="活着", at=AT + timedelta(hours=7, seconds=1)
    )
    assert kept_no_more.finds[0].free == 2


def test_a_counted_set_shows_its_pieces(village: Village) -> None:
    lend(village, "drums", date(2027, 3, 10))
    assert (one(village, "腰鼓").copies, one(village, "腰鼓").free) == (20, 19)


# -- registering -------------------------------------------------------------------------------------------------------


def add_title(village: Village, name: str = "红楼梦", **facts: Any) -> accession.Catalogued:
    form = TitleForm(name=name, **({"class_code": "I", "class_number": "I242.4"} | facts))
    return database.write(village.engine, accession.add_title, form=form, at=AT, gesture=gesture(), by=village.zhou)


def item_form(village: Village, added: accession.Catalogued, **facts: Any) -> ItemForm:
    return replace(ItemForm(added.title_id, village.rooms["library"].id), **facts)


def add_item(village: Village, added: accession.Catalogued, **facts: Any) -> accession.Registered:
    form = item_form(village, added, **facts)
    return database.write(village.engine, accession.add_item, form=form, at=AT, gesture=gesture(), by=village.zhou)


def test_call_numbers_of_a_class_follow_each_other_and_never_collide(village: Village) -> None:
    assert [add_title(village).call_number for _ in range(3)] == ["I242.4/1", "I242.4/2", "I242.4/3"]
    assert add_title(village, class_number="").call_number == "I/5"  # after the I/001 to I/004 of the first days
    assert add_title(village, class_number="I24").call_number == "I24/1"
    village.book("by_hand", "手写的索书号")
    with Session(village.engine) as session:
        session.connection(execution_options={"writes": True})
        session.get_one(Title, village.titles["by_hand"].id).call_number = "I242.4/4"
        session.commit()
    assert add_title(village).call_number == "I242.4/5"


def test_a_new_title_is_found_and_its_copies_are_numbered_in_a_row(village: Village) -> None:
    added = add_title(village, author="曹雪芹")
    assert search(village, "红楼梦").finds == ()  # no copy yet: nothing to send anybody to the shelf for
    copies = [add_item(village, added, shelf="I-3", source="捐赠") for _ in range(3)]
    assert [copy.copy_no for copy in copies] == [1, 2, 3]
    serials = [int(copy.number[1:7]) for copy in copies]
    assert serials == list(range(serials[0], serials[0] + 3))
    assert all(copy.number[0] == "2" and codes.Number.parse(copy.clear).digits == copy.number for copy in copies)
    assert copies[0].qr == village.hall.code + copies[0].number
    assert [(find.name, find.copies, find.call_number) for find in search(village, "hlm").finds] == [("红楼梦", 3, "I242.4/1")]


def test_a_new_copy_goes_to_who_waits_for_it(village: Village) -> None:
    lend(village, "biancheng", date(2027, 4, 2))
    village.save(Hold(hall_id=village.hall.id, title_id=village.titles["biancheng"].id, patron_id=village.patrons["yu"].id, placed_at=AT))
    added = accession.Catalogued(village.titles["biancheng"].id, "")
    copy = add_item(village, added)
    with Session(village.engine) as session:
        hold = session.execute(sa.select(Hold.state, Hold.item_id)).one()
    assert tuple(hold) == (HoldState.READY, copy.item_id)
    assert one(village, "边城").free == 0


def test_equipment_has_the_hall_s_own_class_and_a_number_of_its_kind(village: Village) -> None:
    added = add_title(village, "快板", medium=Medium.EQUIPMENT, class_code="YQ", class_number="")
    made = add_item(village, added, counted=True, quantity=12, unit="副", home_room_id=village.rooms["activity"].id)
    assert (added.call_number, made.number[0]) == ("YQ/8", "3")


def test_volumes_of_a_set_have_a_number_each(village: Village) -> None:
    added = add_title(village, volumes=("上册", "下册"))
    with pytest.raises(FactMissing):
        add_item(village, added)
    with pytest.raises(FactWrong):
        add_item(village, added, volume=3)
    numbers = {add_item(village, added, volume=volume).number for volume in (1, 2)}
    assert len(numbers) == 2
    assert [find.volume_label for find in search(village, "红楼梦").finds] == ["上册", "下册"]


def test_a_number_that_was_ever_taken_is_passed_over(village: Village) -> None:
    high = codes.Number.of(codes.KIND["book"], 4711).digits
    village.save(TakenNumber(issuer_code=village.hall.code, number=high))
    assert add_item(village, add_title(village)).number == codes.Number.of(codes.KIND["book"], 4712).digits


def test_one_press_registers_once(village: Village) -> None:
    added, pressed = add_title(village), gesture()
    facts = {"form": item_form(village, added), "at": AT, "gesture": pressed, "by": village.zhou}
    assert database.write(village.engine, accession.add_item, **facts) == database.write(village.engine, accession.add_item, **facts)
    facts = {"form": TitleForm(name="西游记", class_code="I"), "at": AT, "gesture": pressed, "by": village.zhou}
    assert database.write(village.engine, accession.add_title, **facts) == database.write(village.engine, accession.add_title, **facts)


def test_an_old_label_goes_on_and_belongs_to_one_thing(village: Village) -> None:
    added = add_title(village)
    first = add_item(village, added, aliases=("njsw-0042", "ＴＫ７"))
    with Session(village.engine) as session:
        assert set(session.execute(sa.select(ItemAlias.code).where(ItemAlias.item_id == first.item_id)).scalars()) == {"NJSW-0042", "TK7"}
    for taken in ("NJSW-0042", first.number, "", "x" * 41):
        with pytest.raises(FactWrong):
            add_item(village, added, aliases=(taken,))
    database.write(village.engine, accession.add_alias, item_id=first.item_id, code="OLD1", at=AT, by=village.zhou)
    with pytest.raises(UnknownCode):
        database.write(village.engine, accession.add_alias, item_id=gesture(), code="OLD2", at=AT, by=village.zhou)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"), ({"class_code": ""}, "class_code"), ({"class_code": "L"}, "class_code"), ({"class_code": "YQ"}, "class_code"),
        ({"class_number": "K242"}, "class_number"), ({"class_number": "I/3"}, "class_number"), ({"name": "红\n楼"}, "name"),
        ({"name": "红" * 201}, "name"), ({"isbn": "12345"}, "isbn"), ({"volumes": ("",)}, "volumes"),
        ({"medium": Medium.EQUIPMENT}, "class_code"),
    ],
)  # fmt: skip
def test_what_cannot_be_catalogued_is_refused_by_field(village: Village, facts: dict[str, Any], field: str) -> None:
    with pytest.raises((FactMissing, FactWrong)) as refused:
        add_title(village, **facts)
    assert refused.value.facts == {"field": field}
    with Session(village.engine) as session:
        assert not session.execute(sa.select(Title.id).where(Title.call_number.like("I242%"))).first()


@pytest.mark.parametrize(
    "facts", [{"quantity": 0}, {"quantity": 3}, {"shelf": "架" * 41}, {"title_id": gesture()}, {"home_room_id": gesture()}]
)
def test_what_cannot_be_numbered_takes_no_number(village: Village, facts: dict[str, Any]) -> None:
    added = add_title(village)
    with Session(village.engine) as session:
        before = session.execute(sa.select(sa.func.count()).select_from(TakenNumber)).scalar_one()
        with pytest.raises(FactWrong):
            add_item(village, added, **facts)
        assert session.execute(sa.select(sa.func.count()).select_from(TakenNumber)).scalar_one() == before
        assert not session.execute(sa.select(Item.id).where(Item.title_id == added.title_id)).first()


def test_the_same_isbn_written_with_dashes_is_kept_plain(village: Village) -> None:
    added = add_title(village, isbn="978-7-02-002475-9")
    with Session(village.engine) as session:
        assert re.fullmatch(r"\d{13}", session.get_one(Title, added.title_id).isbn)
