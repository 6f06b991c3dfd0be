"""Pieces of a screen in HTML, every fact escaped by MarkupSafe: `<b>`, `**x**` and `$x$` show as they are written."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from models import Medium
from services import clock, codes
from services.statements import LoanLine, Statement
from services.words import Words
from ui.kiosk.stand import Stand
from ui.page import PICTURES

NOTHING: Final = Markup()
_CLOTHS: Final = 6  # colours a book's cover may have, in kiosk.css
_LOANS_SHOWN: Final = 6
_LONG, _VERY_LONG = 8, 14  # characters of a title on a drawn cover


def html(*pieces: Markup) -> None:
    """Put pieces on the screen as one element."""
    st.html(NOTHING.join(pieces))


@cache
def picture(name: str) -> Markup:
    """Give one of our own drawings; it says nothing that a word beside it does not say."""
    return Markup((PICTURES / f"{name}.svg").read_text(encoding="utf-8"))  # noqa: S704  our own file


def thing_name(words: Words, name: str, medium: Medium, volume: int = 0) -> str:
    """Name a thing as people do: a book in 《》, with its volume."""
    whole = words.say("thing.volume", name=name, volume=volume) if volume else name
    return whole if medium is Medium.EQUIPMENT else words.say("thing.book", name=whole)


def big_day(words: Words, day: date) -> Markup:
    """The due date, the largest thing on the screen."""
    return Markup('<div class="hall-day"><b>{}</b> <span>{}</span></div>').format(words.due(day), words.short_weekday(day))


def cover(name: str, author: str, medium: Medium, item_id: UUID) -> Markup:
    """A book drawn from its title, in a cloth of its own; a thing of the equipment room as its pictogram."""
    if medium is Medium.EQUIPMENT:
        return Markup('<div class="hall-object" aria-hidden="true">{}</div>').format(picture("equipment"))
    size = "long" if len(name) > _LONG else "plain"
    size = "tiny" if len(name) > _VERY_LONG else size
    return Markup('<div class="hall-book hall-cloth-{} hall-book-{}" aria-hidden="true"><b>{}</b><span>{}</span></div>').format(
        item_id.bytes[-1] % _CLOTHS, size, name[:24], author[:10]
    )


def tick(text: str) -> Markup:
    """The green tick with its word."""
    return Markup('<div class="hall-ok">{}<span>{}</span></div>').format(picture("tick"), text)


def number_line(words: Words, number: str, call_number: str) -> Markup:
    """The number and the shelf mark, small."""
    return Markup('<div class="hall-soft">{}　{}</div>').format(words.say("thing.number", number=codes.clear(number)), call_number)


def question(title: str, text: str = "", *, name: str = "", drawing: Markup = NOTHING) -> Markup:
    """One question, large; what it is about above it."""
    return Markup('<section class="hall-card hall-question">{}<div><div class="hall-title">{}</div><h1>{}</h1><p>{}</p></div></section>').format(
        drawing, name, title, text
    )


def loans(stand: Stand, statement: Statement) -> Markup:
    """What is out on the card, the due dates beside it, what is overdue marked by word and by sign."""
    words = stand.words
    if not statement.loans:
        lines = Markup("<li><span>{}</span></li>").format(stand.say("card.none"))
    else:
        lines = NOTHING.join(_loan(words, line) for line in statement.loans[:_LOANS_SHOWN])
    if (more := len(statement.loans) - _LOANS_SHOWN) > 0:
        lines += Markup("<li><span>{}</span></li>").format(words.say("card.more_loans", count=more))
    of = words.say("card.of", have=statement.have, most=statement.max_items)
    return Markup('<section class="hall-card hall-list"><h2>{}<small>{}</small></h2><ul>{}</ul></section>').format(words.say("card.mine"), of, lines)


def may_borrow(stand: Stand, statement: Statement, *, again: bool) -> Markup:
    """How many more, with a place drawn for each."""
    if statement.blocked:
        key = f"blocked.{statement.blocked}"
        why = stand.say(key if stand.words.has(key) else "blocked.other")
        return _next(stand.say("card.can_not"), why, NOTHING)
    count = statement.can_borrow
    title = stand.say("card.can", count=count) if count else stand.say("card.full")
    text = stand.say("card.put_next" if again else "card.put") if count else ""
    return _next(title, text, _places(statement) if statement.max_items <= _PLACES else NOTHING)


_PLACES: Final = 6


def _next(title: str, text: str, right: Markup) -> Markup:
    return Markup('<section class="hall-card hall-next"><div><b>{}</b><p>{}</p></div>{}</section>').format(title, text, right)


def _places(statement: Statement) -> Markup:
    full = min(statement.have, statement.max_items)
    marks: Iterable[Markup] = (Markup("<i{}></i>").format(Markup(' class="full"') if n < full else NOTHING) for n in range(statement.max_items))
    return Markup('<div class="hall-places" aria-hidden="true">{}</div>').format(NOTHING.join(marks))


def _loan(words: Words, line: LoanLine) -> Markup:
    name = thing_name(words, line.name, line.item_class, line.volume)
    pieces = f"　{words.say('card.pieces', count=line.quantity)}" if line.quantity > 1 else ""
    if line.overdue:
        due = Markup('<small class="hall-late">! {}</small>').format(words.say("card.overdue", day=words.due(line.due_day)))
    else:
        due = Markup("<small>{}</small>").format(words.say("card.due", day=words.due(line.due_day)))
    return Markup("<li><span>{}{}</span>{}</li>").format(name, pieces, due)


def is_today(day: date) -> bool:
    """Whether a due day is this very day."""
    return day == clock.local_day(clock.now())
