"""Who a clause names, and the part that the words around the name give."""

from __future__ import annotations

import pytest
from by_hand import document
from hypothesis import given, settings
from hypothesis import strategies as st

from jimei_kb.document import parse_text
from jimei_kb.extract.actors import find_actors, groups, subject_role
from jimei_kb.extract.citations import find_citations
from jimei_kb.extract.masks import mask_citations
from jimei_kb.extract.mentions import find_mentions
from jimei_kb.extract.reading import read_clauses
from jimei_kb.records import Actor, Clause, Document, Role, Span


def actors(made: Document) -> tuple[Actor, ...]:
    """The actors of a document, its cited documents blanked out."""
    return find_actors(made, read_clauses(made, mask_citations(made, find_citations(made))))


def cast(text: str) -> list[str]:
    """`name:role` of each actor of a text that is one clause."""
    return [f"{a.name}:{a.role}" for a in actors(document(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # 牵头 leads
        ("市应急局牵头负责专项整治。", "市应急局:牵头"),
        ("由市公安局牵头。", "市公安局:牵头"),
        ("市政府统一领导。", "市政府:牵头"),
        ("配合公安机关调查火灾。", "公安机关:牵头"),  # who is helped leads
        ("协助市公安局调查火灾。", "市公安局:牵头"),
        ("成立领导小组。", "领导小组:牵头"),  # the name says it
        ("企业负责人要落实责任。", "企业负责人:牵头"),  # a post as subject
        ("各单位、各社区领导落实责任制。", "各单位、各社区领导:牵头"),
        # 责任 does it
        ("各单位要落实责任。", "各单位:责任"),
        ("由市应急局组织实施。", "市应急局:责任"),
        ("督促社会单位落实消防安全主体责任。", "社会单位:责任"),  # who is urged does it
        ("要求各单位落实责任。", "各单位:责任"),
        ("倒逼企业全面履行主体责任。", "企业:责任"),
        ("落实企业安全生产主体责任。", "企业:责任"),  # X 主体责任
        ("压实街道属地责任。", "街道:责任"),
        ("召开1次安委会会议。", "安委会:责任"),
        ("充分发挥行业协会作用。", "行业协会:责任"),
        ("信息化主管部门是具体的协调机构。", "信息化主管部门:责任"),  # who is something is named once
        # 配合 helps
        ("会同公安机关开展检查。", "公安机关:配合"),
        ("社会单位配合做好检查。", "社会单位:配合"),
        ("市教育局参与调查。", "市教育局:配合"),
        ("依托网格员开展排查。", "网格员:配合"),
        ("与公安机关加强协作。", "公安机关:配合"),
        # 监管 supervises
        ("市应急局负责监督检查。", "市应急局:监管"),
        ("落实市应急局监管责任。", "市应急局:监管"),
        ("整改市应急局检查发现的问题。", "市应急局:监管"),
        # 指挥 commands
        ("接受119指挥中心调度出动。", "119指挥中心:指挥"),
        ("服从街道办统一指挥。", "街道办:指挥"),
        ("在市应急局指挥下开展救援。", "市应急局:指挥"),
        # 接收 receives
        ("每半年分析研判，并向街道办书面报告。", "街道办:接收"),
        ("定期向市安委办报送情况。", "市安委办:接收"),
        ("将结果报送市应急局。", "市应急局:接收"),
        ("移送公安机关处理。", "公安机关:接收"),
        # 对象 is trained, inspected, served
        ("切实减轻企业负担。", "企业:对象"),
        ("对社会单位开展检查。", "社会单位:对象"),
        ("约谈企业主要负责人。", "企业主要负责人:对象"),
        ("对困难职工给予补助。", "困难职工:对象"),
        ("组织员工培训。", "员工:对象"),
        ("对参加培训的人员进行考核。", "参加培训的人员:对象"),
        # 依据 is followed
        ("按照国务院安委会部署，加强检查。", "国务院安委会:依据"),
        ("经市政府批准后实施。", "市政府:依据"),
        ("贯彻落实国务院关于安全生产的决策部署。", "国务院:依据"),
        # whom a verb of favour governs is named, whatever word stands behind the name
        ("帮助困难群众解困脱困。", "困难群众:对象"),
        ("允许区内企业进口专业设备。", "区内企业:对象"),
        ("鼓励媒体播报典型案例。", "媒体:配合"),
        ("支持贫困地区引导消费。", "贫困地区:责任"),
    ],
)
def test_the_words_around_a_name_say_its_part(text: str, found: str) -> None:
    """Objects of urging, reporting, commanding and so on; subjects by their predicate."""
    assert cast(text) == [found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("市应急局督促企业整改隐患。", ["市应急局:监管", "企业:责任"]),
        ("市应急局对企业开展执法检查。", ["市应急局:监管", "企业:对象"]),
        ("市教育局协助市公安局调查火灾。", ["市教育局:配合", "市公安局:牵头"]),
        ("市政府统一领导，市应急局牵头抓总，各部门各司其职。", ["市政府:牵头", "市应急局:牵头", "各部门:责任"]),
        ("有关部门要将结果报送街道办。", ["有关部门:责任", "街道办:接收"]),
    ],
)
def test_two_names_of_one_clause_have_each_their_part(text: str, found: list[str]) -> None:
    """In text order."""
    assert cast(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("督促指导企业、学校落实责任。", ["企业:责任", "学校:责任"]),
        ("市公安局、市教育局要加强管理。", ["市公安局:责任", "市教育局:责任"]),
        ("会同市公安局、市教育局开展检查。", ["市公安局:配合", "市教育局:配合"]),
        ("强化企业主要负责人、安全管理人员的培训和考核。", ["企业主要负责人:对象", "安全管理人员:对象"]),
    ],
)
def test_names_of_one_list_have_one_part(text: str, found: list[str]) -> None:
    """A、B和C."""
    assert cast(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("督促危化、矿山、燃气领域生产经营单位开展自查。", ["危化、矿山、燃气领域生产经营单位:责任"]),
        ("督促本辖区社会单位落实责任。", ["社会单位:责任"]),
        ("检查各企业部门。", ["各企业部门:对象"]),
        ("由 市公安 局负责实施。", ["市公安局:责任"]),  # blanks are lay-out
        ("软件中心组织安全生产综合大检查。", ["软件中心:监管"]),
    ],
)
def test_names_are_as_printed(text: str, found: list[str]) -> None:
    """Without 本 and 辖区, with the list that shares a head, without the verbs around."""
    assert cast(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "本单位要落实责任。",
        "将消防工作列入本单位、本部门议事日程。",
        "对你们进行检查。",
        "其应当落实责任。",
        "向社会公布结果。",
        "加强队伍建设，开展业务培训。",
        "在责任范围内，对本辖区内消防工作实施监督管理。",
        "落实《市公安局关于督促企业整改的通知》要求。",  # only inside a title
        "。",
    ],
)
def test_nobody_is_named(text: str) -> None:
    """Pronouns, activities, the public, names inside titles."""
    assert cast(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("加强检查。（牵头单位：市应急局，配合单位：市公安局）", ["市应急局:牵头", "市公安局:配合"]),
        ("加强检查（市教育局、市公安局按职责分工负责）。", ["市教育局:责任", "市公安局:责任"]),
        ("督促企业落实责任。（责任单位：市应急局）", ["企业:责任", "市应急局:责任"]),
        ("对市应急局开展检查。（牵头单位：市应急局）", ["市应急局:牵头"]),  # the tag's word counts
    ],
)
def test_names_in_tags(text: str, found: list[str]) -> None:
    """They have the part that their label or verb gives, whatever they are elsewhere in the clause."""
    assert cast(text) == found


def test_a_name_counts_once_in_its_clause() -> None:
    """Its part as a subject outweighs the others."""
    assert cast("对社会单位开展检查，社会单位要落实责任。") == ["社会单位:责任"]


def test_a_name_counts_again_in_another_clause() -> None:
    """One record for each clause and name."""
    text = "督促企业落实责任。\n对企业开展检查。"
    border = text.index("\n") + 1
    clauses = (Clause("一", "clause", "一", Span(0, border), 0), Clause("二", "clause", "二", Span(border, len(text)), border))
    assert [(a.clause, a.name, a.role) for a in actors(document(text, clauses=clauses))] == [("一", "企业", "责任"), ("二", "企业", "对象")]


def test_an_actor_is_quoted_from_the_text_as_printed() -> None:
    """The name is without blanks, the quotation with them; the rule is named."""
    (actor,) = actors(document("督促 社会 单位 整改隐患。"))
    assert (actor.name, actor.quote, actor.rule, actor.clause) == ("社会单位", "社会 单位", "actor.urged", "一")


def test_groups_are_lists() -> None:
    """、 and 和 join, anything else parts."""
    text = "市公安局、市教育局和各单位，督促企业"
    joined = [[m.name for m in group] for group in groups(text, find_mentions(text, 0, len(text)))]
    assert joined == [["市公安局", "市教育局", "各单位"], ["企业"]]
    assert list(groups(text, [])) == []


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("市公安局要落实责任", "责任"),
        ("市公安局牵头开展整治", "牵头"),
        ("市公安局要加强统筹协调", "牵头"),
        ("市公安局要配合做好检查", "配合"),
        ("市公安局协助开展调查", "配合"),
        ("市公安局要督促企业落实责任", "监管"),
        ("市公安局要查处违法行为", "监管"),
        ("各级领导要落实责任", "牵头"),  # a post leads
        ("企业存在隐患", "对象"),  # it has the fault
    ],
)
def test_the_part_of_a_subject(text: str, role: Role) -> None:
    """Its predicate says it; who leads the list of roles wins."""
    made = document(text)
    (reading,) = read_clauses(made, made.text)
    (part,) = reading.parts
    assert part.subject
    assert subject_role(reading.text, part) == role


_NAMES = ["市应急局", "各单位", "本", "辖区", "社会单位", "企业", "负责人", "从业人员", "房东", "二房东", "119指挥中心", "各单位："]
_CUES = ["一、", "（一）", "100家", "由", "向", "对", "会同", "配合", "督促", "接受", "按照", "部署", "报告", "调度", "落实"]
_REST = ["主体责任", "和", "等", "的", "2024年", "80%", "牵头单位：", "负责", "牵头", "集府〔2024〕1号"]
_MARKS = "（）、，。；：\n 《》“”"
_WORDS = st.sampled_from([*_NAMES, *_CUES, *_REST, *_MARKS])
_ROLES = {"牵头", "责任", "配合", "监管", "指挥", "接收", "对象", "依据"}


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(_WORDS, max_size=40).map("".join))
def test_any_text_is_read_and_quoted_exactly(text: str) -> None:
    """Inside its clause, in text order, one record a name; the name is the quotation without blanks."""
    made = parse_text(text)
    spans = {clause.id: clause.content for clause in made.clauses}
    found = actors(made)
    for actor in found:
        assert actor.quote == made.text[actor.span.start : actor.span.end] != ""
        assert spans[actor.clause].holds(actor.span)
        assert actor.role in _ROLES
        assert len(actor.name) <= len(actor.quote)
    named = [(a.clause, a.name) for a in found]
    assert len(set(named)) == len(named)
    assert [a.span for a in found] == sorted(a.span for a in found)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=120))
def test_foreign_text_is_read_too(text: str) -> None:
    """Scripts, signs and control characters."""
    made = parse_text(text)
    assert all(a.quote == a.span.of(made.text) for a in actors(made))
