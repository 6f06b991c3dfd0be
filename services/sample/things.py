"""The sample's books about its things: how equipment came and who answers for it, parts, newspapers, and a 剔旧 list."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import SQLModel

from models import (
    Accession,
    Asset,
    Cause,
    Condition,
    Custody,
    Disposal,
    Frequency,
    IssueArrival,
    IssueClaim,
    Item,
    ItemCondition,
    ItemPart,
    Medium,
    Press,
    Subscription,
    Title,
    Weeding,
    WeedingLine,
    Withdrawal,
)
from services import clock, issues
from services.issues import Cycle
from services.sample.stock import Stock

_PARTS: Final = {
    "二胡": (("弓", 1), ("琴盒", 1), ("松香", 1)), "唢呐": (("哨片", 2), ("布袋", 1)), "移动音箱": (("电源线", 1), ("话筒", 2)),
    "无线话筒": (("接收器", 1), ("电池", 2)),
}  # fmt: skip
# Unit prices of the hall's own purchases, in fen; what the county delivered has none.
_PRICES: Final = {"二胡": 68_000, "腰鼓": 4_500, "移动音箱": 199_000, "投影仪": 329_900, "乒乓球台": 128_000, "象棋": 3_800, "书柜": 56_000}
_BRANDS: Final = {"移动音箱": ("山水", "SA-2"), "投影仪": ("明基", "MX550"), "乒乓球台": ("红双喜", "T2023"), "二胡": ("敦煌", "老红木")}
_FUND: Final = "免费开放补助资金"
_PRESS: Final = (
    ("湖南农业", Press.MAGAZINE, Cycle(Frequency.MONTHLY), 1, {4}),
    ("读者", Press.MAGAZINE, Cycle(Frequency.HALF_MONTHLY), 2, set[int]()),
    ("益阳日报", Press.NEWSPAPER, Cycle(Frequency.DAILY, "12345"), 1, {3, 20}),
)
_OLD: Final = (("微机入门一百问（1996年版）", "TP"), ("化肥农药使用手册（1991年版）", "S"))
_DAY: Final = timedelta(days=1)


def books_about(stock: Stock, at: datetime, keepers: dict[str, UUID]) -> list[SQLModel]:
    """Give the rows; call it before the stock's own rows are laid, since old books and a newspaper join them."""
    rows: list[SQLModel] = [*_equipment(stock, at), *_weeded(stock, at, keepers["zhou"])]
    for name, press, cycle, copies, lost in _PRESS:
        rows += _periodical(stock, at, name, press, cycle, copies, lost)
    return rows


def _equipment(stock: Stock, at: datetime) -> Iterator[SQLModel]:
    names = {title.id: title.name for title in stock.titles}
    came = clock.local_day(stock.at)
    for item in [each for each in stock.items if each.item_class is Medium.EQUIPMENT]:
        name = names[item.title_id]
        brand, model = _BRANDS.get(name, ("", ""))
        price = _PRICES.get(name)
        item.source = "购买" if price else "配送"
        facts: dict[str, Any] = {"hall_id": stock.hall_id, "item_id": item.id}
        yield Asset(
            **facts, brand=brand, model=model, fund=_FUND if price else "", acquired_day=came - timedelta(days=30), pieces=item.quantity
        )
        yield Accession(**facts, purchase_price_fen=price, batch="设备01")
        yield from _custody(stock, item, came, at)
        for place, (part, pieces) in enumerate(_PARTS.get(name, ())):
            yield ItemPart(**facts, name=part, pieces=pieces, position=place, added_at=stock.at)


def _custody(stock: Stock, item: Item, came: date, at: datetime) -> Iterator[SQLModel]:
    """The musical instruments were handed over once, the rest is with whom it was given to."""
    facts: dict[str, Any] = {"hall_id": stock.hall_id, "item_id": item.id, "room_id": item.home_room_id}
    if item.shelf != "乐器":
        yield Custody(**facts, custodian="周桂生", from_day=came, at=stock.at)
        return
    over = clock.local_day(at) - timedelta(days=60)
    yield Custody(**facts, custodian="周桂生", from_day=came, until_day=over, at=stock.at)
    yield Custody(**facts, custodian="李小兰", from_day=over, reason="排练由文体专干管", at=at - timedelta(days=60))


def _periodical(stock: Stock, at: datetime, name: str, press: Press, cycle: Cycle, copies: int, lost: set[int]) -> Iterator[SQLModel]:
    """All that the post has brought this year; some never came, and the first of those was claimed."""
    today = clock.local_day(at)
    title = next((each for each in stock.titles if each.name == name), None) or _newspaper(stock, name)
    year = today.year
    mine = Subscription(
        hall_id=stock.hall_id, title_id=title.id, press=press, frequency=cycle.frequency, weekdays=cycle.weekdays, agency="沧水铺邮政所",
        from_month=date(year, 1, 1), until_month=date(year + 1, 1, 1), copies=copies, made_at=stock.at,
    )  # fmt: skip
    yield mine
    days = issues.days(cycle, date(year, 1, 1), today + _DAY)
    for number, day in enumerate(days[: -1 if len(days) > 1 else 0], start=1):
        facts: dict[str, Any] = {"hall_id": stock.hall_id, "subscription_id": mine.id, "day": day}
        arrived = min(at, clock.instant(day, 10 * 60) + _DAY)
        if number not in lost:
            yield IssueArrival(**facts, copies=copies, at=arrived)
        elif number == min(lost):
            yield IssueClaim(**facts, at=min(at, arrived + timedelta(days=20)))


def _newspaper(stock: Stock, name: str) -> Title:
    return stock.title(name, "", medium=Medium.PERIODICAL, class_code="Z", class_number="Z", call_number=f"Z/{name}")


def _weeded(stock: Stock, at: datetime, approver: UUID) -> Iterator[SQLModel]:
    """Two books of another time have left."""
    signed = at - timedelta(days=45)
    done = Weeding(hall_id=stock.hall_id, number=1, started_at=signed, started_by=approver, closed_at=signed, closed_by=approver)
    yield done
    for place, (name, class_number) in enumerate(_OLD):
        title = stock.title(
            name,
            "",
            publisher="湖南科学技术出版社",
            class_code=class_number[0],
            class_number=class_number,
            call_number=f"{class_number}/9{place}",
        )
        item = stock.item(title, "book", "R-CUL", shelf=f"{class_number[0]}架", source="捐赠")
        facts: dict[str, Any] = {"hall_id": stock.hall_id, "item_id": item.id}
        gone = ItemCondition(
            **facts, condition=Condition.WITHDRAWN, since_at=signed, reason="内容过时", staff_id=approver, approver_id=approver
        )
        yield gone
        yield WeedingLine(**facts, weeding_id=done.id, cause=Cause.OUTDATED, added_at=signed, added_by=approver)
        yield Withdrawal(
            **facts, condition_id=gone.id, weeding_id=done.id, cause=Cause.OUTDATED, appraiser="李小兰", disposal=Disposal.RECYCLED
        )
