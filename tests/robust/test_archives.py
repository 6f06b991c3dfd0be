"""Archives of halls that have lived: rows that refer to later ones, files that lie about themselves, and what is kept when all goes wrong."""

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from services import backups, circulation, database, item_photos, losses, photos, presence, schema
from services.settings import Settings
from tests.cast import AT, Village, gesture
from tests.robust import laws
from tests.robust.dumps import changes, everything


@pytest.fixture
def settings(village: Village, tmp_path: Path) -> Settings:
    url = village.engine.url.render_as_string(hide_password=False)
    if village.engine.dialect.name == "sqlite":
        url = f"sqlite:///{tmp_path / 'hall.db'}"
    return Settings(data_dir=tmp_path, database=url)  # type: ignore[arg-type]


def laws_of(village: Village) -> dict[str, str]:
    return database.read(village.engine, lambda session: laws.of(session.connection()))


def test_a_hall_that_has_lived_comes_back_whole_and_under_the_same_laws(village: Village, settings: Settings, tmp_path: Path) -> None:
    """A team's leader was corrected after the team was made, and a lost book was replaced: rows refer to rows written later."""
    picture = photos.Small(bytes(range(256)) * 1000, 4, 4)
    database.write(
        village.engine, item_photos.keep, item_id=village.item_id("erhu"), photo=picture, note="", at=AT, gesture=gesture(),
        by=village.zhou,
    )  # fmt: skip
    loan = database.write(
        village.engine, circulation.check_out, item_id=village.item_id("biancheng"), card_id=village.card_id("mei"), at=AT,
        gesture=gesture(), by=village.kiosk,
    )  # fmt: skip
    database.write(village.engine, losses.replace_in_kind, loan_id=loan.loan_id, reason="丢失", at=AT, gesture=gesture(), by=village.zhou)
    for touch in (
        "UPDATE patron SET villager_group = '三组' WHERE kind <> 'team'",
        "UPDATE item SET shelf = 'I-9' WHERE replaces_id IS NULL",
    ):
        database.write(village.engine, lambda session, touch=touch: session.execute(sa.text(touch)))
    before, under = everything(village.engine), laws_of(village)
    backups.back_up(village.engine, settings, tmp_path / "out.zip", at=AT)
    village.engine.dispose()
    with presence.alone(settings, village.engine):
        backups.restore(village.engine, settings, tmp_path / "out.zip", at=AT)
    village.engine.dispose()
    assert changes(before, everything(village.engine)) == {}
    assert laws_of(village) == under
    assert schema.look(village.engine).fit is schema.Fit.READY


def _older(file: Path) -> None:
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
        plain.commit()


def _noise(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:8192] + b"\xff" * 4096 + data[12288:])


def _other(file: Path) -> None:
    file.write_bytes(b"this is no database" * 1000)


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _no_hall(file: Path) -> None:
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("DROP TABLE journal")
        plain.commit()


@pytest.mark.parametrize("lie", [_older, _noise, _other, _empty, _no_hall])
def test_an_archive_whose_sums_are_right_and_whose_database_is_not_ours_is_refused(
    lie: Callable[[Path], None], file_village: Village, tmp_path: Path
) -> None:
    """Whoever can write an archive can write its sums: the database in it is looked at as well."""
    settings = Settings(data_dir=tmp_path, database=f"sqlite:///{tmp_path / 'hall.db'}")  # type: ignore[arg-type]
    (tmp_path / "apart").mkdir()
    archive, inner = tmp_path / "apart" / "hall.zip", tmp_path / "apart" / "hall.db"
    backups.back_up(file_village.engine, settings, archive, at=AT)
    with zipfile.ZipFile(archive) as old:
        inner.write_bytes(old.read("hall.db"))
        manifest = json.loads(old.read("manifest.json"))
    lie(inner)
    data = inner.read_bytes()
    manifest["parts"] = [{"path": "hall.db", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}]
    with zipfile.ZipFile(archive, "w") as new:
        new.writestr("hall.db", data)
        new.writestr("manifest.json", json.dumps(manifest))
    before = everything(file_village.engine)
    with pytest.raises(backups.NotABackup):
        backups.restore(file_village.engine, settings, archive, at=AT)
    assert everything(file_village.engine) == before
