"""International standard book numbers: brought to one form, and whether their last digit is right."""

import re
import unicodedata
from typing import Final

_SHAPE: Final = re.compile(r"(?:97[89])?[0-9]{9}[0-9X]")


def plain(text: str) -> str:
    """Bring a typed, printed or scanned ISBN to its bare digits."""
    return re.sub(r"[\s\-‐–—]|^ISBN[:：]?", "", unicodedata.normalize("NFKC", text).upper().strip())


def has_shape(isbn: str) -> bool:
    """Whether bare digits could be an ISBN at all, 10 or 13."""
    return _SHAPE.fullmatch(isbn) is not None


def is_right(isbn: str) -> bool:
    """Whether its check digit is right (ISO 2108); wrong ones are printed on real books and may be kept with a mark."""
    if not has_shape(isbn):
        return False
    if len(isbn) == 10:  # noqa: PLR2004  the older form
        return sum((10 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(isbn)) % 11 == 0
    return "X" not in isbn and sum((3 if place % 2 else 1) * int(digit) for place, digit in enumerate(isbn)) % 10 == 0
