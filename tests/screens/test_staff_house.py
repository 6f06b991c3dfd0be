"""The screens of the head of the hall, through the real entry file: accounts, rules, and the journal that all may read."""

import re
from dataclasses import replace

import pytest
from sqlmodel import Session, select

from models import BookingRules, HouseRules, Medium, Policy, Role, Staff
from services import circulation, database, staff
from services.staff import Signed
from tests.cast import AT, Village, gesture
from tests.screens.test_staff_people import choose, fill, rows
from tests.tablet import Desk, keys, press, seen
from ui.staff import gate, who


@pytest.fixture
def lived(village: Village) -> Village:
    for what, by in (("huozhe", village.kiosk), ("biancheng", village.zhou)):
        database.write(
            village.engine, circulation.check_out, item_id=village.item_id(what), card_id=village.card_id("mei"), at=AT, gesture=gesture(), by=by
        )
    return village


def password_in(text: str) -> str:
    found = re.search(r"密码 ([a-z0-9-]{14})", text)
    assert found
    return found[1]


def opens(village: Village, login: str, password: str) -> bool:
    knocked = database.write(village.engine, staff.knock, login=login, address="10.0.0.7", at=AT)
    return staff.fits(knocked, password)


def test_an_account_is_made_and_its_password_shown_once(desk: Desk, village: Village) -> None:
    page = desk(Role.ADMIN, "accounts")
    press(page, "account-make")
    assert "密码 " not in seen(page)
    fill(page, name="陈秀", login="xiu")
    press(page, "account-make")
    password = password_in(seen(page))
    assert opens(village, "xiu", password)
    press(page, "account-new") if "do-account-new" in keys(page) else press(page, "lang")
    page.run()
    press(page, f"account-{village.staff['lan'].id}")
    assert password not in seen(page)
    assert password not in repr(page.session_state["stand"])


def test_a_reset_opens_with_the_new_password_alone_and_closing_is_told(desk: Desk, village: Village) -> None:
    page = press(desk(Role.ADMIN, "accounts"), f"account-{village.staff['lan'].id}")
    press(page, "account-reset")
    assert opens(village, "lan", password_in(seen(page)))
    press(page, "account-close")
    assert "账号已停用" in seen(page)
    press(page, "account-open")
    choose(page, "kind-role-", Role.ADMIN)
    press(page, "account-save")
    assert {row.login: row.role for row in rows(village, Staff)}["lan"] is Role.ADMIN


def test_the_last_head_of_the_hall_is_told_that_it_is_the_last(desk: Desk, village: Village) -> None:
    page = press(desk(Role.ADMIN, "accounts"), f"account-{village.staff['zhou'].id}")
    press(page, "account-close")
    assert "最后一位负责人" in seen(page)


def test_a_keeper_sees_rules_and_rooms_but_no_fields(desk: Desk, village: Village, signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    lan = village.staff["lan"]
    for screen in ("accounts", "rules", "duties"):
        page = desk(screen="today")
        monkeypatch.setattr(who, "signed_in", lambda: replace(signed, staff_id=lan.id, name=lan.name, login=lan.login))
        page.run()
        press(page, "group-people")
        press(page, f"go-{screen}")
        assert "由负责人管理" in seen(page)
        assert not {"do-account-make", "do-policy-save", "do-house-save", "do-waits-save", "do-duty-save"} & keys(page)


def test_the_rules_are_changed_where_they_are_read(desk: Desk, village: Village) -> None:
    page = desk(Role.ADMIN, "rules")
    assert "3 件，30 天，续借 1 次各 30 天" in seen(page)
    next(each for each in page.number_input if str(each.key).startswith("max_items-adult-book")).set_value(5).run()
    press(page, "policy-save")
    assert "规则已保存" in seen(page)
    with Session(village.engine) as session:
        adult = session.exec(select(Policy).where(Policy.borrower_kind == "adult", Policy.item_class == Medium.BOOK)).one()
    assert (adult.max_items, adult.loan_days) == (5, 30)
    next(each for each in page.number_input if str(each.key).startswith("house-holds_max")).set_value(4).run()
    press(page, "house-save")
    assert rows(village, HouseRules)[0].holds_max == 4
    next(each for each in page.number_input if str(each.key).startswith("waits-")).set_value(20).run()
    press(page, "waits-save")
    assert rows(village, BookingRules)[0].no_show_minutes == 20


def test_the_journal_is_searched_and_names_nobody(desk: Desk, lived: Village) -> None:
    page = desk(screen="journal")
    assert "借出" in seen(page)
    assert "自助机" in seen(page)
    assert "王梅" not in seen(page)
    page.text_input(key="field-journal").set_value("边城").run()
    assert "边城" in seen(page)
    assert "活着" not in seen(page)
    page.text_input(key="journal-since").set_value("2027-03-11").run()
    assert "没有找到记录" in seen(page)
    page.text_input(key="journal-since").set_value("明天").run()
    assert "日期" in seen(page)


def test_a_thing_s_journal_is_one_tap_from_the_thing(desk: Desk, lived: Village) -> None:
    page = desk(screen="holdings")
    press(page, f"see-{lived.item_id('huozhe')}")
    press(page, "journal")
    assert "活着" in seen(page)
    assert "边城" not in seen(page)


def test_the_gate_closes_the_pages_of_ended_sessions_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate looks by itself only now and then; who closes an account makes it look now."""
    closed: list[str] = []

    class Page:
        def __init__(self, token: str) -> None:
            self.close = lambda: closed.append(token)

    monkeypatch.setattr(gate, "_pages", {token: {Page(token), Page(token)} for token in ("zhou", "lan")})
    monkeypatch.setattr(gate, "who_is", lambda token: token if token == "zhou" else None)
    gate.look_again()
    assert closed == ["lan", "lan"]
