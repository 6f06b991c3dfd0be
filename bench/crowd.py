"""Eight processes that do the same at the same time, each with a connection of its own, until the time is over."""

import queue
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any, Final

import psutil  # type: ignore[import-untyped]
import psycopg
import sqlalchemy as sa

from bench import lending, stage
from bench.stage import Stage
from services import database

CLIENTS: Final = 8
SECONDS: Final = 8.0
# Python is as good as ready after so many; by then psycopg has prepared its statements, too.
_WARM: Final = 30
_PATIENCE: Final = 120.0

_TPCB: Final = (
    "UPDATE pgbench_accounts SET abalance = abalance + %(delta)s WHERE aid = %(aid)s",
    "SELECT abalance FROM pgbench_accounts WHERE aid = %(aid)s",
    "UPDATE pgbench_tellers SET tbalance = tbalance + %(delta)s WHERE tid = %(tid)s",
    "UPDATE pgbench_branches SET bbalance = bbalance + %(delta)s WHERE bid = %(bid)s",
    "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (%(tid)s, %(bid)s, %(aid)s, %(delta)s, CURRENT_TIMESTAMP)",
)


@dataclass(frozen=True, slots=True)
class Done:
    """What one client did: how many a second, and ms of each: by the clock, of its own processor time, and of its server's process."""

    rate: float
    wall: float
    cpu: float
    served: float


def lend(url: str, hall: Stage) -> list[Done]:
    """Check out, each client other things to other patrons."""
    share = hall.patrons // 2 // CLIENTS * 3
    return _together(_lender, [(url, hall, range(k * share, (k + 1) * share)) for k in range(CLIENTS)])


def tpcb(url: str, scale: int) -> list[Done]:
    """The transaction of pgbench, sent by psycopg: what is left of the yardstick when its client is Python."""
    return _together(_banker, [(url, scale, k) for k in range(CLIENTS)])


def _together(client: Callable[..., None], facts: list[tuple[Any, ...]]) -> list[Done]:
    context = get_context("spawn")
    told: Queue[Done] = context.Queue()
    start = context.Barrier(len(facts))
    clients = [context.Process(target=client, args=(*own, start, told)) for own in facts]
    for one in clients:
        one.start()
    try:
        return [told.get(timeout=SECONDS + _PATIENCE) for _ in clients]
    except queue.Empty as error:
        raise RuntimeError("a client did not come back") from error
    finally:
        for one in clients:
            one.join(5)
            one.kill()


def _lender(url: str, hall: Stage, mine: range, start: Barrier, told: "Queue[Done]") -> None:
    engine, at = database.engine_for(url), stage.tomorrow_morning()
    with engine.connect() as connection:
        backend = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    _until_over(lambda n: lending.check_out(engine, hall, mine[n], at), len(mine), backend, start, told)
    engine.dispose()


def _banker(url: str, scale: int, seed: int, start: Barrier, told: "Queue[Done]") -> None:
    dice = random.Random(seed)
    with psycopg.connect(url, autocommit=True) as connection:

        def act(_: int) -> None:
            facts = {"aid": dice.randint(1, 100_000 * scale), "tid": dice.randint(1, 10 * scale), "bid": dice.randint(1, scale)}
            with connection.transaction():
                for statement in _TPCB:
                    connection.execute(statement, {**facts, "delta": dice.randint(-5000, 5000)})

        _until_over(act, 1_000_000, connection.info.backend_pid, start, told)


def _until_over(act: Callable[[int], None], most: int, backend: int, start: Barrier, told: "Queue[Done]") -> None:
    timed = lending.Timed()
    for n in range(_WARM):
        act(n)
    with lending.no_collecting():
        start.wait(_PATIENCE)
        began, served = time.perf_counter(), _used(backend)
        for n in range(_WARM, most):
            with timed.one():
                act(n)
            if time.perf_counter() - began > SECONDS:
                break
        rate = len(timed.wall) / (time.perf_counter() - began)
        served = (_used(backend) - served) / len(timed.wall)
    told.put(Done(rate, statistics.median(timed.wall), statistics.median(timed.cpu), served))


def _used(backend: int) -> float:
    """Ms of the processor that the server's process of one connection has used; nothing is known of one on another machine."""
    try:
        times = psutil.Process(backend).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system) * 1000
