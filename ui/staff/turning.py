"""Turning the pages of a long list: what is typed above it, which page is shown, and the buttons below it."""

import streamlit as st

from ui.staff import frame
from ui.staff.stand import Stand, here


def typed(name: str, hint: str) -> str:
    """Draw the field that narrows a list; another text begins at the first page."""
    key = f"field-{name}"
    st.text_input(
        hint, key=key, placeholder=hint, label_visibility="collapsed", max_chars=60, autocomplete="off", icon=":material/search:",
        on_change=turn, args=(name, 0),
    )  # fmt: skip
    return str(st.session_state.get(key) or "")


def page(name: str) -> int:
    """Tell which page of a list is shown."""
    return int(st.session_state.get(_key(name), 0))


def buttons(stand: Stand, name: str, *, more: bool) -> None:
    """Draw the way back and on, where there is one."""
    number = page(name)
    if not number and not more:
        return
    with st.container(key=f"card-acts-{name}", horizontal=True):
        frame.button(f"{name}-back", stand.say("books.page_back"), turn, name, number - 1, disabled=not number)
        frame.button(f"{name}-on", stand.say("books.page_on"), turn, name, number + 1, disabled=not more)


def turn(name: str, number: int) -> None:
    """Show another page."""
    st.session_state[_key(name)] = max(0, number)
    here().told = None


def _key(name: str) -> str:
    return f"page-of-{name}"
