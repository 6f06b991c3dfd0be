"""One archive holds a hall: its data, its files, and a manifest with the schema's revision and a checksum of everything."""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from services import clock, founding, schema, tables, zips
from services.settings import Settings

FORMAT: Final = 1
_PRIVATE: Final = 0o600
_MANIFEST, _SQLITE, _TABLES, _FILES = "manifest.json", "hall.db", "tables/", "files/"
_CHUNK: Final = 1 << 20
_NAME: Final = "yimen-%Y-%m-%d.zip"


class NotABackup(Exception):  # noqa: N818  an outcome, named for what it is
    """The archive is not ours, not whole, or not for this engine or this program; the reason says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the archive."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the archive says of itself."""

    format: int
    made_at: str
    program: str
    engine: str
    revision: str
    hall_code: str
    parts: tuple[Part, ...]


def back_up(engine: Engine, settings: Settings, file: Path, *, at: datetime) -> Manifest:
    """Write the hall into one archive, from one moment, while people go on lending; the file appears only when it is whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        half = Path(folder) / "half.zip"
        os.close(os.open(half, os.O_CREAT | os.O_EXCL, _PRIVATE))
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED, compresslevel=1, allowZip64=True) as archive:
            data = _dump_file(engine, Path(folder), archive) if engine.dialect.name == "sqlite" else _dump_tables(engine, archive)
            parts = [*data.parts, *_put_files(settings.data_dir / "files", archive)]
            manifest = Manifest(FORMAT, at.isoformat(), _program(), engine.dialect.name, data.revision, data.hall_code, tuple(parts))
            archive.writestr(_MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
        with half.open("rb") as whole:
            os.fsync(whole.fileno())
        half.replace(file)
    return manifest


@dataclass(frozen=True, slots=True)
class _Data:
    parts: tuple[Part, ...]
    revision: str
    hall_code: str


def _dump_file(engine: Engine, folder: Path, archive: zipfile.ZipFile) -> _Data:
    """Copy SQLite in one step: writers wait some milliseconds, and the copy is of one moment."""
    copy = folder / _SQLITE
    with engine.connect() as connection, closing(sqlite3.connect(copy)) as target:
        source: Any = connection.connection.driver_connection
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
    with closing(sqlite3.connect(copy)) as target:
        revision = _one(target, "SELECT version_num FROM alembic_version")
        code = _one(target, "SELECT code FROM hall LIMIT 1")
    return _Data((_put(archive, copy, _SQLITE),), revision, code)


def _one(connection: sqlite3.Connection, question: str) -> str:
    row = connection.execute(question).fetchone()
    return str(row[0]) if row else ""


def _dump_tables(engine: Engine, archive: zipfile.ZipFile) -> _Data:
    """Read every table of a server in one repeatable view, as lines of JSON."""
    parts = []
    with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as connection:
        revision = schema.revision_of(connection) or ""
        code = connection.execute(sa.text("SELECT code FROM hall LIMIT 1")).scalar_one_or_none() or ""
        for table in tables.in_order(connection):
            name = f"{_TABLES}{table.name}.jsonl"
            with archive.open(name, "w", force_zip64=True) as out:
                parts.append(_copied(tables.lines(connection, table), out, name))
    return _Data(tuple(parts), revision, str(code))


def _put_files(folder: Path, archive: zipfile.ZipFile) -> Iterator[Part]:
    for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if file.is_file() and not file.is_symlink():
            yield _put(archive, file, _FILES + file.relative_to(folder).as_posix())


def _put(archive: zipfile.ZipFile, file: Path, name: str) -> Part:
    with file.open("rb") as source, archive.open(name, "w", force_zip64=True) as out:
        return _copied(iter(lambda: source.read(_CHUNK), b""), out, name)


def _copied(chunks: Iterator[bytes], out: Any, name: str) -> Part:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        out.write(chunk)
    return Part(name, size, digest.hexdigest())


def _program() -> str:
    try:
        return version("yimen")
    except PackageNotFoundError:
        return "checkout"


# -- the way back ------------------------------------------------------------------------------------------------------


def restore(engine: Engine, settings: Settings, file: Path, *, at: datetime) -> Manifest:
    """Replace a hall's data and files by an archive's; what was there is kept beside it.

    Everything is unpacked, checked and migrated first: a refused archive changes nothing. Raises NotABackup.
    The caller holds presence.alone.
    """
    with _unpacked(file, settings.data_dir) as (folder, manifest):
        if manifest.engine != engine.dialect.name:
            raise NotABackup(f"made on {manifest.engine}, not {engine.dialect.name}")
        if manifest.revision not in schema.known():
            raise NotABackup(f"made by a newer program (revision {manifest.revision or 'none'})")
        if manifest.engine == "sqlite":
            _check_file(folder / _SQLITE, manifest)
            _replace_file(folder / _SQLITE, schema.file_of(settings.database_url) or Path(), at)
        else:
            _keep_tables(engine, settings, at)
            _replace_tables(engine, folder / _TABLES, manifest.revision)
        _replace_folder(folder / _FILES, settings.data_dir / "files", at)
    return manifest


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """What an archive says of itself. Raises NotABackup."""
    try:
        facts = json.loads(archive.read(_MANIFEST))
        manifest = Manifest(**{**facts, "parts": tuple(Part(**part) for part in facts["parts"])})
    except (KeyError, TypeError, *zips.DAMAGED) as error:
        raise NotABackup("no manifest of ours in it") from error
    if manifest.format != FORMAT:
        raise NotABackup(f"format {manifest.format} is unknown")
    return manifest


@contextmanager
def _unpacked(file: Path, near: Path) -> Iterator[tuple[Path, Manifest]]:
    """Every part unpacked and checked, in a folder on the disk where it will be needed."""
    near.mkdir(parents=True, exist_ok=True)
    try:
        archive = zipfile.ZipFile(file)
    except (FileNotFoundError, *zips.DAMAGED) as error:
        raise NotABackup("it cannot be read as an archive") from error
    # What goes wrong while the caller restores is not the archive's fault: nothing is caught around the yield.
    with archive, tempfile.TemporaryDirectory(dir=near, prefix=".restore-") as folder:
        manifest = read_manifest(archive)
        for part in manifest.parts:
            _unpack(archive, part, Path(folder))
        yield Path(folder), manifest


def _unpack(archive: zipfile.ZipFile, part: Part, folder: Path) -> None:
    target = (folder / part.path).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise NotABackup(f"{part.path} points outside")
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(part.path) as source, target.open("wb") as out:
            # Never more than the manifest promised: a swollen archive fills no disk.
            while size <= part.size and (chunk := source.read(_CHUNK)):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
    except (KeyError, *zips.DAMAGED) as error:
        raise NotABackup(f"{part.path} is missing or damaged") from error
    if (size, digest.hexdigest()) != (part.size, part.sha256):
        raise NotABackup(f"{part.path} is not what was backed up")


def _check_file(copy: Path, manifest: Manifest) -> None:
    """The unpacked database is sound, is what the manifest says, and this program can bring it up to date: all shown on the copy.

    Whoever can write an archive can write its checksums.
    """
    copy.chmod(_PRIVATE)
    try:
        with closing(sqlite3.connect(copy)) as connection:
            if (verdict := _one(connection, "PRAGMA integrity_check")) != "ok":
                raise NotABackup(f"the database in it is damaged: {verdict}")
            if _one(connection, "SELECT version_num FROM alembic_version") != manifest.revision:
                raise NotABackup("the database in it is of another revision than it says")
            connection.execute("PRAGMA journal_mode = WAL")
        engine = founding.open_or_make(f"sqlite:///{copy}")
        lacking = SQLModel.metadata.tables.keys() - set(sa.inspect(engine).get_table_names())
        engine.dispose()
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (sqlite3.DatabaseError, DBAPIError) as error:
        raise NotABackup("the database in it is damaged") from error
    if lacking:
        raise NotABackup(f"the database in it lacks {', '.join(sorted(lacking))}")


def _keep_tables(engine: Engine, settings: Settings, at: datetime) -> None:
    """What a server holds is written into an archive before it is replaced, as a file is laid aside."""
    if schema.look(engine).fit in {schema.Fit.READY, schema.Fit.STALE}:
        back_up(engine, settings, settings.data_dir / f"hall.before-{at:%Y%m%d-%H%M%S}.zip", at=at)


def _replace_tables(engine: Engine, folder: Path, revision: str) -> None:
    """All in one transaction: what does not fit leaves what was there."""
    try:
        tables.replace_all(engine, folder, revision)
    except (DBAPIError, FileNotFoundError, KeyError, ValueError) as error:
        raise NotABackup(f"its tables do not fit ({type(error).__name__})") from error


def _replace_file(copy: Path, database_file: Path, at: datetime) -> None:
    database_file.parent.mkdir(parents=True, exist_ok=True)
    if database_file.exists():
        # Fold the log into the file, so that what is kept aside is one whole file.
        with closing(sqlite3.connect(database_file)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database_file.replace(_aside(database_file, at))
    for leftover in ("-wal", "-shm"):
        database_file.with_name(database_file.name + leftover).unlink(missing_ok=True)
    shutil.move(copy, database_file)
    _sync_folder(database_file.parent)


def _replace_folder(unpacked: Path, folder: Path, at: datetime) -> None:
    if folder.exists():
        folder.replace(_aside(folder, at))
    if unpacked.exists():
        unpacked.replace(folder)


def _aside(path: Path, at: datetime) -> Path:
    return path.with_name(f"{path.name}.before-{at:%Y%m%d-%H%M%S}")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# -- every day ---------------------------------------------------------------------------------------------------------


def daily(engine: Engine, settings: Settings, *, at: datetime) -> Path | None:
    """Today's backup, if there is none yet; the oldest beyond the number to keep go. None when there was nothing to do."""
    today = settings.backups / clock.local(at).strftime(_NAME)
    if today.exists():
        return None
    settings.backups.mkdir(parents=True, exist_ok=True, mode=0o700)
    back_up(engine, settings, today, at=at)
    for old in sorted(settings.backups.glob("yimen-????-??-??.zip"))[: -settings.keep_backups]:
        old.unlink()
    return today


def newest(settings: Settings) -> date | None:
    """The day of the newest daily backup."""
    names = sorted(file.name for file in settings.backups.glob("yimen-????-??-??.zip"))
    return datetime.strptime(names[-1], _NAME).replace(tzinfo=clock.SHANGHAI).date() if names else None
