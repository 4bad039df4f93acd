"""What changed between two documents: years of one body, an upper and a lower one."""

from __future__ import annotations

import pytest

from jimei_kb.errors import GraphError
from jimei_kb.query.compare import _shift
from jimei_kb.query.targets import Target
from jimei_kb.records import Evidence

UPPER, BEFORE, AFTER = "岫政〔2024〕12号", "望街办〔2023〕9号", "望街办〔2024〕15号"


@pytest.fixture(scope="module")
def years(specimen_kb):
    return specimen_kb.compare(AFTER, BEFORE)


@pytest.fixture(scope="module")
def levels(specimen_kb):
    return specimen_kb.compare(AFTER, UPPER)


def rows(found, what, status):
    return [row for row in found.rows() if (row["what"], row["status"]) == (what, status)]


def test_the_earlier_year_comes_first_and_so_does_the_upper_level(years, levels):
    assert (years.first, years.second) == (BEFORE, AFTER)
    assert (levels.first, levels.second) == (UPPER, AFTER)
    assert levels.levels == ("区县", "街道乡镇")


def test_clauses_and_duties_added_and_dropped_from_year_to_year(years):
    assert [row["quote_before"] for row in rows(years, "duty", "dropped")] == ["逐户建立沿街店铺消防档案"]
    assert "各社区居委会每季度向街道办书面报告消防工作情况" in [row["quote_after"] for row in rows(years, "duty", "added")]
    assert [row["clause_before"] for row in rows(years, "clause", "dropped")] == [f"{BEFORE}#五"]
    assert [row["clause_after"] for row in rows(years, "clause", "added")] == [f"{AFTER}#五", f"{AFTER}#六"]


def test_a_reworded_duty_says_what_changed(years):
    (row,) = [row for row in rows(years, "duty", "reworded") if "劝阻" in row["quote_before"]]
    assert row["quote_after"] == "各社区居委会负责劝阻电动自行车进楼入户和飞线充电"
    assert row["detail"] == "＋和飞线充电"
    assert 0.5 <= row["similarity"] < 1


def test_targets_raised_and_lowered_from_year_to_year(years):
    """A higher share, more often, and in words that bind more are more; less often is less."""
    assert [row["detail"] for row in rows(years, "target", "raised")] == [
        "力度：力争 → 刚性",
        "≥70% → ≥95%",
        "≥1次/半年 → ≥1次/月",
        "≥1次/季度 → ≥1次/月",
    ]
    assert [row["detail"] for row in rows(years, "target", "lowered")] == ["≥1次/季度 → ≥1次/半年"]


def test_the_lower_level_sets_more_than_the_upper_one(levels):
    assert [row["detail"] for row in rows(levels, "target", "raised")] == ["≥80% → ≥95%", "≥1次/季度 → ≥1次/月"]
    said = repr(levels)
    assert "层层加码" in said
    assert "后者引用前者" in said


def test_duties_that_the_lower_level_does_not_take_up(levels, years):
    """Each with the sentence that comes nearest and how much of the duty it holds."""
    found = {one.duty.quote: one for one in levels.untaken}
    assert "各街道办事处负责建设电动自行车集中充电场所" in found
    assert "对仓储物流场所逐户建立消防档案" in found
    assert "2024年9月底前完成老旧小区充电设施改造" not in found
    assert all(0 <= one.share < 0.5 for one in found.values())
    assert years.untaken == ()


def test_every_row_has_both_quotations_where_there_are_two(years, levels, specimen_kb):
    texts = {document.key: document.text for document in specimen_kb.documents}
    for found in (years, levels):
        for one in (*found.clauses, *found.duties):
            for evidence in (one.before, one.after):
                if evidence:
                    assert texts[evidence.document][evidence.start : evidence.end] == evidence.quote
            assert (one.before is None, one.after is None) == (one.status == "added", one.status == "dropped")


def test_each_clause_and_duty_of_both_documents_stands_in_one_row(years, specimen_kb):
    before, after = (next(r for r in specimen_kb.readings if r.document.key == key) for key in (BEFORE, AFTER))
    for side, reading in (("before", before), ("after", after)):
        found = [getattr(one, side) for one in years.duties if getattr(one, side)]
        assert sorted((e.start, e.end) for e in found) == sorted(tuple(duty.span) for duty in reading.annotations.duties)


def test_the_text_has_every_changed_fact(years):
    said, shown = repr(years), years._repr_html_()
    assert "Dice" in said
    for row in years.rows():
        if row["status"] != "same":
            assert (row["quote_before"] or "") in said
            assert (row["quote_after"] or "") in said
            assert (row["quote_after"] or "") in shown


def test_a_document_is_not_compared_with_itself(specimen_kb):
    with pytest.raises(GraphError, match="都是"):
        specimen_kb.compare(UPPER, "yunxiu-2024-12")


def target(value="80", comparator=">=", unit="%", period=None, force="一般"):
    evidence = Evidence("甲", "甲#一", 0, 1, "达", "specimen")
    return Target("metric", "覆盖率", comparator, value, unit, period, (), False, force, (), None, evidence)


@pytest.mark.parametrize(
    ("before", "after", "shift"),
    [
        (target("80"), target("90"), "raised"),
        (target("90"), target("80"), "lowered"),
        (target("八十"), target("80"), "same"),
        (target("5", "<="), target("3", "<="), "raised"),  # at most three is harder than at most five
        (target("5", "<="), target("8", "<"), "lowered"),
        (target("1", period="P3M"), target("1", period="P1M"), "raised"),
        (target("2", period="P6M"), target("1", period="P3M"), "same"),
        (target(force="力争"), target(force="刚性"), "raised"),
        (target("90", force="力争"), target("80", force="刚性"), "lowered"),
        (target("80"), target("80", "<="), "incomparable"),
        (target("若干"), target("80"), "incomparable"),
        (target("1", period="P3M"), target("1", period="P5Y"), "incomparable"),
        (target("1", period="P3M"), target("1"), "incomparable"),
    ],
)
def test_what_is_more_and_what_is_less(before, after, shift):
    assert _shift(before, after).shift == shift
    assert (shift == "same") is (_shift(before, after).reasons == ())
