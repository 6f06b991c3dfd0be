"""Photos of what was done: checked by what they are, made small, and without what their camera wrote into them."""

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from PIL import Image, ImageOps
from sqlmodel import Session

from models import Photo, new_id
from services.journal import Actor
from services.refusals import NotAllowed, PhotoTooLarge, PhotoUnreadable

_photo = Photo.__table__  # type: ignore[attr-defined]

MOST_MB: Final = 15
_MOST_PIXELS: Final = 60_000_000
_SIDE: Final = 1_600
_QUALITIES: Final = (82, 68, 50)
# The law of the table.
_ENOUGH: Final = 400_000
_FORMATS: Final = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Small:
    """A photo as it will be kept: a JPEG of at most 1600 pixels a side, turned upright, its camera's notes gone."""

    jpeg: bytes
    width: int
    height: int


def small(data: bytes) -> Small:
    """Make of an upload what may be kept; its name and what it calls itself are not asked. Raises PhotoTooLarge, PhotoUnreadable.

    Done before the transaction: nobody waits at the kiosk while a photo is made small.
    """
    if len(data) > MOST_MB * 1_000_000:
        raise PhotoTooLarge(most=MOST_MB)
    try:
        return _written(_bare(data))
    except PhotoTooLarge:
        raise
    except Exception as error:  # a hostile picture may break a decoder in any way it likes
        raise PhotoUnreadable from error


def keep(session: Session, *, photo: Small, at: datetime, by: Actor, once: bool = True) -> UUID:
    """Keep it; the same photo is kept once, unless it may have to be taken away from where it is shown.

    Part of the use case that needs it, which writes the journal. Raises NotAllowed.
    """
    if not by.is_staff:
        raise NotAllowed
    digest = hashlib.sha256(photo.jpeg).digest()
    same = sa.select(_photo.c.id).where(_photo.c.hall_id == by.hall_id, _photo.c.sha256 == digest, _photo.c.removed_at.is_(None)).limit(1)
    if once and (known := session.execute(same).scalar_one_or_none()) is not None:
        return UUID(str(known))
    photo_id = new_id()
    session.execute(sa.insert(_photo), {
        "id": photo_id, "hall_id": by.hall_id, "sha256": digest, "content": photo.jpeg, "width": photo.width,
        "height": photo.height, "at": at, "staff_id": by.staff_id,
    })  # fmt: skip
    return photo_id


def jpeg(session: Session, *, photo_id: UUID, by: Actor) -> bytes:
    """Give a photo of this hall. Raises PhotoUnreadable for none."""
    mine = sa.select(_photo.c.content).where(_photo.c.id == photo_id, _photo.c.hall_id == by.hall_id, _photo.c.removed_at.is_(None))
    kept = session.execute(mine).scalar_one_or_none()
    if kept is None:
        raise PhotoUnreadable
    return bytes(kept)


def _bare(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        if opened.width * opened.height > _MOST_PIXELS:
            raise PhotoTooLarge(most=MOST_MB)
        # A JPEG is read at a fraction of its size: a phone's photo would take 150 MB otherwise.
        opened.draft("RGB", (_SIDE, _SIDE))
        opened.thumbnail((_SIDE, _SIDE))
        # Turned when it is small: turning copies.
        upright = ImageOps.exif_transpose(opened)
        # Pixels alone go into a new picture: place, time and device stay behind.
        bare = Image.new("RGB", upright.size, "white")
        bare.paste(upright.convert("RGBA"), mask=upright.convert("RGBA").getchannel("A"))
        return bare


def _written(picture: Image.Image) -> Small:
    """Write it ever coarser, then ever smaller, until it is small enough to be kept."""
    while True:
        for quality in _QUALITIES:
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True)
            if len(out.getvalue()) <= _ENOUGH:
                return Small(out.getvalue(), picture.width, picture.height)
        picture = picture.resize((picture.width * 3 // 4, picture.height * 3 // 4))
