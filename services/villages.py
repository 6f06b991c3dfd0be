"""The villagers' groups of a hall, for a list to choose from."""

from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Patron

_NUMERALS: Final = "一二三四五六七八九十"
_patron = Patron.__table__  # type: ignore[attr-defined]


def groups(session: Session, *, hall_id: UUID, most: int = 20) -> tuple[str, ...]:
    """Name the groups people live in, in the order of their numbers; of a group with one person the name would tell who it is."""
    named = (_patron.c.hall_id == hall_id, _patron.c.villager_group != "", _patron.c.erased_at.is_(None))
    rows = sa.select(_patron.c.villager_group).where(*named).group_by(_patron.c.villager_group).having(sa.func.count() > 1)
    found = session.execute(rows.order_by(sa.func.count().desc(), _patron.c.villager_group).limit(most)).scalars()
    return tuple(sorted(found, key=_number))


def _number(name: str) -> tuple[int, str]:
    """一组 before 二组 before 十二组; what has no number comes last, by its name."""
    digits = "".join(sign for sign in name if sign.isdigit())
    if digits:
        return int(digits), name
    tens, ten, ones = "".join(sign for sign in name if sign in _NUMERALS).partition("十")
    if not ten:
        return (_NUMERALS.index(tens[0]) + 1 if tens else 1000), name
    return 10 * (_NUMERALS.index(tens) + 1 if tens else 1) + (_NUMERALS.index(ones) + 1 if ones else 0), name
