"""Targets sheets, verdicts and their periods: rows of facts as text and as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from jimei_kb.view.documents import SIGNS, spoken_period
from jimei_kb.view.parts import BORNE, Rows, show_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jimei_kb.records import Evidence
    from jimei_kb.view.shown import Shown

    class Apart(Protocol):
        """Words that nothing can be counted for."""

        @property
        def what(self) -> str:
            """The words."""

        @property
        def reason(self) -> str:
            """Why not."""

        @property
        def evidence(self) -> Evidence:
            """Where they stand."""


MEASURES = {
    "ratio": "分子除以分母",
    "amount": "数量",
    "count": "逐期计次",
    "occurs": "做过没有",
    "zero": "发生数为零",
    "change": "与上年同期比",
    "stock": "未销案数为零",
    "closing": "逾期数为零",
    "standing": "每座站达标",
    "one_each": "不唯一的为零",
}
TARGET_COLUMNS = {
    "id": "编号",
    "name": "指标",
    "sheet": "表名",
    "form": "填报表",
    "measure": "算法",
    "comparator": "比较",
    "value": "目标值",
    "unit": "单位",
    "group": "对象",
    "period": "周期",
    "periods": "期数",
    "whole": "全辖区指标",
    "derived": "由来",
    "force": "力度",
    **BORNE,
    "quote": "原文",
    "rule": "规则",
}
VERDICT_COLUMNS = {
    "unit": "单位",
    "unit_kind": "类别",
    "indicator": "指标",
    "status": "结论",
    "actual": "实际",
    "target": "目标",
    "gap": "差距",
    "measured_in": "计量单位",
    "periods": "逐期情况",
    "counted": "已计佐证",
    "missing": "缺少",
    "notes": "说明",
    "force": "力度",
    **BORNE,
    "quote": "原文",
    "label": "备注",
}


def spoken_target(row: Mapping[str, Any]) -> str:
    """≥ 80 %; 低于上年同期; 文中未载明."""
    if row["measure"] == "change":
        return f"比上年同期下降 {row['value']}{row['unit']}" if row["value"] else "低于上年同期"
    if row["value"] is None:
        return "文中未载明"
    return f"{SIGNS.get(row['comparator'], row['comparator'])} {row['value']} {row['unit'] or ''}".rstrip()


def show_targets_sheet(document: str, year: int, rows: Sequence[Mapping[str, Any]], unmeasured: Sequence[Apart]) -> Shown:
    """Rows of `TargetsSheet.rows()`, and below them what cannot be counted, with the reasons."""
    header = ("条款", "指标", "要求", "周期", "填报表", "算法", "由来", "力度", "承担者", "原文")
    cells = tuple(
        (
            row["clause"].partition("#")[2],
            row["name"] + (f"（{row['group']}）" if row["group"] else "") + ("（全辖区）" if row["whole"] else ""),
            spoken_target(row),
            spoken_period(row["period"]),
            row["form"],
            MEASURES[row["measure"]],
            row["derived"] or "原文有数",
            row["force"] or "",
            f"{row['bearers'] or '文中未写明'}（{row['basis'] or '—'}）",
            row["quote"],
        )
        for row in rows
    )
    apart = tuple((one.evidence.clause.partition("#")[2], one.what, one.reason) for one in unmeasured)
    parts = [
        Rows("可以考核", header, cells, "文中没有可以考核的目标。"),
        Rows("不能计量", ("条款", "原文", "理由"), apart, "没有。"),
    ]
    return show_parts(f"{year}年考核目标：{document}", ["分值和权重：文中未载明。"], parts)


def show_evaluation(
    title: str, notes: Sequence[str], rows: Sequence[Mapping[str, Any]], unmeasured: Sequence[Apart], points: Sequence[Rows] = ()
) -> Shown:
    """Rows of `Evaluation.rows()`: a line of counts for each unit, `points` if there are any, then every verdict."""
    header = ("单位", "条款", "指标", "结论", "实际", "目标", "差距", "逐期情况", "已计佐证", "缺少", "说明", "力度", "原文")
    cells = tuple(
        (
            row["unit"],
            row["clause"].partition("#")[2],
            row["indicator"].partition("：")[2],
            row["status"],
            _measured(row["actual"], row),
            _measured(row["target"], row),
            row["gap"] or "",
            row["periods"] or "",
            row["counted"] or "",
            row["missing"] or "",
            row["notes"] or "",
            row["force"] or "",
            row["quote"],
        )
        for row in rows
    )
    statuses = ("达标", "未达标", "未报", "待定", "不适用")
    units = dict.fromkeys(row["unit"] for row in rows)
    tally = {unit: dict.fromkeys(statuses, 0) for unit in units}
    for row in rows:
        tally[row["unit"]][row["status"]] += 1
    counts = tuple((unit, *(str(tally[unit][status]) for status in statuses)) for unit in units)
    reasons = tuple((one.evidence.clause.partition("#")[2], one.what, one.reason) for one in unmeasured)
    parts = [
        Rows("各单位", ("单位", *statuses), counts, "没有单位。"),
        *points,
        Rows("逐项结论", header, cells, "没有可以考核的目标。"),
        Rows("不能计量", ("条款", "原文", "理由"), reasons, "没有。"),
    ]
    return show_parts(title, notes, parts)


def _measured(value: str | None, row: Mapping[str, Any]) -> str:
    return "" if value is None else f"{value} {row['measured_in'] or ''}".rstrip()
