"""From verdicts and reported rows to the facts that a scheme scores: each as its rule can use it, unknown where it is not known.

The scheme says where a number comes from (`from` in its file, `Source`): a target by its id, whose verdict holds what was counted,
or the incidents that it describes. What has no source is said by somebody, in the sheet 评分记录, or stays unknown.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from jimei_kb.errors import SchemeError
from jimei_kb.results.facts import (
    ANY,
    UNBOUNDED,
    Award,
    Awards,
    Doubt,
    Event,
    Events,
    Judgement,
    Known,
    Movement,
    NotApplicable,
    Proof,
    Share,
    Unknown,
)
from jimei_kb.results.incidents import fits
from jimei_kb.results.model import Assessment, Declaration, Exemption, Figure, Incident
from jimei_kb.results.model import Event as HeldEvent
from jimei_kb.results.reported import place_of
from jimei_kb.results.scoring import Scores, score_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jimei_kb.results.facts import Amount, Fact
    from jimei_kb.results.model import Indicator, Measure, Reported, Row, Verdict
    from jimei_kb.results.scheme import Form, Need, Scheme, Source

_ASSESSED = "assessments"
_TRUTHS = {"达标": Known(Decimal(1)), "未达标": Known(Decimal(0))}
# what a verdict of each measure can be given as
_FORMS: dict[Measure, tuple[Form, ...]] = {
    "ratio": ("truth", "number", "share"),
    "amount": ("truth", "number", "share"),
    "standing": ("truth", "number", "share"),
    "count": ("truth", "number", "events", "incidents"),
    "occurs": ("truth", "number", "events", "incidents"),
    "zero": ("truth", "number", "incidents"),
    "change": ("truth", "number", "movement"),
    "stock": ("truth", "number", "share", "incidents"),
    "closing": ("truth", "number", "share", "incidents"),
    "one_each": ("truth", "number", "incidents"),
}
# what a number that somebody says can be given as
_SAID: tuple[Form, ...] = ("truth", "number", "events", "incidents")


def score_verdicts(scheme: Scheme | None, reported: Reported, indicators: Sequence[Indicator], verdicts: Sequence[Verdict]) -> Scores:
    """The points of each unit by `scheme`, from the verdicts on its targets and from its rows; without a scheme there are none.

    Raises SchemeError for a scheme of another year, a source that the targets do not have, and 评分记录 that do not fit the scheme.
    """
    units = [unit.name for unit in reported.units]
    if scheme is None:
        return score_units(None, {unit: {} for unit in units})
    if scheme.year != reported.year:
        raise SchemeError(f"评分办法“{scheme.name}”用于 {scheme.year} 年，填报的是 {reported.year} 年；换用这一年的办法，或改写其中的 year")
    facts = _Facts(scheme, reported, indicators, verdicts)
    return score_units(scheme, {unit: dict(facts.of_unit(unit)) for unit in units})


class _Facts:
    """The facts of all units for one scheme."""

    def __init__(self, scheme: Scheme, reported: Reported, indicators: Sequence[Indicator], verdicts: Sequence[Verdict]) -> None:
        self._reported = reported
        self._needs = scheme.needs()
        self._indicators = {one.id: one for one in indicators}
        self._verdicts = {(one.unit.name, one.indicator.id): one for one in verdicts}
        self._declared = {(row.unit, row.sheet): row for row in reported.declarations if row.complete}
        self._incidents: defaultdict[str, list[Incident]] = defaultdict(list)
        for incident in reported.incidents:
            self._incidents[incident.unit].append(incident)
        self._assessed: defaultdict[tuple[str, str], list[Assessment]] = defaultdict(list)
        for row in reported.assessments:
            self._assessed[row.unit, row.item].append(row)
        self._check(scheme)

    def _check(self, scheme: Scheme) -> None:
        """Raise SchemeError with a line for each source and each assessment that nothing fits."""
        faults = []
        for need in self._needs:
            target = need.source.target if need.source else ""
            if target and target not in self._indicators:
                near = difflib.get_close_matches(target, self._indicators, n=1, cutoff=0.4)
                like = f"；最接近的是“{near[0]}”" if near else ""
                faults.append(f"{scheme.name}：{need.id} 的数取自目标“{target}”，文件没有这个目标{like}；改写 from")
            elif target and need.form not in _FORMS[self._indicators[target].measure]:
                measure = self._indicators[target].measure
                fitting = "、".join(_FORMS[measure])
                faults.append(
                    f"{scheme.name}：{need.id} 要的是 {need.form}，目标“{target}”按 {measure} 计量，只能给出 {fitting}；换一种 kind"
                )
        said = {need.id: need for need in self._needs if need.source is None}
        for row in self._reported.assessments:
            if row.item not in said:
                wanted = "、".join(said) or "没有这样的项目"
                faults.append(f"{place_of(row)}：填的是“{row.item}”，应为评分办法中需要另填的项目：{wanted}")
            else:
                faults += [f"{place_of(row)}：{fault}" for fault in _misfits(row, said[row.item].form)]
        if faults:
            raise SchemeError("\n".join(faults))

    def of_unit(self, unit: str) -> Iterator[tuple[str, Fact]]:
        """What is known of a unit, by the ids of the scheme."""
        for need in self._needs:
            fact = self._assessment(unit, need) if need.source is None else self._sourced(unit, need, need.source)
            if fact is not None:
                yield need.id, fact

    def _sourced(self, unit: str, need: Need, source: Source) -> Fact | None:
        if source.count:
            return self._counted(unit, source)
        return self._of_verdict(self._verdicts[unit, source.target], need.form)

    # --- a target ----------------------------------------------------------------------------------------------------

    def _of_verdict(self, verdict: Verdict, form: Form) -> Fact | None:
        """A verdict in the form that a rule uses; None where nothing is known."""
        measure = verdict.indicator.measure
        if verdict.status == "不适用":
            return NotApplicable("；".join(verdict.notes) or "不适用", _proofs(verdict))
        if form == "truth":
            known = _TRUTHS.get(verdict.status)
            return Known(known.value, _proofs(verdict)) if known else Unknown(Decimal(0), Decimal(1), _proofs(verdict))
        if measure in ("count", "occurs"):
            return self._events(verdict)
        if form == "share":
            return _rest(verdict) if measure in ("stock", "closing") else _share(verdict)
        if form == "movement":
            return Movement(verdict.whole or ANY, verdict.number or ANY, _proofs(verdict))
        return self._dated(verdict) if form == "incidents" and measure == "zero" else _number(verdict)

    def _events(self, verdict: Verdict) -> Events:
        """What was done, by day, and the days that are in doubt."""
        known: list[HeldEvent] = []
        doubts: list[Doubt] = []
        for part in verdict.periods:
            first, last = part.period.first, part.period.last
            # 补开 counts for no period: neither for the one that it makes up for, nor for that in which it was held
            inside = [event for event in part.events if first <= event.held <= last]
            known += [event for event in inside if event.evidence]
            if part.timing in ("未报", "未到期"):
                doubts.append(Doubt(first, last, part.timing))
            elif part.timing not in ("按期", "材料迟交") and part.period.late:
                doubts.append(Doubt(first, last, f"{part.timing}，下达滞后"))
            elif part.timing == "缺材料":
                doubts.append(Doubt(first, last, "缺材料"))
        if not verdict.periods:
            held = [row for row in verdict.rows if isinstance(row, HeldEvent)]
            known = [event for event in held if event.evidence]
            doubts = [Doubt(event.held, event.held, "缺材料") for event in held if not event.evidence]
            doubts += [] if self._word(verdict) else [self._unreported()]
        proofs = tuple(_proof(row, verdict.indicator) for row in self._word(verdict))
        events = tuple(Event(row.held, (_proof(row, verdict.indicator),)) for row in known)
        return Events(events, Known(Decimal(0)), proofs=proofs, doubts=tuple(doubts))

    def _dated(self, verdict: Verdict) -> Events:
        """The incidents that a goal of nought counts, by day; those that may count and those not reported are in doubt."""
        checks = verdict.indicator.checks
        known, doubts = [], [] if self._word(verdict) else [self._unreported()]
        for row in verdict.rows:
            if isinstance(row, Incident):
                if fits(row, checks):
                    known.append(Event(row.day, (_proof(row, verdict.indicator),)))
                else:
                    doubts.append(Doubt(row.day, row.day, f"{row.name}的等级、影响或时点不明"))
        proofs = tuple(_proof(row, verdict.indicator) for row in self._word(verdict))
        return Events(tuple(known), Known(Decimal(0)), proofs=proofs, doubts=tuple(doubts))

    def _word(self, verdict: Verdict) -> list[Declaration]:
        row = self._declared.get((verdict.unit.name, verdict.indicator.sheet))
        return [row] if row else []

    def _unreported(self) -> Doubt:
        return Doubt(date(self._reported.year, 1, 1), date(self._reported.year, 12, 31), "没有填报声明")

    # --- incidents ---------------------------------------------------------------------------------------------------

    def _counted(self, unit: str, source: Source) -> Amount:
        """Incidents, deaths, injured or loss of all incidents of a unit that the source describes."""
        least = more = Decimal(0)
        proofs = [_proof(row) for row in [self._declared.get((unit, "incidents"))] if row]
        for row in self._incidents[unit]:
            counts = fits(row, source.where)
            if counts is False:
                continue
            number = Decimal(1) if source.count == "incidents" else getattr(row, source.count)
            proofs.append(_proof(row))
            if number is None:
                more = UNBOUNDED
            elif counts:
                least += number
            else:
                more += number
        if (unit, "incidents") not in self._declared:
            more = UNBOUNDED
        return Unknown(least, least + more, tuple(proofs)) if more else Known(least, tuple(proofs))

    # --- what somebody says ------------------------------------------------------------------------------------------

    def _assessment(self, unit: str, need: Need) -> Fact | None:
        """What 评分记录 say to an item; None where they say nothing."""
        rows = self._assessed.get((unit, need.id), [])
        if need.form == "awards":
            known = tuple(Award(row.level, row.achievement, (_proof(row),)) for row in rows)
            complete = (unit, _ASSESSED) in self._declared
            return Awards(known, Known(Decimal(0)) if complete else ANY) if known or complete else None
        if not rows:
            return None
        proof = _proof(rows[0])
        value = rows[0].value or Decimal(0)
        if need.form == "judgement":
            return Judgement(value, rows[0].assessor, rows[0].reason, (proof,))
        return Known(value, (proof,))


def _misfits(row: Assessment, form: Form) -> Iterator[str]:
    """What is wrong with a line of 评分记录 for an item of this form."""
    if form == "awards":
        if not row.level or not row.achievement:
            yield "加分要填级别和名称"
    elif form not in (*_SAID, "judgement"):
        yield f"“{row.item}”按比率或升降计分，不能只填一个数；请在评分办法里写明 from"
    elif row.value is None:
        yield "没有填数值"
    elif form == "judgement" and not row.assessor:
        yield "酌情扣分要填评分人"


# --- forms -----------------------------------------------------------------------------------------------------------


def _number(verdict: Verdict) -> Amount | None:
    """What was counted; for shares the share in percent."""
    number, proofs = verdict.number, _proofs(verdict)
    if verdict.indicator.measure in ("ratio", "standing"):
        sure = isinstance(number, Known) and isinstance(verdict.whole, Known) and verdict.actual is not None
        return Known(verdict.actual or Decimal(0), proofs) if sure else None
    if number is None:
        return None
    return Known(number.value, proofs) if isinstance(number, Known) else Unknown(number.least, number.most, proofs)


def _share(verdict: Verdict) -> Share | None:
    """The numerator of the denominator; a quantity of that which is asked."""
    if verdict.number is None or verdict.whole is None:
        return None
    return Share(verdict.number, verdict.whole, _proofs(verdict))


def _rest(verdict: Verdict) -> Fact | None:
    """What is done of all, where a verdict counts what is not: hazards closed (in time) of those found."""
    if verdict.number is None or verdict.whole is None:
        return None
    number, whole = verdict.number, verdict.whole
    if whole.most == 0:
        return NotApplicable("没有这样的隐患", _proofs(verdict))
    most = UNBOUNDED if whole.most == UNBOUNDED else whole.most - number.least
    least = Decimal(0) if number.most == UNBOUNDED else max(Decimal(0), whole.least - number.most)
    return Share(Known(least) if least == most else Unknown(least, most), whole, _proofs(verdict))


# --- places ----------------------------------------------------------------------------------------------------------


def _proofs(verdict: Verdict) -> tuple[Proof, ...]:
    return tuple(_proof(row, verdict.indicator) for row in verdict.rows)


def _proof(row: Row, indicator: Indicator | None = None) -> Proof:
    """A line as the proof of a fact: where it stands, what it says, its day."""
    match row:
        case HeldEvent():
            return Proof(place_of(row, indicator), row.evidence, row.held)
        case Incident():
            return Proof(place_of(row), row.name, row.day)
        case Declaration():
            return Proof(place_of(row), "已填全")
        case Assessment():
            return Proof(place_of(row), row.evidence, None, row.assessor)
        case Exemption():
            return Proof(place_of(row), row.reason)
        case Figure():
            return Proof(place_of(row, indicator), f"{row.value}")
        case _:
            return Proof(place_of(row, indicator), row.evidence)
