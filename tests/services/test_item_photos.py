"""Photos of things: hostile ones refused with a word, kept behind the gate, gone when taken away."""

import io
import random
import zlib
from contextlib import suppress
from typing import Any

import pytest
from PIL import Image
from sqlmodel import Session, select

from models import JournalRow, Photo
from services import database, item_photos, photos
from services.refusals import ChangedMeanwhile, NotAllowed, PhotoTooLarge, PhotoUnreadable, ReasonMissing, Refusal, UnknownCode
from tests.cast import AT, Village, gesture
from tests.robust.dumps import everything


def shot(width: int = 2000, height: int = 1500, form: str = "JPEG", mode: str = "RGB", **saved: Any) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(out, form, **saved)
    return out.getvalue()


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts)


def keep(village: Village, **facts: Any) -> Any:
    said = {"item_id": village.item_id("erhu"), "photo": photos.small(shot()), "note": "弓毛断了"}
    return do(village, item_photos.keep, **said | facts)


def lines(village: Village, what: str = "erhu", **facts: Any) -> list[item_photos.Kept]:
    return database.read(village.engine, item_photos.of_item, **{"item_id": village.item_id(what), "by": village.zhou} | facts)


@pytest.mark.parametrize(("form", "mode"), [("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("WEBP", "RGB"), ("JPEG", "CMYK")])
def test_a_picture_of_any_kind_becomes_a_small_jpeg(form: str, mode: str) -> None:
    made = photos.small(shot(form=form, mode=mode))
    again = Image.open(io.BytesIO(made.jpeg))
    assert (again.format, again.mode, again.size) == ("JPEG", "RGB", (made.width, made.height))
    assert len(made.jpeg) <= 400_000


def bomb() -> bytes:
    """30,000 by 30,000 pixels in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = (30_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"MZ" + b"\0" * 100, PhotoUnreadable),
        (b"RIFF\x10\0\0\0WAVEfmt ", PhotoUnreadable),
        (shot(form="GIF", mode="P"), PhotoUnreadable),
        (shot(form="TIFF"), PhotoUnreadable),
        (shot()[:3000], PhotoUnreadable),
        (shot(form="PNG")[:900], PhotoUnreadable),
        (bomb(), PhotoTooLarge),
    ],
)
def test_what_is_hostile_is_refused_with_one_word(data: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises((refusal, PhotoTooLarge, PhotoUnreadable)):
        photos.small(data)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data", "ignore:Possibly corrupt EXIF data")
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("seed", range(25))
def test_a_damaged_photo_is_a_photo_or_refused_and_nothing_else(form: str, seed: int) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Some Phone"
    dice, data = random.Random(seed), bytearray(shot(600, 400, form=form, exif=exif))
    for _ in range(20):
        data[dice.randrange(4, min(len(data), 400 if seed % 2 else len(data)))] = dice.randrange(256)
    with suppress(PhotoUnreadable, PhotoTooLarge):
        assert photos.small(bytes(data)).jpeg.startswith(b"\xff\xd8\xff")


def test_a_photo_of_a_thing_is_kept_and_seen_by_staff_alone(village: Village) -> None:
    press = gesture()
    photo_id = keep(village, gesture=press)
    assert keep(village, gesture=press) == photo_id
    assert keep(village, item_id=village.item_id("drums")) != photo_id
    (line,) = lines(village)
    assert (line.photo_id, line.note) == (photo_id, "弓毛断了")
    assert database.read(village.engine, photos.jpeg, photo_id=photo_id, by=village.zhou).startswith(b"\xff\xd8\xff")
    before = everything(village.engine)
    with pytest.raises(NotAllowed):
        keep(village, by=village.kiosk)
    with pytest.raises(NotAllowed):
        lines(village, by=village.kiosk)
    with pytest.raises(UnknownCode):
        keep(village, item_id=gesture())
    assert everything(village.engine) == before


def test_a_photo_taken_away_is_gone_and_that_there_was_one_stays(village: Village) -> None:
    photo_id = keep(village)
    for refusal, facts in [
        (ReasonMissing, {"reason": " "}),
        (NotAllowed, {"by": village.kiosk}),
        (ChangedMeanwhile, {"photo_id": gesture()}),
    ]:
        with pytest.raises(refusal):
            do(village, item_photos.take_away, **{"photo_id": photo_id, "reason": "照到了孩子"} | facts)
    press = gesture()
    for _ in range(2):
        do(village, item_photos.take_away, photo_id=photo_id, reason="照到了孩子", gesture=press)
    with pytest.raises(PhotoUnreadable):
        database.read(village.engine, photos.jpeg, photo_id=photo_id, by=village.zhou)
    with pytest.raises(ChangedMeanwhile):
        do(village, item_photos.take_away, photo_id=photo_id, reason="照到了孩子")
    assert lines(village) == []
    with Session(village.engine) as session:
        assert session.get(Photo, photo_id).removed_by == village.staff["zhou"].id
        assert len(session.exec(select(JournalRow).where(JournalRow.verb == "photo_away")).all()) == 1
