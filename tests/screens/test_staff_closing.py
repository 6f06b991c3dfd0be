"""The hall's screens through the real entry file: called away, a whole notice, one closure, the door, the days off."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select
from starlette.routing import Router
from streamlit.testing.v1 import AppTest

from models import AnomalyNote, Channel, Closure, ClosureNotice, ClosureReason, Counted, DoorCount, OpeningLog, PersonInCharge, StatutoryDay
from services import clock, closures, database, holidays, photos, postings
from services.closure_plans import Plan
from services.staff import Signed
from tests.cast import AT, Village, gesture
from tests.services.test_photos import taken
from tests.tablet import Desk, keys, press, seen
from ui.staff import closure_files


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI).astimezone(UTC)


def rows(village: Village, table: Any) -> list[Any]:
    with Session(village.engine) as session:
        return list(session.exec(select(table).order_by(*table.__table__.primary_key)).all())


def choose(page: AppTest, label: str, value: object) -> AppTest:
    """Touch a chip."""
    next(each for each in page.button_group if each.label == label).set_value(value).run()
    assert not page.exception
    return page


def announced(village: Village, **facts: Any) -> Any:
    said = {"reason_code": ClosureReason.CALLED_AWAY, "starts_at": AT, "expected_reopen_at": AT + timedelta(hours=5)}
    plan = Plan(**(said | {"contact": "000-0000000", "signer": "周桂生"} | facts))
    return database.write(village.engine, closures.announce, plan=plan, at=AT, gesture=gesture(), by=village.zhou)


# -- called away -------------------------------------------------------------------------------------------------------


def test_called_away_is_two_taps_and_a_time(village: Village, desk: Desk) -> None:
    page = press(desk(), "called-away")
    assert page.button(key="do-publish-away").disabled
    choose(page, "什么时候回来开门？", "afternoon")
    press(page, "publish-away")
    assert "第 1 号公告已经在终端上了" in seen(page)
    (closure,) = rows(village, Closure)
    assert (closure.reason_code, closure.expected_reopen_at) == (ClosureReason.CALLED_AWAY, local("2027-03-10 14:30"))
    press(page, "papers")
    assert "A4 海报" in seen(page)
    assert "因临时外出，本中心全部房间从3月10日上午10点起暂停开放，预计3月10日下午2点半恢复开放" in seen(page)


def test_another_time_in_closed_hours_is_warned_of_and_the_next_opening_proposed(village: Village, desk: Desk) -> None:
    page = desk(screen="closures")
    choose(page, "什么时候回来开门？", "other")  # two hours from ten: noon, when the doors shut
    assert "3月10日 12:00不在开放时间里" in seen(page)
    press(page, "publish-away")
    assert rows(village, Closure)[0].expected_reopen_at == local("2027-03-10 14:30")


def test_the_keeper_may_insist_on_the_time(village: Village, desk: Desk) -> None:
    page = desk(screen="closures")
    choose(page, "什么时候回来开门？", "other")
    page.checkbox[0].uncheck().run()
    press(page, "publish-away")
    assert rows(village, Closure)[0].expected_reopen_at == local("2027-03-10 12:00")


# -- a whole notice ----------------------------------------------------------------------------------------------------


def text(page: AppTest, name: str, value: str) -> None:
    next(each for each in page.text_input if each.key.startswith(f"{name}-")).set_value(value)


def test_a_notice_ahead_of_time_is_looked_at_and_published(village: Village, desk: Desk) -> None:
    page = desk(screen="closures")
    press(page, "announce")
    text(page, "why", "屋面渗水维修")
    next(box for box in page.selectbox if box.label == "房间").select(village.rooms["activity"].id).run()
    assert "没有到期的东西要顺延" in seen(page)
    assert rows(village, Closure) == []
    press(page, "publish")
    (closure,), (notice,) = rows(village, Closure), rows(village, ClosureNotice)
    assert (closure.room_id, notice.reason, notice.flagged) == (village.rooms["activity"].id, "屋面渗水维修", False)
    assert "多功能活动厅" in seen(page)


def test_short_notice_shows_the_rule_and_goes_on_with_an_approvers_reason(village: Village, desk: Desk) -> None:
    page = desk(screen="closures")
    press(page, "announce")
    next(each for each in page.date_input if each.label == "哪天起停开").set_value(clock.local_day(AT) + timedelta(days=1)).run()
    assert "要提前7天公告" in seen(page)
    press(page, "publish")
    assert rows(village, Closure) == []
    text(page, "aside", "水管爆裂")
    next(box for box in page.selectbox if box.label == "批准人").select(village.staff["zhou"].id).run()
    press(page, "publish")
    assert [(notice.flagged, notice.flag_reason) for notice in rows(village, ClosureNotice)] == [(True, "水管爆裂")]
    assert "提前不足，已说明" in seen(page)


def test_shorter_hours_are_announced_as_such(village: Village, desk: Desk) -> None:
    page = desk(screen="closures")
    press(page, "announce")
    page.checkbox(key=next(each.key for each in page.checkbox if each.key.startswith("shorter-"))).check().run()
    press(page, "publish")
    assert "14:30–17:30" in seen(page)


# -- one closure -------------------------------------------------------------------------------------------------------


def test_a_late_reopening_is_red_can_be_put_off_and_lifted(village: Village, desk: Desk) -> None:
    closure = announced(village)
    page = desk(at=AT + timedelta(hours=6))
    assert "过了时间还没有恢复开放" in seen(page)
    press(page, f"closure-{closure.closure_id}")
    assert "过了预计时间还没有恢复开放" in seen(page)
    text(page, "later-reason", "会还没开完")
    press(page, "extend")
    assert [notice.version for notice in rows(village, ClosureNotice)] == [1, 2]
    assert "第 2 版" in seen(page)
    assert "第 1 版" in seen(page)
    press(page, "lift")
    assert rows(village, Closure)[0].reopened_at == AT + timedelta(hours=6)
    assert "已恢复开放" in seen(page)
    assert "do-extend" not in keys(page)


def test_a_posting_is_noted_with_its_channels(village: Village, desk: Desk) -> None:
    closure = announced(village)
    page = press(desk(screen="closures"), f"show-{closure.closure_id}")
    press(page, "post")
    assert "“公告方式”" in seen(page)
    next(each for each in page.button_group if each.label == "还用了哪些方式").set_value([Channel.GROUP]).run()
    press(page, "post")
    assert "微信群 · 第 1 版" in seen(page)


def fetch(signed: Signed | None, path: str) -> tuple[int, bytes]:
    said: list[Any] = []
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "hall.signed": signed}

    async def hear() -> Any:
        return {"type": "http.request", "body": b""}

    async def say(message: Any) -> None:
        said.append(message)

    asyncio.run(Router(closure_files.ROUTES)(scope, hear, say))
    return said[0]["status"], b"".join(part.get("body", b"") for part in said[1:])


def test_papers_and_photos_are_handed_over_to_the_keeper(village: Village, desk: Desk, signed: Signed) -> None:
    desk()
    closure = announced(village)
    photo = photos.small(taken(300, 200))
    facts = {"closure_id": closure.closure_id, "version": 1, "channels": (Channel.PAPER,), "photo": photo}
    database.write(village.engine, postings.post, **facts, at=AT, gesture=gesture(), by=village.zhou)
    start = f"/desk/closure/{closure.closure_id}"
    for name, magic in (("1-a3.pdf", b"%PDF"), ("1-a4.pdf", b"%PDF"), ("1-png.png", b"\x89PNG")):
        status, made = fetch(signed, f"{start}/{name}")
        assert (status, made[: len(magic)]) == (200, magic)
    for wrong in (
        f"{start}/2-a4.pdf",
        f"{start}/1-a5.pdf",
        f"{start}/x-a4.pdf",
        f"/desk/closure/{gesture()}/1-a4.pdf",
        "/desk/closure/photo/x.jpg",
    ):
        assert fetch(signed, wrong)[0] == 404
    page = press(desk(screen="closures"), f"show-{closure.closure_id}")
    shown = seen(page).partition("/desk/closure/photo/")[2][:36]
    assert fetch(signed, f"/desk/closure/photo/{shown}.jpg") == (200, photo.jpeg)
    next(each for each in page.text_input if each.key.startswith("away-why-")).set_value("照到了孩子").run()
    press(page, f"away-{shown}-0")
    assert "纸质公告" in seen(page) or "纸" in seen(page)
    assert "/desk/closure/photo/" not in seen(page)
    assert fetch(signed, f"/desk/closure/photo/{shown}.jpg")[0] == 404


# -- the door ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def attended(village: Village) -> Village:
    room = village.rooms["activity"].id
    village.save(PersonInCharge(hall_id=village.hall.id, room_id=room, name="李小兰", from_day=AT.date() - timedelta(days=99)))
    return village


def test_the_morning_opens_and_closes_the_hall_with_one_tap(attended: Village, desk: Desk) -> None:
    page = press(desk(), "open-hall")
    assert "已开门 10:00" in seen(page)
    assert len(rows(attended, OpeningLog)) == 2
    press(page, "close-hall")
    assert all(row.closed_at == AT for row in rows(attended, OpeningLog))


def test_nobody_on_duty_means_the_room_stays_shut_and_the_screen_says_why(village: Village, desk: Desk) -> None:
    page = desk(screen="opening")
    press(page, f"open-{village.rooms['activity'].id}")
    assert "多功能活动厅今天没有负责人" in seen(page)
    assert rows(village, OpeningLog) == []


def test_one_tap_counts_one_and_the_total_is_the_sum(attended: Village, desk: Desk) -> None:
    page = desk(screen="opening")
    for who in (Counted.ELDER, Counted.ELDER, Counted.MINOR, Counted.READING):
        press(page, f"count-{who}")
    assert "今天共 3 人次" in seen(page)
    assert sum(row.number for row in rows(attended, DoorCount)) == 4
    next(each for each in page.button_group if each.label == "每点一次").set_value(-1).run()
    press(page, f"count-{Counted.ELDER}")
    assert "今天共 2 人次" in seen(page)


def test_what_was_not_kept_gets_its_reason(attended: Village, desk: Desk) -> None:
    yesterday = AT - timedelta(days=1)
    library = attended.rooms["library"].id
    attended.save(OpeningLog(hall_id=attended.hall.id, room_id=library, day=yesterday.date(), opened_at=yesterday, on_duty="周桂生"))
    page = desk(screen="opening")
    key = next(key for key in keys(page) if key.startswith(f"do-why-{library}"))
    page.button(key=key).click().run()
    press(page, "explain")
    assert rows(attended, AnomalyNote) == []
    text(page, "why", "到镇里开会")
    press(page, "explain")
    assert "到镇里开会" in seen(page)
    left = next(key for key in keys(page) if key.startswith("do-left-"))
    page.button(key=left).click().run()
    text(page, "why", "忘了点")
    press(page, "close-late")
    assert rows(attended, OpeningLog)[0].late


# -- days off ----------------------------------------------------------------------------------------------------------


def test_a_year_without_rows_is_not_yet_announced_and_can_be_entered(village: Village, desk: Desk) -> None:
    page = desk(screen="holidays")
    assert "2028年的放假安排还没有录入" in seen(page)
    text(page, "holiday-name", "元旦")
    press(page, "holiday-enter")
    assert [(row.day.isoformat(), row.name) for row in rows(village, StatutoryDay)] == [("2028-01-01", "元旦")]
    assert "2028年的放假安排还没有录入" not in seen(page)
    press(page, "clear-2028-01-01")
    assert "2028年的放假安排还没有录入" in seen(page)


def test_a_holiday_without_one_open_day_is_red(village: Village, desk: Desk) -> None:
    village.save(*holidays.start(village.hall.id))
    day = clock.local_day(AT)
    monday = day - timedelta(days=day.weekday())
    database.write(village.engine, holidays.enter, first=monday, last=monday, name="休", kind="day_off", at=AT, by=village.zhou)
    assert "放假期间一天也不开放" in seen(desk(screen="holidays"))
