"""How titles are found by their characters and by the first letters of their pinyin."""

import pytest

from services import spelling


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("红楼梦", "hlm"),
        ("活着", "hz"),
        ("重庆森林", "cqsl"),
        ("长春镇", "ccz"),
        ("镕喆堃玥䶮瑄", "rzkyyx"),
        ("3D打印入门", "3ddyrm"),
        ("ＡＢＣ 英语", "abcyy"),
        ("《三体》（全集）", "stqj"),
        ("📚<b>:red[x]</b>", "bredxb"),
        ("", ""),
    ],
)
def test_initials(text: str, letters: str) -> None:
    assert spelling.initials(text) == letters


def test_a_title_is_found_by_each_character_and_each_pair() -> None:
    assert spelling.grams("红楼梦") == "红 红楼 楼 楼梦 梦"
    assert spelling.initial_grams("红楼梦") == "h hl l lm m"


def test_latin_words_stand_whole_and_small() -> None:
    assert spelling.grams("学Python３，快") == "学 python3 快"
    assert spelling.query_grams("PYTHON") == "python"


def test_a_question_asks_for_a_character_or_for_pairs() -> None:
    assert spelling.query_grams("红") == "红"
    assert spelling.query_grams("红楼梦") == "红楼 楼梦"
    assert spelling.query_grams("红楼 梦") == "红楼 梦"
    assert spelling.query_grams("%_*\"'") == ""


def test_typed_initials_ask_for_letter_pairs() -> None:
    assert spelling.query_initials("HLM") == "hl lm"
    assert spelling.query_initials("h") == "h"
    assert spelling.query_initials("红楼") == ""
    assert spelling.query_initials("") == ""


@pytest.mark.parametrize("text", ["红楼梦", "活着", "围城", "平凡的世界", "C程序设计", "镕喆堃玥䶮瑄"])
def test_what_is_asked_for_in_full_is_always_there(text: str) -> None:
    assert set(spelling.query_grams(text).split()) <= set(spelling.grams(text).split())
    assert set(spelling.query_initials(spelling.initials(text)).split()) <= set(spelling.initial_grams(text).split())


def test_no_quote_or_operator_reaches_the_index() -> None:
    for text in ('"红" OR *', "a:b", "-x", "'; DROP", "(红)", "红^2"):
        assert all(sign.isalnum() or sign == " " for sign in spelling.query_grams(text) + spelling.grams(text))
