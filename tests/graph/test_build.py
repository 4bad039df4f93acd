"""The graph: what meets in one node and what does not, and a quotation on every edge."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import get_args

import networkx as nx
import pytest

from jimei_kb.document import parse_text
from jimei_kb.graph.build import build_graph, own_names, to_networkx
from jimei_kb.graph.schema import EdgeKind, NodeKind, Reading
from jimei_kb.records import Annotations, Citation, Head, OffsetMap, Span

OFFICE = "厦门市集美区人民政府集美街道办事处"


@pytest.fixture(scope="module")
def graph(reading):
    return build_graph([reading])


def edges(graph, kind):
    return [edge for edge in graph.edges if edge.kind == kind]


def test_every_kind_occurs_and_no_other(graph):
    """The specimen has them all but urging, so a kind that nobody makes any more is noticed."""
    assert {node.kind for node in graph.nodes} == set(get_args(NodeKind))
    assert {edge.kind for edge in graph.edges} == set(get_args(EdgeKind)) - {"urges"}


def test_every_edge_has_its_quotation(graph, reading):
    text = reading.document.text
    for edge in graph.edges:
        evidence = edge.evidence
        assert text[evidence.start : evidence.end] == evidence.quote != ""
        assert evidence.rule


def test_both_ends_of_every_edge_are_there(graph):
    ids = {node.id for node in graph.nodes}
    assert {end for edge in graph.edges for end in (edge.source, edge.target)} <= ids
    assert len(ids) == len(graph.nodes)


def test_who_bears_what_with_role_and_basis(graph):
    bears = {(edge.source, edge.evidence.quote, dict(edge.facts)["role"], dict(edge.facts)["basis"]) for edge in edges(graph, "bears")}
    assert ("actor:社区微型消防站", "接受119指挥中心调度出动", "责任", "ellipsis") in bears
    assert ("actor:各社区居委会", "配合相关部门组织开展火灾事故调查处理工作", "配合", "addressee") in bears


def test_the_issuer_and_the_recipients_meet_under_their_short_names(graph):
    """街道, 社区, 街道办 in the text are the bodies of the head; the printed name and the reason are kept."""
    printed = {(dict(e.facts).get("printed"), e.source) for e in edges(graph, "bears")}
    assert ("街道", f"actor:{OFFICE}") in printed
    assert ("社区", "actor:各社区居委会") in printed
    assert {(merge.printed, merge.name) for merge in graph.merges} == {("街道", OFFICE), ("街道办", OFFICE), ("社区", "各社区居委会")}
    assert {merge.reason for merge in graph.merges if merge.name == OFFICE} == {"发文机关的简称（alias.subdistrict-office）"}


@pytest.mark.parametrize(
    ("issuers", "recipients", "printed", "name"),
    [
        ([OFFICE], ["各社区居委会"], "集美街道办", OFFICE),
        ([OFFICE], ["各社区居委会"], "主送机关", "各社区居委会"),
        ([OFFICE], [], "主送机关", OFFICE),
        (["厦门市集美区人民政府"], ["各镇人民政府"], "区政府", "厦门市集美区人民政府"),
        (["厦门市集美区人民政府"], ["各有关单位"], "有关单位", "各有关单位"),
        # two recipients: nobody knows which of them is meant
        ([OFFICE], ["各社区居委会", "各学校"], "主送机关", None),
        # two offices issue it together
        (["甲区人民政府乙街道办事处", "甲区人民政府丙街道办事处"], [], "街道办", None),
        (["甲区人民政府乙街道办事处", "甲区人民政府丙街道办事处"], [], "乙街道办", "甲区人民政府乙街道办事处"),
        # another body of the same house keeps its name
        ([OFFICE], ["各社区居委会"], "街道党工委", None),
        ([OFFICE], ["各社区居委会"], "区安办", None),
    ],
)
def test_own_names_of_a_document(issuers, recipients, printed, name):
    document = replace(parse_text("通知"), head=Head(issuers=tuple(issuers), recipients=tuple(recipients)))

    assert own_names(document).get(printed, (None,))[0] == name


def test_cited_documents_are_stubs_marked_unresolved(graph):
    nodes = {node.id: node for node in graph.nodes if node.kind == "document"}

    assert not nodes["document:集街办〔2024〕46号"].unresolved
    assert nodes["document:厦集委办〔2019〕1号"].unresolved
    assert nodes["document:国务院办公厅《电动自行车安全隐患全链条整治行动方案》"].unresolved
    # a plural reference means something else in every notice
    assert nodes["document:集街办〔2024〕46号→省、市、区和街道办行动方案"].unresolved


def test_a_carried_document_hangs_on_the_one_that_carries_it(graph):
    (edge,) = edges(graph, "carries")
    assert (edge.source, edge.target) == ("document:集府〔2024〕90号", "document:《集美区加强社区（村）微型消防站建设工作方案》")


def citing(serial, quote, **facts):
    document = parse_text(f"集街办〔2024〕{serial}号\n关于做好工作的通知\n各社区居委会：\n一、落实{quote}要求。\n", slug=f"n{serial}")
    at = document.text.index(quote)
    clause = next(c.id for c in document.clauses if c.span.start <= at < c.span.end)
    citation = Citation(clause, Span(at, at + len(quote)), quote, "specimen", "titled", **facts)
    return Reading(document, Annotations(citations=(citation,)))


@pytest.mark.parametrize(
    ("facts", "target", "unresolved"),
    [
        ({"number": "集街办〔2024〕46 号"}, "document:集街办〔2024〕46号", False),
        (
            {"title": "厦门市集美区人民政府集美街道办事处 关于下达2024年度安全生产和消防工作目标责任的通知"},
            "document:集街办〔2024〕46号",
            False,
        ),
        ({"title": "福建省消防条例"}, "document:《福建省消防条例》", True),
        ({"title": "关于推进城市安全发展的意见", "issuer": "国务院办公厅"}, "document:国务院办公厅《关于推进城市安全发展的意见》", True),
        ({"title": "关于推进城市安全发展的意见"}, "document:集街办〔2024〕7号→关于推进城市安全发展的意见", True),
        # the number tells more than the title, which says nothing on this one
        (
            {"title": "厦门市集美区人民政府集美街道办事处关于下达2024年度安全生产和消防工作目标责任的通知", "number": "集街办〔2023〕5号"},
            "document:集街办〔2023〕5号",
            True,
        ),
    ],
)
def test_a_citation_leads_to_the_document_that_the_base_holds(reading, facts, target, unresolved):
    graph = build_graph([citing(7, "《某文件》", **facts), reading])

    (edge,) = [edge for edge in edges(graph, "cites") if edge.evidence.document == "集街办〔2024〕7号"]
    assert edge.target == target
    assert next(node for node in graph.nodes if node.id == target).unresolved is unresolved


def test_two_notices_meet_in_what_they_both_name():
    graph = build_graph([citing(1, "《福建省消防条例》", title="福建省消防条例"), citing(2, "《福建省消防条例》", title="福建省消防条例")])

    assert Counter(edge.target for edge in edges(graph, "cites")) == {"document:《福建省消防条例》": 2}


def test_the_order_of_readings_makes_no_difference(reading):
    others = [citing(1, "《甲》", title="甲"), citing(2, "《甲》", title="甲", number="甲〔2020〕1号")]

    assert build_graph([reading, *others]) == build_graph([*reversed(others), reading])


def test_metrics_and_schedules_hang_on_the_duty_they_stand_in(graph):
    nodes = {node.id: node for node in graph.nodes}
    (measured,) = edges(graph, "measures")
    assert nodes[measured.target].label == "社区留守老人、低保特困老人、残疾人智能预警装置安装率达100%"
    due = {(nodes[edge.source].kind, nodes[edge.target].label) for edge in edges(graph, "due")}
    assert due == {("duty", "全年至少召开1次两委会议"), ("clause", "持续开展")}


def test_a_clause_hangs_on_the_clause_above_it():
    document = parse_text(
        "通知\n一、总体要求\n（一）目标。各社区应当落实责任。\n（二）任务。完成整改。\n二、保障\n加强领导。\n", slug="tree"
    )
    found = {(e.source, e.target) for e in edges(build_graph([Reading(document)]), "has_clause")}

    assert ("document:tree", "clause:tree#一") in found
    assert ("clause:tree#一", "clause:tree#一/（二）") in found


def test_networkx_has_all_of_it(graph, reading):
    made = to_networkx(graph)

    assert isinstance(made, nx.MultiDiGraph)
    assert (len(made), made.number_of_edges()) == (len(graph.nodes), len(graph.edges))
    for _, _, data in made.edges(data=True):
        assert reading.document.text[data["start"] : data["end"]] == data["quote"]
    chain = nx.shortest_path(made, f"actor:{OFFICE}", "actor:119指挥中心")
    assert chain == [f"actor:{OFFICE}", "document:集街办〔2024〕46号", "clause:集街办〔2024〕46号#消防工作方面/五", "actor:119指挥中心"]


def test_the_graph_of_no_readings_is_empty():
    assert not to_networkx(build_graph([]))


def test_the_head_is_quoted_where_it_was_read():
    document = parse_text("通知\n一、加强领导。\n", slug="x")
    document = replace(document, head=Head(issuers=("某办",), spans=(("issuers", Span(0, 2)),)), offsets=OffsetMap((0,), (0,)))
    (edge,) = edges(build_graph([Reading(document)]), "issues")

    assert edge.evidence.quote == "通知"
