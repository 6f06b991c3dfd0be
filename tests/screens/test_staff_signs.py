"""Signs through the real entry file: registered, decided, carried out; plates made and handed over behind the gate."""

import asyncio
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pypdf
import pytest
from PIL import Image
from starlette.routing import Router
from streamlit.testing.v1 import AppTest

from models import Duty, PersonInCharge, PhotoMoment, Role, RoomFunction, SignKind, SignPlace, Verdict
from services import clock, database, photos, plates, signs
from services.settings import HOUSE
from services.signs import SignForm
from services.staff import Signed
from tests.cast import AT, Village, build, gesture
from ui import house
from ui.staff import door, files, hall_files, pictures, who


@pytest.fixture
def village(sqlite_engine: Any) -> Village:
    return build(sqlite_engine)


@pytest.fixture
def signed(village: Village) -> Signed:
    zhou = village.staff["zhou"]
    return Signed(gesture(), zhou.id, village.hall.id, zhou.name, zhou.login, Role.KEEPER)


@pytest.fixture
def page(village: Village, signed: Signed, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The tablet, with Old Zhou before it, on the signs' screen."""
    monkeypatch.setenv("HALL_DATABASE_URL", sqlite_url)
    house.house.cache_clear()
    monkeypatch.setattr(clock, "now", lambda: AT)
    monkeypatch.setattr(who, "signed_in", lambda: signed)
    monkeypatch.setattr(door, "used", lambda _: None)
    page = press(AppTest.from_file(str(HOUSE / "staff_app.py"), default_timeout=20).run(), "group-hall")
    yield press(page, "go-signs")
    house.house.cache_clear()


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=f"do-{key}").click().run()
    assert not page.exception
    return page


def fill(page: AppTest, label: str, text: str) -> None:
    next(each for each in page.text_input if each.label == label).set_value(text).run()
    assert not page.exception


def choose(page: AppTest, label: str, value: Any) -> None:
    next(each for each in page.segmented_control if each.label == label).set_value(value).run()
    assert not page.exception


def seen(page: AppTest) -> str:
    return " ".join(str(each.proto.body) for each in page.get("html"))


def lines(village: Village) -> list[signs.SignLine]:
    return database.read(village.engine, signs.lines, hall_id=village.hall.id)


def whole(village: Village) -> None:
    names = ("图书室", "文体活动室", "旅游咨询点")
    here, activity = village.rooms["library"].id, village.rooms["activity"].id
    village.save(
        *(RoomFunction(hall_id=village.hall.id, room_id=here, name=name) for name in names),
        PersonInCharge(hall_id=village.hall.id, room_id=activity, duty=Duty.IN_CHARGE, name="陈桂英", from_day=date(2026, 1, 1)),
    )


def test_an_old_sign_is_written_down_and_a_new_one_of_another_size_refused(page: AppTest, village: Village) -> None:
    choose(page, "标牌", "register")
    fill(page, "标牌名称", "<b>农家书屋</b>")
    press(page, "save-sign")
    assert "尺寸" in seen(page)
    fill(page, "宽（毫米）", "400")
    fill(page, "高（毫米）", "250")
    choose(page, "新牌还是旧牌", "is_new")
    press(page, "save-sign")
    assert "应为 300×120 毫米" in seen(page)
    choose(page, "新牌还是旧牌", "is_old")
    press(page, "save-sign")
    (sign,) = lines(village)
    assert (sign.name, sign.width, sign.conforms) == ("<b>农家书屋</b>", 400, False)
    assert "<b>农家书屋" not in seen(page)


def test_the_list_becomes_clean(page: AppTest, village: Village) -> None:
    form = SignForm("图书室", SignKind.OTHER, village.rooms["library"].id, SignPlace.INSIDE, 400, 200)
    sign_id = database.write(village.engine, signs.register, form=form, new=False, at=AT, gesture=gesture(), by=village.zhou)
    page.run()
    press(page, f"see-{sign_id}")
    choose(page, "怎么处理", Verdict.KEEP)
    press(page, "decide-sign")
    assert "责任人" in seen(page)
    fill(page, "责任人", "王志明")
    press(page, "decide-sign")
    choose(page, "现在挂在哪里", SignPlace.OUTSIDE)
    fill(page, "处理日期", "2027年3月9日")
    press(page, "carry-out")
    press(page, "to-signs")
    assert "没有挂错地方的牌子" in seen(page)
    (sign,) = lines(village)
    assert (sign.place, sign.decided and sign.decided.done_day) == (SignPlace.OUTSIDE, date(2027, 3, 9))


def test_plates_are_made_and_handed_over_behind_the_gate(page: AppTest, village: Village, signed: Signed) -> None:
    choose(page, "标牌", "plates")
    assert "还没有安排在哪个房间" in seen(page)
    whole(village)
    page.run()
    press(page, f"plate-{village.rooms['library'].id}")
    assert "与现状一致" in seen(page)
    fill(page, "监督电话", "0737-1234567")
    press(page, "board")
    for kind, room_id, size in ((SignKind.ROOM_PLATE, village.rooms["library"].id, (300, 120)), (SignKind.HOURS, None, (420, 297))):
        made = database.read(village.engine, plates.made_now, hall_id=village.hall.id, kind=kind, room_id=room_id)
        assert made is not None
        status, pdf = fetch(signed, f"/desk/plate/{made.sign_id}.pdf")
        box = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox
        assert (status, round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == (200, *size)
    viewer = Signed(signed.session_id, signed.staff_id, signed.hall_id, signed.name, signed.login, Role.DISTRICT)
    assert fetch(viewer, f"/desk/plate/{made.sign_id}.pdf")[0] == 404
    for path in (f"/desk/plate/{gesture()}.pdf", "/desk/plate/x.pdf"):
        assert fetch(signed, path)[0] == 404


def test_a_photo_is_shown_to_who_keeps_the_desk(page: AppTest, village: Village, signed: Signed) -> None:
    form = SignForm("图书室", SignKind.OTHER, None, SignPlace.INSIDE, 400, 200)
    sign_id = database.write(village.engine, signs.register, form=form, new=False, at=AT, gesture=gesture(), by=village.zhou)
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    facts = {"sign_id": sign_id, "moment": PhotoMoment.BEFORE, "photo": photos.small(out.getvalue())}
    database.write(village.engine, signs.add_photo, at=AT, gesture=gesture(), by=village.zhou, **facts)
    page.run()
    press(page, f"see-{sign_id}")
    (shown,) = lines(village)[0].photos
    assert f"/desk/photo/{shown[1]}.jpg" in seen(page)
    assert fetch(signed, f"/desk/photo/{shown[1]}.jpg")[1][:2] == b"\xff\xd8"
    press(page, f"away-{shown[1]}-0")
    assert "“原因”" in seen(page) or "原因" in seen(page)
    next(each for each in page.text_input if each.key.startswith("away-why-")).set_value("照到了孩子").run()
    press(page, f"away-{shown[1]}-0")
    assert lines(village)[0].photos == ()


def fetch(signed: Signed, path: str) -> tuple[int, bytes]:
    said: list[Any] = []
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "hall.signed": signed}

    async def hear() -> Any:
        return {"type": "http.request", "body": b""}

    async def say(message: Any) -> None:
        said.append(message)

    asyncio.run(Router([*files.ROUTES, *pictures.ROUTES, *hall_files.ROUTES])(scope, hear, say))
    return said[0]["status"], b"".join(part.get("body", b"") for part in said[1:])
