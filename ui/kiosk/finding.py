"""Visit 6: find a book by its pinyin initials, see where it stands, and wait for it when it is out."""

from typing import Final

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from services import catalogue, clock, new_books
from services.catalogue import Find, Page
from services.new_books import Shelf
from services.words import Words
from ui.house import ask
from ui.kiosk import acts, draw, frame
from ui.kiosk.stand import Stand
from ui.parts import parts

_KEYS: Final = ("search", "hint", "clear", "back")
_NEW: Final = 8


def find(stand: Stand, _: object) -> None:
    """The keys, and above them what they have found so far."""
    draw.html(frame.visit_head(stand, Markup('<h1 class="hall-who">{}</h1>').format(stand.say("find.title"))))
    with frame.body("find"):
        place = st.container(key="finds")
        with st.container(key="typing"):
            text = parts.letters(key=stand.gesture.hex[:8], words={key: stand.say(f"find.{key}") for key in _KEYS})
        with place:
            page = ask(_search, text=text, page=stand.page) if text else None
            _show(stand, page)
    with frame.actions():
        if stand.card_id is not None:
            frame.button(stand, "to-card", stand.say("find.to_card"), acts.back_to_card)
        frame.button(stand, "close", stand.say("find.close"), acts.leave)
        if isinstance(page, Page):
            _pages(stand, page)
    frame.foot(stand)


def _search(session: Session, *, text: str, page: int) -> Page:
    return catalogue.search(session, hall_id=acts.actor().hall_id, text=text, at=clock.now(), page=page)


def _show(stand: Stand, page: object) -> None:
    if page is None:
        draw.html(_new(stand))
    elif not isinstance(page, Page):
        draw.html(Markup('<p class="hall-aside hall-empty">{}</p>').format(stand.say("calm.text")))
    elif not page.finds:
        empty = Markup('<div class="hall-aside hall-empty" role="status"><b>{}</b><p>{}</p></div>')
        draw.html(empty.format(stand.say("find.nothing"), stand.say("find.nothing_next")))
    else:
        for one in page.finds:
            _row(stand, one, few=len(page.finds) == 1 and not page.page)


def _new(stand: Stand) -> Markup:
    """Before anything is typed: the newest books, as they stand on their shelf."""
    shelf = ask(_newest)
    if not isinstance(shelf, Shelf) or not shelf.finds:
        return Markup('<p class="hall-aside hall-empty">{}</p>').format(stand.say("find.empty"))
    books = draw.NOTHING.join(_on_shelf(stand.words, one) for one in shelf.finds)
    head = Markup("<h2>{}<small>{}</small></h2>").format(stand.say("new_books.title"), stand.say("new_books.since", count=shelf.count))
    return Markup('<section class="hall-new">{}<ul class="hall-shelf">{}</ul></section>').format(head, books)


def _newest(session: Session) -> Shelf:
    return new_books.shelf(session, hall_id=acts.actor().hall_id, at=clock.now(), most=_NEW)


def _on_shelf(words: Words, one: Find) -> Markup:
    where, state = _where(words, one)
    return Markup('<li>{}<strong>{}</strong><div class="hall-find-{}"><b>{}</b></div><small>{}</small></li>').format(
        draw.cover_of(one.name, one.author, one.medium, one.call_number, one.title_id), one.name, state, where, _shelf(words, one)
    )


def _row(stand: Stand, one: Find, *, few: bool) -> None:
    html = _found(stand, one, few=few)
    if stand.card_id is None or not _can_wait(one):
        draw.html(html)
        return
    with st.container(key=f"wait-{one.title_id.hex}-{one.volume}", horizontal=True):
        draw.html(html)
        frame.button(
            stand,
            f"keep-{one.title_id.hex}-{one.volume}",
            stand.say("find.keep"),
            acts.keep_for_me,
            one.title_id,
            one.volume,
            stand.gesture,
        )


def _found(stand: Stand, one: Find, *, few: bool) -> Markup:
    words = stand.words
    name = f"{one.name}（{one.volume_label}）" if one.volume_label else one.name
    where, state = _where(words, one)
    hint = words.say("find.keep_hint") if stand.card_id is None and _can_wait(one) else ""
    author = Markup("<small>{}</small>").format(one.author) if one.author else draw.NOTHING
    drawing = draw.cover_of(one.name, one.author, one.medium, one.call_number, one.title_id) if few else draw.NOTHING
    return Markup(
        '<section class="hall-find {}">{}<div><b>{}</b>{}<p>{}</p></div>'
        '<div class="hall-find-{}"><b>{}</b><small>{}</small></div></section>'
    ).format("hall-few" if few else "", drawing, draw.thing_name(words, name, one.medium), author, hint, state, where, _shelf(words, one))


def _shelf(words: Words, one: Find) -> str:
    return f"{one.call_number} · {words.say('find.shelf', shelf=one.shelf)}" if one.shelf else one.call_number


def _where(words: Words, one: Find) -> tuple[str, str]:
    if one.free:
        return words.say("find.here", count=one.free), "here"
    if one.here_only:
        return words.say("find.inside"), "here"
    if one.next_due is not None:
        return words.say("find.out", day=one.next_due), "out"
    return words.say("find.out_unknown"), "out"


def _can_wait(one: Find) -> bool:
    return one.free == 0 and one.copies > one.here_only


def _pages(stand: Stand, page: Page) -> None:
    if page.page:
        frame.button(stand, "fewer", stand.say("find.fewer"), acts.turn_page, page.page - 1)
    if page.more:
        frame.button(stand, "further", stand.say("find.more"), acts.turn_page, page.page + 1)
