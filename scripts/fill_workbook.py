"""Fill a form made by `jimei-kb workbook` with results that lie in CSV files, as somebody at a desk would.

    .venv/bin/python scripts/fill_workbook.py FORM.xlsx FOLDER

FOLDER has a file for each sheet, as data/results/2024 (示例数据: invented communities and numbers). Numbers, shares and days are
typed as Excel types them; what was filled in beforehand is replaced. The form is written back in place.
"""

from __future__ import annotations

import argparse
import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl

from jimei_kb.results.sheets import load_sheets
from jimei_kb.tabular import excel_value, save_book

if TYPE_CHECKING:
    from jimei_kb.results.sheets import Column, FormSheet

FIRST = 3  # below what is explained and the headings


def typed(column: Column, cell: str) -> Any:
    """A cell of a CSV file as somebody would type it into Excel."""
    if not cell:
        return None
    if column.type == "day":
        return date.fromisoformat(cell)
    if column.type in ("whole", "number"):
        return float(cell) if "." in cell else int(cell)
    return float(cell.rstrip("%")) / 100 if column.type == "percent" else excel_value(cell)


def fill(worksheet: Any, sheet: FormSheet, path: Path) -> int:
    """Put the lines of a CSV file below the headings of a sheet, and say how many there are."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [[typed(column, row[column.title]) for column in sheet.columns] for row in csv.DictReader(file)]
    for line in worksheet.iter_rows(min_row=FIRST, max_col=len(sheet.columns)):
        for cell in line:
            cell.value = None
    for number, row in enumerate(rows, FIRST):
        for at, value in enumerate(row, 1):
            cell = worksheet.cell(number, at, value)
            if sheet.columns[at - 1].type == "percent":
                cell.number_format = "0.##%"
            elif isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
    return len(rows)


def main() -> None:
    """Fill the form."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("form")
    parser.add_argument("folder")
    options = parser.parse_args()
    book = openpyxl.load_workbook(options.form)
    filled = 0
    for sheet in load_sheets():
        path = Path(options.folder) / f"{sheet.name}.csv"
        if path.is_file():
            filled += fill(book[sheet.title], sheet, path)
    save_book(options.form, book)
    print(f"{options.form}: {filled} lines of {options.folder}")


if __name__ == "__main__":
    main()
