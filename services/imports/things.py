"""Books and equipment from a file: each row held against the rules of the register, then all entered in one go."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from models import Medium
from services import codes, isbn, spelling
from services.accession import CLC, LONGEST, TitleForm, checked_title
from services.imports.checking import Checked, Place, Progress, Row, Wrong, check, whole
from services.imports.columns import Kind, Mapped
from services.imports.sheet import Sheet
from services.refusals import FactMissing, FactWrong, UnknownCode

MOST_COPIES: Final = 500
_YEAR: Final = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_PRICE: Final = re.compile(r"(?:CNY|RMB|[¥￥])?\s*(\d{1,7})(?:\.(\d{1,2})\d*)?\s*元?", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[A-Z]{2,4}")
_YES: Final = frozenset({"是", "√", "y", "yes", "1", "true", "成套"})
_LONGEST_CALL, _LONGEST_BATCH, _LONGEST_VOLUME = 60, 40, 40

TitleKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Thing:
    """A row of things: their title, and what is said of the copies."""

    title: TitleForm
    key: TitleKey
    spelled: dict[str, str]
    call_number: str
    volume: str
    copies: int
    counted: bool
    unit: str
    price_fen: int | None
    source: str
    batch: str
    room_id: UUID
    shelf: str
    barcode: str


def check_things(sheet: Sheet, kind: Kind, mapped: Mapped, place: Place, tell: Progress = lambda _: None) -> Checked:
    """Check a file of books or equipment; nothing of the database is asked but the rooms."""
    desk = _Desk(kind, place)
    return check(sheet, kind, mapped, desk.look, tell)


def key_of(medium: Medium, isbn_digits: str, name: str, author: str, publisher: str) -> TitleKey:
    """Tell when two rows are of one title: two works may share an ISBN, so the name counts as well."""
    return (medium, isbn_digits or spelling.folded(publisher), spelling.folded(name), spelling.folded(author))


class _Desk:
    """What is remembered from row to row: the barcodes seen, and how a name is spelled."""

    def __init__(self, kind: Kind, place: Place) -> None:
        self._kind, self._place = kind, place
        self._barcodes: set[str] = set()
        self._spelled: dict[TitleKey, dict[str, str]] = {}

    def look(self, row: Row) -> Thing:
        title = _title(self._kind, row)
        key = key_of(title.medium, title.isbn, title.name, title.author, title.publisher)
        spelled = self._spelled.get(key) or self._spelled.setdefault(key, spelling.found_by(title.name, title.author))
        copies = whole(row["copies"], "copies", least=1, most=MOST_COPIES, otherwise=1)
        barcode = self._barcode(row, copies)
        counted = self._kind is Kind.EQUIPMENT and row["counted"].casefold() in _YES
        return Thing(
            title, key, spelled, _fits(row, "call_number", _LONGEST_CALL), _fits(row, "volume", _LONGEST_VOLUME), copies, counted,
            _fits(row, "unit", LONGEST["unit"]) or ("件" if self._kind is Kind.EQUIPMENT else "册"),
            _fen(row["price"]), _fits(row, "source", LONGEST["source"]), _fits(row, "batch", _LONGEST_BATCH), self._room(row),
            _fits(row, "shelf", LONGEST["shelf"]), barcode,
        )  # fmt: skip

    def _room(self, row: Row) -> UUID:
        named = row["room"]
        room_id = self._place.rooms.get(named) if named else self._place.default_room
        if room_id is None:
            raise Wrong("room", "room" if named else "missing")
        return room_id

    def _barcode(self, row: Row, copies: int) -> str:
        if not row["barcode"]:
            return ""
        if copies > 1:
            raise Wrong("barcode", "barcode_of_many")
        try:
            alias = codes.read(row["barcode"]).alias
        except UnknownCode:
            alias = None
        if alias is None:
            raise Wrong("barcode", "barcode")
        if alias in self._barcodes:
            raise Wrong("barcode", "barcode_twice")
        self._barcodes.add(alias)
        return alias


def _title(kind: Kind, row: Row) -> TitleForm:
    medium = Medium.EQUIPMENT if kind is Kind.EQUIPMENT else Medium.BOOK
    class_number = row["class_number"].upper().replace(" ", "")
    form = TitleForm(
        name=row["name"], class_code=_class_code(kind, row, class_number), medium=medium, class_number=class_number, author=row["author"],
        publisher=row["publisher"], year=_year(row["year"]), isbn=_isbn(row), gb14885=row["gb14885"], audience=row["audience"],
    )  # fmt: skip
    try:
        return checked_title(form)
    except FactMissing as missing:
        raise Wrong(_fact(missing), "missing") from None
    except FactWrong as wrong:
        raise Wrong(_fact(wrong), _fact(wrong) if _fact(wrong) == "class_number" else "text") from None


def _fact(refusal: FactMissing | FactWrong) -> str:
    """A class is one column or two; its trouble is shown where it is usually written."""
    named = str(refusal.facts["field"])
    return "class_number" if named == "class_code" else named


def _class_code(kind: Kind, row: Row, class_number: str) -> str:
    if kind is Kind.EQUIPMENT:
        letters = _LETTERS.match(class_number)
        return letters.group() if letters else ("" if not class_number else "?")
    code = (row["class_code"][:1] or class_number[:1]).upper()
    if code and code not in CLC:
        raise Wrong("class_number" if not row["class_code"] else "class_code", "class_number")
    return code


def _isbn(row: Row) -> str:
    digits = isbn.plain(row["isbn"])
    if digits and not isbn.has_shape(digits):
        # Before ISBN there was a 统一书号: its title has no ISBN, and is entered all the same.
        row.mark("isbn", "isbn_shape")
        return ""
    if digits and not isbn.is_right(digits):
        row.mark("isbn", "isbn_digit")
    return digits


def _year(text: str) -> int | None:
    if not text:
        return None
    found = _YEAR.search(text)
    if found is None:
        raise Wrong("year", "year")
    return int(found.group())


def _fen(text: str) -> int | None:
    if not text:
        return None
    found = _PRICE.fullmatch(text.replace(",", ""))
    if found is None:
        raise Wrong("price", "price")
    return int(found.group(1)) * 100 + int((found.group(2) or "").ljust(2, "0"))


def _fits(row: Row, fact: str, longest: int) -> str:
    text = row[fact]
    if len(text) > longest or not text.isprintable():
        raise Wrong(fact, "text")
    return text
