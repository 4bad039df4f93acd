"""Questions about the notice itself: quoted from its head; what is not printed is said so."""

from __future__ import annotations

import pytest

from jimei_kb.document import parse_text, read_document
from jimei_kb.query.heads import find_in_head


@pytest.fixture(scope="module")
def document(seed_path):
    return read_document(seed_path)


@pytest.mark.parametrize(
    ("field", "value", "quote"),
    [
        ("number", "集街办〔2024〕46号", "集街办〔2024〕46号"),
        ("recipients", "各社区居委会", "各社区居委会"),
        ("date", "2024-10-28", "2024 年 10 月 28 日"),
        ("copied_to", "区安办", "区安办"),
        ("printed_by", "集美街道党建办公室", "集美街道党建办公室"),
        ("kind", "通知", "目标责任的通知"),
    ],
)
def test_a_field_is_quoted_where_it_is_printed(document, field, value, quote):
    (finding, *_), lacking = find_in_head([document], [field])

    assert lacking == []
    assert finding.facts[0][1] == value
    assert quote in finding.evidence.quote
    assert document.text[finding.evidence.start : finding.evidence.end].strip() == finding.evidence.quote


def test_who_printed_it_comes_with_who_issued_it(document):
    found, _ = find_in_head([document], ["printed_by"])
    assert [finding.facts[0][0] for finding in found] == ["印发机关", "发文机关"]


def test_clauses_are_counted_by_section(document):
    found, _ = find_in_head([document], ["clauses"])
    assert {finding.facts[1] for finding in found} == {("合计", "16 条")}
    assert [finding.facts[0] for finding in found] == [("安全生产方面", "8 条（一至八）"), ("消防工作方面", "8 条（一至八）")]


def test_what_is_not_printed_is_said_so():
    bare = parse_text("关于做好工作的通知\n各社区：\n一、任务。检查。\n", slug="x")
    assert find_in_head([bare], ["copied_to", "recipients"])[1] == ["抄送机关"]
