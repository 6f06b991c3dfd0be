"""The databases that the tests stand on are the ones a hall runs on."""

from sqlalchemy import Engine

from tests.databases import rows


def test_a_fresh_hall_is_empty(engine: Engine) -> None:
    assert set(rows(engine).values()) == {0}


def test_sqlite_keeps_every_acknowledged_row_and_every_reference(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
