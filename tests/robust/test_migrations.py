"""A migrated database and a fresh one are under the same laws, on both engines, and the way back is the way there."""

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel
from typer.testing import CliRunner

import manage
from services import database, founding, schema
from services.logs import LOG
from tests.databases import ENGINES, fresh_pg
from tests.robust import laws
from ui import house


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


def test_autogenerate_finds_nothing_that_a_revision_forgot(bare: tuple[Engine, Engine]) -> None:
    engine, _ = bare
    founding.migrate(engine)
    database.read(engine, lambda session: command.check(schema.config(session.connection())))


def test_the_files_of_the_revisions_are_numbered_as_alembic_follows_them() -> None:
    scripts = ScriptDirectory.from_config(schema.config())
    assert schema.head() == scripts.get_current_head()
    assert schema.known() == {script.revision for script in scripts.walk_revisions()}


LATER = f'''"""A later revision."""

from alembic import op

revision, down_revision, branch_labels, depends_on = "9000", "{schema.head()}", None, None


def upgrade() -> None:
    op.execute("CREATE TABLE rotation_box (id INTEGER PRIMARY KEY)")


def downgrade() -> None:
    op.execute("DROP TABLE rotation_box")
'''


@pytest.fixture
def later_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The next release: one revision more than this one."""
    shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "migrations" / "versions" / "9000_later.py").write_text(LATER, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", tmp_path / "migrations")
        forget_revisions()
        yield
    forget_revisions()


def found_of(file: Path) -> str:
    engine = database.engine_for(f"sqlite:///{file}")
    found = schema.look(engine).found or "–"
    engine.dispose()
    return found


def forget_revisions() -> None:
    schema.known.cache_clear()


def test_an_older_database_is_stale_until_it_is_migrated(bare: tuple[Engine, Engine], later_program: None) -> None:
    engine, _ = bare
    founding.migrate(engine, "0001")
    assert (schema.look(engine).fit, schema.look(engine).command) == (schema.Fit.STALE, "migrate")
    founding.migrate(engine)
    assert schema.look(engine).fit is schema.Fit.READY
    assert any("rotation_box" in name for name in laws_of(engine))


def test_a_revision_that_fails_half_way_leaves_the_old_house(bare: tuple[Engine, Engine], later_program: None) -> None:
    engine, _ = bare
    founding.migrate(engine, "0001")
    before = laws_of(engine)
    file = schema.MIGRATIONS / "versions" / "9000_later.py"
    file.write_text(LATER.replace("def downgrade", '    op.execute("INSERT INTO nowhere VALUES (1)")\n\n\ndef downgrade'), encoding="utf-8")
    forget_revisions()
    with pytest.raises(DBAPIError):
        founding.migrate(engine)
    assert laws_of(engine) == before
    assert schema.look(engine).fit is schema.Fit.STALE


def spoil(engine: Engine, statement: str) -> None:
    database.write(engine, lambda session: session.connection().exec_driver_sql(statement))


# How a database fails to fit, how it came to that, and what the operator is told to type.
UNFIT = {
    "missing": (lambda file: file.unlink(), "init"),
    "empty": (lambda file: spoil_file(file, "DROP TABLE alembic_version"), "init"),
    "newer": (lambda file: spoil_file(file, "UPDATE alembic_version SET version_num = 'from-the-future'"), "doctor"),
    "broken": (lambda file: file.write_bytes(b"not a database" * 1000), "doctor"),
}


def spoil_file(file: Path, statement: str) -> None:
    engine = database.engine_for(f"sqlite:///{file}")
    spoil(engine, statement)
    engine.dispose()


@pytest.fixture
def hall_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A migrated hall where the settings look for it."""
    for name in ("HALL_DATABASE_URL", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HALL_DATA_DIR", str(tmp_path))
    founding.open_or_make(f"sqlite:///{tmp_path / 'hall.db'}").dispose()
    house.house.cache_clear()
    yield tmp_path / "hall.db"
    house.house.cache_clear()
    for handler in LOG.handlers[:]:
        LOG.removeHandler(handler)
        handler.close()


@pytest.mark.parametrize(("fit", "how", "wanted"), [(fit, *rest) for fit, rest in UNFIT.items()], ids=UNFIT)
def test_the_screens_stay_shut_on_a_database_that_does_not_fit(
    fit: str, how: Callable[[Path], None], wanted: str, hall_file: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    how(hall_file)
    monkeypatch.setattr(LOG, "propagate", True)
    with caplog.at_level(logging.WARNING, "hall"), pytest.raises(schema.Unfit):
        house.house()
    # pytest hears a logger that did not propagate when the test began a second time: one line is one record.
    (line,) = {id(record): record.facts for record in caplog.records}.values()  # type: ignore[attr-defined]
    assert (line["fit"], line["command"]) == (fit, wanted)


@pytest.mark.parametrize(("fit", "how", "wanted"), [(fit, *rest) for fit, rest in UNFIT.items()], ids=UNFIT)
def test_no_command_works_on_a_database_that_does_not_fit(fit: str, how: Callable[[Path], None], wanted: str, hall_file: Path) -> None:
    how(hall_file)
    before = hall_file.read_bytes() if hall_file.exists() else None
    for words in (["tick"], ["backup", str(hall_file.with_name("out.zip"))], ["staff", "list"]):
        done = CliRunner().invoke(manage.app, words)
        assert done.exit_code == manage.UNFIT, (words, done.output)
        assert manage.tongue().say(f"manage.doctor.schema.{fit}", found=found_of(hall_file), wanted=schema.head()) in done.output
    assert (hall_file.read_bytes() if hall_file.exists() else None) == before
    assert not hall_file.with_name("out.zip").exists()


def test_a_missing_file_is_missing_and_is_not_made(tmp_path: Path) -> None:
    engine = database.engine_for(f"sqlite:///{tmp_path / 'hall.db'}")
    assert schema.look(engine).fit is schema.Fit.MISSING
    assert not (tmp_path / "hall.db").exists()
