"""Results read back from a workbook or from a folder of CSV files: all of them, or every fault at once and nothing.

Sheets are read some lines at a time and checked column by column; each different cell is parsed once, and equal ones share its value.

What comes in is not trusted: sizes are bounded, a workbook with a document type (the way to entities) or macros is refused,
formulas are not followed. Full-width digits count as digits; a share may be written 0.8, 80 or 80%.
"""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
import zipfile
from collections import defaultdict
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from itertools import compress, dropwhile, islice, repeat, starmap
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jimei_kb.errors import ResultsError
from jimei_kb.results.bulk import collector_paused
from jimei_kb.results.model import (
    WHOLE,
    Amount,
    Assessment,
    Declaration,
    Division,
    Event,
    Exemption,
    Fault,
    FaultyRowsError,
    Figure,
    Hazard,
    Incident,
    Reported,
    Share,
    Station,
    Unit,
)
from jimei_kb.results.sheets import load_sheets
from jimei_kb.tabular import is_formula

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jimei_kb.results.model import Indicator, Row
    from jimei_kb.results.sheets import Column, FormSheet

    # the number of a line and its cells
    _Line = tuple[int, Sequence[Any]]

_TYPES: dict[str, type] = {
    "shares": Share,
    "events": Event,
    "incidents": Incident,
    "hazards": Hazard,
    "stations": Station,
    "amounts": Amount,
    "divisions": Division,
    "assessments": Assessment,
    "declarations": Declaration,
    "baselines": Figure,
    "splits": Figure,
    "exemptions": Exemption,
}
# sheets of a workbook that are there to be read
INFORMATION = ("目标", "填写说明")
_MOST_BYTES, _MOST_UNPACKED, _MOST_PARTS = 100 * 2**20, 500 * 2**20, 500
_MOST_ROWS, _MOST_COLUMNS = 1_000_000, 40
_MOST_TEXT = 4_000
_HEADING_LINES = 3
# lines that are read at once
_CHUNK = 20_000
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")
_TRUTHS = {"是": True, "否": False}
_YEAR = re.compile(r"(\d{4})\s*年?(?:度)?")
# a reported share may be rounded to whole percents
_ROUNDING = Decimal("0.5")
_UNSEEN = re.compile("[\u200b\ufeff]")


@dataclass(frozen=True, slots=True)
class _Formula:
    """The formula of a cell; it is not followed."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet as it came: where its headings stand, and the (line, cells) below them, read anew each time that they are asked for."""

    heading_line: int
    headings: tuple[str, ...]
    lines: Callable[[], Iterator[_Line]]


@dataclass(frozen=True, slots=True)
class Opened:
    """Results whose sheets were read and whose rows were not looked at yet, but for what they say of themselves."""

    path: str
    year: int
    document: str | None
    until: date
    note: str
    tables: Mapping[str, Table]


def open_results(path: str | Path) -> Opened:
    """The sheets of the workbook or of the folder of CSV files at `path`.

    Raises ResultsError for what is neither, is too large or is unsafe, and FaultyRowsError where 说明 does not say year and days.
    """
    place = Path(path)
    if place.is_dir():
        tables = _read_folder(place)
    elif place.suffix.lower() == ".xlsx":
        tables = _read_workbook(place)
    else:
        raise ResultsError(
            f"{path}：{'是别的文件' if place.exists() else '没有这个文件或文件夹'}；应为 .xlsx 工作簿，或放 CSV 文件的文件夹"
        )
    said, faults = _about(tables)
    if faults:
        raise FaultyRowsError(str(path), faults)
    year = said["年份"]
    return Opened(str(path), year, said.get("文件"), said.get("截止日") or date(year, 12, 31), said.get("备注") or "", tables)


def read_rows(opened: Opened, indicators: Sequence[Indicator]) -> Reported:
    """The rows of `opened`, every cell checked. Raises FaultyRowsError with every fault of every sheet."""
    reader = _Reader(opened, indicators)
    found: defaultdict[str, list[Any]] = defaultdict(list)
    with collector_paused():
        for sheet in load_sheets():
            table = opened.tables.get(sheet.name)
            if sheet.rows is not None and table is not None:
                found[sheet.rows] += reader.rows(sheet, table)
    if reader.faults:
        raise FaultyRowsError(opened.path, reader.faults)
    return Reported(
        year=opened.year,
        document=opened.document or "",
        until=opened.until,
        note=opened.note,
        units=reader.units,
        **{name: tuple(rows) for name, rows in found.items()},
    )


def read_units(path: str | Path) -> tuple[Unit, ...]:
    """The units in a CSV file with the columns 名称 and 类别. Raises FaultyRowsError with every fault."""
    place = Path(path)
    if not place.is_file():
        raise ResultsError(f"{path}：没有这个文件；应为 CSV 文件，列名为 名称、类别")
    reader = _Reader(Opened(str(path), 2000, None, date(2000, 12, 31), "", {"units": _read_csv(place)}), ())
    if reader.faults:
        raise FaultyRowsError(str(path), reader.faults)
    return reader.units


# --- files ---------------------------------------------------------------------------------------------------------


def _read_folder(folder: Path) -> dict[str, Table]:
    names = {sheet.name for sheet in load_sheets()}
    paths = sorted(folder.glob("*.csv"))
    strange = [path.name for path in paths if path.stem not in names]
    if strange or not paths:
        found = f"有 {'、'.join(strange)}" if strange else "没有 CSV 文件"
        raise ResultsError(f"{folder}：{found}；文件名应为：{'、'.join(sorted(names))}（.csv）")
    total = sum(path.stat().st_size for path in paths)
    if total > _MOST_UNPACKED:
        raise ResultsError(f"{folder}：CSV 文件共 {total} 字节；最多读 {_MOST_UNPACKED} 字节")
    return {path.stem: _read_csv(path) for path in paths}


def _read_csv(path: Path) -> Table:
    return _table(lambda: _csv_lines(path), explained=False)


def _csv_lines(path: Path) -> Iterator[_Line]:
    """The lines of a CSV file; a cell is text."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            yield from enumerate(islice(rows, _MOST_ROWS), 1)
            if next(rows, None) is not None:
                raise ResultsError(f"{path.name}：多于 {_MOST_ROWS} 行；请分成几份")
    except UnicodeDecodeError as error:
        raise ResultsError(f"{path}：第 {_no_text_at(path)} 字节不是 UTF-8；请另存为“CSV UTF-8”") from error
    except csv.Error as error:
        raise ResultsError(f"{path}：不是 CSV（{error}）；各格应以逗号分开，引号成对") from error


def _no_text_at(path: Path) -> int:
    """The first byte of a file that is no UTF-8; a stream only tells where in its buffer it was."""
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _csv_text(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell.startswith("'") and is_formula(cell[1:]) else cell


def _read_workbook(path: Path) -> dict[str, Table]:
    import openpyxl

    _refuse_unsafe(path)
    sheets = {sheet.title: sheet.name for sheet in load_sheets()}
    try:
        book = openpyxl.load_workbook(path, read_only=True, keep_links=False)
    except (ValueError, KeyError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise ResultsError(f"{path}：不能作为工作簿读入（{error}）；请重新另存为 .xlsx") from error
    try:
        strange = [name for name in book.sheetnames if name not in sheets and name not in INFORMATION]
        if strange:
            raise ResultsError(f"{path}：有工作表 {'、'.join(strange)}；应为：{'、'.join(sheets)}；请改名或删去")
        return {sheets[name]: _worksheet(name, book[name]) for name in book.sheetnames if name in sheets}
    finally:
        book.close()


def _refuse_unsafe(path: Path) -> None:
    """Raise ResultsError for what is no workbook, is too large, holds macros or declares entities."""
    if not path.exists():
        raise ResultsError(f"{path}：没有这个文件；应为 .xlsx 工作簿")
    if path.stat().st_size > _MOST_BYTES:
        raise ResultsError(f"{path}：有 {path.stat().st_size} 字节；最多读 {_MOST_BYTES} 字节")
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED:
                raise ResultsError(f"{path}：内含 {len(parts)} 个部分、{unpacked} 字节；最多读 {_MOST_PARTS} 个部分、{_MOST_UNPACKED} 字节")
            for part in parts:
                if part.filename.lower().endswith("vbaproject.bin"):
                    raise ResultsError(f"{path}：含有宏；请另存为不含宏的 .xlsx")
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _refuse_entities(path, part.filename, packed)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ResultsError(f"{path}：不是 .xlsx 工作簿（{error}）；请重新另存为 .xlsx") from error


def _refuse_entities(path: Path, name: str, packed: zipfile.ZipFile) -> None:
    kept = b""
    with packed.open(name) as part:
        while chunk := part.read(2**20):
            # zero bytes: the same words in UTF-16
            window = kept + chunk.replace(b"\0", b"")
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise ResultsError(f"{path}：{name} 声明了文档类型；工作簿不需要它，因此什么都没有读入")
            kept = window[-16:]


def _worksheet(name: str, worksheet: Any) -> Table:
    rows = worksheet.iter_rows(max_col=_MOST_COLUMNS, max_row=_MOST_ROWS + 1)
    lines = [(number, cells) for number, row in enumerate(rows, 1) if any(cells := tuple(map(_value, row)))]
    if lines and lines[-1][0] > _MOST_ROWS:
        raise ResultsError(f"{name}：多于 {_MOST_ROWS} 行；请分成几张表")
    return _table(lambda: iter(lines), explained=True)


def _value(cell: Any) -> Any:
    """What a cell holds: text, day, Decimal or nothing; a share as it is shown."""
    value = cell.value
    if value is None or isinstance(value, str):
        return _Formula(value) if value is not None and cell.data_type == "f" else value or ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        number = Decimal(repr(value))
        return f"{number * 100}%" if "%" in (cell.number_format or "") else number
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else str(value)


def _table(lines: Callable[[], Iterator[_Line]], *, explained: bool) -> Table:
    """The sheet whose `lines` these are.

    The headings are the first line, in an `explained` sheet the first with several cells.
    """
    least = 2 if explained else 1
    filled = ((number, row) for number, row in lines() if any(row))
    heading = next((line for line in islice(filled, _HEADING_LINES) if sum(map(bool, line[1])) >= least), None)
    if heading is None:
        return Table(1, (), lambda: iter(()))
    names = [_plain(cell) for cell in heading[1]]
    while names and not names[-1]:
        names.pop()
    return Table(heading[0], tuple(names), lambda: dropwhile(lambda line: line[0] <= heading[0], lines()))


def _plain(cell: Any) -> str:
    """A cell as text, for comparing: full width is half width, nothing unseen, no blanks around it."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", str(cell))).strip() if cell not in ("", None) else ""


# --- 说明 ----------------------------------------------------------------------------------------------------------


def _about(tables: Mapping[str, Table]) -> tuple[dict[str, Any], list[Fault]]:
    """Year, document, last day and note as 说明 gives them, and what is wrong with them."""
    table = tables.get("about")
    if table is None:
        return {}, [Fault("说明", 1, "项目", "没有这张表", "有年份的一张表")]
    said: dict[str, Any] = {}
    faults = []
    for number, row in table.lines():
        if not any(row):
            continue
        item, value = _plain(row[0]), _plain(row[1]) if len(row) > 1 else ""
        raw = row[1] if len(row) > 1 else ""
        if item == "年份":
            match = _YEAR.fullmatch(value)
            if match and 1900 <= int(match[1]) <= 2200:
                said[item] = int(match[1])
            else:
                faults.append(Fault("说明", number, "内容", value, "一个年份，例如 2024"))
        elif item == "截止日" and value:
            day = raw if isinstance(raw, date) else _day(value)
            if day:
                said[item] = day
            else:
                faults.append(Fault("说明", number, "内容", value, "一个日期，例如 2024-12-31"))
        elif item in ("文件", "备注"):
            said[item] = str(raw).strip() or None
        elif item not in ("截止日", ""):
            faults.append(Fault("说明", number, "项目", item, "年份、文件、截止日、备注之一"))
    if "年份" not in said and not faults:
        faults.append(Fault("说明", table.heading_line, "项目", "没有年份", "一行“年份”"))
    until = said.get("截止日")
    if until and "年份" in said and until.year != said["年份"]:
        faults.append(Fault("说明", table.heading_line, "截止日", until.isoformat(), f"{said['年份']}年内的一天"))
    return said, faults


# --- rows ----------------------------------------------------------------------------------------------------------


class _BadCellError(Exception):
    """What a cell should have been."""


class _Bad:
    """Stands for a value that a cell does not hold, and says what it should have been."""

    __slots__ = ("expected",)

    def __init__(self, expected: str) -> None:
        self.expected = expected


class _Values(dict[Any, Any]):
    """Cell → value of one column; each different cell is parsed when it is first met. `faulty`: whether one was bad."""

    def __init__(self, column: Column, parse: Callable[[Column, Any], Any], empty: Any) -> None:
        super().__init__()
        self.faulty = False
        self._column, self._parse = column, parse
        self._empty = _Bad("填写，不能为空") if column.required else empty

    def __missing__(self, cell: Any) -> Any:
        value = self._value(_csv_text(cell) if isinstance(cell, str) else cell)
        self.faulty = self.faulty or isinstance(value, _Bad)
        self[cell] = value
        return value

    def _value(self, cell: Any) -> Any:
        if isinstance(cell, _Formula):
            return _Bad("填写的值；公式不计算")
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return self._empty
        try:
            return self._parse(self._column, cell)
        except _BadCellError as wanted:
            return _Bad(str(wanted))


class _Reader:
    """Checks the cells of all sheets and collects the faults."""

    def __init__(self, opened: Opened, indicators: Sequence[Indicator]) -> None:
        self.faults: list[Fault] = []
        self._opened = opened
        self._sheet_titles = {sheet.title: sheet.name for sheet in load_sheets()}
        self._indicators = {_plain(one.id): one for one in indicators}
        self.units = self._read_units()
        self._units = {_plain(unit.name): unit.name for unit in self.units}
        self._parsers: dict[str, Callable[[Column, Any], Any]] = {
            "text": _text,
            "unit": self._unit,
            "sheet": self._sheet,
            "day": self._day_of,
            "whole": _whole,
            "number": _number,
            "percent": _percent,
            "truth": _truth,
            "choice": _choice,
        }

    def rows(self, sheet: FormSheet, table: Table) -> list[Any]:
        """The lines of a sheet that have no fault."""
        before = len(self.faults)
        make = _TYPES[sheet.rows or ""]
        names, defaults = _fields(make)
        places = self._places(sheet, table)
        values = {
            column.name: _Values(
                column,
                partial(self._indicator, sheet) if column.type == "indicator" else self._parsers[column.type],
                defaults.get(column.name),
            )
            for column, _ in places
        }
        found: list[Any] = []
        for numbers, cells in _chunks(table.lines(), places):
            columns = {column.name: list(map(values[column.name].__getitem__, cells[at])) for at, (column, _) in enumerate(places)}
            bad = self._bad_cells(sheet, places, numbers, cells, columns) if any(one.faulty for one in values.values()) else set()
            bad |= self._bad_lines(sheet, numbers, columns, bad)
            given = [numbers, *(columns[name] if name in columns else repeat(defaults.get(name)) for name in names[1:])]
            made = starmap(make, zip(*given, strict=False))
            found += made if not bad else (row for row in made if row.row not in bad)
        self._duplicates(sheet, found)
        self.faults[before:] = sorted(self.faults[before:], key=lambda fault: fault.row)
        return found

    def _read_units(self) -> tuple[Unit, ...]:
        (sheet,) = (one for one in load_sheets() if one.name == "units")
        table = self._opened.tables.get("units")
        units: dict[str, Unit] = {}
        places = self._places(sheet, table) if table else []
        for number, row in table.lines() if table else ():
            if not any(row):
                continue
            said = {column.name: _text(column, _csv_text(str(row[at]))) if at < len(row) else "" for column, at in places}
            name, kind = said.get("name", ""), said.get("kind", "")
            if not name or not kind:
                self._fault(sheet, number, "名称" if not name else "类别", "", "填写，不能为空")
            elif _plain(name) in units or name == WHOLE:
                self._fault(sheet, number, "名称", name, f"单位名称；“{WHOLE}”另有含义" if name == WHOLE else "与其他单位不同")
            else:
                units[_plain(name)] = Unit(name, kind)
        if not units and not self.faults:
            self._fault(sheet, 1, "名称", "没有单位", "至少一个单位")
        return tuple(units.values())

    def _places(self, sheet: FormSheet, table: Table) -> list[tuple[Column, int]]:
        """Each column with its place; headings that are missing, unknown or there twice are faults."""
        by_name = {name: column for column in sheet.columns for name in (column.name, _plain(column.title))}
        places: dict[str, tuple[Column, int]] = {}
        for at, heading in enumerate(table.headings):
            column = by_name.get(heading)
            if column is None and heading:
                titles = "、".join(one.title for one in sheet.columns)
                self._fault(sheet, table.heading_line, heading, heading, f"这些列名之一：{titles}")
            elif column is not None and column.name in places:
                self._fault(sheet, table.heading_line, column.title, "这一列有两次", "一次")
            elif column is not None:
                places[column.name] = column, at
        for column in sheet.columns:
            if column.required and column.name not in places:
                self._fault(sheet, table.heading_line, column.title, "没有这一列", "有这一列")
        return list(places.values())

    def _bad_cells(
        self,
        sheet: FormSheet,
        places: Sequence[tuple[Column, int]],
        numbers: Sequence[int],
        cells: Sequence[Any],
        columns: Mapping[str, Any],
    ) -> set[int]:
        """The lines with a cell that is bad; a fault is noted for each."""
        bad = set()
        for at, (column, _) in enumerate(places):
            for number, cell, value in zip(numbers, cells[at], columns[column.name], strict=True):
                if isinstance(value, _Bad):
                    self._fault(sheet, number, column.title, cell, value.expected)
                    bad.add(number)
        return bad

    def _bad_lines(self, sheet: FormSheet, numbers: Sequence[int], columns: Mapping[str, Any], bad: set[int]) -> set[int]:
        """The lines whose cells contradict each other; a fault is noted for each."""
        if not sheet.at_most and not sheet.ordered:
            return set()
        before = len(self.faults)
        for number, *cells in zip(numbers, *columns.values(), strict=True):
            if number not in bad:
                self._line(sheet, number, {name: cell for name, cell in zip(columns, cells, strict=True) if cell is not None})
        return {fault.row for fault in self.faults[before:]}

    def _line(self, sheet: FormSheet, number: int, values: dict[str, Any]) -> None:
        """What must hold between the cells of a line."""
        titles = {column.name: column.title for column in sheet.columns}
        for less, more in sheet.at_most:
            if (less in values) != (more in values):
                missing = less if more in values else more
                self._fault(sheet, number, titles[missing], "", f"填写；“{titles[more if missing == less else less]}”已填")
            elif less in values and values[less] > values[more]:
                self._fault(sheet, number, titles[less], values[less], f"不大于“{titles[more]}”的 {values[more]}")
            elif less in values and values[more] and "rate" in values:
                share = values[less] * 100 / values[more]
                if abs(share - values["rate"]) > _ROUNDING:
                    self._fault(sheet, number, titles["rate"], f"{values['rate']}%", f"与算得的 {share:.1f}% 相符")
        for first, last in sheet.ordered:
            if first in values and last in values and values[first] > values[last]:
                self._fault(sheet, number, titles[last], values[last], f"不早于“{titles[first]}”的 {values[first]}")

    def _duplicates(self, sheet: FormSheet, rows: Sequence[Any]) -> None:
        """Note a fault for each line that agrees with an earlier one in the columns in which none may."""
        key = attrgetter(*sheet.unique)
        if len(set(map(key, rows))) == len(rows):
            return
        title = "、".join(column.title for column in sheet.columns if column.name in sheet.unique)
        seen: dict[Any, int] = {}
        for row in rows:
            parts = key(row)
            if parts in seen:
                said = "、".join(str(part) for part in parts if part)
                self._fault(sheet, row.row, title, said, f"与第{seen[parts]}行不同，这一行重复了")
            seen.setdefault(parts, row.row)

    def _fault(self, sheet: FormSheet, number: int, column: str, found: Any, expected: str) -> None:
        self.faults.append(Fault(sheet.title, number, column, str(found)[:80], expected))

    def _unit(self, column: Column, cell: Any) -> str:
        said = _plain(cell)
        if column.whole and said == WHOLE:
            return WHOLE
        try:
            return self._units[said]
        except KeyError:
            near = difflib.get_close_matches(said, self._units, n=1, cutoff=0.5)
            raise _BadCellError("“单位”表里的名称" + (f"，是不是“{near[0]}”" if near else "")) from None

    def _indicator(self, sheet: FormSheet, _column: Column, cell: Any) -> str:
        said = _plain(cell)
        one = self._indicators.get(said)
        if one is None:
            near = difflib.get_close_matches(said, self._indicators, n=1, cutoff=0.5)
            raise _BadCellError("“目标”表里的编号" + (f"，是不是“{near[0]}”" if near else ""))
        if not belongs(one, sheet):
            raise _BadCellError(f"填在“{next(s.title for s in load_sheets() if s.name == one.sheet)}”表的指标不填在这里")
        return one.id

    def _sheet(self, _column: Column, cell: Any) -> str:
        try:
            return self._sheet_titles[_plain(cell)]
        except KeyError:
            raise _BadCellError(f"表名之一：{'、'.join(self._sheet_titles)}") from None

    def _day_of(self, column: Column, cell: Any) -> date:
        day = cell if isinstance(cell, date) else _day(_plain(cell))
        if day is None:
            raise _BadCellError("日历上有的日期，例如 2024-03-15")
        if column.in_year and day.year != self._opened.year:
            raise _BadCellError(f"{self._opened.year}年内的日期")
        if column.in_year and day > self._opened.until:
            raise _BadCellError(f"不晚于填报截止日 {self._opened.until}")
        if not 1990 <= day.year <= 2200:
            raise _BadCellError("1990年以后的日期")
        return day


def _fields(make: type) -> tuple[list[str], Mapping[str, Any]]:
    """The fields of a kind of row in order, and what stands in those that are left empty."""
    if is_dataclass(make):
        return [one.name for one in fields(make)], {one.name: one.default for one in fields(make) if one.default is not MISSING}
    names: list[str] = list(make._fields)  # type: ignore[attr-defined]
    return names, make._field_defaults  # type: ignore[attr-defined]


def _chunks(lines: Iterator[_Line], places: Sequence[tuple[Column, int]]) -> Iterator[tuple[Sequence[int], list[Sequence[Any]]]]:
    """Some thousand lines at a time: their numbers and, column by column, their cells. Lines with nothing but keys in them are left out."""
    telling = [at for at, (column, _) in enumerate(places) if not column.key]
    last = max((place for _, place in places), default=0)
    while some := list(islice(lines, _CHUNK)):
        rows = [row for _, row in some]
        if min(map(len, rows)) <= last:
            rows = [[*row, *[""] * (last + 1 - len(row))] for row in rows]
        by_place = list(zip(*rows, strict=False))
        numbers: Sequence[int] = [number for number, _ in some]
        cells: list[Sequence[Any]] = [by_place[place] for _, place in places]
        kept = list(map(any, zip(*(cells[at] for at in telling), strict=True)))
        if not all(kept):
            numbers, cells = list(compress(numbers, kept)), [list(compress(column, kept)) for column in cells]
        if numbers:
            yield numbers, cells


def place_of(row: Row, indicator: Indicator | None = None) -> str:
    """定期工作 第12行: the sheet and the line that `row` was read from; `indicator` tells apart sheets that have the same columns."""
    fitting = [sheet for sheet in load_sheets() if sheet.rows is not None and _TYPES[sheet.rows] is type(row)]
    if isinstance(row, Figure) and indicator is not None:
        fitting = [sheet for sheet in fitting if belongs(indicator, sheet)]
    elif indicator is not None:
        fitting = [sheet for sheet in fitting if sheet.name == indicator.sheet] or fitting
    return f"{fitting[0].title} 第{row.row}行"


def belongs(indicator: Indicator, sheet: FormSheet) -> bool:
    """Whether a line of `sheet` may name `indicator`."""
    by_sheet = {
        "baselines": indicator.measure == "change",
        "splits": indicator.whole and indicator.measure == "amount",
        "exemptions": True,
    }
    return by_sheet.get(sheet.name, indicator.sheet == sheet.name)


def _text(_column: Column, cell: Any) -> str:
    said = _UNSEEN.sub("", str(cell)).strip()
    if len(said) > _MOST_TEXT:
        raise _BadCellError(f"不超过 {_MOST_TEXT} 字")
    return said


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _number(_column: Column, cell: Any) -> Decimal:
    said = _plain(cell)
    if not _NUMBER.fullmatch(said):
        raise _BadCellError("一个数，不带文字和单位")
    try:
        value = Decimal(said.replace(",", ""))
    except InvalidOperation:  # pragma: no cover - the pattern lets nothing else through
        raise _BadCellError("一个数") from None
    if value < 0 or value.adjusted() > 15:
        raise _BadCellError("不小于 0 的数" if value < 0 else "一个合理的数")
    return value


def _whole(column: Column, cell: Any) -> Decimal:
    value = _number(column, cell)
    if value != value.to_integral_value():
        raise _BadCellError("整数")
    return value.to_integral_value()


def _percent(_column: Column, cell: Any) -> Decimal:
    """A share in percent: 80%, 80 and 0.8 are the same; 1 alone may be 1% or 100%."""
    match = _PERCENT.fullmatch(_plain(cell))
    if not match:
        raise _BadCellError("一个比率，例如 80%")
    value = Decimal(match[1])
    if not match[2] and value == 1:
        raise _BadCellError("100% 或 1%，写明百分号")
    if not match[2] and value < 1:
        value *= 100
    if value > 100:
        raise _BadCellError("不超过 100%")
    return value


def _truth(_column: Column, cell: Any) -> bool:
    try:
        return _TRUTHS[_plain(cell)]
    except KeyError:
        raise _BadCellError("是或否") from None


def _choice(column: Column, cell: Any) -> str:
    said = _plain(cell)
    if said not in column.choices:
        raise _BadCellError("、".join(column.choices))
    return said
