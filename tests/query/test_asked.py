"""What a question asks for: kind, kind of fact, period, and what is left to look up."""

from __future__ import annotations

import pytest

from jimei_kb.graph.registry import load_synonyms
from jimei_kb.query.asked import _facts, read_question
from jimei_kb.query.wording import Lexicon, fold

TITLES = ["关于下达2024年度安全生产和消防工作目标责任的通知"]


@pytest.fixture(scope="module")
def read():
    lexicon = Lexicon(load_synonyms())
    return lambda text: read_question(text, lexicon, TITLES)


@pytest.mark.parametrize(
    ("question", "kind", "lists", "topic"),
    [
        ("2024年有哪些量化指标？", "how_many", ("metrics",), ""),
        ("不得发生的事项有哪些？", "what", ("avoided",), ""),
        ("社区每季度要做什么？", "when", ("recurring",), "社区"),
        ("城中村要做什么？", "what", (), "城中村"),
        # the head is asked for where nothing else is named but the notice
        ("这份通知什么时候印发的？", "meta", ("printed_on",), ""),
        ("安全生产和消防工作的通知是谁发的？", "meta", ("issuers",), "安全生产、消防"),
        ("电动自行车方案是谁发的？", "citation", ("cited",), "电动自行车、方案"),
        ("列出全部文号", "citation", ("numbers",), ""),
        ("微型消防站按照哪个方案执行？", "citation", ("cited",), "微型消防站"),
    ],
)
def test_kind_and_topic(read, question, kind, lists, topic):
    asked = read(question)
    assert (asked.kind, asked.lists, asked.topic) == (kind, lists, topic)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("消防站一年给多少经费？", ["金额"]),
        ("没完成会扣多少分？", ["分值或扣分"]),
        ("联系电话是多少？", ["联系方式"]),
        ("每个社区分到几个志愿者？", ["每个单位各承担多少"]),
        ("装置安装什么时候前完成？", ["完成的期限"]),
        ("事故要少，这是硬指标吗？跟哪年比？", [None, "比较的基期"]),
        ("城中村要做什么？", [None]),
    ],
)
def test_the_kind_of_fact_of_each_sentence(read, question, names):
    assert [fact and fact.name for fact in read(question).facts] == names


def test_a_fact_by_measure_is_sought_in_that_measure(read):
    (fact,) = read("消防站要几辆车？").facts
    assert fact.evidence.search("配备2辆消防车")
    assert not fact.evidence.search("配备2名队员")


@pytest.mark.parametrize(
    ("question", "period"), [("每半年要做什么？", "P6M"), ("每三个月要做什么？", "P3M"), ("安全生产月要做什么？", None)]
)
def test_the_period(read, question, period):
    assert read(question).period == period


def test_each_kind_of_fact_knows_its_sentences():
    """`said` holds the evidence, `unsaid` does not."""
    wrong = []
    for rule in _facts().rules:
        evidence = _facts().compile(rule.fields["evidence"])
        wrong += [(rule.id, said) for said in rule.fields["said"] if not evidence.search(fold(said))]
        wrong += [(rule.id, unsaid) for unsaid in rule.fields["unsaid"] if evidence.search(fold(unsaid))]
        assert rule.fields["unsaid"], rule.id
    assert wrong == []


def test_a_pasted_page_is_cut(read):
    assert len(read("消防" * 500).text) == 200


@pytest.mark.parametrize(
    ("question", "focus"),
    [("充电桩的电费怎么算？", [["电费"]]), ("烧香的地方谁管？", []), ("充电桩怎么建？", [])],
)
def test_the_noun_that_is_asked_about(read, question, focus):
    assert [[*(unit.word for unit in wording.known), *wording.rest] for wording in read(question).focus] == focus


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("这份红头文件是街道里哪个科室印出来的？", "meta"),
        # a subject that is no paper: the verb of a notice is said of it
        ("残疾人的补贴什么时候发？", "what"),
    ],
)
def test_a_verb_of_the_head_is_said_of_the_notice_alone(read, question, kind):
    assert read(question).kind == kind
