"""What the index of a base costs and gives, on bases of ten thousand to a million nodes made of invented words.

    .venv/bin/python scripts/index_speed.py [--nodes 10000,100000,1000000] [--keep FOLDER] [--json]

A base is written by the kit's own store: notices of 20 clauses with ten nodes each, words drawn as unevenly as in real
text (the n-th word 1/n times as often as the first), each notice citing one before it. It is then opened and asked in
processes of their own, so that memory is told apart. The same figures of nodes give the same files.

Printed are seconds (s) or thousandths (ms) of the process's own CPU time (`time.process_time`: a busy machine matters
less), the median of several; memory is what the process holds beyond one that has only imported the kit.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jimei_kb import open_kb
from jimei_kb.graph import store
from jimei_kb.graph.index import Wanted
from jimei_kb.graph.library import INDEX, Library
from jimei_kb.graph.schema import Reading
from jimei_kb.records import Actor, Annotations, Bearer, Citation, Clause, Document, Duty, Head, Metric, OffsetMap, Schedule, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jimei_kb.graph.schema import Links

CLAUSES = 20
NODES_A_CLAUSE = 10
DUTIES, METRICS, SCHEDULES = 5, 2, 2
WORDS = 20_000
# syllables of invented words: any characters do, as long as the words are as many and as uneven as real ones
FIRST, LAST = 0x4E00, 0x9F00
MEASURES = {
    "clauses": "clauses",
    "sentences": "sentences",
    "files": "documents, MB",
    "load": "read and check every file, s",
    "build": "make the index, s",
    "peak": "resident at most meanwhile, MB",
    "size": "index, MB",
    "open": "open, ms",
    "bare": "open with SQLite alone and read a node, ms",
    "walked": "resident after opening and a chain, MB",
    "memory": "resident after all questions, MB",
    "who_rare": "who, a rare word, ms",
    "who_usual": "who, a usual phrase, ms",
    "who_common": "who, the commonest word, ms",
    "who_nothing": "who, not stated, ms",
    "ask_rare": "ask, a rare word, ms",
    "ask_usual": "ask, a usual phrase, ms",
    "ask_common": "ask, the two commonest words, ms",
    "ask_nothing": "ask, not stated, ms",
    "search": "search, ms",
    "closure": "citation closure, ms",
    "chain": "chain, up and down, ms",
    "step": "one step of it, ms",
}


# --- invented notices ---------------------------------------------------------------------------------------------


class Writer:
    """Writes notice after notice, the same on every run."""

    def __init__(self) -> None:
        self.random = random.Random(20240101)  # noqa: S311
        letters = [chr(code) for code in range(FIRST, LAST, 37)]
        self.words = [self.random.choice(letters) + self.random.choice(letters) for _ in range(WORDS)]
        self.weights = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))

    def phrase(self, words: int) -> str:
        """So many words without a mark between them."""
        return "".join(self.random.choices(self.words, cum_weights=self.weights, k=words))

    def notice(self, number: int) -> Reading:
        """The notice with this number; it cites that with half of it."""
        parts, clauses = [f"{key_of(number)}\n关于{self.phrase(3)}的通知\n各社区：\n"], []
        records: dict[str, list[Any]] = {kind: [] for kind in ("citations", "actors", "duties", "metrics", "schedules")}
        at = len(parts[0])
        for n in range(1, CLAUSES + 1):
            clause, text = self.clause(str(n), at, number, records)
            clauses.append(clause)
            parts.append(text)
            at += len(text)
        head = Head(number=key_of(number), title=parts[0].split("\n")[1], recipients=("各社区",), issuers=(f"第{number % 97}街道办事处",))
        annotations = Annotations(**{kind: tuple(found) for kind, found in records.items()})
        document = Document(f"invented-{number:06}", "".join(parts), head, tuple(clauses), OffsetMap((0,), (0,)), "")
        return Reading(document, annotations)

    def clause(self, label: str, at: int, number: int, records: dict[str, list[Any]]) -> tuple[Clause, str]:
        """One clause of two sentences from position `at` on; what is read in it goes to the `records`."""
        heading, text = self.phrase(2), ""

        def add(quote: str, into: str, make: Callable[..., Any], **facts: Any) -> None:
            nonlocal text
            start = at + len(text)
            text += quote
            records[into].append(make(clause=label, span=Span(start, start + len(quote)), quote=quote, rule="invented", **facts))

        text += f"{label}、{heading}。"
        content = len(text)
        if number > 1:
            cited = key_of(number // 2)
            add(cited, "citations", Citation, kind="numbered", number=cited, relation="落实")
        add("各社区", "actors", Actor, name="各社区", role="责任")
        bearer = (Bearer("各社区", "责任", "explicit"),)
        for n in range(DUTIES):
            add(self.phrase(4), "duties", Duty, polarity="do", actors=bearer)
            text += "。" if n == DUTIES // 2 else "，"
        for _ in range(METRICS):
            add(f"{self.phrase(1)}达80%", "metrics", Metric, indicator=self.phrase(1), comparator=">=", value="80", unit="%")
        for _ in range(SCHEDULES):
            add(f"每月{self.phrase(1)}", "schedules", Schedule, kind="recurring", period="P1M")
        text += "。\n"
        heading_at = Span(at + len(label) + 1, at + len(label) + 1 + len(heading))
        return Clause(label, "clause", label, Span(at, at + len(text)), at + content, heading, heading_at), text


def key_of(number: int) -> str:
    """虚办〔2024〕7号."""
    return f"虚办〔2024〕{number}号"


# --- measuring ----------------------------------------------------------------------------------------------------


def clock(run: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds that `run` takes, and what it returns."""
    start = time.process_time()
    result = run()
    return time.process_time() - start, result


def median_ms(runs: Sequence[Callable[[], Any]]) -> float:
    """Thousandths of a second, the median of runs that differ, so that nothing is asked for twice."""
    return statistics.median(clock(run)[0] for run in runs) * 1000


def resident() -> float:
    """MB of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def build(base: Path) -> dict[str, float]:
    """Read a base without index and make the index."""
    load, library = clock(lambda: Library(base))
    seconds, index = clock(library.get_index)
    files = sum(path.stat().st_size for path in (base / "documents").iterdir())
    size = (base / INDEX).stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return {"load": load, "build": seconds, "peak": peak, "files": files / 1e6, "size": size / 1e6, "sentences": index.sentences()}


def ask(base: Path) -> dict[str, float]:
    """Open a base with its index, as a process that stays does, and put questions to it."""
    writer = Writer()
    before = resident()
    words = writer.words
    kb = open_kb(base)
    links = kb.links
    count = len(kb.readings)
    list(chain(links, f"document:{key_of(count)}"))
    walked = resident() - before
    opening = [clock(lambda: open_kb(base))[0] * 1000 for _ in range(7)]
    # the rule files are read once
    kb.who(words[5000])
    kb.ask(words[5000])
    figures = {
        "walked": walked,
        "open": statistics.median(opening),
        "bare": median_ms([lambda: bare(base)] * 7),
        "who_rare": median_ms([lambda word=word: kb.who(word) for word in words[3000:3015]]),
        "who_usual": median_ms([lambda n=n: kb.who(words[n] + words[n + 7]) for n in range(30, 45)]),
        "who_common": median_ms([lambda n=n: kb.who(words[n]) for n in range(5)]),
        "who_nothing": median_ms([lambda n=n: kb.who(words[n] + "虚拟补贴") for n in range(15)]),
        "ask_rare": median_ms([lambda word=word: kb.ask(f"{word}多久一次？") for word in words[3000:3015]]),
        "ask_usual": median_ms([lambda n=n: kb.ask(f"{words[n]}的{words[n + 7]}由谁负责？") for n in range(30, 45)]),
        "ask_common": median_ms([lambda n=n: kb.ask(f"{words[n]}{words[n + 1]}有什么要求？") for n in range(5)]),
        "ask_nothing": median_ms([lambda n=n: kb.ask(f"{words[n]}虚拟补贴多少钱？") for n in range(15)]),
        "search": median_ms([lambda n=n: links.search(Wanted((words[n],))) for n in range(100, 130)]),
    }
    starts = [f"document:{key_of(count - n)}" for n in range(min(15, count))]
    figures["closure"] = median_ms([lambda start=start: closure(links, start) for start in starts])
    times, steps = zip(*(clock(lambda start=start: sum(1 for _ in chain(links, start))) for start in starts), strict=True)
    figures["chain"] = statistics.median(times) * 1000
    figures["step"] = statistics.median(t / n for t, n in zip(times, steps, strict=True)) * 1000
    figures["memory"] = resident() - before
    return figures


def bare(base: Path) -> Any:
    """A node out of the index, whether it fits the base or not."""
    with closing(sqlite3.connect(base / INDEX)) as connection:
        return connection.execute("SELECT label FROM nodes WHERE name = ?", (f"document:{key_of(1)}",)).fetchone()


def closure(links: Links, start: str) -> set[str]:
    """Every document that is cited from `start` on."""
    found, left = {start}, [start]
    while left:
        clauses = [edge.target for edge in links.edges_from(left.pop(), "has_clause")]
        cited = {edge.target for clause in clauses for edge in links.edges_from(clause, "cites")} - found
        found |= cited
        left += cited
    return found


def chain(links: Links, start: str) -> Iterator[str]:
    """One step after the other: a clause of a document, the document it cites, whence it comes, and so on; then down to a bearer."""
    here = start
    while True:
        clause = links.edges_from(here, "has_clause")[0].target
        yield clause
        cites = links.edges_from(clause, "cites")
        if not cites:
            break
        yield from (edge.source for edge in links.edges_to(cites[0].target, "issues"))
        here = cites[0].target
        yield here
    for edge in links.edges_from(clause, "demands"):
        yield edge.target
        yield from (bearer.source for bearer in links.edges_to(edge.target, "bears"))


def measure(nodes: int, folder: Path) -> dict[str, float]:
    """All figures of one size."""
    base = folder / f"base-{nodes}"
    clauses = nodes // NODES_A_CLAUSE
    if not (base / "documents").is_dir():
        writer = Writer()
        store.save(base, [writer.notice(number) for number in range(1, clauses // CLAUSES + 1)])
    (base / INDEX).unlink(missing_ok=True)
    figures: dict[str, float] = {"clauses": clauses}
    for part in ("build", "ask"):
        done = subprocess.run([sys.executable, __file__, "--part", part, "--keep", str(base)], capture_output=True, text=True, check=True)  # noqa: S603
        figures |= json.loads(done.stdout)
    return figures


def table(columns: Sequence[tuple[int, dict[str, float]]]) -> str:
    """Measures by sizes."""
    lines = ["| | " + " | ".join(f"{nodes:,} nodes" for nodes, _ in columns) + " |", "| --- |" + " ---: |" * len(columns)]
    for name, label in MEASURES.items():
        lines.append(f"| {label} | " + " | ".join(shown(figures[name]) for _, figures in columns) + " |")
    return "\n".join(lines)


def shown(value: float) -> str:
    """Three digits are enough."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", default="10000,100000,1000000", help="sizes, separated by commas")
    parser.add_argument("--keep", metavar="FOLDER", help="where the bases are made and stay; else they are removed")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--part", choices=("build", "ask"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.part:
        print(json.dumps((build if options.part == "build" else ask)(Path(options.keep))))
        return 0
    columns = []
    with tempfile.TemporaryDirectory() as folder:
        for nodes in (int(part) for part in options.nodes.split(",")):
            columns.append((nodes, measure(nodes, Path(options.keep or folder))))
            print(f"{nodes} nodes done", file=sys.stderr, flush=True)
    print(json.dumps(dict(columns), indent=1) if options.json else table(columns))
    return 0


if __name__ == "__main__":
    sys.exit(main())
