"""Rows 2 and 4: eight connections lending at once on PostgreSQL, against pgbench's TPC-B on the same server in the same run."""

import os
import re
import statistics
from collections.abc import Sequence
from typing import Final

import psycopg

from bench import crowd, lending, server, stage
from bench.crowd import CLIENTS, Done
from bench.rows import Row, at_least, at_most, beside
from bench.server import Server

SCALE: Final = 16
ITEMS: Final = 100_000
ROUNDS: Final = 2
_TPCB: Final = f"tpcb_{SCALE}"


def measure() -> list[Row]:
    hall = stage.hall(ITEMS)
    with server.running() as where:
        engine = server.hall(where, hall, history=True)
        url = engine.url.render_as_string(hide_password=False)
        lending.undo(engine)
        count = lending.statements(engine, hall)
        if _TPCB not in server.names(where):
            server.make(where, _TPCB)
            server.pgbench(where, _TPCB, "-i", "-q", "-s", str(SCALE))
        tpcb, ours, theirs = [_pgbench(where)], [], []
        for _ in range(ROUNDS):
            ours.append(crowd.lend(url, hall))
            lending.undo(engine)
            theirs.append(crowd.tpcb(where.url(_TPCB), SCALE))
            tpcb.append(_pgbench(where))
        settings = where.settings()
        _vacuum(url)
        engine.dispose()
    yardstick = statistics.mean(tpcb)
    mine, python = _rate(ours), _rate(theirs)
    # Client and server share the cores: what the server needs is the most that any client could reach.
    cores, served = os.cpu_count() or 1, _mean(ours, "served")
    bound = f"were the client free, its server alone would allow {cores * 1000 / served / yardstick:.2f}×" if served else ""
    against = f"against {yardstick:.0f} of pgbench (scale {SCALE}, {CLIENTS} clients), in turns {tpcb}"
    note = f"{_told('check-outs', ours)} {against}; {bound}; {settings}"
    aside = (
        f"{_told('TPC-B by psycopg', theirs)}: the yardstick's own five statements with a client in Python, not C,"
        f" on the {cores} cores that clients and server share; a check-out has {count}"
    )
    return [
        at_most("check_out: SQL statements, PostgreSQL", count, "", 12, "BEGIN and COMMIT apart"),
        at_least("check_out on PostgreSQL, 8 connections, against pgbench TPC-B", mine / yardstick, "×", 0.5, note),
        beside("beside it: TPC-B itself, sent by Python", python / yardstick, "×", aside),
    ]


def _pgbench(where: Server) -> int:
    """Transactions a second of eight clients in C."""
    said = server.pgbench(where, _TPCB, "-c", str(CLIENTS), "-j", "2", "-T", str(int(crowd.SECONDS)))
    found = re.search(r"tps = ([0-9.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return round(float(found[1]))


def _rate(rounds: Sequence[list[Done]]) -> float:
    """How many a second all clients did together, over all rounds."""
    return statistics.mean(sum(one.rate for one in done) for done in rounds)


def _told(what: str, rounds: Sequence[list[Done]]) -> str:
    wall, cpu, served = (_mean(rounds, kind) for kind in ("wall", "cpu", "served"))
    told = f"{_rate(rounds):.0f} {what} a second, each {wall:.1f} ms by the clock"
    return f"{told}: {cpu:.2f} ms of the client's CPU, {served:.2f} of the server's"


def _mean(rounds: Sequence[list[Done]], kind: str) -> float:
    return float(statistics.mean(getattr(one, kind) for done in rounds for one in done))


def _vacuum(url: str) -> None:
    """What was taken back leaves dead rows; the next run starts as this one did."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("VACUUM loan, journal")
