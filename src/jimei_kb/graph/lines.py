r"""A reading as lines of JSON and back: one line a block of text, one line a record, nothing that moves when another clause changes.

    {"kind": "document", "format": 2, "digest": "5b1f…", "slug": "jimei-2024-46", "key": "集街办〔2024〕46号", …}
    {"kind": "head", "text": "集街办〔2024〕46号\n…", "fields": [["number", 0, 13]]}
    {"kind": "clause", "clause": "消防工作方面/六", "label": "六", "text": "六、加强…", …}
    {"kind": "duty", "id": "duty-8c6d…", "clause": "消防工作方面/六", "start": 15, "end": 60, "quote": "…", …}
    {"kind": "source", "encoding": "utf-8", "sha256": "…", "offsets": [[0, 0], …]}

Positions in a line count from the start of its block, so a longer clause changes its own lines only. The records of a
clause stand right behind it. Keys whose value is empty are left out; the order of keys is the order of writing below.
The digest in the first line is of everything else, so that a line changed or lost by hand is noticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args

from jimei_kb.errors import GraphError
from jimei_kb.graph.schema import Reading
from jimei_kb.records import (
    Actor,
    Annotations,
    Basis,
    Bearer,
    Certainty,
    Citation,
    CitationKind,
    Clause,
    ClauseKind,
    Comparator,
    Document,
    Duty,
    Force,
    Head,
    Issuer,
    IssuerBasis,
    Level,
    Metric,
    OffsetMap,
    Polarity,
    Programme,
    Role,
    Schedule,
    ScheduleKind,
    Span,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from jimei_kb.graph.schema import Record

_Record = TypeVar("_Record", bound="Record")

FORMAT = 2
_KINDS: dict[type, str] = {
    Citation: "citation",
    Actor: "actor",
    Duty: "duty",
    Metric: "metric",
    Schedule: "schedule",
    Programme: "programme",
}
_ORDER = {kind: i for i, kind in enumerate(_KINDS.values())}
RECORD_KINDS = tuple(_ORDER)
_DIGEST = "digest"
_BLOCKS = ("head", "clause", "gap", "tail")
# 64 bits: two of a million records share an id with a chance of 3 in 100 million
_ID_DIGITS = 16
# how the line of a record begins, up to the clause that it belongs to
_RECORD_OF = re.compile(rf'{{"kind": "({"|".join(_KINDS.values())})", "id": "[^"]*", "clause": ("(?:[^"\\]|\\.)*")')
# what every record has in its line, whatever its kind
_COMMON = frozenset({"kind", "id", "clause", "start", "end", "quote", "rule"})
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def in_order(reading: Reading) -> Reading:
    """`reading` with the records of each kind in text order, whatever order they came in."""
    starts = {clause.id: clause.span.start for clause in reading.document.clauses}

    def place(record: Record) -> tuple[int, Span]:
        return starts.get(record.clause, 0), record.span

    def ordered(records: tuple[_Record, ...]) -> tuple[_Record, ...]:
        # few stand at the same place: only these need to be compared as a whole
        if len(set(map(place, records))) == len(records):
            return tuple(sorted(records, key=place))
        return tuple(sorted(records, key=lambda one: (*place(one), json.dumps(_record_line("", one, 0), ensure_ascii=False))))

    found = reading.annotations
    annotations = Annotations(
        citations=ordered(found.citations),
        actors=ordered(found.actors),
        duties=ordered(found.duties),
        metrics=ordered(found.metrics),
        schedules=ordered(found.schedules),
    )
    return Reading(reading.document, annotations, ordered(reading.programmes))


def name_of(text: str, where: str) -> tuple[str, str, str | None]:
    """Slug, key and number of the document whose lines `text` holds, from its first line alone.

    Raises GraphError where that is no document line.
    """
    first = text.partition("\n")[0]
    try:
        line = json.loads(first)
        return line["slug"], line["key"], line.get("number")
    except (ValueError, KeyError, TypeError) as error:
        raise GraphError(f"{where} 第 1 行：读到 {first[:40]!r}；应为文件首行；请重新建库") from error


def count_kinds(text: str) -> Counter[str]:
    """How many lines of each kind `text`, as `encode` wrote it, holds: clause, duty, actor and so on."""
    return Counter(json.loads(line)["kind"] for line in text[:-1].split("\n"))


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
class Block:
    """A stretch of a document's text: head, clause, gap or tail."""

    kind: str
    span: Span
    clause: Clause | None = None


def text_blocks(document: Document) -> Iterator[Block]:
    """The head, every clause, what stands between clauses, and the tail: together the whole text."""
    clauses = sorted(document.clauses, key=lambda clause: clause.span)
    at = 0
    for i, clause in enumerate(clauses):
        if clause.span.start < at or clause.span.end < clause.span.start:
            raise GraphError(f"{document.slug}：条款 {clause.id} 在 {tuple(clause.span)}，与止于 {at} 的前一条重叠；各条应首尾相接")
        if clause.span.start > at:
            yield Block("gap" if i else "head", Span(at, clause.span.start))
        yield Block("clause", clause.span, clause)
        at = clause.span.end
    if at < len(document.text):
        yield Block("tail" if clauses else "head", Span(at, len(document.text)))


# --- writing ------------------------------------------------------------------------------------------------------


def encode(reading: Reading) -> str:
    """`reading` as JSON lines. Raises GraphError where a record does not stand in the text it quotes."""
    verify(reading)
    return _written(reading)


def verify(reading: Reading) -> None:
    """Raise GraphError unless every quotation is what the text says at its place, inside its clause, and the clauses fit the text."""
    fault = _fault(reading)
    if fault is None:
        return
    where, record = reading.document.slug, fault.record
    if record is not None:
        where += f" 条款 {record.clause}，{next(key for key, one in record_ids(reading) if one is record)}"
    raise GraphError(f"{where}：{fault.message}")


def _written(reading: Reading) -> str:
    """The lines of a reading that has no fault."""
    reading = in_order(reading)
    document = reading.document
    lines: list[dict[str, Any]] = [_document_line(document)]
    by_clause: dict[str, list[tuple[str, Record]]] = {}
    for record_id, record in record_ids(reading):
        by_clause.setdefault(record.clause, []).append((record_id, record))
    blocks = list(text_blocks(document))
    for block in blocks:
        lines.append(_block_line(block, document, final=block is blocks[-1]))
        if block.clause is None:
            continue
        for record_id, record in by_clause.get(block.clause.id, []):
            lines.append(_record_line(record_id, record, block.span.start))
    lines.append(_source_line(document))
    rows = [json.dumps(_filled(line), ensure_ascii=False) for line in lines]
    # half a character is refused in the text; in a name it must not break the digest
    digest = hashlib.sha256("\n".join(rows).encode("utf-8", "surrogatepass")).hexdigest()[:_ID_DIGITS]
    rows[0] = json.dumps(_filled({**lines[0], _DIGEST: digest}), ensure_ascii=False)
    return "".join(f"{line}\n" for line in rows)


@dataclass(frozen=True, slots=True)
class _Fault:
    """What does not fit, and the record that it is in; None where it is in the document itself."""

    message: str
    record: Record | None = None


def _fault(reading: Reading) -> _Fault | None:
    """The first thing in `reading` that does not fit its text; None where all fits. The one check for writing and reading."""
    return next((fault for faults in (_of_document(reading.document), _of_records(reading)) for fault in faults), None)


def _of_document(document: Document) -> Iterator[_Fault]:
    text = document.text
    half = _HALF_CHARACTER.search(text)
    if half:
        yield _Fault(f"原文第 {half.start()} 个字符是半个字符（U+{ord(half[0]):04X}）；应为 UTF-8 能写的文字")
    ids = Counter(clause.id for clause in document.clauses)
    twice = sorted(key for key, count in ids.items() if count > 1)
    if twice:
        yield _Fault(f"条款编号重复：{'、'.join(twice[:5])}；每个编号只应出现一次")
    for clause in document.clauses:
        if clause.parent is not None and clause.parent not in ids:
            yield _Fault(f"条款 {clause.id} 的上级是 {clause.parent!r}；应为同一文件的条款")
        if not clause.span.start <= clause.text_start <= clause.span.end:
            yield _Fault(f"条款 {clause.id} 的内容起于 {clause.text_start}；应在条款之内 {tuple(clause.span)}")
        at = clause.heading_span
        said = at.of(text) if at is not None and clause.span.holds(at) else ""
        if said != (clause.heading or "") or (at is not None and not clause.span.holds(at)):
            yield _Fault(f"条款 {clause.id} 的标题写作 {clause.heading!r}，而原文 {at and tuple(at)} 处是 {said[:60]!r}")
    for name, span in document.head.spans:
        if not 0 <= span.start <= span.end <= len(text):
            yield _Fault(f"{name} 的位置是 {tuple(span)}；应在 {len(text)} 字的原文之内")
    places = document.offsets.canonical, document.offsets.raw
    starts = [start for start, _ in document.pages]
    if starts and (starts[0] != 0 or starts[-1] > len(text) or any(a >= b for a, b in pairwise(starts))):
        yield _Fault("页码的位置不递增；应从 0 开始，各在原文之内")
    if not all(starts and all(a < b for a, b in pairwise(starts)) for starts in places) or places[0][0] != 0:
        yield _Fault("位置对照不能回到来源文件；应为递增的数对，从 0 开始")


def _of_records(reading: Reading) -> Iterator[_Fault]:
    text = reading.document.text
    clauses = {clause.id: clause.span for clause in reading.document.clauses}
    for record in reading.records():
        clause = clauses.get(record.clause)
        if clause is None:
            yield _Fault("文件中没有这一条", record)
        elif not clause.holds(record.span):
            yield _Fault(f"位置 {tuple(record.span)} 越出了条款 {tuple(clause)}", record)
        elif record.span.of(text) != record.quote or not record.quote:
            found = record.span.of(text)
            yield _Fault(f"引文是 {record.quote[:60]!r}，而原文那里是 {found[:60]!r}", record)


def _filled(line: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if value not in (None, "", (), [])}


def _document_line(document: Document) -> dict[str, Any]:
    head = document.head
    return {
        "kind": "document",
        "format": FORMAT,
        _DIGEST: None,
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


def _block_line(block: Block, document: Document, *, final: bool) -> dict[str, Any]:
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
            line |= {"relation": record.relation, "issuer": record.issuer, "issued_by": _issuer_line(record.issued_by)}
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


def fields_of(record: Record) -> dict[str, Any]:
    """What a record says beside its place, quotation and rule, under the names that lines have for it; what is empty is left out."""
    line = _record_line("", record, 0)
    # by way of JSON, so that it compares with what a line says
    return cast("dict[str, Any]", json.loads(json.dumps(_filled({key: line[key] for key in line if key not in _COMMON}))))


def _issuer_line(issuer: Issuer | None) -> dict[str, Any] | None:
    if issuer is None:
        return None
    line: dict[str, Any] = {"names": issuer.names, "basis": issuer.basis, "certainty": issuer.certainty, "level": issuer.level}
    return _filled({**line, "reason": issuer.reason, "candidates": issuer.candidates})


def _source_line(document: Document) -> dict[str, Any]:
    offsets = document.offsets
    pairs = [list(pair) for pair in zip(offsets.canonical, offsets.raw, strict=True)]
    pages = [list(page) for page in document.pages]
    return {"kind": "source", "encoding": document.encoding, "sha256": document.sha256, "offsets": pairs, "pages": pages}


def plain_records(reading: Reading, clause: str) -> list[dict[str, Any]]:
    """The records of a clause as dicts with their ids; positions count from the start of the document's text."""
    return [_filled(_record_line(record_id, record, 0)) for record_id, record in record_ids(in_order(reading)) if record.clause == clause]


# --- reading ------------------------------------------------------------------------------------------------------


class _Line:
    """One line being read: each value is asked for by its type, and what nobody asked for is an error."""

    def __init__(self, data: dict[str, Any], where: str, remedy: str = "请重新建库") -> None:
        self.data = data
        self.where = where
        self.remedy = remedy

    def fail(self, key: str, expected: str) -> GraphError:
        return GraphError(f"{self.where}：{key} 是 {_shown(self.data, key)}；应为{expected}；{self.remedy}")

    def text(self, key: str) -> str:
        value = self.data.get(key, "")
        if not isinstance(value, str):
            raise self.fail(key, "文字")
        self.data.pop(key, None)
        return value

    def maybe(self, key: str) -> str | None:
        return self.text(key) or None

    def one_of(self, key: str, names: tuple[str, ...]) -> Any:
        if self.data.get(key) not in names:
            raise self.fail(key, "以下之一：" + " ".join(names))
        return self.data.pop(key)

    def maybe_number(self, key: str) -> int | None:
        return self.number(key) if key in self.data else None

    def number(self, key: str) -> int:
        if type(self.data.get(key)) is not int:
            raise self.fail(key, "整数")
        value: int = self.data.pop(key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key, [])
        if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise self.fail(key, "文字的列表")
        self.data.pop(key, None)
        return tuple(value)

    def rows(self, key: str, *types: type) -> list[list[Any]]:
        value = self.data.get(key, [])
        right = isinstance(value, list) and all(isinstance(row, list) and [type(item) for item in row] == list(types) for row in value)
        if not right:
            raise self.fail(key, f"列表，每项有 {len(types)} 个值（{'、'.join(t.__name__ for t in types)}）")
        self.data.pop(key, None)
        rows: list[list[Any]] = value
        return rows

    def pair(self, key: str) -> tuple[int, int] | None:
        value = self.data.get(key)
        if value is None:
            return None
        if not (isinstance(value, list) and [type(item) for item in value] == [int, int]):
            raise self.fail(key, "两个整数")
        del self.data[key]
        return value[0], value[1]

    def inner(self, key: str) -> _Line | None:
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.fail(key, "JSON 对象")
        del self.data[key]
        return _Line(value, f"{self.where}的 {key}", self.remedy)

    def done(self) -> None:
        if self.data:
            raise GraphError(f"{self.where}：不认识的字段 {'、'.join(sorted(self.data)[:5])}；应为格式 {FORMAT} 的行；{self.remedy}")


def decode(text: str, where: str) -> Reading:
    """The reading written in `text`; its document has no raw text. `where` names the file in errors.

    Raises GraphError for anything that `encode` would not have written, and for a quotation that the text does not hold.
    """
    builder = _built(_parsed(text, where), where)
    reading = builder.reading()
    fault = _fault(reading)
    if fault is not None:
        raise GraphError(f"{builder.place(fault.record) or where}：{fault.message}；请重新建库")
    _compare(text, _written(reading), where)
    return reading


def decode_checked(text: str, where: str, clauses: Collection[str] | None = None, kinds: Collection[str] = RECORD_KINDS) -> Reading:
    """The reading in a `text` that `decode` has taken before, without its checks.

    Of the records only those of the `clauses` with these ids and of these `kinds`; the document comes whole in any case. A third of
    the work of `decode`, and where few records are wanted a tenth.
    """
    if clauses is not None or kinds != RECORD_KINDS:
        wanted = None if clauses is None else {json.dumps(clause, ensure_ascii=False) for clause in clauses}
        places = ((line, _RECORD_OF.match(line)) for line in text[:-1].split("\n"))
        lines = [line for line, at in places if at is None or (at[1] in kinds and (wanted is None or at[2] in wanted))]
        text = "".join(f"{line}\n" for line in lines)
    return _built(_parsed(text, where), where).reading()


def _built(lines: list[tuple[str, _Line]], where: str) -> _Builder:
    kinds = [kind for kind, _ in lines]
    if len(lines) < 2 or kinds[0] != "document" or kinds[-1] != "source":
        raise GraphError(f"{where}：首行是 {kinds[0]}，末行是 {kinds[-1]}；应以 document 行开头、source 行结尾；请重新建库")
    builder = _Builder()
    for kind, line in lines:
        builder.add(kind, line)
        line.done()
    return builder


def _compare(text: str, written: str, where: str) -> None:
    """Raise GraphError where `text` is not what is `written` for it, with the first line that is not."""
    if text == written:
        return
    pairs = zip_longest(text.split("\n"), written.split("\n"), fillvalue="")
    for number, (found, expected) in enumerate(pairs, 1):
        difference = _difference(found, expected)
        if difference:
            raise GraphError(f"{where} 第 {number} 行：{difference}；请重新建库")
    raise GraphError(
        f"{where}：第 1 行的摘要与其余各行不符，写成之后有行被改动、增加或删去；"
        "请由通知重新建库（手工改动 documents/ 不能保留，要改请用 jimei-kb correct）"
    )


def _difference(found: str, expected: str) -> str:
    """How a line differs from the one that is written for it: by its values, else by how they stand there; not by the digest."""
    values, wanted = (json.loads(line or "{}") for line in (found, expected))
    if found.replace(values.get(_DIGEST, ""), wanted.get(_DIGEST, ""), 1) == expected:
        return ""
    if _DIGEST in values:
        wanted[_DIGEST] = values[_DIGEST]
    for key in (*wanted, *values):
        if values.get(key) != wanted.get(key):
            return f"{key} 是 {_shown(values, key)}；应为 {_shown(wanted, key)}"
    at = next(i for i, (a, b) in enumerate(zip_longest(found, expected)) if a != b)
    return f"第 {at + 1} 个字符起是 {found[at : at + 40]!r}；应为 {expected[at : at + 40]!r}"


def _shown(values: dict[str, Any], key: str) -> str:
    return repr(values[key])[:60] if key in values else "空"


def _parsed(text: str, where: str) -> list[tuple[str, _Line]]:
    if not text.endswith("\n"):
        raise GraphError(f"{where}：最后一行不完整；请重新建库")
    lines = []
    # not splitlines(): it would also split at U+2028 and its like, which JSON leaves inside a string
    for number, source in enumerate(text[:-1].split("\n"), 1):
        place = f"{where} 第 {number} 行"
        try:
            data = json.loads(source)
        except (ValueError, RecursionError) as error:
            raise GraphError(f"{place}：不是 JSON；请恢复这个文件或重新建库") from error
        if not isinstance(data, dict):
            raise GraphError(f"{place}：读到 {source[:40]!r}；应为 JSON 对象；请重新建库")
        line = _Line(data, place)
        if number == 1 and data.get("format") != FORMAT:
            raise line.fail("format", f" {FORMAT}（本版 jimei-kb 的格式）")
        kind = line.one_of("kind", ("document", *_BLOCKS, *_ORDER, "source"))
        if (kind == "document") != (number == 1):
            raise GraphError(f"{place}：是 {kind} 行；document 行应有且只有一行，在最前；请重新建库")
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
        self.places: list[tuple[Record, str]] = []
        self.document: dict[str, Any] = {}
        self.source: dict[str, Any] = {}

    def add(self, kind: str, line: _Line) -> None:
        if kind == "document":
            self.document = _document_of(line)
        elif kind == "source":
            pairs = line.rows("offsets", int, int)
            offsets = OffsetMap(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))
            pages = tuple((start, number) for start, number in line.rows("pages", int, int))
            self.source = {"encoding": line.text("encoding"), "sha256": line.text("sha256"), "offsets": offsets, "pages": pages}
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
                raise GraphError(f"{line.where}：条款 {clause.id} 重复；只应出现一次；请重新建库")
            self.starts[clause.id] = start
            self.clauses.append(clause)
        self.text.append(text)
        self.length = end

    def _add_record(self, kind: str, line: _Line) -> None:
        line.text("id")  # made from the rest of the line, and compared when all of it is read
        clause = line.text("clause")
        if clause not in self.starts:
            raise GraphError(f"{line.where}：{kind} 属于条款 {clause!r}，而上面没有这一条；请重新建库")
        start = self.starts[clause]
        span = Span(line.number("start") + start, line.number("end") + start)
        common = {"clause": clause, "span": span, "quote": line.text("quote"), "rule": line.text("rule")}
        record = _RECORDS[kind](line, common)
        self.records[kind].append(record)
        self.places.append((record, line.where))

    def place(self, record: Record | None) -> str:
        """The file and line of a record; an empty text for None."""
        return next((where for one, where in self.places if one is record), "")

    def reading(self) -> Reading:
        head = Head(spans=tuple(self.spans), **self.document["head"])
        document = Document(
            slug=self.document["slug"],
            text="".join(self.text),
            head=head,
            clauses=tuple(self.clauses),
            raw="",
            shares_number=head.number is not None and self.document["key"] == self.document["slug"] != head.number,
            **self.source,
        )
        kinds = {f"{kind[:-1]}ies" if kind == "duty" else f"{kind}s": tuple(self.records[kind]) for kind in _ORDER}
        programmes = kinds.pop("programmes")
        return Reading(document, Annotations(**kinds), programmes)


def _document_of(line: _Line) -> dict[str, Any]:
    # compared when all of it is read
    line.number("format"), line.text(_DIGEST)
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
        issued_by=_issuer_of(line.inner("issued_by")),
    )


def _issuer_of(line: _Line | None) -> Issuer | None:
    if line is None:
        return None
    issuer = Issuer(
        names=line.texts("names"),
        basis=line.one_of("basis", get_args(IssuerBasis)),
        certainty=line.one_of("certainty", get_args(Certainty)) if "certainty" in line.data else None,
        level=line.one_of("level", get_args(Level)) if "level" in line.data else None,
        reason=line.text("reason"),
        candidates=line.texts("candidates"),
    )
    if bool(issuer.names) != (issuer.certainty is not None):
        raise line.fail("certainty", "与 names 同有同无")
    line.done()
    return issuer


def _actor_of(line: _Line, common: dict[str, Any]) -> Actor:
    name, role, basis = line.text("name"), line.one_of("role", get_args(Role)), line.one_of("basis", get_args(Basis))
    return Actor(**common, name=name, role=role, basis=basis)


def _duty_of(line: _Line, common: dict[str, Any]) -> Duty:
    roles, bases = get_args(Role), get_args(Basis)
    rows = line.data.get("actors")
    bearers = tuple(Bearer(name, role, basis) for name, role, basis in line.rows("actors", str, str, str))
    if not all(bearer.role in roles and bearer.basis in bases for bearer in bearers):
        raise GraphError(
            f"{line.where}：actors 是 {rows!r:.80}；应为 [名称, 角色, 依据] 的列表，角色为 {' '.join(roles)}，依据为 {' '.join(bases)}"
        )
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


def record_from(kind: str, fields: dict[str, Any], clause: str, span: Span, quote: str, rule: str, where: str) -> Record:
    """The record of this kind with the `fields` that `fields_of` gives. Raises GraphError for fields and values that it cannot have."""
    if kind not in _RECORDS:
        raise GraphError(f"{where}：没有 {kind!r} 这种记录；应为以下之一：{' '.join(_RECORDS)}")
    line = _Line(deepcopy(fields), f"{where}的 {kind}", "请改正这个值")  # what is read is taken out of it
    record = _RECORDS[kind](line, {"clause": clause, "span": span, "quote": quote, "rule": rule})
    line.done()
    if isinstance(record, Actor | Programme) and not record.name:
        raise line.fail("name", "名称")
    return record
