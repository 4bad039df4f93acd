"""How fast each step of the reading is, and whether its cost a character stays the same as texts grow.

    .venv/bin/python scripts/speed.py [--times 1,10,50] [--runs 5] [--json] FILE_OR_FOLDER …

Every notice is read as it is (×1) and repeated ten and fifty times over. The figures are characters of canonical text a
second of this process's own CPU time (`time.process_time`: a busy machine matters less), the best of several runs, one
thread, all notices together.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jimei_kb.document import parse_text
from jimei_kb.document.formats import READERS, read_raw
from jimei_kb.extract import (
    extract,
    find_actors,
    find_citations,
    find_duties,
    find_metrics,
    find_schedules,
    mask_citations,
    read_clauses,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STEPS = ("parse", "citations", "mask", "readings", "actors", "duties", "metrics", "schedules", "extract", "parse+extract")


def memories() -> list[Any]:
    """What the reading remembers of texts and names, each of a bounded size; the compiled rules are not among it."""
    rooms = [room for name, room in sys.modules.items() if name.startswith(("jimei_kb.document.", "jimei_kb.extract."))]
    found = [value for room in rooms for value in vars(room).values() if hasattr(value, "cache_clear")]
    return [memory for memory in found if (memory.cache_info().maxsize or 0) > 1]


def clock(run: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds that `run` takes, with nothing remembered of any text or name from before, and what it returns."""
    for memory in memories():
        memory.cache_clear()
    gc.collect()
    start = time.process_time()
    result = run()
    return time.process_time() - start, result


def measure(raw: str) -> tuple[int, dict[str, float]]:
    """How long the canonical text is, and the seconds of each step."""
    seconds: dict[str, float] = {}

    def step(name: str, run: Callable[[], Any]) -> Any:
        seconds[name], result = clock(run)
        return result

    document = step("parse", lambda: parse_text(raw))
    citations = step("citations", lambda: find_citations(document))
    masked = step("mask", lambda: mask_citations(document, citations))
    readings = step("readings", lambda: tuple(read_clauses(document, masked)))
    step("actors", lambda: find_actors(document, readings))
    step("duties", lambda: find_duties(document, readings))
    step("metrics", lambda: find_metrics(document, masked))
    step("schedules", lambda: find_schedules(document, masked))
    step("extract", lambda: extract(document))
    seconds["parse+extract"] = seconds["parse"] + seconds["extract"]
    return len(document.text), seconds


def speeds(texts: Sequence[str], runs: int) -> tuple[int, dict[str, float]]:
    """Characters of all texts, and characters a second for each step: of every text its best run counts."""
    total, best = 0, dict.fromkeys(STEPS, 0.0)
    for raw in texts:
        measured = [measure(raw) for _ in range(runs)]
        total += measured[0][0]
        for name in STEPS:
            best[name] += min(seconds[name] for _, seconds in measured)
    return total, {name: total / max(best[name], 1e-9) for name in STEPS}


def notices(places: Sequence[str]) -> list[Path]:
    """The files among `places`, folders opened."""
    found: list[Path] = []
    for place in map(Path, places):
        found += sorted(p for p in place.iterdir() if p.suffix.lower() in READERS) if place.is_dir() else [place]
    return found


def table(columns: Sequence[tuple[str, int, dict[str, float]]]) -> str:
    """Steps by sizes, in thousands of characters a second."""
    lines = ["| step | " + " | ".join(name for name, _, _ in columns) + " |", "| --- |" + " ---: |" * len(columns)]
    lines += [f"| {step} | " + " | ".join(f"{figures[step] / 1000:,.0f}" for _, _, figures in columns) + " |" for step in STEPS]
    sizes = ", ".join(f"{name} {total:,}" for name, total, _ in columns)
    return "\n".join([*lines, "", f"thousand characters a second of CPU time, one thread; characters in all: {sizes}"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="FILE_OR_FOLDER")
    parser.add_argument("--times", default="1,10,50", help="how often each text is repeated, separated by commas")
    parser.add_argument("--runs", type=int, default=5, help="runs at ×1; longer texts are run less often, at least twice")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    raws = [read_raw(path).text for path in notices(options.paths)]
    measure(raws[0])  # rules are compiled and the dictionary is loaded once, outside the clock
    columns = []
    for times in (int(part) for part in options.times.split(",")):
        runs = max(2, options.runs // times) if times > 1 else options.runs
        columns.append((f"×{times}", *speeds([f"{raw}\n" * times for raw in raws], runs)))
        print(f"×{times} done", file=sys.stderr, flush=True)
    if options.json:
        figures = [{"times": name, "characters": total, "per_second": {k: round(v) for k, v in f.items()}} for name, total, f in columns]
        print(json.dumps(figures, ensure_ascii=False, indent=1))
    else:
        print(table(columns))
    return 0


if __name__ == "__main__":
    sys.exit(main())
