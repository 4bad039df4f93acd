"""A document: its head, its tree of clauses, and its text with every span that was read marked."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.records import Actor, Annotations, Citation, Duty, Metric, Programme, Schedule
from jimei_kb.view.answers import URGED, name_bearers
from jimei_kb.view.shown import MUTED, Shown, clean, element, escape, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jimei_kb.records import Certainty, Clause, Document, Issuer, IssuerBasis, Span


class _Look(NamedTuple):
    """How a kind of span is shown: its name, the sign before each span, the style of the mark."""

    name: str
    sign: str
    style: str


# a duty is underlined, the rest has a ground: so the parts inside a duty stay visible
_LOOKS: dict[type, _Look] = {
    Duty: _Look("职责", "职", "background:transparent;border-bottom:2px solid #868e96"),
    Citation: _Look("引用", "引", "background:#d0ebff"),
    Schedule: _Look("时限", "时", "background:#d3f9d8"),
    Metric: _Look("指标", "数", "background:#ffe8cc"),
    Actor: _Look("主体", "主", "background:#eebefa"),
    Programme: _Look("专项行动", "行", "background:#c5f6fa"),
}
TIMES = {
    "recurring": "周期性",
    "deadline": "限期",
    "window": "期间",
    "continuous": "持续",
    "vague": "未定时间",
    "event": "特定时点",
}
PERIODS = {
    "P1D": "每天",
    "P1W": "每周",
    "P7D": "每周",
    "P10D": "每旬",
    "P1M": "每月",
    "P2M": "每两个月",
    "P3M": "每季度",
    "P6M": "每半年",
    "P1Y": "每年",
    "P12M": "每年",
}
_DURATION = re.compile(r"([0-9]+)([YMWDHS])")
_UNITS = {"Y": "年", "M": "个月", "W": "周", "D": "天"}
_CLOCK = {"H": "小时", "M": "分钟", "S": "秒"}
ISSUER_BASES: dict[IssuerBasis, str] = {
    "named": "题名前署名",
    "title": "标题署名",
    "code": "代字",
    "grammar": "代字构成",
    "carrier": "随文印发",
}
CERTAINTIES: dict[Certainty, str] = {"A": "有据", "B": "见登记表", "C": "推断"}
SIGNS = {">=": "≥", "<=": "≤", "~": "约"}
_RANK = {kind: i for i, kind in enumerate(_LOOKS)}
_Found = Citation | Actor | Duty | Metric | Schedule | Programme

RECORD_COLUMNS = {"kind": "类别", "quote": "原文", "said": "内容", "start": "起", "end": "止", "rule": "规则"}
"""The columns of a record and their headings; `said` is what it says beside its quotation, in words."""
_FIELDS = {
    "number": "发文字号",
    "title": "标题",
    "kind": "文种",
    "issuers": "发文机关",
    "recipients": "主送机关",
    "date": "成文日期",
    "copied_to": "抄送",
    "printed_by": "印发机关",
    "printed_on": "印发日期",
}


def show_head(document: Document) -> Shown:
    """The head and tail elements that the document states."""
    rows = []
    for field, label in _FIELDS.items():
        value = getattr(document.head, field)
        text = "、".join(value) if isinstance(value, tuple) else value
        rows.append((label, text or "（文中未载明）"))
    return table(("要素", "内容"), rows)


def show_tree(document: Document) -> Shown:
    """The clauses as an indented list: id, heading, number of characters."""
    lines, rows = [], []
    for clause in document.clauses:
        depth = clause.id.count("/")
        size = f"{clause.span.end - clause.span.start} 字"
        label = f"{clean(clause.id)}　{clean(clause.heading or '')}".rstrip("　")
        lines.append(f"{'  ' * depth}{label}（{size}）")
        rows.append(element("div", escape(label), element("span", f"（{size}）", style=MUTED), style=f"margin-left:{depth}em"))
    title = clean(document.head.title or document.slug)
    return Shown("\n".join([title, *lines]), element("div", element("b", escape(title)), *rows))


def mark_up(
    document: Document,
    annotations: Annotations,
    clause: str | None = None,
    *,
    programmes: Iterable[Programme] = (),
    ids: Mapping[_Found, str] | None = None,
) -> Shown:
    """The text of `document`, or of one clause and what lies below it, with every span of `annotations` and `programmes` marked.

    Spans may lie inside one another or overlap. The text form lists the records below each clause, each with its id if `ids` has one.
    """
    named = tuple(programmes)
    chosen = [c for c in document.clauses if clause is None or c.id == clause or c.id.startswith(f"{clause}/")]
    found: dict[str, list[_Found]] = {c.id: [] for c in chosen}
    for record in (*annotations, *named):
        if record.clause in found:
            found[record.clause].append(record)
    texts, parts = [], [legend(programmes=bool(named))]
    for one in chosen:
        records = _in_order(found[one.id])
        texts.append(_clause_text(document, one, records, ids or {}))
        parts.append(_clause_heading(document, one) + clause_html(document, one, records, ids or {}))
    return Shown("\n\n".join(texts), element("div", *parts))


def record_row(record: _Found) -> dict[str, str | int]:
    """A record as a row with `RECORD_COLUMNS`."""
    values = (_LOOKS[type(record)].name, record.quote, describe(record), *record.span, record.rule)
    return dict(zip(RECORD_COLUMNS, values, strict=True))


def describe(record: _Found) -> str:
    """What a record says beside its quotation, in one line."""
    match record:
        case Citation():
            facts = [record.relation, record.issuer, record.title and f"《{record.title}》", record.number, _issuer(record.issued_by)]
        case Actor():
            facts = ["；".join(f"{role}：{names}（{basis}）" for role, names, basis in name_bearers([record]))]
        case Duty():
            facts = [f"{role}：{names}（{basis}）" for role, names, basis in name_bearers(record.actors)]
            facts += [f"{URGED}：{'、'.join(record.urged)}" if record.urged else None]
            facts += ["禁止或防止" if record.polarity == "avoid" else None, None if record.force == "一般" else f"力度：{record.force}"]
        case Metric():
            sign = SIGNS.get(record.comparator, record.comparator)
            facts = [record.indicator, f"{sign} {record.value} {record.unit}", "、".join(record.group)]
        case Schedule():
            count = f"至少 {record.min_count} 次" if record.min_count is not None else None
            facts = [
                TIMES[record.kind],
                spoken_period(record.period),
                count,
                record.start and f"自 {record.start}",
                record.by and f"至 {record.by}",
            ]
        case Programme():
            facts = [record.name]
    return clean("；".join(fact for fact in facts if fact))


def spoken_period(period: str | None) -> str:
    """每季度 for P3M, 每5年 for P5Y, 每24小时 for PT24H."""
    if period is None or period in PERIODS:
        return PERIODS.get(period or "", "")
    days, _, clock = period.partition("T")
    named = ((_UNITS, days), (_CLOCK, clock))
    parts = [f"{number}{names.get(unit, '')}" for names, text in named for number, unit in _DURATION.findall(text)]
    return f"每{''.join(parts)}" if parts else period


def _issuer(issuer: Issuer | None) -> str | None:
    """发文机关：集美区安全生产委员会办公室（代字，推断）."""
    if issuer is None:
        return None
    basis = ISSUER_BASES[issuer.basis]
    if issuer.names:
        return f"发文机关：{'、'.join(issuer.names)}（{basis}，{CERTAINTIES[issuer.certainty or 'C']}）"
    return f"发文机关未定（{basis}）" + (f"，可能是：{'；'.join(issuer.candidates)}" if issuer.candidates else "")


def _clause_title(document: Document, clause: Clause) -> str:
    return f"{document.clause_key(clause.id)}　{clause.heading or ''}".rstrip("　")


def _clause_text(document: Document, clause: Clause, records: Sequence[_Found], ids: Mapping[_Found, str]) -> str:
    lines = [f"# {clean(_clause_title(document, clause))}", clean(clause.span.of(document.text)).strip()]
    for record in records:
        known = f"　（{ids[record]}）" if record in ids else ""
        lines.append(f"  〔{_LOOKS[type(record)].name}〕“{_one_line(record.quote)}”　{_one_line(describe(record))}{known}")
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return clean(text).replace("\n", " ")


def _in_order(records: Iterable[_Found]) -> list[_Found]:
    """By place, the longer before those inside it."""
    return sorted(records, key=lambda r: (r.span.start, -r.span.end, _RANK[type(r)]))


def _clause_heading(document: Document, clause: Clause) -> str:
    return element("div", element("code", escape(_clause_title(document, clause))), style=f"{MUTED};margin-top:8px")


def clause_html(document: Document, clause: Clause, found: Iterable[_Found], ids: Mapping[_Found, str] | None = None) -> str:
    """The text of a clause with every span of `found` marked, and what was found as a folded table, with `ids` where given."""
    records = _in_order(found)
    text = element("div", _marked(document.text, clause.span, records), style="white-space:pre-wrap;line-height:1.9")
    header = ("类别", "原文", "内容", "规则", *(("编号",) if ids else ()))
    cells = ((_LOOKS[type(r)].name, r.quote, describe(r), r.rule, *((ids.get(r, ""),) if ids else ())) for r in records)
    rows = table(header, cells)
    details = element("details", element("summary", f"{len(records)} 条记录"), rows.html) if records else ""
    return text + details


def legend(*, programmes: bool = True) -> str:
    """What each mark stands for."""
    looks = (look for kind, look in _LOOKS.items() if programmes or kind is not Programme)
    marks = (element("mark", element("sup", look.sign), look.name, style=look.style) for look in looks)
    return element("div", "　".join(marks))


def _marked(text: str, whole: Span, records: Sequence[_Found]) -> str:
    """`text` over `whole` with a <mark> for each record; where two overlap, the inner one is closed and opened again."""
    cuts = sorted({whole.start, whole.end, *(at for r in records for at in r.span if whole.start < at < whole.end)})
    out: list[str] = []
    opened: list[_Found] = []
    for start, end in pairwise(cuts):
        covering = [record for record in records if record.span.start <= start and end <= record.span.end]
        kept = 0
        while kept < min(len(opened), len(covering)) and opened[kept] is covering[kept]:
            kept += 1
        out += ["</mark>"] * (len(opened) - kept)
        out += [_opening(record, first=record.span.start == start) for record in covering[kept:]]
        out.append(escape(text[start:end]))
        opened = covering
    return "".join(out) + "</mark>" * len(opened)


def _opening(record: _Found, *, first: bool) -> str:
    look = _LOOKS[type(record)]
    sign = element("sup", look.sign) if first else ""
    return f'<mark style="{look.style}" title="{escape(f"{look.name}：{describe(record)}（{record.rule}）")}">{sign}'


def show_documents(documents: Iterable[tuple[Document, Annotations]], place: str) -> Shown:
    """One line a document with its counts, under the name of the base."""
    rows = []
    for document, found in documents:
        head = document.head
        kinds = (document.clauses, found.citations, found.actors, found.duties, found.metrics, found.schedules)
        rows.append((document.key, head.title or "", head.date or "", *(str(len(records)) for records in kinds)))
    header = ("文号", "标题", "日期", "条款", *(_LOOKS[kind].name for kind in (Citation, Actor, Duty, Metric, Schedule)))
    shown = table(header, rows)
    title = f"知识库 {clean(place)}：{len(rows)} 份文件"
    return Shown(f"{title}\n{shown.text}", element("div", element("b", escape(title)), shown.html))
