"""A kiosk in a process of its own that lends and takes back without a pause, and says so only after `write` has returned."""

import random
from datetime import timedelta
from multiprocessing.connection import Connection
from uuid import UUID

from services import circulation, database
from services.journal import Actor
from services.refusals import ItemOnLoan, TooManyLoans
from tests.cast import AT, gesture


def work(pipe: Connection, url: str, by: Actor, cards: list[UUID], items: list[UUID]) -> None:
    """Lend and take back until killed. Each message is a word and a gesture's effect: `begun`, then `lent` or `back`."""
    engine, seconds = database.engine_for(url), 0
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
