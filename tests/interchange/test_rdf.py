"""RDF: what is exported satisfies its shapes, what is broken does not, and a plain triple is only what a document says."""

from __future__ import annotations

from typing import get_args

import pyshacl
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.namespace import RDF, RDFS, SKOS

from jimei_kb import open_kb, records
from jimei_kb.graph.build import build_graph
from jimei_kb.graph.schema import EdgeKind, NodeKind
from jimei_kb.interchange import rdf
from jimei_kb.interchange.rdf import iri, read_turtle, to_turtle

KEY = "集街办〔2024〕46号"
JK = rdflib.Namespace("urn:jimei-kb:vocabulary#")
ELI = rdflib.Namespace("http://data.europa.eu/eli/ontology#")
OA = rdflib.Namespace("http://www.w3.org/ns/oa#")
ORG = rdflib.Namespace("http://www.w3.org/ns/org#")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
SCHEMA = rdflib.Namespace("https://schema.org/")
SCHEMES = {
    "role": "Role",
    "basis": "Basis",
    "issuer-basis": "IssuerBasis",
    "certainty": "Certainty",
    "level": "Level",
    "force": "Force",
    "polarity": "Polarity",
    "citation-kind": "CitationKind",
    "clause-kind": "ClauseKind",
    "schedule-kind": "ScheduleKind",
}


@pytest.fixture(scope="module")
def shapes():
    return rdflib.Graph().parse(data=read_turtle("shapes.ttl"), format="turtle")


@pytest.fixture(scope="module")
def turtle(readings, registry):
    return to_turtle(readings, registry)


@pytest.fixture(scope="module")
def graph(turtle):
    """The seed."""
    return rdflib.Graph().parse(data=turtle, format="turtle")


@pytest.fixture
def fragile(small, registry):
    """A small base, to be broken."""
    return rdflib.Graph().parse(data=to_turtle(small, registry), format="turtle")


def faults(graph, shapes):
    """The shapes that a graph does not satisfy, and the report."""
    conforms, results, text = pyshacl.validate(graph, shacl_graph=shapes, advanced=True)
    found = {str(one) for one in results.objects(None, rdflib.SH.resultPath)}
    found |= {str(one) for one in results.objects(None, rdflib.SH.resultMessage)}
    assert conforms == (not found), text
    return found


def test_the_base_of_the_repository_satisfies_the_shapes(root, registry, shapes):
    made = rdflib.Graph().parse(data=to_turtle(open_kb(root / "kb").readings, registry), format="turtle")
    assert faults(made, shapes) == set()


def test_hostile_text_stays_text(hostile, registry, shapes):
    """No name breaks out of its IRI and no word out of its literal."""
    made = rdflib.Graph().parse(data=to_turtle(hostile, registry), format="turtle")
    assert faults(made, shapes) == set()
    assert hostile[0].document.text in {str(text) for text in made.objects(None, SCHEMA.text)}


# --- what must not pass: (what is taken out, what is put in instead, the word in the report)

DUTY = "SELECT ?s WHERE { ?s a jk:Duty }"
STATEMENT = "SELECT ?s WHERE { ?s rdf:predicate jk:bears }"
BROKEN = {
    "a quotation that is not there": (
        "SELECT ?s WHERE { ?s oa:exact ?q }",
        OA.exact,
        rdflib.Literal("没有说过"),
        "the quotation does not stand at its place",
    ),
    "a place that ends before it starts": ("SELECT ?s WHERE { ?s oa:end ?e }", OA.end, rdflib.Literal(0), str(OA.start)),
    "a statement without a quotation": (STATEMENT, OA.hasTarget, None, str(OA.hasTarget)),
    "a bearer without a part": (STATEMENT, JK.role, None, str(JK.role)),
    "a bearer that nobody knows how": (STATEMENT, JK.basis, None, str(JK.basis)),
    "a part that is none": (STATEMENT, JK.role, rdflib.URIRef(iri("basis", "explicit")), str(JK.role)),
    "a duty without polarity": (DUTY, JK.polarity, None, str(JK.polarity)),
    "a duty of an unknown force": (DUTY, JK.force, rdflib.URIRef(iri("force", "强")), str(JK.force)),
    "a duty that no clause demands": ("SELECT ?s WHERE { ?s jk:demands ?d }", JK.demands, None, ""),
    "a document without a name": ("SELECT ?s WHERE { ?s jk:held false }", SCHEMA.name, None, str(SCHEMA.name)),
    "a document that is held without a text": ("SELECT ?s WHERE { ?s jk:held true }", ELI.is_realized_by, None, ""),
    "a clause of nothing": ("SELECT ?s WHERE { ?s a eli:LegalResourceSubdivision }", ELI.is_part_of, None, str(ELI.is_part_of)),
    "a metric without a value": ("SELECT ?s WHERE { ?s a jk:Metric }", SCHEMA.value, None, str(SCHEMA.value)),
    "a metric that is compared otherwise": ("SELECT ?s WHERE { ?s a jk:Metric }", JK.comparator, rdflib.Literal("≥"), str(JK.comparator)),
    "a schedule without a kind": ("SELECT ?s WHERE { ?s a jk:Schedule }", JK.scheduleKind, None, str(JK.scheduleKind)),
    "a body without a name": ("SELECT ?s WHERE { ?s a prov:Agent }", RDFS.label, None, str(RDFS.label)),
}


def test_what_is_going_to_be_broken_is_whole(fragile, shapes):
    assert faults(fragile, shapes) == set()


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_graph_does_not_pass(fragile, shapes, what):
    query, name, value, said = BROKEN[what]
    subject = min(row.s for row in fragile.query(query, initNs={"jk": JK, "oa": OA, "eli": ELI, "prov": PROV, "rdf": RDF}))
    assert list(fragile.objects(subject, name))
    fragile.remove((subject, name, None))
    if value is not None:
        fragile.add((subject, name, value))
    found = faults(fragile, shapes)
    assert found
    assert any(said in fault for fault in found), found


# --- what stands in it


def test_every_statement_quotes(graph, readings, registry):
    """As many as edges of the graph; each place in the text says what is quoted."""
    edges = build_graph(readings, registry).edges
    statements = set(graph.subjects(RDF.type, JK.Statement))
    assert len(statements) == len(set(edges))
    text = readings[0].document.text
    for statement in statements:
        target = graph.value(statement, OA.hasTarget)
        (start,) = graph.objects(target, OA.hasSelector / OA.start)
        (end,) = graph.objects(target, OA.hasSelector / OA.end)
        (exact,) = graph.objects(target, OA.hasSelector / OA.exact)
        assert text[int(start) : int(end)] == str(exact)
        assert str(target).endswith(f"#char={start},{end}")


def test_a_plain_triple_is_only_what_is_said(graph):
    """What is assumed, inferred or only suggested stands as a statement with its basis, never as a triple."""
    seen = {True: 0, False: 0}
    for statement in graph.subjects(RDF.type, JK.Statement):
        triple = tuple(graph.value(statement, part) for part in (RDF.subject, RDF.predicate, RDF.object))
        others = [
            one
            for one in graph.subjects(RDF.subject, triple[0])
            if (one, RDF.predicate, triple[1]) in graph and (one, RDF.object, triple[2]) in graph
        ]
        assumed = {rdflib.URIRef(iri("basis", "addressee")), rdflib.URIRef(iri("basis", "inferred")), rdflib.URIRef(iri("certainty", "C"))}
        said = (
            any(not assumed & {*graph.objects(one, JK.basis), *graph.objects(one, JK.certainty)} for one in others)
            and triple[1] != JK.mayBe
        )
        assert (triple in graph) == said
        seen[said] += 1
    assert min(seen.values()) > 3


def test_a_document_in_the_words_of_the_standards(graph, readings):
    document = rdflib.URIRef(iri("document", KEY))
    assert {ELI.LegalResource, SCHEMA.Legislation} <= set(graph.objects(document, RDF.type))
    assert str(graph.value(document, ELI.id_local)) == KEY
    assert graph.value(document, ELI.date_document).toPython().isoformat() == "2024-10-28"
    text = graph.value(document, ELI.is_realized_by)
    assert str(graph.value(text, SCHEMA.text)) == readings[0].document.text
    assert str(graph.value(graph.value(text, PROV.wasDerivedFrom), SCHEMA.sha256)) == readings[0].document.sha256
    assert rdflib.URIRef(iri("document", "厦集委办〔2019〕1号")) in set(graph.objects(rdflib.URIRef(iri("clause", KEY, "前言")), ELI.cites))


def test_a_body_that_the_registry_knows_has_its_place(root, registry):
    """With the body above it, its other names and the source; a short name of one document has none of this."""
    made = rdflib.Graph().parse(data=to_turtle(open_kb(root / "kb").readings, registry), format="turtle")
    known = {row.name: row for row in registry.organisations}
    bodies = [one for one in made.subjects(RDF.type, ORG.Organization) if str(made.value(one, RDFS.label)) in known]
    assert len(bodies) > 5
    for body in bodies:
        row = known[str(made.value(body, RDFS.label))]
        assert {str(name) for name in made.objects(body, SKOS.altLabel)} == set(row.aliases)
        above = made.value(body, ORG.subOrganizationOf)
        assert (str(made.value(above, RDFS.label)) if above else "") == row.parent
    assert not set(made.subjects(RDF.type, ORG.Organization)) & set(made.subjects(JK.namedIn, None))


def test_every_value_is_a_concept():
    """Those of the types, and no other."""
    vocabulary = rdflib.Graph().parse(data=read_turtle("vocabulary.ttl"), format="turtle")
    for scheme, alias in SCHEMES.items():
        concepts = set(vocabulary.subjects(SKOS.inScheme, rdflib.URIRef(iri("scheme", scheme))))
        assert concepts == {rdflib.URIRef(iri(scheme, value)) for value in get_args(getattr(records, alias))}
        assert all(vocabulary.value(one, SKOS.prefLabel) and vocabulary.value(one, SKOS.definition) for one in concepts)


def test_every_word_of_our_own_is_explained(turtle):
    made = rdflib.Graph().parse(data=turtle, format="turtle")
    used = {term for triple in made for term in triple if str(term).startswith(str(JK))}
    assert [term for term in sorted(used) if not made.value(term, RDFS.label)] == []


def test_every_word_that_is_used_is_in_the_document(root, turtle):
    """docs/INTERCHANGE.md says which class and property carries what."""
    said = (root / "docs" / "INTERCHANGE.md").read_text(encoding="utf-8")
    made = rdflib.Graph().parse(data=turtle, format="turtle")
    things = {subject for subject in made.subjects() if not str(subject).startswith(str(JK))}
    used = {term for thing in things for term in (*made.predicates(thing), *made.objects(thing, RDF.type))}
    names = {made.namespace_manager.qname(term) for term in used} - {"rdf:type", "rdfs:comment"}
    # the parts of selectors stand in the Web Annotation standard, those of schemes in SKOS
    hidden = {"oa:hasSource", "oa:hasSelector", "oa:start", "oa:end", "oa:exact", "oa:prefix", "oa:suffix"}
    hidden |= {"skos:ConceptScheme", "skos:inScheme", "skos:notation", "skos:broader", "eli:is_realized_by"}
    assert sorted(name for name in names - hidden if f"`{name}`" not in said) == []


def test_every_kind_of_node_and_edge_has_its_word():
    assert set(rdf._CLASSES) == set(get_args(NodeKind))
    assert set(rdf._PROPERTIES) == set(get_args(EdgeKind))


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_name_is_an_iri_and_two_names_are_two(one, other):
    """Nothing in it could end it, and what is told apart stays so (half characters aside, which no text of a base has)."""
    whole = [name.encode("utf-8", "replace").decode() for name in (one, other)]
    made = [iri("actor", name) for name in whole]
    assert all(rdflib.term._is_valid_uri(name) and "#" not in name for name in made)
    assert (made[0] == made[1]) == (whole[0] == whole[1])
