"""What was seen and not placed: counts by kind, and a line for each with its quotation and the reason."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from jimei_kb.view.shown import Shown, clean, element, escape, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jimei_kb.records import Unplaced

_KINDS = {
    "mention": "无角色的名称",
    "number": "无指标的数",
    "time": "无时限的时间",
    "citation": "不能确定的引用",
    "duty": "无人承担的职责",
    "tag": "没有读懂的分工",
    "document": "库中没有的文件",
    "conflict": "互相矛盾",
}
COLUMNS = {
    "document": "文件",
    "clause": "条款",
    "kind": "类别",
    "quote": "引文",
    "start": "起",
    "end": "止",
    "rule": "规则",
    "reason": "原因",
}
_SHOWN = 40
_LONGEST_QUOTE = 60


def count_line(counts: Mapping[str, int]) -> str:
    """待复核 26 处：无角色的名称 12　无指标的数 2 …; kinds without any are left out."""
    parts = "　".join(f"{_KINDS[kind]} {count}" for kind, count in counts.items() if count)
    return f"待复核 {sum(counts.values())} 处{f'：{parts}' if parts else ''}"


def show_review(items: Sequence[tuple[str, Unplaced]], counts: Mapping[str, int], limit: int = _SHOWN) -> Shown:
    """The counts, and the first `limit` of (document key, what was left) by document; all of them where `limit` is 0."""
    shown = items[:limit] if limit else items
    rest = f"……还有 {len(items) - len(shown)} 处" if len(shown) < len(items) else ""
    lines, rows = [count_line(counts)], []
    in_document = Counter(document for document, _ in items)
    last = None
    for document, one in shown:
        if document != last:
            lines.append(f"# {clean(document)}（{in_document[document]} 处）")
            last = document
        quote = clean(one.quote).replace("\n", " ")
        quote = quote if len(quote) <= _LONGEST_QUOTE else f"{quote[:_LONGEST_QUOTE]}……"
        lines.append(f"  {clean(one.clause)}　〔{_KINDS[one.kind]}〕“{quote}”　{one.reason}")
        rows.append((f"{document}#{one.clause}", _KINDS[one.kind], quote, one.reason))
    listed = table(("条款", "类别", "原文", "原因"), rows).html if rows else ""
    more = element("div", escape(rest)) if rest else ""
    return Shown("\n".join([*lines, *([rest] if rest else [])]), element("div", element("b", escape(lines[0])), listed, more))
