"""Every named law of a database, read from its own catalogue, so that two databases can be held against each other."""

import re

from sqlalchemy import Connection


def of(connection: Connection) -> dict[str, str]:
    """Law by name: columns, constraints, indexes with their predicates, triggers, the search index."""
    return _of_file(connection) if connection.dialect.name == "sqlite" else _of_server(connection)


def _of_file(connection: Connection) -> dict[str, str]:
    laws: dict[str, str] = {}
    for kind, name, table, text in connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master").all():
        if table == "alembic_version" or (name.startswith(("sqlite_", "title_fts_")) and kind == "table"):
            continue
        if kind == "table" and not text.startswith("CREATE VIRTUAL"):
            for part in _clauses(text):
                laws[f"{table}: {part.split()[1] if part.startswith('CONSTRAINT') else part.split()[0]}"] = part
        elif text:
            laws[f"{kind} {name}"] = _plain(text)
    return laws


def _clauses(text: str) -> list[str]:
    body, depth, parts, start = text[text.index("(") + 1 : text.rindex(")")], 0, [], 0
    for position, sign in enumerate(body):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append(body[start:position])
            start = position + 1
    return [_plain(part) for part in [*parts, body[start:]]]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace('"', "")).strip()


_SERVER = {
    "column": "SELECT table_name || '.' || column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default) FROM information_schema.columns WHERE table_schema = 'public'",
    "constraint": "SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "index": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": "SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "function": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')",
}


def _of_server(connection: Connection) -> dict[str, str]:
    laws = {}
    for kind, question in _SERVER.items():
        for name, text in connection.exec_driver_sql(question).all():
            if "alembic_version" not in name:
                laws[f"{kind} {name}"] = text
    return laws
