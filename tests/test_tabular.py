"""Rows as DataFrame, workbook and CSV: typed, the same bytes on every run, and nothing in them is a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.errors import ResultsError
from jimei_kb.tabular import Sheet, Tabular, clean_text, is_formula, write_excel

HOSTILE = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1+1", "＠SUM(A1)", "\x00=1", "\u202e=1", "\n=1"]


@dataclass(frozen=True, slots=True)
class Rows(Tabular):
    """Any rows."""

    given: tuple[dict, ...]

    def rows(self):
        return list(self.given)


def of(*texts):
    return Rows(tuple({"text": text, "number": i} for i, text in enumerate(texts)))


def cells(path):
    """Every cell of the first sheet below the headings, row by row."""
    return list(openpyxl.load_workbook(path).active.iter_rows(min_row=2))


def lines(path):
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_formula(tmp_path, text):
    """A workbook holds it as text that stays one when the cell is edited, CSV with an apostrophe before it."""
    of(text).to_excel(tmp_path / "x.xlsx")
    of(text).to_csv(tmp_path / "x.csv")
    (row,) = cells(tmp_path / "x.xlsx")
    assert (row[0].data_type, row[0].quotePrefix) == ("s", True)
    assert row[0].value == clean_text(text)
    assert lines(tmp_path / "x.csv")[1][0] == f"'{clean_text(text)}"


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_any_text_can_be_written_and_none_is_a_formula(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("any")
    of(*texts).to_excel(folder / "x.xlsx")
    of(*texts).to_csv(folder / "x.csv")
    cleaned = [clean_text(text) for text in texts]
    in_excel = [row[0] for row in cells(folder / "x.xlsx")]
    assert [cell.value or "" for cell in in_excel] == cleaned
    assert "f" not in {cell.data_type for cell in in_excel}
    in_csv = [row[0] for row in lines(folder / "x.csv")[1:]]
    assert in_csv == [f"'{text}" if is_formula(text) else text for text in cleaned]
    assert not any(map(is_formula, in_csv))


def test_numbers_and_truth_values_stay_what_they_are(tmp_path):
    """A negative number is no formula; what is missing is an empty cell."""
    rows = Rows(({"n": -5, "f": 0.5, "b": True, "t": None},))
    rows.to_excel(tmp_path / "x.xlsx")
    rows.to_csv(tmp_path / "x.csv")
    assert [cell.value for cell in cells(tmp_path / "x.xlsx")[0]] == [-5, 0.5, True, None]
    assert lines(tmp_path / "x.csv") == [["n", "f", "b", "t"], ["-5", "0.5", "True", ""]]


def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path):
    of("消" * 40_000).to_excel(tmp_path / "x.xlsx")
    of("消" * 40_000).to_csv(tmp_path / "x.csv")
    value = cells(tmp_path / "x.xlsx")[0][0].value
    assert len(value) == 32_767
    assert value.endswith("……（原文共 40000 字，单元格容纳不下，以下从略）")
    assert lines(tmp_path / "x.csv")[1][0] == "消" * 40_000


def test_an_escape_of_excel_is_not_obeyed(tmp_path):
    """Excel would show _x0041_ as A; its underscore is written so that the text stays what it is."""
    of("_x0041_").to_excel(tmp_path / "x.xlsx")
    assert b"_x005F_x0041_" in zipfile.ZipFile(tmp_path / "x.xlsx").read("xl/worksheets/sheet1.xml")


def test_the_workbook_has_headings_that_stay_widths_and_a_filter(tmp_path):
    of("消防" * 10, "短").to_excel(tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    assert sheet.title == "结果"
    assert [(cell.value, cell.font.bold) for cell in sheet[1]] == [("text", True), ("number", True)]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B3")
    assert 40 <= sheet.column_dimensions["A"].width <= 62
    assert sheet.column_dimensions["B"].width < 12


def test_the_same_rows_give_the_same_bytes(tmp_path):
    """No time of writing stands in the workbook, neither in the zip file nor in the properties."""
    for name in ("a.xlsx", "b.xlsx"):
        of("一", "二").to_excel(tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert {info.date_time for info in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = openpyxl.load_workbook(tmp_path / "a.xlsx").properties
    assert properties.created.year == properties.modified.year == 1980


def test_sheets_have_names_that_excel_takes(tmp_path):
    titles = ["a/b:c", "a/b:c", "长" * 40, "长" * 40, "", "A-B-C"]
    write_excel(tmp_path / "x.xlsx", [Sheet(title, {"n": "数"}, [{"n": 1}]) for title in titles])
    assert openpyxl.load_workbook(tmp_path / "x.xlsx").sheetnames == ["a-b-c", "a-b-c-2", "长" * 31, "长" * 29 + "-2", "表", "A-B-C-3"]


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path):
    with pytest.raises(ResultsError, match="大表 有 1048576 行；一张 Excel 表最多 1048575 行；请改写 CSV 或 Parquet"):
        write_excel(tmp_path / "x.xlsx", [Sheet("大表", {"n": "数"}, range(1_048_576))])
    assert not (tmp_path / "x.xlsx").exists()


def test_a_frame_has_the_types_of_its_values():
    frame = Rows(({"t": "x", "n": 1, "f": 1, "b": True, "o": None}, {"t": None, "n": None, "f": 0.5, "b": None, "o": None})).frame()
    assert list(map(str, frame.dtypes)) == ["string", "Int64", "Float64", "boolean", "string"]
    assert frame["n"].tolist() == [1, pd.NA]


def test_nothing_has_no_columns_and_can_be_written(tmp_path):
    assert Rows(()).frame().shape == (0, 0)
    Rows(()).to_excel(tmp_path / "x.xlsx")
    Rows(()).to_csv(tmp_path / "x.csv")
    assert cells(tmp_path / "x.xlsx") == []
