"""What every test may ask for: a database of either kind, the cast of the village, a browser, the running house."""

import os
import shutil
from pathlib import Path

pytest_plugins = ["tests.databases", "tests.cast", "tests.house"]

_MEMORY, _ENOUGH = Path("/dev/shm"), 2 << 30  # noqa: S108  pytest makes a folder of its own in it, closed to others


def pytest_configure() -> None:
    """Let tests write into memory where there is room: the pages of a test wait for the disk at each commit, as a hall's do."""
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
