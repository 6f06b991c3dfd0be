"""馆情 on the tablet: steps, photos, area; and its sheet behind the gate."""

from models import PhotoMoment, Role
from services.staff import Signed
from tests.cast import Village
from tests.screens.test_staff_signs import fetch
from tests.services.test_hall_profile import photo
from tests.tablet import Desk, press, seen


def test_steps_photos_and_area(village: Village, signed: Signed, desk: Desk) -> None:
    page = desk(screen="profile")
    assert "没有一间房" in seen(page)
    assert "100%" in seen(page)
    press(page, "stage-save")
    assert "已记下" in seen(page)
    press(page, "stage-save")
    assert "还没有整合前和整合后的照片。" in seen(page)
    press(page, "hall-photo")
    assert "“照片”还没有填。" in seen(page)
    for moment in PhotoMoment:
        photo(village, moment)
    press(page, "stage-save")
    assert "已记下" in seen(page)
    status, pdf = fetch(signed, "/desk/hall/profile.pdf")
    assert (status, pdf[:4]) == (200, b"%PDF")
    viewer = Signed(signed.session_id, signed.staff_id, signed.hall_id, signed.name, signed.login, Role.DISTRICT)
    assert fetch(viewer, "/desk/hall/profile.pdf")[0] == 404
