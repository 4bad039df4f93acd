"""Questions in plain Chinese: the right quotation among the first, 文中未载明 where it is not said, every fact shown."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from jimei_kb import build_kb, open_kb
from jimei_kb.document import parse_text
from jimei_kb.errors import KbError
from jimei_kb.extract import extract
from jimei_kb.graph.schema import Reading
from jimei_kb.query.ask import ask
from jimei_kb.records import Annotations

HERE = Path(__file__).parent
QUESTIONS = yaml.safe_load((HERE / "questions.yaml").read_text(encoding="utf-8"))["questions"]
SEED = "jimei-2024-46"
LONGEST = 250


@pytest.fixture(scope="module")
def bases(tmp_path_factory, root):
    """A base for each notice that is asked about."""
    files = {SEED: root / "data" / "raw" / f"{SEED}.txt"}
    files |= {path.stem: path for path in (root / "tests" / "documents").glob("invented-*.txt")}
    files |= {path.stem: path for path in (root / "data" / "specimens").glob("*.txt")}
    folder = tmp_path_factory.mktemp("asked")
    for name in {question["document"] for question in QUESTIONS}:
        build_kb(files[name], folder / name)
    return {name: open_kb(folder / name) for name in {question["document"] for question in QUESTIONS}}


@pytest.fixture(scope="module")
def kb(bases):
    return bases[SEED]


def plain(text):
    return re.sub(r"\s", "", text)


def judge(question, answer):
    """What is wrong with an answer: stated or not, and every quotation among the first max(3, twice as many as needed)."""
    if question["stated"] is not None and answer.stated != question["stated"]:
        return f"stated is {answer.stated}"
    if question["stated"] is False:
        return ""
    needed = question["evidence"]
    first = answer.findings[: max(3, 2 * max(len(needed), len(question["clauses"])))]
    given_ = [plain(finding.evidence.quote)[:LONGEST] for finding in first]
    return "; ".join(quote for quote in needed if not any(plain(quote) in piece for piece in given_))


def cases():
    gap = pytest.mark.xfail(reason="a gap that is known", strict=True)
    return [pytest.param(q, id=q["id"], marks=[gap] if q.get("gap") else []) for q in QUESTIONS]


@pytest.mark.parametrize("question", cases())
def test_the_answer_is_among_the_first(bases, question):
    assert judge(question, bases[question["document"]].ask(question["q"])) == ""


def test_the_questions_are_many_and_of_all_kinds():
    ids = [question["id"] for question in QUESTIONS]
    assert len(set(ids)) == len(ids) >= 250
    assert {q["type"] for q in QUESTIONS} == {"who", "when", "how_many", "what", "citation", "chain", "meta", "interpret", "negative"}
    assert sum(q["stated"] is False for q in QUESTIONS) >= 60
    assert sum(q["document"].startswith("invented") for q in QUESTIONS) >= 15
    assert sum(q.get("gap", False) for q in QUESTIONS) <= 0.03 * len(QUESTIONS)


def test_every_needed_quotation_stands_in_its_notice(bases):
    """A question whose quotation is misspelt would never be answered."""
    texts = {name: plain(base.documents[0].text) for name, base in bases.items()}
    assert [(q["id"], e) for q in QUESTIONS for e in q["evidence"] if plain(e) not in texts[q["document"]]] == []


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("谁负责电动自行车充电？", "who"),
        ("明察暗访多久一次？", "when"),
        ("志愿者要多少人？", "how_many"),
        ("本文的依据是哪些文件？", "citation"),
        ("电动自行车的责任链是什么？", "chain"),
        ("和去年的通知相比有什么不同？", "compare"),
        ("这份通知是谁印发的？", "meta"),
        ("四不两直是什么意思？", "interpretation"),
        ("城中村要做什么？", "what"),
    ],
)
def test_the_kind_of_a_question(kb, question, kind):
    assert kb.ask(question).kind == kind


def test_every_quotation_is_the_text_at_its_place(kb):
    """And no longer than what is read of it."""
    text = kb.documents[0].text
    for question in QUESTIONS:
        if question["document"] == SEED:
            for finding in kb.ask(question["q"]).findings:
                evidence = finding.evidence
                assert text[evidence.start : evidence.end].strip() == evidence.quote.strip()
                assert len(evidence.quote) <= LONGEST


def test_an_answer_shows_every_fact(kb):
    answer = kb.ask("小消防站夜里要不要有人守着，谁能叫他们出警？")

    text, html = repr(answer), answer._repr_html_()
    for said in (
        "类别：谁负责",
        "“小消防站”→“微型消防站”",
        "119指挥中心",
        "消防工作方面/五",
        "落实24小时值班值守制度，接受119指挥中心调度出动",
    ):
        assert said in text
        assert said in html
    assert "指挥：119指挥中心（明文）" in text
    assert repr(answer) == repr(kb.ask("小消防站夜里要不要有人守着，谁能叫他们出警？"))


def test_what_is_not_said_comes_with_the_nearest_clause_and_the_reason(kb):
    answer = kb.ask("微型消防站一年给多少经费？")

    assert not answer.stated
    assert "没有写明金额" in answer.note
    assert answer.findings[0].evidence.clause.endswith(("消防工作方面/五", "消防工作方面/七"))
    assert answer.findings[0].actors == ()
    assert str(answer).startswith("问：微型消防站一年给多少经费？\n答：文中未载明。")


def test_a_list_that_is_only_named_is_not_filled_in(kb):
    answer = kb.ask("“消防技改五项措施”是哪五项？")

    assert (answer.stated, answer.note) == (False, "文中只提到“消防技改五项措施”，没有写明它的内容。")
    assert "消防技改五项措施" in answer.findings[0].evidence.quote


def test_a_word_that_no_notice_has_is_named(kb):
    answer = kb.ask("校车安全谁来管？")

    assert not answer.stated
    assert "“校车”" in answer.note


def test_how_binding_a_wording_is(kb):
    answer = kb.ask("双下降是硬指标吗？")

    assert answer.stated
    assert "不是刚性要求" in answer.note
    assert ("措辞", "力争：“生产安全事故起数、死亡人数力争实现“双下降””") in answer.findings[0].facts


def test_all_citations_stand_one_by_one_in_text_order(kb):
    findings = kb.ask("列出本文引用的全部文号及其条款").findings

    assert len(findings) == 9
    assert [f.evidence.start for f in findings] == sorted(f.evidence.start for f in findings)
    assert all("发文机关" in dict(f.facts)["引用"] for f in findings)


def test_a_period_without_duties_is_not_stated(kb):
    answer = kb.ask("社区每周要做什么？")
    assert (answer.stated, answer.findings) == (False, ())
    assert kb.ask("社区每半年要做什么？").stated


@pytest.mark.parametrize("question", ["", "？？？", "　", "请问一下", "怎么办？"])
def test_a_question_without_a_subject(kb, question):
    answer = kb.ask(question)
    assert (answer.stated, answer.findings) == (False, ())
    assert "没有可查找的主题" in answer.note


def reading_of(text, slug):
    document = parse_text(text, slug=slug)
    return Reading(document, extract(document))


OLD = "青石市某局关于做好消防工作的通知\n青某〔2023〕1号\n各社区：\n一、检查。每半年检查1次灭火器。\n青石市某局\n2023年1月5日\n"
NEW = "青石市某局关于做好消防工作的通知\n青某〔2024〕2号\n各社区：\n一、检查。每季度检查1次灭火器。\n青石市某局\n2024年1月5日\n"


def test_documents_are_compared_where_both_speak_of_the_topic():
    """Two notices that are made up."""
    readings = (reading_of(OLD, "old"), reading_of(NEW, "new"))
    answer = ask("灭火器检查有什么变化？", readings)

    assert answer.stated
    assert {finding.evidence.quote for finding in answer.findings} == {"每半年检查1次灭火器。", "每季度检查1次灭火器。"}
    alone = ask("灭火器检查有什么变化？", readings[:1])
    assert not alone.stated
    assert "没有可以比较的文件" in alone.note


def test_a_document_that_is_named_by_its_number_is_the_only_one_asked():
    readings = (reading_of(OLD, "old"), reading_of(NEW, "new"))
    assert readings[1].document.head.number
    answer = ask(f"{readings[1].document.key}里灭火器多久检查一次？", readings)

    assert answer.stated
    assert {finding.evidence.document for finding in answer.findings} == {readings[1].document.key}


def test_the_order_of_documents_makes_no_difference():
    one, other = reading_of(OLD, "old"), reading_of(NEW, "new")
    assert ask("灭火器多久检查一次？", (one, other)) == ask("灭火器多久检查一次？", (other, one))


def test_an_empty_base_says_nothing():
    assert not ask("灭火器多久检查一次？", ()).stated


def test_a_base_asks_with_its_own_synonyms(tmp_path, seed_path):
    """A row in its registry, and the word is known."""
    build_kb(seed_path, tmp_path)
    assert not open_kb(tmp_path).ask("红罐罐有什么要求？").stated
    (tmp_path / "registry").mkdir(exist_ok=True)
    rows = "word,terms,relation,area,certainty,source\n红罐罐,灭火器,同义,设施,C,日常用语\n"
    (tmp_path / "registry" / "synonyms.csv").write_text(rows, encoding="utf-8")

    answer = open_kb(tmp_path).ask("红罐罐有什么要求？")
    assert answer.stated
    assert answer.replaced == (("红罐罐", "灭火器"),)


def test_nothing_from_a_document_is_obeyed():
    document = parse_text("关于做好工作的通知\n各社区：\n一、任务。清理<b>楼道</b>杂物。\n", slug="x")
    answer = ask("楼道怎么清理？", (Reading(document, Annotations()),))
    assert answer.findings
    assert "<b>楼道" not in replace(answer)._repr_html_()


def test_an_answer_is_quick(kb):
    """Well under what a person notices; the bound leaves room for a busy machine."""
    kb.ask("微型消防站")
    begun = time.process_time()
    for _ in range(5):
        kb.ask("小消防站夜里要不要有人守着，谁能叫他们出警？")
    assert (time.process_time() - begun) / 5 < 0.1


@given(st.text(alphabet="消防安全谁多少几次什么时候哪些文件年月季度每的“”《》〔〕0123456789号社区火灾？，", max_size=40))
@settings(max_examples=60)
def test_any_question_gets_an_answer(kb, question):
    answer = kb.ask(question)
    assert answer.kind or not answer.topic
    assert repr(answer)
    assert all(finding.evidence.quote for finding in answer.findings)


def test_whoever_is_only_assumed_is_told_to_be(kb):
    answer = kb.ask("谁负责电动自行车停放、充电场所建设？")

    assert answer.stated
    assert {bearer.basis for bearer in answer.findings[0].actors} == {"addressee"}
    assert "推定" in answer.note


def test_a_fact_that_stands_nowhere_is_told(kb):
    answer = kb.ask("没完成目标会扣多少分？")
    assert not answer.stated
    assert "没有写明分值或扣分" in answer.note


def test_what_a_person_decided_is_told_so(tmp_path, seed_path):
    """A corrected duty among those of a sentence: the answer says that an analyst did it."""
    build_kb(seed_path, tmp_path)
    kb = open_kb(tmp_path)
    (duty,) = [key for key, record in kb.records.items() if record.quote == "健全完善社区微型消防站实体化运行"]
    answer = kb.correct(duty, force="刚性", reason="样本").ask("微型消防站实体化运行由谁负责？")
    assert "（经分析人员更正）" in str(answer)


def test_a_body_that_meets_is_found_first(kb):
    """Not among all times of the notice."""
    assert "每季度至少召开1次消防安全委员会会议" in kb.ask("消防安全委员会多久开一次会？").findings[0].evidence.quote


@pytest.mark.parametrize("question", ["谁发的文？", "这文是谁下的？", "哪个单位发的这份通知？"])
def test_who_issued_a_notice_is_read_in_its_head(kb, question):
    (finding, *others) = kb.ask(question).findings
    assert finding.evidence.quote == "厦门市集美区人民政府集美街道办事处"
    assert len(others) <= 1


def test_an_answer_speaks_chinese(bases):
    """No code and no English word stands in it that its question and its notice do not have."""
    for question in QUESTIONS:
        base = bases[question["document"]]
        # a document without a number goes by the name of its file
        said = repr(base.ask(question["q"])).replace(question["q"], "").replace(question["document"], "")
        words = set(re.findall(r"[A-Za-z][A-Za-z0-9]+", said))
        assert {word for word in words if word not in base.documents[0].text and word not in question["q"]} == set(), question["q"]


def test_only_documents_that_hold_are_asked():
    """On a day; the others are counted and named."""
    readings = (reading_of(OLD, "old"), reading_of(NEW, "new"))
    then = ask("灭火器多久检查一次？", readings, as_of="2023-06-01")

    assert [finding.evidence.quote for finding in then.findings] == ["每半年检查1次灭火器。"]
    assert "2023-06-01不在有效期内的文件有1份" in then.note
    assert readings[1].document.key in then.note
    before = ask("灭火器多久检查一次？", readings, as_of="2000-01-01")
    assert (before.stated, before.findings) == (False, ())
    assert "没有有效的文件" in before.note
    with pytest.raises(KbError):
        ask("灭火器多久检查一次？", readings, as_of="明天")


def test_the_newer_of_two_versions_comes_first_and_the_older_says_so():
    readings = (reading_of(OLD, "old"), reading_of(NEW, "new"))
    first, second = ask("灭火器多久检查一次？", readings).findings

    assert first.evidence.quote == "每季度检查1次灭火器。"
    assert "效力" not in dict(first.facts)
    assert dict(second.facts)["效力"] == f"已有较新的一份：{readings[1].document.key}（2024-01-05）"


def test_each_of_several_documents_answers_under_its_name():
    readings = (reading_of(OLD, "old"), reading_of(NEW.replace("青石市某局", "白石市某局"), "other"))
    findings = ask("灭火器多久检查一次？", readings).findings

    assert len(findings) == 2
    for finding in findings:
        assert dict(finding.facts)["文件"].startswith(f"{finding.evidence.document}《")
