"""The hall's own books: budgets, what came, what was spent with its voucher; a mistake is struck in red and nothing is rubbed out."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models import ActorKind, Fund, FundEntry, FundFlow, FundSource, JournalRow
from services import database, funds
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, FundKnown, FundStruck, NotAllowed, Refusal, VoucherMissing
from tests.cast import AT, Village, gesture
from tests.databases import rows
from tests.registers import TODAY, read

YEAR = (date(2027, 1, 1), date(2028, 1, 1))
_entry = FundEntry.__table__  # type: ignore[attr-defined]


def plan(village: Village, **facts: Any) -> UUID:
    said = {"year": 2027, "source": FundSource.DISTRICT, "item": "农家书屋补充图书", "budget_fen": 500_000, "at": AT, "gesture": gesture()}
    return database.write(village.engine, funds.plan, **{**said, "by": village.zhou, **facts})


def enter(village: Village, fund_id: UUID, flow: FundFlow = FundFlow.OUT, **facts: Any) -> UUID:
    said = {"day": TODAY, "what": "购书", "sum_fen": 12_345, "voucher": "A-017", "at": AT, "gesture": gesture(), "by": village.zhou}
    return database.write(village.engine, funds.enter, fund_id=fund_id, flow=flow, **{**said, **facts})


def strike(village: Village, entry_id: UUID, **facts: Any) -> UUID:
    said = {"reason": "重复登记", "at": AT, "gesture": gesture(), "by": village.zhou}
    return database.write(village.engine, funds.strike, entry_id=entry_id, **{**said, **facts})


def book(village: Village) -> list[funds.FundLine]:
    return database.read(village.engine, funds.book, year=2027, at=AT, by=village.zhou)


def refused(village: Village, refusal: type[Refusal], act: Any, **facts: Any) -> None:
    before = rows(village.engine)
    with pytest.raises(refusal):
        act(village, **facts)
    assert rows(village.engine) == before


def test_the_balance_is_what_came_less_what_went(village: Village) -> None:
    fund_id = plan(village)
    enter(village, fund_id, FundFlow.IN, what="拨款", sum_fen=300_000, voucher="")
    enter(village, fund_id)
    enter(village, fund_id, sum_fen=655)
    (line,) = book(village)
    assert (line.budget_fen, line.in_fen, line.out_fen, line.balance_fen) == (500_000, 300_000, 13_000, 287_000)
    first, second, third = read(village, "20", *YEAR)
    assert [first[name] for name in ("年度", "来源(中央/省/市/区/村/捐赠)", "项目", "预算", "到账", "结余")] == [
        2027, "区", "农家书屋补充图书", Decimal(5000), Decimal(3000), Decimal(3000),
    ]  # fmt: skip
    assert [second[name] for name in ("支出日期", "支出事项", "金额", "凭证号", "结余")] == [
        "2027-03-10", "购书", Decimal("123.45"), "A-017", Decimal("2876.55"),
    ]  # fmt: skip
    assert third["结余"] == Decimal(2870)


def test_a_period_carries_what_was_before_it(village: Village) -> None:
    fund_id = plan(village)
    enter(village, fund_id, FundFlow.IN, sum_fen=1000, day=TODAY - timedelta(days=30))
    enter(village, fund_id, sum_fen=400)
    (line,) = read(village, "20", TODAY, TODAY + timedelta(days=1))
    assert line["结余"] == Decimal(6)
    quiet = plan(village, item="展览")
    assert [line["项目"] for line in read(village, "20", *YEAR)] == ["农家书屋补充图书", "农家书屋补充图书", "展览"]
    assert read(village, "20", date(2029, 1, 1), date(2030, 1, 1)) == []
    assert quiet


def test_nothing_is_spent_without_a_voucher(village: Village) -> None:
    fund_id = plan(village)
    for empty in ("", "  ", "\u200b"):
        refused(village, VoucherMissing, enter, fund_id=fund_id, voucher=empty)
    enter(village, fund_id, FundFlow.IN, voucher="")
    with pytest.raises(IntegrityError), village.engine.begin() as connection:
        connection.execute(_entry.update().values(flow=FundFlow.OUT))


def test_a_wrong_entry_is_struck_in_red_and_stays(village: Village) -> None:
    fund_id = plan(village)
    wrong = enter(village, fund_id)
    tap = gesture()
    red = strike(village, wrong, gesture=tap)
    assert strike(village, wrong, gesture=tap) == red
    (line,) = book(village)
    assert (line.out_fen, line.balance_fen) == (0, 0)
    entries = database.read(village.engine, funds.entries, fund_id=fund_id, at=AT, by=village.zhou)
    assert [(entry.sum_fen, entry.struck, entry.red) for entry in entries] == [(-12_345, False, True), (12_345, True, False)]
    assert [line["结余"] for line in read(village, "20", *YEAR)] == [Decimal("-123.45"), Decimal(0)]
    refused(village, FundStruck, strike, entry_id=wrong)
    refused(village, FactWrong, strike, entry_id=red)
    refused(village, FactWrong, strike, entry_id=gesture())
    refused(village, FactMissing, strike, entry_id=wrong, reason=" ")


def test_twice_is_once(village: Village) -> None:
    tap, again = gesture(), gesture()
    fund_id = plan(village, gesture=tap)
    assert plan(village, gesture=tap) == fund_id
    entry_id = enter(village, fund_id, gesture=again)
    assert enter(village, fund_id, gesture=again) == entry_id
    assert rows(village.engine)["fund_entry"] == rows(village.engine)["fund"] == 1


def test_what_cannot_be_is_refused_and_writes_nothing(village: Village) -> None:
    fund_id = plan(village)
    refused(village, FundKnown, plan)
    refused(village, FactMissing, plan, item=" ")
    refused(village, FactWrong, plan, year=1999)
    refused(village, FactWrong, plan, item="x", budget_fen=-1)
    refused(village, FactMissing, enter, fund_id=fund_id, what="")
    for wrong in ({"sum_fen": 0}, {"sum_fen": -5}, {"sum_fen": funds.MOST_FEN + 1}, {"day": TODAY + timedelta(days=1)}):
        refused(village, FactWrong, enter, fund_id=fund_id, **wrong)
    refused(village, FactWrong, enter, fund_id=gesture())


def test_strangers_keep_no_books(village: Village) -> None:
    fund_id = plan(village)
    entry_id = enter(village, fund_id)
    elsewhere = Actor(ActorKind.STAFF, UUID(int=9), staff_id=village.zhou.staff_id)
    for refusal, who in ((NotAllowed, village.kiosk), (FactWrong, elsewhere)):
        refused(village, refusal, enter, fund_id=fund_id, by=who)
        refused(village, refusal, strike, entry_id=entry_id, by=who)
    refused(village, NotAllowed, plan, item="x", by=village.kiosk)
    assert database.read(village.engine, funds.book, year=2027, at=AT, by=elsewhere) == []


def test_a_budget_is_changed_only_as_it_was_seen(village: Village) -> None:
    fund_id, tap = plan(village), gesture()
    facts = {"fund_id": fund_id, "budget_fen": 1, "seen": 500_000, "at": AT, "by": village.zhou}
    database.write(village.engine, funds.replan, gesture=tap, **facts)
    database.write(village.engine, funds.replan, gesture=tap, **facts)
    with pytest.raises(ChangedMeanwhile):
        database.write(village.engine, funds.replan, gesture=gesture(), **facts)
    assert book(village)[0].budget_fen == 1
    with village.engine.connect() as connection:
        said = connection.execute(sa.select(JournalRow.facts).where(JournalRow.verb == "fund_replan")).scalar_one()
    assert said == {"old_fen": 500_000, "budget_fen": 1}
    assert database.read(village.engine, funds.years, at=AT, by=village.zhou) == [2027]
    assert Fund.__tablename__ == "fund"
