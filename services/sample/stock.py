"""The sample's shelves: sixty real titles and the hall's equipment, numbered and in their rooms."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlmodel import SQLModel

from models import Item, ItemAlias, Medium, TakenNumber, Title, Volume
from services import codes, spelling
from services.settings import HOUSE, SAMPLE_CODE

FOLDER: Final = HOUSE / "assets" / "sample"
_SET: Final = re.compile(r"（全(.)[册部]）")
_COUNT: Final = {"二": 2, "三": 3, "四": 4, "十": 10}
# Furniture, screens and fire extinguishers have a number and a place, and stay in it.
_STAYS: Final = frozenset({"阅览", "信息化", "安全", "旅游"})
_LENT_THOUGH: Final = "老花镜"
_PERIODICALS: Final = (("湖南农业", "S"), ("读者", "Z"))


@dataclass
class Stock:
    """Everything with a number, and the rows it takes."""

    hall_id: UUID
    rooms: dict[str, UUID]
    at: datetime
    rows: list[SQLModel] = field(default_factory=list)
    titles: list[Title] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    _serials: dict[str, int] = field(default_factory=dict)

    def title(self, name: str, author: str, **facts: Any) -> Title:
        """Catalogue one title."""
        found_by: dict[str, Any] = {**spelling.found_by(name, author)}
        made = Title(hall_id=self.hall_id, name=name, author=author, **found_by, **facts)
        self.titles.append(made)
        self.rows.append(made)
        return made

    def item(self, title: Title, kind: str, room: str, **facts: Any) -> Item:
        """Number one thing."""
        self._serials[kind] = self._serials.get(kind, 0) + 1
        number = codes.Number.of(codes.KIND[kind], self._serials[kind]).digits
        self.rows.append(TakenNumber(issuer_code=SAMPLE_CODE, number=number))
        made = Item(
            hall_id=self.hall_id,
            title_id=title.id,
            issuer_code=SAMPLE_CODE,
            number=number,
            item_class=title.medium,
            home_room_id=self.rooms[room],
            registered_at=self.at,
            **facts,
        )
        self.items.append(made)
        self.rows.append(made)
        return made


def shelves(hall_id: UUID, rooms: dict[str, UUID], at: datetime, dice: Random) -> Stock:
    """Books first, then magazines, then equipment."""
    stock = Stock(hall_id, rooms, at)
    for entry in _table("books.csv"):
        _book(stock, entry, dice)
    for name, letter in _PERIODICALS:
        title = stock.title(name, "", medium=Medium.PERIODICAL, class_code=letter, class_number=letter, call_number=f"{letter}/{name}")
        stock.item(title, "book", "R-CUL", shelf="报刊架", reference_only=True, source="订阅")
    for entry in _table("equipment.csv"):
        _equipment(stock, entry)
    return stock


def _table(name: str, folder: Path = FOLDER) -> Iterator[dict[str, str]]:
    with (folder / name).open(encoding="utf-8-sig") as table:
        yield from csv.DictReader(table)


def _book(stock: Stock, entry: dict[str, str], dice: Random) -> None:
    letter, number = entry["中图法大类"], entry["分类号"]
    title = stock.title(
        entry["题名"],
        entry["责任者"],
        publisher=entry["出版社"],
        isbn=entry["ISBN"],
        class_code=letter,
        class_number=number,
        call_number=f"{number}/{entry['title_id'][1:]}",
        audience=entry["适读建议（不是限制）"],
    )
    facts: dict[str, Any] = {"shelf": f"{letter}架", "source": dice.choice(("配送", "配送", "购买", "捐赠"))}
    volumes = _COUNT[found[1]] if (found := _SET.search(title.name)) else 0
    for volume in range(1, volumes + 1):
        stock.rows.append(Volume(hall_id=stock.hall_id, title_id=title.id, number=volume, label=_volume_name(volume, volumes)))
        stock.item(title, "book", "R-CUL", volume=volume, **facts)
    for copy in range(1, dice.choice((1, 1, 2, 2, 3)) + 1) if not volumes else ():
        item = stock.item(title, "book", "R-CUL", copy_no=copy, **facts)
        if copy == 1 and dice.random() < 0.15:  # noqa: PLR2004  some still wear the label of the old book room
            stock.rows.append(ItemAlias(hall_id=stock.hall_id, item_id=item.id, code=f"NJSW{item.number[1:7]}"))


def _volume_name(volume: int, volumes: int) -> str:
    return ("上册", "下册")[volume - 1] if volumes == len(("上", "下")) else f"第{volume}册"


def _equipment(stock: Stock, entry: dict[str, str]) -> None:
    letters, count = entry["类别编号"].split("-")[0], int(entry["数量"])
    title = stock.title(
        entry["名称"],
        "",
        medium=Medium.EQUIPMENT,
        class_code=letters,
        class_number=entry["类别编号"],
        gb14885=entry["GB/T14885-2022代码"],
        call_number=entry["类别编号"],
    )
    stays = entry["类别"] in _STAYS and not entry["名称"].startswith(_LENT_THOUGH)
    facts: dict[str, Any] = {"unit": entry["单位"], "reference_only": stays, "source": "配送", "shelf": entry["类别"]}
    if count > len(("一把", "两把", "三把")):
        stock.item(title, "equipment", entry["存放房间"], counted=True, quantity=count, **facts)
        return
    for copy in range(1, count + 1):
        stock.item(title, "equipment", entry["存放房间"], copy_no=copy, **facts)
