"""Who is responsible: the right quotation first, parts and bases told apart, nothing invented."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from specimen import annotate

from jimei_kb.document import parse_text
from jimei_kb.graph.schema import Reading
from jimei_kb.query.places import places_of
from jimei_kb.query.responsible import who_is_responsible
from jimei_kb.query.topics import speaks_of, topic_of, weights
from jimei_kb.records import Annotations, Answer, Span

SEED = "集街办〔2024〕46号#"


@dataclass(frozen=True)
class Base:
    """The least that a question can be put to."""

    readings: tuple[Reading, ...]


@pytest.fixture(scope="module")
def kb(reading):
    return Base((reading,))


def base_of(body, *, duties=(), actors=()):
    document = parse_text(f"关于做好工作的通知\n各社区：\n{body}\n", slug="x")
    return Base((Reading(document, annotate(document, duties=duties, actors=actors)),))


def said(answer):
    """(clause, quotation, {name: (role, basis)}) of every finding."""
    return [(f.evidence.clause, f.evidence.quote, {b.name: (b.role, b.basis) for b in f.actors}) for f in answer.findings]


ASSUMED = {"各社区居委会": ("责任", "addressee")}


PLACES = (f"{SEED}消防工作方面/六", "在住宅小区、城中村、商业区及地铁口周边、机关企事业单位内部持续建设电动自行车停放、充电场所", ASSUMED)
STAGES = (f"{SEED}消防工作方面/四", "全面提升电动自行车生产、销售、使用、停放、充电、报废回收各环节安全水平", ASSUMED)


@pytest.mark.parametrize(
    ("question", "findings"),
    [
        # the duty to build places comes before the one that lists charging among other stages
        ("电动自行车充电", [PLACES, STAGES]),
        ("电动车充电归谁管", [PLACES, STAGES]),
        # no places are spoken of there
        ("谁负责电动自行车停放、充电场所建设？", [PLACES]),
    ],
)
def test_charging_of_electric_bicycles(kb, question, findings):
    answer = who_is_responsible(kb, question)

    assert (answer.stated, answer.question) == (True, question)
    assert said(answer) == findings
    assert "推定" in answer.note


def test_a_finding_carries_its_sentence_heading_and_place(kb, reading):
    finding = who_is_responsible(kb, "电动自行车充电").findings[0]

    assert finding.heading == "加强消防基础设施建设"
    assert finding.sentence.startswith("合理规划，")
    assert finding.sentence.endswith("充电场所。")
    assert finding.evidence.quote in finding.sentence
    assert reading.document.text[finding.evidence.start : finding.evidence.end] == finding.evidence.quote


def test_who_commands_is_told_from_who_does_it(kb):
    answer = who_is_responsible(kb, "微型消防站")

    assert said(answer) == [
        (f"{SEED}消防工作方面/五", "健全完善社区微型消防站实体化运行", {**ASSUMED, "119指挥中心": ("指挥", "explicit")}),
        (
            f"{SEED}消防工作方面/五",
            "落实24小时值班值守制度",
            {"社区微型消防站": ("责任", "ellipsis"), "119指挥中心": ("指挥", "explicit")},
        ),
    ]


def test_who_leads_and_who_helps(kb):
    answer = who_is_responsible(kb, "火灾事故调查处理谁牵头、谁配合？")

    assert said(answer)[0][2] == {"各社区居委会": ("配合", "addressee"), "相关部门": ("牵头", "explicit")}


def test_who_receives_a_report_is_not_who_writes_it(kb):
    assert said(who_is_responsible(kb, "向街道办报告"))[0][2] == {"社区": ("责任", "inferred"), "街道办": ("接收", "explicit")}


@pytest.mark.parametrize("subject", ["垃圾分类补贴", "电动自行车补贴", "微型消防站经费标准", "食品安全监管"])
def test_what_is_not_said_is_not_made_up(kb, subject):
    """文中未载明: no actors, and the nearest sentence, which shares a word with the subject."""
    answer = who_is_responsible(kb, subject)

    assert not answer.stated
    (nearest,) = answer.findings
    assert nearest.actors == ()
    assert nearest.evidence.rule == "query.nearest"
    assert any(subject[i : i + 2] in nearest.sentence + (nearest.heading or "") + nearest.evidence.clause for i in range(len(subject)))


def test_a_subject_of_which_no_word_stands_anywhere(kb):
    answer = who_is_responsible(kb, "防汛抗旱")
    assert (answer.stated, answer.findings) == (False, ())
    assert "没有提到" in answer.note


@pytest.mark.parametrize("question", ["", "谁负责？", "？？？", "　"])
def test_a_question_without_a_subject(kb, question):
    answer = who_is_responsible(kb, question)
    assert (answer.stated, answer.findings) == (False, ())
    assert "没有可查找的主题" in answer.note


def test_a_subject_without_anybody_responsible():
    """It is spoken of, but nobody is said to do it: 未载明, with that very sentence."""
    answer = who_is_responsible(base_of("一、背景。电动自行车充电火灾多发。"), "电动自行车充电")

    assert not answer.stated
    assert answer.findings[0].sentence == "电动自行车充电火灾多发。"
    assert "没有写由谁负责" in answer.note


def test_an_empty_base_says_nothing():
    assert not who_is_responsible(Base(()), "灭火器").stated


def test_a_neighbour_in_the_same_sentence_is_no_answer():
    body = "一、分工。住建局负责电动自行车停放，城管局负责道路清扫。"
    duties = [
        ("一", "负责电动自行车停放", [("住建局", "责任", "explicit")]),
        ("一", "负责道路清扫", [("城管局", "责任", "explicit")]),
    ]
    kb = base_of(body, duties=duties)

    assert said(who_is_responsible(kb, "电动自行车停放")) == [("x#一", "负责电动自行车停放", {"住建局": ("责任", "explicit")})]
    assert [q for _, q, _ in said(who_is_responsible(kb, "道路清扫"))] == ["负责道路清扫"]


def test_the_exact_phrase_comes_first():
    duties = [("一", "做好消防水源日常维护", [("甲", "责任", "explicit")]), ("二", "维护消防水源", [("乙", "责任", "explicit")])]
    kb = base_of("一、工作。做好消防水源日常维护。\n二、任务。维护消防水源。", duties=duties)

    assert [q for _, q, _ in said(who_is_responsible(kb, "维护消防水源"))] == ["维护消防水源", "做好消防水源日常维护"]
    assert [q for _, q, _ in said(who_is_responsible(kb, "消防水源日常维护"))] == ["做好消防水源日常维护"]


def test_named_actors_answer_where_no_duty_was_read():
    kb = base_of("一、水源维护。消防水源（责任单位：水务局）。", actors=[("一", "水务局", "责任")])

    assert said(who_is_responsible(kb, "消防水源")) == [("x#一", "消防水源（责任单位：水务局）。", {"水务局": ("责任", "explicit")})]


def test_who_is_urged_has_no_part_that_nobody_gave_it():
    """The extractor says who is urged; whether he bears the duty is its to say too."""
    kb = base_of("一、督促。督促物业企业维护消防设施。", duties=[("一", "督促物业企业维护消防设施", [("社区", "监管", "addressee")])])
    (reading,) = kb.readings
    duties = tuple(replace(duty, urged=("物业企业",)) for duty in reading.annotations.duties)
    kb = Base((replace(reading, annotations=Annotations(duties=duties)),))

    answer = who_is_responsible(kb, "消防设施维护")
    assert said(answer)[0][2] == {"社区": ("监管", "addressee")}
    assert answer.findings[0].urged == ("物业企业",)
    assert "\n   督促对象：物业企业\n" in str(answer)


def test_a_body_with_two_parts_has_both():
    """城管局 helps in the duty and supervises in the sentence; no part makes the other go."""
    body = "一、分工。住建局、城管局维护消防水源，由城管局监督。"
    duties = [
        (
            "一",
            "住建局、城管局维护消防水源",
            [("住建局", "责任", "explicit"), ("城管局", "配合", "explicit"), ("城管局", "配合", "explicit")],
        )
    ]
    answer = who_is_responsible(base_of(body, duties=duties, actors=[("一", "城管局", "监管")]), "消防水源")

    assert [(b.name, b.role) for b in answer.findings[0].actors] == [("住建局", "责任"), ("城管局", "配合"), ("城管局", "监管")]
    assert "配合：城管局（明文）\n   监管：城管局（明文）" in str(answer)


def headed(kb, **head):
    """The same base, its document with another head."""
    (reading,) = kb.readings
    document = reading.document
    return Base((replace(reading, document=replace(document, head=replace(document.head, recipients=(), issuers=(), **head))),))


PLACEHOLDER = [("一", "维护消防水源", [("主送机关", "责任", "addressee")]), ("二", "维护消防水源", [("水务局", "责任", "explicit")])]


def test_the_recipients_are_named_as_they_are_printed():
    kb = headed(base_of("一、任务。维护消防水源。", duties=PLACEHOLDER[:1]))
    (reading,) = kb.readings
    kb = Base((replace(reading, document=replace(reading.document, head=replace(reading.document.head, recipients=("甲镇", "乙镇")))),))

    answer = who_is_responsible(kb, "消防水源")
    assert said(answer)[0][2] == {"甲镇": ("责任", "addressee"), "乙镇": ("责任", "addressee")}
    assert "责任：甲镇、乙镇（推定为主送机关，原文未写主语）" in str(answer)
    assert "原文没有写明主语" in answer.note


def test_nobody_is_made_up_where_nobody_is_printed():
    """Neither recipients nor an issuer: the duty is shown, and that it says nobody."""
    answer = who_is_responsible(headed(base_of("一、任务。维护消防水源。", duties=PLACEHOLDER[:1])), "消防水源")

    assert not answer.stated
    (finding,) = answer.findings
    assert (finding.actors, finding.unstated, finding.evidence.quote) == ((), ("责任",), "维护消防水源")
    assert "没有写由谁负责" in answer.note
    assert "推定" not in answer.note
    assert "主送机关" not in str(answer)
    assert "责任：文中未写明" in str(answer)


def test_a_duty_of_nobody_stands_beside_one_of_somebody():
    kb = headed(base_of("一、任务。维护消防水源。\n二、分工。维护消防水源。", duties=PLACEHOLDER))
    answer = who_is_responsible(kb, "消防水源")

    assert answer.stated
    nobody, somebody = answer.findings
    assert (nobody.actors, nobody.unstated) == ((), ("责任",))
    assert [b.name for b in somebody.actors] == ["水务局"]
    assert "推定" not in answer.note


def test_everything_left_out_is_counted():
    """Three duties of one body and one of another in a sentence: one each is shown, the others are told of."""
    body = "一、水源。甲局维护消防水源，检查消防水源，登记消防水源，乙局维护消防水源，清扫道路。"
    first, second = [("甲局", "责任", "explicit")], [("乙局", "责任", "explicit")]
    duties = [
        *(("一", quote, first) for quote in ("甲局维护消防水源", "检查消防水源", "登记消防水源")),
        ("一", "乙局维护消防水源", second),
        ("一", "清扫道路", second),
    ]
    answer = who_is_responsible(base_of(body, duties=duties), "维护消防水源")

    assert [q for _, q, _ in said(answer)] == ["甲局维护消防水源", "乙局维护消防水源"]
    assert answer.note == "同句中另有 3 项职责与主题较远，未列出。"
    answer = who_is_responsible(base_of(body, duties=duties), "消防水源")
    assert len(answer.findings) == 2
    assert answer.note == "另有 2 项职责与某处同句、同主体，未单列。同句中另有 1 项职责与主题较远，未列出。"


def test_every_duty_that_an_answer_leaves_out_is_counted(kb):
    """Shown, cut and counted together are all the duties of the sentences that speak of the topic."""
    for subject in ("微型消防站", "电动自行车充电", "消防设施", "安全"):
        answer = who_is_responsible(kb, subject, limit=100)
        counted = sum(int(number) for number in re.findall(r"另有 (\d+)", answer.note))
        topic = topic_of(subject)
        weight = weights(topic, [place.text for place in places_of(kb.readings)])
        places = [place for place in places_of(kb.readings) if speaks_of(topic, weight, place.text, place.headings)]
        named = sum(
            not place.duties and any(actor.role in ("牵头", "责任", "配合", "监管", "指挥", "接收") for actor in place.actors)
            for place in places
        )
        assert len(answer.findings) + counted == sum(len(place.duties) for place in places) + named, subject


def test_a_long_list_is_cut_and_counted():
    lines = "\n".join(f"{n}、任务。落实第{i}项消防安全任务。" for i, n in enumerate("一二三四五六七八九", 1))
    duties = [(n, f"落实第{i}项消防安全任务", [("社区", "责任", "explicit")]) for i, n in enumerate("一二三四五六七八九", 1)]
    answer = who_is_responsible(base_of(lines, duties=duties), "消防安全任务", limit=4)

    assert [f.evidence.clause for f in answer.findings] == ["x#一", "x#二", "x#三", "x#四"]
    assert "共 9 处" in answer.note


def test_the_same_words_twice_in_a_clause_are_one_finding():
    document = parse_text("关于做好工作的通知\n各社区：\n一、任务。清理楼道。清理楼道。\n", slug="x")
    (first,) = annotate(document, duties=[("一", "清理楼道", [("社区", "责任", "explicit")])]).duties
    at = document.text.rindex("清理楼道")
    annotations = Annotations(duties=(first, replace(first, span=Span(at, at + 4))))

    answer = who_is_responsible(Base((Reading(document, annotations),)), "清理楼道")
    assert len(answer.findings) == 1
    assert answer.note == "另有 1 处与某处字句、主体都相同，未列出。"


def test_the_order_of_documents_makes_no_difference(reading):
    other = base_of("一、任务。推广微型消防站。", duties=[("一", "推广微型消防站", [("社区", "责任", "explicit")])]).readings[0]

    assert who_is_responsible(Base((reading, other)), "微型消防站") == who_is_responsible(Base((other, reading)), "微型消防站")


def test_an_answer_shows_itself(kb):
    answer = who_is_responsible(kb, "微型消防站")

    assert isinstance(answer, Answer)
    assert repr(answer) == str(answer)
    assert "责任：社区微型消防站（承前省略）" in str(answer)
    assert answer._repr_html_().startswith("<div>")


@given(st.text(max_size=50))
def test_any_question_gets_an_answer(kb, question):
    answer = who_is_responsible(kb, question)
    assert all(finding.actors for finding in answer.findings) == answer.stated or not answer.findings
