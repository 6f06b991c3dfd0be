"""What stands on a label, and what a scanner may send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import codes
from services.codes import KIND, Code, Number
from services.refusals import UnknownCode

HALL = "430902106399"
BOOK = "20000451"
CARD = Number.of(KIND["card"], 123456).digits


def test_the_check_digit_is_that_of_the_thesis() -> None:
    assert codes.check_digit("572") == "4"
    assert codes.check_digit("2000045") == "1"


def test_a_number_is_printed_in_three_groups_and_read_back() -> None:
    number = Number.of(KIND["book"], 45)
    assert (number.clear, number.digits) == ("2 000045 1", BOOK)
    assert Number.parse(number.clear) == number
    assert codes.clear(BOOK) == "2 000045 1"


@given(st.sampled_from(sorted(KIND.values())), st.integers(0, 999_999))
def test_every_wrong_digit_and_every_swap_of_neighbours_is_found(kind: str, serial: int) -> None:
    digits = Number.of(kind, serial).digits
    for place in range(8):
        for wrong in set("0123456789") - {digits[place]}:
            with pytest.raises(UnknownCode):
                Number.parse(digits[:place] + wrong + digits[place + 1 :])
    for place in range(7):
        swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        if swapped != digits:
            with pytest.raises(UnknownCode):
                Number.parse(swapped)


@pytest.mark.parametrize(("kind", "serial"), [("5", 1), ("0", 1), ("12", 1), ("2", -1), ("2", 1_000_000)])
def test_no_number_is_made_outside_its_kind_and_range(kind: str, serial: int) -> None:
    with pytest.raises(ValueError, match="no number"):
        Number.of(kind, serial)


def test_drawn_serials_are_not_neighbours() -> None:
    drawn = [int(Number.draw(KIND["card"]).serial) for _ in range(50)]
    assert len(set(drawn)) > 45
    assert drawn != sorted(drawn)


@pytest.mark.parametrize(
    "sent",
    [
        BOOK,
        f"{BOOK}\r\n",
        f"\t{BOOK}\t",
        "  2 000045 1 ",
        "２０００００４５１".replace("２０", "２", 1),
        "２ ０００ ０４５ １\r",
        f"\ufeff{BOOK}\n",
        "2\u3000000045\u30001",
    ],
)
def test_a_typed_number_is_read_however_the_scanner_is_set(sent: str) -> None:
    assert codes.read(sent) == Code(number=BOOK)


def test_a_qr_of_a_thing_is_20_digits() -> None:
    text = codes.qr_text(HALL, BOOK)
    assert len(text) == 20
    assert codes.read(f"{text}\r\n") == Code(HALL, BOOK)
    assert not codes.read(text).is_card


def test_a_qr_of_a_card_is_26_digits() -> None:
    text = codes.qr_text(HALL, CARD, "012345")
    assert len(text) == 26
    assert codes.read(text) == Code(HALL, CARD, "012345")
    assert codes.read(text).is_card


def test_a_thing_has_no_secret_and_an_odd_length_is_an_old_label() -> None:
    assert codes.read(codes.qr_text(HALL, BOOK) + "012345").alias
    assert codes.read(codes.qr_text(HALL, CARD) + "0123").alias


@pytest.mark.parametrize(
    ("text", "alias"), [("cx-2019/0042\r\n", "CX-2019/0042"), ("ｃｘ２０１９", "CX2019"), ("图书 017", "图书017"), ("20000452", "20000452")]
)
def test_anything_else_that_could_be_a_label_is_an_old_label(text: str, alias: str) -> None:
    assert codes.read(text) == Code(alias=alias)


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "   \r\n",
        "\x00",
        "2000\x0045",
        "20000451\r\n20000451",
        "\x1b[2J",
        "📚📚📚",
        "'; DROP TABLE loan; --",
        "1 OR 1=1 --'",
        '<script>alert("x")</script>',
        "9" * 41,
        "9" * 10_000,
        " " * 10_000,
        "ﷺ" * 20,
        "\u202e15400002",
        "\ud800",
    ],
)
def test_what_can_be_no_label_is_refused(junk: str) -> None:
    with pytest.raises(UnknownCode):
        codes.read(junk)


@given(st.text(max_size=200))
def test_whatever_is_sent_is_read_or_refused_and_reading_twice_is_the_same(text: str) -> None:
    try:
        code = codes.read(text)
    except UnknownCode:
        return
    again = codes.read(code.alias or f"{code.issuer or ''}{code.number}{code.secret or ''}")
    assert again == code


def test_foreign_digits_are_no_number() -> None:
    assert codes.read("٢٠٠٠٠٤٥١").number == ""


def test_a_qr_of_the_wrong_length_is_never_drawn() -> None:
    for issuer, number, secret in (("1", BOOK, ""), (HALL, "1", ""), (HALL, CARD, "12345")):
        with pytest.raises(ValueError, match="QR holds"):
            codes.qr_text(issuer, number, secret)


def test_a_secret_is_six_digits_and_new_each_time() -> None:
    drawn = {codes.new_secret() for _ in range(30)}
    assert all(len(secret) == 6 and secret.isdigit() for secret in drawn)
    assert len(drawn) > 25
