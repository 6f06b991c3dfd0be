"""CNMARC and MARC21 in ISO 2709: our own reader, UTF-8 or GB18030 field by field, since one file often holds both."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.refusals import FileTooLong, FileUnreadable

HEADINGS: Final = ("题名", "责任者", "出版社", "出版年", "ISBN", "单价", "分类号", "卷册", "原有条形码")
"""What a record is laid out under, so that a catalogue file is checked like any table."""
_LEADER: Final = 24
_ENTRY: Final = 12
_FIELD_END, _RECORD_END, _PART = b"\x1e", b"\x1d", b"\x1f"
_YEAR: Final = re.compile(r"(?:1[5-9]|20)\d\d")
_PRICE: Final = re.compile(r"\d+(?:\.\d+)?")
_PUNCTUATION: Final = " /:;,=."


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its tag and its subfields in their order; a control field has one, under an empty code."""

    tag: str
    parts: tuple[tuple[str, str], ...]

    def first(self, *codes: str) -> str:
        """Give the first subfield of any of these codes."""
        return next((text for code, text in self.parts if code in codes), "")

    def every(self, code: str) -> list[str]:
        """Give all subfields of a code."""
        return [text for found, text in self.parts if found == code]


Record = tuple[Field, ...]


def records(data: bytes) -> Iterator[Record]:
    """Read one record after another. Raises FileUnreadable at the first that is cut off or contradicts itself."""
    place = 0
    while place < len(data):
        if data[place : place + 1] in {b"\r", b"\n", b"\x00", b" ", b"\x1a"}:
            place += 1
            continue
        length = _number(data[place : place + 5])
        whole = data[place : place + length]
        if length <= _LEADER or len(whole) != length or not whole.endswith(_RECORD_END):
            raise FileUnreadable
        yield _record(whole)
        place += length


def table(data: bytes, *, most: int) -> list[list[str]]:
    """Lay records out as a table under HEADINGS, one row for each copy that has a barcode, else one for the title."""
    lines = [list(HEADINGS)]
    for record in records(data):
        title = _cnmarc(record) if any(field.tag == "200" for field in record) else _marc21(record)
        lines += [[*title, barcode] for barcode in _barcodes(record) or [""]]
        if len(lines) > most + 1:
            raise FileTooLong(most=most)
    return lines


def _record(whole: bytes) -> Record:
    base = _number(whole[12:17])
    directory, body = whole[_LEADER : base - 1], whole[base:]
    if base <= _LEADER or len(directory) % _ENTRY or whole[base - 1 : base] != _FIELD_END:
        raise FileUnreadable
    fields = []
    for start in range(0, len(directory), _ENTRY):
        entry = directory[start : start + _ENTRY]
        length, offset = _number(entry[3:7]), _number(entry[7:12])
        text = body[offset : offset + length]
        if len(text) != length or not text.endswith(_FIELD_END):
            raise FileUnreadable
        fields.append(_field(entry[:3].decode("ascii", "replace"), text[:-1]))
    return tuple(fields)


def _field(tag: str, text: bytes) -> Field:
    if _PART not in text:
        return Field(tag, (("", _decoded(text)),))
    # Before the first part stand the indicators; they decide nothing that is asked here.
    parts = text.split(_PART)[1:]
    return Field(tag, tuple((chr(part[0]), _decoded(part[1:]).strip()) for part in parts if part))


def _decoded(text: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return text.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable


def _number(digits: bytes) -> int:
    if not digits.isdigit():
        raise FileUnreadable
    return int(digits)


def _cnmarc(record: Record) -> list[str]:
    title, printed, isbn = _only(record, "200"), _only(record, "210"), _only(record, "010")
    name = "：".join(part for part in (title.first("a"), title.first("e")) if part)
    author = "；".join(text for text in (title.first("f"), title.first("g")) if text) or _only(record, "701").first("a")
    volume = " ".join(text for text in (*title.every("h"), *title.every("i")) if text)
    price = _found(_PRICE, isbn.first("d"))
    return [
        name,
        author,
        printed.first("c"),
        _found(_YEAR, printed.first("d")),
        isbn.first("a"),
        price,
        _only(record, "690").first("a"),
        volume,
    ]


def _marc21(record: Record) -> list[str]:
    title, isbn = _only(record, "245"), _only(record, "020")
    printed = _only(record, "264") if any(field.tag == "264" for field in record) else _only(record, "260")
    name = "：".join(_bare(part) for part in (title.first("a"), title.first("b")) if part)
    author = _bare(title.first("c")) or _bare(_only(record, "100").first("a"))
    chinese = next((field for field in record if field.tag == "084" and field.first("2") in {"clc", ""}), Field("084", ()))
    return [
        name, author, _bare(printed.first("b")), _found(_YEAR, printed.first("c")), isbn.first("a").split(" ")[0],
        _found(_PRICE, isbn.first("c")), chinese.first("a"), _bare(title.first("n")),
    ]  # fmt: skip


def _barcodes(record: Record) -> list[str]:
    """Find the copies' old labels: 905$b as Chinese libraries write them, 876$p or 852$p as others do."""
    for tag, code in (("905", "b"), ("876", "p"), ("852", "p")):
        if found := [text for field in record if field.tag == tag for text in field.every(code) if text]:
            return found
    return []


def _only(record: Record, tag: str) -> Field:
    return next((field for field in record if field.tag == tag), Field(tag, ()))


def _bare(text: str) -> str:
    """Take MARC21's punctuation from the end of a part."""
    return text.strip(_PUNCTUATION)


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group() if found else ""
