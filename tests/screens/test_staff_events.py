"""The events on the tablet through the real entry file: announce, look before saving, move, call off, sign up, note who came, record."""

import asyncio
import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader
from starlette.routing import Router
from streamlit.testing.v1 import AppTest

from services import agenda, attendance, codes, database, event_papers, photos, programmes
from services.attendance import Heads
from services.event_things import Wanted
from services.recurrence import Beat
from services.staff import Signed
from services.words import words
from tests.cast import AT, CODE, Village, gesture
from tests.services.test_events import evening, make, sittings
from tests.services.test_planner import held
from tests.services.test_sign_ups import FULL, sign
from tests.tablet import Desk, keys, press, seen
from ui.staff import event_files, event_record, gathering

LATER = evening().end + timedelta(hours=1)


def put(page: AppTest, name: str, value: Any) -> None:
    """Fill a field of the form by the name its key bears."""
    every = [*page.text_input, *page.number_input, *page.selectbox, *page.multiselect, *page.checkbox, *page.text_area]
    field = next(each for each in every if (each.key or "").startswith(f"gathering-{name}-"))
    field.set_value(value).run()
    assert not page.exception


def open_at(desk: Desk, village: Village, screen: str, made: Any, at: Any = AT) -> AppTest:
    page = desk(screen="events", at=at)
    (sitting, *_) = sittings(village, made.event_id)
    page.session_state["gathering"] = gathering.Gathering(2027, 3, made.event_id, sitting.id)
    page.session_state["stand"].go(screen)
    page.run()
    assert not page.exception
    return page


def test_announce_an_event_and_find_it_in_the_month(desk: Desk, village: Village) -> None:
    page = press(desk(screen="events"), "event-new")
    put(page, "title", "冬日诗会")
    put(page, "in_charge", "周桂生")
    put(page, "seats", 60)
    put(page, "day", "2027年3月20日")
    assert "坐不下：多出20人" in seen(page)
    put(page, "room", village.rooms["activity"].id)
    assert "房间空着" in seen(page)
    press(page, "event-save")
    assert "发布了，共1次" in seen(page)
    assert "冬日诗会" in seen(page)
    press(page, "to-month")
    assert "20 周六" in seen(page)
    assert "报名0/60" in seen(page)
    press(page, "month-on")
    assert "这个月没有活动" in seen(page)
    assert "5 清明节" in seen(page)


def test_a_weekly_course_skips_the_taken_day_and_says_so(desk: Desk, village: Village) -> None:
    make(village, spans=[evening(evening().start.date() + timedelta(days=7))])
    page = press(desk(screen="events"), "event-new")
    put(page, "title", "书法班")
    put(page, "in_charge", "周桂生")
    put(page, "day", "2027-3-20")
    put(page, "room", village.rooms["activity"].id)
    next(each for each in page.get("button_group") if each.key.startswith("gathering-beat-")).set_value(Beat.WEEKLY).run()
    assert "8次里有1次房间已经被占" in seen(page)
    press(page, "event-save")
    assert "发布了，共7次" in seen(page)
    assert "跳过了1次" in seen(page)


def test_what_is_missing_keeps_what_was_typed(desk: Desk, village: Village) -> None:
    page = press(desk(screen="events"), "event-new")
    put(page, "title", "诗会")
    press(page, "event-save")
    assert "时间" in seen(page)
    put(page, "day", "2027-3-20")
    press(page, "event-save")
    assert "“负责人”还没有填" in seen(page)
    assert next(each for each in page.text_input if each.key.startswith("gathering-title-")).value == "诗会"


def test_move_a_lesson_leave_one_out_and_call_it_off(desk: Desk, village: Village) -> None:
    made = make(village, FULL, spans=[evening(), evening(evening().start.date() + timedelta(days=7))])
    first, second = sittings(village, made.event_id)
    page = open_at(desk, village, "event", made)
    press(page, f"move-{first.id.hex}")
    put(page, "starts", 19 * 60 + 30)
    put(page, "reason", "老师晚到")
    press(page, "move-save")
    assert "改好了" in seen(page)
    assert "3月20日 周六 19:30" in seen(page).replace("\u3000", " ")
    press(page, f"move-{second.id.hex}")
    press(page, "sitting-off")
    assert "“原因”" in seen(page) or "原因" in seen(page)
    put(page, "reason", "停电")
    press(page, "sitting-off")
    assert "这一场停了" in seen(page)
    press(page, "undo")
    assert f"do-move-{second.id.hex}" in keys(page)
    next(each for each in page.text_input if each.key.startswith("off-")).set_value("下大雨").run()
    press(page, "event-off")
    assert "活动取消" in seen(page)
    assert "下大雨" in seen(page)
    press(page, "undo")
    assert "do-event-off" in keys(page)


def test_the_keeper_signs_somebody_up_and_takes_somebody_off(desk: Desk, village: Village) -> None:
    made = make(village, FULL)
    ticket = sign(village, made.event_id, "mei")
    page = open_at(desk, village, "event", made)
    assert "王梅" in seen(page)
    next(each for each in page.text_input if each.key.startswith("guest-")).set_value("张伟 三组").run()
    press(page, "name-add")
    assert "报上名了" in seen(page)
    assert "张伟" in seen(page)
    press(page, f"off-{ticket.sign_up_id.hex}")
    assert "取消了这个人的报名" in seen(page)
    assert "王梅" not in seen(page)
    press(page, "undo")
    assert "王梅" in seen(page)


def test_tickets_and_cards_are_noted_and_the_record_is_written(desk: Desk, village: Village) -> None:
    made = make(village, FULL)
    ticket = sign(village, made.event_id, "小张")
    sign(village, made.event_id, "mei")
    page = open_at(desk, village, "event_record", made, at=LATER)
    field = next(each for each in page.text_input if each.key.startswith("field-ticket-"))
    field.set_value(codes.qr_text(CODE, ticket.number)).run()
    assert "小张 到了" in seen(page)
    (mei,) = [key for key in keys(page) if key.startswith("do-tick-")]
    press(page, mei.removeprefix("do-"))
    assert "到场2人" in seen(page)
    put(page, "people", 43)
    put(page, "content", "写春联一百二十副")
    press(page, "record-save")
    assert "“填表人”还没有填" in seen(page)
    put(page, "filled_by", "周桂生")
    press(page, "record-save")
    assert "活动记录写好了" in seen(page)
    assert "第1版" in seen(page)
    (sitting,) = sittings(village, made.event_id)
    written = database.read(village.engine, attendance.written_of, sitting_id=sitting.id, by=village.zhou)
    assert written
    assert (written.heads.people, written.content) == (43, "写春联一百二十副")


def test_a_photo_of_the_evening_is_taken_away_with_a_reason(desk: Desk, village: Village) -> None:
    made = make(village, FULL)
    (sitting,) = sittings(village, made.event_id)
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    facts = {"heads": Heads(43, 12, 9, 20), "content": "写春联", "filled_by": "周桂生", "seen_version": 0, "at": LATER, "gesture": gesture()}
    picture = photos.small(out.getvalue())
    facts |= {"sitting_id": sitting.id, "pictures": [picture], "by": village.zhou}
    (photo,) = database.write(village.engine, attendance.record, **facts).photos
    page = open_at(desk, village, "event_record", made, at=LATER)
    press(page, f"away-{photo}")
    assert "原因" in seen(page)
    put(page, "photo_why", "家长要求")
    press(page, f"away-{photo}")
    assert "照片删掉了" in seen(page)
    assert str(photo) not in seen(page)


def test_a_scan_on_the_record_screen_is_somebody_who_came(desk: Desk, village: Village) -> None:
    made = make(village, FULL)
    page = open_at(desk, village, "event_record", made, at=LATER)
    assert event_record.scanned
    field = next(each for each in page.text_input if each.key.startswith("field-ticket-"))
    field.set_value(village.card_code("old_li")).run()
    assert "李老汉 到了（没有报名）" in seen(page)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_papers_say_what_is_known(village: Village, signed: Signed, desk: Desk, lang: str) -> None:
    made = make(village, FULL)
    sign(village, made.event_id, "小张")
    (sitting,) = sittings(village, made.event_id)
    facts = {"heads": Heads(43, 12, 9, 20), "content": "<b>#strong[春联]</b>", "filled_by": "周桂生", "seen_version": 0, "at": LATER, "gesture": gesture()}
    database.write(village.engine, attendance.record, sitting_id=sitting.id, by=village.zhou, **facts)
    desk(screen="events")
    for kind, said in (("poster", "年味书画"), ("names", "小张"), ("record", "<b>#strong[春联]</b>")):
        status, made_file = fetch(signed, f"/desk/event/{made.event_id}/{kind}.pdf", f"sitting={sitting.id}&lang={lang}")
        assert status == 200
        assert said in text_of(made_file).replace("\n", "")
    for wrong in (f"/desk/event/{made.event_id}/else.pdf", f"/desk/event/{gesture()}/poster.pdf", "/desk/event/x/poster.pdf"):
        assert fetch(signed, wrong)[0] == 404
    sheet = database.read(village.engine, agenda.sheet, event_id=made.event_id, by=village.zhou)
    assert event_papers.poster_facts(sheet, "馆", "1", words(lang))["title"] == "年味书画"


def text_of(data: bytes) -> str:
    import io

    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def fetch(signed: Signed, path: str, query: str = "") -> tuple[int, bytes]:
    said: list[Any] = []
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": [], "hall.signed": signed}

    async def hear() -> Any:
        return {"type": "http.request", "body": b""}

    async def say(message: Any) -> None:
        said.append(message)

    asyncio.run(Router(event_files.ROUTES)(scope, hear, say))
    return said[0]["status"], b"".join(part.get("body", b"") for part in said[1:])


def test_the_planner_fills_the_form_from_last_year_and_keeps_the_plan(desk: Desk, village: Village) -> None:
    held(village, "清明诵读", date(2026, 4, 3), topic="清明节")
    assert "清明诵读" in seen(desk())
    page = desk(screen="planner")
    assert "还有24天" in seen(page)
    press(page, "plan-0")
    assert next(each for each in page.text_input if each.key.startswith("gathering-day-")).value == "2027-04-03"
    press(page, "event-save")
    assert "发布了，共1次" in seen(page)
    page = desk(screen="planner")
    assert "最近三个月里没有要排的" in seen(page)
    press(page, "plan-add")
    assert "计划改好了" in seen(page)


def test_the_morning_names_what_is_on_today_and_what_has_no_record(desk: Desk, village: Village) -> None:
    make(village, FULL, spans=[evening(date(2027, 3, 10))])
    assert "今天：年味书画" in seen(desk())
    page = desk(at=evening(date(2027, 3, 10)).end)
    press(page, next(key for key in keys(page) if key.startswith("do-unwritten-")).removeprefix("do-"))
    assert "签到" in seen(page)


def test_an_event_is_edited_and_gets_its_programme(desk: Desk, village: Village) -> None:
    made = make(village, FULL, things=[Wanted(village.item_id("erhu"))])
    page = press(open_at(desk, village, "event", made), "event-edit")
    assert "一场一场地改" in seen(page)
    put(page, "title", "年味书画（加场）")
    put(page, "note", "有茶有座")
    put(page, "things", [])
    press(page, "event-save")
    assert "改好了" in seen(page)
    sheet = database.read(village.engine, agenda.sheet, event_id=made.event_id, by=village.zhou)
    assert (sheet.draft, sheet.things) == (replace(FULL, title="年味书画（加场）", note="有茶有座"), ())
    press(page, "event-programme")
    for title, minutes in (("开场鼓", 6), ("小品《还书》", 12)):
        put(page, "act", title)
        put(page, "act-minutes", minutes)
        press(page, "act-save")
    assert "2个节目 共18分钟" in seen(page)
    first, last = database.read(village.engine, programmes.programme, event_id=made.event_id, by=village.zhou).acts
    press(page, f"act-up-{last.id.hex}")
    press(page, f"act-edit-{first.id.hex}")
    put(page, "performers", "腰鼓队")
    press(page, "act-save")
    assert [act.form.title for act in database.read(village.engine, programmes.programme, event_id=made.event_id, by=village.zhou).acts] == ["小品《还书》", "开场鼓"]
    assert "腰鼓队" in seen(page)
    press(page, "rehearse")
    assert "年味书画（加场）排练" in [field.value for field in page.text_input]


def test_a_task_from_above_is_entered_and_reported(desk: Desk, village: Village) -> None:
    page = desk(screen="tasks")
    put(page, "task-title", "书香进万家")
    press(page, "task-save")
    assert "时间" in seen(page)
    for name, text in (("source", "区文旅广体局"), ("from", "2027-3-1"), ("to", "2027-3-15"), ("text", "办一场，报人数")):
        put(page, f"task-{name}", text)
    press(page, "task-save")
    assert "专题保存好了" in seen(page)
    assert "快到期，还没上报" in seen(page)
    morning = desk(screen="today")
    assert "书香进万家" in seen(morning)
    press(page, "task-report")
    assert "“内容”还没有填" in seen(page)
    put(page, "report-text", "办了一场读书会。")
    put(page, "report-by", "周桂生")
    press(page, "task-report")
    assert "上报表写好了" in seen(page)
    assert "已上报" in seen(page)
    assert "/task.pdf" in seen(page)
    press(page, "task-event-new")
    assert "书香进万家" in [field.value for field in page.text_input]
