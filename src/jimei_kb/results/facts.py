"""What is known of a unit when it is scored: numbers, dated events, shares, movements, judgements, awards, and how much is not known.

Nothing here is nought by default. A number that nobody gave is `Unknown()`, a list of events says with `rest` how many more
there may be. Numbers are Decimals of units, times or persons; none is negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.errors import SchemeError

if TYPE_CHECKING:
    from datetime import date

NOUGHT = Decimal(0)
UNBOUNDED = Decimal("Infinity")
# beyond any count of a notice; keeps every product exact in the precision of the scoring
_LARGEST = Decimal(10) ** 15
_FINEST = -9


@dataclass(frozen=True, slots=True)
class Proof:
    """What a fact rests on: a place (检查记录 第12行), the words or the value there, the day, who assessed it."""

    place: str
    quote: str = ""
    day: date | None = None
    assessor: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A number that is known. A truth is 1 or 0: the plan is there, the condition is met."""

    value: Decimal
    proofs: tuple[Proof, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no plain number."""
        _check(self.value, "已知的数")

    @property
    def least(self) -> Decimal:
        """The number."""
        return self.value

    @property
    def most(self) -> Decimal:
        """The number."""
        return self.value


@dataclass(frozen=True, slots=True)
class Unknown:
    """A number that lies somewhere from `least` to `most`; without a word it may be any."""

    least: Decimal = NOUGHT
    most: Decimal = UNBOUNDED
    proofs: tuple[Proof, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no range."""
        _check(self.least, "未知的数的下限")
        if self.most != UNBOUNDED:
            _check(self.most, "未知的数的上限")
        if self.least > self.most:
            raise SchemeError(f"未知的数写作 {self.least} 到 {self.most}：下限大于上限；请改正")


Amount = Known | Unknown


def _check(value: Decimal, what: str) -> None:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or not NOUGHT <= value <= _LARGEST or exponent < _FINEST:
        raise SchemeError(f"{what}是 {value}；应为 0 到 {_LARGEST:.0E} 的数，小数最多 {-_FINEST} 位")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, on a day or, with None, on a day of the year that is not known."""

    day: date | None
    proofs: tuple[Proof, ...] = ()


class Doubt(NamedTuple):
    """Days from `first` to `last` in which it is open what happened or whether it counts, and why: 未报, 缺材料, 下达滞后."""

    first: date
    last: date
    why: str


@dataclass(frozen=True, slots=True)
class Events:
    """Events that are known, and how many more there are in the year: `rest`, which all lie from the first to the last day of `within`.

    In the days of `doubts` there may be any number besides.
    """

    known: tuple[Event, ...]
    rest: Amount
    within: tuple[date, date] | None = None
    proofs: tuple[Proof, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`: persons trained of persons. The whole is above nought; where there is nobody, say NotApplicable."""

    part: Amount
    whole: Amount
    proofs: tuple[Proof, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a share of nothing."""
        if self.whole.most == 0:
            raise SchemeError("比率的分母是 0；规则对某单位不适用时请写 NotApplicable")


@dataclass(frozen=True, slots=True)
class Movement:
    """A number `before` (the baseline) and `now`."""

    before: Amount
    now: Amount
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """Points that an assessor takes off at discretion (酌情扣分); without a name of the assessor it does not count."""

    points: Decimal
    assessor: str
    reason: str = ""
    proofs: tuple[Proof, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a judgement that is nobody's."""
        _check(self.points, "酌情扣分的分值")
        if not self.assessor.strip():
            raise SchemeError(f"酌情扣分 {self.points} 分没有评分人；请写明由谁评定")


@dataclass(frozen=True, slots=True)
class Award:
    """A recognition: its level (市, 省) and the achievement that it was given for."""

    level: str
    achievement: str
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Awards:
    """Recognitions that are proven, and how many more there may be."""

    known: tuple[Award, ...]
    rest: Amount
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """An item or a rule that does not apply to the unit, and why."""

    reason: str
    proofs: tuple[Proof, ...] = ()


Fact = Known | Unknown | Events | Share | Movement | Judgement | Awards | NotApplicable
ANY = Unknown()
