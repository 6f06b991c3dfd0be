"""The camera as a second scanner: a picture file plays the part of the camera, the rest is real."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import UPRIGHT, Shelf, Visitor
from tests.house import House

MEI = "王梅香"


def film(path: Path, code: str) -> None:
    """A card held before the camera, a little crooked, for as long as the film runs."""
    card = qrcode.make(code, box_size=6).convert("RGB").rotate(7, expand=True, fillcolor="white").resize((300, 300))
    picture = Image.new("RGB", (640, 480), (150, 140, 120))
    picture.paste(card, (170, 90))
    frame = io.BytesIO()
    picture.save(frame, "JPEG", quality=85)
    path.write_bytes(frame.getvalue() * 30)


@pytest.fixture
def seeing_page(browser: Browser, chromium: str, kiosk_house: House, shelf: Shelf, tmp_path: Path) -> Iterator[Page]:
    """A kiosk whose camera sees Mei's card."""
    film(tmp_path / "card.mjpeg", shelf.card_of(MEI))
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    sees = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={tmp_path / 'card.mjpeg'}",
    ]
    # A second browser of the worker's one Playwright, which bears no other beside it.
    seeing = browser.browser_type.launch(executable_path=chromium, args=[*sandbox, *sees])
    context = seeing.new_context(viewport=UPRIGHT, has_touch=True, permissions=["camera"])  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(kiosk_house.kiosk)
    yield page
    seeing.close()


def test_a_card_before_the_camera_is_a_scan_and_staying_there_is_no_second_one(seeing_page: Page) -> None:
    visitor = Visitor(seeing_page)
    seeing_page.wait_for_selector("html[data-camera=on]", state="attached")
    visitor.sees("王*香", "把书放到扫码口")
    ring = seeing_page.locator(".hall-head .hall-ring span")
    seeing_page.wait_for_timeout(3000)
    expect(ring).to_have_text("45")
    visitor.sees("把书放到扫码口")
