"""The first page of the stock at 100,000 things, and what typing costs there: server time, without the browser."""

import time
from typing import Any, Final

from bench import stage
from bench.rows import Row, at_most, percentile, spread
from models.journal import ActorKind
from services import clock, database, holdings
from services.journal import Actor

ITEMS: Final = 100_000
_EACH: Final = 40
_LIMIT: Final = 150.0
_TYPED: Final = ("历史", "hl", "水", "200", "中国文化", "nc", "健康养生", "T")


def measure() -> list[Row]:
    kept = stage.hall(ITEMS)
    engine = database.engine_for(f"{kept.url}")
    by = Actor(ActorKind.STAFF, kept.hall_id, device="bench")

    def ask(**facts: Any) -> float:
        began = time.perf_counter()
        database.read(engine, holdings.page, at=clock.now(), by=by, **facts)
        return (time.perf_counter() - began) * 1000

    first = [ask() for _ in range(_EACH)]
    ask(text=_TYPED[0])  # the first search of a process reads the pinyin tables
    typed = [ask(text=text) for text in _TYPED for _ in range(_EACH // len(_TYPED))]
    deep = [ask(number=ITEMS // holdings.PAGE_SIZE - 1 - n) for n in range(5)]
    engine.dispose()
    return [
        at_most(f"first page of {ITEMS:,} things", percentile(first, 95), "ms", _LIMIT, spread(first, "ms")),
        at_most("the same narrowed by typing", percentile(typed, 95), "ms", _LIMIT, spread(typed, "ms")),
        at_most("its last page", percentile(deep, 95), "ms", _LIMIT, spread(deep, "ms")),
    ]
