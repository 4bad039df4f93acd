"""Rows of a table: a heading with their number, then the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jimei_kb.view.shown import Shown, clean, element, escape, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SHOWN = 40


def show_rows(title: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Shown:
    """`title` with the number of rows, and the first of them under the headings that `columns` has; the rest is counted."""
    shown = table(list(columns.values()), ([_text(row.get(name)) for name in columns] for row in rows[:_SHOWN]))
    heading = f"{clean(title)}：{len(rows)} 行"
    rest = f"……还有 {len(rows) - _SHOWN} 行" if len(rows) > _SHOWN else ""
    html = element("div", element("b", escape(heading)), shown.html, element("div", escape(rest)) if rest else "")
    return Shown("\n".join([heading, shown.text, *([rest] if rest else [])]), html)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
