"""经费: a year's budgets, and the book of each: what came, what was spent, and what is left."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import streamlit as st

from models import FundFlow, FundSource
from services import clock, funds
from services.funds import EntryLine, FundLine
from services.refusals import FactWrong
from services.registers.register import sum_of
from ui.staff import acts, draw, frame, told
from ui.staff.stand import Stand, Undo, here

_KEY: Final = "funding"
_FIGURE: Final = re.compile(r"([0-9]{1,8})(?:[.．]([0-9]{1,2}))?")


@dataclass
class Opened:
    """Which year lies open, which fund in it, and which entry somebody is about to strike."""

    year: int = 0
    fund_id: UUID | None = None
    striking: UUID | None = None


def screen(stand: Stand) -> None:
    """Draw a year's funds, or the one that was opened."""
    told.tell(stand)
    opened = _opened()
    answer = acts.look(funds.book, year=opened.year)
    lines = answer if isinstance(answer, list) else []
    fund = next((line for line in lines if line.fund_id == opened.fund_id), None)
    if fund is None:
        _book(stand, opened, lines)
    else:
        _fund(stand, opened, fund)


def _opened() -> Opened:
    kept = st.session_state.get(_KEY)
    if not isinstance(kept, Opened):
        kept = st.session_state[_KEY] = Opened(year=clock.local_day(clock.now()).year)
    return kept


def _book(stand: Stand, opened: Opened, lines: list[FundLine]) -> None:
    say = stand.say
    with frame.card("funds"):
        answer = acts.look(funds.years)
        years = answer if isinstance(answer, list) else [opened.year]
        left, right = st.columns([6, 1], vertical_alignment="center")
        with left:
            draw.html(draw.heading(say("funds.title"), say("funds.lead")))
        opened.year = right.selectbox(
            say("funds.year"), years, index=years.index(opened.year), key=f"fund-year-{stand.lang}", label_visibility="collapsed"
        )
        if not lines:
            draw.html(draw.empty(say("funds.none")))
        for line in lines:
            with frame.row(f"fund-{line.fund_id}"):
                facts = [f"{say(f'funds.{name}')} {sum_of(fen)}" for name, fen in _standing(line)]
                draw.html(draw.line(line.item, say(f"funds.source.{line.source}"), *facts, late=line.balance_fen < 0))
                frame.button(f"open-{line.fund_id}", say("funds.look"), _open, line.fund_id)
    with frame.card("fund-new"):
        draw.html(draw.heading(say("funds.new")))
        n = stand.round
        left, middle, right, last = st.columns([5, 4, 3, 2], vertical_alignment="bottom")
        left.text_input(say("funds.item"), key=f"fund-item-{n}", max_chars=80, autocomplete="off")
        middle.selectbox(
            say("funds.from"), list(FundSource), index=3, key=f"fund-source-{n}", format_func=lambda one: say(f"funds.source.{one}")
        )
        right.text_input(say("funds.budget"), key=f"fund-budget-{n}", placeholder="0.00", max_chars=12, autocomplete="off")
        with last:
            frame.button("fund-plan", say("funds.open"), _plan, n, stand.gesture, kind="primary", width="stretch")


def _standing(line: FundLine) -> tuple[tuple[str, int], ...]:
    return ("budget", line.budget_fen), ("received", line.in_fen), ("spent", line.out_fen), ("balance", line.balance_fen)


def _fund(stand: Stand, opened: Opened, fund: FundLine) -> None:
    say = stand.say
    with st.container(key="card-acts-funds", horizontal=True):
        frame.button("all-funds", say("funds.back"), _open, None)
    tones = ("plain", "green", "plain", "red" if fund.balance_fen < 0 else "green")
    small = f"{fund.year} · {say(f'funds.source.{fund.source}')}"
    draw.html(draw.figures(
        draw.figure(say(f"funds.{name}"), str(sum_of(fen)), "", tone)
        for (name, fen), tone in zip(_standing(fund), tones, strict=True)
    ))  # fmt: skip
    with frame.card("fund-entry"):
        draw.html(draw.heading(fund.item, small))
        _form(stand, fund)
    with frame.card("fund-entries"):
        draw.html(draw.heading(say("funds.entries")))
        answer = acts.look(funds.entries, fund_id=fund.fund_id)
        entries = answer if isinstance(answer, list) else []
        if not entries:
            draw.html(draw.empty(say("funds.no_entries")))
        for entry in entries:
            _entry(stand, opened, entry)
    with frame.card("fund-budget"), st.container(key="card-acts-budget", horizontal=True, vertical_alignment="bottom"):
        planned = str(sum_of(fund.budget_fen))
        st.text_input(say("funds.budget"), planned, key=f"fund-rebudget-{stand.round}", max_chars=12, width=200)
        frame.button("fund-replan", say("funds.change"), _replan, fund.fund_id, fund.budget_fen, stand.round, stand.gesture)


def _form(stand: Stand, fund: FundLine) -> None:
    say, n = stand.say, stand.round
    first, second, third, fourth = st.columns([3, 3, 3, 3], vertical_alignment="bottom")
    flow = first.segmented_control(
        say("funds.entries"), [FundFlow.OUT, FundFlow.IN], default=FundFlow.OUT, key=f"fund-flow-{n}", required=True,
        format_func=lambda one: say(f"funds.flow.{one}"), label_visibility="collapsed",
    )  # fmt: skip
    second.date_input(say("funds.day"), clock.local_day(clock.now()), key=f"fund-day-{n}", format="YYYY-MM-DD")
    third.text_input(say("funds.figure"), key=f"fund-figure-{n}", placeholder="0.00", max_chars=12, autocomplete="off")
    hint = say("funds.voucher_hint") if flow is FundFlow.OUT else ""
    fourth.text_input(say("funds.voucher"), key=f"fund-voucher-{n}", placeholder=hint, max_chars=40, autocomplete="off")
    left, right = st.columns([9, 3], vertical_alignment="bottom")
    left.text_input(say("funds.what"), key=f"fund-what-{n}", max_chars=120, autocomplete="off")
    with right:
        frame.button("fund-enter", say("funds.enter"), _enter, fund.fund_id, n, stand.gesture, kind="primary", width="stretch")


def _entry(stand: Stand, opened: Opened, entry: EntryLine) -> None:
    say = stand.say
    with frame.row(f"entry-{entry.entry_id}"):
        state = say("funds.red") if entry.red else say("funds.struck") if entry.struck else ""
        facts = (entry.day.isoformat(), say(f"funds.flow.{entry.flow}"), str(sum_of(entry.sum_fen)), entry.voucher, state)
        draw.html(draw.line(entry.what, *facts, late=entry.red))
        if entry.red or entry.struck:
            return
        if opened.striking == entry.entry_id:
            key = f"strike-why-{stand.round}"
            why = say("funds.strike_hint")
            st.text_input(why, key=key, placeholder=why, label_visibility="collapsed", max_chars=80, autocomplete="off")
            frame.button(f"strike-{entry.entry_id}", say("funds.strike"), _strike, entry.entry_id, key, stand.gesture, kind="primary")
        else:
            frame.button(f"ask-strike-{entry.entry_id}", say("funds.strike"), _ask_to_strike, entry.entry_id)


def _open(fund_id: UUID | None) -> None:
    opened = _opened()
    opened.fund_id, opened.striking = fund_id, None
    here().told = None
    here().ask_anew()


def _ask_to_strike(entry_id: UUID) -> None:
    _opened().striking = entry_id


def _plan(n: int, gesture: UUID) -> None:
    stand, opened = here(), _opened()
    try:
        fen = _fen(f"fund-budget-{n}", "budget")
    except FactWrong as refusal:
        stand.told = refusal
        return
    said = {"item": str(st.session_state.get(f"fund-item-{n}") or ""), "source": st.session_state.get(f"fund-source-{n}")}
    answer = acts.do(funds.plan, year=opened.year, budget_fen=fen, gesture=gesture, **said)
    if isinstance(answer, UUID):
        opened.fund_id = answer
        stand.tell("booked")
    else:
        stand.told = answer


def _replan(fund_id: UUID, seen: int, n: int, gesture: UUID) -> None:
    stand = here()
    try:
        fen = _fen(f"fund-rebudget-{n}", "budget")
    except FactWrong as refusal:
        stand.told = refusal
        return
    way_back = Undo(funds.replan, {"fund_id": fund_id, "budget_fen": seen, "seen": fen})
    _say(acts.do(funds.replan, fund_id=fund_id, budget_fen=fen, seen=seen, gesture=gesture), way_back)


def _enter(fund_id: UUID, n: int, gesture: UUID) -> None:
    stand, kept = here(), st.session_state
    # A field that was emptied has no day: nothing is entered under tomorrow either, so that is refused by its name.
    day = kept.get(f"fund-day-{n}") or date.max
    try:
        fen = _fen(f"fund-figure-{n}", "fund_sum")
    except FactWrong as refusal:
        stand.told = refusal
        return
    said = {name: str(kept.get(f"fund-{name}-{n}") or "") for name in ("what", "voucher")}
    flow = kept.get(f"fund-flow-{n}") or FundFlow.OUT
    answer = acts.do(funds.enter, fund_id=fund_id, flow=flow, day=day, sum_fen=fen, gesture=gesture, **said)
    _say(answer, Undo(funds.strike, {"entry_id": answer, "reason": stand.say("staff.undo.reason")}))


def _strike(entry_id: UUID, key: str, gesture: UUID) -> None:
    answer = acts.do(funds.strike, entry_id=entry_id, reason=str(st.session_state.get(key) or ""), gesture=gesture)
    if not acts.failed(answer):
        _opened().striking = None
    _say(answer)


def _say(answer: object, way_back: Undo | None = None) -> None:
    """What was typed stays where it was refused."""
    stand = here()
    if acts.failed(answer):
        stand.told = answer
    else:
        stand.tell("booked", way_back)


def _fen(key: str, field: str) -> int:
    """Read 123 or 123.45 as fen. Raises FactWrong."""
    text = str(st.session_state.get(key) or "").strip().replace(",", "").replace("，", "")
    match = _FIGURE.fullmatch(text)
    if match is None:
        raise FactWrong(field=field)
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
