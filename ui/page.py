"""The first answer to the browser: Streamlit's page with our language, title and style sheet, and nothing of its own advertising."""

import hashlib
import re
from pathlib import Path
from typing import Final

import streamlit
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from services.settings import HOUSE
from ui.parts import fonts

STYLES: Final = HOUSE / "assets" / "style"
PICTURES: Final = HOUSE / "assets" / "pictures"
_YEAR: Final = "public, max-age=31536000, immutable"
_DAY: Final = "public, max-age=86400"


def page(*, title: str, style: str) -> str:
    """Give the HTML: our `lang`, our title, our style sheet in the head; no inline script, so that none needs to be allowed."""
    html = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    html = re.sub(r"<!--.*?-->|<script>.*?</script>|<noscript>.*?</noscript>|<link rel=\"service-desc\"[^>]*>", "", html, flags=re.DOTALL)
    html = re.sub(r"<link\s+rel=\"preload\"[^>]*SourceSans[^>]*>", "", html)
    html = html.replace('<html lang="en">', '<html lang="zh-CN">').replace("<title>Streamlit</title>", f"<title>{title}</title>")
    head = f'<link rel="stylesheet" href="/hall/style/{style}.css?{_mark(style)}">'
    return html.replace("</head>", f"{head}</head>").replace('"./static/', '"/static/').replace('"./favicon', '"/favicon')


def routes(cache: Path, *, title: str, style: str, paths: tuple[str, ...] = ("/",)) -> list[Route]:
    """Give the routes of the page itself, its style, its fonts (cut ones from `cache`) and its pictures."""
    html = page(title=title, style=style)
    sheet = _sheet(style)

    async def first(_: Request) -> Response:
        return HTMLResponse(html, headers={"Cache-Control": "no-cache"})

    async def styles(_: Request) -> Response:
        return Response(sheet, media_type="text/css", headers={"Cache-Control": _YEAR})

    async def font(request: Request) -> Response:
        return _font(cache, request.path_params["name"])

    async def picture(request: Request) -> Response:
        file = PICTURES / request.path_params["name"]
        if file.parent != PICTURES or not file.is_file():
            return _missing()
        return FileResponse(file, headers={"Cache-Control": _DAY})

    async def nothing(_: Request) -> Response:
        return _missing()

    return [
        *(Route(path, first) for path in paths),
        Route(f"/hall/style/{style}.css", styles),
        Route("/hall/fonts/{name}", font),
        Route("/hall/pictures/{name}", picture),
        # Streamlit answers its own page to every address it does not know.
        Route("/hall/{rest:path}", nothing, methods=["GET", "POST"]),
    ]


def _font(cache: Path, name: str) -> Response:
    for face, full in fonts.FULL.items():
        cut = fonts.cut_file(cache, face)
        if name == cut.name and cut.exists():
            return FileResponse(cut, media_type="font/woff2", headers={"Cache-Control": _YEAR})
        if name in {cut.name, f"{face}-full-{fonts.edition()}.otf"}:
            # Not cut yet: the full font is six times as heavy and shows the same.
            return FileResponse(full, media_type="font/otf", headers={"Cache-Control": _YEAR if name != cut.name else "no-cache"})
    return _missing()


def _missing() -> Response:
    return PlainTextResponse("Not found", status_code=404)


def _sheet(style: str) -> str:
    """The house's sheet, the app's own, and those that belong to one group of its screens (`kiosk-events.css`)."""
    files = (STYLES / "house.css", STYLES / f"{style}.css", *sorted(STYLES.glob(f"{style}-*.css")))
    return fonts.faces() + "".join(file.read_text(encoding="utf-8") for file in files)


def _mark(style: str) -> str:
    return hashlib.sha256(_sheet(style).encode()).hexdigest()[:10]
