"""Registering a book as it comes: the title if it is new, its volumes and copies, and how it came; one tap, all of it or nothing."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Accession, Item, Medium, Title, UnifiedNumber, Volume
from services import accession, catalogue, clock, isbn, journal
from services.accession import ItemForm, TitleForm
from services.journal import Actor
from services.refusals import FactMissing, FactWrong

_title = Title.__table__  # type: ignore[attr-defined]
_volume = Volume.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_accession = Accession.__table__  # type: ignore[attr-defined]
_unified = UnifiedNumber.__table__  # type: ignore[attr-defined]

SOURCES: Final = {"delivered": "配送", "bought": "购买", "donated": "捐赠", "rotated": "流转", "in_kind": "赔书"}
"""How a book came, and the word the paper register has for it."""
MOST: Final = 60
"""Copies and volumes of one tap; more come as a file."""
_UNIFIED: Final = re.compile(r"[0-9]{4,6}·[0-9]{1,5}(-[0-9]{1,2})?")
_LONGEST: Final = {"batch": 40, "donor": 60}
DEAREST: Final = 100_000_00
"""In fen; what costs more was mistyped."""


@dataclass(frozen=True, slots=True)
class BookForm:
    """A book as it lies on the desk. `title_id` names a title that stands in the catalogue already: more copies of it.

    `as_printed` keeps an ISBN whose check digit is wrong; `volumes` above 1 makes a set; `copies` is how many of each.
    """

    room_id: UUID
    source: str
    title_id: UUID | None = None
    name: str = ""
    author: str = ""
    publisher: str = ""
    year: int | None = None
    isbn: str = ""
    as_printed: bool = False
    unified: str = ""
    class_code: str = ""
    class_number: str = ""
    volumes: int = 1
    copies: int = 1
    shelf: str = ""
    batch: str = ""
    purchase_fen: int | None = None
    donor: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of it: the title, its call number, and every number given out."""

    title_id: UUID
    name: str
    call_number: str
    items: tuple[UUID, ...]
    first: str
    last: str
    new_title: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A title that answers to an ISBN or a 统一书号; two works may share one."""

    title_id: UUID
    name: str
    author: str
    publisher: str
    call_number: str
    copies: int


def register(session: Session, *, form: BookForm, at: datetime, gesture: UUID, by: Actor) -> Entered:
    """Enter a book with all its volumes and copies.

    Raises FactMissing (name, class, source) and FactWrong: an ISBN with a wrong check digit that was not said to be printed so,
    a 统一书号 that is none, numbers that cannot be; and what `accession` refuses.
    """
    effect = journal.gesture_key(gesture, "book")
    if done := journal.before(session, hall_id=by.hall_id, gesture=effect).done:
        return again(done)
    _refuse_what_cannot_be(form)
    title_id = form.title_id or _new_title(session, form, at, gesture, by)
    items = [
        accession.add_item(session, form=_copy(form, title_id, volume), at=at, gesture=journal.gesture_key(gesture, volume, copy), by=by)
        for volume in _volumes_of(session, by.hall_id, title_id)
        for copy in range(form.copies)
    ]
    batch = form.batch.strip() or f"{clock.local_day(at):%Y%m%d}"
    came = {"hall_id": by.hall_id, "purchase_price_fen": form.purchase_fen, "batch": batch, "donor": form.donor.strip()}
    session.execute(sa.insert(_accession), [{"item_id": item.item_id, **came} for item in items])
    row = session.execute(sa.select(_title.c.name, _title.c.call_number).where(_title.c.id == title_id)).one()
    facts = {
        "title_id": str(title_id), "name": row.name, "call_number": row.call_number, "items": [str(item.item_id) for item in items],
        "first": items[0].number, "last": items[-1].number, "new_title": form.title_id is None,
    }  # fmt: skip
    journal.record(session, by, "book_register", at=at, subject="title", subject_id=title_id, gesture=effect, facts=facts)
    return again(facts)


def known(session: Session, *, text: str, by: Actor) -> list[Known]:
    """List the titles that answer to an ISBN, in its older or newer form, or to a 统一书号."""
    plain, unified = isbn.plain(text), plain_unified(text)
    codes = [code for code in (plain, _other_form(plain)) if code]
    if not codes and not unified:
        return []
    return [Known(*row) for row in session.execute(_known, {"hall_id": by.hall_id, "codes": codes or [""], "unified": unified})]


def suggested_class(session: Session, *, name: str, author: str, by: Actor) -> tuple[str, str] | None:
    """Guess main class and class number from what stands on the hall's own shelves: the same author, else words of the name."""
    ids: list[UUID] = []
    if author.strip():
        same = sa.select(_title.c.id).where(
            _title.c.hall_id == by.hall_id, _title.c.author == author.strip(), _title.c.medium == Medium.BOOK
        )
        # By the index of names there is none for authors: the catalogue's search finds them.
        found = catalogue.title_ids(session, hall_id=by.hall_id, text=author.strip(), most=_ALIKE)
        ids = list(session.execute(same.where(_title.c.id.in_(found))).scalars()) if found else []
    pairs = [name[place : place + 2] for place in range(min(len(name) - 1, _PAIRS))] if not ids else []
    for pair in pairs:
        ids += catalogue.title_ids(session, hall_id=by.hall_id, text=pair, most=_ALIKE)
    if not ids:
        return None
    rows = session.execute(
        sa.select(_title.c.id, _title.c.class_code, _title.c.class_number).where(_title.c.id.in_(ids), _title.c.medium == Medium.BOOK)
    )
    classes = {row.id: (row.class_code, row.class_number) for row in rows}
    votes = Counter(classes[title_id] for title_id in ids if title_id in classes)
    return votes.most_common(1)[0][0] if votes else None


_ALIKE: Final = 20
_PAIRS: Final = 8
_copies = sa.select(sa.func.count()).where(_item.c.hall_id == _title.c.hall_id, _item.c.title_id == _title.c.id).scalar_subquery()
_columns = (_title.c.id, _title.c.name, _title.c.author, _title.c.publisher, _title.c.call_number, _copies.label("copies"))
_known = sa.union(
    sa.select(*_columns).where(_title.c.hall_id == bindparam("hall_id"), _title.c.isbn.in_(bindparam("codes", expanding=True))),
    sa.select(*_columns).join(_unified, _unified.c.title_id == _title.c.id).where(
        _unified.c.hall_id == bindparam("hall_id"), _unified.c.code == bindparam("unified")
    ),
)  # fmt: skip


def _refuse_what_cannot_be(form: BookForm) -> None:
    if form.source not in SOURCES:
        raise FactMissing(field="source")
    if not (form.volumes >= 1 and form.copies >= 1 and form.volumes * form.copies <= MOST):
        raise FactWrong(field="copies")
    if form.purchase_fen is not None and not 0 <= form.purchase_fen <= DEAREST:
        raise FactWrong(field="purchase_price")
    for field, longest in _LONGEST.items():
        text = getattr(form, field)
        if len(text) > longest or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
            raise FactWrong(field=field)
    if form.title_id is not None:
        return
    if not form.name.strip():
        raise FactMissing(field="book_name")
    plain = isbn.plain(form.isbn)
    if plain and not (isbn.has_shape(plain) and (isbn.is_right(plain) or form.as_printed)):
        raise FactWrong(field="isbn")
    if form.unified.strip() and not plain_unified(form.unified):
        raise FactWrong(field="unified")
    if form.year is not None and not is_year(form.year):
        raise FactWrong(field="year")


def _new_title(session: Session, form: BookForm, at: datetime, gesture: UUID, by: Actor) -> UUID:
    volumes = tuple(_volume_name(number, form.volumes) for number in range(1, form.volumes + 1)) if form.volumes > 1 else ()
    title = TitleForm(
        name=form.name, class_code=form.class_number.strip()[:1] or form.class_code, class_number=form.class_number, author=form.author,
        publisher=form.publisher, year=form.year, isbn=isbn.plain(form.isbn), volumes=volumes,
    )  # fmt: skip
    made = accession.add_title(session, form=title, at=at, gesture=gesture, by=by)
    if code := plain_unified(form.unified):
        session.execute(sa.insert(_unified), {"title_id": made.title_id, "hall_id": by.hall_id, "code": code})
    return made.title_id


def is_year(year: int) -> bool:
    """Whether a village's printed books may be of that year."""
    return 1800 <= year <= 2200  # noqa: PLR2004  nothing printed before is on these shelves


def _volume_name(number: int, of: int) -> str:
    """上册 and 下册 for two, 上中下 for three, numbers beyond."""
    names = {2: "上下", 3: "上中下"}.get(of)
    return f"{names[number - 1]}册" if names else f"第{number}册"


def _volumes_of(session: Session, hall_id: UUID, title_id: UUID) -> list[int]:
    found = sa.select(_volume.c.number).where(_volume.c.hall_id == hall_id, _volume.c.title_id == title_id).order_by(_volume.c.number)
    return list(session.execute(found).scalars()) or [0]


def _copy(form: BookForm, title_id: UUID, volume: int) -> ItemForm:
    return ItemForm(title_id=title_id, home_room_id=form.room_id, volume=volume, shelf=form.shelf, source=SOURCES[form.source])


def plain_unified(text: str) -> str:
    """Bring 10019.1234, 10019·1234 or 10019・1234 to one form; empty for what is no 统一书号."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace(".", "·").replace("・", "·").replace("•", "·")
    return plain if _UNIFIED.fullmatch(plain) else ""


def _other_form(plain: str) -> str:
    """Give the 13-digit form of a right old ISBN, and the old form of a 978 one."""
    if not isbn.is_right(plain):
        return ""
    if len(plain) == 10:  # noqa: PLR2004  the older form
        body = f"978{plain[:9]}"
        return body + str(-sum((3 if place % 2 else 1) * int(digit) for place, digit in enumerate(body)) % 10)
    if not plain.startswith("978"):
        return ""
    body = plain[3:12]
    check = -sum((10 - place) * int(digit) for place, digit in enumerate(body)) % 11
    return body + ("X" if check == 10 else str(check))  # noqa: PLR2004  the tenth digit of ISO 2108


def again(done: dict[str, Any]) -> Entered:
    """Read back from the journal what was entered."""
    items = tuple(UUID(each) for each in done["items"])
    return Entered(UUID(done["title_id"]), done["name"], done["call_number"], items, done["first"], done["last"], done["new_title"])
