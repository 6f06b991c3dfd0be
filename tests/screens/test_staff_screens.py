"""The tablet's screens through the real entry file; who is signed in is put there by replacing the one function that tells."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from models import Card, Condition, ItemAlias, ItemCondition, JournalRow, Loan, Patron, PatronKind, PersonInCharge, Purpose, Role, Trouble
from services import circulation, clock, codes, conditions, database, holds, reports
from services.lending_rules import Wish
from services.settings import HOUSE
from tests.cast import AT, Village, gesture
from tests.databases import rows
from tests.tablet import Desk, keys, press, seen
from ui import house
from ui.staff import who


def type_in(page: AppTest, text: str) -> AppTest:
    field = next(each for each in page.text_input if each.key.startswith("field-"))
    field.set_value(text).run()
    assert not page.exception
    return page


def fill(page: AppTest, **fields: Any) -> AppTest:
    for name, value in fields.items():
        next(each for each in page.text_input if each.key.rpartition("-")[0] == name).set_value(value)
    return page


def lend(village: Village, what: str, whom: str, **facts: Any) -> Any:
    named = {"item_id": village.item_id(what), "card_id": village.card_id(whom), "gesture": gesture(), "by": village.kiosk, "at": AT}
    return database.write(village.engine, circulation.check_out, **{**named, **facts})


def loans(village: Village) -> list[Loan]:
    with Session(village.engine) as session:
        return list(session.exec(select(Loan)))


# -- who may see what ----------------------------------------------------------------------------------------------------


def test_a_stranger_sees_the_way_to_the_door_and_nothing_else(desk: Desk) -> None:
    page = desk(role=None)
    assert "请重新登录" in seen(page) or "manage.py run" in seen(page)
    assert not page.button
    assert not page.text_input


def test_started_without_its_gate_the_page_refuses_whoever_asks(village: Village, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_DATABASE_URL", sqlite_url)
    monkeypatch.delitem(__import__("sys").modules, who._MARK, raising=False)
    house.house.cache_clear()
    page = AppTest.from_file(str(HOUSE / "staff_app.py"), default_timeout=20).run()
    assert "manage.py run" in seen(page)
    assert not page.button
    house.house.cache_clear()


@pytest.mark.parametrize("role", [Role.TOWNSHIP, Role.DISTRICT])
def test_township_and_district_see_numbers_and_no_names(village: Village, desk: Desk, role: Role) -> None:
    lend(village, "biancheng", "mei", at=AT - timedelta(days=45))
    page = desk(role=role)
    assert "超期未还" in seen(page)
    assert "王梅" not in seen(page)
    assert not any(key.startswith(("do-go-", "do-who-", "do-group-desk")) for key in keys(page))


def test_a_session_that_ends_between_two_taps_does_nothing(village: Village, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    lend(village, "biancheng", "mei")
    page = desk(screen="desk")
    type_in(page, codes.clear(village.cards["mei"].number))
    monkeypatch.setattr(who, "signed_in", lambda: None)
    page.button(key=f"do-back-{loans(village)[0].id}").click().run()
    assert loans(village)[0].ended_at is None
    assert "王梅" not in seen(page)


# -- today ---------------------------------------------------------------------------------------------------------------


def test_the_morning_has_the_day_in_figures_and_what_to_do(village: Village, desk: Desk) -> None:
    lend(village, "biancheng", "mei", at=AT - timedelta(days=45))
    lend(village, "weicheng", "old_li")
    database.write(
        village.engine, reports.report, item_id=village.item_id("erhu"), trouble=Trouble.DEAD, at=AT, gesture=gesture(), by=village.kiosk
    )
    page = desk()
    for words in ("1 / 0", "《边城》超期", "二胡报修：不能用", "开放到 12:00", "3月10日 周三 · 二月初三"):
        assert words in seen(page), words


def test_a_report_is_struck_off_and_a_copy_put_on_the_hold_shelf(village: Village, desk: Desk) -> None:
    lend(village, "biancheng", "old_li")
    database.write(
        village.engine,
        holds.place,
        title_id=village.titles["biancheng"].id,
        card_id=village.card_id("mei"),
        at=AT,
        gesture=gesture(),
        by=village.kiosk,
    )
    database.write(village.engine, circulation.check_in, item_id=village.item_id("biancheng"), at=AT, gesture=gesture(), by=village.kiosk)
    database.write(
        village.engine, reports.report, item_id=village.item_id("erhu"), trouble=Trouble.DEAD, at=AT, gesture=gesture(), by=village.kiosk
    )
    page = desk()
    press(page, next(key for key in keys(page) if key.startswith("do-shelve-")).removeprefix("do-"))
    assert "放上预约架" in seen(page)
    press(page, next(key for key in keys(page) if key.startswith("do-done-")).removeprefix("do-"))
    assert "处理好了" in seen(page)
    assert not any(key.startswith(("do-shelve-", "do-done-")) for key in keys(page))


def test_an_empty_day_says_so_once_every_room_has_somebody_in_charge(desk: Desk, village: Village) -> None:
    page = desk()
    assert "还没有责任人：多功能活动厅" in seen(page)
    room_id = village.rooms["activity"].id
    village.save(PersonInCharge(hall_id=village.hall.id, room_id=room_id, name="李小兰", from_day=clock.local_day(AT)))
    page.run()
    assert "现在没有要做的事" in seen(page)


# -- the desk ------------------------------------------------------------------------------------------------------------


def test_a_card_and_a_book_by_their_numbers_are_lent_without_another_tap(village: Village, desk: Desk) -> None:
    page = desk(screen="desk")
    type_in(page, codes.clear(village.cards["mei"].number))
    assert "王梅" in seen(page)
    type_in(page, codes.clear(village.items["biancheng"].number))
    assert "借好了 《边城》" in seen(page)
    (loan,) = loans(village)
    assert (loan.patron_id, loan.at_desk) == (village.patrons["mei"].id, True)


def test_a_book_first_and_then_the_card_is_lent_too(village: Village, desk: Desk) -> None:
    page = desk(screen="desk")
    type_in(page, village.items["biancheng"].number)
    assert "借给谁" in seen(page)
    type_in(page, village.cards["mei"].number)
    assert "借好了 《边城》" in seen(page)


def test_a_book_alone_is_taken_back(village: Village, desk: Desk) -> None:
    lend(village, "biancheng", "mei", at=AT - timedelta(days=2))
    page = desk(screen="desk")
    type_in(page, village.items["biancheng"].number)
    assert "还好了 《边城》" in seen(page)
    assert loans(village)[0].ended_at == AT


def test_a_book_lent_a_minute_ago_waits_for_a_tap(village: Village, desk: Desk) -> None:
    lend(village, "biancheng", "mei", at=AT - timedelta(minutes=1))
    page = desk(screen="desk")
    type_in(page, village.items["biancheng"].number)
    assert loans(village)[0].ended_at is None
    press(page, f"out-back-{loans(village)[0].id}")
    assert loans(village)[0].ended_at == AT


def test_an_old_label_is_found_by_typing_and_does_nothing_by_itself(village: Village, desk: Desk) -> None:
    lend(village, "biancheng", "mei", at=AT - timedelta(days=2))
    village.save(ItemAlias(hall_id=village.hall.id, item_id=village.item_id("biancheng"), code="1234"))
    page = type_in(desk(screen="desk"), "1234")
    assert "原有条形码 1234" in seen(page)
    assert "王梅" in seen(page)
    assert loans(village)[0].ended_at is None
    press(page, f"label-{village.item_id('biancheng')}")
    assert "在王梅手里" in seen(page)


@pytest.mark.parametrize("text", ["王梅", "wm", "1234"])
def test_somebody_is_found_by_typing(village: Village, desk: Desk, text: str) -> None:
    page = type_in(desk(screen="desk"), text)
    press(page, f"take-{village.patrons['mei'].id}")
    assert "成人" in seen(page)
    assert "138****1234" in seen(page)


@pytest.mark.parametrize("text", ["活着", "hz"])
def test_a_book_is_found_by_typing(village: Village, desk: Desk, text: str) -> None:
    page = type_in(desk(screen="desk"), text)
    press(page, f"copies-{village.titles['huozhe'].id}-0")
    press(page, f"lay-{village.item_id('huozhe-2')}")
    assert codes.clear(village.items["huozhe-2"].number) in seen(page)


@pytest.mark.parametrize(
    "text", ["", "；；", "99999999", "123456789012", "'; DROP TABLE loan; --", "📚", "<script>alert(1)</script>", "x" * 80]
)
def test_nonsense_finds_nothing_and_breaks_nothing(village: Village, desk: Desk, text: str) -> None:
    page = type_in(desk(screen="desk"), text)
    assert "<script>" not in seen(page)
    assert loans(village) == []


def test_all_reasons_stand_at_once_and_are_set_aside_with_a_recorded_reason(village: Village, desk: Desk) -> None:
    for what in ("huozhe", "biancheng"):
        lend(village, what, "yu", at=AT - timedelta(hours=1))
    database.write(
        village.engine,
        conditions.mark,
        item_id=village.item_id("weicheng"),
        condition=Condition.DAMAGED,
        reason="水渍",
        at=AT,
        gesture=gesture(),
        by=village.zhou,
    )
    page = desk(screen="desk")
    type_in(page, village.cards["yu"].number)
    type_in(page, village.items["weicheng"].number)
    assert "有2条不能借的原因" in seen(page)
    assert page.button(key="do-lend").disabled
    why = next(each for each in page.text_input if each.key.startswith("why-"))
    why.set_value("老师要用，明天就还").run()
    press(page, "lend")
    assert "借好了 《围城》" in seen(page)
    with Session(village.engine) as session:
        row = session.exec(select(JournalRow).where(JournalRow.verb == "check_out").order_by(JournalRow.id.desc())).first()  # type: ignore[attr-defined]
    assert row is not None
    assert (row.overridden, row.reason) == ("item_damaged,too_many_loans", "老师要用，明天就还")


def test_what_nobody_may_set_aside_has_no_button(village: Village, desk: Desk) -> None:
    with Session(village.engine) as session:
        title = session.get_one(type(village.titles["weicheng"]), village.titles["weicheng"].id)
        title.adults_only = True
        session.commit()
    page = desk(screen="desk")
    type_in(page, village.cards["yu"].number)
    type_in(page, village.items["weicheng"].number)
    assert "只借给成年人" in seen(page)
    assert "do-lend" not in keys(page)


def test_equipment_goes_out_after_one_tap_for_the_purpose(village: Village, desk: Desk) -> None:
    page = desk(screen="desk")
    type_in(page, village.cards["mei"].number)
    type_in(page, village.items["erhu"].number)
    assert page.button(key="do-lend").disabled
    press(page, "purpose-rehearsal")
    press(page, "lend")
    (loan,) = loans(village)
    assert (loan.purpose, loan.outside, loan.due_day) == (Purpose.REHEARSAL, False, AT.date())


def test_outside_the_hall_wants_an_approver_who_is_recorded(village: Village, desk: Desk) -> None:
    page = desk(screen="desk")
    type_in(page, village.cards["mei"].number)
    type_in(page, village.items["erhu"].number)
    press(page, "purpose-performance")
    press(page, "outside-True")
    assert page.button(key="do-lend").disabled
    approver = next(each for each in page.selectbox if each.key.startswith("approver-"))
    approver.select_index(0).run()
    press(page, "lend")
    (loan,) = loans(village)
    assert (loan.outside, loan.approver_id is not None) == (True, True)


def test_a_set_goes_out_and_comes_back_in_pieces(village: Village, desk: Desk) -> None:
    lend(village, "drums", "team", wish=Wish(quantity=12, purpose=Purpose.REHEARSAL), at=AT - timedelta(hours=1))
    page = desk(screen="desk")
    type_in(page, village.items["drums"].number)
    number = next(each for each in page.number_input if each.key.startswith("pieces-back-"))
    number.set_value(5).run()
    press(page, f"out-back-{loans(village)[0].id}")
    assert "还有7件没还" in seen(page)
    assert loans(village)[0].returned == 5


def test_a_refused_renewal_is_set_aside_with_a_reason(village: Village, desk: Desk) -> None:
    lend(village, "biancheng", "mei", at=AT - timedelta(days=40))
    page = desk(screen="desk")
    type_in(page, village.cards["mei"].number)
    press(page, f"renew-{loans(village)[0].id}")
    assert "过了期不能续借" in seen(page)
    next(each for each in page.text_input if each.key.startswith("why-")).set_value("住院").run()
    press(page, "renew-anyway")
    assert loans(village)[0].renewals == 1


def test_a_hold_is_placed_and_cancelled(village: Village, desk: Desk) -> None:
    lend(village, "biancheng", "old_li", at=AT - timedelta(hours=1))
    page = desk(screen="desk")
    type_in(page, village.cards["mei"].number)
    type_in(page, village.items["biancheng"].number)
    press(page, "hold")
    assert "预约好了 《边城》" in seen(page)
    press(page, next(key for key in keys(page) if key.startswith("do-unhold-")).removeprefix("do-"))
    assert "预约取消了" in seen(page)


def test_a_title_is_shown_as_it_is_written(village: Village, desk: Desk) -> None:
    nasty = "<b>红</b> **x** :red[x] $x$ =1+1 <img src=x onerror=alert(1)>"
    village.book("nasty", nasty)
    lend(village, "nasty", "mei", at=AT - timedelta(days=45))
    page = desk()
    assert "&lt;b&gt;红&lt;/b&gt; **x** :red[x] $x$ =1+1" in seen(page)
    press(page, f"who-{loans(village)[0].id}")
    assert "<img src=x" not in seen(page)
    assert "&lt;img src=x" in seen(page)


def test_a_broken_thing_is_reported_marked_and_mended(village: Village, desk: Desk) -> None:
    page = desk(screen="desk")
    type_in(page, village.items["biancheng"].number)
    press(page, "trouble-torn")
    assert "报修记下了" in seen(page)
    press(page, "undo")
    assert "撤销了" in seen(page)
    press(page, "trouble-torn")
    next(each for each in page.text_input if each.key.startswith("befell-")).set_value("封面掉了").run()
    press(page, "mark-damaged")
    assert "损坏" in seen(page)
    next(each for each in page.text_input if each.key.startswith("befell-")).set_value("粘好了").run()
    press(page, "mend-damaged")
    assert "修好了" in seen(page)
    press(page, "undo")
    assert "撤销了" in seen(page)
    with Session(village.engine) as session:
        assert [row.ended_at is None for row in session.exec(select(ItemCondition).order_by("since_at", "id"))] == [False, True]


def test_the_other_language_is_one_tap_away(desk: Desk) -> None:
    page = press(desk(screen="desk"), "lang")
    assert "Scan, or type a name" in page.text_input[0].label
    assert any(button.label == "Today" for button in page.button)


# -- people --------------------------------------------------------------------------------------------------------------


def test_a_villager_is_registered_and_the_card_is_shown(village: Village, desk: Desk) -> None:
    page = desk(screen="register")
    fill(page, name="欧阳镕", birth_date="1960年2月29日", phone="13912347609", villager_group="三组")
    press(page, "register")
    assert "欧阳镕的借书证" in seen(page)
    assert "data:image/png;base64," in seen(page)
    with Session(village.engine) as session:
        patron = session.exec(select(Patron).where(Patron.name == "欧阳镕")).one()
        assert session.exec(select(Card).where(Card.patron_id == patron.id)).one().ended_at is None


def test_a_child_without_consent_gets_no_card_and_nothing_typed_is_lost(village: Village, desk: Desk) -> None:
    page = desk(screen="register")
    fill(page, name="周小满", birth_date="2016-5-1", phone="13912347609")
    press(page, "register")
    assert "监护人同意" in seen(page)
    assert next(each for each in page.text_input if each.key.startswith("name-")).value == "周小满"
    fill(page, guardian_name="周桂生", guardian_phone="13800004321", consent_day="2027-3-10")
    press(page, "register")
    assert "周小满的借书证" in seen(page)


def test_a_team_is_registered_with_its_responsible_person(village: Village, desk: Desk) -> None:
    page = desk(screen="register")
    next(each for each in page.get("button_group") if each.key.startswith("kind-")).set_value(PatronKind.TEAM).run()
    fill(page, name="舞龙队")
    next(each for each in page.text_input if each.key.startswith("leader-text-")).set_value("王梅").run()
    next(each for each in page.selectbox if each.key.startswith("leader-")).select_index(0).run()
    press(page, "register")
    assert "舞龙队的借书证" in seen(page)
    with Session(village.engine) as session:
        assert session.exec(select(Patron).where(Patron.name == "舞龙队")).one().leader_id == village.patrons["mei"].id


@pytest.mark.parametrize("day", ["30-2-1960", "1960-2-30", "昨天", "1960"])
def test_a_day_that_is_none_is_told_so(desk: Desk, day: str) -> None:
    page = fill(desk(screen="register"), name="欧阳镕", birth_date=day, phone="13912347609")
    press(page, "register")
    assert "出生日期" in seen(page)
    assert "填得不对" in seen(page)


def test_somebodys_data_is_corrected(village: Village, desk: Desk) -> None:
    page = type_in(desk(screen="desk"), village.cards["mei"].number)
    press(page, "sheet")
    fill(page, villager_group="五组")
    press(page, "correct")
    assert "资料改好了" in seen(page)
    with Session(village.engine) as session:
        assert session.get_one(Patron, village.patrons["mei"].id).villager_group == "五组"


def test_a_lost_card_stops_and_a_new_one_is_issued(village: Village, desk: Desk) -> None:
    page = type_in(desk(screen="desk"), village.cards["mei"].number)
    press(page, "sheet")
    press(page, "lost")
    assert "已挂失" in seen(page)
    press(page, "reissue")
    assert "王梅的借书证" in seen(page)
    with Session(village.engine) as session:
        issues = session.exec(select(Card).where(Card.patron_id == village.patrons["mei"].id)).all()
    assert [str(card.ended_as) for card in issues] == ["lost", "None"]


# -- slips ---------------------------------------------------------------------------------------------------------------


def test_a_slip_is_entered_with_its_true_time(village: Village, desk: Desk) -> None:
    page = desk(screen="slip")
    type_in(page, village.cards["mei"].number)
    type_in(page, village.items["biancheng"].number)
    fill(page, **{"slip-out": "3-9 15:20"})
    press(page, "slip-out")
    assert "纸条补录好了" in seen(page)
    (loan,) = loans(village)
    assert clock.local(loan.out_at).strftime("%Y-%m-%d %H:%M") == "2027-03-09 15:20"
    assert loan.from_slip


@pytest.mark.parametrize("time", ["", "昨天下午", "3-32 15:00", "3-9 25:00", "2028-3-9 15:00"])
def test_a_slip_without_a_right_time_is_not_entered(village: Village, desk: Desk, time: str) -> None:
    page = desk(screen="slip")
    type_in(page, village.cards["mei"].number)
    type_in(page, village.items["biancheng"].number)
    fill(page, **{"slip-out": time})
    press(page, "slip-out")
    assert loans(village) == []


def test_the_bar_starts_afresh(village: Village, desk: Desk) -> None:
    page = type_in(desk(screen="desk"), village.cards["mei"].number)
    press(page, "go-slip")
    assert "王梅" not in seen(page)


def test_no_screen_asks_for_money(village: Village, desk: Desk) -> None:
    for screen in ("desk", "register", "slip"):
        page = desk(screen=screen)
        labels = [str(each.label) for each in (*page.button, *page.text_input, *page.number_input)]
        assert not any(word in label for label in labels for word in ("元", "押金", "罚", "费", "¥", "fee", "price", "deposit"))


def test_a_mistake_is_taken_back_from_its_toast(village: Village, desk: Desk) -> None:
    page = type_in(desk(screen="desk"), village.cards["mei"].number)
    type_in(page, village.items["huozhe"].number)
    assert "借好了" in seen(page)
    press(page, "undo")
    assert "撤销了" in seen(page)
    assert [loan.back_day for loan in loans(village)] == [clock.local_day(AT)]
    assert "do-undo" not in keys(page)


def test_what_has_moved_on_is_not_taken_back(village: Village, desk: Desk) -> None:
    page = type_in(desk(screen="desk"), village.cards["mei"].number)
    type_in(page, village.items["huozhe"].number)
    database.write(village.engine, circulation.check_in, item_id=village.item_id("huozhe"), at=AT, gesture=gesture(), by=village.kiosk)
    before = rows(village.engine)
    press(page, "undo")
    assert "撤销了" not in seen(page)
    assert rows(village.engine) == before
