"""Writing a sentence on the screen: the words and characters that pinyin letters may mean, the usual ones first."""

from collections import Counter, defaultdict
from functools import cache
from typing import Final

from services import writing

MOST: Final = 60
# What people say of a hall like this one; a dictionary knows few of these.
_OURS: Final = """
开放时间 早点开门 晚点关门 周末 晚上 中午 暑假 寒假 借书 还书 续借 新书 图书 图书室 书太少 书太旧 儿童书
绘本 小说 连环画 报纸 杂志 农业书 活动 活动室 广场舞 跳舞 唱歌 唱戏 花鼓戏 弹词 二胡 腰鼓 太极拳 书法
画画 下棋 象棋 乒乓球 篮球 电影 讲座 培训 比赛 村晚 演出 音响 话筒 希望 建议 可以 能不能 多一点 少一点
太少 太多 太吵 太热 太冷 很好 不好 谢谢 满意 不满意 方便 不方便 需要 想要 增加 修好 换新 桌子 椅子
空调 风扇 电灯 灯不亮 厕所 卫生间 门口 窗户 热水 开水 饮水机 插座 无线网 电脑 投影 打印 充电 老花镜
轮椅 坡道 停车 卫生 打扫 管理员 老师 孩子 小孩 学生 老人 家长 我们 大家 村里 村民 我 你 他 她 的 了
是 在 有 没 不 很 也 都 和 请 把 给 要 会 能
""".split()  # noqa: SIM905  a page of words is read more easily than a list of them


def candidates(typed: str) -> tuple[str, ...]:
    """Give the words these letters spell, whole or by their initials, then characters; at last the letters themselves."""
    letters = "".join(sign for sign in typed.lower() if sign.isascii() and sign.isalpha())
    if not letters:
        return (typed,) if typed else ()
    spelled, initials = _words()
    usual = writing.usual(letters)
    of_syllable = sorted(writing.characters(letters), key=lambda sign: (sign not in usual, _rarity(sign)))
    exact, short = spelled.get(letters, []), initials.get(letters, [])
    begun = [] if exact or of_syllable else [word for whole, those in spelled.items() if whole.startswith(letters) for word in those]
    ours = [word for word in exact if word in _PLACES]
    found = [*ours, *of_syllable[:3], *exact, *short, *sorted(begun, key=_order), *of_syllable[3:]]
    return (*dict.fromkeys(found[:MOST]), typed)


_TONES: Final = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿ", "aaaaeeeeiiiioooouuuuvvvvvnnnm")
_PLACES: Final = {word: place for place, word in enumerate(_OURS)}


@cache
def _words() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Words of the house and two- to four-character words of the dictionary, by their letters and by their initials; made once."""
    from pypinyin import lazy_pinyin
    from pypinyin.phrases_dict import phrases_dict

    spelled: dict[str, list[str]] = defaultdict(list)
    initials: dict[str, list[str]] = defaultdict(list)
    for word in _OURS:
        syllables = lazy_pinyin(word, v_to_u=False)
        spelled["".join(syllables)].append(word)
        if len(word) > 1:
            initials["".join(syllable[0] for syllable in syllables)].append(word)
    for word, readings in phrases_dict.items():
        if word not in _PLACES:
            spelled["".join(reading[0] for reading in readings).translate(_TONES)].append(word)
    for those in spelled.values():
        those.sort(key=_order)
    return dict(spelled), dict(initials)


def _order(word: str) -> tuple[int, int, int]:
    """Our own words as they stand, then short words of common characters."""
    return _PLACES.get(word, len(_PLACES)), len(word), max(map(_rarity, word))


def _rarity(sign: str) -> int:
    return _frequency().get(sign, len(_frequency()))


@cache
def _frequency() -> dict[str, int]:
    """How common a character is, by how many words hold it: the place in that order."""
    from pypinyin.phrases_dict import phrases_dict

    counted = Counter(sign for word in (*phrases_dict, *_OURS * 400) for sign in word)
    return {sign: place for place, (sign, _) in enumerate(counted.most_common())}
