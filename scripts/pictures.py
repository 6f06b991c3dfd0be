"""Takes the pictures of the README from the real house: the sample village, both pages, a real Chromium."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
UPRIGHT, LYING, TABLET = (1080, 1920), (1920, 1080), (1180, 820)
KIOSK, STAFF = 8611, 8612


@dataclass
class Shown:
    """What the command printed: a card and some things to scan, and the sign-in."""

    card: str
    things: list[str]
    login: str
    password: str


@contextmanager
def sample() -> Iterator[Shown]:
    with tempfile.TemporaryDirectory() as folder:
        cache = ROOT / ".data" / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        (Path(folder) / "cache").symlink_to(cache)
        env = {**os.environ, "HALL_DATA_DIR": folder, "KIOSK_PORT": str(KIOSK), "STAFF_PORT": str(STAFF), "LANG": "C.UTF-8"}
        env.pop("HALL_DATABASE_URL", None)
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run", "--sample"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        try:
            said = ""
            for line in process.stdout or ():
                said += line
                if "Ctrl-C" in line:
                    break
            codes = re.findall(r"a scanner reads (\d+)", said)
            login, password = (Path(folder) / "sign-in.txt").read_text(encoding="utf-8").splitlines()[0].split()
            yield Shown(codes[0], codes[1:], login, password)
        finally:
            process.terminate()
            process.wait()


def scan(page: Page, code: str) -> None:
    page.keyboard.type(code, delay=5)
    page.keyboard.press("Enter")


def settle(page: Page) -> None:
    """Wait until the script has run and the page has stopped moving."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(1200)


def keep(page: Page, name: str, *, width: int) -> None:
    settle(page)
    with Image.open(BytesIO(page.screenshot())) as shot:
        small = shot.convert("RGB").resize((width, round(shot.height * width / shot.width)), Image.Resampling.LANCZOS)
        small.quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)
    print(f"docs/pictures/{name}.png")


def open_page(browser: Browser, size: tuple[int, int], url: str) -> Page:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, has_touch=True, locale="zh-CN")
    page = context.new_page()
    page.goto(url)
    return page


def kiosk(browser: Browser, shown: Shown) -> None:
    page = open_page(browser, UPRIGHT, f"http://127.0.0.1:{KIOSK}")
    keep(page, "kiosk-home", width=540)
    time.sleep(0.5)
    scan(page, shown.card)
    settle(page)
    scan(page, shown.things[0])
    keep(page, "kiosk-lent", width=540)
    page.context.close()
    page = open_page(browser, LYING, f"http://127.0.0.1:{KIOSK}")
    settle(page)
    keep(page, "kiosk-home-wide", width=960)
    page.context.close()


def staff(browser: Browser, shown: Shown) -> None:
    page = open_page(browser, TABLET, f"http://127.0.0.1:{STAFF}")
    page.locator("input[type=password]").wait_for()
    page.locator("input[name=login], input[type=text]").first.fill(shown.login)
    page.locator("input[type=password]").fill(shown.password)
    page.locator("button[type=submit], button").first.click()
    keep(page, "staff-today", width=900)
    page.locator("[class*=st-key-do-group-registers] button").first.click()
    keep(page, "staff-registers", width=900)
    page.context.close()


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:] or ["kiosk", "staff"]
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sample() as shown, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("HALL_CHROMIUM") or None, args=sandbox)
        for name in wanted:
            {"kiosk": kiosk, "staff": staff}[name](browser, shown)
        browser.close()


if __name__ == "__main__":
    main()
