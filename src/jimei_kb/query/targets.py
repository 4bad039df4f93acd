"""考核什么: the numbers that a document sets, what it wants done again and again, and what it wants never to happen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from jimei_kb.graph.lines import record_ids
from jimei_kb.query.in_force import Asked, day_of
from jimei_kb.query.links import find_reading, said_validity
from jimei_kb.query.responsible import bearers_of
from jimei_kb.records import Duty, Metric, Schedule, Span
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from jimei_kb.graph.schema import Links, Reading
    from jimei_kb.query.in_force import LeftOut
    from jimei_kb.query.links import Linked
    from jimei_kb.records import Bearer, Comparator, Evidence, Force
    from jimei_kb.rules import RuleBook
    from jimei_kb.view.shown import Shown

# a deadline is compared like a target (query/compare.py); `targets_of` gives none
TargetKind = Literal["metric", "recurring", "zero", "deadline"]


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
class Targets(Asked):
    """The targets of one document, in text order. Shows itself as a table. `validity` says to which day the document holds."""

    document: str
    items: tuple[Target, ...]
    validity: str = ""
    as_of: date | None = None
    left_out: tuple[LeftOut, ...] = ()

    def asked(self) -> dict[str, Any]:
        """The document, and to which day it holds."""
        return {"document": self.document, "validity": self.validity}

    def rows(self) -> list[dict[str, Any]]:
        """[kind, indicator, comparator, value, unit, period, group, derived, force, bearers, basis, …, duty, validity], … the place.

        The place is document, clause, start, end, page and quote; the fields are those of `Target`.
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
                "page": one.evidence.page,
                "quote": one.evidence.quote,
                "duty": one.duty.quote if one.duty else None,
                "validity": self.validity or None,
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

    @property
    def spoken(self) -> Mapping[str, Callable[[Any], Any]]:
        """Name of each column of codes → the Chinese for one."""
        from jimei_kb.view.labels import SPOKEN_TARGETS

        return SPOKEN_TARGETS

    def __repr__(self) -> str:
        """A line for each target."""
        return self._shown().text

    def _repr_html_(self) -> str:
        return self._shown().html

    def _shown(self) -> Shown:
        from jimei_kb.view.plans import show_targets

        rows = list(zip(self.rows(), (one.bearers for one in self.items), strict=True))
        return show_targets(self.document, self.said(f"{self.validity}。" if self.validity else ""), rows)


def targets(kb: Linked, document: str, *, as_of: str | date | None = None) -> Targets:
    """The targets of the document that `document` names (number, title or file name): metrics, recurring duties, goals of nought.

    With a day `as_of` on which it does not hold there are none, and the result says so; of several documents that fit, the one that
    holds is meant. Raises GraphError where nothing or several documents fit, or for a day that is none.
    """
    day = day_of(kb.links, as_of)
    reading = find_reading(kb, document, day)
    key = reading.document.key
    node = kb.links.node(f"document:{key}")
    left_out = day.left_out([f"document:{key}"])
    items = () if left_out else tuple(targets_of(reading, kb.links))
    return Targets(key, items, said_validity(node) if node else "", day.day, left_out)


def targets_of(reading: Reading, links: Links, *, carried: bool = True) -> list[Target]:
    """The targets of a reading, in text order.

    With `carried` those too whose time stands elsewhere or only in words: 并书面报告 behind 每半年分析研判, 年初召开会议.
    """
    around = Surroundings(reading, links)
    metrics = [_of_metric(one, around) for one in reading.annotations.metrics]
    counted = {(one.evidence.clause, one.duty) for one in metrics if one.period}
    noughts = {one.duty for one in metrics if one.value == "0"}
    recurring = [one for one in _recurring(around, carried=carried) if (one.evidence.clause, one.duty) not in counted]
    zero = [one for one in _zero(around) if one.duty not in noughts]
    return sorted([*metrics, *recurring, *zero], key=lambda one: (one.evidence.start, one.evidence.end, one.kind, one.indicator))


class Surroundings:
    """The duty that a metric or a schedule of a reading is stated in, by the links."""

    def __init__(self, reading: Reading, links: Links) -> None:
        self.reading = reading
        self._links = links
        self._begun: dict[Schedule, Duty] = {}
        self._ids = {id(record): record_id for record_id, record in record_ids(reading)}
        self._duties = {f"duty:{record_id}": record for record_id, record in record_ids(reading) if isinstance(record, Duty)}

    @cached_property
    def schedules(self) -> tuple[Schedule, ...]:
        """Those that were read, and those of duties that begin with a time of the year by themselves (年初召开会议), in text order."""
        read = self.reading.annotations.schedules
        pattern = _dates()["duty.start-of-year"].pattern
        for duty in self.reading.annotations.duties:
            if pattern.match(duty.quote) and not any(_overlap(one.span, duty.span) for one in read if one.clause == duty.clause):
                one = Schedule(duty.clause, duty.span, duty.quote, "duty.start-of-year", "recurring", period="P1Y")
                self._begun[one] = duty
        return tuple(sorted([*read, *self._begun], key=lambda one: one.span))

    def sharing(self, schedule: Schedule) -> Iterator[tuple[Duty, Evidence]]:
        """The other duties that the date of `schedule` holds for, each with the words from the date to its end.

        They are joined to the first by 并 (每半年分析研判，并书面报告), or have a subject of their own behind a date that
        stands before a comma (6月底前，社区完成……，企业完成……).
        """
        first, text = self.duty_of(schedule), self.reading.document.text
        if first is None or schedule.kind not in ("recurring", "deadline"):
            return
        apart = schedule.span.start < first.span.start and text[first.span.start - 1] in "，："
        joined, end = _dates()["duty.joined"].pattern, first.span.end
        others = (duty for duty in self.reading.annotations.duties if duty.clause == first.clause and duty.span.start >= first.span.end)
        for duty in sorted(others, key=lambda duty: duty.span):
            between = text[end : duty.span.start]
            if _dates()["sentence.end"].pattern.search(between) or any(end <= one.span.start < duty.span.end for one in self.schedules):
                return
            if joined.fullmatch(between) or (apart and any(one.basis == "explicit" for one in duty.actors)):
                span = Span(schedule.span.start, duty.span.end)
                yield duty, replace(self.reading.evidence(schedule), end=span.end, quote=span.of(text))
            elif not apart:
                return
            end = duty.span.end

    def duty_of(self, record: Metric | Schedule) -> Duty | None:
        """The duty that `record` is stated in; None for one that stands alone in its clause."""
        if isinstance(record, Schedule) and record in self._begun:
            return self._begun[record]
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


def _overlap(one: Span, other: Span) -> bool:
    return min(one.end, other.end) > max(one.start, other.start)


def _dates() -> RuleBook:
    return load_rules("calendar", package="jimei_kb.query")


def _of_metric(metric: Metric, around: Surroundings) -> Target:
    duty = around.duty_of(metric)
    repeated = [one for one in around.reading.annotations.schedules if one.kind == "recurring" and one.clause == metric.clause]
    period = next((one.period for one in repeated if _overlap(one.span, metric.span)), None)
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


def _recurring(around: Surroundings, *, carried: bool) -> Iterator[Target]:
    """Duties with a period that no metric counts already."""
    for schedule in around.schedules if carried else around.reading.annotations.schedules:
        if schedule.kind != "recurring" or schedule.period is None:
            continue
        yield _repeated(schedule, around.duty_of(schedule), around.reading.evidence(schedule), around)
        for duty, evidence in around.sharing(schedule) if carried else ():
            yield _repeated(schedule, duty, evidence, around)


def _repeated(schedule: Schedule, duty: Duty | None, evidence: Evidence, around: Surroundings) -> Target:
    return Target(
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
        evidence=evidence,
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
