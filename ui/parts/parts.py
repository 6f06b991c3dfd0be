"""Our own widgets, each a Streamlit part with its JavaScript in the file of the same name."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HERE: Final = Path(__file__).parent
# The gesture of a scan is made of the page's id and the scan's number in it, so a resent scan is the same gesture.
_SCANS: Final = UUID("8b6d0f52-4a0e-5f0b-9a53-9b1f3c1f7a10")


def _part(name: str, html: str = "<i hidden></i>") -> ComponentRenderer:
    return st.components.v2.component(
        f"hall_{name}", html=html, js=(_HERE / f"{name}.js").read_text(encoding="utf-8"), isolate_styles=False
    )


_scanner = _part("scanner")
_idle = _part("idle")
_pulse = _part("pulse")
_camera = _part("camera", '<div class="hall-camera"></div>')
_copy = _part("copy", '<button type="button" class="hall-copy"></button>')
_keyboard = _part("keyboard", '<div class="hall-keyboard"></div>')


def scanner(on_scan: Callable[[str, UUID], None], *, words: Mapping[str, str]) -> None:
    """Hear every scan, from any screen, nothing focused; `on_scan(code, gesture)` is called once for each, before the screen is drawn.

    Codes come only through this callback: a new session is given the browser's old state again.
    """
    heard = st.session_state.setdefault("_heard", {"boot": "", "ack": 0})

    def take() -> None:
        state = st.session_state["scanner"].get("scans")
        if not _well_formed(state):
            return
        if state["boot"] != heard["boot"]:
            heard.update(boot=state["boot"], ack=0)
        for scan in state["queue"]:
            if scan["n"] > heard["ack"]:
                on_scan(scan["code"], uuid5(_SCANS, f"{state['boot']}:{scan['n']}"))
                # Only now: a callback that was broken off is called again, with the same gesture.
                heard["ack"] = scan["n"]

    _scanner(key="scanner", data={**heard, "words": dict(words)}, on_scans_change=take, height=1)


def idle(
    on_gone: Callable[[], None],
    on_rest: Callable[[], None],
    *,
    visit: int,
    armed: bool,
    rest: int,
    lang: str,
    words: Mapping[str, str],
    seconds: int = 45,
    warn: int = 20,
) -> None:
    """End visit number `visit` when nobody has touched or scanned for `seconds`, and cover the page while the server is away.

    Where there is no visit to end, `on_rest` is called after `rest` seconds; never for 0.
    """

    def take(name: str, act: Callable[[], None]) -> None:
        # A trigger of a visit that ended meanwhile must not end the next one.
        if st.session_state["idle"].get(name) == visit:
            act()

    data = {"visit": visit, "armed": armed, "rest": rest, "lang": lang, "idle": seconds, "warn": warn, "words": dict(words)}
    _idle(
        key="idle", data=data, height=1, on_gone_change=partial(take, "gone", on_gone), on_rest_change=partial(take, "rest", on_rest)
    )


def pulse(*, watch: bool, turns: int | None = None) -> None:
    """Let the clock tick; while `watch`, run again when somebody else has written, and at `turns` (ms since 1970)."""
    _pulse(key="pulse", data={"watch": watch, "turns": turns}, on_changed_change=lambda: None, height=1)


def camera(*, words: Mapping[str, str]) -> None:
    """Use the camera as a second scanner; its codes join the scanner's queue."""
    _camera(key="camera", data={"words": dict(words)}, height="content")


def copy(text: str, *, key: str, words: Mapping[str, str]) -> None:
    """Show a button that copies a text; `words` are `copy` and `copied`."""
    _copy(key=f"copy-{key}", data={"text": text, "words": dict(words)}, height="content")


def letters(*, key: str, words: Mapping[str, str]) -> str:
    """Show letter keys with a field; gives what is typed so far. Another key is another, empty field."""
    state = _keyboard(key=f"letters-{key}", data={"kind": "letters", "words": dict(words)}, on_text_change=lambda: None)
    text: Any = state.get("text")
    return text[:40] if isinstance(text, str) else ""


def digits(on_typed: Callable[[str, str], None], *, key: str, words: Mapping[str, str]) -> None:
    """Show digit keys for a number and, where `words` names one, a second fact; `on_typed(number, fact)`. Neither is kept anywhere."""
    name = f"digits-{key}"

    def take() -> None:
        typed = st.session_state[name].get("typed")
        if isinstance(typed, dict):
            on_typed(str(typed.get("number", ""))[:8], str(typed.get("fact", ""))[:4])

    _keyboard(key=name, data={"kind": "digits", "words": dict(words)}, on_typed_change=take)


def _well_formed(state: Any) -> bool:
    """Whatever a browser sends is looked at before it is used."""
    return (
        isinstance(state, dict)
        and isinstance(state.get("boot"), str)
        and len(state["boot"]) <= 40  # noqa: PLR2004  a UUID in writing
        and isinstance(state.get("queue"), list)
        and all(
            isinstance(scan, dict) and isinstance(scan.get("n"), int) and isinstance(scan.get("code"), str) for scan in state["queue"][:50]
        )
    )
