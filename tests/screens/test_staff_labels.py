"""The labels' screen through the real entry file: scan to add, make a run, go on with the half-used sheet, put swapped ones right."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from starlette.routing import Router
from streamlit.testing.v1 import AppTest

from models import Item, LabelKind, LabelPrint, Role
from services import database, labels, sheets
from services.staff import Signed
from tests.cast import AT, Village, gesture
from tests.tablet import Desk, press, seen
from ui.staff import labels as screen
from ui.staff import print_labels, tray


@pytest.fixture
def page(desk: Desk) -> AppTest:
    """The tablet, with Old Zhou before it, on the labels' screen."""
    return desk(screen="labels")


def mine(page: AppTest) -> tray.Tray:
    kept = page.session_state["tray"]
    assert isinstance(kept, tray.Tray)
    return kept


def printed(village: Village) -> int:
    with village.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(LabelPrint.__table__)).scalar_one()  # type: ignore[attr-defined]


def test_what_has_no_label_is_one_tap_away(village: Village, page: AppTest) -> None:
    assert page.button(key="do-make").disabled
    press(page, "waiting")
    assert len(mine(page).picks) == len(village.items)
    press(page, "make")
    assert printed(village) == len(village.items)
    assert f"标签做好了：{len(village.items)}张" in seen(page)
    assert mine(page).picks == []
    assert "do-waiting" not in {button.key for button in page.button}


def test_the_next_run_begins_where_the_sheet_was_left(village: Village, page: AppTest) -> None:
    press(page, "waiting")
    press(page, "make")
    (first,) = page.number_input
    assert first.value == len(village.items) % 21 + 1


def test_a_label_printed_before_says_so_and_is_written_down(village: Village, page: AppTest) -> None:
    press(page, "waiting")
    press(page, "make")
    mine(page).picks = [village.item_id("huozhe")]
    page.run()
    assert "印过1次" in seen(page)
    press(page, "make")
    assert "其中1张是重印" in seen(page)


def test_two_swapped_labels_are_one_tap(village: Village, page: AppTest) -> None:
    mine(page).add(village.item_id("huozhe"), village.item_id("biancheng"))
    page.run()
    press(page, "swap")
    assert "换过来了" in seen(page)
    with village.engine.connect() as connection:
        meant = connection.execute(sa.select(Item.title_id).where(Item.id == village.item_id("huozhe"))).scalar_one()  # type: ignore[call-overload]
    assert meant == village.titles["biancheng"].id


def test_one_label_can_be_taken_off_again(village: Village, page: AppTest) -> None:
    mine(page).add(village.item_id("huozhe"), village.item_id("biancheng"))
    page.run()
    press(page, f"drop-{village.item_id('huozhe')}")
    assert mine(page).picks == [village.item_id("biancheng")]
    assert "活着" not in seen(page)


def test_a_spine_goes_on_a_spine_sheet(village: Village, page: AppTest) -> None:
    page.button_group[0].set_value(LabelKind.SPINE).run()
    assert not page.exception
    assert mine(page).sheet == "spine"


def test_titles_on_the_screen_are_words_not_markup(village: Village, page: AppTest) -> None:
    village.book("bad", "<script>x</script> **b** $x$")
    mine(page).add(village.item_id("bad"))
    page.run()
    assert "&lt;script&gt;x&lt;/script&gt; **b** $x$" in seen(page)


def test_english_has_a_word_for_everything_here(page: AppTest) -> None:
    press(page, "lang")
    press(page, "waiting")
    press(page, "make")
    assert "Labels are ready" in seen(page)


# -- what the printer is given -------------------------------------------------------------------------------------------


def fetch(signed: Signed, monkeypatch: pytest.MonkeyPatch, path: str) -> tuple[int, dict[str, str], bytes]:
    """What the route answers to somebody the gate let through."""
    monkeypatch.setattr(print_labels, "signed_of", lambda _: signed)
    said: list[Any] = []
    path, _, asked = path.partition("?")

    async def hear() -> Any:
        return {"type": "http.request", "body": b""}

    async def say(message: Any) -> None:
        said.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": asked.encode(), "headers": []}
    asyncio.run(Router(print_labels.ROUTES)(scope, hear, say))
    headers = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], headers, b"".join(message.get("body", b"") for message in said[1:])


def run_of(village: Village, sheet: str) -> labels.Run:
    facts = {"sheet": sheets.SHEETS[sheet], "skip": 0, "kind": LabelKind.CODE, "at": AT, "gesture": gesture(), "by": village.zhou}
    return database.write(village.engine, labels.prepare, items=[village.item_id("huozhe")], **facts)


def test_a_run_is_a_pdf_and_a_roll_is_pictures_too(
    village: Village, page: AppTest, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet, roll = run_of(village, "L7160").run_id, run_of(village, "roll").run_id
    for path, begins in ((f"{sheet}.pdf", b"%PDF"), (f"{roll}.pdf", b"%PDF"), (f"{roll}.zip", b"PK"), ("trial/L7651.pdf", b"%PDF")):
        status, headers, content = fetch(signed, monkeypatch, f"/desk/labels/{path}")
        assert (status, headers["cache-control"], content[: len(begins)]) == (200, "no-store", begins)


@pytest.mark.parametrize(
    "path",
    [
        "x.pdf",
        f"{UUID(int=7)}.pdf",
        "trial/L1.pdf",
        "trial/free.pdf",
        "trial/free.pdf?columns=9&rows=9&width=90&height=30&left=0&top=0&pitch_x=90&pitch_y=30",
    ],
)
def test_what_there_is_not_is_not_found(page: AppTest, signed: Signed, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    assert fetch(signed, monkeypatch, f"/desk/labels/{path}")[0] == 404


def test_a_township_prints_nothing(village: Village, page: AppTest, signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of(village, "L7160")
    stranger = Signed(signed.session_id, signed.staff_id, None, signed.name, signed.login, Role.TOWNSHIP)
    for path in (f"{run.run_id}.pdf", f"{run.run_id}.zip", "trial/L7160.pdf"):
        assert fetch(stranger, monkeypatch, f"/desk/labels/{path}")[0] == 404


def test_the_screen_offers_every_sheet_there_is() -> None:
    assert {name for names in screen._OF_KIND.values() for name in names} == {*sheets.SHEETS, "free"}
