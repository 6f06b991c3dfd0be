"""A notice on its way to people: the list of closures, poster and picture, the group's words, the loudspeaker's, and the proof."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pypdf
import pytest
from PIL import Image

from models import Channel, ClosureReason, VisScheme, new_id
from services import called_away, clock, closure_papers, closure_register, closures, database, photos, postings
from services.called_away import Return
from services.closure_plans import Plan
from services.closure_register import Entry, State
from services.refusals import FactWrong, NotAllowed
from services.spans import Span
from services.words import words
from tests.cast import AT, Village, gesture
from tests.services.test_photos import taken

HALL = "示范村综合文化服务中心"


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI).astimezone(UTC)


def announced(village: Village, at: str = "2026-05-06 09:00", **facts: Any) -> closures.Announced:
    said = {
        "reason_code": ClosureReason.MAINTENANCE, "starts_at": local("2026-05-14 00:00"), "expected_reopen_at": local("2026-05-20 09:00"),
        "contact": "000-0000000", "signer": "王志明", "reason": "屋面渗水维修", "room_id": village.rooms["activity"].id,
    }  # fmt: skip
    return database.write(village.engine, closures.announce, plan=Plan(**(said | facts)), at=local(at), gesture=gesture(), by=village.zhou)


def extend(village: Village, closure: closures.Announced) -> None:
    database.write(
        village.engine, closures.extend, closure_id=closure.closure_id, expected_reopen_at=local("2026-05-26 09:00"), reason="材料未到",
        contact="000-0000000", signer="王志明", at=local("2026-05-19 16:00"), gesture=gesture(), by=village.zhou,
    )  # fmt: skip


def lift(village: Village, closure: closures.Announced, at: str) -> None:
    database.write(village.engine, closures.lift, closure_id=closure.closure_id, at=local(at), gesture=gesture(), by=village.zhou)


def entry(village: Village, closure: closures.Announced, at: str) -> Entry:
    return database.read(village.engine, closure_register.entry, closure_id=closure.closure_id, at=local(at), by=village.zhou)


# -- the list ----------------------------------------------------------------------------------------------------------


def test_the_list_keeps_every_version_and_counts_what_the_register_wants(village: Village) -> None:
    closure = announced(village)
    extend(village, closure)
    found = entry(village, closure, "2026-05-21 10:00")
    assert [(version.version, version.reason) for version in found.versions] == [(1, "屋面渗水维修"), (2, "材料未到")]
    assert (found.days_ahead, found.extensions, found.channels, found.proved) == (8, 1, (Channel.KIOSK,), False)
    assert (found.room, found.state, found.open) == ("多功能活动厅", State.NOW, True)
    announced(village, starts_at=local("2026-06-14 00:00"), expected_reopen_at=local("2026-06-20 09:00"))
    at = local("2026-06-30 09:00")
    both = database.read(village.engine, closure_register.entries, hall_id=village.hall.id, at=at)
    may = database.read(
        village.engine, closure_register.entries, hall_id=village.hall.id, at=at, first=date(2026, 5, 14), last=date(2026, 5, 31)
    )
    assert ([one.number for one in both], [one.number for one in may]) == ([2, 1], [1])


@pytest.mark.parametrize(
    ("lifted", "looked", "state"),
    [
        (None, "2026-05-13 10:00", State.COMING), (None, "2026-05-15 10:00", State.NOW), (None, "2026-05-20 09:00", State.LATE),
        ("2026-05-12 09:00", "2026-05-12 10:00", State.CALLED_OFF), ("2026-05-17 09:00", "2026-05-17 10:00", State.EARLY),
        ("2026-05-20 09:00", "2026-05-20 10:00", State.REOPENED), ("2026-05-22 10:00", "2026-05-22 11:00", State.OVERDUE),
    ],
)  # fmt: skip
def test_what_became_of_a_stop(village: Village, lifted: str | None, looked: str, state: State) -> None:
    closure = announced(village)
    if lifted:
        lift(village, closure, lifted)
    assert entry(village, closure, looked).state is state


def test_a_closure_of_another_hall_is_none(village: Village) -> None:
    with pytest.raises(FactWrong):
        database.read(village.engine, closure_register.entry, closure_id=gesture(), at=AT, by=village.zhou)


# -- on paper, in the group, through the loudspeaker --------------------------------------------------------------------


@pytest.mark.parametrize(("size", "millimetres"), [("a3", (297, 420)), ("a4", (210, 297))])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_poster_has_its_size_and_says_all_five_facts(village: Village, size: str, millimetres: tuple[int, int], lang: str) -> None:
    found = entry(village, announced(village), "2026-05-06 10:00")
    colours = database.read(village.engine, closure_papers.colours, by=village.zhou)
    page = pypdf.PdfReader(io.BytesIO(closure_papers.poster(found, found.first, HALL, words(lang), size=size, colours=colours))).pages
    assert len(page) == 1
    assert [round(float(side) / 72 * 25.4) for side in (page[0].mediabox.width, page[0].mediabox.height)] == list(millimetres)
    text = page[0].extract_text().replace(" ", "").replace("\n", "")
    for fact in ("多功能活动厅", "屋面渗水维修", "000-0000000", "9:00", "王志明"):
        assert fact in text
    assert ("5月20日星期三9:00" if lang == "zh-CN" else "20MayWednesday9:00") in text


@pytest.mark.parametrize("reason", ["停", "停电" * 13, "长" * 80, "很长的原因，" * 66])
def test_a_reason_of_any_length_leaves_the_notice_on_one_sheet(village: Village, reason: str) -> None:
    found = entry(village, announced(village, reason=reason), "2026-05-06 10:00")
    made = closure_papers.poster(found, found.first, HALL, words("zh-CN"), size="a4", colours=dict(closure_papers._COLOURS))
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 1


def test_every_version_is_printable_and_an_old_one_says_so(village: Village) -> None:
    closure = announced(village)
    extend(village, closure)
    found = entry(village, closure, "2026-05-21 10:00")
    old, new = (closure_papers.facts(found, version, HALL, words("zh-CN")) for version in found.versions)
    assert (old["rows"][2][1], new["rows"][2][1]) == ("5月20日 星期三 9:00", "5月26日 星期二 9:00")
    assert ("新的公告" in old["old"], new["old"]) == (True, "")


def test_the_group_gets_a_picture_for_a_phone_and_words(village: Village) -> None:
    found = entry(village, announced(village), "2026-05-06 10:00")
    made = closure_papers.picture(found, found.first, HALL, words("zh-CN"), colours=dict(closure_papers._COLOURS))
    with Image.open(io.BytesIO(made)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1080, 1440))
        assert picture.convert("RGB").getpixel((10, 10)) == (0x0B, 0x5C, 0xAD)
    told = closure_papers.group_text(found, found.first, HALL, words("zh-CN")).splitlines()
    assert told[0] == "【暂停开放公告】多功能活动厅"
    assert "预开放时间：5月20日 星期三 9:00" in told
    assert told[-1] == "2026年5月6日"


def test_the_loudspeaker_says_times_as_people_do(village: Village) -> None:
    plan = {"starts_at": local("2026-05-14 10:05"), "expected_reopen_at": local("2026-05-14 14:30"), "room_id": None, "reason": ""}
    closure = announced(village, "2026-05-14 10:00", reason_code=ClosureReason.CALLED_AWAY, **plan)
    said = closure_papers.loudspeaker(
        entry(village, closure, "2026-05-14 10:06"), entry(village, closure, "2026-05-14 10:06").first, HALL, words("zh-CN")
    )
    assert "因临时外出，本中心全部房间从5月14日上午10点05分起暂停开放，预计5月14日下午2点半恢复开放" in said
    assert said.count("预计5月14日下午2点半恢复开放") == 2
    assert closure_papers.spoken(local("2026-05-14 12:00"), words("zh-CN")) == "5月14日中午12点"
    assert closure_papers.spoken(local("2026-05-14 19:00"), words("zh-CN")) == "5月14日晚上7点"
    assert closure_papers.spoken(local("2026-05-14 00:00"), words("en")) == "14 May"


def test_shorter_hours_are_called_that(village: Village) -> None:
    closure = announced(village, kept=(Span(870, 1050),))
    found = entry(village, closure, "2026-05-14 10:06")
    told = closure_papers.facts(found, found.first, HALL, words("zh-CN"))
    assert (told["title"], told["rows"][2]) == ("调整开放时间公告", ["这几天开放", "14:30–17:30"])
    assert "每天开放 14:30–17:30" in closure_papers.loudspeaker(found, found.first, HALL, words("zh-CN"))


def test_the_colours_are_the_schemes_where_it_has_any(village: Village) -> None:
    def seen() -> dict[str, str]:
        return database.read(village.engine, closure_papers.colours, by=village.zhou)

    assert seen()["service"] == "#0B5CAD"
    scheme = {"colors": {"service": "#123456", "warning": "); evil", "text": 7}}
    village.save(VisScheme(id=new_id(), hall_id=village.hall.id, version="区版1", scheme=scheme, since_at=AT))
    assert seen() == {"service": "#123456", "text": "#FFFFFF", "warning": "#F5A623"}


# -- proof of posting --------------------------------------------------------------------------------------------------


def post(village: Village, closure: closures.Announced, **facts: Any) -> None:
    said = {"version": 1, "channels": (Channel.PAPER, Channel.GROUP), "photo": None, "at": local("2026-05-06 10:00"), "gesture": gesture()}
    database.write(village.engine, postings.post, closure_id=closure.closure_id, **({"by": village.zhou} | said | facts))


def test_a_posting_names_its_channels_and_the_photo_hangs_with_the_paper(village: Village) -> None:
    closure, pressed = announced(village), gesture()
    for _ in range(2):
        post(village, closure, channels=(Channel.GROUP, Channel.PAPER, Channel.KIOSK), photo=photos.small(taken(300, 200)), gesture=pressed)
    post(village, closure, channels=(Channel.LOUDSPEAKER,))
    found = entry(village, closure, "2026-05-07 10:00")
    assert [(one.channel, one.photo_id is not None, one.by) for one in found.postings] == [
        (Channel.PAPER, True, "周桂生"), (Channel.GROUP, False, "周桂生"), (Channel.LOUDSPEAKER, False, "周桂生"),
    ]  # fmt: skip
    assert (found.channels, found.proved) == (tuple(Channel), True)


def test_impossible_postings_and_strangers_are_refused(village: Village) -> None:
    closure = announced(village)
    for wrong in ({"channels": ()}, {"channels": (Channel.KIOSK,)}, {"version": 2}):
        with pytest.raises(FactWrong):
            post(village, closure, **wrong)
    with pytest.raises(NotAllowed):
        post(village, closure, by=village.kiosk)
    assert entry(village, closure, "2026-05-07 10:00").postings == ()


# -- called away -------------------------------------------------------------------------------------------------------


def chips(village: Village, at: str) -> list[tuple[Return, datetime]]:
    found = database.read(village.engine, called_away.chips, at=local(at), by=village.zhou)
    return [(chip.back, chip.reopens_at) for chip in found]


def test_the_moments_to_come_back_follow_the_hours(village: Village) -> None:
    morning = [
        (Return.HOUR, local("2026-05-15 11:15")),
        (Return.AFTERNOON, local("2026-05-15 14:30")),
        (Return.TOMORROW, local("2026-05-16 09:00")),
    ]
    assert chips(village, "2026-05-15 10:02") == morning
    # An hour later lies in the midday pause: both mean the afternoon.
    assert chips(village, "2026-05-15 11:30") == [(Return.HOUR, local("2026-05-15 14:30")), (Return.TOMORROW, local("2026-05-16 09:00"))]
    assert chips(village, "2026-05-15 17:00") == [(Return.HOUR, local("2026-05-16 09:00"))]
    assert chips(village, "2026-05-17 16:00")[-1] == (Return.TOMORROW, local("2026-05-19 09:00"))  # Monday is closed


@pytest.mark.parametrize(("meant", "opens"), [("10:00", "10:00"), ("12:30", "14:30"), ("07:00", "09:00")])
def test_a_time_in_closed_hours_becomes_the_next_opening(village: Village, meant: str, opens: str) -> None:
    ask: Callable[..., Any] = called_away.proposed
    for room_id in (None, village.rooms["library"].id):
        found = database.read(village.engine, ask, hall_id=village.hall.id, moment=local(f"2026-05-15 {meant}"), room_id=room_id)
        assert found == local(f"2026-05-15 {opens}")


def test_a_notice_is_offered_its_telephone_and_its_signature(village: Village) -> None:
    offered = database.read(village.engine, called_away.signature, at=AT, by=village.zhou)
    assert (offered.contact, offered.signer) == ("000-0000000", "周桂生")
