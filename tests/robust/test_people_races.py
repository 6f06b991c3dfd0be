"""Two tablets and a kiosk in the same moment: merges, cards, accounts, duties; and what a merge must not lose under a lending kiosk."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from models import Duty, Hold, Loan, Patron, PatronMerge, PersonInCharge, Role, Staff
from services import attendants, cards, database, duties, holds, keepers, merging, privacy, suspensions
from tests.cast import AT, Village, gesture
from tests.robust.racing import lost_races, paused_before, together
from tests.robust.test_desk_races import doing, lending, returning
from tests.robust.upheld import broken_laws

TWINS = 6


@pytest.fixture
def twins(village: Village) -> Village:
    """Six people, each registered twice, and a book for each half."""
    for number in range(TWINS):
        for half in ("a", "b"):
            village.person(f"{half}{number}", f"村民{number}", date(1985, 6, 1), phone=f"1390000{number:04d}")
            village.book(f"{half}{number}", f"书{half}{number}")
    return village


def merging_of(village: Village, kept: str, ended: str) -> Any:
    ids = {"kept_id": village.patrons[kept].id, "ended_id": village.patrons[ended].id}
    seen = database.read(village.engine, merging.pair, **ids, at=AT, by=village.zhou).seen
    return doing(village, merging.merge, **ids, seen=seen, by=village.zhou)


def forgotten_with_something(village: Village) -> list[Any]:
    """Open loans or holds of somebody who is no more: what a merge or an erasure must never leave."""
    with Session(village.engine) as session:
        gone = select(Patron.id).where(Patron.erased_at.is_not(None))  # type: ignore[union-attr]
        return [
            *session.exec(select(Loan).where(Loan.patron_id.in_(gone))),  # type: ignore[union-attr]
            *session.exec(select(Hold).where(Hold.patron_id.in_(gone))),  # type: ignore[union-attr]
        ]


def test_a_merge_while_kiosks_lend_and_take_back_loses_nothing(twins: Village) -> None:
    for number in range(TWINS):
        lending(twins, f"a{number}", f"b{number}")()
    acts = [merging_of(twins, f"a{number}", f"b{number}") for number in range(TWINS)]
    acts += [lending(twins, f"b{number}", f"b{number}") for number in range(TWINS)]
    acts += [returning(twins, f"a{number}") for number in range(TWINS)]
    with lost_races() as lost, paused_before(twins.engine, "UPDATE loan"):
        ends = together(*acts)
    assert ends["ok"] + ends["card_unknown"] == len(acts), ends
    assert ends["card_unknown"] <= TWINS
    assert forgotten_with_something(twins) == []
    assert broken_laws(twins) == {}
    assert lost == []
    with Session(twins.engine) as session:
        assert len(session.exec(select(PatronMerge)).all()) == TWINS
        assert len(session.exec(select(Loan)).all()) == TWINS + TWINS - ends["card_unknown"]


def test_a_merge_while_holds_are_placed_loses_no_hold(twins: Village) -> None:
    for number in range(TWINS):
        lending(twins, f"a{number}", "old_li" if number < 3 else "mei")()
    acts = [merging_of(twins, f"a{number}", f"b{number}") for number in range(TWINS)]
    acts += [
        doing(twins, holds.place, title_id=twins.titles[f"a{number}"].id, card_id=twins.card_id(f"{half}{number}"))
        for number in range(TWINS)
        for half in ("a", "b")
    ]
    with paused_before(twins.engine, "INSERT INTO patron_merge"):
        ends = together(*acts)
    assert set(ends) <= {"ok", "card_unknown", "holds_collide", "already_held"}, ends
    assert forgotten_with_something(twins) == []
    assert broken_laws(twins) == {}


def test_each_merged_into_the_other_ends_one(twins: Village) -> None:
    acts = [merging_of(twins, kept, ended) for number in range(TWINS) for kept, ended in ((f"a{number}", f"b{number}"), (f"b{number}", f"a{number}"))]
    with lost_races() as lost, paused_before(twins.engine, "INSERT INTO patron_merge"):
        assert together(*acts) == {"ok": TWINS, "card_unknown": TWINS}
    assert lost == []


def test_one_tap_twice_merges_once(twins: Village) -> None:
    hand = gesture()
    ids = {"kept_id": twins.patrons["a0"].id, "ended_id": twins.patrons["b0"].id}
    seen = database.read(twins.engine, merging.pair, **ids, at=AT, by=twins.zhou).seen
    assert together(*(doing(twins, merging.merge, **ids, seen=seen, by=twins.zhou, gesture=hand) for _ in range(4))) == {"ok": 4}
    with Session(twins.engine) as session:
        assert len(session.exec(select(PatronMerge)).all()) == 1


def test_nobody_borrows_in_the_moment_they_are_forgotten_or_their_card_is_cancelled(twins: Village) -> None:
    erasing = [doing(twins, privacy.erase, patron_id=twins.patrons[f"a{n}"].id, by=twins.zhou) for n in range(TWINS)]
    cancelling = [doing(twins, cards.cancel, patron_id=twins.patrons[f"b{n}"].id, reason="搬走了", by=twins.zhou) for n in range(TWINS)]
    lends = [lending(twins, f"{half}{n}", f"{half}{n}") for n in range(TWINS) for half in ("a", "b")]
    with paused_before(twins.engine, "UPDATE card"):
        ends = together(*erasing, *cancelling, *lends)
    assert set(ends) <= {"ok", "card_unknown", "loan_open"}, ends
    assert forgotten_with_something(twins) == []
    with twins.engine.connect() as connection:
        stranded = connection.execute(sa.text(
            "SELECT count(*) FROM loan WHERE ended_at IS NULL AND NOT EXISTS "
            "(SELECT 1 FROM card WHERE card.patron_id = loan.patron_id AND card.ended_at IS NULL)"
        )).scalar_one()  # fmt: skip
    assert stranded == 0


def test_a_suspension_made_twice_at_once_is_one(twins: Village) -> None:
    act = {"patron_id": twins.patrons["mei"].id, "until_day": None, "reason": "弄湿", "by": twins.zhou}
    assert together(*(doing(twins, suspensions.suspend, **act) for _ in range(4))) == {"ok": 1, "patron_suspended": 3}


def test_two_heads_of_the_hall_never_close_each_other_s_accounts(twins: Village) -> None:
    lan = twins.staff["lan"]
    database.write(
        twins.engine, keepers.change, staff_id=lan.id, name=lan.name, role=Role.ADMIN, at=AT, gesture=gesture(), by=twins.zhou
    )
    by_lan = twins.zhou.__class__(twins.zhou.kind, twins.hall.id, staff_id=lan.id, device="tablet-2")
    with paused_before(twins.engine, "UPDATE staff"):
        ends = together(
            doing(twins, keepers.dismiss, staff_id=lan.id, by=twins.zhou), doing(twins, keepers.dismiss, staff_id=twins.staff["zhou"].id, by=by_lan)
        )
    assert ends["ok"] == 1, ends
    assert set(ends) <= {"ok", "not_allowed", "last_admin"}
    with Session(twins.engine) as session:
        assert len(session.exec(select(Staff).where(Staff.disabled_at.is_(None))).all()) == 1  # type: ignore[union-attr]


def test_two_tablets_that_entrust_one_room_leave_one_person_in_charge(twins: Village) -> None:
    room_id = twins.rooms["library"].id
    acts = [
        doing(twins, duties.entrust, room_id=room_id, duty=Duty.IN_CHARGE, name=f"人{n}", from_day=date(2027, 3, 10), by=twins.zhou) for n in range(4)
    ]
    with paused_before(twins.engine, "INSERT INTO person_in_charge"):
        assert together(*acts) == {"ok": 4}
    with Session(twins.engine) as session:
        rows = session.exec(select(PersonInCharge).where(PersonInCharge.room_id == room_id).order_by(PersonInCharge.from_day)).all()  # type: ignore[arg-type]
    assert [(row.from_day, row.to_day) for row in rows] == [(date(2026, 1, 1), date(2027, 3, 9)), (date(2027, 3, 10), None)]


def test_one_account_is_registered_as_one_keeper(twins: Village) -> None:
    form = attendants.Form(name="李小兰", staff_id=twins.staff["lan"].id)
    acts = [doing(twins, attendants.register, form=form, by=twins.zhou) for _ in range(4)]
    assert together(*acts) == {"ok": 1, "changed_meanwhile": 3}


def test_a_card_returned_while_it_is_cancelled_is_cancelled_after(twins: Village) -> None:
    lending(twins, "a0", "a0")()
    act = doing(twins, cards.cancel, patron_id=twins.patrons["a0"].id, reason="搬走了", by=twins.zhou, at=AT + timedelta(minutes=1))
    ends = together(act, returning(twins, "a0"))
    assert ends in ({"ok": 2}, {"ok": 1, "loan_open": 1})


