"""The sample's own books: what the year's culture is paid from, what came so far, and what was spent with its voucher."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import SQLModel

from models import Fund, FundEntry, FundFlow, FundSource
from services import clock

# Source, purpose, budget in 元; then days ago, sum and what for, with a voucher where it was spent.
_FUNDS: Final = (
    (FundSource.CENTRAL, "公共文化服务免费开放补助", 12_000, ((240, 12_000, "免费开放补助到账", ""),
        (200, 860, "印制借书证和标签", "2026-012"), (121, 2_340, "阅览室照明维修", "2026-031"), (60, 1_500, "少儿书法班教材", "2026-047"))),
    (FundSource.DISTRICT, "农家书屋补充图书", 5_000, ((150, 5_000, "区级配套到账", ""), (96, 3_284, "购书 112 册", "2026-038"))),
    (FundSource.VILLAGE, "村晚与传统节日活动", 8_000, ((270, 8_000, "村集体安排", ""), (265, 5_615, "春节村晚舞台与音响", "2026-006"),
        (150, 1_180, "端午活动用品", "2026-029"))),
    (FundSource.DONATION, "返乡人员捐赠购置乐器", 3_000, ((80, 3_000, "捐赠到账", ""),)),
)  # fmt: skip


def books(hall_id: UUID, staff_id: UUID, at: datetime) -> list[SQLModel]:
    """Give the year's funds and their entries."""
    today, rows = clock.local_day(at), list[SQLModel]()
    first = today.replace(month=1, day=1)
    for source, item, budget, entries in _FUNDS:
        made_at = at - timedelta(days=280)
        fund = Fund(
            hall_id=hall_id, year=today.year, source=source, item=item, budget_fen=budget * 100, made_at=made_at, staff_id=staff_id
        )
        rows.append(fund)
        rows += [
            FundEntry(
                hall_id=hall_id, fund_id=fund.id, flow=FundFlow.OUT if voucher else FundFlow.IN, what=what, sum_fen=sum_ * 100,
                voucher=voucher, day=max(first, today - timedelta(days=days)), at=at - timedelta(days=days), staff_id=staff_id,
            )
            for days, sum_, what, voucher in entries
        ]  # fmt: skip
    return rows
