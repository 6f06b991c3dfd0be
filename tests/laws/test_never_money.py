"""Everything is free: no table, no sentence and no use case takes money from a villager (R52)."""

import ast
import inspect
import re
import tomllib

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

import models  # noqa: F401  the tables register themselves
from services import circulation, holds, patrons, registration, visit
from services.settings import HOUSE
from services.words import LANGUAGES

MONEY = re.compile(r"(^|_)(fees?|fines?|deposit|money|payment|paid|compensation)(_|$)", re.IGNORECASE)
SAID = re.compile(
    r"[¥￥$€]|[0-9}]\s*元|押金|罚款|罚金|赔款|收费|缴费|付款|付费|滞纳|(?<!in )\b(?:fee|a fine|deposit|pay|payment|charge|yuan|RMB)s?\b",
    re.IGNORECASE,
)
# The one thing that is said of money: there is none.
FREE = re.compile(r"免费|不收费|\bfree\b|no (?:fee|a fine|deposit)s?", re.IGNORECASE)


def test_no_column_holds_what_somebody_would_have_to_pay() -> None:
    columns = [column for table in SQLModel.metadata.sorted_tables for column in table.columns]
    assert [str(column) for column in columns if MONEY.search(column.name)] == []
    # Counts are whole: nothing here is measured in fractions of anything.
    assert [str(column) for column in columns if isinstance(column.type, sa.Numeric | sa.Float)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_asks_for_money(lang: str) -> None:
    said = []
    for file in (HOUSE / "assets" / "locales" / lang).glob("*.toml"):
        said += [line for line in file.read_text(encoding="utf-8").splitlines() if SAID.search(line) and not FREE.search(line)]
        tomllib.loads(file.read_text(encoding="utf-8"))
    assert said == []


@pytest.mark.parametrize("module", [circulation, holds, visit, patrons, registration], ids=lambda module: module.__name__)
def test_no_use_case_takes_money(module: object) -> None:
    verbs = [verb for _, verb in inspect.getmembers(module, inspect.isfunction)]
    taken = {f"{verb.__name__}({name})" for verb in verbs for name in inspect.signature(verb).parameters if MONEY.search(name)}
    assert taken == set()


ASKING = {
    "text_input",
    "number_input",
    "text_area",
    "slider",
    "select_slider",
    "selectbox",
    "radio",
    "pills",
    "segmented_control",
    "data_editor",
    "chat_input",
}
SUM = re.compile(
    r"(?<![a-z])(amount|balance|compensation|cost|deposit|fee|fine|money|owed|paid|pay|payment|price|sum|yuan)s?(?![a-z])|元|押金|罚|费|金额|钱",
    re.IGNORECASE,
)


def test_no_widget_of_either_screen_asks_for_a_sum() -> None:
    files = [*(HOUSE / "ui").rglob("*.py"), HOUSE / "kiosk_app.py", HOUSE / "staff_app.py"]
    calls = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    asked = [ast.unparse(call) for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in ASKING]
    assert asked
    assert [call for call in asked if SUM.search(re.sub("[_.-]", " ", call))] == []


def test_the_words_looked_for_are_found() -> None:
    assert all(SAID.search(line) for line in ("请交押金50元", "超期罚款", "￥5", "pay 5 yuan", "a fine is due"))
    assert all(SUM.search(call) for call in ("st.number_input('押金')", "st.text_input(say('staff fine'))", "st.slider('amount')"))
    assert not SUM.search("st.text_input(say('staff refine'))")
