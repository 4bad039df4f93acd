"""Dates as notices write them → first and last day: `2026年12月底` → the 31st; `第三季度`, `年底`, `春节` relative to a year."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources

from jimei_kb.numerals import numeral


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of what was written."""

    first: date
    last: date


@lru_cache(maxsize=1)
def _festivals() -> tuple[dict[str, str], dict[str, list[date]]]:
    text = resources.files("jimei_kb").joinpath("festivals.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return data["fixed"], {name: [date.fromisoformat(day) for day in days] for name, days in data["movable"].items()}


def festival(name: str, after: date) -> date | None:
    """The first day of the festival `name` on or after `after`; None beyond the table (2000–2035)."""
    fixed, movable = _festivals()
    short = name.removesuffix("前")
    short = short if short in fixed or short in movable else short + "节"
    if short in fixed:
        month, day = (int(part) for part in fixed[short].split("-"))
        this_year = date(after.year, month, day)
        return this_year if this_year >= after else date(after.year + 1, month, day)
    return next((day for day in movable.get(short, ()) if day >= after), None)


def period(year: int | None, part: str | None, month: str | None, day: str | None, tail: str | None) -> Period | None:
    """What year, part of the year, month, day and tail (底, 初, 上旬 …) name together; None where it is no date.

    >>> period(2026, None, "12", None, "底").last
    datetime.date(2026, 12, 31)
    """
    if year is None or not 1900 <= year <= 2200:
        return None
    if month is None:
        return _in_year(year, part, tail)
    written = numeral(month)
    number = int(written) if written and written.isdecimal() else 0
    if not 1 <= number <= 12:
        return None
    last = monthrange(year, number)[1]
    if day is not None:
        written = numeral(day)
        on = int(written) if written and written.isdecimal() else 0
        return Period(date(year, number, on), date(year, number, on)) if 1 <= on <= last else None
    first_day, last_day = {"上旬": (1, 10), "初": (1, 10), "中旬": (11, 20), "中": (11, 20), "下旬": (21, last)}.get(tail or "", (1, last))
    return Period(date(year, number, first_day), date(year, number, last_day))


def _in_year(year: int, part: str | None, tail: str | None) -> Period:
    if part == "上半年":
        return Period(date(year, 1, 1), date(year, 6, 30))
    if part == "下半年":
        return Period(date(year, 7, 1), date(year, 12, 31))
    if part and "季度" in part:
        last = 3 * int(numeral(part.removeprefix("第").removesuffix("季度")) or 1)
        return Period(date(year, last - 2, 1), date(year, last, monthrange(year, last)[1]))
    return Period(date(year, 1, 1), date(year, 12, 31) if tail != "初" else date(year, 1, 31))


def day_before(day: date) -> date:
    """The day before, the last one that 春节前 allows."""
    return day - timedelta(days=1)


def years_from(first: date, count: int) -> date:
    """The last day of `count` years that start on `first`: 5 years from 2012-01-01 end on 2016-12-31."""
    try:
        return first.replace(year=first.year + count) - timedelta(days=1)
    except ValueError:  # 29 February
        return first.replace(year=first.year + count, day=28)


def months_from(first: date, count: int) -> date:
    """The day `count` months after `first`, the month's last where it is shorter: one month after 31 January is 28 February."""
    year, month = divmod(first.month - 1 + count, 12)
    year += first.year
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
