"""What the signs' screens look at on this tablet, and the questions they share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import streamlit as st
from sqlmodel import Session

from models import Medium
from services import halls, signs
from services.journal import Actor
from services.signs import SignLine
from ui.staff import acts
from ui.staff.stand import here

View = Literal["list", "register", "plates"]
_KEY: Final = "wall"


@dataclass
class Wall:
    """Which list, and which sign beside it."""

    view: View = "list"
    sign_id: UUID | None = None
    gone_too: bool = False


def wall() -> Wall:
    """Where this tablet is; kept over reruns, rows never."""
    kept = st.session_state.get(_KEY)
    if not isinstance(kept, Wall):
        kept = st.session_state[_KEY] = Wall()
    return kept


def look_at(sign_id: UUID | None) -> None:
    """Take a sign in hand, or none."""
    wall().sign_id = sign_id
    here().told = None
    here().ask_anew()


def all_signs() -> list[SignLine]:
    """Give the register as it is now."""
    found = acts.look(_lines)
    return found if isinstance(found, list) else []


def all_rooms() -> dict[UUID, str]:
    """Give the hall's rooms."""
    found = acts.look(_rooms)
    return found if isinstance(found, dict) else {}


def _lines(session: Session, *, at: datetime, by: Actor) -> list[SignLine]:  # noqa: ARG001  asked like every question
    return signs.lines(session, hall_id=by.hall_id)


def _rooms(session: Session, *, at: datetime, by: Actor) -> dict[UUID, str]:  # noqa: ARG001  the same
    return halls.rooms(session, hall_id=by.hall_id, medium=Medium.EQUIPMENT)
