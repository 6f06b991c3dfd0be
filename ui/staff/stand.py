"""Where the keeper stands: the screen, whose card lies on the desk, which thing, and what was done last."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

import streamlit as st

from models import Purpose
from services.words import LANGUAGES, Words, words

_KEY: Final = "stand"
_KEPT: Final = 6


@dataclass(frozen=True)
class Undo:
    """How to take back what is being told: a verb of `services.undoing` and what it needs."""

    verb: Callable[..., object]
    facts: dict[str, Any]


@dataclass
class Stand:
    """One page of one signed-in person; rows are never kept here, only what is looked at."""

    staff_id: UUID
    lang: str = LANGUAGES[0]
    screen: str = "today"
    patron_id: UUID | None = None
    item_id: UUID | None = None
    title_id: UUID | None = None
    typed: str = ""
    told: object = None
    undo: Undo | None = None
    done: tuple[object, ...] = ()
    lent: tuple[UUID, ...] = ()
    purpose: Purpose | None = None
    pieces: int = 1
    outside: bool = False
    round: int = 0
    # Minted when a question is shown and kept across presses: a second tap is the same intention.
    gesture: UUID = field(default_factory=uuid4)

    @property
    def words(self) -> Words:
        """The sentences of the keeper's language."""
        return words(self.lang)

    def say(self, key: str, **facts: object) -> str:
        """Give a sentence."""
        return self.words.say(key, **facts)

    def ask_anew(self) -> None:
        """Begin another question: a new gesture, and empty fields."""
        self.gesture, self.round, self.purpose, self.pieces, self.outside = uuid4(), self.round + 1, None, 1, False

    def go(self, screen: str) -> None:
        """Turn to another screen."""
        self.screen, self.told, self.undo, self.typed, self.title_id = screen, None, None, "", None
        self.ask_anew()

    def tell(self, told: object, undo: Undo | None = None) -> None:
        """Show what came of it, with the way back if there is one, and keep the last few papers in sight."""
        self.told, self.undo = told, undo
        self.done = (told, *self.done)[:_KEPT]
        self.ask_anew()

    def take_patron(self, patron_id: UUID | None) -> None:
        """Lay another card on the desk, or none."""
        if patron_id != self.patron_id:
            self.lent = ()
        self.patron_id, self.typed, self.title_id = patron_id, "", None
        self.ask_anew()

    def take_item(self, item_id: UUID | None) -> None:
        """Lay another thing on the desk, or none."""
        self.item_id, self.typed, self.title_id = item_id, "", None
        self.ask_anew()


def here(staff_id: UUID | None = None) -> Stand:
    """The stand of this page; another person finds nothing of the one before.

    In a callback: asked before anything is done, since Streamlit breaks a callback off at its next look into
    `session_state` when another touch has come meanwhile, and what was done would never be told.
    """
    kept = st.session_state.get(_KEY)
    if not isinstance(kept, Stand) or (staff_id is not None and kept.staff_id != staff_id):
        assert staff_id is not None
        lang = kept.lang if isinstance(kept, Stand) else LANGUAGES[0]
        st.session_state.clear()
        kept = st.session_state[_KEY] = Stand(staff_id, lang)
    return kept


def nobody() -> None:
    """Forget everything: the session has ended."""
    st.session_state.clear()
