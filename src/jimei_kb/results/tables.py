"""An evaluation as tables: counts, periods, what is missing, what came too late, hazards, who supervises what.

The columns, their headings and what stands in them are written down in tables.toml.
"""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jimei_kb.query.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from jimei_kb.results.model import Hazard, Period, Reported, Status, Timing, Verdict

DONE: frozenset[Timing] = frozenset({"按期", "材料迟交"})
ALL = "合计"
_COUNTED: Mapping[Status, str] = MappingProxyType(
    {"达标": "reached", "未达标": "missed", "未报": "unreported", "待定": "open", "不适用": "not_applicable"}
)


@dataclass(frozen=True, slots=True)
class EvaluationTables:
    """The tables of one evaluation."""

    reported: Reported
    verdicts: Sequence[Verdict]

    @property
    def counts(self) -> Table:
        """One row a unit: how many targets came to which verdict; the last row adds up all."""
        found: dict[str, Counter[Status]] = {}
        for one in self.verdicts:
            found.setdefault(one.unit.name, Counter())[one.status] += 1
        together = sum(found.values(), Counter())
        return _table("counts", (_counts(unit, counted) for unit, counted in [*found.items(), (ALL, together)]))

    @property
    def periods(self) -> Table:
        """One row for each unit, target and period."""
        return _table("periods", (_period(one, part.period, part.timing, part.days) for one in self.verdicts for part in one.periods))

    @property
    def missing(self) -> Table:
        """One row for each thing that was not found: by unit, target and period."""
        order = {unit.name: at for at, unit in enumerate(self.reported.units)}
        by_unit = sorted(self.verdicts, key=lambda one: order.get(one.unit.name, len(order)))
        return _table("missing", (row for one in by_unit for row in _missing(one)))

    @property
    def late(self) -> Table:
        """One row for each target and period that was over when the document was signed."""
        found: dict[tuple[str, Period], list[tuple[str, bool]]] = {}
        for one in self.verdicts:
            for part in one.periods:
                if part.period.late:
                    found.setdefault((one.indicator.id, part.period), []).append((one.unit.name, part.timing in DONE))
        return _table("late", (_late(indicator, period, units) for (indicator, period), units in found.items()))

    @property
    def hazards(self) -> Table:
        """One row for each hazard: open, closed, in time or not, as far as the report goes."""
        return _table("hazards", (_hazard(row, self.reported.until) for row in self.reported.hazards))

    @property
    def divisions(self) -> Table:
        """One row for each business: nobody, one body or several supervise it."""
        found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in self.reported.divisions:
            found[row.business].append((row.supervisor, row.evidence))
        return _table("divisions", (_division(business, rows) for business, rows in found.items()))


def spoken_counts(row: Mapping[str, Any]) -> str:
    """共 252 项结论：达标 167，未达标 7，未报 15，待定 40，不适用 23."""
    said = "，".join(f"{status} {row[name]}" for status, name in _COUNTED.items())
    return f"共 {row['total']} 项结论：{said}"


def state_of(row: Hazard, until: date) -> str:
    """已销案, 逾期销案, 逾期未销案, 整改中; 期限不明 for one that is open without a deadline."""
    closed = closed_by(row, until)
    if row.deadline is not None and (closed or until) > row.deadline:
        return "逾期销案" if closed else "逾期未销案"
    return "已销案" if closed else "整改中" if row.deadline else "期限不明"


def closed_by(row: Hazard, until: date) -> date | None:
    """The day on which a hazard was closed; None where it was not by the day `until`."""
    return row.closed if row.closed is not None and row.closed <= until else None


@cache
def load_tables() -> Mapping[str, Any]:
    """Table → title, what a row is, and column → [heading, type, what stands in it]."""
    return MappingProxyType(tomllib.loads(resources.files("jimei_kb.results").joinpath("tables.toml").read_text(encoding="utf-8")))


def _table(name: str, rows: Iterable[dict[str, Any]]) -> Table:
    return Table(name, tuple(rows), load_tables()[name])


def _counts(unit: str, counted: Counter[Status]) -> dict[str, Any]:
    return {"unit": unit, **{name: counted[status] for status, name in _COUNTED.items()}, "total": counted.total()}


def _period(one: Verdict, period: Period, timing: Timing, days: Sequence[date]) -> dict[str, Any]:
    return {
        "unit": one.unit.name,
        "indicator": one.indicator.id,
        "period": period.label,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "late": period.late,
        "timing": timing,
        "days": "、".join(day.isoformat() for day in days) or None,
    }


def _missing(one: Verdict) -> Iterator[dict[str, Any]]:
    """What a verdict lacks: period by period where it has periods."""
    lacking = [part for part in one.periods if part.timing not in DONE]
    if one.periods:
        for part in lacking:
            days = "、".join(day.isoformat() for day in part.days)
            yield _lack(one, part.period.label, f"{part.timing}（{days}）" if days else part.timing, late=part.period.late)
    else:
        for what in one.missing:
            yield _lack(one, None, what, late=False)


def _lack(one: Verdict, period: str | None, what: str, *, late: bool) -> dict[str, Any]:
    return {
        "unit": one.unit.name,
        "indicator": one.indicator.id,
        "period": period,
        "what": what,
        "late": late,
        "status": one.status,
        "clause": one.indicator.evidence.clause,
    }


def _late(indicator: str, period: Period, units: Sequence[tuple[str, bool]]) -> dict[str, Any]:
    lacking = [unit for unit, done in units if not done]
    return {
        "indicator": indicator,
        "period": period.label,
        "first": period.first.isoformat(),
        # 年初 has no last day in the text; what counts is the day up to which it surely is
        "last": (period.sure or period.last).isoformat(),
        "done": len(units) - len(lacking),
        "lacking": len(lacking),
        "units": "、".join(lacking) or None,
    }


def _hazard(row: Hazard, until: date) -> dict[str, Any]:
    closed = closed_by(row, until)
    end = closed or until
    days = {"found": row.found, "listed": row.listed, "deadline": row.deadline, "closed": closed}
    return {
        "unit": row.unit,
        "name": row.name,
        "grade": row.grade,
        "type": row.type or None,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "state": state_of(row, until),
        "open_days": (end - row.found).days,
        "overdue_days": max(0, (end - row.deadline).days) if row.deadline else None,
        "evidence": row.evidence or None,
    }


def _division(business: str, rows: Sequence[tuple[str, str]]) -> dict[str, Any]:
    bodies = sorted({body for body, _ in rows if body})
    return {
        "business": business,
        "bodies": len(bodies),
        "supervisors": "、".join(bodies) or None,
        "state": ("无人监管", "一个部门", "多头监管")[min(len(bodies), 2)],
        "evidence": "；".join(dict.fromkeys(evidence for _, evidence in rows if evidence)) or None,
    }
