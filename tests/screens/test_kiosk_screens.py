"""The kiosk's screens through the real entry file: what is told after each answer of the house, in both languages."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from models import ClosureReason, FaultReport, Loan, Trouble
from services import clock, closures, database, holds, visit
from services.closure_plans import Plan
from services.refusals import TooManyLoans
from services.settings import HOUSE
from services.spans import Span
from services.words import LANGUAGES, words
from tests.cast import AT, Village, build
from ui import house
from ui.kiosk import acts
from ui.kiosk.stand import Stand

Kiosk = Callable[..., AppTest]


@pytest.fixture
def village(sqlite_engine: Engine) -> Village:
    return build(sqlite_engine)


@pytest.fixture
def kiosk(village: Village, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kiosk]:
    """Open the kiosk where a visitor stands; `told` is what the house has just said."""
    monkeypatch.setenv("HALL_DATABASE_URL", sqlite_url)
    house.house.cache_clear()

    def open_at(stand: Stand | None = None, at: datetime = AT) -> AppTest:
        monkeypatch.setattr(clock, "now", lambda: at)
        page = AppTest.from_file(str(HOUSE / "kiosk_app.py"), default_timeout=20)
        page.session_state["stand"] = stand or Stand()
        page.run()
        assert not page.exception
        return page

    yield open_at
    house.house.cache_clear()


def shown(page: AppTest) -> str:
    """All that the HTML pieces say, without their tags."""
    return re.sub(r"<[^>]+>", " ", " ".join(piece.proto.body for piece in page.get("html")))


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=f"do-{key}").click().run()
    assert not page.exception
    return page


def stand_of(page: AppTest) -> Stand:
    stand: Stand = page.session_state["stand"]
    return stand


def scan(village: Village, code: str, stand: Stand, at: datetime = AT) -> object:
    """What the house says to a scan."""
    return database.write(village.engine, visit.scan, code=code, standing=stand.standing, at=at, gesture=uuid4(), by=village.kiosk)


def after(village: Village, *codes: str, at: datetime = AT) -> Stand:
    """Where a visitor stands after some scans."""
    stand = Stand()
    for code in codes:
        told = scan(village, code, stand, at)
        stand.know(getattr(told, "statement", None))
        stand.item_id = told.thing.item_id if isinstance(told, visit.CardWanted) else None
        if isinstance(told, visit.Lent):
            stand.lent = (*stand.lent, told.receipt.item_id)
        stand.go(acts.SCREEN_OF[type(told)], told)
    return stand


def test_home_says_what_to_do_and_whether_it_is_open(kiosk: Kiosk, village: Village) -> None:
    page = shown(kiosk())
    for word in ("示范村综合文化服务中心", "放到扫码口", "现在开放", "3月10日 周三", "二月初三"):
        assert word in page
    assert village.hall.phone in page


def test_home_says_when_it_opens_again(kiosk: Kiosk) -> None:
    assert "今天 14:30 开门" in re.sub(r"\s+", " ", shown(kiosk(at=AT + timedelta(hours=3))))
    assert "明天 9:00 开门" in re.sub(r"\s+", " ", shown(kiosk(at=AT + timedelta(hours=9))))


def test_only_the_sample_says_that_it_is_one(kiosk: Kiosk, village: Village) -> None:
    assert "示范数据" not in shown(kiosk())
    with village.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE hall SET sample = 1")
    house.house.cache_clear()
    assert "示范数据" in shown(kiosk())
    assert "示范数据" in shown(kiosk(after(village, village.card_code("mei"))))


def test_a_card_shows_a_masked_name_the_loans_and_how_many_more(kiosk: Kiosk, village: Village) -> None:
    page = shown(kiosk(after(village, village.card_code("mei"))))
    assert "王*" in page
    assert "王梅" not in page
    assert "手上没有借的书" in page
    assert "还可以借" in page


def test_a_child_is_spoken_to_as_a_child(kiosk: Kiosk, village: Village) -> None:
    stand = after(village, village.card_code("yu"), village.code("huozhe"), village.code("biancheng"))
    with pytest.raises(TooManyLoans) as refused:
        scan(village, village.code("weicheng"), stand)
    stand.go("refused", refused.value)
    page = shown(kiosk(stand))
    assert "你已借2本（最多2本）。" in page
    assert "还一本就能再借。" in page


def test_the_receipt_has_the_date_large_and_done_ends_the_visit(kiosk: Kiosk, village: Village) -> None:
    stand = after(village, village.card_code("mei"), village.code("huozhe"))
    page = kiosk(stand)
    assert "借好了" in shown(page)
    assert "《活着》" in shown(page)
    assert words("zh-CN").due(stand.told.receipt.due_day) in shown(page)  # type: ignore[attr-defined]
    press(page, "leave")
    assert stand_of(page).screen == "home"
    assert "王*" not in shown(page)
    left = stand_of(page)
    fresh = Stand(visit=left.visit, gesture=left.gesture)
    assert left == fresh
    kept = str({key: value for key, value in page.session_state._state.filtered_state.items() if key != "stand"})
    for trace in (
        "王",
        "活着",
        village.code("huozhe"),
        village.card_code("mei"),
        str(village.card_id("mei")),
        str(village.item_id("huozhe")),
    ):
        assert trace not in kept


def test_her_own_book_is_renewed_by_one_tap_and_twice_is_once(kiosk: Kiosk, village: Village) -> None:
    after(village, village.card_code("mei"), village.code("huozhe"))
    stand = after(village, village.card_code("mei"), village.code("huozhe"), at=AT + timedelta(days=1))
    assert stand.screen == "choose"
    page = kiosk(stand, at=AT + timedelta(days=1))
    press(page, "renew")
    assert "续借好了" in shown(page)
    with Session(village.engine) as session:
        assert [loan.renewals for loan in session.exec(select(Loan))] == [1]


def test_somebody_elses_book_is_given_back_without_a_name(kiosk: Kiosk, village: Village) -> None:
    after(village, village.card_code("mei"), village.code("biancheng"))
    stand = after(village, village.card_code("old_li"), village.code("biancheng"))
    page = kiosk(stand)
    assert "这本不在您名下" in shown(page)
    assert "王" not in shown(page)
    press(page, "yes")
    assert "还好了，谢谢" in shown(page)


def test_part_of_a_set_goes_out_and_part_comes_back(kiosk: Kiosk, village: Village) -> None:
    page = kiosk(after(village, village.card_code("mei"), village.code("drums")))
    for _ in range(2):
        press(page, "more")
    press(page, "purpose-rehearsal")
    assert "一共 3 件" in shown(page)
    page = kiosk(after(village, village.code("drums")))
    assert "借出 3 件" in shown(page)
    press(page, "more")
    press(page, "yes")
    assert "这一套还有 1 件没还" in shown(page)


def test_what_fills_a_hold_says_where_to_put_it(kiosk: Kiosk, village: Village) -> None:
    after(village, village.card_code("mei"), village.code("biancheng"))
    facts = {"title_id": village.titles["biancheng"].id, "card_id": village.card_id("old_li"), "by": village.kiosk}
    database.write(village.engine, holds.place, **facts, at=AT, gesture=uuid4())
    page = kiosk(after(village, village.code("biancheng"), at=AT + timedelta(hours=1)), at=AT + timedelta(hours=1))
    assert "请放到预约架" in shown(page)
    page = kiosk(after(village, village.card_code("old_li")), at=AT + timedelta(hours=1))
    assert "《边城》" in shown(page)
    assert "已到，留到" in shown(page)
    press(page, page.button[0].key.removeprefix("do-"))
    assert "《边城》" not in shown(page)


def test_a_broken_thing_is_reported_from_the_return_itself(kiosk: Kiosk, village: Village) -> None:
    after(village, village.card_code("mei"), village.code("biancheng"))
    page = kiosk(after(village, village.code("biancheng"), at=AT + timedelta(hours=1)), at=AT + timedelta(hours=1))
    press(page, "report")
    assert "哪里有问题" in shown(page)
    press(page, "trouble-torn")
    assert "记下了" in shown(page)
    with Session(village.engine) as session:
        assert [report.trouble for report in session.exec(select(FaultReport))] == [Trouble.TORN]


def test_the_clock_behind_the_journal_is_a_kind_refusal(kiosk: Kiosk, village: Village) -> None:
    after(village, village.card_code("mei"), village.code("huozhe"))
    stand = after(village, village.card_code("mei"), village.code("erhu"))
    page = kiosk(stand, at=AT - timedelta(days=1))
    press(page, "purpose-rehearsal")
    assert "机器的钟不准" in shown(page)


def test_a_typed_card_number_asks_for_the_second_fact_and_the_book_waits(kiosk: Kiosk, village: Village) -> None:
    page = kiosk(after(village, village.code("huozhe")))
    stand = stand_of(page)
    acts.scanned(stand, village.cards["mei"].number, uuid4())
    assert stand.screen == "keypad"
    page.run()
    assert "没带证也能借" in shown(page)
    acts.typed_card(stand, village.cards["mei"].number, "0000")
    page.run()
    assert "证号和后四位对不上。" in shown(page)
    acts.typed_card(stand, village.cards["mei"].number, "1234")
    page.run()
    assert not page.exception
    assert "借好了" in shown(page)
    assert "《活着》" in shown(page)


def test_a_database_that_is_missing_is_a_calm_screen(kiosk: Kiosk, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_DATABASE_URL", sqlite_url + ".gone")
    page = shown(kiosk())
    assert "机器出了点小毛病" in page
    assert "Traceback" not in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_screen_is_drawn_in_both_languages(kiosk: Kiosk, village: Village, lang: str) -> None:
    after(village, village.card_code("mei"), village.code("biancheng"))
    stands = [
        Stand(),
        Stand(screen="keypad"),
        Stand(screen="find"),
        Stand(screen="report"),
        Stand(screen="reported"),
        after(village, village.code("huozhe")),
        after(village, village.code("biancheng")),
        after(village, village.card_code("old_li"), village.code("biancheng")),
        after(village, village.card_code("mei"), village.code("biancheng")),
        after(village, village.card_code("mei"), village.code("erhu")),
        after(village, village.card_code("old_li"), village.code("huozhe"), village.code("huozhe")),
    ]
    for stand in stands:
        stand.lang = lang
        page = kiosk(stand)
        assert words(lang).say("home.other") in [button.label for button in page.button]
    assert {stand.screen for stand in stands} >= {
        "home",
        "keypad",
        "find",
        "report",
        "just_lent",
        "others",
        "card_wanted",
        "purpose",
        "yours",
    }


def test_every_word_a_screen_asks_for_is_there() -> None:
    keys = set()
    for file in (HOUSE / "ui" / "kiosk").glob("*.py"):
        keys |= set(re.findall(r"say\(\s*f?\"([a-z_.]+)\"", file.read_text(encoding="utf-8")))
    assert len(keys) > 60
    for lang in LANGUAGES:
        assert [key for key in keys if not words(lang).has(key) and not words(lang).has(f"{key}._")] == []


def test_giving_back_is_not_refused_for_the_cards_sake(kiosk: Kiosk, village: Village) -> None:
    after(village, village.card_code("mei"), village.code("huozhe"))
    late = AT + timedelta(days=120)
    stand = after(village, village.card_code("mei"), at=late)
    page = kiosk(stand, at=late)
    assert "有东西超期三十天以上" in shown(page)
    stand = after(village, village.card_code("mei"), village.code("huozhe"), at=late)
    page = kiosk(stand, at=late)
    press(page, "give-back")
    assert "还好了，谢谢" in shown(page)


def test_home_says_that_hours_are_shorter_and_which_are_left(village: Village, kiosk: Kiosk) -> None:
    plan = Plan(
        ClosureReason.TRAINING, AT - timedelta(days=1), AT + timedelta(days=2), "000-0000000", "周桂生", "外出培训", kept=(Span(870, 1050),)
    )
    facts = {"plan": plan, "at": AT - timedelta(days=9), "gesture": uuid4(), "by": village.zhou}
    database.write(village.engine, closures.announce, **facts)
    told = shown(kiosk())
    assert "本中心缩短开放时间" in told
    assert "这几天开放 14:30–17:30" in told
    assert "现在休息" in told
    assert "现在开放" in shown(kiosk(at=AT + timedelta(hours=5)))
