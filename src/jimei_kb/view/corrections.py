"""What analysts decided: a row for each decision with its place, its quotation, what it says, the reason, and whether it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jimei_kb.view.shown import Shown, element, escape, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ACTIONS = {"change": "更改", "strike": "删去", "add": "增补"}
COLUMNS = {
    "id": "编号",
    "action": "更正",
    "kind": "类别",
    "clause": "条款",
    "quote": "原文",
    "said": "内容",
    "reason": "理由",
    "state": "状态",
    "record": "记录编号",
}
"""The columns of a decision and their headings; `state` is 生效, 已被后来的更正取代, or why it is in conflict with the text."""


def show_corrections(rows: Sequence[Mapping[str, str]], lost: int) -> Shown:
    """Rows with `COLUMNS`; `lost` of them are in conflict with the text."""
    count = f"更正 {len(rows)} 条，其中 {lost} 条与现在的原文有冲突" if lost else f"更正 {len(rows)} 条"
    if not rows:
        return Shown(count, element("div", element("b", escape(count))))
    shown = table(list(COLUMNS.values()), [[row[name] for name in COLUMNS] for row in rows])
    return Shown(f"{count}\n{shown.text}", element("div", element("b", escape(count)), shown.html))


def state_of(fault: str, replaced: Sequence[str], *, holds: bool) -> str:
    """生效; 有冲突：…; 已被后来的更正取代; 其中 value 已被后来的更正取代."""
    if fault:
        return f"有冲突：{fault}"
    if not replaced:
        return "生效"
    return f"其中 {'、'.join(replaced)} 已被后来的更正取代，其余生效" if holds else "已被后来的更正取代"
