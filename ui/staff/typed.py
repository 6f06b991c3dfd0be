"""A day typed by hand, read as people write it; what cannot be read is refused by the field's name."""

import re
from datetime import date
from typing import Final

from services.refusals import FactWrong

_DAY: Final = re.compile(r"([0-9]{4})\s*[-./年]?\s*([0-9]{1,2})\s*[-./月]?\s*([0-9]{1,2})\s*日?")


def day(text: str, field: str) -> date | None:
    """Read a day: 2027-3-9, 2027.3.9, 20270309, 2027年3月9日; None when empty. Raises FactWrong."""
    if not text.strip():
        return None
    match = _DAY.fullmatch(text.strip())
    try:
        return date(*map(int, match.groups())) if match else _refuse(field)
    except ValueError:
        return _refuse(field)


def _refuse(field: str) -> date:
    raise FactWrong(field=field)
