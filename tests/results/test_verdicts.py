"""Verdicts: each of the five, for each measure, with the hard cases of a year; unknown is never nought."""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.errors import GraphError
from jimei_kb.records import Bearer, Evidence
from jimei_kb.results.model import (
    WHOLE,
    Amount,
    Declaration,
    Division,
    Event,
    Exemption,
    FaultyRowsError,
    Figure,
    Hazard,
    Incident,
    Indicator,
    Period,
    Reported,
    Share,
    Station,
    Unit,
)
from jimei_kb.results.reported import open_results, read_rows
from jimei_kb.results.targets import TargetsSheet
from jimei_kb.results.verdicts import judge

PLACE = Evidence("甲办〔2024〕1号", "甲办〔2024〕1号#一", 0, 2, "原文", "test")
A, B = Unit("甲社区", "社区"), Unit("乙社区", "社区")
SIGNED = date(2024, 10, 28)
QUARTERS = tuple(
    Period(f"第{i + 1}季度", date(2024, 3 * i + 1, 1), date(2024, 3 * i + 3, 30 if i in (1, 2) else 31), late=i < 3) for i in range(4)
)
YEAR = (Period("全年", date(2024, 1, 1), date(2024, 12, 31)),)


def target(measure, sheet, **facts):
    given = {
        "comparator": ">=",
        "value": None,
        "unit": "",
        "periods": (),
        "checks": (),
        "bearers": (),
        "whole": False,
        "year": None,
        "name": "指标",
    }
    return Indicator(
        id="一：指标", sheet=sheet, measure=measure, group=(), period=None, derived="", force="一般", evidence=PLACE, **{**given, **facts}
    )


def verdicts(indicator, *, units=(A,), until=date(2024, 12, 31), complete=(), **rows):
    declared = tuple(Declaration(1, unit.name, indicator.sheet, complete=True) for unit in complete)
    reported = Reported(2024, "甲办〔2024〕1号", until, "", tuple(units), declarations=declared, **{k: tuple(v) for k, v in rows.items()})
    sheet = TargetsSheet("甲办〔2024〕1号", 2024, SIGNED, frozenset({2024}), (indicator,), ())
    return list(judge(reported, sheet).verdicts)


def event(*days, makes_up=None, evidence="纪要", filed=None):
    return [Event(1, "甲社区", "一：指标", date(2024, *day), makes_up, evidence, filed) for day in days]


MEETINGS = target("count", "events", value=Decimal(1), unit="次/季度", periods=QUARTERS)
FOUR = ((2, 1), (5, 1), (8, 1), (11, 1))


def test_every_quarter_has_its_meeting():
    (one,) = verdicts(MEETINGS, events=event(*FOUR))
    assert (one.status, one.actual, one.target, one.gap) == ("达标", 4, 4, 0)
    assert [part.timing for part in one.periods] == ["按期"] * 4
    assert len(one.counted) == 4


def test_a_missing_quarter_fails_if_the_notice_was_there_in_time():
    (one,) = verdicts(MEETINGS, complete=[A], events=event(*FOUR[:3]))
    assert (one.status, one.gap, one.missing) == ("未达标", 1, ("第4季度缺",))


def test_a_quarter_that_was_over_before_the_notice_fails_nobody():
    (one,) = verdicts(MEETINGS, complete=[A], events=event((2, 1), (8, 1), (11, 1)))
    assert (one.status, one.missing) == ("待定", ("第2季度缺（下达滞后）",))
    assert "下达滞后：第2季度" in one.notes[0]


def test_made_up_for_is_not_late_paper():
    """Held in time with papers that came later is done; held later is not, and the two are told apart."""
    (late,) = verdicts(MEETINGS, events=[*event(*FOUR[:3]), *event((11, 1), filed=date(2025, 1, 9))])
    assert (late.status, late.periods[3].timing) == ("达标", "材料迟交")
    assert "文中未载明报送期限" in late.notes[0]
    on_time = tuple(Period(one.label, one.first, one.last) for one in QUARTERS)
    made_up = [*event((2, 1), (8, 1), (11, 1)), *event((11, 6), makes_up=date(2024, 6, 30))]
    (after,) = verdicts(target("count", "events", value=Decimal(1), periods=on_time), events=made_up)
    assert (after.status, after.periods[1].timing, after.missing) == ("未达标", "补开", ("第2季度补开（2024-11-06）",))


def test_a_meeting_without_papers_is_in_doubt():
    (one,) = verdicts(MEETINGS, events=[*event(*FOUR[:3]), *event((11, 1), evidence="")])
    assert (one.status, one.missing) == ("待定", ("第4季度缺材料（2024-11-01）",))


def test_unknown_is_not_nought():
    """Nothing reported is 未报; with the word that nothing else happened it is missed; a part without it is in doubt."""
    (nothing,) = verdicts(MEETINGS)
    (word,) = verdicts(MEETINGS, complete=[A])
    (part,) = verdicts(MEETINGS, events=event(*FOUR[:3]))
    assert (nothing.status, nothing.actual, word.status, part.status) == ("未报", None, "未达标", "待定")
    assert part.periods[3].timing == "未报"


def test_what_is_not_due_yet_is_open():
    (one,) = verdicts(MEETINGS, until=date(2024, 9, 30), complete=[A], events=event(*FOUR[:3]))
    assert (one.status, one.periods[3].timing) == ("待定", "未到期")


def test_two_a_quarter_need_two():
    twice = target("count", "events", value=Decimal(2), periods=QUARTERS[3:])
    (one,) = verdicts(twice, complete=[A], events=event((11, 1)))
    assert (one.status, one.actual, one.target, one.gap) == ("未达标", 1, 2, 1)
    (one,) = verdicts(twice, complete=[A], events=event((11, 1), (11, 2)))
    assert one.status == "达标"


def test_the_start_of_the_year_has_no_last_day():
    begin = target(
        "count", "events", value=Decimal(1), periods=(Period("年初", date(2024, 1, 1), date(2024, 12, 31), sure=date(2024, 1, 31)),)
    )
    assert [verdicts(begin, events=event(day))[0].status for day in ((1, 31), (2, 1))] == ["达标", "待定"]


@pytest.mark.parametrize(
    ("checks", "events", "complete", "status"),
    [
        ((), [(5, 1)], [], "达标"),
        (("vague",), [(5, 1), (6, 1)], [], "待定"),  # 定期: how often is not said
        (("vague",), [], [A], "未达标"),
        ((), [], [], "未报"),
    ],
)
def test_what_is_done_or_not(checks, events, complete, status):
    (one,) = verdicts(target("occurs", "events", value=Decimal(1), periods=YEAR, checks=checks), events=event(*events), complete=complete)
    assert one.status == status


@pytest.mark.parametrize(
    ("numerator", "denominator", "rate", "status", "gap"),
    [
        ("80", "100", None, "达标", "0"),
        ("799", "1000", None, "未达标", "0.1"),
        ("79999", "100000", None, "未达标", "0"),  # shown as 80 %, and still not reached
        (None, None, "80", "达标", "0"),
        (None, None, None, "未报", None),
        ("0", "0", None, "不适用", None),
    ],
)
def test_shares(numerator, denominator, rate, status, gap):
    values = [None if text is None else Decimal(text) for text in (numerator, denominator, rate)]
    (one,) = verdicts(
        target("ratio", "coverage", value=Decimal(80), unit="%"), shares=[Share(1, "甲社区", "一：指标", *values, evidence="表")]
    )
    assert (one.status, one.gap) == (status, None if gap is None else Decimal(gap))


def test_a_share_without_papers_is_in_doubt_and_one_without_a_target_too():
    share = Share(1, "甲社区", "一：指标", Decimal(9), Decimal(10))
    (one,) = verdicts(target("ratio", "coverage", value=Decimal(80), unit="%"), shares=[share])
    assert (one.status, one.missing) == ("待定", ("佐证",))
    (one,) = verdicts(target("ratio", "devices", unit="%"), shares=[share])
    assert (one.status, one.actual, one.notes[-1]) == ("待定", 90, "文中未载明应达到多少")


VOLUNTEERS = target("amount", "volunteers", value=Decimal(400), unit="人", whole=True)


def amounts(*numbers):
    return [Amount(1, unit.name, "一：指标", Decimal(n), "名单") for unit, n in zip((A, B), numbers, strict=False)]


def test_a_target_of_the_whole_is_not_split():
    first, second, whole = verdicts(VOLUNTEERS, units=(A, B), amounts=amounts(150, 200))
    assert [first.status, second.status] == ["不适用", "不适用"]
    assert (whole.unit.name, whole.status, whole.actual, whole.gap) == (WHOLE, "未达标", 350, 50)


def test_a_split_that_is_given_is_used():
    splits = [Figure(1, "甲社区", "一：指标", Decimal(160))]
    first, second, _ = verdicts(VOLUNTEERS, units=(A, B), amounts=amounts(150, 200), splits=splits)
    assert (first.status, first.target, first.gap, second.status) == ("未达标", 160, 10, "不适用")


@pytest.mark.parametrize(("number", "status"), [(150, "待定"), (400, "达标")])
def test_a_sum_with_a_unit_missing(number, status):
    """It can only grow: reached is reached, not reached is open."""
    *_, whole = verdicts(VOLUNTEERS, units=(A, B), amounts=amounts(number))
    assert (whole.status, whole.missing) == (status, ("乙社区",))


def incident(deaths=0, injuries=0, loss=1, grade="", kind="生产安全事故", occasion=None, influence=None):
    return Incident(
        1, "甲社区", "事故", date(2024, 5, 1), kind, Decimal(deaths), Decimal(injuries), loss and Decimal(loss), grade, occasion, influence
    )


@pytest.mark.parametrize(
    ("checks", "row", "status"),
    [
        (("grade:重大",), incident(deaths=9, injuries=49, loss=4999), "达标"),
        (("grade:重大",), incident(deaths=10), "未达标"),
        (("grade:重大",), incident(injuries=50), "未达标"),
        (("grade:重大",), incident(loss=5000), "未达标"),
        (("grade:重大",), incident(loss=None), "待定"),  # the loss could make it grave
        (("grade:重大",), incident(loss=None, grade="一般"), "达标"),
        (("type:火灾", "any:deadly"), incident(deaths=1), "达标"),  # no fire
        (("type:火灾", "any:deadly"), incident(deaths=1, kind="火灾"), "未达标"),
        (("type:火灾", "any:deadly", "any:influence", "occasion"), incident(kind="火灾", influence=True, occasion=True), "未达标"),
        (("type:火灾", "any:deadly", "any:influence", "occasion"), incident(kind="火灾", influence=True), "待定"),
        (("type:火灾", "any:deadly", "any:influence", "occasion"), incident(kind="火灾", influence=True, occasion=False), "达标"),
        (("plain",), incident(), "未达标"),
    ],
)
def test_goals_of_nought(checks, row, status):
    (one,) = verdicts(target("zero", "incidents", comparator="=", value=Decimal(0), checks=checks), incidents=[row], complete=[A])
    assert one.status == status


def test_no_accidents_is_a_result_only_if_somebody_says_so():
    goal = target("zero", "incidents", comparator="=", value=Decimal(0), checks=("plain",))
    assert [verdicts(goal)[0].status, verdicts(goal, complete=[A])[0].status] == ["未报", "达标"]


FALL = target("change", "incidents", comparator="<", unit="起", name="生产安全事故起数", checks=("type:生产安全事故",))


@pytest.mark.parametrize(
    ("base", "count", "complete", "status"),
    [
        (None, 1, True, "待定"),  # no baseline
        (3, 2, True, "达标"),
        (3, 3, True, "未达标"),
        (3, 2, False, "待定"),  # more may have happened
        (3, 3, False, "未达标"),  # more can only be worse
        (0, 0, True, "待定"),  # nought cannot fall
        (0, 1, True, "未达标"),
    ],
)
def test_against_the_year_before(base, count, complete, status):
    baselines = [] if base is None else [Figure(1, "甲社区", "一：指标", Decimal(base))]
    one, whole = verdicts(FALL, incidents=[incident()] * count, baselines=baselines, complete=[A] if complete else [])
    assert (one.status, whole.status) == (status, status)
    if base is None:
        assert one.missing == ("上年同期基数",)
    if status == "未达标":
        assert one.gap > 0


def test_a_fall_by_percents_and_of_deaths():
    deaths = target("change", "incidents", value=Decimal(5), unit="%", name="死亡人数")
    baselines = [Figure(1, "甲社区", "一：指标", Decimal(20))]
    statuses = [verdicts(deaths, incidents=[incident(deaths=n)], baselines=baselines, complete=[A])[0].status for n in (19, 20)]
    assert statuses == ["达标", "未达标"]


def hazard(found=(2023, 5, 1), listed=None, deadline=None, closed=None, evidence="文书", grade="重大", kind=""):
    days = [day and date(*day) for day in (listed, deadline, closed)]
    return Hazard(1, "甲社区", "隐患一", grade, date(*found), kind, *days, evidence)


STOCK = target("stock", "hazards", comparator="=", value=Decimal(0), checks=("grade:重大",), year=2023)
CLOSING = target("closing", "hazards", comparator="=", value=Decimal(0), checks=("listed", "grade:重大", "type:火灾"))


@pytest.mark.parametrize(
    ("rows", "complete", "status"),
    [
        ([], False, "未报"),
        ([], True, "达标"),
        ([hazard()], True, "未达标"),
        ([hazard(closed=(2024, 6, 1))], True, "达标"),
        ([hazard(closed=(2024, 6, 1))], False, "待定"),
        ([hazard(closed=(2024, 6, 1), evidence="")], True, "待定"),
        ([hazard(found=(2024, 1, 1))], True, "达标"),  # not of the stock
        ([hazard(grade="一般")], True, "达标"),
    ],
)
def test_the_stock_of_hazards(rows, complete, status):
    (one,) = verdicts(STOCK, hazards=rows, complete=[A] if complete else [])
    assert one.status == status


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (hazard(listed=(2024, 1, 1), deadline=(2024, 6, 30), closed=(2024, 6, 30)), "达标"),
        (hazard(listed=(2024, 1, 1), deadline=(2024, 6, 30), closed=(2024, 7, 1)), "未达标"),
        (hazard(listed=(2024, 1, 1), deadline=(2024, 6, 30)), "未达标"),
        (hazard(listed=(2024, 1, 1), deadline=(2025, 6, 30)), "待定"),
        (hazard(listed=(2024, 1, 1), closed=(2024, 6, 30)), "待定"),  # no deadline is known
        (hazard(deadline=(2024, 6, 30)), "不适用"),  # not listed
        (hazard(listed=(2024, 1, 1), deadline=(2024, 6, 30), kind="生产安全"), "不适用"),
    ],
)
def test_listed_hazards(row, status):
    (one,) = verdicts(CLOSING, hazards=[row], complete=[A])
    assert one.status == status


@pytest.mark.parametrize(
    ("people", "equipment", "watch", "status"),
    [(6, True, True, "达标"), (5, True, True, "未达标"), (6, None, True, "待定"), (None, True, True, "待定")],
)
def test_fire_stations(people, equipment, watch, status):
    station = Station(1, "甲社区", "站", people and Decimal(people), Decimal(6), equipment, vehicles=True, watch=watch, evidence="表")
    (one,) = verdicts(target("standing", "stations", value=Decimal(100), checks=("people", "equipment", "watch")), stations=[station])
    assert one.status == status


def test_each_business_has_one_supervisor():
    goal = target("one_each", "divisions", comparator="=", value=Decimal(0), whole=True)
    rows = [Division(1, "露营"), Division(2, "电竞酒店", "公安"), Division(3, "充电柜", "消防"), Division(4, "充电柜", "市监")]
    unit, whole = verdicts(goal, divisions=rows)
    assert (unit.status, whole.status, whole.actual) == ("不适用", "未达标", 2)
    assert whole.notes[1:] == ("露营没有监管部门", "充电柜有 2 个监管部门：市监、消防")
    assert verdicts(goal)[1].status == "未报"


def test_who_bears_a_target_is_asked_for_it():
    goal = target(
        "amount", "amounts", value=Decimal(1), bearers=(Bearer("各街道办事处", "责任", "explicit"), Bearer("社区", "配合", "explicit"))
    )
    first, second = verdicts(goal, units=(A, Unit("望湖街道", "街道")))
    assert (first.status, first.notes, second.status) == ("不适用", ("承担者为各街道办事处、社区",), "未报")


def test_a_reason_makes_a_target_not_apply():
    exempt = [Exemption(1, "甲社区", "一：指标", "无在校群体")]
    (one,) = verdicts(target("ratio", "coverage", value=Decimal(80)), exemptions=exempt)
    assert (one.status, one.notes) == ("不适用", ("无在校群体",))


# --- whole years ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_the_illustrations_are_what_the_script_writes(year, root, seed_base, make_results, tmp_path):
    before = None
    for number in range(2022, year + 1):
        before = make_results.make_year(seed_base.targets_sheet(make_results.DOCUMENT, year=number), before, seed=number)
    make_results.write_year(before, tmp_path)
    committed = root / "data" / "results" / str(year)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {path.name: path.read_bytes() for path in committed.iterdir()}


def test_the_faulty_illustration_is_refused_whole(root, seed_base, make_results, tmp_path):
    """As the script writes it; every fault is told at once, and a share in full-width digits is none."""
    make_results.write_year(make_results.make_faulty(seed_base.targets_sheet(make_results.DOCUMENT, year=2024)), tmp_path)
    committed = root / "data" / "results" / "faulty"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {path.name: path.read_bytes() for path in committed.iterdir()}
    with pytest.raises(FaultyRowsError) as caught:
        seed_base.evaluate(committed)
    assert [(fault.sheet, fault.row, fault.column) for fault in caught.value.faults] == [
        ("培训宣传覆盖", 2, "已覆盖人数"),
        ("培训宣传覆盖", 3, "覆盖率"),
        ("培训宣传覆盖", 5, "已覆盖人数"),
        ("培训宣传覆盖", 6, "单位"),
        ("培训宣传覆盖", 8, "单位、指标"),
        ("定期工作", 2, "开展日期"),
        ("定期工作", 3, "事项"),
    ]


def test_the_illustrations_are_labelled_everywhere(root, seed_base):
    for path in sorted((root / "data" / "results").rglob("*.csv")):
        assert "示例" in path.read_text(encoding="utf-8-sig"), path
    evaluation = seed_base.evaluate(root / "data" / "results" / "2024")
    assert "示例数据" in repr(evaluation)
    assert "示例数据" in evaluation._repr_html_()
    assert all("示例数据" in row["label"] for row in evaluation.rows())


def test_the_illustrations_hold_the_hard_cases(root, seed_base):
    by_year = {year: seed_base.evaluate(root / "data" / "results" / str(year)) for year in (2022, 2023, 2024)}
    said = {year: repr(one) for year, one in by_year.items()}
    assert "没有报上年同期的数" in said[2022]
    assert "没有报上年同期的数" not in said[2024]
    assert "只作对照" in said[2022]
    for words in ("第4季度缺", "补开（2024-11-06）", "材料迟交", "11月缺材料", "下达滞后", "逾期（期限", "没有监管部门"):
        assert words in said[2024], words
    assert {one.status for one in by_year[2024].verdicts} == {"达标", "未达标", "未报", "不适用", "待定"}


def test_every_unit_has_a_verdict_on_every_target(results, seed_base):
    evaluation = seed_base.evaluate(results)
    pairs = [(one.unit.name, one.indicator.id) for one in evaluation.verdicts if one.unit.name != WHOLE]
    assert len(set(pairs)) == len(pairs) == len(evaluation.reported.units) * len(evaluation.targets.indicators)


def test_every_output_has_the_same_figures(results, seed_base, tmp_path):
    evaluation = seed_base.evaluate(results)
    rows = evaluation.rows()
    evaluation.to_csv(tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    said, shown = repr(evaluation), evaluation._repr_html_()
    assert [row["status"] for row in written] == [row["status"] for row in rows] == evaluation.frame()["status"].tolist()
    for row in rows:
        for name in ("unit", "status", "actual", "quote"):
            assert (row[name] or "") in said
            assert (row[name] or "") in shown
    assert len(evaluation.period_rows()) == sum(len(one.periods) for one in evaluation.verdicts)


@pytest.fixture(scope="module")
def reported(results, targets):
    """The illustrative results of 2024, read."""
    return read_rows(open_results(results), targets.indicators)


@given(seed=st.integers(0, 2**16))
def test_the_order_of_rows_does_not_matter(seed, targets, reported):
    chance = random.Random(seed)
    fields = ("shares", "events", "incidents", "hazards", "stations", "amounts", "declarations", "baselines")
    shuffled = {name: tuple(chance.sample(getattr(reported, name), len(getattr(reported, name)))) for name in fields}

    def plain(given):
        return [
            (one.unit, one.indicator.id, one.status, one.actual, one.gap, sorted(one.counted)) for one in judge(given, targets).verdicts
        ]

    assert plain(replace(reported, **shuffled)) == plain(reported)


@given(keep=st.sets(st.integers(0, 400)))
def test_fewer_reports_never_make_a_unit_pass(keep, targets, reported):
    """Taking events, shares and declarations away turns nothing into 达标; only accidents and hazards speak against a unit."""
    less = {
        name: tuple(row for at, row in enumerate(getattr(reported, name)) if at in keep) for name in ("events", "shares", "declarations")
    }
    before, after = judge(reported, targets), judge(replace(reported, **less), targets)
    gained = [b for a, b in zip(before.verdicts, after.verdicts, strict=True) if b.status == "达标" != a.status]
    assert gained == []


def test_a_document_that_is_not_held(results, specimen_base):
    with pytest.raises(GraphError):
        specimen_base.evaluate(results)
