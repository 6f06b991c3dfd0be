"""Signs: written down, held against the scheme, decided about, carried out; and the plates made here."""

import io
import json
from datetime import date, datetime, timedelta
from typing import Any

import pypdf
import pytest
import sqlalchemy as sa
from PIL import Image

from models import (
    AreaKind,
    Duty,
    JournalRow,
    PersonInCharge,
    PhotoMoment,
    PlateMade,
    Room,
    RoomFunction,
    SignDecision,
    SignKind,
    SignPlace,
    Verdict,
    VisScheme,
)
from services import clock, database, papers, photos, plates, signs, vis
from services.refusals import (
    ChangedMeanwhile,
    FactMissing,
    FactWrong,
    FunctionWithoutRoom,
    NotAllowed,
    RoomWithoutFunction,
    SchemeKnown,
    SchemeWrong,
    SignGone,
    SizeNotOfScheme,
    TooManyFunctions,
)
from services.signs import SignForm, SignLine
from tests.cast import AT, Village, gesture

TODAY = clock.local_day(AT)
DAY = timedelta(days=1)
OLD = SignForm("图书室", SignKind.ROOM_PLATE, None, SignPlace.INSIDE, 400, 200, spot="东墙")


def do(village: Village, verb: Any, at: datetime = AT, **facts: Any) -> Any:
    facts.setdefault("by", village.zhou)
    facts.setdefault("gesture", gesture())
    return database.write(village.engine, verb, at=at, **facts)


def add(village: Village, form: SignForm = OLD, *, new: bool = False, **facts: Any) -> Any:
    return do(village, signs.register, form=form, new=new, **facts)


def lines(village: Village) -> list[SignLine]:
    return database.read(village.engine, signs.lines, hall_id=village.hall.id)


def rows(village: Village, table: Any) -> list[Any]:
    return database.read(village.engine, lambda session: session.execute(sa.select(table.__table__).order_by(*table.__table__.primary_key)).all())


def furnish(village: Village, *names: str, room: str = "library") -> None:
    here = village.rooms[room].id
    village.save(*(RoomFunction(hall_id=village.hall.id, room_id=here, name=name) for name in names))


def whole(village: Village) -> None:
    furnish(village, "图书室", "文体活动室:书画", "旅游咨询点", "文体活动室:棋牌")
    activity = village.rooms["activity"].id
    village.save(PersonInCharge(hall_id=village.hall.id, room_id=activity, duty=Duty.IN_CHARGE, name="陈桂英", from_day=date(2026, 1, 1)))


# -- the register


def test_an_old_sign_is_taken_as_it_hangs_and_waits_for_a_decision(village: Village) -> None:
    add(village)
    (sign,) = lines(village)
    assert (sign.number, sign.conforms, sign.hangs_wrong, sign.vis_version) == (1, False, True, "local-default-1")
    count = signs.count([sign])
    assert (count.hanging, count.wrong_place, count.not_conforming, count.undecided) == (1, 1, 1, 1)


def test_a_new_sign_has_the_size_of_the_scheme_to_a_millimetre(village: Village) -> None:
    for width, height in ((300, 120), (301, 119)):
        add(village, SignForm("新门牌", SignKind.ROOM_PLATE, None, SignPlace.OUTSIDE, width, height), new=True)
    for width, height in ((302, 120), (300, 122), (120, 300)):
        with pytest.raises(SizeNotOfScheme) as refused:
            add(village, SignForm("新门牌", SignKind.ROOM_PLATE, None, SignPlace.OUTSIDE, width, height), new=True)
        assert refused.value.facts == {"width": 300, "height": 120}
    # What the scheme does not speak of may be of any size.
    add(village, SignForm("阅览制度", SignKind.RULES, None, SignPlace.INSIDE, 600, 900), new=True)
    assert signs.count(lines(village)).wrong_place == 0


def test_wrong_signs_are_refused(village: Village) -> None:
    for refusal, wrong in (
        (NotAllowed, {"by": village.kiosk}),
        (FactMissing, {"form": SignForm(" ", SignKind.OTHER, None, SignPlace.INSIDE, 1, 1)}),
        (FactWrong, {"form": SignForm("牌", SignKind.OTHER, None, SignPlace.INSIDE, 0, 1)}),
        (FactWrong, {"form": SignForm("牌", SignKind.OTHER, gesture(), SignPlace.INSIDE, 1, 1)}),
        (SizeNotOfScheme, {"form": SignForm("牌", SignKind.DESK, None, SignPlace.INSIDE, 1, 1, conforms=True)}),
    ):
        with pytest.raises(refusal):
            do(village, signs.register, **{"form": OLD, "new": False} | wrong)
    assert lines(village) == []


def test_the_list_of_signs_that_hang_wrong_becomes_empty(village: Village) -> None:
    inside, board, old = add(village), add(village), add(village)
    for sign_id, verdict, facts in (
        (inside, Verdict.KEEP, {}),
        (board, Verdict.MERGE, {"into_id": inside}),
        (old, Verdict.REMOVE, {"note": "破损"}),
    ):
        do(village, signs.decide, sign_id=sign_id, verdict=verdict, owner="王志明", **facts)
    count = signs.count(lines(village))
    assert (count.undecided, count.to_do, count.wrong_place) == (0, 3, 3)
    do(village, signs.carry_out, sign_id=inside, day=TODAY, place=SignPlace.OUTSIDE, spot="门侧")
    for sign_id in (board, old):
        do(village, signs.carry_out, sign_id=sign_id, day=TODAY - DAY)
    count = signs.count(lines(village))
    assert (count.hanging, count.gone, count.wrong_place, count.to_do) == (1, 2, 0, 0)
    kept, merged, removed = lines(village)
    assert (kept.place, kept.spot, kept.decided and kept.decided.done_day) == (SignPlace.OUTSIDE, "门侧", TODAY)
    assert merged.decided is not None
    assert (merged.decided.into, merged.decided.owner, merged.decided.done_day) == (1, "王志明", TODAY - DAY)
    assert removed.gone_at is not None
    with pytest.raises(SignGone):
        do(village, signs.decide, sign_id=old, verdict=Verdict.KEEP, owner="王志明")


def test_decisions_are_refused_in_order(village: Village) -> None:
    sign = add(village)
    for refusal, wrong in (
        (NotAllowed, {"by": village.kiosk}),
        (SignGone, {"sign_id": gesture()}),
        (FactMissing, {"owner": " "}),
        (FactMissing, {"verdict": Verdict.MERGE}),
        (FactWrong, {"verdict": Verdict.MERGE, "into_id": sign}),
        (FactWrong, {"verdict": Verdict.MERGE, "into_id": gesture()}),
    ):
        with pytest.raises(refusal):
            do(village, signs.decide, **{"sign_id": sign, "verdict": Verdict.KEEP, "owner": "王志明"} | wrong)
    with pytest.raises(ChangedMeanwhile):
        do(village, signs.carry_out, sign_id=sign, day=TODAY)
    do(village, signs.decide, sign_id=sign, verdict=Verdict.KEEP, owner="王志明")
    for refusal, wrong in ((FactWrong, {"day": TODAY + DAY}), (SizeNotOfScheme, {"conforms": True})):
        with pytest.raises(refusal):
            do(village, signs.carry_out, **{"sign_id": sign, "day": TODAY} | wrong)


def test_a_decision_that_is_changed_stays_in_the_book_and_twice_is_once(village: Village) -> None:
    sign, same, end = add(village), gesture(), gesture()
    do(village, signs.decide, sign_id=sign, verdict=Verdict.KEEP, owner="王志明")
    for _ in range(2):
        do(village, signs.decide, sign_id=sign, verdict=Verdict.REMOVE, owner="李小兰", gesture=same)
    assert [(row.verdict, row.replaced_at is None) for row in rows(village, SignDecision)] == [
        (Verdict.KEEP, False),
        (Verdict.REMOVE, True),
    ]
    for _ in range(2):
        do(village, signs.carry_out, sign_id=sign, day=TODAY, gesture=end)
    verbs = [row.verb for row in rows(village, JournalRow) if row.subject == "sign"]
    assert verbs == ["sign_register", "sign_decide", "sign_decide", "sign_done"]


def test_one_photo_may_show_several_signs(village: Village) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    small, first, second = photos.small(out.getvalue()), add(village), add(village)
    for sign_id, moment in ((first, PhotoMoment.BEFORE), (second, PhotoMoment.BEFORE), (first, PhotoMoment.BEFORE)):
        do(village, signs.add_photo, sign_id=sign_id, moment=moment, photo=small)
    one, two = lines(village)
    assert len(one.photos) == 1
    assert one.photos == two.photos
    with pytest.raises(ChangedMeanwhile):
        do(village, signs.add_photo, sign_id=gesture(), moment=PhotoMoment.AFTER, photo=small)
    with pytest.raises(NotAllowed):
        do(village, signs.add_photo, sign_id=first, moment=PhotoMoment.AFTER, photo=small, by=village.kiosk)


# -- the scheme


def changed(**facts: Any) -> bytes:
    return json.dumps({**vis.start(), **facts}, ensure_ascii=False).encode()


def test_a_new_version_is_put_in_force_once_and_the_old_one_stays(village: Village) -> None:
    larger = [{**one, "mm": [320, 130]} if one["type"].startswith("功能室门牌") else one for one in vis.start()["plates"]]
    do(village, vis.adopt, data=changed())
    same = gesture()
    for _ in range(2):
        scheme = do(village, vis.adopt, AT + DAY, data=changed(version="区-2", plates=larger), gesture=same)
    assert (scheme.version, scheme.plates[SignKind.ROOM_PLATE].width) == ("区-2", 320)
    assert [row.ended_at is None for row in rows(village, VisScheme)] == [False, True]
    with pytest.raises(SchemeKnown):
        do(village, vis.adopt, AT + 2 * DAY, data=changed())
    with pytest.raises(SizeNotOfScheme):
        add(village, SignForm("门牌", SignKind.ROOM_PLATE, None, SignPlace.OUTSIDE, 300, 120), new=True)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xfe", b"[]", b"{" * 5000, b" " * 200_000, changed(version=""), changed(colors="red"), changed(plates=[]),
        changed(colors={"service": "blue"}), changed(plates=[{"type": "功能室门牌", "mm": ["300", 120]}]),
        changed(plates=[{"type": "功能室门牌", "mm": [300, 120], "max_functions": 0}]),
        changed(note="\0"), changed(note="half").replace(b'"half"', rb'"\ud800"'), changed(note=float("nan")),
    ],
)  # fmt: skip
def test_a_scheme_that_is_none_is_refused(village: Village, data: bytes) -> None:
    with pytest.raises(SchemeWrong):
        do(village, vis.adopt, data=data)
    assert rows(village, VisScheme) == []


def test_only_staff_change_the_scheme(village: Village) -> None:
    with pytest.raises(NotAllowed):
        do(village, vis.adopt, data=changed(), by=village.kiosk)


# -- door plates and the board


def plate(village: Village, room: str = "library", **facts: Any) -> Any:
    return do(village, plates.make_door_plate, room_id=village.rooms[room].id, **facts)


def paper(village: Village, sign_id: Any) -> pypdf.PdfReader:
    made = database.read(village.engine, plates.plate, sign_id=sign_id, by=village.zhou)
    return pypdf.PdfReader(io.BytesIO(plates.pdf(made)))


def size(reader: pypdf.PdfReader) -> tuple[float, float]:
    (page,) = reader.pages
    return float(page.mediabox.width) / 72 * 25.4, float(page.mediabox.height) / 72 * 25.4


def test_a_door_plate_says_all_functions_once_and_is_right_to_a_millimetre(village: Village) -> None:
    whole(village)
    sign_id = plate(village)
    reader = paper(village, sign_id)
    assert size(reader) == pytest.approx((300, 120), abs=0.1)
    text = reader.pages[0].extract_text().replace("\n", "").replace(" ", "")
    for word in ("文化旅游功能室", "图书室", "旅游咨询点", "local-default-1"):
        assert word in text
    assert text.count("文体活动室") == 1
    (sign,) = lines(village)
    assert (sign.made_here, sign.conforms, sign.vis_version, sign.place) == (True, True, "local-default-1", SignPlace.OUTSIDE)
    assert signs.count([sign]).undecided == 0


def test_a_plate_waits_for_every_function_to_have_a_room_and_every_room_a_function(village: Village) -> None:
    furnish(village, "图书室", "文体活动室")
    with pytest.raises(FunctionWithoutRoom) as refused:
        plate(village)
    assert refused.value.facts == {"names": "旅游咨询点"}
    furnish(village, "旅游咨询点", room="activity")
    plate(village)
    plate(village, "activity")
    empty = Room(hall_id=village.hall.id, code="R-X", name="空房间", area_kind=AreaKind.SERVICE)
    village.save(empty)
    with pytest.raises(RoomWithoutFunction):
        do(village, plates.make_door_plate, room_id=empty.id)
    furnish(village, "一", "二", "三")
    with pytest.raises(TooManyFunctions) as many:
        plate(village)
    assert many.value.facts == {"have": 5, "most": 4}
    found = {door.room: door for door in database.read(village.engine, plates.doors, hall_id=village.hall.id)}
    assert isinstance(found["空房间"].refusal, RoomWithoutFunction)
    assert found["文化旅游功能室"].made is not None
    assert found["多功能活动厅"].up_to_date


def test_other_sizes_and_strangers_are_refused(village: Village) -> None:
    whole(village)
    for refusal, wrong in (
        (NotAllowed, {"by": village.kiosk}),
        (FactWrong, {"room_id": gesture()}),
        (SizeNotOfScheme, {"size": (302, 120)}),
    ):
        with pytest.raises(refusal):
            do(village, plates.make_door_plate, **{"room_id": village.rooms["library"].id} | wrong)
    for refusal, wrong in (
        (NotAllowed, {"by": village.kiosk}),
        (FactMissing, {"oversight_phone": " "}),
        (SizeNotOfScheme, {"size": (297, 420)}),
    ):
        with pytest.raises(refusal):
            do(village, plates.make_hours_board, **{"oversight_phone": "12345"} | wrong)
    assert rows(village, PlateMade) == []


def test_one_plate_a_room_and_a_changed_one_replaces_it(village: Village) -> None:
    whole(village)
    first, again = plate(village), plate(village)
    assert first == again
    furnish(village, "村史馆")
    second = plate(village, at=AT + DAY)
    assert second != first
    gone, hangs = lines(village)
    assert (gone.gone_at, gone.decided and gone.decided.verdict) == (AT + DAY, Verdict.REMOVE)
    assert hangs.gone_at is None
    assert "村史馆" not in paper(village, first).pages[0].extract_text()
    assert "村史馆" in paper(village, second).pages[0].extract_text().replace("\n", "")


def test_the_version_is_kept_with_the_plate(village: Village) -> None:
    whole(village)
    first = plate(village)
    larger = [{**one, "mm": [320, 130]} if one["type"].startswith("功能室门牌") else one for one in vis.start()["plates"]]
    do(village, vis.adopt, AT + DAY, data=changed(version="区-2", plates=larger))
    door = database.read(village.engine, plates.doors, hall_id=village.hall.id)[0]
    assert not door.up_to_date
    second = plate(village, at=AT + 2 * DAY)
    assert size(paper(village, first)) == pytest.approx((300, 120), abs=0.1)
    assert size(paper(village, second)) == pytest.approx((320, 130), abs=0.1)
    assert [sign.vis_version for sign in lines(village)] == ["local-default-1", "区-2"]


def test_the_hours_board_has_its_fields_and_a_phone_reads_its_code(village: Village) -> None:
    import zxingcpp

    whole(village)
    sign_id = do(village, plates.make_hours_board, oversight_phone="0737-1234567")
    reader = paper(village, sign_id)
    assert size(reader) == pytest.approx((420, 297), abs=0.1)
    text = reader.pages[0].extract_text().replace("\n", "").replace(" ", "")
    for word in (
        "开放项目",
        "开放时间",
        "责任人",
        "监督电话",
        "0737-1234567",
        "周二至周日",
        "9:00–12:00",
        "陈桂英",
        "图书借阅",
        "村部",
        "免费开放",
    ):
        assert word in text, word
    made = database.read(village.engine, plates.plate, sign_id=sign_id, by=village.zhou)
    (picture,) = papers.pictures("plates", {**made.facts, "kind": "hours"}, dpi=100)
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    assert "0737-1234567" in code.text
    assert "文化旅游功能室 周二至周日 9:00–12:00 14:30–17:30" in code.text


def test_a_board_without_somebody_in_charge_is_not_made(village: Village) -> None:
    with pytest.raises(FactMissing) as refused:
        do(village, plates.make_hours_board, oversight_phone="12345")
    assert refused.value.facts == {"field": "person_in_charge"}


def test_names_stand_on_a_plate_as_they_are_written(village: Village) -> None:
    odd = "#let*镕喆堃玥䶮瑄*<b>$x$"
    made = plates.Made(gesture(), SignKind.ROOM_PLATE, "1", AT, {
        "width": 300, "height": 120, "ink": "#FFFFFF", "ground": "#0B5CAD", "version": "1", "name": odd, "functions": "图书室",
    })  # fmt: skip
    assert odd in pypdf.PdfReader(io.BytesIO(plates.pdf(made))).pages[0].extract_text()
