"""Row 8: from the start command of each app to the first healthy answer."""

import statistics
from typing import Final

from bench import house, stage
from bench.rows import Row, at_most, beside

ITEMS: Final = 2_000
TIMES: Final = 5
# What `manage.py run` starts for each app (services/processes.py), and the setting that names its port.
_APPS: Final = {"kiosk": ("ui.serve", "KIOSK_PORT"), "staff": ("ui.staff.serve", "STAFF_PORT")}


def measure() -> list[Row]:
    house.furnish(stage.hall(ITEMS))
    rows = []
    try:
        for name, (module, port_name) in _APPS.items():
            own, told = _started(("-m", module), port_name)
            rows.append(at_most(f"start of the {name} page to healthy", own, "s", 1.5, f"`python -m {module}`, {told}"))
            whole, told = _started(("manage.py", "run", "--only", name), port_name)
            aside = f"{told}: the operator's command first looks at the database, then starts the same"
            rows.append(beside(f"beside it: by `manage.py run --only {name}`", whole, "s", aside))
    finally:
        house.clear_away()
    return rows


def _started(command: tuple[str, ...], port_name: str) -> tuple[float, str]:
    """The median of some starts, and the rest of what is worth telling."""
    seconds, cpu = [], []
    for _ in range(TIMES):
        with house.started(command, port_name) as app:
            seconds.append(app.seconds_to_healthy)
            cpu.append(app.cpu_seconds)
    return statistics.median(seconds), f"median of {TIMES} (worst {max(seconds):.2f} s), {statistics.median(cpu):.2f} s of CPU"
