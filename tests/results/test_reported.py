"""Reading back: every fault at once with its place, several spellings of one number, nothing half-read, nothing obeyed."""

from __future__ import annotations

import contextlib
import shutil
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.errors import ResultsError
from jimei_kb.results.model import FaultyRowsError, Unit
from jimei_kb.results.reported import open_results, read_rows
from jimei_kb.results.sheets import load_sheets
from jimei_kb.results.workbook import write_workbook
from jimei_kb.tabular import write_csv

COVERAGE = "消防工作方面/八：宣传教育覆盖率（在校群体）"
MEETING = "消防工作方面/三：消防安全委员会会议次数"
WIDTH = {sheet.name: [column.title for column in sheet.columns] for sheet in load_sheets()}


def folder(path, **sheets):
    """A folder of results: two communities, 2024, and the lines of `sheets`."""
    given = {
        "about": [["年份", "2024"], ["文件", "集街办〔2024〕46号"]],
        "units": [["甲社区", "社区"], ["乙社区", "社区"]],
        **sheets,
    }
    for name, rows in given.items():
        titles = WIDTH[name]
        write_csv(path / f"{name}.csv", [dict(zip(titles, row, strict=False)) for row in rows], titles)
    return path


def read(path, targets):
    return read_rows(open_results(path), targets.indicators)


def faults(path, targets):
    with pytest.raises(FaultyRowsError) as caught:
        read(path, targets)
    return [(one.sheet, one.row, one.column, one.found) for one in caught.value.faults], [one.expected for one in caught.value.faults]


# sheet, line, column that is at fault, what the fault expects
BAD = [
    ("coverage", ["甲社区", COVERAGE, "12", "10"], "已覆盖人数", "不大于“应覆盖人数”的 10"),
    ("coverage", ["甲社区", COVERAGE, "十二", "20"], "已覆盖人数", "一个数，不带文字和单位"),
    ("coverage", ["甲社区", COVERAGE, "12人", "20"], "已覆盖人数", "一个数，不带文字和单位"),
    ("coverage", ["甲社区", COVERAGE, "1.5", "20"], "已覆盖人数", "整数"),
    ("coverage", ["甲社区", COVERAGE, "-1", "20"], "已覆盖人数", "不小于 0 的数"),
    ("coverage", ["甲社区", COVERAGE, "12"], "应覆盖人数", "填写；“已覆盖人数”已填"),
    ("coverage", ["甲社区", COVERAGE, "8", "10", "90%"], "覆盖率", "与算得的 80.0% 相符"),
    ("coverage", ["甲社区", COVERAGE, "", "", "1"], "覆盖率", "100% 或 1%，写明百分号"),
    ("coverage", ["甲社区", COVERAGE, "", "", "120%"], "覆盖率", "不超过 100%"),
    ("coverage", ["甲社区", COVERAGE, "", "", "八成"], "覆盖率", "一个比率，例如 80%"),
    ("coverage", ["甲社", COVERAGE, "8", "10"], "单位", "“单位”表里的名称，是不是“甲社区”"),
    ("coverage", ["甲社区", "在校群体覆盖率", "8", "10"], "指标", "“目标”表里的编号"),
    ("coverage", ["甲社区", MEETING, "8", "10"], "指标", "填在“定期工作”表的指标不填在这里"),
    ("events", ["甲社区", MEETING, "2024-02-30", "", "纪要"], "开展日期", "日历上有的日期，例如 2024-03-15"),
    ("events", ["甲社区", MEETING, "45321", "", "纪要"], "开展日期", "日历上有的日期，例如 2024-03-15"),
    ("events", ["甲社区", MEETING, "2023-03-01", "", "纪要"], "开展日期", "2024年内的日期"),
    ("events", ["甲社区", MEETING, "", "", "纪要"], "开展日期", "填写，不能为空"),
    ("hazards", ["甲社区", "隐患一", "重大", "火灾", "2024-03-01", "2024-02-01"], "挂牌日期", "不早于“发现日期”的 2024-03-01"),
    ("incidents", ["甲社区", "事故一", "2024-03-01", "车祸", "0", "0"], "类型", "生产安全事故、火灾"),
    ("stations", ["甲社区", "站一", "6", "6", "对"], "装备齐全", "是或否"),
]


@pytest.mark.parametrize(("sheet", "line", "column", "expected"), BAD)
def test_a_bad_cell_is_named_with_its_place(tmp_path, targets, sheet, line, column, expected):
    (place,), (wanted,) = faults(folder(tmp_path, **{sheet: [line]}), targets)
    (title,) = (one.title for one in load_sheets() if one.name == sheet)
    assert place[:3] == (title, 2, column)
    assert wanted.startswith(expected)


def test_every_fault_of_every_sheet_is_told_at_once(tmp_path, targets):
    lines = {}
    for sheet, line, _, _ in BAD:
        # a key of its own for each line, so that none is a duplicate too
        lines.setdefault(sheet, []).append(line)
    places, _ = faults(folder(tmp_path, **lines), targets)
    assert {(place[0], place[2]) for place in places} >= {
        (next(one.title for one in load_sheets() if one.name == sheet), column) for sheet, _, column, _ in BAD
    }
    assert len(places) == len(BAD)


def test_a_line_that_stands_twice(tmp_path, targets):
    places, (wanted,) = faults(folder(tmp_path, coverage=[["甲社区", COVERAGE, "1", "2"], ["甲社区", COVERAGE, "2", "2"]]), targets)
    assert places == [("培训宣传覆盖", 3, "单位、指标", f"甲社区、{COVERAGE}")]
    assert "第2行" in wanted


def test_units_that_stand_twice_or_have_no_kind(tmp_path, targets):
    places, _ = faults(folder(tmp_path, units=[["甲社区", "社区"], ["甲社区", "社区"], ["乙社区", ""], ["全辖区", "合计"]]), targets)
    assert [place[1:3] for place in places] == [(3, "名称"), (4, "类别"), (5, "名称")]


def test_a_column_that_nobody_knows_is_not_dropped_in_silence(tmp_path, targets):
    folder(tmp_path)
    (tmp_path / "coverage.csv").write_text("单位,指标,已覆盖,应覆盖人数\n", encoding="utf-8")
    places, _ = faults(tmp_path, targets)
    assert places == [("培训宣传覆盖", 1, "已覆盖", "已覆盖")]


@pytest.mark.parametrize("share", ["0.8", "80", "80%", "８０％", " 80 % ", "0.80"])
def test_a_share_in_every_spelling(tmp_path, targets, share):
    reported = read(folder(tmp_path, coverage=[["甲社区", COVERAGE, "", "", share]]), targets)
    assert [one.rate for one in reported.shares] == [Decimal(80)]


@pytest.mark.parametrize("number", ["1234", "１２３４", "1,234", " 1234 "])
def test_a_number_in_every_spelling(tmp_path, targets, number):
    reported = read(folder(tmp_path, coverage=[["甲社区", COVERAGE, number, "2000"]]), targets)
    assert [one.numerator for one in reported.shares] == [Decimal(1234)]


@pytest.mark.parametrize("day", ["2024-03-05", "2024/3/5", "2024年3月5日", "２０２４．３．５"])
def test_a_day_in_every_spelling(tmp_path, targets, day):
    reported = read(folder(tmp_path, events=[["甲社区", MEETING, day, "", "纪要"]]), targets)
    assert [one.held.isoformat() for one in reported.events] == ["2024-03-05"]


def test_a_line_with_nothing_but_its_keys_is_not_reported(tmp_path, targets):
    assert read(folder(tmp_path, coverage=[["甲社区", COVERAGE]]), targets).shares == ()


def test_nothing_is_later_than_the_report(tmp_path, targets):
    about = [["年份", "2024"], ["截止日", "2024-06-30"]]
    places, _ = faults(folder(tmp_path, about=about, events=[["甲社区", MEETING, "2024-07-01", "", "纪要"]]), targets)
    assert places == [("定期工作", 2, "开展日期", "2024-07-01")]


@pytest.mark.parametrize(
    ("about", "column"),
    [([["年度", "2024"]], "项目"), ([["年份", "今年"]], "内容"), ([["年份", "2024"], ["截止日", "2023-12-31"]], "截止日"), ([], "项目")],
)
def test_without_a_year_nothing_is_read(tmp_path, about, column):
    with pytest.raises(FaultyRowsError) as caught:
        open_results(folder(tmp_path, about=about))
    assert column in {one.column for one in caught.value.faults}


@pytest.fixture
def form(targets, tmp_path):
    path = tmp_path / "form.xlsx"
    write_workbook(path, targets, (Unit("甲社区", "社区"),))
    return path


def test_a_formula_is_not_followed(form, targets):
    book = openpyxl.load_workbook(form)
    book["培训宣传覆盖"]["C3"], book["培训宣传覆盖"]["D3"] = "=1+1", 5
    book.save(form)
    (place,), (wanted,) = faults(form, targets)
    assert (place[:3], wanted) == (("培训宣传覆盖", 3, "已覆盖人数"), "填写的值；公式不计算")


def test_a_strange_sheet_is_refused(form):
    book = openpyxl.load_workbook(form)
    book.create_sheet("培训宣传覆盖2")
    book.save(form)
    with pytest.raises(ResultsError, match="培训宣传覆盖2"):
        open_results(form)


def repacked(path, name, data):
    """The workbook with one part more, or another one in its place."""
    with zipfile.ZipFile(path) as old:
        parts = {one: old.read(one) for one in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for part, content in {**parts, name: data}.items():
            new.writestr(part, content)


ENTITY = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("xl/sharedStrings.xml", ENTITY.encode(), "声明了文档类型"),
        ("xl/sharedStrings.xml", ENTITY.encode("utf-16"), "声明了文档类型"),
        ("xl/vbaProject.bin", b"x", "含有宏"),
        ("xl/workbook.xml", b"<broken", "不能作为工作簿读入"),
    ],
)
def test_what_is_unsafe_or_broken_is_refused(form, name, data, said):
    repacked(form, name, data)
    with pytest.raises(ResultsError, match=said):
        open_results(form)


def test_what_unpacks_to_too_much_is_refused(form, monkeypatch):
    monkeypatch.setattr("jimei_kb.results.reported._MOST_UNPACKED", 1000)
    with pytest.raises(ResultsError, match="最多读"):
        open_results(form)


def test_what_is_no_result_is_refused(tmp_path, form):
    (tmp_path / "text.xlsx").write_text("x", encoding="utf-8")
    for path in (tmp_path / "nothing.xlsx", tmp_path / "nothing", tmp_path / "text.xlsx"):
        with pytest.raises(ResultsError):
            open_results(path)
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "会议.csv").write_text("a\n", encoding="utf-8")
    with pytest.raises(ResultsError, match="会议"):
        open_results(tmp_path / "strange")
    (tmp_path / "strange" / "会议.csv").rename(tmp_path / "strange" / "events.csv")
    (tmp_path / "strange" / "events.csv").write_bytes("单位".encode("gb18030"))
    with pytest.raises(ResultsError, match="UTF-8"):
        open_results(tmp_path / "strange")


def test_text_that_looks_like_a_formula_stays_text(tmp_path, targets):
    reported = read(
        folder(tmp_path, units=[["甲社区", "社区"], ["=1+1", "社区"]], coverage=[["=1+1", COVERAGE, "1", "2", "", "@x"]]), targets
    )
    assert [(one.unit, one.evidence) for one in reported.shares] == [("=1+1", "@x")]


@given(cell=st.text(max_size=12))
def test_any_text_in_any_cell_is_read_or_named(tmp_path_factory, targets, cell):
    """Never another error than the list of faults."""
    path = folder(
        tmp_path_factory.mktemp("any"), coverage=[["甲社区", COVERAGE, cell, "9"]], events=[["甲社区", MEETING, cell, cell, "纪要"]]
    )
    found = []
    with contextlib.suppress(FaultyRowsError):
        found = read(path, targets).shares
    assert all(one.numerator <= 9 for one in found)


def test_the_broken_variant_of_the_illustrations_is_refused_whole(results, tmp_path, targets):
    """Over-full numerators in every line: as many faults as lines."""
    shutil.copytree(results, tmp_path / "broken")
    path = tmp_path / "broken" / "coverage.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    broken = [lines[0]]
    for line in lines[1:]:
        cells = line.split(",")
        broken.append(",".join([*cells[:2], str(int(cells[3]) + 1), *cells[3:]]) if cells[3].isdigit() else line)
    path.write_text("\n".join(broken), encoding="utf-8-sig")
    places, _ = faults(tmp_path / "broken", targets)
    assert len(places) == sum(line.split(",")[3].isdigit() for line in lines[1:]) > 20
    assert {place[:1] + place[2:3] for place in places} == {("培训宣传覆盖", "已覆盖人数")}


@pytest.mark.parametrize("lines", [1, 3, 7])
def test_it_does_not_matter_how_many_lines_are_read_at_once(results, targets, monkeypatch, lines):
    whole = read(results, targets)
    monkeypatch.setattr("jimei_kb.results.reported._CHUNK", lines)
    assert read(results, targets) == whole


def test_faults_far_apart_are_told_in_the_order_of_the_lines(tmp_path, targets, monkeypatch):
    monkeypatch.setattr("jimei_kb.results.reported._CHUNK", 2)
    good = [["甲社区", MEETING, f"2024-03-{day:02}", "", f"纪要{day}"] for day in range(1, 6)]
    lines = [["甲社区", MEETING, "某日", "", "纪要"], *good, ["丁社区", MEETING, "2024-03-01", "2025-01-01", "纪要"], good[0]]
    places, _ = faults(folder(tmp_path, events=lines), targets)
    assert [place[1:3] for place in places] == [(2, "开展日期"), (8, "单位"), (8, "补哪一期"), (9, "单位、事项、开展日期、佐证")]


def test_short_and_empty_lines(tmp_path, targets):
    folder(tmp_path)
    text = f"单位,事项,开展日期,补哪一期,佐证,材料日期\n\n甲社区,{MEETING},2024-03-01\n,,,\n乙社区,{MEETING},2024-03-02,,纪要\n"
    (tmp_path / "events.csv").write_text(text, encoding="utf-8")
    assert [(one.row, one.unit, one.evidence) for one in read(tmp_path, targets).events] == [(3, "甲社区", ""), (5, "乙社区", "纪要")]


def test_too_many_lines_are_refused(tmp_path, targets, monkeypatch):
    lines = [["甲社区", MEETING, "2024-03-01", "", f"纪要{at}"] for at in range(9)]
    opened = open_results(folder(tmp_path, events=lines))
    monkeypatch.setattr("jimei_kb.results.reported._MOST_ROWS", 9)
    with pytest.raises(ResultsError, match="多于 9 行"):
        read_rows(opened, targets.indicators)


def test_a_byte_that_is_no_text_is_named_wherever_it_stands(tmp_path, targets):
    lines = [["甲社区", MEETING, "2024-03-01", "", f"纪要{at}"] for at in range(3000)]
    path = folder(tmp_path, events=lines) / "events.csv"
    good = path.read_bytes()
    path.write_bytes(good + b"\xff\n")
    with pytest.raises(ResultsError, match=f"第 {len(good)} 字节不是 UTF-8"):
        read(tmp_path, targets)
