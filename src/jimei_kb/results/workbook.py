"""The workbook to fill in: a sheet for each kind of report, with drop-downs, checks, and the words of the notice beside them.

Nothing is protected, and no cell holds a formula; what may be typed is told by the checks and once more by the reader.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from jimei_kb.results.reported import belongs
from jimei_kb.results.sheets import load_sheets
from jimei_kb.results.units import concerns
from jimei_kb.tabular import excel_value, save_book, set_cell
from jimei_kb.view.plans import spoken_bearers
from jimei_kb.view.verdicts import spoken_target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jimei_kb.results.model import Indicator, Unit
    from jimei_kb.results.sheets import Column, FormSheet
    from jimei_kb.results.targets import TargetsSheet

_HEADINGS = 2
# lines below the headings that the checks hold for
_LINES = 5_000
# room for units that somebody adds below those given
_MORE_UNITS = 100
# the day that Excel counts from
_EPOCH = date(1899, 12, 30)
_WIDTHS = {"text": 28, "unit": 16, "indicator": 48, "sheet": 16, "day": 14, "choice": 14}
_NARROW = 12
_LINE_HEIGHT, _TALLEST = 15, 400
_PROMPT = 255
# sheets in which the absence of a line is worth a word
_DECLARED = ("events", "incidents", "hazards", "stations", "assessments")


def write_workbook(path: str | Path, targets: TargetsSheet, units: Sequence[Unit], note: str = "") -> None:
    """Write the fill-in workbook for `units` and the year of `targets` to `path`; the same input gives the same bytes."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    ordered = in_sheet_order(targets.indicators)
    sheets = load_sheets()
    for sheet in sheets[:1]:
        _fill(book.create_sheet(sheet.title), sheet, _about(targets, note), "")
    _explain(book.create_sheet("填写说明"))
    _list_targets(book.create_sheet("目标"), targets, ordered)
    for sheet in sheets[1:]:
        worksheet = book.create_sheet(sheet.title)
        mine = [one for one in ordered if belongs(one, sheet)] if sheet.name != "exemptions" else []
        _fill(worksheet, sheet, _beforehand(sheet, mine, units), _quoted(mine))
        _check(worksheet, sheet, targets.year, ordered, len(units))
    save_book(path, book)


def in_sheet_order(indicators: Sequence[Indicator]) -> list[Indicator]:
    """The indicators sheet by sheet, in text order inside each."""
    order = {sheet.name: i for i, sheet in enumerate(load_sheets())}
    return sorted(indicators, key=lambda one: (order[one.sheet], one.evidence.start, one.id))


def _about(targets: TargetsSheet, note: str) -> list[list[str]]:
    until = date(targets.year, 12, 31).isoformat()
    return [["年份", str(targets.year)], ["文件", targets.document], ["截止日", until], ["备注", note]]


def _beforehand(sheet: FormSheet, indicators: Sequence[Indicator], units: Sequence[Unit]) -> list[list[str]]:
    """The lines that are filled in as far as is known: each unit with each of its targets."""
    if sheet.name == "units":
        return [[unit.name, unit.kind] for unit in units]
    if sheet.name == "declarations":
        titles = {one.name: one.title for one in load_sheets()}
        return [[unit.name, titles[name]] for unit in units for name in _DECLARED]
    if sheet.has_indicators and all(column.key for column in sheet.columns[:2]):
        return [[unit.name, one.id] for unit in units for one in indicators if concerns(one, unit)]
    return []


def _quoted(indicators: Sequence[Indicator]) -> str:
    """The targets of a sheet with their clauses and words."""
    return "\n".join(f"{one.name}：“{one.evidence.quote}”（{one.evidence.clause}）" for one in indicators)


def _fill(worksheet: Any, sheet: FormSheet, rows: Sequence[Sequence[str]], quoted: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    wrapped = Alignment(vertical="top", wrap_text=True)
    above = "\n".join(part for part in (sheet.explain, quoted) if part)
    set_cell(worksheet.cell(1, 1), excel_value(above), wrapped)
    last = max(len(sheet.columns), 2)
    worksheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=last)
    widths = [_WIDTHS.get(column.type, _NARROW) for column in sheet.columns]
    worksheet.row_dimensions[1].height = _height([f"{above}\n"], [sum(widths)])
    worksheet.row_dimensions[_HEADINGS].height = _height([column.title for column in sheet.columns], widths)
    for at, column in enumerate(sheet.columns, 1):
        heading = set_cell(worksheet.cell(_HEADINGS, at), excel_value(column.title), wrapped)
        heading.font = Font(bold=True)
        heading.fill = PatternFill("solid", start_color="FFF3BF" if column.required else "F6F8FA")
        dimension = worksheet.column_dimensions[get_column_letter(at)]
        dimension.width = widths[at - 1]
        if column.type in ("day", "percent"):
            dimension.number_format = "yyyy-mm-dd" if column.type == "day" else "0.##%"
    for number, row in enumerate(rows, _HEADINGS + 1):
        worksheet.row_dimensions[number].height = _height(row, widths)
        for at, value in enumerate(row, 1):
            set_cell(worksheet.cell(number, at), excel_value(value), wrapped)
    _set_up(worksheet)


def _set_up(worksheet: Any) -> None:
    """The headings stay in sight and stand on every page; a printed page is as wide as the sheet."""
    worksheet.freeze_panes = f"A{_HEADINGS + 1}"
    worksheet.print_title_rows = f"{_HEADINGS}:{_HEADINGS}"
    worksheet.page_setup.orientation, worksheet.page_setup.paperSize = "landscape", worksheet.PAPERSIZE_A4
    worksheet.page_setup.fitToWidth, worksheet.page_setup.fitToHeight = 1, 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.print_options.gridLines = True


def _height(cells: Sequence[str | None], widths: Sequence[int]) -> int:
    """The height in points that the texts of a row need in columns of these widths; a Chinese character is two wide."""
    lines = (
        sum(-(-max(1, 2 * len(line)) // width) for line in (cell or "").split("\n")) for cell, width in zip(cells, widths, strict=False)
    )
    return min(_LINE_HEIGHT * max(lines, default=1), _TALLEST)


def _check(worksheet: Any, sheet: FormSheet, year: int, ordered: Sequence[Indicator], units: int) -> None:
    """Drop-downs and checks for each column."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letters = {column.name: get_column_letter(at) for at, column in enumerate(sheet.columns, 1)}
    for column in sheet.columns:
        letter = letters[column.name]
        rule = _rule(sheet, column, letters, year, ordered, units)
        # a column of text has a hint and takes anything
        check = DataValidation(**(rule or {}), allow_blank=True, showErrorMessage=bool(rule), showInputMessage=True)
        check.promptTitle = column.title[:32]
        check.prompt = (column.explain or sheet.explain)[:_PROMPT]
        check.errorTitle = column.title[:32]
        check.error = (column.explain or "请从下拉列表中选择，或按列名的要求填写。")[:_PROMPT]
        check.add(f"{letter}{_HEADINGS + 1}:{letter}{_HEADINGS + _LINES}")
        worksheet.add_data_validation(check)


def _rule(
    sheet: FormSheet, column: Column, letters: dict[str, str], year: int, ordered: Sequence[Indicator], units: int
) -> dict[str, Any] | None:
    """What may be typed in a column, for Excel; None for any text."""
    first = _HEADINGS + 1
    more = dict(sheet.at_most).get(column.name)
    if more is not None:
        own, other = f"{letters[column.name]}{first}", f"{letters[more]}{first}"
        return {"type": "custom", "formula1": f'AND(ISNUMBER({own}),{own}>=0,OR({other}="",{own}<={other}))'}
    match column.type:
        case "unit":
            # 全辖区 is no unit, and may be typed where a column takes it
            return None if column.whole else {"type": "list", "formula1": f"'单位'!$A${first}:$A${first + units + _MORE_UNITS}"}
        case "indicator":
            at = [i for i, one in enumerate(ordered) if belongs(one, sheet)]
            return {"type": "list", "formula1": f"'目标'!$A${at[0] + first}:$A${at[-1] + first}"} if at else None
        case "sheet":
            return {"type": "list", "formula1": f'"{",".join(one.title for one in load_sheets() if one.name in _DECLARED)}"'}
        case "truth":
            return {"type": "list", "formula1": '"是,否"'}
        case "choice":
            return {"type": "list", "formula1": f'"{",".join(column.choices)}"'}
        case "day":
            days = (date(year if column.in_year else 1990, 1, 1), date(year if column.in_year else year + 10, 12, 31))
            low, high = ((day - _EPOCH).days for day in days)
            return {"type": "date", "operator": "between", "formula1": str(low), "formula2": str(high)}
        case "whole":
            return {"type": "whole", "operator": "greaterThanOrEqual", "formula1": "0"}
        case "number":
            return {"type": "decimal", "operator": "greaterThanOrEqual", "formula1": "0"}
        case "percent":
            return {"type": "decimal", "operator": "between", "formula1": "0", "formula2": "1"}
        case _:
            return None


def _list_targets(worksheet: Any, targets: TargetsSheet, ordered: Sequence[Indicator]) -> None:
    """All targets with clause and words, and what cannot be counted, for reading only."""
    by_id = {row["id"]: row for row in targets.rows()}
    rows = []
    for one in ordered:
        row = by_id[one.id]
        said = [row["force"], spoken_bearers(one.bearers), row["derived"] or "原文有数", row["clause"], row["quote"]]
        rows.append([one.id, row["form"], spoken_target(row), *said])
    headings = ["编号", "填报表", "要求", "力度", "承担者及依据", "由来", "条款", "原文"]
    apart = [[f"不能计量：{one.reason}", "", "", "", "", "", one.evidence.clause, one.what] for one in targets.unmeasured]
    above = f"{targets.document} {targets.year}年的目标，由原文得出；分值和权重文中未载明。本表不用填写。"
    _plain_sheet(worksheet, above, headings, [*rows, *apart], (48, 16, 16, 8, 36, 30, 36, 60))


def _explain(worksheet: Any) -> None:
    """How each column is filled in."""
    kinds = {
        "text": "文字",
        "unit": "单位表里的名称",
        "indicator": "目标表里的编号",
        "sheet": "表名",
        "day": "日期，写作 2024-03-15",
        "whole": "整数",
        "number": "数",
        "percent": "比率，写作 80%",
        "truth": "是或否",
        "choice": "从下拉列表选",
    }
    rows = [
        [sheet.title, column.title, "必填" if column.required else "", "、".join(column.choices) or kinds[column.type], column.explain]
        for sheet in load_sheets()
        for column in sheet.columns
    ]
    above = "黄色标题的列必填。没有发生的事不用编行，在“填报声明”里写“是”。表里的全部问题在读入时一次列出。"
    _plain_sheet(worksheet, above, ["表", "列", "必填", "填什么", "说明"], rows, (16, 20, 8, 36, 60))


def _plain_sheet(worksheet: Any, above: str, headings: Sequence[str], rows: Sequence[Sequence[str | None]], widths: Sequence[int]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    wrapped = Alignment(vertical="top", wrap_text=True)
    worksheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headings))
    set_cell(worksheet.cell(1, 1), excel_value(above), wrapped)
    worksheet.row_dimensions[1].height = _height([f"{above}\n"], [sum(widths)])
    for number, row in enumerate([headings, *rows], _HEADINGS):
        worksheet.row_dimensions[number].height = _height(row, widths)
        for at, value in enumerate(row, 1):
            cell = set_cell(worksheet.cell(number, at), excel_value(value), wrapped)
            if number == _HEADINGS:
                cell.font = Font(bold=True)
    for at, width in enumerate(widths, 1):
        worksheet.column_dimensions[get_column_letter(at)].width = width
    _set_up(worksheet)
