"""The pictures of a base, made from plain rows: what stands where, who has which part, chains, citations, the year."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

from jimei_kb.records import Level
from jimei_kb.view.answers import BASES, NOT_STATED
from jimei_kb.view.charts.flows import FILLS as ROLES
from jimei_kb.view.charts.flows import Flows, count_flows
from jimei_kb.view.charts.grid import MOST_COLUMNS, MOST_ROWS, Cell, Grid
from jimei_kb.view.charts.ladder import Arrow, Box, Ladder, Rung
from jimei_kb.view.charts.style import BLUE, PAPER, SKY, Fill, blend
from jimei_kb.view.charts.timeline import Due, Timeline
from jimei_kb.view.documents import spoken_period
from jimei_kb.view.relations import HELD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jimei_kb.view.charts.ladder import Kind

    Row = Mapping[str, Any]

_KINDS = {"citations": "引用", "actors": "主体", "duties": "职责", "metrics": "指标", "schedules": "时限", "programmes": "专项行动"}
_MOST = blend(BLUE, "#000000", 0.2)
_PRINTED = frozenset({"explicit", "ellipsis"})
# how a part is known: printed, partly assumed, only assumed
_SAID, _MIXED, _ASSUMED = Fill(blend(PAPER, SKY, 0.75)), Fill(blend(PAPER, SKY, 0.35), "////"), Fill(PAPER, "////")
_KNOWN = ((_SAID, "原文写明或承前省略"), (_MIXED, "一部分是推定的"), (_ASSUMED, "全是推定的，原文未写主语"))
_LEVELS = (*get_args(Level), "社区")
_UNKNOWN = "层级未定"
_START = "起点"
# 《…》（集府〔2024〕243号）, as chains name a document
_NAMED = re.compile(r"《(?P<title>.+)》(?:（(?P<number>[^（）]+)）)?")


def draw_overview(rows: Sequence[Row]) -> Grid:
    """Rows of `count_records`: how many records of each kind a clause has, or a document; the darker the more."""
    most = max((row[kind] for row in rows for kind in _KINDS), default=0) or 1
    cells = tuple(
        tuple(Cell(str(row[kind]) if row[kind] else "—", Fill(blend(PAPER, _MOST, row[kind] / most)), str(row[kind])) for kind in _KINDS)
        for row in rows
    )
    single = rows and rows[0]["clause"] is not None
    title = f"{rows[0]['document']}：各条读出了什么" if single else "各份文件读出了什么"
    names = tuple(_clause_name(row) if single else f"{row['document']}　{row['heading'] or ''}" for row in rows)
    return Grid(title, "条款" if single else "文件", names, tuple(_KINDS.values()), cells, notes=("格中为记录的条数，颜色越深越多。",))


def draw_matrix(rows: Sequence[Row]) -> Grid:
    """Rows of `bearers_by_clause`: in each cell the parts that a body has in the duties of a clause, and how that is known."""
    several = len({row["document"] for row in rows}) > 1
    bodies = [name for name, _ in Counter(row["body"] for row in rows).most_common()]
    found: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[_clause_name(row, several=several), row["body"]].append(row)
    names = tuple(dict.fromkeys(_clause_name(row, several=several) for row in rows))
    cells = tuple(tuple(_parts(found.get((name, body), [])) for body in bodies[:MOST_COLUMNS]) for name in names[:MOST_ROWS])
    notes = ("格中为角色和职责的件数；主体按职责多少从左到右。",)
    drawn = {cell.fill for row in cells for cell in row}
    known = tuple((fill, said) for fill, said in _KNOWN if fill in drawn)
    return Grid(f"责任矩阵：{_of_whom(rows)}", "条款", names, tuple(bodies), cells, known, notes=notes)


def draw_flows(rows: Sequence[Row]) -> Flows:
    """Rows of `bearers_by_clause`: bodies on the left, clauses on the right, a band for each part."""
    several = len({row["document"] for row in rows}) > 1
    pairs = [(row["body"], _clause_name(row, several=several), row["role"]) for row in rows]
    assumed = sum(row["basis"] not in _PRINTED for row in rows)
    notes = (f"带宽为职责件数。{len(rows)} 件中有 {assumed} 件的主体是推定的，原文未写明。",)
    return Flows(f"主体与职责：{_of_whom(rows)}", ("主体", "条款"), count_flows(pairs), notes=notes)


def draw_chain(subject: str, rows: Sequence[Row]) -> Ladder:
    """Rows of `Trace.rows()`: the documents on the rung of their level, what is lacking by name, those who are addressed."""
    lines = list(dict.fromkeys(row["line"] for row in rows))
    rungs: list[Rung] = []
    arrows: list[Arrow] = []
    for line in lines:
        own = [row for row in rows if row["line"] == line]
        prefix = f"{line}　" if len(lines) > 1 else ""
        levels = [*_LEVELS, *([None] if any(row["part"] == "document" and row["level"] is None for row in own) else [])]
        rungs += [_rung(level, [row for row in own if row["level"] == level], line, prefix) for level in levels]
        arrows += _chain_arrows(own, line)
    note = f"{lines[0]}。" if len(lines) == 1 else NOT_STATED if not lines else ""
    said = (*((note,) if note else ()), "实线箭头从引用它的文件指向被引文件，虚线箭头从文件指向主送的机关。")
    return Ladder(f"责任链：{subject}", tuple(rungs), tuple(dict.fromkeys(arrows)), notes=said)


def draw_citations(subject: str, direction: str, rows: Sequence[Row]) -> Ladder:
    """Rows of `Citations.rows()`: cited documents on the rung of their level, arrows from those that cite them."""
    levels: defaultdict[str, dict[str, Box]] = defaultdict(dict)
    cited = {_held_key(row): _cited_id(row) for row in rows if row["held"]}
    for row in rows:
        kind: Kind = "group" if row["collective"] else "held" if row["held"] else "cited"
        text = row["cited"] if row["collective"] else _said_document(row["issuers"], row["cited"], row["number"])
        box = Box(_cited_id(row), text, kind)
        levels[row["level"] or _UNKNOWN].setdefault(box.id, box)
    citing = dict.fromkeys(row["document"] for row in rows if row["document"] not in cited)
    start = Rung(_START if direction == "up" else "引用者", tuple(Box(f"from {key}", key, "held") for key in citing))
    rungs = [Rung(level, tuple(levels[level].values())) for level in (*_LEVELS, _UNKNOWN) if level in levels]
    arrows = (Arrow(cited.get(row["document"], f"from {row['document']}"), _cited_id(row), row["relation"]) for row in rows)
    title = f"{subject}：引用的文件" if direction == "up" else f"{subject}：在哪里被引用"
    notes = ("箭头从引用它的文件指向被引文件。" if rows else f"{NOT_STATED}：没有引用。",)
    return Ladder(title, (*rungs, *([start] if citing else [])), tuple(dict.fromkeys(arrows)), notes=notes)


def draw_calendar(year: int, rows: Sequence[Row]) -> Timeline:
    """Rows of `Calendar.rows()`: each duty with the stretches in which it is due; what has no day is counted."""
    dated = [row for row in rows if row["first"] or row["last"]]
    lines: defaultdict[tuple[str, str], list[Due]] = defaultdict(list)
    for row in dated:
        last = date.fromisoformat(row["last"] or row["first"])
        first = date.fromisoformat(row["first"]) if row["first"] else last
        state = "应做（下达滞后）" if row["late"] else "应做"
        lines[row["what"], row["clause"]].append(Due(spoken_period(row["period"]), first, last, state))
    signed = {(date.fromisoformat(row["signed"]), row["document"]) for row in dated if row["signed"]}
    marks = tuple((day, f"{document}成文") for day, document in sorted(signed))
    undated = len(rows) - len(dated)
    notes = (f"日期无法从原文得出的 {undated} 项未画，见文字形式。",) if undated else ()
    return Timeline(f"{year}年工作日历", year, tuple((what, tuple(dues)) for (what, _), dues in lines.items()), marks, notes=notes)


# --- parts --------------------------------------------------------------------------------------------------------


def _id(line: str, name: str) -> str:
    """The id of a box: what has the same name in the chain of another place is another box."""
    return f"{line}|{name}"


def _rung(level: str | None, rows: Iterable[Row], line: str, prefix: str) -> Rung:
    rows = list(rows)
    boxes: dict[str, Box] = {}
    for row in rows:
        if row["part"] == "document":
            held = row["status"] == HELD
            named = _NAMED.fullmatch(row["other"])
            title, number = (named["title"], named["number"]) if named else (row["other"], None)
            text = _said_document(row["who"] if row["certainty"] else None, title, number) + ("" if row["about"] else f"（{row['why']}）")
            boxes.setdefault(row["other"], Box(_id(line, row["other"]), text, "held" if held else "cited"))
        elif row["part"] == "collective":
            boxes.setdefault(row["other"], Box(_id(line, f"{level} {row['other']}"), row["other"], "group"))
        elif row["part"] == "body":
            boxes.setdefault(row["who"], Box(_id(line, row["who"]), row["who"], "body"))
    gap = next((row["status"] for row in rows if row["part"] == "gap"), "")
    return Rung(f"{prefix}{level or _UNKNOWN}", tuple(boxes.values()), gap)


def _chain_arrows(rows: Sequence[Row], line: str) -> list[Arrow]:
    handed = {row["document"]: row["status"] for row in rows if row["part"] == "handing"}
    bodies = {row["who"] for row in rows if row["part"] == "body"}
    arrows = []
    for row in rows:
        source = _id(line, handed.get(row["document"]) or row["document"] or "")
        if row["part"] == "document" and row["document"]:
            arrows.append(Arrow(source, _id(line, row["other"]), row["relation"]))
        elif row["part"] == "collective":
            arrows.append(Arrow(source, _id(line, f"{row['level']} {row['other']}"), row["relation"]))
        elif row["part"] == "handing" and row["other"]:
            arrows += [Arrow(source, _id(line, name), row["relation"]) for name in row["other"].split("、") if name in bodies]
    return arrows


def _parts(rows: Sequence[Row]) -> Cell:
    """责3 配1; said at length: 责任3、配合1（明文1、推定3）."""
    if not rows:
        return Cell(said="0")
    roles, bases = Counter(row["role"] for row in rows), Counter(row["basis"] for row in rows)
    printed = sum(count for basis, count in bases.items() if basis in _PRINTED)
    fill = _SAID if printed == len(rows) else _MIXED if printed else _ASSUMED
    ordered = [(role, roles[role]) for role in ROLES if roles[role]]
    how = "、".join(f"{said.partition('，')[0]}{bases[basis]}" for basis, said in BASES.items() if bases[basis])
    return Cell(
        " ".join(f"{role[0]}{count}" for role, count in ordered), fill, f"{'、'.join(f'{role}{count}' for role, count in ordered)}（{how}）"
    )


def _clause_name(row: Row, *, several: bool = False) -> str:
    name = f"{row['clause']}　{row['heading'] or ''}".rstrip("　")
    return f"{row['document']}#{name}" if several else name


def _of_whom(rows: Sequence[Row]) -> str:
    return "、".join(dict.fromkeys(row["document"] for row in rows)) or NOT_STATED


def _said_document(issuers: str | None, title: str, number: str | None) -> str:
    """集府〔2024〕43号《…》: the number first, for it says most; the issuer where the title does not begin with it."""
    issuer = issuers if issuers and not title.startswith(issuers) else ""
    return f"{number or ''}{issuer}《{title}》"


def _cited_id(row: Row) -> str:
    return f"《{row['cited']}》{row['number'] or ''}{row['issuers'] or ''}"


def _held_key(row: Row) -> str:
    return str(row["number"] or row["cited"])
