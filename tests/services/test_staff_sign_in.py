"""Signing in on the tablet: the door is slow to strangers, and a session ends by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from models import Role, SignInTry, Staff, StaffSession
from services import accounts, database, staff
from services.refusals import FactMissing, FactWrong
from tests.cast import AT, PASSWORD, Village

HERE, THERE = "192.0.2.7", "198.51.100.9"
COST = staff.hash_password("x").split("$")[3]


def try_once(engine: Engine, login: str = "zhou", password: str = PASSWORD, address: str = HERE, at=AT):
    knocked = database.write(engine, staff.knock, login=login, address=address, at=at)
    if knocked.wait_until is not None:
        return knocked
    if not staff.fits(knocked, password):
        return None
    return database.write(engine, staff.begin, staff_id=knocked.staff_id, login=login, address=address, at=at)


def test_old_zhou_signs_in_and_is_known_by_the_token(village: Village) -> None:
    token = try_once(village.engine)
    signed = database.read(village.engine, staff.who, token=token, at=AT)
    assert (signed.staff_id, signed.hall_id, signed.role) == (village.staff["zhou"].id, village.hall.id, village.staff["zhou"].role)
    assert signed.keeps_the_desk


def test_the_account_is_read_in_any_case_and_with_spaces(village: Village) -> None:
    assert isinstance(try_once(village.engine, "  ZHOU "), str)


def test_the_token_is_kept_as_a_hash_only(village: Village) -> None:
    token = try_once(village.engine)
    with Session(village.engine) as session:
        (kept,) = session.exec(select(StaffSession)).scalars()
    assert token.encode() not in kept.token_hash
    assert len(kept.token_hash) == 32


@pytest.mark.parametrize("wrong", ["", "paper", PASSWORD + " ", PASSWORD.upper(), "x" * 100_000, "\x00", "' OR 1=1 --"])
def test_a_wrong_password_opens_nothing(village: Village, wrong: str) -> None:
    assert try_once(village.engine, password=wrong) is None


@pytest.mark.parametrize("nobody", ["", "nobody", "' OR 1=1 --", "zhou1", "zho", "x" * 10_000])
def test_an_unknown_account_opens_nothing(village: Village, nobody: str) -> None:
    assert try_once(village.engine, nobody) is None


def test_an_unknown_account_is_checked_against_a_hash_as_costly_as_a_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []
    monkeypatch.setattr(staff, "_hasher", type("Spy", (), {"verify": lambda _, hashed, password: checked.append(hashed) or True})())
    assert not staff.fits(staff.Knock(None), "anything")
    assert checked[0].startswith("$argon2id$")
    assert checked[0].split("$")[3] == COST


def test_after_three_wrong_tries_each_next_one_waits_longer_up_to_a_minute(village: Village) -> None:
    at, waits = AT, []
    for _ in range(12):
        answer = try_once(village.engine, password="wrong", at=at)
        if answer is None:
            at += timedelta(milliseconds=1)
            answer = try_once(village.engine, password="wrong", at=at)
        if answer is not None:
            waits.append(round((answer.wait_until - at).total_seconds()))
            at = answer.wait_until
    assert waits == sorted(waits)
    assert waits[0] <= 2
    assert waits[-1] == 60


def test_the_right_password_opens_as_soon_as_the_wait_is_over(village: Village) -> None:
    for _ in range(3):
        try_once(village.engine, password="wrong")
    waiting = try_once(village.engine)
    assert waiting.wait_until > AT
    assert isinstance(try_once(village.engine, at=waiting.wait_until), str)


def test_while_waiting_nothing_is_counted_so_knocking_never_locks_anybody_out(village: Village) -> None:
    for _ in range(3):
        try_once(village.engine, password="wrong")
    waits = {try_once(village.engine, password="wrong").wait_until for _ in range(30)}
    assert len(waits) == 1


def test_an_account_is_guarded_from_every_address(village: Village) -> None:
    for number in range(3):
        assert try_once(village.engine, password="wrong", address=f"203.0.113.{number}") is None
    assert try_once(village.engine, address="203.0.113.77").wait_until > AT


def test_whoever_has_signed_in_here_before_is_not_kept_out_by_what_strangers_try(village: Village) -> None:
    knocked = database.write(village.engine, staff.knock, login="zhou", address=HERE, at=AT)
    mark = staff.device_mark(knocked)
    for number in range(9):
        strangers = AT + timedelta(minutes=2 * number)
        try_once(village.engine, password="wrong", address=THERE, at=strangers)

    def waits(device: str, address: str = HERE, login: str = "zhou") -> bool:
        facts = {"login": login, "address": address, "at": strangers, "device": device}
        return database.write(village.engine, staff.knock, **facts).wait_until is not None

    assert waits("")
    assert waits("x" * 64)
    assert waits("é")
    assert not waits(mark)
    database.write(village.engine, accounts.new_password, login="zhou", password_hash=staff.hash_password("another-paper-lantern"), at=AT)
    assert waits(mark)


def test_a_known_browser_waits_for_its_own_wrong_tries(village: Village) -> None:
    mark = staff.device_mark(database.write(village.engine, staff.knock, login="zhou", address=HERE, at=AT))
    tries = [database.write(village.engine, staff.knock, login="zhou", address=HERE, at=AT, device=mark) for _ in range(12)]
    assert tries[-1].wait_until is not None


def test_an_address_is_slowed_across_accounts(village: Village) -> None:
    for number in range(10):
        assert try_once(village.engine, f"guess{number}", "wrong") is None
    assert try_once(village.engine).wait_until > AT
    assert isinstance(try_once(village.engine, address=THERE), str)


def test_an_unknown_account_waits_like_a_known_one(village: Village) -> None:
    for login in ("zhou", "nobody"):
        for _ in range(3):
            try_once(village.engine, login, "wrong", address=login)
    assert try_once(village.engine, "zhou", "wrong", "x").wait_until == try_once(village.engine, "nobody", "wrong", "x").wait_until


def test_signing_in_forgets_the_wrong_tries_from_there(village: Village) -> None:
    for _ in range(2):
        try_once(village.engine, password="wrong")
    try_once(village.engine)
    with Session(village.engine) as session:
        assert session.exec(select(SignInTry)).all() == []


def test_what_was_typed_as_account_is_not_kept(village: Village) -> None:
    try_once(village.engine, "my-secret-password", "wrong")
    with Session(village.engine) as session:
        (kept,) = session.exec(select(SignInTry)).scalars()
    assert b"secret" not in kept.account


def test_a_session_ends_after_half_an_hour_without_use(village: Village) -> None:
    token = try_once(village.engine)
    assert database.read(village.engine, staff.who, token=token, at=AT + timedelta(minutes=29))
    assert database.read(village.engine, staff.who, token=token, at=AT + timedelta(minutes=30)) is None


def test_work_keeps_a_session_alive_for_twelve_hours_and_no_longer(village: Village) -> None:
    token, at = try_once(village.engine), AT
    while at < AT + timedelta(hours=12) - timedelta(minutes=20):
        at += timedelta(minutes=20)
        signed = database.read(village.engine, staff.who, token=token, at=at)
        assert signed
        database.write(village.engine, staff.touch, session_id=signed.session_id, at=at)
    assert database.read(village.engine, staff.who, token=token, at=AT + timedelta(hours=12)) is None


def test_touching_a_session_that_was_idle_too_long_does_not_wake_it(village: Village) -> None:
    token = try_once(village.engine)
    signed = database.read(village.engine, staff.who, token=token, at=AT)
    late = AT + timedelta(minutes=31)
    database.write(village.engine, staff.touch, session_id=signed.session_id, at=late)
    assert database.read(village.engine, staff.who, token=token, at=late) is None


def test_use_is_written_once_a_minute_at_most(village: Village) -> None:
    token = try_once(village.engine)
    signed = database.read(village.engine, staff.who, token=token, at=AT)
    soon, later = AT + timedelta(seconds=59), AT + timedelta(seconds=61)
    assert not staff.needs_touch(signed, soon)
    assert staff.needs_touch(signed, later)


def test_signing_out_ends_this_session_and_no_other(village: Village) -> None:
    first, second = try_once(village.engine), try_once(village.engine)
    database.write(village.engine, staff.sign_out, token=first, at=AT)
    assert database.read(village.engine, staff.who, token=first, at=AT) is None
    assert database.read(village.engine, staff.who, token=second, at=AT)


@pytest.mark.parametrize("end", [accounts.close, accounts.new_password])
def test_a_closed_account_or_a_new_password_ends_every_open_page(village: Village, end) -> None:
    token = try_once(village.engine)
    more = {"password_hash": staff.hash_password("another-paper-lantern")} if end is accounts.new_password else {}
    database.write(village.engine, end, login="zhou", at=AT, **more)
    assert database.read(village.engine, staff.who, token=token, at=AT) is None
    assert try_once(village.engine) is None


def test_a_closed_account_can_be_opened_again(village: Village) -> None:
    database.write(village.engine, accounts.close, login="zhou", at=AT)
    database.write(village.engine, accounts.reopen, login="zhou")
    assert isinstance(try_once(village.engine), str)


@pytest.mark.parametrize("token", ["", "x", "\x00", "' OR 1=1 --", "é" * 50, "a" * 100_000])
def test_no_made_up_token_opens_anything(village: Village, token: str) -> None:
    assert database.read(village.engine, staff.who, token=token, at=AT) is None


def test_an_account_needs_a_plain_login_a_name_and_a_place(village: Village) -> None:
    good = {"login": "chen", "name": "陈", "role": Role.KEEPER, "password_hash": "x", "at": AT, "hall_id": village.hall.id}
    for change, refusal in (
        ({"login": "zhou"}, FactWrong),
        ({"login": "陈"}, FactWrong),
        ({"login": "a"}, FactWrong),
        ({"login": "<b>"}, FactWrong),
        ({"name": "  "}, FactMissing),
        ({"hall_id": None}, FactMissing),
        ({"role": Role.TOWNSHIP}, FactMissing),
        ({"role": Role.DISTRICT}, FactMissing),
    ):
        with pytest.raises(refusal):
            database.write(village.engine, accounts.add, **{**good, **change})
    database.write(village.engine, accounts.add, **good)
    assert "chen" in {account.login for account in database.read(village.engine, accounts.everyone)}


def test_a_district_account_never_keeps_the_desk() -> None:
    for role in (Role.TOWNSHIP, Role.DISTRICT):
        assert not staff.Signed(None, None, None, "", "", role).keeps_the_desk


def test_short_passwords_are_refused() -> None:
    for short in ("", "123456789", " " * 12):
        with pytest.raises(FactWrong):
            accounts.check_password(short)
    assert accounts.check_password(PASSWORD) == PASSWORD


def test_nobody_is_signed_in_by_a_disabled_account(village: Village) -> None:
    with Session(village.engine) as session:
        row = session.exec(select(Staff).where(Staff.login == "zhou")).scalar_one()
        row.disabled_at = AT
        session.commit()
    assert try_once(village.engine) is None
