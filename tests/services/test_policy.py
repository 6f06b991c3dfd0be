"""The policy matrix: who counts as what, and staff who change it on the record."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from models import AgeBand, BorrowerKind, HouseRules, JournalRow, Loan, Medium, PatronKind, Policy
from services import circulation, database, policy
from services.policy import Terms
from services.refusals import FactWrong, NotAllowed, TooManyLoans
from tests.cast import AT, Village, gesture


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2013, 3, 10), date(2027, 3, 9), 13), (date(2013, 3, 10), date(2027, 3, 10), 14), (date(2009, 3, 11), date(2027, 3, 10), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 17), (date(2008, 2, 29), date(2026, 3, 1), 18), (None, date(2027, 3, 10), None),
    ],
)  # fmt: skip
def test_the_age_is_the_age_on_the_day(born: date | None, day: date, age: int | None) -> None:
    assert policy.age_on(born, day) == age


@pytest.mark.parametrize(
    ("age", "kind", "band"),
    [
        (13, BorrowerKind.CHILD, AgeBand.CHILD), (14, BorrowerKind.YOUTH, AgeBand.YOUTH), (17, BorrowerKind.YOUTH, AgeBand.YOUTH),
        (18, BorrowerKind.ADULT, AgeBand.ADULT), (59, BorrowerKind.ADULT, AgeBand.ADULT), (60, BorrowerKind.ADULT, AgeBand.ELDER),
        (None, BorrowerKind.ADULT, AgeBand.UNKNOWN),
    ],
)  # fmt: skip
def test_kind_and_band_follow_the_age(age: int | None, kind: BorrowerKind, band: AgeBand) -> None:
    assert policy.kind_of(PatronKind.PERSON, age) is kind
    assert policy.age_band(age, 60) is band
    assert policy.kind_of(PatronKind.TEAM, age) is BorrowerKind.TEAM
    assert policy.kind_of(PatronKind.TEMPORARY, age) is BorrowerKind.TEMPORARY


def change(village: Village, terms: Terms, **facts: Any) -> None:
    facts = {"borrower_kind": BorrowerKind.ADULT, "item_class": Medium.BOOK, "at": AT, "by": village.zhou} | facts
    database.write(village.engine, policy.change, terms=terms, **facts)


def lend(village: Village, what: str) -> Any:
    facts = {"item_id": village.item_id(what), "card_id": village.card_id("mei"), "at": AT, "gesture": gesture(), "by": village.kiosk}
    return database.write(village.engine, circulation.check_out, **facts)


def rows(village: Village, table: Any, *where: Any) -> list[Any]:
    with Session(village.engine) as session:
        return list(session.exec(select(table).where(*where).order_by(*table.__table__.primary_key)).all())


def test_changed_terms_hold_for_the_next_loan_and_not_for_those_that_run(village: Village) -> None:
    before = lend(village, "huozhe")
    change(village, Terms(max_items=2, loan_days=14, renewals=0))
    assert rows(village, Loan)[0].due_day == before.due_day == date(2027, 4, 9)
    assert lend(village, "biancheng").due_day == date(2027, 3, 24)
    with pytest.raises(TooManyLoans):
        lend(village, "weicheng")


def test_the_journal_knows_what_the_terms_were_and_who_changed_them(village: Village) -> None:
    change(village, Terms(max_items=5, loan_days=60, renewals=2, renew_days=30))
    change(village, Terms(max_items=1, loan_days=7), borrower_kind=BorrowerKind.TEAM, item_class=Medium.PERIODICAL)
    first, second = rows(village, JournalRow)
    assert first.facts["was"] == {"max_items": 3, "loan_days": 30, "renewals": 1, "renew_days": 30}
    assert first.facts["now"] == {"max_items": 5, "loan_days": 60, "renewals": 2, "renew_days": 30}
    assert (first.staff_id, second.facts["was"]) == (village.staff["zhou"].id, {})
    assert len(rows(village, Policy, Policy.borrower_kind == BorrowerKind.TEAM, Policy.item_class == Medium.PERIODICAL)) == 1


@pytest.mark.parametrize("terms", [Terms(-1, 30), Terms(3, 367), Terms(3, 30, 13), Terms(3, 30, 1, -1)])
def test_mistyped_terms_are_refused(village: Village, terms: Terms) -> None:
    with pytest.raises(FactWrong):
        change(village, terms)
    assert rows(village, JournalRow) == []


def test_rules_of_the_house_change_on_the_record_and_never_from_the_kiosk(village: Village) -> None:
    database.write(village.engine, policy.change_house, at=AT, by=village.zhou, holds_max=4, notice_days=3)
    (rules,) = rows(village, HouseRules)
    assert (rules.holds_max, rules.notice_days, rules.block_from_day) == (4, 3, 30)
    assert rows(village, JournalRow)[0].facts == {"was": {"holds_max": 2, "notice_days": 7}, "now": {"holds_max": 4, "notice_days": 3}}
    for wrong in ({"holds_max": 99}, {"hall_id": 1}, {"fee": 1}):
        with pytest.raises(FactWrong):
            database.write(village.engine, policy.change_house, at=AT, by=village.zhou, **wrong)
    with pytest.raises(NotAllowed):
        database.write(village.engine, policy.change_house, at=AT, by=village.kiosk, holds_max=1)
    with pytest.raises(NotAllowed):
        change(village, Terms(9, 9), by=village.kiosk)
