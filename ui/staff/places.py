"""Where the tablet's screens stand: a bar of groups, and in a group of several a second row."""

from typing import Final

from services.staff import Signed

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "today": ("today",),
    "desk": ("desk", "slip"),
    "people": ("patrons", "register", "teams", "attendants", "duties", "accounts", "rules", "journal"),
    "stock": ("holdings", "equipment", "periodicals", "labels", "import", "stocktake", "weeding", "care"),
    "hall": ("closures", "opening", "hours", "rooms", "rule_sets", "profile", "holidays", "signs", "suggestions", "tourism"),
    "events": ("events", "bookings", "planner", "tasks"),
    "registers": ("ledgers", "charts", "funds"),
}
"""Each group's screens, in the order of the second row; a group's first is what its tap opens. An empty group is not shown."""

_WITHIN: Final = {
    "closure": "hall",
    "announce": "hall",
    "patron": "people",
    "card": "people",
    "merge": "people",
    "attendant": "people",
    "book": "stock",
    "event": "events",
    "event_new": "events",
    "event_record": "events",
    "programme": "events",
    "title": "stock",
    "asset": "stock",
}
"""Screens that are reached from another one: the group that stays lit."""


def groups(signed: Signed) -> dict[str, tuple[str, ...]]:
    """Give what this person may open; who does not keep the desk has the day's numbers only."""
    return {name: screens for name, screens in GROUPS.items() if screens and (signed.keeps_the_desk or name == "today")}


def group_of(screen: str) -> str:
    """Tell in which group a screen stands."""
    return next((name for name, screens in GROUPS.items() if screen in screens), _WITHIN.get(screen, "today"))
