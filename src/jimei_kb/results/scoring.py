"""From facts to points and grades, by a scheme.

The order: item → component → rescaled and weighted sum → events → bonus → floor and ceiling → grade by the bands → grade caps →
vetoes → rank. What is not known leaves a range from the worst to the best case at each step, and a set of possible grades.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from jimei_kb.errors import SchemeError
from jimei_kb.results.facts import ANY, NOUGHT, UNBOUNDED, Awards, Known, NotApplicable, Proof
from jimei_kb.results.measures import Around, Loss, amount, measure, spoken, spoken_amount
from jimei_kb.results.scheme import Bonus, Rank
from jimei_kb.tabular import Tabular

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jimei_kb.results.facts import Amount, Fact
    from jimei_kb.results.scheme import Component, Condition, Item, Penalty, Rounding, Rule, Scheme
    from jimei_kb.view.shown import Shown

    Facts = Mapping[str, Fact]

# digits of all intermediate results; what is shown is rounded as the scheme says
_DIGITS = 60
NOT_ASSESSED = "不予考评"
NO_GRADE = "未设等次"
NOTHING_APPLIES = "无适用的考核项"


class Range(NamedTuple):
    """The worst and the best case; both the same where all is known."""

    worst: Decimal
    best: Decimal

    @property
    def known(self) -> bool:
        """Whether there is nothing left to find out."""
        return self.worst == self.best


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points off, from at least to at most so many, with the rule, the reason, the clause and what it rests on."""

    rule: Rule
    item: Item
    loss: Loss


@dataclass(frozen=True, slots=True)
class ItemScore:
    """The points of an item; `applies` says why it does not apply, if so (empty: it does)."""

    item: Item
    points: Range
    not_applicable: str
    deductions: tuple[Deduction, ...]


@dataclass(frozen=True, slots=True)
class ComponentScore:
    """A component: `raw` on its own scale (of `raw_of`), `points` as they enter the sum (of `points_of`)."""

    component: Component
    raw: Range
    raw_of: Decimal
    points: Range
    points_of: Decimal
    items: tuple[ItemScore, ...]
    child: Score | None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points after the sum: an event (below nought) or a bonus (above)."""

    of: Penalty | Bonus
    points: Range
    reason: str
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A precondition, a grade cap or a veto: whether it takes effect (None: not known), and what effect it has."""

    kind: Literal["precondition", "cap", "veto", "bar"]
    of: Condition | Penalty
    effect: str
    grade: str | None
    holds: bool | None
    reason: str
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Score(Tabular):
    """What a unit scores by a scheme, with every deduction and its reason. Shows itself as a table.

    `total` is out of `total_of`, which is below the base where items that do not apply are dropped. `grades` are all that are
    possible, the best first.
    """

    scheme: Scheme
    unit: str
    components: tuple[ComponentScore, ...]
    adjustments: tuple[Adjustment, ...]
    decisions: tuple[Decision, ...]
    total: Range
    total_of: Decimal
    grades: tuple[str, ...]

    @property
    def title(self) -> str:
        """The name of the sheet in Excel."""
        return f"得分 {self.unit}"

    @property
    def columns(self) -> Mapping[str, str]:
        """Name → heading of the columns of `rows()`."""
        return dict(_SCORE_COLUMNS)

    def deductions(self) -> list[Deduction]:
        """Every deduction, also those that depend on what is not known; those of child schemes included."""
        found = []
        for one in self.components:
            found += [deduction for item in one.items for deduction in item.deductions]
            found += one.child.deductions() if one.child else []
        return found

    def rows(self) -> list[dict[str, Any]]:
        """[unit, step, id, name, of, worst, best, reason, clause, quote, proof, scheme], in the order of the calculation.

        `step` is 考核项, 扣分, 分项, 子办法, 事件, 加分, 前置条件, 封顶, 否决, 评优 or 总分; of, worst and best are points, None without a
        bound or a number; 扣分 are below nought. `proof` names each place, its words, its day and its assessor.
        """
        return [{"unit": self.unit, **row, "scheme": self.scheme.name} for row in _score_rows(self)]

    def notes(self) -> list[str]:
        """What is to be known about the whole: the source, whether the weights are an example, what the source leaves open."""
        return scheme_notes(self.scheme)

    def __repr__(self) -> str:
        """The text form, whole."""
        return self._shown().text

    def _repr_html_(self) -> str:
        return self._shown().html

    def _shown(self) -> Shown:
        from jimei_kb.view.scores import show_score

        return show_score(self.unit, self.notes(), self.rows())


@dataclass(frozen=True, slots=True, repr=False)
class Scores(Tabular):
    """The scores of several units by one scheme, ranked. Without a scheme there are no points, and it says so."""

    scheme: Scheme | None
    units: tuple[str, ...]
    items: tuple[Score, ...]

    @property
    def title(self) -> str:
        """The name of the sheet in Excel."""
        return "得分"

    @property
    def columns(self) -> Mapping[str, str]:
        """Name → heading of the columns of `rows()`."""
        return dict(_SCORES_COLUMNS)

    def rows(self) -> list[dict[str, Any]]:
        """[unit, worst, best, of, grades, rank_best, rank_worst, honour, scheme], a row for each unit, the best first.

        Without a scheme all but the unit is None. `honour` is 是, 否 or 未定: whether the unit is among the first that a title of the
        scheme is for, and not barred from it.
        """
        if self.scheme is None:
            return [{**dict.fromkeys(_SCORES_COLUMNS), "unit": unit} for unit in self.units]
        worst, best = (sorted(one.total[end] for one in self.items) for end in (0, 1))
        rows = [self._row(score, self.scheme, worst, best) for score in self.items]
        return sorted(rows, key=lambda row: (row["rank_best"], row["rank_worst"], row["unit"]))

    def _row(self, score: Score, scheme: Scheme, all_worst: Sequence[Decimal], all_best: Sequence[Decimal]) -> dict[str, Any]:
        """The row of a unit, ranked by the worst and the best totals of all, in rising order."""
        best = 1 + len(all_worst) - bisect_right(all_worst, score.total.best)
        # its own best case is no other unit's that is ahead
        worst = 1 + len(all_best) - bisect_right(all_best, score.total.worst) - (not score.total.known)
        return {
            "unit": score.unit,
            "worst": _plain(score.total.worst),
            "best": _plain(score.total.best),
            "of": _plain(score.total_of),
            "grades": "、".join(score.grades),
            "rank_best": best,
            "rank_worst": worst,
            "honour": _honour(score, best, worst),
            "scheme": scheme.name,
        }

    def __repr__(self) -> str:
        """A line for each unit."""
        return self._shown().text

    def _repr_html_(self) -> str:
        return self._shown().html

    def _shown(self) -> Shown:
        from jimei_kb.view.scores import show_scores

        notes = scheme_notes(self.scheme) if self.scheme else []
        honour = self.scheme.honour.title if self.scheme and self.scheme.honour else ""
        return show_scores(self.scheme.name if self.scheme else "", notes, self.rows(), honour)


_SCORE_COLUMNS = {
    "unit": "单位",
    "step": "步骤",
    "id": "编号",
    "name": "名称",
    "of": "满分",
    "worst": "最低",
    "best": "最高",
    "reason": "说明",
    "clause": "条款",
    "quote": "原文",
    "proof": "佐证",
    "scheme": "办法",
}
_SCORES_COLUMNS = {
    "unit": "单位",
    "worst": "最低",
    "best": "最高",
    "of": "满分",
    "grades": "等次（全部可能）",
    "rank_best": "名次（最好）",
    "rank_worst": "名次（最差）",
    "honour": "称号",
    "scheme": "办法",
}


def score(scheme: Scheme, unit: str, facts: Facts, others: Sequence[Facts] = ()) -> Score:
    """What `unit` scores by `scheme`.

    `facts` go by the ids of the scheme (`scheme.fact_ids()`); what is not given is unknown. `others` are the facts of the other
    units, for rules that rank. Raises SchemeError for an id that the scheme has not, or a fact that its rule cannot use.
    """
    unknown = sorted(set(facts) - set(scheme.fact_ids()))
    if unknown:
        raise SchemeError(f"{unit}：评分办法 {scheme.id} 没有 {'、'.join(unknown)}；有的是 {'、'.join(scheme.fact_ids())}")
    with localcontext() as context:
        context.prec = _DIGITS
        return _score(scheme, unit, facts, others)


def score_units(scheme: Scheme | None, facts: Mapping[str, Facts]) -> Scores:
    """The scores of all units (name → facts), each ranked among the others.

    Without a scheme nobody has points: a notice that sets targets sets no points by that.
    """
    units = tuple(facts)
    if scheme is None:
        return Scores(None, units, ())
    ranked = any(isinstance(rule.kind, Rank) for rule in scheme.rules())
    found = []
    for unit in units:
        others = [facts[other] for other in units if other != unit] if ranked else []
        found.append(score(scheme, unit, facts[unit], others))
    return Scores(scheme, units, tuple(found))


def scheme_notes(scheme: Scheme) -> list[str]:
    """What every output says about the scheme."""
    notes = [f"评分办法：{scheme.name}（{scheme.year}年）。出处：{scheme.source}"]
    if scheme.illustrative:
        notes.append("示例权重：分值、权重和等次为演示而设，不出自被考核的文件，不得作为考核依据。")
    kept = f"保留 {scheme.rounding.places} 位小数（{_ROUNDINGS[scheme.rounding.mode]}）"
    notes.append(f"各考核项、分项和总分均{kept}；等次按修约后的总分，下限含本数。")
    notes += [f"办法未载明：{one}" for one in scheme.unstated]
    return notes


_ROUNDINGS = {"half_up": "四舍五入", "half_even": "四舍六入五成双", "down": "截尾", "floor": "向下取整", "ceiling": "向上取整"}


def _score(scheme: Scheme, unit: str, facts: Facts, others: Sequence[Facts]) -> Score:
    components = tuple(_component(one, scheme, unit, facts, others) for one in scheme.components)
    adjustments = (*(_event(one, facts, scheme.year) for one in scheme.penalties), *(_bonus(one, facts) for one in scheme.bonuses))
    points = [*(one.points for one in components), *(one.points for one in adjustments)]
    total = _bounded(_sum(points), scheme)
    decisions = tuple(_decisions(scheme, facts))
    total_of = scheme.rounding(sum((one.points_of for one in components), NOUGHT))
    grades = _grades(scheme, total, total_of, decisions)
    return Score(scheme, unit, components, adjustments, decisions, total, total_of, grades)


def _sum(ranges: Sequence[Range]) -> Range:
    return Range(sum((one.worst for one in ranges), NOUGHT), sum((one.best for one in ranges), NOUGHT))


def _rounded(found: Range, rounding: Rounding) -> Range:
    return Range(rounding(found.worst), rounding(found.best))


def _bounded(total: Range, scheme: Scheme) -> Range:
    """The total between its floor (0, unless it may be negative) and its ceiling, rounded."""
    floor = -UNBOUNDED if scheme.negative else NOUGHT
    ceiling = UNBOUNDED if scheme.ceiling is None else scheme.ceiling
    worst, best = (min(max(value, floor), ceiling) for value in total)
    return _rounded(Range(worst, best), scheme.rounding)


# --- items and components ----------------------------------------------------------------------------------------------------


def _component(component: Component, scheme: Scheme, unit: str, facts: Facts, others: Sequence[Facts]) -> ComponentScore:
    items = tuple(_item(one, scheme, facts, others) for one in component.items)
    child = None
    if component.child:
        inside = f"{component.id}/"
        below = [_below(inside, one) for one in others]
        child = _score(component.child, unit, _below(inside, facts), below)
        raw, raw_of = child.total, child.total_of
    else:
        raw, raw_of = _raw(component, items, facts, scheme)

    def scaled(points: Decimal) -> Decimal:
        # the division last: what has a decimal form keeps it, so that a half is rounded as a half
        return points * component.rescale_to * component.weight / component.max

    return ComponentScore(
        component=component,
        raw=_rounded(raw, scheme.rounding),
        raw_of=raw_of,
        points=_rounded(Range(scaled(raw.worst), scaled(raw.best)), scheme.rounding),
        points_of=scheme.rounding(scaled(raw_of)),
        items=items,
        child=child,
    )


def _below(inside: str, facts: Facts) -> Facts:
    return {name.removeprefix(inside): fact for name, fact in facts.items() if name.startswith(inside)}


def _raw(component: Component, items: Sequence[ItemScore], facts: Facts, scheme: Scheme) -> tuple[Range, Decimal]:
    """The points of a component on its own scale, and how many it can have."""
    counted = [one for one in items if not one.not_applicable or one.item.na == "full"]
    possible = sum((one.item.max for one in counted), NOUGHT)
    spread = sum((one.item.max for one in items if one.not_applicable and one.item.na == "redistribute"), NOUGHT)
    found = _sum([one.points for one in counted])
    if spread and possible:
        # the points of items that do not apply go to the others, each by its weight
        found = Range(*(value * (possible + spread) / possible for value in found))
        possible += spread
    reported = amount(facts.get(component.id), scheme.year) if component.unlisted else Known(NOUGHT)
    if reported.least > component.unlisted or (isinstance(reported, Known) and reported.value > component.unlisted):
        raise SchemeError(f"{component.id}：报了 {spoken_amount(reported)} 分，满分是 {component.unlisted} 分；请更正")
    unlisted = Range(reported.least, min(reported.most, component.unlisted))
    return _sum([found, unlisted]), possible + component.unlisted


def _item(item: Item, scheme: Scheme, facts: Facts, others: Sequence[Facts]) -> ItemScore:
    given = {rule.id: facts.get(rule.id, facts.get(item.id)) for rule in item.rules}
    reasons = {rule_id: fact.reason for rule_id, fact in given.items() if isinstance(fact, NotApplicable)}
    if len(reasons) == len(given):
        full = Range(item.max, item.max) if item.na == "full" else Range(NOUGHT, NOUGHT)
        return ItemScore(item, full, "；".join(dict.fromkeys(reasons.values())) or "不适用", ())
    least = most = NOUGHT
    deductions = []
    for rule in item.rules:
        if rule.id in reasons:
            continue
        around = Around(scheme.year, [one.get(rule.id) for one in others] if isinstance(rule.kind, Rank) else ())
        try:
            measured = measure(rule.kind, given[rule.id], around)
        except SchemeError as error:
            raise SchemeError(f"{rule.id}：{error}") from error
        least, most = least + measured.least, most + measured.most
        deductions += [Deduction(rule, item, loss) for loss in measured.losses]
    floor = -UNBOUNDED if item.negative else NOUGHT
    points = Range(max(item.max - most, floor), max(item.max - least, floor))
    return ItemScore(item, _rounded(points, scheme.rounding), "", tuple(deductions))


# --- after the sum -----------------------------------------------------------------------------------------------------------


def _event(penalty: Penalty, facts: Facts, year: int) -> Adjustment:
    number = _amount(penalty.id, facts, year)

    def points(count: Decimal) -> Decimal:
        # an event that only caps the grade takes nothing off, however many there are
        return -max(NOUGHT, count - penalty.above) * penalty.points if penalty.points else NOUGHT

    return Adjustment(penalty, Range(points(number.most), points(number.least)), spoken_amount(number), number.proofs)


def _amount(fact_id: str, facts: Facts, year: int) -> Amount:
    try:
        return amount(facts.get(fact_id), year)
    except SchemeError as error:
        raise SchemeError(f"{fact_id}：{error}") from error


def _bonus(bonus: Bonus, facts: Facts) -> Adjustment:
    """The bonus for proven recognitions; those that may be added make the best case."""
    fact = facts.get(bonus.id, Awards((), ANY))
    if not isinstance(fact, Awards):
        raise SchemeError(f"{bonus.id}：事实给的是 {type(fact).__name__}，加分要的是 Awards；请换成这种形式")
    strange = sorted({one.level for one in fact.known} - set(bonus.levels))
    if strange:
        levels = "、".join(bonus.levels)
        raise SchemeError(f"{bonus.id}：表彰的级别是 {'、'.join(strange)}，评分办法有 {levels}；请更正级别")
    highest: dict[object, Decimal] = {}
    for number, one in enumerate(fact.known):
        key = one.achievement if bonus.once else number
        highest[key] = max(highest.get(key, NOUGHT), bonus.levels[one.level])
    top, bottom = max(bonus.levels.values()), min(bonus.levels.values())
    more, surely = fact.rest.most, fact.rest.least
    if bonus.pick == "max":
        best = max([*highest.values(), top if more else NOUGHT])
        worst = max([*highest.values(), bottom if surely >= 1 else NOUGHT])
    else:
        known = sum(highest.values(), NOUGHT)
        # one more award may be for an achievement that is counted already: then it adds what it is above, or nothing
        worst = known + (NOUGHT if bonus.once and highest else (min(surely, Decimal(1)) if bonus.once else surely) * bottom)
        best = known + (more * top if more else NOUGHT)
    cap = UNBOUNDED if bonus.cap is None else bonus.cap
    said = "、".join(f"{one.level}：{one.achievement}" for one in fact.known) or "无已证实的表彰"
    if more:
        said += "；是否另有表彰不明"
    proofs = (*fact.proofs, *(proof for one in fact.known for proof in one.proofs))
    return Adjustment(bonus, Range(min(worst, cap), min(best, cap)), said, proofs)


def _decisions(scheme: Scheme, facts: Facts) -> Iterator[Decision]:
    """Preconditions, caps, vetoes, in this order: whether each takes effect."""
    for one in scheme.preconditions:
        number = _amount(one.id, facts, scheme.year)
        met = _holds(number, one.ge)
        yield Decision("precondition", one, NOT_ASSESSED, None, None if met is None else not met, _met(met), number.proofs)
    for penalty in scheme.penalties:
        if penalty.cap_grade is not None:
            number = _amount(penalty.id, facts, scheme.year)
            effect, holds = f"最高{penalty.cap_grade}", _holds(number, penalty.ge)
            yield Decision("cap", penalty, effect, penalty.cap_grade, holds, spoken_amount(number), number.proofs)
    for one in scheme.vetoes:
        number = _amount(one.id, facts, scheme.year)
        effect = one.grade or f"取消{one.bars}"
        holds = _holds(number, one.ge)
        yield Decision("veto" if one.grade else "bar", one, effect, one.grade, holds, spoken_amount(number), number.proofs)


def _met(met: bool | None) -> str:  # noqa: FBT001 - three values
    return "是否满足不明" if met is None else "满足" if met else "不满足"


def _holds(number: Amount, ge: Decimal) -> bool | None:
    """Whether the number is `ge` or more; None where that is not known."""
    return True if number.least >= ge else False if number.most < ge else None


def _grades(scheme: Scheme, total: Range, total_of: Decimal, decisions: Sequence[Decision]) -> tuple[str, ...]:
    """All grades that are possible, the best first: by the bands, then lowered by caps, then by vetoes, which lift nobody."""
    refusals = [one.holds for one in decisions if one.kind == "precondition" and one.holds is not False]
    refused = (NOT_ASSESSED,) if refusals else ()
    if True in refusals:
        return refused
    if total_of == 0:
        return (NOTHING_APPLIES, *refused)
    names = [band.name for band in scheme.bands]
    if not names:
        return (NO_GRADE, *refused)
    found = set(range(_band(scheme, total.best), _band(scheme, total.worst) + 1))
    for one in decisions:
        if one.grade is not None and one.holds is not False:
            lowered = {max(place, names.index(one.grade)) for place in found}
            found = lowered if one.holds else found | lowered
    return (*(names[place] for place in sorted(found)), *refused)


def _band(scheme: Scheme, total: Decimal) -> int:
    """The place of the band that `total` falls into: a total that is its bound is in it."""
    return next(place for place, band in enumerate(scheme.bands) if band.ge is None or total >= band.ge)


def _honour(score: Score, best: int, worst: int) -> str | None:
    """Whether the unit has the title that the scheme gives to the first of the ranking."""
    honour = score.scheme.honour
    if honour is None:
        return None
    barred = [one.holds for one in score.decisions if one.kind in ("bar", "precondition")]
    if any(barred) or best > honour.top:
        return "否"
    return "是" if worst <= honour.top and None not in barred else "未定"


# --- rows --------------------------------------------------------------------------------------------------------------------


def _score_rows(score: Score) -> Iterator[dict[str, Any]]:
    for one in score.components:
        for item in one.items:
            yield from _item_rows(item)
        if one.child:
            yield from ({**row, "id": f"{one.component.id}/{row['id']}", "step": f"子办法{row['step']}"} for row in _score_rows(one.child))
        yield _component_row(one)
    for adjustment in score.adjustments:
        of = adjustment.of
        step = "加分" if isinstance(of, Bonus) else "事件"
        yield _row(step, of.id, of.when, adjustment.points, adjustment.reason, clause=of.clause, proofs=adjustment.proofs)
    for decision in score.decisions:
        holds = "未定" if decision.holds is None else decision.effect if decision.holds else "不触发"
        effect = f"（{decision.effect}）" if decision.holds is None else ""
        reason = f"{decision.reason}：{holds}{effect}"
        rule = decision.of
        yield _row(_DECISIONS[decision.kind], rule.id, rule.when, None, reason, clause=rule.clause, proofs=decision.proofs)
    grades = "、".join(score.grades)
    said = f"等次：{grades}" if len(score.grades) == 1 else f"等次未定，可能为：{grades}"
    yield _row("总分", score.scheme.id, score.scheme.name, score.total, said, of=score.total_of)


_DECISIONS = {"precondition": "前置条件", "cap": "封顶", "veto": "否决", "bar": "评优"}


def _item_rows(one: ItemScore) -> Iterator[dict[str, Any]]:
    item = one.item
    said = f"不适用：{one.not_applicable}（{_POLICIES[item.na]}）" if one.not_applicable else ""
    lost = sum((deduction.loss.least for deduction in one.deductions), NOUGHT)
    if lost > item.max and not item.negative:
        said = f"应扣{spoken(lost)}分，扣完为止"
    yield _row("考核项", item.id, item.name, one.points, said, of=item.max, clause=item.clause, quote=item.quote)
    for deduction in one.deductions:
        rule, loss = deduction.rule, deduction.loss
        name = f"{item.name}：{rule.name}" if rule.name else item.name
        said = f"{loss.reason}（{rule.says}）" if rule.says else loss.reason
        points = Range(-loss.most, -loss.least)
        yield _row("扣分", rule.id, name, points, said, clause=item.clause, quote=item.quote, proofs=loss.proofs)


_POLICIES = {"drop": "不计分也不计入满分", "full": "按满分计", "redistribute": "分值按比例分摊到本分项其他考核项"}


def _component_row(one: ComponentScore) -> dict[str, Any]:
    component = one.component
    said = []
    if component.rescale_to != component.max or component.weight != 1:
        weight = f"，权重{spoken(component.weight)}" if component.weight != 1 else ""
        said.append(f"原始分{spoken_range(one.raw)}（满分{spoken(one.raw_of)}），折算为{spoken(component.rescale_to)}分{weight}")
    if component.unlisted:
        said.append(f"其中{spoken(component.unlisted)}分没有细目，按上报的得分")
    return _row("分项", component.id, component.name, one.points, "；".join(said), of=one.points_of)


def spoken_range(found: Range) -> str:
    """86.5, or 80 至 92 where something is unknown."""
    return spoken(found.best) if found.known else f"{spoken(found.worst)} 至 {spoken(found.best)}"


def _row(
    step: str,
    row_id: str,
    name: str,
    points: Range | None,
    reason: str,
    *,
    of: Decimal | None = None,
    clause: str = "",
    quote: str = "",
    proofs: Sequence[Proof] = (),
) -> dict[str, Any]:
    return {
        "step": step,
        "id": row_id,
        "name": name,
        "of": None if of is None else _plain(of),
        "worst": _plain(points.worst) if points else None,
        "best": _plain(points.best) if points else None,
        "reason": reason or None,
        "clause": clause or None,
        "quote": quote or None,
        "proof": "；".join(spoken_proof(one) for one in proofs) or None,
    }


def spoken_proof(proof: Proof) -> str:
    """检查记录 第12行：“…”（2024-03-05，评分人：甲）."""
    quote = f"：“{proof.quote}”" if proof.quote else ""
    known = [proof.day.isoformat() if proof.day else "", f"评分人：{proof.assessor}" if proof.assessor else ""]
    return f"{proof.place}{quote}" + (f"（{'，'.join(one for one in known if one)}）" if any(known) else "")


def _plain(value: Decimal) -> int | float | None:
    """A number for tables: whole where it is whole, None where it has no bound."""
    if not value.is_finite():
        return None
    return int(value) if value == value.to_integral_value() else float(value)
