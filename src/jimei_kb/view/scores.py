"""Scores: the points of a unit with every deduction and its reason, and the units beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jimei_kb.view.parts import Rows, show_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jimei_kb.view.shown import Shown

    Row = Mapping[str, Any]

NO_SCHEME = "没有给出评分办法，不计分：目标由文件下达，分值文中未载明。"
_OPEN = "（有未知情况，从最低到最高）"
_ITEMS = ("考核项", "分项", "总分")
_AFTER = ("事件", "加分")


def show_score(unit: str, notes: Sequence[str], rows: Sequence[Row]) -> Shown:
    """Rows of `Score.rows()`: the total, items and components, deductions, what comes after the sum, what decides the grade."""
    (total,) = (row for row in rows if row["step"] == "总分")
    open_ones = "" if _known(total) else _OPEN
    above = f"{unit}：{_points(total)} 分{open_ones}，满分 {total['of']}；{total['reason']}"
    parts = [
        Rows("得分", ("步骤", "名称", "满分", "得分", "说明", "条款", "原文"), tuple(map(_item, _of(rows, _ITEMS))), "没有考核项。"),
        Rows("扣分", ("考核项", "扣分", "原因", "条款", "佐证"), tuple(map(_deduction, _of(rows, ("扣分",)))), "没有扣分。"),
        Rows("事件和加分", ("步骤", "名称", "分", "说明", "佐证"), tuple(map(_after, _of(rows, _AFTER))), "没有。"),
        Rows(
            "前置条件、封顶和否决",
            ("步骤", "条件", "结果", "条款", "佐证"),
            tuple(_decision(row) for row in rows if row["step"].removeprefix("子办法") in ("前置条件", "封顶", "否决", "评优")),
            "没有。",
        ),
    ]
    return show_parts(above, notes, parts)


def show_scores(scheme: str, notes: Sequence[str], rows: Sequence[Row], honour: str = "") -> Shown:
    """Rows of `Scores.rows()`: the units in the order of their rank; without a scheme their names and a word about it."""
    if not scheme:
        unscored = Rows("单位", ("单位", "得分"), tuple((row["unit"], "不计分") for row in rows), "没有单位。")
        return show_parts("得分", [NO_SCHEME], [unscored])
    return show_parts("得分", notes, [ranked(scheme, rows, honour)])


def ranked(scheme: str, rows: Sequence[Row], honour: str = "") -> Rows:
    """Rows of `Scores.rows()` as a table under the name of the scheme."""
    header = ("名次", "单位", "得分", "满分", "等次", *([honour] if honour else []))
    cells = [(_span(row["rank_best"], row["rank_worst"]), row["unit"], _points(row), str(row["of"]), row["grades"]) for row in rows]
    titled = tuple((*cell, *([row["honour"]] if honour else [])) for cell, row in zip(cells, rows, strict=True))
    return Rows(scheme, header, titled, "没有单位。")


def _of(rows: Sequence[Row], steps: Sequence[str]) -> list[Row]:
    """The rows of these steps; those of child schemes too, which have 子办法 before the step."""
    return [row for row in rows if row["step"].removeprefix("子办法") in steps]


def _known(row: Row) -> bool:
    return row["worst"] is not None and row["worst"] == row["best"]


def _points(row: Row) -> str:
    return _span(_number(row["worst"], "无下限"), _number(row["best"], "无上限"))


def _number(value: float | None, unbounded: str) -> str:
    return unbounded if value is None else str(value)


def _span(first: object, last: object) -> str:
    """What lies from `first` to `last`: 80 至 92, or 80."""
    return str(first) if first == last else f"{first} 至 {last}"


def _item(row: Row) -> tuple[str, ...]:
    return (row["step"], row["name"], str(row["of"]), _points(row), row["reason"] or "", row["clause"] or "", row["quote"] or "")


def _deduction(row: Row) -> tuple[str, ...]:
    return (row["name"], _points(row), row["reason"] or "", row["clause"] or "", row["proof"] or "")


def _after(row: Row) -> tuple[str, ...]:
    return (row["step"], row["name"], _points(row), row["reason"] or "", row["proof"] or "")


def _decision(row: Row) -> tuple[str, ...]:
    return (row["step"], row["name"], row["reason"] or "", row["clause"] or "", row["proof"] or "")
