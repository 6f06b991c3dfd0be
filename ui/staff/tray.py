"""What waits for the printer on this tablet: the things chosen, the paper, and the run that was made last."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import streamlit as st

from models import LabelKind
from services.labels import Run
from services.sheets import SHEETS, Sheet, free_grid

_KEY: Final = "tray"
# The sheet most halls buy first; the keeper's choice stays until another is made.
FIRST: Final = "L7160"
# What a free grid begins with: 21 labels as on the common sheet, to be changed with a ruler in hand.
GRID: Final = {"columns": 3, "rows": 7, "width": 63.5, "height": 38.1, "left": 7.5, "top": 15.5, "pitch_x": 66.0, "pitch_y": 38.1}


@dataclass
class Tray:
    """One page's labels to be; only ids are kept here."""

    picks: list[UUID] = field(default_factory=list)
    kind: LabelKind = LabelKind.CODE
    sheet: str = FIRST
    first: dict[str, int] = field(default_factory=dict)
    grid: dict[str, float] = field(default_factory=lambda: dict(GRID))
    run: Run | None = None

    def add(self, *items: UUID) -> None:
        """Put things on the tray, each once, the newest last."""
        self.picks += [item for item in dict.fromkeys(items) if item not in self.picks]

    def paper(self) -> Sheet:
        """Give the chosen sheet. Raises FactWrong for a free grid that does not lie on the paper."""
        if self.sheet != "free":
            return SHEETS[self.sheet]
        facts = {name: int(value) if name in {"columns", "rows"} else value for name, value in self.grid.items()}
        return free_grid(**facts)  # type: ignore[arg-type]


def tray() -> Tray:
    """The tray of this page; it is emptied with everything else when another signs in."""
    kept = st.session_state.get(_KEY)
    if not isinstance(kept, Tray):
        kept = st.session_state[_KEY] = Tray()
    return kept
