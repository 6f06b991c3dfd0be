"""A name is written with pinyin: the surname and the common name characters come first."""

import pytest

from services.writing import MOST, characters


@pytest.mark.parametrize(("typed", "sign"), [("zhang", "张"), ("wei", "伟"), ("lv", "吕"), ("ZHOU", "周"), ("ying", "英"), ("zeng", "曾"), ("gui", "桂")])
def test_what_is_looked_for_is_among_the_first(typed: str, sign: str) -> None:
    assert sign in characters(typed)[:14]


def test_a_beginning_offers_what_it_may_become() -> None:
    assert characters("zh")[:3] == ("张", "赵", "周")
    assert len(characters("z")) == MOST


def test_what_is_no_syllable_offers_nothing() -> None:
    for typed in ("", "xq", "123", "张"):
        assert characters(typed) == ()


def test_every_sign_is_offered_once() -> None:
    for typed in ("a", "shi", "yi"):
        assert len(set(characters(typed))) == len(characters(typed))
