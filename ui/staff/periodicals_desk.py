"""报刊: each issue taken in by one tap, what is missing claimed, what was read bound or disposed of."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import streamlit as st

from models import Binding, ClaimEnd, Frequency, Medium, Press
from services import clock, codes, periodicals, subscriptions
from services.accession import CLC
from services.issues import State
from services.periodicals import SubscriptionForm
from services.refusals import FactWrong, Refusal
from services.subscriptions import Issue, Run
from ui.staff import acts, draw, frame, told
from ui.staff.fields import Fields
from ui.staff.stand import Stand, Undo, here

_YEAR: Final = "periodicals-year"
_RUN: Final = "periodicals-run"
_NEW: Final = "periodicals-new"
_BY_WEEKDAY: Final = frozenset({Frequency.DAILY, Frequency.WEEKLY})
_LACKING: Final = (State.MISSING, State.PART, State.CLAIMED)
_MOST_LACKING: Final = 24


def screen(stand: Stand) -> None:
    """Draw the year's subscriptions, and the one that was opened beside them."""
    told.tell(stand)
    year = int(st.session_state.get(_YEAR) or clock.local_day(clock.now()).year)
    found = acts.look(subscriptions.runs, since=date(year, 1, 1), until=date(year + 1, 1, 1))
    runs: list[Run] = found if isinstance(found, list) else []
    opened = next((run for run in runs if run.id == st.session_state.get(_RUN)), None)
    left, right = st.columns([1.1, 1], gap="small")
    with left, frame.card("periodicals"):
        _list(stand, runs, year)
    with right:
        if st.session_state.get(_NEW):
            with frame.card("subscribe"):
                _subscribe(stand, year)
        elif opened:
            with frame.card("run"):
                _opened(stand, opened)
            with frame.card("run-handled"):
                _handled(stand, opened)
        else:
            with frame.card("run-none"):
                draw.html(draw.empty(stand.say("periodicals.pick")))


# -- the list -----------------------------------------------------------------------------------------------------------------


def _list(stand: Stand, runs: list[Run], year: int) -> None:
    say = stand.say
    draw.html(draw.heading(say("periodicals.title", year=year), say("periodicals.count", count=len(runs)) if runs else ""))
    with st.container(key="more-periodicals", horizontal=True):
        frame.button("subscribe", say("periodicals.subscribe"), _begin, kind="primary")
        frame.button("year-back", str(year - 1), _turn, year - 1)
        frame.button("year-on", str(year + 1), _turn, year + 1)
    if not runs:
        draw.html(draw.empty(say("periodicals.empty")))
    for run in runs:
        _line(stand, run)


def _line(stand: Stand, run: Run) -> None:
    say = stand.say
    lacking = len(run.having(*_LACKING))
    waits = next(iter(run.having(State.EXPECTED)), None)
    with frame.row(f"run-{run.id}"):
        counts = say("periodicals.came", count=len(run.having(State.RECEIVED)))
        counts += " · " + say("periodicals.lacking", count=lacking) if lacking else ""
        facts = (say(f"frequency.{run.cycle.frequency}"), say("periodicals.copies", count=run.copies), counts)
        draw.html(draw.line(say("staff.book", name=run.name), *facts, late=bool(lacking)))
        if waits and run.ended_day is None:
            label = say("periodicals.arrived", issue=named(stand, waits))
            frame.button(f"in-{run.id}", label, _receive, run.id, waits.day, stand.gesture, kind="primary")
        frame.button(f"open-{run.id}", say("periodicals.open"), _open, run.id)


def named(stand: Stand, issue: Issue) -> str:
    """Name an issue: by its number in the year, or a daily by its date."""
    return stand.say("periodicals.number", number=issue.number) if issue.number else stand.words.due(issue.day)


def joined(stand: Stand, run: Run, *states: State) -> str:
    """Write issues that stand so in a row: 1–6、8."""
    return "、".join(
        named(stand, first) if first is last else f"{named(stand, first)}–{named(stand, last)}"
        for first, last in subscriptions.spans(run, *states)
    )


def _turn(year: int) -> None:
    st.session_state[_YEAR] = year
    st.session_state[_RUN] = None
    here().told = None


def _open(run_id: UUID) -> None:
    st.session_state[_RUN], st.session_state[_NEW] = run_id, False
    here().told = None


def _say(stand: Stand, key: str, answer: object, way_back: Undo | None = None) -> None:
    if acts.failed(answer):
        stand.told = answer
    else:
        stand.tell(key, way_back)


def _receive(run_id: UUID, day: date, gesture: UUID) -> None:
    answer = acts.do(periodicals.receive, subscription_id=run_id, day=day, gesture=gesture)
    back = Undo(periodicals.take_back, {"subscription_id": run_id, "day": day})
    acts.say(here(), "issue_in", answer, back)


# -- one subscription ---------------------------------------------------------------------------------------------------------


def _opened(stand: Stand, run: Run) -> None:
    say = stand.say
    draw.html(draw.heading(say("staff.book", name=run.name), say(f"frequency.{run.cycle.frequency}")))
    months = say("periodicals.months", **_months(run.from_month, run.until_month))
    came = joined(stand, run, State.RECEIVED)
    draw.html(
        draw.facts([
            (say("field.months"), months),
            (say("field.agency"), run.agency),
            (say("periodicals.copies_each"), str(run.copies)),
            (say("issue.received"), came),
            (say("issue.not_published"), joined(stand, run, State.NOT_PUBLISHED)),
            (say("issue.sold_out"), joined(stand, run, State.SOLD_OUT)),
            (say("periodicals.ended"), stand.words.long_day(run.ended_day) if run.ended_day else ""),
        ])
    )  # fmt: skip
    _lacking(stand, run)
    last = next(reversed(run.having(State.RECEIVED, State.PART)), None)
    with st.container(key="more-run", horizontal=True):
        if last:
            label = say("periodicals.undo", issue=named(stand, last))
            frame.button("issue-back", label, _take_back, run.id, last.day, stand.gesture)
        frame.button("renew-run", say("periodicals.renew"), _begin, run.id)


def _lacking(stand: Stand, run: Run) -> None:
    say = stand.say
    wanted = run.having(State.MISSING, State.PART)
    if wanted:
        label = say("periodicals.claim", count=len(wanted))
        frame.button("claim", label, _claim, run.id, tuple(issue.day for issue in wanted), stand.gesture)
    if claimed := run.having(State.CLAIMED):
        text = say("periodicals.letter", agency=run.agency or say("field.agency"), name=run.name, year=claimed[0].day.year,
                   issues=joined(stand, run, State.CLAIMED), copies=run.copies)  # fmt: skip
        draw.html(draw.notice("mind", say("periodicals.claimed"), text))
    for issue in run.having(*_LACKING)[:_MOST_LACKING]:
        with frame.row(f"lack-{issue.day}"):
            came = say("periodicals.some", came=issue.came, copies=run.copies) if issue.came else ""
            draw.html(draw.line(named(stand, issue), stand.words.due(issue.day), say(f"issue.{issue.state}"), came, late=True))
            frame.button(f"late-{issue.day}", say("periodicals.now_here"), _receive, run.id, issue.day, stand.gesture)
            if issue.state is State.CLAIMED:
                for outcome in (ClaimEnd.NOT_PUBLISHED, ClaimEnd.SOLD_OUT):
                    act = _answer, run.id, issue.day, outcome, stand.gesture
                    frame.button(f"{outcome}-{issue.day}", say(f"issue.{outcome}"), *act)


def _claim(run_id: UUID, days: tuple[date, ...], gesture: UUID) -> None:
    _say(here(), "claimed", acts.do(periodicals.claim, subscription_id=run_id, days=days, gesture=gesture))


def _answer(run_id: UUID, day: date, outcome: ClaimEnd, gesture: UUID) -> None:
    _say(here(), "answered", acts.do(periodicals.answer, subscription_id=run_id, day=day, outcome=outcome, gesture=gesture))


def _take_back(run_id: UUID, day: date, gesture: UUID) -> None:
    answer = acts.do(periodicals.take_back, subscription_id=run_id, day=day, gesture=gesture)
    _say(here(), "issue_back", answer, Undo(periodicals.receive, {"subscription_id": run_id, "day": day}))


# -- what became of the issues --------------------------------------------------------------------------------------------------


def _handled(stand: Stand, run: Run) -> None:
    say = stand.say
    draw.html(draw.heading(say("periodicals.handled")))
    for each in run.handled:
        span = say("periodicals.months", **_months(each.from_day, each.until_day))
        pieces = say("periodicals.copies", count=each.pieces)
        draw.html(draw.line(say(f"binding.{each.binding}"), span, pieces, codes.clear(each.number) if each.number else "", each.note))
    with st.expander(say("periodicals.dispose")):
        form = Fields(stand, f"dispose-{run.id}")
        left, right = st.columns(2, gap="small")
        with left:
            form.text("from_month", f"{run.from_month:%Y-%m}", most=7)
            room = form.room(Medium.PERIODICAL)
        with right:
            form.text("until_month", f"{_month_before(run.until_month):%Y-%m}", most=7)
            if room:
                form.approver(room)
        form.choice("binding", Binding, "binding", Binding.BOUND)
        form.text("note")
        frame.button("dispose", say("periodicals.dispose"), _dispose, run.id, stand.gesture, kind="primary")
    if run.ended_day is None:
        with st.expander(say("periodicals.give_up")):
            form = Fields(stand, f"give-up-{run.id}")
            form.text("reason", hint=say("staff.thing.why_hint"))
            frame.button("give-up", say("periodicals.give_up"), _give_up, run.id, stand.gesture)


def _dispose(run_id: UUID, gesture: UUID) -> None:
    stand, form = here(), Fields(here(), f"dispose-{run_id}")
    try:
        span = {"from_day": month(form.read("from_month")), "until_day": _after(month(form.read("until_month")))}
    except Refusal as refusal:
        stand.told = refusal
        return
    answer = acts.do(
        periodicals.dispose, subscription_id=run_id, binding=form.chosen("binding", Binding.BOUND), room_id=form.held("room"),
        approver_id=form.held("approver"), note=form.read("note"), gesture=gesture, **span,
    )  # fmt: skip
    _say(stand, "disposed", answer)


def _give_up(run_id: UUID, gesture: UUID) -> None:
    reason = Fields(here(), f"give-up-{run_id}").read("reason")
    _say(here(), "given_up", acts.do(periodicals.give_up, subscription_id=run_id, reason=reason, gesture=gesture))


# -- subscribing ----------------------------------------------------------------------------------------------------------------


def _begin(run_id: UUID | None = None) -> None:
    """Open the form; of a subscription that is renewed, with its facts."""
    stand = here()
    st.session_state[_NEW], st.session_state[_RUN] = True, run_id
    stand.told = None
    stand.ask_anew()


def _subscribe(stand: Stand, year: int) -> None:
    form, say = Fields(stand, "subscribe"), stand.say
    old = acts.look(subscriptions.run, subscription_id=st.session_state[_RUN]) if st.session_state.get(_RUN) else None
    run = old if isinstance(old, Run) else None
    draw.html(draw.heading(say("periodicals.subscribe")))
    if run:
        draw.html(draw.empty(say("periodicals.again", name=run.name)))
    else:
        left, right = st.columns([1.3, 1], gap="small", vertical_alignment="bottom")
        with left:
            form.text("periodical_name")
        classes = sorted(CLC)
        right.selectbox(
            say("field.class_code"), classes, index=None, key=form.key("class_code"), placeholder=say("books.class_hint"),
            format_func=lambda code: f"{code} {say(f'clc.{code}')}",
        )  # fmt: skip
    left, right = st.columns([1, 2.2], gap="small")
    with left:
        form.choice("press", Press, "press", run.press if run else Press.MAGAZINE)
    with right:
        _cycle(form, run)
    first, second, third = st.columns(3, gap="small")
    with first:
        form.text("from_month", f"{run.until_month if run else date(year, 1, 1):%Y-%m}", most=7)
    with second:
        after = run.until_month.replace(year=run.until_month.year + 1) if run else date(year + 1, 1, 1)
        form.text("until_month", f"{_month_before(after):%Y-%m}", most=7)
    with third:
        st.number_input(say("periodicals.copies_each"), 1, 50, run.copies if run else 1, key=form.key("copies"))
    form.text("agency", run.agency if run else "", hint=say("periodicals.agency_hint"), most=60)
    title_id = run.title_id if run else None
    frame.button("subscribe-enter", say("books.enter"), _enter, title_id, stand.gesture, kind="primary", width="stretch")
    frame.button("subscribe-stop", say("periodicals.stop"), _stop)


def _cycle(form: Fields, run: Run | None) -> None:
    """Ask how often, and for just what that frequency leaves open."""
    say = form.stand.say
    words = {each: say(f"frequency.{each}") for each in Frequency}
    usual = run.cycle.frequency if run else Frequency.MONTHLY
    chosen = st.selectbox(
        say("periodicals.frequency"), list(words), index=list(words).index(usual), key=form.key("frequency"), format_func=words.__getitem__
    )
    if chosen in _BY_WEEKDAY:
        days = [say(f"periodicals.weekday.{number}") for number in range(1, 8)]
        several = chosen is Frequency.DAILY
        before = [int(sign) for sign in run.cycle.weekdays] if run else list(range(1, 8 if several else 2))
        st.pills(
            say("field.weekdays"), list(range(1, 8)), selection_mode="multi" if several else "single",
            default=before if several else before[0], key=f"kind-{form.key(f'weekdays-{several}')}",
            format_func=lambda number: days[number - 1],
        )  # fmt: skip
        return
    left, right = st.columns(2, gap="small")
    with left:
        st.number_input(say("field.issue_day"), 1, 28, run.cycle.day if run else 1, key=form.key("day"))
    if chosen not in {Frequency.TEN_DAYS, Frequency.HALF_MONTHLY, Frequency.MONTHLY}:
        with right:
            st.number_input(say("periodicals.first_month"), 1, 12, run.cycle.first_month if run else 1, key=form.key("first_month"))


def _enter(title_id: UUID | None, gesture: UUID) -> None:
    stand, form = here(), Fields(here(), "subscribe")
    try:
        wanted = _form(form, title_id)
    except Refusal as refusal:
        stand.told = refusal
        return
    answer = acts.do(periodicals.subscribe, form=wanted, gesture=gesture)
    if isinstance(answer, UUID):
        st.session_state[_NEW], st.session_state[_RUN], st.session_state[_YEAR] = False, answer, wanted.from_month.year
    _say(stand, "subscribed", answer)


def _form(form: Fields, title_id: UUID | None) -> SubscriptionForm:
    frequency = form.held("frequency") or Frequency.MONTHLY
    picked = st.session_state.get(f"kind-{form.key(f'weekdays-{frequency is Frequency.DAILY}')}")
    weekdays = "".join(str(day) for day in (picked if isinstance(picked, list) else [picked]) if day)
    return SubscriptionForm(
        press=form.chosen("press", Press.MAGAZINE), frequency=frequency, from_month=month(form.read("from_month")),
        until_month=_after(month(form.read("until_month"))), title_id=title_id, name=form.read("periodical_name"),
        class_code=str(form.held("class_code") or ""), weekdays=weekdays if frequency in _BY_WEEKDAY else "1",
        day=int(form.held("day") or 1), first_month=int(form.held("first_month") or 1), agency=form.read("agency"),
        copies=int(form.held("copies") or 1),
    )  # fmt: skip


def _stop() -> None:
    st.session_state[_NEW] = False
    here().told = None


def month(text: str) -> date:
    """Read 2027-1, 2027.01 or 2027年1月 as the first day of the month. Raises FactWrong."""
    plain = text.strip().replace("年", "-").replace(".", "-").replace("/", "-").rstrip("月")
    try:
        return datetime.strptime(plain, "%Y-%m").date()  # noqa: DTZ007  a month has no zone
    except ValueError:
        raise FactWrong(field="months") from None


def _after(first: date) -> date:
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def _month_before(first: date) -> date:
    return first.replace(year=first.year - (first.month == 1), month=(first.month - 2) % 12 + 1)


def _months(first: date, until: date) -> dict[str, str]:
    return {"first": f"{first:%Y-%m}", "last": f"{_month_before(until):%Y-%m}"}
