"""How long an evaluation takes and how much memory it needs, for many units with invented results.

    .venv/bin/python scripts/speed_results.py [--units 1000] [--targets 60] [--kb kb]

The targets are those of the base's notice, repeated until there are as many as wanted, so that about the share of monthly,
quarterly and other duties stays as it is there; with --monthly every one is due every month. The rows are made in memory and
judged; with --read another process writes them as CSV files, which are read back first. Seconds are of this process's own CPU
time; memory is the most that the process held (`ru_maxrss`), less what it held before.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from jimei_kb import open_kb
from jimei_kb.results.model import Declaration, Event, Indicator, Period, Reported, Share, Unit
from jimei_kb.results.reported import open_results, read_rows
from jimei_kb.results.sheets import load_sheets
from jimei_kb.results.verdicts import judge
from jimei_kb.tabular import write_csv

if TYPE_CHECKING:
    from jimei_kb.results.targets import TargetsSheet


def many(indicators: tuple[Indicator, ...], number: int, *, monthly: bool) -> tuple[Indicator, ...]:
    """`number` targets with names of their own."""
    months = tuple(Period(f"{m}月", date(2024, m, 1), date(2024, m, 28), late=m < 10) for m in range(1, 13))
    meetings = [replace(one, periods=months, bearers=()) for one in indicators if one.measure == "count"]
    chosen = meetings if monthly else [one for one in indicators if one.measure in ("count", "ratio", "occurs")]
    return tuple(replace(one, id=f"{one.id}-{at}") for at, one in enumerate(islice(cycle(chosen), number)))


def rows_for(number: int, indicators: tuple[Indicator, ...]) -> Reported:
    """An event for each period of each of so many units, a share for each other target, and the word that this is all."""
    units = [Unit(f"示例社区{i}", "社区") for i in range(number)]
    events, shares = [], []
    for unit in units:
        for one in indicators:
            if one.measure == "ratio":
                shares.append(Share(1, unit.name, one.id, Decimal(80), Decimal(100), None, "花名册"))
            events += [Event(1, unit.name, one.id, period.first, None, "纪要", period.first) for period in one.periods]
    declared = tuple(Declaration(1, unit.name, "events", complete=True) for unit in units)
    until, note = date(2024, 12, 31), "示例数据"
    return Reported(2024, "", until, note, tuple(units), events=tuple(events), shares=tuple(shares), declarations=declared)


def write_files(number: int, indicators: tuple[Indicator, ...], folder: str) -> None:
    """The events and declarations of so many units as CSV files."""
    reported = rows_for(number, indicators)
    titles = {sheet.name: [column.title for column in sheet.columns] for sheet in load_sheets()}
    lines = {
        "about": [["年份", "2024"]],
        "units": [[unit.name, unit.kind] for unit in reported.units],
        "declarations": [[one.unit, "定期工作", "是"] for one in reported.declarations],
        "events": [[one.unit, one.indicator, one.held.isoformat(), "", one.evidence, one.held.isoformat()] for one in reported.events],
    }
    for name, rows in lines.items():
        write_csv(Path(folder) / f"{name}.csv", [dict(zip(titles[name], row, strict=False)) for row in rows], titles[name])


def held() -> float:
    """The most memory that the process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def evaluate_files(folder: str, sheet: TargetsSheet) -> None:
    """Read the files and judge, and print how long each took; in a process that holds nothing else."""
    base, start = held(), time.process_time()
    reported = read_rows(open_results(folder), sheet.indicators)
    seconds = time.process_time() - start
    print(f"read {len(reported.events)} rows: {seconds:.2f} s, {held() - base:.0f} MB")
    judge_rows(reported, sheet, base)
    print(f"in all {time.process_time() - start:.2f} s")


def judge_rows(reported: Reported, sheet: TargetsSheet, base: float) -> None:
    """Judge, and print how long it took."""
    start = time.process_time()
    evaluation = judge(reported, sheet)
    seconds = time.process_time() - start
    periods = sum(len(one.periods) for one in evaluation.verdicts)
    print(f"{len(evaluation.verdicts)} verdicts, {periods} periods: {seconds:.2f} s, {held() - base:.0f} MB, {held():.0f} MB in all")


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
    if not options.read:
        base = held()
        judge_rows(rows_for(options.units, sheet.indicators), sheet, base)
        return
    with tempfile.TemporaryDirectory() as folder:
        # what makes the files is another process, so that this one holds only what it reads
        with ProcessPoolExecutor(1) as other:
            other.submit(write_files, options.units, sheet.indicators, folder).result()
        evaluate_files(folder, sheet)


if __name__ == "__main__":
    main()
