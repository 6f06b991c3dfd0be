"""Whole shelves from a file: seen first, then all or nothing, and never twice."""

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from models import Accession, Card, ImportedRow, Item, ItemAlias, JournalRow, Patron, Title, Volume
from services import catalogue, circulation, clock, codes, database, finding, isbn
from services.imports import entering, people, things
from services.imports.checking import Checked, Problem, place_of
from services.imports.columns import Kind, guess
from services.imports.sheet import Sheet, read
from services.refusals import ClockWrong, RowsWrong
from tests.cast import AT, Village, gesture
from tests.databases import rows

HEAD = "题名,责任者,出版社,出版年,ISBN,分类号,索书号,卷册,册数,单价,来源,批次,房间,架位,条形码\n"
GOOD = HEAD + (
    "镕喆堃玥䶮传,张三,湖南人民出版社,2008年7月,978-7-02-000220-7,I242.4,,,2,59.7,购买,2026-1,,I-9,\n"
    "乡土中国,费孝通,三联书店,1948,,C912.8,,,,¥12,捐赠,2026-1,R-CUL,C-1,NJSW-000777\n"
    "资治通鉴,司马光,中华书局,,,K204.3,K204.3/9,上册,,,配送,,文化旅游功能室,,\n"
    "资治通鉴,司马光,中华书局,,,K204.3,K204.3/9,下册,,,配送,,,,\n"
    "活着,余华,,,,I247.5,,,1,,,,,,\n"
)


def sheet(text: str, name: str = "书.csv") -> Sheet:
    return read(name, text.encode())


def checked(village: Village, text: str, kind: Kind = Kind.BOOKS) -> Checked:
    page = sheet(text)
    if kind is Kind.PATRONS:
        facts = {"sheet": page, "mapped": guess(kind, page), "today": clock.local_day(AT), "hall_id": village.hall.id}
        return database.read(village.engine, people.check_people, **facts)
    facts = {"hall_id": village.hall.id, "default_room": village.rooms["library"].id, "today": clock.local_day(AT)}
    return things.check_things(page, kind, guess(kind, page), database.read(village.engine, place_of, **facts))


def see(village: Village, found: Checked) -> entering.Preview:
    verb = people.preview if found.kind is Kind.PATRONS else entering.preview
    return database.read(village.engine, verb, checked=found, by=village.zhou)


def accept(village: Village, found: Checked, *, leave_out: bool = False, hand=None, at=AT) -> entering.Imported:
    verb = people.accept if found.kind is Kind.PATRONS else entering.accept
    return database.write(village.engine, verb, checked=found, leave_out=leave_out, at=at, gesture=hand or gesture(), by=village.zhou)


def every(village: Village, table: type, *where: object) -> list:
    with Session(village.engine) as session:
        return list(session.scalars(sa.select(table).where(*where)))


def test_books_are_entered_with_numbers_call_numbers_and_all_they_came_with(village: Village) -> None:
    before = len(every(village, Item))
    found = checked(village, GOOD)
    assert found.problems == []
    seen = see(village, found)
    done = accept(village, found)
    assert (seen.titles, seen.items, seen.known, seen.stopped) == (done.titles, done.items, 0, 0) == (3, 6, 0, 0)
    items = every(village, Item, Item.registered_at == AT, Item.number >= done.first, Item.number <= done.last)
    assert len(items) == 6 == len(every(village, Item)) - before
    assert all(codes.read(item.number).number == item.number for item in items)
    (long,) = every(village, Title, Title.name == "镕喆堃玥䶮传")
    assert (long.isbn, long.year, long.call_number, long.initials) == ("9787020002207", 2008, "I242.4/1", "rzkyyc zs")
    assert sorted(item.copy_no for item in items if item.title_id == long.id) == [1, 2]
    (old,) = every(village, Title, Title.name == "资治通鉴")
    assert old.call_number == "K204.3/9"
    assert {(volume.number, volume.label) for volume in every(village, Volume, Volume.title_id == old.id)} == {(1, "上册"), (2, "下册")}
    prices = {row.item_id: (row.purchase_price_fen, row.batch) for row in every(village, Accession)}
    assert sorted(prices.values()) == [(1200, "2026-1"), (5970, "2026-1"), (5970, "2026-1")]


def test_a_copy_of_a_title_that_stands_there_joins_it(village: Village) -> None:
    text = HEAD + "活着,余华,,,,I247.5,,,2,,,,,,\n"
    assert see(village, checked(village, text)).titles == 0
    accept(village, checked(village, text))
    mine = every(village, Item, Item.title_id == village.titles["huozhe"].id)
    assert sorted(item.copy_no for item in mine) == [1, 2, 3, 4]


def test_what_was_entered_is_found_and_lent_at_once(village: Village) -> None:
    accept(village, checked(village, GOOD))
    page = database.read(village.engine, catalogue.search, hall_id=village.hall.id, text="xtzg", at=AT)
    assert [find.name for find in page.finds] == ["乡土中国"]
    found = database.read(village.engine, finding.find, hall_id=village.hall.id, text="njsw-000777")
    assert isinstance(found, finding.FoundItem)
    facts = {"item_id": found.item_id, "card_id": village.card_id("mei"), "at": AT, "gesture": gesture(), "by": village.kiosk}
    assert database.write(village.engine, circulation.check_out, **facts).name == "乡土中国"


def test_every_thing_has_its_row_in_the_journal_and_none_names_a_person(village: Village) -> None:
    done = accept(village, checked(village, GOOD))
    rows_of = every(village, JournalRow, JournalRow.verb == "item_add")
    assert {row.facts["number"] for row in rows_of} == {
        item.number for item in every(village, Item, Item.number >= done.first, Item.number < "3")
    }
    assert {row.staff_id for row in rows_of} == {village.staff["zhou"].id}


def test_the_same_file_twice_adds_nothing(village: Village) -> None:
    accept(village, checked(village, GOOD))
    before = rows(village.engine)
    moved = GOOD.replace("\n", ",备注\n", 1)
    for text in (GOOD, moved, GOOD.replace("\n", "\r\n")):
        seen, done = see(village, checked(village, text)), accept(village, checked(village, text))
        assert (seen.items, seen.known, seen.titles) == (0, 5, 0)
        assert (done.items, done.known) == (0, 5)
    after = rows(village.engine)
    assert {name for name in after if after[name] != before[name]} == {"import_run", "journal"}


def test_two_like_rows_of_one_file_are_two_things_and_a_longer_file_adds_only_what_is_new(village: Village) -> None:
    line = "边城,沈从文,,,,I246,,,1,,,,,,\n"
    assert accept(village, checked(village, HEAD + line * 2)).items == 2
    assert accept(village, checked(village, HEAD + line * 3)).items == 1


def test_one_gesture_is_one_import(village: Village) -> None:
    hand, found = gesture(), checked(village, GOOD)
    first = accept(village, found, hand=hand)
    before = rows(village.engine)
    assert accept(village, found, hand=hand) == first
    assert rows(village.engine) == before


BAD = {
    "no name": (",x,,,,I2,,,,,,,,,", "题名", "missing"),
    "no class": ("甲,x,,,,,,,,,,,,,", "分类号", "missing"),
    "no such class": ("甲,x,,,,M12,,,,,,,,,", "分类号", "class_number"),
    "a class of odd signs": ("甲,x,,,,I2*七,,,,,,,,,", "分类号", "class_number"),
    "a name too long": ("甲" * 201 + ",x,,,,I2,,,,,,,,,", "题名", "text"),
    "no year": ("甲,x,,去年,,I2,,,,,,,,,", "出版年", "year"),
    "no number of copies": ("甲,x,,,,I2,,,很多,,,,,,", "册数", "number"),
    "a thousand copies": ("甲,x,,,,I2,,,1000,,,,,,", "册数", "number"),
    "no copies": ("甲,x,,,,I2,,,0,,,,,,", "册数", "number"),
    "no price": ("甲,x,,,,I2,,,,免费,,,,,", "单价", "price"),
    "a price below nothing": ("甲,x,,,,I2,,,,-5,,,,,", "单价", "price"),
    "no such room": ("甲,x,,,,I2,,,,,,,厨房,,", "房间", "room"),
    "a barcode for two": ("甲,x,,,,I2,,,2,,,,,,A1", "条形码", "barcode_of_many"),
    "a barcode like a number of ours": ("甲,x,,,,I2,,,,,,,,,20000148", "条形码", "barcode"),
    "a batch too long": ("甲,x,,,,I2,,,,,," + "9" * 41 + ",,,", "批次", "text"),
}


@pytest.mark.parametrize(("line", "column", "code"), BAD.values(), ids=BAD)
def test_every_problem_is_told_by_row_and_column(village: Village, line: str, column: str, code: str) -> None:
    found = checked(village, HEAD + "乙,x,,,,I2,,,,,,,,,\n" + line + "\n")
    assert [(problem.row, problem.column, problem.code, problem.stops) for problem in found.problems] == [(3, column, code, True)]
    before = rows(village.engine)
    with pytest.raises(RowsWrong) as refused:
        accept(village, found)
    assert refused.value.facts == {"count": 1}
    assert rows(village.engine) == before
    assert accept(village, found, leave_out=True).items == 1


def test_all_problems_at_once(village: Village) -> None:
    lines = [line for line, _, _ in BAD.values()]
    found = checked(village, HEAD + "\n".join(lines) + "\n")
    assert [(problem.row, problem.code) for problem in found.problems] == [
        (row, code) for row, (_, _, code) in enumerate(BAD.values(), start=2)
    ]
    assert found.stopped == len(BAD)


def test_what_the_register_knows_is_told_as_well(village: Village) -> None:
    accept(village, checked(village, GOOD))
    text = HEAD + (
        "新书,x,,,,K204,K204.3/9,,,,,,,,\n"
        "别的书,x,,,,I2,,,,,,,,,NJSW-000777\n"
        "资治通鉴,司马光,中华书局,,,K204.3,,,,,,,,,\n"
        "甲,x,,,,I2,,,,,,,,,B1\n"
        "乙,x,,,,I2,,,,,,,,,b1\n"
    )
    seen = see(village, checked(village, text))
    assert [(problem.row, problem.code) for problem in seen.problems] == [
        (2, "call_number_taken"), (3, "barcode_taken"), (4, "volume"), (6, "barcode_twice"),
    ]  # fmt: skip
    assert (seen.items, seen.stopped) == (1, 4)


def test_a_wrong_check_digit_is_kept_with_a_mark_and_an_old_book_number_is_none(village: Village) -> None:
    found = checked(village, HEAD + "甲,x,,,9787020002208,I2,,,,,,,,,\n乙,x,,,10019·1234,I2,,,,,,,,,\n")
    assert [(problem.row, problem.code, problem.stops) for problem in found.problems] == [
        (2, "isbn_digit", False),
        (3, "isbn_shape", False),
    ]
    accept(village, found)
    kept = {title.name: title.isbn for title in every(village, Title)}
    assert (kept["甲"], kept["乙"]) == ("9787020002208", "")
    assert not isbn.is_right(kept["甲"])


def test_a_failure_half_way_leaves_nothing_behind(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(village.engine)

    def break_down(*_: object) -> None:
        raise RuntimeError

    found = checked(village, GOOD)
    monkeypatch.setattr(entering, "journal_row", break_down)
    with pytest.raises(RuntimeError):
        accept(village, found)
    monkeypatch.undo()
    told: list[float] = []

    def stop(share: float) -> None:
        told.append(share)
        if share > 0.7:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        database.write(
            village.engine, entering.accept, checked=found, leave_out=False, at=AT, gesture=gesture(), by=village.zhou, tell=stop
        )
    assert len(told) > 5
    assert rows(village.engine) == before


def test_a_clock_behind_the_journal_enters_nothing(village: Village) -> None:
    accept(village, checked(village, GOOD))
    with pytest.raises(ClockWrong):
        accept(village, checked(village, GOOD), at=AT - timedelta(hours=1))


def test_two_tablets_that_accept_the_same_file_at_once_enter_it_once(village: Village) -> None:
    found, ends = checked(village, GOOD), []
    start = threading.Barrier(4)

    def one() -> None:
        start.wait()
        try:
            ends.append(accept(village, found).items)
        except Exception as error:  # noqa: BLE001  any such end is what the test looks for
            ends.append(repr(error))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends, key=str) == [0, 0, 0, 6]
    assert len(every(village, ImportedRow)) == 5
    numbers = [item.number for item in every(village, Item)]
    assert len(numbers) == len(set(numbers))


def test_equipment_one_by_one_or_as_a_counted_set(village: Village) -> None:
    text = "名称,类别编号,GB/T14885-2022代码,数量,单位,成套,存放房间,单价\n花鼓,WD-003,A05020,20,面,是,多功能活动厅,45\n二胡,YQ,,2,把,否,R-ACT,380\n"
    found = checked(village, text, Kind.EQUIPMENT)
    assert found.problems == []
    accept(village, found)
    (drums,) = every(village, Item, Item.unit == "面")
    assert (drums.counted, drums.quantity, drums.home_room_id, drums.number[0]) == (True, 20, village.rooms["activity"].id, "3")
    assert {(item.counted, item.quantity) for item in every(village, Item, Item.unit == "把")} == {(False, 1)}
    assert every(village, Title, Title.class_code == "WD")[0].call_number == "WD-003/1"


PEOPLE = "姓名,性别,出生日期,联系电话,村民小组,类型,监护人,关系,监护人电话,同意日期\n"


def test_readers_get_their_cards_in_one_go(village: Village) -> None:
    text = PEOPLE + (
        "欧阳镕,女,1960年2月29日,139 1234-7609,三组,个人,,,,\n"
        "周小满,男,2016-5-1,,三组,少儿,周桂生,祖父,13800004321,2027/3/9\n"
        "赵归乡,,,13900001111,,临时,,,,\n"
    )
    found = checked(village, text, Kind.PATRONS)
    assert found.problems == []
    assert see(village, found).items == 3
    accept(village, found)
    people_of = {patron.name: patron for patron in every(village, Patron)}
    assert (people_of["周小满"].phone_end, people_of["周小满"].consent_day) == ("4321", date(2027, 3, 9))
    cards = [card for card in every(village, Card) if card.patron_id in {people_of[name].id for name in ("欧阳镕", "周小满", "赵归乡")}]
    assert sorted(card.valid_until for card in cards) == [date(2027, 5, 9), date(2032, 3, 10), date(2032, 3, 10)]
    scanned = codes.qr_text(cards[0].issuer_code, cards[0].number, cards[0].secret)
    assert database.read(village.engine, finding.find, hall_id=village.hall.id, text=scanned) == finding.FoundCard(cards[0].id)
    before = rows(village.engine)
    assert accept(village, checked(village, text, Kind.PATRONS)).items == 0
    assert {name for name, count in rows(village.engine).items() if count != before[name]} == {"import_run", "journal"}


def test_readers_problems(village: Village) -> None:
    text = PEOPLE + (
        "周小满,男,2016-5-1,,三组,少儿,,,13800004321,\n"
        "王梅,女,1985-6-1,13800001234,,,,,,\n"
        "李四,x,1985-6-1,13800001235,,,,,,\n"
        "孙五,女,1985-13-1,13800001236,,,,,,\n"
        "钱六,女,1985-1-1,,,,,,,\n"
        "腰鼓二队,,,13800001238,,队组,,,,\n"
        "吴七,女,,13800001239,,,,,,\n"
    )
    seen = see(village, checked(village, text, Kind.PATRONS))
    assert [(problem.row, problem.code) for problem in seen.problems] == [
        (2, "consent"), (3, "there"), (4, "sex"), (5, "day"), (6, "phone"), (7, "kind"), (8, "missing"),
    ]  # fmt: skip
    assert all(isinstance(problem, Problem) and problem.stops for problem in seen.problems)
    assert seen.items == 0
    assert every(village, ItemAlias) == []
