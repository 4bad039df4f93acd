"""What analysts decided: a line for each decision with its place, its quotation, what it says, the reason, and whether it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jimei_kb.view.shown import Shown, element, escape, table

if TYPE_CHECKING:
    from collections.abc import Sequence

_ACTIONS = {"change": "更改", "strike": "删去", "add": "增补"}
_HEADER = ("更正", "类别", "条款", "原文", "内容", "理由", "状态")
_HOLDS = "生效"


def show_corrections(rows: Sequence[tuple[str, str, str, str, str, str, str]]) -> Shown:
    """Rows of (action, kind, clause, quote, what is said, reason, fault); a decision without a fault holds."""
    lost = sum(1 for *_, fault in rows if fault)
    count = f"更正 {len(rows)} 条，其中 {lost} 条与现在的原文有冲突" if lost else f"更正 {len(rows)} 条"
    if not rows:
        return Shown(count, element("div", element("b", escape(count))))
    shown = table(_HEADER, [(_ACTIONS[action], *rest, f"有冲突：{fault}" if fault else _HOLDS) for action, *rest, fault in rows])
    return Shown(f"{count}\n{shown.text}", element("div", element("b", escape(count)), shown.html))
