"""叫人: one call however often it is pressed, one who comes however many tablets show it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models import ActorKind, CallEnd, Duty, HelpCall, OpeningLog, PersonInCharge
from services import database, help_calls
from services.journal import Actor
from services.refusals import HelpAnswered, HelpOver, NotAllowed
from tests.cast import AT, Village, gesture
from tests.databases import rows
from tests.robust.racing import together

MINUTE = timedelta(minutes=1)
_call = HelpCall.__table__  # type: ignore[attr-defined]


def call(village: Village, **facts: Any) -> UUID:
    said = {"screen": "find", "at": AT, "gesture": gesture(), "by": village.kiosk}
    return database.write(village.engine, help_calls.call, **{**said, **facts})


def answer(village: Village, call_id: UUID, **facts: Any) -> None:
    database.write(village.engine, help_calls.answer, call_id=call_id, **{"at": AT, "by": village.zhou, **facts})


def standing(village: Village, call_id: UUID, at: Any = AT) -> help_calls.Call:
    return database.read(village.engine, help_calls.standing, call_id=call_id, at=at, by=village.kiosk)


def shown(village: Village, at: Any = AT) -> list[tuple[UUID, CallEnd | None, str]]:
    calls = database.read(village.engine, help_calls.open_calls, hall_id=village.hall.id, at=at)
    return [(one.call_id, one.ended_as, one.comes) for one in calls]


def lan(village: Village) -> Actor:
    return Actor(ActorKind.STAFF, village.hall.id, staff_id=village.staff["lan"].id, device="tablet")


def test_one_tap_names_who_is_on_duty_and_every_tablet_shows_it(village: Village) -> None:
    first = call(village)
    # Pressed again, with whatever gesture, it is the same call; another kiosk's is another.
    assert {call(village), call(village, at=AT + 2 * MINUTE)} == {first}
    other = call(village, by=Actor(ActorKind.KIOSK, village.hall.id, device="kiosk-2"), at=AT + MINUTE)
    assert shown(village, AT + MINUTE) == [(first, None, ""), (other, None, "")]
    now = standing(village, first)
    assert (now.called, now.phone, now.ended_as, now.screen, now.late_at) == ("周桂生", "000-0000000", None, "find", AT + 3 * MINUTE)


def test_the_first_to_answer_goes_and_the_other_sees_who(village: Village) -> None:
    call_id = call(village)
    answer(village, call_id, by=lan(village), at=AT + MINUTE)
    answer(village, call_id, by=lan(village), at=AT + MINUTE)
    before = rows(village.engine)
    with pytest.raises(HelpAnswered) as refused:
        answer(village, call_id, at=AT + MINUTE)
    assert refused.value.facts == {"name": "李小兰"}
    assert rows(village.engine) == before
    assert shown(village, AT + MINUTE) == [(call_id, CallEnd.ANSWERED, "李小兰")]
    assert shown(village, AT + 2 * MINUTE) == []
    assert standing(village, call_id, AT + MINUTE).comes == "李小兰"
    # Whoever needs help afterwards calls anew.
    assert call(village, at=AT + 2 * MINUTE) != call_id


def test_only_staff_answer_and_only_the_kiosk_that_called_calls_it_off(village: Village) -> None:
    call_id = call(village)
    with pytest.raises(NotAllowed):
        answer(village, call_id, by=village.kiosk)
    off = {"call_id": call_id, "at": AT}
    database.write(village.engine, help_calls.withdraw, **off, by=Actor(ActorKind.KIOSK, village.hall.id, device="kiosk-2"))
    assert standing(village, call_id).ended_as is None
    database.write(village.engine, help_calls.withdraw, **off, by=village.kiosk)
    assert shown(village) == []
    with pytest.raises(HelpOver):
        answer(village, call_id)
    with pytest.raises(HelpOver):
        answer(village, gesture())


def test_a_call_nobody_answers_grows_old_and_the_next_tap_is_another(village: Village) -> None:
    first = call(village)
    later = AT + 30 * MINUTE
    assert shown(village, later - MINUTE) == [(first, None, "")]
    assert shown(village, later) == []
    assert standing(village, first, later).ended_as is CallEnd.LAPSED
    second = call(village, at=later)
    assert second != first
    lapse = {"hall_id": village.hall.id, "at": later + 30 * MINUTE}
    assert [database.write(village.engine, help_calls.lapse, **lapse) for _ in range(2)] == [1, 0]
    # A clock that was set back stops nobody from calling, nor from coming.
    third = call(village, at=AT - timedelta(hours=1))
    answer(village, third, at=AT - timedelta(hours=2))


def test_who_opened_today_is_named_before_who_answers_for_the_room(village: Village) -> None:
    room = village.rooms["activity"].id
    village.save(
        PersonInCharge(
            hall_id=village.hall.id, room_id=room, duty=Duty.DEPUTY, name="李小兰", phone="111", from_day=AT.date(), staff_id=None
        ),
        OpeningLog(hall_id=village.hall.id, room_id=room, day=AT.date(), opened_at=AT, on_duty="李小兰"),
    )
    who = database.read(village.engine, help_calls.helper, hall_id=village.hall.id, at=AT)
    assert who == help_calls.Helper("李小兰", "111")


def test_the_database_keeps_one_open_call_a_kiosk(village: Village) -> None:
    call(village)
    row = {"id": gesture(), "hall_id": village.hall.id, "at": AT, "day": AT.date(), "device": "kiosk-1", "screen": "", "called": ""}
    with pytest.raises(IntegrityError):
        database.write(village.engine, lambda session: session.execute(sa.insert(_call), row))


def test_a_finger_that_taps_often_calls_once(village: Village) -> None:
    assert together(*(lambda: call(village) for _ in range(4))) == {"ok": 4}
    assert len(shown(village)) == 1


def test_two_tablets_at_once_send_one_person(village: Village) -> None:
    call_id = call(village)
    acts = [lambda by=by: answer(village, call_id, by=by) for by in (village.zhou, lan(village)) * 3]
    # Whoever goes may say so three times.
    assert together(*acts) == {"ok": 3, "help_answered": 3}
