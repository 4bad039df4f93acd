"""The sheets in which results are reported, as `sheets.toml` lays them down."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

ColumnType = Literal["text", "unit", "indicator", "sheet", "day", "whole", "number", "percent", "truth", "choice"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in CSV files, its heading, and what its cells may hold."""

    name: str
    title: str
    type: ColumnType
    required: bool = False
    key: bool = False
    whole: bool = False
    in_year: bool = False
    choices: tuple[str, ...] = ()
    explain: str = ""


@dataclass(frozen=True, slots=True)
class FormSheet:
    """A sheet to fill in. `rows` names the field of `Reported` that its lines go to; None for 说明 and 单位.

    `unique` are columns in which no two lines agree, `at_most` pairs of which the first is not the larger, `ordered` pairs of
    days of which the first is not the later.
    """

    name: str
    title: str
    explain: str
    columns: tuple[Column, ...]
    unique: tuple[str, ...]
    rows: str | None = None
    at_most: tuple[tuple[str, str], ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()

    @property
    def has_indicators(self) -> bool:
        """Whether its lines name a target."""
        return any(column.type == "indicator" for column in self.columns)


@cache
def load_sheets() -> tuple[FormSheet, ...]:
    """Every sheet, in the order of the workbook."""
    data = tomllib.loads(resources.files("jimei_kb.results").joinpath("sheets.toml").read_text(encoding="utf-8"))
    return tuple(
        FormSheet(
            name=entry["name"],
            title=entry["title"],
            explain=entry["explain"],
            columns=tuple(Column(**{**column, "choices": tuple(column.get("choices", ()))}) for column in entry["columns"]),
            unique=tuple(entry["unique"]),
            rows=entry.get("rows"),
            at_most=tuple(map(tuple, entry.get("at_most", ()))),
            ordered=tuple(map(tuple, entry.get("ordered", ()))),
        )
        for entry in data["sheet"]
    )
