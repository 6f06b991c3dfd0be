"""Everybody does everything at once a hundred times: nothing ends but well or in a refusal, and every law stands afterwards."""

import random
import threading
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from models import ClosureReason, Condition, PatronKind, Purpose, Sex
from services import (
    cards,
    circulation,
    closures,
    conditions,
    database,
    holds,
    hours,
    keypad,
    losses,
    patrons,
    privacy,
    reminders,
    reports,
    staff,
    ticking,
    timetable,
    visit,
)
from services.closures import Plan
from services.journal import Actor
from services.lending_rules import Wish
from services.refusals import Refusal
from services.registration import Form
from services.spans import Span
from services.visit import Standing
from tests.cast import AT, PASSWORD, Village, gesture
from tests.robust.racing import lost_races
from tests.robust.upheld import broken_laws

ACTS_EACH = 120
AT_ONCE = 8
READERS, BOOKS = 6, 5
Act = Callable[["Hand"], Any]


class Hand:
    """One kiosk or desk in the storm: it knows only what it has seen itself."""

    def __init__(self, village: Village, number: int) -> None:
        self.village, self.dice = village, random.Random(number)
        self.kiosk = Actor(village.kiosk.kind, village.hall.id, device=f"kiosk-{number}")
        self.loans: list[Any] = []
        self.slips: list[Any] = []
        self.stops: list[Any] = []
        self.papers: list[Any] = [None]

    @property
    def who(self) -> str:
        return f"p{self.dice.randrange(READERS)}"

    @property
    def what(self) -> str:
        return self.dice.choice([f"b{self.dice.randrange(BOOKS)}", f"b{self.dice.randrange(BOOKS)}-2", "drums", "erhu"])

    def do(self, use_case: Callable[..., Any], **facts: Any) -> Any:
        return database.write(self.village.engine, use_case, at=AT, by=self.kiosk, **facts)

    def at_desk(self, use_case: Callable[..., Any], **facts: Any) -> Any:
        return database.write(self.village.engine, use_case, at=AT, by=self.village.zhou, **facts)

    def someone(self) -> Any:
        return self.village.patrons[self.who].id

    def card(self) -> Any:
        return self.village.card_id(self.who)


def lend(hand: Hand) -> None:
    wish = (
        Wish(quantity=hand.dice.randint(1, 4), purpose=Purpose.REHEARSAL)
        if (what := hand.what) == "drums"
        else Wish(purpose=Purpose.TRAINING)
    )
    card_id = hand.card()
    receipt = hand.do(circulation.check_out, item_id=hand.village.item_id(what), card_id=card_id, gesture=gesture(), wish=wish)
    hand.loans.append((receipt.loan_id, card_id))


def lend_twice_by_one_gesture(hand: Hand) -> None:
    item_id = hand.village.item_id(f"b{hand.dice.randrange(BOOKS)}")
    # In a storm nearly everything is out: what is asked for is brought back first.
    hand.do(circulation.check_in, item_id=item_id, gesture=gesture())
    facts = {"item_id": item_id, "card_id": hand.card(), "gesture": gesture()}
    first = hand.do(circulation.check_out, **facts)
    assert hand.do(circulation.check_out, **facts) == first


def take_back(hand: Hand) -> None:
    hand.do(circulation.check_in, item_id=hand.village.item_id(hand.what), gesture=gesture())


def renew(hand: Hand) -> None:
    if hand.loans:
        loan_id, card_id = hand.loans[-1]
        hand.do(circulation.renew, loan_id=loan_id, card_id=card_id, gesture=gesture())


def scan(hand: Hand) -> None:
    standing = Standing(card_id=hand.card() if hand.dice.random() < 0.7 else None)
    code = hand.village.card_code(hand.who) if hand.dice.random() < 0.2 else hand.village.code(hand.what)
    hand.do(visit.scan, code=code, standing=standing, gesture=gesture())


def hold(hand: Hand) -> None:
    title_id = hand.village.titles[f"b{hand.dice.randrange(BOOKS)}"].id
    hand.slips.append(hand.do(holds.place, title_id=title_id, card_id=hand.card(), gesture=gesture()))


def cancel(hand: Hand) -> None:
    if hand.slips:
        hand.do(holds.cancel, hold_id=hand.dice.choice(hand.slips).hold_id, gesture=gesture())


def announce(hand: Hand) -> None:
    start = AT + timedelta(days=hand.dice.randint(0, 40), hours=5)
    plan = Plan(ClosureReason.FORCE_MAJEURE, start, start + timedelta(days=hand.dice.randint(1, 5)), "周桂生", "周桂生")
    hand.stops.append((hand.at_desk(closures.announce, plan=plan, gesture=gesture()), plan))


def extend_or_lift(hand: Hand) -> None:
    if hand.stops and hand.dice.random() < 0.5:
        stop, plan = hand.stops[-1]
        later = stop.expected_reopen_at + timedelta(days=3)
        facts = {"reason": "", "contact": plan.contact, "signer": plan.signer, "gesture": gesture()}
        hand.at_desk(closures.extend, closure_id=stop.closure_id, expected_reopen_at=later, **facts)
    elif hand.stops:
        hand.at_desk(closures.lift, closure_id=hand.stops.pop()[0].closure_id, gesture=gesture())


def change_hours(hand: Hand) -> None:
    room_id, day = hand.village.rooms["library"].id, date(2027, 3, 10) + timedelta(days=hand.dice.randint(1, 50))
    if hand.dice.random() < 0.5:
        hand.at_desk(timetable.set_exception, day=day, name="农忙", rooms={room_id: hand.dice.choice([[], [Span(600, 700)]])})
    else:
        hand.at_desk(timetable.drop_exception, day=day, room_id=room_id)


def issue_again(hand: Hand) -> None:
    number = hand.dice.randrange(READERS, READERS + 2)
    patron_id = hand.village.patrons[f"p{number}"].id
    hand.papers.append(hand.at_desk(cards.reissue, patron_id=patron_id, gesture=gesture()))
    if hand.dice.random() < 0.3:
        hand.at_desk(cards.report_lost, card_id=hand.papers[-1].card_id)


def register(hand: Hand) -> None:
    form = Form(name="新来的", kind=PatronKind.PERSON, sex=Sex.FEMALE, birth_date=date(1990, 5, 5), phone="13700001111")
    hand.at_desk(cards.register, form=form, gesture=gesture())


def correct(hand: Hand) -> None:
    patron_id = hand.someone()
    sheet = database.read(hand.village.engine, patrons.sheet, patron_id=patron_id, at=AT, by=hand.village.zhou)
    form = Form(**{name: getattr(sheet.form, name) for name in Form.__dataclass_fields__} | {"villager_group": hand.dice.choice("一二三")})
    hand.at_desk(patrons.correct, patron_id=patron_id, form=form, seen=sheet.seen)


def report(hand: Hand) -> None:
    hand.do(reports.report, item_id=hand.village.item_id(hand.what), trouble=hand.dice.choice(list(reports.Trouble)), gesture=gesture())


def break_and_mend(hand: Hand) -> None:
    facts = {"item_id": hand.village.item_id(hand.what), "condition": Condition.DAMAGED, "reason": "水渍"}
    hand.at_desk(conditions.mend if hand.dice.random() < 0.7 else conditions.mark, gesture=gesture(), **facts)


def replace(hand: Hand) -> None:
    if hand.loans and hand.dice.random() < 0.3:
        hand.at_desk(losses.replace_in_kind, loan_id=hand.loans[0][0], reason="丢失", gesture=gesture())


def type_wrong(hand: Hand) -> None:
    hand.do(keypad.by_keypad, number=hand.village.cards[hand.who].number, fact="0001")


def sign_in(hand: Hand) -> None:
    engine, facts = hand.village.engine, {"login": hand.dice.choice(["zhou", "lan", "nobody"]), "address": "127.0.0.1", "at": AT}
    knocked = database.write(engine, staff.knock, **facts)
    if knocked.wait_until is None and staff.fits(knocked, PASSWORD):
        token = database.write(engine, staff.begin, staff_id=knocked.staff_id, **facts)
        database.write(engine, staff.sign_out, token=token, at=AT)


def tick(hand: Hand) -> None:
    engine, hall_id, late = hand.village.engine, hand.village.hall.id, AT + timedelta(minutes=4)
    for number in range(BOOKS):
        title_id = hand.village.titles[f"b{number}"].id
        database.write(engine, ticking.expire_title, hall_id=hall_id, title_id=title_id, volume=0, at=late)
    database.write(engine, reminders.make_due, hall_id=hall_id, at=late + timedelta(days=30))
    database.write(engine, privacy.unlink_old, hall_id=hall_id, at=late)
    database.write(engine, privacy.drop_traces, at=late)


def read_the_door(hand: Hand) -> None:
    database.read(hand.village.engine, lambda session: hours.hall_status(session, hand.village.hall.id, AT))


# How often each comes up.
ACTS: list[Act] = [
    *[lend] * 5, *[take_back] * 4, *[scan] * 5, *[hold] * 3, *[cancel] * 2, lend_twice_by_one_gesture, renew, renew, announce, extend_or_lift,
    change_hours, issue_again, register, correct, report, break_and_mend, replace, type_wrong, sign_in, tick, read_the_door,
]  # fmt: skip


def stormy(hand: Hand, wrong: list[str], done: list[str]) -> None:
    for act in hand.dice.choices(ACTS, k=ACTS_EACH):
        try:
            act(hand)
            done.append(act.__name__)
        except Refusal as refusal:
            done.append(refusal.code)
        except Exception as error:  # noqa: BLE001  any other end is what the test looks for
            wrong.append(f"{act.__name__}: {type(error).__name__}: {error}")


@pytest.fixture
def square(village: Village) -> Village:
    """More people than books, so that everybody is in everybody's way."""
    for number in range(READERS + 2):
        village.person(f"p{number}", f"村民{number}", date(1980, 1, 1), phone=f"1390000{number:04d}")
    for number in range(BOOKS):
        village.book(f"b{number}", f"书{number}", copies=2)
    return village


def test_eight_hands_at_once_meet_nothing_but_refusals(square: Village) -> None:
    wrong, done = list[str](), list[str]()
    with lost_races() as lost:
        hands = [threading.Thread(target=partial(stormy, Hand(square, number), wrong, done)) for number in range(AT_ONCE)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
    assert wrong == []
    assert broken_laws(square) == {}
    # It was a storm: everything was tried, and somebody was in somebody's way.
    assert {act.__name__ for act in ACTS} <= set(done)
    assert {"item_on_loan", "too_many_loans"} & set(done)
    assert len(done) > 10 * len(lost)
