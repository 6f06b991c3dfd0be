"""What titles are found by: how they begin (ordered by code point on both engines), and the grams anywhere in them.

The grams are an FTS5 table kept by triggers on SQLite, GIN over arrays on PostgreSQL.
"""

import sqlalchemy as sa
from sqlalchemy import event

from models.catalogue import Title

# A batch migration of `title` on SQLite drops these triggers silently: make them again after one.
SQLITE = (
    "CREATE INDEX ix_title_name ON title (hall_id, name)",
    "CREATE INDEX ix_title_initials ON title (hall_id, initials)",
    """CREATE VIRTUAL TABLE title_fts
  USING fts5(grams, initial_grams, content='title', content_rowid='search_no', detail='none', columnsize=0)""",
    """CREATE TRIGGER title_fts_added AFTER INSERT ON title BEGIN
  INSERT INTO title_fts(rowid, grams, initial_grams) VALUES (new.search_no, new.grams, new.initial_grams);
END""",
    """CREATE TRIGGER title_fts_removed AFTER DELETE ON title BEGIN
  INSERT INTO title_fts(title_fts, rowid, grams, initial_grams) VALUES ('delete', old.search_no, old.grams, old.initial_grams);
END""",
    """CREATE TRIGGER title_fts_changed AFTER UPDATE OF grams, initial_grams ON title BEGIN
  INSERT INTO title_fts(title_fts, rowid, grams, initial_grams) VALUES ('delete', old.search_no, old.grams, old.initial_grams);
  INSERT INTO title_fts(rowid, grams, initial_grams) VALUES (new.search_no, new.grams, new.initial_grams);
END""",
)
SQLITE_DROP = (
    "DROP INDEX ix_title_name",
    "DROP INDEX ix_title_initials",
    "DROP TRIGGER title_fts_added",
    "DROP TRIGGER title_fts_removed",
    "DROP TRIGGER title_fts_changed",
    "DROP TABLE title_fts",
)
POSTGRES = (
    'CREATE INDEX ix_title_name ON title (hall_id, name COLLATE "C")',
    'CREATE INDEX ix_title_initials ON title (hall_id, initials COLLATE "C")',
    "CREATE INDEX ix_title_grams ON title USING gin (string_to_array(grams, ' '))",
    "CREATE INDEX ix_title_initial_grams ON title USING gin (string_to_array(initial_grams, ' '))",
)
POSTGRES_DROP = (
    "DROP INDEX ix_title_name",
    "DROP INDEX ix_title_initials",
    "DROP INDEX ix_title_grams",
    "DROP INDEX ix_title_initial_grams",
)

_table = Title.__table__  # type: ignore[attr-defined]


def _ddl(text: str) -> sa.DDL:
    # A percent sign would be taken for a parameter.
    return sa.DDL(text.replace("%", "%%"))  # type: ignore[no-untyped-call]


for _text in SQLITE:
    event.listen(_table, "after_create", _ddl(_text).execute_if(dialect="sqlite"))
for _text in POSTGRES:
    event.listen(_table, "after_create", _ddl(_text).execute_if(dialect="postgresql"))
event.listen(_table, "before_drop", _ddl("DROP TABLE IF EXISTS title_fts").execute_if(dialect="sqlite"))
