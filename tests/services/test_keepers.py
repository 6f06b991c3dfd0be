"""The head of the hall looks after accounts and rooms: made once, shown once, closed at once, and never the last one."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models import ClosureReason, Duty, JournalRow, PersonInCharge, Role, Staff
from services import accounts, closures, database, duties, hours, keepers, policy, staff
from services.closures import Plan
from services.policy import Terms
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, LastAdmin, NotAllowed
from tests.cast import AT, PASSWORD, Village, gesture
from tests.databases import rows
from tests.laws import held

TODAY = date(2027, 3, 10)


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts)


def ask(village: Village, question: Any, **facts: Any) -> Any:
    return database.read(village.engine, question, **{"at": AT, "by": village.zhou} | facts)


def lan(village: Village) -> Any:
    return replace(village.zhou, staff_id=village.staff["lan"].id)


def appoint(village: Village, **facts: Any) -> bool:
    facts = {"login": "xiu", "name": "陈秀", "role": Role.KEEPER, "password_hash": "x"} | facts
    return do(village, keepers.appoint, **facts)  # type: ignore[no-any-return]


def sign_in(village: Village, login: str, password: str) -> str | None:
    knocked = database.write(village.engine, staff.knock, login=login, address="10.0.0.9", at=AT)
    if not staff.fits(knocked, password):
        return None
    return database.write(village.engine, staff.begin, staff_id=knocked.staff_id, login=login, address="10.0.0.9", at=AT)


def who(village: Village, token: str) -> Any:
    return database.read(village.engine, staff.who, token=token, at=AT)


def test_an_account_is_made_with_a_password_that_opens_and_is_kept_nowhere(village: Village) -> None:
    password = keepers.draw_password()
    once = gesture()
    assert appoint(village, password_hash=staff.hash_password(password), gesture=once)
    assert not appoint(village, password_hash=staff.hash_password("another-password"), gesture=once)
    signed = who(village, sign_in(village, "xiu", password) or "")
    assert (signed.name, signed.role, signed.hall_id) == ("陈秀", Role.KEEPER, village.hall.id)
    assert sign_in(village, "xiu", "another-password") is None
    assert password not in repr(held.everything(village.engine))
    account = next(each for each in ask(village, keepers.everyone) if each.login == "xiu")
    assert (account.signed_in, account.last_seen) == (True, AT)


def test_a_drawn_password_is_long_enough_and_never_the_same() -> None:
    drawn = {keepers.draw_password() for _ in range(200)}
    assert len(drawn) == 200
    assert all(accounts.check_password(password) for password in drawn)
    assert not set("0o1il") & set("".join(drawn))


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [({"login": "zhou"}, FactWrong), ({"login": "陈秀"}, FactWrong), ({"name": " "}, FactMissing), ({"role": Role.DISTRICT}, FactWrong)],
)
def test_an_account_that_cannot_be_is_refused(village: Village, facts: Any, refusal: Any) -> None:
    before = rows(village.engine)
    with pytest.raises(refusal):
        appoint(village, **facts)
    assert rows(village.engine) == before


def test_a_new_password_ends_what_is_open_and_a_closed_account_too(village: Village) -> None:
    token = sign_in(village, "lan", PASSWORD) or ""
    assert who(village, token)
    once, fresh = gesture(), staff.hash_password("three-paper-boats")
    assert do(village, keepers.reset, staff_id=village.staff["lan"].id, password_hash=fresh, gesture=once)
    assert not do(village, keepers.reset, staff_id=village.staff["lan"].id, password_hash="other", gesture=once)
    assert who(village, token) is None
    token = sign_in(village, "lan", "three-paper-boats") or ""
    once = gesture()
    for _ in range(2):
        do(village, keepers.dismiss, staff_id=village.staff["lan"].id, gesture=once)
    assert who(village, token) is None
    assert sign_in(village, "lan", "three-paper-boats") is None
    with pytest.raises(ChangedMeanwhile):
        do(village, keepers.dismiss, staff_id=village.staff["lan"].id)
    do(village, keepers.restore, staff_id=village.staff["lan"].id)
    assert sign_in(village, "lan", "three-paper-boats")
    with pytest.raises(ChangedMeanwhile):
        do(village, keepers.restore, staff_id=village.staff["lan"].id)


def test_the_last_head_of_the_hall_is_neither_closed_nor_made_a_keeper(village: Village) -> None:
    zhou = village.staff["zhou"]
    with pytest.raises(LastAdmin):
        do(village, keepers.dismiss, staff_id=zhou.id)
    with pytest.raises(LastAdmin):
        do(village, keepers.change, staff_id=zhou.id, name="周桂生", role=Role.KEEPER)
    do(village, keepers.change, staff_id=village.staff["lan"].id, name="李小兰", role=Role.ADMIN)
    do(village, keepers.dismiss, staff_id=zhou.id)
    with pytest.raises(NotAllowed):
        do(village, keepers.restore, staff_id=zhou.id)
    do(village, keepers.restore, staff_id=zhou.id, by=lan(village))


def test_a_role_holds_from_the_next_step_on(village: Village) -> None:
    token = sign_in(village, "lan", PASSWORD) or ""
    do(village, keepers.change, staff_id=village.staff["lan"].id, name=" 李兰 ", role=Role.ADMIN)
    assert (who(village, token).role, who(village, token).name) == (Role.ADMIN, "李兰")
    with Session(village.engine) as session:
        row = session.exec(select(JournalRow).where(JournalRow.verb == "account_change")).one()
    assert row.facts == {"was": "keeper", "role": "admin"}


def test_only_the_head_of_this_hall_looks_after_accounts_rooms_and_policy(village: Village) -> None:
    elsewhere = replace(village.zhou, hall_id=gesture())
    me = village.staff["lan"].id
    for by in (lan(village), village.kiosk, elsewhere):
        for verb, facts in (
            (keepers.appoint, {"login": "x1", "name": "x", "role": Role.ADMIN, "password_hash": "x"}),
            (keepers.change, {"staff_id": me, "name": "x", "role": Role.ADMIN}),
            (keepers.reset, {"staff_id": me, "password_hash": "x"}),
            (keepers.dismiss, {"staff_id": me}),
            (keepers.restore, {"staff_id": me}),
            (duties.entrust, {"room_id": village.rooms["library"].id, "duty": Duty.DEPUTY, "name": "x", "from_day": TODAY}),
            (duties.release, {"room_id": village.rooms["library"].id, "duty": Duty.IN_CHARGE}),
        ):
            with pytest.raises(NotAllowed):
                do(village, verb, by=by, **facts)
        with pytest.raises(NotAllowed):
            ask(village, keepers.everyone, by=by)
        with pytest.raises(NotAllowed):
            database.write(village.engine, policy.change_house, at=AT, by=by, holds_max=3)
        with pytest.raises(NotAllowed):
            database.write(village.engine, policy.change, borrower_kind="adult", item_class="book", terms=Terms(1, 1), at=AT, by=by)


def in_charge(village: Village, **facts: Any) -> None:
    facts = {"room_id": village.rooms["library"].id, "duty": Duty.IN_CHARGE, "name": "李小兰", "phone": "139", "from_day": TODAY} | facts
    do(village, duties.entrust, **facts)


def library(village: Village, **facts: Any) -> duties.RoomDuty:
    return ask(village, duties.rooms, **facts)[0]  # type: ignore[no-any-return]


def test_who_follows_begins_the_day_after_and_the_kiosk_says_so_that_day(village: Village) -> None:
    once = gesture()
    for _ in range(2):
        in_charge(village, staff_id=village.staff["lan"].id, from_day=TODAY + timedelta(days=1), gesture=once)
    room = library(village)
    assert (room.holder(Duty.IN_CHARGE).name, room.coming[0].name, room.vacant) == ("周桂生", "李小兰", False)  # type: ignore[union-attr]
    for days, name in ((0, "周桂生"), (1, "李小兰")):
        door = database.read(village.engine, hours.hall_status, hall_id=village.hall.id, at=AT + timedelta(days=days))
        assert door.in_charge.name == name
    room = library(village, at=AT + timedelta(days=1))
    assert [(person.name, person.to_day) for person in room.past] == [("周桂生", TODAY)]


def test_what_was_signed_keeps_the_name_of_that_day(village: Village) -> None:
    plan = Plan(ClosureReason.CALLED_AWAY, AT + timedelta(hours=8), AT + timedelta(days=2), "周桂生 000-0000000", "周桂生")
    do(village, closures.announce, plan=plan)
    in_charge(village, from_day=TODAY + timedelta(days=1))
    door = database.read(village.engine, hours.hall_status, hall_id=village.hall.id, at=AT + timedelta(days=1))
    assert (door.closures[0].signer, door.in_charge.name) == ("周桂生", "李小兰")


def test_a_name_entered_today_is_corrected_today(village: Village) -> None:
    in_charge(village)
    in_charge(village, name="李晓兰")
    room = library(village)
    assert [person.name for person in room.now] == ["李晓兰"]
    assert [(person.name, person.to_day) for person in room.past] == [("周桂生", TODAY - timedelta(days=1))]


def test_a_room_that_nobody_is_in_charge_of_is_vacant(village: Village) -> None:
    activity = ask(village, duties.rooms)[1]
    assert activity.vacant
    once = gesture()
    for _ in range(2):
        do(village, duties.release, room_id=village.rooms["library"].id, duty=Duty.IN_CHARGE, gesture=once)
    assert not library(village).vacant
    assert library(village, at=AT + timedelta(days=1)).vacant
    with pytest.raises(ChangedMeanwhile):
        do(village, duties.release, room_id=village.rooms["library"].id, duty=Duty.IN_CHARGE)
    in_charge(village, from_day=TODAY + timedelta(days=1))
    assert not library(village, at=AT + timedelta(days=1)).vacant


@pytest.mark.parametrize(
    ("facts", "refusal", "field"),
    [
        ({"name": " "}, FactMissing, "name"),
        ({"phone": "1" * 21}, FactWrong, "phone"),
        ({"from_day": date(2025, 12, 31)}, FactWrong, "from_day"),
        ({"room_id": gesture()}, FactWrong, "room"),
        ({"staff_id": gesture()}, FactWrong, "account"),
    ],
)
def test_nobody_is_put_in_charge_wrongly(village: Village, facts: Any, refusal: Any, field: str) -> None:
    before = rows(village.engine)
    with pytest.raises(refusal) as refused:
        in_charge(village, **facts)
    assert refused.value.facts == {"field": field}
    assert rows(village.engine) == before
    with Session(village.engine) as session:
        assert session.exec(select(PersonInCharge)).one().to_day is None
        assert len(session.exec(select(Staff)).all()) == 2


def test_the_rules_as_the_screen_shows_them_are_the_rules(village: Village) -> None:
    shown = ask(village, policy.matrix)
    assert shown["adult", "book"] == Terms(3, 30, 1, 30)
    assert set(ask(village, policy.house)) == set(policy.SANE)
    database.write(village.engine, policy.change_house, at=AT, by=village.zhou, holds_max=5)
    assert ask(village, policy.house)["holds_max"] == 5
