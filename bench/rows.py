"""One measured number beside what it should reach, and the table of all of them."""

import json
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `reach` is empty for a number that only stands beside another."""

    name: str
    value: float
    unit: str
    reach: str
    ok: bool
    note: str


def peak_megabytes() -> float:
    """The most memory this process has had. Not `ru_maxrss`: that one begins with what the process had which started this one."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    (kilobytes,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(kilobytes) / 1024


def at_most(name: str, value: float, unit: str, limit: float, note: str) -> Row:
    return Row(name, round(value, 2), unit, f"≤ {limit:g}", value <= limit, note)


def at_least(name: str, value: float, unit: str, limit: float, note: str) -> Row:
    return Row(name, round(value, 2), unit, f"≥ {limit:g}", value >= limit, note)


def beside(name: str, value: float, unit: str, note: str) -> Row:
    return Row(name, round(value, 2), unit, "", True, note)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` per cent of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share / 100 * len(ordered)) - 1)]


def spread(values: Sequence[float], unit: str) -> str:
    """The usual three in one phrase."""
    parts = (f"p{share} {percentile(values, share):.2f}" for share in (50, 95))
    return f"{', '.join(parts)}, worst {max(values):.2f} {unit} of {len(values)}"


def show(rows: Iterable[Row]) -> None:
    """Print the table; Chinese signs are two columns wide."""
    lines = [("what", "value", "reach", "", "note")]
    lines += [(r.name, f"{r.value:g} {r.unit}", r.reach and f"{r.reach} {r.unit}", _verdict(r), r.note) for r in rows]
    widths = [max(map(_width, column)) for column in list(zip(*lines, strict=True))[:-1]]
    for line in lines:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=False))
        print("  ".join((*cells, line[-1])).rstrip(), flush=True)


def keep(rows: Iterable[Row], file: Path) -> None:
    """Write the rows for a machine."""
    file.write_text(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _verdict(row: Row) -> str:
    return "" if not row.reach else "ok" if row.ok else "short"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
