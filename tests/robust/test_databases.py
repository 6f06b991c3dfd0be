"""The databases that the tests stand on are the ones a hall runs on."""

from collections.abc import Callable

from sqlalchemy import Engine

from tests.databases import rows


def test_a_fresh_hall_is_empty(engine: Engine) -> None:
    assert set(rows(engine).values()) == {0}


def test_sqlite_keeps_every_acknowledged_row_and_every_reference(quick_engines: Callable[..., Engine], sqlite_url: str) -> None:
    as_the_product_makes_it = quick_engines(sqlite_url)
    with as_the_product_makes_it.connect() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    as_the_product_makes_it.dispose()
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
