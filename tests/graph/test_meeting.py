"""Many notices: where two of them name one body, document or programme they meet in one node with a reason, and what contradicts itself is listed."""

from __future__ import annotations

import json

import pytest

from jimei_kb import build_kb, open_kb
from jimei_kb.document import parse_text
from jimei_kb.extract import extract
from jimei_kb.graph.build import build_graph, to_networkx
from jimei_kb.graph.names import full_name
from jimei_kb.graph.programmes import find_programmes
from jimei_kb.graph.registry import load_registry
from jimei_kb.graph.resolve import resolve_issuers
from jimei_kb.graph.schema import Merge, Reading

NOTICE = "{number}\n{title}\n各街道办事处：\n一、要求。{body}\n厦门市集美区人民政府\n2024年1月{day}日\n"


def notice(slug, body, number="集府〔2024〕1号", title="厦门市集美区人民政府关于做好消防工作的通知", day=2):
    document = parse_text(NOTICE.format(number=number, title=title, body=body, day=day), slug=slug)
    annotations = resolve_issuers(document, extract(document), load_registry())
    return Reading(document, annotations, find_programmes(document, annotations))


def merges(graph, name):
    return {(one.document, one.printed, one.reason) for one in graph.merges if one.name == name}


def nodes(graph, kind):
    return [node.id for node in graph.nodes if node.kind == kind]


@pytest.mark.parametrize(
    ("name", "full", "reason"),
    [
        ("厦门市集美区人民政府", "厦门市集美区人民政府", ""),
        ("集美区人民政府", "厦门市集美区人民政府", "机构表中的别名"),
        ("国办", "国务院办公厅", "机构表中的别名"),
        ("集美区教育局", "厦门市集美区教育局", "同在福建省厦门市集美区，只是地名写法不同"),
        ("福建省厦门市集美区教育局", "厦门市集美区教育局", "同在福建省厦门市集美区，只是地名写法不同"),
        ("福建省厦门市人民政府", "厦门市人民政府", "同在福建省厦门市，只是地名写法不同"),
        ("福建省消防救援总队", "福建省消防救援总队", ""),
        ("应急管理部", "应急管理部", ""),
        # a street may share its name with another one's; its full name stands in the table
        ("集美街道某某中心", "集美街道某某中心", ""),
    ],
)
def test_one_name_for_a_body_everywhere(name, full, reason):
    assert full_name(name, load_registry()) == (full, reason)


def test_a_full_name_is_its_own():
    """Whatever name comes in: what comes out stays as it is."""
    registry = load_registry()
    for name in registry.full_names:
        full, _ = full_name(name, registry)
        assert full_name(full, registry) == (full, "")


def test_bodies_documents_and_programmes_meet():
    body = "落实国务院办公厅《电动自行车安全隐患全链条整治行动方案》，推进安全生产治本攻坚“十大行动”，由厦门市集美区教育局牵头。"
    one = notice("a", body)
    two = notice("b", body.replace("厦门市集美区", "集美区") + "按照集府〔2024〕1号执行。", number="集府〔2024〕2号", day=3)
    graph = build_graph([one, two])

    assert nodes(graph, "programme") == ["programme:十大行动"]
    assert "actor:厦门市集美区教育局" in nodes(graph, "actor")
    assert "actor:集美区教育局" not in nodes(graph, "actor")
    assert len([node for node in nodes(graph, "document") if "电动自行车" in node]) == 1
    assert merges(graph, "十大行动") == {(key, "“十大行动”", "专项行动同名") for key in ("集府〔2024〕1号", "集府〔2024〕2号")}
    assert merges(graph, "厦门市集美区教育局") == {
        ("集府〔2024〕1号", "厦门市集美区教育局", "全称相同"),
        ("集府〔2024〕2号", "集美区教育局", "同在福建省厦门市集美区，只是地名写法不同"),
    }
    assert ("集府〔2024〕2号", "集府〔2024〕1号", "文号相同") in merges(graph, "集府〔2024〕1号")
    assert {reason for _, _, reason in merges(graph, "国务院办公厅《电动自行车安全隐患全链条整治行动方案》")} == {
        "题名及所标的发文机关相同"
    }
    assert graph == build_graph([two, one])


def test_one_notice_alone_meets_nobody():
    assert build_graph([notice("a", "推进安全生产治本攻坚“十大行动”。推进“十大行动”，由厦门市集美区教育局牵头。")]).merges == ()


def test_merges_go_with_the_graph():
    graph = build_graph([notice("a", "推进“十大行动”。"), notice("b", "推进“十大行动”。", number="集府〔2024〕2号")])
    rows = json.loads(to_networkx(graph).graph["merges"])
    assert [Merge(**row) for row in rows] == list(graph.merges) != []


def disagreements(graph):
    return [(one.evidence.document, one.evidence.quote, one.reason.partition("：")[0]) for one in graph.disagreements]


def test_one_number_under_two_titles_is_listed():
    one = notice("a", "落实《甲办法》（集安办〔2024〕3号）。")
    two = notice("b", "落实《乙办法》（集安办〔2024〕3号）。", number="集府〔2024〕2号")
    three = notice("c", "落实《关于印发〈乙办法〉的通知》（集安办〔2024〕3号）。", number="集府〔2024〕3号")
    assert disagreements(build_graph([one, two])) == [
        ("集府〔2024〕1号", "《甲办法》（集安办〔2024〕3号）", "同一文号，题名不一致"),
        ("集府〔2024〕2号", "《乙办法》（集安办〔2024〕3号）", "同一文号，题名不一致"),
    ]
    # the title of the carrying notice and of what it carries say the same
    assert disagreements(build_graph([two, three])) == []


def test_a_citation_that_says_another_title_or_issuer_than_the_document_itself():
    held = notice("a", "各街道办事处应当值班。", number="集府〔2024〕1号")
    right = notice("b", "落实《厦门市集美区人民政府关于做好消防工作的通知》（集府〔2024〕1号）。", number="集府〔2024〕2号")
    short = notice("c", "落实《关于做好消防工作的通知》（集府〔2024〕1号）。", number="集府〔2024〕3号")
    wrong = notice("d", "落实《厦门市人民政府关于做好防汛工作的通知》（集府〔2024〕1号）。", number="集府〔2024〕4号")
    graph = build_graph([held, right, short, wrong])
    assert {(document, reason) for document, _, reason in disagreements(graph)} == {
        ("集府〔2024〕4号", "同一文号，题名不一致"),
        ("集府〔2024〕4号", "发文机关不一致"),
    }


def test_conflicts_stand_in_the_review_list(tmp_path):
    """Two files with one number, and a number with two titles; each at its words."""
    texts = {
        "a": NOTICE.format(number="集府〔2024〕1号", title="关于甲的通知", body="落实《甲办法》（集安办〔2024〕3号）。", day=2),
        "b": NOTICE.format(number="集府〔2024〕1号", title="关于乙的通知", body="落实《乙办法》（集安办〔2024〕3号）。", day=3),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    build_kb([tmp_path / "a.txt", tmp_path / "b.txt"], tmp_path / "kb")
    kb = open_kb(tmp_path / "kb")
    items = kb.review("conflict").items

    assert [(item.document, item.found.quote) for item in items] == [
        ("b", "集府〔2024〕1号"),
        ("b", "《乙办法》（集安办〔2024〕3号）"),
        ("集府〔2024〕1号", "《甲办法》（集安办〔2024〕3号）"),
    ]
    assert "a也是集府〔2024〕1号；本份在库中以文件名b为编号" in items[0].found.reason
    documents = {document.key: document for document in kb.documents}
    assert all(item.found.span.of(documents[item.document].text) == item.found.quote for item in items)
    assert kb.review().counts["conflict"] == 3
    assert "互相矛盾 3" in repr(kb.review())
    assert [clause.id for clause in kb.clauses] == ["集府〔2024〕1号#一", "b#一"]
