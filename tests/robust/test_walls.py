"""The walls of the house, read from its source: who may import whom, one COMMIT, no way round it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from services.settings import HOUSE

FILES = sorted(
    [*HOUSE.glob("*.py"), *(file for folder in ("models", "services", "ui", "migrations") for file in (HOUSE / folder).rglob("*.py"))]
)
# Who may open the database past `services.database`: backups and doctor look at files that are not the hall's yet, or not any more.
OPENS_FILES = {"services/database.py", "services/backups.py", "services/doctor.py", "services/founding.py"}


def named(file: Path) -> str:
    return file.relative_to(HOUSE).as_posix()


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


def calls(file: Path) -> Iterator[ast.Call]:
    return (node for node in nodes(file) if isinstance(node, ast.Call))


def texts(file: Path) -> Iterator[str]:
    docs = {
        id(node.body[0].value)
        for node in nodes(file)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node)
    }  # type: ignore[attr-defined]
    return (
        node.value for node in nodes(file) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    )


def test_every_wall_between_the_folders_stands() -> None:
    # In a process of its own: the linter rearranges the logging of whatever process it runs in.
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--config", "pyproject.toml", "--no-cache"],
        cwd=HOUSE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_there_is_one_commit_in_the_product() -> None:
    commits = [named(file) for file in FILES for call in calls(file) if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"]
    assert commits == ["services/database.py"]


def test_nothing_commits_by_another_name() -> None:
    """`begin()` as a context commits at its end, and so does SQL that says so."""
    doors = {f"{who}.{what}" for who in ("engine", "connection", "session") for what in ("begin", "begin_nested")}
    begins = [
        named(file)
        for file in FILES
        for call in calls(file)
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"begin", "begin_nested"}
        if ast.unparse(call.func) in doors or ast.unparse(call.func).endswith("connect().begin")
    ]
    said = [
        named(file)
        for file in FILES
        for text in texts(file)
        if text.strip().upper().split(" ")[0] in {"COMMIT", "END", "SAVEPOINT", "RELEASE"}
    ]
    assert (begins, said) == ([], [])


def test_the_database_is_opened_in_one_place() -> None:
    opens = {
        named(file)
        for file in FILES
        for call in calls(file)
        if (isinstance(call.func, ast.Attribute) and call.func.attr in {"create_engine", "connect"} and ast.unparse(call.func.value) in {"sa", "sqlite3", "psycopg", "sqlalchemy"})
        or (isinstance(call.func, ast.Name) and call.func.id in {"create_engine", "SqliteConnection"})
    }  # fmt: skip
    assert opens <= OPENS_FILES


def test_no_rule_prints_or_asks_the_clock() -> None:
    """Services are told the time and speak by what they return; `clock.now` is for the edge."""
    edge = {"services/logs.py", "services/processes.py", "services/clock.py", "services/database.py"}
    found = [
        f"{named(file)}:{call.lineno} {ast.unparse(call.func)}"
        for file in FILES
        if named(file).startswith("services/") and named(file) not in edge
        for call in calls(file)
        if ast.unparse(call.func) in {"print", "clock.now", "datetime.now", "datetime.utcnow", "date.today", "time.time"}
    ]
    assert found == []


def test_no_sql_is_put_together_from_what_somebody_typed() -> None:
    """Values are bound; the few statements with a name in them take it from our own tables and columns."""
    ours = {"services/tables.py", "services/catalogue.py"}
    put_together = [
        f"{named(file)}:{call.lineno}"
        for file in FILES
        if named(file) not in ours
        for call in calls(file)
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"text", "exec_driver_sql", "execute", "executescript"}
        for argument in call.args[:1]
        if isinstance(argument, ast.JoinedStr) or (isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.Mod | ast.Add))
    ]
    assert put_together == []
