"""Row: a notice is published at the desk, and an idle kiosk shows it; and what it costs the kiosk to keep asking."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import psutil  # type: ignore[import-untyped]
from playwright.sync_api import Page
from sqlalchemy import Engine

from bench import house, stage
from bench.rows import Row, at_most, percentile, spread
from bench.stage import Stage
from models import ClosureReason
from services import closures, database
from services.closure_plans import Plan

ITEMS: Final = 100_000
NOTICES: Final = 10
IDLE_SECONDS: Final = 60
_COMMAND: Final = ("manage.py", "run", "--only", "kiosk")
_SEEN: Final = """word => new Promise(done => {
  const look = () => document.body.innerText.includes(word) ? done(Date.now()) : setTimeout(look, 5);
  look();
  setTimeout(() => done(Infinity), 20000);
})"""


def measure() -> list[Row]:
    hall = stage.hall(ITEMS)
    url = house.furnish(hall)
    engine = database.engine_for(url)
    try:
        house.tick()
        with house.started(_COMMAND, "KIOSK_PORT") as app, house.browser_page(Path(__file__).with_name("watch.js")) as page:
            page.goto(app.url)
            house.until(page, "document.documentElement.dataset.scanner === 'ready' && !bench.running()")
            waits = [_published(page, engine, hall, number) for number in range(1, NOTICES + 1)]
            page.wait_for_selector(".hall-display", timeout=90_000)
            cpu = _idle(app.process.pid)
        note = f"{spread(waits, 'ms')}; from the commit at the desk to the words on a kiosk nobody touches"
        return [
            at_most("notice published → banner on an idle kiosk, worst", max(waits), "ms", 1000, note),
            at_most("the idle display, its servers over 60 s", cpu, "% of a core", 1, f"p50 of the banner {percentile(waits, 50):.0f} ms"),
        ]
    finally:
        engine.dispose()
        house.clear_away()


def _published(page: Page, engine: Engine, hall: Stage, number: int) -> float:
    """Publish one notice; ms until its words stand on the screen. The one before is lifted, so that the new one is seen."""
    now = datetime.now(UTC)
    word = f"公告样张{number:02d}号"
    plan = Plan(ClosureReason.CALLED_AWAY, now, now + timedelta(days=1), "000-0000000", "测", word)
    facts: dict[str, Any] = {"gesture": uuid4(), "by": hall.kiosk}
    announced = database.write(engine, closures.announce, plan=plan, at=now, **facts)
    committed = time.time() * 1000
    seen = float(page.evaluate(_SEEN, word))
    database.write(engine, closures.lift, closure_id=announced.closure_id, at=now, gesture=uuid4(), by=hall.kiosk)
    # The next one comes at another moment of the page's beat.
    page.wait_for_timeout(1500 + 137 * number)
    return seen - committed


def _idle(pid: int) -> float:
    """Percent of a core that the command and its children take while nothing happens."""
    before = _cpu(pid)
    time.sleep(IDLE_SECONDS)
    return round((_cpu(pid) - before) / IDLE_SECONDS * 100, 2)


def _cpu(pid: int) -> float:
    parent = psutil.Process(pid)
    everyone = [parent, *parent.children(recursive=True)]
    mine = [one for one in everyone if not re.search("chrom", one.name())]
    return float(sum(times.user + times.system for times in (one.cpu_times() for one in mine)))
