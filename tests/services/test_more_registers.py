"""The registers of what stands beside the books: periodicals, equipment, upkeep, signs, the door, activities, who serves."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from models import (
    ActivityRecord,
    Art,
    Asset,
    Attendance,
    Attendant,
    AttendantEntry,
    AttendantKind,
    Channel,
    ClosurePosting,
    ClosureReason,
    Condition,
    Counted,
    Custody,
    DoorCount,
    EntryKind,
    Event,
    EventKind,
    Frequency,
    IssueArrival,
    ItemCondition,
    OpeningLog,
    PhotoMoment,
    Press,
    Purpose,
    Sign,
    SignDecision,
    SignKind,
    SignPlace,
    Sitting,
    Smile,
    Subscription,
    Topic,
    Verdict,
    WorkEnd,
    WorkKind,
    WorkOrder,
)
from services import bookings, closures, codes, conditions, database, item_photos, photos, postings, signs, suggestions
from services.closures import Plan
from services.registers import shelf
from services.signs import SignForm
from services.spans import Span
from tests.cast import AT, Village, gesture
from tests.registers import TODAY, read

YEAR = (date(2027, 1, 1), date(2028, 1, 1))
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def mine(village: Village, **facts: Any) -> dict[str, Any]:
    return {"hall_id": village.hall.id, **facts}


def sitting(village: Village, event: Event, number: int, at: datetime, **facts: Any) -> Sitting:
    when = {"starts_at": at, "ends_at": at + timedelta(hours=2), "day": at.date()}
    return Sitting(**mine(village, event_id=event.id, number=number, room_id=village.rooms["activity"].id, **when, **facts))


def test_a_subscription_says_which_issues_came_and_which_are_lacking(village: Village) -> None:
    title = village.titles["dujia"].id
    subscription = Subscription(
        **mine(village, title_id=title, press=Press.MAGAZINE, frequency=Frequency.MONTHLY, agency="邮政所", copies=2, made_at=AT),
        from_month=date(2026, 7, 1), until_month=date(2027, 7, 1),
    )  # fmt: skip
    came = [
        IssueArrival(**mine(village, subscription_id=subscription.id, day=date(2026, month, 1), copies=2, at=AT)) for month in (7, 8, 9, 11)
    ]
    village.save(subscription, *came)
    (line,) = read(village, "06", date(2026, 1, 1), date(2027, 1, 1))
    assert list(line.values()) == ["农家历", "刊", "月刊", "邮政所", "2026-07 – 2027-06", 2, "7–9、11", "10、12", ""]
    assert read(village, "06", date(2020, 1, 1), date(2021, 1, 1)) == []


def test_equipment_stands_in_the_book_until_the_end_of_the_year_it_left(village: Village) -> None:
    erhu, drums = village.items["erhu"], village.items["drums"]
    village.save(
        Asset(**mine(village, item_id=drums.id, brand="金鹏", model="8寸", fund="村集体", acquired_day=date(2025, 5, 1), pieces=22)),
        Custody(**mine(village, item_id=drums.id, room_id=village.rooms["activity"].id, custodian="李小兰", from_day=TODAY, at=AT)),
    )
    database.write(
        village.engine, conditions.withdraw, item_id=erhu.id, reason="琴筒开裂", at=AT, gesture=gesture(), by=village.zhou
    )  # fmt: skip
    lines = {line["名称"]: line for line in read(village, "07", *YEAR)}
    drum, gone = lines["腰鼓"], lines["二胡"]
    assert [drum[name] for name in ("品牌", "规格型号", "数量", "来源/资金", "购置(配发)日期", "责任人", "运行状态")] == [
        "金鹏", "8寸", 20, "村集体", "2025-05-01", "李小兰", "完好",
    ]  # fmt: skip
    assert [gone[name] for name in ("运行状态", "处置日期", "处置方式", "批准人")] == ["已注销", "2027-03-10", "琴筒开裂", "周桂生"]
    assert {line["名称"] for line in read(village, "07", date(2028, 1, 1), date(2029, 1, 1))} == {"腰鼓"}
    assert read(village, "07", date(2026, 1, 1), date(2027, 1, 1)) == []


def test_work_stands_under_the_day_it_was_done(village: Village) -> None:
    item = village.items["erhu"].id
    stopped = ItemCondition(
        **mine(village, item_id=item, condition=Condition.OUT_OF_ORDER, since_at=AT - 5 * DAY, ended_at=AT, reason="断弦")
    )
    facts = {"item_id": item, "opened_at": AT - 5 * DAY, "found": "断弦", "repairer": "周师傅", "kind": WorkKind.REPAIR}
    done = {"closed_at": AT, "ended_as": WorkEnd.DONE, "done_day": TODAY, "measure": "换弦", "cost_fen": 3_500, "accepted_by": "周桂生"}
    village.save(
        stopped,
        WorkOrder(**mine(village, number=1, condition_id=stopped.id, **facts, **done)),
        WorkOrder(**mine(village, number=2, **facts)),
    )
    (line,) = read(village, "09")
    assert list(line.values()) == [
        "2027-03-10", codes.clear(village.items["erhu"].number), "二胡", "维修", "断弦", "换弦", Decimal(35), "2027-03-05", "2027-03-10",
        "周师傅", "周桂生",
    ]  # fmt: skip


def test_a_sign_shows_the_decision_in_force(village: Village) -> None:
    sign = Sign(
        **mine(village, number=1, name="图书室", kind=SignKind.ROOM_PLATE, room_id=village.rooms["library"].id, place=SignPlace.INSIDE),
        spot="东墙", width_mm=400, height_mm=300, registered_at=AT,
    )  # fmt: skip
    old, new = (
        SignDecision(**mine(village, sign_id=sign.id, verdict=verdict, owner="周桂生", decided_at=AT, replaced_at=replaced))
        for verdict, replaced in ((Verdict.KEEP, AT), (Verdict.REMOVE, None))
    )
    village.save(sign, old, new)
    (line,) = read(village, "18", *YEAR)
    assert list(line.values()) == [1, "图书室", "功能室门牌", "文化旅游功能室 室内 东墙", "400×300 mm", "", "否", "拆除", "周桂生", "", ""]


def test_a_day_at_the_door_is_one_line_a_room(village: Village) -> None:
    library = village.rooms["library"].id
    opened, closed = AT.replace(hour=1, minute=3), AT.replace(hour=4)
    village.save(
        OpeningLog(**mine(village, room_id=library, day=TODAY, opened_at=opened, closed_at=closed, on_duty="周桂生")),
        *(DoorCount(**mine(village, room_id=library, day=TODAY, at=AT, who=who)) for who in (Counted.ELDER, Counted.MINOR, Counted.OTHER)),
    )
    lines = read(village, "10", until=TODAY + 3 * DAY, at=AT + timedelta(hours=10))
    assert {line["日期"] for line in lines} == {"2027-03-10"}
    line = next(line for line in lines if line["房间"] == "文化旅游功能室")
    assert [line[name] for name in ("应开时段", "实际开门", "实际关门", "值班人", "到访人次", "其中:未成年人", "其中:老年人")] == [
        "09:00–12:00、14:30–17:30", "09:03", "12:00", "周桂生", 3, 1, 1,
    ]  # fmt: skip
    assert line["是否异常"] == "没有开门"


def test_an_activity_is_in_the_book_when_it_was_written_down(village: Village) -> None:
    event = Event(**mine(village, number=1, title="元宵灯会", kind=EventKind.FESTIVAL, topic="元宵节", in_charge="周桂生", made_at=AT))
    held, unwritten = (sitting(village, event, number, AT + number * DAY) for number in (1, 2))
    wrong, right = (
        ActivityRecord(**mine(village, sitting_id=held.id, version=version, people=people, elders=9, filled_by="周桂生", at=AT))
        for version, people in ((1, 99), (2, 40))
    )
    village.save(event, held, unwritten, wrong, right)
    (line,) = read(village, "11", *YEAR)
    assert [line[name] for name in ("日期", "名称", "地点", "负责人", "参加人次", "其中:老/少/妇")] == [
        "2027-03-11", "元宵灯会", "多功能活动厅", "周桂生", 40, "9/0/0",
    ]  # fmt: skip
    assert line["类别(传统节日/庆典日/阅读/培训/演出/上级专题)"] == "传统节日（元宵节）"


def test_a_course_counts_its_lessons_and_who_came(village: Village) -> None:
    course = Event(**mine(village, number=4, title="二胡班", kind=EventKind.TRAINING, art=Art.INSTRUMENT, teacher="陈老师", made_at=AT))
    lessons = [sitting(village, course, number, AT + number * DAY) for number in (1, 2)]
    called_off = sitting(village, course, 3, AT + 3 * DAY, cancelled_at=AT)
    came = [
        Attendance(**mine(village, sitting_id=lessons[0].id, patron_id=village.patrons[who].id, at=AT)) for who in ("mei", "old_li")
    ]
    village.save(course, *lessons, called_off, *came)
    (line,) = read(village, "12", *YEAR)
    assert list(line.values()) == ["二胡班", "器乐", 4, "陈老师", 2, "", "2、—", "", "", ""]


def test_who_serves_has_a_line_for_each_service(village: Village) -> None:
    lan = Attendant(**mine(village, kind=AttendantKind.VOLUNTEER, name="陈桂英", phone="13800001111", from_day=TODAY, registered_at=AT))
    entries = [
        AttendantEntry(**mine(village, attendant_id=lan.id, kind=kind, day=TODAY, minutes=90, content=content, written_at=AT, **struck))
        for kind, content, struck in (
            (EntryKind.SERVICE, "整理书架", {}), (EntryKind.TRAINING, "消防安全", {}),
            (EntryKind.SERVICE, "记错", {"struck_at": AT, "struck_reason": "记错"}),
        )
    ]  # fmt: skip
    village.save(lan, *entries)
    served, taught = read(village, "23", *YEAR)
    assert [served[name] for name in ("姓名", "身份(管理员/志愿者)", "联系电话", "服务日期", "服务时长", "服务内容")] == [
        "陈桂英", "志愿者", "138****1111", "2027-03-10", Decimal("1.50"), "整理书架",
    ]  # fmt: skip
    assert taught["培训记录"] == "2027-03-10 消防安全"
    (later,) = read(village, "23", date(2028, 1, 1), date(2029, 1, 1))
    assert (later["姓名"], later["服务日期"]) == ("陈桂英", "")


def test_a_notice_says_how_it_reached_people(village: Village) -> None:
    plan = Plan(ClosureReason.MAINTENANCE, AT + 9 * DAY, AT + 12 * DAY, "000-0000000", "王志明", "屋面渗水")
    done = database.write(village.engine, closures.announce, plan=plan, at=AT, gesture=gesture(), by=village.zhou)
    village.save(ClosurePosting(**mine(village, closure_id=done.closure_id, version=1, channel=Channel.GROUP, at=AT)))
    (line,) = read(village, "13")
    assert (line["公告方式(终端/纸质/微信群/广播)"], line["张贴凭证"]) == ("终端、微信群", "")


def test_a_photo_that_was_taken_away_is_counted_no_more(village: Village) -> None:
    plan = Plan(ClosureReason.CALLED_AWAY, AT, AT + 2 * HOUR, "000-0000000", "王志明")
    form = SignForm("图书室", SignKind.OTHER, None, SignPlace.INSIDE, 400, 200)
    by = {"at": AT, "by": village.zhou}
    small = photos.Small(b"\xff\xd8 a photo", 3, 2)
    done = database.write(village.engine, closures.announce, plan=plan, gesture=gesture(), **by)
    sign_id = database.write(village.engine, signs.register, form=form, new=False, gesture=gesture(), **by)
    posted = {"closure_id": done.closure_id, "version": 1, "channels": (Channel.PAPER,), "photo": small}
    database.write(village.engine, postings.post, **posted, gesture=gesture(), **by)
    database.write(village.engine, signs.add_photo, sign_id=sign_id, moment=PhotoMoment.BEFORE, photo=small, gesture=gesture(), **by)
    proofs = [read(village, "13")[0]["张贴凭证"], read(village, "18")[0]["前后照片"]]
    assert all(proofs)
    with village.engine.connect() as connection:
        photo_id = connection.execute(sa.select(ClosurePosting.photo_id)).scalar_one()
    facts = {"photo_id": photo_id, "reason": "照到了孩子"}
    database.write(village.engine, item_photos.take_away, **facts, gesture=gesture(), **by)
    assert [read(village, "13")[0]["张贴凭证"], read(village, "18")[0]["前后照片"]] == ["", ""]


def test_a_room_is_in_the_book_for_groups_and_for_events(village: Village) -> None:
    activity, hour = village.rooms["activity"].id, timedelta(hours=1)
    groups = {"group_name": "广场舞队", "contact": "刘英", "phone": "13900000000", "people": 12}
    dance = bookings.Draft(activity, Purpose.REHEARSAL, **groups)
    wedding = bookings.Draft(activity, Purpose.WEDDING_FUNERAL, team_id=village.patrons["team"].id, approver_id=village.staff["zhou"].id)
    do = partial(database.write, village.engine, at=AT, by=village.zhou)
    do(bookings.book, draft=dance, span=Span(AT + hour, AT + 2 * hour), gesture=gesture())
    off = do(bookings.book, draft=wedding, span=Span(AT + 6 * hour, AT + 7 * hour), gesture=gesture())
    do(bookings.cancel, booking_id=off.booking_ids[0], reason="改期", gesture=gesture())
    event = Event(**mine(village, number=1, title="春联", kind=EventKind.FESTIVAL, in_charge="周桂生", made_at=AT))
    village.save(event)
    village.save(sitting(village, event, 1, AT + 3 * hour))
    assert [list(line.values()) for line in read(village, "14")] == [
        ["2027-03-10", "多功能活动厅", "11:00–12:00", "广场舞队", "排练", "是", "", 0, "12 人"],
        ["2027-03-10", "多功能活动厅", "13:00–15:00", "周桂生", "传统节日 春联", "是", "", 0, ""],
        ["2027-03-10", "多功能活动厅", "16:00–17:00", "腰鼓队", "红白喜事", "否", "周桂生", 0, "1 人 取消了 改期"],
    ]


def test_what_was_said_stands_with_its_answer_and_whose_it_was_only_when_a_card_was_shown(village: Village) -> None:
    by, mei = {"at": AT, "by": village.zhou}, village.card_id("mei")
    do = partial(database.write, village.engine)
    facts = {"smile": Smile.BAD, "topic": Topic.HOURS, "words": "周六晚上也开吧", "at": AT, "by": village.kiosk}
    named = do(suggestions.leave, card_id=mei, gesture=gesture(), **facts)
    do(suggestions.leave, smile=Smile.VERY_GOOD, at=AT, by=village.kiosk, gesture=gesture())
    told = do(suggestions.note_down, words="=1+1", room_id=village.rooms["library"].id, gesture=gesture(), **by)
    do(suggestions.reply, suggestion_id=named.suggestion_id, words="下月起周六开到九点", gesture=gesture(), **by)
    do(suggestions.reply, suggestion_id=told.suggestion_id, words="好", gesture=gesture(), **by)
    do(suggestions.hide, suggestion_id=told.suggestion_id, reason="看不懂", gesture=gesture(), **by)
    answered = ["周桂生", "下月起周六开到九点", "2027-03-10", "是"]
    assert [list(line.values()) for line in read(village, "15")] == [
        ["2027-03-10", "王梅", "不满意；开放时间；周六晚上也开吧", "", *answered],
        ["2027-03-10", "匿名", "很满意", "", "", "", "", "否"],
        ["2027-03-10", "匿名", "=1+1", "文化旅游功能室", "周桂生", "好", "2027-03-10", "否"],
    ]
    do(suggestions.unlink_patron, hall_id=village.hall.id, patron_id=village.patrons["mei"].id, at=AT)
    assert read(village, "15")[0]["反映人(可匿名)"] == "已脱敏"


@pytest.mark.parametrize("number", ["16", "17", "19", "21"])
def test_what_has_no_data_is_not_shown(number: str) -> None:
    assert number not in shelf.REGISTERS
