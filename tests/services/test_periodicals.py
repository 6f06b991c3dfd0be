"""报刊: which issues are expected, which came, which are missed and claimed, and what became of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from models import Binding, ClaimEnd, Frequency, IssueArrival, IssueDisposal, Item, JournalRow, Press
from services import database, issues, periodicals, subscriptions
from services.issues import Cycle, State
from services.periodicals import SubscriptionForm
from services.refusals import ApproverNotAllowed, ChangedMeanwhile, FactMissing, FactWrong, NotAllowed, ReasonMissing, Refusal, UnknownCode
from services.subscriptions import Run
from tests.cast import AT, Village, gesture
from tests.robust.dumps import everything

YEAR = {"from_month": date(2027, 1, 1), "until_month": date(2028, 1, 1)}


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.zhou} | facts)


def subscribe(village: Village, **facts: Any) -> Any:
    given_ = {
        "press": Press.MAGAZINE,
        "frequency": Frequency.MONTHLY,
        "name": "湖南农业",
        "class_code": "S",
        "agency": "邮政所",
        "copies": 2,
        **YEAR,
    }
    act = {name: facts.pop(name) for name in ("gesture", "by") if name in facts}
    return do(village, periodicals.subscribe, form=SubscriptionForm(**given_ | facts), **act)


def run(village: Village, sub: Any, at: datetime = AT) -> Run:
    return database.read(village.engine, subscriptions.run, subscription_id=sub, at=at, by=village.zhou)


def receive(village: Village, sub: Any, day: date, **facts: Any) -> Any:
    return do(village, periodicals.receive, subscription_id=sub, day=day, **facts)


def states(village: Village, sub: Any, at: datetime = AT) -> list[State]:
    return [issue.state for issue in run(village, sub, at).issues]


# -- the calendar -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cycle", "count", "first", "last"),
    [
        (Cycle(Frequency.DAILY, "1234567"), 365, (1, 1), (12, 31)),
        (Cycle(Frequency.DAILY, "12345"), 261, (1, 1), (12, 31)),
        (Cycle(Frequency.WEEKLY, "5"), 53, (1, 1), (12, 31)),
        (Cycle(Frequency.TEN_DAYS, day=8), 36, (1, 8), (12, 28)),
        (Cycle(Frequency.TEN_DAYS, day=10), 36, (1, 10), (12, 30)),
        (Cycle(Frequency.HALF_MONTHLY), 24, (1, 1), (12, 16)),
        (Cycle(Frequency.HALF_MONTHLY, day=15), 24, (1, 15), (12, 30)),
        (Cycle(Frequency.MONTHLY, day=28), 12, (1, 28), (12, 28)),
        (Cycle(Frequency.BIMONTHLY, first_month=2), 6, (2, 1), (12, 1)),
        (Cycle(Frequency.QUARTERLY, first_month=3), 4, (3, 1), (12, 1)),
        (Cycle(Frequency.HALF_YEARLY, first_month=6), 2, (6, 1), (12, 1)),
        (Cycle(Frequency.YEARLY, first_month=10), 1, (10, 1), (10, 1)),
    ],
)  # fmt: skip
def test_the_issues_of_a_year_follow_from_the_frequency(cycle: Cycle, count: int, first: Any, last: Any) -> None:
    found = issues.days(cycle, date(2027, 1, 1), date(2028, 1, 1))
    assert (len(found), found[0], found[-1]) == (count, date(2027, *first), date(2027, *last))
    assert issues.number(cycle, found[-1]) == (None if cycle.frequency is Frequency.DAILY else count)


cycles = st.builds(
    Cycle, st.sampled_from(Frequency), st.sets(st.sampled_from("1234567"), min_size=1).map("".join), st.integers(1, 28), st.integers(1, 12)
)


@given(cycle=cycles, start=st.dates(date(2020, 1, 1), date(2035, 1, 1)), cut=st.integers(0, 900), more=st.integers(0, 900))
def test_a_span_has_the_issues_of_its_two_halves_in_order_and_each_once(cycle: Cycle, start: date, cut: int, more: int) -> None:
    middle, end = start + timedelta(days=cut), start + timedelta(days=cut + more)
    whole = issues.days(cycle, start, end)
    assert whole == issues.days(cycle, start, middle) + issues.days(cycle, middle, end) == sorted(set(whole))
    assert all(start <= day < end for day in whole)


# -- subscribing ------------------------------------------------------------------------------------------------------------


def test_a_subscription_gets_its_title_a_class_and_a_call_number(village: Village) -> None:
    press = gesture()
    sub = subscribe(village, gesture=press)
    assert subscribe(village, gesture=press) == sub
    mine = run(village, sub)
    assert (mine.name, mine.class_code, mine.agency, mine.copies) == ("湖南农业", "S", "邮政所", 2)
    # The tenth of March: January's and February's are missed, March's may still be in the post, April's comes next.
    assert states(village, sub) == [State.MISSING, State.MISSING, State.EXPECTED, State.EXPECTED]
    again = subscribe(village, title_id=mine.title_id, from_month=date(2028, 1, 1), until_month=date(2029, 1, 1))
    assert run(village, again).title_id == mine.title_id
    found = database.read(village.engine, subscriptions.runs, since=date(2027, 6, 1), until=date(2028, 2, 1), at=AT, by=village.zhou)
    assert [each.id for each in found] == [sub, again]


@pytest.mark.parametrize(
    ("refusal", "facts"),
    [
        (FactMissing, {"name": " "}),
        (FactMissing, {"class_code": ""}),
        (FactWrong, {"from_month": date(2027, 1, 2)}),
        (FactWrong, {"until_month": date(2027, 1, 1)}),
        (FactWrong, {"until_month": date(2029, 2, 1)}),
        (FactWrong, {"copies": 0}),
        (FactWrong, {"copies": 51}),
        (FactWrong, {"weekdays": ""}),
        (FactWrong, {"weekdays": "8"}),
        (FactWrong, {"weekdays": "11"}),
        (FactWrong, {"frequency": Frequency.WEEKLY, "weekdays": "15"}),
        (FactWrong, {"day": 29}),
        (FactWrong, {"first_month": 13}),
        (FactWrong, {"agency": "长" * 61}),
        (FactWrong, {"title_id": gesture()}),
        (NotAllowed, {}),
    ],
)
def test_a_subscription_that_cannot_be_is_refused(village: Village, refusal: type[Refusal], facts: dict[str, Any]) -> None:
    before = everything(village.engine)
    with pytest.raises(refusal):
        subscribe(village, **facts | ({"by": village.kiosk} if refusal is NotAllowed else {}))
    with pytest.raises(FactWrong):
        subscribe(village, title_id=village.titles["huozhe"].id)
    assert everything(village.engine) == before


# -- issues -----------------------------------------------------------------------------------------------------------------


def test_an_issue_is_taken_in_by_one_tap_and_once(village: Village) -> None:
    sub, press = subscribe(village), gesture()
    for _ in range(2):
        taken = receive(village, sub, date(2027, 1, 1), gesture=press)
    assert (taken.state, taken.came, taken.number) == (State.RECEIVED, 2, 1)
    assert receive(village, sub, date(2027, 2, 1), copies=1).state is State.PART
    assert receive(village, sub, date(2027, 2, 1)).state is State.RECEIVED
    with pytest.raises(FactWrong):
        receive(village, sub, date(2027, 2, 1))
    with pytest.raises(FactWrong):
        receive(village, sub, date(2027, 2, 2))
    do(village, periodicals.take_back, subscription_id=sub, day=date(2027, 1, 1))
    with pytest.raises(ChangedMeanwhile):
        do(village, periodicals.take_back, subscription_id=sub, day=date(2027, 1, 1))
    assert states(village, sub)[:2] == [State.MISSING, State.RECEIVED]
    with Session(village.engine) as session:
        assert len(session.exec(select(IssueArrival)).all()) == 3


def test_a_missing_issue_is_claimed_and_comes_or_never_appeared(village: Village) -> None:
    sub = subscribe(village)
    january, february = date(2027, 1, 1), date(2027, 2, 1)
    press = gesture()
    for _ in range(2):
        assert do(village, periodicals.claim, subscription_id=sub, days=[january, february], gesture=press) == 2
    assert states(village, sub)[:2] == [State.CLAIMED, State.CLAIMED]
    for days in ([january], [date(2027, 3, 1)], []):
        with pytest.raises(ChangedMeanwhile):
            do(village, periodicals.claim, subscription_id=sub, days=days)
    receive(village, sub, january)
    do(village, periodicals.answer, subscription_id=sub, day=february, outcome=ClaimEnd.NOT_PUBLISHED)
    assert states(village, sub)[:2] == [State.RECEIVED, State.NOT_PUBLISHED]
    do(village, periodicals.take_back, subscription_id=sub, day=january)
    assert states(village, sub)[0] is State.MISSING
    with pytest.raises(ChangedMeanwhile):
        do(village, periodicals.answer, subscription_id=sub, day=february, outcome=ClaimEnd.SOLD_OUT)
    with pytest.raises(FactWrong):
        do(village, periodicals.answer, subscription_id=sub, day=february, outcome=ClaimEnd.CAME)


def test_a_daily_is_missed_after_three_days(village: Village) -> None:
    sub = subscribe(
        village,
        press=Press.NEWSPAPER,
        frequency=Frequency.DAILY,
        weekdays="12345",
        name="日报",
        from_month=date(2027, 3, 1),
        class_code="Z",
    )
    # Wednesday the tenth: Friday's is missed, Monday's may still come.
    assert {issue.day.day: issue.state for issue in run(village, sub).issues if issue.day.day in {5, 8}} == {
        5: State.MISSING,
        8: State.EXPECTED,
    }


def test_a_subscription_given_up_expects_no_more(village: Village) -> None:
    sub, press = subscribe(village), gesture()
    with pytest.raises(ReasonMissing):
        do(village, periodicals.give_up, subscription_id=sub, reason=" ")
    for _ in range(2):
        do(village, periodicals.give_up, subscription_id=sub, reason="停刊", gesture=press)
    with pytest.raises(ChangedMeanwhile):
        do(village, periodicals.give_up, subscription_id=sub, reason="停刊")
    late = datetime(2027, 8, 1, tzinfo=UTC)
    assert len(run(village, sub, late).issues) == 3


# -- what becomes of them ---------------------------------------------------------------------------------------------------


def dispose(village: Village, sub: Any, **facts: Any) -> Any:
    said = {"from_day": date(2027, 1, 1), "until_day": date(2027, 3, 1), "binding": Binding.BOUND, "room_id": village.rooms["library"].id}
    return do(village, periodicals.dispose, subscription_id=sub, **said | facts)


def test_a_bound_volume_gets_a_number_of_its_own(village: Village) -> None:
    sub, press = subscribe(village), gesture()
    for day in (date(2027, 1, 1), date(2027, 2, 1)):
        receive(village, sub, day)
    made = dispose(village, sub, gesture=press, note="上半年合订本")
    assert dispose(village, sub, gesture=press, note="上半年合订本") == made
    assert (made.pieces, made.binding, made.number[0]) == (4, Binding.BOUND, "2")
    with Session(village.engine) as session:
        (item,) = session.exec(select(Item).where(Item.number == made.number)).all()
        assert (item.title_id, item.reference_only, item.source) == (run(village, sub).title_id, True, "订阅")
    assert run(village, sub).handled == (made,)
    with pytest.raises(ChangedMeanwhile):
        dispose(village, sub, from_day=date(2027, 2, 1), binding=Binding.KEPT)


def test_what_leaves_needs_an_approver_and_nothing_leaves_that_never_came(village: Village) -> None:
    sub = subscribe(village)
    receive(village, sub, date(2027, 1, 1))
    lan = replace(village.zhou, staff_id=village.staff["lan"].id)
    before = everything(village.engine)
    for refusal, facts in [
        (ApproverNotAllowed, {"binding": Binding.RECYCLED, "by": lan}),
        (ApproverNotAllowed, {"binding": Binding.GIVEN, "approver_id": village.staff["lan"].id}),
        (ChangedMeanwhile, {"from_day": date(2027, 2, 1)}),
        (FactWrong, {"until_day": date(2027, 1, 1)}),
        (FactMissing, {"room_id": None}),
        (FactWrong, {"note": "长" * 201}),
        (NotAllowed, {"by": village.kiosk}),
    ]:
        with pytest.raises(refusal):
            dispose(village, sub, **facts)
    assert everything(village.engine) == before
    dispose(village, sub, binding=Binding.RECYCLED, by=lan, approver_id=village.staff["zhou"].id)
    with Session(village.engine) as session:
        assert session.exec(select(IssueDisposal)).one().approver_id == village.staff["zhou"].id


def test_strangers_and_unknown_subscriptions_are_refused(village: Village) -> None:
    sub, day = subscribe(village), date(2027, 1, 1)
    verbs: list[tuple[Any, dict[str, Any]]] = [
        (periodicals.receive, {"day": day}),
        (periodicals.take_back, {"day": day}),
        (periodicals.claim, {"days": [day]}),
        (periodicals.answer, {"day": day, "outcome": ClaimEnd.SOLD_OUT}),
    ]
    before = everything(village.engine)
    for verb, facts in verbs:
        with pytest.raises(NotAllowed):
            do(village, verb, subscription_id=sub, by=village.kiosk, **facts)
        with pytest.raises(UnknownCode):
            do(village, verb, subscription_id=gesture(), **facts)
    with pytest.raises(NotAllowed):
        do(village, periodicals.give_up, subscription_id=sub, reason="停", by=village.kiosk)
    for question, facts in [(subscriptions.run, {"subscription_id": sub}), (subscriptions.runs, {"since": day, "until": day})]:
        with pytest.raises(NotAllowed):
            database.read(village.engine, question, at=AT, by=village.kiosk, **facts)
    assert everything(village.engine) == before
    with Session(village.engine) as session:
        assert len(session.exec(select(JournalRow).where(JournalRow.verb == "subscribe")).all()) == 1
