"""Which column of a file is which fact: guessed from its heading, corrected by the keeper."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.imports.sheet import Sheet


class Kind(StrEnum):
    """What a file is a list of."""

    BOOKS = "books"
    EQUIPMENT = "equipment"
    PATRONS = "patrons"


@dataclass(frozen=True, slots=True)
class Column:
    """One fact a row may state, and what its column is usually called; the first is how our own template calls it."""

    field: str
    headings: tuple[str, ...]
    needed: bool = False


def _column(field: str, headings: str, *, needed: bool = False) -> Column:
    return Column(field, tuple(headings.split()), needed)


_CAME: Final = (
    _column("price", "单价 价格 定价 单价(元) 金额 price"),
    _column("source", "来源 来源(配送/购买/捐赠/流转) 来源/资金 资金来源 source"),
    _column("batch", "批次 批次号 批次/凭证号 凭证号 batch"),
    _column("room", "房间 存放房间 存放地点 所在房间 馆藏地点 room"),
    _column("shelf", "架位 存放位置 书架 架号 位置 shelf"),
    _column("barcode", "原有条形码 条形码 条码 条码号 登录号 barcode"),
)
COLUMNS: Final[Mapping[Kind, tuple[Column, ...]]] = {
    Kind.BOOKS: (
        _column("name", "题名 书名 正题名 图书名称 名称 title", needed=True),
        _column("author", "责任者 作者 著者 著作者 编著者 author"),
        _column("publisher", "出版社 出版者 出版单位 publisher"),
        _column("year", "出版年 出版日期 出版时间 年份 year"),
        _column("isbn", "ISBN ISBN号 国际标准书号 书号 isbn/书号"),
        _column("class_number", "分类号 中图分类号 中图法分类号 分类 class"),
        _column("class_code", "中图法大类 大类 类别"),
        _column("call_number", "索书号 callnumber"),
        _column("volume", "卷册 卷次 分册 册次 volume"),
        _column("copies", "册数 复本数 复本 数量 copies"),
        _column("audience", "适读 适读建议 适读建议（不是限制） 适读对象"),
        *_CAME,
    ),
    Kind.EQUIPMENT: (
        _column("name", "名称 器材名称 设备名称 品名 name", needed=True),
        _column("class_number", "分类编号 类别编号 分类代码 资产编号 class", needed=True),
        _column("gb14885", "国标代码 GB/T14885-2022代码 GB/T14885代码 GB/T14885 资产分类代码"),
        _column("copies", "数量 件数 台数 quantity"),
        _column("unit", "单位 计量单位 unit"),
        _column("counted", "成套 合用一号 counted"),
        *_CAME,
    ),
    Kind.PATRONS: (
        _column("name", "姓名 读者姓名 name", needed=True),
        _column("sex", "性别 sex"),
        _column("birth_date", "出生日期 生日 出生年月日 出生年月 birthdate"),
        _column("phone", "联系电话 电话 手机 手机号 手机号码 phone"),
        _column("villager_group", "村民小组 小组 组别 group"),
        _column("kind", "类型 类别 读者类型 kind"),
        _column("guardian_name", "监护人 监护人姓名 guardian"),
        _column("guardian_relation", "与监护人的关系 关系 监护关系 relation"),
        _column("guardian_phone", "监护人电话 监护人手机 guardianphone"),
        _column("consent_day", "监护人同意日期 同意日期 consent"),
    ),
}

Mapped = Mapping[str, int]
"""Which column (from 0) states which fact."""
_SMALL_TALK: Final = re.compile(r"[\s*＊:：_\-]+")


def guess(kind: Kind, sheet: Sheet) -> dict[str, int]:
    """Match headings with facts: exact names first, in the order they are usual; no column serves two facts."""
    plain = [_plain(heading) for heading in sheet.headings]
    found: dict[str, int] = {}
    for column in COLUMNS[kind]:
        for heading in map(_plain, column.headings):
            if heading in plain and plain.index(heading) not in found.values():
                found[column.field] = plain.index(heading)
                break
    return found


def kind_of(sheet: Sheet) -> Kind:
    """Guess what a file lists: the kind most of whose facts its headings name."""
    return max(Kind, key=lambda kind: len(guess(kind, sheet)))


def missing(kind: Kind, mapped: Mapped) -> list[str]:
    """Give the facts without which nothing of this kind can be entered, and no column states them."""
    return [column.field for column in COLUMNS[kind] if column.needed and column.field not in mapped]


def heading(kind: Kind, field: str) -> str:
    """Give the name our own template has for a fact."""
    return next(column.headings[0] for column in COLUMNS[kind] if column.field == field)


def _plain(heading: str) -> str:
    return _SMALL_TALK.sub("", unicodedata.normalize("NFKC", heading)).casefold()
