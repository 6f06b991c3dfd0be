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
            own = _seconds(("-m", module), port_name)
            whole = _seconds(("manage.py", "run", "--only", name), port_name)
            note = f"`python -m {module}`, median of {TIMES} (worst {max(own):.2f} s)"
            rows.append(at_most(f"start of the {name} page to healthy", statistics.median(own), "s", 1.5, note))
            aside = f"median of {TIMES} (worst {max(whole):.2f} s): the operator's command looks at the database and starts the app"
            rows.append(beside(f"beside it: by `manage.py run --only {name}`", statistics.median(whole), "s", aside))
    finally:
        house.clear_away()
    return rows


def _seconds(command: tuple[str, ...], port_name: str) -> list[float]:
    times = []
    for _ in range(TIMES):
        with house.started(command, port_name) as app:
            times.append(app.seconds_to_healthy)
    return times
