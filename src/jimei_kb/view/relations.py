"""Documents and what they cite, and chains of responsibility: rows of facts as text and as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jimei_kb.view.documents import CERTAINTIES
from jimei_kb.view.parts import Rows, show_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jimei_kb.view.shown import Shown

HELD, NOT_HELD = "已收录", "未收录"


def show_citations(subject: str, direction: str, rows: Sequence[Mapping[str, Any]]) -> Shown:
    """Rows of `Citations.rows()`: depth, where, in which relation, what, whose, whether it is held, the words."""
    title = f"{subject}：引用的文件" if direction == "up" else f"{subject}：在哪里被引用"
    cells = tuple(
        (
            str(row["depth"]),
            row["clause"],
            row["relation"],
            row["cited"] if row["collective"] else f"《{row['cited']}》{row['number'] or ''}",
            _issuer(row),
            HELD if row["held"] else NOT_HELD,
            row["quote"],
        )
        for row in rows
    )
    header = ("层", "引用处", "关系", "被引文件", "发文机关", "收录", "原文")
    none = "文中没有引用其他文件。" if direction == "up" else "知识库的文件里没有引用它。"
    missing = len({row["cited"] for row in rows if not row["held"]})
    note = f"层 1 为直接引用，层 2 起经由已收录的文件；{missing} 份被引文件未收录，其内容和再往上的依据查不到。" if rows else ""
    return show_parts(title, [note], [Rows("引用", header, cells, none)])


def _issuer(row: Mapping[str, Any]) -> str:
    if not row["issuers"]:
        return "未定"
    return f"{row['issuers']}（{CERTAINTIES[row['certainty'] or 'C']}）"
