"""From reported rows to points: what each rule gets of them, that the unknown stays unknown, and that every deduction names its rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.errors import SchemeError
from jimei_kb.results.model import Assessment, Declaration, Incident, Reported, Unit
from jimei_kb.results.reported import open_results, read_rows
from jimei_kb.results.scheme import parse_scheme, read_scheme
from jimei_kb.results.targets import TargetsSheet
from jimei_kb.results.verdicts import judge

UNIT = "甲社区"
HEAD = 'id = "a"\nname = "甲办法"\nyear = 2024\nsource = "虚构"\nbase = 10\n[[component]]\nid = "c"\nname = "乙"\nmax = 10\n'
ITEM = '[[item]]\nid = "i"\nname = "丙"\ncomponent = "c"\nmax = 10\n'
NO_TARGETS = TargetsSheet("甲办〔2024〕1号", 2024, None, frozenset({2024}), (), ())


@pytest.fixture(scope="module")
def scheme(root):
    return read_scheme(root / "data" / "schemes" / "jimei-2024-46.toml")


@pytest.fixture(scope="module")
def reported(results, targets):
    return read_rows(open_results(results), targets.indicators)


@pytest.fixture(scope="module")
def scores(reported, targets, scheme):
    return {one.unit: one for one in judge(reported, targets, scheme).scores.items}


def points(score, item):
    return next(tuple(one.points) for part in score.components for one in part.items if one.item.id == item)


# unit, item, worst and best by hand from the rows of data/results/2024
BY_HAND = [
    # quarters 2 and 4 lack their meeting, and quarter 2 was over when the notice was signed: −2, and −2 that is open
    ("晴川社区（示例）", "fire-committee", 4, 6),
    # as many accidents as the year before
    ("晴川社区（示例）", "accident-number", 0, 0),
    # quarter 3 was made up for in November; it was over when the notice was signed
    ("柳岸社区（示例）", "fire-committee", 6, 8),
    # one visit of twelve has no papers
    ("新渡社区（示例）", "inspections", 11, 12),
    # whether somebody watches is not said
    ("新渡社区（示例）", "watch", 0, 10),
    # papers that came late count
    ("云桥社区（示例）", "inspections", 12, 12),
    # nobody declares that the list of accidents is whole
    ("石榴社区（示例）", "serious-accidents", 0, 5),
    # the only old hazard is not closed
    ("长亭社区（示例）", "old-hazards", 0, 0),
    # nobody to protect: full points, as the scheme says (na = full)
    ("丰和社区（示例）", "warning-devices", 10, 10),
]


@pytest.mark.parametrize(("unit", "item", "worst", "best"), BY_HAND)
def test_points_of_the_illustrations_by_hand(scores, unit, item, worst, best):
    assert points(scores[unit], item) == (worst, best)


def test_a_deduction_names_rule_clause_and_rows(scores):
    """Each deduction that is sure rests on lines of the results, each with its sheet."""
    sure = [one for score in scores.values() for one in score.deductions() if one.loss.least]
    assert sure
    for one in sure:
        assert one.item.clause
        assert one.loss.proofs
        assert all("第" in proof.place and "行" in proof.place for proof in one.loss.proofs), one.loss


@given(keep=st.sets(st.integers(0, 400)), units=st.sets(st.integers(0, 7)))
def test_more_evidence_only_brings_worst_and_best_together(keep, units, reported, targets, scheme, scores):
    """With rows of some kinds taken away, and no word that the sheets are complete, the range holds the one of all rows."""
    names = ("shares", "events", "incidents", "hazards", "stations", "baselines")
    fewer = {name: tuple(row for at, row in enumerate(getattr(reported, name)) if at in keep) for name in names}
    silent = {reported.units[at].name for at in units} | {row.unit for name in names for row in getattr(reported, name)}
    declared = tuple(row for row in reported.declarations if row.unit not in silent)
    less = judge(replace(reported, **fewer, declarations=declared), targets, scheme).scores
    for one in less.items:
        assert one.total.worst <= scores[one.unit].total.worst
        assert one.total.best >= scores[one.unit].total.best


def test_without_a_scheme_there_are_no_points(reported, targets):
    evaluation = judge(reported, targets)
    assert evaluation.scores.items == ()
    assert "不计分" in repr(evaluation)


def test_a_scheme_of_another_year_is_refused(reported, targets, scheme):
    with pytest.raises(SchemeError, match="2023 年"):
        judge(reported, targets, replace(scheme, year=2023))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('kind = "binary"\nfrom = { target = "消防工作方面/三：两委会议" }', "最接近的是“消防工作方面/三：两委会议次数”"),
        ('kind = "change"\ntarget = 0\nstrict = true\nfrom = { target = "消防工作方面/三：两委会议次数" }', "只能给出"),
        ('kind = "binary"\nfrom = { target = "甲", count = "deaths" }', "或 count"),
        ('kind = "binary"\nfrom = { target = "甲", where = ["type:火灾"] }', "或 count"),
        ('kind = "binary"\nfrom = { count = "deaths", where = ["type:水灾"] }', "type:火灾"),
        ('kind = "binary"\nfrom = { count = "无" }', "其中之一：incidents"),
        ('kind = "binary"\nfrom = { row = 3 }', "没有这样的键：row"),
    ],
)
def test_a_source_that_does_not_fit_is_told(reported, targets, rule, said):
    with pytest.raises(SchemeError, match=said):
        judge(reported, targets, parse_scheme(f"{HEAD}{ITEM}[[item.rule]]\n{rule}\n"))


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("消防工作方面/八：培训覆盖率（青年、中年等在职群体）", 'kind = "rank"\nby = "覆盖率"\ntop_k = 3'),
        ("消防工作方面/三：消防安全委员会会议次数", 'kind = "binary"'),
        ("消防工作方面/三：每月组织成员单位对辖区单位消防工作进行明察暗访", 'kind = "per_unit"\nunit = "次"\npoints = 1\nabove = 12'),
        ("安全生产方面/七：组织开展相关人员广泛参与的实战化应急演练", 'kind = "per_missing"\nperiod = "P1Y"\npoints = 10'),
        ("消防工作方面/四：隐患按期整改销案", 'kind = "ratio"\nmode = "proportional"\ntarget = "100%"'),
        ("消防工作方面/七：微型消防站配齐人员、装备、车辆", 'kind = "ratio"\nmode = "all_or_nothing"\ntarget = "100%"'),
        ("安全生产方面/八：重特大事故起数", 'kind = "zero_event"\nevent = "重特大事故"\nwindows = [[2024-02-09, 2024-02-17]]'),
        ("安全生产方面/四：隐患存量", 'kind = "per_unit"\nunit = "处"\npoints = 3'),
    ],
)
def test_every_measure_can_be_scored(reported, targets, target, kind):
    """Points lie between none and all of the item, and not everybody's are the widest range."""
    made = parse_scheme(f'{HEAD}{ITEM}[[item.rule]]\n{kind}\nfrom = {{ target = "{target}" }}\n')
    totals = [one.total for one in judge(reported, targets, made).scores.items]
    assert all(0 <= total.worst <= total.best <= 10 for total in totals)
    assert any(total.known for total in totals)


# --- incidents and what somebody says --------------------------------------------------------------------------------

COUNTED = f"""{HEAD}{ITEM}
[[item.rule]]
kind = "per_unit"
unit = "人"
points = 4
from = {{ count = "deaths", where = ["type:火灾"] }}
[[event]]
id = "serious"
when = "较大事故"
points = 2
from = {{ count = "incidents", where = ["grade:较大"] }}
[[veto]]
id = "two"
when = "一起死亡2人以上"
grade = "不合格"
from = {{ count = "incidents", where = ["deaths:2"] }}
[[bonus]]
id = "award"
when = "表彰"
levels = {{ "市" = 1, "省" = 3 }}
pick = "max"
[[band]]
name = "合格"
ge = 6
[[band]]
name = "不合格"
"""


def incident(deaths, kind="火灾", loss=1, grade=""):
    return Incident(2, UNIT, f"{kind}{deaths}", date(2024, 5, 1), kind, Decimal(deaths), Decimal(0), loss and Decimal(loss), grade)


def total(text, *incidents, complete=("incidents", "assessments"), assessments=()):
    declared = tuple(Declaration(3, UNIT, sheet, complete=True) for sheet in complete)
    reported = Reported(
        *(2024, "甲办〔2024〕1号", date(2024, 12, 31), "", (Unit(UNIT, "社区"),)),
        incidents=incidents,
        declarations=declared,
        assessments=assessments,
    )
    (score,) = judge(reported, NO_TARGETS, parse_scheme(text)).scores.items
    return score


@pytest.mark.parametrize(
    ("incidents", "worst", "best", "grades"),
    [
        ((), 10, 10, ("合格",)),
        ((incident(1),), 6, 6, ("合格",)),
        ((incident(1, "生产安全事故"),), 10, 10, ("合格",)),
        ((incident(2),), 2, 2, ("不合格",)),  # a veto too
        ((incident(3),), 0, 0, ("不合格",)),  # 较大: 10 − 12, not below 0, − 2
        ((incident(0, loss=None),), 8, 10, ("合格",)),  # the loss could make it 较大
        ((incident(0, loss=None, grade="一般"),), 10, 10, ("合格",)),
    ],
)
def test_incidents_are_counted_by_their_conditions(incidents, worst, best, grades):
    score = total(COUNTED, *incidents)
    assert (tuple(score.total), score.grades) == ((worst, best), grades)


def test_without_the_word_that_the_list_is_whole_more_may_have_happened():
    score = total(COUNTED, incident(1), complete=("assessments",))
    assert (score.total.worst, score.total.best, score.grades) == (0, 6, ("合格", "不合格"))


SAID = f"""{HEAD}{ITEM}
[[item.rule]]
id = "plan"
kind = "binary"
points = 4
[[item.rule]]
id = "look"
kind = "judged"
max = 6
[[bonus]]
id = "award"
when = "表彰"
levels = {{ "市" = 1, "省" = 3 }}
pick = "max"
"""


def test_what_no_sheet_holds_is_said_in_the_assessments():
    rows = (
        Assessment(2, UNIT, "plan", Decimal(0)),
        Assessment(3, UNIT, "look", Decimal(2), assessor="丁", evidence="检查记录"),
        Assessment(4, UNIT, "award", level="省", achievement="先进"),
    )
    assert tuple(total(SAID).total) == (0, 10)
    assert tuple(total(SAID, complete=()).total) == (0, 13)  # an award may be to come
    score = total(SAID, assessments=rows)
    assert tuple(score.total) == (7, 7)
    assert [(one.place, one.assessor) for one in score.deductions()[1].loss.proofs] == [("评分记录 第3行", "丁")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Assessment(2, UNIT, "plans", Decimal(1)), "评分记录 第2行：填的是“plans”，应为评分办法中需要另填的项目：plan、look、award"),
        (Assessment(2, UNIT, "plan"), "没有填数值"),
        (Assessment(2, UNIT, "look", Decimal(1)), "评分人"),
        (Assessment(2, UNIT, "award", level="省"), "级别和名称"),
    ],
)
def test_an_assessment_that_does_not_fit_is_told_with_its_line(row, said):
    with pytest.raises(SchemeError, match=said):
        total(SAID, assessments=(row,))
