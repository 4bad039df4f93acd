"""The targets sheet: what is evaluated, from which sheet, by which measure, and what is not."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from specimen import annotate

from jimei_kb.document import parse_text
from jimei_kb.errors import GraphError
from jimei_kb.graph.build import build_graph
from jimei_kb.graph.lines import in_order
from jimei_kb.graph.schema import GraphLinks, Reading
from jimei_kb.query.targets import Surroundings
from jimei_kb.results.targets import sheet_of

# clause, target, sheet, measure: the seed read by a person
SEED = {
    ("安全生产方面/二", "监管部门不唯一的新兴行业", "divisions", "one_each"),
    ("安全生产方面/四", "隐患存量", "hazards", "stock"),
    ("安全生产方面/六", "安全生产月活动", "events", "count"),
    ("安全生产方面/六", "防灾减灾日活动", "events", "count"),
    ("安全生产方面/七", "组织开展相关人员广泛参与的实战化应急演练", "events", "occurs"),
    ("安全生产方面/八", "生产安全事故起数", "incidents", "change"),
    ("安全生产方面/八", "生产安全事故死亡人数", "incidents", "change"),
    ("安全生产方面/八", "重特大事故起数", "incidents", "zero"),
    ("消防工作方面/一", "亡人或有影响的火灾起数", "incidents", "zero"),
    ("消防工作方面/三", "年初召开消防工作会议", "events", "count"),
    ("消防工作方面/三", "两委会议次数", "events", "count"),
    ("消防工作方面/三", "消防安全委员会会议次数", "events", "count"),
    ("消防工作方面/四", "隐患按期整改销案", "hazards", "closing"),
    ("消防工作方面/五", "微型消防站24小时值班值守", "stations", "standing"),
    ("消防工作方面/六", "智能预警装置安装率", "devices", "ratio"),
    ("消防工作方面/六", "探测器规范接入智慧消防平台", "devices", "ratio"),
    ("消防工作方面/七", "定期开展“灾情速报”培训和拉动考核", "events", "occurs"),
    ("消防工作方面/七", "微型消防站配齐人员、装备、车辆", "stations", "standing"),
    ("消防工作方面/八", "培训覆盖率", "coverage", "ratio"),
    ("消防工作方面/八", "宣传教育覆盖率", "coverage", "ratio"),
    ("消防工作方面/八", "注册消防宣传志愿者人数", "volunteers", "amount"),
}
# the same rules on notices that they were not written for
INVENTED = [
    ("望街办〔2024〕15号", "居民消防安全培训覆盖率", "coverage", "ratio"),
    ("望街办〔2024〕15号", "消防宣传活动次数", "events", "count"),
    ("望街办〔2024〕15号", "亡人火灾事故起数", "incidents", "zero"),
    ("望街办〔2024〕15号", "微型消防站24小时值班值守", "stations", "standing"),
    ("岫政〔2024〕12号", "较大及以上火灾事故起数", "incidents", "zero"),
    ("恒达安〔2023〕7号", "隐患整改率", "ratios", "ratio"),
    ("恒达安〔2023〕7号", "全员培训率", "coverage", "ratio"),
    ("恒达安〔2023〕7号", "死亡事故起数", "incidents", "zero"),
    ("invented-opinion", "县级财政每年安排专项资金", "amounts", "amount"),
    ("青安办〔2024〕21号", "外墙保温材料登记建档率", "ratios", "ratio"),
]
NOTICE = """甲办〔2024〕1号
关于下达2024年度目标的通知
各社区：
一、任务。落实省66条措施。完成整改66条。每季度召开会议。事故起数、死亡人数双下降。确保不发生系统性风险。新建充电桩50个。
甲街道办事处
2024年8月2日
"""
ASSUMED = (("主送机关", "责任", "addressee"),)


def made(*, year=2024, avoid=(), **kinds):
    document = parse_text(NOTICE)
    annotations = annotate(document, **kinds)
    duties = tuple(replace(duty, polarity="avoid") if duty.quote in avoid else duty for duty in annotations.duties)
    reading = in_order(Reading(document, replace(annotations, duties=duties)))
    links = GraphLinks(build_graph([reading]))
    return sheet_of(reading, Surroundings(reading, links), year, links)


def test_the_seed_is_mapped_as_a_person_would(targets):
    found = {(one.evidence.clause.partition("#")[2], one.name, one.sheet, one.measure) for one in targets.indicators}
    assert found >= SEED


@pytest.mark.parametrize(("document", "name", "sheet", "measure"), INVENTED)
def test_other_notices_are_mapped_by_the_same_rules(specimen_base, document, name, sheet, measure):
    found = specimen_base.targets_sheet(document, year=2024)
    assert (name, sheet, measure) in {(one.name, one.sheet, one.measure) for one in found.indicators}


def test_every_duty_is_a_target_or_stands_apart_with_a_reason(specimen_base, targets, seed_base):
    for kb, sheets in (
        (seed_base, [targets]),
        (specimen_base, [specimen_base.targets_sheet(r.document.key, year=2024) for r in specimen_base.readings]),
    ):
        for sheet in sheets:
            (reading,) = (one for one in kb.readings if one.document.key == sheet.document)
            places = [one.evidence for one in (*sheet.indicators, *sheet.unmeasured)]
            for duty in reading.annotations.duties:
                assert any(min(p.end, duty.span.end) > max(p.start, duty.span.start) for p in places), duty.quote
            assert all(one.reason for one in sheet.unmeasured)


def test_every_target_quotes_its_clause_and_has_a_name_of_its_own(targets, seed_base):
    text = seed_base.documents[0].text
    assert all(text[one.evidence.start : one.evidence.end] == one.evidence.quote for one in targets.indicators)
    ids = [one.id for one in targets.indicators]
    assert len(set(ids)) == len(ids)


def test_counts_that_name_sets_never_get_in(targets):
    """省66条、市80条、区79条, 十五条硬措施, “十大行动” are names; a number read from one by hand is refused too."""
    said = {str(one.value) for one in targets.indicators if one.value is not None}
    assert not said & {"66", "80条", "79", "15"}
    metric = ("一", "省66条措施", {"indicator": "措施数", "comparator": ">=", "value": "66", "unit": "条"})
    found = made(metrics=[metric])
    assert found.indicators == ()
    assert [one.reason for one in found.unmeasured] == ["数字是措施或行动的名称，不是考核指标"]


def test_quarters_that_were_over_when_the_notice_was_signed_are_late(targets):
    (meetings,) = (one for one in targets.indicators if one.name == "消防安全委员会会议次数")
    assert [(one.label, one.late) for one in meetings.periods] == [
        ("第1季度", True),
        ("第2季度", True),
        ("第3季度", True),
        ("第4季度", False),
    ]


def test_a_year_that_the_notice_is_not_for_has_nothing_late(seed_base):
    sheet = seed_base.targets_sheet("集街办〔2024〕46号", year=2023)
    assert not any(period.late for one in sheet.indicators for period in one.periods)
    assert {period.first.year for one in sheet.indicators for period in one.periods} == {2023}


def test_a_quantity_of_the_area_is_whole_and_a_share_is_not(targets):
    assert [one.name for one in targets.indicators if one.whole] == ["监管部门不唯一的新兴行业", "注册消防宣传志愿者人数"]


def test_a_double_fall_is_two_targets_with_one_subject():
    found = made(duties=[("一", "事故起数、死亡人数双下降", ASSUMED)])
    assert [(one.name, one.comparator, one.value, one.unit) for one in found.indicators] == [
        ("事故起数", "<", None, "起"),
        ("事故死亡人数", "<", None, "人"),
    ]


def test_what_no_limit_is_given_for_is_no_goal_of_nought():
    found = made(duties=[("一", "确保不发生系统性风险", ASSUMED)], avoid=("确保不发生系统性风险",))
    assert (found.indicators, [one.reason for one in found.unmeasured]) == ((), ["不发生的是什么，没有可以计数的界限"])


def test_a_period_without_dates_is_the_year():
    metric = ("一", "新建充电桩50个", {"indicator": "新建充电桩数", "comparator": ">=", "value": "50", "unit": "个"})
    meeting = ("一", "每季度召开会议", {"indicator": "会议次数", "comparator": ">=", "value": "2", "unit": "次"})
    one, other = made(metrics=[metric, meeting]).indicators[::-1]
    assert (one.sheet, one.periods, one.value) == ("amounts", (), 50)
    assert (other.sheet, [period.label for period in other.periods]) == ("events", ["全年"])


def test_without_a_name_the_only_document_of_the_year_is_taken(seed_base, specimen_base):
    assert seed_base.targets_sheet(year=2024).document == "集街办〔2024〕46号"
    with pytest.raises(GraphError, match="请写明按哪一份"):
        specimen_base.targets_sheet(year=2024)


def test_the_sheet_shows_every_target_and_says_that_there_are_no_points(targets):
    said, shown = repr(targets), targets._repr_html_()
    assert "分值和权重：文中未载明" in said
    for one in targets.indicators:
        assert one.evidence.quote in said
        assert one.evidence.quote in shown
    assert list(targets.frame().columns) == list(targets.columns)


def test_the_table_of_the_sixteen_clauses_is_true(root, targets):
    """docs/EVALUATION.md says of each clause which rules make targets of it and in which sheets they are reported, or why none does."""
    text = (root / "docs" / "EVALUATION.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| ((?:安全生产|消防工作)方面/\S+) \| (.*?) \| (.*?) \| (.*?) \|$", text, re.MULTILINE)
    clauses = [f"{part}/{number}" for part in ("安全生产方面", "消防工作方面") for number in "一二三四五六七八"]
    assert [clause for clause, *_ in table] == clauses
    forms = {row["id"]: row["form"] for row in targets.rows()}
    for clause, said, sheets, rules in table:
        mine = [one for one in targets.indicators if one.evidence.clause.endswith(f"#{clause}")]
        assert set(re.findall(r"`(.*?)`", rules)) == {one.rule for one in mine}, clause
        assert {forms[one.id] for one in mine} <= set(sheets.split(", ")), clause
        assert {one.measure for one in mine} <= set(re.findall(r"[a-z_]+", rules)), clause
        assert said.startswith("no: ") == (not mine), clause
