"""One archive holds the hall; what is not whole replaces nothing."""

import hashlib
import json
import shutil
import sqlite3
import stat
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services import backups, database, founding, presence, schema
from services.settings import Settings
from tests.cast import AT, Village
from tests.databases import empty
from tests.robust.dumps import everything


@pytest.fixture
def settings(village: Village, tmp_path: Path) -> Settings:
    """The hall's own folder, with a file in it."""
    url = (
        f"sqlite:///{tmp_path / 'hall.db'}"
        if village.engine.dialect.name == "sqlite"
        else village.engine.url.render_as_string(hide_password=False)
    )
    settings = Settings(data_dir=tmp_path, database=url)  # type: ignore[arg-type]  pydantic wraps the secret
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "photo.txt").write_text("腰鼓队", encoding="utf-8")
    return settings


def test_what_was_backed_up_comes_back_to_the_last_row(village: Village, settings: Settings, tmp_path: Path) -> None:
    before, archive = everything(village.engine), tmp_path / "out" / "hall.zip"
    manifest = backups.back_up(village.engine, settings, archive, at=AT)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert (manifest.revision, manifest.hall_code) == (schema.head(), village.hall.code)
    empty(village.engine)
    (tmp_path / "files" / "photo.txt").write_text("other", encoding="utf-8")
    village.engine.dispose()
    backups.restore(village.engine, settings, archive, at=AT)
    village.engine.dispose()
    assert everything(village.engine) == before
    assert (tmp_path / "files" / "photo.txt").read_text(encoding="utf-8") == "腰鼓队"
    assert list(tmp_path.glob("files.before-*"))
    assert list(tmp_path.glob("hall.*before-*"))
    assert schema.look(village.engine).fit is schema.Fit.READY


def _reword(archive: Path, name: str, change: Any) -> None:
    other = archive.with_suffix(".other")
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(other, "w") as new:
        for entry in old.namelist():
            data = old.read(entry)
            new.writestr(entry, change(data) if entry == name else data)
    shutil.move(other, archive)


def _largest_part(archive: Path) -> str:
    with zipfile.ZipFile(archive) as whole:
        return str(max(json.loads(whole.read("manifest.json"))["parts"], key=lambda part: part["size"])["path"])


def _manifest(**facts: Any) -> Any:
    return lambda data: json.dumps({**json.loads(data), **facts}).encode()


def _scratch(archive: Path) -> None:
    """The directory stays whole, the packed bytes of the largest part do not."""
    whole = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as old:
        part = old.getinfo(_largest_part(archive))
    begins = part.header_offset + 30 + len(part.filename)
    whole[begins : begins + part.compress_size // 2] = b"\xff" * (part.compress_size // 2)
    archive.write_bytes(whole)


SPOILT = {
    "scratched": _scratch,
    "a changed byte": lambda archive: _reword(archive, _largest_part(archive), lambda data: data[:-1] + bytes([data[-1] ^ 1])),
    "a missing end": lambda archive: _reword(archive, _largest_part(archive), lambda data: data[:-100]),
    "something appended": lambda archive: _reword(archive, _largest_part(archive), lambda data: data + b"more"),
    "no manifest": lambda archive: _reword(archive, "manifest.json", lambda _: b"{}"),
    "another format": lambda archive: _reword(archive, "manifest.json", _manifest(format=99)),
    "a newer program": lambda archive: _reword(archive, "manifest.json", _manifest(revision="9999")),
    "another engine": lambda archive: _reword(archive, "manifest.json", _manifest(engine="oracle")),
    "a way out": lambda archive: _reword(archive, "manifest.json", _manifest(parts=[{"path": "../../escape", "size": 1, "sha256": ""}])),
    "not an archive": lambda archive: archive.write_bytes(b"PK\x03\x04 nothing"),
    "half an archive": lambda archive: archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2]),
}


def test_an_archive_that_is_not_whole_changes_nothing(village: Village, settings: Settings, tmp_path: Path) -> None:
    good, archive = tmp_path / "good.zip", tmp_path / "hall.zip"
    backups.back_up(village.engine, settings, good, at=AT)
    before = everything(village.engine)
    for what, spoil in SPOILT.items():
        shutil.copy(good, archive)
        spoil(archive)
        with pytest.raises(backups.NotABackup):
            backups.restore(village.engine, settings, archive, at=AT)
        assert everything(village.engine) == before, what
        assert (tmp_path / "files" / "photo.txt").read_text(encoding="utf-8") == "腰鼓队", what
        assert not list(tmp_path.glob(".restore-*")), what


def test_a_damaged_database_inside_a_whole_archive_is_refused(file_village: Village, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database=f"sqlite:///{tmp_path / 'hall.db'}")  # type: ignore[arg-type]
    broken = tmp_path / "broken"
    broken.mkdir()
    archive = broken / "hall.zip"
    backups.back_up(file_village.engine, settings, archive, at=AT)
    data = bytearray(zipfile.ZipFile(archive).read("hall.db"))
    data[8192:12288] = b"\xff" * 4096
    part = {"path": "hall.db", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    _reword(archive, "hall.db", lambda _: bytes(data))
    _reword(archive, "manifest.json", _manifest(parts=[part]))
    with pytest.raises((backups.NotABackup, sqlite3.DatabaseError)):
        backups.restore(file_village.engine, settings, archive, at=AT)
    assert everything(file_village.engine)["hall"]


def test_nobody_replaces_the_data_under_running_apps(village: Village, settings: Settings) -> None:
    with presence.serving(settings, village.engine), pytest.raises(presence.HallIsServing), presence.alone(settings, village.engine):
        pass
    with presence.alone(settings, village.engine), pytest.raises(presence.HallIsServing), presence.serving(settings, village.engine):
        pass
    with presence.serving(settings, village.engine), presence.serving(settings, village.engine):
        pass


def test_one_backup_a_day_and_the_oldest_go(village: Village, settings: Settings) -> None:
    settings = settings.model_copy(update={"keep_backups": 3})
    days = [AT + timedelta(days=n) for n in range(6)]
    for day in days:
        assert backups.daily(village.engine, settings, at=day)
        assert backups.daily(village.engine, settings, at=day + timedelta(minutes=5)) is None
    kept = sorted(file.name for file in settings.backups.iterdir())
    assert kept == [f"yimen-2027-03-{day}.zip" for day in (13, 14, 15)]
    assert str(backups.newest(settings)) == "2027-03-15"


def test_people_lend_on_while_a_backup_is_made(village: Village, settings: Settings, tmp_path: Path) -> None:
    """The archive is of one moment: what is written after its view was taken is not half in it."""
    with village.engine.connect() as reader:
        reader.execute(sa.text("SELECT count(*) FROM item")).scalar_one()
        village.book("later", "后来的书")
        backups.back_up(village.engine, settings, tmp_path / "hall.zip", at=AT)
    empty(village.engine)
    village.engine.dispose()
    backups.restore(village.engine, settings, tmp_path / "hall.zip", at=AT)
    village.engine.dispose()
    state = everything(village.engine)
    assert len(state["item"]) == len(state["taken_number"]) - len(state["card"])


def test_founding_twice_is_refused_by_the_database(village: Village) -> None:
    founder = founding.Founder("other", "别人", "x")
    with pytest.raises(sa.exc.IntegrityError):
        database.write(village.engine, founding.found, code=village.hall.code, name="又一个", founder=founder, at=AT)
