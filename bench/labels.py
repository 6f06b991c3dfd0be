"""A parcel's labels: a thousand on sheets of sixty-five, each with its QR in lines, from rows to PDF."""

import statistics
import time
from io import BytesIO
from typing import Final
from uuid import uuid4

from pypdf import PdfReader

from bench.rows import Row, at_most
from models import LabelKind, Medium
from services import codes, label_papers, qr
from services.labels import Job, Label, Run
from services.sheets import SHEETS

LABELS: Final = 1_000
_ROUNDS: Final = 5
_LIMIT: Final = 2.0
_NAMES: Final = ("活着", "平凡的世界 第2册", "镕喆堃玥䶮瑄的故事", "中华人民共和国村民委员会组织法释义与实用问答", "Programming in C++")


def measure() -> list[Row]:
    took, paper = [], b""
    for _ in range(_ROUNDS):
        qr.vector.cache_clear()
        job = _job()
        began = time.perf_counter()
        paper = label_papers.pdf(job)
        took.append(time.perf_counter() - began)
    pages = len(PdfReader(BytesIO(paper)).pages)
    note = f"{pages} sheets, {len(paper) // 1024} KB; first {took[0]:.2f} s with fonts read, worst {max(took):.2f} s of {_ROUNDS}"
    return [at_most(f"{LABELS:,} labels with vector QR as PDF", statistics.median(took), "s", _LIMIT, note)]


def _job() -> Job:
    sheet = SHEETS["L7651"]
    labels = tuple(_label(serial) for serial in range(1, LABELS + 1))
    return Job(Run(uuid4(), LabelKind.CODE, sheet, 0, LABELS, 0), "示范村综合文化服务中心", labels)


def _label(serial: int) -> Label:
    number = codes.Number.of(codes.KIND["book"], serial).digits
    text = codes.qr_text("430902106399", number)
    return Label(uuid4(), number, text, _NAMES[serial % len(_NAMES)], f"I247.5/{serial}", 1, Medium.BOOK, 0)
