r"""A reading as lines of JSON and back: one line a block of text, one line a record, nothing that moves when another clause changes.

    {"kind": "document", "format": 1, "slug": "jimei-2024-46", "key": "集街办〔2024〕46号", …}
    {"kind": "head", "text": "集街办〔2024〕46号\n…", "fields": [["number", 0, 13]]}
    {"kind": "clause", "clause": "消防工作方面/六", "label": "六", "text": "六、加强…", …}
    {"kind": "duty", "id": "duty-8c6d…", "clause": "消防工作方面/六", "start": 15, "end": 60, "quote": "…", …}
    {"kind": "source", "encoding": "utf-8", "sha256": "…", "offsets": [[0, 0], …]}

Positions in a line count from the start of its block, so a longer clause changes its own lines only. The records of a
clause stand right behind it. Keys whose value is empty are left out; the order of keys is the order of writing below.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from jimei_kb.errors import GraphError
from jimei_kb.graph.schema import Programme, Reading
from jimei_kb.records import (
    Actor,
    Annotations,
    Basis,
    Bearer,
    Citation,
    CitationKind,
    Clause,
    ClauseKind,
    Comparator,
    Document,
    Duty,
    Force,
    Head,
    Metric,
    OffsetMap,
    Polarity,
    Role,
    Schedule,
    ScheduleKind,
    Span,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jimei_kb.graph.schema import Record

FORMAT = 1
_KINDS: dict[type, str] = {
    Citation: "citation",
    Actor: "actor",
    Duty: "duty",
    Metric: "metric",
    Schedule: "schedule",
    Programme: "programme",
}
_ORDER = {kind: i for i, kind in enumerate(_KINDS.values())}
_BLOCKS = ("head", "clause", "gap", "tail")
# 64 bits: two of a million records share an id with a chance of 3 in 100 million
_ID_DIGITS = 16
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def in_order(reading: Reading) -> Reading:
    """`reading` with the records of each kind in text order, whatever order they came in."""
    starts = {clause.id: clause.span.start for clause in reading.document.clauses}

    def place(record: Record) -> tuple[int, Span, str]:
        return starts.get(record.clause, 0), record.span, json.dumps(_record_line("", record, 0), ensure_ascii=False)

    found = reading.annotations
    annotations = Annotations(
        citations=tuple(sorted(found.citations, key=place)),
        actors=tuple(sorted(found.actors, key=place)),
        duties=tuple(sorted(found.duties, key=place)),
        metrics=tuple(sorted(found.metrics, key=place)),
        schedules=tuple(sorted(found.schedules, key=place)),
    )
    return Reading(reading.document, annotations, tuple(sorted(reading.programmes, key=place)))


def kind_of(record: Record) -> str:
    """`duty`, `actor`, … as it stands in lines and ids."""
    return _KINDS[type(record)]


def record_ids(reading: Reading) -> list[tuple[str, Record]]:
    """(id, record) of every record of `reading`.

    An id is made from the document's key, the clause, the kind, the quotation, what the record names, and how many
    such records stand before it in the clause: it stays while other clauses change.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    pairs = []
    for record in reading.records():
        identity = (reading.document.key, record.clause, kind_of(record), record.quote, _named(record))
        seen[identity] += 1
        digest = hashlib.sha256(json.dumps([*identity, seen[identity]]).encode("ascii")).hexdigest()
        pairs.append((f"{kind_of(record)}-{digest[:_ID_DIGITS]}", record))
    return pairs


def _named(record: Record) -> str:
    """What tells two records with the same quotation apart."""
    match record:
        case Actor() | Programme():
            return record.name
        case Metric():
            return record.indicator
        case Citation() | Schedule():
            return record.kind
        case Duty():
            return record.polarity


# --- blocks of text -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Block:
    kind: str
    span: Span
    clause: Clause | None = None


def _blocks(document: Document) -> Iterator[_Block]:
    """The head, every clause, what stands between clauses, and the tail: together the whole text."""
    clauses = sorted(document.clauses, key=lambda clause: clause.span)
    at = 0
    for i, clause in enumerate(clauses):
        if clause.span.start < at or clause.span.end < clause.span.start:
            raise GraphError(
                f"{document.slug}: clause {clause.id} at {tuple(clause.span)} begins before {at}, where another ends; expected them apart"
            )
        if clause.span.start > at:
            yield _Block("gap" if i else "head", Span(at, clause.span.start))
        yield _Block("clause", clause.span, clause)
        at = clause.span.end
    if at < len(document.text):
        yield _Block("tail" if clauses else "head", Span(at, len(document.text)))


# --- writing ------------------------------------------------------------------------------------------------------


def encode(reading: Reading) -> str:
    """`reading` as JSON lines. Raises GraphError where a record does not stand in the text it quotes."""
    verify(reading)
    reading = in_order(reading)
    document = reading.document
    lines: list[dict[str, Any]] = [_document_line(document)]
    by_clause: dict[str, list[tuple[str, Record]]] = {}
    for record_id, record in record_ids(reading):
        by_clause.setdefault(record.clause, []).append((record_id, record))
    blocks = list(_blocks(document))
    for block in blocks:
        lines.append(_block_line(block, document, final=block is blocks[-1]))
        if block.clause is None:
            continue
        for record_id, record in by_clause.get(block.clause.id, []):
            lines.append(_record_line(record_id, record, block.span.start))
    lines.append(_source_line(document))
    return "".join(json.dumps(_filled(line), ensure_ascii=False) + "\n" for line in lines)


def verify(reading: Reading) -> None:
    """Raise GraphError unless every quotation is what the text says at its place, inside its clause."""
    document = reading.document
    half = _HALF_CHARACTER.search(document.text)
    if half:
        where = f"{document.slug}, position {half.start()} of the text"
        raise GraphError(f"{where}: half a character (U+{ord(half[0]):04X}); expected text that UTF-8 can hold")
    clauses = {clause.id: clause for clause in document.clauses}
    if len(clauses) < len(document.clauses):
        twice = sorted(key for key, n in Counter(clause.id for clause in document.clauses).items() if n > 1)
        raise GraphError(f"{document.slug}: clause ids stand twice: {twice[:5]}; expected each once")
    for record_id, record in record_ids(reading):
        where = f"{document.slug}, clause {record.clause}, {record_id}"
        clause = clauses.get(record.clause)
        if clause is None:
            raise GraphError(f"{where}: the document has no such clause")
        if not clause.span.holds(record.span):
            raise GraphError(f"{where}: {tuple(record.span)} runs out of its clause at {tuple(clause.span)}")
        found = record.span.of(document.text)
        if found != record.quote or not found:
            raise GraphError(f"{where}: the quotation is {record.quote[:60]!r}, but the text there says {found[:60]!r}")
    for name, span in document.head.spans:
        if not 0 <= span.start <= span.end <= len(document.text):
            raise GraphError(f"{document.slug}: {name} at {tuple(span)}; expected a place in {len(document.text)} characters of text")


def _filled(line: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if value not in (None, "", (), [])}


def _document_line(document: Document) -> dict[str, Any]:
    head = document.head
    return {
        "kind": "document",
        "format": FORMAT,
        "slug": document.slug,
        "key": document.key,
        "number": head.number,
        "title": head.title,
        "type": head.kind,
        "issuers": head.issuers,
        "recipients": head.recipients,
        "date": head.date,
        "copied_to": head.copied_to,
        "printed_by": head.printed_by,
        "printed_on": head.printed_on,
    }


def _block_line(block: _Block, document: Document, *, final: bool) -> dict[str, Any]:
    start, end = block.span
    line: dict[str, Any] = {"kind": block.kind}
    if block.clause is not None:
        clause = block.clause
        line["clause"] = clause.id
        line["type"] = clause.kind
        line["label"] = clause.label
        line["parent"] = clause.parent
        line["heading"] = clause.heading
        if clause.heading_span is not None:
            line["heading_at"] = [clause.heading_span.start - start, clause.heading_span.end - start]
        line["content_at"] = clause.text_start - start
    line["text"] = block.span.of(document.text)
    fields = document.head.spans
    # a position belongs to the block it starts in; one behind the last character to the last block
    line["fields"] = [[name, s - start, e - start] for name, (s, e) in fields if start <= s < end or (final and s == end)]
    return line


def _record_line(record_id: str, record: Record, offset: int) -> dict[str, Any]:
    line: dict[str, Any] = {
        "kind": kind_of(record),
        "id": record_id,
        "clause": record.clause,
        "start": record.span.start - offset,
        "end": record.span.end - offset,
        "quote": record.quote,
        "rule": record.rule,
    }
    match record:
        case Citation():
            line |= {"type": record.kind, "title": record.title, "number": record.number}
            line |= {"relation": record.relation, "issuer": record.issuer}
        case Actor():
            line |= {"name": record.name, "role": record.role, "basis": record.basis}
        case Duty():
            bearers = [[bearer.name, bearer.role, bearer.basis] for bearer in record.actors]
            line |= {"polarity": record.polarity, "force": record.force, "actors": bearers, "urged": record.urged}
        case Metric():
            line |= {"indicator": record.indicator, "group": record.group}
            line |= {"comparator": record.comparator, "value": record.value, "unit": record.unit}
        case Schedule():
            line |= {"type": record.kind, "period": record.period, "min_count": record.min_count}
            line |= {"from": record.start, "by": record.by}
        case Programme():
            line["name"] = record.name
    return line


def _source_line(document: Document) -> dict[str, Any]:
    offsets = document.offsets
    pairs = [list(pair) for pair in zip(offsets.canonical, offsets.raw, strict=True)]
    return {"kind": "source", "encoding": document.encoding, "sha256": document.sha256, "offsets": pairs}


def plain_records(reading: Reading, clause: str) -> list[dict[str, Any]]:
    """The records of a clause as dicts with their ids; positions count from the start of the document's text."""
    return [_filled(_record_line(record_id, record, 0)) for record_id, record in record_ids(in_order(reading)) if record.clause == clause]


# --- reading ------------------------------------------------------------------------------------------------------


class _Line:
    """One line being read: each value is asked for by its type, and what nobody asked for is an error."""

    def __init__(self, data: dict[str, Any], where: str) -> None:
        self.data = data
        self.where = where

    def fail(self, key: str, expected: str) -> GraphError:
        found = repr(self.data[key])[:60] if key in self.data else "nothing"
        return GraphError(f"{self.where}: {key} is {found}; expected {expected}; build the base again")

    def text(self, key: str) -> str:
        value = self.data.get(key, "")
        if not isinstance(value, str):
            raise self.fail(key, "text")
        self.data.pop(key, None)
        return value

    def maybe(self, key: str) -> str | None:
        return self.text(key) or None

    def one_of(self, key: str, names: tuple[str, ...]) -> Any:
        if self.data.get(key) not in names:
            raise self.fail(key, "one of " + " ".join(names))
        return self.data.pop(key)

    def maybe_number(self, key: str) -> int | None:
        return self.number(key) if key in self.data else None

    def number(self, key: str) -> int:
        if type(self.data.get(key)) is not int:
            raise self.fail(key, "a whole number")
        value: int = self.data.pop(key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key, [])
        if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise self.fail(key, "a list of texts")
        self.data.pop(key, None)
        return tuple(value)

    def rows(self, key: str, *types: type) -> list[list[Any]]:
        value = self.data.get(key, [])
        right = isinstance(value, list) and all(isinstance(row, list) and [type(item) for item in row] == list(types) for row in value)
        if not right:
            raise self.fail(key, "rows of " + ", ".join(t.__name__ for t in types))
        self.data.pop(key, None)
        rows: list[list[Any]] = value
        return rows

    def pair(self, key: str) -> tuple[int, int] | None:
        value = self.data.get(key)
        if value is None:
            return None
        if not (isinstance(value, list) and [type(item) for item in value] == [int, int]):
            raise self.fail(key, "two whole numbers")
        del self.data[key]
        return value[0], value[1]

    def done(self) -> None:
        if self.data:
            raise GraphError(f"{self.where}: unknown keys {sorted(self.data)[:5]}; expected a line of format {FORMAT}")


def decode(text: str, where: str) -> Reading:
    """The reading written in `text`; its document has no raw text. `where` names the file in errors.

    Raises GraphError for anything that `encode` would not have written, and for a quotation that the text does not hold.
    """
    lines = _parsed(text, where)
    kinds = [kind for kind, _ in lines]
    if len(lines) < 2 or kinds[0] != "document" or kinds[-1] != "source":
        raise GraphError(f"{where}: runs from {kinds[0]} to {kinds[-1]}; expected a document line first and a source line last")
    builder = _Builder()
    for kind, line in lines:
        builder.add(kind, line)
        line.done()
    reading = builder.reading()
    _check(reading, builder, where)
    return reading


def _parsed(text: str, where: str) -> list[tuple[str, _Line]]:
    if not text.endswith("\n"):
        raise GraphError(f"{where}: the last line is cut off; build the base again")
    lines = []
    # not splitlines(): it would also split at U+2028 and its like, which JSON leaves inside a string
    for number, source in enumerate(text[:-1].split("\n"), 1):
        place = f"{where}, line {number}"
        try:
            data = json.loads(source)
        except (ValueError, RecursionError) as error:
            raise GraphError(f"{place}: not JSON ({error}); restore the file or build the base again") from error
        if not isinstance(data, dict):
            raise GraphError(f"{place}: found {source[:40]!r}; expected an object")
        line = _Line(data, place)
        if number == 1 and data.get("format") != FORMAT:
            raise line.fail("format", f"{FORMAT}, the format of this version of jimei-kb")
        kind = line.one_of("kind", ("document", *_BLOCKS, *_ORDER, "source"))
        if (kind == "document") != (number == 1):
            raise GraphError(f"{place}: a {kind} line; expected one document line, the first")
        lines.append((kind, line))
    return lines


class _Builder:
    """Puts the lines of one file together again."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.length = 0
        self.starts: dict[str, int] = {}
        self.clauses: list[Clause] = []
        self.spans: list[tuple[str, Span]] = []
        self.records: dict[str, list[Any]] = {kind: [] for kind in _ORDER}
        self.ids: dict[str, list[tuple[str, str]]] = {kind: [] for kind in _ORDER}
        self.document: dict[str, Any] = {}
        self.source: dict[str, Any] = {}

    def add(self, kind: str, line: _Line) -> None:
        if kind == "document":
            self.document = _document_of(line)
        elif kind == "source":
            pairs = line.rows("offsets", int, int)
            offsets = OffsetMap(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))
            self.source = {"encoding": line.text("encoding"), "sha256": line.text("sha256"), "offsets": offsets}
        elif kind in _BLOCKS:
            self._add_block(kind, line)
        else:
            self._add_record(kind, line)

    def _add_block(self, kind: str, line: _Line) -> None:
        start, text = self.length, line.text("text")
        end = start + len(text)
        self.spans += [(name, Span(s + start, e + start)) for name, s, e in line.rows("fields", str, int, int)]
        if kind == "clause":
            clause = _clause_of(line, start, end)
            if clause.id in self.starts:
                raise GraphError(f"{line.where}: clause {clause.id} stands twice; expected it once")
            self.starts[clause.id] = start
            self.clauses.append(clause)
        self.text.append(text)
        self.length = end

    def _add_record(self, kind: str, line: _Line) -> None:
        record_id, clause = line.text("id"), line.text("clause")
        if clause not in self.starts:
            raise GraphError(f"{line.where}: {record_id} stands in clause {clause!r}, which no line above holds")
        start = self.starts[clause]
        span = Span(line.number("start") + start, line.number("end") + start)
        common = {"clause": clause, "span": span, "quote": line.text("quote"), "rule": line.text("rule")}
        self.records[kind].append(_RECORDS[kind](line, common))
        self.ids[kind].append((record_id, line.where))

    def reading(self) -> Reading:
        key = self.document.pop("key", "")
        head = Head(spans=tuple(self.spans), **self.document["head"])
        document = Document(
            slug=self.document["slug"],
            text="".join(self.text),
            head=head,
            clauses=tuple(self.clauses),
            raw="",
            **self.source,
        )
        if document.key != key:
            raise GraphError(f"{document.slug}, line 1: key is {key!r}; expected {document.key!r}")
        kinds = {f"{kind[:-1]}ies" if kind == "duty" else f"{kind}s": tuple(self.records[kind]) for kind in _ORDER}
        programmes = kinds.pop("programmes")
        return Reading(document, Annotations(**kinds), programmes)


def _check(reading: Reading, builder: _Builder, where: str) -> None:
    """The quotations and the ids, each fault with its file and line."""
    written = [pair for kind in _ORDER for pair in builder.ids[kind]]
    text = reading.document.text
    clauses = {clause.id: clause.span for clause in reading.document.clauses}
    for (record_id, record), (stored, place) in zip(record_ids(reading), written, strict=True):
        if not clauses[record.clause].holds(record.span) or record.span.of(text) != record.quote or not record.quote:
            found = record.span.of(text)[:60]
            raise GraphError(
                f"{place}, {stored}: the quotation is {record.quote[:60]!r}, but its clause says {found!r} there; build the base again"
            )
        if record_id != stored:
            raise GraphError(f"{place}: id is {stored!r}; expected {record_id!r} for what the line says; build the base again")
    for name, span in reading.document.head.spans:
        if not 0 <= span.start <= span.end <= len(text):
            raise GraphError(f"{where}: the place of {name} is {tuple(span)}; expected one inside the text of {len(text)} characters")


def _document_of(line: _Line) -> dict[str, Any]:
    line.number("format")
    return {
        "slug": line.text("slug"),
        "key": line.text("key"),
        "head": {
            "number": line.maybe("number"),
            "title": line.maybe("title"),
            "kind": line.maybe("type"),
            "issuers": line.texts("issuers"),
            "recipients": line.texts("recipients"),
            "date": line.maybe("date"),
            "copied_to": line.texts("copied_to"),
            "printed_by": line.maybe("printed_by"),
            "printed_on": line.maybe("printed_on"),
        },
    }


def _clause_of(line: _Line, start: int, end: int) -> Clause:
    heading_at = line.pair("heading_at")
    return Clause(
        id=line.text("clause"),
        kind=line.one_of("type", get_args(ClauseKind)),
        label=line.text("label"),
        parent=line.maybe("parent"),
        heading=line.maybe("heading"),
        heading_span=heading_at and Span(heading_at[0] + start, heading_at[1] + start),
        text_start=line.number("content_at") + start,
        span=Span(start, end),
    )


def _citation_of(line: _Line, common: dict[str, Any]) -> Citation:
    return Citation(
        **common,
        kind=line.one_of("type", get_args(CitationKind)),
        title=line.maybe("title"),
        number=line.maybe("number"),
        relation=line.text("relation"),
        issuer=line.maybe("issuer"),
    )


def _actor_of(line: _Line, common: dict[str, Any]) -> Actor:
    name, role, basis = line.text("name"), line.one_of("role", get_args(Role)), line.one_of("basis", get_args(Basis))
    return Actor(**common, name=name, role=role, basis=basis)


def _duty_of(line: _Line, common: dict[str, Any]) -> Duty:
    roles, bases = get_args(Role), get_args(Basis)
    rows = line.data.get("actors")
    bearers = tuple(Bearer(name, role, basis) for name, role, basis in line.rows("actors", str, str, str))
    if not all(bearer.role in roles and bearer.basis in bases for bearer in bearers):
        raise GraphError(f"{line.where}: actors are {rows!r:.80}; expected [name, role, basis] with known roles and bases")
    polarity = line.one_of("polarity", get_args(Polarity))
    return Duty(**common, polarity=polarity, actors=bearers, urged=line.texts("urged"), force=line.one_of("force", get_args(Force)))


def _metric_of(line: _Line, common: dict[str, Any]) -> Metric:
    return Metric(
        **common,
        indicator=line.text("indicator"),
        comparator=line.one_of("comparator", get_args(Comparator)),
        value=line.text("value"),
        unit=line.text("unit"),
        group=line.texts("group"),
    )


def _schedule_of(line: _Line, common: dict[str, Any]) -> Schedule:
    return Schedule(
        **common,
        kind=line.one_of("type", get_args(ScheduleKind)),
        period=line.maybe("period"),
        min_count=line.maybe_number("min_count"),
        start=line.maybe("from"),
        by=line.maybe("by"),
    )


def _programme_of(line: _Line, common: dict[str, Any]) -> Programme:
    return Programme(**common, name=line.text("name"))


_RECORDS: dict[str, Callable[[_Line, dict[str, Any]], Record]] = {
    "citation": _citation_of,
    "actor": _actor_of,
    "duty": _duty_of,
    "metric": _metric_of,
    "schedule": _schedule_of,
    "programme": _programme_of,
}
