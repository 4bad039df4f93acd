"""The report of an evaluation, in Chinese: one content, written as HTML, as an Excel workbook or as a Word document.

What is counted and how each measure counts is told in the words of counting.toml.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jimei_kb.errors import ResultsError
from jimei_kb.results.model import WHOLE
from jimei_kb.results.sheets import load_sheets
from jimei_kb.tabular import Sheet, write_excel
from jimei_kb.view.documents import spoken_period
from jimei_kb.view.report import Report, Section, to_html
from jimei_kb.view.verdicts import spoken_target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jimei_kb.query.tables import Table
    from jimei_kb.results.model import Indicator
    from jimei_kb.results.scoring import Scores
    from jimei_kb.results.verdicts import Evaluation
    from jimei_kb.view.report import Cell, Drawn

    Row = Mapping[str, Any]

_NUMERALS = "一二三四五六七八九十"
# units side by side in one table, and units that are set side by side at all
_ABREAST, _MOST_ABREAST = 8, 48
_NAMED = 20
_CALENDARS = 4
_FAILED = ("单位", "指标", "实际", "目标", "差距", "计量单位", "情况", "力度", "条款", "原文")
_OPEN = ("单位", "指标", "结论", "实际", "目标", "计量单位", "缺少", "说明", "条款", "原文")


def write_report(evaluation: Evaluation, path: str | Path) -> None:
    """Write the report of `evaluation` to `path`, whose suffix says the form. The same evaluation gives the same bytes.

    Raises ResultsError for a suffix other than .html, .xlsx and .docx.
    """
    place = Path(path)
    write = _WRITERS.get(place.suffix.lower())
    if write is None:
        raise ResultsError(f"{path}：报告的后缀是“{place.suffix}”；应为 {'、'.join(_WRITERS)} 之一")
    place.parent.mkdir(parents=True, exist_ok=True)
    write(evaluation, place)


def _write_html(evaluation: Evaluation, path: Path) -> None:
    path.write_text(to_html(report_of(evaluation)), encoding="utf-8", newline="\n")


def _write_excel(evaluation: Evaluation, path: Path) -> None:
    report = report_of(evaluation)
    cover = [report.title, *([report.label] if report.label else []), *report.cover]
    above = [{"part": "封面", "said": line} for line in cover]
    above += [{"part": section.title, "said": note} for section in report.sections for note in section.notes]
    sheets = [Sheet("封面", {"part": "部分", "said": "说明"}, above)]
    for section in report.sections:
        if section.header:
            names = [str(at) for at in range(len(section.header))]
            rows = [dict(zip(names, row, strict=True)) for row in section.rows]
            sheets.append(Sheet(section.title, dict(zip(names, section.header, strict=True)), rows))
    # what paper has no room for: every verdict, every period
    write_excel(path, [*sheets, evaluation.sheet(), evaluation.tables.periods.sheet()])


def _write_word(evaluation: Evaluation, path: Path) -> None:
    from jimei_kb.results.word import write_word

    write_word(path, report_of(evaluation))


_WRITERS: dict[str, Callable[[Evaluation, Path], None]] = {".html": _write_html, ".xlsx": _write_excel, ".docx": _write_word}


# --- content ---------------------------------------------------------------------------------------------------------


def report_of(evaluation: Evaluation) -> Report:
    """What the report of `evaluation` says."""
    reported, targets = evaluation.reported, evaluation.targets
    names = [unit.name for unit in reported.units]
    cover = (
        f"依据文件：{targets.heading or '（无标题）'}（{targets.document}）" + (f"，{targets.signed} 成文" if targets.signed else ""),
        f"被考核单位 {len(names)} 个：{'、'.join(names[:_NAMED])}{'等' if len(names) > _NAMED else ''}",
        *evaluation.notes[bool(reported.note) :],
    )
    sections = list(_sections(evaluation))
    numbered = tuple(_numbered(section, at) for at, section in enumerate(sections, 1))
    return Report(f"{reported.year}年度目标考核报告", reported.note, cover, numbered)


def _numbered(section: Section, at: int) -> Section:
    numeral = _NUMERALS[at - 1] if at <= len(_NUMERALS) else f"十{_NUMERALS[at - 11]}" if at < 20 else str(at)
    return Section(f"{numeral}、{section.title}", section.header, section.rows, section.notes, section.none, section.pictures)


def _sections(evaluation: Evaluation) -> Iterator[Section]:
    rows, tables = evaluation.rows(), evaluation.tables
    by_unit = sorted(rows, key=_unit_order(evaluation))
    said = (f"{evaluation.summary}。", *_said("statuses"))
    yield _of_table("总体情况", tables.counts, notes=said, pictures=_overview(evaluation))
    yield from _matrix(evaluation, rows)
    yield Section("未达标的目标", _FAILED, tuple(_failed(row) for row in by_unit if row["status"] == "未达标"), none="没有未达标的目标。")
    open_rows = tuple(_undecided(row) for row in by_unit if row["status"] in ("待定", "未报"))
    yield Section("待定和未报的目标", _OPEN, open_rows, none="没有待定和未报的目标。")
    pictures, left = _calendars(evaluation, tables.missing)
    told = (*_said("timings"), *([f"另有 {left} 个单位缺某一期，没有画图。"] if left else []))
    yield _of_table("缺少的佐证", tables.missing, notes=told, none="没有缺少的佐证。", pictures=pictures)
    late = () if evaluation.targets.signed is None else (f"文件成文于 {evaluation.targets.signed}，下列期间在此之前已经过去。",)
    yield _of_table("下达滞后的期间", tables.late, notes=late, none="没有下达滞后的期间。")
    ageing = (evaluation.charts.ageing(),) if evaluation.reported.hazards else ()
    yield _of_table("隐患整改销案", tables.hazards, notes=_counted(tables.hazards), none="没有填报隐患。", pictures=ageing)
    yield _of_table("新兴行业和交叉领域监管分工", tables.divisions, notes=_counted(tables.divisions), none="没有填报监管分工。")
    yield from _scores(evaluation.scores)
    yield Section(
        "文件没有写明、不能计量的要求",
        ("条款", "原文", "不能计量的理由"),
        tuple((_place(one.evidence.clause), one.what, one.reason) for one in evaluation.targets.unmeasured),
        notes=("下列要求照录原文，没有计入考核。",),
    )
    yield _methods(evaluation)


def _overview(evaluation: Evaluation) -> tuple[Drawn, ...]:
    """All verdicts, the targets of the whole area, and what is compared with the year before; of these what there is."""
    charts = evaluation.charts
    found: list[Drawn] = []
    if evaluation.verdicts:
        found.append(charts.heat())
    if any(one.unit.name == WHOLE for one in evaluation.verdicts):
        found.append(charts.bullet())
    if evaluation.reported.baselines:
        found.append(charts.slope())
    return tuple(found)


def _calendars(evaluation: Evaluation, missing: Table) -> tuple[tuple[Drawn, ...], int]:
    """What was due and done, of the first units that lack something in a period, and how many units are left."""
    lacking = list(dict.fromkeys(row["unit"] for row in missing.rows() if row["period"]))
    charts = evaluation.charts
    return tuple(charts.calendar(unit) for unit in lacking[:_CALENDARS]), len(lacking[_CALENDARS:])


def _unit_order(evaluation: Evaluation) -> Callable[[Row], int]:
    """By unit, as they were reported; what belongs to the whole area stands last."""
    order = {unit.name: at for at, unit in enumerate(evaluation.reported.units)}
    return lambda row: order.get(row["unit"], len(order))


def _matrix(evaluation: Evaluation, rows: Sequence[Row]) -> Iterator[Section]:
    """Targets by units, so many units abreast as a page holds."""
    title, units = "各单位各项目标的结论", list(dict.fromkeys(row["unit"] for row in rows))
    if len(units) > _MOST_ABREAST:
        yield Section(title, notes=(f"单位有 {len(units)} 个，一页排不下；逐项结论见 Excel 形式的报告（.xlsx）的“{evaluation.title}”表。",))
        return
    status = {(row["unit"], row["indicator"]): row["status"] for row in rows}
    asked = _asked(evaluation)
    for first in range(0, len(units), _ABREAST + 1):
        some = units[first : first + _ABREAST + 1]
        lines = tuple(
            (_place(one.evidence.clause), _name(one), asked[one.id], *(status.get((unit, one.id)) for unit in some))
            for one in evaluation.targets.indicators
        )
        more = f"（{first // (_ABREAST + 1) + 1}）" if len(units) > _ABREAST + 1 else ""
        yield Section(title + more, ("条款", "指标", "要求", *some), lines)


def _failed(row: Row) -> tuple[Cell, ...]:
    said = "；".join(part for part in (row["missing"], row["notes"]) if part)
    measured = (_number(row["actual"]), _number(row["target"]), _number(row["gap"]), row["measured_in"])
    return (row["unit"], _short(row["indicator"]), *measured, said or None, row["force"], _place(row["clause"]), row["quote"])


def _undecided(row: Row) -> tuple[Cell, ...]:
    measured = (row["status"], _number(row["actual"]), _number(row["target"]), row["measured_in"])
    return (row["unit"], _short(row["indicator"]), *measured, row["missing"], row["notes"], _place(row["clause"]), row["quote"])


def _scores(scores: Scores) -> Iterator[Section]:
    """Points with their ranges and every deduction; without a scheme a word that there are none."""
    if scores.scheme is None:
        yield Section("得分", notes=("没有给出评分办法，不计分；分值、权重、等次，文中未载明。",))
        return
    names = ("rank_best", "rank_worst", "unit", "worst", "best", "of", "grades", *(["honour"] if scores.scheme.honour else []))
    columns = scores.columns
    ranked = tuple(tuple(row[name] for name in names) for row in scores.rows())
    notes = (*(scores.items[0].notes() if scores.items else ()), "最低与最高不同的，是有未知情况：最低按未知的都不利计，最高按都有利计。")
    yield Section("得分", tuple(columns[name] for name in names), ranked, notes, none="没有单位。")
    steps = ("扣分", "事件", "加分", "前置条件", "封顶", "否决", "评优")
    lines = (row for score in scores.items for row in score.rows() if row["step"].removeprefix("子办法") in steps)
    told = ("unit", "step", "name", "worst", "best", "reason", "clause", "quote", "proof")
    headings = ("单位", "步骤", "名称", "最低", "最高", "说明", "条款", "原文", "佐证")
    yield Section("逐项扣分和加分", headings, tuple(tuple(row[name] for name in told) for row in lines), none="没有扣分和加分。")


def _methods(evaluation: Evaluation) -> Section:
    """How each figure is counted."""
    asked, forms = _asked(evaluation), {row["id"]: row["form"] for row in evaluation.targets.rows()}
    lines = []
    for one in evaluation.targets.indicators:
        counted, derived = load_counting()["measures"][one.measure], one.derived or "原文有数"
        lines.append((_place(one.evidence.clause), _name(one), asked[one.id], forms[one.id], counted, derived, one.evidence.quote))
    sheets = "、".join(sheet.title for sheet in load_sheets() if sheet.rows)
    notes = (f"数据来自填报表（{sheets}），每一处都能由表名和行号查回。",)
    return Section("每个数怎样计出", ("条款", "指标", "要求", "填报表", "怎样计数", "由来", "原文"), tuple(lines), notes)


def _asked(evaluation: Evaluation) -> dict[str, str]:
    """What each target asks: ≥ 1 次（每月）."""
    rows = evaluation.targets.rows()
    said = ((row["id"], spoken_target(row), "" if "/" in (row["unit"] or "") else spoken_period(row["period"])) for row in rows)
    return {name: asked + (f"（{period}）" if period else "") for name, asked, period in said}


def _of_table(title: str, table: Table, *, notes: tuple[str, ...] = (), none: str = "没有。", pictures: tuple[Drawn, ...] = ()) -> Section:
    """A table of the evaluation as a section; clauses and targets without the document's number, which the cover has."""
    rows = tuple(tuple(_place(row[name]) if name == "clause" else row[name] for name in table.columns) for row in table.rows())
    return Section(title, tuple(table.columns.values()), rows, notes, none, pictures)


def _counted(table: Table) -> tuple[str, ...]:
    """共 6 处：已销案 4，逾期未销案 1 …: how many rows are in which state."""
    states = [row["state"] for row in table.rows()]
    said = "，".join(f"{state} {states.count(state)}" for state in dict.fromkeys(states))
    return (f"共 {len(states)} 项：{said}。",) if states else ()


def _name(one: Indicator) -> str:
    return _short(one.id)


def _short(indicator: str) -> str:
    """培训覆盖率（在职群体）, without the clause before it."""
    return indicator.partition("：")[2]


def _place(clause: str) -> str:
    """消防工作方面/八, without the document's number."""
    return clause.partition("#")[2]


def _number(text: str | None) -> int | float | None:
    """A number as a spreadsheet takes it."""
    if text is None:
        return None
    value = float(text)
    return int(value) if value.is_integer() else value


def _said(part: str) -> tuple[str, ...]:
    """What words mean, a line for each."""
    return tuple(f"{word}：{meaning}。" for word, meaning in load_counting()[part].items())


@cache
def load_counting() -> Mapping[str, Mapping[str, str]]:
    """measures, statuses, timings: what each word means, in Chinese."""
    data: Mapping[str, Mapping[str, str]] = tomllib.loads(
        resources.files("jimei_kb.results").joinpath("counting.toml").read_text(encoding="utf-8")
    )
    return data
