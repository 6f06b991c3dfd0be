"""Everything is free: no table, no sentence and no use case takes money from a villager (R52)."""

import inspect
import re
import tomllib

import pytest
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
