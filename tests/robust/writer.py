"""A kiosk in a process of its own that lends and takes back without a pause, and says so only after `write` has returned."""

import random
from datetime import timedelta
from multiprocessing.connection import Connection
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import Engine

from services import circulation, database
from services.journal import Actor
from services.refusals import ItemOnLoan, TooManyLoans
from tests.cast import AT, build, gesture
from tests.databases import build_tables


def work(pipe: Connection, url: str, by: Actor, cards: list[UUID], items: list[UUID]) -> None:
    """Lend and take back until killed. Each message is a word and a gesture's effect: `begun`, then `lent` or `back`."""
    engine, seconds = database.engine_for(url), 0
    if engine.dialect.name == "sqlite":
        engine.dialect, engine._compiled_cache = _rehearsed.dialect, _rehearsed._compiled_cache
    while True:
        seconds += 1
        item_id, card_id, at = random.choice(items), random.choice(cards), AT + timedelta(seconds=seconds)
        facts = {"item_id": item_id, "at": at, "by": by, "gesture": gesture()}
        pipe.send(("begun", None))
        try:
            pipe.send(("lent", database.write(engine, circulation.check_out, card_id=card_id, **facts).loan_id))
        except TooManyLoans:
            pipe.send(("refused", None))
        except ItemOnLoan:
            slip = database.write(engine, circulation.check_in, **facts)
            pipe.send(("back", slip.loan_id))


def rehearse() -> Engine:
    """Lend and take back once before anybody is born: fifty lives need not each compile the same statements."""
    with TemporaryDirectory() as folder:
        engine = database.engine_for(f"sqlite:///{folder}/hall.db", create=True)
        database.write(engine, build_tables)
        village = build(engine)
        for verb, facts in ((circulation.check_out, {"card_id": village.card_id("mei")}), (circulation.check_in, {})):
            database.write(engine, verb, item_id=village.item_id("huozhe"), at=AT, by=village.kiosk, gesture=gesture(), **facts)
        engine.dispose()
        return engine


_rehearsed = rehearse()
