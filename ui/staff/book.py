"""登记新书: scan the ISBN, type what is not known, and scan the next one: that registers this one. No field has to be found first."""

from typing import Any, Final
from uuid import UUID

import streamlit as st
from sqlmodel import Session

from models import LabelKind, Medium
from services import books, codes, halls, isbn
from services.accession import CLC
from services.books import SOURCES, BookForm, Entered, Known
from services.journal import Actor
from services.refusals import FactWrong
from ui.staff import acts, draw, fields, frame, labels, told
from ui.staff.entry import Entry, entry
from ui.staff.stand import Stand, here

_MOST: Final = 8


def screen(stand: Stand) -> None:
    """Draw the form, and what was entered so far."""
    mine = entry()
    left, right = st.columns([1.55, 1], gap="small")
    with left, frame.card("book"):
        draw.html(draw.heading(stand.say("books.register"), stand.say("books.scan_hint")))
        _fields(stand, mine)
    mine.read()
    with right:
        told.tell(stand)
        with frame.card("known"):
            _beside(stand, mine)
        with frame.card("entered"):
            _entered(stand, mine)


def scanned(code: str, gesture: UUID) -> None:
    """An ISBN was scanned: the same one again is another copy; another one registers this book and begins the next."""
    stand, mine = here(), entry()
    plain, values = isbn.plain(code), mine.read()
    if not isbn.is_right(plain):
        acts.scanned(code, gesture)
        return
    stand.told = None
    if plain == isbn.plain(str(values["isbn"])):
        mine.put("copies", int(str(values["copies"])) + 1)
        return
    if (values["name"] or mine.title_id) and not _register():
        return
    mine.put("isbn", plain)
    mine.put("as_printed", value=False)
    found = acts.look(_known, text=plain)
    # One title of that number is most likely this one; of two, or none, the keeper tells.
    mine.title_id = found[0].title_id if isinstance(found, list) and len(found) == 1 else None


def begin() -> None:
    """Come here with an empty form."""
    here().go("book")


# -- the fields -------------------------------------------------------------------------------------------------------------


def _fields(stand: Stand, mine: Entry) -> None:
    _row(stand, mine, ("isbn", "unified") if mine.title_id is None else ("isbn",))
    plain = isbn.plain(str(mine.read()["isbn"]))
    if plain and not isbn.is_right(plain) and mine.title_id is None:
        st.checkbox(stand.say("books.as_printed"), key=mine.key("as_printed"), value=bool(mine.values["as_printed"]))
    if mine.title_id is None:
        _text(stand, mine, "name")
        _row(stand, mine, ("author", "publisher", "year"))
        _class(stand, mine)
    first, second, third, fourth = st.columns([1, 1, 1.2, 1.2], gap="small")
    with first:
        _count(stand, mine, "copies")
    with second:
        if mine.title_id is None:
            _count(stand, mine, "volumes")
    with third:
        _text(stand, mine, "purchase_price", stand.say("books.price_hint"))
    with fourth:
        _text(stand, mine, "shelf")
    _choice(stand, mine)
    left, right = st.columns(2, gap="small")
    with left:
        _row(stand, mine, ("batch", "donor") if mine.values["source"] == "donated" else ("batch",))
    with right:
        _room(stand, mine)
    frame.button("enter", stand.say("books.enter"), _enter, kind="primary", width="stretch")


def _text(stand: Stand, mine: Entry, name: str, hint: str = "") -> None:
    label = stand.say(f"field.{'book_name' if name == 'name' else name}")
    st.text_input(label, str(mine.values[name]), key=mine.key(name), placeholder=hint, max_chars=200, autocomplete="off")


def _row(stand: Stand, mine: Entry, names: tuple[str, ...]) -> None:
    for column, name in zip(st.columns(len(names), gap="small"), names, strict=True):
        with column:
            _text(stand, mine, name, stand.say("books.batch_hint") if name == "batch" else "")


def _count(stand: Stand, mine: Entry, name: str) -> None:
    st.number_input(
        stand.say("books.volumes" if name == "volumes" else f"field.{name}"), 1, books.MOST, int(str(mine.values[name])), key=mine.key(name)
    )


def _class(stand: Stand, mine: Entry) -> None:
    left, right = st.columns([1.4, 1], gap="small")
    classes = sorted(CLC)
    with left:
        st.selectbox(
            stand.say("field.class_code"),
            classes,
            index=classes.index(str(now)) if (now := mine.values["class_code"]) else None,
            key=mine.key("class_code"),
            format_func=lambda code: f"{code} {stand.say(f'clc.{code}')}",
            placeholder=stand.say("books.class_hint"),
        )
    with right:
        _text(stand, mine, "class_number", stand.say("books.finer_hint"))


def _choice(stand: Stand, mine: Entry) -> None:
    key = f"kind-{mine.key('source')}"
    names = {source: stand.say(f"books.source.{source}") for source in SOURCES}
    chosen = st.segmented_control(
        stand.say("field.source"), list(SOURCES), default=mine.values["source"], key=key, format_func=names.__getitem__, required=True
    )
    mine.values["source"] = chosen or mine.values["source"]


def _room(stand: Stand, mine: Entry) -> None:
    found = acts.look(_rooms)
    rooms: dict[UUID, str] = found if isinstance(found, dict) else {}
    options = list(rooms)
    index = options.index(mine.values["room"]) if mine.values["room"] in options else 0  # type: ignore[arg-type]
    st.selectbox(stand.say("field.room"), options, index=index if options else None, key=mine.key("room"), format_func=rooms.__getitem__)


# -- beside them ------------------------------------------------------------------------------------------------------------


def _beside(stand: Stand, mine: Entry) -> None:
    """What the hall already has of it, and what its class may be."""
    values = mine.values
    found = acts.look(_known, text=str(values["isbn"]) or str(values["unified"])) if values["isbn"] or values["unified"] else []
    lines: list[Known] = found if isinstance(found, list) else []
    draw.html(draw.heading(stand.say("books.known")))
    if mine.title_id is not None:
        chosen = next((line for line in lines if line.title_id == mine.title_id), None)
        name = stand.say("staff.book", name=chosen.name) if chosen else ""
        draw.html(draw.notice("good", stand.say("books.more_copies", name=name), stand.say("books.more_copies_next")))
        frame.button("another-work", stand.say("books.another_work"), _take_title, None)
        return
    for line in lines:
        with frame.row(f"known-{line.title_id}"):
            count = stand.say("books.has", count=line.copies)
            draw.html(draw.line(stand.say("staff.book", name=line.name), line.author, line.publisher, line.call_number, count))
            frame.button(f"take-{line.title_id}", stand.say("books.this_one"), _take_title, line.title_id)
    guess = acts.look(_guess, name=str(values["name"]), author=str(values["author"])) if values["name"] else None
    if isinstance(guess, tuple) and guess != (values["class_code"], values["class_number"]):
        said = f"{guess[1] or guess[0]} {stand.say(f'clc.{guess[0]}')}"
        frame.button("guess", stand.say("books.guess", said=said), _take_class, *guess)
    elif not lines:
        draw.html(draw.empty(stand.say("books.unknown" if values["isbn"] else "books.begin")))


def _entered(stand: Stand, mine: Entry) -> None:
    draw.html(draw.heading(stand.say("books.entered"), stand.say("labels.count", count=len(mine.entered)) if mine.entered else ""))
    if not mine.entered:
        draw.html(draw.empty(stand.say("books.none_yet")))
        return
    last = acts.look(labels.lines, items=list(mine.entered[-_MOST:]), kind=LabelKind.CODE)
    for label in reversed(last if isinstance(last, list) else []):
        draw.html(draw.line(stand.say("staff.book", name=label.name), codes.clear(label.number), label.call_number))
    frame.button("print", stand.say("books.print", count=len(mine.entered)), _print, kind="primary")


# -- what is done -----------------------------------------------------------------------------------------------------------


def _enter() -> None:
    entry().read()
    _register()


def _register() -> bool:
    """Register the book on the desk; what was typed stays when it is refused."""
    stand, mine = here(), entry()
    try:
        form = _form(mine)
    except FactWrong as refusal:
        stand.told = refusal
        return False
    answer = acts.do(books.register, form=form, gesture=mine.gesture)
    if not isinstance(answer, Entered):
        stand.told = answer
        return False
    mine.entered = (*mine.entered, *answer.items)
    mine.next_book()
    stand.tell(answer)
    return True


def _form(mine: Entry) -> BookForm:
    values = mine.values
    texts: dict[str, Any] = {
        name: str(values[name] or "").strip()
        for name in ("name", "author", "publisher", "isbn", "unified", "class_code", "class_number", "shelf", "batch", "source")
    }
    room = values["room"] or next(iter(_first_room()), None)
    if not isinstance(room, UUID):
        raise FactWrong(field="room")
    donor = str(values["donor"]).strip() if values["source"] == "donated" else ""
    return BookForm(
        room_id=room, title_id=mine.title_id, year=fields.year(str(values["year"])), as_printed=bool(values["as_printed"]), donor=donor,
        volumes=int(str(values["volumes"])), copies=int(str(values["copies"])),
        purchase_fen=fields.fen(str(values["purchase_price"])), **texts,
    )  # fmt: skip


def _first_room() -> list[UUID]:
    found = acts.look(_rooms)
    return list(found) if isinstance(found, dict) else []


def _take_title(title_id: UUID | None) -> None:
    mine = entry()
    mine.read()
    mine.title_id = title_id


def _take_class(class_code: str, class_number: str) -> None:
    mine = entry()
    mine.put("class_code", class_code)
    mine.put("class_number", class_number)


def _print() -> None:
    mine = entry()
    labels.print_these(mine.entered)
    mine.entered = ()


def _known(session: Session, *, text: str, at: object, by: Actor) -> list[Known]:  # noqa: ARG001  asked like every question
    return books.known(session, text=text, by=by)


def _guess(session: Session, *, name: str, author: str, at: object, by: Actor) -> tuple[str, str] | None:  # noqa: ARG001  the same
    return books.suggested_class(session, name=name, author=author, by=by)


def _rooms(session: Session, *, at: object, by: Actor) -> dict[UUID, str]:  # noqa: ARG001  the same
    return halls.rooms(session, hall_id=by.hall_id, medium=Medium.BOOK)
