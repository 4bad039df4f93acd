"""A node by whatever somebody calls it, and the part of the graph around it."""

from __future__ import annotations

import networkx as nx
import pytest

from jimei_kb import open_kb
from jimei_kb.errors import GraphError
from jimei_kb.graph.build import build_graph, to_networkx
from jimei_kb.graph.neighbourhood import find_node, neighbourhood

KEY = "集街办〔2024〕46号"


@pytest.fixture(scope="module")
def graph(reading):
    return build_graph([reading])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (f"document:{KEY}", f"document:{KEY}"),
        ("集街办[2024] 46 号", f"document:{KEY}"),
        (f"{KEY}#消防工作方面/六", f"clause:{KEY}#消防工作方面/六"),
        ("消防工作方面/六", f"clause:{KEY}#消防工作方面/六"),
        ("119指挥中心", f"actor:{KEY}→119指挥中心"),
        ("厦集委办〔2019〕1号", "document:厦集委办〔2019〕1号"),
        ("集美区党政领导干部安全生产责任制实施细则", "document:厦集委办〔2019〕1号"),
    ],
)
def test_a_node_is_found(graph, wanted, found):
    """By id, by the key in it, by label, by the end of a clause id; brackets and blanks as one likes."""
    assert find_node(graph, wanted).id == found


def test_every_node_is_found_by_its_id(graph):
    assert all(find_node(graph, node.id) is node for node in graph.nodes)


def test_several_that_fit_are_named(graph):
    with pytest.raises(
        GraphError, match=f"'六' 对应 2 个节点：clause:{KEY}#安全生产方面/六, clause:{KEY}#消防工作方面/六；请写出其中一个的完整编号"
    ):
        find_node(graph, "六")


@pytest.mark.parametrize(("wanted", "hint"), [("指挥中心", "119指挥中心"), ("", "列出全部"), ("xyz", "列出全部")])
def test_none_that_fits_is_said_with_what_is_near(graph, wanted, hint):
    with pytest.raises(GraphError, match=f"图中没有节点 '{wanted}'.*{hint}"):
        find_node(graph, wanted)


@pytest.mark.parametrize("hops", [0, 1, 2, 50])
def test_the_neighbourhood_is_what_networkx_finds(graph, hops):
    """All nodes within so many edges, whichever way they point, and all edges between them."""
    centre = f"clause:{KEY}#消防工作方面/五"
    whole = to_networkx(graph)
    wanted = whole.subgraph(nx.ego_graph(whole.to_undirected(), centre, radius=hops).nodes)
    part = to_networkx(neighbourhood(graph, centre, hops=hops))
    assert set(part.nodes) == set(wanted.nodes)
    assert set(part.edges(keys=True)) == set(wanted.edges(keys=True))


def test_hops_below_nought_are_refused(graph):
    with pytest.raises(GraphError, match="hops 是 -1；应为 0"):
        neighbourhood(graph, f"document:{KEY}", hops=-1)


def test_from_the_notebook(root):
    kb = open_kb(root / "kb")
    part = kb.graph(around="消防工作方面/五", hops=1)
    assert 1 < len(part) < len(kb.graph())
    assert all(data["quote"] for *_, data in part.edges(data=True))
