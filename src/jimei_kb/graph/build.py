"""Readings to a graph, and the graph to NetworkX. Nothing here reads a file."""

from __future__ import annotations

import re
from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING

from jimei_kb.graph.lines import in_order, record_ids
from jimei_kb.graph.schema import Edge, Graph, Merge, Node, Programme
from jimei_kb.records import Actor, Citation, Duty, Evidence, Metric, Schedule, Span
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import networkx as nx

    from jimei_kb.graph.schema import EdgeKind, NodeKind, Reading, Record
    from jimei_kb.records import Clause, Document

_SPACE = re.compile(r"\s+")
_ADDRESSEES = "主送机关"
_NO_FACTS: Mapping[str, str | None] = MappingProxyType({})


def build_graph(readings: Iterable[Reading]) -> Graph:
    """The nodes and edges that follow from `readings`, the same in whatever order they come.

    Bodies, programmes and cited documents of the same name are one node. A cited document that no reading holds is a
    node marked unresolved.
    """
    readings = sorted((in_order(reading) for reading in readings), key=lambda reading: reading.document.key)
    held = {reading.document.key: reading.document for reading in readings}
    linker = _Linker(held)
    for reading in readings:
        linker.link(reading)
    return linker.graph()


def to_networkx(graph: Graph) -> nx.MultiDiGraph[str]:
    """`graph` as a NetworkX MultiDiGraph.

    Nodes carry kind, label, unresolved and their facts; edges kind, their facts, and the evidence as document, clause,
    start, end, quote and rule. The key of an edge is its kind with a running number.
    """
    import networkx as nx

    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in graph.nodes:
        made.add_node(node.id, kind=node.kind, label=node.label, unresolved=node.unresolved, **dict(node.facts))
    numbers: dict[tuple[str, str, str], int] = defaultdict(int)
    for edge in graph.edges:
        ends = (edge.source, edge.target, edge.kind)
        evidence = {name: getattr(edge.evidence, name) for name in Evidence.__slots__}
        made.add_edge(edge.source, edge.target, key=f"{edge.kind}-{numbers[ends]}", kind=edge.kind, **dict(edge.facts), **evidence)
        numbers[ends] += 1
    return made


def own_names(document: Document) -> dict[str, tuple[str, str]]:
    """Printed name → (full name, reason) for the names by which `document` calls its own issuer and recipients.

    A name that would fit two bodies is left out: it stays a node of its own.
    """
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    head = document.head
    for bodies, what in ((head.issuers, "发文机关"), (head.recipients, _ADDRESSEES)):
        for body in bodies:
            for printed, rule in _short_names(body):
                found[printed].add((body, f"{what}的简称（{rule}）"))
    if len(head.recipients) == 1:
        found[_ADDRESSEES].add((head.recipients[0], "唯一的主送机关"))
    elif not head.recipients and len(head.issuers) == 1:
        found[_ADDRESSEES].add((head.issuers[0], "无主送机关，只有一个发文机关"))
    full = {*head.issuers, *head.recipients}
    return {printed: min(bodies) for printed, bodies in found.items() if len({b for b, _ in bodies}) == 1 and printed not in full}


def _short_names(body: str) -> Iterator[tuple[str, str]]:
    """The short forms of `body` that its name gives rise to, with the rule: 厦门市集美区人民政府集美街道办事处 → 街道办, 集美街道."""
    if body.startswith("各"):
        yield body[1:], "name.each"
    for rule in load_rules("aliases", ("aliases",), package="jimei_kb.graph").rules:
        match = rule.pattern.search(body)
        if match is None:
            continue
        before = body[: match.start()]
        for alias in rule.fields["aliases"]:
            yield alias, rule.id
            # 集美街道办 beside 街道办: the place name stands between the higher body's name and the suffix
            place = before[before.rfind("政府") + 2 :] if "政府" in before else ""
            if place:
                yield place + alias, rule.id


class _Linker:
    """Collects nodes and edges while readings go by."""

    def __init__(self, held: dict[str, Document]) -> None:
        self.held = held
        self.by_title: dict[str, list[str]] = defaultdict(list)
        for key, document in held.items():
            self.by_title[_bare(document.head.title or "")].append(key)
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []
        self.merges: set[Merge] = set()

    def graph(self) -> Graph:
        edges = sorted(self.edges, key=lambda e: (e.source, e.target, e.kind, e.evidence.clause, e.evidence.start, e.evidence.end, e.facts))
        merges = sorted(self.merges, key=lambda merge: (merge.document, merge.printed))
        return Graph(tuple(self.nodes[key] for key in sorted(self.nodes)), tuple(edges), tuple(merges))

    def node(self, kind: NodeKind, key: str, label: str, facts: Mapping[str, str | None] = _NO_FACTS, *, unresolved: bool = False) -> str:
        node = Node(f"{kind}:{key}", kind, label, unresolved, tuple((k, v) for k, v in facts.items() if v))
        old = self.nodes.get(node.id)
        # of two mentions of a document that is not held, the one that says more describes it
        if old is None or (len(node.facts), node.label) > (len(old.facts), old.label):
            self.nodes[node.id] = node
        return node.id

    def edge(self, source: str, target: str, kind: EdgeKind, evidence: Evidence, **facts: str | None) -> None:
        self.edges.append(Edge(source, target, kind, evidence, tuple((k, v) for k, v in facts.items() if v)))

    def link(self, reading: Reading) -> None:
        document = reading.document
        names = own_names(document)
        key = self._document(document)
        self._head(reading, key)
        for clause in document.clauses:
            self._clause(document, clause, key)
        ids = record_ids(reading)
        duties = [(f"duty:{record_id}", record) for record_id, record in ids if isinstance(record, Duty)]
        for record_id, record in ids:
            self._record(reading, record_id, record, names, duties)

    def _document(self, document: Document) -> str:
        head = document.head
        facts = {"number": head.number, "date": head.date, "type": head.kind}
        return self.node("document", document.key, head.title or document.key, facts)

    def _head(self, reading: Reading, key: str) -> None:
        document = reading.document
        for field, kind in (("issuers", "issues"), ("recipients", "addressed_to")):
            for name in getattr(document.head, field):
                evidence = _head_evidence(document, field, name)
                actor = self.node("actor", name, name)
                if kind == "issues":
                    self.edge(actor, key, "issues", evidence)
                else:
                    self.edge(key, actor, "addressed_to", evidence)

    def _clause(self, document: Document, clause: Clause, key: str) -> None:
        whole = document.clause_key(clause.id)
        label = f"{clause.id} {clause.heading or ''}".strip()
        facts = {"document": document.key, "clause": clause.id, "heading": clause.heading, "type": clause.kind}
        node = self.node("clause", whole, label, facts)
        span = Span(clause.span.start, clause.heading_span.end if clause.heading_span else clause.text_start)
        if not span.of(document.text):
            span = clause.span
        evidence = Evidence(document.key, whole, *span, span.of(document.text), "document.clauses")
        held = clause.parent is not None and any(other.id == clause.parent for other in document.clauses)
        self.edge(f"clause:{document.key}#{clause.parent}" if held else key, node, "has_clause", evidence)

    def _actor(self, document: Document, printed: str, names: dict[str, tuple[str, str]]) -> tuple[str, str | None]:
        """The node of a body that `document` calls `printed`, and the printed name where it is another one."""
        name, reason = names.get(printed, (printed, ""))
        if name != printed:
            self.merges.add(Merge(document.key, printed, name, reason))
        return self.node("actor", name, name), printed if name != printed else None

    def _record(
        self, reading: Reading, record_id: str, record: Record, names: dict[str, tuple[str, str]], duties: list[tuple[str, Duty]]
    ) -> None:
        document, evidence = reading.document, reading.evidence(record)
        clause = f"clause:{evidence.clause}"
        match record:
            case Citation():
                cited = self._cited(document, record)
                self.edge(clause, cited, "cites", evidence, relation=record.relation, type=record.kind)
                if record.kind == "carried":
                    self._carried(reading, record, cited, evidence)
            case Actor():
                actor, printed = self._actor(document, record.name, names)
                self.edge(clause, actor, "involves", evidence, role=record.role, basis=record.basis, printed=printed)
            case Duty():
                duty = self.node("duty", record_id, record.quote, {"polarity": record.polarity})
                self.edge(clause, duty, "demands", evidence)
                for bearer in record.actors:
                    actor, printed = self._actor(document, bearer.name, names)
                    self.edge(actor, duty, "bears", evidence, role=bearer.role, basis=bearer.basis, printed=printed)
                for name in record.urged:
                    actor, printed = self._actor(document, name, names)
                    self.edge(duty, actor, "urges", evidence, printed=printed)
            case Metric():
                facts = {"indicator": record.indicator, "comparator": record.comparator, "value": record.value, "unit": record.unit}
                metric = self.node("metric", record_id, record.quote, {**facts, "group": "、".join(record.group)})
                stated = _duty_around(record.span, record.clause, duties)
                if stated:
                    self.edge(metric, stated, "measures", evidence)
                else:
                    self.edge(clause, metric, "measures", evidence)
            case Schedule():
                count = None if record.min_count is None else str(record.min_count)
                times = {"type": record.kind, "period": record.period, "min_count": count, "from": record.start, "by": record.by}
                schedule = self.node("schedule", record_id, record.quote, times)
                self.edge(_duty_around(record.span, record.clause, duties) or clause, schedule, "due", evidence)
            case Programme():
                programme = self.node("programme", record.name, record.name)
                self.edge(clause, programme, "mentions", evidence)

    def _carried(self, reading: Reading, record: Citation, cited: str, evidence: Evidence) -> None:
        """Join the document inside a title to the document whose title that is."""
        for carrier in reading.annotations.citations:
            if carrier is not record and carrier.kind == "titled" and carrier.span.holds(record.span):
                self.edge(self._cited(reading.document, carrier), cited, "carries", evidence)

    def _cited(self, document: Document, citation: Citation) -> str:
        """The node of a cited document: one that the base holds, else a stub.

        Without a number, a title names one document for the whole base if it says whose it is (国务院办公厅《…》,
        《福建省消防条例》). 《关于印发…的通知》 alone, a bare name and a plural reference are only clear where they stand.
        """
        number = _SPACE.sub("", citation.number or "")
        if number in self.held:
            return f"document:{number}"
        title = _SPACE.sub("", citation.title or "")
        same = self.by_title.get(_bare(title), []) if title and not number else []
        if len(same) == 1:
            return f"document:{same[0]}"
        if number:
            key = number
        elif title and not (title.startswith("关于") and citation.issuer is None):
            key = f"{citation.issuer or ''}《{title}》"
        else:
            key = f"{document.key}→{title or citation.quote}"
        facts = {"number": number, "issuer": citation.issuer, "type": citation.kind}
        return self.node("document", key, title or citation.quote, facts, unresolved=True)


def _bare(title: str) -> str:
    """A title without white space and title marks, for comparing."""
    return re.sub(r"[\s《》〈〉]", "", title)


def _duty_around(span: Span, clause: str, duties: list[tuple[str, Duty]]) -> str | None:
    """The duty of the same clause that shares the most characters with `span`."""
    shared = [(min(span.end, duty.span.end) - max(span.start, duty.span.start), node) for node, duty in duties if duty.clause == clause]
    best = max(shared, key=lambda pair: pair[0], default=(0, ""))
    return best[1] if best[0] > 0 else None


def _head_evidence(document: Document, field: str, name: str) -> Evidence:
    """Where the head says `name`: in the place read for `field` if it stands there, else at its first mention."""
    for known, span in document.head.spans:
        at = document.text.find(name, span.start, span.end)
        if known == field and at >= 0:
            return Evidence(document.key, document.key, at, at + len(name), name, f"document.head.{field}")
    at = document.text.find(name)
    if at >= 0:
        return Evidence(document.key, document.key, at, at + len(name), name, f"document.head.{field}")
    # the name is not printed as such (an issuer known from a number): quote what it was read from
    span = next((span for known, span in document.head.spans if known == field), Span(0, 0))
    return Evidence(document.key, document.key, *span, span.of(document.text), f"document.head.{field}")
