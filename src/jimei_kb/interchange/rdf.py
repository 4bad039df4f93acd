"""A base as RDF 1.1 Turtle: documents by ELI and schema.org, bodies by W3C ORG, provenance by PROV-O, quotations by Web Annotation.

Every edge of the graph is a `jk:Statement` that carries its quotation; the plain triple stands beside it only where a
document says so, not where it is assumed or inferred. vocabulary.ttl has what the standards lack, shapes.ttl what must hold.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from decimal import Decimal
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jimei_kb.graph.build import build_graph
from jimei_kb.graph.export import number_of
from jimei_kb.graph.lines import in_order, record_ids
from jimei_kb.interchange.need import need
from jimei_kb.records import Duty, Metric, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jimei_kb.graph.registry import Organisation, Registry
    from jimei_kb.graph.schema import Edge, EdgeKind, Graph, Node, NodeKind, Reading, Record
    from jimei_kb.records import Evidence

BASE = "urn:jimei-kb:"
_NAMESPACES: Mapping[str, str] = MappingProxyType(
    {
        "eli": "http://data.europa.eu/eli/ontology#",
        "oa": "http://www.w3.org/ns/oa#",
        "org": "http://www.w3.org/ns/org#",
        "prov": "http://www.w3.org/ns/prov#",
        "dcterms": "http://purl.org/dc/terms/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "jk": f"{BASE}vocabulary#",
    }
)
_CHINESE = "http://publications.europa.eu/resource/authority/language/ZHO"
_CLASSES: Mapping[NodeKind, tuple[str, ...]] = MappingProxyType(
    {
        "document": ("eli:LegalResource", "schema:Legislation"),
        "clause": ("eli:LegalResourceSubdivision",),
        "actor": ("prov:Agent",),
        "duty": ("jk:Duty",),
        "metric": ("jk:Metric",),
        "schedule": ("jk:Schedule",),
        "programme": ("jk:Programme",),
    }
)
# kind of edge → (property, whether it runs from the edge's target to its source)
_PROPERTIES: Mapping[EdgeKind, tuple[str, bool]] = MappingProxyType(
    {
        "has_clause": ("eli:is_part_of", True),
        "cites": ("eli:cites", False),
        "carries": ("dcterms:hasPart", False),
        "issues": ("eli:passed_by", True),
        "addressed_to": ("jk:addressedTo", False),
        "copied_to": ("jk:copiedTo", False),
        "demands": ("jk:demands", False),
        "involves": ("jk:involves", False),
        "bears": ("jk:bears", False),
        "urges": ("jk:urges", False),
        "measures": ("jk:measures", False),
        "due": ("jk:due", False),
        "mentions": ("schema:mentions", False),
        "may_be": ("jk:mayBe", False),
    }
)
# fact of an edge → (property, scheme of its values; None where the value is text)
_FACTS: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "role": ("jk:role", "role"),
        "basis": ("jk:basis", "basis"),
        "certainty": ("jk:certainty", "certainty"),
        "type": ("jk:citationKind", "citation-kind"),
        "relation": ("jk:relation", None),
        "printed": ("jk:printed", None),
        "reason": ("jk:reason", None),
    }
)
_ASSUMED = frozenset({"addressee", "inferred"})
# how many characters before and behind a quotation help to find it again in another copy of the text
_AROUND = 16
# what RFC 3987 lets stand in an IRI beyond ASCII, as far as the Basic Multilingual Plane; all else is percent-encoded
_IN_IRI = re.compile("[^A-Za-z0-9._~:/\u00a0-\u1fff\u2010-\u2027\u2030-\ud7ff\uf900-\ufdcf\ufdf0-\uffef-]")


def to_turtle(readings: Sequence[Reading], registry: Registry) -> str:
    """`readings` as Turtle text, the vocabulary included. Raises ResultsError where rdflib is not installed."""
    rdflib = need("rdflib", "Turtle")
    made = _Triples(rdflib)
    made.add_turtle(read_turtle("vocabulary.ttl"))
    graph = build_graph(readings, registry)
    ends = {node.id: _iri_of(node) for node in graph.nodes}
    texts = {reading.document.key: reading.document.text for reading in readings}
    for node in graph.nodes:
        _node(made, node)
    for reading in readings:
        _reading(made, reading)
    _organisations(made, graph, registry)
    for edge in graph.edges:
        _statement(made, edge, ends, texts[edge.evidence.document])
    return made.turtle()


def read_turtle(name: str) -> str:
    """The text of vocabulary.ttl or shapes.ttl."""
    return resources.files("jimei_kb.interchange").joinpath(name).read_text(encoding="utf-8")


def iri(kind: str, *names: str) -> str:
    """The name of a thing: urn:jimei-kb:document:集街办〔2024〕46号. Chinese stays, what no IRI may hold is percent-encoded.

    >>> iri("clause", "集街办〔2024〕46号", "消防工作方面/六"), iri("actor", "a b")
    ('urn:jimei-kb:clause:集街办〔2024〕46号#消防工作方面/六', 'urn:jimei-kb:actor:a%20b')
    """
    return f"{BASE}{kind}:" + "#".join(_IN_IRI.sub(lambda match: quote(match[0], safe="", errors="replace"), name) for name in names)


class _Triples:
    """Triples under short names: add("urn:…", "rdfs:label", …).

    rdflib makes and escapes the terms. Its own writer is not used: it looks for a prefix for every new IRI among all it has met,
    and forty notices take it two minutes instead of some seconds.
    """

    def __init__(self, rdflib: Any) -> None:
        self.rdflib = rdflib
        self.found: dict[Any, dict[Any, set[Any]]] = {}

    def add_turtle(self, text: str) -> None:
        """The triples of `text`."""
        for subject, name, thing in self.rdflib.Graph().parse(data=text, format="turtle"):
            self._put(subject, name, thing)

    def turtle(self) -> str:
        """All of it as Turtle, sorted; a node without a name stands where it is spoken of."""
        lines = [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in sorted(_NAMESPACES.items())]
        named = (subject for subject in sorted(self.found) if not isinstance(subject, self.rdflib.BNode))
        lines += [f"\n{self._written(subject)}\n    " + " ;\n    ".join(self._said_of(subject)) + " ." for subject in named]
        return "\n".join(lines) + "\n"

    def _said_of(self, subject: Any) -> Iterator[str]:
        for name, things in sorted(self.found[subject].items()):
            yield f"{self._written(name)} " + ", ".join(self._written(thing) for thing in sorted(things))

    def _written(self, term: Any) -> str:
        if isinstance(term, self.rdflib.BNode):
            return "[ " + " ; ".join(self._said_of(term)) + " ]"
        if isinstance(term, self.rdflib.Literal):
            text: str = self.rdflib.Literal(str(term), lang=term.language).n3()
            return f"{text}^^{self._written(term.datatype)}" if term.datatype else text
        for prefix, namespace in _NAMESPACES.items():
            local = term[len(namespace) :]
            if term.startswith(namespace) and local.isidentifier():
                return f"{prefix}:{local}"
        return f"<{term}>"

    def _put(self, subject: Any, name: Any, thing: Any) -> None:
        self.found.setdefault(subject, {}).setdefault(name, set()).add(thing)

    def add(self, subject: Any, name: str, *objects: Any) -> None:
        """A triple for each of `objects` that is not None; a text among them is the IRI of a thing."""
        for one in objects:
            if one is not None:
                self._put(self.ref(subject), self.named(name), self.ref(one))

    def ref(self, thing: Any) -> Any:
        """A text as an IRI, anything else as it is."""
        return self.rdflib.URIRef(thing) if type(thing) is str else thing

    def named(self, name: str) -> Any:
        """`eli:cites` in full."""
        prefix, _, local = name.partition(":")
        return self.rdflib.URIRef(_NAMESPACES[prefix] + local)

    def text(self, value: str | None, lang: str | None = None) -> Any:
        """A literal that UTF-8 can hold; None for nothing."""
        return self.rdflib.Literal(value.encode("utf-8", "replace").decode(), lang=lang) if value else None

    def label(self, value: str | None) -> Any:
        """A text in Chinese."""
        return self.text(value, "zh")

    def date(self, value: str | None) -> Any:
        """A date where `value` is one, else a text."""
        try:
            return self.rdflib.Literal(date.fromisoformat(value or ""))
        except ValueError:
            return self.text(value)

    def number(self, value: str) -> Any:
        """A decimal number where `value` is one, else a text."""
        return self.text(value) if isinstance(number_of(value), str) else self.rdflib.Literal(Decimal(value))


def _node(made: _Triples, node: Node) -> None:
    """What the graph knows of a thing; what only its record knows is added by `_reading`."""
    facts = dict(node.facts)
    own = _iri_of(node)
    made.add(own, "rdf:type", *(made.named(name) for name in _CLASSES[node.kind]))
    made.add(own, "rdfs:label", made.label(node.label))
    match node.kind:
        case "document":
            made.add(own, "schema:name", made.text(node.label))
            made.add(own, "eli:id_local", made.text(facts.get("number")))
            made.add(own, "jk:held", made.rdflib.Literal(not node.unresolved))
            made.add(own, "jk:level", iri("level", facts["level"]) if "level" in facts else None)
            made.add(own, "jk:candidate", *map(made.text, filter(None, facts.get("issuer_candidates", "").split("；"))))
        case "actor":
            made.add(own, "jk:namedIn", iri("document", facts["document"]) if "document" in facts else None)
        case "duty":
            made.add(own, "rdfs:comment", made.label(f"承担者：{facts['bearers']}") if "bearers" in facts else None)


def _iri_of(node: Node) -> str:
    facts = dict(node.facts)
    if node.kind == "clause":
        return iri("clause", facts["document"], facts["clause"])
    return iri(node.kind, node.id.partition(":")[2])


def _reading(made: _Triples, reading: Reading) -> None:
    """The text of a document with its head, its clauses, and what duties, metrics and schedules say besides their words."""
    document = reading.document
    head, own, text = document.head, iri("document", document.key), iri("text", document.key)
    made.add(own, "schema:legislationIdentifier", made.text(head.number))
    made.add(own, "schema:legislationType", made.text(head.kind))
    made.add(own, "eli:date_document", made.date(head.date))
    made.add(own, "jk:printedBy", made.text(head.printed_by))
    made.add(own, "schema:datePublished", made.date(head.printed_on))
    made.add(own, "eli:is_realized_by", text)
    made.add(text, "rdf:type", made.named("eli:LegalExpression"), made.named("prov:Entity"))
    made.add(text, "eli:realizes", own)
    made.add(text, "eli:title", made.label(head.title))
    made.add(text, "eli:language", _CHINESE)
    made.add(text, "schema:text", made.text(document.text))
    if document.sha256:
        file = iri("file", document.sha256)
        made.add(text, "prov:wasDerivedFrom", file)
        made.add(file, "rdf:type", made.named("prov:Entity"), made.named("schema:MediaObject"))
        made.add(file, "schema:sha256", made.text(document.sha256))
        made.add(file, "schema:name", made.text(document.slug))
        made.add(file, "schema:encodingFormat", made.text(f"text/plain; charset={document.encoding}"))
    for clause in document.clauses:
        place = iri("clause", document.key, clause.id)
        made.add(place, "eli:number", made.text(clause.label))
        made.add(place, "schema:name", made.label(clause.heading))
        made.add(place, "jk:clauseKind", iri("clause-kind", clause.kind))
    for record_id, record in record_ids(in_order(reading)):
        _record(made, record_id, record)


def _record(made: _Triples, record_id: str, record: Record) -> None:
    match record:
        case Duty():
            own = iri("duty", record_id)
            made.add(own, "jk:polarity", iri("polarity", record.polarity))
            made.add(own, "jk:force", iri("force", record.force))
        case Metric():
            own = iri("metric", record_id)
            value = made.number(record.value)
            made.add(own, "schema:name", made.text(record.indicator))
            made.add(own, "schema:value", value)
            made.add(own, "schema:minValue", value if record.comparator == ">=" else None)
            made.add(own, "schema:maxValue", value if record.comparator == "<=" else None)
            made.add(own, "schema:unitText", made.text(record.unit))
            made.add(own, "jk:comparator", made.text(record.comparator))
            made.add(own, "jk:group", *map(made.text, record.group))
        case Schedule():
            own = iri("schedule", record_id)
            made.add(own, "jk:scheduleKind", iri("schedule-kind", record.kind))
            made.add(own, "schema:repeatFrequency", made.text(record.period))
            made.add(own, "jk:minCount", None if record.min_count is None else made.rdflib.Literal(record.min_count))
            made.add(own, "schema:startDate", made.date(record.start))
            made.add(own, "schema:endDate", made.date(record.by))


def _organisations(made: _Triples, graph: Graph, registry: Registry) -> None:
    """The bodies of the graph that the registry knows, and those above them, with what it says of them and its source."""
    rows = {row.name: row for row in registry.organisations}
    # a name that means a body in one document only is not the registry's
    names = {node.label for node in graph.nodes if node.kind == "actor" and not node.facts} & registry.full_names
    for name in sorted(names):
        made.add(iri("actor", name), "rdf:type", made.named("org:Organization"))
    waiting = sorted(names & rows.keys())
    while waiting:
        row = rows.pop(waiting.pop(), None)
        if row is not None:
            _organisation(made, row)
            waiting += [row.parent] if row.parent else []


def _organisation(made: _Triples, row: Organisation) -> None:
    own, kind = iri("actor", row.name), iri("organisation-kind", row.kind)
    made.add(own, "rdf:type", made.named("org:Organization"), made.named("prov:Agent"))
    made.add(own, "rdfs:label", made.label(row.name))
    made.add(own, "skos:altLabel", *map(made.label, row.aliases))
    made.add(own, "org:classification", kind)
    made.add(own, "org:subOrganizationOf", iri("actor", row.parent) if row.parent else None)
    made.add(own, "jk:level", iri("level", row.level))
    made.add(own, "jk:certainty", iri("certainty", row.certainty))
    made.add(own, "dcterms:source", made.text(row.source))
    made.add(own, "schema:foundingDate", made.date(row.start))
    made.add(own, "schema:dissolutionDate", made.date(row.end))
    made.add(kind, "rdf:type", made.named("skos:Concept"))
    made.add(kind, "skos:prefLabel", made.label(row.kind))


# --- statements ----------------------------------------------------------------------------------------------------


def _statement(made: _Triples, edge: Edge, ends: Mapping[str, str], text: str) -> None:
    """An edge as a statement with its quotation, and as a plain triple where the document itself says it."""
    facts, evidence = dict(edge.facts), edge.evidence
    name, turned = _PROPERTIES[edge.kind]
    if edge.kind == "measures" and not edge.source.startswith("metric:"):
        name = "jk:states"
    subject, thing = (ends[edge.target], ends[edge.source]) if turned else (ends[edge.source], ends[edge.target])
    if _is_said(edge.kind, facts):
        made.add(subject, name, thing)
    identity = json.dumps([edge.source, edge.target, edge.kind, evidence.clause, evidence.start, evidence.end, evidence.rule, edge.facts])
    own = iri("statement", hashlib.sha256(identity.encode("ascii")).hexdigest()[:16])
    made.add(own, "rdf:type", *(made.named(kind) for kind in ("jk:Statement", "oa:Annotation", "prov:Entity")))
    made.add(own, "rdf:subject", subject)
    made.add(own, "rdf:predicate", made.named(name))
    made.add(own, "rdf:object", thing)
    made.add(own, "prov:wasDerivedFrom", iri("text", evidence.document))
    made.add(own, "jk:rule", made.text(evidence.rule))
    for fact, value in facts.items():
        means, scheme = _FACTS[fact]
        if edge.kind == "issues" and fact == "basis":
            scheme = "issuer-basis"
        made.add(own, means, iri(scheme, value) if scheme else made.text(value))
    if evidence.quote:
        made.add(own, "oa:hasTarget", _quotation(made, evidence, text))


def _is_said(kind: EdgeKind, facts: Mapping[str, str]) -> bool:
    """Whether it stands in a document or in a public list, and is not assumed or inferred."""
    return kind != "may_be" and facts.get("basis") not in _ASSUMED and facts.get("certainty") != "C"


def _quotation(made: _Triples, evidence: Evidence, text: str) -> str:
    """The place of a quotation; its name is that of the text with the characters from – to, as RFC 5147 writes it."""
    source = iri("text", evidence.document)
    own = f"{source}#char={evidence.start},{evidence.end}"
    mark = hashlib.sha256(own.encode("utf-8")).hexdigest()[:16]
    position, words = made.rdflib.BNode(f"position{mark}"), made.rdflib.BNode(f"words{mark}")
    made.add(own, "rdf:type", made.named("oa:SpecificResource"))
    made.add(own, "oa:hasSource", source)
    made.add(own, "oa:hasSelector", position, words)
    made.add(position, "rdf:type", made.named("oa:TextPositionSelector"))
    made.add(position, "oa:start", made.rdflib.Literal(evidence.start))
    made.add(position, "oa:end", made.rdflib.Literal(evidence.end))
    made.add(words, "rdf:type", made.named("oa:TextQuoteSelector"))
    made.add(words, "oa:exact", made.text(evidence.quote))
    made.add(words, "oa:prefix", made.text(text[max(0, evidence.start - _AROUND) : evidence.start]))
    made.add(words, "oa:suffix", made.text(text[evidence.end : evidence.end + _AROUND]))
    return own
