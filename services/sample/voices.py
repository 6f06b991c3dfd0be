"""What the sample's villagers have said and what was answered; where one can go from there; and the books that are new."""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import SQLModel

from models import (
    FactCheck,
    FactKind,
    HelpCall,
    Item,
    Loan,
    Medium,
    PlaceFact,
    PlaceKind,
    Suggestion,
    SuggestionHiding,
    SuggestionReply,
    Topic,
    TourismPlace,
)
from models.voices import CallEnd
from services import clock
from services.sample.stock import FOLDER

_DAY: Final = timedelta(days=1)
# Days ago, smile, topic, words, answer; a smile alone says enough.
_SAID: Final = (
    (96, 4, None, "", ""),
    (88, 5, Topic.ACTIVITIES, "重阳节的戏很好看", "谢谢，明年还请花鼓戏班来。"),
    (71, 3, Topic.BOOKS, "养殖的书太旧了", "已经向区图书馆申请配送，到了放新书架。"),
    (64, 5, None, "", ""),
    (52, 2, Topic.HOURS, "放学以后到得晚，能不能晚点关门", "周三、周五延长到晚上七点，已经写在门口的牌子上。"),
    (40, 4, None, "", ""),
    (33, 1, Topic.BROKEN, "活动室的音响有杂音", "已经修好，谢谢提醒。"),
    (21, 4, Topic.ACTIVITIES, "想学写毛笔字", "下个月开书法班，可以在触摸屏上报名。"),
    (15, 5, None, "", ""),
    (9, 5, Topic.SERVICE, "管理员很耐心", ""),
    (5, 2, Topic.BROKEN, "阅览室靠窗的灯不亮", ""),
    (3, 1, Topic.OTHER, "隔壁老张打牌太吵", ""),
    (2, 3, Topic.HOURS, "", ""),
    (1, 4, None, "", ""),
)
_NOT_PUBLIC: Final = ("隔壁老张打牌太吵", "说的是邻居的事，与中心无关")
# The places of a village that does not exist; the real ones beside them wait until somebody confirms them.
_OURS: Final = (
    ("荷塘步道", PlaceKind.NATURE, {
        FactKind.WHERE: "村部往东500米，荷塘一圈1.2公里", FactKind.ABOUT: "六月到八月看荷花，有凉亭和长椅",
        FactKind.OPENING: "全天，晚上有路灯到九点半", FactKind.WAY: "出门往东走，过石桥左转", FactKind.PHONE: "000-0000000",
    }),
    ("村口老樟树和古井", PlaceKind.SIGHT, {
        FactKind.WHERE: "村口停车坪旁", FactKind.ABOUT: "老樟树和一口清代的井，树下有石桌", FactKind.OPENING: "全天",
        FactKind.WAY: "出门往南走十分钟",
    }),
    ("荷塘人家擂茶", PlaceKind.FOOD, {
        FactKind.WHERE: "荷塘步道东头", FactKind.ABOUT: "擂茶、坛子菜，要提前打电话", FactKind.OPENING: "每天 10:00–20:00，春节休息",
        FactKind.PHONE: "000-0000000",
    }),
)  # fmt: skip
_REAL_KINDS: Final = (PlaceKind.SIGHT, PlaceKind.NATURE, PlaceKind.HERITAGE)
_NEW_TITLES: Final = 11


def voices(hall_id: UUID, at: datetime, staff_id: UUID, name: str) -> list[SQLModel]:
    """Suggestions with their answers, one kept off the screen, some calls that were answered, and places."""
    return [*_said(hall_id, at, staff_id), *_calls(hall_id, at, staff_id, name), *_places(hall_id, at, staff_id)]


def put_out_new(rows: Iterable[SQLModel], told: Iterable[SQLModel], at: datetime) -> None:
    """Some titles that nobody has borrowed yet came only in the last weeks."""
    lent = {row.item_id for row in told if isinstance(row, Loan)}
    titles: dict[UUID, list[Item]] = {}
    for item in rows:
        if isinstance(item, Item) and item.item_class is Medium.BOOK:
            titles.setdefault(item.title_id, []).append(item)
    fresh = [items for items in titles.values() if not lent.intersection(item.id for item in items)]
    for place, items in enumerate(fresh[-_NEW_TITLES:]):
        for item in items:
            item.registered_at = at - timedelta(days=6 + 7 * (place // 3), hours=2)


def _said(hall_id: UUID, at: datetime, staff_id: UUID) -> list[SQLModel]:
    rows: list[SQLModel] = []
    for number, (ago, smile, topic, words, answer) in enumerate(_SAID, 1):
        day = clock.local_day(at) - ago * _DAY
        one = Suggestion(
            hall_id=hall_id, number=number, at=_noon(day), day=day, device="kiosk-1", smile=smile, topic=topic, words=words
        )  # fmt: skip
        rows.append(one)
        own: dict[str, Any] = {"hall_id": hall_id, "suggestion_id": one.id, "staff_id": staff_id}
        if answer:
            rows.append(SuggestionReply(words=answer, at=_noon(day + 2 * _DAY), day=day + 2 * _DAY, **own))
        if words == _NOT_PUBLIC[0]:
            rows.append(SuggestionHiding(reason=_NOT_PUBLIC[1], at=_noon(day + _DAY), **own))
    return rows


def _calls(hall_id: UUID, at: datetime, staff_id: UUID, name: str) -> list[SQLModel]:
    days = [clock.local_day(at) - ago * _DAY for ago in (12, 4)]
    return [
        HelpCall(
            hall_id=hall_id, at=_noon(day), day=day, device="kiosk-1", screen="find", called=name,
            ended_at=_noon(day) + timedelta(seconds=50), ended_as=CallEnd.ANSWERED, ended_by=staff_id,
        )
        for day in days
    ]  # fmt: skip


def _places(hall_id: UUID, at: datetime, staff_id: UUID) -> list[SQLModel]:
    rows: list[SQLModel] = []
    then, today = at - 40 * _DAY, clock.local_day(at)
    real = json.loads((FOLDER / "tourism_points.json").read_text(encoding="utf-8"))
    told = [(point["name"], kind, _facts(point), False) for point, kind in zip(real, _REAL_KINDS, strict=True)]
    for name, kind, facts, sure in (*((*ours, True) for ours in _OURS), *told):
        place = TourismPlace(
            hall_id=hall_id, name=name, kind=kind, valid_until=today + 200 * _DAY if sure else None, registered_at=then, staff_id=staff_id
        )
        rows.append(place)
        for fact_kind, words in facts.items():
            fact = PlaceFact(hall_id=hall_id, place_id=place.id, kind=fact_kind, words=words, written_at=then, staff_id=staff_id)
            rows.append(fact)
            if sure:
                rows.append(FactCheck(hall_id=hall_id, fact_id=fact.id, asked="村民小组", at=then + _DAY, staff_id=staff_id))
    return rows


def _facts(point: dict[str, Any]) -> dict[FactKind, str]:
    """What is written of a real place; what nobody knows is left out."""
    said = {FactKind.WHERE: "where", FactKind.ABOUT: "facts", FactKind.OPENING: "opening", FactKind.WAY: "way", FactKind.PHONE: "phone"}
    return {kind: point[name] for kind, name in said.items() if point[name]}


def _noon(day: date) -> datetime:
    return clock.instant(day, 11 * 60 + 40)
