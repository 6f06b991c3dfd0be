"""Who is signed in, asked again on every run: a websocket outlives a revocation."""

import sys
from types import ModuleType
from typing import Final

import streamlit as st

from services.staff import Signed
from ui.staff.gate import COOKIE, who_is

# Kept where no hot reload takes it away, and where no setting or variable can put it.
_MARK: Final = "hall_gate_stands"


def gate_stands() -> None:
    """Said once by the server that puts the gate before the page."""
    sys.modules.setdefault(_MARK, ModuleType(_MARK))


def is_behind_the_gate() -> bool:
    """Whether this process was started with the gate; `streamlit run` is not."""
    return _MARK in sys.modules


def signed_in() -> Signed | None:
    """Give whoever is signed in on this page; the one place tests put somebody there."""
    return who_is(st.context.cookies.get(COOKIE, "")) if is_behind_the_gate() else None
