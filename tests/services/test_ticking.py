"""What a tick makes rows of: each once, however often it runs."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from models import ActorKind, AgeBand, BorrowerKind, Hold, HoldState, JournalRow, KeypadTry, Loan, LoanEnd, Medium, Reminder, Sex
from services import backups, clock, privacy, ticking
from services.settings import Settings
from tests.cast import AT, Village
from tests.databases import rows

TODAY = date(2027, 3, 10)


@pytest.fixture
def settings(tmp_path: Path, village: Village) -> Settings:
    """The hall's own data folder."""
    url = village.engine.url.render_as_string(hide_password=False)
    return Settings(data_dir=tmp_path, database=f"sqlite:///{tmp_path / 'hall.db'}" if url == "sqlite://" else url)  # type: ignore[arg-type]


def tick(village: Village, settings: Settings, at: datetime = AT, *, backed_up: bool = True) -> ticking.Ticked:
    """One round, with the day's backup made before unless the backup is what a test is about."""
    if backed_up:
        settings.backups.mkdir(exist_ok=True)
        (settings.backups / clock.local(at).strftime(backups._NAME)).touch()
    return ticking.tick(village.engine, settings, at=at)


def lent(village: Village, what: str, who: str, *, due: date, ended: datetime | None = None) -> Loan:
    out_at = AT - timedelta(days=400)
    loan = Loan(
        hall_id=village.hall.id,
        item_id=village.item_id(what),
        title_id=village.items[what].title_id,
        patron_id=village.patrons[who].id,
        out_at=out_at,
        out_day=out_at.date(),
        due_day=due,
        due_at=AT if due > TODAY else AT - timedelta(days=1),
        ended_at=ended,
        ended_as=LoanEnd.RETURNED if ended else None,
        returned=1 if ended else 0,
        item_class=Medium.BOOK,
        class_code="I",
        borrower_kind=BorrowerKind.ADULT,
        age_band=AgeBand.ADULT,
        sex=Sex.FEMALE,
    )
    village.save(loan)
    return loan


def all_of(village: Village, model: Any) -> list[Any]:
    with village.engine.connect() as connection:
        return list(connection.execute(sa.select(model.__table__)).all())


@pytest.mark.parametrize(("days_over", "offset"), [(-4, None), (-3, -3), (0, -3), (1, 1), (6, 1), (7, 7), (29, 7), (30, 30), (300, 30)])
def test_a_reminder_is_due_three_days_before_and_one_seven_thirty_after(
    village: Village, settings: Settings, days_over: int, offset: int | None
) -> None:
    lent(village, "huozhe", "mei", due=TODAY - timedelta(days=days_over))
    tick(village, settings)
    assert [row.offset_days for row in all_of(village, Reminder)] == ([] if offset is None else [offset])


def test_a_reminder_is_made_once_and_again_after_a_renewal(village: Village, settings: Settings) -> None:
    loan = lent(village, "huozhe", "mei", due=TODAY - timedelta(days=1))
    assert tick(village, settings).reminders_made == 1
    assert tick(village, settings, AT + timedelta(hours=3)).reminders_made == 0
    with village.engine.begin() as connection:
        connection.execute(sa.update(Loan.__table__).where(Loan.__table__.c.id == loan.id).values(due_day=TODAY + timedelta(days=2)))
    assert tick(village, settings).reminders_made == 1


def test_nobody_is_reminded_of_what_is_back(village: Village, settings: Settings) -> None:
    lent(village, "huozhe", "mei", due=TODAY - timedelta(days=40), ended=AT - timedelta(days=2))
    assert tick(village, settings).reminders_made == 0


def test_the_thread_to_the_patron_is_cut_after_180_days_and_the_counts_stay(village: Village, settings: Settings) -> None:
    old = lent(village, "huozhe", "mei", due=TODAY - timedelta(days=250), ended=AT - timedelta(days=181))
    young = lent(village, "biancheng", "mei", due=TODAY - timedelta(days=200), ended=AT - timedelta(days=179))
    still_out = lent(village, "weicheng", "mei", due=TODAY - timedelta(days=360))
    village.save(
        JournalRow(hall_id=village.hall.id, at=AT, verb="check_out", actor_kind=ActorKind.STAFF, staff_id=village.staff["zhou"].id, subject="loan",
                   subject_id=old.id, overridden="too_many_loans", reason="王梅的女儿代借")
    )  # fmt: skip
    assert tick(village, settings).unlinked == 1
    loans = {row.id: row for row in all_of(village, Loan)}
    assert (loans[old.id].patron_id, loans[old.id].unlinked_at, loans[old.id].sex, loans[old.id].age_band) == (
        None,
        AT,
        Sex.FEMALE,
        AgeBand.ADULT,
    )
    assert loans[young.id].patron_id == loans[still_out.id].patron_id == village.patrons["mei"].id
    assert [row.reason for row in all_of(village, JournalRow)] == [privacy.BLANKED]
    assert tick(village, settings).unlinked == 0


def test_a_hold_nobody_came_for_expires_and_the_next_in_the_queue_gets_the_copy(village: Village, settings: Settings) -> None:
    village.save(*(
        Hold(hall_id=village.hall.id, title_id=village.titles["biancheng"].id, patron_id=village.patrons[who].id, placed_at=AT - timedelta(days=ago), **facts)
        for who, ago, facts in (
            ("mei", 9, {"state": HoldState.READY, "item_id": village.item_id("biancheng"), "ready_at": AT - timedelta(days=5), "kept_until": AT - timedelta(hours=1), "kept_day": TODAY}),
            ("old_li", 8, {}),
        )
    ))  # fmt: skip
    assert tick(village, settings).holds_expired == 1
    states = {row.patron_id: (row.state, row.item_id) for row in all_of(village, Hold)}
    assert states[village.patrons["mei"].id][0] is HoldState.EXPIRED
    assert states[village.patrons["old_li"].id] == (HoldState.READY, village.item_id("biancheng"))
    assert tick(village, settings).holds_expired == 0


def test_traces_of_wrong_tries_go_after_thirty_days(village: Village, settings: Settings) -> None:
    for ago in (29, 31):
        village.save(KeypadTry(hall_id=village.hall.id, kiosk="kiosk-1", card_number="10000016", at=AT - timedelta(days=ago)))
    tick(village, settings)
    assert rows(village.engine)["keypad_try"] == 1


def test_a_tick_keeps_todays_backup_once(village: Village, settings: Settings) -> None:
    assert tick(village, settings, backed_up=False).backup == settings.backups / "yimen-2027-03-10.zip"
    assert tick(village, settings, backed_up=False).backup is None
