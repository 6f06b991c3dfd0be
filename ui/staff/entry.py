"""The book that lies on the desk to be registered: what was typed, and what stays filled for the next one."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

import streamlit as st

_KEY: Final = "entry"
# A parcel has one source, one batch, one room and mostly one shelf; the rest is another for each book.
_STAYS: Final = ("source", "batch", "room", "shelf", "donor")
_TEXTS: Final = (
    "isbn", "unified", "name", "author", "publisher", "year", "class_number", "shelf", "batch", "purchase_price", "donor",
)  # fmt: skip
_EMPTY: Final[dict[str, object]] = {
    **dict.fromkeys(_TEXTS, ""),
    "as_printed": False,
    "class_code": None,
    "room": None,
    "volumes": 1,
    "copies": 1,
    "source": "bought",
}


@dataclass
class Entry:
    """One page's form; a row exists only when it was registered."""

    values: dict[str, object] = field(default_factory=lambda: dict(_EMPTY))
    title_id: UUID | None = None
    round: int = 0
    entered: tuple[UUID, ...] = ()
    # Minted when the form is shown and kept across presses: a second tap is the same book.
    gesture: UUID = field(default_factory=uuid4)

    def key(self, name: str) -> str:
        """The widget's name; another book has other widgets, so that nothing half-typed comes along."""
        return f"book-{name}-{self.round}"

    def read(self) -> dict[str, object]:
        """Take over what the fields hold now."""
        for name in _EMPTY:
            if self.key(name) in st.session_state:
                self.values[name] = st.session_state[self.key(name)]
        return self.values

    def put(self, name: str, value: object) -> None:
        """Fill a field from outside: by a scan, or by one tap on a proposal."""
        self.values[name] = value
        if self.key(name) in st.session_state:
            st.session_state[self.key(name)] = value

    def next_book(self) -> None:
        """Clear what belongs to one book alone."""
        self.values = {name: self.values[name] if name in _STAYS else empty for name, empty in _EMPTY.items()}
        self.title_id, self.round, self.gesture = None, self.round + 1, uuid4()


def entry() -> Entry:
    """The form of this page; it is gone with everything else when another signs in."""
    kept = st.session_state.get(_KEY)
    if not isinstance(kept, Entry):
        kept = st.session_state[_KEY] = Entry()
    return kept
