"""What stands around every screen of the tablet: the bar, the parts that listen, cards, rows and buttons."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from services.staff import Signed
from services.words import LANGUAGES
from services.words import words as words_of
from ui.house import house
from ui.parts import parts
from ui.staff import acts, calls, draw, places
from ui.staff.door import BOOT, leaving_mark
from ui.staff.gate import COOKIE
from ui.staff.stand import Stand

Kind = Literal["primary", "secondary", "tertiary"]
_watch = st.components.v2.component(
    "staff_watch", html="<i hidden></i>", js=(Path(__file__).parent / "watch.js").read_text(encoding="utf-8"), isolate_styles=False
)


def listen(stand: Stand, signed: Signed, scanned: Callable[[str, UUID], None]) -> None:
    """Mount the parts: the watch over the session, and for who keeps the desk the scanner."""
    say = stand.say
    words = {"away": say("staff.away"), "awayNext": say("staff.away_next")}
    own = _widgets(stand.lang)
    _watch(key="watch", data={"lang": stand.lang, "boot": BOOT, "screen": stand.screen, "words": words, "widgets": own}, height=1)
    if signed.keeps_the_desk:
        calls.listen(stand)
        parts.scanner(scanned, words={name: say(f"staff.scan.{name}") for name in ("offline", "lost")})


@cache
def _widgets(lang: str) -> list[tuple[str, str]]:
    """Pair what Streamlit says by itself with the keeper's words for it; in English there is nothing to turn."""
    theirs, ours = words_of("en").sentences, words_of(lang).sentences
    return [(theirs[key], ours[key]) for key in theirs if key.startswith("widget.") and theirs[key] != ours[key]]


def bar(stand: Stand, signed: Signed) -> None:
    """The dark bar: where one is, where one can go, who is signed in, and out; below it the screens of the group."""
    open_to, here = places.groups(signed), places.group_of(stand.screen)
    with st.container(key="bar", horizontal=True, vertical_alignment="center"):
        draw.html(Markup('<div class="bar-name">{}</div>').format(house().hall.name))
        for name, screens in open_to.items():
            key = f"group-{name}-on" if name == here else f"group-{name}"
            button(key, stand.say(f"staff.group.{name}"), acts.open_fresh, screens[0], kind="tertiary")
        sample = Markup('<span class="bar-sample">{}</span>').format(stand.say("app.sample")) if house().hall.sample else draw.NOTHING
        draw.html(Markup('<div class="bar-space"></div>{}').format(sample))
        other = LANGUAGES[1] if stand.lang == LANGUAGES[0] else LANGUAGES[0]
        button("lang", stand.say("lang.other"), acts.speak, other, kind="tertiary", width="content")
        draw.html(_leave(stand, signed))
    if len(screens := open_to.get(here, ())) > 1:
        with st.container(key="tabs", horizontal=True):
            for screen in screens:
                key = f"on-{screen}" if stand.screen == screen else f"go-{screen}"
                button(key, stand.say(f"staff.nav.{screen}"), acts.open_fresh, screen, kind="tertiary")


def _leave(stand: Stand, signed: Signed) -> Markup:
    mark = leaving_mark(st.context.cookies.get(COOKIE, ""))
    return Markup(
        '<form class="bar-leave" method="post" action="/auth/logout" target="_self"><input type="hidden" name="csrf" value="{}">'
        '<span>{}</span><button type="submit">{}</button></form>'
    ).format(mark, signed.name, stand.say("staff.sign_out"))


def card(key: str) -> Any:
    """A card of warm paper."""
    return st.container(key=f"card-{key}")


def row(key: str) -> Any:
    """A line with its buttons at the right."""
    return st.container(key=f"row-{key}", horizontal=True, vertical_alignment="center")


def button(
    key: str,
    label: str,
    act: Callable[..., None],
    *args: Any,
    kind: Kind = "secondary",
    width: Literal["stretch", "content"] = "content",
    disabled: bool = False,
) -> None:
    """One button; what it needs is bound when it is drawn, so that a second press is the same intention."""
    st.button(plain(label), key=f"do-{key}", on_click=act, args=args, type=kind, width=width, disabled=disabled)


def sure(
    stand: Stand, key: str, label: str, act: Callable[..., None], *args: Any, kind: Kind = "secondary", disabled: bool = False
) -> None:
    """A button for what cannot be taken back: the first touch says so, the second does it."""
    with st.popover(plain(label), key=f"ask-{key}", type=kind, width="content", disabled=disabled):
        draw.html(draw.empty(stand.say("staff.sure")))
        button(key, label, act, *args, kind="primary", width="stretch", disabled=disabled)


def plain(label: str) -> str:
    """Keep Streamlit from reading a name as Markdown."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()#+-.!$:<>~|^=" else sign for sign in label)
