"""Papers by Typst: a template of assets/documents, and facts that reach it as data and are never read as markup."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn as fonts
import typst

from services.settings import HOUSE

TEMPLATES: Final = HOUSE / "assets" / "documents"


def pdf(template: str, facts: dict[str, Any]) -> bytes:
    """Set a template with its facts as PDF."""
    return _pages(template, facts, form="pdf")[0]


def pictures(template: str, facts: dict[str, Any], *, dpi: int) -> list[bytes]:
    """Set a template with its facts as one PNG for each page."""
    return _pages(template, facts, form="png", dpi=dpi)


def _pages(template: str, facts: dict[str, Any], *, form: Any, dpi: int | None = None) -> list[bytes]:
    made: Any = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format=form,
        ppi=dpi,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        pdf_tags=False,
    )
    return made if isinstance(made, list) else [made]


@cache
def _fonts() -> typst.Fonts:
    # The machine's own fonts would make the same label look different elsewhere.
    folders: list[Path] = [Path(fonts.sans_path()).parent]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
