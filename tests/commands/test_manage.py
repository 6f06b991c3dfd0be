"""The other commands: what they say, what they leave, how they end."""

import json
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

import manage
from models import Opening, Patron, Policy, Room, Staff, new_id
from services import database, founding, logs, schema, staff
from services.settings import Settings
from tests.databases import rows

CODE = "430902106001"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own, and an operator who speaks English."""
    monkeypatch.setenv("HALL_DATA_DIR", str(tmp_path / "hall"))
    monkeypatch.delenv("HALL_DATABASE_URL", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path / "hall"


def call(*command: str) -> Result:
    done = CliRunner().invoke(manage.app, command)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def found_hall() -> Result:
    return call("init", "--code", CODE, "--name", "新河村综合文化服务中心", "--admin", "周桂生")


def engine_of(folder: Path) -> sa.Engine:
    return database.engine_for(f"sqlite:///{folder / 'hall.db'}")


def test_init_makes_a_hall_that_can_lend_and_nobody_who_borrows(folder: Path) -> None:
    assert found_hall().exit_code == 0
    count = rows(engine_of(folder))
    assert (count["hall"], count["staff"], count["patron"], count["item"], count["loan"]) == (1, 1, 0, 0, 0)
    assert count[Policy.__tablename__] > 0
    assert count[Room.__tablename__] == 2
    assert count[Opening.__tablename__] >= 14
    assert count[Patron.__tablename__] == 0
    assert schema.look(engine_of(folder)).fit is schema.Fit.READY


def test_the_first_password_is_readable_by_its_owner_alone_and_opens_the_account(folder: Path) -> None:
    found_hall()
    file = folder / "password-admin.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "hall.db").stat().st_mode) == 0o600
    login, password = file.read_text(encoding="utf-8").split()
    assert login == "admin"
    with engine_of(folder).connect() as connection:
        kept = connection.execute(sa.select(Staff.__table__.c.password_hash)).scalar_one()
    assert staff.fits(staff.Knock(None, staff_id=new_id(), password_hash=kept), password)
    assert password not in found_hall().output


def test_a_second_init_changes_nothing(folder: Path) -> None:
    found_hall()
    again = call("init", "--code", "430902106002", "--name", "别的村")
    assert again.exit_code == manage.REFUSED
    assert rows(engine_of(folder))["hall"] == 1


@pytest.mark.parametrize("code", ["", "12345", "43090210600x", "4309021060011"])
def test_a_hall_code_has_twelve_digits(folder: Path, code: str) -> None:
    assert call("init", "--code", code, "--name", "新河村").exit_code == manage.REFUSED
    assert rows(engine_of(folder))["hall"] == 0


def test_the_sample_keeps_its_hands_off_a_real_hall(folder: Path) -> None:
    found_hall()
    before = rows(engine_of(folder))
    assert call("run", "--sample").exit_code == manage.REFUSED
    assert rows(engine_of(folder)) == before


@pytest.mark.parametrize("command", [("tick",), ("migrate",), ("backup", "out.zip"), ("staff", "list")])
def test_no_command_but_init_makes_a_database(folder: Path, command: tuple[str, ...]) -> None:
    done = call(*command)
    assert done.exit_code == manage.UNFIT
    assert "init" in done.output
    assert not (folder / "hall.db").exists()


def test_a_stale_database_is_told_and_migrate_brings_it_up(folder: Path) -> None:
    found_hall()
    engine = engine_of(folder)
    database.write(engine, lambda session: schema.downgrade(session.connection(), "base"))
    founding.migrate(engine, "0001")
    stale = schema.look(engine)
    if stale.fit is schema.Fit.STALE:
        assert "manage.py migrate" in call("tick").output
    assert call("migrate").exit_code == 0
    assert schema.look(engine).fit is schema.Fit.READY


def test_accounts_are_made_given_a_new_password_and_closed(folder: Path) -> None:
    found_hall()
    assert call("staff", "add", "lan", "李小兰").exit_code == 0
    first = (folder / "password-lan.txt").read_text(encoding="utf-8")
    assert call("staff", "add", "lan", "李小兰").exit_code == manage.REFUSED
    assert call("staff", "reset", "lan").exit_code == 0
    assert (folder / "password-lan.txt").read_text(encoding="utf-8") != first
    assert call("staff", "disable", "lan").exit_code == 0
    assert "lan  李小兰  keeper  closed" in call("staff", "list").output
    assert call("staff", "reset", "nobody").exit_code == manage.REFUSED


def test_the_doctor_finds_a_hall_well_a_damaged_file_and_a_missing_one(folder: Path) -> None:
    assert call("doctor").exit_code == 2
    found_hall()
    call("tick")
    well = call("doctor")
    assert "The database is sound" in well.output
    assert well.exit_code in {0, 1}
    (folder / "hall.db").chmod(0o644)
    assert "chmod 600" in call("doctor").output
    for log in folder.glob("hall.db-*"):
        log.unlink()
    (folder / "hall.db").write_bytes(b"not a database at all" * 1000)
    damaged = call("doctor")
    assert damaged.exit_code == 2
    assert "restore" in damaged.output


def test_backup_and_restore_by_command(folder: Path, tmp_path: Path) -> None:
    found_hall()
    archive = tmp_path / "hall.zip"
    assert call("backup", str(archive)).exit_code == 0
    call("staff", "add", "lan", "李小兰")
    (tmp_path / "wrong.zip").write_bytes(b"nothing")
    assert call("restore", str(tmp_path / "wrong.zip")).exit_code == manage.NOT_A_BACKUP
    assert rows(engine_of(folder))["staff"] == 2
    assert call("restore", str(archive)).exit_code == 0
    assert rows(engine_of(folder))["staff"] == 1
    assert list(folder.glob("hall.db.before-*"))


def test_the_operator_is_spoken_to_in_chinese_where_the_terminal_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "没有数据库" in call("doctor").output


def test_a_log_line_is_json_private_and_without_what_was_typed(folder: Path) -> None:
    logs.set_up(folder / "logs", "kiosk")
    try:
        raise ValueError("王梅 13800001234")
    except ValueError as error:
        reference = logs.trouble(error)
    logs.note("scan", kind="card", milliseconds=12)
    file = folder / "logs" / "kiosk.log"
    first, second = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    assert (first["reference"], first["error"], first["level"]) == (reference, "ValueError", "error")
    assert "王梅" not in file.read_text(encoding="utf-8")
    assert (second["event"], second["milliseconds"]) == ("scan", 12)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_database_password_is_never_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_DATABASE_URL", "postgresql://hall:geheim@127.0.0.1:1/hall")
    for command in (("doctor",), ("init", "--code", CODE, "--name", "新河村"), ("tick",)):
        done = call(*command)
        assert done.exit_code != 0
        assert "geheim" not in done.output
    assert all("geheim" not in file.read_text(encoding="utf-8") for file in (folder / "logs").glob("*.log"))


def test_a_setting_that_is_empty_is_not_set(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KIOSK_PORT", "STAFF_PORT", "HALL_DATABASE_URL", "KIOSK_NAME"):
        monkeypatch.setenv(name, "")
    settings = Settings()
    assert (settings.kiosk_port, settings.staff_port, settings.kiosk_name) == (8501, 8502, "kiosk-1")
    assert settings.database_url == f"sqlite:///{folder / 'hall.db'}"
