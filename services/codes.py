"""Numbers for life: what a label says, and what a scanner read.

A number is 8 digits: kind, six-digit serial, check digit. A QR puts the issuing hall's 12-digit code before it,
and a card's QR a 6-digit secret behind it.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final, Self

from services.refusals import UnknownCode

KIND: Final = {"card": "1", "book": "2", "equipment": "3", "ticket": "4", "box": "9"}

_ISSUER, _NUMBER, _SECRET = 12, 8, 6
_SERIALS = 1_000_000
# A scanner or a hostile label may send anything: longer text is not looked at, an old label's code is at most 40 characters.
_LONGEST_TEXT, _LONGEST_ALIAS = 120, 40
_ALIAS_SIGNS = frozenset("-._/:#+=?&%()*")

# The totally anti-symmetric quasigroup of order 10 of H. M. Damm's thesis (Marburg 2004):
# finds every wrong digit and every swap of neighbours; its diagonal is zero, so a number with its check digit ends in 0.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def check_digit(digits: str) -> str:
    """Give the digit that makes `digits` a valid number when put behind it."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return str(interim)


@dataclass(frozen=True)
class Number:
    """An 8-digit number: what is printed in clear under every QR."""

    kind: str
    serial: str
    check: str

    @classmethod
    def of(cls, kind: str, serial: int) -> Self:
        """Make the number of a kind's digit and a serial of 0–999999."""
        if kind not in KIND.values() or not 0 <= serial < _SERIALS:
            raise ValueError(f"no number for kind {kind!r}, serial {serial}")
        body = f"{kind}{serial:06d}"
        return cls(kind, body[1:], check_digit(body))

    @classmethod
    def draw(cls, kind: str) -> Self:
        """Draw a number at random: a card's or ticket's neighbours must not be guessed from it."""
        return cls.of(kind, secrets.randbelow(_SERIALS))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 8 digits as typed or printed; raises UnknownCode when the check digit or the kind is wrong."""
        digits = normal(text)
        if not _is_number(digits):
            raise UnknownCode
        return cls(digits[0], digits[1:7], digits[7])

    @property
    def digits(self) -> str:
        """The 8 digits without spaces, as stored."""
        return f"{self.kind}{self.serial}{self.check}"

    @property
    def clear(self) -> str:
        """The number as printed: `2 000045 1`."""
        return f"{self.kind} {self.serial} {self.check}"


@dataclass(frozen=True)
class Code:
    """What was scanned or typed: either a number (with issuer and secret if it was a QR) or an old label's alias."""

    issuer: str | None = None
    number: str = ""
    secret: str | None = None
    alias: str | None = None

    @property
    def is_card(self) -> bool:
        """Whether the number's kind digit says card."""
        return self.number.startswith(KIND["card"])


def read(text: str) -> Code:
    """Read what a scanner, a camera or a finger sent; raises UnknownCode for what cannot be any label of ours."""
    seen = normal(text)
    if seen.isdigit() and seen.isascii():
        if _is_number(seen):
            return Code(number=seen)
        issuer, number, secret = seen[:_ISSUER], seen[_ISSUER : _ISSUER + _NUMBER], seen[_ISSUER + _NUMBER :]
        if _is_number(number) and len(secret) == (_SECRET if secret else 0) and (number[0] == KIND["card"] or not secret):
            return Code(issuer, number, secret or None)
    return Code(alias=seen)


def normal(text: str) -> str:
    """Bring a scan to the one form codes and aliases are stored in; raises UnknownCode for what is no code at all."""
    if len(text) > _LONGEST_TEXT:
        raise UnknownCode
    seen = unicodedata.normalize("NFKC", text.strip("\r\n\t\0 \u3000\ufeff")).upper()
    seen = seen.replace(" ", "").replace("\t", "")
    if not 0 < len(seen) <= _LONGEST_ALIAS or not all(map(_may_stand_on_a_label, seen)):
        raise UnknownCode
    return seen


def clear(number: str) -> str:
    """Print 8 stored digits as `2 000045 1`."""
    return f"{number[0]} {number[1:7]} {number[7:]}"


def qr_text(issuer: str, number: str, secret: str = "") -> str:
    """Give the digits a QR holds: 20 for a thing, 26 for a card."""
    if len(issuer) != _ISSUER or len(number) != _NUMBER or len(secret) not in {0, _SECRET}:
        raise ValueError("a QR holds 12 + 8 digits, and 6 more on a card")
    return issuer + number + secret


def new_secret() -> str:
    """Draw the six digits that make a copied card number useless after a reissue."""
    return f"{secrets.randbelow(10**_SECRET):0{_SECRET}d}"


def _is_number(digits: str) -> bool:
    right = len(digits) == _NUMBER and digits.isascii() and digits.isdigit() and digits[0] in KIND.values()
    return right and check_digit(digits) == "0"


def _may_stand_on_a_label(sign: str) -> bool:
    return sign in _ALIAS_SIGNS or unicodedata.category(sign)[0] in "LN"
