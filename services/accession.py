"""Entering things in the register: nothing without a class and a number (R48); a number is for life."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Hall, Item, ItemAlias, Medium, Room, Title, Volume, new_id
from models.base import new_order
from services import codes, holds, journal, numbers, spelling
from services.journal import Actor
from services.refusals import FactMissing, FactWrong, UnknownCode

_title = Title.__table__  # type: ignore[attr-defined]
_volume = Volume.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_alias = ItemAlias.__table__  # type: ignore[attr-defined]
_hall = Hall.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]

CLC: Final = frozenset("ABCDEFGHIJKNOPQRSTUVXZ")
"""The 22 main classes of the Chinese Library Classification."""
_ISBN: Final = re.compile(r"(97[89])?[0-9]{9}[0-9X]")
_OWN_CLASS: Final = re.compile(r"[A-Z]{2,4}")
_CLASS_NUMBER: Final = re.compile(r"[A-Z]{1,4}[0-9A-Z.\-=()\"+:]{0,36}")
LONGEST: Final = {"name": 200, "author": 200, "publisher": 120, "gb14885": 12, "audience": 20, "shelf": 40, "unit": 8, "source": 40}


@dataclass(frozen=True, slots=True)
class TitleForm:
    """A title as written down at the desk; `class_number` is the finer class, empty for the main class alone."""

    name: str
    class_code: str
    medium: Medium = Medium.BOOK
    class_number: str = ""
    author: str = ""
    publisher: str = ""
    year: int | None = None
    isbn: str = ""
    gb14885: str = ""
    audience: str = ""
    adults_only: bool = False
    volumes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogued:
    """A title in the catalogue, and the call number that is its alone."""

    title_id: UUID
    call_number: str


@dataclass(frozen=True, slots=True)
class ItemForm:
    """A copy, or a counted set under one number, as it comes to the desk."""

    title_id: UUID
    home_room_id: UUID
    volume: int = 0
    shelf: str = ""
    reference_only: bool = False
    counted: bool = False
    quantity: int = 1
    unit: str = "册"
    source: str = ""
    aliases: tuple[str, ...] = ()
    replaces_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """A thing in the register: its number as stored, as printed, and as its QR says it."""

    item_id: UUID
    number: str
    clear: str
    qr: str
    copy_no: int


def add_title(session: Session, *, form: TitleForm, at: datetime, gesture: UUID, by: Actor) -> Catalogued:
    """Catalogue a title under the next call number of its class, like I242.4/3.

    Raises FactMissing (name, class) and FactWrong for what cannot be.
    """
    effect = journal.gesture_key(gesture, "add_title")
    if done := journal.before(session, hall_id=by.hall_id, gesture=effect).done:
        return Catalogued(UUID(done["title_id"]), done["call_number"])
    form = checked_title(form)
    title_id = new_id()
    call_number = next_call_number(session, hall_id=by.hall_id, class_code=form.class_code, class_number=form.class_number)
    row = {
        "id": title_id, "hall_id": by.hall_id, "search_no": new_order(), "medium": form.medium, "name": form.name, "author": form.author,
        "publisher": form.publisher, "year": form.year, "isbn": form.isbn, "class_code": form.class_code, "class_number": form.class_number,
        "gb14885": form.gb14885, "call_number": call_number, "audience": form.audience, "adults_only": form.adults_only,
        **spelling.found_by(form.name, form.author),
    }  # fmt: skip
    session.execute(sa.insert(_title), row)
    parts = [
        {"id": new_id(), "hall_id": by.hall_id, "title_id": title_id, "number": number, "label": label}
        for number, label in enumerate(form.volumes, start=1)
    ]
    if parts:
        session.execute(sa.insert(_volume), parts)
    facts = {"title_id": str(title_id), "call_number": call_number}
    journal.record(session, by, "title_add", at=at, subject="title", subject_id=title_id, gesture=effect, facts=facts)
    return Catalogued(title_id, call_number)


def add_item(session: Session, *, form: ItemForm, at: datetime, gesture: UUID, by: Actor) -> Registered:
    """Number a copy (or a set of like things) and enter it; the number was never used before and never will be again.

    Raises FactMissing (volume, of a set) and FactWrong for what cannot be, an alias that another thing answers to among it.
    """
    effect = journal.gesture_key(gesture, "add_item")
    if done := journal.before(session, hall_id=by.hall_id, gesture=effect).done:
        return registered(session, UUID(done["item_id"]))
    medium = _checked_item(session, by.hall_id, form := replace(form, shelf=form.shelf.strip(), source=form.source.strip()))
    aliases = _checked_aliases(session, by.hall_id, form.aliases)
    issuer = session.execute(sa.select(_hall.c.code).where(_hall.c.id == by.hall_id)).scalar_one()
    kind = "equipment" if medium is Medium.EQUIPMENT else "book"
    row = {
        "id": new_id(), "hall_id": by.hall_id, "title_id": form.title_id, "volume": form.volume,
        "copy_no": _next_copy(session, by.hall_id, form),
        "issuer_code": issuer, "number": numbers.next_in_row(session, issuer_code=issuer, kind=kind), "item_class": medium,
        "home_room_id": form.home_room_id, "shelf": form.shelf, "reference_only": form.reference_only, "counted": form.counted,
        "quantity": form.quantity, "unit": form.unit, "source": form.source, "replaces_id": form.replaces_id, "registered_at": at,
    }  # fmt: skip
    session.execute(sa.insert(_item), row)
    for code in aliases:
        session.execute(sa.insert(_alias), {"id": new_id(), "hall_id": by.hall_id, "item_id": row["id"], "code": code})
    facts = {"item_id": str(row["id"]), "number": row["number"]}
    journal.record(session, by, "item_add", at=at, subject="item", subject_id=row["id"], gesture=effect, facts=facts)
    # Somebody may have waited for just this one.
    holds.pass_on(session, item_id=row["id"], at=at, by=by)
    return registered(session, row["id"])


def add_alias(session: Session, *, item_id: UUID, code: str, at: datetime, by: Actor) -> None:
    """Let a thing answer to its old label as well. Raises UnknownCode, FactWrong."""
    if session.execute(sa.select(_item.c.id).where(_item.c.id == item_id, _item.c.hall_id == by.hall_id)).one_or_none() is None:
        raise UnknownCode
    (alias,) = _checked_aliases(session, by.hall_id, (code,))
    session.execute(sa.insert(_alias), {"id": new_id(), "hall_id": by.hall_id, "item_id": item_id, "code": alias})
    journal.record(session, by, "alias_add", at=at, subject="item", subject_id=item_id, facts={"code": alias})


def registered(session: Session, item_id: UUID) -> Registered:
    """Read what was registered."""
    row: Any = session.execute(sa.select(_item.c.issuer_code, _item.c.number, _item.c.copy_no).where(_item.c.id == item_id)).one()
    return Registered(item_id, row.number, codes.clear(row.number), codes.qr_text(row.issuer_code, row.number), row.copy_no)


def next_call_number(session: Session, *, hall_id: UUID, class_code: str, class_number: str) -> str:
    """Give the call number after the highest of its class: class/serial, no author in it, never one that stands already."""
    start = f"{class_number or class_code}/"
    facts = {"hall_id": hall_id, "class_code": class_code, "class_number": class_number}
    highest = max((_serial(number, start) for number in session.execute(_of_class, facts).scalars()), default=0)
    # Numbers that were written by hand, or stand under another class, are passed over.
    while session.execute(_stands, {"hall_id": hall_id, "call_number": f"{start}{highest + 1}"}).first():
        highest += 1
    return f"{start}{highest + 1}"


def _serial(call_number: str, start: str) -> int:
    """Read the 3 of I242.4/3 and of I242.4/3-2; 0 for what is numbered otherwise."""
    serial = call_number.removeprefix(start).split("-")[0] if call_number.startswith(start) else ""
    return int(serial) if serial.isascii() and serial.isdigit() else 0


_of_class = sa.select(_title.c.call_number).where(
    _title.c.hall_id == bindparam("hall_id"),
    _title.c.class_code == bindparam("class_code"),
    _title.c.class_number == bindparam("class_number"),
)
_stands = sa.select(_title.c.id).where(_title.c.hall_id == bindparam("hall_id"), _title.c.call_number == bindparam("call_number"))


def checked_title(form: TitleForm) -> TitleForm:
    """Give a title's facts in the form they are kept. Raises FactMissing (name, class) and FactWrong."""
    form = replace(
        form, name=form.name.strip(), author=form.author.strip(), publisher=form.publisher.strip(),
        class_code=form.class_code.strip().upper(), class_number=form.class_number.strip().upper(),
        isbn=form.isbn.replace("-", "").replace(" ", "").upper(),
        volumes=tuple(label.strip() for label in form.volumes),
    )  # fmt: skip
    for field in ("name", "class_code"):
        if not getattr(form, field):
            raise FactMissing(field=field)
    _refuse_odd_text(form, ("name", "author", "publisher", "gb14885", "audience"))
    own = form.medium is Medium.EQUIPMENT
    if not (_OWN_CLASS.fullmatch(form.class_code) if own else form.class_code in CLC):
        raise FactWrong(field="class_code")
    if form.class_number and not (_CLASS_NUMBER.fullmatch(form.class_number) and form.class_number.startswith(form.class_code)):
        raise FactWrong(field="class_number")
    # Wrong check digits are common and may be kept (a later screen marks them); what is no ISBN at all may not.
    if form.isbn and not _ISBN.fullmatch(form.isbn):
        raise FactWrong(field="isbn")
    if any(not label or len(label) > 40 or not label.isprintable() for label in form.volumes):  # noqa: PLR2004  the column's length
        raise FactWrong(field="volumes")
    return form


def _checked_item(session: Session, hall_id: UUID, form: ItemForm) -> Medium:
    # The title is locked, so that no two copies of it get the same copy number.
    question = sa.select(_title.c.medium).where(_title.c.id == form.title_id, _title.c.hall_id == hall_id).with_for_update(key_share=True)
    medium = session.execute(question).scalar_one_or_none()
    if medium is None:
        raise FactWrong(field="title")
    if session.execute(sa.select(_room.c.id).where(_room.c.id == form.home_room_id, _room.c.hall_id == hall_id)).one_or_none() is None:
        raise FactWrong(field="room")
    _refuse_odd_text(form, ("shelf", "unit", "source"))
    volumes = (
        session.execute(sa.select(_volume.c.number).where(_volume.c.hall_id == hall_id, _volume.c.title_id == form.title_id))
        .scalars()
        .all()
    )
    if volumes and not form.volume:
        raise FactMissing(field="volume")
    if form.volume and form.volume not in volumes:
        raise FactWrong(field="volume")
    if form.quantity < 1 or (form.quantity > 1 and not form.counted):
        raise FactWrong(field="quantity")
    return Medium(medium)


def _checked_aliases(session: Session, hall_id: UUID, texts: Iterable[str]) -> Sequence[str]:
    """Bring old labels' codes to the form a scan is read in; one that would be read as a number of ours can be no alias."""
    aliases = []
    for text in texts:
        try:
            alias = codes.read(text).alias
        except UnknownCode:
            alias = None
        known = sa.select(_alias.c.id).where(_alias.c.hall_id == hall_id, _alias.c.code == alias)
        if alias is None or alias in aliases or session.execute(known).first():
            raise FactWrong(field="alias")
        aliases.append(alias)
    return aliases


def _refuse_odd_text(form: TitleForm | ItemForm, fields: Iterable[str]) -> None:
    for field in fields:
        text = getattr(form, field)
        if len(text) > LONGEST[field] or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
            raise FactWrong(field=field)


def _next_copy(session: Session, hall_id: UUID, form: ItemForm) -> int:
    same = (_item.c.hall_id == hall_id, _item.c.title_id == form.title_id, _item.c.volume == form.volume)
    return int(session.execute(sa.select(sa.func.max(_item.c.copy_no)).where(*same)).scalar() or 0) + 1
