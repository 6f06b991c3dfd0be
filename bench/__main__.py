"""`python -m bench [topic …]`: measure, print the table, and write bench/results.json when everything was measured."""

import importlib
import os
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.rows import Row, keep, show

TOPICS: Final = (
    "check_out", "rooms", "start", "kiosk", "notice", "large", "postgres", "search", "labels", "holdings", "importing", "registers",
)  # fmt: skip
RESULTS: Final = Path(__file__).parent / "results.json"


def main(wanted: list[str]) -> int:
    """Measure the topics asked for (all by default); 1 when one of them could not be measured."""
    if unknown := set(wanted) - set(TOPICS):
        print(f"no such topic: {', '.join(sorted(unknown))}; there are {', '.join(TOPICS)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    broken = False
    for topic in wanted or TOPICS:
        began, load = time.monotonic(), os.getloadavg()[0]
        try:
            measured: list[Row] = importlib.import_module(f"bench.{topic}").measure()
            # Two cores that others use as well measure the others: whoever reads the number should know.
            rows += [replace(row, note=f"{row.note}; load of the machine before: {load:.1f}") for row in measured]
        except Exception as error:  # noqa: BLE001  what else was measured is still worth its line
            traceback.print_exc()
            broken = True
            rows.append(Row(topic, 0, "", "measured", ok=False, note=f"could not be measured: {type(error).__name__}: {error}"))
        print(f"… {topic}: {time.monotonic() - began:.0f} s", flush=True)
    show(rows)
    if not wanted:
        keep(rows, RESULTS)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
