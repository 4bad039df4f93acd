"""The pictures of an evaluation say what its rows say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from jimei_kb.errors import ResultsError
from jimei_kb.results.model import Hazard
from jimei_kb.view.charts.of_evaluation import slopes_of

UNIT, TARGET = "晴川社区（示例）", "消防工作方面/三：消防安全委员会会议次数"


@pytest.fixture(scope="module")
def charts(evaluation):
    return evaluation.charts


def test_bullets_are_the_verdicts(evaluation, charts):
    rows = [row for row in evaluation.rows() if row["unit"] == UNIT and row["status"] != "不适用"]
    drawn = charts.bullet(UNIT).bullets
    assert [one.status for one in drawn] == [row["status"] for row in rows]
    assert [one.actual for one in drawn] == [None if row["actual"] is None else float(row["actual"]) for row in rows]
    assert any(one.target is None for one in drawn)  # a share without a number in the text has no stroke


def test_bullets_of_a_target_have_a_bar_for_each_unit(evaluation, charts):
    drawn = charts.bullet(indicator=TARGET).bullets
    assert [one.name for one in drawn] == [unit.name.removesuffix("（示例）") for unit in evaluation.reported.units]
    assert drawn[0] == ("晴川社区", 2.0, 4.0, "≥ ", "期", "未达标")


def test_the_heat_map_has_every_verdict(evaluation, charts):
    grid = charts.heat()
    said = {
        (name, unit): cell.said
        for name, row in zip(grid.names, grid.cells, strict=True)
        for unit, cell in zip(grid.columns, row, strict=True)
    }
    for row in evaluation.rows():
        name, unit = row["indicator"].partition("：")[2], row["unit"].removesuffix("（示例）")
        assert said[name, unit].startswith(row["status"])
    assert said["消防安全委员会会议次数", "晴川社区"] == "未达标，差2期"


def test_further_off_is_darker(charts):
    """Two of four meetings miss less than one accident where there was to be none."""
    grid = charts.heat()
    fills = {cell.word: cell.fill.color for row in grid.cells for cell in row}

    def light(color):
        return sum(int(color[i : i + 2], 16) for i in (1, 3, 5))

    assert light(fills["✓"]) > light(fills["差2期"]) > light(fills["差1起"])


def test_the_calendar_tells_what_was_done(charts):
    timeline = charts.calendar(UNIT)
    (dues,) = [dues for name, dues in timeline.lines if name == "消防安全委员会会议次数"]
    assert [due.state for due in dues] == ["按期", "缺", "按期", "缺"]
    assert [due.late for due in dues] == [True, True, True, False]
    assert all(due.first <= day <= due.last for due in dues for day in due.done)
    assert (date(2024, 10, 28), "10月28日成文") in timeline.signed


def test_slopes_lead_from_the_baseline_to_the_verdict(evaluation, charts):
    found = {(one.panel, one.unit): (one.before, one.after) for one in charts.slope().slopes}
    row = next(row for row in evaluation.rows() if row["unit"] == UNIT and "事故起数" in row["indicator"])
    assert found["生产安全事故起数", "晴川社区"] == (1.0, float(row["actual"]))
    assert "石榴社区" not in {unit for _, unit in found}
    assert any("石榴社区" in note for note in charts.slope().notes)


def test_without_a_number_now_there_is_no_slope():
    rows = [{"indicator": "一：数", "unit": "甲", "actual": None}, {"indicator": "一：数", "unit": "乙", "actual": "0"}]
    assert slopes_of([("一：数", "甲", 3.0), ("一：数", "乙", 1.0), ("一：数", "丙", 1.0)], rows) == [("一：数", "乙", 1.0, 0.0)]


@pytest.mark.parametrize(
    ("deadline", "closed", "state", "days"),
    [
        (date(2024, 3, 1), date(2024, 2, 1), "按期销案", 31),
        (date(2024, 3, 1), date(2024, 3, 2), "逾期销案", 61),
        (None, date(2024, 2, 1), "已销案（无期限）", 31),
        (date(2025, 3, 1), None, "未销案，未到期", 365),
        (date(2024, 3, 1), None, "逾期未销案", 365),
        (None, None, "未销案（无期限）", 365),
        (date(2024, 3, 1), date(2025, 2, 1), "逾期未销案", 365),  # closed after the day of the report: not known then
    ],
)
def test_the_state_of_a_hazard(charts, deadline, closed, state, days):
    hazard = Hazard(1, "甲", "隐患", "重大", date(2024, 1, 1), deadline=deadline, closed=closed)
    (age,) = replace(charts, hazards=(hazard,)).ageing().ages
    assert (age.state, age.days) == (state, days)


def test_open_hazards_stand_first(charts):
    states = ["未销案" in age.state for age in charts.ageing().ages]
    assert states == sorted(states, reverse=True)


@pytest.mark.parametrize("name", ["bullet", "heat", "calendar", "slope", "ageing"])
def test_illustrative_results_are_called_so(charts, name):
    picture = charts.calendar(UNIT) if name == "calendar" else getattr(charts, name)()
    assert "示例数据" in repr(picture).splitlines()[1]


def test_without_a_label_names_stay_as_they_are(charts):
    grid = replace(charts, label="").heat()
    assert UNIT in grid.columns
    assert "示例数据" not in repr(grid)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda charts: charts.bullet("某社区"), "没有单位“某社区”；应为下列之一：晴川社区"),
        (lambda charts: charts.bullet(indicator="某指标"), "没有指标“某指标”；应为下列之一：安全生产方面/二"),
        (lambda charts: charts.bullet(UNIT, indicator=TARGET), "单位和指标只能给一个"),
        (lambda charts: charts.calendar(), "单位和指标要给一个"),
        (lambda charts: charts.calendar(UNIT, indicator=TARGET), "单位和指标要给一个"),
        (lambda charts: charts.calendar("某社区"), "没有单位“某社区”"),
    ],
)
def test_what_is_not_there_is_said_in_chinese(charts, call, said):
    with pytest.raises(ResultsError, match=said):
        call(charts)
