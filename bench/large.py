"""Row 3: does a check-out take longer in a hall of a million things and five million loans than in one of two thousand?"""

import statistics
from pathlib import Path
from typing import Final

from bench import lending, stage
from bench.lending import Timed
from bench.rows import Row, at_most
from services import database

SMALL: Final = 2_000
LARGE: Final = 1_000_000
ROUNDS: Final = 6
EACH: Final = 150
_WARM: Final = 20
_NAME: Final = "check_out: 1,000,000 things, 5,000,000 loans against 2,000 things, p50"


def measure() -> list[Row]:
    halls = [stage.hall(SMALL), stage.hall(LARGE)]
    for hall in halls:
        _into_memory(hall.file)
    engines = [database.engine_for(hall.url) for hall in halls]
    at = stage.tomorrow_morning()
    times = [Timed(), Timed()]
    for engine in engines:
        lending.undo(engine)
    for turn in range(ROUNDS):
        for hall, engine, timed in zip(halls, engines, times, strict=True):
            # Other things and other cards each time: nobody's pages are warm only because the last round touched them.
            first = turn * (_WARM + EACH)
            with lending.no_collecting():
                for n in range(first, first + _WARM):
                    lending.check_out(engine, hall, n, at)
                for n in range(first + _WARM, first + _WARM + EACH):
                    with timed.one():
                        lending.check_out(engine, hall, n, at)
            lending.undo(engine)
    for engine in engines:
        engine.dispose()
    small, large = times
    wall, cpu = (statistics.median(many) / statistics.median(few) for many, few in ((large.wall, small.wall), (large.cpu, small.cpu)))
    note = (
        f"the worse of wall {wall:.2f}× ({statistics.median(large.wall):.2f} against {statistics.median(small.wall):.2f} ms)"
        f" and CPU {cpu:.2f}×; {len(small.wall)} of each in turns, synchronous=FULL, both files read into memory beforehand"
    )
    return [at_most(_NAME, max(wall, cpu), "×", 1.3, note)]


def _into_memory(file: Path) -> None:
    """Read it once: a hall's first touch of each page is the disk's time, not ours."""
    with file.open("rb") as whole:
        while whole.read(1 << 24):
            pass
