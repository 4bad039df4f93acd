"""Documents and what they cite, and chains of responsibility: rows of facts as text and as HTML."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from jimei_kb.view.answers import BASES, NOBODY, NOT_STATED, on_page
from jimei_kb.view.documents import CERTAINTIES
from jimei_kb.view.parts import Item, Part, Rows, show_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jimei_kb.view.shown import Shown

# name of each column of the rows → its heading in a table
CITATIONS = {
    "depth": "层",
    "document": "引用文件",
    "clause": "引用条款",
    "relation": "关系",
    "cited": "被引文件",
    "number": "文号",
    "collective": "统称",
    "held": "已收录",
    "issuers": "发文机关",
    "certainty": "确定程度",
    "level": "层级",
    "validity": "效力",
    "start": "起",
    "end": "止",
    "page": "页",
    "quote": "引文",
}
CHAINS = {
    "line": "地点",
    "part": "类别",
    "level": "层级",
    "who": "谁",
    "basis": "依据",
    "relation": "关系",
    "other": "对方",
    "status": "状态",
    "certainty": "确定程度",
    "about": "写到主题",
    "linked": "在链上",
    "why": "缘由",
    "validity": "效力",
    "document": "文件",
    "clause": "条款",
    "start": "起",
    "end": "止",
    "page": "页",
    "quote": "引文",
}
HELD, NOT_HELD = "已收录", "未收录"
_TIES = {
    "督促": ("谁督促谁", "{upper} 督促 {lower}"),
    "报告": ("谁向谁报告", "{lower} 向 {upper} 报告"),
    "指挥": ("谁指挥谁", "{upper} 指挥 {lower}"),
}
# levels that are called as they are; 市 is 市级
_LOWEST = "社区"
_LACKING = "〔缺"
_NO_SUFFIX = frozenset({_LOWEST, "街道乡镇"})


def show_citations(subject: str, direction: str, rows: Sequence[Mapping[str, Any]], note: str = "") -> Shown:
    """Rows of `Citations.rows()`: depth, where, in which relation, what, whose, whether it is held, the words."""
    title = f"{subject}：引用的文件" if direction == "up" else f"{subject}：在哪里被引用"
    cells = tuple(
        (
            str(row["depth"]),
            row["clause"] + on_page(row["page"]),
            row["relation"],
            row["cited"] if row["collective"] else f"《{row['cited']}》{row['number'] or ''}",
            _issuer(row),
            "；".join(filter(None, (HELD if row["held"] else NOT_HELD, row["validity"]))),
            row["quote"],
        )
        for row in rows
    )
    header = ("层", "引用处", "关系", "被引文件", "发文机关", "收录", "原文")
    none = "文中没有引用其他文件。" if direction == "up" else "知识库的文件里没有引用它。"
    missing = len({row["cited"] for row in rows if not row["held"]})
    counts = f"层 1 为直接引用，层 2 起经由已收录的文件；{missing} 份被引文件未收录，其内容和再往上的依据查不到。" if rows else ""
    return show_parts(title, [note, counts], [Rows("引用", header, cells, none)])


def _issuer(row: Mapping[str, Any]) -> str:
    if not row["issuers"]:
        return "未定"
    return f"{row['issuers']}（{CERTAINTIES[row['certainty'] or 'C']}）"


def show_trace(subject: str, note: str, rows: Sequence[Mapping[str, Any]]) -> Shown:
    """Rows of `Trace.rows()`: for each line of places the levels from above, who hands down to whom, duties, ties, what is lacking."""
    if not rows:
        return show_parts(f"责任链：{subject}", [note, f"{NOT_STATED}：所查的文件里没有提到。"], [])
    lines = [(line, list(found)) for line, found in groupby(rows, key=lambda row: row["line"])]
    parts = [part for line, found in lines for part in _chain(line, found)]
    several = f"按地点和引用分成 {len(lines)} 条链：{'；'.join(line for line, _ in lines)}。" if len(lines) > 1 else ""
    return show_parts(f"责任链：{subject}", [note, several], parts)


def _chain(line: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Part]:
    of = {part: [row for row in rows if row["part"] == part] for part in ("handing", "duty", "mention", "tie", "unassigned", "contested")}
    above = [row for row in rows if row["part"] not in of]
    levels = [(level, list(found)) for level, found in groupby(above, key=lambda row: row["level"])]
    steps = _steps([(level, found) for level, found in levels if level is not None])
    yield Part(f"自上而下：{line}", tuple(_level(level, found) for level, found in levels), lead=" → ".join(steps))
    handed = tuple(Item(f"{row['who'] or NOBODY} → {row['other'] or NOBODY}", row["status"], _quotes([row])) for row in of["handing"])
    yield Part("下达：发文机关 → 主送机关", handed)
    yield Part(f"谁来做：职责 {len(of['duty'])} 项", _by_document(of["duty"]), "文中没有就此提出职责。")
    if of["mention"]:
        yield Part("文中提到而没有提出职责", (Item(f"{len(of['mention'])} 处", quotes=_quotes(of["mention"])),))
    beside = []
    for kind, (title, pattern) in _TIES.items():
        found = [row for row in of["tie"] if row["relation"] == kind]
        about = [row for row in found if row["about"]]
        yield Part(title, tuple(_tie(pattern, row) for row in about), NOT_STATED)
        beside += [_tie(pattern, row) for row in found if not row["about"]]
    yield Part(f"监管盲区：原文没有写明由谁承担的职责 {len(of['unassigned'])} 项", tuple(_unassigned(of["unassigned"])), "没有")
    yield Part(f"推诿扯皮：写明多个主体、没有牵头的职责 {len(of['contested'])} 项", _duties(of["contested"]), "没有")
    if beside:
        yield Part("旁证：同一文件就其他职责写到的督促、报告、指挥", tuple(beside))


def _steps(levels: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]) -> list[str]:
    """The chain in a line, a step for each level; what lies below the last that says something is one step."""
    steps = [_step(level, found) for level, found in levels]
    said = max((i for i, step in enumerate(steps, 1) if not step.startswith(_LACKING)), default=0)
    below = [_named(level) for level, _ in levels[said:]]
    if said and len(below) > 1:
        steps[said:] = [f"{_LACKING}{below[0]}至{below[-1]}〕"]
    return steps


def _step(level: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """One step of the chain in a line: who issues something about the subject, at the bottom who is addressed, else the gap by name."""
    documents = [row for row in rows if row["part"] == "document" and row["linked"]]
    about = [row for row in documents if row["about"]]
    if about:
        return _issuers(about)
    if documents:
        return f"〔{_named(level)}仅全文依据：{_issuers(documents)}〕"
    gap = next((row["why"] for row in rows if row["part"] == "gap"), None)
    if gap is None:
        return "、".join(row["who"] for row in rows if row["part"] == "body")
    somewhat = any(row["part"] in ("collective", "document") for row in rows)
    return f"{_LACKING}{_named(level)}，{gap}〕" if somewhat else f"{_LACKING}{_named(level)}〕"


def _issuers(rows: Sequence[Mapping[str, Any]]) -> str:
    """Who issued the documents of a level; those of which no document is held are marked."""
    # where nothing tells the issuer the document stands for it
    said = [(row["who"] if row["certainty"] else row["other"], row["status"]) for row in rows]
    held = {name for name, status in said if status == HELD}
    return "、".join(dict.fromkeys(name if name in held else f"{name}（{NOT_HELD}）" for name, _ in said))


def _named(level: str) -> str:
    return level if level in _NO_SUFFIX else f"{level}级"


def _level(level: str | None, rows: Sequence[Mapping[str, Any]]) -> Item:
    """A level: what is lacking there, its documents with all the places that cite them, collective references, bodies."""
    name = "层级未定" if level is None else _named(level)
    gap = next((row["status"] for row in rows if row["part"] == "gap"), "")
    below = []
    for (part, _), found in groupby(rows, key=lambda row: (row["part"], row["other"])):
        same = list(found)
        if part == "document":
            below.append(_document(same))
        elif part == "collective":
            below.append(Item(f"统称：{same[0]['other']}", same[0]["status"], _quotes(same)))
        elif part == "body":
            below.append(Item(f"主送机关、承担者：{'、'.join(row['who'] for row in same)}"))
    return Item(f"{name}：{gap}" if gap else name, below=tuple(below))


def _document(rows: Sequence[Mapping[str, Any]]) -> Item:
    row = rows[0]
    if row["certainty"]:
        facts = [f"发文机关：{row['who']}", row["basis"], CERTAINTIES[row["certainty"]]]
    else:
        facts = ["发文机关未定", row["who"] and f"可能是{row['who']}", row["basis"]]
    known = "，".join(fact for fact in facts if fact)
    return Item(f"{row['other']}　{row['status']}：{row['why']}", "；".join(filter(None, (known, row["validity"]))), _quotes(rows))


def _tie(pattern: str, row: Mapping[str, Any]) -> Item:
    return Item(pattern.format(upper=_who(row), lower=row["other"] or NOBODY), quotes=_quotes([row]))


def _unassigned(rows: Sequence[Mapping[str, Any]]) -> Iterator[Item]:
    """How many of the duties above nobody is named for, clause by clause, and who is assumed."""
    for (clause, who), found in groupby(rows, key=lambda row: (row["clause"], _who(row))):
        yield Item(f"{clause}：{len(list(found))} 项", f"见上；{who}")


def _by_document(rows: Sequence[Mapping[str, Any]]) -> tuple[Item, ...]:
    """The duties of each document together, where there are several."""
    documents = {document: list(found) for document, found in groupby(rows, key=lambda row: row["document"])}
    if len(documents) == 1:
        return _duties(rows)
    return tuple(
        Item(f"{document}：{len(found)} 项", found[0]["validity"] or "", below=_duties(found)) for document, found in documents.items()
    )


def _duties(rows: Sequence[Mapping[str, Any]]) -> tuple[Item, ...]:
    """Duties of the same people together, in the order of their first."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        urged = f"；督促对象：{row['other']}" if row["other"] else ""
        groups.setdefault(f"{_who(row)}{urged}", []).append(row)
    return tuple(Item(said, quotes=_quotes(same)) for said, same in groups.items())


def _who(row: Mapping[str, Any]) -> str:
    """责任：街道、社区（承前省略）；配合：成员单位（明文）."""
    if not row["who"]:
        return NOBODY
    names, bases = row["who"].split("；"), [BASES[basis] for basis in row["basis"].split("；")]
    if len(names) != len(bases):  # a name with the mark in it
        return f"{row['who']}（{'、'.join(bases)}）"
    return "；".join(f"{name}（{basis}）" for name, basis in zip(names, bases, strict=True))


def _quotes(rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """(where, in which relation and on which page, quotation) of rows that have one."""
    found = [row for row in rows if row["quote"]]
    return tuple(
        (f"{row['relation']} " * (row["part"] == "document") + row["clause"] + on_page(row["page"]), row["quote"]) for row in found
    )
