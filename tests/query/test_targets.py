"""Targets: metrics, recurring duties, goals of nought."""

from __future__ import annotations

from dataclasses import replace

import pytest
from specimen import annotate

from jimei_kb.document import parse_text
from jimei_kb.graph.build import build_graph
from jimei_kb.graph.lines import in_order
from jimei_kb.graph.schema import GraphLinks, Reading
from jimei_kb.query.targets import targets_of

NOTICE = """甲办〔2024〕1号
关于做好工作的通知
各社区：
一、任务。每月开展检查。每季度至少召开2次会议。确保不发生火灾。坚决遏制事故。
甲街道办事处
2024年1月2日
"""


def read(*, avoid=(), **kinds):
    document = parse_text(NOTICE)
    annotations = annotate(document, **kinds)
    duties = tuple(replace(duty, polarity="avoid") if duty.quote in avoid else duty for duty in annotations.duties)
    reading = in_order(Reading(document, replace(annotations, duties=duties)))
    return targets_of(reading, GraphLinks(build_graph([reading])))


ASSUMED = (("主送机关", "责任", "addressee"),)
MONTHLY = ("一", "每月开展检查", {"kind": "recurring", "period": "P1M"})
QUARTERLY = ("一", "每季度至少召开2次会议", {"kind": "recurring", "period": "P3M", "min_count": 2})
MEETINGS = ("一", "每季度至少召开2次会议", {"indicator": "会议次数", "comparator": ">=", "value": "2", "unit": "次/季度"})


def test_a_period_without_a_number_is_once_at_least_and_said_to_be_derived():
    (target,) = read(duties=[("一", "每月开展检查", ASSUMED)], schedules=[MONTHLY])
    assert (target.kind, target.value, target.unit, target.period, target.derived) == ("recurring", "1", "次", "P1M", True)
    assert target.indicator == "每月开展检查"
    assert [(one.name, one.basis) for one in target.bearers] == [("各社区", "addressee")]


def test_a_metric_takes_the_period_of_its_schedule_and_is_counted_once():
    (target,) = read(duties=[("一", "每季度至少召开2次会议", ASSUMED)], schedules=[QUARTERLY], metrics=[MEETINGS])
    assert (target.kind, target.indicator, target.value, target.period, target.derived) == ("metric", "会议次数", "2", "P3M", False)


def test_what_must_never_happen_is_a_goal_of_nought():
    """不发生 is one, 遏制 is not: it says that something is to become rarer."""
    found = read(duties=[("一", "确保不发生火灾", ASSUMED), ("一", "坚决遏制事故", ASSUMED)], avoid=("确保不发生火灾", "坚决遏制事故"))
    assert [(t.kind, t.indicator, t.comparator, t.value, t.derived) for t in found] == [("zero", "火灾", "=", "0", True)]


def test_a_schedule_without_a_duty_has_nobody():
    (target,) = read(schedules=[MONTHLY])
    assert (target.duty, target.bearers, target.force) == (None, (), None)


def test_targets_of_the_seed(seed_kb):
    """Each of the numbers of the seed is there, in text order, with its quotation in the text; sets of measures (省66条) are none."""
    found = seed_kb.targets("集街办〔2024〕46号")
    text = seed_kb.documents[0].text
    for one in found.items:
        assert text[one.evidence.start : one.evidence.end] == one.evidence.quote
    assert [one.evidence.start for one in found.items] == sorted(one.evidence.start for one in found.items)
    values = {(one.indicator, one.group[:1], one.value) for one in found.items}
    assert {("宣传教育覆盖率", ("居家群体",), "60"), ("培训覆盖率", ("青年、中年等在职群体",), "80")} <= values
    assert {one.period for one in found.items if one.period} >= {"P1M", "P3M", "P6M", "P1Y"}
    assert not {"66", "80条", "79"} & {one.value for one in found.items}
    assert any(one.kind == "zero" and "重特大事故" in one.indicator for one in found.items)


def test_the_text_has_every_fact_of_the_rows(seed_kb):
    found = seed_kb.targets("集街办〔2024〕46号")
    said, shown = repr(found), found._repr_html_()
    for row in found.rows():
        for fact in (row["indicator"], row["value"], row["force"], row["quote"]):
            assert (fact or "") in said
            assert (fact or "").replace("&", "&amp;") in shown
    assert "推定为主送机关" in said
    assert "按字面" in said


@pytest.mark.parametrize("period", ["P1D", "P1W", "P3M", "P5Y", "P18M", "P1Y6M", "PT24H", "odd"])
def test_a_period_is_spoken(period):
    from jimei_kb.view.documents import spoken_period

    said = {"P1D": "每天", "P1W": "每周", "P3M": "每季度", "P5Y": "每5年", "P18M": "每18个月"}
    said |= {"P1Y6M": "每1年6个月", "PT24H": "每24小时", "odd": "odd"}
    assert spoken_period(period) == said[period]


def test_what_the_date_of_another_duty_holds_for_is_a_target_too(seed_kb):
    """每半年……分析研判，并向街道办书面报告: the report is due every half-year; 年初 has no schedule that was read."""
    found = {one.indicator: one for one in seed_kb.targets("集街办〔2024〕46号").items}
    report, meeting = found["向街道办书面报告"], found["年初召开消防工作会议"]
    assert (report.period, report.value, report.derived) == ("P6M", "1", True)
    assert report.evidence.quote == "每半年对辖区消防安全形势进行分析研判，并向街道办书面报告"
    assert (meeting.period, meeting.derived) == ("P1Y", True)


def test_on_a_day_on_which_the_document_does_not_hold_there_are_none(specimen_kb):
    over, now = (specimen_kb.targets("望街办〔2023〕9号", as_of=day) for day in ("2024-06-01", "2023-06-01"))
    assert (over.items, [one.document for one in over.left_out]) == ((), ["望街办〔2023〕9号"])
    assert now.items == specimen_kb.targets("望街办〔2023〕9号").items
    assert "效力至2023-12-31" in repr(now)
    assert specimen_kb.targets("望湖街道办事处", as_of="2024-06-01").document == "望街办〔2024〕15号"


def test_cells_are_in_chinese(seed_kb, tmp_path):
    import openpyxl

    seed_kb.targets("集街办〔2024〕46号").to_excel(tmp_path / "a.xlsx")
    heading, *rows = openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True)
    found = [dict(zip(heading, row, strict=True)) for row in rows]
    assert {row["类别"] for row in found} == {"指标", "定期工作", "零发生"}
    assert {row["周期"] for row in found} == {None, "每年", "每半年", "每季度", "每月"}
    assert {row["比较"] for row in found} == {"≥", "="}
    assert {row["按字面得出"] for row in found} == {"是", "否"}
