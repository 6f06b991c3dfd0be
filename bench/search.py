"""Row 7: finding a title among a million by two characters or by pinyin initials, on both engines."""

import random
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Engine

from bench import server, stage
from bench.lending import Timed
from bench.rows import Row, at_most, percentile, spread
from bench.stage import Stage
from models import Title
from services import catalogue, clock, database

TITLES: Final = 1_000_000
EACH: Final = 250
_PAGE: Final = catalogue.PAGE_SIZE + 1
# One in so many slips on the keyboard, and finds little or nothing.
_SLIPS: Final = 10


def measure() -> list[Row]:
    large = stage.hall(TITLES)
    engine = database.engine_for(large.url)
    questions = _questions(engine)
    rows = _rows("SQLite", _measured(engine, large, questions), ids=3, page=10)
    engine.dispose()
    with server.running() as where:
        engine = server.hall(where, large, history=False)
        rows += _rows("PostgreSQL", _measured(engine, large, questions), ids=20, page=20)
        engine.dispose()
    return rows


Times = dict[str, dict[str, Timed]]


def _rows(name: str, times: Times, *, ids: float, page: float) -> list[Row]:
    """One row for the ids and one for the page; the worse kind of question counts."""
    made = []
    for what, reach, shown in (("ids", ids, "the first 11 ids"), ("page", page, "first page with shelf, free copies, next due day")):
        worst = max(percentile(timed.wall, 95) for timed in times[what].values())
        told = (f"{kind}: {spread(timed.wall, 'ms')} (CPU p95 {percentile(timed.cpu, 95):.2f})" for kind, timed in times[what].items())
        made.append(at_most(f"search among 1,000,000 titles, {name}: {shown}, p95", worst, "ms", reach, "; ".join(told)))
    return made


def _measured(engine: Engine, large: Stage, questions: dict[str, list[str]]) -> Times:
    times: Times = {"ids": {kind: Timed() for kind in questions}, "page": {kind: Timed() for kind in questions}}
    at = clock.now()
    for kind, texts in questions.items():
        # The first questions of a process build statements and read the index's top.
        for text in texts[:20]:
            _page(engine, large, text, at)
        for text in texts:
            with times["ids"][kind].one():
                database.read(engine, catalogue.title_ids, hall_id=large.hall_id, text=text, most=_PAGE)
            with times["page"][kind].one():
                _page(engine, large, text, at)
    return times


def _page(engine: Engine, large: Stage, text: str, at: datetime) -> None:
    database.read(engine, catalogue.search, hall_id=large.hall_id, text=text, at=at)


def _questions(engine: Engine) -> dict[str, list[str]]:
    """What people type who know a title: two neighbouring characters, or two to four initials, mostly from its beginning."""
    dice = random.Random(7)
    table = Title.__table__  # type: ignore[attr-defined]
    wanted = [dice.randrange(1, TITLES + 1) for _ in range(EACH * 4)]
    with engine.connect() as connection:
        titles = connection.execute(sa.select(table.c.name, table.c.initials).where(table.c.search_no.in_(wanted))).all()
    dice.shuffle(titles)  # type: ignore[arg-type]
    pairs, initials = [], []
    for name, spelled in titles:
        start = 0 if dice.random() < 0.5 or len(name) < 3 else dice.randrange(len(name) - 1)
        if len(pair := name[start : start + 2]) == 2 and pair.isalpha():
            pairs.append(pair)
        letters = spelled.split(" ")[0]
        length = dice.choice((2, 3, 4))
        if len(letters) >= length:
            begin = 0 if dice.random() < 0.75 else dice.randrange(len(letters) - length + 1)
            initials.append(_slipped(dice, letters[begin : begin + length]))
    return {"two characters": pairs[:EACH], "initials": initials[:EACH]}


def _slipped(dice: random.Random, letters: str) -> str:
    if dice.randrange(_SLIPS):
        return letters
    place = dice.randrange(len(letters))
    return letters[:place] + dice.choice("abcdfghjklmnpqrstwxyz") + letters[place + 1 :]
