"""An evaluation as tables: what is due, missing, late, open and overdue, row by row, with documented columns."""

from __future__ import annotations

from datetime import date

import pytest

from jimei_kb.results.model import Division, Hazard, Reported, Unit
from jimei_kb.results.tables import EvaluationTables, load_tables

NAMES = ("counts", "periods", "missing", "late", "hazards", "divisions")


@pytest.fixture(scope="module")
def tables(seed_base, results):
    return seed_base.evaluate(results).tables


@pytest.mark.parametrize("name", NAMES)
def test_every_table_has_the_columns_that_are_written_down(tables, name):
    table = getattr(tables, name)
    frame = table.frame()
    assert len(frame)
    assert list(frame.columns) == list(load_tables()[name]["columns"])
    assert all(meaning for _, _, meaning in load_tables()[name]["columns"].values())
    assert table.title in repr(table)


def test_counts_add_up(seed_base, results, tables):
    *units, together = tables.counts.rows()
    verdicts = seed_base.evaluate(results).verdicts
    for name in ("reached", "missed", "unreported", "open", "not_applicable", "total"):
        assert sum(row[name] for row in units) == together[name]
    assert together["total"] == len(verdicts)


def test_what_is_missing_names_unit_target_and_period(tables):
    """The community that missed two quarters: one was over when the notice was signed, one was not."""
    rows = [row for row in tables.missing.rows() if row["unit"] == "晴川社区（示例）" and "消防安全委员会" in row["indicator"]]
    assert [(row["period"], row["what"], row["late"], row["status"]) for row in rows] == [
        ("第2季度", "缺", True, "未达标"),
        ("第4季度", "缺", False, "未达标"),
    ]


def test_late_periods_are_those_over_when_the_notice_was_signed(tables):
    rows = tables.late.rows()
    assert all(row["last"] < "2024-10-28" for row in rows)
    (second,) = (row for row in rows if row["period"] == "第2季度")
    assert (second["done"], second["lacking"], second["units"]) == (7, 1, "晴川社区（示例）")


def hazard(**days):
    given = {name: date(*day) for name, day in days.items()}
    return Hazard(2, "甲社区", "隐患", "重大", **{"found": date(2024, 1, 1), **given})


@pytest.mark.parametrize(
    ("row", "state", "open_days", "overdue"),
    [
        (hazard(closed=(2024, 1, 11)), "已销案", 10, None),
        (hazard(listed=(2024, 2, 1), deadline=(2024, 6, 30), closed=(2024, 6, 30)), "已销案", 181, 0),
        (hazard(listed=(2024, 2, 1), deadline=(2024, 6, 30), closed=(2024, 7, 2)), "逾期销案", 183, 2),
        (hazard(listed=(2024, 2, 1), deadline=(2024, 6, 30)), "逾期未销案", 273, 92),
        # closed after the last day of the report: still open on that day
        (hazard(listed=(2024, 2, 1), deadline=(2024, 12, 31), closed=(2024, 11, 1)), "整改中", 273, 0),
        (hazard(), "期限不明", 273, None),
    ],
)
def test_hazards_open_overdue_and_closed(row, state, open_days, overdue):
    reported = Reported(2024, "", date(2024, 9, 30), "", (Unit("甲社区", "社区"),), hazards=(row,))
    (found,) = EvaluationTables(reported, ()).hazards.rows()
    assert (found["state"], found["open_days"], found["overdue_days"]) == (state, open_days, overdue)


def test_who_supervises_what():
    rows = (
        Division(2, "露营"),
        Division(3, "电竞酒店", "公安", "清单"),
        Division(4, "充电柜", "消防"),
        Division(5, "充电柜", "市监", "清单"),
    )
    reported = Reported(2024, "", date(2024, 12, 31), "", (), divisions=rows)
    found = EvaluationTables(reported, ()).divisions.rows()
    assert [(row["business"], row["bodies"], row["supervisors"], row["state"]) for row in found] == [
        ("露营", 0, None, "无人监管"),
        ("电竞酒店", 1, "公安", "一个部门"),
        ("充电柜", 2, "市监、消防", "多头监管"),
    ]
