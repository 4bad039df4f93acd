"""The pictures of an evaluation, made from its plain rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

from jimei_kb.errors import ResultsError
from jimei_kb.view.charts.ageing import Age, Ageing
from jimei_kb.view.charts.bullets import Bullet, Bullets
from jimei_kb.view.charts.grid import Cell, Grid
from jimei_kb.view.charts.slopes import Slope, Slopes
from jimei_kb.view.charts.style import BLUE, ORANGE, PAPER, VERMILION, Fill, blend
from jimei_kb.view.charts.timeline import Due, Timeline
from jimei_kb.view.documents import SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Row = Mapping[str, Any]

    class Hazard(Protocol):
        """A hazard as it was reported."""

        @property
        def unit(self) -> str:
            """Whose it is."""

        @property
        def name(self) -> str:
            """What it is called."""

        @property
        def found(self) -> date:
            """The day of its finding."""

        @property
        def deadline(self) -> date | None:
            """The day by which it is to be closed."""

        @property
        def closed(self) -> date | None:
            """The day of its closing."""


_REACHED = Fill(blend(PAPER, BLUE, 0.22))
_MISSED = blend(PAPER, VERMILION, 0.45), blend(VERMILION, "#000000", 0.45)
_OPEN, _SILENT = Fill(blend(PAPER, ORANGE, 0.55), "..."), Fill(PAPER, "////")
_MEANINGS = (
    (_REACHED, "✓ 达标"),
    (Fill(_MISSED[0]), "差… 未达标，差得少"),
    (Fill(_MISSED[1]), "差… 未达标，差得多"),
    (_OPEN, "待 待定"),
    (_SILENT, "？ 未报"),
    (Fill(PAPER), "— 不适用"),
)
_NOT_CONCERNED, _SUM = "不适用", "合计"
# (示例) behind a name says what the label of the picture says already
_MARK = re.compile(r"（示例）$")


@dataclass(frozen=True, slots=True)
class EvaluationCharts:
    """The pictures of one evaluation. Every method gives a picture that shows itself; with a unit or a target it shows only that.

    `verdicts`, `periods` are the rows of an Evaluation, `slopes` (target, unit, before, now) of what is compared with the year
    before, `hazards` as reported until the day `until`. `signed` is the day of the document that set the targets.
    """

    year: int
    document: str
    label: str
    until: date
    signed: date | None
    verdicts: Sequence[Row]
    periods: Sequence[Row]
    slopes: Sequence[tuple[str, str, float, float]]
    hazards: Sequence[Hazard]

    def bullet(self, unit: str | None = None, *, indicator: str | None = None) -> Bullets:
        """Target and actual: all targets of a unit, all units of a target, or where neither is given those of the whole area.

        Raises ResultsError for a unit or a target that the evaluation does not have, or where both are given.
        """
        if unit is not None and indicator is not None:
            raise ResultsError("bullet：单位和指标只能给一个；给单位画它的各项指标，给指标画各单位")
        rows = self._of(unit, indicator)
        if unit is None and indicator is None:
            rows = [row for row in rows if row["unit_kind"] == _SUM]
        drawn = [row for row in rows if row["status"] != _NOT_CONCERNED]
        bullets = tuple(
            Bullet(
                name=self._short(row["unit"]) if indicator else _name(row),
                actual=_number(row["actual"]),
                target=_number(row["target"]),
                sign=_sign(row),
                unit=row["measured_in"] or "",
                status=row["status"],
            )
            for row in drawn
        )
        whole = "全辖区" if unit is None and indicator is None else ""
        what = _name(rows[0]) if indicator else self._short(unit or whole)
        left = len(rows) - len(drawn)
        notes = (self._source, *((f"不适用的 {left} 项不画。",) if left else ()))
        return Bullets(f"{self.year}年目标与实际：{what}", bullets, notes=notes, label=self.label)

    def heat(self) -> Grid:
        """Targets by units: in each cell the verdict, and where a target is missed by how much; the darker the further off."""
        units = tuple(dict.fromkeys(row["unit"] for row in self.verdicts))
        lines = [(name, list(rows)) for name, rows in groupby(self.verdicts, key=lambda row: row["indicator"])]
        cells = []
        for _, rows in lines:
            of = {row["unit"]: row for row in rows}
            cells.append(tuple(_cell(of[unit]) if unit in of else Cell() for unit in units))
        return Grid(
            f"{self.year}年考核：各单位各项指标的结论",
            "指标",
            tuple(_name(rows[0]) for _, rows in lines),
            tuple(map(self._short, units)),
            tuple(cells),
            _MEANINGS,
            notes=(self._source,),
            label=self.label,
        )

    def calendar(self, unit: str | None = None, *, indicator: str | None = None) -> Timeline:
        """What was due and what was done on which day: all recurring duties of a unit, or all units of one duty.

        Raises ResultsError for a unit or a target that the evaluation does not have, or where not one of both is given.
        """
        if (unit is None) == (indicator is None):
            raise ResultsError("calendar：单位和指标要给一个，且只给一个；给单位画它的各项定期工作，给指标画各单位")
        self._of(unit, indicator)
        rows = [row for row in self.periods if row["unit"] == unit or row["indicator"] == indicator]
        by = "indicator" if unit is not None else "unit"
        lines: dict[str, list[Due]] = {}
        for row in rows:
            lines.setdefault(row[by], []).append(_due(row))
        named = tuple((self._short(name.partition("：")[2] or name), tuple(dues)) for name, dues in lines.items())
        what = self._short(unit) if unit is not None else (indicator or "").partition("：")[2]
        signed = ((self.signed, f"{self.signed.month}月{self.signed.day}日成文"),) if self.signed else ()
        return Timeline(
            f"{self.year}年应做与已做：{what}", self.year, named, signed, notes=(self._source, f"填报截至 {self.until}。"), label=self.label
        )

    def slope(self) -> Slopes:
        """Year on year: what is to fall, in the year before and now, of every unit that reported both."""
        known = {(target, unit) for target, unit, _, _ in self.slopes}
        compared = {target for target, _, _, _ in self.slopes}
        wanted = (row for row in self.verdicts if row["indicator"] in compared and row["unit_kind"] != _SUM)
        concerned = (row for row in wanted if row["status"] != _NOT_CONCERNED)
        lacking = dict.fromkeys(self._short(row["unit"]) for row in concerned if (row["indicator"], row["unit"]) not in known)
        notes = (self._source, *((f"没有上年同期数或本年数，不画：{'、'.join(lacking)}。",) if lacking else ()))
        lines = tuple(Slope(target.partition("：")[2], self._short(unit), before, now) for target, unit, before, now in self.slopes)
        return Slopes(f"{self.year}年与上年同期比", (f"{self.year - 1}年", f"{self.year}年"), lines, notes=notes, label=self.label)

    def ageing(self) -> Ageing:
        """How long hazards were or are open, the oldest open ones first."""
        ages = [(_age(one, self.until, self._short(one.unit)), one.closed is None or one.closed > self.until) for one in self.hazards]
        ages.sort(key=lambda pair: (not pair[1], -pair[0].days, pair[0].name))
        notes = (f"按填报的隐患，截至 {self.until}；天数从发现之日算起。",)
        return Ageing(f"{self.year}年隐患从发现到销案的天数", tuple(age for age, _ in ages), notes=notes, label=self.label)

    @property
    def _source(self) -> str:
        return f"目标出自{self.document}。"

    def _short(self, name: str) -> str:
        """A name without the mark that the label repeats."""
        return _MARK.sub("", name) if self.label else name

    def _of(self, unit: str | None, indicator: str | None) -> list[Row]:
        """The verdicts of a unit, of a target, or all."""
        for name, wanted in (("unit", unit), ("indicator", indicator)):
            known = dict.fromkeys(row[name] for row in self.verdicts)
            if wanted is not None and wanted not in known:
                kind = "单位" if name == "unit" else "指标"
                raise ResultsError(f"考核结果里没有{kind}“{wanted}”；应为下列之一：{'、'.join(known)}")
        return [row for row in self.verdicts if unit in (None, row["unit"]) and indicator in (None, row["indicator"])]


def _name(row: Row) -> str:
    return str(row["indicator"].partition("：")[2])


def _number(value: str | None) -> float | None:
    return None if value is None else float(value)


def _sign(row: Row) -> str:
    return f"{SIGNS.get(row['comparator'], row['comparator'])} " if row["comparator"] != "=" else "= "


def _cell(row: Row) -> Cell:
    status = row["status"]
    if status == "达标":
        return Cell("✓", _REACHED, "达标")
    if status == "未达标":
        gap, target = _number(row["gap"]) or 0.0, _number(row["target"]) or 0.0
        # of a goal of nought every one is too much
        share = gap / target if target else 1.0
        said = f"差{row['gap'] or ''}{row['measured_in'] or ''}"
        return Cell(said, Fill(blend(*_MISSED, share)), f"未达标，{said}")
    if status == "待定":
        return Cell("待", _OPEN, "待定")
    return Cell("？", _SILENT, "未报") if status == "未报" else Cell("—", said=_NOT_CONCERNED)


def _due(row: Row) -> Due:
    days = tuple(date.fromisoformat(day) for day in (row["days"] or "").split("、") if day)
    return Due(row["period"], date.fromisoformat(row["first"]), date.fromisoformat(row["last"]), row["timing"], row["late"], days)


def _age(one: Hazard, until: date, unit: str) -> Age:
    closed = one.closed if one.closed is not None and one.closed <= until else None
    over = one.deadline is not None and (closed or until) > one.deadline
    if closed is not None:
        state = "逾期销案" if over else "按期销案" if one.deadline else "已销案（无期限）"
    else:
        state = "逾期未销案" if over else "未销案，未到期" if one.deadline else "未销案（无期限）"
    limit = (one.deadline - one.found).days if one.deadline else None
    return Age(f"{unit}　{one.name}", ((closed or until) - one.found).days, limit, state)


def slopes_of(baselines: Iterable[tuple[str, str, float]], verdicts: Sequence[Row]) -> list[tuple[str, str, float, float]]:
    """(target, unit, before, now) of each baseline (target, unit, before) that a verdict has a number for now."""
    now = {(row["indicator"], row["unit"]): _number(row["actual"]) for row in verdicts}
    found = ((target, unit, before, now.get((target, unit))) for target, unit, before in baselines)
    return sorted((target, unit, before, actual) for target, unit, before, actual in found if actual is not None)
