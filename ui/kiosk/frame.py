"""What stands around every screen: head, foot, the parts that listen, and buttons."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Literal
from uuid import UUID

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from services import almanac, clock, hours
from services.hours import Status
from services.refusals import Refusal
from services.words import LANGUAGES
from ui.house import Trouble, ask, house
from ui.kiosk import acts, call_acts, draw
from ui.kiosk.stand import RESTING, Stand
from ui.parts import parts

# What the foot says of who is on duty may be this old on a visit's screens; home always asks.
_FRESH: Final = timedelta(seconds=60)
_REST_AFTER: Final = 60  # seconds that home stands untouched before it turns to the display
_seen: dict[UUID, tuple[datetime, Status]] = {}


def listen(stand: Stand, *, turns: int | None = None) -> None:
    """Mount the parts: scanner, idle, clock. First on the page, so that they live whatever happens below."""
    words = stand.words
    parts.scanner(partial(acts.scanned, stand), words={name: words.say(f"part.{name}") for name in ("offline", "lost")})
    parts.idle(
        partial(call_acts.gone, stand),
        stand.rest,
        visit=stand.visit,
        armed=stand.away,
        rest=_REST_AFTER if stand.screen == "home" and stand.call_id is None else 0,
        # Who waits for help has not gone; only what is theirs ends.
        warn=0 if stand.call_id else 20,
        lang=stand.lang,
        words={
            "still": words.say("part.still"),
            "ends": words.say("part.ends"),
            "stay": words.say("part.stay"),
            "away": words.say("part.away"),
            "awayNext": words.say("part.away_next"),
        },
    )
    parts.pulse(watch=stand.screen in RESTING or stand.call_id is not None, turns=turns)


def status(*, fresh: bool = False) -> Status | Refusal | Trouble:
    """What the door says now; asked of the database at home, and at most once a minute on a visit's screens."""
    hall_id, now = house().hall.id, clock.now()
    kept = _seen.get(hall_id)
    if kept and not fresh and timedelta(0) <= now - kept[0] < _FRESH:
        return kept[1]
    answer = ask(_status)
    if isinstance(answer, Status):
        _seen[hall_id] = now, answer
    return answer


def _status(session: Session) -> Status:
    return hours.hall_status(session, house().hall.id, clock.now())


def home_head(stand: Stand) -> Markup:
    """Name of the hall, the time, the day with its lunar day."""
    words, now = stand.words, clock.now()
    day = clock.local_day(now)
    today = words.say("date.with_weekday", day=words.due(day), weekday=words.short_weekday(day))
    date_line = f"{today} · {almanac.lunar_day(day)}"
    return Markup(
        '<header class="hall-head"><div><h1>{}</h1><p>{}</p></div>{}'
        '<div class="hall-when"><b class="hall-clock">{}</b><p>{}</p></div></header>'
    ).format(house().hall.name, words.say("head.services"), sample(stand), words.time(now), date_line)


def visit_head(stand: Stand, left: Markup) -> Markup:
    """Who stands here, and how long the screen waits."""
    ring = Markup('<div class="hall-leaves"><span>{}</span><div class="hall-ring" role="timer" aria-label="{}"><span>45</span></div></div>')
    return Markup('<header class="hall-head"><div>{}</div>{}{}</header>').format(
        left, sample(stand), ring.format(stand.say("head.leaves"), stand.say("head.ring"))
    )


def bare_head(stand: Stand) -> Markup:
    """The hall's name, on a screen that waits for somebody and not for a touch."""
    return Markup('<header class="hall-head"><div>{}</div>{}</header>').format(hall_name(), sample(stand))


def sample(stand: Stand) -> Markup:
    """Say that this is the sample, where it is."""
    return Markup('<span class="hall-sample">{}</span>').format(stand.say("app.sample")) if house().hall.sample else draw.NOTHING


def foot(stand: Stand, *, home: bool = False) -> None:
    """Who helps, and the other language; on a visit's screens also the way home."""
    with st.container(key="foot"):
        door = status()
        person = door.in_charge if isinstance(door, Status) else None
        if person is None:
            helper = draw.NOTHING
        elif home:
            helper = Markup("{} <b>{}</b>　{}").format(stand.say("home.duty"), person.name, person.phone)
        else:
            helper = Markup("{}").format(stand.say("home.help", name=person.name))
        draw.html(Markup('<div class="hall-duty">{}</div>').format(helper))
        if home:
            parts.camera(words={name: stand.say(f"part.{name}") for name in ("camera", "photo")})
            button(stand, "home-keypad", stand.say("home.no_card"), acts.open_screen, "keypad")
        if stand.call_id is None:
            button(stand, "call", stand.say("calling.press"), call_acts.press)
        other = LANGUAGES[1] if stand.lang == LANGUAGES[0] else LANGUAGES[0]
        button(stand, "lang", stand.say("home.other"), acts.speak, other)


def button(
    stand: Stand, key: str, label: str, act: Callable[..., None], *args: Any, kind: Literal["primary", "secondary"] = "secondary"
) -> None:
    """One large button that calls `act(stand, …)`; what it needs is bound when it is drawn: a second press is the same intention."""
    st.button(label, key=f"do-{key}", on_click=act, args=(stand, *args), type=kind, width="stretch")


def plain(label: str) -> str:
    """Keep Streamlit from reading what somebody wrote as Markdown."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()#+-.!$:<>~|^=" else sign for sign in label)


def actions() -> Any:
    """The place of the main buttons: always in sight, whatever the list above."""
    return st.container(key="actions", horizontal=True)


def body(kind: str) -> Any:
    """The place of what a screen tells; `kind` lays it out."""
    return st.container(key=f"body-{kind}")


def who(stand: Stand, name_masked: str, kind: str) -> Markup:
    """A masked name and the kind of card."""
    return Markup('<h1 class="hall-who">{}<small>{}</small></h1>').format(name_masked, stand.say(f"kind.{kind}"))


def hall_name() -> Markup:
    """The hall's name where no card was shown."""
    return Markup('<h1 class="hall-who">{}</h1>').format(house().hall.name)


def leave(stand: Stand) -> None:
    """The button that ends the visit."""
    button(stand, "leave", stand.say("card.lent_done" if stand.lent else "card.done"), acts.leave, kind="primary")


def pieces(stand: Stand, most: int) -> int:
    """How many of a counted set are chosen: what was tapped, within what there is."""
    return max(1, min(stand.pieces, most))


def count(stand: Stand, most: int) -> None:
    """One fewer, how many, one more."""
    chosen = pieces(stand, most)
    with st.container(key="count", horizontal=True):
        button(stand, "fewer", "−", acts.choose_pieces, max(1, chosen - 1))
        draw.html(Markup('<div class="hall-count"><b>{}</b></div>').format(chosen))
        button(stand, "more", "＋", acts.choose_pieces, min(most, chosen + 1))
