"""Writing a name on the screen: the characters a pinyin syllable may mean, surnames and common ones first."""

from collections import defaultdict
from functools import cache
from typing import Final

MOST: Final = 60
# The hundred most common surnames, the commonest first (公安部, 2020 report on names).
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦"
    "邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常卜汤"
)
# What given names are made of, in the village and today.
_GIVEN: Final = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂梅红玉香文华建国春花莲凤珍生根福贵德志成海波飞鹏辉龙凯鑫宇浩轩子涵雨欣怡诗梦佳琪雅婷雪琳萍燕云清荣光新东林金银"
    "水大小满秋冬夏冰月星辰天宏斌彬峰亮康乐安宁利民家喜财旺庆祥瑞忠孝义仁礼智信良才俊豪博学思远恒美慧莉蓉蕾颖洁倩琴翠菊淑惠爱桃连云立学友先启正振兴锦长青松柏山川江湖河"
)
_ORDER: Final = {sign: place for place, sign in reversed(list(enumerate(_SURNAMES + _GIVEN)))}
# Rows 16–55 of GB 2312 hold the 3,755 common characters, rows 56–87 the 3,008 rarer ones.
_ROWS: Final = range(0xB0, 0xF8)
_CELLS: Final = range(0xA1, 0xFF)


def characters(typed: str) -> tuple[str, ...]:
    """Give what a whole syllable may mean, then what begins with what was typed: at most 60, and nothing for nothing."""
    syllable = "".join(sign for sign in typed.lower() if sign.isascii() and sign.isalpha())
    if not syllable:
        return ()
    usual, others = _tables()
    found = [*usual.get(syllable, ()), *others.get(syllable, ())]
    if len(found) < MOST:
        longer = {sign for reading in usual if reading != syllable and reading.startswith(syllable) for sign in usual[reading]}
        found += sorted(longer, key=_rank)
    return tuple(dict.fromkeys(found))[:MOST]


def usual(syllable: str) -> frozenset[str]:
    """Give the characters that are usually read so."""
    return frozenset(_tables()[0].get(syllable, ()))


@cache
def _tables() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The usual reading of every character of GB 2312, and its others, without tones (lü is lv); made once, in a third of a second."""
    from pypinyin import Style, pinyin

    usual: dict[str, list[str]] = defaultdict(list)
    others: dict[str, list[str]] = defaultdict(list)
    for sign in sorted(_signs(), key=_rank):
        first, *more = pinyin(sign, style=Style.NORMAL, heteronym=True)[0]
        usual[first].append(sign)
        for reading in more:
            others[reading].append(sign)
    return dict(usual), dict(others)


def _rank(sign: str) -> tuple[int, bytes]:
    """Surnames and what given names are made of, then the standard's own order: the common characters before the rarer ones."""
    return _ORDER.get(sign, len(_ORDER)), sign.encode("gb2312")


def _signs() -> list[str]:
    found = []
    for row in _ROWS:
        for cell in _CELLS:
            try:
                found.append(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found
