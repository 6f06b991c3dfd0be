"""Rows 5 and 6: from the scanner's Enter to 借好了 on the screen, and bursts of scans of which none may be lost."""

import statistics
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from playwright.sync_api import Page

from bench import house, stage
from bench.filling import CODE, FIRST_REAL, card_number, card_secret, item_number
from bench.rows import Row, at_most, beside, percentile, spread
from bench.stage import Stage
from services import codes

ITEMS: Final = 100_000
VISITS: Final = 24
BOOKS: Final = 3
BURST: Final = 5
_WARM_VISITS: Final = 2
_WORD: Final = "借好了"
_GREETING: Final = "还可以借 3 本"
_TRIES: Final = 5
# ms between two keys: the scanner part takes what comes later for another scan.
_SCANNER_GAP: Final = 250
_COMMAND: Final = ("manage.py", "run", "--only", "kiosk")


def measure() -> list[Row]:
    hall = stage.hall(ITEMS)
    url = house.furnish(hall)
    try:
        house.tick()
        with house.started(_COMMAND, "KIOSK_PORT") as app, house.browser_page(Path(__file__).with_name("watch.js")) as page:
            page.goto(app.url)
            house.until(page, "document.documentElement.dataset.scanner === 'ready' && !bench.running()")
            return [*_visits(page, hall), _burst(page, hall, url)]
    finally:
        house.clear_away()


def _visits(page: Page, hall: Stage) -> list[Row]:
    times: list[dict[str, float]] = []
    for visit in range(VISITS + _WARM_VISITS):
        _scan(page, _card(hall, visit), _GREETING)
        times += [_lend(page, hall, visit * BOOKS + book) for book in range(BOOKS)]
    warm = times[_WARM_VISITS * BOOKS :]
    drawn, in_page, empty = ([each[kind] for each in warm if kind in each] for kind in ("drawn", "in_page", "empty"))
    note = f"{spread(drawn, 'ms')}; in the page's tree before it is drawn: {spread(in_page, 'ms')}; 100,000 things, synchronous=FULL"
    aside = f"{spread(empty, 'ms')}; the same page run again with nothing new, sent to finished"
    return [
        at_most("scan (Enter) → 借好了 drawn, p50", percentile(drawn, 50), "ms", 60, note),
        at_most("scan (Enter) → 借好了 drawn, p95", percentile(drawn, 95), "ms", 120, note),
        beside("beside it: an empty rerun of that page, p50", statistics.median(empty), "ms", aside),
    ]


def _lend(page: Page, hall: Stage, n: int) -> dict[str, float]:
    """One book: ms from Enter to the receipt, and of the empty rerun that follows when the part clears its queue."""
    number = item_number(hall.free_item(n))
    page.evaluate("([word, number]) => bench.want(word, number)", [_WORD, codes.clear(number)])
    _scan(page, codes.qr_text(CODE, number), codes.clear(number))
    house.until(page, "!!bench.seen")
    told: dict[str, Any] = page.evaluate("({ seen: bench.seen, enter: bench.enters.at(-1).at, sends: bench.sends, rests: bench.rests })")
    seen, enter = told["seen"], told["enter"]
    times = {"drawn": seen["drawn"] - enter, "in_page": seen["inPage"] - enter}
    # A very short run is sometimes over before the page has said that it began.
    if told["rests"] and (empty := told["rests"][-1] - told["sends"][-1]) > 0:
        times["empty"] = empty
    return times


def _scan(page: Page, code: str, word: str) -> None:
    """Type a code as a scanner does, until `word` stands on the screen; again when this machine was too busy to type it in one go."""
    for _ in range(_TRIES):
        page.evaluate("bench.sends.length = bench.rests.length = bench.slowest = 0")
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        _rest(page)
        if page.evaluate("bench.slowest") < _SCANNER_GAP:
            break
    house.until(page, f"document.body.innerText.includes('{word}')")


def _rest(page: Page) -> None:
    """Until the scan and the clearing of the scanner's queue are both done."""
    house.until(page, "bench.sends.length >= 2 && !bench.running() && performance.now() - bench.sends.at(-1) > 250")


def _burst(page: Page, hall: Stage, url: str) -> Row:
    """Five cards with three books each, one scan on the heels of the other; each must have had its effect, on its own card."""
    turn, wanted = 0, _volley(page, hall, 0)
    while turn < _TRIES and page.evaluate("bench.slowest") >= _SCANNER_GAP:
        turn += 1
        wanted = _volley(page, hall, turn)
    slowest, during = page.evaluate("[bench.slowest, bench.enters.filter((enter) => enter.running).length]")
    lent = _lent(url)
    lost = sum(lent.get(number) != card for number, card in wanted.items())
    note = (
        f"{BURST} cards and {len(wanted)} books at 5 ms a key with no pause (slowest key {slowest:.0f} ms), {during} of the scans while the"
        " script ran; counted by the loans in the database"
    )
    return at_most("20 scans in bursts: lost", lost, "", 0, note)


def _volley(page: Page, hall: Stage, turn: int) -> dict[str, str]:
    """Scan them all; gives which thing should now be out on which card."""
    first = (VISITS + _WARM_VISITS + turn * BURST) * BOOKS
    wanted: dict[str, str] = {}
    page.evaluate("bench.enters.length = bench.slowest = 0")
    for n in range(first, first + BURST * BOOKS, BOOKS):
        # The bare number is the shortest scan: the next one comes while the script still runs.
        numbers = [item_number(hall.free_item(n + book)) for book in range(BOOKS)]
        for code in (_card(hall, n // BOOKS), *numbers):
            page.keyboard.type(code, delay=5)
            page.keyboard.press("Enter")
        wanted |= dict.fromkeys(numbers, card_number(hall.borrower(n)))
    page.wait_for_timeout(4_000)
    return wanted


def _lent(url: str) -> dict[str, str]:
    """Which thing went to which card."""
    engine = sa.create_engine(url)
    question = sa.text(
        "SELECT item.number, card.number FROM loan JOIN item ON item.id = loan.item_id"
        " JOIN card ON card.patron_id = loan.patron_id WHERE loan.id >= :first"
    )
    with engine.connect() as connection:
        found = [(str(thing), str(card)) for thing, card in connection.execute(question, {"first": FIRST_REAL})]
    engine.dispose()
    return dict(found)


def _card(hall: Stage, visit: int) -> str:
    card = hall.borrower(visit * BOOKS)
    return codes.qr_text(CODE, card_number(card), card_secret(card))
