"""The paper registers: the words of the paper books, what happened and no more, in files that others can open."""

import io
import json
import tempfile
import zipfile
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import openpyxl
import pypdf
import pytest

from models import ClosureReason, Condition, Purpose, Trouble
from services import cards, circulation, closures, codes, conditions, database, losses, privacy, ruled, slips, stocktake
from services.closures import Plan
from services.lending_rules import Wish
from services.registers import papers, shelf
from services.registers.register import papers as books_there_are
from services.settings import HOUSE
from services.words import LANGUAGES, words
from tests.cast import AT, Village, gesture
from tests.registers import TODAY, read

ODD = ("=1+1", "+1", "-1", "@x", "#let x = 1", "*镕喆堃玥䶮瑄*", "<b>", "$x$", "\\", '"')


def do(village: Village, verb: Any, **facts: Any) -> Any:
    return database.write(village.engine, verb, **{"at": AT, "gesture": gesture(), "by": village.kiosk, **facts})


def lend(village: Village, what: str, who: str, **facts: Any) -> Any:
    return do(village, circulation.check_out, item_id=village.item_id(what), card_id=village.card_id(who), **facts)


def test_every_register_has_the_columns_of_its_paper_book_and_room_for_each() -> None:
    written = json.loads((HOUSE / "assets" / "registers" / "ledgers.json").read_text(encoding="utf-8"))
    assert len(written) == len(books_there_are()) == 24
    for register in shelf.REGISTERS.values():
        (key,) = [key for key in written if key.startswith(f"{register.number}_")]
        assert (register.name, list(register.columns)) == (key[3:], written[key])
        assert len(register.widths) == len(register.columns)
        for lang in LANGUAGES:
            assert words(lang).say(f"registers.name.{register.number}")
        # Smaller print nobody can read.
        assert ruled.Ruling("", "", "", (), register.widths, (), "").size > 7


def test_a_loan_is_a_line_from_the_day_it_went_out(village: Village) -> None:
    lend(village, "huozhe", "mei")
    do(village, circulation.check_in, item_id=village.item_id("huozhe"), trouble=Trouble.TORN, at=AT + timedelta(days=3))
    lend(village, "biancheng", "yu", by=village.zhou, at=AT + timedelta(days=3))
    first, second = read(village, "04", until=TODAY + timedelta(days=9))
    assert list(first.values()) == [
        1, "2027-03-10", "王梅", "女/成人", "", "1234", codes.clear(village.items["huozhe"].number), "活着", "2027-04-09", "", "2027-03-13",
        "破了、坏了", "自助", "",
    ]  # fmt: skip
    assert (second["借阅人"], second["联系电话(末4位)"], second["经手人/方式(柜台/自助)"], second["归还日期"]) == ("陈小雨", "4321", "周桂生/柜台", "")


def test_a_renewal_a_slip_and_a_loss_show_in_their_loan(village: Village) -> None:
    receipt = lend(village, "huozhe", "mei")
    do(village, circulation.renew, loan_id=receipt.loan_id, card_id=village.card_id("mei"), at=AT + timedelta(days=1))
    later = AT + timedelta(days=1)
    facts = {"item_id": village.item_id("weicheng"), "card_id": village.card_id("mei"), "by": village.zhou, "at": later}
    do(village, slips.lent, out_at=AT - timedelta(days=2), back_at=AT - timedelta(days=1), **facts)
    lost = lend(village, "biancheng", "old_li", at=later)
    do(village, losses.write_off, loan_id=lost.loan_id, reason="丢了", by=village.zhou, at=later)
    renewed, gone = read(village, "04", until=TODAY + timedelta(days=9))
    assert (renewed["续借日期"], renewed["应还日期"]) == ("2027-03-11", "2027-05-09")
    assert (gone["图书状况"], gone["归还日期"]) == ("遗失核销", "")
    (slip,) = read(village, "04", TODAY - timedelta(days=2), TODAY)
    assert (slip["借书日期"], slip["归还日期"], slip["备注"]) == ("2027-03-08", "2027-03-09", "纸条补录")


def test_who_was_forgotten_is_a_line_without_a_name(village: Village) -> None:
    lend(village, "huozhe", "mei")
    do(village, circulation.check_in, item_id=village.item_id("huozhe"))
    with database.Session(village.engine) as session:
        session.connection(execution_options={"writes": True})
        privacy.unlink_patron(session, hall_id=village.hall.id, patron_id=village.patrons["mei"].id, at=AT)
        session.commit()
    (line,) = read(village, "04")
    assert (line["借阅人"], line["联系电话(末4位)"], line["村民小组"], line["性别/年龄段"]) == (privacy.BLANKED, "", "", "女/成人")


def test_equipment_says_what_for_and_how_much_came_back(village: Village) -> None:
    loan = lend(village, "drums", "team", wish=Wish(purpose=Purpose.REHEARSAL, quantity=12))
    do(village, circulation.check_in, item_id=village.item_id("drums"), loan_id=loan.loan_id, quantity=5)
    lend(village, "erhu", "old_li", wish=Wish(purpose=Purpose.TRAINING))
    do(village, circulation.check_in, item_id=village.item_id("erhu"), trouble=Trouble.DEAD)
    drums, erhu = read(village, "08")
    assert [drums[name] for name in ("借用人/团队", "用途", "名称", "数量", "借出时状况", "归还时状况")] == ["腰鼓队", "排练", "腰鼓", 12, "完好", "已还 5/12"]
    assert [erhu[name] for name in ("归还日期", "归还时状况", "损坏处理(修复/赔同款)")] == ["2027-03-10", "不能用", ""]
    assert {line["书名"] for line in read(village, "04")} == set()


def test_a_reader_is_one_line_whatever_became_of_the_card(village: Village) -> None:
    database.write(village.engine, cards.report_lost, card_id=village.card_id("mei"), at=AT + timedelta(days=1), by=village.zhou)
    do(village, cards.reissue, patron_id=village.patrons["mei"].id, at=AT + timedelta(days=2), by=village.zhou)
    lines = {line["姓名"]: line for line in read(village, "05")}
    assert len(lines) == len(village.patrons)
    mei, yu = lines["王梅"], lines["陈小雨"]
    assert [mei[name] for name in ("联系电话", "办证日期", "挂失日期", "补办日期", "状态")] == ["138****1234", "2027-03-10", "2027-03-11", "2027-03-12", "有效"]
    assert [yu[name] for name in ("类型(成人/少年/少儿/团队/临时)", "监护人及关系", "监护人同意日期")] == ["少儿", "陈大山 父亲", "2026-12-01"]
    assert lines["腰鼓队"]["类型(成人/少年/少儿/团队/临时)"] == "团队"


def test_a_stop_is_one_line_with_all_its_extensions(village: Village) -> None:
    plan = Plan(ClosureReason.MAINTENANCE, AT + timedelta(days=9), AT + timedelta(days=12), "000-0000000", "王志明", "屋面渗水")
    done = do(village, closures.announce, plan=plan, by=village.zhou)
    facts = {"reason": "材料未到", "contact": "000-0000000", "signer": "周桂生", "expected_reopen_at": AT + timedelta(days=14)}
    do(village, closures.extend, closure_id=done.closure_id, by=village.zhou, at=AT + timedelta(days=10), **facts)
    (line,) = read(village, "13")
    assert [line[name] for name in ("公告编号", "范围(服务中心/房间/项目)", "原因类别", "原因", "提前天数", "签发人", "延期次数")] == [
        1, "服务中心", "设施维护", "材料未到", 9, "周桂生", 1,
    ]  # fmt: skip
    assert (line["停止起"], line["预开放时间"]) == ("2027-03-19 10:00", "2027-03-24 10:00")


def test_a_stocktake_shows_what_was_signed(village: Village) -> None:
    take_id = do(village, stocktake.start, room_id=None, share=100, by=village.zhou)
    (still_open,) = read(village, "24")
    assert (still_open["差异处理"], still_open["已点"]) == ("未结束", "")
    do(village, stocktake.scan, stocktake_id=take_id, code=village.code("huozhe"), room_id=None, by=village.zhou)
    do(village, stocktake.scan, stocktake_id=take_id, code="XYZ-1", room_id=None, by=village.zhou)
    sheet = do(village, stocktake.close, stocktake_id=take_id, lost=True, approver_id=village.staff["zhou"].id, by=village.zhou)
    (line,) = read(village, "24")
    assert [line[name] for name in ("应有", "已点", "缺失", "未登记编号", "差异处理", "负责人")] == [
        sheet.expected, 1, sheet.missing, 1, f"记为遗失 {sheet.lost} 件", "周桂生",
    ]  # fmt: skip
    do(village, conditions.mend, item_id=village.item_id("weicheng"), condition=Condition.LOST, reason="找到了", by=village.zhou)
    assert read(village, "24") == [line]


def test_a_page_on_the_screen_reads_no_further_than_it_shows(village: Village) -> None:
    asked = {"register": "05", "since": TODAY, "until": TODAY + timedelta(days=1), "words": words("en"), "at": AT, "by": village.zhou}
    page = database.read(village.engine, shelf.page, **asked)
    assert (len(page.lines), page.more) == (len(village.patrons), False)
    (found,) = database.read(village.engine, shelf.page, text=" 王梅 ", **asked).lines
    assert "Adult" in found
    assert database.read(village.engine, shelf.page, text="谁也不是", **asked).lines == ()
    assert database.read(village.engine, shelf.page, number=7, **asked).lines == ()


# -- files --------------------------------------------------------------------------------------------------------------------


def printed(village: Village, number: str, since: date, until: date) -> list[pypdf.PdfReader]:
    facts = {"register": number, "since": since, "until": until, "hall": village.hall.name, "at": AT, "by": village.zhou}
    return [pypdf.PdfReader(io.BytesIO(file.made)) for file in database.read(village.engine, papers.printed, **facts)]


def text_of(page: pypdf.PageObject) -> str:
    return page.extract_text().replace("\n", "").replace(" ", "")


def test_the_print_is_a4_landscape_and_says_whose_it_is(village: Village) -> None:
    for name in ODD:
        village.book(name, name)
    (made,) = printed(village, "01", TODAY, TODAY + timedelta(days=1))
    for number, page in enumerate(made.pages, start=1):
        assert (round(float(page.mediabox.width) / 72 * 25.4), round(float(page.mediabox.height) / 72 * 25.4)) == (297, 210)
        said = text_of(page)
        for wanted in ("图书个别登记账", village.hall.name, "2027-03-10至2027-03-10", "填表人：", "责任人：", f"第{number}页共{len(made.pages)}页"):
            assert wanted in said
    everything = "".join(text_of(page) for page in made.pages)
    for name in ODD:
        assert name.replace(" ", "") in everything


def test_an_empty_month_says_so_and_a_month_to_come_says_nothing(village: Village) -> None:
    (one,) = printed(village, "04", TODAY, TODAY + timedelta(days=1))
    assert "本月无" in text_of(one.pages[0])
    lend(village, "huozhe", "mei")
    (year,) = printed(village, "04", date(2027, 1, 1), date(2028, 1, 1))
    said = text_of(year.pages[0])
    for wanted in ("2027年1月本月无", "2027年2月本月无", "2027年3月1"):
        assert wanted in said
    assert "2027年4月" not in said
    assert "2027年3月本月无" not in said
    (funds,) = printed(village, "20", date(2027, 1, 1), date(2028, 1, 1))
    assert "无" in text_of(funds.pages[0])


def test_a_thick_register_is_bound_in_volumes(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruled, "MOST_PAGES", 1)
    for number in range(40):
        village.book(f"b{number}", f"书{number}")
    made = printed(village, "01", TODAY, TODAY + timedelta(days=1))
    assert [len(volume.pages) for volume in made] == [1] * len(made)
    assert len(made) > 1
    for number, volume in enumerate(made, start=1):
        assert f"第{number}册" in text_of(volume.pages[0])
        assert "第1页共1页" in text_of(volume.pages[0])
    everything = "".join(text_of(volume.pages[0]) for volume in made)
    assert all(f"书{number}" in everything for number in range(40))


def test_cells_that_look_like_formulas_stay_text_and_counts_stay_numbers(village: Village) -> None:
    for name in ODD:
        village.book(name, name, source=name)
    facts = {"since": TODAY, "until": TODAY + timedelta(days=1), "hall": village.hall.name, "at": AT, "by": village.zhou}
    made = database.read(village.engine, papers.table, register="01", **facts)
    assert made.name == "01_图书个别登记账_20270310-20270310.xlsx"
    page = openpyxl.load_workbook(io.BytesIO(made.made)).worksheets[0]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert set(ODD) <= {cell.value for cell in cells}
    assert [cell.value for cell in page[4]] == list(shelf.REGISTERS["01"].columns)
    summary = openpyxl.load_workbook(io.BytesIO(database.read(village.engine, papers.table, register="02", **facts).made)).worksheets[0]
    assert {type(summary.cell(row, 5).value) for row in range(5, summary.max_row + 1)} == {int}


def test_the_year_is_one_archive_of_every_register_with_progress(village: Village, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    lend(village, "huozhe", "mei")
    archive, told = io.BytesIO(), []
    facts = {"year": 2027, "hall": village.hall.name, "archive": archive, "told": lambda *said: told.append(said), "at": AT, "by": village.zhou}
    count = database.read(village.engine, papers.year, **facts)
    assert count == len(shelf.REGISTERS) == len(told)
    assert [done for _, done, _ in told] == list(range(count))
    with zipfile.ZipFile(archive) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        for number, register in shelf.REGISTERS.items():
            stem = f"{number}_{register.name}".replace("/", "·")
            mine = sorted(name for name in names if name.startswith(stem))
            assert [name.rpartition(".")[2] for name in mine] == ["pdf", "xlsx"]
        loans = openpyxl.load_workbook(io.BytesIO(packed.read("04_借阅登记簿_20270101-20271231.xlsx"))).worksheets[0]
        assert (loans.cell(5, 1).value, loans.cell(5, 3).value) == (1, "王梅")
    assert list(scratch.iterdir()) == []


def test_nobodys_register_is_anothers(village: Village) -> None:
    lend(village, "huozhe", "mei")
    stranger = type(village.zhou)(village.zhou.kind, UUID(int=5), staff_id=village.zhou.staff_id)
    frame = papers._frame(date(2000, 1, 1), date(2100, 1, 1), AT, stranger)
    for register in shelf.REGISTERS.values():
        assert database.read(village.engine, lambda session, kept=register: list(kept.rows(session, frame))) == []


def test_a_cell_breaks_where_it_must_and_loses_nothing() -> None:
    for text in ("中华人民共和国村民委员会组织法释义", "Programming in C++ and everything", "C912.82/006-2", "（法律文本）", "a" * 90, "短"):
        wrapped = ruled._wrapped(text, 5.4)
        assert wrapped.replace("\n", "").replace(" ", "") == text.replace(" ", "")
        assert all(sum(map(ruled._em, line)) <= 6.0 for line in wrapped.split("\n"))
        assert not any(line.startswith("）") for line in wrapped.split("\n"))
