"""考核什么: the numbers that a document sets, what it wants done again and again, and what it wants never to happen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from jimei_kb.graph.lines import record_ids
from jimei_kb.query.links import find_reading
from jimei_kb.query.responsible import bearers_of
from jimei_kb.records import Duty, Metric, Schedule
from jimei_kb.rules import load_rules
from jimei_kb.tabular import Tabular

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jimei_kb.graph.schema import Links, Reading
    from jimei_kb.query.links import Linked
    from jimei_kb.records import Bearer, Comparator, Evidence, Force

TargetKind = Literal["metric", "recurring", "zero"]


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be checked at the end of the year.

    `value` is as written (80 for 80%). It is `derived` where the text prints no number: 每月组织 is once at least, 不发生 is 0. `period` is
    an ISO 8601 duration, `force` how binding the wording of the duty is, `bearers` who bears the duty that it is stated in.
    """

    kind: TargetKind
    indicator: str
    comparator: Comparator
    value: str
    unit: str | None
    period: str | None
    group: tuple[str, ...]
    derived: bool
    force: Force | None
    bearers: tuple[Bearer, ...]
    duty: Evidence | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, repr=False)
class Targets(Tabular):
    """The targets of one document, in text order. Shows itself as a table."""

    document: str
    items: tuple[Target, ...]

    def rows(self) -> list[dict[str, Any]]:
        """[kind, indicator, comparator, value, unit, period, group, derived, force, bearers, basis, …, duty], … the place.

        The place is document, clause, start, end and quote; the fields are those of `Target`.
        """
        return [
            {
                "kind": one.kind,
                "indicator": one.indicator,
                "comparator": one.comparator,
                "value": one.value,
                "unit": one.unit,
                "period": one.period,
                "group": "、".join(one.group) or None,
                "derived": one.derived,
                "force": one.force,
                **plain_bearers(one.bearers),
                "document": one.evidence.document,
                "clause": one.evidence.clause,
                "start": one.evidence.start,
                "end": one.evidence.end,
                "quote": one.evidence.quote,
                "duty": one.duty.quote if one.duty else None,
            }
            for one in self.items
        ]

    @property
    def title(self) -> str:
        """目标."""
        return "目标"

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column → heading in Excel."""
        from jimei_kb.view.plans import TARGETS

        return TARGETS

    def __repr__(self) -> str:
        """A line for each target."""
        from jimei_kb.view.plans import show_targets

        return show_targets(self.document, list(zip(self.rows(), (one.bearers for one in self.items), strict=True))).text

    def _repr_html_(self) -> str:
        from jimei_kb.view.plans import show_targets

        return show_targets(self.document, list(zip(self.rows(), (one.bearers for one in self.items), strict=True))).html


def targets(kb: Linked, document: str) -> Targets:
    """The targets of the document that `document` names (number, title or file name): metrics, recurring duties, goals of nought.

    Raises GraphError where nothing or several documents fit.
    """
    reading = find_reading(kb, document)
    return Targets(reading.document.key, tuple(targets_of(reading, kb.links)))


def targets_of(reading: Reading, links: Links) -> list[Target]:
    """The targets of a reading, in text order."""
    around = Surroundings(reading, links)
    metrics = [_of_metric(one, around) for one in reading.annotations.metrics]
    counted = {(one.evidence.clause, one.duty) for one in metrics if one.period}
    noughts = {one.duty for one in metrics if one.value == "0"}
    recurring = [one for one in _recurring(around) if (one.evidence.clause, one.duty) not in counted]
    zero = [one for one in _zero(around) if one.duty not in noughts]
    return sorted([*metrics, *recurring, *zero], key=lambda one: (one.evidence.start, one.evidence.end, one.kind, one.indicator))


class Surroundings:
    """The duty that a metric or a schedule of a reading is stated in, by the links."""

    def __init__(self, reading: Reading, links: Links) -> None:
        self.reading = reading
        self._links = links
        self._ids = {id(record): record_id for record_id, record in record_ids(reading)}
        self._duties = {f"duty:{record_id}": record for record_id, record in record_ids(reading) if isinstance(record, Duty)}

    def duty_of(self, record: Metric | Schedule) -> Duty | None:
        """The duty that `record` is stated in; None for one that stands alone in its clause."""
        record_id = self._ids[id(record)]
        if isinstance(record, Metric):
            nodes = [edge.target for edge in self._links.edges_from(f"metric:{record_id}", "measures")]
        else:
            nodes = [edge.source for edge in self._links.edges_to(f"schedule:{record_id}", "due")]
        return next((self._duties[node] for node in nodes if node in self._duties), None)

    def bearers(self, duty: Duty | None) -> tuple[Bearer, ...]:
        """Who bears `duty`, the recipients by name."""
        return bearers_of(self.reading.document, duty.actors) if duty else ()

    def evidence(self, duty: Duty | None) -> Evidence | None:
        """What `duty` rests on."""
        return self.reading.evidence(duty) if duty else None


def _of_metric(metric: Metric, around: Surroundings) -> Target:
    duty = around.duty_of(metric)
    repeated = [one for one in around.reading.annotations.schedules if one.kind == "recurring" and one.clause == metric.clause]
    period = next((one.period for one in repeated if min(one.span.end, metric.span.end) > max(one.span.start, metric.span.start)), None)
    return Target(
        kind="metric",
        indicator=metric.indicator,
        comparator=metric.comparator,
        value=metric.value,
        unit=metric.unit,
        period=period,
        group=metric.group,
        derived=False,
        force=duty.force if duty else None,
        bearers=around.bearers(duty),
        duty=around.evidence(duty),
        evidence=around.reading.evidence(metric),
    )


def _recurring(around: Surroundings) -> Iterator[Target]:
    """Duties with a period that no metric counts already."""
    for schedule in around.reading.annotations.schedules:
        if schedule.kind != "recurring" or schedule.period is None:
            continue
        duty = around.duty_of(schedule)
        yield Target(
            kind="recurring",
            indicator=duty.quote if duty else schedule.quote,
            comparator=">=",
            # 每月组织 without a number is once a month at least
            value=str(schedule.min_count or 1),
            unit="次",
            period=schedule.period,
            group=(),
            derived=schedule.min_count is None,
            force=duty.force if duty else None,
            bearers=around.bearers(duty),
            duty=around.evidence(duty),
            evidence=around.reading.evidence(schedule),
        )


def _zero(around: Surroundings) -> Iterator[Target]:
    """Duties that want something never to happen."""
    rules = load_rules("targets", package="jimei_kb.query").rules
    for duty in around.reading.annotations.duties:
        match = next((found for rule in rules if duty.polarity == "avoid" and (found := rule.pattern.search(duty.quote))), None)
        if match is None:
            continue
        evidence = around.reading.evidence(duty)
        yield Target(
            kind="zero",
            indicator=match["event"],
            comparator="=",
            value="0",
            unit=None,
            period=None,
            group=(),
            derived=True,
            force=duty.force,
            bearers=around.bearers(duty),
            duty=evidence,
            evidence=evidence,
        )


def plain_bearers(bearers: tuple[Bearer, ...]) -> dict[str, str | None]:
    """`bearers` and `basis` of a row, those of one part and basis together: 责任：街道、社区；配合：成员单位 and ellipsis；explicit."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in bearers:
        groups.setdefault((one.role, one.basis), []).append(one.name)
    return {
        "bearers": "；".join(f"{role}：{'、'.join(names)}" for (role, _), names in groups.items()) or None,
        "basis": "；".join(basis for _, basis in groups) or None,
    }
