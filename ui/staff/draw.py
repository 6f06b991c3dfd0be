"""Pieces of the tablet's screens in HTML, every fact escaped by MarkupSafe: `<b>`, `**x**` and `$x$` show as they are written."""

from collections.abc import Iterable, Sequence
from typing import Final

import streamlit as st
from markupsafe import Markup

from models import Medium
from services import codes
from services.words import Words

NOTHING: Final = Markup()


def html(*pieces: Markup) -> None:
    """Put pieces on the screen as one element; nothing at all is no element."""
    if whole := NOTHING.join(pieces):
        st.html(whole)


def name(words: Words, title: str, medium: Medium, volume: str = "") -> str:
    """Name a thing as people do: a book in 《》, with its volume."""
    whole = f"{title} {volume}".strip()
    return whole if medium is Medium.EQUIPMENT else words.say("staff.book", name=whole)


def book(words: Words, title: str, number: str) -> str:
    """Name a thing of which only the number tells the kind."""
    return title if number.startswith(codes.KIND["equipment"]) else words.say("staff.book", name=title)


def line(title: str, *small: str, late: bool = False) -> Markup:
    """Draw a line of a list: what it is, and what goes with it in small."""
    facts = Markup(" · ").join(part for part in small if part)
    mark = Markup(' class="late"') if late else NOTHING
    return Markup('<div class="desk-line"><b>{}</b><small{}>{}</small></div>').format(title, mark, facts)


def heading(title: str, small: str | Markup = "") -> Markup:
    """Draw the head of a card."""
    return Markup('<h2 class="desk-head">{}<small>{}</small></h2>').format(title, small)


def empty(text: str) -> Markup:
    """Say that there is nothing, calmly."""
    return Markup('<p class="desk-empty">{}</p>').format(text)


def blank(drawing: str, title: str, text: str) -> Markup:
    """Draw a card that waits for something: a picture, what it waits for, and how."""
    return Markup('<div class="desk-blank">{}<b>{}</b><span>{}</span></div>').format(picture(drawing), title, text)


def picture(name: str) -> Markup:
    """Give one of our own drawings in the colour of its place; it says nothing that a word beside it does not say."""
    return Markup('<i class="desk-picture desk-picture-{}" aria-hidden="true"></i>').format(name)


def figure(label: str, value: str, small: str, tone: str = "plain") -> Markup:
    """Draw one figure of the day."""
    return Markup('<div class="desk-figure desk-{}"><span>{}</span><b>{}</b><small>{}</small></div>').format(tone, label, value, small)


def figures(figures: Iterable[Markup]) -> Markup:
    """Draw the row of figures."""
    return Markup('<div class="desk-figures">{}</div>').format(NOTHING.join(figures))


def facts(pairs: Iterable[tuple[str, str]]) -> Markup:
    """Draw a small table of what is known; what is empty is left out."""
    rows = (Markup("<dt>{}</dt><dd>{}</dd>").format(label, value) for label, value in pairs if value)
    return Markup('<dl class="desk-facts">{}</dl>').format(NOTHING.join(rows))


def notice(kind: str, title: str, text: str = "") -> Markup:
    """Draw what came of it: `good`, `mind` or `no`; the sign says it as well as the colour."""
    sign = {"good": "✓", "mind": "!", "no": "✕"}[kind]
    return Markup('<div class="desk-notice desk-{}" role="status"><i aria-hidden="true">{}</i><div><b>{}</b><p>{}</p></div></div>').format(
        kind, sign, title, text
    )


def reasons(lines: Iterable[tuple[str, str, bool]]) -> Markup:
    """List every reason not to, with its next step; the ones nothing can set aside carry a lock."""
    items = (
        Markup('<li class="{}"><i aria-hidden="true">{}</i><div><b>{}</b><small>{}</small></div></li>').format(
            "firm" if firm else "soft", "✕" if firm else "!", say, then
        )
        for say, then, firm in lines
    )
    return Markup('<ul class="desk-reasons">{}</ul>').format(NOTHING.join(items))


def table(heads: Iterable[str], lines: Iterable[Sequence[str]], late: Sequence[bool] = ()) -> Markup:
    """Draw a table that scrolls within itself; a `late` line's last cell is marked."""
    head = NOTHING.join(Markup("<th>{}</th>").format(name) for name in heads)
    rows = (
        Markup("<tr{}>{}</tr>").format(
            Markup(' class="stops"') if place < len(late) and late[place] else NOTHING,
            NOTHING.join(Markup("<td>{}</td>").format(cell) for cell in line),
        )
        for place, line in enumerate(lines)
    )
    body = Markup("<thead><tr>{}</tr></thead><tbody>{}</tbody>").format(head, NOTHING.join(rows))
    return Markup('<div class="desk-scroll" tabindex="0"><table class="desk-table">{}</table></div>').format(body)
