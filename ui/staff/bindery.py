"""The year's archive, or one thick register, is made in a process of its own, one at a time: memory and work end with it.

`python -m ui.staff.bindery SINCE UNTIL [REGISTER]` writes the archive to its standard output and its progress to standard error;
nothing stays on the disk.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, replace
from datetime import date
from typing import IO, Any, Final, Self

from models import ActorKind
from services import clock, database, logs, processes
from services.journal import Actor
from services.registers import papers
from services.settings import HOUSE, Settings
from ui.house import house

# A hall of 20,000 things takes half a minute; what takes this long hangs.
_LONGEST: Final = 30 * 60
# An archive that nobody fetches is names and loans in memory: it goes after this.
_KEPT: Final = 30 * 60
_NICE: Final = 10


@dataclass(frozen=True, slots=True)
class Work:
    """What is bound: one register of a period, or every register of a year. `until` is not in it."""

    since: date
    until: date
    register: str = ""

    @classmethod
    def of_year(cls, year: int) -> Self:
        """All that was kept in a year."""
        return cls(date(year, 1, 1), date(year + 1, 1, 1))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an archive is, by registers or by lines; `going` until it is ready or has failed under a reference."""

    work: Work
    name: str = ""
    done: int = 0
    count: int = 0
    going: bool = True
    reference: str = ""


class Bindery:
    """One archive at a time, whoever asks; the finished one is kept in a file without a name until it is old or another is begun."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lock = threading.Lock()
        self._now: Progress | None = None
        self._archive: IO[bytes] | None = None
        self._forget: threading.Timer | None = None

    def begin(self, work: Work) -> bool:
        """Start on it; False while something else is being made."""
        with self._lock:
            if self._now is not None and self._now.going:
                return False
            self._drop()
            self._now = Progress(work)
            threading.Thread(target=self._make, args=(work,), name="bindery", daemon=True).start()
            return True

    def look(self) -> Progress | None:
        """Tell how far it is; None when nothing was begun, or what was made is gone."""
        with self._lock:
            return self._now

    def fetch(self) -> tuple[Work, bytes] | None:
        """Give the finished archive and what it is of; it can be fetched again while it is kept."""
        with self._lock:
            if self._archive is None or self._now is None:
                return None
            self._archive.seek(0)
            return self._now.work, self._archive.read()

    def drop(self) -> None:
        """Forget what was made; what is being made goes on."""
        with self._lock:
            if self._now is None or not self._now.going:
                self._drop()

    def _drop(self) -> None:
        if self._forget is not None:
            self._forget.cancel()
        if self._archive is not None:
            self._archive.close()
        self._now = self._archive = self._forget = None

    def _make(self, work: Work) -> None:
        archive = tempfile.TemporaryFile()  # noqa: SIM115  it has no name, and lives until it is dropped
        try:
            whole = self._run(work, archive)
        except Exception as error:  # noqa: BLE001  whatever it is, the keeper may try again and the log has the rest
            whole, reference = False, logs.trouble(error)
            self._tell(reference=reference)
        with self._lock:
            assert self._now is not None
            self._now = replace(self._now, going=False, done=self._now.count if whole else self._now.done)
            if whole:
                self._archive, self._forget = archive, threading.Timer(_KEPT, self.drop)
                self._forget.daemon = True
                self._forget.start()
            else:
                archive.close()

    def _run(self, work: Work, archive: IO[bytes]) -> bool:
        command = [sys.executable, "-m", "ui.staff.bindery", work.since.isoformat(), work.until.isoformat(), work.register]
        with subprocess.Popen(
            command, env=processes.environment(Settings()), cwd=HOUSE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True,
        ) as process:  # fmt: skip
            assert process.stdout
            assert process.stderr
            hanging = threading.Timer(_LONGEST, process.kill)
            hanging.start()
            hearing = threading.Thread(target=self._hear, args=(process.stderr,), daemon=True)
            hearing.start()
            try:
                shutil.copyfileobj(process.stdout, archive)
                hearing.join()
            finally:
                hanging.cancel()
        if process.returncode:
            now = self.look()
            if now is not None and not now.reference:
                self._tell(reference=logs.trouble(ChildProcessError()))
        return not process.returncode

    def _hear(self, said: IO[bytes]) -> None:
        for line in said:
            try:
                facts = json.loads(line)
                self._tell(**{name: facts[name] for name in ("name", "done", "count", "reference") if name in facts})
            except (ValueError, TypeError):
                continue  # what Python itself has to say

    def _tell(self, **facts: object) -> None:
        with self._lock:
            if self._now is not None:
                self._now = replace(self._now, **facts)  # type: ignore[arg-type]


bindery: Final = Bindery()


def main(work: Work) -> int:
    """Make the archive: to standard output, with lines of JSON on standard error that tell how far it is."""
    # Whoever stands before the kiosk comes first.
    os.nice(_NICE)
    logs.set_up(Settings().logs, "bindery")
    try:
        here = house()
        facts: dict[str, Any] = {"hall": here.hall.name, "at": clock.now(), "by": Actor(ActorKind.STAFF, here.hall.id)}
        facts |= {"archive": sys.stdout.buffer, "told": _say}
        if work.register:
            database.read(here.engine, papers.one, register=work.register, since=work.since, until=work.until, **facts)
        else:
            database.read(here.engine, papers.year, year=work.since.year, **facts)
        sys.stdout.buffer.flush()
    except Exception as error:  # noqa: BLE001  the parent shows the reference, the log has the rest
        _tell_parent(reference=logs.trouble(error))
        return 1
    return 0


def _say(name: str, done: int, count: int) -> None:
    _tell_parent(name=name, done=done, count=count)


def _tell_parent(**facts: object) -> None:
    print(json.dumps(facts, ensure_ascii=False), file=sys.stderr, flush=True)  # noqa: T201  that is the conversation


if __name__ == "__main__":
    sys.exit(main(Work(date.fromisoformat(sys.argv[1]), date.fromisoformat(sys.argv[2]), *sys.argv[3:])))
