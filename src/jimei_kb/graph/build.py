"""Readings to a graph, and the graph to NetworkX. Nothing here reads a file."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import asdict, dataclass, field, replace
from itertools import accumulate
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

from jimei_kb.graph.lines import in_order, record_ids
from jimei_kb.graph.names import full_name, named_bodies, own_names, stands_alone, suggest_names
from jimei_kb.graph.registry import load_registry
from jimei_kb.graph.resolve import setting_of
from jimei_kb.graph.schema import Edge, Graph, Merge, Node, edge_order
from jimei_kb.graph.statements import Holdings, Statements
from jimei_kb.graph.validity import facts_of, outline, validities, validity_of_row
from jimei_kb.records import Actor, Bearer, Citation, Duty, Evidence, Issuer, Metric, Programme, Schedule, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    import networkx as nx

    from jimei_kb.graph.names import Setting
    from jimei_kb.graph.registry import Registry
    from jimei_kb.graph.schema import EdgeKind, NodeKind, Reading, Record, Suggestion
    from jimei_kb.graph.validity import Outline
    from jimei_kb.records import Clause, Document

_Thing = TypeVar("_Thing")
_SPACE = re.compile(r"\s+")
_NOT_STATED = "文中未写明"
_NO_FACTS: Mapping[str, str | None] = MappingProxyType({})


def build_graph(readings: Iterable[Reading], registry: Registry | None = None) -> Graph:
    """The nodes and edges that follow from `readings`, the same in whatever order they come.

    Programmes and cited documents of the same name are one node, and so are bodies under a name that is the same body's
    everywhere. Other names (街道办, 各社区居委会, 区安办) are nodes of the document that prints them, `actor:<document>→<name>`;
    what they probably stand for by the `registry` (default: the one that is shipped) is a suggestion. A cited document
    that no reading holds is a node marked unresolved, with its issuer as far as that is known. A duty that nobody is
    printed for has no bearer, and its fact `bearers` says so.
    """
    readings = sorted(readings, key=lambda reading: reading.document.key)
    registry = registry or load_registry()
    linker = Linker([outline(reading, registry) for reading in readings], registry)
    linked = [linker.link(reading) for reading in readings]
    nodes = sorted((*(node for own, _ in linked for node in own), *linker.shared()), key=lambda node: node.id)
    edges = sorted((edge for _, edges in linked for edge in edges), key=edge_order)
    return Graph(tuple(nodes), tuple(edges), linker.merges(), tuple(linker.suggestions), tuple(linker.said.disagreements()))


def to_networkx(graph: Graph) -> nx.MultiDiGraph[str]:
    """`graph` as a NetworkX MultiDiGraph.

    Nodes carry kind, label, unresolved and their facts; edges kind, their facts, and the evidence as document, clause,
    start, end, quote, rule and, where it is known, page. The key of an edge is its kind with a running number. The attribute
    `merges` of the graph is JSON text, which every format that NetworkX writes can hold: a list of the names that were taken for
    others, with reason.
    """
    import networkx as nx

    made: nx.MultiDiGraph[str] = nx.MultiDiGraph(merges=json.dumps([asdict(merge) for merge in graph.merges], ensure_ascii=False))
    for node in graph.nodes:
        made.add_node(node.id, kind=node.kind, label=node.label, unresolved=node.unresolved, **dict(node.facts))
    numbers: dict[tuple[str, str, str], int] = defaultdict(int)
    for edge in graph.edges:
        ends = (edge.source, edge.target, edge.kind)
        values = {name: getattr(edge.evidence, name) for name in Evidence.__slots__}
        evidence = {name: value for name, value in values.items() if value is not None}
        made.add_edge(edge.source, edge.target, key=f"{edge.kind}-{numbers[ends]}", kind=edge.kind, **dict(edge.facts), **evidence)
        numbers[ends] += 1
    return made


class _Placed(Generic[_Thing]):
    """Things of one clause by their places."""

    def __init__(self, things: Iterable[tuple[Span, _Thing]] = ()) -> None:
        self.things = sorted(things, key=lambda pair: pair[0])
        self.starts = [span.start for span, _ in self.things]
        # how far the things up to here reach: behind that there is no need to look among them
        self.reach = list(accumulate((span.end for span, _ in self.things), max))

    def meeting(self, span: Span) -> Iterator[tuple[Span, _Thing]]:
        """Those that share a character with `span`, the last first."""
        i = bisect_left(self.starts, span.end)
        while i and self.reach[i - 1] > span.start:
            i -= 1
            if self.things[i][0].end > span.start:
                yield self.things[i]


def _by_clause(things: Iterable[tuple[str, Span, _Thing]]) -> Mapping[str, _Placed[_Thing]]:
    found: dict[str, list[tuple[Span, _Thing]]] = defaultdict(list)
    for clause, span, thing in things:
        found[clause].append((span, thing))
    return defaultdict(_Placed, {clause: _Placed(pairs) for clause, pairs in found.items()})


@dataclass(frozen=True, slots=True)
class _Source:
    """A reading with what is looked up in it again and again."""

    reading: Reading
    setting: Setting
    names: Mapping[str, tuple[str, str]]
    duties: Mapping[str, _Placed[str]]
    titled: Mapping[str, _Placed[Citation]]
    # name → node of the bodies that have been named so far
    bodies: dict[str, str] = field(default_factory=dict)

    def duty_around(self, record: Metric | Schedule) -> str | None:
        """The node of the duty of the same clause that shares the most characters with `record`, of several the first."""
        shared = {
            node: min(record.span.end, span.end) - max(record.span.start, span.start)
            for span, node in self.duties[record.clause].meeting(record.span)
        }
        return max(reversed(shared), key=lambda node: shared[node], default=None)


class Linker:
    """Links one document after the other, given the outlines of all of them; the order of the documents does not matter.

    A document hands over what belongs to it alone. What several may name is kept until the end: documents, programmes, and
    bodies under a name that stands alone.
    """

    def __init__(self, outlines: Collection[Outline], registry: Registry) -> None:
        held = {one.key: one.head for one in outlines}
        self.validity = validities(outlines)
        self.registry = registry
        self.holdings = Holdings(held)
        self.said = Statements(held)
        self.suggestions: list[Suggestion] = []
        self._nodes: dict[str, Node] = {}
        self._own: dict[str, Node] = {}
        self._edges: list[Edge] = []
        self._merges: set[Merge] = set()
        self._met: dict[str, set[Merge]] = defaultdict(set)
        self._issuers: dict[str, set[Issuer]] = defaultdict(set)
        for key, head in held.items():
            self._met[f"document:{key}"].add(Merge(key, head.title or key, key, "文件本身在库中"))

    def shared(self) -> Iterator[Node]:
        """The nodes that several documents may name, when all are linked; in no order."""
        for node in self._nodes.values():
            yield _issued(node, self._issuers.get(node.id, set()))

    def merges(self) -> tuple[Merge, ...]:
        """The names that were taken for others, when all documents are linked."""
        # names that are the same to the letter meet only where more than one document has them
        met = {merge for found in self._met.values() if len({merge.document for merge in found}) > 1 for merge in found}
        return tuple(sorted(self._merges | met, key=lambda merge: (merge.document, merge.printed, merge.name, merge.reason)))

    def link(self, reading: Reading) -> tuple[Collection[Node], Collection[Edge]]:
        """The nodes that are this document's own, and every edge that it says; an edge may lead to a node of `shared`."""
        self._own, self._edges = {}, []
        reading = in_order(reading)
        document = reading.document
        ids = record_ids(reading)
        source = self._source(reading, ids)
        key = self._document(document)
        self._head(source, key)
        held = {clause.id for clause in document.clauses}
        for clause in document.clauses:
            self._clause(document, clause, f"clause:{document.key}#{clause.parent}" if clause.parent in held else key)
        for record_id, record in ids:
            self._record(source, record_id, record)
        self._suggest(source)
        return self._own.values(), self._edges

    def _node(self, kind: NodeKind, key: str, label: str, facts: Mapping[str, str | None] = _NO_FACTS, *, unresolved: bool = False) -> str:
        node = Node(f"{kind}:{key}", kind, label, unresolved, tuple((k, v) for k, v in facts.items() if v))
        # a body that stands alone has no facts, any other says whose it is
        shared = kind in ("document", "programme") or (kind == "actor" and not node.facts)
        nodes = self._nodes if shared else self._own
        old = nodes.get(node.id)
        # of two mentions of a document that is not held, the one that says more describes it
        if old is None or (len(node.facts), node.label, node.facts) > (len(old.facts), old.label, old.facts):
            nodes[node.id] = node
        return node.id

    def _edge(self, source: str, target: str, kind: EdgeKind, evidence: Evidence, **facts: str | None) -> None:
        self._edges.append(Edge(source, target, kind, evidence, tuple((k, v) for k, v in facts.items() if v)))

    def _source(self, reading: Reading, ids: Iterable[tuple[str, Record]]) -> _Source:
        document = reading.document
        return _Source(
            reading,
            setting_of(document, self.registry),
            own_names(document),
            _by_clause((duty.clause, duty.span, f"duty:{record_id}") for record_id, duty in ids if isinstance(duty, Duty)),
            _by_clause((one.clause, one.span, one) for one in reading.annotations.citations if one.kind == "titled"),
        )

    def _suggest(self, source: _Source) -> None:
        """Join the short names of a document to what they probably stand for, each where it is first printed."""
        reading, document = source.reading, source.reading.document
        places = {name: _head_evidence(document, "copied_to", name) for name in document.head.copied_to}
        for actor in reading.annotations.actors:
            places.setdefault(actor.name, reading.evidence(actor))
        for duty in reading.annotations.duties:
            for name in (*(bearer.name for bearer in duty.actors), *duty.urged):
                places.setdefault(name, reading.evidence(duty))
        for suggestion in suggest_names(source.setting, places):
            self.suggestions.append(suggestion)
            printed = self._body(source, suggestion.printed)
            for name in suggestion.names:
                certainty = "C" if len(suggestion.names) == 1 else None
                target = self._node("actor", name, name)
                self._edge(printed, target, "may_be", places[suggestion.printed], certainty=certainty, reason=suggestion.reason)

    def _document(self, document: Document) -> str:
        head = document.head
        facts = {"number": head.number, "date": head.date, "type": head.kind, **facts_of(self.validity[document.key])}
        return self._node("document", document.key, head.title or document.key, facts)

    def _head(self, source: _Source, key: str) -> None:
        document = source.reading.document
        for name in document.head.issuers:
            self._edge(self._body(source, name), key, "issues", _head_evidence(document, "issuers", name))
        for name in document.head.recipients:
            self._edge(key, self._body(source, name), "addressed_to", _head_evidence(document, "recipients", name))
        for name in document.head.copied_to:
            self._edge(key, self._body(source, name), "copied_to", _head_evidence(document, "copied_to", name))

    def _clause(self, document: Document, clause: Clause, above: str) -> None:
        whole = document.clause_key(clause.id)
        label = f"{clause.id} {clause.heading or ''}".strip()
        facts = {"document": document.key, "clause": clause.id, "heading": clause.heading, "type": clause.kind}
        node = self._node("clause", whole, label, facts)
        span = Span(clause.span.start, clause.heading_span.end if clause.heading_span else clause.text_start)
        if not span.of(document.text):
            span = clause.span
        evidence = Evidence(document.key, whole, *span, span.of(document.text), "document.clauses", document.page(span.start))
        self._edge(above, node, "has_clause", evidence)

    def _body(self, source: _Source, name: str) -> str:
        """The node of a body by the name that a document has for it: of the whole base if it stands alone, else of the document."""
        if name not in source.bodies:
            source.bodies[name] = self._new_body(source, name)
        return source.bodies[name]

    def _new_body(self, source: _Source, name: str) -> str:
        key = source.reading.document.key
        if not stands_alone(name, source.setting):
            return self._node("actor", f"{key}→{name}", name, {"document": key})
        full, reason = full_name(name, self.registry)
        if full != name:
            self._merges.add(Merge(key, name, full, reason))
        node = self._node("actor", full, full)
        self._met[node].add(Merge(key, name, full, reason or "全称相同"))
        return node

    def _actor(self, source: _Source, printed: str) -> tuple[str, str | None]:
        """The node of a body that a document calls `printed`, and the printed name where it is another one."""
        name, reason = source.names.get(printed, (printed, ""))
        if name == printed:
            return self._body(source, name), None
        self._merges.add(Merge(source.reading.document.key, printed, name, reason))
        return self._body(source, name), printed

    def _actors(self, source: _Source, named: Actor | Bearer) -> Iterator[tuple[str, str | None]]:
        """`_actor` for each body that a record names; 主送机关 is as many as are printed."""
        for name in named_bodies(source.reading.document, named):
            yield self._actor(source, name)

    def _record(self, source: _Source, record_id: str, record: Record) -> None:
        reading, document = source.reading, source.reading.document
        evidence = reading.evidence(record)
        clause = f"clause:{evidence.clause}"
        match record:
            case Citation():
                cited = self._cited(document, record)
                self.said.hear(cited, record, evidence)
                self._edge(clause, cited, "cites", evidence, relation=record.relation, type=record.kind)
                self._issued_by(source, record.issued_by, cited, evidence)
                if record.kind == "carried":
                    self._carried(source, record, cited, evidence)
            case Actor():
                for actor, printed in self._actors(source, record):
                    self._edge(clause, actor, "involves", evidence, role=record.role, basis=record.basis, printed=printed)
            case Duty():
                borne = [(bearer, *body) for bearer in record.actors for body in self._actors(source, bearer)]
                facts = {"polarity": record.polarity, "bearers": None if borne else _NOT_STATED}
                duty = self._node("duty", record_id, record.quote, facts)
                self._edge(clause, duty, "demands", evidence)
                for bearer, actor, printed in borne:
                    self._edge(actor, duty, "bears", evidence, role=bearer.role, basis=bearer.basis, printed=printed)
                for name in record.urged:
                    actor, printed = self._actor(source, name)
                    self._edge(duty, actor, "urges", evidence, printed=printed)
            case Metric():
                number = {"indicator": record.indicator, "comparator": record.comparator, "value": record.value, "unit": record.unit}
                metric = self._node("metric", record_id, record.quote, {**number, "group": "、".join(record.group)})
                stated = source.duty_around(record)
                if stated:
                    self._edge(metric, stated, "measures", evidence)
                else:
                    self._edge(clause, metric, "measures", evidence)
            case Schedule():
                count = None if record.min_count is None else str(record.min_count)
                times = {"type": record.kind, "period": record.period, "min_count": count, "from": record.start, "by": record.by}
                schedule = self._node("schedule", record_id, record.quote, times)
                self._edge(source.duty_around(record) or clause, schedule, "due", evidence)
            case Programme():
                programme = self._node("programme", record.name, record.name)
                self._met[programme].add(Merge(document.key, record.quote, record.name, "专项行动同名"))
                self._edge(clause, programme, "mentions", evidence)

    def _issued_by(self, source: _Source, issuer: Issuer | None, cited: str, evidence: Evidence) -> None:
        """Note who issued a document that the base does not hold; one that it holds says so itself."""
        if issuer is None or cited.removeprefix("document:") in self.holdings.held:
            return
        self._issuers[cited].add(issuer)
        for name in issuer.names:
            facts = {"certainty": issuer.certainty, "basis": issuer.basis, "reason": issuer.reason}
            self._edge(self._body(source, name), cited, "issues", evidence, **facts)

    def _carried(self, source: _Source, record: Citation, cited: str, evidence: Evidence) -> None:
        """Join the document inside a title to the document whose title that is."""
        for span, carrier in source.titled[record.clause].meeting(record.span):
            if span.holds(record.span):
                self._edge(self._cited(source.reading.document, carrier), cited, "carries", evidence)

    def _cited(self, document: Document, citation: Citation) -> str:
        """The node of a cited document: one that the base holds, else a stub.

        Without a number, a title names one document for the whole base if it says whose it is (国务院办公厅《…》,
        《福建省消防条例》). 《关于印发…的通知》 alone, a bare name and a plural reference are only clear where they stand.
        """
        number = _SPACE.sub("", citation.number or "")
        title = _SPACE.sub("", citation.title or "")
        found = self.holdings.find(citation)
        if found is not None:
            return self._same(document, citation, f"document:{found[0]}", *found)
        if number:
            key = number
        elif title and not (title.startswith("关于") and citation.issuer is None):
            issuer = citation.issued_by
            # 街道办事处《…》 is another one in every notice, its issuer's full name is not
            named = "、".join(issuer.names) if issuer is not None and issuer.basis == "named" else ""
            key = f"{(named or citation.issuer) if citation.issuer else ''}《{title}》"
        else:
            key = f"{document.key}→{title or citation.quote}"
        facts = {"number": number, "issuer": citation.issuer, "type": citation.kind, **self._known_from_elsewhere(number)}
        node = self._node("document", key, title or citation.quote, facts, unresolved=True)
        return self._same(document, citation, node, key, "文号相同" if number else "题名及所标的发文机关相同")

    def _known_from_elsewhere(self, number: str) -> dict[str, str]:
        """When a document holds that the base does not hold, as far as the registry knows its number."""
        row = next((row for row in self.registry.documents if number and row.number == number), None)
        return facts_of(validity_of_row(row)) if row else {}

    def _same(self, document: Document, citation: Citation, node: str, name: str, reason: str) -> str:
        """`node`, with a note of the document that cites it."""
        self._met[node].add(Merge(document.key, citation.quote, name, reason))
        return node


def _issued(node: Node, found: set[Issuer]) -> Node:
    """A cited document with its issuer: the surest of what its mentions say, none where they say different ones."""
    if not found:
        return node
    known = sorted((issuer for issuer in found if issuer.names), key=lambda one: (one.certainty or "", one.basis, one.reason))
    best = known[0] if known else min(found, key=lambda one: (one.basis, one.reason))
    others = sorted({"、".join(one.names) for one in known})
    if len(others) > 1:
        best = Issuer((), best.basis, None, "各处引用所指的发文机关不一致", tuple(others))
    facts = {
        **dict(node.facts),
        "issuer": "、".join(best.names) or None,
        "issuer_certainty": best.certainty,
        "issuer_basis": best.basis,
        "issuer_reason": best.reason,
        "issuer_candidates": "；".join(best.candidates),
        "level": best.level,
    }
    return replace(node, facts=tuple((name, value) for name, value in facts.items() if value))


def _head_evidence(document: Document, field: str, name: str) -> Evidence:
    """Where the head says `name`: in the place read for `field` if it stands there, else at its first mention."""
    read = [span for known, span in document.head.spans if known == field]
    places = (document.text.find(name, span.start, span.end) for span in (*read, Span(0, len(document.text))))
    at = next((at for at in places if at >= 0), None)
    # a name that is not printed as such (an issuer known from a number) is quoted as what it was read from
    span = Span(at, at + len(name)) if at is not None else next(iter(read), Span(0, 0))
    return Evidence(document.key, document.key, *span, span.of(document.text), f"document.head.{field}", document.page(span.start))
