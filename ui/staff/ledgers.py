"""台账: one of the paper books on the screen, for any period; print, .xlsx, and all of a year in one archive."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import streamlit as st
from markupsafe import Markup

from services import clock
from services.registers import papers, shelf
from services.registers.shelf import Page
from ui.staff import acts, draw, frame, told
from ui.staff.bindery import Progress, Work, bindery
from ui.staff.stand import Stand

_KEY: Final = "ledgers"
_SPANS: Final = ("this_month", "last_month", "this_year", "last_year", "own_period")
_YEARS: Final = 6
_POLL: Final = 1.0


@dataclass
class Reading:
    """What this tablet looks at: a book, a period, a page of it; the lines are asked for anew each time."""

    register: str = "04"
    span: str = "this_month"
    since: date | None = None
    until: date | None = None
    page: int = 0


def screen(stand: Stand) -> None:
    """Draw the book that lies open, and the year's archive below."""
    told.tell(stand)
    reading = _reading()
    _choose(stand, reading)
    since, until = _span(reading)
    text = str(st.session_state.get("field-ledgers") or "")
    facts = {"register": reading.register, "since": since, "until": until, "words": stand.words}
    page = acts.look(shelf.page, text=text, number=reading.page, **facts)
    with frame.card("ledger"):
        if isinstance(page, Page):
            _open_book(stand, page, since, until, narrowed=bool(text))
        else:
            draw.html(told.paper(stand, page))
    with frame.card("ledger-year"):
        _year(stand)


def _reading() -> Reading:
    kept = st.session_state.get(_KEY)
    if not isinstance(kept, Reading):
        kept = st.session_state[_KEY] = Reading()
    return kept


def _choose(stand: Stand, reading: Reading) -> None:
    say, numbers = stand.say, list(shelf.REGISTERS)
    with st.container(key="ledger-choice"):
        left, right = st.columns([5, 7], vertical_alignment="bottom")
        register = left.selectbox(
            say("registers.title"), numbers, index=numbers.index(reading.register), key=f"ledger-{stand.lang}",
            format_func=lambda number: f"{number} {say(f'registers.name.{number}')}",
        )  # fmt: skip
        span = right.segmented_control(
            say("registers.period"), _SPANS, default=reading.span, key=f"span-{stand.lang}", required=True,
            format_func=lambda span: say(f"registers.{span}"),
        )  # fmt: skip
        before = (reading.register, reading.span, reading.since, reading.until)
        reading.register, reading.span = register, span
        if reading.span == "own_period":
            _own_period(stand, reading, *st.columns(2))
        if before != (reading.register, reading.span, reading.since, reading.until):
            reading.page = 0
        st.text_input(
            say("registers.find"), key="field-ledgers", placeholder=say("registers.find"), label_visibility="collapsed", max_chars=60,
            autocomplete="off", on_change=_turn, args=(0,), icon=":material/search:",
        )  # fmt: skip


def _own_period(stand: Stand, reading: Reading, left: st.delta_generator.DeltaGenerator, right: st.delta_generator.DeltaGenerator) -> None:
    today = clock.local_day(clock.now())
    since = left.date_input(stand.say("registers.from"), reading.since or today.replace(day=1), key="ledger-from", format="YYYY-MM-DD")
    last = right.date_input(stand.say("registers.to"), _last(reading) or today, key="ledger-to", format="YYYY-MM-DD")
    reading.since, reading.until = since, max(since, last) + timedelta(days=1)


def _last(reading: Reading) -> date | None:
    return reading.until - timedelta(days=1) if reading.until else None


def _span(reading: Reading) -> tuple[date, date]:
    """Give the period, its end not in it."""
    today = clock.local_day(clock.now())
    month = today.replace(day=1)
    after = (month + timedelta(days=31)).replace(day=1)
    match reading.span:
        case "last_month":
            return (month - timedelta(days=1)).replace(day=1), month
        case "this_year":
            return date(today.year, 1, 1), date(today.year + 1, 1, 1)
        case "last_year":
            return date(today.year - 1, 1, 1), date(today.year, 1, 1)
        case "own_period" if reading.since and reading.until:
            return reading.since, reading.until
        case _:
            return month, after


def _open_book(stand: Stand, page: Page, since: date, until: date, *, narrowed: bool) -> None:
    register = page.register
    span = stand.say("registers.span", since=since.isoformat(), until=(until - timedelta(days=1)).isoformat())
    thick = page.more and acts.look(papers.is_thick, register=register.number, since=since, until=until) is True
    links = draw.NOTHING.join(_link(stand, register.number, ending, since, until) for ending in (("xlsx",) if thick else ("pdf", "xlsx")))
    draw.html(draw.heading(stand.say(f"registers.name.{register.number}"), Markup("{} {}").format(span, links)))
    if thick:
        _bound(stand, Work(since, until, register.number))
    if not page.lines:
        draw.html(draw.empty(stand.say("registers.nothing" if narrowed else "registers.empty")))
    else:
        draw.html(Markup('<div class="desk-ledger">{}</div>').format(draw.table(register.columns, page.lines)))
    with st.container(key="card-acts-turning", horizontal=True):
        if page.number:
            frame.button("back-page", stand.say("books.page_back"), _turn, page.number - 1)
        if page.more:
            frame.button("next-page", stand.say("books.page_on"), _turn, page.number + 1)



def _link(stand: Stand, number: str, ending: str, since: date, until: date) -> Markup:
    return Markup('<a class="desk-link" href="/desk/registers/{}.{}?since={}&until={}" download>{}</a>').format(
        number, ending, since, until, stand.say("registers.print" if ending == "pdf" else "registers.sheet")
    )


def _turn(number: int) -> None:
    _reading().page = number


# -- a thick register ---------------------------------------------------------------------------------------------------------


def _bound(stand: Stand, work: Work) -> None:
    """Have it printed by the bindery, which tells how far it is."""
    now = bindery.look()
    st.fragment(_print, run_every=_POLL if _is_going(now) else None)(stand, work, now)


def _print(stand: Stand, work: Work, drawn: Progress | None) -> None:
    say, now = stand.say, bindery.look()
    if _is_going(drawn) != _is_going(now):
        st.rerun()
    if now is not None and _is_going(now):
        _how_far(stand, now)
        return
    mine = now if now is not None and now.work == work else None
    if mine is not None and not mine.reference:
        draw.html(draw.notice("good", say("registers.bound_ready")), _fetch(stand))
        return
    if mine is not None:
        draw.html(draw.notice("no", say("registers.year_failed", reference=mine.reference)))
    with st.container(key="card-acts-bound", horizontal=True, vertical_alignment="center"):
        frame.button("bind-one", say("registers.bound_make"), _begin, work, kind="primary")
        draw.html(draw.empty(say("registers.bound_lead")))


def _how_far(stand: Stand, now: Progress) -> None:
    key = "bound_going" if now.work.register else "year_going"
    text = stand.say(f"registers.{key}", name=now.name, done=now.done, all=now.count) if now.count else stand.say("registers.year_begun")
    st.progress(min(1.0, now.done / max(now.count, 1)), text=frame.plain(text))


def _fetch(stand: Stand) -> Markup:
    link = Markup('<a class="desk-link desk-main" href="/desk/registers/bound.zip" download>{}</a>')
    return link.format(stand.say("registers.year_fetch"))


def _begin(work: Work) -> None:
    if acts.actor() is not None:
        bindery.begin(work)


# -- the year -----------------------------------------------------------------------------------------------------------------


def _year(stand: Stand) -> None:
    """Begin the archive of a year; while it is being made its progress is asked for every second, by this card alone."""
    now = bindery.look()
    st.fragment(_archive, run_every=_POLL if _is_going(now) else None)(stand, now)


def _is_going(progress: Progress | None) -> bool:
    return progress is not None and progress.going


def _archive(stand: Stand, drawn: Progress | None) -> None:
    say, now = stand.say, bindery.look()
    if _is_going(drawn) != _is_going(now):
        # It was begun by this card, or has ended: only a whole page begins or stops asking.
        st.rerun()
    draw.html(draw.heading(say("registers.year_book"), say("registers.year_lead")))
    if now is not None and _is_going(now):
        _how_far(stand, now)
        return
    mine = now if now is not None and not now.work.register else None
    if mine is not None and mine.reference:
        draw.html(draw.notice("no", say("registers.year_failed", reference=mine.reference)))
    elif mine is not None:
        draw.html(draw.notice("good", say("registers.year_ready", year=mine.work.since.year, all=mine.count)), _fetch(stand))
    this = clock.local_day(clock.now()).year
    with st.container(key="card-acts-year", horizontal=True, vertical_alignment="bottom"):
        year = st.selectbox(say("funds.year"), list(range(this, this - _YEARS, -1)), key="ledger-year", width=140)
        frame.button("bind-year", say("registers.year_make", year=year), _begin, Work.of_year(year), kind="primary")
