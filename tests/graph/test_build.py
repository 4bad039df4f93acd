"""The graph: what meets in one node and what does not, and a quotation on every edge."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import get_args

import networkx as nx
import pytest

from jimei_kb.document import parse_text
from jimei_kb.graph.build import build_graph, to_networkx
from jimei_kb.graph.names import named_bodies, own_names, stands_alone
from jimei_kb.graph.registry import load_registry
from jimei_kb.graph.resolve import setting_of
from jimei_kb.graph.schema import EdgeKind, NodeKind, Reading
from jimei_kb.records import Actor, Annotations, Bearer, Citation, Duty, Head, Issuer, OffsetMap, Schedule, Span

OFFICE = "厦门市集美区人民政府集美街道办事处"
# the names that mean something else in every notice are nodes of the notice
OWN = "actor:集街办〔2024〕46号→"


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
    assert (f"{OWN}社区微型消防站", "接受119指挥中心调度出动", "责任", "ellipsis") in bears
    assert (f"{OWN}各社区居委会", "配合相关部门组织开展火灾事故调查处理工作", "配合", "addressee") in bears


def test_the_issuer_and_the_recipients_meet_under_their_short_names(graph):
    """街道, 社区, 街道办 in the text are the bodies of the head; the printed name and the reason are kept."""
    printed = {(dict(e.facts).get("printed"), e.source) for e in edges(graph, "bears")}
    assert ("街道", f"actor:{OFFICE}") in printed
    assert ("社区", f"{OWN}各社区居委会") in printed
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


@pytest.mark.parametrize(
    ("name", "alone"),
    [
        ("国务院办公厅", True),
        ("教育部", True),
        ("厦门市集美区教育局", True),
        ("福建省消防救援总队", True),
        (OFFICE, True),
        ("街道办", False),
        ("各社区居委会", False),
        ("区安办", False),
        ("市应急局", False),
        ("有条件的地区", False),
        ("领导干部", False),
        ("119指挥中心", False),
        # a place that no table knows is sure only for the notice that speaks from it
        ("云霄县教育局", False),
        ("主送机关", False),
    ],
)
def test_names_that_are_the_same_bodys_everywhere(reading, name, alone):
    assert stands_alone(name, setting_of(reading.document, load_registry())) is alone


def test_names_of_a_documents_own_place_and_its_issuer_stand_alone():
    document = replace(parse_text("通知"), head=Head(issuers=("云霄县人民政府", "某某集团有限公司", "区安委会")))
    setting = setting_of(document, load_registry())
    names = ["云霄县教育局", "某某集团有限公司", "区安委会", "漳浦县教育局"]

    assert [name for name in names if stands_alone(name, setting)] == ["云霄县教育局", "某某集团有限公司"]


def told(slug, head, *bearers, urged=()):
    """A reading of a notice with one duty, borne by `bearers`."""
    document = replace(parse_text("通知\n一、值守。落实值班制度。\n", slug=slug), head=head)
    at = document.text.index("落实值班制度")
    duty = Duty("一", Span(at, at + 6), "落实值班制度", "specimen", "do", tuple(Bearer(*bearer) for bearer in bearers), urged)
    return Reading(document, Annotations(duties=(duty,)))


def borne(*readings):
    """(node of the bearer, basis) of every duty, and the facts of the duties that nobody is printed for."""
    graph = build_graph(readings)
    found = [(edge.source, dict(edge.facts)["basis"]) for edge in edges(graph, "bears")]
    return found, [dict(node.facts)["bearers"] for node in graph.nodes if node.kind == "duty" and "bearers" in dict(node.facts)]


def test_the_recipients_bear_what_is_assumed_of_them_each_by_itself():
    """The placeholder of the extractor is no body: notices of two places do not meet in it."""
    south = told("south", Head(recipients=("厦门市教育局", "各镇人民政府")), ("主送机关", "责任", "addressee"))
    north = told("north", Head(recipients=("各镇人民政府", "某某学校")), ("主送机关", "责任", "addressee"))

    assert borne(south, north) == (
        [
            ("actor:north→各镇人民政府", "addressee"),
            ("actor:north→某某学校", "addressee"),
            ("actor:south→各镇人民政府", "addressee"),
            ("actor:厦门市教育局", "addressee"),
        ],
        [],
    )


def test_where_neither_recipients_nor_an_issuer_are_printed_nobody_bears():
    assert borne(told("x", Head(), ("主送机关", "责任", "inferred"))) == ([], ["文中未写明"])
    # of two issuers nobody knows which one is meant
    assert borne(told("x", Head(issuers=("甲局", "乙局")), ("主送机关", "责任", "inferred"))) == ([], ["文中未写明"])
    # the word itself is printed there
    assert borne(told("x", Head(), ("主送机关", "责任", "explicit"))) == ([("actor:x→主送机关", "explicit")], [])


@pytest.mark.parametrize(
    ("head", "named", "bodies"),
    [
        (Head(recipients=("甲", "乙")), Bearer("主送机关", "责任", "addressee"), ("甲", "乙")),
        (Head(recipients=("甲", "乙")), Bearer("丙", "责任", "addressee"), ("丙",)),
        (Head(issuers=("甲",)), Bearer("主送机关", "责任", "inferred"), ("甲",)),
        (Head(), Bearer("主送机关", "责任", "inferred"), ()),
    ],
)
def test_whom_a_record_names(head, named, bodies):
    assert named_bodies(replace(parse_text("通知"), head=head), named) == bodies


def test_short_names_of_two_notices_do_not_meet():
    """街道办 of one notice is another office than that of the next; the full name is one office."""
    named = [("街道办", "责任", "explicit"), ("厦门市教育局", "配合", "explicit")]
    found, _ = borne(told("a", Head(), *named), told("b", Head(), *named))

    assert Counter(node for node, _ in found) == {"actor:a→街道办": 1, "actor:b→街道办": 1, "actor:厦门市教育局": 2}


def test_short_names_of_one_office_meet_in_it():
    found, _ = borne(*(told(slug, Head(issuers=(OFFICE,)), ("街道办", "责任", "explicit")) for slug in "ab"))

    assert Counter(node for node, _ in found) == {f"actor:{OFFICE}": 2}


def test_who_is_urged_is_joined_by_an_edge_of_its_own():
    graph = build_graph([told("x", Head(), ("社区", "监管", "explicit"), urged=("物业企业",))])

    assert [edge.target for edge in edges(graph, "urges")] == ["actor:x→物业企业"]
    assert [edge.source for edge in edges(graph, "bears")] == ["actor:x→社区"]


def test_a_schedule_hangs_on_the_duty_that_shares_most_with_it():
    """Among duties that lie in one another, overlap it or stand apart."""
    document = parse_text("通知\n一、值守。每月检查并每季度向街道办报告三次结果。另行通知。\n", slug="x")

    def at(quote):
        start = document.text.index(quote)
        return {"clause": "一", "span": Span(start, start + len(quote)), "quote": quote, "rule": "specimen"}

    quotes = ["每月检查并每季度向街道办报告三次结果", "每月检查", "每季度向街道办报告三次结果", "三次结果。另行", "另行通知"]
    duties = tuple(Duty(**at(quote), polarity="do", actors=()) for quote in quotes)
    times = tuple(Schedule(**at(quote), kind="vague") for quote in ("每月", "每季度向", "三次结果。另", "行通知", "值守"))
    graph = build_graph([Reading(document, Annotations(duties=duties, schedules=times))])
    labels = {node.id: node.label for node in graph.nodes}

    assert {labels[edge.target]: labels[edge.source] for edge in edges(graph, "due")} == {
        "每月": quotes[1],
        "每季度向": quotes[0],
        "三次结果。另": quotes[3],
        "行通知": quotes[4],
        "值守": "一 值守",
    }


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


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 1)])
def test_a_held_document_says_itself_who_issued_it_whatever_the_order(first, second):
    """The one that cites may come before the one that is cited; what it knows of the issuer adds nothing then."""
    number = f"集街办〔2024〕{second}号"
    graph = build_graph([citing(first, "《某文件》", number=number, issued_by=STATE), citing(second, "《另一文件》", title="另一文件")])

    assert not next(node for node in graph.nodes if node.id == f"document:{number}").unresolved
    assert [edge for edge in edges(graph, "issues") if edge.target == f"document:{number}"] == []


def test_two_notices_meet_in_what_they_both_name():
    graph = build_graph([citing(1, "《福建省消防条例》", title="福建省消防条例"), citing(2, "《福建省消防条例》", title="福建省消防条例")])

    assert Counter(edge.target for edge in edges(graph, "cites")) == {"document:《福建省消防条例》": 2}


STATE = Issuer(("国务院安全生产委员会办公室",), "title", "A", "标题署名", level="国家")
PROVINCE = Issuer(("江苏省安全生产委员会办公室",), "code", "C", "按引用文件所在地", ("甲", "乙"), "省")
OPEN = Issuer((), "code", None, "代字有2种读法", ("甲", "乙"))


def issued(*issuers):
    """The facts of a document that as many notices cite, each with its view of the issuer, and the bodies said to have issued it."""
    number = "安委办〔2019〕39号"
    graph = build_graph([citing(i, "《某文件》", number=number, title="某文件", issued_by=one) for i, one in enumerate(issuers, 1)])
    facts = dict(next(node for node in graph.nodes if node.id == f"document:{number}").facts)
    return facts, {edge.source for edge in edges(graph, "issues") if edge.target == f"document:{number}"}


def test_a_cited_document_says_who_issued_it_and_how_that_is_known():
    facts, bodies = issued(STATE)
    assert facts["issuer"] == "国务院安全生产委员会办公室"
    assert (facts["issuer_certainty"], facts["issuer_basis"], facts["issuer_reason"], facts["level"]) == ("A", "title", "标题署名", "国家")
    assert bodies == {"actor:国务院安全生产委员会办公室"}


def test_an_issuer_that_is_not_decided_stays_open():
    facts, bodies = issued(OPEN)
    assert "issuer" not in facts
    assert "issuer_certainty" not in facts
    assert facts["issuer_candidates"] == "甲；乙"
    assert bodies == set()


def test_of_what_several_notices_say_the_surest_counts():
    sure = Issuer(STATE.names, "named", "A", "题名前署名")
    unsure = Issuer(STATE.names, "code", "C", "代字")
    assert issued(unsure, OPEN, sure)[0]["issuer_reason"] == "题名前署名"


def test_where_notices_mean_different_issuers_none_is_stated():
    """安委办〔2019〕39号 of the State Council's office and of a province's are two documents under one number."""
    facts, _ = issued(STATE, PROVINCE)
    assert "issuer" not in facts
    assert facts["issuer_candidates"] == "国务院安全生产委员会办公室；江苏省安全生产委员会办公室"
    assert facts["issuer_reason"] == "各处引用所指的发文机关不一致"


def test_a_title_of_a_body_with_a_short_name_is_that_bodys():
    """街道办事处《…》 in two notices of two sub-districts are two documents."""
    full = Issuer((OFFICE,), "named", "C", "街道办事处是发文机关的简称")
    graph = build_graph([citing(1, "街道办事处《工作要点》", title="工作要点", issuer="街道办事处", issued_by=full)])
    assert [edge.target for edge in edges(graph, "cites")] == [f"document:{OFFICE}《工作要点》"]


def test_short_names_are_suggested_and_not_merged(reading):
    """区安办 stays a node of its own; what it probably is hangs on it, with the place where it is printed and the reason."""
    graph = build_graph([reading])
    (edge,) = (edge for edge in edges(graph, "may_be") if edge.source == f"{OWN}区安办")
    assert edge.target == "actor:集美区安全生产委员会办公室"
    assert dict(edge.facts)["certainty"] == "C"
    assert "机构表" in dict(edge.facts)["reason"]
    assert edge.evidence.quote == "区安办"
    assert [edge.target for edge in edges(graph, "copied_to")] == [f"{OWN}区安办"]
    assert {(one.document, one.printed, one.names) for one in graph.suggestions} == {
        ("集街办〔2024〕46号", "区安办", ("集美区安全生产委员会办公室",))
    }
    assert "区安办" not in {merge.printed for merge in graph.merges}


def test_a_name_that_may_be_two_bodies_is_joined_to_both():
    document = parse_text("通知\n一、加强领导。市住建局负责。\n", slug="x")
    at = document.text.index("市住建局")
    actor = Actor("一", Span(at, at + 4), "市住建局", "specimen", "市住建局", "责任")
    document = replace(document, head=Head(issuers=("浙江省温州市乐清市应急管理局",)))
    found = edges(build_graph([Reading(document, Annotations(actors=(actor,)))]), "may_be")
    assert [edge.target for edge in found] == ["actor:乐清市住房和城乡建设局", "actor:温州市住房和城乡建设局"]
    assert all("certainty" not in dict(edge.facts) for edge in found)


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


def test_networkx_has_all_of_it(graph, reading, tmp_path):
    made = to_networkx(graph)

    assert isinstance(made, nx.MultiDiGraph)
    assert (len(made), made.number_of_edges()) == (len(graph.nodes), len(graph.edges))
    for _, _, data in made.edges(data=True):
        assert reading.document.text[data["start"] : data["end"]] == data["quote"]
    chain = nx.shortest_path(made, f"actor:{OFFICE}", f"{OWN}119指挥中心")
    assert chain == [f"actor:{OFFICE}", "document:集街办〔2024〕46号", "clause:集街办〔2024〕46号#消防工作方面/五", f"{OWN}119指挥中心"]
    assert {(one["printed"], one["name"]) for one in json.loads(made.graph["merges"])} == {(one.printed, one.name) for one in graph.merges}
    assert all(one["document"] and one["reason"] for one in json.loads(made.graph["merges"]))
    nx.write_graphml(made, tmp_path / "graph.xml")


def test_the_graph_of_no_readings_is_empty():
    assert not to_networkx(build_graph([]))


def test_the_head_is_quoted_where_it_was_read():
    document = parse_text("通知\n一、加强领导。\n", slug="x")
    document = replace(document, head=Head(issuers=("某办",), spans=(("issuers", Span(0, 2)),)), offsets=OffsetMap((0,), (0,)))
    (edge,) = edges(build_graph([Reading(document)]), "issues")

    assert edge.evidence.quote == "通知"
