"""One JSON line for each thing worth knowing, in a rotating file; never a name, a phone, a card or a title."""

import json
import logging
import os
import secrets
import sys
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

LOG = logging.getLogger("hall")

# Characters that are not mistaken for each other when a keeper reads the number out on the phone.
_CLEAR: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_KEPT_BYTES: Final = 2_000_000
_KEPT_FILES: Final = 5
_PRIVATE: Final = 0o600


def set_up(folder: Path, process: str) -> None:
    """Write the lines of this process to `folder/process.log`; a folder that cannot be written sends them to standard error."""
    handler: logging.Handler
    try:
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True, mode=0o700)
        handler = _PrivateFile(folder / f"{process}.log", maxBytes=_KEPT_BYTES, backupCount=_KEPT_FILES, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLine(process))
    for old in LOG.handlers[:]:
        LOG.removeHandler(old)
        old.close()
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False


def note(event: str, **facts: str | float | bool | None) -> None:
    """Write that something happened. Facts are counts, codes, durations and ids of processes: nothing about a person."""
    LOG.info(event, extra={"facts": facts})


def warn(event: str, **facts: str | float | bool | None) -> None:
    """Write that somebody should look at something."""
    LOG.warning(event, extra={"facts": facts})


def trouble(error: BaseException, event: str = "error") -> str:
    """Write an unexpected error and give the reference number that the calm screen shows."""
    reference = "".join(secrets.choice(_CLEAR) for _ in range(6))
    LOG.error(event, exc_info=error, extra={"facts": {"reference": reference}})
    return reference


class _PrivateFile(RotatingFileHandler):
    def _open(self):  # type: ignore[no-untyped-def]  # noqa: ANN202  the parent's own type is a private one of io
        return open(self.baseFilename, "a", encoding="utf-8", opener=_privately)


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, _PRIVATE)


class _JsonLine(logging.Formatter):
    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "pid": record.process,
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
            **({"use_case": use_case} if (use_case := getattr(record, "use_case", None)) else {}),
        }
        if record.exc_info and record.exc_info[1]:
            line |= _without_words(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _without_words(error: BaseException) -> dict[str, object]:
    """The kind of an error and where it stood; its message may hold what somebody typed, so it is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    causes: list[str] = []
    inner = error.__cause__ or error.__context__
    while inner is not None and len(causes) < 3:  # noqa: PLR2004  the causes nearest to the error are enough
        causes.append(type(inner).__name__)
        inner = inner.__cause__ or inner.__context__
    return {
        "error": type(error).__name__,
        "causes": causes,
        "where": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-8:]],
    }
