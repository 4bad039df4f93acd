"""The measures: one function for each kind of rule, from a fact to the points that it takes off.

Each gives a `Measured`: at least and at most so many points off, and the losses that say why. Least and most are exact for what is
known: there is a completion of the unknown that takes off the one, and one that takes off the other.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from jimei_kb.errors import SchemeError
from jimei_kb.query.calendar import periods_of
from jimei_kb.results.facts import (
    ANY,
    NOUGHT,
    UNBOUNDED,
    Amount,
    Event,
    Events,
    Fact,
    Judgement,
    Known,
    Movement,
    NotApplicable,
    Proof,
    Share,
    Unknown,
)
from jimei_kb.results.scheme import Binary, Change, Judged, PerMissing, PerUnit, Rank, Ratio, ZeroEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from jimei_kb.results.scheme import Kind

_HALVES = ("上半年", "下半年")
_QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")


class Loss(NamedTuple):
    """One reason why points are off: at least and at most so many. They differ where something is unknown."""

    least: Decimal
    most: Decimal
    reason: str
    proofs: tuple[Proof, ...] = ()


class Measured(NamedTuple):
    """Points off in all, and the reasons."""

    least: Decimal
    most: Decimal
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What a measure knows besides the fact: the year, and the same number of the other units (for a rank)."""

    year: int
    others: Sequence[Fact | None] = ()


def measure(kind: Kind, fact: Fact | None, around: Around) -> Measured:
    """The points that the rule `kind` takes off for `fact`; None is a fact that nobody gave.

    Raises SchemeError for a fact of a form that the rule cannot use.
    """
    return _MEASURES[type(kind)](kind, fact, around)


# --- facts as numbers ---------------------------------------------------------------------------------------------------


def amount(fact: Fact | None, year: int) -> Amount:
    """A fact as a number; events of `year` are counted."""
    match fact:
        case None:
            return ANY
        case Known() | Unknown():
            return fact
        case Events(known=known, rest=rest):
            count = Decimal(sum(one.day is None or one.day.year == year for one in known))
            proofs = (*fact.proofs, *(proof for one in known for proof in one.proofs))
            if isinstance(rest, Known) and not fact.doubts:
                return Known(count + rest.value, proofs)
            return Unknown(count + rest.least, UNBOUNDED if fact.doubts else count + rest.most, proofs)
    raise _other(fact, "Known、Unknown 或 Events")


def _other(fact: Fact, expected: str) -> SchemeError:
    return SchemeError(f"事实给的是 {type(fact).__name__}，规则要的是 {expected}；请换成这种形式")


def spoken(value: Decimal) -> str:
    """A number without trailing noughts: 5, 0.5, 无上限."""
    if not value.is_finite():
        return "无上限" if value > 0 else "无下限"
    return f"{value.normalize():f}" if value else "0"


def spoken_amount(number: Amount, unit: str = "") -> str:
    """3起, 2至5起, 不少于2起, 未知."""
    if number.least == number.most:
        return f"{spoken(number.least)}{unit}"
    if number.most == UNBOUNDED:
        return f"不少于{spoken(number.least)}{unit}（其余未知）" if number.least else "未知"
    return f"{spoken(number.least)}至{spoken(number.most)}{unit}（未定）"


# --- points off for something ----------------------------------------------------------------------------------------------


def binary(rule: Binary, fact: Fact | None, around: Around) -> Measured:
    """Points off where the thing is absent (0), none where it is there (1 or more)."""
    there = amount(fact, around.year)
    most = rule.points if there.least < 1 else NOUGHT
    least = rule.points if there.most < 1 else NOUGHT
    return _one(least, most, "未见" if least else "有无不明", there.proofs)


def per_missing(rule: PerMissing, fact: Fact | None, around: Around) -> Measured:
    """Points off for each event that is missing in a period.

    What is known by number only may lie anywhere: at best it fills gaps, at worst it falls where nothing was missing, or all
    into the smallest gap. A gap in days that are in doubt may be none.
    """
    events = fact if isinstance(fact, Events) else Events((), amount(fact, around.year))
    days = [one.day for one in events.known if one.day is not None]
    undated = len(events.known) - len(days)
    least, most = (bound + undated for bound in (events.rest.least, events.rest.most))
    periods = _periods(rule.period, around.year)
    # an event whose day is not known may lie on any day of the year
    first, last = (periods[0][0], periods[-1][1]) if undated or events.within is None else events.within
    by_period: list[list[Event]] = [[] for _ in periods]
    starts = [start for start, _ in periods]
    for one in events.known:
        if one.day is not None and starts[0] <= one.day <= periods[-1][1]:
            by_period[bisect_right(starts, one.day) - 1].append(one)
    gaps, open_gaps, losses = [], [], []
    # gaps that may be none, and those that only the rest can fill
    doubted = fillable = NOUGHT
    for (start, end), held in zip(periods, by_period, strict=True):
        gap = Decimal(max(0, rule.required - len(held)))
        is_open = most > 0 and start <= last and first <= end
        doubt = next((one for one in events.doubts if start <= one.last and one.first <= end), None)
        gaps.append(gap)
        open_gaps += [gap] if is_open else []
        doubted += gap if doubt else NOUGHT
        fillable += gap if is_open and not doubt else NOUGHT
        if gap:
            surely = NOUGHT if doubt else max(NOUGHT, gap - most) if is_open else gap
            said = f"{_period_name(start, end)}应有{rule.required}次，有据可查{len(held)}次"
            said += f"（{doubt.why}）" if doubt else "，是否另有记录不明" if is_open else ""
            proofs = tuple(proof for one in held for proof in one.proofs) or events.proofs
            losses.append(Loss(surely * rule.points, gap * rule.points, said, proofs))
    if most > 0 and not open_gaps:
        raise SchemeError(f"其余的事件在 {first} 至 {last}，不在 {around.year} 年内；请改成这一年的日期")
    missing = sum(gaps, NOUGHT)
    filled_at_worst = min(least, *open_gaps) if open_gaps else NOUGHT
    filled_at_best = doubted + min(most, fillable)
    outside = [one for one in events.known if one.day is not None and not periods[0][0] <= one.day <= periods[-1][1]]
    losses += [Loss(NOUGHT, NOUGHT, f"{one.day}不在{periods[0][0]}至{periods[-1][1]}内，不计", one.proofs) for one in outside]
    return Measured((missing - filled_at_best) * rule.points, (missing - filled_at_worst) * rule.points, tuple(losses))


def per_unit(rule: PerUnit, fact: Fact | None, around: Around) -> Measured:
    """Points off for each unit beyond the number that is let pass, or by steps."""
    number = amount(fact, around.year)

    def points(count: Decimal) -> Decimal:
        beyond = max(NOUGHT, count - rule.above)
        if rule.points is not None:
            return beyond * rule.points
        return max((off for bound, off in rule.steps if beyond >= bound), default=NOUGHT)

    allowed = f"，超过{spoken(rule.above)}{rule.unit}的部分扣分" if rule.above else ""
    return _one(points(number.least), points(number.most), spoken_amount(number, rule.unit) + allowed, number.proofs)


def zero_event(rule: ZeroEvent, fact: Fact | None, around: Around) -> Measured:
    """All points off if the event happened, in a window where the rule has windows."""
    number = amount(fact, around.year)
    proofs = number.proofs
    if rule.windows and isinstance(fact, Events):
        inside = [one for one in fact.known if one.day and any(first <= one.day <= last for first, last in rule.windows)]
        undated = sum(one.day is None for one in fact.known)
        touches = fact.within is None or any(first <= fact.within[1] and fact.within[0] <= last for first, last in rule.windows)
        doubted = any(first <= one.last and one.first <= last for first, last in rule.windows for one in fact.doubts)
        more = UNBOUNDED if doubted else undated + (fact.rest.most if touches else NOUGHT)
        number = Unknown(Decimal(len(inside)), len(inside) + more) if more else Known(Decimal(len(inside)))
        proofs = (*fact.proofs, *(proof for one in inside for proof in one.proofs))
    least = rule.points if number.least > 0 else NOUGHT
    most = rule.points if number.most > 0 else NOUGHT
    return _one(least, most, f"{rule.event}：{spoken_amount(number)}", proofs)


def judged(rule: Judged, fact: Fact | None, around: Around) -> Measured:  # noqa: ARG001 - all measures are called alike
    """The points of the assessor; as long as nobody judged, from none to the most that the rule allows."""
    if fact is None:
        return _one(NOUGHT, rule.most, f"酌情扣分，尚无评分人意见（可扣{spoken(rule.least)}至{spoken(rule.most)}分，或不扣）", ())
    if not isinstance(fact, Judgement):
        raise _other(fact, "Judgement")
    if fact.points and not rule.least <= fact.points <= rule.most:
        raise SchemeError(f"{fact.assessor} 扣了 {fact.points} 分；规则允许不扣，或扣 {rule.least} 至 {rule.most} 分；请更正")
    proofs = tuple(proof if proof.assessor else Proof(proof.place, proof.quote, proof.day, fact.assessor) for proof in fact.proofs)
    reason = f"酌情扣分：{fact.reason}" if fact.reason else "酌情扣分"
    return _one(fact.points, fact.points, reason, proofs or (Proof("评分意见", assessor=fact.assessor),))


# --- points earned by something --------------------------------------------------------------------------------------------


def ratio(rule: Ratio, fact: Fact | None, around: Around) -> Measured:  # noqa: ARG001
    """The points that a share does not earn. Shares are compared with their thresholds as exact fractions."""
    share = Share(ANY, ANY) if fact is None else fact
    if not isinstance(share, Share):
        raise _other(share, "Share")
    low, high = _share(share.part.least, share.whole.most), _share(share.part.most, share.whole.least)
    best, worst = (high, low) if rule.direction == ">=" else (low, high)
    if share.part.least == share.part.most and share.whole.least == share.whole.most:
        reached = f"实际{_percent(low)}"
    else:
        reached = f"实际{_percent(low)}至{_percent(high)}（未定）" if low or high is not None else "实际未知"
    sign = "不低于" if rule.direction == ">=" else "不高于"
    said = f"{reached}，目标{sign}{_percent(rule.target)}（分子{spoken_amount(share.part)}，分母{spoken_amount(share.whole)}）"
    proofs = (*share.proofs, *share.part.proofs, *share.whole.proofs)
    return _one(rule.points - _earned(rule, best), rule.points - _earned(rule, worst), said, proofs)


def _share(part: Decimal, whole: Decimal) -> Fraction | None:
    """The share, exactly; None beyond all bounds (of a whole that is next to nought)."""
    if whole == UNBOUNDED or part == 0:
        return Fraction(0)
    return None if part == UNBOUNDED or whole == 0 else Fraction(part) / Fraction(whole)


def _earned(rule: Ratio, share: Fraction | None) -> Decimal:
    """The points that `share` earns."""

    def reaches(bound: Fraction) -> bool:
        return (share is None or share >= bound) if rule.direction == ">=" else (share is not None and share <= bound)

    if rule.mode == "step":
        return next((points for bound, points in rule.steps if reaches(bound)), NOUGHT)
    if reaches(rule.target):
        return rule.points
    if rule.mode == "all_or_nothing" or share is None:
        return NOUGHT
    # "<=" is missed by a share above the target, so it is not nought
    return _decimal(Fraction(rule.points) * (share / rule.target if rule.direction == ">=" else rule.target / share))


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _percent(share: Fraction | None) -> str:
    if share is None:
        return "无上限"
    percent = _decimal(share * 100)
    shown = round(percent, 2)
    return f"{'' if percent == shown else '约'}{spoken(shown)}%"


def change(rule: Change, fact: Fact | None, around: Around) -> Measured:  # noqa: ARG001
    """The points that a movement does not earn. Where the baseline may be nought no movement can be told: anything is possible."""
    movement = Movement(ANY, ANY) if fact is None else fact
    if not isinstance(movement, Movement):
        raise _other(movement, "Movement")
    before, now = movement.before, movement.now
    proofs = (*movement.proofs, *before.proofs, *now.proofs)
    goal = _signed(rule.target) if rule.target or not rule.strict else "下降" if rule.direction == "<=" else "上升"
    said = f"基数{spoken_amount(before)}，本年{spoken_amount(now)}，目标{goal}"
    said += f"、力争{_signed(rule.stretch)}" if rule.stretch is not None else ""
    if before.least == 0:
        why = "基数为零，升降幅度无从计算，由评分人认定" if before.most == 0 else "基数不明或可能为零，升降幅度未定"
        return _one(NOUGHT, rule.points, f"{said}：{why}", proofs)
    falling = rule.direction == "<="
    best = (before.most, now.least) if falling else (before.least, now.most)
    worst = (before.least, now.most) if falling else (before.most, now.least)
    return _one(rule.points - _moved(rule, *best), rule.points - _moved(rule, *worst), said, proofs)


def _moved(rule: Change, before: Decimal, now: Decimal) -> Decimal:
    """The points that the way from `before` to `now` earns."""
    if UNBOUNDED in (before, now):
        # a baseline without bound is as good as a number that fell, a number without bound as one that rose
        return rule.points if (before == UNBOUNDED) == (rule.direction == "<=") else NOUGHT

    def ahead(goal: Fraction) -> Fraction:
        """How far the number is beyond the goal; below nought where it falls short."""
        moved = Fraction(now) - Fraction(before) * (1 + goal)
        return moved if rule.direction == ">=" else -moved

    if rule.stretch is not None and ahead(rule.stretch) >= 0:
        return rule.points
    beyond = ahead(rule.target)
    return rule.at_target if beyond > 0 or (beyond == 0 and not rule.strict) else NOUGHT


def _signed(goal: Fraction) -> str:
    shown = spoken(round(_decimal(goal * 100), 2))
    return f"+{shown}%" if goal > 0 else f"{shown}%"


def rank(rule: Rank, fact: Fact | None, around: Around) -> Measured:
    """The points of the first `top_k` units; equal numbers share the better place, as 1, 2, 2, 4."""
    own = amount(fact, around.year)
    others = [amount(other, around.year) for other in around.others if not isinstance(other, NotApplicable)]
    best, worst = places(own, others, descending=rule.order == "descending")
    place = f"第{best}名" if best == worst else f"第{best}至{worst}名（未定）"
    said = f"{rule.by}：{spoken_amount(own)}，{len(others) + 1}个单位中{place}，前{rule.top_k}名得分"
    least, most = (rule.points if one > rule.top_k else NOUGHT for one in (best, worst))
    return _one(least, most, said, own.proofs)


def places(own: Amount, others: Sequence[Amount], *, descending: bool) -> tuple[int, int]:
    """The best and the worst place that a number from `own.least` to `own.most` can have among the others."""
    if descending:
        ahead = (sum(one.least > own.most for one in others), sum(one.most > own.least for one in others))
    else:
        ahead = (sum(one.most < own.least for one in others), sum(one.least < own.most for one in others))
    return 1 + ahead[0], 1 + ahead[1]


# --- parts -----------------------------------------------------------------------------------------------------------------


def _one(least: Decimal, most: Decimal, reason: str, proofs: tuple[Proof, ...]) -> Measured:
    """A measure with one reason, or none where no point can be lost."""
    return Measured(least, most, (Loss(least, most, reason, proofs),) if most else ())


@cache
def _periods(period: str, year: int) -> tuple[tuple[date, date], ...]:
    return tuple(periods_of(period, year))


def _period_name(first: date, last: date) -> str:
    """第二季度, 上半年, 7月; days where it has no name."""
    months = last.month - first.month + 1
    if (last - first).days < 27:
        return f"{first}至{last}"
    names = {12: (f"{first.year}年",), 6: _HALVES, 3: _QUARTERS, 1: tuple(f"{month}月" for month in range(1, 13))}
    return names[months][(first.month - 1) // months] if months in names else f"{first.month}月至{last.month}月"


_MEASURES: Mapping[type, Callable[[Any, Fact | None, Around], Measured]] = MappingProxyType(
    {
        Binary: binary,
        PerMissing: per_missing,
        PerUnit: per_unit,
        Ratio: ratio,
        Change: change,
        ZeroEvent: zero_event,
        Judged: judged,
        Rank: rank,
    }
)
