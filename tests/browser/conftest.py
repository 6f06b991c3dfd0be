"""A visitor at the touch screen: what a hand and a scanner do, and what the eyes see."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, expect
from sqlalchemy import Engine

from models import Card, Item, Loan, Patron, Title
from services import codes
from tests.house import House

UPRIGHT, LYING, TABLET = {"width": 1080, "height": 1920}, {"width": 1920, "height": 1080}, {"width": 1180, "height": 820}
# Ten keys 5 ms apart, as a hand scanner types.
_TYPE = """async ([text, gap]) => {
  const target = () => document.activeElement ?? document.body;
  for (const sign of [...text, 'Enter']) {
    target().dispatchEvent(new KeyboardEvent('keydown', {key: sign, code: /\\d/.test(sign) ? 'Digit' + sign : sign, bubbles: true, cancelable: true}));
    if (gap) await new Promise((done) => setTimeout(done, gap));
  }
}"""


@dataclass
class Visitor:
    """Somebody before the screen."""

    page: Page

    def scan(self, code: str, *, gap: int = 0) -> None:
        """Hold something under the scanner; its keys fall inside the page, so that a busy machine does not tear a scan apart."""
        self.page.wait_for_selector("html[data-scanner=ready]", state="attached")
        self.page.evaluate(_TYPE, [code, gap])

    def tap(self, name: str) -> None:
        """Touch a button by its words."""
        self.page.get_by_role("button", name=name, exact=True).tap()

    def key(self, *keys: str) -> None:
        """Touch keys on the screen."""
        before = ""
        for key in keys:
            if key == before:
                self.page.wait_for_timeout(80)  # a finger is not faster; what is faster is the screen's own bounce
            self.page.locator(f'.hall-key[aria-label="{key}"]').last.tap()
            before = key

    def sees(self, *words: str) -> None:
        """Read words somewhere on the screen, soon."""
        for text in words:
            expect(self.page.get_by_text(text).first).to_be_visible()

    def is_home(self) -> None:
        """Stand before the first screen, and no longer before the calm one, whose link loads the page anew."""
        expect(self.page.locator(".hall-calm")).to_have_count(0)
        expect(self.page.locator(".hall-hero:not(.hall-welcome)")).to_be_visible()
        expect(self.page.locator(".st-key-tiles")).to_be_visible()

    def due_day(self) -> Locator:
        """The largest thing on the screen."""
        return self.page.locator(".hall-day")


@dataclass
class Shelf:
    """What the sample has, to hold under the scanner."""

    engine: Engine
    code: str

    def _one(self, question: sa.Select[tuple[str, str]]) -> tuple[str, str]:
        with self.engine.connect() as connection:
            row = connection.execute(question).one()
        return row[0], row[1]

    def card_of(self, name: str) -> str:
        """The QR of a patron's card."""
        with self.engine.connect() as connection:
            row = connection.execute(
                sa.select(Card.issuer_code, Card.number, Card.secret)
                .join(Patron, Patron.id == Card.patron_id)
                .where(Patron.name == name, Card.ended_at.is_(None))
            ).one()
        return codes.qr_text(*row)

    def free(self, name: str) -> str:
        """The QR of a copy of this title that is in."""
        out = sa.exists().where(Loan.item_id == Item.id, Loan.ended_at.is_(None))
        with self.engine.connect() as connection:
            row = connection.execute(
                sa.select(Item.issuer_code, Item.number).join(Title, Title.id == Item.title_id).where(Title.name == name, ~out).limit(1)
            ).one()
        return codes.qr_text(*row)

    def open_loans(self, code: str) -> int:
        """How often this thing is out: never more than once."""
        with self.engine.connect() as connection:
            return int(
                connection.execute(
                    sa.select(sa.func.count(Loan.id))
                    .join(Item, Item.id == Loan.item_id)
                    .where(Item.number == code[12:20], Loan.ended_at.is_(None))
                ).scalar_one()
            )

    def rename(self, old: str, new: str) -> None:
        """Give a title another name, as hostile as can be."""
        with self.engine.begin() as connection:
            connection.execute(sa.update(Title).where(Title.name == old).values(name=new))


@pytest.fixture
def shelf(kiosk_house: House) -> Iterator[Shelf]:
    """The things of this test's own house."""
    engine = kiosk_house.engine()
    yield Shelf(engine, "")
    engine.dispose()


class KeptContext:
    """One context of this worker's browser and one page in it, used by one test after the other.

    A page with everything new costs two seconds of work before it shows anything, most of it for Streamlit's own scripts; a page
    that loads again costs half a second. A kiosk's page lives for months in the same way. Between two tests nothing is kept but
    what a browser caches.
    """

    def __init__(self, browser: Browser, size: dict[str, int]) -> None:
        self.context = browser.new_context(viewport=size, has_touch=True, locale="zh-CN")  # type: ignore[arg-type]
        self.context.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.page = self._new_page()

    def fresh(self, size: dict[str, int]) -> Page:
        """Give the page to the next test."""
        if self.page.is_closed():
            self.page = self._new_page()
        self.page.set_viewport_size(size)  # type: ignore[arg-type]
        self.complaints.clear()
        expect.set_options(timeout=15_000)
        return self.page

    def leave(self) -> None:
        """Take everything away that a test may have left."""
        for page in self.context.pages:
            if page is not self.page:
                page.close()
        self.context.clear_cookies()
        try:
            self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            # A picture of the same house and not an empty page: for that the browser would take another process and read all anew.
            self.page.goto(urljoin(self.page.url, "/favicon.png"))
            self.page.evaluate("() => 0")  # whatever the page before complained of in going has come through now
        except Error:
            self.page.close()

    def _new_page(self) -> Page:
        page = self.context.new_page()
        _listen(page, self.complaints)
        return page


def _listen(page: Page, complaints: list[str]) -> None:
    page.on("pageerror", lambda error: complaints.append(str(error)))
    def hear(message: ConsoleMessage) -> None:
        # A browser asks for this beside a bare picture; our pages name their own.
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            complaints.append(f"{message.text} {message.location['url']}")

    page.on("console", hear)


@pytest.fixture(scope="session")
def kept_kiosk(browser: Browser) -> Iterator[KeptContext]:
    """The kiosk's browser of this worker."""
    kept = KeptContext(browser, UPRIGHT)
    yield kept
    kept.context.close()


@pytest.fixture(scope="session")
def kept_tablet(browser: Browser) -> Iterator[KeptContext]:
    """The keeper's browser of this worker."""
    kept = KeptContext(browser, TABLET)
    yield kept
    kept.context.close()


@pytest.fixture(scope="session")
def other_tablet(browser: Browser) -> Iterator[KeptContext]:
    """The second keeper's browser of this worker."""
    kept = KeptContext(browser, TABLET)
    yield kept
    kept.context.close()


@pytest.fixture
def open_kiosk(browser: Browser, kept_kiosk: KeptContext) -> Iterator[Callable[..., Visitor]]:
    """Open a kiosk's page; nothing the page complains of may go unseen.

    With a clock to turn, or when complaints are expected, it has a browser context of its own.
    """
    contexts, taken = [], set[KeptContext]()
    complaints: list[str] = []

    def open_page(house: House, *, size: dict[str, int] = UPRIGHT, clock: bool = False, quiet: bool = True) -> Visitor:
        if quiet and not clock:
            page = kept_kiosk.fresh(size)
            taken.add(kept_kiosk)
        else:
            contexts.append(browser.new_context(viewport=size, has_touch=True, locale="zh-CN"))  # type: ignore[arg-type]
            page = contexts[-1].new_page()
            page.set_default_timeout(15_000)
            expect.set_options(timeout=15_000)
        if clock:
            page.clock.install()
            _listen(page, complaints)
        page.goto(house.kiosk)
        page.wait_for_selector("html[data-scanner=ready]", state="attached")
        page.wait_for_selector(".st-key-foot")
        return Visitor(page)

    yield open_page
    for context in contexts:
        context.close()
    for kept in taken:
        complaints += kept.complaints
        kept.leave()
    assert complaints == []


@pytest.fixture
def visitor(kiosk_house: House, open_kiosk: Callable[..., Visitor]) -> Visitor:
    """One visitor at the upright screen of a house of this test's own."""
    return open_kiosk(kiosk_house)


@pytest.fixture
def onlooker(sample_house: House, open_kiosk: Callable[..., Visitor]) -> Visitor:
    """A visitor who changes nothing, at a house that many look at."""
    return open_kiosk(sample_house)


@pytest.fixture
def seen_shelf(sample_house: House) -> Iterator[Shelf]:
    """The things of the house that many look at."""
    engine = sample_house.engine()
    yield Shelf(engine, "")
    engine.dispose()


def everything_kept(page: Page) -> str:
    """All that a browser could keep of a visit: the page, its address, its storage, the parts' state."""
    kept = page.evaluate("""() => ({
      html: document.documentElement.outerHTML, url: location.href, title: document.title, cookies: document.cookie,
      local: JSON.stringify(localStorage), session: JSON.stringify(sessionStorage), inputs: [...document.querySelectorAll('input')].map((i) => i.value),
    })""")
    return re.sub(r"<style[\s\S]*?</style>", "", json.dumps(kept, ensure_ascii=False))
