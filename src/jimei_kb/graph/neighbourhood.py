"""A part of the graph: the node that somebody means, and what lies around it."""

from __future__ import annotations

import difflib
from collections import defaultdict
from typing import TYPE_CHECKING

from jimei_kb.docnumber import spelled
from jimei_kb.errors import GraphError
from jimei_kb.graph.schema import Graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jimei_kb.graph.schema import Node

_NAMED = 6


def find_node(graph: Graph, wanted: str) -> Node:
    """The node that `wanted` names: by its id, by what stands behind the kind in it, by its label, by the end of a clause id.

    document:集街办〔2024〕46号, 集街办[2024]46号, duty-8c6d…, 厦门市集美区人民政府, 消防工作方面/六.
    The first of these ways that leads anywhere counts. Raises GraphError where no node fits, or several.
    """
    plain = spelled(wanted)
    for fits in _WAYS:
        found = [node for node in graph.nodes if fits(node, plain)]
        if len(found) == 1:
            return found[0]
        if found:
            raise GraphError(f"{wanted!r} 对应 {len(found)} 个节点：{_listed(node.id for node in found)}；请写出其中一个的完整编号")
    keys = {key: node.id for node in graph.nodes for key in (node.label, _key(node))}
    near = [keys[key] for key in difflib.get_close_matches(wanted, keys, n=3, cutoff=0.3)]
    hint = f"相近的有 {_listed(dict.fromkeys(near))}" if near else "kb.graph().nodes 列出全部"
    raise GraphError(f"图中没有节点 {wanted!r}（共 {len(graph.nodes)} 个）；{hint}")


def neighbourhood(graph: Graph, centre: str, *, hops: int = 1) -> Graph:
    """The part of `graph` within `hops` edges of the node `centre`, in either direction, with all edges between those nodes.

    Raises GraphError for a number of hops below nought.
    """
    if hops < 0:
        raise GraphError(f"hops 是 {hops}；应为 0（只有节点本身）或更大的整数")
    beside: dict[str, set[str]] = defaultdict(set)
    for edge in graph.edges:
        beside[edge.source].add(edge.target)
        beside[edge.target].add(edge.source)
    reached = outermost = {centre}
    for _ in range(hops):
        outermost = set().union(*(beside[node] for node in outermost)) - reached
        if not outermost:
            break
        reached = reached | outermost
    nodes = tuple(node for node in graph.nodes if node.id in reached)
    edges = tuple(edge for edge in graph.edges if edge.source in reached and edge.target in reached)
    names = {node.label for node in nodes if node.kind == "actor"}
    return Graph(nodes, edges, tuple(merge for merge in graph.merges if merge.name in names))


def _key(node: Node) -> str:
    return node.id.partition(":")[2]


_WAYS: tuple[Callable[[Node, str], bool], ...] = (
    lambda node, wanted: spelled(node.id) == wanted,
    lambda node, wanted: spelled(_key(node)) == wanted,
    lambda node, wanted: spelled(node.label) == wanted,
    lambda node, wanted: node.kind == "clause" and spelled(node.id).endswith((f"#{wanted}", f"/{wanted}")),
)


def _listed(ids: Iterable[str]) -> str:
    names = list(ids)
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
