"""Days as people write them: 1960-2-29, 1960.2.29, 19600229, 1960年2月29日."""

import re
from datetime import date
from typing import Final

import streamlit as st

from services.refusals import FactWrong
from ui.staff.stand import Stand

_DATE: Final = re.compile(r"([0-9]{4})\s*[-./年]?\s*([0-9]{1,2})\s*[-./月]?\s*([0-9]{1,2})\s*日?")


def written(day: date | None) -> str:
    """Write a day into a field."""
    return day.isoformat() if day else ""


def read(field: str, text: str) -> date | None:
    """Read a day; None for an empty field. Raises FactWrong for what is no day."""
    if not text.strip():
        return None
    match = _DATE.fullmatch(text.strip())
    try:
        return date(*map(int, match.groups())) if match else _refuse(field)
    except ValueError:
        return _refuse(field)


def field(stand: Stand, name: str, key: str, day: date | None = None) -> None:
    """Draw a field for a day, in the house's words: Streamlit's calendar speaks the browser's language."""
    hint = stand.say("staff.people.date_hint")
    st.text_input(stand.say(f"field.{name}"), written(day), key=key, placeholder=hint, max_chars=20, autocomplete="off")


def _refuse(field: str) -> date:
    raise FactWrong(field=field)
