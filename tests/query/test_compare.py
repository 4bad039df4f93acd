"""What changed between two documents: years of one body, an upper and a lower one."""

from __future__ import annotations

from dataclasses import replace

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
    assert [row["detail"] for row in rows(levels, "target", "raised")] == [
        "不发生的范围扩大：较大及以上火灾事故 → 亡人火灾事故",
        "≥80% → ≥95%",
        "≥1次/季度 → ≥1次/月",
        "≥1次（每半年） → ≥1次（每季度）",
    ]
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


def test_an_earlier_deadline_is_more(levels, years):
    assert [row["detail"] for row in rows(levels, "deadline", "raised")] == ["期限提前：2024-09-30 → 2024-08-31"]
    assert [row["quote_after"] for row in rows(years, "deadline", "added")] == ["2024年8月底前完成老旧小区充电设施改造"]


@pytest.mark.parametrize(
    ("days", "years", "shift"),
    [
        (("2024-09-30", "2024-08-31"), (0, 0), "raised"),
        (("2024-08-31", "2024-09-30"), (0, 0), "lowered"),
        (("2023-09-30", "2024-09-30"), (2023, 2024), "same"),  # each in its own year
        (("2023-09-30", "2024-08-31"), (2023, 2024), "raised"),
        (("2023-12-31", "2025-01-31"), (2023, 2024), "lowered"),
    ],
)
def test_deadlines_of_two_years_are_compared_within_the_year(days, years, shift):
    before, after = (replace(target(day, "<=", None), kind="deadline") for day in days)
    assert _shift(before, after, years).shift == shift


@pytest.mark.parametrize(
    ("before", "after", "shift"),
    [
        ("重特大事故", "较大及以上事故", "raised"),
        ("亡人火灾", "较大火灾", "lowered"),
        ("较大火灾", "有影响的火灾", "incomparable"),
    ],
)
def test_a_goal_of_nought_for_more_kinds_is_more(before, after, shift):
    one, other = (replace(target("0", "=", None), kind="zero", indicator=event) for event in (before, after))
    assert _shift(one, other).shift == shift


def test_no_row_contradicts_another(levels):
    """A duty that is compared does not have its target dropped and added beside it."""
    paired = {one.before for one in levels.duties if one.before and one.after}
    assert not any(one.before.duty in paired for one in levels.targets if one.shift == "dropped")


def test_the_same_duty_for_other_bodies_is_taken_up(levels):
    """每半年向区消防安全委员会报告 and 每季度向街道办报告 are one duty, handed down."""
    assert not any("书面报告" in one.duty.quote for one in levels.untaken)


def test_what_the_upper_level_does_itself_is_not_asked_of_the_lower_one(levels):
    assert [one.duty.quote for one in levels.untaken if one.own] == ["开展电动自行车违规停放专项检查"]


def test_assumed_bearers_are_marked(levels):
    (row,) = [row for row in rows(levels, "target", "raised") if row["detail"] == "≥80% → ≥95%"]
    assert (row["bearers_before"], row["bearers_after"]) == ("责任：各街道办事处、区直各有关部门（推定）", "责任：各社区居委会（推定）")


def test_a_day_decides_which_of_several_versions_is_meant(specimen_kb):
    found = specimen_kb.compare("望湖街道办事处", UPPER, as_of="2024-06-01")
    assert (found.first, found.second) == (UPPER, AFTER)
    old = specimen_kb.compare(BEFORE, AFTER, as_of="2024-06-01")
    assert [one.document for one in old.left_out] == [BEFORE]
    assert "2024-06-01不在有效期内：望街办〔2023〕9号" in repr(old)


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
