"""What an analyst decides outlives every rebuild; where the text it stands on has changed it is a conflict, and never lost."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb import build_kb, cli, open_kb
from jimei_kb.errors import GraphError
from jimei_kb.graph.corrections import Correction, add, apply, change, decode_corrections, encode_correction, lay, strike
from jimei_kb.graph.lines import fields_of, kind_of, record_ids, verify

TEXT = (
    "集街办〔2024〕1号\n关于做好消防工作的通知\n各社区居委会：\n一、加强值守。各社区应当落实值班制度，每月至少巡查1次，社区网格协助巡查。\n"
    "二、组织宣传。各社区应当组织消防宣传，宣传覆盖率达80%，由街道综治办牵头。\n集美街道办事处\n2024年1月2日\n"
)


@pytest.fixture
def notice(tmp_path):
    path = tmp_path / "in" / "n.txt"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def kb(notice, tmp_path):
    build_kb(notice.parent, tmp_path / "kb")
    return open_kb(tmp_path / "kb")


def of_kind(kb, kind, part=""):
    """(id, record) of the first record of a kind whose quotation has a part."""
    return next((key, record) for key, record in kb.records.items() if key.startswith(kind) and part in record.quote)


def rebuilt(notice, kb, text):
    """The base after its notice was written anew."""
    notice.write_text(text, encoding="utf-8")
    report = build_kb(notice.parent, kb.path)
    return open_kb(kb.path), report


def test_a_changed_value(kb):
    key, metric = of_kind(kb, "metric", "80%")
    after = kb.correct(key, value="85", reason="与区里下达的数不一致，以区里为准")

    (found,) = [one for one in after.records.values() if one.quote == metric.quote and one.rule == "correction.change"]
    assert (found.value, found.unit, found.indicator, found.span) == ("85", metric.unit, metric.indicator, metric.span)
    assert len(after.records) == len(kb.records)
    assert kb.records[key].value == "80"


def test_a_struck_record_is_gone_and_an_added_one_is_there(kb):
    key, _ = of_kind(kb, "actor", "街道综治办")
    after = kb.strike(key, "只是转述").add("一", "社区网格", "actor", name="社区网格", role="配合", basis="explicit", reason="规则漏读")

    assert key not in after.records
    (added,) = [one for one in after.records.values() if one.rule == "correction.add"]
    assert (added.name, added.role, added.clause) == ("社区网格", "配合", "一")
    assert added.span.of(after.documents[0].text) == "社区网格"
    for reading in after.readings:
        verify(reading)


def test_answers_rest_on_what_the_analyst_decided(kb):
    key, _ = of_kind(kb, "duty", "组织消防宣传")
    after = kb.correct(key, actors=[["街道综治办", "牵头", "explicit"]], reason="原文由街道综治办牵头")
    answer = after.who("组织消防宣传")
    assert answer.findings[0].actors[0].name == "街道综治办"
    assert repr(answer).count("（经分析人员更正）") == answer._repr_html_().count("（经分析人员更正）") == 1
    assert "更正" not in repr(kb.who("组织消防宣传"))
    assert any(data.get("role") == "牵头" for *_, data in after.graph().edges(data=True) if data["kind"] == "bears")


def test_documents_stay_what_the_rules_read(kb):
    before = (kb.path / "documents" / "n.jsonl").read_bytes()
    kb.strike(of_kind(kb, "duty")[0], "不是职责")
    assert (kb.path / "documents" / "n.jsonl").read_bytes() == before
    (line,) = (kb.path / "corrections" / "n.jsonl").read_text(encoding="utf-8").splitlines()
    assert {"action": "strike", "slug": "n", "reason": "不是职责"}.items() <= json.loads(line).items()


def test_decisions_build_on_each_other(kb):
    """What was changed can be changed again, and what was added can be struck."""
    key, _ = of_kind(kb, "actor", "街道综治办")
    after = kb.correct(key, name="集美街道综治办", reason="补全称")
    (changed,) = [one for one, record in after.records.items() if getattr(record, "name", "") == "集美街道综治办"]
    after = after.correct(changed, role="配合", reason="牵头的是街道")
    assert after.records[next(one for one, r in after.records.items() if r.rule == "correction.change")].role == "配合"
    after = after.strike(next(one for one, r in after.records.items() if r.rule == "correction.change"), "再议")
    assert not [one for one in after.records.values() if getattr(one, "name", "") == "集美街道综治办"]
    assert len(after.corrections.items) == 3


def test_decisions_outlive_rebuilds(notice, kb):
    """Of the same notice, read anew, in another place of the text, and with other records in the clause before."""
    kb.correct(of_kind(kb, "metric", "80%")[0], value="85", reason="以区里为准")
    kb.strike(of_kind(kb, "actor", "街道综治办")[0], "只是转述")
    for text in (TEXT, TEXT.replace("落实值班制度", "落实值班制度，安装率达90%"), TEXT.replace("各社区居委会：", "各社区居委会、各学校：")):
        (kb.path / ".origins.json").unlink()
        after, report = rebuilt(notice, kb, text)
        assert report.conflicts == after.conflicts == ()
        assert [one.value for one in after.readings[0].annotations.metrics if "80%" in one.quote] == ["85"]
        assert not [one for one in after.readings[0].annotations.actors if one.quote == "街道综治办"]


def test_a_decision_holds_where_the_rules_no_longer_find_the_record(kb):
    """It stands on the quotation, not on what was read there."""
    key, _ = of_kind(kb, "metric", "80%")
    kb.correct(key, value="85", reason="以区里为准")
    reading = next(iter(kb.readings))
    (correction,) = open_kb(kb.path).corrections.items
    bare = type(reading)(reading.document)
    found, conflicts = apply(bare, [correction])
    assert [(one.value, one.quote) for one in found.annotations.metrics] == [("85", "宣传覆盖率达80%")]
    assert conflicts == ()


def test_new_values_of_the_rules_keep_what_was_decided(kb):
    """Where the rules read another unit meanwhile, the analyst's value and the new unit stand."""
    key, metric = of_kind(kb, "metric", "80%")
    kb.correct(key, value="85", reason="以区里为准")
    (correction,) = open_kb(kb.path).corrections.items
    reading = kb.readings[0]
    other = type(metric)(metric.clause, metric.span, metric.quote, metric.rule, "宣传率", metric.comparator, "80", "％")
    newer = type(reading)(reading.document, type(reading.annotations)(metrics=(other,)))
    found, _ = apply(newer, [correction])
    assert [(one.value, one.unit, one.indicator) for one in found.annotations.metrics] == [("85", "％", "宣传率")]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [("宣传覆盖率达80%", "宣传覆盖率达到八成", "这一条里没有这句原文了"), ("二、组织宣传。", "", "文件中没有这一条了")],
)
def test_a_changed_text_is_a_conflict(notice, kb, old, new, fault):
    """In the report, in the review list, in the list of corrections; and it holds again when the words are back."""
    kb.correct(of_kind(kb, "metric", "80%")[0], value="85", reason="以区里为准")
    line = (kb.path / "corrections" / "n.jsonl").read_bytes()

    after, report = rebuilt(notice, kb, TEXT.replace(old, new))
    assert report.conflicts == (f"n 二“宣传覆盖率达80%”：{fault}（更正理由：以区里为准）",)
    assert "更正有冲突：n 二" in repr(report)
    (item,) = [one for one in after.review("conflict").items if one.found.rule == "conflict.correction"]
    assert fault in item.found.reason
    assert item.found.span.of(after.documents[0].text) == item.found.quote
    assert "其中 1 条与现在的原文有冲突" in repr(after.corrections)
    assert (kb.path / "corrections" / "n.jsonl").read_bytes() == line
    back, report = rebuilt(notice, kb, TEXT)
    assert report.conflicts == ()
    assert "85" in [getattr(one, "value", "") for one in back.records.values()]


def test_a_decision_outlives_its_document(notice, kb):
    kb.strike(of_kind(kb, "duty")[0], "不是职责")
    notice.unlink()
    (notice.parent / "m.txt").write_text(TEXT.replace("1号", "2号"), encoding="utf-8")
    report = build_kb(notice.parent, kb.path)
    assert (report.removed, len(report.conflicts)) == (("n",), 1)
    assert "库中没有这份文件了" in report.conflicts[0]
    assert [item.document for item in open_kb(kb.path).review("conflict").items] == ["n"]


def test_what_an_analyst_put_on_record_is_no_longer_open(notice, tmp_path):
    notice.write_text(TEXT.replace("落实值班制度", "推进等4个方面工作，落实值班制度"), encoding="utf-8")
    build_kb(notice, tmp_path / "kb")
    kb = open_kb(tmp_path / "kb")
    assert [item.found.quote for item in kb.review("number").items] == ["等4个"]
    after = kb.add("一", "推进等4个方面工作", "metric", indicator="工作方面", comparator="=", value="4", unit="个", reason="按清单")
    assert after.review("number").items == ()


def test_the_same_words_twice_are_told_apart(notice, tmp_path):
    notice.write_text(TEXT.replace("每月至少巡查1次", "社区网格每月至少巡查1次"), encoding="utf-8")
    build_kb(notice, tmp_path / "kb")
    kb = open_kb(tmp_path / "kb").add("一", "社区网格", "actor", nth=2, name="社区网格", role="配合", basis="explicit", reason="漏读")
    (added,) = [one for one in kb.records.values() if one.rule == "correction.add"]
    assert kb.documents[0].text[added.span.end :].startswith("协助巡查")
    with pytest.raises(GraphError, match="只有 2 处“社区网格”"):
        kb.add("一", "社区网格", "actor", nth=3, name="社区网格", role="配合", basis="explicit", reason="漏读")


@pytest.mark.parametrize(
    ("decide", "message"),
    [
        (lambda kb, key: kb.correct(key, value="80", reason="x"), "已经是"),
        (lambda kb, key: kb.correct(key, value="85", reason=" "), "没有写理由"),
        (lambda kb, key: kb.correct(key, comparator="≥", reason="x"), "comparator 是 '≥'；应为以下之一：>= >"),
        (lambda kb, key: kb.correct(key, colour="red", reason="x"), "不认识的字段 colour；.*请改正这个值"),
        (lambda kb, key: kb.correct(key, value=85, reason="x"), "value 是 85；应为文字"),
        (lambda kb, key: kb.correct("metric-0", value="85", reason="x"), "没有编号为 'metric-0' 的记录；jimei-kb show"),
        (lambda kb, key: kb.strike("metric-0", "x"), "没有编号为 'metric-0' 的记录"),
        (lambda kb, key: kb.strike(key, ""), "reason"),
        (lambda kb, key: kb.add("二", "垃圾分类", "actor", name="x", role="配合", basis="explicit", reason="x"), "没有“垃圾分类"),
        (lambda kb, key: kb.add("二", "", "actor", name="x", role="配合", basis="explicit", reason="x"), "应逐字照录这一条里的原文"),
        (lambda kb, key: kb.add("二", "各社区", "actor", role="配合", basis="explicit", reason="x"), "name 是 空；应为名称"),
        (
            lambda kb, key: kb.add("二", "各社区", "wish", name="x", reason="x"),
            "没有 'wish' 这种记录；应为以下之一：citation actor",
        ),
        (lambda kb, key: kb.add("九", "各社区", "actor", name="x", reason="x"), "没有条款 '九'"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(kb, decide, message):
    with pytest.raises(GraphError, match=message):
        decide(kb, of_kind(kb, "metric", "80%")[0])
    assert not (kb.path / "corrections").exists()


@pytest.mark.parametrize("line", ["{", "[]", '{"action": "fly"}', '{"slug": "n"}'])
def test_a_damaged_line_is_named(kb, line):
    kb.strike(of_kind(kb, "duty")[0], "不是职责")
    with (kb.path / "corrections" / "n.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(GraphError, match=r"corrections.n\.jsonl 第 2 行：读到 .*请改正这一行，或删去这一行"):
        open_kb(kb.path)


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(words, words, words, words, st.integers(1, 9))
def test_a_line_comes_back(slug, clause, quote, reason, nth):
    correction = Correction("add", slug, "actor", clause, quote, nth, reason, set={"name": quote, "role": "配合", "basis": "explicit"})
    line = encode_correction(correction)
    assert line.count("\n") == 1
    assert decode_corrections(line, "x") == (correction,)


def test_every_record_can_be_changed_struck_and_brought_back(seed_path, tmp_path):
    """On the seed: striking all records one by one leaves none, and adding them again gives the same places."""
    build_kb(seed_path, tmp_path / "kb")
    (reading,) = open_kb(tmp_path / "kb").readings
    clauses = {clause.id: clause for clause in reading.document.clauses}
    some = record_ids(reading)[::9]
    for key, record in some:
        correction = strike(reading, key, "x")
        without, conflicts = apply(reading, [correction])
        assert conflicts == ()
        assert len(list(without.records())) == len(list(reading.records())) - 1
        again = add(without, clauses[record.clause], record.quote, kind_of(record), fields_of(record), "x", correction.nth)
        (back,) = [one for one in apply(without, [again])[0].records() if one.rule == "correction.add"]
        assert (back.span, fields_of(back)) == (record.span, fields_of(record))
    assert len(some) > 20


def test_the_command(kb, capsys):
    key, _ = of_kind(kb, "metric", "80%")
    base = ["--kb", str(kb.path)]
    assert cli.main(["correct", *base]) == 0
    assert capsys.readouterr().out == "更正 0 条\n"
    assert cli.main(["correct", key, "--set", "value=85", "--reason", "以区里为准", *base]) == 0
    assert '更改 | 指标 | n#二 | 宣传覆盖率达80% | value："85" | 以区里为准 | 生效' in capsys.readouterr().out
    add = [
        "correct",
        "一",
        "--add",
        "duty",
        "--quote",
        "落实值班制度",
        "--set",
        "polarity=do",
        "force=一般",
        'actors:=[["社区","责任","explicit"]]',
    ]
    assert cli.main([*add, "--reason", "漏读", *base]) == 0
    assert cli.main(["correct", of_kind(kb, "duty")[0], "--strike", "--reason", "不是职责", *base, "--json"]) == 0
    said = json.loads("[" + capsys.readouterr().out.partition("\n[")[2])
    assert [one["action"] for one in said] == ["change", "add", "strike"]
    assert {one["conflict"] for one in said} == {""}


@pytest.mark.parametrize("arguments", [["--set", "value"], ["--set", "value:=x"], ["--set", "value=1"], ["--strike"]])
def test_the_command_refuses_in_one_line(kb, capsys, arguments):
    assert cli.main(["correct", "metric-0", *arguments, "--kb", str(kb.path)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_two_analysts_at_once(kb):
    """Both decisions are kept."""
    keys = [key for key in kb.records if key.startswith("duty")][:3]
    code = "import sys; from jimei_kb import open_kb; open_kb(sys.argv[1]).strike(sys.argv[2], 'x')"
    running = [subprocess.Popen([sys.executable, "-c", code, str(kb.path), key]) for key in keys]
    assert [process.wait(60) for process in running] == [0] * len(keys)
    assert {one.record for one in open_kb(kb.path).corrections.items} == set(keys)


def test_of_two_decisions_about_one_value_the_later_holds(kb):
    """The earlier is shown as replaced, in part where it says more; a struck record replaces all that was said of it."""
    key, _ = of_kind(kb, "metric", "80%")
    kb = kb.correct(key, value="85", unit="％", reason="以区里为准").correct(key, value="90", reason="以市里为准")
    assert kb.records[key].value == "90"
    first, second = kb.corrections.decisions
    assert (first.replaced, first.holds, second.replaced, second.holds) == (("value",), True, (), True)
    assert "其中 value 已被后来的更正取代，其余生效" in repr(kb.corrections)
    kb = kb.correct(key, unit="%", reason="照原文")
    assert [one.holds for one in kb.corrections.decisions] == [False, True, True]
    kb = kb.strike(key, "不考核")
    assert [one.holds for one in kb.corrections.decisions] == [False, False, False, True]
    assert [row["state"] for row in kb.corrections.rows()] == ["已被后来的更正取代"] * 3 + ["生效"]
    assert kb.corrections.to_csv(kb.path / "c.csv") is None
    assert (kb.path / "c.csv").read_text(encoding="utf-8-sig").count("\n") == 5


def test_a_change_after_another_analyst_struck_the_record_holds(kb):
    """Both decided on the record as they saw it; the later line counts."""
    key, _ = of_kind(kb, "metric", "80%")
    reading = kb.readings[0]
    both = [strike(reading, key, "不考核"), change(reading, key, {"value": "85"}, "以区里为准")]
    laid = lay(reading, both)
    assert [one.value for one in laid.reading.annotations.metrics if "80%" in one.quote] == ["85"]
    assert [one.replaced for one in laid.decisions] == [("*",), ()]


TWICE = TEXT.replace("每月至少巡查1次，社区网格协助巡查。", "每月至少巡查1次，社区网格协助巡查，由社区网格报告。")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("各社区应当落实值班制度，", "各社区应当落实值班制度，社区网格登记，", "，由社区网格报告"),
        ("社区网格协助巡查，", "", "，由社区网格报告"),
        ("社区网格协助巡查，由社区网格报告", "由社区网格报告，社区网格协助巡查", None),
        ("社区网格协助巡查，由社区网格报告", "社区网格配合，由社区网格报告", "，由社区网格报告"),
        ("社区网格协助巡查，由社区网格报告", "社区网格协助巡查，另社区网格上报", None),
        ("社区网格协助巡查，由社区网格报告", "居民报告", "gone"),
    ],
)
def test_a_decision_stays_with_its_words_or_is_in_conflict(notice, tmp_path, old, new, where):
    """Where the words stand twice, what stands around them tells which; it never moves to others without a word."""
    notice.write_text(TWICE, encoding="utf-8")
    build_kb(notice, tmp_path / "kb")
    kb = open_kb(tmp_path / "kb").add("一", "社区网格", "actor", nth=2, name="网格", role="责任", basis="explicit", reason="漏读")
    assert TWICE.replace(old, new) != TWICE
    after, report = rebuilt(notice, kb, TWICE.replace(old, new))
    added = [one for one in after.records.values() if one.rule == "correction.add"]
    if where is None or where == "gone":
        assert added == []
        fault = "不能确定更正的是哪一处" if where is None else "这一条里没有这句原文了"
        assert [fault in line for line in report.conflicts] == [True]
    else:
        (one,) = added
        text = after.documents[0].text
        assert text[one.span.start - 2 : one.span.end + 2] == where
        assert report.conflicts == ()


def test_a_changed_record_is_not_taken_for_its_twin(notice, tmp_path):
    """An id counts how many such records stand before it; a new one before it must not draw the decision to itself."""
    notice.write_text(TEXT, encoding="utf-8")
    build_kb(notice, tmp_path / "kb")
    kb = open_kb(tmp_path / "kb")
    key, actor = next((key, one) for key, one in kb.records.items() if key.startswith("duty") and one.clause == "一")
    kb.correct(key, force="倡导", reason="语气不强")
    after, _ = rebuilt(notice, kb, TEXT.replace("各社区应当落实", f"{actor.quote}。各社区应当落实"))
    for record in after.records.values():
        if record.rule == "correction.change":
            assert after.documents[0].text[: record.span.start].count(actor.quote) == 1


def test_a_decision_is_taken_back(kb, capsys):
    """By its id; one on which others rest only after those."""
    key, metric = of_kind(kb, "metric", "80%")
    kb = kb.correct(key, value="85", reason="以区里为准").correct(key, value="90", reason="以市里为准")
    first, second = (one.id for one in kb.corrections.items)
    with pytest.raises(GraphError, match=f"请先撤回后作的：{second}"):
        kb.withdraw(first)
    assert cli.main(["correct", second, "--withdraw", "--kb", str(kb.path)]) == 0
    assert "更正 1 条" in capsys.readouterr().out
    assert open_kb(kb.path).records[key].value == "85"
    after = open_kb(kb.path).withdraw(first)
    assert (after.records[key], after.corrections.items) == (metric, ())
    assert not (kb.path / "corrections" / "n.jsonl").exists()
    with pytest.raises(GraphError, match="没有编号为"):
        after.withdraw(first)


def test_who_bears_a_duty_is_changed_in_plain_words(kb, capsys):
    key, _ = of_kind(kb, "duty", "组织消防宣传")
    after = kb.correct(key, bearers=["社区", "网格"], role="配合", reason="原文如此")
    assert [(one.name, one.role, one.basis) for one in after.records[key].actors] == [
        ("社区", "配合", "explicit"),
        ("网格", "配合", "explicit"),
    ]
    options = ["--bearer", "街道综治办", "--basis", "inferred", "--reason", "上文写明"]
    assert cli.main(["correct", key, *options, "--kb", str(kb.path)]) == 0
    (bearer,) = open_kb(kb.path).records[key].actors
    assert (bearer.name, bearer.role, bearer.basis) == ("街道综治办", "责任", "inferred")
    assert "已被后来的更正取代" in capsys.readouterr().out


def test_ids_are_shown_where_they_are_asked_for(kb, capsys):
    key, duty = of_kind(kb, "duty", "组织消防宣传")
    assert cli.main(["show", duty.clause, "--ids", "--kb", str(kb.path)]) == 0
    assert f"（{key}）" in capsys.readouterr().out
    assert key in kb.clause(duty.clause).with_ids().html
    assert cli.main(["who", "组织消防宣传", "--ids", "--kb", str(kb.path)]) == 0
    assert f"1. {key}" in capsys.readouterr().out
    assert cli.main(["show", duty.clause, "--kb", str(kb.path)]) == 0
    assert key not in capsys.readouterr().out


def test_a_line_of_an_older_base_is_taken_as_it_is(kb):
    """Without what stood around the words, the n-th time counts."""
    line = {"action": "strike", "slug": "n", "kind": "actor", "clause": "二", "quote": "街道综治办", "nth": 1, "reason": "旧"}
    (old,) = decode_corrections(json.dumps(line, ensure_ascii=False) + "\n", "x")
    laid = lay(kb.readings[0], [old])
    assert (old.times, laid.decisions[0].fault) == (0, "")
    assert not [one for one in laid.reading.annotations.actors if one.quote == "街道综治办"]
