"""The graph as GraphML, for Gephi, yEd, Cytoscape and the like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jimei_kb.graph.build import to_networkx

if TYPE_CHECKING:
    from jimei_kb.graph.schema import Graph

# what XML 1.0 cannot hold, not even as a number
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def to_graphml(graph: Graph) -> str:
    """`graph` as GraphML text: every node with its id, kind, label and facts, every edge with its kind, facts and quotation.

    XML asks for names without brackets and arrows, so nodes are n0, n1 … and edges e0, e1 … there; the id stands in the data `id`.
    """
    import networkx as nx

    whole = to_networkx(graph)
    names = {node: f"n{i}" for i, node in enumerate(whole)}
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph(**_clean(whole.graph))
    for node, data in whole.nodes(data=True):
        made.add_node(names[node], **_clean({"id": node, **data}))
    for i, (source, target, data) in enumerate(whole.edges(data=True)):
        made.add_edge(names[source], names[target], key=f"e{i}", **_clean(data))
    lines = nx.generate_graphml(made)
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *lines, ""])


def _clean(data: dict[str, Any]) -> dict[str, Any]:
    return {name: _NO_CHARACTER.sub("", value) if isinstance(value, str) else value for name, value in data.items()}
