"""A migrated database and a fresh one are under the same laws, on both engines, and the way back is the way there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from services import database, founding, schema
from tests.databases import ENGINES, fresh_pg
from tests.robust import laws


@pytest.fixture(params=ENGINES)
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """Two databases without a single table."""
    if request.param == "sqlite":
        for name in ("one", "two"):
            founding._make_file(tmp_path / name)
        yield database.engine_for(f"sqlite:///{tmp_path / 'one'}"), database.engine_for(f"sqlite:///{tmp_path / 'two'}")
        return
    server = request.getfixturevalue("pg_server")
    with (
        fresh_pg(server, f"yimen_one_{tmp_path.name[-20:]}".lower()) as one,
        fresh_pg(server, f"yimen_two_{tmp_path.name[-20:]}".lower()) as two,
    ):
        engines = database.engine_for(one), database.engine_for(two)
        yield engines
        for engine in engines:
            engine.dispose()


def laws_of(engine: Engine) -> dict[str, str]:
    return database.read(engine, lambda session: laws.of(session.connection()))


def make_fresh(session: Session) -> None:
    SQLModel.metadata.create_all(session.connection())


def back_to_nothing(session: Session) -> None:
    schema.downgrade(session.connection(), "base")


def test_every_law_of_a_migrated_database_is_a_law_of_a_fresh_one(bare: tuple[Engine, Engine]) -> None:
    migrated, fresh = bare
    founding.migrate(migrated)
    database.write(fresh, make_fresh)
    assert laws_of(migrated) == laws_of(fresh)


def test_the_comparison_sees_a_law_that_is_gone(bare: tuple[Engine, Engine]) -> None:
    migrated, fresh = bare
    founding.migrate(migrated)
    database.write(fresh, make_fresh)
    database.write(migrated, lambda session: session.connection().exec_driver_sql("DROP INDEX uq_loan_open_item"))
    assert set(laws_of(fresh).items()) - set(laws_of(migrated).items()) == {
        (name, text) for name, text in laws_of(fresh).items() if name == "index uq_loan_open_item"
    }


def test_up_down_and_up_again_leaves_the_same_house(bare: tuple[Engine, Engine]) -> None:
    engine, _ = bare
    founding.migrate(engine)
    first = laws_of(engine)
    database.write(engine, back_to_nothing)
    assert laws_of(engine) == {}
    assert schema.look(engine).fit is schema.Fit.EMPTY
    founding.migrate(engine)
    assert laws_of(engine) == first
    assert schema.look(engine).fit is schema.Fit.READY


def test_a_stale_and_a_newer_database_are_told_apart(bare: tuple[Engine, Engine]) -> None:
    engine, _ = bare
    founding.migrate(engine)
    database.write(
        engine, lambda session: session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'from-the-future'")
    )
    assert schema.look(engine).fit is schema.Fit.NEWER


def test_a_missing_file_is_missing_and_is_not_made(tmp_path: Path) -> None:
    engine = database.engine_for(f"sqlite:///{tmp_path / 'hall.db'}")
    assert schema.look(engine).fit is schema.Fit.MISSING
    assert not (tmp_path / "hall.db").exists()
