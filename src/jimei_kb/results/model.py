"""The frozen types of an evaluation: units, targets with their sheet, rows as reported, verdicts.

Shares are kept as in the text (80 for 80%), numbers are `Decimal`, days are `date`. A row knows its sheet and its line in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from jimei_kb.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from jimei_kb.records import Bearer, Comparator, Evidence, Force
    from jimei_kb.results.facts import Amount as Bounds

Measure = Literal["ratio", "amount", "count", "occurs", "zero", "change", "stock", "closing", "standing", "one_each"]
Status = Literal["达标", "未达标", "未报", "不适用", "待定"]
Timing = Literal["按期", "材料迟交", "补开", "缺材料", "缺", "未报", "未到期"]
WHOLE = "全辖区"
"""The unit that stands for all of them together."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Who is evaluated; `kind` is 社区, 街道, 部门 and so on."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of a year in which something is due. `late`: it was over when the document was signed (下达滞后).

    With `sure` the text names no last day (年初): what is done by then surely counts, what comes later is in doubt.
    """

    label: str
    first: date
    last: date
    late: bool = False
    sure: date | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One target with all that its evaluation needs. `id` (消防工作方面/八：培训覆盖率（在职群体）) names it in sheets.

    `value` is None where the text sets no number. `derived` tells how the target follows from the words where these print
    none. `whole` is a quantity of the whole area that the text does not split over units.
    """

    id: str
    name: str
    sheet: str
    measure: Measure
    comparator: Comparator
    value: Decimal | None
    unit: str
    group: tuple[str, ...]
    period: str | None
    periods: tuple[Period, ...]
    derived: str
    force: Force | None
    bearers: tuple[Bearer, ...]
    evidence: Evidence
    whole: bool = False
    rule: str = ""
    checks: tuple[str, ...] = ()
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Words of a notice that nothing can be counted for, and why."""

    what: str
    reason: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; `rate` where only the share is reported, in percent."""

    row: int
    unit: str
    indicator: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    rate: Decimal | None = None
    evidence: str = ""


class Event(NamedTuple):
    """Something done on a day. `makes_up` is a day of the period that it makes up for (补开), `filed` when its papers came.

    A tuple: a year of a city has hundreds of thousands.
    """

    row: int
    unit: str
    indicator: str
    held: date
    makes_up: date | None = None
    evidence: str = ""
    filed: date | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """An accident or a fire. `loss` is in 10,000 yuan; `grade` as found by an investigation; None is not known."""

    row: int
    unit: str
    name: str
    day: date
    type: str
    deaths: Decimal
    injuries: Decimal
    loss: Decimal | None = None
    grade: str = ""
    occasion: bool | None = None
    influence: bool | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Hazard:
    """A hazard from its finding to its closing. `listed`: the day of 挂牌督办."""

    row: int
    unit: str
    name: str
    grade: str
    found: date
    type: str = ""
    listed: date | None = None
    deadline: date | None = None
    closed: date | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Station:
    """A small fire station; None is not known."""

    row: int
    unit: str
    name: str
    people: Decimal | None = None
    people_required: Decimal | None = None
    equipment: bool | None = None
    vehicles: bool | None = None
    watch: bool | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity."""

    row: int
    unit: str
    indicator: str
    amount: Decimal
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Division:
    """A business and the body that supervises it; empty where nobody does."""

    row: int
    business: str
    supervisor: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What an assessor or a unit says to an item of a scheme: points, a number or a recognition that no other sheet holds."""

    row: int
    unit: str
    item: str
    value: Decimal | None = None
    level: str = ""
    achievement: str = ""
    assessor: str = ""
    reason: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A unit's word that a sheet holds all that there is of it."""

    row: int
    unit: str
    sheet: str
    complete: bool | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number for a unit and a target that is no result: what the year before had, or a unit's part of a whole."""

    row: int
    unit: str
    indicator: str
    value: Decimal
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why a target does not apply to a unit."""

    row: int
    unit: str
    indicator: str
    reason: str


Row = Share | Event | Incident | Hazard | Station | Amount | Division | Assessment | Declaration | Figure | Exemption


@dataclass(frozen=True, slots=True)
class Reported:
    """All that was reported for a year, rows in the order of the sheets. `until` is the last day that the report covers."""

    year: int
    document: str
    until: date
    note: str
    units: tuple[Unit, ...]
    shares: tuple[Share, ...] = ()
    events: tuple[Event, ...] = ()
    incidents: tuple[Incident, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    stations: tuple[Station, ...] = ()
    amounts: tuple[Amount, ...] = ()
    divisions: tuple[Division, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    baselines: tuple[Figure, ...] = ()
    splits: tuple[Figure, ...] = ()
    exemptions: tuple[Exemption, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell: the sheet, the line in it (headings are lines too), the column, found and expected."""

    sheet: str
    row: int
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        """单位表 第3行 “名称”：填的是“甲”，应为……."""
        return f"{self.sheet} 第{self.row}行 “{self.column}”：填的是“{self.found}”，应为{self.expected}"


class FaultyRowsError(ResultsError):
    """Results that were not read, with every fault of every sheet."""

    def __init__(self, path: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(map(str, faults))
        super().__init__(f"{path}：有 {len(faults)} 处毛病，什么都没有读入；请逐处改正后再读\n{lines}")


class PeriodResult(NamedTuple):
    """What was done in one period or to make up for it, by day."""

    period: Period
    timing: Timing
    events: tuple[Event, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which something was done."""
        return tuple(event.held for event in self.events)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a unit stands to a target. `gap` is what is missing to it, above nought where it is missed.

    `proofs` is the evidence that the verdict rests on, `missing` what was not found, `notes` how it was reached, `rows` the
    lines that it was read from. `number` is what was counted, as far as it is known: the numerator, the quantity, incidents,
    hazards still open or overdue, stations that fit, businesses not supervised by one; `whole` what it is set beside: the
    denominator, the quantity asked, the year before, all hazards, stations, businesses.
    """

    unit: Unit
    indicator: Indicator
    status: Status
    actual: Decimal | None = None
    target: Decimal | None = None
    gap: Decimal | None = None
    proofs: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    periods: tuple[PeriodResult, ...] = ()
    number: Bounds | None = None
    whole: Bounds | None = None
    rows: tuple[Row, ...] = ()

    @property
    def counted(self) -> tuple[str, ...]:
        """The evidence that the verdict rests on; for periods what was done in them, with its day."""
        if not self.periods:
            return self.proofs
        return tuple(f"{event.held} {event.evidence}" for part in self.periods for event in part.events if event.evidence)
