"""A reading as lines: it comes back whole, a change moves its own lines only, and damage is named."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.errors import GraphError
from jimei_kb.graph.lines import decode, encode, in_order, plain_records, record_ids
from jimei_kb.graph.schema import Reading
from jimei_kb.records import (
    Actor,
    Annotations,
    Bearer,
    Citation,
    Clause,
    Document,
    Duty,
    Head,
    Issuer,
    Metric,
    OffsetMap,
    Programme,
    Schedule,
    Span,
)

# any text that UTF-8 can hold, with the characters that break line formats among the likely ones
texts = st.text(st.one_of(st.sampled_from('\n\r\t"\\\u2028\u0085,一二〔〕'), st.characters(exclude_categories=["Cs"])), max_size=20)
words = texts.filter(bool)
roles = st.sampled_from(["牵头", "责任", "配合", "监管", "指挥", "接收", "对象", "依据"])
bases = st.sampled_from(["explicit", "ellipsis", "addressee", "inferred"])
bearers = st.lists(st.builds(Bearer, words, roles, bases), max_size=3).map(tuple)
maybe = st.none() | words
issuer_bases = st.sampled_from(["named", "title", "code", "grammar", "carrier"])
levels = st.none() | st.sampled_from(["国家", "省", "市", "区县", "街道乡镇"])
lists = st.lists(words, max_size=3).map(tuple)
known = st.builds(Issuer, lists.filter(bool), issuer_bases, st.sampled_from(["A", "B", "C"]), words, lists, levels)
issuers = st.none() | known | st.builds(Issuer, st.just(()), issuer_bases, st.none(), words, lists, levels)


@st.composite
def readings(draw):
    """A reading of an invented document: blocks of any text, records anywhere in them."""
    head, tail = draw(texts), draw(texts)
    text, clauses = head, []
    for i in range(draw(st.integers(0, 4))):
        text += draw(texts) if i else ""
        start = len(text)
        text += draw(texts)
        at = draw(st.integers(start, len(text)))
        heading = Span(start, at) if draw(st.booleans()) else None
        above = st.sampled_from([clause.id for clause in clauses]) if clauses else st.none()
        clauses.append(
            Clause(
                f"{i}",
                draw(st.sampled_from(["clause", "preface", "closing"])),
                draw(words),
                Span(start, len(text)),
                at,
                (heading and heading.of(text)) or None,
                heading,
                draw(st.none() | above),
            )
        )
    text += tail
    ends = st.integers(0, len(text))
    spans = sorted((draw(words), Span(*sorted((draw(ends), draw(ends))))) for _ in range(draw(st.integers(0, 3)) if text else 0))
    spans.sort(key=lambda field: field[1].start)
    names = st.lists(words, max_size=2).map(tuple)
    document = Document(
        slug=draw(words),
        text=text,
        head=Head(
            draw(maybe),
            draw(maybe),
            draw(names),
            draw(names),
            draw(maybe),
            draw(names),
            draw(maybe),
            draw(maybe),
            draw(maybe),
            tuple(spans),
        ),
        clauses=tuple(clauses),
        offsets=OffsetMap((0, 5), (2, 9)),
        raw="",
        encoding=draw(words),
        sha256=draw(words),
    )

    def some(make):
        found = []
        for clause in clauses:
            for _ in range(draw(st.integers(0, 2)) if len(clause.span.of(text)) else 0):
                start = draw(st.integers(clause.span.start, clause.span.end - 1))
                span = Span(start, draw(st.integers(start + 1, clause.span.end)))
                found.append(make({"clause": clause.id, "span": span, "quote": span.of(text), "rule": draw(words)}))
        return tuple(found)

    kinds = st.sampled_from(["titled", "numbered", "carried", "bare", "group"])
    times = st.sampled_from(["recurring", "deadline", "window", "continuous", "vague", "event"])
    signs = st.sampled_from([">=", ">", "=", "<=", "<", "~"])
    annotations = Annotations(
        citations=some(
            lambda c: Citation(
                **c,
                kind=draw(kinds),
                title=draw(maybe),
                number=draw(maybe),
                relation=draw(words),
                issuer=draw(maybe),
                issued_by=draw(issuers),
            )
        ),
        actors=some(lambda c: Actor(**c, name=draw(words), role=draw(roles), basis=draw(bases))),
        duties=some(lambda c: Duty(**c, polarity=draw(st.sampled_from(["do", "avoid"])), actors=draw(bearers), urged=draw(names))),
        metrics=some(
            lambda c: Metric(**c, indicator=draw(words), comparator=draw(signs), value=draw(words), unit=draw(texts), group=draw(names))
        ),
        schedules=some(
            lambda c: Schedule(
                **c, kind=draw(times), period=draw(maybe), min_count=draw(st.none() | st.integers(0, 9)), start=draw(maybe), by=draw(maybe)
            )
        ),
    )
    return Reading(document, annotations, some(lambda c: Programme(**c, name=draw(words))))


@given(readings())
def test_what_is_written_is_read_back(reading):
    assert decode(encode(reading), "x.jsonl") == in_order(reading)


@given(readings(), st.randoms(use_true_random=False))
def test_the_order_of_records_makes_no_difference(reading, random):
    def shuffled(records):
        return tuple(random.sample(records, len(records)))

    found = reading.annotations
    mixed = Annotations(*(shuffled(kind) for kind in (found.citations, found.actors, found.duties, found.metrics, found.schedules)))
    assert encode(Reading(reading.document, mixed, shuffled(reading.programmes))) == encode(reading)


def test_every_line_is_json_and_ids_are_unique(reading):
    lines = [json.loads(line) for line in encode(reading).split("\n")[:-1]]

    ids = [line["id"] for line in lines if "id" in line]
    assert len(ids) == len(set(ids)) == len(list(reading.records()))
    assert [lines[0]["kind"], lines[-1]["kind"]] == ["document", "source"]


def test_the_text_stands_in_the_blocks(reading):
    lines = [json.loads(line) for line in encode(reading).split("\n")[:-1]]

    assert "".join(line.get("text", "") for line in lines) == reading.document.text


def longer(reading, clause, by):
    """`reading` with `by` put in before the last character of `clause`."""
    document = reading.document
    at = next(c.span.end for c in document.clauses if c.id == clause) - 1

    def moved(span):
        return Span(*(position + len(by) * (position > at) for position in span))

    clauses = tuple(
        replace(c, span=moved(c.span), text_start=moved(Span(0, c.text_start)).end, heading_span=c.heading_span and moved(c.heading_span))
        for c in document.clauses
    )
    found = reading.annotations
    kinds = (found.citations, found.actors, found.duties, found.metrics, found.schedules)
    annotations = Annotations(*(tuple(replace(r, span=moved(r.span)) for r in kind) for kind in kinds))
    head = replace(document.head, spans=tuple((name, moved(span)) for name, span in document.head.spans))
    text = document.text[:at] + by + document.text[at:]
    programmes = tuple(replace(r, span=moved(r.span)) for r in reading.programmes)
    return Reading(replace(document, text=text, clauses=clauses, head=head), annotations, programmes)


def test_an_edited_clause_is_one_changed_line(reading):
    """Not a line of the clauses behind it moves, and no id changes; only the digest in the short first line does."""
    edited = longer(reading, "消防工作方面/二", "另行通知。")

    old, new = encode(reading).split("\n"), encode(edited).split("\n")
    assert len(old) == len(new)
    changed = [json.loads(line) for line, other in zip(new, old, strict=True) if line != other]
    assert [(line["kind"], line.get("clause")) for line in changed] == [("document", None), ("clause", "消防工作方面/二")]
    first, before = changed[0], json.loads(old[0])
    assert {key for key in first if first[key] != before[key]} == {"digest"}
    assert [record_id for record_id, _ in record_ids(edited)] == [record_id for record_id, _ in record_ids(reading)]


def test_ids_tell_like_records_apart(reading):
    """The same words twice in a clause are two records; the second does not depend on other clauses."""
    duty = reading.annotations.duties[0]
    twice = Reading(reading.document, Annotations(duties=(duty, duty)))

    (first, _), (second, _) = record_ids(twice)
    assert first != second
    assert first == record_ids(reading)[[r for _, r in record_ids(reading)].index(duty)][0]


def spoiled(reading, **changes):
    return Reading(reading.document, Annotations(duties=(replace(reading.annotations.duties[0], **changes),)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quote": "牵头负责所有工作"}, "而原文那里是 '牵头负责分片网格"),
        ({"span": Span(0, 3), "quote": "集街办"}, "越出了条款"),
        ({"span": Span(2100, 2100), "quote": ""}, "引文是 ''"),
        ({"clause": "消防工作方面/九"}, "文件中没有这一条"),
    ],
)
def test_a_record_that_does_not_fit_its_text_is_not_written(reading, changes, message):
    with pytest.raises(GraphError, match=message):
        encode(spoiled(reading, **changes))


def test_half_a_character_is_not_written():
    document = Document("x", "通知\ud800", Head(), (), OffsetMap((0,), (0,)), raw="")

    with pytest.raises(GraphError, match=r"第 2 个字符是半个字符（U\+D800）"):
        encode(Reading(document))


def test_clauses_must_not_overlap_or_share_an_id():
    first = Clause("一", "clause", "一", Span(0, 4), 0)
    document = Document(
        "x", "一、二、", Head(), (first, replace(first, id="二", span=Span(2, 4), text_start=2)), OffsetMap((0,), (0,)), raw=""
    )
    with pytest.raises(GraphError, match=r"条款 二 在 .*，与止于 4 的前一条重叠"):
        encode(Reading(document))
    same = replace(document, clauses=(first, replace(first, span=Span(4, 4), text_start=4)))
    with pytest.raises(GraphError, match="条款编号重复"):
        encode(Reading(same))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parent": "九"}, "条款 一 的上级是 '九'；应为同一文件的条款"),
        ({"text_start": 99999}, r"条款 一 的内容起于 99999；应在条款之内 \(0, 6\)"),
        ({"heading": "标题", "heading_span": Span(900, 999)}, r"标题写作 '标题'，而原文 \(900, 999\) 处是 ''"),
        ({"heading": "另题", "heading_span": Span(2, 4)}, r"标题写作 '另题'，而原文 \(2, 4\) 处是 '标题'"),
        ({"heading": "标题"}, "标题写作 '标题'，而原文 None 处是 ''"),
    ],
)
def test_a_clause_that_does_not_fit_its_text_is_not_written(changes, message):
    clause = Clause("一", "clause", "一", Span(0, 6), 2)
    document = Document("x", "一、标题。\n", Head(), (replace(clause, **changes),), OffsetMap((0,), (0,)), raw="")

    with pytest.raises(GraphError, match=message):
        encode(Reading(document))
    assert decode(encode(Reading(replace(document, clauses=(clause,)))), "x").document.clauses == (clause,)


@pytest.mark.parametrize("pairs", [((), ()), ((0, 5, 5), (0, 6, 7)), ((0, 5), (6, 6)), ((1,), (1,))])
def test_offsets_that_lead_nowhere_are_not_written(pairs):
    document = Document("x", "一、标题。\n", Head(), (), OffsetMap(*pairs), raw="")

    with pytest.raises(GraphError, match="x：位置对照不能回到来源文件；应为递增的数对，从 0 开始"):
        encode(Reading(document))


def changed_line(text, kind, changes):
    """`text` with the first line of `kind` changed, and its number; None takes a key out."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        data = json.loads(line)
        if data["kind"] == kind:
            data |= changes
            lines[i] = json.dumps({key: value for key, value in data.items() if value is not None}, ensure_ascii=False)
            return "\n".join(lines), i + 1
    raise AssertionError(kind)


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("document", {"format": 1}, "format 是 1；应为 2"),
        ("document", {"format": None}, "format 是 空；应为 2"),
        ("document", {"digest": None}, "第 1 行：digest 是 空；应为 '"),
        ("document", {"title": 3}, "title 是 3；应为文字"),
        ("document", {"issuers": "街道"}, "issuers 是 '街道'；应为文字的列表"),
        ("document", {"key": "x"}, "key 是 'x'；应为 '集街办〔2024〕46号'"),
        ("document", {"colour": "red"}, "不认识的字段"),
        ("clause", {"type": "chapter"}, "type 是 'chapter'；应为以下之一："),
        ("clause", {"content_at": "2"}, "content_at 是 '2'；应为整数"),
        ("clause", {"fields": [["date", 1]]}, "fields 是 .*；应为列表，每项有 3 个值"),
        ("clause", {"heading_at": [1]}, "heading_at 是 .*；应为两个整数"),
        ("duty", {"quote": "另一句"}, "引文是 '另一句'"),
        ("duty", {"start": 0}, "引文是"),
        ("duty", {"start": True}, "start 是 True；应为整数"),
        ("duty", {"id": "duty-0000000000000000"}, "id 是 'duty-0000000000000000'；应为 'duty-"),
        ("duty", {"clause": "消防工作方面/九"}, "而上面没有这一条"),
        ("duty", {"actors": [["社区", "老板", "explicit"]]}, "角色为 "),
        ("duty", {"actors": [["社区", "责任"]]}, "actors 是 .*；应为列表，每项有 3 个值"),
        ("metric", {"comparator": "!="}, "comparator 是 '!='；应为以下之一："),
        ("citation", {"issued_by": "某局"}, "issued_by 是 '某局'；应为JSON 对象"),
        ("citation", {"issued_by": {"names": ["某局"], "basis": "rumour", "certainty": "A"}}, "basis 是 'rumour'；应为以下之一："),
        ("citation", {"issued_by": {"names": ["某局"], "basis": "code", "certainty": "D"}}, "certainty 是 'D'；应为以下之一：A B C"),
        ("citation", {"issued_by": {"names": ["某局"], "basis": "code"}}, "certainty 是 空；应为与 names 同有同无"),
        ("citation", {"issued_by": {"basis": "code", "certainty": "A"}}, "应为与 names 同有同无"),
        ("citation", {"issued_by": {"basis": "code", "colour": "red"}}, "issued_by：不认识的字段"),
        ("source", {"kind": "sauce"}, "kind 是 'sauce'；应为以下之一："),
        ("source", {"kind": "document"}, "document 行应有且只有一行"),
    ],
)
def test_damage_is_named_with_its_line(reading, kind, changes, message):
    text, line = changed_line(encode(reading), kind, changes)

    with pytest.raises(GraphError, match=message) as caught:
        decode(text, "kb/x.jsonl")
    assert f"第 {line} 行" in str(caught.value)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda text: "", "最后一行不完整"),
        (lambda text: text[:-20], "最后一行不完整"),
        (lambda text: text.replace("}\n", "\n", 1), "第 1 行：不是 JSON"),
        (lambda text: "[" * 100_000 + "\n", "第 1 行：不是 JSON"),
        (lambda text: "[]\n" + text, "第 1 行：读到 '\\[\\]'；应为 JSON 对象"),
        (lambda text: text.split("\n", 1)[0] + "\n", "应以 document 行开头、source 行结尾"),
        (lambda text: "\n".join(text.split("\n")[:-2]) + "\n", "首行是 document，末行是 tail"),
        (lambda text: text.replace("分片网格", "整片网格", 1), "引文是"),
    ],
)
def test_a_damaged_file_is_an_error_that_says_where(reading, spoil, message):
    with pytest.raises(GraphError, match=message) as caught:
        decode(spoil(encode(reading)), "kb/x.jsonl")
    assert "kb/x.jsonl" in str(caught.value)


def changed_lines(kind, change):
    """A spoiler that changes every line of `kind`; a line that becomes None goes."""

    def spoil(text):
        lines = []
        for line in text.split("\n")[:-1]:
            data = json.loads(line)
            data = change(data) if data["kind"] == kind else data
            lines += [] if data is None else [json.dumps(data, ensure_ascii=False)]
        assert lines != text.split("\n")[:-1]
        return "\n".join([*lines, ""])

    return spoil


def first_only(change):
    """`change` for the first line only."""
    left = [True]

    def changed(data):
        return change(data) if left and left.pop() else data

    return changed


HEADING = "加强消防基础设施建设"
BY_HAND = "第 1 行的摘要与其余各行不符，写成之后有行被改动、增加或删去；.*重新建库"
MOVED = {"牵头": "配合", "责任": "监管", "配合": "责任"}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        # each of these is a reading that could have been written
        (lambda text: text.replace('"title": "厦门市', '"title": "漳州市', 1), BY_HAND),
        (changed_lines("document", lambda line: {**line, "recipients": ["各学校"]}), BY_HAND),
        (changed_lines("clause", lambda line: {**line, "label": "七"}), BY_HAND),
        (changed_lines("clause", lambda line: {**line, "content_at": 0}), BY_HAND),
        (changed_lines("clause", lambda line: {k: v for k, v in line.items() if k not in ("heading", "heading_at")}), BY_HAND),
        (changed_lines("source", lambda line: {**line, "sha256": "0" * 64}), BY_HAND),
        (changed_lines("source", lambda line: {**line, "offsets": line["offsets"][:-1]}), BY_HAND),
        (changed_lines("duty", lambda line: {**line, "force": "刚性"}), BY_HAND),
        (
            changed_lines("duty", lambda line: {**line, "polarity": "avoid", "id": line["id"]}),
            r"第 \d+ 行：id 是 'duty-\w{16}'；应为 'duty-",
        ),
        (changed_lines("duty", lambda line: {**line, "actors": [["市长", "责任", "explicit"]]}), BY_HAND),
        (changed_lines("duty", lambda line: {**line, "actors": [[n, MOVED[r], b] for n, r, b in line["actors"]]}), BY_HAND),
        (changed_lines("duty", lambda line: {**line, "urged": ["企业"]}), BY_HAND),
        (changed_lines("duty", lambda line: {**line, "rule": "duty.other"}), BY_HAND),
        (changed_lines("duty", lambda line: None), BY_HAND),
        (changed_lines("duty", first_only(lambda line: None)), BY_HAND),
        (changed_lines("metric", lambda line: {**line, "value": "10"}), BY_HAND),
        (changed_lines("document", lambda line: {**line, "digest": "0" * 16}), BY_HAND),
        # these could not
        (
            lambda text: text.replace(f'"heading": "{HEADING}"', '"heading": "减弱消防"'),
            f"标题写作 '减弱消防'，而原文 .* 处是 '{HEADING}'",
        ),
        (lambda text: text.replace(f"{HEADING}。", "减弱消防基础设施建设。"), f"标题写作 '{HEADING}'，而原文 .* 处是 '减弱"),
        (changed_lines("clause", lambda line: {**line, "parent": "九"}), "条款 前言 的上级是 '九'"),
        (changed_lines("clause", lambda line: {**line, "content_at": 99999}), "条款 前言 的内容起于 "),
        (
            changed_lines("clause", lambda line: {**line, "heading_at": [900, 999999]}),
            "条款 前言 的标题写作 None，而原文 .* 处是 ''",
        ),
        (changed_lines("source", lambda line: {**line, "offsets": []}), "位置对照不能回到"),
        (changed_lines("source", lambda line: {**line, "offsets": line["offsets"][::-1]}), "位置对照不能回到"),
        (changed_lines("source", lambda line: {**line, "offsets": [[0, 5], [1, 5]]}), "位置对照不能回到"),
        # the values are the same, the lines are not
        (changed_lines("head", lambda line: {**dict(reversed(line.items()))}), r"第 2 行：第 3 个字符起是 'fields"),
        (lambda text: text.replace('"urged": ', '"urged":', 1).replace('"start": ', '"start":', 1), r"第 \d+ 个字符起是 '\d"),
        (lambda text: text.replace("\n", "\r\n"), r"第 1 行：第 \d+ 个字符起是 '\\r'"),
        (lambda text: text.replace('{"kind": "source"', '{"kind": "gap"}\n{"kind": "source"'), "kind 是 'gap'；应为 'source'"),
    ],
)
def test_a_change_by_hand_is_noticed(reading, spoil, message):
    """Whatever `encode` has not written is refused, also where each line for itself is right; and it is said what to do."""
    with pytest.raises(GraphError, match=message) as caught:
        decode(spoil(encode(reading)), "kb/x.jsonl")
    assert str(caught.value).startswith("kb/x.jsonl")
    assert "重新建库" in str(caught.value)


@given(readings(), st.data())
def test_no_changed_character_goes_unnoticed(reading, data):
    text = encode(reading)
    at = data.draw(st.integers(0, len(text) - 1))
    by = data.draw(st.sampled_from(['"', "0", "1", "]", " ", "集", ""]).filter(lambda char: char != text[at]))

    with pytest.raises(GraphError):
        decode(text[:at] + by + text[at + 1 :], "x")


@given(
    st.text(max_size=60)
    | st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda x: st.lists(x) | st.dictionaries(st.text(max_size=9), x)).map(
        json.dumps
    )
)
def test_no_text_breaks_the_reader(text):
    """Anything that is no base is a GraphError and nothing else."""
    with pytest.raises(GraphError):
        decode(text + "\n", "x")


def test_records_of_a_clause_as_plain_dicts(reading):
    (record,) = [r for r in plain_records(reading, "消防工作方面/六") if r["kind"] == "metric"]

    assert record["value"] == "100"
    assert reading.document.text[record["start"] : record["end"]] == record["quote"]
