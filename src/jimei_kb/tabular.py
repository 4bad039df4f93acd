"""Rows as a pandas DataFrame, an Excel workbook or a CSV file: one way out of the kit for everything that has rows.

A result that inherits from `Tabular` and has `rows()` is given `frame()`, `to_excel()` and `to_csv()`. Text in rows comes
from documents and is not trusted: nothing that is written is taken for a formula, and what a file cannot hold is left out
or cut with a word about it. The same rows give the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jimei_kb.errors import ResultsError
from jimei_kb.view.shown import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pandas as pd

    Value = str | int | float | bool | None
    Row = Mapping[str, Value]

Type = Literal["text", "integer", "number", "truth"]
_DTYPES: dict[Type, str] = {"text": "string", "integer": "Int64", "number": "Float64", "truth": "boolean"}

# what a spreadsheet takes for the start of a formula, in half and in full width; blanks before it do not hinder it
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
# what XML 1.0 cannot hold, besides what is unsafe to show
_NO_CHARACTER = re.compile("[\ufffe\uffff]")
# Excel reads _x0041_ in a cell as the character with this number, unless the underscore is written so itself
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_BAD_IN_NAME = re.compile(r"[\[\]:*?/\\']")
# limits of the format (ECMA-376 as Excel reads it)
_CELL_CHARACTERS, _SHEET_ROWS, _NAME_CHARACTERS = 32_767, 1_048_576, 31
# width of a column in characters of Latin script; a Chinese one takes two
_NARROWEST, _WIDEST = 6, 60
# the oldest time that a zip file can name
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


class Tabular:
    """Something with rows. `columns` names each column and its heading, in order; by default those that the rows have."""

    __slots__ = ()

    def rows(self) -> list[dict[str, Any]]:
        """The rows: name of the column → text, number, truth value or None."""
        raise NotImplementedError

    def plain(self) -> Any:
        """What it says, for JSON: the rows; a result that knows what was asked tells that too."""
        return self.rows()

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column → heading above it in Excel."""
        return {name: name for row in self.rows() for name in row}

    @property
    def spoken(self) -> Mapping[str, Callable[[Any], Any]]:
        """Name of each column of codes → the Chinese for one, which Excel and CSV files have; none for a column of plain values."""
        return {}

    @property
    def title(self) -> str:
        """The name of the sheet in Excel."""
        return "结果"

    @property
    def types(self) -> Mapping[str, Type]:
        """The type of each column that has a fixed one; that of any other follows from its values."""
        return {}

    def frame(self) -> pd.DataFrame:
        """The rows as a DataFrame with a column for each of `columns`; what is missing is NA.

        Columns of whole numbers are Int64, of other numbers Float64, of truth values boolean, all else is string.
        """
        import pandas as pd

        rows = self.rows()
        values = {name: [row.get(name) for row in rows] for name in self.columns}
        types = {name: self.types.get(name) or _type_of(found) for name, found in values.items()}
        return pd.DataFrame(values, dtype=object).astype({name: _DTYPES[kind] for name, kind in types.items()})

    def to_excel(self, path: str | Path) -> None:
        """Write an .xlsx workbook of one sheet to `path`."""
        write_excel(path, [self.sheet()])

    def to_csv(self, path: str | Path) -> None:
        """Write a CSV file to `path`: UTF-8 with a mark that Excel knows, the first line names the columns."""
        write_csv(path, self._spoken_rows(), list(self.columns))

    def sheet(self) -> Sheet:
        """The rows with headings, as a sheet of a workbook."""
        return Sheet(self.title, self.columns, self._spoken_rows())

    def _spoken_rows(self) -> list[dict[str, Any]]:
        spoken = self.spoken
        return [{name: spoken[name](value) if name in spoken else value for name, value in row.items()} for row in self.rows()]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its name, name → heading of the columns, the rows."""

    title: str
    columns: Mapping[str, str]
    rows: Sequence[Row]


def _type_of(values: Sequence[Value]) -> Type:
    """The type that fits all of `values`; text where there are none."""
    kinds = {type(value) for value in values if value is not None}
    fitting: tuple[tuple[set[type], Type], ...] = (({bool}, "truth"), ({int}, "integer"), ({int, float}, "number"))
    return next((name for held, name in fitting if kinds and kinds <= held), "text")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take `text` for a formula: =1+1, +1, -1, @SUM(A1), ＝1.

    >>> is_formula("=1+1"), is_formula("  ＝1"), is_formula("80%以上")
    (True, True, False)
    """
    return _FORMULA.match(text) is not None


def clean_text(text: str) -> str:
    """`text` without characters that XML cannot hold or that mislead whoever looks at it."""
    return _NO_CHARACTER.sub("", clean(text))


# --- CSV -----------------------------------------------------------------------------------------------------------


def write_csv(path: str | Path, rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Write `rows` to the CSV file `path`. Text that looks like a formula has an apostrophe before it; numbers are as they are."""
    text = io.StringIO(newline="")
    # every text in quotation marks: also where a semicolon parts the cells, none can break out of its own
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_csv_value(row.get(name)) for name in columns])
    write_bytes(path, text.getvalue().encode("utf-8-sig"))


def _csv_value(value: Value) -> str | int | float:
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value) if isinstance(value, bool) else value
    text = clean_text(value)
    return f"'{text}" if is_formula(text) else text


# --- Excel ---------------------------------------------------------------------------------------------------------


def write_excel(path: str | Path, sheets: Sequence[Sheet]) -> None:
    """Write a workbook to `path`, a sheet for each of `sheets`: headings in bold that stay in sight, a filter, widths that fit.

    Every text is a text to Excel, also when somebody edits the cell. One that is longer than a cell can be is cut, and the
    cell says so. Raises ResultsError for more rows than a sheet has.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    names: set[str] = set()
    for sheet in sheets:
        if len(sheet.rows) >= _SHEET_ROWS:
            raise ResultsError(
                f"{path}: {sheet.title} has {len(sheet.rows)} rows; an Excel sheet holds {_SHEET_ROWS - 1}; write CSV or Parquet instead"
            )
        name = _sheet_name(sheet.title, names)
        names.add(name.casefold())
        _fill(book.create_sheet(name), sheet)
    save_book(path, book)


def save_book(path: str | Path, book: Any) -> None:
    """Write an openpyxl workbook to `path`; the same workbook gives the same bytes."""
    buffer = io.BytesIO()
    book.save(buffer)
    write_bytes(path, without_times(buffer.getvalue()))


def _sheet_name(title: str, taken: set[str]) -> str:
    """`title` as Excel allows it, another one than those that are `taken`."""
    name = _BAD_IN_NAME.sub("-", clean_text(title).replace("\n", " "))[:_NAME_CHARACTERS] or "表"
    numbered = (f"{name[: _NAME_CHARACTERS - len(f'-{i}')]}-{i}" for i in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one.casefold() not in taken)


def _fill(worksheet: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    headings: list[Value] = list(sheet.columns.values())
    rows = [[excel_value(row.get(name)) for name in sheet.columns] for row in sheet.rows]
    for i, width in enumerate(_widths(headings, rows), 1):
        worksheet.column_dimensions[get_column_letter(i)].width = width
    worksheet.freeze_panes = "A2"
    if headings:
        worksheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{len(rows) + 1}"
    wrapped, bold = Alignment(vertical="top", wrap_text=True), Font(bold=True)
    for number, row in enumerate([headings, *rows]):
        cells = [_cell(worksheet, value, wrapped) for value in row]
        if number == 0:
            for cell in cells:
                cell.font = bold
        worksheet.append(cells)


def _cell(worksheet: Any, value: Value, alignment: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    return set_cell(WriteOnlyCell(worksheet), value, alignment)


def set_cell(cell: Any, value: Value, alignment: Any) -> Any:
    """`cell` with a value from `excel_value`; a text is a text to Excel, also when somebody edits it."""
    cell.value = value
    cell.alignment = alignment
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = is_formula(value)
    return cell


def excel_value(value: Value) -> Value:
    """`value` as a cell can hold it: clean, and cut with a word about it where it is too long."""
    if not isinstance(value, str):
        return value
    text = _ESCAPE.sub("_x005F_", clean_text(value))
    if len(text) <= _CELL_CHARACTERS:
        return text
    note = f"……（原文共 {len(text)} 字，单元格容纳不下，以下从略）"
    return text[: _CELL_CHARACTERS - len(note)] + note


def _widths(headings: Sequence[Value], rows: Sequence[Sequence[Value]]) -> Iterator[int]:
    for i, heading in enumerate(headings):
        widest = max((_width(str(row[i])) for row in rows if row[i] is not None), default=0)
        yield min(max(widest, _width(str(heading)) + 2, _NARROWEST), _WIDEST) + 2


def _width(text: str) -> int:
    """How wide the longest line of `text` is, as far as it matters."""
    return max(sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line[:_WIDEST]) for line in text.split("\n"))


def without_times(workbook: bytes) -> bytes:
    """The same office file (a zip file with docProps/core.xml) without the times of its making."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in sorted(old.namelist()):
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", data)
            new.writestr(zipfile.ZipInfo(name, _NO_TIME), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write `data` to `path`, whose folder is made where it is not there."""
    place = Path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
