"""Nobody pays here (R52): no column holds a sum, no screen asks for one, and no sentence demands one."""

import ast
import re
import tomllib

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

import models  # noqa: F401  the tables register themselves
from services.settings import HOUSE

MONEY = re.compile(
    r"(?<![a-z])(amount|balance|charge|cost|currency|debt|deposit|fee|fees|fine|fines|invoice|money|owed|owes|paid|pay|payment|penalty|price|refund|rmb|cny|sum|yuan|cents)(?![a-z])"
)
CHINESE = re.compile(r"[¥￥$€]|(?<!单)元(?!旦|宵|素|月)|押金|罚款|罚金|滞纳|赔偿金|赔款|收费|付款|付费|缴费|交费|费用|价格|金额|余额|欠费|工本费|欠款|扣款|退款|支付|钱")
# What speaks of money only to say that there is none.
NONE_OF_IT = re.compile(r"不(用|收|要|花|必)[^，。；]{0,4}[钱费]|不收钱|免费|没有押金|free of charge|no charge|costs nothing|no fee|never money|in[ _]charge|that is fine", re.IGNORECASE)
ASKING = {"text_input", "number_input", "text_area", "slider", "select_slider", "selectbox", "radio", "data_editor", "pills", "segmented_control", "chat_input"}

COLUMNS = [(table.name, column) for table in SQLModel.metadata.sorted_tables for column in table.columns]


def test_no_column_could_hold_a_sum() -> None:
    assert [f"{table}.{column.name}" for table, column in COLUMNS if MONEY.search(column.name)] == []
    fractions = (sa.Numeric, sa.Float)
    assert [f"{table}.{column.name}" for table, column in COLUMNS if isinstance(column.type, fractions)] == []


def test_no_word_from_a_list_means_a_payment() -> None:
    words = {word for _, column in COLUMNS if isinstance(column.type, sa.Enum) for word in column.type.enums}
    assert words
    assert {word for word in words if MONEY.search(NONE_OF_IT.sub("", word))} == set()


def sentences(lang: str) -> dict[str, str]:
    found: dict[str, str] = {}

    def walk(start: str, part: object) -> None:
        if isinstance(part, dict):
            for name, inner in part.items():
                walk(f"{start}.{name}", inner)
        else:
            found[start] = str(part)

    for file in sorted((HOUSE / "assets" / "locales" / lang).glob("*.toml")):
        walk(file.stem, tomllib.loads(file.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_no_sentence_speaks_of_money_but_to_say_there_is_none(lang: str) -> None:
    said = sentences(lang)
    assert len(said) > 100
    asks = {key: text for key, text in said.items() if (CHINESE if lang == "zh-CN" else MONEY).search(NONE_OF_IT.sub("", text.lower()))}
    assert asks == {}


def test_the_test_would_notice() -> None:
    for demand in ("请交押金50元", "超期罚款", "工本费 ￥5", "请到服务台付费"):
        assert CHINESE.search(NONE_OF_IT.sub("", demand))
    for harmless in ("元旦休息", "办证不收钱", "免费借阅", "请到服务台延期，不收钱。"):
        assert not CHINESE.search(NONE_OF_IT.sub("", harmless))
    for demand in ("please pay 5", "a fine is due", "deposit"):
        assert MONEY.search(demand)
    for harmless in ("fine_arts".replace("_", ""), "display", "feed"):
        assert not MONEY.search(harmless)


def test_no_widget_of_either_screen_asks_for_money() -> None:
    """What a widget is called, in its key and in its label's key, names no sum."""
    files = [*(HOUSE / "ui").rglob("*.py"), HOUSE / "kiosk_app.py", HOUSE / "staff_app.py"]
    calls = [(file.name, node) for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    asked = [(file, ast.unparse(call)) for file, call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in ASKING]
    assert asked
    assert [(file, call) for file, call in asked if MONEY.search(call.lower().replace("_", " ").replace("-", " ")) or CHINESE.search(call)] == []
