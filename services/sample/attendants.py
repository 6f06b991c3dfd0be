"""The sample's keepers and volunteers with half a year of their book, and who dances in the waist-drum team."""

import csv
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlmodel import SQLModel

from models import Attendant, AttendantEntry, AttendantKind, EntryKind, TeamMember
from services import clock, spelling
from services.sample.people import People
from services.sample.stock import FOLDER

_SERVICES: Final = ("整理图书、上架", "周末少儿带读", "阅览室值守", "帮老人借书还书", "排练场地布置", "村晚后台服务")
_TRAININGS: Final = (("图书分类与排架", "镇综合文化站"), ("文化志愿服务规范", "区文化馆"), ("消防安全与应急", "镇综合文化站"))
_MEMBERS: Final = {
    "文艺腰鼓队": ("罗桂花", "秦石榴", "孙秀英", "施文静", "杨玥"),
    "花鼓戏班": ("罗桂花", "朱大有"),
}
_PARTS: Final = {"罗桂花": "领队", "朱大有": "胡琴"}
_GUESTS: Final = (("文艺腰鼓队", "汤美云"), ("花鼓戏班", "卜长青"))


def attendants(hall_id: UUID, at: datetime, dice: Random, accounts: dict[str, UUID]) -> list[SQLModel]:
    """Everybody who serves, with services over the last months and this year's trainings."""
    rows: list[SQLModel] = []
    today = clock.local_day(at)
    with (FOLDER / "attendants.csv").open(encoding="utf-8") as table:
        for entry in csv.DictReader(table):
            one = Attendant(
                hall_id=hall_id,
                kind=AttendantKind(entry["kind"]),
                name=entry["name"],
                initials=spelling.initials(entry["name"]),
                birth_year=int(entry["born"]),
                phone=entry["phone"],
                speciality=entry["speciality"],
                staff_id=accounts.get(entry["account"]),
                from_day=today - timedelta(days=dice.randrange(190, 400)),
                registered_at=at - timedelta(days=190),
            )
            rows += [one, *_book(one, today, dice)]
    return rows


def _book(one: Attendant, today: date, dice: Random) -> list[SQLModel]:
    times = 2 if one.kind is AttendantKind.KEEPER else 6
    written: dict[str, Any] = {"hall_id": one.hall_id, "attendant_id": one.id, "written_at": one.registered_at}
    services = [
        AttendantEntry(
            day=today - timedelta(days=dice.randrange(1, 170)), minutes=30 * dice.randrange(2, 9), content=dice.choice(_SERVICES), **written
        )
        for _ in range(times)
    ]
    trainings = [
        AttendantEntry(
            kind=EntryKind.TRAINING, day=today - timedelta(days=20 + 60 * n), minutes=120, content=content, given_by=given_by, **written
        )
        for n, (content, given_by) in enumerate(_TRAININGS[: 3 if one.kind is AttendantKind.KEEPER else 1])
    ]
    return [*services, *trainings]


def members(people: People) -> list[SQLModel]:
    """Who belongs to the teams: most have a card, some only a name."""
    by_name = {patron.name: patron for patron in people.patrons}
    since = clock.local_day(people.at) - timedelta(days=150)
    with_card = [
        TeamMember(
            hall_id=people.hall_id,
            team_id=by_name[team].id,
            patron_id=by_name[name].id,
            name=name,
            part=_PARTS.get(name, ""),
            from_day=since,
        )
        for team, names in _MEMBERS.items()
        for name in names
    ]
    by_name_alone = [TeamMember(hall_id=people.hall_id, team_id=by_name[team].id, name=name, from_day=since) for team, name in _GUESTS]
    return [*with_card, *by_name_alone]
