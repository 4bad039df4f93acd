"""What is seen and not placed is listed, with its reason; what is placed is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from notice_texts import TEXTS

from jimei_kb.document import parse_text, read_document
from jimei_kb.extract import extract
from jimei_kb.extract.review import find_unplaced
from jimei_kb.records import Annotations


def unplaced(text, **head):
    """(kind, quotation) of what is left of a clause of a notice."""
    opening = "关于做好安全工作的通知\n各社区居委会：\n" if head.get("addressed", True) else "关于做好安全工作的意见\n"
    document = parse_text(f"{opening}一、工作要求。{text}\n")
    return [(one.kind, one.quote) for one in find_unplaced(document, extract(document))]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param("加强应急救援队伍建设。", ("mention", "应急救援队伍"), id="a name that only modifies"),
        pytest.param("推进安全生产等4个方面工作。", ("number", "等4个"), id="a count that names a set"),
        pytest.param("对2人以上的场所处5万元以下罚款。", ("number", "5万元"), id="a fine"),
        pytest.param("检查不到位的扣5分。", ("number", "扣5分"), id="points of a scoring table"),
        pytest.param("2023年1月19日某地发生火灾。", ("time", "2023年1月19日"), id="a date that is told"),
        pytest.param("落实省、市、区实施细则。", ("citation", "省、市、区实施细则"), id="a plural reference"),
        pytest.param("落实《街道安全检查办法》。", ("citation", "《街道安全检查办法》"), id="a title without a number"),
        pytest.param("开展检查（由分管领导、网格员共同承担牵头工作）。", ("tag", "（由分管领导、网格员共同承担牵头工作）"), id="a bracket that looks like a tag"),
    ],
)  # fmt: skip
def test_what_is_left_is_listed(text, left):
    assert left in unplaced(text)


@pytest.mark.parametrize(
    ("text", "kind", "quote"),
    [
        ("各社区要开展检查。", "mention", "各社区"),
        ("覆盖率达到80%以上。", "number", "80%"),
        ("每季度至少开展1次检查。", "number", "1次"),
        ("2026年底前完成整改。", "time", "2026年底前"),
        ("落实《街道安全检查办法》（集街办〔2024〕3号）。", "citation", "《街道安全检查办法》（集街办〔2024〕3号）"),
        ("落实《中华人民共和国安全生产法》。", "citation", "《中华人民共和国安全生产法》"),
        ("加强检查。（牵头单位：市应急局）", "tag", "（牵头单位：市应急局）"),
    ],
)
def test_what_is_placed_is_not_listed(text, kind, quote):
    assert (kind, quote) not in unplaced(text)


def test_a_name_is_listed_once_a_clause():
    found = unplaced("加强应急救援队伍建设，提升应急救援队伍建设水平。\n二、工作要求。加强应急救援队伍建设。")
    assert found.count(("mention", "应急救援队伍")) == 2


def test_a_title_is_listed_once_a_document():
    assert unplaced("落实《街道检查办法》。\n二、工作要求。按照《街道检查办法》执行。").count(("citation", "《街道检查办法》")) == 1


def test_a_duty_that_nobody_bears_is_listed_only_where_nobody_is_addressed():
    text = "加强应急值守，组织开展应急演练。"
    assert [quote for kind, quote in unplaced(text, addressed=False) if kind == "duty"] != []
    assert [quote for kind, quote in unplaced(text) if kind == "duty"] == []


def test_without_records_all_that_the_rules_see_is_left(seed_path):
    """Each number, title and name of the seed is either in a record or in the list."""
    document = read_document(seed_path)
    nothing = {one.quote for one in find_unplaced(document, Annotations())}
    left = {one.quote for one in find_unplaced(document, extract(document))}

    assert "100%" in nothing - left
    assert len(nothing) > 3 * len(left) > 0


def test_every_entry_quotes_its_clause(seed_path):
    document = read_document(seed_path)
    clauses = {clause.id: clause.span for clause in document.clauses}
    found = find_unplaced(document, extract(document))
    assert len(found) > 10
    for one in found:
        assert one.span.of(document.text) == one.quote != ""
        assert clauses[one.clause].holds(one.span)
        assert one.reason


@given(TEXTS)
@settings(max_examples=60)
def test_any_text_can_be_reviewed(text):
    document = parse_text(text)
    for one in find_unplaced(document, extract(document)):
        assert one.span.of(document.text) == one.quote != ""
