"""What a rule's example shows is what the reader does: no shortcut before a pattern may switch it off."""

from __future__ import annotations

import re

import pytest

from jimei_kb.document import parse_text
from jimei_kb.document.clauses import _mark
from jimei_kb.document.text import canonicalise, starts_item
from jimei_kb.rules import load_rules

MARKED = re.compile("【(.*?)】", re.DOTALL)
BODY = "关于做好防汛工作的通知\n各社区居委会：\n为做好工作，现通知如下。\n一、加强值守。落实值班制度，做好各项工作。\n二、强化检查。发现问题及时整改。\n"


def examples(book, rule_id):
    """The examples of a rule without their marks, and what is marked in each."""
    return [
        (MARKED.sub(r"\1", example), MARKED.findall(example)) for example in load_rules(book, package="jimei_kb.document")[rule_id].examples
    ]


@pytest.mark.parametrize(("line", "marked"), examples("text", "text.starts_item"))
def test_items(line, marked):
    assert marked
    assert starts_item(line)


@pytest.mark.parametrize("first", "第（(附抄注主一二三四五六七八九十百零〇○0９①⑳㈠㈩")
def test_items_by_their_first_character(first):
    """Each character that an item may start with has one that does."""
    lines = [
        "第一条 x",
        "（一）x",
        "(一)x",
        "附件",
        "抄送：",
        "注：",
        "主题词",
        *(f"{c}、x" for c in "一二三四五六七八九十百零〇○"),
        "0.x",
        "９．x",
        *"①⑳㈠㈩",
    ]
    assert [starts_item(line) for line in lines if line[0] == first] == [True]


@pytest.mark.parametrize(("line", "marked"), examples("clauses", "clause.mark"))
def test_clause_marks(line, marked):
    found = _mark(line)
    assert found is not None
    assert line[: found.end] == marked[0]


@pytest.mark.parametrize(("line", "marked"), examples("text", "text.page_number"))
def test_page_numbers(line, marked):
    assert canonicalise(f"上文。\n{line}\n下文。")[0] == "上文。\n下文。"


@pytest.mark.parametrize(("line", "marked"), examples("head", "head.number"))
def test_numbers(line, marked):
    number = parse_text(f"{line}\n{BODY}").head.number
    assert number
    assert re.fullmatch(r"[一-龥]+〔[0-9]{4}〕[0-9]+号", number)


@pytest.mark.parametrize(("line", "marked"), examples("head", "head.meta_number"))
def test_numbers_of_the_web_record(line, marked):
    assert re.fullmatch(r"[一-龥]+(?:〔[0-9]{4}〕|第)[0-9]+号", parse_text(f"{line}\n{BODY}").head.number or "")


@pytest.mark.parametrize(("line", "marked"), examples("head", "head.printed"))
def test_printing_lines(line, marked):
    assert parse_text(f"{BODY}集美街道办事处\n2024年10月28日\n抄送：区安办\n{line}").head.printed_on
    assert parse_text(f"{BODY}{line}").head.printed_on


@pytest.mark.parametrize(("line", "marked"), examples("head", "head.copied"))
def test_copies(line, marked):
    assert parse_text(f"{BODY}{line}").head.copied_to == ("区安办",)


@pytest.mark.parametrize("rule_id", ["head.day", "head.day_line"])
def test_dates(rule_id):
    for line, _ in examples("head", rule_id):
        assert parse_text(f"{BODY}集美街道办事处\n{line}").head.date, line


@pytest.mark.parametrize(("line", "marked"), examples("head", "head.signed_line"))
def test_signatures(line, marked):
    head = parse_text(f"{BODY}{line}").head
    assert head.issuers
    assert head.date


@pytest.mark.parametrize(("line", "marked"), examples("head", "head.annex"))
def test_annexes(line, marked):
    """The mark above an attached text opens it; a list of attachments closes the text and is no clause."""
    if "." in line:
        document = parse_text(f"{BODY}{line}\n2.检查表")
        assert [clause.id for clause in document.clauses] == ["前言", "一", "二"]
        assert line not in document.clauses[-1].span.of(document.text)
    else:
        ids = [clause.id for clause in parse_text(f"{BODY}{line}\n检查表\n一、检查电气线路。\n二、检查燃气管道。").clauses]
        assert ids == ["前言", "一", "二", "附件/一", "附件/二"]
