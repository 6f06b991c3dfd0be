"""The stock and the form for new books through the real entry file; a hall's very first book, from nothing to its label."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from models import Accession, Item, LabelPrint, Role, Staff, Title
from services import accession, clock, database, founding, halls
from services.accession import CLC
from services.settings import HOUSE
from services.staff import Signed
from services.words import LANGUAGES, words
from tests.cast import AT, Village, gesture
from tests.tablet import keys, press, seen
from ui import house
from ui.staff import door, entry, who

Open = Callable[..., AppTest]
RIGHT, OTHER, WRONG = "9787020002207", "9787208171336", "9787020002208"


@pytest.fixture
def tablet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open the page of a database as its keeper."""

    def open_(url: str, hall_id: Any, staff_id: Any, at: datetime = AT, role: Role = Role.KEEPER) -> AppTest:
        monkeypatch.setenv("HALL_DATABASE_URL", url)
        house.house.cache_clear()
        monkeypatch.setattr(clock, "now", lambda: at)
        monkeypatch.setattr(who, "signed_in", lambda: Signed(gesture(), staff_id, hall_id, "周桂生", "zhou", role))
        monkeypatch.setattr(door, "used", lambda _: None)
        page = AppTest.from_file(str(HOUSE / "staff_app.py"), default_timeout=20).run()
        assert not page.exception
        return page

    yield open_
    house.house.cache_clear()


@pytest.fixture
def page(tablet: Open, village: Village, sqlite_url: str) -> AppTest:
    return press(tablet(sqlite_url, village.hall.id, village.staff["zhou"].id), "group-stock")


def fill(page: AppTest, **fields: str) -> AppTest:
    for name, value in fields.items():
        next(each for each in page.text_input if str(each.key).startswith(f"book-{name}-")).set_value(value)
    page.run()
    assert not page.exception
    return page


def value(page: AppTest, name: str) -> Any:
    return next(each for each in (*page.text_input, *page.number_input) if str(each.key).startswith(f"book-{name}-")).value


def count(engine: Any, table: Any) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table.__table__)).scalar_one())


def test_the_list_shows_the_stock_and_typing_narrows_it(village: Village, page: AppTest) -> None:
    assert f"共{len(village.items)}件" in seen(page)
    page.text_input(key="field-holdings").set_value("hz").run()
    assert "《活着》" in seen(page)
    assert "《边城》" not in seen(page)
    press(page, f"see-{village.item_id('huozhe')}")
    assert "活着" in seen(page)


def test_pages_turn(village: Village, page: AppTest) -> None:
    village.book("many", "很多本", copies=20)
    page.run()
    assert "《平凡的世界 第1册》" not in seen(page)
    press(page, "next-page")
    press(page, "next-page")
    assert "do-next-page" not in keys(page)
    press(page, "back-page")
    page.text_input(key="field-holdings").set_value("平凡").run()
    assert "《平凡的世界 第1册》" in seen(page)


def test_one_book_after_the_other_and_what_is_the_same_stays_filled(village: Village, page: AppTest, sqlite_engine: Any) -> None:
    press(page, "new-book")
    fill(page, isbn=RIGHT, name="红楼梦", author="曹雪芹", class_number="I242.4", purchase_price="59.7", batch="2027-01", shelf="I-3")
    press(page, "enter")
    assert "登记好了 《红楼梦》" in seen(page)
    assert (value(page, "name"), value(page, "isbn"), value(page, "purchase_price")) == ("", "", "")
    assert (value(page, "batch"), value(page, "shelf")) == ("2027-01", "I-3")
    fill(page, name="四世同堂", class_number="I246.5")
    press(page, "enter")
    with sqlite_engine.connect() as connection:
        found = connection.execute(sa.select(Accession.purchase_price_fen, Accession.batch).order_by(Accession.item_id)).all()  # type: ignore[call-overload]
    assert [tuple(row) for row in found] == [(5970, "2027-01"), (None, "2027-01")]
    press(page, "print")
    assert "要印的" in seen(page)
    assert "2张" in seen(page)
    press(page, "make")
    assert count(sqlite_engine, LabelPrint) == 2


def test_a_known_isbn_is_offered_as_more_copies(village: Village, page: AppTest, sqlite_engine: Any) -> None:
    press(page, "new-book")
    fill(page, isbn=RIGHT, name="红楼梦", class_number="I242.4")
    press(page, "enter")
    titles = count(sqlite_engine, Title)
    fill(page, isbn=RIGHT)
    (take,) = [key for key in keys(page) if key.startswith("do-take-")]
    press(page, take.removeprefix("do-"))
    assert "给《红楼梦》加复本" in seen(page)
    press(page, "enter")
    assert count(sqlite_engine, Title) == titles
    fill(page, isbn=RIGHT, name="石头记", class_number="I242.4")
    press(page, "enter")
    assert count(sqlite_engine, Title) == titles + 1


def test_a_wrong_isbn_may_be_kept_as_it_is_printed(village: Village, page: AppTest, sqlite_engine: Any) -> None:
    press(page, "new-book")
    before = count(sqlite_engine, Item)
    fill(page, isbn=WRONG, name="印错了书号的书", class_number="Z2")
    press(page, "enter")
    assert count(sqlite_engine, Item) == before
    assert value(page, "name") == "印错了书号的书"
    page.checkbox[0].check().run()
    press(page, "enter")
    assert count(sqlite_engine, Item) == before + 1


@pytest.mark.parametrize(
    ("field", "wrong"), [("purchase_price", "三十元"), ("purchase_price", "1.234"), ("year", "去年"), ("unified", "abc"), ("name", "")]
)
def test_what_was_typed_stays_when_it_is_refused(village: Village, page: AppTest, sqlite_engine: Any, field: str, wrong: str) -> None:
    press(page, "new-book")
    before = count(sqlite_engine, Item)
    fill(page, **{"name": "书", "class_number": "Z2", "author": "某人", field: wrong})
    press(page, "enter")
    assert count(sqlite_engine, Item) == before
    assert value(page, "author") == "某人"
    assert "desk-no" in seen(page)


def test_a_class_is_proposed_and_taken_by_one_tap(village: Village, page: AppTest) -> None:
    press(page, "new-book")
    fill(page, isbn=RIGHT, name="水稻栽培", author="李农", class_number="S511")
    press(page, "enter")
    fill(page, name="水稻病虫害")
    press(page, "guess")
    assert value(page, "class_number") == "S511"


def test_titles_are_words_not_markup(village: Village, page: AppTest) -> None:
    press(page, "new-book")
    fill(page, name="<script>x</script> **b** $x$", class_number="Z2")
    press(page, "enter")
    assert "&lt;script&gt;x&lt;/script&gt; **b** $x$" in seen(page)
    assert "<script>" not in seen(page)


def test_the_form_is_gone_when_somebody_else_signs_in(village: Village, page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    press(page, "new-book")
    fill(page, name="半本书")
    lan = village.staff["lan"]
    monkeypatch.setattr(who, "signed_in", lambda: Signed(gesture(), lan.id, village.hall.id, lan.name, lan.login, Role.KEEPER))
    page.run()
    assert "entry" not in page.session_state


def test_only_who_keeps_the_desk_sees_the_stock(tablet: Open, village: Village, sqlite_url: str) -> None:
    page = tablet(sqlite_url, None, village.staff["zhou"].id, role=Role.TOWNSHIP)
    assert "do-group-stock" not in keys(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_class_and_source_has_its_words(lang: str) -> None:
    from services.books import SOURCES

    assert all(words(lang).say(f"clc.{code}") for code in CLC)
    assert all(words(lang).say(f"books.source.{source}") for source in SOURCES)


def test_english_has_a_word_for_everything_here(village: Village, page: AppTest) -> None:
    press(page, "lang")
    assert "in all" in seen(page)
    press(page, "new-book")
    fill(page, name="A book", class_number="I2")
    press(page, "enter")
    assert "Registered" in seen(page)


def test_a_new_hall_s_first_book_is_registered_and_labelled(tablet: Open, tmp_path: Path) -> None:
    """From `init` to the label: nothing is there but what the command made."""
    url, at = f"sqlite:///{tmp_path / 'hall.db'}", datetime(2027, 3, 10, 2, tzinfo=UTC)
    engine = founding.open_or_make(url)
    founder = founding.Founder("zhou", "周桂生", "x")
    hall_id = database.write(engine, founding.found, code="430902106398", name="新村综合文化服务中心", founder=founder, at=at)
    with engine.connect() as connection:
        staff_id = connection.execute(sa.select(Staff.id)).scalar_one()  # type: ignore[call-overload]
    page = press(tablet(url, hall_id, staff_id, at), "group-stock")
    assert "还没有登记过" in seen(page)
    press(page, "new-book")
    fill(page, isbn=OTHER, name="置身事内", author="兰小欢", class_number="F12")
    press(page, "enter")
    press(page, "print")
    press(page, "make")
    assert "标签做好了：1张，1页" in seen(page)
    with engine.connect() as connection:
        number, call, room = connection.execute(
            sa.select(Item.number, Title.call_number, Item.home_room_id).join(Title, Title.id == Item.title_id)
        ).one()  # type: ignore[call-overload,arg-type]
    assert (number[:7], call) == ("2000001", "F12/1")
    assert room in database.read(engine, halls.rooms, hall_id=hall_id, medium=accession.Medium.BOOK)
    engine.dispose()


def test_what_stays_filled_is_never_what_belongs_to_one_book() -> None:
    mine = entry.Entry()
    mine.values |= {"name": "一", "isbn": RIGHT, "source": "donated", "batch": "B", "donor": "王", "copies": 4, "class_code": "I"}
    mine.next_book()
    assert {name: mine.values[name] for name in ("name", "isbn", "copies", "class_code")} == {
        "name": "",
        "isbn": "",
        "copies": 1,
        "class_code": None,
    }
    assert (mine.values["source"], mine.values["batch"], mine.values["donor"]) == ("donated", "B", "王")
