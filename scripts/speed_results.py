"""How long an evaluation takes and how much memory it needs, for many units with invented results.

    .venv/bin/python scripts/speed_results.py [--units 1000] [--targets 60] [--kb kb]

The targets are those of the base's notice, repeated until there are as many as wanted, so that about the share of monthly,
quarterly and other duties stays as it is there; with --monthly every one is due every month. The rows are made in memory and
judged; with --read they are written as CSV files and read back first. Seconds are of this process's own CPU time; memory is the
most that the process held (`ru_maxrss`), less what it held before the rows were made.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path

from jimei_kb import open_kb
from jimei_kb.results.model import Declaration, Event, Indicator, Period, Reported, Share, Unit
from jimei_kb.results.reported import open_results, read_rows
from jimei_kb.results.sheets import load_sheets
from jimei_kb.results.verdicts import judge
from jimei_kb.tabular import write_csv


def many(indicators: tuple[Indicator, ...], number: int, *, monthly: bool) -> tuple[Indicator, ...]:
    """`number` targets with names of their own."""
    months = tuple(Period(f"{m}月", date(2024, m, 1), date(2024, m, 28), late=m < 10) for m in range(1, 13))
    meetings = [replace(one, periods=months, bearers=()) for one in indicators if one.measure == "count"]
    chosen = meetings if monthly else [one for one in indicators if one.measure in ("count", "ratio", "occurs")]
    return tuple(replace(one, id=f"{one.id}-{at}") for at, one in enumerate(islice(cycle(chosen), number)))


def rows_for(units: list[Unit], indicators: tuple[Indicator, ...]) -> tuple[tuple[Event, ...], tuple[Share, ...]]:
    """An event for each period of each unit, a share for each other target."""
    events, shares = [], []
    for unit in units:
        for one in indicators:
            if one.measure == "ratio":
                shares.append(Share(1, unit.name, one.id, Decimal(80), Decimal(100), None, "花名册"))
            events += [Event(1, unit.name, one.id, period.first, None, "纪要", period.first) for period in one.periods]
    return tuple(events), tuple(shares)


def through_files(reported: Reported, indicators: tuple[Indicator, ...]) -> tuple[Reported, float]:
    """The same rows written as CSV files and read back, and the seconds that the reading took."""
    titles = {sheet.name: [column.title for column in sheet.columns] for sheet in load_sheets()}
    with tempfile.TemporaryDirectory() as folder:
        lines = {
            "about": [["年份", "2024"]],
            "units": [[unit.name, unit.kind] for unit in reported.units],
            "declarations": [[one.unit, "定期工作", "是"] for one in reported.declarations],
            "events": [[one.unit, one.indicator, one.held.isoformat(), "", one.evidence, one.held.isoformat()] for one in reported.events],
        }
        for name, rows in lines.items():
            write_csv(Path(folder) / f"{name}.csv", [dict(zip(titles[name], row, strict=False)) for row in rows], titles[name])
        start = time.process_time()
        found = read_rows(open_results(folder), indicators)
        return found, time.process_time() - start


def held() -> float:
    """The most memory that the process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=1000)
    parser.add_argument("--targets", type=int, default=60)
    parser.add_argument("--monthly", action="store_true")
    parser.add_argument("--read", action="store_true")
    parser.add_argument("--kb", default="kb")
    options = parser.parse_args()
    sheet = open_kb(options.kb).targets_sheet(year=2024)
    sheet = replace(sheet, indicators=many(sheet.indicators, options.targets, monthly=options.monthly))
    units = [Unit(f"示例社区{i}", "社区") for i in range(options.units)]
    base = held()
    events, shares = rows_for(units, sheet.indicators)
    declared = tuple(Declaration(1, unit.name, "events", complete=True) for unit in units)
    reported = Reported(
        2024, "", date(2024, 12, 31), "示例数据", tuple(units), events=events, shares=() if options.read else shares, declarations=declared
    )
    if options.read:
        reported, seconds = through_files(reported, sheet.indicators)
        print(f"read {len(reported.events)} rows: {seconds:.2f} s, {held() - base:.0f} MB")
    start = time.process_time()
    evaluation = judge(reported, sheet)
    seconds = time.process_time() - start
    periods = sum(len(one.periods) for one in evaluation.verdicts)
    print(f"{len(evaluation.verdicts)} verdicts, {periods} periods: {seconds:.2f} s, {held() - base:.0f} MB, {held():.0f} MB in all")


if __name__ == "__main__":
    main()
