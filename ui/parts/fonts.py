"""The hall's own type: Noto Sans and Serif SC, cut once for the web, since a fresh machine has no Chinese font at all."""

import hashlib
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, wait
from functools import cache
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import pylopdf_fonts_zh_cn as noto

from services.settings import HOUSE

FULL: Final = {"sans": noto.sans_path(), "serif": noto.serif_path()}
FAMILY: Final = {"sans": "Hall Sans", "serif": "Hall Serif"}
_BEYOND: Final = HOUSE / "assets" / "fonts" / "beyond_gb2312.txt"
# vert: a title that runs down a book's spine; kern and palt keep 《》 and figures in step.
_FEATURES: Final = ["kern", "liga", "locl", "vert", "vrt2", "palt", "halt", "tnum", "lnum"]
_SIGNS: Final = (
    *range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x2010, 0x2028), *range(0x2030, 0x2040), *range(0x2160, 0x216C),
    *range(0x2190, 0x2194), *range(0x2460, 0x2474), *range(0x3000, 0x3018), *range(0x3041, 0x3097), *range(0x30A0, 0x3100),
    *range(0xFF01, 0xFF5F), *map(ord, "€℃№−√∞■□▲△▼▽○●★☆✓￥"),
)  # fmt: skip


def characters() -> frozenset[int]:
    """Every character the cut fonts hold: GB 2312, the rest of the 8,105 general ones that village names need, signs and letters."""
    hanzi = (bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    beyond = _BEYOND.read_text(encoding="utf-8").replace("\n", "")
    return frozenset(_SIGNS) | {ord(sign) for sign in "".join(hanzi) + beyond}


@cache
def edition() -> str:
    """A name for what would be cut: another package, tool or list of characters makes another edition."""
    parts = (version("pylopdf-fonts-zh-cn"), version("fonttools"), _BEYOND.read_text(encoding="utf-8"), repr(_SIGNS), repr(_FEATURES))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:10]


def cut_file(folder: Path, face: str) -> Path:
    """Where the cut font of a face lies, whether it is there yet or not."""
    return folder / f"{face}-{edition()}.woff2"


def ready(folder: Path) -> bool:
    """Whether nothing is left to cut."""
    return all(cut_file(folder, face).exists() for face in FULL)


def prepare(folder: Path, tell: Callable[[str], None] = print) -> None:
    """Cut what is missing, both faces at once, telling how it goes; without cut fonts the full ones are served, six times the size."""
    wanted = [face for face in FULL if not cut_file(folder, face).exists()]
    if not wanted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    tell(f"Cutting the Chinese web fonts to {len(characters())} characters, once (about half a minute) …")
    began = time.monotonic()
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1), mp_context=get_context("spawn")) as workers:
        waiting = {workers.submit(_cut, face, cut_file(folder, face)) for face in wanted}
        while waiting:
            done, waiting = wait(waiting, timeout=5)
            for work in done:
                work.result()
            if waiting:
                tell(f"  {time.monotonic() - began:.0f} s, {len(wanted) - len(waiting)} of {len(wanted)} fonts are ready …")
    for old in folder.glob("*.woff2"):
        if edition() not in old.name:
            old.unlink()
    tell(f"  fonts ready after {time.monotonic() - began:.0f} s.")


def faces() -> str:
    """The @font-face rules: the cut font first, the full one for a rare character, whose kilobytes only then travel."""
    return "".join(
        f"""@font-face{{font-family:"{FAMILY[face]}";src:url("/hall/fonts/{face}-{edition()}.woff2") format("woff2");font-display:block}}
@font-face{{font-family:"{FAMILY[face]} Rare";src:url("/hall/fonts/{face}-full-{edition()}.otf") format("opentype");font-display:swap;\
unicode-range:U+2E80-2FFF,U+3400-9FFF,U+F900-FAFF,U+20000-323AF}}
"""
        for face in FULL
    )


def _cut(face: str, target: Path) -> None:
    from fontTools import subset

    options = subset.Options(flavor="woff2", layout_features=_FEATURES, hinting=False, notdef_outline=True, drop_tables=["DSIG"])
    font = subset.load_font(str(FULL[face]), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters())
    cutter.subset(font)
    half_written = target.with_suffix(f".{os.getpid()}.part")
    subset.save_font(font, str(half_written), options)
    half_written.replace(target)
