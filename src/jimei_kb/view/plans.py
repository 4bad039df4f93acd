"""Targets, the calendar of a year and comparisons: rows of facts as text and as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jimei_kb.view.answers import NOBODY, name_bearers, on_page
from jimei_kb.view.documents import SIGNS, TIMES, spoken_period
from jimei_kb.view.labels import CHANGES, COMPARED
from jimei_kb.view.labels import TARGETS as TARGET_KINDS
from jimei_kb.view.parts import BORNE, Rows, show_parts

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
    **BORNE,
    "page": "页",
    "quote": "引文",
    "duty": "所在职责",
    "validity": "效力",
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
    **BORNE,
    "page": "页",
    "quote": "引文",
    "signed": "成文日期",
}
COMPARISON = {
    "what": "类别",
    "status": "变化",
    "clause_before": "前：条款",
    "page_before": "前：页",
    "quote_before": "前：引文",
    "clause_after": "后：条款",
    "page_after": "后：页",
    "quote_after": "后：引文",
    "similarity": "相似度",
    "detail": "改动",
    "bearers_before": "前：承担者",
    "bearers_after": "后：承担者",
}
# the same changes from an upper document to a lower one
_BETWEEN_LEVELS = {"added": "下级另加", "dropped": "下级未列", "raised": "层层加码", "lowered": "下级放宽"}
_STATUS_ORDER = ("raised", "lowered", "incomparable", "dropped", "added", "reworded", "same")
_COMPARED = ("target", "deadline", "duty", "clause")
# the last of these comes first
_UNTAKEN = {"own": "上级部门自己承担、下级没有列的职责", "untaken": "下级未承接的上级职责（落空）"}
_ALIKE = (
    "对应关系按相似度：相邻两字的重合率（Dice），0.5 以上视为同一项；职责先去掉主体名称和时间词再比，“相似度”一栏按全文；"
    "标题相同的条款直接对应。"
)
# below this likeness the edits of two texts are pieces that nobody can read
_READABLE = 0.6
# more changes than these are counted instead of listed; the quotations show them
_MOST_EDITS = 8


def spoken_value(row: Mapping[str, Any]) -> str:
    """≥ 80 %（文中无数字，由字面得出）."""
    said = f"{SIGNS.get(row['comparator'], row['comparator'])} {row['value']} {row['unit'] or ''}".rstrip()
    return f"{said}（原文无数字，按字面）" if row["derived"] else said


def spoken_bearers(bearers: Sequence[Bearer]) -> str:
    """责任：街道、社区（承前省略）；配合：成员单位（明文）."""
    return "；".join(f"{role}：{names}（{basis}）" for role, names, basis in name_bearers(bearers)) or NOBODY


def show_targets(document: str, note: str, rows: Sequence[Row]) -> Shown:
    """Rows of `Targets.rows()`."""
    cells = tuple(
        (
            row["clause"].partition("#")[2] + on_page(row["page"]),
            TARGET_KINDS[row["kind"]],
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
    counts = [f"{name} {sum(row['kind'] == kind for row, _ in rows)}" for kind, name in TARGET_KINDS.items() if kind != "deadline"]
    return show_parts(f"目标：{document}", [note, "　".join(counts)], [Rows("目标", header, cells, "文中没有可以考核的目标。")])


def show_calendar(year: int, asked: str, rows: Sequence[Row]) -> Shown:
    """Rows of `Calendar.rows()`: those with days by day, the others below."""
    dated = [row for row in rows if row[0]["last"]]
    header = ("截止日", "期间", "事项", "频次", "承担者", "条款", "原文", "说明")
    late = sum(row["late"] for row, _ in rows)
    note = f"有日期的 {len(dated)} 项，日期无法从原文得出的 {len(rows) - len(dated)} 项" + (f"；下达滞后 {late} 项" if late else "")
    parts = [
        Rows(f"{year}年", header, tuple(map(_entry, dated)), "文件没有给这一年写明日期或周期。"),
        _filled("没有日期的要求", header, [_entry(row) for row in rows if not row[0]["last"]], "没有。"),
    ]
    return show_parts(f"{year}年工作日历", [asked, note], parts)


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
        row["clause"] + on_page(row["page"]),
        row["quote"],
        "；".join(note for note in notes if note),
    )


def show_comparison(
    first: str, second: str, levels: tuple[Level | None, Level | None], note: str, rows: Sequence[Mapping[str, Any]]
) -> Shown:
    """Rows of `Comparison.rows()`: targets, deadlines, what is not taken up, duties, clauses; what is the same is only counted."""
    upper = None not in levels and levels[0] != levels[1]
    title = f"{'上下级比较' if upper else '比较'}：{first}（{levels[0] or '层级未定'}） → {second}（{levels[1] or '层级未定'}）"
    cited = [f"后者引用前者：{_place(row, 'after')}。" for row in rows if row["what"] == "citation"]
    if upper and cited:
        cited.append("整体引用是否包括下面未列的职责，文中未载明。")
    header = ("变化", "前", "后", "改动", "相似度", "承担者")
    parts = []
    for what in _COMPARED:
        of_kind = [row for row in rows if row["what"] == what]
        changed = sorted((row for row in of_kind if row["status"] != "same"), key=lambda row: _STATUS_ORDER.index(row["status"]))
        title_of_kind = f"{COMPARED[what]}：{_counted(of_kind, upper=upper)}"
        parts.append(_filled(title_of_kind, header, [_changed(row, upper=upper) for row in changed]))
    if upper:
        for status, name in _UNTAKEN.items():
            cells = tuple(map(_untaken, (row for row in rows if row["status"] == status)))
            parts.insert(2, Rows(name, ("上级职责", "承担者", "覆盖率", "下级最接近的一句"), cells, "没有。"))
    return show_parts(title, [_ALIKE, note, "".join(cited)], parts)


def _filled(title: str, header: Sequence[str], rows: Sequence[tuple[str, ...]], none: str = "") -> Rows:
    """A table without the columns that are empty in every row."""
    kept = [i for i in range(len(header)) if any(row[i] for row in rows)]
    return Rows(title, tuple(header[i] for i in kept), tuple(tuple(row[i] for i in kept) for row in rows), none)


def _untaken(row: Mapping[str, Any]) -> tuple[str, ...]:
    return _place(row, "before"), row["bearers_before"] or NOBODY, f"{row['similarity']:.2f}", _place(row, "after")


def _changed(row: Mapping[str, Any], *, upper: bool) -> tuple[str, ...]:
    who = [row[f"bearers_{side}"] for side in ("before", "after") if row[f"bearers_{side}"]]
    return (
        _status(row["status"], upper=upper),
        _place(row, "before"),
        _place(row, "after"),
        _edits(row),
        f"{row['similarity']:.2f}" if row["similarity"] is not None else "",
        " → ".join(dict.fromkeys(who)),
    )


def _edits(row: Mapping[str, Any]) -> str:
    """What changed; where much did, a row of single characters would mislead."""
    edits = row["detail"] or ""
    if row["similarity"] is not None and row["similarity"] < _READABLE:
        return "改动较大，见前后原文"
    return edits if edits.count("；") < _MOST_EDITS else f"改动 {edits.count('；') + 1} 处"


def _place(row: Mapping[str, Any], side: str) -> str:
    quote = row[f"quote_{side}"]
    return f"“{quote}”（{row[f'clause_{side}']}{on_page(row[f'page_{side}'], '，第{}页')}）" if quote else "（无）"


def _status(status: str, *, upper: bool) -> str:
    return _BETWEEN_LEVELS.get(status, CHANGES[status]) if upper else CHANGES[status]


def _counted(rows: Sequence[Mapping[str, Any]], *, upper: bool) -> str:
    counts = ((_status(status, upper=upper), sum(row["status"] == status for row in rows)) for status in CHANGES)
    return "　".join(f"{name} {count}" for name, count in counts if count) or "无"
