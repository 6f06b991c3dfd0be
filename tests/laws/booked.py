"""The registers against the rows: whatever happened, a register says it once, and the parts of a period add up to the whole."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from models import Condition, FundFlow, LoanEnd, Medium
from services import clock, codes
from services.journal import Actor
from services.registers import papers, shelf
from tests.laws.held import Rows, dicts

Lines = list[dict[str, Any]]
_ANSWERS = ("suggestion_reply", "suggestion_hiding")


def registers_equal_the_rows(engine: Engine, rows: Rows, *, by: Actor, now: datetime) -> None:
    """Ask every register for the whole history and for its two halves, and hold it against the tables."""
    # A slip may be older than the village, a renewed closure later than now.
    first, last = clock.local_day(now) - timedelta(days=4000), clock.local_day(now) + timedelta(days=4000)
    middle = clock.local_day(now) - timedelta(days=7)
    with Session(engine) as session:

        def read(number: str, since: date, until: date) -> Lines:
            register = shelf.REGISTERS[number]
            lines = register.rows(session, papers._frame(since, until, now, by))
            return [dict(zip(register.columns, line.cells, strict=True)) for line in lines]

        # The opening log has a line for every day that was planned: two weeks of it are enough.
        since = dict.fromkeys(shelf.REGISTERS, first) | {"10": middle - timedelta(days=7)}
        whole = {number: read(number, since[number], last) for number in shelf.REGISTERS}
        for number, register in shelf.REGISTERS.items():
            if register.by_days:
                parts = read(number, since[number], middle) + read(number, middle, last)
                unnumbered = [[{**line, "序号": 0} for line in lines] for lines in (parts, whole[number])]
                assert unnumbered[0] == unnumbered[1], f"{number}: the parts are not the whole"
        then = read("03", first, middle), read("02", first, middle)
    the_loans(rows, whole["04"], whole["08"])
    the_stock(rows, whole)
    the_stock_then(rows, *then, clock.instant(middle, 0))
    the_people_and_the_stops(rows, whole)
    the_funds(rows, whole["20"])
    the_rooms(rows, whole["14"])
    the_voices(rows, whole["15"])
    the_doors(rows, whole["10"], middle - timedelta(days=7), clock.local_day(now))


def the_loans(rows: Rows, books: Lines, things: Lines) -> None:
    items = dict(dicts(rows, "item"))
    loans = [loan for _, loan in dicts(rows, "loan")]
    lent = [loan for loan in loans if loan["item_class"] is not Medium.EQUIPMENT]
    assert [line["序号"] for line in books] == list(range(1, len(lent) + 1))
    assert Counter((line["图书编号"], line["借书日期"], line["应还日期"], line["归还日期"]) for line in books) == Counter(
        (codes.clear(items[loan["item_id"]]["number"]), f"{loan['out_day']}", f"{loan['due_day']}", back(loan)) for loan in lent
    )
    used = [loan for loan in loans if loan["item_class"] is Medium.EQUIPMENT]
    assert Counter((line["日期"], line["数量"], line["归还日期"]) for line in things) == Counter(
        (f"{loan['out_day']}", loan["quantity"], back(loan)) for loan in used
    )


def back(loan: dict[str, Any]) -> str:
    return f"{loan['back_day']}" if loan["ended_as"] is LoanEnd.RETURNED else ""


def the_stock(rows: Rows, whole: dict[str, Lines]) -> None:
    books = {item: row for item, row in dicts(rows, "item") if row["item_class"] is not Medium.EQUIPMENT}
    gone = gone_books(rows, books)
    assert Counter(line["登录号"] for line in whole["01"]) == Counter(codes.clear(row["number"]) for row in books.values())
    ended = {codes.clear(books[item]["number"]) for item in gone}
    assert {line["登录号"] for line in whole["01"] if line["状态"] == "已注销"} == ended
    assert len(whole["07"]) == len(rows["item"]) - len(books)
    assert Counter(line["登录号"] for line in whole["22"]) == Counter(ended)
    assert sum(line["册数"] or 0 for line in whole["02"]) == len(books)
    assert sum(line["注销册数"] or 0 for line in whole["02"]) == len(gone)
    for line in whole["02"]:
        assert sum(line[f"其中:{letter}"] or 0 for letter in "ABCDEFGHIJKNOPQRSTUVXZ") == (line["册数"] or 0)
    left(whole["02"], whole["03"], Counter(row["title_id"] for item, row in books.items() if item not in gone))


def the_stock_then(rows: Rows, shelves: Lines, sums: Lines, then: datetime) -> None:
    """The same as it was at a moment in between."""
    books = {item: row for item, row in dicts(rows, "item") if row["item_class"] is not Medium.EQUIPMENT and row["registered_at"] < then}
    gone = {item for item, at in gone_books(rows, books).items() if at < then}
    left(sums, shelves, Counter(row["title_id"] for item, row in books.items() if item not in gone))


def gone_books(rows: Rows, books: dict[Any, Any]) -> dict[Any, datetime]:
    withdrawn = [row for _, row in dicts(rows, "item_condition") if row["condition"] is Condition.WITHDRAWN]
    return {row["item_id"]: row["since_at"] for row in withdrawn if row["item_id"] in books}


def left(sums: Lines, shelves: Lines, copies: Counter[Any]) -> None:
    assert sum(line["册数"] for line in shelves) == copies.total()
    assert len(shelves) == len(copies)
    if sums:
        assert (sums[-1]["结存种数"], sums[-1]["结存册数"]) == (len(copies), copies.total())


def the_people_and_the_stops(rows: Rows, whole: dict[str, Lines]) -> None:
    assert len(whole["05"]) == len(rows["patron"])
    assert len(whole["13"]) == len(rows["closure"])
    assert sum(line["延期次数"] for line in whole["13"]) == len(rows["closure_notice"]) - len(rows["closure"])
    assert sum(line["实际重开"] != "" for line in whole["13"]) == sum(row["reopened_at"] is not None for _, row in dicts(rows, "closure"))


def the_doors(rows: Rows, lines: Lines, first: date, last: date) -> None:
    """What was lent and came back on a day is in the opening log of that day, whatever the hours were, from the hall's first day on."""
    first = max(first, *(clock.local_day(hall["made_at"]) for _, hall in dicts(rows, "hall")))
    loans = [loan for _, loan in dicts(rows, "loan")]
    assert sum(line["借"] for line in lines) == sum(first <= loan["out_day"] <= last for loan in loans)
    assert sum(line["还"] for line in lines) == sum(loan["back_day"] is not None and first <= loan["back_day"] <= last for loan in loans)


def the_rooms(rows: Rows, lines: Lines) -> None:
    """Every booking and every sitting once, never for money; what is outside culture has an approver."""
    uses = [row for table in ("booking", "sitting") for _, row in dicts(rows, table)]
    assert Counter((line["日期"], line["起止时间"]) for line in lines) == Counter(
        (f"{use['day']}", f"{clock.local(use['starts_at']):%H:%M}–{clock.local(use['ends_at']):%H:%M}") for use in uses
    )
    assert all(line["收费(应为0)"] == 0 for line in lines)
    assert all(line["审批人"] for line in lines if line["是否文化旅游用途"] == "否")
    assert sum(line["是否文化旅游用途"] == "否" for line in lines) == sum(row["flagged"] for _, row in dicts(rows, "booking"))


def the_voices(rows: Rows, lines: Lines) -> None:
    """Whatever was said is a line; a name stands only where a card was shown, and public is what was answered and not hidden."""
    said = dicts(rows, "suggestion")
    now = {table: {row["suggestion_id"] for _, row in dicts(rows, table) if row["ended_at"] is None} for table in _ANSWERS}
    assert Counter(line["日期"] for line in lines) == Counter(f"{row['day']}" for _, row in said)
    assert sum(line["反映人(可匿名)"] != "匿名" for line in lines) == sum(row["named"] for _, row in said)
    assert sum(line["答复"] != "" for line in lines) == len(now["suggestion_reply"])
    assert sum(line["是否公开"] == "是" for line in lines) == len(now["suggestion_reply"] - now["suggestion_hiding"])


def the_funds(rows: Rows, lines: Lines) -> None:
    entries = [row for _, row in dicts(rows, "fund_entry")]
    came = sum(row["sum_fen"] for row in entries if row["flow"] is FundFlow.IN)
    went = sum(row["sum_fen"] for row in entries if row["flow"] is FundFlow.OUT)
    assert sum(line["到账"] or 0 for line in lines) * 100 == came
    assert sum(line["金额"] or 0 for line in lines) * 100 == went
    last = {(line["年度"], line["来源(中央/省/市/区/村/捐赠)"], line["项目"]): line["结余"] for line in lines}
    assert sum(last.values()) * 100 == came - went
    assert all(line["凭证号"] for line in lines if line["金额"] != "")
