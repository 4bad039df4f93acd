"""Write the illustrative results in data/results/: three years of an invented sub-district with eight invented communities.

    .venv/bin/python scripts/make_results.py [--kb kb] [--out data/results]

Nothing in them is the result of any real body: names and numbers are invented (示例数据), drawn with a fixed seed, so that the
same base gives the same bytes. They hold the hard cases: a missing quarter, a meeting made up for later, late papers, no papers,
nothing reported, a share without its parts, an overdue hazard, a year without a baseline. `faulty` is a small year in which
nearly every line is wrong, to see how faults are told.
"""

from __future__ import annotations

import argparse
import random
from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jimei_kb import open_kb
from jimei_kb.results.model import Unit
from jimei_kb.results.sheets import load_sheets
from jimei_kb.tabular import write_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jimei_kb.results.model import Indicator, Period
    from jimei_kb.results.targets import TargetsSheet

YEARS = (2022, 2023, 2024)
FAULTY = "faulty"
NOTE = "示例数据：单位和数字均为虚构，不是任何真实单位的结果"
COMMUNITIES = tuple(Unit(f"{name}社区（示例）", "社区") for name in ("晴川", "柳岸", "云桥", "新渡", "石榴", "南塘", "长亭", "丰和"))
DOCUMENT = "集街办〔2024〕46号"
# who stands for which hard case
MISSES, MAKES_UP, LATE, NO_PAPERS, SILENT, SHARE_ONLY, OVERDUE, EMPTY = (unit.name for unit in COMMUNITIES)
BUSINESSES = (("密室逃脱", "文化旅游部门"), ("电竞酒店", "公安部门"), ("校外托管", "教育部门"), ("露营地", ""), ("共享充电柜", "消防部门"))


class Year:
    """The rows of one year, sheet by sheet. What happened is drawn from `chance`; incidents are kept for the next year's baseline."""

    def __init__(self, targets: TargetsSheet, chance: random.Random) -> None:
        self.year = targets.year
        self.indicators = targets.indicators
        self.chance = chance
        self.rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.counts: dict[tuple[str, str], int] = {}

    def add(self, sheet: str, *values: Any) -> None:
        """A line of `sheet`, its cells in the order of the columns."""
        (form,) = (one for one in load_sheets() if one.name == sheet)
        titles = [column.title for column in form.columns]
        self.rows[sheet].append(dict.fromkeys(titles) | dict(zip(titles, values, strict=False)))

    def of_sheet(self, *sheets: str) -> list[Indicator]:
        """The targets of these sheets."""
        return [one for one in self.indicators if one.sheet in sheets]


def shares(year: Year, unit: Unit) -> None:
    """Coverage and devices: most communities reach the target, one gives a share only, one reports nothing of a group."""
    for i, one in enumerate(year.of_sheet("ratios", "coverage", "devices")):
        total = year.chance.randrange(40, 900)
        # a little more is reached every year
        least = float(one.value or 80) / 100 - 0.06 + 0.03 * (year.year - YEARS[0])
        share = min(1.0, least + year.chance.random() * 0.12)
        if unit.name == SILENT and i % 3 == 0:
            continue
        if unit.name == SHARE_ONLY and i % 2 == 0:
            year.add(one.sheet, unit.name, one.id, None, None, f"{share:.0%}", "示例：统计表")
        elif unit.name == EMPTY and one.sheet == "devices":
            year.add(one.sheet, unit.name, one.id, 0, 0, None, "示例：摸排表")
        else:
            year.add(one.sheet, unit.name, one.id, round(total * share), total, None, "示例：花名册")


def events(year: Year, unit: Unit) -> None:
    """Meetings, inspections, reports: one a period, but for the hard cases."""
    for one in year.of_sheet("events"):
        for number, period in enumerate(one.periods):
            last = number == len(one.periods) - 1
            held = _day_in(period, year.chance)
            if unit.name == MISSES and len(one.periods) == 4 and number in (1, 3):
                continue
            if unit.name == SILENT and one.measure == "occurs":
                continue
            if unit.name == MAKES_UP and len(one.periods) == 4 and number == 2:
                year.add("events", unit.name, one.id, date(year.year, 11, 6), period.last, "示例：补开会议纪要", date(year.year, 11, 8))
            elif unit.name == LATE and len(one.periods) > 1 and last:
                year.add("events", unit.name, one.id, held, None, "示例：检查记录", date(year.year + 1, 1, 15))
            elif unit.name == NO_PAPERS and len(one.periods) == 12 and number == 10:
                year.add("events", unit.name, one.id, held)
            else:
                filed = min(held + timedelta(days=3), period.last)
                year.add("events", unit.name, one.id, held, None, "示例：纪要和签到", filed)


def _day_in(period: Period, chance: random.Random) -> date:
    days = (period.last - period.first).days
    if period.sure is not None:
        days = (period.sure - period.first).days + 20
    return period.first + timedelta(days=chance.randrange(days + 1))


def incidents(year: Year, unit: Unit) -> None:
    """A few accidents and fires, fewer every year, and what they come to for the next year's baseline."""
    found = {"生产安全事故": [0, 0], "火灾": [0, 0]}
    for kind, most in (("生产安全事故", 4), ("火灾", 3)):
        for number in range(year.chance.randrange(max(1, most - (year.year - YEARS[0])))):
            month = year.chance.randrange(1, 13)
            day = date(year.year, month, year.chance.randrange(1, monthrange(year.year, month)[1] + 1))
            dead = int(year.chance.random() < 0.15)
            name = f"示例{'事故' if kind == '生产安全事故' else '火灾'}{year.year}-{COMMUNITIES.index(unit) + 1}-{number + 1}"
            loss = None if unit.name == NO_PAPERS else year.chance.randrange(1, 60)
            year.add("incidents", unit.name, name, day, kind, dead, year.chance.randrange(2), loss, None, "否", "否", "示例：事故报告")
            found[kind][0] += 1
            found[kind][1] += dead
    for one in year.of_sheet("incidents"):
        if one.measure == "change":
            deaths = "人数" in one.name
            fires = "火灾" in one.name
            year.counts[unit.name, one.id] = found["火灾" if fires else "生产安全事故"][deaths]


def hazards(year: Year, unit: Unit) -> None:
    """An old grave hazard and a listed one; one community closes them late."""
    at = COMMUNITIES.index(unit) + 1
    if at % 2:
        closed = None if unit.name == OVERDUE and year.year == YEARS[-1] else date(year.year, 9, 1 + at)
        found = date(year.year - 1, 5, 10 + at)
        year.add("hazards", unit.name, f"示例隐患{year.year}-{at}-1", "重大", "生产安全", found, None, None, closed, "示例：整改报告")
    if at % 3 == 1:
        closed = date(year.year, 12, 2) if unit.name == OVERDUE else date(year.year, 8, 20)
        days = [date(year.year, 3, 1), date(year.year, 3, 20), date(year.year, 9, 30), closed]
        year.add("hazards", unit.name, f"示例隐患{year.year}-{at}-2", "重大", "火灾", *days, "示例：销案文书")


def the_rest(year: Year, unit: Unit) -> None:
    """Stations, volunteers and the word that sheets are complete; one community gives it for nothing."""
    watch = None if unit.name == NO_PAPERS else "否" if unit.name == MISSES and year.year < YEARS[-1] else "是"
    station = f"{unit.name.partition('社区')[0]}微型消防站"
    year.add("stations", unit.name, station, 6, 6 + (unit.name == MAKES_UP), "是", "是", watch, "示例：值班表")
    for one in year.of_sheet("volunteers", "amounts"):
        if unit.name != SILENT or year.year == YEARS[-1]:
            year.add(one.sheet, unit.name, one.id, year.chance.randrange(35, 60) + 4 * (year.year - YEARS[0]), "示例：平台名单")
    if unit.name != SILENT:
        for title in ("定期工作", "事故火灾", "隐患", "微型消防站"):
            year.add("declarations", unit.name, title, "是")


def make_year(targets: TargetsSheet, before: Year | None, seed: int) -> Year:
    """The rows of a year; the year before gives the baselines."""
    year = Year(targets, random.Random(seed))  # noqa: S311 - illustrations, no secrets
    for item, value in (("年份", targets.year), ("文件", targets.document), ("截止日", date(targets.year, 12, 31)), ("备注", NOTE)):
        year.add("about", item, str(value))
    for unit in COMMUNITIES:
        year.add("units", unit.name, unit.kind)
        for part in (shares, events, incidents, hazards, the_rest):
            part(year, unit)
    for business, supervisor in BUSINESSES:
        year.add("divisions", business, supervisor or None, "示例：职责分工表")
    year.add("divisions", "共享充电柜", "市场监管部门", "示例：职责分工表")
    for (name, indicator), count in (before.counts if before else {}).items():
        year.add("baselines", name, indicator, count, f"示例：{targets.year - 1}年统计")
    return year


def make_faulty(targets: TargetsSheet) -> Year:
    """Lines as hasty people fill them in: nearly each holds a fault that is told when results are read."""
    year = Year(targets, random.Random(targets.year))  # noqa: S311 - illustrations, no secrets
    for item, value in (("年份", targets.year), ("文件", targets.document), ("备注", NOTE)):
        year.add("about", item, str(value))
    first, second, *_ = (unit.name for unit in COMMUNITIES)
    for name in (first, second):
        year.add("units", name, "社区")
    groups = [one.id for one in year.of_sheet("coverage")]
    year.add("coverage", first, groups[0], 830, 780, None, "示例：分子大于分母")
    year.add("coverage", first, groups[1], 400, 500, "95%", "示例：比率与分子、分母不符")
    year.add("coverage", first, groups[2], None, None, "８５％", "示例：全角数字，没有毛病")
    year.add("coverage", second, groups[0], "约300", 500, None, "示例：数字格中有文字")
    year.add("coverage", "无名社区（示例）", groups[0], 30, 50, None, "示例：没有登记的单位")
    year.add("coverage", second, groups[3], 40, 50, None, "示例：填了两次")
    year.add("coverage", second, groups[3], 45, 50, None, "示例：填了两次")
    meetings = next(one.id for one in year.of_sheet("events") if len(one.periods) == 4)
    year.add("events", first, meetings, f"{targets.year}-02-30", None, "示例：没有这一天")
    year.add("events", second, "消防工作方面/三：开会", f"{targets.year}-03-01", None, "示例：没有这个事项")
    return year


def write_year(year: Year, folder: Path) -> None:
    """A CSV file for each sheet that has rows."""
    for sheet in load_sheets():
        if year.rows[sheet.name]:
            rows = [{name: _plain(value) for name, value in row.items()} for row in year.rows[sheet.name]]
            write_csv(folder / f"{sheet.name}.csv", rows, [column.title for column in sheet.columns])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the three years, and the faulty one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kb", default="kb")
    parser.add_argument("--out", default="data/results")
    options = parser.parse_args(arguments)
    kb = open_kb(options.kb)
    before = None
    for number in YEARS:
        before = make_year(kb.targets_sheet(DOCUMENT, year=number), before, seed=number)
        write_year(before, Path(options.out) / str(number))
        print(f"{options.out}/{number}: {sum(map(len, before.rows.values()))} rows")
    write_year(make_faulty(kb.targets_sheet(DOCUMENT, year=YEARS[-1])), Path(options.out) / FAULTY)


if __name__ == "__main__":
    main()
