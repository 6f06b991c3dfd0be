"""The papers a visit leaves: what was lent, what came back, what is kept. Facts only; the screen finds the words."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from models import Medium


class Paper:
    """Kept in the journal as JSON, so that a repeated gesture shows the first receipt again."""

    def facts(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Self:
        """Read back what `facts` gave; what later versions added to it keeps its default."""
        return cls(**{f.name: _READ[f.type](facts[f.name]) for f in fields(cls) if facts.get(f.name) is not None})  # type: ignore[arg-type]


def _plain(value: object) -> bool | int | str | None:
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


_READ: dict[object, Any] = {
    UUID: UUID,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    str: str,
    int: int,
    bool: bool,
    Medium: Medium,
    date | None: date.fromisoformat,
    UUID | None: UUID,
}


@dataclass(frozen=True, slots=True)
class Thing:
    """What is under the scanner, in the catalogue's words."""

    item_id: UUID
    title_id: UUID
    name: str
    author: str
    number: str
    call_number: str
    medium: Medium
    volume: int = 0
    counted: bool = False
    quantity: int = 1
    free: int = 1
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Receipt(Paper):
    """A loan, new or renewed: what it is, and until when."""

    loan_id: UUID
    item_id: UUID
    name: str
    author: str
    number: str
    call_number: str
    medium: Medium
    due_day: date
    due_at: datetime
    quantity: int = 1
    renewed: bool = False
    renewals_left: int = 0


@dataclass(frozen=True, slots=True)
class Slip(Paper):
    """A thing given back. `for_hold`: put it on the hold shelf. `was_out` is False when it had not been lent at all."""

    item_id: UUID
    name: str
    author: str
    number: str
    call_number: str
    medium: Medium
    for_hold: bool = False
    kept_day: date | None = None
    was_out: bool = True
    found: bool = False
    returned: int = 1
    remainder: int = 0
    loan_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class HoldSlip(Paper):
    """A title kept waiting for a patron. `ahead`: how many wait before."""

    hold_id: UUID
    title_id: UUID
    name: str
    volume: int = 0
    ahead: int = 0
    expected_day: date | None = None
