"""Names, phones, card numbers and passwords stand in no error and in no log."""

import io
import logging
import traceback
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from models import Card, Patron, Staff, new_id
from services import cards, circulation, database, keypad, logs, schema, staff, visit
from services.refusals import Refusal
from services.registration import Form
from services.settings import Settings
from services.visit import Standing
from tests.cast import AT, PASSWORD, Village, gesture

NAME, PHONE = "慕容雪莲", "13912348765"


def _double_login(village: Village, session: Session) -> None:
    session.execute(sa.insert(Staff), {**village.staff["zhou"].model_dump(), "id": new_id(), "name": NAME})


def _no_birth_date(village: Village, session: Session) -> None:
    person = village.patrons["mei"].model_dump() | {"id": new_id(), "name": NAME, "phone": PHONE, "birth_date": None}
    session.execute(sa.insert(Patron), person)


def _nobodys_card(village: Village, session: Session) -> None:
    session.execute(sa.insert(Card), {**village.cards["mei"].model_dump(), "id": new_id(), "patron_id": new_id(), "secret": "918273"})


def _not_a_number(_: Village, session: Session) -> None:
    session.execute(sa.text("SELECT CAST(:name AS INTEGER) + 1 FROM nowhere_at_all"), {"name": NAME + PHONE})


def _not_a_uuid(village: Village, session: Session) -> None:
    if village.engine.dialect.name == "postgresql":
        session.execute(sa.text("SELECT CAST(CAST(:name AS text) AS uuid)"), {"name": NAME + PHONE})
    session.execute(sa.text("SELECT json_extract(:name, '$')"), {"name": NAME + PHONE})


@pytest.mark.parametrize("mistake", [_double_login, _no_birth_date, _nobodys_card, _not_a_number, _not_a_uuid])
def test_an_error_of_the_database_quotes_nobody(mistake: Any, village: Village) -> None:
    with pytest.raises(DBAPIError) as caught:
        database.write(village.engine, lambda session: mistake(village, session))
    told = "".join(traceback.format_exception(caught.value))
    lines = "\n".join(line for line in told.splitlines() if not line.startswith("    "))
    for secret in (NAME, PHONE, "918273", "13800001234", "王梅"):
        assert secret not in lines
    # It still says what was wrong.
    assert "Error" in lines


@pytest.fixture
def written(tmp_path: Path) -> Iterator[io.StringIO]:
    """All that this process logs, by whatever logger, at the finest level."""
    paper = io.StringIO()
    handler = logging.StreamHandler(paper)
    handler.setFormatter(logs._JsonLine("test"))
    root, level, spread = logging.getLogger(), logging.getLogger().level, logs.LOG.propagate
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logs.LOG.propagate, old = True, logs.LOG.level
    logs.LOG.setLevel(logging.DEBUG)
    try:
        yield paper
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        logs.LOG.setLevel(old)
        logs.LOG.propagate = spread


def attempt(engine: Engine, use_case: Any, **facts: Any) -> Any:
    """As the screens do it."""
    try:
        return database.write(engine, use_case, **facts)
    except Refusal as refusal:
        return refusal
    except Exception as error:  # noqa: BLE001  as the screens do it
        return logs.trouble(error)


def test_a_day_at_the_hall_leaves_no_name_in_the_log(village: Village, written: io.StringIO) -> None:
    engine, facts = village.engine, {"at": AT, "by": village.kiosk}
    form = Form(name=NAME, birth_date=date(1990, 1, 1), phone=PHONE, pin="7391")
    face = attempt(engine, cards.register, form=form, at=AT, by=village.zhou, gesture=gesture())
    here = Standing(card_id=face.card_id)
    for code in (
        face.qr_digits,
        village.code("biancheng"),
        village.code("biancheng"),
        "99999999999999999999",
        "<script>王梅\r\n伪造的一行",
    ):
        attempt(engine, visit.scan, code=code, standing=here, gesture=gesture(), **facts)
    for fact in ("7391", "8888"):
        attempt(engine, keypad.by_keypad, number=face.number, fact=fact, **facts)
    attempt(engine, _no_birth_date, village=village)
    attempt(engine, circulation.check_in, item_id=village.item_id("biancheng"), gesture=gesture(), **facts)
    knocked = database.write(engine, staff.knock, login="zhou", address="10.0.0.7", at=AT)
    assert staff.fits(knocked, PASSWORD)
    token = database.write(engine, staff.begin, staff_id=knocked.staff_id, login="zhou", address="10.0.0.7", at=AT)
    logs.trouble(ValueError(f"{NAME} {PHONE}"))
    told = written.getvalue()
    assert '"error"' in told
    card = village.cards["mei"]
    secrets = (NAME, "慕容", PHONE, "7391", face.number, face.qr_digits[-6:], "王梅", card.number, PASSWORD, token, "边城", "伪造的一行")
    assert [secret for secret in secrets if secret in told] == []


def test_a_line_of_the_log_is_one_line_whatever_is_in_it(written: io.StringIO) -> None:
    logs.note('scan\n{"event": "forged"}', code="a\r\nb\u2028c")
    assert written.getvalue().count("\n") == 1
    assert '"event": "forged"' not in written.getvalue()


def test_the_database_password_is_in_no_error_and_in_no_answer(pg_engine: Engine) -> None:
    secret = "Wasser-Krug-9"
    url = pg_engine.url.set(password=secret, username="nobody_there", host="127.0.0.1", port=1)
    engine = database.engine_for(url.render_as_string(hide_password=False))
    assert schema.look(engine).fit is schema.Fit.BROKEN
    with pytest.raises(DBAPIError) as caught:
        database.read(engine, lambda session: session.execute(sa.text("SELECT 1")))
    settings = Settings(database=url.render_as_string(hide_password=False))  # type: ignore[arg-type]
    shown = [*traceback.format_exception(caught.value), repr(engine), str(engine.url), repr(settings), settings.shown_url, str(settings)]
    assert [text for text in shown if secret in text] == []


def test_a_server_without_the_hall_is_missing_and_not_broken(pg_engine: Engine) -> None:
    engine = database.engine_for(pg_engine.url.set(database="no_such_hall").render_as_string(hide_password=False))
    assert schema.look(engine).fit is schema.Fit.MISSING
