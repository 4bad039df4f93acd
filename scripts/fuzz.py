r"""Throw broken notices at the whole pipeline: none may raise, and every quotation must stand in its text and clause.

    .venv/bin/python scripts/fuzz.py [--cases 20000] [--seed 1] [--slow 2.0] [--processes 2] FILE_OR_FOLDER …

Each case is a piece of a given notice, changed by a few of the ways in WAYS: lines cut, doubled and shuffled, control
characters, half characters, brackets without their pair, patterns repeated, one very long line. A case is made from the
seed and its own number alone, so that `--only NUMBER` makes the same one again and prints it. Exit status 1 where a case
raises, breaks a promise, or takes more than `--slow` times the usual CPU time for its length.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.document import parse_text
from jimei_kb.document.formats import READERS, read_raw
from jimei_kb.extract import extract

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jimei_kb.records import Annotations, Document

    Way = Callable[[str, random.Random], str]

LONGEST = 6000  # characters of a usual case
HUGE = 200_000  # characters of a case that repeats one pattern or has one long line
HUGE_SHARE = 500  # one of so many cases is huge
MEGABYTE_SHARE = 20  # and one of so many huge ones has a line of a million characters
SECONDS_A_CHARACTER = 20e-6  # of CPU time: five times what a notice takes
LEAST_SECONDS = 0.1

MARKS = "（）()［］[]【】〔〕《》〈〉“”‘’「」<>，。；：、,.;:!?！？…—-～~%‰/|\t 　\n\r\f"
STRANGE = (
    "\x00\x01\x08\x0b\x1b\x1f\x7f\x85\xa0\xad\u200b\u200d\u200e\u2028\u2029\u202e\u3000\ufeff\ufffd\uffff"
    "\ud800\udfff\U0001f600\U00020bb7０①㈠Ⅳ"
)
PIECES = (
    "建设1个、", "至少1次", "每季度", "2024年", "10月底前", "百分之四十", "达到80%以上", "牵头单位：", "责任单位：市应急局，",
    "（牵头单位：市应急局；配合单位：各区）", "（市公安局负责）", "列第一位者为牵头单位，下同", "市教育局、", "各区、", "督促",
    "组织", "按照", "根据", "对", "将", "要", "不得", "严禁", "各单位", "和", "的", "等", "由", "会同", "《", "》", "〈", "〉",
    "（", "）", "“", "”", "〔2024〕", "〔2024〕1号", "国办发〔2019〕6号", "《关于印发〈", "（以下简称《办法》）", "国令第707号",
    "第一条", "第一章 总则", "一、", "（一）", "1.", "1．", "(1)", "①", "附件", "附件1：", "抄送：", "印发", "关于", "的通知",
    "各街道：", "\n", "\r\n", "\f", "\t", "— 3 —", "　　", "<p>", "<!--", "&nbsp;", "&#", "](", "**", "|---|",
    "一二三四五六七八九十", "1,000,000", "1.1.1.1", "自2024年1月1日起至", "第一季度", "上半年", "春节前", "24小时", "即日起",
    "力争", "原则上", "。", "，", "；", "：", "、",
)  # fmt: skip


class Fault(NamedTuple):
    """What went wrong with one case: its number, its length, and the last lines of what was raised, or the seconds."""

    number: int
    length: int
    what: str


# ---- ways to break a text ----------------------------------------------------------------------------------------


def _cut(text: str, chance: random.Random) -> str:
    start = chance.randrange(len(text) + 1)
    return text[start : start + chance.randrange(1, LONGEST)]


def _lines(text: str, chance: random.Random) -> str:
    """Some lines gone, some doubled, or all in another order."""
    lines = text.split("\n")
    if chance.random() < 0.4:
        chance.shuffle(lines)
    return "\n".join(line for one in lines for line in [one] * chance.choice((0, 1, 1, 1, 1, 2)))


def _joined(text: str, chance: random.Random) -> str:
    """No or few line breaks."""
    return text.replace("\n", chance.choice(("", " ", "，", "\n　　")))


def _wrapped(text: str, chance: random.Random) -> str:
    """Broken at a column, as a PDF is."""
    width = chance.randrange(1, 45)
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


def _sown(signs: Sequence[str], text: str, chance: random.Random) -> str:
    """Signs strewn over the text."""
    pieces, at = [], 0
    for place in sorted(chance.randrange(len(text) + 1) for _ in range(chance.randrange(1, 40))):
        pieces += text[at:place], chance.choice(signs) * chance.choice((1, 1, 1, 2, 7))
        at = place
    return "".join([*pieces, text[at:]])


def _without(text: str, chance: random.Random) -> str:
    """One kind of mark left out or put in the place of another: brackets lose their pair."""
    return text.replace(chance.choice(MARKS), chance.choice(("", "", chance.choice(MARKS))))


def _repeated(text: str, chance: random.Random) -> str:
    """One pattern, or a piece of the notice, many times over."""
    start = chance.randrange(len(text) + 1)
    piece = chance.choice(PIECES) if chance.random() < 0.7 else text[start : start + chance.randrange(1, 30)]
    piece += chance.choice(("", "", chance.choice(PIECES)))
    return text[:start] + piece * chance.randrange(2, 300) + text[start:]


def _mixed(text: str, chance: random.Random) -> str:
    """Characters in another order."""
    start = chance.randrange(len(text) + 1)
    piece = list(text[start : start + chance.randrange(1, 400)])
    chance.shuffle(piece)
    return text[:start] + "".join(piece) + text[start + len(piece) :]


WAYS: tuple[Way, ...] = (
    _cut, _lines, _joined, _wrapped, partial(_sown, STRANGE), partial(_sown, MARKS), partial(_sown, PIECES), _without, _repeated, _mixed,
)  # fmt: skip


def _huge(texts: Sequence[str], chance: random.Random) -> str:
    """A pattern of one to three pieces repeated, or all notices in one line."""
    length = 1_000_000 if chance.randrange(MEGABYTE_SHARE) == 0 else HUGE
    if chance.random() < 0.3:
        text = "".join(chance.choice(texts) for _ in range(3)).replace("\n", "")
    else:
        text = "".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 4)))
    return (text * (length // max(len(text), 1) + 1))[:length]


def make_case(texts: Sequence[str], seed: int, number: int, *, huge: bool = True) -> str:
    """The text of case `number`; the same for the same notices, seed and number."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311  # nothing secret
    if huge and number % HUGE_SHARE == HUGE_SHARE - 1:
        return _huge(texts, chance)
    text = chance.choice(texts)
    for _ in range(chance.randrange(1, 5)):
        text = chance.choice(WAYS)(text, chance)[: LONGEST * 4]
    return text[: LONGEST * 2]


# ---- what must hold ----------------------------------------------------------------------------------------------


def broken_promises(document: Document, annotations: Annotations) -> list[str]:
    """What is wrong with the records of a document: quotations, clauses, spans, order of clauses."""
    faults = []
    clauses = {clause.id: clause for clause in document.clauses}
    if len(clauses) < len(document.clauses):
        faults.append("clause ids stand twice")
    for left, right in zip(document.clauses, document.clauses[1:], strict=False):
        if left.span.end > right.span.start:
            faults.append(f"clauses {left.id} and {right.id} overlap")
    for record in annotations:
        clause = clauses.get(record.clause)
        if not record.quote or record.span.of(document.text) != record.quote:
            faults.append(f"{record.rule}: the quotation {record.quote[:30]!r} is not what stands at {tuple(record.span)}")
        if clause is None or not clause.span.holds(record.span):
            faults.append(f"{record.rule}: {tuple(record.span)} lies outside clause {record.clause}")
    if document.text:
        raw = document.offsets.to_raw(len(document.text) - 1)
        if not 0 <= raw < len(document.raw):
            faults.append(f"the last character comes from {raw} of {len(document.raw)}")
    return faults


def check(text: str) -> str:
    """What is wrong with the reading of `text`, empty where nothing is."""
    try:
        document = parse_text(text)
        annotations = extract(document)
    except Exception:  # noqa: BLE001  # any exception is what is looked for
        return "".join(traceback.format_exc(limit=-4)).strip()
    return "; ".join(broken_promises(document, annotations)[:3])


def run(texts: Sequence[str], seed: int, slow: float, numbers: Sequence[int]) -> list[Fault]:
    """Make and check the cases `numbers`."""
    faults = []
    for number in numbers:
        text = make_case(texts, seed, number)
        start = time.process_time()
        what = check(text)
        seconds = time.process_time() - start
        if what:
            faults.append(Fault(number, len(text), what))
        elif seconds > slow * max(LEAST_SECONDS, len(text) * SECONDS_A_CHARACTER):
            faults.append(Fault(number, len(text), f"slow: {seconds:.2f} s of CPU time"))
    return faults


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases and print every fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="FILE_OR_FOLDER")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow", type=float, default=2.0)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--only", type=int, metavar="NUMBER", help="print this one case")
    options = parser.parse_args(arguments)
    texts = [read_raw(path).text for path in _notices(options.paths)]
    if options.only is not None:
        text = make_case(texts, options.seed, options.only)
        print(repr(text))
        print(check(text) or "nothing is wrong")
        return 0
    check(texts[0])  # what is loaded once is no part of the first case's time
    batches = [range(start, min(start + 250, options.cases)) for start in range(0, options.cases, 250)]
    job = partial(run, texts, options.seed, options.slow)
    count = 0
    with ProcessPoolExecutor(options.processes) as pool:
        for done, faults in enumerate(pool.map(job, batches), 1):
            for fault in faults:
                count += 1
                print(f"case {fault.number} ({fault.length} characters): {fault.what}\n", flush=True)
            print(f"{min(done * 250, options.cases)} cases, {count} faults", file=sys.stderr, flush=True)
    print(f"{options.cases} cases from {len(texts)} notices, seed {options.seed}: {count} faults")
    return 1 if count else 0


def _notices(places: Sequence[str]) -> list[Path]:
    found: list[Path] = []
    for place in map(Path, places):
        found += sorted(p for p in place.iterdir() if p.suffix.lower() in READERS) if place.is_dir() else [place]
    return found


if __name__ == "__main__":
    sys.exit(main())
