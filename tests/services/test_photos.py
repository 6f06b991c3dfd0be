"""Photos that prove something: looked at by what they are, made small, and silent about where they were taken."""

import io
from uuid import UUID

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlmodel import Session

from models import Photo
from services import database, photos
from services.refusals import NotAllowed, PhotoTooLarge, PhotoUnreadable
from tests.cast import AT, Village, gesture


def taken(width: int = 3000, height: int = 2000, *, form: str = "JPEG", turned: bool = False) -> bytes:
    """What a phone takes: large, lying on its side, with the place it was taken at."""
    picture = Image.effect_noise((width, height), 60).convert("RGB")
    notes = Image.Exif()
    if turned:
        notes[0x0112] = 6
    notes[0x010F] = "Somebody's phone"
    notes.get_ifd(0x8825)[2] = (28.0, 35.0, 12.0)
    out = io.BytesIO()
    picture.save(out, form, exif=notes)
    return out.getvalue()


def test_a_photo_is_made_small_upright_and_silent() -> None:
    small = photos.small(taken(turned=True))
    with Image.open(io.BytesIO(small.jpeg)) as seen:
        assert (seen.format, seen.size, dict(seen.getexif())) == ("JPEG", (small.width, small.height), {})
        assert seen.height > seen.width
        assert 900 <= max(seen.size) <= 1600
    assert len(small.jpeg) <= 400_000
    assert b"phone" not in small.jpeg


def test_what_shines_through_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 30), (255, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(photos.small(out.getvalue()).jpeg)) as seen:
        assert seen.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"%PDF-1.7", b"GIF89a" + b"\0" * 40, taken(60, 40)[:300], b"\xff\xd8\xff" + b"\0" * 99])
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(PhotoUnreadable):
        photos.small(data)


def test_too_many_bytes_or_pixels_are_refused() -> None:
    with pytest.raises(PhotoTooLarge):
        photos.small(b"\xff\xd8" + b"\0" * 15_000_000)
    out = io.BytesIO()
    Image.new("1", (9000, 7000)).save(out, "PNG")
    with pytest.raises(PhotoTooLarge):
        photos.small(out.getvalue())


def test_the_same_photo_is_kept_once_and_by_staff_alone(village: Village) -> None:
    photo = photos.small(taken(300, 200))
    first, second = (database.write(village.engine, photos.keep, photo=photo, at=AT, by=village.zhou) for _ in range(2))
    assert isinstance(first, UUID)
    assert first == second
    assert database.read(village.engine, photos.jpeg, photo_id=first, by=village.zhou) == photo.jpeg
    with pytest.raises(NotAllowed):
        database.write(village.engine, photos.keep, photo=photo, at=AT, by=village.kiosk)
    with pytest.raises(PhotoUnreadable):
        database.read(village.engine, photos.jpeg, photo_id=gesture(), by=village.zhou)
    with Session(village.engine) as session:
        assert session.execute(sa.select(sa.func.count()).select_from(Photo)).scalar_one() == 1
