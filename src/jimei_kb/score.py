"""How well the kit reads: what it extracts beside readings made by hand (docs/FORMAT.md), record by record.

`show_run(score_folder("tests/documents"), read_run("before.json"))` is the figures, and what a change has gained and lost.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jimei_kb.errors import KbError, line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from jimei_kb.records import Document

    Raw = Mapping[str, Any]
    Likeness = Callable[[Raw, Raw], float]

KINDS = ("head", "clauses", "headings", "citations", "unnamed", "actors", "roles", "metrics", "schedules", "duties", "bearers", "quotes")
SHARES = frozenset({"head", "roles", "quotes"})
"""Kinds of which a share is right; of the others precision and recall are counted."""

_HEAD = ("number", "title", "issuers", "recipients", "date", "copied_to", "printed_by", "printed_on", "kind")
_QUOTING = ("citations", "actors", "duties", "metrics", "schedules")
_ONE_SPELLING = str.maketrans("[]【】﹝﹞<>—–", "〔〕〔〕〔〕〈〉--")
_SPACE = re.compile(r"\s+")
_MARKS = re.compile("[《》〈〉“”\"']")
_YEAR = re.compile(r"\(((?:19|20)[0-9]{2})\)|〔((?:19|20)[0-9]{2})年?〕")
_COMMAND = re.compile("^[^,;。]{0,40}?(?:应当|必须|要|应)(?=..)")
_LEAST_DUTY, _LEAST_METRIC, _LEAST_SCHEDULE, _LEAST_UNNAMED = 0.6, 0.5, 0.3, 0.5
_LEAST_CUT = 0.4  # of the longer quotation, where one duty is a piece of the other
_FORMAT = 1


@dataclass(frozen=True, slots=True, order=True)
class Outcome:
    """One record of a reading that was found (`hit`) or not (`missed`), or one that the reading has not (`extra`)."""

    document: str
    kind: str
    state: str
    what: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How many records of a kind were found, missed, and given beyond the reading."""

    hit: int
    missed: int
    extra: int

    @property
    def precision(self) -> float:
        """The share of what was given that is right."""
        return self.hit / max(self.hit + self.extra, 1)

    @property
    def recall(self) -> float:
        """The share of what the readings hold that was given."""
        return self.hit / max(self.hit + self.missed, 1)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.hit / max(2 * self.hit + self.missed + self.extra, 1)


@dataclass(frozen=True, slots=True)
class Run:
    """The outcomes over all documents, sorted; records that a reading calls optional are among them only as hits of nothing."""

    documents: tuple[str, ...]
    outcomes: tuple[Outcome, ...]

    def figures(self) -> dict[str, Figures]:
        """Counts of every kind, in the order of KINDS."""
        counts = Counter((one.kind, one.state) for one in self.outcomes)
        return {kind: Figures(*(counts[kind, state] for state in ("hit", "missed", "extra"))) for kind in KINDS}


# ---- reading ------------------------------------------------------------------------------------------------------


def score_folder(gold: str | Path, *, predictions: str | Path | None = None, docs: str | Path | None = None) -> Run:
    """The outcomes for every reading `<name>.yaml` in the folder `gold`.

    The notice is `<name>.txt` or `.md` in `docs` or beside the reading, or the file that the reading names as its `source`; what was
    extracted comes from `<name>.json` in `predictions`, and without that folder is extracted now.
    Raises KbError for a folder without readings, a damaged file, or a notice or prediction that is not there.
    """
    folder = Path(gold)
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise KbError(f"{folder}：没有标注；应有 <名称>.yaml，格式见 docs/FORMAT.md；请检查路径")
    outcomes: list[Outcome] = []
    for file in files:
        reading = read_reading(file)
        document, found = _found(file, reading, predictions, docs)
        outcomes += score_document(file.stem, reading, found, document.text)
    return Run(tuple(file.stem for file in files), tuple(sorted(outcomes)))


def read_reading(path: Path) -> dict[str, Any]:
    """The reading in a YAML file. Raises KbError where it is none."""
    import yaml

    try:
        data = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # both are safe
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise KbError(f"{path}：不是 UTF-8 的 YAML{line_of(error)}；应为 docs/FORMAT.md 所说的标注；请改正") from error
    if not isinstance(data, dict) or not isinstance(data.get("document", {}), dict):
        raise KbError(f"{path}：不是字段的集合；应有 document、clauses、citations 等字段，见 docs/FORMAT.md")
    for kind in ("clauses", *_QUOTING):
        rows = data.get(kind, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise KbError(f"{path}：{kind} 不是记录的列表；应如 docs/FORMAT.md 所说，没有就写 []")
    return data


def _found(file: Path, reading: Raw, predictions: str | Path | None, docs: str | Path | None) -> tuple[Document, dict[str, Any]]:
    """The notice that a reading belongs to, and what was extracted from it."""
    from jimei_kb.document import read_document
    from jimei_kb.extract import extract
    from jimei_kb.graph.export import to_plain

    document = read_document(_notice(file, reading, docs))
    if predictions is None:
        return document, to_plain(document, extract(document))
    path = Path(predictions) / f"{file.stem}.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KbError(f"{path}：没有这个文件；应为 {file.stem} 的提取结果；请先用 jimei-kb extract 提取") from None
    except ValueError as error:
        raise KbError(f"{path}：不是 UTF-8 的 JSON；请重新提取（jimei-kb extract）") from error
    if not isinstance(found, dict):
        raise KbError(f"{path}：不是 JSON 对象；应为 jimei-kb extract 写成的结果；请重新提取")
    return document, found


def _notice(file: Path, reading: Raw, docs: str | Path | None) -> Path:
    from jimei_kb.document.formats import READERS

    folder = Path(docs) if docs is not None else file.parent
    places = [folder / f"{file.stem}{suffix}" for suffix in READERS]
    if source := reading.get("source"):
        places += [file.parent / str(source), file.parent.parent / str(source)]
    for place in places:
        if place.is_file():
            return place
    raise KbError(f"{file}：找不到它的通知；找过 {'、'.join(map(str, places))}；请用 --docs 给出所在的文件夹")


# ---- matching -----------------------------------------------------------------------------------------------------


def score_document(name: str, reading: Raw, found: Raw, text: str) -> list[Outcome]:
    """The outcomes for one document; a kind that the reading does not list is not scored."""
    names = {_plain(other): _plain(one) for one, others in (reading.get("aliases") or {}).items() for other in (one, *others)}

    def who(record: Raw) -> str:
        return names.get(_plain(record.get("name")), _plain(record.get("name")))

    states: list[tuple[str, str, str]] = []
    if "document" in reading:
        states += _head(reading["document"], found.get("document") or {})
    if "clauses" in reading:
        states += _clauses(reading["clauses"], found.get("clauses") or [])
    if "citations" in reading:
        for kind, unnamed, likeness in (("citations", False, _like_citation), ("unnamed", True, _like_quote)):
            rows = _rows(reading, found, "citations")
            gold, given = ([one for one in side if (one.get("kind") in ("bare", "group")) == unnamed] for side in rows)
            states += _states(kind, gold, given, _pairs(gold, given, likeness))
    if "actors" in reading:
        states += _actors(*_rows(reading, found, "actors"), who)
    for kind, likeness in (("metrics", _like_metric), ("schedules", _like_schedule)):
        if kind in reading:
            gold, given = _rows(reading, found, kind)
            states += _states(kind, gold, given, _pairs(gold, given, likeness))
    if "duties" in reading:
        states += _duties(*_rows(reading, found, "duties"), who)
    stands = _plain(text)
    for kind in _QUOTING:
        for record in found.get(kind) or []:
            quote = _plain(record.get("quote"))
            state = "hit" if quote and quote in stands else "missed"
            states.append(("quotes", state, f"{kind} {record.get('clause')} {record.get('quote')}"))
    return [Outcome(name, kind, state, what) for kind, state, what in states]


def _rows(reading: Raw, found: Raw, kind: str) -> tuple[list[Raw], list[Raw]]:
    return list(reading[kind]), list(found.get(kind) or [])


def _states(kind: str, gold: Sequence[Raw], given: Sequence[Raw], pairs: Mapping[int, int]) -> Iterator[tuple[str, str, str]]:
    """Hit, missed or extra for the records of a kind; an optional one counts neither way."""
    for i, record in enumerate(gold):
        if not record.get("optional"):
            yield kind, "hit" if i in pairs else "missed", _say(kind, record)
    used = set(pairs.values())
    for j, record in enumerate(given):
        if j not in used:
            yield kind, "extra", _say(kind, record)


def _pairs(gold: Sequence[Raw], given: Sequence[Raw], likeness: Likeness) -> dict[int, int]:
    """Which given record is which of the reading, the most alike first; only records of one clause can be the same."""
    by_clause: dict[str, list[int]] = defaultdict(list)
    for j, record in enumerate(given):
        by_clause[_clause(record)].append(j)
    ranked = []
    for i, record in enumerate(gold):
        for j in by_clause[_clause(record)]:
            score = likeness(record, given[j])
            if score > 0:
                ranked.append((-score, bool(record.get("optional")), i, j))
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for _, _, i, j in sorted(ranked):
        if i not in pairs and j not in used:
            pairs[i] = j
            used.add(j)
    return pairs


def _head(gold: Raw, given: Raw) -> Iterator[tuple[str, str, str]]:
    """Every field that is stated or given: right where both say the same, lists in any order."""
    for field in _HEAD:
        wanted, mine = (_values(field, one.get(field)) for one in (gold, given))
        if wanted or mine:
            yield "head", "hit" if wanted == mine else "missed", f"{field}: {'、'.join(sorted(wanted)) or '（无）'}"


def _values(field: str, value: Any) -> frozenset[str]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return frozenset(_number(one) if field == "number" else _title(one) for one in values)


def _clauses(gold: Sequence[Raw], given: Sequence[Raw]) -> Iterator[tuple[str, str, str]]:
    """Numbered clauses by id, and of those with a heading the heading; 前言 and 结语 are not scored."""
    own, mine = ([row for row in rows if row.get("kind", "clause") == "clause"] for rows in (gold, given))
    for kind in ("clauses", "headings"):
        wanted, have = (Counter(map(_clause_of[kind], (r for r in rows if kind == "clauses" or r.get("heading")))) for rows in (own, mine))
        for state, rest in (("hit", wanted & have), ("missed", wanted - have), ("extra", have - wanted)):
            yield from ((kind, state, what) for what in rest.elements())


_clause_of: dict[str, Callable[[Raw], str]] = {
    "clauses": lambda row: _plain(row.get("id")),
    "headings": lambda row: f"{_plain(row.get('id'))} {_title(row.get('heading'))}",
}


def _actors(gold: Sequence[Raw], given: Sequence[Raw], who: Callable[[Raw], str]) -> Iterator[tuple[str, str, str]]:
    """Actors by clause and name; of those found, whether the role is right. Further names of one actor count neither way."""
    room = Counter((_clause(record), who(record)) for record in gold)
    kept: list[Raw] = []
    seen: Counter[tuple[str, str]] = Counter()
    for record in given:
        key = (_clause(record), who(record))
        seen[key] += 1
        if seen[key] <= max(room[key], 1):
            kept.append(record)
    pairs = _pairs(gold, kept, lambda one, other: 0.5 * (who(one) == who(other)) * (1 + (one.get("role") == other.get("role"))))
    yield from _states("actors", gold, kept, pairs)
    for i, j in pairs.items():
        if not gold[i].get("optional"):
            state = "hit" if gold[i].get("role") == kept[j].get("role") else "missed"
            yield "roles", state, f"{gold[i].get('clause')} {gold[i].get('name')} {gold[i].get('role')}"


def _duties(gold: Sequence[Raw], given: Sequence[Raw], who: Callable[[Raw], str]) -> Iterator[tuple[str, str, str]]:
    """Duties by quotation; and who bears them: of a missed duty all are missed, of an extra one none counts."""
    pairs = _pairs(gold, given, _like_duty)
    yield from _states("duties", gold, given, pairs)
    for i, duty in enumerate(gold):
        if duty.get("optional"):
            continue
        wanted = {who(actor) for actor in duty.get("actors") or []}
        allowed = wanted | {who({"name": name}) for name in duty.get("also") or []}
        mine = {who(actor) for actor in given[pairs[i]].get("actors") or []} if i in pairs else set()
        for state, names in (("hit", wanted & mine), ("missed", wanted - mine), ("extra", mine - allowed)):
            for name in sorted(names):
                yield "bearers", state, f"{duty.get('clause')} {name}：{duty.get('quote')}"


# ---- likeness -----------------------------------------------------------------------------------------------------


def _like_citation(gold: Raw, given: Raw) -> float:
    """By number where both have one, else by title; a number that only one side knows makes it a little less sure."""
    numbers = [_number(one.get("number")) for one in (gold, given)]
    if all(numbers):
        return float(numbers[0] == numbers[1])
    titles = [_title(one.get("title")) for one in (gold, given)]
    return (0.9 if any(numbers) else 1.0) * (bool(titles[0]) and titles[0] == titles[1])


def _like_quote(gold: Raw, given: Raw) -> float:
    score = _overlap(gold, given)
    return score if score >= _LEAST_UNNAMED else 0.0


def _like_metric(gold: Raw, given: Raw) -> float:
    """The same comparison with the same number and unit, of something alike by its name or its quotation."""
    if any(_plain(gold.get(key)) != _plain(given.get(key)) for key in ("comparator", "unit")) or not _same_value(gold, given):
        return 0.0
    score = max(_alike(_measured(gold), _measured(given)), _overlap(gold, given))
    return score if score >= _LEAST_METRIC else 0.0


def _measured(record: Raw) -> str:
    group = record.get("group") or []
    return _plain("".join(group if isinstance(group, list) else [str(group)]) + str(record.get("indicator") or ""))


def _same_value(gold: Raw, given: Raw) -> bool:
    try:
        return float(gold["value"]) == float(given["value"])
    except (KeyError, TypeError, ValueError):
        return _plain(gold.get("value")) == _plain(given.get("value"))


def _like_schedule(gold: Raw, given: Raw) -> float:
    """The same kind and whatever values the reading states, with a quotation that is at least roughly the same."""
    keys = ("kind", "period", "min_count", "from", "by")
    if any(gold.get(key) is not None and _plain(gold[key]) != _plain(given.get(key)) for key in keys):
        return 0.0
    score = _overlap(gold, given)
    return score if score >= _LEAST_SCHEDULE else 0.0


def _like_duty(gold: Raw, given: Raw) -> float:
    """The same phrase, cut wider or narrower, with or without its subject and its 要."""
    whole = [_plain(one.get("quote")) for one in (gold, given)]
    bare = [_COMMAND.sub("", quote) or quote for quote in whole]
    return max(_like_phrase(*whole), _like_phrase(*bare))


def _like_phrase(left: str, right: str) -> float:
    short, long = sorted((left, right), key=len)
    if short and short in long and len(short) >= _LEAST_CUT * len(long):
        return _LEAST_DUTY + (1 - _LEAST_DUTY) * len(short) / len(long)
    score = _alike(short, long)
    return score if score >= _LEAST_DUTY else 0.0


def _overlap(gold: Raw, given: Raw) -> float:
    """How alike two quotations are; 1 where one holds the other without running over a full stop."""
    short, long = sorted((_plain(one.get("quote")) for one in (gold, given)), key=len)
    if not short:
        return 0.0
    return 1.0 if short in long and "。" not in long.replace(short, "", 1) else _alike(short, long)


def _alike(left: str, right: str) -> float:
    """The share of two strings that stands in both, in order."""
    if not left or not right:
        return 0.0
    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def _plain(value: object) -> str:
    """A value without blanks and closing marks, width and brackets in one spelling."""
    text = unicodedata.normalize("NFKC", "" if value is None else str(value)).translate(_ONE_SPELLING)
    return _SPACE.sub("", text).strip(",。;:、.")


def _title(value: object) -> str:
    return _MARKS.sub("", _plain(value))


def _number(value: object) -> str:
    return _YEAR.sub(lambda m: f"〔{m[1] or m[2]}〕", _plain(value)).strip("()").replace("〕第", "〕")


def _clause(record: Raw) -> str:
    return _plain(str(record.get("clause") or "").rpartition("#")[2])


def _say(kind: str, record: Raw) -> str:
    """A record in one line, the same in every run."""
    shown = {
        "citations": ("number", "title"),
        "unnamed": ("quote",),
        "actors": ("name",),
        "metrics": ("indicator", "comparator", "value", "unit"),
        "schedules": ("kind", "period", "by", "quote"),
        "duties": ("quote",),
    }[kind]
    facts = [str(record[key]) for key in shown if record.get(key) is not None]
    return " ".join(_SPACE.sub("", part) for part in (str(record.get("clause") or ""), *facts))


# ---- runs kept and compared ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from an earlier run: records found now and not before, found before and not now, extras new and gone."""

    gained: tuple[Outcome, ...]
    lost: tuple[Outcome, ...]
    new_extras: tuple[Outcome, ...]
    gone_extras: tuple[Outcome, ...]


def compare(run: Run, before: Run) -> Change:
    """What `run` has gained and lost against `before`, in the documents that both have."""
    both = frozenset(run.documents) & frozenset(before.documents)
    now, then = (Counter(one for one in each.outcomes if one.document in both) for each in (run, before))

    def only(here: Counter[Outcome], there: Counter[Outcome], state: str) -> tuple[Outcome, ...]:
        return tuple(sorted(one for one in (here - there).elements() if one.state == state))

    return Change(only(now, then, "hit"), only(then, now, "hit"), only(now, then, "extra"), only(then, now, "extra"))


def write_run(run: Run, path: str | Path) -> None:
    """Keep `run` as JSON, a line an outcome, to compare later ones with."""
    lines = [json.dumps([one.document, one.kind, one.state, one.what], ensure_ascii=False) for one in run.outcomes]
    head = json.dumps({"format": _FORMAT, "documents": run.documents}, ensure_ascii=False)
    Path(path).write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


def read_run(path: str | Path) -> Run:
    """A run that `write_run` kept. Raises KbError for any other file."""
    try:
        head, *lines = Path(path).read_text(encoding="utf-8").splitlines()
        data = json.loads(head)
        known = {_FORMAT: tuple(data["documents"])}
        return Run(known[data["format"]], tuple(Outcome(*json.loads(line)) for line in lines))
    except FileNotFoundError:
        raise KbError(f"{path}：没有这个文件；应为 --save 存下的结果；请检查路径") from None
    except (ValueError, KeyError, TypeError) as error:
        raise KbError(f"{path}：不是 --save 存下的结果；请重新存一次") from error


def plain_run(run: Run, before: Run | None = None) -> dict[str, Any]:
    """Figures and errors as dicts and lists for JSON, and what changed against `before`."""
    plain: dict[str, Any] = {"documents": list(run.documents), "kinds": {}}
    for kind, one in run.figures().items():
        counts = {"right": one.hit, "wrong": one.missed} if kind in SHARES else {"hit": one.hit, "missed": one.missed, "extra": one.extra}
        shares = {"share": one.recall} if kind in SHARES else {"precision": one.precision, "recall": one.recall, "f1": one.f1}
        plain["kinds"][kind] = counts | {name: round(value, 4) for name, value in shares.items()}
    plain["errors"] = [_line(one) for one in run.outcomes if one.state != "hit"]
    if before is not None:
        change = compare(run, before)
        plain["change"] = {name: [_line(one) for one in getattr(change, name)] for name in Change.__slots__}
    return plain


def _line(one: Outcome) -> dict[str, str]:
    return {"document": one.document, "kind": one.kind, "state": one.state, "what": one.what}


def show_run(run: Run, before: Run | None = None, *, errors: int = 0) -> str:
    """The figures as a table, the first `errors` of every kind, and what changed against `before`."""
    old = before.figures() if before is not None else {}
    lines = [f"{'':<10} {'标注':>4} {'准确率':>5} {'召回率':>5} {'F1':>7}   （{len(run.documents)} 份）"]
    for kind, one in run.figures().items():
        wanted = one.hit + one.missed
        shown = f"{'':>8} {'':>8}" if kind in SHARES else f"{one.precision:>8.4f} {one.recall:>8.4f}"
        value = _value(kind, one)
        step = f"  {value - _value(kind, old[kind]):+.4f}" if kind in old else ""
        lines.append(f"{kind:<10} {wanted:>6} {shown} {value:>8.4f}{step}{'  （正确的比例）' if kind in SHARES else ''}")
    for kind in KINDS if errors else ():
        wrong = [one for one in run.outcomes if one.kind == kind and one.state != "hit"]
        lines += _listed(f"{kind}：{len(wrong)} 处不符", wrong, errors)
    if before is not None:
        change = compare(run, before)
        titles = {"gained": "新找到", "lost": "不再找到", "new_extras": "新的多余", "gone_extras": "不再多余"}
        for name, title in titles.items():
            found = getattr(change, name)
            lines += _listed(f"{title} {len(found)} 条", found, len(found))
    return "\n".join(lines)


def _value(kind: str, one: Figures) -> float:
    return one.recall if kind in SHARES else one.f1


def _listed(title: str, outcomes: Iterable[Outcome], limit: int) -> list[str]:
    signs = {"hit": "=", "missed": "-", "extra": "+"}
    return ["", title, *(f"  {signs[one.state]} {one.kind} {one.document}: {one.what}" for one in list(outcomes)[:limit])]
