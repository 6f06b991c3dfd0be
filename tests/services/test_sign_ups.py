"""Signing up: by card or as a guest, a ticket, a waiting list by time; cancelled seats go on at once, and nobody can overfill."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from models import JournalRow, KeypadTry, SignUp, SignUpState
from services import clock, codes, database, events, privacy, sign_ups
from services.events import Draft
from services.keypad import TRIES
from services.refusals import (
    AlreadySignedUp,
    CardExpired,
    CardUnknown,
    EventGone,
    FactMissing,
    KeypadResting,
    NotAllowed,
    Refusal,
    SignUpGone,
    SignUpNotNeeded,
)
from services.sign_ups import Guest, Ticket
from tests.cast import AT, Village, gesture
from tests.robust.racing import lost_races, together
from tests.services.test_events import DAY, TALK, count, do, evening, make

FULL = Draft("年味书画", TALK.kind, "周桂生", seats=2)


def sign(village: Village, event_id: UUID, who: str = "", **facts: Any) -> Ticket:
    person = {"card_id": village.card_id(who)} if who in village.cards else {"guest": Guest(who, "三组")}
    ticket = do(village, sign_ups.sign_up, **{"event_id": event_id, "by": village.kiosk} | person | facts)
    assert isinstance(ticket, Ticket)
    return ticket


def states(village: Village) -> list[str]:
    with village.engine.connect() as connection:
        return [str(state.value) for state in connection.execute(sa.select(SignUp.state).order_by(SignUp.position)).scalars()]  # type: ignore[call-overload]


def refused(verb: Any, kind: type[Refusal]) -> dict[str, Any]:
    with pytest.raises(kind) as refusal:
        verb()
    return refusal.value.facts


def test_a_card_or_a_name_gets_a_ticket(village: Village) -> None:
    made = make(village, FULL)
    mei, guest = sign(village, made.event_id, "mei"), sign(village, made.event_id, "返乡的小张")
    assert mei.seated
    assert guest.seated
    assert codes.Number.parse(guest.number).kind == codes.KIND["ticket"]
    assert (guest.title, guest.room, guest.starts_at) == ("年味书画", "多功能活动厅", evening().start)
    with village.engine.connect() as connection:
        row = connection.execute(sa.select(SignUp.__table__).order_by(SignUp.position)).first()  # type: ignore[attr-defined, call-overload]
    assert row
    assert (row.age_band, row.sex, row.guest_name) == ("adult", "female", "")


def test_a_full_event_has_a_waiting_list_by_time(village: Village) -> None:
    made = make(village, FULL)
    tickets = [sign(village, made.event_id, who) for who in ("mei", "old_li", "yu", "小张")]
    assert [(ticket.seated, ticket.ahead) for ticket in tickets] == [(True, 0), (True, 0), (False, 0), (False, 1)]
    do(village, sign_ups.cancel, sign_up_id=tickets[0].sign_up_id, by=village.kiosk)
    assert states(village) == ["cancelled", "seated", "seated", "waiting"]
    now = database.read(village.engine, sign_ups.ticket_of, sign_up_id=tickets[3].sign_up_id, at=AT, by=village.kiosk)
    assert (now.seated, now.ahead) == (False, 0)
    again = sign(village, made.event_id, "mei")
    assert (again.seated, again.ahead) == (False, 1)


def test_twice_is_once_even_after_the_card_has_a_ticket(village: Village) -> None:
    made, hand = make(village, FULL), gesture()
    first = sign(village, made.event_id, "mei", gesture=hand)
    assert sign(village, made.event_id, "mei", gesture=hand) == first
    assert refused(lambda: sign(village, made.event_id, "mei"), AlreadySignedUp) == {"ticket": first.number}
    hand = gesture()
    do(village, sign_ups.cancel, sign_up_id=first.sign_up_id, gesture=hand)
    do(village, sign_ups.cancel, sign_up_id=first.sign_up_id, gesture=hand)
    refused(lambda: do(village, sign_ups.cancel, sign_up_id=first.sign_up_id), SignUpGone)
    assert count(village, SignUp) == 1


def test_each_reason_not_to(village: Village) -> None:
    made = make(village, FULL)
    open_to_all = make(village, Draft("露天电影", TALK.kind, "周桂生"), room="library")
    refused(lambda: sign(village, open_to_all.event_id, "mei"), SignUpNotNeeded)
    refused(lambda: sign(village, gesture(), "mei"), EventGone)
    refused(lambda: sign(village, made.event_id, card_id=gesture()), CardUnknown)
    assert refused(lambda: sign(village, made.event_id, " "), FactMissing) == {"field": "name"}
    refused(lambda: sign(village, made.event_id, "mei", at=evening().end), EventGone)
    far = make(village, FULL, spans=[evening(date(2033, 3, 9))])
    refused(lambda: sign(village, far.event_id, "mei", at=clock.instant(date(2033, 3, 1), 600)), CardExpired)
    do(village, events.cancel, event_id=made.event_id, reason="雨")
    refused(lambda: sign(village, made.event_id, "mei"), EventGone)
    assert count(village, SignUp) == 0


def test_a_course_is_signed_up_for_as_a_whole_also_when_it_runs(village: Village) -> None:
    lessons = [evening(DAY + timedelta(days=7 * week)) for week in range(3)]
    made = make(village, FULL, spans=lessons)
    assert sign(village, made.event_id, "mei").lessons == 3
    late = sign(village, made.event_id, "old_li", at=lessons[0].end)
    assert (late.lessons, late.starts_at) == (2, lessons[1].start)


def test_a_ticket_number_opens_its_sign_up_and_guessing_rests(village: Village) -> None:
    made = make(village, FULL)
    ticket = sign(village, made.event_id, "小张")
    find = {"at": AT, "by": village.kiosk}
    assert database.write(village.engine, sign_ups.by_ticket, number=codes.clear(ticket.number), **find) == ticket.sign_up_id
    wrong = next(number for serial in range(9) if (number := codes.Number.of("4", serial).digits) != ticket.number)
    for _ in range(TRIES):
        assert database.write(village.engine, sign_ups.by_ticket, number=wrong, **find) is None
    refused(lambda: database.write(village.engine, sign_ups.by_ticket, number=ticket.number, **find), KeypadResting)
    later = AT + timedelta(minutes=6)
    found = database.write(village.engine, sign_ups.by_ticket, number=ticket.number, at=later, by=village.kiosk)
    assert found == ticket.sign_up_id
    assert count(village, KeypadTry) == TRIES
    do(village, sign_ups.cancel, sign_up_id=ticket.sign_up_id)
    assert database.write(village.engine, sign_ups.by_ticket, number=ticket.number, at=later, by=village.kiosk) is None


def test_a_ticket_says_when_the_event_was_called_off(village: Village) -> None:
    made = make(village, FULL)
    ticket = sign(village, made.event_id, "mei")
    do(village, events.cancel, event_id=made.event_id, reason="雨")
    now = database.read(village.engine, sign_ups.ticket_of, sign_up_id=ticket.sign_up_id, at=AT, by=village.kiosk)
    assert now.cancelled
    mine = database.read(village.engine, sign_ups.of_patron, card_id=village.card_id("mei"), at=AT, by=village.kiosk)
    assert [one.number for one in mine] == [ticket.number]


def test_names_are_for_the_keeper_alone(village: Village) -> None:
    made = make(village, FULL)
    sign(village, made.event_id, "mei")
    sign(village, made.event_id, "小张")
    with pytest.raises(NotAllowed):
        database.read(village.engine, sign_ups.names, event_id=made.event_id, by=village.kiosk)
    listed = database.read(village.engine, sign_ups.names, event_id=made.event_id, by=village.zhou)
    assert [(name.name, name.group) for name in listed] == [("王梅", ""), ("小张", "三组")]
    with village.engine.connect() as connection:
        written = str(connection.execute(sa.select(JournalRow.facts, JournalRow.reason)).all())
    assert "王梅" not in written
    assert "小张" not in written


def test_whoever_is_forgotten_gives_the_seat_back_and_leaves_no_thread(village: Village) -> None:
    made = make(village, FULL)
    for who in ("mei", "old_li", "小张"):
        sign(village, made.event_id, who)
    do(village, privacy.erase, patron_id=village.patrons["old_li"].id)
    assert states(village) == ["seated", "cancelled", "seated"]
    with village.engine.connect() as connection:
        row = connection.execute(sa.select(SignUp.__table__).where(SignUp.position == 2)).one()  # type: ignore[attr-defined]
    assert (row.patron_id, row.sex, row.age_band) == (None, "male", "elder")
    assert row.unlinked_at == AT


def test_half_a_year_after_the_event_no_name_is_left(village: Village) -> None:
    made = make(village, FULL)
    sign(village, made.event_id, "mei")
    sign(village, made.event_id, "小张")
    soon, late = evening().end + timedelta(days=179), evening().end + timedelta(days=181)
    assert database.write(village.engine, privacy.unlink_old, hall_id=village.hall.id, at=soon) == 0
    assert database.write(village.engine, privacy.unlink_old, hall_id=village.hall.id, at=late) == 2
    with village.engine.connect() as connection:
        left = connection.execute(sa.select(SignUp.patron_id, SignUp.guest_name, SignUp.guest_group)).all()
    assert left == [(None, "", ""), (None, "", "")]
    assert database.write(village.engine, privacy.unlink_old, hall_id=village.hall.id, at=late) == 0


PEOPLE, SEATS = 100, 30


def test_a_hundred_people_and_thirty_seats(village: Village) -> None:
    """Nobody too many, nobody skipped: seats and waiting list are one row in the order of coming; then seats given back go on in it."""
    made = make(village, Draft("村晚", TALK.kind, "周桂生", seats=SEATS))

    def act(number: int) -> Any:
        return lambda: sign(village, made.event_id, f"村民{number}", by=replace(village.kiosk, device=f"kiosk-{number % 20}"))

    with lost_races() as lost:
        ends = [end for start in range(0, PEOPLE, 20) for end in together(*(act(start + number) for number in range(20))).elements()]
    assert ends == ["ok"] * PEOPLE
    assert "sign_up" not in lost
    assert states(village) == ["seated"] * SEATS + ["waiting"] * (PEOPLE - SEATS)
    with village.engine.connect() as connection:
        seated = list(
            connection.execute(sa.select(SignUp.id).where(SignUp.state == SignUpState.SEATED).order_by(SignUp.position)).scalars()
        )  # type: ignore[call-overload]
    leaving = [lambda one=one: do(village, sign_ups.cancel, sign_up_id=one) for one in seated[:10]]
    joining = [act(PEOPLE + number) for number in range(10)]
    assert together(*leaving, *joining) == {"ok": 20}
    assert states(village) == ["cancelled"] * 10 + ["seated"] * SEATS + ["waiting"] * (PEOPLE + 10 - SEATS - 10)


def test_one_card_at_several_kiosks_has_one_ticket(village: Village) -> None:
    made = make(village, FULL)
    ends = together(*(lambda: sign(village, made.event_id, "mei") for _ in range(6)))
    assert ends == {"ok": 1, "already_signed_up": 5}


def test_an_evening_can_be_asked_for_while_a_span_of_it_is_left(village: Village) -> None:
    made = make(village, FULL)
    during = evening().start + timedelta(minutes=10)
    assert sign(village, made.event_id, "mei", at=during).starts_at == evening().start
