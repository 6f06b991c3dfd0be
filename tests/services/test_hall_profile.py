"""馆情: step by step, integrated only with photos of before and after, and a share that follows the rooms' changes."""

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest

from models import AreaKind, IntegrationStep, PhotoMoment, Stage
from services import clock, database, hall_profile, item_photos, photos, profile_papers, room_changes
from services.hall_profile import Profile
from services.refusals import DayAhead, FactWrong, NotAllowed, PhotosMissing, StageSkipped
from services.sample.hall import _apart, _together
from services.words import words
from tests.cast import AT, Village, gesture
from tests.robust.racing import paused_before, together
from tests.services.test_events import count
from tests.services.test_photos import taken
from tests.services.test_room_changes import SHAPE

TODAY = clock.local_day(AT)


def advance(village: Village, stage: Stage, day: date = TODAY, **facts: Any) -> None:
    facts = {"at": AT, "gesture": gesture(), "by": village.zhou} | facts
    database.write(village.engine, hall_profile.advance, stage=stage, day=day, **facts)


def photo(village: Village, moment: PhotoMoment, **facts: Any) -> Any:
    facts = {"photo": photos.small(taken()), "at": AT, "gesture": gesture(), "by": village.zhou} | facts
    return database.write(village.engine, hall_profile.add_photo, moment=moment, **facts)


def look(village: Village) -> Profile:
    return database.read(village.engine, hall_profile.profile, hall_id=village.hall.id)


def test_integrated_only_with_photos_of_before_and_after(village: Village) -> None:
    assert look(village).stage is Stage.UNBUILT
    advance(village, Stage.BUILDING, date(2026, 11, 20), note="隔墙打通")
    photo(village, PhotoMoment.BEFORE)
    with pytest.raises(PhotosMissing):
        advance(village, Stage.INTEGRATED)
    after, once = photo(village, PhotoMoment.AFTER), gesture()
    for _ in range(2):
        advance(village, Stage.INTEGRATED, gesture=once)
    found = look(village)
    assert [(step.stage, clock.local_day(step.at), step.note, step.who) for step in found.steps] == [
        (Stage.INTEGRATED, TODAY, "", "周桂生"), (Stage.BUILDING, date(2026, 11, 20), "隔墙打通", "周桂生"),
    ]  # fmt: skip
    # A photo that went proves nothing any more.
    database.write(village.engine, item_photos.take_away, photo_id=after, reason="照到了人", at=AT, gesture=gesture(), by=village.zhou)
    assert [one.moment for one in look(village).photos] == [PhotoMoment.BEFORE]
    with pytest.raises(PhotosMissing):
        advance(village, Stage.ACCEPTED)
    advance(village, Stage.BUILDING, note="重新装修")
    assert look(village).stage is Stage.BUILDING


def test_one_step_after_the_other_and_none_ahead(village: Village) -> None:
    for refusal, wrong in (
        (NotAllowed, {"by": village.kiosk}),
        (StageSkipped, {"stage": Stage.INTEGRATED}),
        (DayAhead, {"day": TODAY + timedelta(days=1)}),
    ):
        with pytest.raises(refusal):
            advance(village, **{"stage": Stage.BUILDING} | wrong)
    advance(village, Stage.BUILDING)
    with pytest.raises(StageSkipped):
        advance(village, Stage.BUILDING)
    with pytest.raises(FactWrong):
        advance(village, Stage.UNBUILT, TODAY - timedelta(days=1))
    with pytest.raises(NotAllowed):
        photo(village, PhotoMoment.BEFORE, by=village.kiosk)
    assert count(village, IntegrationStep) == 1


def test_of_two_tablets_one_writes_the_step(village: Village) -> None:
    with paused_before(village.engine, "INSERT INTO integration_step"):
        ends = together(lambda: advance(village, Stage.BUILDING), lambda: advance(village, Stage.BUILDING))
    assert ends == {"ok": 1, "stage_skipped": 1}


def test_the_share_follows_every_change_of_a_room(village: Village) -> None:
    assert [(one.percent, one.since) for one in look(village).shares] == [(100, None)]
    facts = {"gesture": gesture(), "by": village.zhou}
    library = village.rooms["library"].id
    office = replace(SHAPE, area_kind=AreaKind.OFFICE)
    database.write(village.engine, room_changes.reshape, room_id=library, seen=SHAPE, shape=office, reason="占用", at=AT, **facts)
    later = {"at": AT + timedelta(days=9), "by": village.zhou, "gesture": gesture()}
    wide = replace(SHAPE, area_m2=120)
    database.write(village.engine, room_changes.reshape, room_id=library, seen=office, shape=wide, reason="腾退扩建", **later)
    shares = [(one.percent, one.service_m2, one.office_m2, one.since) for one in look(village).shares]
    assert shares == [(100, 200, 0, TODAY + timedelta(days=9)), (47, 80, 90, TODAY), (100, 170, 0, None)]


def test_it_prints_on_one_sheet_with_its_photos(village: Village) -> None:
    advance(village, Stage.BUILDING, date(2026, 11, 20))
    before, after = (photos.small(data).jpeg for data in (_apart(), _together()))
    made = profile_papers.sheet(look(village), {PhotoMoment.BEFORE: before, PhotoMoment.AFTER: after}, words("zh-CN"))
    (page,) = pypdf.PdfReader(io.BytesIO(made)).pages
    text = page.extract_text()
    for said in ("示范村综合文化服务中心", "430902106399", "在建", "2026年11月20日", "多功能活动厅", "服务用房占室内面积 100%（170 平方米）"):
        assert said in text.replace("\n", "") or said.replace(" ", "") in text.replace("\n", "").replace(" ", "")
    assert len(page.images) == 2
    assert len(pypdf.PdfReader(io.BytesIO(profile_papers.sheet(look(village), {}, words("en")))).pages) == 1
