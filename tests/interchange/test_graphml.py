"""GraphML: the whole graph, in names that XML allows."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from jimei_kb.graph.build import build_graph, to_networkx
from jimei_kb.interchange.graphml import to_graphml


@pytest.mark.parametrize("base", ["readings", "hostile"])
def test_the_graph_comes_back(base, request, registry):
    """Every node and every edge, with all they carry."""
    graph = build_graph(request.getfixturevalue(base), registry)
    wanted, found = to_networkx(graph), nx.parse_graphml(to_graphml(graph))
    ids = {name: data.pop("id") for name, data in found.nodes(data=True)}
    assert {ids[name]: data for name, data in found.nodes(data=True)} == dict(wanted.nodes(data=True))

    def edges(made, names):
        return sorted(
            (names(a), names(b), str(sorted(pair for pair in data.items() if pair[0] != "id"))) for a, b, data in made.edges(data=True)
        )

    assert edges(found, ids.get) == edges(wanted, str)


def test_names_are_those_that_xml_allows_and_each_stands_once(readings, registry):
    tree = ET.fromstring(to_graphml(build_graph(readings, registry)))
    names = [element.get("id", "") for element in tree.iter() if element.tag.rpartition("}")[2] in ("node", "edge")]
    assert all(re.fullmatch("[ne][0-9]+", name) for name in names)
    assert len(set(names)) == len(names) > 50


def test_what_xml_cannot_hold_is_left_out(readings, registry):
    graph = build_graph(readings, registry)
    marred = replace(graph, nodes=(replace(graph.nodes[0], label="消\x00防\x1b\ud800\uffff"), *graph.nodes[1:]))
    assert "消防" in nx.get_node_attributes(nx.parse_graphml(to_graphml(marred)), "label").values()
