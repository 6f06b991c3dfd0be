"""Giving out numbers: each once, for life, whatever becomes of the thing."""

from typing import Final

import sqlalchemy as sa
from sqlmodel import Session

from models import TakenNumber
from services.codes import KIND, Number

_taken = TakenNumber.__table__  # type: ignore[attr-defined]
_DRAWS: Final = 200


class NumbersExhausted(Exception):  # noqa: N818  an outcome nobody will see: a million cards in one village
    """No free number was found."""


def draw(session: Session, *, issuer_code: str, kind: str) -> str:
    """Take a random free number of a kind (`card`, `ticket`) and remember it for ever; two that draw the same race, and one draws again."""
    for _ in range(_DRAWS):
        number = Number.draw(KIND[kind]).digits
        if not _is_taken(session, issuer_code, number):
            session.execute(sa.insert(_taken), {"issuer_code": issuer_code, "number": number})
            return number
    raise NumbersExhausted


def _is_taken(session: Session, issuer_code: str, number: str) -> bool:
    wanted = sa.select(_taken.c.number).where(_taken.c.issuer_code == issuer_code, _taken.c.number == number)
    return session.execute(wanted).one_or_none() is not None
