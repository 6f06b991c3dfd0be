"""Where the visitor stands: the screen, the card shown, what was said last. All of it is gone when the visit ends."""

from dataclasses import dataclass, field, fields
from typing import Final
from uuid import UUID, uuid4

import streamlit as st

from models import Topic
from services.statements import Statement
from services.visit import Standing
from services.words import LANGUAGES, Words, words

_KEY: Final = "stand"
STAYS: Final = frozenset({"find", "event", "suggest", "suggest_about", "suggest_words"})
"""Screens that a card shown on them does not leave."""
RESTING: Final = frozenset({"home", "display"})
"""Screens on which nobody is: they follow what is published, and have nothing to clear away."""


@dataclass
class Stand:
    """One visit. `told` is the last answer of the house: what the screen shows, never more than that."""

    visit: int = 0
    lang: str = LANGUAGES[0]
    screen: str = "home"
    card_id: UUID | None = None
    item_id: UUID | None = None
    lent: tuple[UUID, ...] = ()
    child: bool = False
    told: object = None
    pieces: int = 1
    page: int = 0
    event_id: UUID | None = None
    written: str = ""
    smile: int = 0
    topic: Topic | None = None
    place_id: UUID | None = None
    # A call for help lies over whatever screen there is, which stays as it was.
    call_id: UUID | None = None
    # Minted when a question is shown and kept across presses: a second tap is the same intention.
    gesture: UUID = field(default_factory=uuid4)

    @property
    def standing(self) -> Standing:
        """What a scan has to know."""
        return Standing(self.card_id, self.item_id, self.lent)

    @property
    def words(self) -> Words:
        """The sentences of the visitor's language."""
        return words(self.lang)

    @property
    def away(self) -> bool:
        """Whether something is left to clear away when nobody is there."""
        return self.screen not in RESTING or self.lang != LANGUAGES[0] or self.call_id is not None

    def go(self, screen: str, told: object = None) -> None:
        """Turn to another screen, with a new gesture for what it asks; a name half written stays with nobody."""
        self.screen, self.told, self.gesture, self.pieces, self.page, self.written = screen, told, uuid4(), 1, 0, ""

    def end(self) -> None:
        """Forget everything of the visit, in place: only its number counts on."""
        self._become(Stand(visit=self.visit + 1))

    def rest(self) -> None:
        """Nobody has touched home for a while: show what the whole room may read."""
        if not self.away:
            self.go("display")

    def new_visitor(self) -> None:
        """A card was shown: the visit before it has ended. The language stays; who looked for a book or at an event goes on with that."""
        fresh = Stand(visit=self.visit + 1, lang=self.lang, item_id=self.item_id)
        if self.screen in STAYS:
            for kept in ("screen", "gesture", "page", "event_id", "smile", "topic", "written"):
                setattr(fresh, kept, getattr(self, kept))
            if self.card_id is not None:
                # What somebody with a card began to say is nobody else's.
                fresh.written, fresh.smile, fresh.topic = "", 0, None
                if self.screen.startswith("suggest"):
                    fresh.screen = "suggest"
        self._become(fresh)

    def _become(self, other: "Stand") -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(other, each.name))

    def know(self, statement: Statement | None) -> None:
        """Take over the card that a statement is of."""
        if statement is not None:
            self.card_id, self.child = statement.card_id, statement.is_child

    def say(self, key: str, **facts: object) -> str:
        """Give a sentence; a child's card is spoken to with 你 where a variant stands."""
        own = f"{key}.child"
        return self.words.say(own if self.child and self.words.has(own) else key, **facts)


def here() -> Stand:
    """The visit of this browser, asked for once in a run and handed on.

    A callback is given the Stand it needs: every look at `st.session_state` is a place where Streamlit may drop the run for a newer one,
    and what the house has just answered would never be told.
    """
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Stand()
    stand: Stand = st.session_state[_KEY]
    return stand
