"""Whatever is typed, scanned or shown to the camera: a refusal or an answer, never an error, and nothing half done."""

import io
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import qrcode
from PIL import Image

from models import ClosureReason, Condition, PatronKind
from services import (
    accession,
    accounts,
    cards,
    catalogue,
    circulation,
    closures,
    conditions,
    database,
    finding,
    keypad,
    losses,
    patrons,
    reports,
    staff,
    timetable,
    visit,
)
from services.accession import ItemForm, TitleForm
from services.refusals import Refusal
from services.registration import Form
from services.visit import Standing
from tests.cast import AT, Village, gesture
from ui.routes import decode

NASTY = {
    "empty": "",
    "blanks": " \t\u3000 ",
    "nul": "20000451\x00",
    "nul alone": "\x00",
    "controls": "\x01\x02\x1b[31m\x7f\u0085",
    "lone surrogate": "书\ud83d",
    "emoji": "👩‍👩‍👧‍👦🏮" * 5,
    "right to left": "\u202e1540002\u202c",
    "zero width": "2\u200b0000\ufeff451",
    "very long": "9" * 10_000,
    "very long words": "活着" * 5_000,
    "sql": "'; DROP TABLE loan; --",
    "percent": "100%_\\%",
    "format": "{0.__class__} %s %(name)s",
    "fts": '"活" OR NEAR(* ^ - : ) AND NOT',
    "fts quote": '"""*',
    "full width": "２０００００４５１",
    "arabic digits": "٢٠٠٠٠٤٥١",
    "superscript": "²0000451",
    "negative": "-1",
    "html": "<img src=x onerror=alert(1)>",
    "formula": "=1+1",
    "newlines": "a\r\nb\nc",
    "number of nobody": "430902106399" + "29999999",
}


def only_refusals(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except Refusal as refusal:
        return refusal


@pytest.fixture
def say(village: Village) -> Callable[..., Any]:
    """Do something at the desk and take what comes, as long as it is an answer."""

    def do(use_case: Callable[..., Any], **facts: Any) -> Any:
        facts = {"at": AT, "by": village.zhou, **facts}
        return only_refusals(lambda: database.write(village.engine, use_case, **{k: v for k, v in facts.items() if v is not None}))

    return do


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_garbage_anywhere_is_answered(text: str, village: Village, say: Callable[..., Any]) -> None:
    engine, hall_id = village.engine, village.hall.id
    mei, book, library = village.patrons["mei"].id, village.item_id("biancheng"), village.rooms["library"].id
    for standing in (Standing(), Standing(card_id=village.card_id("mei"))):
        assert isinstance(say(visit.scan, code=text, standing=standing, gesture=gesture(), by=village.kiosk), Refusal)
    only_refusals(lambda: database.read(engine, finding.find, hall_id=hall_id, text=text))
    only_refusals(lambda: database.read(engine, catalogue.search, hall_id=hall_id, text=text, at=AT))
    only_refusals(lambda: database.read(engine, patrons.find_patron, text=text, at=AT, by=village.zhou))
    for number, fact in ((text, "1234"), (village.cards["mei"].number, text), (text, text)):
        assert not isinstance(say(keypad.by_keypad, number=number, fact=fact, by=village.kiosk), str)
    knocked = database.write(engine, staff.knock, login=text, address="203.0.113.9", at=AT)
    assert not staff.fits(knocked, text)
    # A cookie is Latin-1 by the time it comes here.
    assert database.read(engine, staff.who, token=text.encode("latin-1", "replace").decode("latin-1"), at=AT) is None
    form = Form(name="新来的", birth_date=date(1990, 1, 1), phone="13700001111")
    for field in ("name", "phone", "pin", "villager_group", "guardian_name", "guardian_phone"):
        say(cards.register, form=replace(form, **{field: text}), gesture=gesture())
    sheet = database.read(engine, patrons.sheet, patron_id=mei, at=AT, by=village.zhou)
    say(patrons.correct, patron_id=mei, form=replace(sheet.form, villager_group=text), seen=sheet.seen)
    say(patrons.correct, patron_id=mei, form=sheet.form, seen=text)
    title = TitleForm(name="新书", class_code="I")
    for field in ("name", "class_code", "class_number", "author", "publisher", "isbn", "gb14885", "audience"):
        say(accession.add_title, form=replace(title, **{field: text}), gesture=gesture())
    say(accession.add_title, form=replace(title, volumes=(text,)), gesture=gesture())
    item = ItemForm(title_id=village.titles["biancheng"].id, home_room_id=library)
    for field, value in (("shelf", text), ("unit", text), ("source", text), ("aliases", (text,))):
        say(accession.add_item, form=replace(item, **{field: value}), gesture=gesture())
    say(accession.add_alias, item_id=book, code=text)
    say(circulation.check_out, item_id=village.item_id("dujia"), card_id=village.card_id("mei"), gesture=gesture(),
        overrides=frozenset({"reference_only"}), reason=text)  # fmt: skip
    say(reports.report, item_id=book, trouble=reports.Trouble.OTHER, note=text, gesture=gesture())
    say(conditions.mark, item_id=book, condition=Condition.DAMAGED, reason=text, gesture=gesture())
    say(accounts.add, login=text, name=text, role=village.staff["lan"].role, password_hash="x", hall_id=hall_id, by=None)
    say(timetable.add_season, name=text, first_day=date(2027, 6, 1), last_day=date(2027, 6, 2))
    lent = database.write(engine, circulation.check_out, item_id=village.item_id("huozhe"), card_id=village.card_id("old_li"), at=AT,
                          gesture=gesture(), by=village.kiosk)  # fmt: skip
    say(losses.write_off, loan_id=lent.loan_id, reason=text, gesture=gesture())
    plan = closures.Plan(ClosureReason.FORCE_MAJEURE, AT, AT.replace(hour=9), text, text, text)
    say(closures.announce, plan=plan, gesture=gesture())
    # The house still stands.
    assert say(circulation.check_out, item_id=village.item_id("weicheng"), card_id=village.card_id("old_li"), gesture=gesture()) is not None


def test_a_picture_that_is_none_or_half_of_one_holds_no_code() -> None:
    whole = io.BytesIO()
    qrcode.make("43090210639920000451").save(whole)
    jpeg = io.BytesIO()
    Image.open(io.BytesIO(whole.getvalue())).convert("RGB").save(jpeg, "JPEG")
    dice = random.Random(7)
    assert decode(jpeg.getvalue()) == "43090210639920000451"
    for picture in (whole.getvalue(), jpeg.getvalue()):
        for _ in range(400):
            spoilt = bytearray(picture[: dice.randrange(1, len(picture))] if dice.random() < 0.3 else picture)
            for _ in range(dice.randrange(1, 30)):
                spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
            assert decode(bytes(spoilt)) in {"", "43090210639920000451"}
    for noise in (b"", b"\xff\xd8\xff", b"GIF89a" + b"\0" * 100, b"<svg/>", bytes(dice.randrange(256) for _ in range(5_000))):
        assert decode(noise) == ""


def test_a_small_file_that_unfolds_into_a_huge_picture_is_not_unfolded() -> None:
    bomb = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 300_000
    assert decode(bomb.getvalue()) == ""


def test_a_temporary_guest_without_a_birth_date_is_no_error(village: Village, say: Callable[..., Any]) -> None:
    face = say(cards.register, form=Form(name="过路人", kind=PatronKind.TEMPORARY, phone="13700001111"), gesture=gesture())
    assert not isinstance(face, Refusal)
