"""Targets, the calendar of a year and comparisons: rows of facts as text and as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jimei_kb.view.answers import NOBODY, name_bearers
from jimei_kb.view.documents import SIGNS, TIMES, spoken_period
from jimei_kb.view.parts import Rows, show_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jimei_kb.records import Bearer, Level
    from jimei_kb.view.shown import Shown

    # a row of plain facts, and who bears it
    Row = tuple[Mapping[str, Any], Sequence[Bearer]]

# name of each column of the rows → its heading in a table
TARGETS = {
    "kind": "类别",
    "indicator": "指标",
    "comparator": "比较",
    "value": "数值",
    "unit": "单位",
    "period": "周期",
    "group": "对象",
    "derived": "按字面得出",
    "force": "力度",
    "bearers": "承担者",
    "basis": "依据",
    "document": "文件",
    "clause": "条款",
    "start": "起",
    "end": "止",
    "quote": "引文",
    "duty": "所在职责",
}
CALENDAR = {
    "first": "开始",
    "last": "截止",
    "kind": "类别",
    "what": "事项",
    "period": "周期",
    "count": "次数",
    "late": "下达滞后",
    "note": "说明",
    "bearers": "承担者",
    "basis": "依据",
    "document": "文件",
    "clause": "条款",
    "start": "起",
    "end": "止",
    "quote": "引文",
    "signed": "成文日期",
}
COMPARISON = {
    "what": "类别",
    "status": "变化",
    "clause_before": "前：条款",
    "quote_before": "前：引文",
    "clause_after": "后：条款",
    "quote_after": "后：引文",
    "similarity": "相似度",
    "detail": "改动",
    "bearers_before": "前：承担者",
    "bearers_after": "后：承担者",
}
_KINDS = {"metric": "指标", "recurring": "定期工作", "zero": "零发生"}
_STATUS = {
    "added": "新增",
    "dropped": "取消",
    "reworded": "改写",
    "raised": "提高",
    "lowered": "降低",
    "incomparable": "不可比",
    "same": "未变",
}
# the same changes from an upper document to a lower one
_BETWEEN_LEVELS = {"added": "下级另加", "dropped": "下级未列", "raised": "层层加码", "lowered": "下级放宽"}
# more changes than these are counted instead of listed; the quotations show them
_MOST_EDITS = 8


def spoken_value(row: Mapping[str, Any]) -> str:
    """≥ 80 %（文中无数字，由字面得出）."""
    said = f"{SIGNS.get(row['comparator'], row['comparator'])} {row['value']} {row['unit'] or ''}".rstrip()
    return f"{said}（原文无数字，按字面）" if row["derived"] else said


def spoken_bearers(bearers: Sequence[Bearer]) -> str:
    """责任：街道、社区（承前省略）；配合：成员单位（明文）."""
    return "；".join(f"{role}：{names}（{basis}）" for role, names, basis in name_bearers(bearers)) or NOBODY


def show_targets(document: str, rows: Sequence[Row]) -> Shown:
    """Rows of `Targets.rows()`."""
    cells = tuple(
        (
            row["clause"].partition("#")[2],
            _KINDS[row["kind"]],
            row["indicator"] + (f"（{row['group']}）" if row["group"] else ""),
            spoken_value(row),
            spoken_period(row["period"]),
            row["force"] or "",
            spoken_bearers(bearers),
            row["quote"],
        )
        for row, bearers in rows
    )
    header = ("条款", "类别", "指标", "要求", "周期", "力度", "承担者", "原文")
    counts = [f"{name} {sum(row['kind'] == kind for row, _ in rows)}" for kind, name in _KINDS.items()]
    return show_parts(f"目标：{document}", ["　".join(counts)], [Rows("目标", header, cells, "文中没有可以考核的目标。")])


def show_calendar(year: int, rows: Sequence[Row]) -> Shown:
    """Rows of `Calendar.rows()`: those with days by day, the others below."""
    dated = [row for row in rows if row[0]["last"]]
    header = ("截止日", "期间", "事项", "频次", "承担者", "条款", "原文", "说明")
    late = sum(row["late"] for row, _ in rows)
    note = f"有日期的 {len(dated)} 项，日期无法从原文得出的 {len(rows) - len(dated)} 项" + (f"；下达滞后 {late} 项" if late else "")
    parts = [
        Rows(f"{year}年", header, tuple(map(_entry, dated)), "文件没有给这一年写明日期或周期。"),
        Rows("没有日期的要求", header[2:], tuple(_entry(row)[2:] for row in rows if not row[0]["last"]), "没有。"),
    ]
    return show_parts(f"{year}年工作日历", [note], parts)


def _entry(entry: Row) -> tuple[str, ...]:
    row, bearers = entry
    often = spoken_period(row["period"]) + (f"至少 {row['count']} 次" if row["count"] else "")
    notes = [f"下达滞后：{row['signed']}成文时期间已过" if row["late"] else "", row["note"] or ""]
    return (
        row["last"] or "",
        f"{row['first']} 至 {row['last']}" if row["first"] and row["first"] != row["last"] else "",
        row["what"],
        often or TIMES[row["kind"]],
        spoken_bearers(bearers),
        row["clause"],
        row["quote"],
        "；".join(note for note in notes if note),
    )


def show_comparison(first: str, second: str, levels: tuple[Level | None, Level | None], rows: Sequence[Mapping[str, Any]]) -> Shown:
    """Rows of `Comparison.rows()`: targets, what is not taken up, duties, clauses; what is the same is only counted."""
    upper = None not in levels and levels[0] != levels[1]
    title = f"{'上下级比较' if upper else '比较'}：{first}（{levels[0] or '层级未定'}） → {second}（{levels[1] or '层级未定'}）"
    note = "对应关系按相似度：去掉标点后相邻两字的重合率（Dice），0.5 以上视为同一项；标题相同的条款直接对应。"
    cited = [f"后者引用前者：{_place(row, 'after')}。" for row in rows if row["what"] == "citation"]
    if upper and cited:
        cited.append("整体引用是否包括下面未列的职责，文中未载明。")
    header = ("变化", "前", "后", "改动", "相似度", "承担者")
    parts = []
    if upper:
        untaken = [row for row in rows if row["what"] == "untaken"]
        cells = tuple(
            (_place(row, "before"), row["bearers_before"] or NOBODY, f"{row['similarity']:.2f}", _place(row, "after")) for row in untaken
        )
        parts.append(Rows("下级未承接的上级职责（落空）", ("上级职责", "承担者", "覆盖率", "下级最接近的一句"), cells, "没有。"))
    for what, name in (("target", "目标"), ("duty", "职责"), ("clause", "条款")):
        of_kind = [row for row in rows if row["what"] == what]
        shown = tuple(_changed(row, upper=upper) for row in of_kind if row["status"] != "same")
        parts.append(Rows(f"{name}：{_counted(of_kind, upper=upper)}", header, shown, ""))
    return show_parts(title, [note, "".join(cited)], parts)


def _changed(row: Mapping[str, Any], *, upper: bool) -> tuple[str, ...]:
    edits = row["detail"] or ""
    who = [row[f"bearers_{side}"] for side in ("before", "after") if row[f"bearers_{side}"]]
    return (
        _status(row["status"], upper=upper),
        _place(row, "before"),
        _place(row, "after"),
        edits if edits.count("；") < _MOST_EDITS else f"改动 {edits.count('；') + 1} 处",
        f"{row['similarity']:.2f}" if row["similarity"] is not None else "",
        " → ".join(dict.fromkeys(who)),
    )


def _place(row: Mapping[str, Any], side: str) -> str:
    quote = row[f"quote_{side}"]
    return f"“{quote}”（{row[f'clause_{side}']}）" if quote else "（无）"


def _status(status: str, *, upper: bool) -> str:
    return _BETWEEN_LEVELS.get(status, _STATUS[status]) if upper else _STATUS[status]


def _counted(rows: Sequence[Mapping[str, Any]], *, upper: bool) -> str:
    counts = ((_status(status, upper=upper), sum(row["status"] == status for row in rows)) for status in _STATUS)
    return "　".join(f"{name} {count}" for name, count in counts if count) or "无"
