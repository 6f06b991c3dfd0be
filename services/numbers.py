"""Giving out numbers: each once, for life, whatever becomes of the thing."""

from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import TakenNumber
from services.codes import KIND, Number

_taken = TakenNumber.__table__  # type: ignore[attr-defined]
_DRAWS: Final = 200
SERIALS: Final = 1_000_000


class NumbersExhausted(Exception):  # noqa: N818  an outcome nobody will see: a million cards in one village
    """No free number was found."""


def running(session: Session, book: sa.Table, hall_id: UUID) -> int:
    """Give the next running number of a hall's book, from 1.

    Who takes the same one at the same moment meets the book's unique law and looks again (database.write).
    """
    return int(session.execute(sa.select(sa.func.max(book.c.number)).where(book.c.hall_id == hall_id)).scalar() or 0) + 1


def draw(session: Session, *, issuer_code: str, kind: str) -> str:
    """Take a random free number of a kind (`card`, `ticket`) and remember it for ever; two that draw the same race, and one draws again."""
    for _ in range(_DRAWS):
        number = Number.draw(KIND[kind]).digits
        if not _is_taken(session, issuer_code, number):
            session.execute(sa.insert(_taken), {"issuer_code": issuer_code, "number": number})
            return number
    raise NumbersExhausted


def next_in_row(session: Session, *, issuer_code: str, kind: str) -> str:
    """Take the number after the highest ever given out for a kind (`book`, `equipment`, `box`): a shelf is labelled in order.

    Two that take the same one race; the second looks again.
    """
    digit = KIND[kind]
    taken = _taken.c.number
    highest = sa.select(sa.func.max(taken)).where(_taken.c.issuer_code == issuer_code, taken >= digit, taken < str(int(digit) + 1))
    last = session.execute(highest).scalar()
    serial = int(last[1:7]) + 1 if last else 1
    if serial >= SERIALS:
        raise NumbersExhausted
    number = Number.of(digit, serial).digits
    session.execute(sa.insert(_taken), {"issuer_code": issuer_code, "number": number})
    return number


def _is_taken(session: Session, issuer_code: str, number: str) -> bool:
    wanted = sa.select(_taken.c.number).where(_taken.c.issuer_code == issuer_code, _taken.c.number == number)
    return session.execute(wanted).one_or_none() is not None
