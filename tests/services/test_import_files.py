"""Files from outside: what can be read is read whole, what cannot is refused in one sentence before it costs anything."""

import io
import struct
import zipfile
from itertools import pairwise

import openpyxl
import pymarc
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from services import isbn
from services.imports import marc, sheet, templates
from services.imports.columns import COLUMNS, Kind, guess, kind_of
from services.refusals import (
    FileEmpty,
    FileHasFormulas,
    FileKindUnknown,
    FileNotWhatItSays,
    FileTooLarge,
    FileTooLong,
    FileTooWide,
    FileUnreadable,
    Refusal,
)
from services.words import LANGUAGES, words

TABLE = "题名,责任者,册数\r\n《镕喆堃玥䶮》,张三,2\r\n=1+1,,\r\n"
ROWS = (("《镕喆堃玥䶮》", "张三", "2"), ("=1+1", "", ""))


def book(*cells: tuple[int, int, object], formula: bool = False) -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as made:
        page = made.add_worksheet()
        for row, column, value in cells:
            page.write(row, column, value)
        if formula:
            page.write_formula(1, 0, "=1+1", value=2)
    return packed.getvalue()


SMALL = ((0, 0, "题名"), (0, 1, "出版年"), (1, 0, "边城"), (1, 1, 1934))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_in_any_usual_writing(encoding: str, separator: str) -> None:
    read = sheet.read("书.csv", TABLE.replace(",", separator).encode(encoding))
    assert (read.headings, read.rows, read.first) == (("题名", "责任者", "册数"), ROWS, 2)


def test_a_workbook_reads_as_it_looks() -> None:
    read = sheet.read("书.XLSX", book(*SMALL, (2, 1, 3.5), (3, 0, True)))
    assert read.headings == ("题名", "出版年")
    assert read.rows == (("边城", "1934"), ("", "3.5"), ("是", ""))


def test_rows_are_numbered_as_the_file_numbers_them() -> None:
    assert sheet.read("a.csv", b"\n\n\xe4\xb9\xa6\xe5\x90\x8d,b\n1,2\n").first == 4
    assert sheet.read("a.xlsx", book((3, 0, "题名"), (4, 0, "边城"))).first == 5


def far(row: int, column: str = "A") -> bytes:
    """A workbook whose one cell claims to stand anywhere: two rows in truth."""
    whole = book(*SMALL)
    return rezip(whole, lambda name, text: text.replace(b'r="A2"', f'r="{column}{row}"'.encode()) if "sheet1" in name else text)


def rezip(whole: bytes, change) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
    return packed.getvalue()


def bomb() -> bytes:
    return rezip(book(*SMALL), lambda name, text: text + b" " * 90_000_000 if "sheet1" in name else text)


def lying_bomb() -> bytes:
    """Its directory says a few bytes, its stream holds ninety million."""
    whole, small = bytearray(bomb()), (64).to_bytes(4, "little")
    place = whole.rfind(b"PK\x01\x02", 0, whole.index(b"xl/worksheets/sheet1.xml", whole.index(b"PK\x01\x02")))
    whole[place + 24 : place + 28] = small
    return bytes(whole)


def encrypted() -> bytes:
    whole = bytearray(book(*SMALL))
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = whole.index(mark)
        (flags,) = struct.unpack_from("<H", whole, start + place)
        struct.pack_into("<H", whole, start + place, flags | 1)
    return bytes(whole)


def scratched() -> bytes:
    """Its directory is whole, the packed bytes of its sheet are not: the decoder stumbles, not the reader of archives."""
    whole = bytearray(book(*((row, column, f"{row * column}") for row in range(200) for column in range(8))))
    with zipfile.ZipFile(io.BytesIO(whole)) as package:
        part = package.getinfo("xl/worksheets/sheet1.xml")
    begins = part.header_offset + 30 + len(part.filename)
    whole[begins : begins + part.compress_size // 2] = b"\xff" * (part.compress_size // 2)
    return bytes(whole)


REFUSED = {
    "nothing": ("a.csv", b"", FileEmpty),
    "only a mark": ("a.csv", b"\xef\xbb\xbf\r\n,,\r\n", FileEmpty),
    "only headings": ("a.csv", "题名,责任者\n".encode(), FileEmpty),
    "an empty workbook": ("a.xlsx", book(), FileEmpty),
    "an old workbook": ("a.xls", b"\xd0\xcf\x11\xe0" + b"x" * 100, FileKindUnknown),
    "a picture": ("a.png", b"\x89PNG....", FileKindUnknown),
    "no ending": ("books", TABLE.encode(), FileKindUnknown),
    "a table called a workbook": ("a.xlsx", TABLE.encode(), FileNotWhatItSays),
    "a workbook called a table": ("a.csv", book(*SMALL), FileNotWhatItSays),
    "an old workbook called a table": ("a.csv", b"\xd0\xcf\x11\xe0" + b"x" * 100, FileNotWhatItSays),
    "a workbook called a catalogue": ("a.iso", book(*SMALL), FileNotWhatItSays),
    "half a workbook": ("a.xlsx", book(*SMALL)[:2000], FileUnreadable),
    "a scratched workbook": ("a.xlsx", scratched(), FileUnreadable),
    "a zip that is no workbook": ("a.xlsx", rezip(book(*SMALL), lambda name, text: b"x"), FileUnreadable),
    "a workbook under a password": ("a.xlsx", encrypted(), FileUnreadable),
    "a table cut within a quotation": ("a.csv", '题名\n"边城'.encode(), FileUnreadable),
    "a table cut within a character": ("a.csv", "题名\n边城".encode()[:-1] + b"\xff", FileUnreadable),
    "bytes": ("a.csv", bytes(range(256)) * 9, FileUnreadable),
    "a zip bomb": ("a.xlsx", bomb(), FileTooLarge),
    "a zip bomb that lies": ("a.xlsx", lying_bomb(), FileUnreadable),
    "twenty-one megabytes": ("a.csv", b"x" * 21_000_000, FileTooLarge),
    "a cell in the last row": ("a.xlsx", far(1_048_576), FileTooLong),
    "a cell in the last column": ("a.xlsx", far(2, "XFD"), FileTooWide),
    "three hundred columns": ("a.xlsx", book(*((row, column, "x") for row in (0, 1) for column in range(300))), FileTooWide),
    "three hundred columns in a table": ("a.csv", (",".join("x" * 300) + "\n").encode() * 2, FileTooWide),
    "fifty thousand and one rows": ("a.csv", "题名\n".encode() + b"x\n" * 50_001, FileTooLong),
    "a formula": ("a.xlsx", book(*SMALL, formula=True), FileHasFormulas),
    "no record": ("a.mrc", b"hello, this is no catalogue", FileUnreadable),
}


@pytest.mark.parametrize(("name", "data", "refusal"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_in_one_sentence(name: str, data: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        sheet.read(name, data)
    for lang in LANGUAGES:
        kindly = words(lang).refused(refused.value)
        assert kindly.say.count("。" if lang == "zh-CN" else ". ") <= 1
        assert "{" not in kindly.say + kindly.next


@given(st.binary(max_size=400), st.sampled_from([".csv", ".xlsx", ".mrc"]))
def test_no_bytes_break_the_reader(data: bytes, ending: str) -> None:
    for start in (b"", b"PK\x03\x04"):
        try:
            read = sheet.read("a" + ending, start + data)
        except Refusal:
            continue
        assert all(len(row) == len(read.headings) for row in read.rows)


def record(*fields: tuple[str, str], encoding: str = "utf-8") -> bytes:
    """One ISO 2709 record made by pymarc; its tags and lengths are pymarc's."""
    made = pymarc.Record(force_utf8=True)
    for tag, parts in fields:
        pairs = [pymarc.Subfield(part[0], part[1:]) for part in parts.split("$")[1:]]
        made.add_field(pymarc.Field(tag=tag, indicators=pymarc.Indicators(" ", " "), subfields=pairs))
    whole = made.as_marc()
    return whole if encoding == "utf-8" else again_in(whole, encoding)


def again_in(whole: bytes, encoding: str) -> bytes:
    """The same record with its fields in another encoding, lengths and directory made anew."""
    base = int(whole[12:17])
    tags = [whole[place : place + 3] for place in range(24, base - 1, 12)]
    texts = [text.decode().encode(encoding) + b"\x1e" for text in whole[base:-1].split(b"\x1e")[:-1]]
    starts = [sum(map(len, texts[:place])) for place in range(len(texts) + 1)]
    directory = (
        b"".join(tag + b"%04d%05d" % (end - start, start) for tag, (start, end) in zip(tags, pairwise(starts), strict=True)) + b"\x1e"
    )
    body = b"".join(texts) + b"\x1d"
    base = 24 + len(directory)
    return b"%05d" % (base + len(body)) + whole[5:12] + b"%05d" % base + whole[17:24] + directory + body


CHINESE = (
    ("010", "$a978-7-02-000220-7$dCNY59.70"), ("200", "$a红楼梦$e校注本$f曹雪芹著$g无名氏续$h上册"), ("210", "$a北京$c人民文学出版社$d2008.7"),
    ("690", "$aI242.4$v4"), ("905", "$bA001$bA002"),
)  # fmt: skip
FOREIGN = (
    ("020", "$a9787020002207 (pbk.)$cCNY59.70"), ("084", "$aI242.4$2clc"), ("100", "$aCao, Xueqin,"),
    ("245", "$aHong lou meng :$bxiao zhu ben /$cCao Xueqin zhu."), ("264", "$aBeijing :$bRen min wen xue,$c2008."),
)  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_chinese_catalogue_record(encoding: str) -> None:
    read = sheet.read("书目.iso", record(*CHINESE, encoding=encoding) + b"\r\n" + record(("200", "$a边城"), encoding="gb18030"))
    title = ("红楼梦：校注本", "曹雪芹著；无名氏续", "人民文学出版社", "2008", "978-7-02-000220-7", "59.70", "I242.4", "上册")
    assert read.rows == ((*title, "A001"), (*title, "A002"), ("边城", *[""] * 8))
    assert (kind_of(read), read.first) == (Kind.BOOKS, 1)


def test_a_marc21_record() -> None:
    (row,) = sheet.read("x.mrc", record(*FOREIGN)).rows
    assert row == ("Hong lou meng：xiao zhu ben", "Cao Xueqin zhu", "Ren min wen xue", "2008", "9787020002207", "59.70", "I242.4", "", "")


TEXT = st.text(st.characters(blacklist_categories=["Cc", "Cs"], blacklist_characters="$"), min_size=1, max_size=12)
FIELD = st.tuples(
    st.sampled_from(["010", "200", "210", "606", "690", "905"]),
    st.lists(st.tuples(st.sampled_from("abcdfg"), TEXT), min_size=1, max_size=4),
)


@given(st.lists(FIELD, min_size=1, max_size=8))
def test_our_reader_and_pymarc_read_the_same(fields: list) -> None:
    whole = record(*((tag, "".join(f"${code}{text}" for code, text in parts)) for tag, parts in fields))
    (ours,) = marc.records(whole)
    (theirs,) = pymarc.MARCReader(whole, force_utf8=True, to_unicode=True)
    assert [(field.tag, field.parts) for field in ours] == [
        (field.tag, tuple((part.code, part.value.strip()) for part in field.subfields)) for field in theirs.fields
    ]


@pytest.mark.parametrize("cut", [1, 5, 23, 30, 100])
def test_a_catalogue_file_that_is_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(FileUnreadable):
        sheet.read("x.iso", record(*CHINESE) * 2 + record(*CHINESE)[:-cut])


@pytest.mark.parametrize("kind", Kind)
def test_our_own_templates_are_understood(kind: Kind) -> None:
    made = templates.workbook(kind, "hint\nmore")
    for name, data in (("t.xlsx", made), ("t.csv", templates.comma_separated(kind))):
        read = sheet.read(name, data)
        assert kind_of(read) is kind
        assert set(guess(kind, read)) == {column.field for column in COLUMNS[kind]}
    opened = openpyxl.load_workbook(io.BytesIO(made))
    assert [cell.value.rstrip("*") for cell in opened.worksheets[0][1]] == [column.headings[0] for column in COLUMNS[kind]]


def test_headings_of_other_programs_are_understood() -> None:
    read = sheet.read("a.csv", "序号,书  名,作者,出版单位,定价,条形码,备注\n1,边城,沈从文,x,3,A1,\n".encode())
    assert guess(Kind.BOOKS, read) == {"name": 1, "author": 2, "publisher": 3, "price": 4, "barcode": 5}


def test_isbn_check_digits() -> None:
    for right in ("9787020002207", "702000220X", "080442957X"):
        assert isbn.is_right(right), right
        wrong = right[:-2] + str((int(right[-2]) + 1) % 10) + right[-1]
        assert not isbn.is_right(wrong)
    assert isbn.plain("ISBN 978-7-02-000220-7") == "9787020002207"
    assert not isbn.is_right("hello")
