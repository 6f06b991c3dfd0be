"""The people's screens through the real entry file: the list, what may be done with somebody, a merge, teams, volunteers, rooms."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from models import Attendant, AttendantEntry, Card, CardEnd, Loan, Patron, PersonInCharge, Role, Suspension, TeamMember
from services import circulation, database
from tests.cast import AT, Village, gesture
from tests.tablet import Desk, keys, press, seen


def fill(page: AppTest, **texts: str) -> AppTest:
    """Type into fields by the beginning of their keys."""
    for name, text in texts.items():
        next(each for each in page.text_input if str(each.key).startswith(f"{name}-")).set_value(text)
    page.run()
    assert not page.exception
    return page


def choose(page: AppTest, key: str, value: Any) -> AppTest:
    group = next(each for each in page.get("button_group") if str(each.key).startswith(key))
    group.set_value(value).run()
    assert not page.exception
    return page


def tick(page: AppTest, key: str) -> AppTest:
    next(box for box in page.checkbox if str(box.key).startswith(key)).check().run()
    assert not page.exception
    return page


def rows(village: Village, table: Any) -> list[Any]:
    with Session(village.engine) as session:
        return list(session.exec(select(table).order_by(*table.__table__.primary_key)).all())


def opened(desk: Desk, village: Village, who: str) -> AppTest:
    return press(desk(screen="patrons"), f"open-{village.patrons[who].id}")


def panel(desk: Desk, village: Village, who: str, which: str) -> AppTest:
    return choose(opened(desk, village, who), "kind-more-", which)


def test_the_list_shows_everybody_and_narrows_by_typing(desk: Desk, village: Village) -> None:
    page = desk(screen="patrons")
    assert all(patron.name in seen(page) for patron in village.patrons.values())
    assert "13800001234" not in seen(page)
    page.text_input(key="field-patrons").set_value("cxy").run()
    assert "陈小雨" in seen(page)
    assert "王梅" not in seen(page)


def test_lending_is_paused_with_a_reason_and_resumed(desk: Desk, village: Village) -> None:
    page = panel(desk, village, "mei", "pause")
    press(page, "suspend")
    assert "原因" in seen(page)
    assert not rows(village, Suspension)
    fill(page, until="2027年4月1日", why="弄湿三本书")
    press(page, "suspend")
    assert "已暂停借书" in seen(page)
    (pause,) = rows(village, Suspension)
    assert pause.reason == "弄湿三本书"
    press(page, "lift")
    assert "已恢复借书" in seen(page)


def test_a_pause_by_mistake_is_taken_back_from_its_toast(desk: Desk, village: Village) -> None:
    page = fill(panel(desk, village, "mei", "pause"), why="弄湿三本书")
    press(page, "suspend")
    press(page, "undo")
    (pause,) = rows(village, Suspension)
    assert pause.until_at is not None


def test_a_day_that_is_none_is_told_and_nothing_typed_is_lost(desk: Desk, village: Village) -> None:
    page = fill(panel(desk, village, "mei", "pause"), until="下周", why="弄湿三本书")
    press(page, "suspend")
    assert "截止日期" in seen(page)
    assert next(each for each in page.text_input if str(each.key).startswith("why-")).value == "弄湿三本书"


def test_a_card_is_cancelled_and_own_data_is_one_link_away(desk: Desk, village: Village) -> None:
    page = panel(desk, village, "mei", "own")
    assert f"/desk/patron/{village.patrons['mei'].id}.pdf?lang=zh-CN" in seen(page)
    page = fill(panel(desk, village, "mei", "cancel"), why="搬走了")
    press(page, "cancel")
    assert "借书证已注销" in seen(page)
    assert [card.ended_as for card in rows(village, Card) if card.patron_id == village.patrons["mei"].id] == [CardEnd.CANCELLED]


def test_nobody_is_forgotten_by_one_tap(desk: Desk, village: Village) -> None:
    page = panel(desk, village, "old_li", "erase")
    assert page.button(key="do-erase").disabled
    tick(page, "sure-")
    press(page, "erase")
    assert "个人资料已删除" in seen(page)
    assert "李老汉" not in seen(page)


def test_two_registrations_are_compared_and_made_one(desk: Desk, village: Village) -> None:
    village.person("mei_again", "王梅", date(1985, 6, 1), phone="13999998888", villager_group="三组")
    database.write(
        village.engine, circulation.check_out, item_id=village.item_id("huozhe"), card_id=village.card_id("mei_again"), at=AT,
        gesture=gesture(), by=village.zhou,
    )  # fmt: skip
    page = desk(screen="patrons")
    assert "可能登记了两次" in seen(page)
    page = panel(desk, village, "mei", "merge")
    press(page, f"pair-{village.patrons['mei_again'].id}")
    assert "在借 1" in seen(page)
    tick(page, "take-phone")
    tick(page, "sure-")
    press(page, "merge")
    assert "已经合并成一份" in seen(page)
    kept = next(patron for patron in rows(village, Patron) if patron.id == village.patrons["mei"].id)
    assert (kept.phone, kept.villager_group) == ("13999998888", "三组")
    assert rows(village, Loan)[0].patron_id == kept.id


def test_a_merge_that_must_not_be_shows_why_and_offers_no_tap(desk: Desk, village: Village) -> None:
    village.person("mei_older", "王梅", date(1958, 6, 1), phone="13999998888")
    page = panel(desk, village, "mei", "merge")
    press(page, f"pair-{village.patrons['mei_older'].id}")
    assert "不像同一个人" in seen(page)
    assert page.button(key="do-merge").disabled
    press(page, "swap")
    assert page.button(key="do-merge").disabled


def test_a_team_gets_members_and_lets_them_go(desk: Desk, village: Village) -> None:
    page = press(desk(screen="teams"), f"team-{village.patrons['team'].id}")
    fill(page, who="李老汉", part="鼓手")
    press(page, f"join-{village.patrons['old_li'].id}")
    fill(page, who="汤美云")
    press(page, "join-name")
    assert {(member.name, member.part) for member in rows(village, TeamMember)} == {("李老汉", "鼓手"), ("汤美云", "")}
    member = next(each for each in rows(village, TeamMember) if each.name == "汤美云")
    press(page, f"leave-{member.id}")
    assert "已离队" in seen(page)


def test_a_volunteer_is_registered_and_an_afternoon_written_down(desk: Desk, village: Village) -> None:
    page = press(desk(screen="attendants"), "attendant-new")
    press(page, "attendant-save")
    assert "姓名" in seen(page)
    fill(page, name="罗桂花", born="1966", speciality="歌咏")
    press(page, "attendant-save")
    (hua,) = rows(village, Attendant)
    press(page, f"open-{hua.id}")
    fill(page, content="整理图书")
    press(page, "entry-save")
    (entry,) = rows(village, AttendantEntry)
    assert (entry.minutes, entry.day, entry.content) == (120, date(2027, 3, 10), "整理图书")
    assert "服务 2 小时（1 次）" in seen(page)
    press(page, "undo")
    assert "已划去" in seen(page)
    fill(page, content="整理图书")
    press(page, "entry-save")
    entry = rows(village, AttendantEntry)[-1]
    next(each for each in page.text_input if each.key == f"strike-{entry.id}").set_value("记重了").run()
    press(page, f"strike-{entry.id}")
    assert "已划去：记重了" in seen(page)
    press(page, "attendant-end")
    assert "已记离岗" in seen(page)


def test_a_keeper_without_a_book_is_entered_with_one_tap(desk: Desk, village: Village) -> None:
    page = press(desk(screen="attendants"), f"missing-{village.staff['lan'].id}")
    press(page, "attendant-save")
    (lan,) = rows(village, Attendant)
    assert (lan.name, lan.kind, lan.staff_id) == ("李小兰", "keeper", village.staff["lan"].id)


def test_a_person_in_charge_is_replaced_and_the_room_without_one_is_named(desk: Desk, village: Village) -> None:
    page = desk(Role.ADMIN, "duties")
    assert "还没有责任人：多功能活动厅" in seen(page)
    press(page, f"duty-{village.rooms['library'].id}")
    fill(page, name="李小兰", phone="139", **{"from": "2027-03-11"})
    press(page, "duty-save")
    assert "责任人已确定" in seen(page)
    spans = {row.name: (row.from_day, row.to_day) for row in rows(village, PersonInCharge)}
    assert spans == {"周桂生": (date(2026, 1, 1), date(2027, 3, 10)), "李小兰": (date(2027, 3, 11), None)}
    press(page, "duty-end")
    assert "今天是最后一天" in seen(page)


@pytest.mark.parametrize("screen", ["patrons", "teams", "attendants", "duties", "accounts", "rules", "journal"])
@pytest.mark.parametrize("role", [Role.KEEPER, Role.ADMIN, Role.TOWNSHIP, Role.DISTRICT])
def test_who_does_not_keep_the_desk_sees_nobody(desk: Desk, village: Village, role: Role, screen: str) -> None:
    page = desk(role, screen)
    if role in {Role.TOWNSHIP, Role.DISTRICT}:
        assert f"do-go-{screen}" not in keys(page)
        assert not [patron.name for patron in village.patrons.values() if patron.name in seen(page)]
    press(page, "lang")
