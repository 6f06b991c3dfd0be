"""Rows 2 and 4: eight connections lending at once on PostgreSQL, against pgbench's TPC-B on the same server in the same run."""

import queue
import re
import statistics
import time
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Final

import psycopg

from bench import lending, server, stage
from bench.rows import Row, at_least, at_most
from bench.server import Server
from bench.stage import Stage
from services import database

CLIENTS: Final = 8
SECONDS: Final = 8.0
SCALE: Final = 16
ITEMS: Final = 100_000
ROUNDS: Final = 2
_TPCB: Final = f"tpcb_{SCALE}"
# Python is as good as ready after so many; by then psycopg has prepared its statements, too.
_WARM: Final = 30


def measure() -> list[Row]:
    small = stage.hall(ITEMS)
    with server.running() as where:
        engine = server.hall(where, small, history=True)
        url = engine.url.render_as_string(hide_password=False)
        lending.undo(engine)
        count = lending.statements(engine, small)
        if _TPCB not in server.names(where):
            server.make(where, _TPCB)
            server.pgbench(where, _TPCB, "-i", "-q", "-s", str(SCALE))
        tpcb = [_tpcb(where)]
        ours: list[int] = []
        waits: list[float] = []
        for _ in range(ROUNDS):
            rate, wait = _lend(url, small)
            ours.append(rate)
            waits.append(wait)
            lending.undo(engine)
            tpcb.append(_tpcb(where))
        settings = where.settings()
        _vacuum(url)
        engine.dispose()
    mean, yardstick = statistics.mean(ours), statistics.mean(tpcb)
    note = (
        f"{mean:.0f} check-outs a second against {yardstick:.0f} TPC-B (scale {SCALE}), in turns {ours} / {tpcb};"
        f" 8 processes, median {statistics.mean(waits):.1f} ms each; {settings}"
    )
    return [
        at_most("check_out: SQL statements, PostgreSQL", count, "", 12, "BEGIN and COMMIT apart"),
        at_least("check_out on PostgreSQL, 8 connections, against pgbench TPC-B", mean / yardstick, "×", 0.5, note),
    ]


def _tpcb(where: Server) -> int:
    """Transactions a second of eight clients."""
    said = server.pgbench(where, _TPCB, "-c", str(CLIENTS), "-j", "2", "-T", str(int(SECONDS)))
    found = re.search(r"tps = ([0-9.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return round(float(found[1]))


def _lend(url: str, small: Stage) -> tuple[int, float]:
    """Check-outs a second of eight processes with one connection each, and what one takes."""
    context = get_context("spawn")
    told: Queue[tuple[int, float, float]] = context.Queue()
    start = context.Barrier(CLIENTS)
    share = small.patrons // 2 // CLIENTS * 3
    clients = [context.Process(target=_client, args=(url, small, range(k * share, (k + 1) * share), start, told)) for k in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        done = [told.get(timeout=SECONDS + 60) for _ in clients]
    except queue.Empty as error:
        raise RuntimeError("a client did not come back") from error
    finally:
        for client in clients:
            client.join(5)
            client.kill()
    return round(sum(count / seconds for count, seconds, _ in done)), statistics.mean(wait for *_, wait in done)


def _client(url: str, small: Stage, mine: range, start: Barrier, told: "Queue[tuple[int, float, float]]") -> None:
    engine = database.engine_for(url)
    at, timed = stage.tomorrow_morning(), lending.Timed()
    for n in mine[:_WARM]:
        lending.check_out(engine, small, n, at)
    with lending.no_collecting():
        start.wait(30)
        began = time.perf_counter()
        for n in mine[_WARM:]:
            with timed.one():
                lending.check_out(engine, small, n, at)
            if time.perf_counter() - began > SECONDS:
                break
        told.put((len(timed.wall), time.perf_counter() - began, statistics.median(timed.wall)))
    engine.dispose()


def _vacuum(url: str) -> None:
    """What was taken back leaves dead rows; the next run starts as this one did."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("VACUUM loan, journal")
