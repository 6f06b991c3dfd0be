"""The sample village has something of everything, and nothing of a real person."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from models import AttendantEntry, Card, Hall, Hold, Item, Loan, Patron, Sitting, Suspension
from services import agenda, clock, codes, database, hours, sample
from services.clock import instant
from tests.databases import ENGINES, empty, rows

PASSWORDS = {"zhou": "x", "lan": "y"}
# A Monday (closed), the middle of Spring Festival, the last day of February, a summer evening, a minute after midnight.
DAYS = [instant(datetime(2027, *day).date(), minute) for day, minute in (((3, 8), 600), ((2, 7), 700), ((2, 28), 1000), ((8, 3), 1200), ((1, 1), 1))]  # fmt: skip


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database for all tests of a sample: they only look."""
    if request.param == "postgresql":
        yield request.getfixturevalue("pg_hall")
        return
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("sample"))
    made = database.engine_for(f"sqlite:///{file}")
    yield made
    made.dispose()


@pytest.fixture(scope="module", params=DAYS, ids=lambda at: clock.local(at).strftime("%m-%d"))
def made_at(request: pytest.FixtureRequest, engine: Engine) -> datetime:
    """The sample, made on this day."""
    at: datetime = request.param
    empty(engine)
    database.write(engine, sample.make, at=at, passwords=PASSWORDS)
    return at


def test_on_whatever_day_it_is_made_the_story_is_whole(engine: Engine, made_at: datetime) -> None:
    count = rows(engine)
    assert count["patron"] == count["card"] == 30
    assert count["item"] > 150
    assert count["loan"] > 80
    with engine.connect() as connection:
        loans = connection.execute(sa.select(Loan.__table__)).all()
        assert {hold.state.value for hold in connection.execute(sa.select(Hold.__table__))} == {"waiting", "ready"}
        assert connection.execute(sa.select(Hall.__table__.c.sample)).scalar_one() is True
        assert connection.execute(sa.select(sa.func.count()).select_from(Suspension.__table__)).scalar_one() == 1
        assert connection.execute(sa.select(sa.func.count()).where(Card.__table__.c.ended_as == "lost")).scalar_one() == 1
    today = clock.local_day(made_at)
    open_loans = [loan for loan in loans if loan.ended_at is None]
    assert max(loan.ended_at or loan.out_at for loan in loans) <= made_at
    assert any(loan.due_day < today - timedelta(days=30) for loan in open_loans)
    assert any(today - timedelta(days=30) < loan.due_day < today for loan in open_loans)
    assert any(loan.counted and loan.quantity == 12 for loan in open_loans)


def test_no_due_day_of_the_sample_is_a_closed_day(engine: Engine, made_at: datetime) -> None:
    with engine.connect() as connection:
        due = connection.execute(
            sa.select(Item.__table__.c.home_room_id, Loan.__table__.c.due_day).join_from(
                Loan.__table__, Item.__table__, Loan.__table__.c.item_id == Item.__table__.c.id
            )
        ).all()
    calendars = {room: database.read(engine, hours.calendar_of, room_id=room) for room, _ in due}
    assert [day for room, day in due if not calendars[room].is_open_day(day)] == []


def test_the_first_look_shows_a_card_and_free_books(engine: Engine, made_at: datetime) -> None:
    first = database.read(engine, sample.shown)
    assert codes.read(first.card[1]).is_card
    assert len(first.things) >= 3
    assert all(codes.read(code).number == number for number, code, _ in first.things)


def test_no_phone_of_the_sample_can_ring(engine: Engine, made_at: datetime) -> None:
    with engine.connect() as connection:
        phones = connection.execute(sa.select(Patron.__table__.c.phone, Patron.__table__.c.guardian_phone)).all()
    assert {phone[:3] for pair in phones for phone in pair if phone} == {"100"}


def test_somebody_serves_and_somebody_dances(engine: Engine, made_at: datetime) -> None:
    count = rows(engine)
    assert (count["attendant"], count["team_member"]) == (7, 9)
    with engine.connect() as connection:
        days = connection.execute(sa.select(AttendantEntry.__table__.c.day)).scalars().all()
    assert len(days) > 30
    assert max(days) < clock.local_day(made_at)


def test_the_year_of_events_is_whole(engine: Engine, made_at: datetime) -> None:
    """What is to come can be signed up for, one is full with somebody waiting; the past has its records; no room is taken twice."""
    hall_id = database.read(engine, lambda session: session.execute(sa.select(Hall.__table__.c.id)).scalar_one())
    coming = database.read(engine, agenda.coming, hall_id=hall_id, at=made_at)
    assert {"露天电影《我和我的父辈》", "少儿书法班"} <= {line.title for line in coming}
    assert any(line.waiting for line in coming)
    assert any(line.free for line in coming)
    assert rows(engine)["activity_record"] > 20
    with engine.connect() as connection:
        times = connection.execute(sa.select(Sitting.__table__).order_by(Sitting.__table__.c.room_id, Sitting.__table__.c.starts_at)).all()
    assert [one for one, other in pairwise(times) if one.room_id == other.room_id and one.ends_at > other.starts_at] == []
