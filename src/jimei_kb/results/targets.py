"""The targets sheet: what of a notice can be evaluated at the end of a year, from which sheet and by which measure, and what cannot.

Stated numbers, recurring duties and goals of nought come from `query.targets`; clearance tasks, year-on-year goals and
duties that a yes or a date proves are found among the other duties by the rules in `targets.toml`. Every duty that no rule
makes a target of is listed with the reason that `unmeasured.toml` gives.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from jimei_kb.errors import GraphError
from jimei_kb.query.calendar import days_of, years_of
from jimei_kb.query.links import find_reading
from jimei_kb.query.targets import Surroundings, plain_bearers, targets_of
from jimei_kb.results.model import Indicator, Period, Unmeasured
from jimei_kb.results.sheets import load_sheets
from jimei_kb.rules import load_rules
from jimei_kb.tabular import Tabular

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jimei_kb.graph.schema import Links, Reading
    from jimei_kb.query.links import Linked
    from jimei_kb.query.targets import Target
    from jimei_kb.records import Duty, Evidence, Schedule
    from jimei_kb.rules import Rule, RuleBook

_FIELDS = ("of", "sheet", "measure", "name", "checks", "near", "derived", "sure", "first", "last")
_SET_NAME = "unmeasured.set-name"
_QUARTERS = {1: "第1季度", 4: "第2季度", 7: "第3季度", 10: "第4季度"}
_BETWEEN = re.compile(r"、|和|与")
_SENTENCE_END = re.compile(r"[。！？\n]")
_COUNTED_WORDS = re.compile(r"起数|死亡人数|受伤人数|伤亡人数|人数|(?:直接)?(?:经济|财产)?损失")
_SUBJECT = re.compile(r"事故|火灾|案件")


@dataclass(frozen=True, slots=True, repr=False)
class TargetsSheet(Tabular):
    """The targets of one document for `year`, in text order, and the duties that nothing can be counted for.

    `heading` is the title of the document as printed.
    """

    document: str
    year: int
    signed: date | None
    years: frozenset[int]
    indicators: tuple[Indicator, ...]
    unmeasured: tuple[Unmeasured, ...]
    heading: str = ""

    def rows(self) -> list[dict[str, Any]]:
        """A row for each target: id, sheet, measure, what is asked, period, force, bearers and basis, derived, place and quotation."""
        titles = {sheet.name: sheet.title for sheet in load_sheets()}
        return [_row(one, titles[one.sheet]) for one in self.indicators]

    @property
    def title(self) -> str:
        """目标."""
        return "目标"

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column → heading in Excel."""
        from jimei_kb.view.verdicts import TARGET_COLUMNS

        return TARGET_COLUMNS

    def __repr__(self) -> str:
        """A line for each target, then one for each duty that is none."""
        from jimei_kb.view.verdicts import show_targets_sheet

        return show_targets_sheet(self.document, self.year, self.rows(), self.unmeasured).text

    def _repr_html_(self) -> str:
        from jimei_kb.view.verdicts import show_targets_sheet

        return show_targets_sheet(self.document, self.year, self.rows(), self.unmeasured).html


def targets_sheet(kb: Linked, document: str | None, year: int) -> TargetsSheet:
    """The targets of the document that `document` names, for `year`; without a name of the one document that has targets for the year.

    Raises GraphError where nothing or several documents fit.
    """
    reading = find_reading(kb, document) if document else _only(kb, year)
    return sheet_of(reading, Surroundings(reading, kb.links), year, kb.links)


def sheet_of(reading: Reading, around: Surroundings, year: int, links: Links) -> TargetsSheet:
    """The targets sheet of a reading."""
    head = reading.document.head
    signed = date.fromisoformat(head.date) if head.date else None
    maker = _Maker(reading, around, year, signed if year in years_of(head.title or "") else None)
    # for duties without a date of their own the sheets have rules
    stated = targets_of(reading, links, carried=False)
    found: list[Indicator] = []
    unmeasured: list[Unmeasured] = []
    for target in stated:
        made = maker.stated(target)
        if isinstance(made, Unmeasured):
            unmeasured.append(made)
        else:
            found += made
    spoken_for = [one.evidence for one in stated]
    for schedule in reading.annotations.schedules:
        found += maker.named_days(schedule)
    for duty in reading.annotations.duties:
        evidence = reading.evidence(duty)
        if any(_overlap(evidence, other) for other in spoken_for):
            continue
        made_of_duty = maker.duty(duty)
        found += made_of_duty
        if not made_of_duty:
            unmeasured.append(Unmeasured(duty.quote, reason_of(duty.quote), evidence))
    ordered = sorted(found, key=lambda one: (one.evidence.start, one.evidence.end, one.rule))
    apart = tuple(sorted(unmeasured, key=lambda one: (one.evidence.start, one.evidence.end)))
    years = years_of(head.title or "")
    return TargetsSheet(reading.document.key, year, signed, years, tuple(_named_apart(ordered)), apart, head.title or "")


def reason_of(quote: str) -> str:
    """Why nothing can be counted for a duty in these words."""
    book = load_rules("unmeasured", ("reason",), "jimei_kb.results")
    return next(str(rule.fields["reason"]) for rule in book.rules if rule.pattern.search(quote))


def _only(kb: Linked, year: int) -> Reading:
    fitting = [reading for reading in kb.readings if year in years_of(reading.document.head.title or "")]
    with_targets = [reading for reading in fitting if targets_of(reading, kb.links, carried=False)]
    if len(with_targets) == 1:
        return with_targets[0]
    names = "、".join(reading.document.key for reading in (with_targets or kb.readings)[:6])
    raise GraphError(f"{kb.path} 中有 {len(with_targets)} 份文件定了 {year} 年的目标，应为一份；请写明按哪一份：{names}")


class _Maker:
    """Makes indicators out of the records of one reading for one year."""

    def __init__(self, reading: Reading, around: Surroundings, year: int, signed: date | None) -> None:
        self._reading = reading
        self._around = around
        self._year = year
        # only for a year that the document is for can a period be over when it was signed
        self._signed = signed
        self._clauses = {clause.id: clause for clause in reading.document.clauses}
        self._book: RuleBook = load_rules("targets", _FIELDS, "jimei_kb.results")

    def stated(self, target: Target) -> list[Indicator] | Unmeasured:
        """The indicators of a number, a recurring duty or a goal of nought; why it is none otherwise."""
        quote = target.evidence.quote
        if target.kind == "zero":
            checks = self._conditions(target)
            if not checks:
                return Unmeasured(quote, "不发生的是什么，没有可以计数的界限", target.evidence)
            name = f"{target.indicator}起数"
            return [self._indicator(target, name=name, sheet="incidents", measure="zero", checks=checks, derived="不发生即为零")]
        if target.kind == "metric" and _names_a_set(target):
            return Unmeasured(quote, reason_of(quote), target.evidence)
        rule, match = self._first("number", f"{target.indicator}\n{quote}") if target.kind == "metric" else (None, None)
        if rule is None or match is None:
            rule, _ = self._first("unit", target.unit or "无单位")
        if rule is None:
            return Unmeasured(quote, "没有写明单位", target.evidence)
        if rule.fields["measure"] == "change" and match is not None:
            return [self._changed(target, rule, name) for name in _parted(match["measures"])]
        derived = "原文没有写次数，按字面至少一次" if target.derived else ""
        return [self._indicator(target, name=target.indicator, sheet=rule.fields["sheet"], measure=rule.fields["measure"], derived=derived)]

    def duty(self, duty: Duty) -> list[Indicator]:
        """The indicators of a duty without a number; none where no rule fits."""
        for rule in self._book.rules:
            match = rule.pattern.search(duty.quote) if rule.fields["of"] == "duty" else None
            if match and (not rule.fields.get("near") or rule.fields["near"] in self._clause_text(duty.clause)):
                return list(self._of_duty(duty, rule, match))
        return []

    def named_days(self, schedule: Schedule) -> Iterator[Indicator]:
        """An indicator for each day or month that a schedule without a date names (安全生产月)."""
        if schedule.kind != "event":
            return
        duty = self._around.duty_of(schedule)
        for rule in self._book.rules:
            if rule.fields["of"] == "days" and rule.pattern.search(schedule.quote):
                first, last = (date.fromisoformat(f"{self._year}-{rule.fields[key]}") for key in ("first", "last"))
                period = self._period(f"{rule.fields['name']}", first, last)
                yield self._without_number(duty, rule, self._reading.evidence(schedule), rule.fields["name"], (period,))

    def _of_duty(self, duty: Duty, rule: Rule, match: re.Match[str]) -> Iterator[Indicator]:
        evidence, measure = self._reading.evidence(duty), rule.fields["measure"]
        words = (entry.partition(":") for entry in rule.fields.get("checks", ()))
        checks = tuple(name for name, _, word in words if word in duty.quote)
        if measure == "change":
            for name in _parted(match["measures"]):
                made = self._without_number(duty, rule, evidence, name, ())
                conditions = _incident_conditions(match["measures"])
                yield replace(made, comparator="<", checks=(*conditions, f"count:{name}"), unit=_unit_of(name))
            return
        groups = match.groupdict()
        name = rule.fields.get("name") or groups.get("name") or duty.quote
        periods: tuple[Period, ...] = ()
        if measure in ("count", "occurs"):
            sure = date.fromisoformat(f"{self._year}-{rule.fields['sure']}") if "sure" in rule.fields else None
            whole = self._period("全年" if sure is None else "年初", *_year_days(self._year))
            # 年初 is over when its sure part is
            periods = (replace(whole, sure=sure, late=whole.late if sure is None else self._is_late(sure)),)
        made = self._without_number(duty, rule, evidence, name, periods)
        year = groups.get("year") or groups.get("year2")
        grade = ("grade:重大",) if "重大" in match[0] or "重大" in duty.quote else ()
        fire = ("type:火灾",) if "火灾" in duty.quote else ()
        if rule.fields["sheet"] == "hazards":
            checks += (*grade, *fire)
        yield replace(made, checks=checks, year=int(year) if year else None)

    def _without_number(self, duty: Duty | None, rule: Rule, evidence: Evidence, name: str, periods: tuple[Period, ...]) -> Indicator:
        """An indicator of a duty: at least once for what happens, all for what stands, nought left for what is cleared."""
        measure = rule.fields["measure"]
        asked: dict[str, tuple[Any, Decimal | None, str]] = {
            "count": (">=", Decimal(1), "次"),
            "occurs": (">=", Decimal(1), "次"),
            "stock": ("=", Decimal(0), "处"),
            "closing": ("=", Decimal(0), "处"),
            "one_each": ("=", Decimal(0), "个"),
            "standing": (">=", Decimal(100), "%"),
        }
        comparator, value, unit = asked.get(measure, (">=", None, "%"))
        return Indicator(
            id=f"{self._place(evidence)}：{name}",
            name=name,
            sheet=rule.fields["sheet"],
            measure=measure,
            comparator=comparator,
            value=value,
            unit=unit,
            group=(),
            period=None,
            periods=periods,
            derived=rule.fields.get("derived", ""),
            force=duty.force if duty else None,
            bearers=self._around.bearers(duty),
            evidence=evidence,
            whole=measure == "one_each",
            rule=rule.id,
        )

    def _indicator(
        self, target: Target, *, name: str, sheet: str, measure: Any, derived: str = "", checks: tuple[str, ...] = ()
    ) -> Indicator:
        group = "、".join(target.group)
        whole, _ = self._first("whole", target.evidence.quote)
        return Indicator(
            id=f"{self._place(target.evidence)}：{name}" + (f"（{group}）" if group else ""),
            name=name,
            sheet=sheet,
            measure=measure,
            comparator=target.comparator,
            value=_decimal(target.value),
            unit="起" if measure == "zero" else (target.unit or ""),
            group=target.group,
            period=target.period,
            periods=self._periods(target) if measure == "count" else (),
            derived=derived,
            force=target.force,
            bearers=target.bearers,
            evidence=target.evidence,
            whole=measure == "amount" and whole is not None,
            rule=f"target.{target.kind}",
            checks=checks,
        )

    def _changed(self, target: Target, rule: Rule, name: str) -> Indicator:
        """A fall by so many percent against the year before."""
        made = self._indicator(target, name=name, sheet=rule.fields["sheet"], measure="change")
        return replace(made, checks=(*_incident_conditions(target.evidence.quote), f"count:{name}"), rule=rule.id)

    def _first(self, of: str, text: str) -> tuple[Rule, re.Match[str]] | tuple[None, None]:
        for rule in self._book.rules:
            match = rule.pattern.search(text) if rule.fields["of"] == of else None
            if match:
                return rule, match
        return None, None

    def _conditions(self, target: Target) -> tuple[str, ...]:
        """What a goal of nought counts; 重要节日期间 may stand in the words before it."""
        conditions = _incident_conditions(target.indicator)
        sentence = self._sentence(target.evidence)
        occasion = [one for one in _incident_conditions(sentence) if one == "occasion"]
        return (*conditions, *(one for one in occasion if one not in conditions)) if conditions else ()

    def _sentence(self, evidence: Evidence) -> str:
        """The words from the start of the sentence to the end of the quotation."""
        before = self._reading.document.text[: evidence.start]
        ends = [match.end() for match in _SENTENCE_END.finditer(before)]
        return self._reading.document.text[ends[-1] if ends else 0 : evidence.end]

    def _periods(self, target: Target) -> tuple[Period, ...]:
        """The periods of the year that a counted target is due in; the whole year where the text names none."""
        schedule = next((one for one in self._reading.annotations.schedules if self._times(one, target)), None)
        days = list(days_of(schedule, self._year)) if schedule else []
        dated = [(first, last) for first, last in days if first and last]
        if not dated:
            dated = [_year_days(self._year)]
        return tuple(self._period(_label(first, last), first, last) for first, last in dated)

    def _times(self, schedule: Schedule, target: Target) -> bool:
        return schedule.kind == "recurring" and _overlap(self._reading.evidence(schedule), target.evidence)

    def _period(self, label: str, first: date, last: date) -> Period:
        return Period(label, first, last, late=self._is_late(last))

    def _is_late(self, last: date) -> bool:
        return self._signed is not None and last < self._signed

    def _clause_text(self, clause: str) -> str:
        return self._clauses[clause].span.of(self._reading.document.text)

    def _place(self, evidence: Evidence) -> str:
        return evidence.clause.partition("#")[2]


def _names_a_set(target: Target) -> bool:
    """Whether the number only names a set of measures (省66条)."""
    rule = load_rules("unmeasured", ("reason",), "jimei_kb.results")[_SET_NAME]
    return any(target.value in match[0] for match in rule.pattern.finditer(target.evidence.quote))


def _incident_conditions(text: str) -> tuple[str, ...]:
    """type:火灾, any:deadly, grade:重大, occasion, plain: what an incident must be to count; empty where the words name none."""
    book = load_rules("incidents", ("type", "any", "grade", "occasion"), "jimei_kb.results")
    found = []
    for rule in book.rules:
        if rule.pattern.search(text):
            found += [f"{key}:{rule.fields[key]}" if key != "occasion" else key for key in rule.fields] or ["plain"]
    return tuple(found)


def _parted(words: str) -> list[str]:
    """生产安全事故起数、死亡人数 → 生产安全事故起数, 生产安全事故死亡人数."""
    parts = [part.strip() for part in _BETWEEN.split(words)]
    subject = _COUNTED_WORDS.split(parts[0])[0]
    return [part if index == 0 or _SUBJECT.search(part) else subject + part for index, part in enumerate(parts)]


def _unit_of(name: str) -> str:
    return "起" if "起数" in name else "人" if "人数" in name else "万元"


def _year_days(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _label(first: date, last: date) -> str:
    """第1季度, 3月, 上半年, 全年; the days themselves for other periods."""
    whole = first.day == 1 and (last.month == 12 or (last.replace(month=last.month + 1, day=1) - last).days == 1) and last.day > 27
    months = last.month - first.month + 1 if first.year == last.year and whole else 0
    if months == 1:
        return f"{first.month}月"
    if months == 3 and first.month in _QUARTERS:
        return _QUARTERS[first.month]
    if months == 6:
        return "上半年" if first.month == 1 else "下半年"
    return "全年" if months == 12 else f"{first.isoformat()}至{last.isoformat()}"


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _overlap(first: Evidence, second: Evidence) -> bool:
    return first.clause == second.clause and min(first.end, second.end) > max(first.start, second.start)


def _named_apart(indicators: list[Indicator]) -> Iterator[Indicator]:
    """The indicators with ids that differ: the second of a name is numbered."""
    seen: Counter[str] = Counter()
    for one in indicators:
        seen[one.id] += 1
        yield one if seen[one.id] == 1 else replace(one, id=f"{one.id}-{seen[one.id]}")


def _row(one: Indicator, form: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "sheet": one.sheet,
        "form": form,
        "measure": one.measure,
        "comparator": one.comparator,
        "value": str(one.value) if one.value is not None else None,
        "unit": one.unit or None,
        "group": "、".join(one.group) or None,
        "period": one.period,
        "periods": len(one.periods) or None,
        "whole": one.whole,
        "derived": one.derived or None,
        "force": one.force,
        **plain_bearers(one.bearers),
        "document": one.evidence.document,
        "clause": one.evidence.clause,
        "start": one.evidence.start,
        "end": one.evidence.end,
        "quote": one.evidence.quote,
        "rule": one.rule,
    }
