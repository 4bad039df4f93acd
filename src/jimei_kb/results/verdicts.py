"""Verdicts: how each unit stands to each target, with what was counted and what is missing. Unknown is not nought.

达标 and 未达标 are only said where nothing that is still unknown could turn them; 未报 is said where nothing was reported, 待定
where what was reported does not decide it, 不适用 where the target is not the unit's. A period that was over when the notice was
signed (下达滞后) makes nobody fail: what lacks there is 待定.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from jimei_kb.query.targets import plain_bearers
from jimei_kb.results.bulk import collector_paused
from jimei_kb.results.evidence import score_verdicts
from jimei_kb.results.facts import UNBOUNDED, Known, Unknown
from jimei_kb.results.incidents import fits, total
from jimei_kb.results.model import WHOLE, PeriodResult, Unit, Verdict
from jimei_kb.results.reported import open_results, read_rows
from jimei_kb.results.scheme import Scheme, read_scheme
from jimei_kb.results.sheets import load_sheets
from jimei_kb.results.tables import DONE, EvaluationTables, closed_by, spoken_counts
from jimei_kb.results.targets import targets_sheet
from jimei_kb.results.units import concerns
from jimei_kb.tabular import Tabular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from jimei_kb.query.links import Linked
    from jimei_kb.results.facts import Amount as Bounds
    from jimei_kb.results.model import (
        Amount,
        Declaration,
        Event,
        Figure,
        Hazard,
        Incident,
        Indicator,
        Period,
        Reported,
        Row,
        Share,
        Station,
        Status,
        Timing,
    )
    from jimei_kb.results.scoring import Scores
    from jimei_kb.results.targets import TargetsSheet
    from jimei_kb.view.charts.of_evaluation import EvaluationCharts
    from jimei_kb.view.shown import Shown

_LACKING: frozenset[Timing] = frozenset({"缺", "补开"})
_WHOLE_UNIT = Unit(WHOLE, "合计")
# shares are shown and compared to a hundredth of a percent, halves up
_PLACES = Decimal("0.01")
_NO_EVIDENCE = "佐证"
_HELD = attrgetter("held")


@dataclass(frozen=True, slots=True, repr=False)
class Evaluation(Tabular):
    """The verdicts of a year, target by target in text order and unit by unit; those of the whole area stand last for each target.

    `scores` are the points of the units by a scheme; without one it says that there are none.
    """

    reported: Reported
    targets: TargetsSheet
    verdicts: tuple[Verdict, ...]
    scores: Scores

    def rows(self) -> list[dict[str, Any]]:
        """A row for each verdict: unit, target, status, actual, target, gap, periods, evidence counted and missing, notes, the place.

        Numbers are texts as they are shown; `label` is the note that the results carry (示例数据).
        """
        return [_row(one, self.reported.note) for one in self.verdicts]

    def period_rows(self) -> list[dict[str, Any]]:
        """A row for each verdict and period: unit, indicator, period, first, last, late, timing, days."""
        return self.tables.periods.rows()

    @property
    def tables(self) -> EvaluationTables:
        """Further tables: counts, periods, missing, late, hazards, divisions; each has `frame()`, its columns stand in tables.toml."""
        return EvaluationTables(self.reported, self.verdicts)

    @property
    def summary(self) -> str:
        """How many targets came to which verdict, in a line."""
        return spoken_counts(self.tables.counts.rows()[-1])

    def report(self, path: str | Path) -> None:
        """Write a report to `path`, to be printed or sent on: .html, .xlsx or .docx by its suffix, each with the same figures.

        Raises ResultsError for another suffix.
        """
        from jimei_kb.results.report import write_report

        write_report(self, path)

    @property
    def charts(self) -> EvaluationCharts:
        """The pictures: `bullet`, `heat`, `calendar`, `slope`, `ageing`; each shows itself and prints its numbers."""
        from jimei_kb.view.charts.of_evaluation import EvaluationCharts, slopes_of

        reported, targets = self.reported, self.targets
        rows = [row | {"comparator": one.indicator.comparator} for row, one in zip(self.rows(), self.verdicts, strict=True)]
        before = ((one.indicator, one.unit, float(one.value)) for one in reported.baselines)
        return EvaluationCharts(
            year=reported.year,
            document=targets.document,
            label=reported.note,
            until=reported.until,
            signed=targets.signed,
            verdicts=rows,
            periods=self.period_rows(),
            slopes=slopes_of(before, rows),
            hazards=reported.hazards,
        )

    @property
    def title(self) -> str:
        """考核结论."""
        return "考核结论"

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column → heading in Excel."""
        from jimei_kb.view.verdicts import VERDICT_COLUMNS

        return VERDICT_COLUMNS

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known about the whole: the label of the data, the day, what the notice does not say."""
        notes = [f"【{self.reported.note}】"] if self.reported.note else []
        points = f"得分按另给的评分办法“{self.scores.scheme.name}”计算" if self.scores.scheme else "没有评分办法，不计分"
        notes.append(f"填报截至 {self.reported.until}。分值、权重、等次：文中未载明；{points}。")
        if self.scores.scheme is None and self.reported.assessments:
            notes.append(f"评分记录 {len(self.reported.assessments)} 行没有用到：没有评分办法。")
        signed, years = self.targets.signed, self.targets.years
        if self.reported.year not in years:
            said = f"文件写明的适用年度为 {'、'.join(map(str, sorted(years)))}" if years else "文中未载明适用年度"
            notes.append(f"{said}，用于 {self.reported.year} 年的结果只作对照，不标下达滞后。")
        elif signed is not None:
            notes.append(f"文件成文于 {signed}，在此之前已过的期间标“下达滞后”：缺的不判未达标，列为待定。")
        return tuple(notes)

    def __repr__(self) -> str:
        """The counts of each unit, then a line for each verdict, then what cannot be counted."""
        return self._shown().text

    def _repr_html_(self) -> str:
        return self._shown().html

    def _shown(self) -> Shown:
        from jimei_kb.view.scores import ranked
        from jimei_kb.view.verdicts import show_evaluation

        title, scheme = f"{self.reported.year}年考核结论：{self.targets.document}", self.scores.scheme
        honour = scheme.honour.title if scheme and scheme.honour else ""
        points = [ranked(scheme.name, self.scores.rows(), honour)] if scheme else []
        return show_evaluation(title, self.notes, self.rows(), self.targets.unmeasured, points)


def evaluate(kb: Linked, results: str | Path, document: str | None = None, scheme: Scheme | str | Path | None = None) -> Evaluation:
    """The verdicts on the results in a workbook or a folder of CSV files, by the targets of a document of the base.

    The document is `document`, else the one that the results name, else the only one with targets for their year. With `scheme`,
    or the path of one, units have points too. Raises ResultsError for results that cannot be read, FaultyRowsError with every
    faulty cell, GraphError where no document fits, SchemeError for a scheme that is malformed or does not fit the targets.
    """
    by = scheme if isinstance(scheme, Scheme | None) else read_scheme(scheme)
    opened = open_results(results)
    targets = targets_sheet(kb, document or opened.document, opened.year)
    return judge(read_rows(opened, targets.indicators), targets, by)


def judge(reported: Reported, targets: TargetsSheet, scheme: Scheme | None = None) -> Evaluation:
    """The verdicts on `reported` by the targets of `targets`, with points by `scheme`."""
    with collector_paused():
        judges = _Judge(reported)
        verdicts = tuple(verdict for indicator in targets.indicators for verdict in judges.verdicts(indicator))
    return Evaluation(reported, targets, verdicts, score_verdicts(scheme, reported, targets.indicators, verdicts))


@dataclass(frozen=True, slots=True)
class _Case:
    unit: Unit
    indicator: Indicator

    def verdict(self, status: Status, **facts: Any) -> Verdict:
        return Verdict(self.unit, self.indicator, status, **facts)


class _Judge:
    """All rows of a report at hand by unit and target."""

    def __init__(self, reported: Reported) -> None:
        self._reported = reported
        self._until = reported.until
        self._year_over = (reported.until.month, reported.until.day) == (12, 31)
        self._shares: dict[tuple[str, str], Share] = {(row.unit, row.indicator): row for row in reported.shares}
        self._amounts: dict[tuple[str, str], Amount] = {(row.unit, row.indicator): row for row in reported.amounts}
        self._events: dict[tuple[str, str], list[Event]] = _grouped(reported.events, lambda row: (row.unit, row.indicator))
        self._incidents: dict[str, list[Incident]] = _grouped(reported.incidents, lambda row: row.unit)
        self._hazards: dict[str, list[Hazard]] = _grouped(reported.hazards, lambda row: row.unit)
        self._stations: dict[str, list[Station]] = _grouped(reported.stations, lambda row: row.unit)
        self._declared: dict[tuple[str, str], Declaration] = {(row.unit, row.sheet): row for row in reported.declarations if row.complete}
        self._baselines: dict[tuple[str, str], Figure] = {(row.unit, row.indicator): row for row in reported.baselines}
        self._splits: dict[tuple[str, str], Figure] = {(row.unit, row.indicator): row for row in reported.splits}
        self._exempt = {(row.unit, row.indicator): row.reason for row in reported.exemptions}
        self._measures: dict[str, Callable[[_Case], Verdict]] = {
            "ratio": self._ratio,
            "amount": self._amount,
            "count": self._count,
            "occurs": self._occurs,
            "zero": self._zero,
            "change": self._change,
            "stock": self._stock,
            "closing": self._closing,
            "standing": self._standing,
        }

    def verdicts(self, indicator: Indicator) -> Iterator[Verdict]:
        """The verdict for each unit; for what belongs to the whole area one for it too."""
        mine = [unit for unit in self._reported.units if concerns(indicator, unit)]
        bearing = set(mine)
        for unit in self._reported.units:
            yield self._of_unit(_Case(unit, indicator), concerned=unit in bearing)
        whole = _Case(_WHOLE_UNIT, indicator)
        if indicator.measure == "one_each":
            yield self._one_each(whole)
        elif indicator.whole:
            yield self._whole_amount(whole, mine)
        elif indicator.measure == "change":
            yield self._whole_change(whole, mine)

    def _of_unit(self, case: _Case, *, concerned: bool) -> Verdict:
        reason = self._exempt.get((case.unit.name, case.indicator.id))
        if reason is not None:
            return case.verdict("不适用", notes=(reason,))
        if not concerned:
            names = "、".join(dict.fromkeys(one.name for one in case.indicator.bearers))
            return case.verdict("不适用", notes=(f"承担者为{names}",))
        if case.indicator.measure == "one_each":
            return case.verdict("不适用", notes=("全辖区一份分工，不分单位",))
        return self._measures[case.indicator.measure](case)

    def _is_complete(self, case: _Case) -> bool:
        return (case.unit.name, case.indicator.sheet) in self._declared

    def _word(self, case: _Case) -> tuple[Row, ...]:
        """The line in which the unit declares the sheet complete."""
        row = self._declared.get((case.unit.name, case.indicator.sheet))
        return (row,) if row else ()

    # --- numbers ---------------------------------------------------------------------------------------------------

    def _ratio(self, case: _Case) -> Verdict:
        row, indicator = self._shares.get((case.unit.name, case.indicator.id)), case.indicator
        target = indicator.value
        if row is None or (row.denominator is None and row.rate is None):
            return case.verdict("未报", target=target, missing=("比率",))
        per = 1000 if indicator.unit.startswith("‰") else 100
        if row.denominator is not None and row.numerator is not None:
            if not row.denominator:
                return case.verdict("不适用", target=target, notes=("对象数为 0",), proofs=_said(row.evidence), rows=(row,))
            exact = row.numerator * per / row.denominator
            number, whole = row.numerator, row.denominator
            notes = [f"{row.numerator}/{row.denominator}"]
        else:
            number, whole = row.rate or Decimal(0), Decimal(100)
            exact = number * per / 100
            notes = ["只报了比率，没有报分子、分母"]
        actual = _tidy(exact.quantize(_PLACES, ROUND_HALF_UP))
        verdict = self._compared(case, exact, target, row.evidence, notes, shown=actual)
        return replace(verdict, number=_proven(case, number, row.evidence, whole), whole=Known(whole), rows=(row,))

    def _amount(self, case: _Case) -> Verdict:
        key = case.unit.name, case.indicator.id
        row, target = self._amounts.get(key), case.indicator.value
        if case.indicator.whole:
            if key not in self._splits:
                note = f"全辖区指标 {target}{case.indicator.unit}，原文没有分解到各单位，也没有填分解数"
                return case.verdict("不适用", actual=row.amount if row else None, notes=(note,))
            target = self._splits[key].value
        if row is None:
            return case.verdict("未报", target=target, missing=("数量",))
        notes = [f"按分解数 {target} 判断"] if case.indicator.whole else []
        verdict = self._compared(case, row.amount, target, row.evidence, notes)
        split: tuple[Row, ...] = (self._splits[key],) if case.indicator.whole else ()
        number = _proven(case, row.amount, row.evidence, UNBOUNDED)
        return replace(verdict, number=number, whole=Known(target) if target else None, rows=(row, *split))

    def _compared(
        self, case: _Case, actual: Decimal, target: Decimal | None, evidence: str, notes: list[str], *, shown: Decimal | None = None
    ) -> Verdict:
        if target is None:
            actual = actual if shown is None else shown
            return case.verdict("待定", actual=actual, proofs=_said(evidence), notes=(*notes, "文中未载明应达到多少"))
        met = _meets(case.indicator.comparator, actual, target)
        status: Status = "未达标" if not met else "达标" if evidence else "待定"
        return case.verdict(
            status,
            actual=actual if shown is None else shown,
            target=target,
            gap=_gap(case.indicator.comparator, actual if shown is None else shown, target),
            proofs=_said(evidence),
            missing=() if evidence else (_NO_EVIDENCE,),
            notes=tuple(notes),
        )

    def _whole_amount(self, case: _Case, units: Sequence[Unit]) -> Verdict:
        rows = [self._amounts.get((unit.name, case.indicator.id)) for unit in units]
        found = [row for row in rows if row is not None]
        missing = tuple(unit.name for unit, row in zip(units, rows, strict=True) if row is None)
        target = case.indicator.value
        if not found or target is None:
            return case.verdict("未报" if not found else "待定", target=target, missing=missing)
        actual = sum((row.amount for row in found), Decimal(0))
        met, comparator = _meets(case.indicator.comparator, actual, target), case.indicator.comparator
        # what is not reported can only add to the sum
        sure = not missing or (met if comparator in (">=", ">") else not met and comparator in ("<=", "<", "="))
        status: Status = "待定" if not sure else "达标" if met else "未达标"
        notes = (f"{len(found)} 个单位合计", *([f"{len(missing)} 个单位未报"] if missing else []))
        number = Unknown(actual) if missing else Known(actual)
        facts: dict[str, Any] = {"number": number, "whole": Known(target), "rows": tuple(found)}
        return case.verdict(
            status, actual=actual, target=target, gap=_gap(comparator, actual, target), missing=missing, notes=notes, **facts
        )

    # --- what happens ----------------------------------------------------------------------------------------------

    def _count(self, case: _Case) -> Verdict:
        indicator = case.indicator
        events = self._events.get((case.unit.name, indicator.id), [])
        wanted = max(1, int((indicator.value or Decimal(1)).to_integral_value()))
        complete = self._is_complete(case)
        results = tuple(_timed(*placed, wanted, self._until, complete=complete) for placed in _placed(indicator.periods, events))
        if not events and not complete:
            return case.verdict("未报", target=_asked(indicator, wanted), missing=_lacking(results), periods=results)
        doubts = [part for part in results if part.timing not in DONE]
        hard = [part for part in doubts if part.timing in _LACKING and not part.period.late]
        late = [part for part in doubts if part.timing in _LACKING and part.period.late]
        unsure = [part for part in results if part.timing in DONE and _after_sure(part)]
        status: Status = "未达标" if hard else "待定" if doubts or unsure else "达标"
        notes = [f"下达滞后：{'、'.join(part.period.label for part in late)}在文件成文前已过，缺的不判未达标"] if late else []
        notes += [f"{part.period.label}到哪一天为止文中未载明，开展于 {part.days[0]}" for part in unsure]
        notes += [f"{part.period.label}的材料迟于期末，文中未载明报送期限" for part in results if part.timing == "材料迟交"]
        actual = Decimal(sum(part.timing in DONE for part in results) if len(results) > 1 else len(results[0].days))
        target = _asked(indicator, wanted)
        return case.verdict(
            status,
            actual=actual,
            target=target,
            gap=max(target - actual, Decimal(0)),
            missing=_lacking(results),
            notes=tuple(notes),
            periods=results,
            rows=self._word(case),
        )

    def _occurs(self, case: _Case) -> Verdict:
        events = self._events.get((case.unit.name, case.indicator.id), [])
        proven = tuple(f"{event.held} {event.evidence}" for event in events if event.evidence)
        facts: dict[str, Any] = {"target": Decimal(1), "proofs": proven, "rows": (*events, *self._word(case))}
        if not events:
            if not self._is_complete(case):
                return case.verdict("未报", missing=("开展记录",), target=Decimal(1))
            status: Status = "未达标" if self._year_over else "待定"
            return case.verdict(status, actual=Decimal(0), gap=Decimal(1), missing=("开展记录",), **facts)
        facts |= {"actual": Decimal(len(events)), "gap": Decimal(0)}
        if not proven:
            return case.verdict("待定", missing=(_NO_EVIDENCE,), **facts)
        if "vague" in case.indicator.checks:
            return case.verdict("待定", notes=("定期是多久一次，文中未载明",), **facts)
        return case.verdict("达标", **facts)

    # --- accidents and hazards -------------------------------------------------------------------------------------

    def _zero(self, case: _Case) -> Verdict:
        rows = self._incidents.get(case.unit.name, [])
        held = [(row, fits(row, case.indicator.checks)) for row in rows]
        counting = [row for row, fits in held if fits]
        unclear = [row for row, fits in held if fits is None]
        complete = self._is_complete(case)
        facts: dict[str, Any] = {
            "target": Decimal(0),
            "proofs": (*(f"{row.day} {row.name}" for row in counting), *(["已声明填全"] if complete else [])),
            "missing": (*(f"{row.name}的等级、影响或时点" for row in unclear), *([] if complete else ["填报声明"])),
            "number": _between(len(counting), len(unclear), complete=complete),
            "rows": (*counting, *unclear, *self._word(case)),
        }
        if not rows and not complete:
            return case.verdict("未报", target=Decimal(0), missing=("填报声明",))
        status: Status = "未达标" if counting else "待定" if unclear or not complete else "达标"
        return case.verdict(status, actual=Decimal(len(counting)), gap=Decimal(len(counting)), **facts)

    def _change(self, case: _Case) -> Verdict:
        rows = self._incidents.get(case.unit.name, [])
        complete = self._is_complete(case)
        known = self._baselines.get((case.unit.name, case.indicator.id))
        base = known.value if known else None
        if not rows and not complete:
            return case.verdict("未报", target=base, missing=("填报声明",), whole=Known(known.value) if known else None)
        verdict = _changed(case, total(case.indicator, rows), base, complete=complete)
        return replace(verdict, rows=(*self._word(case), *rows, *([known] if known else [])))

    def _whole_change(self, case: _Case, units: Sequence[Unit]) -> Verdict:
        """The sum over all units; its baseline is the one given for the whole, else the sum of all."""
        bases = [self._baselines.get((unit.name, case.indicator.id)) for unit in units]
        known = [row.value for row in bases if row is not None]
        of_whole = self._baselines.get((WHOLE, case.indicator.id))
        base = of_whole.value if of_whole else sum(known, Decimal(0)) if known and len(known) == len(bases) else None
        rows = [row for unit in units for row in self._incidents.get(unit.name, [])]
        unsaid = tuple(unit.name for unit in units if (unit.name, case.indicator.sheet) not in self._declared)
        if not rows and len(unsaid) == len(units):
            return case.verdict("未报", target=base, missing=unsaid)
        verdict = _changed(case, total(case.indicator, rows), base, complete=not unsaid)
        return replace(verdict, missing=(*unsaid, *(one for one in verdict.missing if one != "填报声明")))

    def _stock(self, case: _Case) -> Verdict:
        year = case.indicator.year or self._reported.year - 1
        rows = [row for row in self._of_kind(case) if row.found.year <= year]
        still = [row for row in rows if not closed_by(row, self._until)]
        unproven = [row for row in rows if closed_by(row, self._until) and not row.evidence]
        if not rows and not self._is_complete(case):
            return case.verdict("未报", target=Decimal(0), missing=("填报声明",))
        missing = (*(f"{row.name}的销案" for row in still), *(f"{row.name}的佐证" for row in unproven))
        complete = self._is_complete(case)
        status: Status = "未达标" if still and self._year_over else "待定" if still or unproven or not complete else "达标"
        return case.verdict(
            status,
            actual=Decimal(len(still)),
            target=Decimal(0),
            gap=Decimal(len(still)),
            proofs=tuple(f"{row.name} {row.closed} {row.evidence}" for row in rows if closed_by(row, self._until)),
            missing=(*missing, *([] if complete else ["填报声明"])),
            notes=(f"{year}年及以前发现 {len(rows)} 处，已销案 {len(rows) - len(still)} 处",),
            # a hazard that is open may be closed before the year is over
            number=_between(len(still) * self._year_over, len(unproven) + len(still) * (not self._year_over), complete=complete),
            whole=_between(len(rows), 0, complete=complete),
            rows=(*rows, *self._word(case)),
        )

    def _closing(self, case: _Case) -> Verdict:
        rows = [row for row in self._of_kind(case) if row.listed or "listed" not in case.indicator.checks]
        complete = self._is_complete(case)
        if not rows:
            if complete:
                return case.verdict("不适用", notes=("没有这样的隐患",), proofs=("已声明填全",))
            return case.verdict("未报", target=Decimal(0), missing=("填报声明",))
        closed = [row for row in rows if closed_by(row, self._until)]
        overdue = [row for row in rows if row.deadline and (closed_by(row, self._until) or self._until) > row.deadline]
        undated = [row for row in rows if not row.deadline]
        pending = [row for row in rows if row.deadline and not closed_by(row, self._until) and row not in overdue]
        unproven = [row for row in closed if not row.evidence]
        status: Status = "未达标" if overdue else "待定" if undated or pending or unproven or not complete else "达标"
        return case.verdict(
            status,
            actual=Decimal(len(overdue)),
            target=Decimal(0),
            gap=Decimal(len(overdue)),
            proofs=tuple(f"{row.name} {row.closed} {row.evidence}" for row in closed if row.evidence),
            missing=(
                *(f"{row.name}逾期（期限 {row.deadline}，{f'销案 {row.closed}' if row.closed else '未销案'}）" for row in overdue),
                *(f"{row.name}的整改期限" for row in undated),
                *(f"{row.name}的佐证" for row in unproven),
                *([] if complete else ["填报声明"]),
            ),
            notes=(f"共 {len(rows)} 处：已销案 {len(closed)}，未到期 {len(pending)}，逾期 {len(overdue)}",),
            number=_between(
                len(overdue),
                sum(row not in overdue and (row in undated or row in pending or row in unproven) for row in rows),
                complete=complete,
            ),
            whole=_between(len(rows), 0, complete=complete),
            rows=(*rows, *self._word(case)),
        )

    def _of_kind(self, case: _Case) -> list[Hazard]:
        """The hazards of a unit that the words mean; one whose type is not given counts with any."""
        checks = case.indicator.checks
        found = self._hazards.get(case.unit.name, [])
        if "grade:重大" in checks:
            found = [row for row in found if row.grade in ("重大", "区域性")]
        return [row for row in found if row.type in ("", "火灾") or "type:火灾" not in checks]

    # --- what stands -----------------------------------------------------------------------------------------------

    def _standing(self, case: _Case) -> Verdict:
        rows = self._stations.get(case.unit.name, [])
        target = Decimal(100)
        if not rows:
            if self._is_complete(case):
                return case.verdict("待定", target=target, notes=("没有微型消防站，文中未载明每个单位都要设",))
            return case.verdict("未报", target=target, missing=("微型消防站",))
        states = [(row, name, _stands(row, name)) for row in rows for name in case.indicator.checks]
        titles = _station_titles()
        bad = [f"{row.name}：“{titles[name]}”不符" for row, name, state in states if state is False]
        unknown = [f"{row.name}：“{titles[name]}”不详" for row, name, state in states if state is None]
        unknown += [f"{row.name}的佐证" for row in rows if not row.evidence]
        fit = sum(all(_stands(row, name) for name in case.indicator.checks) for row in rows)
        actual = _tidy((Decimal(fit) * 100 / len(rows)).quantize(_PLACES, ROUND_HALF_UP))
        status: Status = "未达标" if bad else "待定" if unknown else "达标"
        counted = tuple(f"{row.name} {row.evidence}" for row in rows if row.evidence)
        notes = (f"{len(rows)} 座中 {fit} 座符合",)
        missing = (*bad, *unknown)
        sure = sum(bool(row.evidence) and all(_stands(row, name) for name in case.indicator.checks) for row in rows)
        spoilt = sum(any(_stands(row, name) is False for name in case.indicator.checks) for row in rows)
        return case.verdict(
            status,
            actual=actual,
            target=target,
            gap=target - actual,
            proofs=counted,
            missing=missing,
            notes=notes,
            number=_between(sure, len(rows) - sure - spoilt, complete=True),
            whole=Known(Decimal(len(rows))),
            rows=tuple(rows),
        )

    def _one_each(self, case: _Case) -> Verdict:
        bodies: defaultdict[str, set[str]] = defaultdict(set)
        for row in self._reported.divisions:
            bodies[row.business] |= {row.supervisor} if row.supervisor else set()
        if not bodies:
            return case.verdict("未报", target=Decimal(0), missing=("监管分工",))
        none = [f"{business}没有监管部门" for business, found in bodies.items() if not found]
        several = [
            f"{business}有 {len(found)} 个监管部门：{'、'.join(sorted(found))}" for business, found in bodies.items() if len(found) > 1
        ]
        wrong = Decimal(len(none) + len(several))
        counted = tuple(f"{business}：{next(iter(found))}" for business, found in bodies.items() if len(found) == 1)
        notes = (f"共 {len(bodies)} 个行业", *none, *several)
        facts: dict[str, Any] = {"number": Known(wrong), "whole": Known(Decimal(len(bodies))), "rows": self._reported.divisions}
        return case.verdict("未达标" if wrong else "达标", actual=wrong, target=Decimal(0), gap=wrong, proofs=counted, notes=notes, **facts)


def _between(least: int, more: int, *, complete: bool) -> Bounds:
    """A number of at least `least`, and up to `more` besides; without bound where more may not be reported."""
    if complete and not more:
        return Known(Decimal(least))
    return Unknown(Decimal(least), Decimal(least + more) if complete else UNBOUNDED)


def _proven(case: _Case, number: Decimal, evidence: str, most: Decimal) -> Bounds:
    """A number with its papers; without them it may be anything that is worse, up to `most` where more is worse."""
    if evidence:
        return Known(number)
    return Unknown(number, most) if case.indicator.comparator in ("<=", "<") else Unknown(Decimal(0), number)


def _grouped(rows: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    found: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _said(evidence: str) -> tuple[str, ...]:
    return (evidence,) if evidence else ()


def _tidy(value: Decimal) -> Decimal:
    """80 for 80.00, 33.33 as it is."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _meets(comparator: str, actual: Decimal, target: Decimal) -> bool:
    match comparator:
        case ">=" | "~":
            return actual >= target
        case ">":
            return actual > target
        case "<=":
            return actual <= target
        case "<":
            return actual < target
        case _:
            return actual == target


def _gap(comparator: str, actual: Decimal, target: Decimal) -> Decimal:
    """How far `actual` is from `target`; nought where it is reached."""
    if _meets(comparator, actual, target):
        return Decimal(0)
    return abs(target - actual)


# --- periods -------------------------------------------------------------------------------------------------------


def _placed(periods: Sequence[Period], events: Sequence[Event]) -> Iterator[tuple[Period, list[Event]]]:
    """Each period with the events that were held in it or make up for it."""
    if len(periods) == 1:
        yield periods[0], [event for event in events if periods[0].first <= (event.makes_up or event.held) <= periods[0].last]
        return
    firsts = [period.first for period in periods]
    found: list[list[Event]] = [[] for _ in periods]
    for event in events:
        day = event.makes_up or event.held
        at = bisect_right(firsts, day) - 1
        if at >= 0 and day <= periods[at].last:
            found[at].append(event)
    yield from zip(periods, found, strict=True)


def _timed(period: Period, events: Sequence[Event], wanted: int, until: date, *, complete: bool) -> PeriodResult:
    """How a period stands: enough done in it with papers, with late papers, without papers, made up for later, or not at all."""
    if not events:
        return PeriodResult(period, "未到期" if period.last > until else "缺" if complete else "未报")
    inside = proven = prompt = 0
    first, last = period.first, period.last
    for event in events:
        if first <= event.held <= last:
            inside += 1
            if event.evidence:
                proven += 1
                prompt += event.filed is None or event.filed <= last
    timing: Timing
    if prompt >= wanted:
        timing = "按期"
    elif proven >= wanted:
        timing = "材料迟交"
    elif inside >= wanted:
        timing = "缺材料"
    elif len(events) >= wanted:
        timing = "补开"
    else:
        timing = "未到期" if period.last > until else "缺" if complete else "未报"
    return PeriodResult(period, timing, tuple(events) if len(events) == 1 else tuple(sorted(events, key=_HELD)))


def _after_sure(part: PeriodResult) -> bool:
    """Whether the text leaves open if the day was still in time."""
    return part.period.sure is not None and part.days[0] > part.period.sure


def _asked(indicator: Indicator, wanted: int) -> Decimal:
    """What is asked: periods where there are several, else times."""
    return Decimal(len(indicator.periods)) if len(indicator.periods) > 1 else Decimal(wanted)


def _lacking(results: Sequence[PeriodResult]) -> tuple[str, ...]:
    """第2季度缺（下达滞后），第4季度补开于2025-01-05."""
    return tuple(
        f"{part.period.label}{part.timing}"
        + (f"（{'、'.join(day.isoformat() for day in part.days)}）" if part.days else "")
        + ("（下达滞后）" if part.period.late else "")
        for part in results
        if part.timing not in DONE
    )


# --- accidents -----------------------------------------------------------------------------------------------------


def _changed(case: _Case, actual: Decimal | None, base: Decimal | None, *, complete: bool) -> Verdict:
    """A fall against the year before; by so many percent where the text sets a number."""
    indicator = case.indicator
    if base is None:
        number = None if actual is None else Known(actual) if complete else Unknown(actual)
        return case.verdict(
            "待定", actual=actual, missing=("上年同期基数",), notes=("没有报上年同期的数，无法判断是否下降",), number=number
        )
    if actual is None:
        return case.verdict("待定", target=base, missing=("损失",), whole=Known(base))
    share = Decimal(1) if indicator.value is None else 1 - indicator.value / 100
    limit = base * share
    comparator = "<" if indicator.value is None else "<="
    met = _meets(comparator, actual, limit)
    note = f"上年同期 {base}" + (f"，下降 {indicator.value}% 即不多于 {limit}" if indicator.value is not None else "")
    # what is counted must come down by one at least
    step = 1 if comparator == "<" and not met and indicator.unit != "万元" else 0
    facts: dict[str, Any] = {"actual": actual, "target": limit, "gap": _gap(comparator, actual, limit) + step}
    facts |= {"number": Known(actual) if complete else Unknown(actual), "whole": Known(base)}
    missing = () if complete else ("填报声明",)
    if not base and not actual:
        facts["gap"] = None
        return case.verdict("待定", missing=missing, notes=(f"{note}，本年也是 0，无从下降",), **facts)
    # what is not reported can only add to the sum
    status: Status = "未达标" if not met else "达标" if complete else "待定"
    return case.verdict(status, missing=missing, notes=(note,), **facts)


@cache
def _station_titles() -> Mapping[str, str]:
    """The headings of the columns that tell of stations."""
    return {column.name: column.title for sheet in load_sheets() if sheet.name == "stations" for column in sheet.columns}


def _stands(row: Station, name: str) -> bool | None:
    """Whether a station has what `name` asks for; None where it is not known."""
    if name == "people":
        return None if row.people is None or row.people_required is None else row.people >= row.people_required
    state: bool | None = getattr(row, name)
    return state


def _row(one: Verdict, label: str) -> dict[str, Any]:
    indicator = one.indicator
    periods = [f"{part.period.label}{part.timing}{'（下达滞后）' if part.period.late else ''}" for part in one.periods]
    return {
        "unit": one.unit.name,
        "unit_kind": one.unit.kind,
        "indicator": indicator.id,
        "status": one.status,
        "actual": None if one.actual is None else f"{one.actual:f}",
        "target": None if one.target is None else f"{one.target:f}",
        "gap": None if one.gap is None else f"{one.gap:f}",
        "measured_in": "期" if len(indicator.periods) > 1 else indicator.unit.partition("/")[0] or None,
        "periods": "；".join(periods) or None,
        "counted": "；".join(one.counted) or None,
        "missing": "；".join(one.missing) or None,
        "notes": "；".join(one.notes) or None,
        "force": indicator.force,
        **plain_bearers(indicator.bearers),
        "document": indicator.evidence.document,
        "clause": indicator.evidence.clause,
        "start": indicator.evidence.start,
        "end": indicator.evidence.end,
        "quote": indicator.evidence.quote,
        "label": label or None,
    }
