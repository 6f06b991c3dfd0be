"""使用管理制度 on the tablet: filled in from what the hall knows, refused with an empty field, published, read and printed."""

import io

import pypdf
from streamlit.testing.v1 import AppTest

from models import Role
from services import rule_papers
from services.staff import Signed
from services.words import words
from tests.cast import Village
from tests.screens.test_staff_signs import fetch
from tests.services.test_rule_sets import furnish, lines, publish
from tests.tablet import Desk, press, seen


def area(screen: AppTest, start: str, text: str) -> None:
    fields = [*screen.text_area, *screen.text_input]
    next(each for each in fields if str(each.key).startswith(f"{start}-")).set_value(text).run()


def test_rules_are_written_signed_and_read_again(village: Village, desk: Desk) -> None:
    furnish(village)
    screen = desk(screen="rule_sets")
    assert "还没有公布使用管理制度：图书室、文体活动室" in seen(screen)
    written = {str(each.key).partition("-")[0]: each.value for each in [*screen.text_area, *screen.text_input]}
    assert written["person"] == "责任人 周桂生 000-0000000"
    assert written["open_items"] == "图书借阅"
    assert written["hours"] == "周二至周日 9:00–12:00 14:30–17:30"
    press(screen, "rules-publish")
    assert "“签发人”还没有填。" in seen(screen)
    area(screen, "upkeep", "")
    area(screen, "signer", "周桂生")
    press(screen, "rules-publish")
    assert "“日常维护”还没有填。" in seen(screen)
    press(screen, "rules-draft")
    assert "草稿已存" in seen(screen)
    area(screen, "upkeep", "每天打扫。\n关灯。")
    area(screen, "signer", "周桂生")
    press(screen, "rules-publish")
    assert "制度已公布" in seen(screen)
    assert "第 1 版，2027年3月10日公布" in seen(screen)
    (line, _) = lines(village)
    assert line.current is not None
    assert (line.current.text.upkeep, line.draft) == ("每天打扫。\n关灯。", None)
    assert "还没有公布使用管理制度：文体活动室" in seen(screen)


def test_every_version_prints_on_one_sheet_and_the_old_one_says_so(village: Village) -> None:
    furnish(village)
    old, new = publish(village), publish(village, seen=1)
    colours = {"service": "#0B5CAD", "text": "#FFFFFF", "warning": "#F5A623"}
    for sheet, size, width in ((old, "a4", 210), (new, "a3", 297)):
        made = rule_papers.wall(sheet, "示范村", words("zh-CN"), size=size, colours=colours, in_force=sheet is new)
        (page,) = pypdf.PdfReader(io.BytesIO(made)).pages
        assert round(float(page.mediabox.width) * 25.4 / 72) == width
        text = page.extract_text()
        for said in ("图书室使用管理制度", "王志明 000-0000000", "读者来了先登记。", f"第 {sheet.version} 版", "签发：周桂生"):
            assert said in text
        assert ("仅供查阅" in text) is (sheet is old)


def test_papers_are_for_keepers(village: Village, signed: Signed, desk: Desk) -> None:
    furnish(village)
    desk()
    link = f"/desk/rules/{publish(village).id}"
    status, pdf = fetch(signed, f"{link}/a3.pdf")
    assert (status, pdf[:4]) == (200, b"%PDF")
    viewer = Signed(signed.session_id, signed.staff_id, signed.hall_id, signed.name, signed.login, Role.TOWNSHIP)
    for who, path in ((viewer, f"{link}/a3.pdf"), (signed, f"{link}/a5.pdf"), (signed, "/desk/rules/x/a4.pdf")):
        assert fetch(who, path)[0] == 404
