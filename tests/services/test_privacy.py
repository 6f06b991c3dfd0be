"""Nothing of a person is left when they ask for it, or half a year after the book came back; the counts stay."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from models import (
    AgeBand,
    BorrowerKind,
    Card,
    CardEnd,
    FaultReport,
    Hold,
    HoldState,
    JournalRow,
    KeypadTry,
    Loan,
    Patron,
    PatronKind,
    Purpose,
    Sex,
    Suspension,
    Trouble,
)
from services import circulation, database, holds, patrons, privacy, visit
from services.lending_rules import Wish
from services.privacy import BLANKED
from services.refusals import CardUnknown, LoanOpen, NotAllowed
from tests.cast import AT, Village, gesture
from tests.laws import held

LATER = AT + timedelta(days=181)


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts)


def lend(village: Village, what: str, who: str, **facts: Any) -> Any:
    return do(village, circulation.check_out, item_id=village.item_id(what), card_id=village.card_id(who), **facts)


def give_back(village: Village, what: str, **facts: Any) -> Any:
    return do(village, circulation.check_in, item_id=village.item_id(what), **facts)


def forget(village: Village, who: str, **facts: Any) -> Any:
    return do(village, privacy.erase, patron_id=village.patrons[who].id, **facts)


def rows(village: Village, table: Any) -> list[Any]:
    with Session(village.engine) as session:
        return list(session.exec(select(table).order_by(*table.__table__.primary_key)).all())


def everything_written(village: Village) -> str:
    """All that stands in the database, as one text; ids and hashes left out, in whose digits anything may stand by chance."""
    cells = (cell for table in held.everything(village.engine).values() for row in table.values() for cell in row)
    return "\n".join(f"'{cell}'" for cell in cells if not isinstance(cell, UUID | bytes | int))


def test_who_asks_is_forgotten_everywhere_and_the_counts_stay(village: Village) -> None:
    mei = village.patrons["mei"]
    lend(village, "huozhe", "mei", overrides=frozenset({"too_many_loans"}), reason="王梅是老师")
    give_back(village, "huozhe", trouble=Trouble.TORN)
    lend(village, "biancheng", "old_li")
    do(village, holds.place, title_id=village.titles["biancheng"].id, card_id=village.card_id("mei"))
    village.save(
        Suspension(
            hall_id=village.hall.id, patron_id=mei.id, since_at=AT - timedelta(days=9), until_at=AT - timedelta(days=2), reason="王梅请求"
        ),
        KeypadTry(hall_id=village.hall.id, kiosk="kiosk-1", card_number=village.cards["mei"].number, at=AT),
    )
    with Session(village.engine) as session:
        session.connection(execution_options={"writes": True})
        session.execute(sa.update(FaultReport).values(note="王梅说狗咬的"))
        session.execute(sa.update(JournalRow).where(JournalRow.verb == "check_in").values(reason="王梅是老师"))
        session.commit()
    assert "王梅" in everything_written(village)
    assert mei.phone in everything_written(village)

    pressed = gesture()
    forget(village, "mei", gesture=pressed)
    forget(village, "mei", gesture=pressed)
    left = everything_written(village)
    assert not [trace for trace in ("王梅", mei.phone, f"'{mei.phone_end}'", "1985-") if trace in left]
    loan = next(loan for loan in rows(village, Loan) if loan.ended_at)
    assert (loan.patron_id, loan.unlinked_at, loan.age_band, loan.sex, loan.borrower_kind) == (
        None,
        AT,
        AgeBand.ADULT,
        Sex.FEMALE,
        BorrowerKind.ADULT,
    )
    (hold,) = rows(village, Hold)
    assert (hold.patron_id, hold.state) == (None, HoldState.CANCELLED)
    patron = next(patron for patron in rows(village, Patron) if patron.id == mei.id)
    assert (patron.name, patron.birth_date, patron.sex, patron.kind) == (BLANKED, None, Sex.FEMALE, PatronKind.PERSON)
    assert not rows(village, KeypadTry)
    card = next(card for card in rows(village, Card) if card.patron_id == mei.id)
    assert card.ended_as is CardEnd.CANCELLED
    with pytest.raises(CardUnknown):
        do(village, visit.scan, code=village.card_code("mei"), standing=visit.Standing())
    with pytest.raises(CardUnknown):
        forget(village, "mei")
    assert database.read(village.engine, patrons.find_patron, text=BLANKED, at=AT, by=village.zhou) == []


def test_nobody_is_forgotten_while_something_is_out(village: Village) -> None:
    lend(village, "huozhe", "mei")
    before = held.everything(village.engine)
    with pytest.raises(LoanOpen) as refused:
        forget(village, "mei")
    assert refused.value.facts == {"have": 1}
    with pytest.raises(NotAllowed):
        forget(village, "old_li", by=village.kiosk)
    held.same(before, held.everything(village.engine), "refused")


def test_who_answers_for_a_team_is_not_forgotten_while_the_team_has_something(village: Village) -> None:
    lend(village, "drums", "team", wish=Wish(quantity=5, purpose=Purpose.REHEARSAL))
    with pytest.raises(LoanOpen):
        forget(village, "mei")
    give_back(village, "drums")
    forget(village, "mei")


def test_a_copy_kept_for_who_is_forgotten_goes_to_the_next(village: Village) -> None:
    lend(village, "biancheng", "old_li")
    for who in ("mei", "yu"):
        do(village, holds.place, title_id=village.titles["biancheng"].id, card_id=village.card_id(who))
    give_back(village, "biancheng")
    forget(village, "mei")
    kept = [(hold.patron_id, hold.state) for hold in rows(village, Hold) if hold.ended_at is None]
    assert kept == [(village.patrons["yu"].id, HoldState.READY)]


def test_half_a_year_after_the_return_the_thread_is_cut_and_not_a_day_before(village: Village) -> None:
    lend(village, "huozhe", "mei")
    lend(village, "biancheng", "mei")
    give_back(village, "huozhe", trouble=Trouble.WET)
    unlink = {"hall_id": village.hall.id}
    assert database.write(village.engine, privacy.unlink_old, **unlink, at=AT + timedelta(days=180)) == 0
    assert database.write(village.engine, privacy.unlink_old, **unlink, at=LATER) == 1
    assert database.write(village.engine, privacy.unlink_old, **unlink, at=LATER) == 0
    cut, still_out = sorted(rows(village, Loan), key=lambda loan: loan.ended_at is None)
    assert (cut.patron_id, cut.age_band, cut.sex, cut.out_day) == (None, AgeBand.ADULT, Sex.FEMALE, date(2027, 3, 10))
    assert still_out.patron_id == village.patrons["mei"].id
    assert rows(village, FaultReport)[0].trouble is Trouble.WET


def test_the_journal_names_loans_and_never_people(village: Village) -> None:
    lend(village, "huozhe", "mei")
    lend(village, "biancheng", "yu")
    do(village, holds.place, title_id=village.titles["biancheng"].id, card_id=village.card_id("old_li"))
    give_back(village, "huozhe")
    ids = {str(patron.id) for patron in village.patrons.values()}
    for row in rows(village, JournalRow):
        said = repr((row.facts, row.subject_id, row.subject, row.reason))
        assert not [trace for trace in (*ids, *(patron.name for patron in village.patrons.values())) if trace in said]


def test_another_hall_s_staff_forget_nobody_here(village: Village) -> None:
    with pytest.raises(CardUnknown):
        forget(village, "mei", by=replace(village.zhou, hall_id=gesture()))
