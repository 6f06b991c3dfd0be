"""A hall at work under Hypothesis: hands that lend, return, wait, close, break and register in any order, by the real services."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Engine

from models import ClosureReason, Condition, FundFlow, FundSource, Purpose, Smile, Trouble
from services import (
    accession,
    bookings,
    circulation,
    clock,
    closures,
    conditions,
    database,
    funds,
    holds,
    losses,
    reports,
    slips,
    suggestions,
    ticking,
    timetable,
    undoing,
    visit,
)
from services.accession import ItemForm, TitleForm
from services.closures import Plan
from services.lending_rules import Wish
from services.refusals import Refusal
from services.spans import Span
from services.visit import Back, Lent, Standing
from tests.cast import AT, Village, build, gesture
from tests.databases import empty
from tests.laws import booked, held

PEOPLE = ("mei", "yu", "guest", "team")
BOOKS = ("huozhe", "huozhe-2", "biancheng", "weicheng", "pingfan-v1", "dujia")
THINGS = (*BOOKS, "erhu", "drums")

# 边城 has one copy: what is rare is where readers meet.
people, things, titles = (
    st.sampled_from(PEOPLE),
    st.sampled_from((*THINGS, "biancheng", "biancheng")),
    st.sampled_from(("huozhe", "biancheng", "weicheng", "pingfan")),
)
OVERRIDABLE = frozenset({"too_many_loans", "kept_for_another", "patron_overdue", "item_damaged", "no_renewals_left", "title_wanted"})


class VillageAtWork(RuleBasedStateMachine):
    """One history of the hall. After every step all laws are asked; after every refusal the whole database is compared."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine

    @initialize(minutes=st.integers(0, 14 * 24 * 60))
    def found_the_village(self, minutes: int) -> None:
        empty(self.engine)
        self.village: Village = build(self.engine)
        self.now: datetime = AT + timedelta(minutes=minutes)
        self.copies: dict[str, UUID] = {key: item.id for key, item in self.village.items.items()}
        self.excused: set[UUID] = set()
        self.books = gesture()
        self.seen = self.before = held.everything(self.engine)
        self.last: tuple[Callable[..., Any], dict[str, Any], Any] | None = None

    def do(self, verb: Callable[..., Any], **facts: Any) -> Any:
        """Run a use case as a screen does; a refusal must leave every row as it was."""
        facts = {"at": self.now} | ({} if verb is ticking.expire_title else {"by": self.village.zhou}) | facts
        try:
            result = database.write(self.engine, verb, **facts)
        except Refusal as refusal:
            held.same(self.seen, held.everything(self.engine), f"{verb.__name__} refused with {refusal.code}")
            return refusal
        # A scan that only asked has had no effect that a repeat could repeat.
        if "gesture" in facts and (verb is not visit.scan or isinstance(result, Lent | Back)):
            self.last = verb, facts, result
        self.before, self.seen = self.seen, held.everything(self.engine)
        held.only_added(self.before, self.seen)
        return result

    def open_loan(self, what: str) -> UUID:
        mine = (key for key, loan in held.dicts(self.seen, "loan") if loan["item_id"] == self.copies[what] and loan["ended_at"] is None)
        return next(mine, gesture())

    # -- at the kiosk ---------------------------------------------------------------------------------------------------

    @rule(what=things, who=people, quantity=st.integers(1, 25))
    def lend(self, what: str, who: str, quantity: int) -> None:
        wish = Wish(quantity=quantity if what == "drums" else 1, purpose=Purpose.REHEARSAL)
        self.do(
            circulation.check_out,
            item_id=self.copies[what],
            card_id=self.village.card_id(who),
            gesture=gesture(),
            wish=wish,
            by=self.village.kiosk,
        )

    @rule(what=things, who=st.one_of(st.none(), people))
    def scan(self, what: str, who: str | None) -> None:
        standing = Standing(card_id=self.village.card_id(who) if who else None)
        self.do(visit.scan, code=self.village.code(what), standing=standing, gesture=gesture(), by=self.village.kiosk)

    @rule(what=things, quantity=st.one_of(st.none(), st.integers(1, 25)), trouble=st.one_of(st.none(), st.sampled_from(Trouble)))
    def give_back(self, what: str, quantity: int | None, trouble: Trouble | None) -> None:
        slip = self.do(
            circulation.check_in, item_id=self.copies[what], quantity=quantity, trouble=trouble, gesture=gesture(), by=self.village.kiosk
        )
        assert not isinstance(slip, Refusal), f"a return is never refused: {slip.code}"

    @rule(what=things, who=people)
    def renew(self, what: str, who: str) -> None:
        self.do(
            circulation.renew, loan_id=self.open_loan(what), card_id=self.village.card_id(who), gesture=gesture(), by=self.village.kiosk
        )

    @rule(what=titles, who=people, volume=st.integers(0, 1))
    def wait_for(self, what: str, who: str, volume: int) -> None:
        facts = {"title_id": self.village.titles[what].id, "volume": volume if what == "pingfan" else 0}
        self.do(holds.place, card_id=self.village.card_id(who), gesture=gesture(), by=self.village.kiosk, **facts)

    @rule(readers=st.permutations(("mei", "yu", "guest")), comes_back=st.booleans())
    def queue_for_the_one_copy(self, readers: list[str], *, comes_back: bool) -> None:
        """One has it, two wait; perhaps it comes back and is kept for the first of them."""
        self.lend("biancheng", readers[0], 1)
        for reader in readers[1:]:
            self.wait_for("biancheng", reader, 0)
        if comes_back:
            self.give_back("biancheng", None, None)

    @rule(quantities=st.lists(st.integers(1, 20), min_size=2, max_size=3))
    def the_team_fetches_drums(self, quantities: list[int]) -> None:
        for quantity in quantities:
            self.lend("drums", "team", quantity)

    @rule(at=st.integers(0, 5))
    def stop_waiting(self, at: int) -> None:
        rows = sorted(self.seen["hold"])
        self.do(holds.cancel, hold_id=rows[at % len(rows)] if rows else gesture(), gesture=gesture(), by=self.village.kiosk)

    @rule(what=things)
    def report(self, what: str) -> None:
        self.do(reports.report, item_id=self.copies[what], trouble=Trouble.TORN, gesture=gesture(), by=self.village.kiosk)

    @precondition(lambda self: self.last)
    @rule()
    def press_again(self) -> None:
        """The same gesture once more: the same answer, and not one row more."""
        assert self.last
        verb, facts, result = self.last
        again = database.write(self.engine, verb, **facts)
        assert type(again) is type(result) if verb is visit.scan else again == result, verb.__name__
        held.same(self.seen, held.everything(self.engine), f"{verb.__name__} pressed again")

    @precondition(lambda self: self.last)
    @rule()
    def think_better_of_it(self) -> None:
        """What was done last is taken back from its toast, if nothing has come between."""
        assert self.last
        verb, facts, result = self.last
        if verb is circulation.check_in and result.was_out:
            self.do(undoing.check_in, loan_id=result.loan_id, pieces=result.returned, gesture=gesture())
        elif verb is circulation.check_out or verb is circulation.renew:
            self.do(undoing.renew if result.renewed else undoing.check_out, loan_id=result.loan_id, gesture=gesture())
        elif verb is holds.place:
            self.do(undoing.hold, hold_id=result.hold_id, gesture=gesture())
        elif verb is holds.cancel:
            self.do(undoing.hold_cancel, hold_id=facts["hold_id"], gesture=gesture())

    # -- at the desk ----------------------------------------------------------------------------------------------------

    @rule(what=things, who=people, aside=st.frozensets(st.sampled_from(sorted(OVERRIDABLE)), min_size=1))
    def lend_all_the_same(self, what: str, who: str, aside: frozenset[str]) -> None:
        facts = {"item_id": self.copies[what], "card_id": self.village.card_id(who), "overrides": aside, "reason": "馆员同意"}
        receipt = self.do(circulation.check_out, gesture=gesture(), wish=Wish(purpose=Purpose.TRAINING), **facts)
        if not isinstance(receipt, Refusal):
            self.excused.add(self.village.patrons[who].id)

    @rule(what=things, who=people, hours_ago=st.integers(1, 60), back=st.booleans())
    def enter_a_slip(self, what: str, who: str, hours_ago: int, *, back: bool) -> None:
        out_at = self.now - timedelta(hours=hours_ago)
        facts = {"item_id": self.copies[what], "card_id": self.village.card_id(who), "out_at": out_at, "purpose": Purpose.TRAINING}
        answer = self.do(slips.lent, gesture=gesture(), back_at=out_at + timedelta(minutes=30) if back else None, **facts)
        if not isinstance(answer, Refusal):
            self.excused.add(self.village.patrons[who].id)

    @rule(what=things, minutes_ago=st.integers(0, 600))
    def enter_a_return(self, what: str, minutes_ago: int) -> None:
        self.do(slips.came_back, loan_id=self.open_loan(what), back_at=self.now - timedelta(minutes=minutes_ago), gesture=gesture())

    @rule(what=things, condition=st.sampled_from(Condition))
    def mark(self, what: str, condition: Condition) -> None:
        self.do(conditions.mark, item_id=self.copies[what], condition=condition, reason="看见了", gesture=gesture())

    @rule(what=things, condition=st.sampled_from(Condition))
    def mend(self, what: str, condition: Condition) -> None:
        self.do(conditions.mend, item_id=self.copies[what], condition=condition, reason="好了", gesture=gesture())

    @rule(what=things)
    def withdraw(self, what: str) -> None:
        self.do(conditions.withdraw, item_id=self.copies[what], reason="破旧", gesture=gesture())

    @rule(what=things, in_kind=st.booleans())
    def settle_a_loss(self, what: str, *, in_kind: bool) -> None:
        answer = self.do(
            losses.replace_in_kind if in_kind else losses.write_off, loan_id=self.open_loan(what), reason="丢了", gesture=gesture()
        )
        if isinstance(answer, accession.Registered):
            self.copies[what] = answer.item_id

    @rule(what=st.sampled_from(BOOKS), copies=st.integers(1, 2))
    def register(self, what: str, copies: int) -> None:
        title = self.do(accession.add_title, form=TitleForm(name="新书", class_code="I", class_number="I247.5"), gesture=gesture())
        item = self.village.items[what]
        for form in [ItemForm(title.title_id, item.home_room_id), ItemForm(item.title_id, item.home_room_id, volume=item.volume)][:copies]:
            self.do(accession.add_item, form=form, gesture=gesture())

    # -- hours and time -------------------------------------------------------------------------------------------------

    @rule(
        room=st.one_of(st.none(), st.sampled_from(("library", "activity"))), start=st.integers(-1, 40), hour=st.integers(0, 23),
        hours=st.integers(1, 200), reason=st.sampled_from((ClosureReason.FORCE_MAJEURE, ClosureReason.MAINTENANCE)),
    )  # fmt: skip
    def announce(self, room: str | None, start: int, hour: int, hours: int, reason: ClosureReason) -> None:
        starts_at = clock.instant(clock.local_day(self.now) + timedelta(days=start), hour * 60)
        room_id = self.village.rooms[room].id if room else None
        plan = Plan(reason, starts_at, starts_at + timedelta(hours=hours), "000-0000000", "王志明", room_id=room_id)
        self.do(closures.announce, plan=plan, gesture=gesture())

    @rule(which=st.integers(0, 5), hours=st.integers(1, 300))
    def extend(self, which: int, hours: int) -> None:
        facts = {
            "expected_reopen_at": self.now + timedelta(hours=hours),
            "reason": "材料未到",
            "contact": "000-0000000",
            "signer": "王志明",
        }
        self.do(closures.extend, closure_id=self.closure(which), gesture=gesture(), **facts)

    @rule(which=st.integers(0, 5))
    def lift(self, which: int) -> None:
        self.do(closures.lift, closure_id=self.closure(which), gesture=gesture())

    def closure(self, which: int) -> UUID:
        rows = sorted(self.seen["closure"])
        return rows[which % len(rows)] if rows else gesture()

    @rule(room=st.sampled_from(("library", "activity")), weekday=st.integers(0, 6), closed=st.booleans())
    def set_week(self, room: str, weekday: int, *, closed: bool) -> None:
        week = {weekday: () if closed else (Span(540, 720), Span(1320, 1500))}
        self.do(timetable.set_week, room_id=self.village.rooms[room].id, week=week)

    @rule(room=st.sampled_from(("library", "activity")), ahead=st.integers(0, 40), closed=st.booleans())
    def set_exception(self, room: str, ahead: int, *, closed: bool) -> None:
        day = clock.local_day(self.now) + timedelta(days=ahead)
        self.do(timetable.set_exception, day=day, name="节日", rooms={self.village.rooms[room].id: () if closed else (Span(600, 660),)})

    @rule(days=st.integers(0, 20), hour=st.integers(0, 23), minute=st.sampled_from((0, 1, 29, 30, 59)))
    def time_passes(self, days: int, hour: int, minute: int) -> None:
        local = clock.local(self.now)
        then = datetime.combine(local.date() + timedelta(days=days), time(hour, minute), clock.SHANGHAI)
        self.now = max(self.now + timedelta(minutes=1), then.astimezone(self.now.tzinfo))

    @rule()
    def tick(self) -> None:
        waiting = {(hold["title_id"], hold["volume"]) for _, hold in held.dicts(self.seen, "hold") if hold["ended_at"] is None}
        for title_id, volume in waiting:
            self.do(ticking.expire_title, hall_id=self.village.hall.id, title_id=title_id, volume=volume)

    @rule(what=things, who=people)
    def lend_by_a_clock_that_is_behind(self, what: str, who: str) -> None:
        facts = {
            "item_id": self.copies[what],
            "card_id": self.village.card_id(who),
            "gesture": gesture(),
            "wish": Wish(purpose=Purpose.TRAINING),
        }
        answer = self.do(circulation.check_out, at=AT - timedelta(days=365), **facts)
        assert isinstance(answer, Refusal)

    # -- the rooms ------------------------------------------------------------------------------------------------------

    @rule(
        room=st.sampled_from(("library", "activity")), hour=st.integers(9, 19), weeks=st.integers(1, 3), approved=st.booleans(),
        purpose=st.sampled_from((Purpose.REHEARSAL, Purpose.MEETING)),
    )  # fmt: skip
    def book_a_room(self, room: str, hour: int, weeks: int, purpose: Purpose, *, approved: bool) -> None:
        start = clock.instant(clock.local_day(self.now), hour * 60)
        team, approver = self.village.patrons["team"].id, self.village.staff["zhou"].id if approved else None
        draft = bookings.Draft(self.village.rooms[room].id, purpose, team_id=team, approver_id=approver)
        self.do(bookings.book, draft=draft, span=Span(start, start + timedelta(hours=1)), weeks=weeks, gesture=gesture())

    @rule(which=st.integers(0, 5), comes=st.booleans())
    def come_or_call_off(self, which: int, *, comes: bool) -> None:
        rows = sorted(self.seen["booking"])
        facts = {"booking_id": rows[which % len(rows)] if rows else gesture(), "gesture": gesture()}
        self.do(bookings.came if comes else bookings.cancel, **facts, **({} if comes else {"reason": "不来了"}))

    # -- what villagers say -----------------------------------------------------------------------------------------------

    @rule(who=st.one_of(st.none(), people), words=st.sampled_from(("", "多开一晚")), smile=st.sampled_from(Smile))
    def say(self, who: str | None, words: str, smile: Smile) -> None:
        card_id = self.village.card_id(who) if who else None
        self.do(suggestions.leave, smile=smile, words=words, card_id=card_id, gesture=gesture(), by=self.village.kiosk)

    @rule(which=st.integers(0, 5), answered=st.booleans())
    def answer_or_hide(self, which: int, *, answered: bool) -> None:
        rows = sorted(self.seen["suggestion"])
        facts = {"suggestion_id": rows[which % len(rows)] if rows else gesture(), "gesture": gesture()}
        self.do(suggestions.reply if answered else suggestions.hide, **facts, **({"words": "好"} if answered else {"reason": "广告"}))

    # -- the hall's own books -------------------------------------------------------------------------------------------

    @rule(flow=st.sampled_from(FundFlow), fen=st.integers(-1, 99_999), voucher=st.sampled_from(("", "A-1")), days_ago=st.integers(-1, 40))
    def keep_the_books(self, flow: FundFlow, fen: int, voucher: str, days_ago: int) -> None:
        plan = {"year": clock.local_day(AT).year, "source": FundSource.VILLAGE, "item": "书", "budget_fen": 1000, "gesture": self.books}
        fund_id = database.write(self.engine, funds.plan, at=self.now, by=self.village.zhou, **plan)
        self.before = self.seen = held.everything(self.engine)
        day = clock.local_day(self.now) - timedelta(days=days_ago)
        said = {"fund_id": fund_id, "flow": flow, "sum_fen": fen, "day": day, "what": "书", "voucher": voucher}
        self.do(funds.enter, gesture=gesture(), **said)

    @rule(which=st.integers(0, 9))
    def strike_an_entry(self, which: int) -> None:
        rows = sorted(self.seen["fund_entry"])
        self.do(funds.strike, entry_id=rows[which % len(rows)] if rows else gesture(), reason="记错", gesture=gesture())

    def teardown(self) -> None:
        """When the history ends, the registers tell it."""
        if hasattr(self, "seen"):
            booked.registers_equal_the_rows(self.engine, self.seen, by=self.village.zhou, now=self.now)

    # -- the laws -------------------------------------------------------------------------------------------------------

    @invariant()
    def every_law_holds(self) -> None:
        if hasattr(self, "seen"):
            held.laws(self.engine, self.seen, now=self.now, excused=self.excused)
