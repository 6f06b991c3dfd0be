"""Plausible Chinese titles in any number: common words in common patterns, a long tail of rarer ones, many by the same authors."""

import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from pypinyin.phrases_dict import phrases_dict

from services import spelling

# What a village's shelves are full of, each making pairs of characters that tens of thousands of titles share; and how titles are built.
_WORDS: Final = dict(line.split(": ", 1) for line in (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").splitlines())
_COMMON: Final = _WORDS["common"].split()
_PATTERNS: Final = _WORDS["patterns"].split()
_FAMILIES: Final = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
)
_GIVEN: Final = "华明国文建军志伟红梅秀英玉兰桂芳春晓东海平安宁静思远家乐水生长江子涵雨轩一鸣大山小雨德福永强光荣云飞雪松"
_RARE: Final = tuple(phrase for phrase in phrases_dict if 2 <= len(phrase) <= 4)
_AUTHORS: Final = 60_000
_CHUNK: Final = 20_000

Spelled = tuple[str, str, str, str, str]


def titles(count: int, seed: int = 1) -> Iterator[Spelled]:
    """Give name, author, grams, initial grams and initials of `count` titles, the same ones for the same seed."""
    chunks = [(seed * 1000 + n, min(_CHUNK, count - n * _CHUNK)) for n in range(-(-count // _CHUNK))]
    if len(chunks) == 1:
        yield from _chunk(chunks[0])
        return
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for chunk in pool.map(_chunk, chunks):
            yield from chunk


def _chunk(of: tuple[int, int]) -> list[Spelled]:
    dice, made = random.Random(of[0]), []
    for _ in range(of[1]):
        name, author = _name(dice), _author(dice)
        found = spelling.found_by(name, author)
        made.append((name, author, found["grams"], found["initial_grams"], found["initials"]))
    return made


def _name(dice: random.Random) -> str:
    return dice.choice(_PATTERNS).format(a=_word(dice), b=_word(dice), t=dice.choice(_RARE), n=dice.choice("一二三四五六七八九十"))


def _word(dice: random.Random) -> str:
    """Give a word as language has them: the first few everywhere, the others now and then."""
    if dice.random() < 0.5:
        return dice.choice(_COMMON)
    return _COMMON[min(int(dice.paretovariate(0.6)) - 1, len(_COMMON) - 1)]


def _author(dice: random.Random) -> str:
    known = random.Random(int(_AUTHORS * dice.random() ** 2))
    return known.choice(_FAMILIES) + "".join(known.choice(_GIVEN) for _ in range(known.choice((1, 2, 2))))
