"""管理员·志愿者: who serves in the hall, and the book of each: services with hours and content, trainings, what was struck out."""

from datetime import date
from typing import Any, Final
from uuid import UUID

import streamlit as st
from sqlmodel import Session

from models import AttendantKind, EntryKind
from services import attendants, clock
from services.attendants import Book, Entry, Form, Line
from services.journal import Actor
from services.refusals import FactWrong
from ui.staff import acts, days, draw, frame, outcome, told, turning
from ui.staff.stand import Stand, Undo, here

_NAME: Final = "attendants"
_OPEN: Final = "attendant-open"
_NEW: Final = "attendant-new"
_TEXTS: Final = ("name", "phone", "speciality")
_MINUTES: Final = 60


def screen(stand: Stand) -> None:
    """Draw the list with the hours of this year, and the form for a new one when it is asked for."""
    told.tell(stand)
    if st.session_state.get(_NEW):
        with frame.card("attendant-new"):
            _new(stand)
    left, right = st.columns([1.5, 1], vertical_alignment="center")
    with left:
        text = turning.typed(_NAME, stand.say("people.attendant.find"))
    with right, st.container(horizontal=True, vertical_alignment="center"):
        past = st.checkbox(stand.say("people.attendant.past"), key="attendants-past", on_change=turning.turn, args=(_NAME, 0))
        if not st.session_state.get(_NEW):
            frame.button("attendant-new", stand.say("people.attendant.register"), _begin, None, kind="primary")
    since, until = _year(clock.local_day(clock.now()).year)
    found = acts.look(attendants.serving, text=text, past=past, since=since, until=until, page=turning.page(_NAME))
    with frame.card("attendants"):
        if not isinstance(found, tuple):
            draw.html(told.paper(stand, found))
            return
        lines, many = found
        draw.html(draw.heading(stand.say("staff.nav.attendants"), stand.say("people.attendant.in_all", count=many, year=since.year)))
        for line in lines:
            _line(stand, line)
        if not lines:
            draw.html(draw.empty(stand.say("people.attendant.nobody")))
        turning.buttons(stand, _NAME, more=(turning.page(_NAME) + 1) * attendants.PAGE < many)
        if not past:
            _missing(stand)


def _line(stand: Stand, line: Line) -> None:
    form = line.form
    with frame.row(f"attendant-{line.attendant_id}"):
        hours = stand.say("people.attendant.hours", hours=_hours(line.minutes), times=line.times, trainings=line.trainings)
        left = stand.say("people.team.left", day=line.to_day) if line.to_day else ""
        draw.html(draw.line(form.name, stand.say(f"attendant_kind.{form.kind}"), form.speciality, hours, left, late=bool(left)))
        frame.button(f"open-{line.attendant_id}", stand.say("people.attendant.open"), open_book, line.attendant_id)


def _missing(stand: Stand) -> None:
    """Keepers with an account who are not in the register yet."""
    missing = acts.look(attendants.unregistered)
    for staff_id, name in missing if isinstance(missing, list) else []:
        with frame.row(f"missing-{staff_id}"):
            draw.html(draw.line(name, stand.say("people.attendant.missing"), late=True))
            frame.button(f"missing-{staff_id}", stand.say("people.attendant.enter_now"), _begin, (staff_id, name))


def _begin(account: tuple[UUID, str] | None) -> None:
    stand = here()
    stand.told = None
    stand.ask_anew()
    st.session_state[_NEW] = account or True


def _new(stand: Stand) -> None:
    account = st.session_state[_NEW] if isinstance(st.session_state[_NEW], tuple) else None
    kind = AttendantKind.KEEPER if account else AttendantKind.VOLUNTEER
    form = Form(
        name=account[1] if account else "", kind=kind, from_day=clock.local_day(clock.now()), staff_id=account[0] if account else None
    )
    draw.html(draw.heading(stand.say("people.attendant.register"), stand.say("people.attendant.register_hint")))
    _fields(stand, form)
    with st.container(key="card-acts-attendant-new", horizontal=True):
        frame.button("attendant-save", stand.say("people.save"), _register, form, stand.gesture, stand.round, kind="primary")
        frame.button("attendant-not", stand.say("people.attendant.not"), _not)


def _fields(stand: Stand, form: Form) -> None:
    say, n = stand.say, stand.round
    first, second, third = st.columns(3)
    with first:
        st.segmented_control(
            say("people.attendant.kind"), list(AttendantKind), default=form.kind, key=f"kind-attendant-{n}", required=True,
            format_func=lambda each: say(f"attendant_kind.{each}"), disabled=form.staff_id is not None,
        )  # fmt: skip
        st.text_input(say("field.name"), form.name, key=f"name-{n}", max_chars=40, autocomplete="off")
    with second:
        st.text_input(say("field.phone"), form.phone, key=f"phone-{n}", max_chars=20, autocomplete="off")
        st.text_input(say("field.birth_year"), str(form.birth_year or ""), key=f"born-{n}", max_chars=4, autocomplete="off")
    with third:
        st.text_input(say("field.speciality"), form.speciality, key=f"speciality-{n}", max_chars=100, autocomplete="off")
        days.field(stand, "from_day", f"from-{n}", form.from_day)


def _read(form: Form, n: int) -> Form:
    """Read the fields. Raises FactWrong for a day or a year that is none."""
    said = {field: str(st.session_state.get(f"{field}-{n}") or "") for field in (*_TEXTS, "born", "from")}
    born = said.pop("born").strip()
    if born and not (born.isascii() and born.isdigit()):
        raise FactWrong(field="birth_year")
    from_day = days.read("from_day", said.pop("from")) or form.from_day
    kind = st.session_state.get(f"kind-attendant-{n}") or form.kind
    return Form(**said, kind=kind, birth_year=int(born) if born else None, from_day=from_day, staff_id=form.staff_id)


def _not() -> None:
    here().told = None
    st.session_state.pop(_NEW, None)


def _register(form: Form, gesture: UUID, n: int) -> None:
    stand = here()
    try:
        answer: Any = acts.do(attendants.register, form=_read(form, n), gesture=gesture)
    except FactWrong as refusal:
        answer = refusal
    if acts.failed(answer):
        stand.told = answer
        return
    _not()
    outcome.tell(stand, "attendant", answer)


def open_book(attendant_id: UUID) -> None:
    """Open somebody's book."""
    here().go("attendant")
    st.session_state[_OPEN] = attendant_id


def _book(session: Session, *, attendant_id: UUID, year: int, at: Any, by: Actor) -> Book:
    since, until = _year(year)
    return attendants.book(session, attendant_id=attendant_id, since=since, until=until, at=at, by=by)


def book(stand: Stand) -> None:
    """Draw somebody's book of a year, with the form for the next line."""
    told.tell(stand)
    today = clock.local_day(clock.now())
    year = int(st.session_state.get("attendant-year") or today.year)
    opened = st.session_state.get(_OPEN)
    found = acts.look(_book, attendant_id=opened, year=year) if opened else None
    if not isinstance(found, Book):
        frame.button("to-attendants", stand.say("staff.nav.attendants"), acts.open_screen, "attendants", kind="primary")
        return
    line = found.line
    with frame.card("attendant"):
        small = stand.say("people.attendant.hours", hours=_hours(line.minutes), times=line.times, trainings=line.trainings)
        draw.html(draw.heading(f"{line.form.name} · {stand.say(f'attendant_kind.{line.form.kind}')}", small))
        if line.to_day is None or line.to_day >= today:
            _entry(stand, line, today)
    with frame.card("attendant-book"):
        years = list(range(today.year, (line.form.from_day or today).year - 1, -1))
        st.segmented_control(
            stand.say("people.attendant.year"), years, default=year if year in years else today.year, key="kind-year", required=True,
            on_change=_turn_year, label_visibility="collapsed",
        )  # fmt: skip
        if not found.entries:
            draw.html(draw.empty(stand.say("people.attendant.empty")))
        for entry in found.entries:
            _written(stand, entry)
    with st.expander(stand.say("people.attendant.data")):
        _data(stand, line)


def _turn_year() -> None:
    st.session_state["attendant-year"] = st.session_state["kind-year"]


def _entry(stand: Stand, line: Line, today: date) -> None:
    say, n = stand.say, stand.round
    first, second, third, fourth = st.columns([1.1, 1, 0.8, 2.2])
    kind = first.segmented_control(
        say("people.attendant.what"), list(EntryKind), default=EntryKind.SERVICE, key=f"kind-entry-{n}", required=True,
        format_func=lambda each: say(f"entry_kind.{each}"),
    )  # fmt: skip
    with second:
        days.field(stand, "day", f"day-{n}", today)
    third.number_input(say("people.attendant.hours_field"), 0.5, 24.0, 2.0, 0.5, key=f"hours-{n}", format="%.1f")
    fourth.text_input(say("field.content"), key=f"content-{n}", max_chars=200, autocomplete="off")
    if kind is EntryKind.TRAINING:
        st.text_input(say("field.given_by"), key=f"given-{n}", max_chars=60, autocomplete="off")
    frame.button("entry-save", say("people.attendant.write"), _enter, line.attendant_id, stand.gesture, n, kind="primary")


def _enter(attendant_id: UUID, gesture: UUID, n: int) -> None:
    stand = here()
    kind = st.session_state.get(f"kind-entry-{n}") or EntryKind.SERVICE
    minutes = round(float(st.session_state.get(f"hours-{n}") or 0) * _MINUTES)
    content, given_by = (str(st.session_state.get(f"{field}-{n}") or "") for field in ("content", "given"))
    try:
        day = days.read("day", str(st.session_state.get(f"day-{n}") or "")) or clock.local_day(clock.now())
    except FactWrong as refusal:
        stand.told = refusal
        return
    said = {"kind": kind, "day": day, "minutes": minutes, "content": content, "given_by": given_by}
    answer = acts.do(attendants.enter, attendant_id=attendant_id, gesture=gesture, **said)
    outcome.tell(stand, "entered", answer, Undo(attendants.strike, {"entry_id": answer, "reason": stand.say("staff.undo.reason")}))


def _written(stand: Stand, entry: Entry) -> None:
    say = stand.say
    with frame.row(f"entry-{entry.entry_id}"):
        struck = say("people.attendant.struck", reason=entry.struck_reason) if entry.struck_reason else ""
        facts = (say(f"entry_kind.{entry.kind}"), say("people.attendant.hours_only", hours=_hours(entry.minutes)), entry.given_by, struck)
        draw.html(draw.line(f"{stand.words.long_day(entry.day)} {entry.content}", *facts, late=bool(struck)))
        if not struck:
            with st.popover(say("people.attendant.strike")):
                st.text_input(say("field.reason"), key=f"strike-{entry.entry_id}", max_chars=200, autocomplete="off")
                frame.button(
                    f"strike-{entry.entry_id}", say("people.attendant.strike"), _strike, entry.entry_id, stand.gesture, kind="primary"
                )


def _strike(entry_id: UUID, gesture: UUID) -> None:
    reason = str(st.session_state.get(f"strike-{entry_id}") or "")
    outcome.tell(here(), "struck", acts.do(attendants.strike, entry_id=entry_id, reason=reason, gesture=gesture))


def _data(stand: Stand, line: Line) -> None:
    _fields(stand, line.form)
    with st.container(key="card-acts-attendant", horizontal=True):
        frame.button("attendant-correct", stand.say("people.save"), _correct, line, stand.round, kind="primary")
        if line.to_day is None:
            frame.sure(stand, "attendant-end", stand.say("people.attendant.end"), _end, line.attendant_id, stand.gesture)
    if line.to_day is not None:
        draw.html(draw.empty(stand.say("people.attendant.erase_hint")))
        sure = st.checkbox(stand.say("people.erase.sure"), key=f"sure-{stand.round}")
        frame.button("attendant-erase", stand.say("people.more.erase"), _erase, line.attendant_id, stand.gesture, disabled=not sure)


def _correct(line: Line, n: int) -> None:
    stand = here()
    try:
        answer: Any = acts.do(attendants.correct, attendant_id=line.attendant_id, form=_read(line.form, n), seen=line.seen)
    except FactWrong as refusal:
        answer = refusal
    outcome.tell(stand, "attendant", answer)


def _end(attendant_id: UUID, gesture: UUID) -> None:
    outcome.tell(here(), "ended", acts.do(attendants.end, attendant_id=attendant_id, gesture=gesture))


def _erase(attendant_id: UUID, gesture: UUID) -> None:
    stand = here()
    answer = acts.do(attendants.erase, attendant_id=attendant_id, gesture=gesture)
    if not acts.failed(answer):
        stand.go("attendants")
    outcome.tell(stand, "erased", answer)


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _hours(minutes: int) -> str:
    return f"{minutes / _MINUTES:.1f}".removesuffix(".0")
