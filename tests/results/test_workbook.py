"""The workbook: every sheet, drop-downs and checks, the words of the notice, no formula, the same bytes, and it can be read back."""

from __future__ import annotations

import shutil
from datetime import date

import openpyxl
import pytest

from jimei_kb.results.model import Unit
from jimei_kb.results.reported import open_results, read_rows, read_units
from jimei_kb.results.sheets import load_sheets
from jimei_kb.results.workbook import write_workbook
from jimei_kb.tabular import write_csv

UNITS = (Unit("甲社区", "社区"), Unit("=1+1", "社区"), Unit("区应急局", "部门"))


@pytest.fixture(scope="module")
def path(targets, tmp_path_factory):
    path = tmp_path_factory.mktemp("workbook") / "form.xlsx"
    write_workbook(path, targets, UNITS)
    return path


def test_a_sheet_for_each_kind_of_report(path):
    names = openpyxl.load_workbook(path).sheetnames
    assert set(names) == {"填写说明", "目标", *(sheet.title for sheet in load_sheets())}


def test_no_formula_no_protection(path):
    for sheet in openpyxl.load_workbook(path).worksheets:
        assert not sheet.protection.sheet
        assert not [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_same_bytes(path, targets, tmp_path):
    write_workbook(tmp_path / "again.xlsx", targets, UNITS)
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_each_sheet_quotes_the_clauses_of_its_targets(path, targets):
    book = openpyxl.load_workbook(path)
    titles = {sheet.name: sheet.title for sheet in load_sheets()}
    for one in targets.indicators:
        above = book[titles[one.sheet]]["A1"].value
        assert one.evidence.quote in above
        assert one.evidence.clause in above


def test_drop_downs_offer_the_targets_of_the_sheet_and_no_other(path, targets):
    book = openpyxl.load_workbook(path)
    for sheet in load_sheets():
        mine = {one.id for one in targets.indicators if one.sheet == sheet.name}
        letter = next((chr(65 + at) for at, column in enumerate(sheet.columns) if column.type == "indicator"), None)
        if letter is None or not mine:
            continue
        checks = [one for one in book[sheet.title].data_validations.dataValidation if str(one.sqref).startswith(f"{letter}3:")]
        (check,) = checks
        first, last = (int(part.rpartition("$")[2]) for part in check.formula1.partition("!")[2].split(":"))
        assert {book["目标"].cell(row, 1).value for row in range(first, last + 1)} == mine


def test_checks_stop_what_the_reader_would_refuse(path):
    book = openpyxl.load_workbook(path)
    checks = {str(one.sqref)[0]: one for one in book["培训宣传覆盖"].data_validations.dataValidation}
    assert checks["C"].type == "custom"
    assert "C3<=D3" in checks["C"].formula1
    days = {str(one.sqref)[0]: one for one in book["定期工作"].data_validations.dataValidation}["C"]
    assert (days.type, int(days.formula2) - int(days.formula1)) == ("date", 365)


def test_units_are_offered_only_what_is_theirs(path):
    """What communities bear is not asked of a bureau."""
    names = [row[0].value for row in openpyxl.load_workbook(path)["培训宣传覆盖"].iter_rows(min_row=3)]
    assert set(names) == {"甲社区", "=1+1"}


def test_an_empty_form_is_nothing_reported(path, targets):
    reported = read_rows(open_results(path), targets.indicators)
    assert [unit.name for unit in reported.units] == [unit.name for unit in UNITS]
    assert reported.shares == reported.events == reported.declarations == ()


def test_a_filled_form_says_the_same_as_the_csv_files(targets, results, seed_base, tmp_path):
    """Every line of the illustrative results, typed into the form, with days as days and shares as Excel keeps them."""
    form = tmp_path / "form.xlsx"
    write_workbook(form, targets, read_units(results / "units.csv"))
    opened = open_results(results)
    book = openpyxl.load_workbook(form)
    for sheet in load_sheets():
        table, worksheet = opened.tables.get(sheet.name), book[sheet.title]
        if worksheet.max_row > 2:
            worksheet.delete_rows(3, worksheet.max_row)
        for at, (_, row) in enumerate(table.lines() if table else (), 3):
            for column, text in enumerate(row, 1):
                kind = sheet.columns[column - 1].type
                cell = worksheet.cell(at, column)
                if kind == "day" and text:
                    cell.value = date.fromisoformat(text)
                elif kind == "percent" and text:
                    cell.value, cell.number_format = int(text.rstrip("%")) / 100, "0%"
                else:
                    cell.value = int(text) if kind in ("whole", "number") and text else text or None
    book.save(form)
    from_form, from_files = ([{**row} for row in seed_base.evaluate(path).rows()] for path in (form, results))
    assert from_form == from_files


def test_units_are_read_from_a_csv_file(tmp_path, results):
    shutil.copy(results / "units.csv", tmp_path)
    assert len(read_units(tmp_path / "units.csv")) == 8
    write_csv(tmp_path / "bad.csv", [{"名称": "甲"}], ["名称"])
    with pytest.raises(Exception, match="类别"):
        read_units(tmp_path / "bad.csv")
