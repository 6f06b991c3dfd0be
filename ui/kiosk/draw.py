"""Pieces of a screen in HTML, every fact escaped by MarkupSafe: `<b>`, `**x**` and `$x$` show as they are written."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from models import Medium
from services import clock, codes
from services.receipts import Receipt, Slip, Thing
from services.statements import LoanLine, Statement
from services.words import Words
from ui.kiosk.stand import Stand

NOTHING: Final = Markup()
_GROUPS: Final = frozenset({"YQ", "TY", "ST", "FZ"})  # classes of equipment that have a picture: music, sport, sound, costume
_CLOTHS: Final = 6  # colours a book's cover may have, in kiosk.css
_LOANS_SHOWN: Final = 6
_PLACES: Final = 6  # with more books than this, places are no help
_LONG, _VERY_LONG = 8, 14  # characters of a title on a drawn cover


def html(*pieces: Markup) -> None:
    """Put pieces on the screen as one element."""
    st.html(NOTHING.join(pieces))


def picture(name: str) -> Markup:
    """Give one of our own drawings in the colour of the text; it says nothing that a word beside it does not say."""
    return Markup('<i class="hall-picture" aria-hidden="true" style="--picture:url(/hall/pictures/{}.svg)"></i>').format(name)


def image(name: str) -> Markup:
    """Give one of our own drawings in its own colours."""
    return Markup('<img src="/hall/pictures/{}.svg" alt="">').format(name)


def thing_name(words: Words, name: str, medium: Medium, volume: int = 0) -> str:
    """Name a thing as people do: a book in 《》, with its volume."""
    whole = words.say("thing.volume", name=name, volume=volume) if volume else name
    return whole if medium is Medium.EQUIPMENT else words.say("thing.book", name=whole)


def big_day(words: Words, day: date) -> Markup:
    """The due date, the largest thing on the screen."""
    return Markup('<div class="hall-day"><b>{}</b> <span>{}</span></div>').format(words.due(day), words.short_weekday(day))


def cover(thing: Thing | Receipt | Slip) -> Markup:
    """Draw what is in the visitor's hand."""
    return cover_of(thing.name, thing.author, thing.medium, thing.call_number, thing.item_id)


def cover_of(name: str, author: str, medium: Medium, call_number: str, seed: UUID) -> Markup:
    """A book drawn from its title, in a cloth of its own; equipment as the pictogram of its class."""
    if medium is Medium.EQUIPMENT:
        group = call_number[:2]
        return Markup('<div class="hall-object" aria-hidden="true">{}</div>').format(
            picture(f"thing_{group}" if group in _GROUPS else "thing")
        )
    size = "long" if len(name) > _LONG else "plain"
    size = "tiny" if len(name) > _VERY_LONG else size
    return Markup('<div class="hall-book hall-cloth-{} hall-book-{}" aria-hidden="true"><b>{}</b><span>{}</span></div>').format(
        seed.bytes[-1] % _CLOTHS, size, name[:24], re.split("[、,，;]", author, maxsplit=1)[0][:8]
    )


def tick(text: str) -> Markup:
    """The green tick with its word."""
    return Markup('<div class="hall-ok">{}<span>{}</span></div>').format(image("tick"), text)


def number_line(words: Words, number: str, call_number: str) -> Markup:
    """The number and the shelf mark, small."""
    return Markup('<div class="hall-soft">{}　{}</div>').format(words.say("thing.number", number=codes.clear(number)), call_number)


def question(title: str, text: str = "", *, name: str = "", drawing: Markup = NOTHING) -> Markup:
    """One question, large; what it is about above it."""
    return Markup(
        '<section class="hall-card hall-question">{}<div><div class="hall-title">{}</div><h1>{}</h1><p>{}</p></div></section>'
    ).format(drawing, name, title, text)


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
    return Markup('<section class="hall-card hall-list"><h2>{}<small>{}</small></h2><ul>{}</ul></section>').format(
        words.say("card.mine"), of, lines
    )


def may_borrow(stand: Stand, statement: Statement, *, again: bool) -> Markup:
    """How many more, with a place drawn for each."""
    if statement.blocked:
        key = f"blocked.{statement.blocked}"
        why = stand.say(key if stand.words.has(key) else "blocked.other")
        return _next(stand.say("card.can_not"), why, NOTHING)
    count = statement.can_borrow
    title = stand.say("card.can", count=count) if count else stand.say("card.full")
    places = _places(statement) if statement.max_items <= _PLACES else NOTHING
    if again or not count:
        return _next(title, stand.say("card.put_next") if count else "", places)
    return Markup(
        '<section class="hall-hero hall-welcome"><div><h2>{}</h2><b>{}</b>{}</div>'
        '<div class="hall-scan" aria-hidden="true">{}</div></section>'
    ).format(stand.say("card.put"), title, places, image("scan"))


def _next(title: str, text: str, right: Markup) -> Markup:
    return Markup('<section class="hall-card hall-next"><div><b>{}</b><p>{}</p></div>{}</section>').format(title, text, right)


def _places(statement: Statement) -> Markup:
    full = min(statement.have, statement.max_items)
    marks: Iterable[Markup] = (
        Markup("<i{}></i>").format(Markup(' class="full"') if n < full else NOTHING) for n in range(statement.max_items)
    )
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
