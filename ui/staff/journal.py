"""操作记录: what was done, when, to what, by whom; looked for by day, act, hand and thing. It names no patron."""

from datetime import date
from typing import Any, Final
from uuid import UUID

import streamlit as st

from models import ActorKind
from services import clock, codes, journal_search
from services.journal_search import Asked, Line, Page
from services.refusals import FactWrong
from ui.staff import acts, days, draw, frame, told, turning
from ui.staff.stand import Stand, here

_NAME: Final = "journal"
_SOMEBODY: Final = (ActorKind.KIOSK, ActorKind.SYSTEM)


def of_thing(number: str) -> None:
    """Show what was done to one thing."""
    stand = here()
    stand.go(_NAME)
    for name in ("since", "until", f"verb-{stand.lang}", f"who-{stand.lang}"):
        st.session_state.pop(f"journal-{name}", None)
    st.session_state[f"field-{_NAME}"] = codes.clear(number)
    turning.turn(_NAME, 0)


def scanned(code: str, gesture: UUID) -> None:  # noqa: ARG001  nothing is done, so nothing is done twice
    """Something was held under the scanner: its journal is looked for."""
    st.session_state[f"field-{_NAME}"] = code[:60]
    turning.turn(_NAME, 0)


def screen(stand: Stand) -> None:
    """Draw what is looked for, and one page of what was found."""
    told.tell(stand)
    with frame.card("journal-asked"):
        asked = _asked(stand)
    found = acts.look(journal_search.page, asked=asked, page=turning.page(_NAME)) if asked else None
    if not isinstance(found, Page):
        draw.html(told.paper(stand, found))
        return
    with frame.card("journal"):
        if not found.lines:
            draw.html(draw.empty(stand.say("people.journal.nothing")))
        else:
            heads = [stand.say(f"people.journal.{name}") for name in ("at", "verb", "thing", "by", "why")]
            draw.html(draw.table(heads, [_cells(stand, line) for line in found.lines]))
        turning.buttons(stand, _NAME, more=found.more)


def _asked(stand: Stand) -> Asked | None:
    say = stand.say
    thing = turning.typed(_NAME, say("people.journal.find"))
    first, second, third, fourth = st.columns([1, 1, 1.4, 1.2])
    for column, name in ((first, "since"), (second, "until")):
        column.text_input(
            say(f"people.journal.{name}"), key=f"journal-{name}", placeholder=say("people.journal.day_hint"), max_chars=20,
            autocomplete="off", on_change=turning.turn, args=(_NAME, 0),
        )  # fmt: skip
    people = acts.look(journal_search.people)
    named: dict[ActorKind | UUID, str] = {each: say(f"people.journal.{each}") for each in _SOMEBODY}
    named |= dict(people.items()) if isinstance(people, dict) else {}
    anything = say("people.journal.all")
    verb = third.selectbox(
        say("people.journal.verb"), ["", *_verbs(stand)], key=f"journal-verb-{stand.lang}",
        format_func=lambda each: _verb(stand, each) if each else anything, on_change=turning.turn, args=(_NAME, 0),
    )  # fmt: skip
    who = fourth.selectbox(
        say("people.journal.by"), [None, *named], key=f"journal-who-{stand.lang}",
        format_func=lambda each: named[each] if each else anything,
        on_change=turning.turn, args=(_NAME, 0),
    )  # fmt: skip
    by: dict[str, Any] = {"kind": who} if who in _SOMEBODY else {"staff_id": who if isinstance(who, UUID) else None}
    try:
        return Asked(since=_day("since"), until=_day("until"), verb=verb or "", thing=thing, **by)
    except FactWrong as refusal:
        draw.html(told.paper(stand, refusal))
        return None


def _day(name: str) -> date | None:
    return days.read("day", str(st.session_state.get(f"journal-{name}") or ""))


def _verbs(stand: Stand) -> list[str]:
    """List every act there is a word for: asking the journal what was ever done would read all of it."""
    area = "journal.verb."
    return [key.removeprefix(area) for key in stand.words.sentences if key.startswith(area)]


def _verb(stand: Stand, verb: str) -> str:
    # A row may be older than this program's words.
    return stand.say(f"journal.verb.{verb}") if stand.words.has(f"journal.verb.{verb}") else verb


def _cells(stand: Stand, line: Line) -> tuple[str, ...]:
    say = stand.say
    hand = line.staff or say(f"people.journal.{line.kind}")
    aside = [_aside(stand, code) for code in line.overridden]
    doubt = [say("people.journal.doubt")] if line.clock_doubt else []
    why = " · ".join(each for each in (*aside, line.reason, *doubt) if each)
    thing = f"{line.name} {codes.clear(line.number)}" if line.number else line.name
    return f"{days.written(clock.local_day(line.at))} {stand.words.time(line.at)}", _verb(stand, line.verb), thing, hand, why


def _aside(stand: Stand, code: str) -> str:
    key = f"people.journal.aside.{code}"
    return stand.say("people.journal.set_aside", rule=stand.say(key) if stand.words.has(key) else code)
