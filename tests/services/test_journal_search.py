"""The journal is found again by day, act, hand and thing, page by page, and names no patron."""

from datetime import date, timedelta
from typing import Any

import pytest

from models import ActorKind, Duty, JournalRow, Trouble
from services import cards, circulation, database, duties, holds, journal_search, losses, policy, reports, suspensions
from services.journal_search import Asked
from tests.cast import AT, Village, gesture

DAY = date(2027, 3, 10)


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts)


def lines(village: Village, page: int = 0, **asked: Any) -> tuple[journal_search.Line, ...]:
    found = database.read(village.engine, journal_search.page, asked=Asked(**asked), page=page, at=AT, by=village.zhou)
    return found.lines  # type: ignore[no-any-return]


def verbs(village: Village, **asked: Any) -> list[str]:
    return [line.verb for line in lines(village, **asked)]


@pytest.fixture
def lived(village: Village) -> Village:
    """Three days in the village."""
    loan = do(village, circulation.check_out, item_id=village.item_id("huozhe"), card_id=village.card_id("mei"), by=village.kiosk)
    do(village, circulation.check_out, item_id=village.item_id("biancheng"), card_id=village.card_id("old_li"), by=village.kiosk)
    do(village, holds.place, title_id=village.titles["biancheng"].id, card_id=village.card_id("mei"))
    do(village, reports.report, item_id=village.item_id("erhu"), trouble=Trouble.TORN, at=AT + timedelta(days=1))
    do(village, cards.reissue, patron_id=village.patrons["mei"].id, at=AT + timedelta(days=1))
    do(village, duties.entrust, room_id=village.rooms["activity"].id, duty=Duty.IN_CHARGE, name="李小兰", from_day=DAY, at=AT + timedelta(days=1))
    do(village, losses.replace_in_kind, loan_id=loan.loan_id, reason="弄丢后赔了新书", at=AT + timedelta(days=2))
    database.write(village.engine, policy.change_house, at=AT + timedelta(days=2), by=village.zhou, holds_max=4)
    do(village, suspensions.suspend, patron_id=village.patrons["yu"].id, until_day=None, reason="雨小", at=AT + timedelta(days=2))
    do(
        village, circulation.check_out, item_id=village.item_id("weicheng"), card_id=village.card_id("yu"), at=AT + timedelta(days=3),
        overrides=frozenset({"patron_suspended"}), reason="明天读书会要用",
    )  # fmt: skip
    return village


def test_the_newest_is_first_and_each_row_is_found_by_what_it_was(lived: Village) -> None:
    assert verbs(lived)[:3] == ["check_out", "suspend", "rules_change"]
    assert verbs(lived, until=DAY) == ["hold", "check_out", "check_out"]
    assert set(verbs(lived, since=DAY + timedelta(days=1), until=DAY + timedelta(days=1))) == {"report", "card_reissue", "duty_entrust"}
    assert verbs(lived, kind=ActorKind.KIOSK) == ["check_out", "check_out"]
    assert verbs(lived, verb="report") == ["report"]
    assert verbs(lived, staff_id=lived.staff["lan"].id) == []
    assert len(verbs(lived, staff_id=lived.zhou.staff_id)) == len(verbs(lived)) - 2
    assert list(database.read(lived.engine, journal_search.people, at=AT, by=lived.zhou).values()) == ["周桂生", "李小兰"]


def test_a_thing_s_journal_is_found_by_number_label_and_name(lived: Village) -> None:
    mine = verbs(lived, thing="活着")
    assert {"check_out", "replace"} <= set(mine)
    assert "report" not in mine
    number = lived.items["huozhe"].number
    assert "check_out" in verbs(lived, thing=number)
    assert "check_out" in verbs(lived, thing=lived.code("huozhe"))
    assert verbs(lived, thing=lived.items["huozhe-2"].number) == []
    assert verbs(lived, thing="边") == ["hold", "check_out"]
    assert [(line.name, line.number) for line in lines(lived, thing="二胡")] == [("二胡", lived.items["erhu"].number)]
    assert verbs(lived, thing="没有的书") == []
    assert verbs(lived, thing=lived.card_code("mei")) == []


def test_a_row_says_the_thing_the_room_the_reason_and_no_patron(lived: Village) -> None:
    by_verb = {line.verb: line for line in lines(lived)}
    (aside,) = lines(lived, since=DAY + timedelta(days=3))
    first = lines(lived, until=DAY)[-1]
    assert {first.name, lines(lived, until=DAY)[-2].name} == {"活着", "边城"}
    assert (by_verb["hold"].name, by_verb["hold"].number) == ("边城", "")
    assert (aside.overridden, aside.reason) == (("patron_suspended",), "明天读书会要用")
    assert by_verb["duty_entrust"].name == "多功能活动厅"
    assert (by_verb["card_reissue"].name, by_verb["card_reissue"].number) == ("", "")
    said = repr(lines(lived))
    for who, patron in lived.patrons.items():
        for trace in (patron.name, patron.phone or "-", lived.cards[who].number):
            assert trace == "-" or trace not in said, trace
    assert "雨小" not in said


def test_a_long_journal_is_turned_page_by_page(village: Village) -> None:
    village.save(*(
        JournalRow(hall_id=village.hall.id, at=AT + timedelta(minutes=n), verb="import", actor_kind=ActorKind.SYSTEM, subject="hall", subject_id=village.hall.id)
        for n in range(60)
    ))  # fmt: skip
    pages = [database.read(village.engine, journal_search.page, asked=Asked(), page=n, at=AT, by=village.zhou) for n in range(3)]
    assert [(len(page.lines), page.more) for page in pages] == [(25, True), (25, True), (10, False)]
    assert len({line.at for page in pages for line in page.lines}) == 60


def test_another_hall_s_journal_is_not_shown(lived: Village) -> None:
    elsewhere = type(lived.zhou)(ActorKind.STAFF, gesture(), staff_id=gesture())
    assert database.read(lived.engine, journal_search.page, asked=Asked(thing="活着"), at=AT, by=elsewhere).lines == ()
