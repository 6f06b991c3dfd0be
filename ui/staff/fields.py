"""Fields that several screens of the tablet share, and how what is typed in them is read."""

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import UUID

import streamlit as st
from sqlmodel import Session

from models import Medium
from services import halls, shelves
from services.journal import Actor
from services.refusals import FactWrong
from ui.staff import acts
from ui.staff.stand import Stand

K = TypeVar("K", bound=StrEnum)
_SUM: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")


class Fields:
    """The fields of one form: their keys are of the form and the round, so that another question begins with empty ones."""

    def __init__(self, stand: Stand, name: str) -> None:
        self.stand, self.name, self.round = stand, name, stand.round

    def key(self, field: str) -> str:
        """The widget's name."""
        return f"{self.name}-{field}-{self.round}"

    def text(self, field: str, value: str = "", *, hint: str = "", most: int = 200) -> str:
        """Ask for a line of text."""
        label = self.stand.say(f"field.{field}")
        return st.text_input(label, value, key=self.key(field), placeholder=hint, max_chars=most, autocomplete="off")

    def read(self, field: str) -> str:
        """Give what a field holds now, in a callback too."""
        return str(st.session_state.get(self.key(field)) or "").strip()

    def held(self, field: str) -> Any:
        """Give what another kind of field holds now."""
        return st.session_state.get(self.key(field))

    def choice(self, field: str, kinds: Iterable[K], area: str, first: K) -> K:
        """Ask for one of a few words, all in sight."""
        words = {kind: self.stand.say(f"{area}.{kind}") for kind in kinds}
        chosen = st.segmented_control(
            self.stand.say(f"field.{field}"), list(words), default=first, key=f"kind-{self.key(field)}", format_func=words.__getitem__,
            required=True,
        )  # fmt: skip
        return chosen or first

    def chosen(self, field: str, first: K) -> K:
        """Give which word is chosen now, in a callback too."""
        kept: K | None = st.session_state.get(f"kind-{self.key(field)}")
        return kept or first

    def room(self, medium: Medium, now: UUID | None = None) -> UUID | None:
        """Ask for a room; the usual one for such things first."""
        found = acts.look(_rooms, medium=medium)
        rooms: dict[UUID, str] = found if isinstance(found, dict) else {}
        options = list(rooms)
        index = options.index(now) if now in rooms else 0
        return st.selectbox(
            self.stand.say("field.room"), options, index=index if options else None, key=self.key("room"), format_func=rooms.__getitem__
        )

    def approver(self, room_id: UUID) -> UUID | None:
        """Ask who approves: the room's person in charge or an admin."""
        people = acts.look(shelves.approvers, room_id=room_id)
        names = dict(people) if isinstance(people, list) else {}
        return st.selectbox(
            self.stand.say("staff.thing.approver"), list(names), index=None, key=self.key("approver"),
            placeholder=self.stand.say("staff.thing.approver_hint"), format_func=lambda staff_id: names.get(staff_id, str(staff_id)),
        )  # fmt: skip


def fen(text: str, field: str = "purchase_price") -> int | None:
    """Read 39.80 as fen; empty when there is no invoice. Raises FactWrong."""
    plain = text.strip()
    if not plain:
        return None
    if not _SUM.fullmatch(plain):
        raise FactWrong(field=field)
    whole, _, part = plain.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


def price(value: int | None) -> str:
    """Write fen as 39.80; nothing where nothing is known."""
    return "" if value is None else f"{value // 100}.{value % 100:02d}"


def year(text: str) -> int | None:
    """Read a year of four digits; empty when it is not known. Raises FactWrong."""
    if not text.strip():
        return None
    if not re.fullmatch(r"[0-9]{4}", text.strip()):
        raise FactWrong(field="year")
    return int(text)


def _rooms(session: Session, *, medium: Medium, at: datetime, by: Actor) -> dict[UUID, str]:  # noqa: ARG001  asked like every question
    return halls.rooms(session, hall_id=by.hall_id, medium=medium)
