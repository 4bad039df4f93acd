"""Walking on the graph in memory."""

from __future__ import annotations

from jimei_kb.graph.build import build_graph
from jimei_kb.graph.schema import GraphLinks


def test_every_edge_is_found_from_both_ends(reading):
    graph = build_graph([reading])
    links = GraphLinks(graph)
    for edge in graph.edges:
        assert edge in links.edges_from(edge.source, edge.kind)
        assert edge in links.edges_to(edge.target, edge.kind)
    assert sum(len(links.edges_from(node.id)) for node in graph.nodes) == len(graph.edges)
    assert sum(len(links.edges_to(node.id)) for node in graph.nodes) == len(graph.edges)


def test_only_the_kinds_that_are_asked_for(reading):
    links = GraphLinks(build_graph([reading]))
    document = f"document:{reading.document.key}"
    assert {edge.kind for edge in links.edges_from(document, "addressed_to")} == {"addressed_to"}
    assert {edge.kind for edge in links.edges_from(document, "addressed_to", "has_clause")} == {"addressed_to", "has_clause"}
    assert links.edges_from(document, "bears") == ()


def test_what_is_not_there_has_no_edges(reading):
    links = GraphLinks(build_graph([reading]))
    assert links.node("document:x") is None
    assert links.edges_from("document:x") == links.edges_to("document:x") == ()
