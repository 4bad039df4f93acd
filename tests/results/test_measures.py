"""One rule at a time: its edges, and that its least and most are reached by some completion."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.errors import SchemeError
from jimei_kb.results.facts import Doubt, Event, Events, Judgement, Known, Movement, Proof, Share, Unknown
from jimei_kb.results.measures import Around, measure
from jimei_kb.results.scheme import Binary, Change, Judged, PerMissing, PerUnit, Rank, Ratio, ZeroEvent

AROUND = Around(2024)
QUARTERS = (2, 5, 8, 11)


def k(number):
    return Known(Decimal(number))


def open_number(least, most=None):
    return Unknown(Decimal(least)) if most is None else Unknown(Decimal(least), Decimal(most))


def off(kind, fact, around=AROUND):
    found = measure(kind, fact, around)
    return found.least, found.most


def in_quarters(counts):
    """Events: so many in each quarter."""
    return tuple(Event(date(2024, month, 1 + number)) for month, count in zip(QUARTERS, counts, strict=True) for number in range(count))


@given(
    st.tuples(*[st.integers(0, 3)] * 4),
    st.integers(1, 3),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from([None, (0, 0), (1, 2), (0, 3)]),
)
def test_missing_events_are_bounded_exactly(counts, required, least, further, quarters):
    """All ways to place the events of which only the number is known: the fewest and the most points off are the bounds."""
    first, last = quarters or (0, 3)
    window = quarters and (date(2024, 3 * first + 1, 1), date(2024, 3 * last + 3, 30))
    rule = PerMissing(required, "P3M", Decimal(2))
    found = off(rule, Events(in_quarters(counts), open_number(least, least + further), window))
    every = []
    for number in range(least, least + further + 1):
        for places in combinations_with_replacement(range(first, last + 1), number):
            full = [count + places.count(quarter) for quarter, count in enumerate(counts)]
            every.append(sum(max(0, required - count) for count in full) * 2)
    assert found == (min(every), max(every))


@given(st.tuples(*[st.integers(0, 3)] * 4), st.integers(1, 3), st.sets(st.integers(0, 3), max_size=3), st.integers(0, 3))
def test_days_in_doubt_are_bounded_exactly(counts, required, doubted, further):
    """In quarters in doubt any number may have been held, in the others up to `further` in all."""
    doubts = tuple(Doubt(date(2024, 3 * quarter + 1, 1), date(2024, 3 * quarter + 3, 30), "未报") for quarter in sorted(doubted))
    rule = PerMissing(required, "P3M", Decimal(2))
    found = measure(rule, Events(in_quarters(counts), open_number(0, further), doubts=doubts), AROUND)
    gaps = [max(0, required - count) for count in counts]
    sure = sum(gap for quarter, gap in enumerate(gaps) if quarter not in doubted)
    assert (found.least, found.most) == (2 * max(0, sure - further), 2 * sum(gaps))
    assert sum(loss.most for loss in found.losses) == found.most
    assert all("（未报）" in loss.reason for loss in found.losses if not loss.least) or further


def test_a_missing_period_is_named():
    found = measure(PerMissing(1, "P1M", Decimal(1)), Events(tuple(Event(date(2024, m, 3)) for m in range(1, 12)), k(0)), AROUND)
    assert [loss.reason for loss in found.losses] == ["12月应有1次，有据可查0次"]


def test_an_event_of_another_year_is_not_counted_and_said():
    found = measure(PerMissing(1, "P1Y", Decimal(3)), Events((Event(date(2023, 12, 31)),), k(0)), AROUND)
    assert (found.least, found.most) == (3, 3)
    assert [loss.reason for loss in found.losses] == ["2024年应有1次，有据可查0次", "2023-12-31不在2024-01-01至2024-12-31内，不计"]


def test_events_by_number_only_may_lie_anywhere():
    """Four in the year: one in each quarter, or all in one."""
    assert off(PerMissing(1, "P3M", Decimal(2)), k(4)) == (0, 6)


def test_the_rest_must_lie_in_the_year():
    with pytest.raises(SchemeError, match="不在 2024 年内"):
        off(PerMissing(1, "P3M", Decimal(2)), Events((), k(1), (date(2025, 1, 1), date(2025, 2, 1))))


@pytest.mark.parametrize(
    ("fact", "bounds"), [(k(1), (0, 0)), (k(0), (4, 4)), (None, (0, 4)), (Events((Event(None),), open_number(0)), (0, 0))]
)
def test_binary(fact, bounds):
    assert off(Binary(Decimal(4)), fact) == bounds


@pytest.mark.parametrize(
    ("fact", "bounds"),
    [(k(0), (0, 0)), (k(2), (0, 0)), (k(5), (9, 9)), (open_number(1, 4), (0, 6)), (open_number(3), (3, Decimal("Infinity")))],
)
def test_per_unit_above_a_number(fact, bounds):
    assert off(PerUnit("起", Decimal(3), (), Decimal(2)), fact) == bounds


@pytest.mark.parametrize(("fact", "bounds"), [(k(0), (0, 0)), (k(1), (15, 15)), (k(2), (30, 30)), (k(9), (30, 30)), (None, (0, 30))])
def test_per_unit_by_steps(fact, bounds):
    steps = ((Decimal(1), Decimal(15)), (Decimal(2), Decimal(30)))
    assert off(PerUnit("人", None, steps, Decimal(0)), fact) == bounds


def ratio(mode, target, direction=">=", steps=()):
    return Ratio(Fraction(target), direction, mode, tuple((Fraction(a), Decimal(b)) for a, b in steps), Decimal(10))


THIRDS = (("2/3", 10), ("1/3", 5))


@pytest.mark.parametrize(
    ("rule", "part", "whole", "bounds"),
    [
        (ratio("all_or_nothing", "0.8"), k(80), k(100), (0, 0)),
        (ratio("all_or_nothing", "0.8"), k("79.999"), k(100), (10, 10)),
        (ratio("proportional", "0.8"), k(60), k(100), (Decimal("2.5"), Decimal("2.5"))),
        (ratio("proportional", "0.8"), k(100), k(100), (0, 0)),
        (ratio("proportional", "0.8"), open_number(40, 60), k(100), (Decimal("2.5"), 5)),
        (ratio("proportional", "0.8"), k(60), open_number(100), (Decimal("2.5"), 10)),
        (ratio("proportional", "0.8"), None, None, (0, 10)),
        (ratio("proportional", "0.2", "<="), k(40), k(100), (5, 5)),
        (ratio("proportional", "0.2", "<="), k(20), k(100), (0, 0)),
        (ratio("all_or_nothing", "0", "<="), k(0), k(100), (0, 0)),
        (ratio("step", "2/3", steps=THIRDS), k(2), k(3), (0, 0)),
        (ratio("step", "2/3", steps=THIRDS), k(1), k(3), (5, 5)),
        (ratio("step", "2/3", steps=THIRDS), k("0.999"), k(3), (10, 10)),
        (ratio("step", "2/3", steps=THIRDS), open_number(1, 2), k(3), (0, 5)),
    ],
)
def test_ratio(rule, part, whole, bounds):
    assert off(rule, None if part is None else Share(part, whole)) == bounds


FALL = Change(Fraction("-0.05"), False, Fraction("-0.07"), "<=", Decimal(10), Decimal(8))
RISE = Change(Fraction("0.05"), False, None, ">=", Decimal(10), Decimal(10))
ANY_FALL = Change(Fraction(0), True, None, "<=", Decimal(10), Decimal(10))


@pytest.mark.parametrize(
    ("rule", "before", "now", "bounds"),
    [
        (FALL, k(100), k(93), (0, 0)),
        (FALL, k(100), k(95), (2, 2)),
        (FALL, k(100), k("95.1"), (10, 10)),
        (FALL, k(100), open_number(0, 94), (0, 2)),
        (FALL, k(100), open_number(0), (0, 10)),
        (FALL, open_number(100), k(93), (0, 0)),
        (FALL, open_number(0), k(93), (0, 10)),
        (FALL, k(0), k(0), (0, 10)),
        (RISE, k(100), k(105), (0, 0)),
        (RISE, k(100), k("104.9"), (10, 10)),
        (RISE, open_number(100), k(105), (0, 10)),
        (ANY_FALL, k(3), k(3), (10, 10)),
        (ANY_FALL, k(3), k(2), (0, 0)),
    ],
)
def test_change(rule, before, now, bounds):
    assert off(rule, Movement(before, now)) == bounds


def test_a_baseline_of_nought_is_left_to_a_person():
    (loss,) = measure(FALL, Movement(k(0), k(0)), AROUND).losses
    assert "基数为零，升降幅度无从计算，由评分人认定" in loss.reason


FESTIVAL = ZeroEvent("火灾", ((date(2024, 2, 9), date(2024, 2, 17)),), Decimal(5))


@pytest.mark.parametrize(
    ("fact", "bounds"),
    [
        (k(0), (0, 0)),
        (k(1), (5, 5)),
        (None, (0, 5)),
        (Events((Event(date(2024, 2, 17)),), k(0)), (5, 5)),
        (Events((Event(date(2024, 2, 18)),), k(0)), (0, 0)),
        (Events((Event(None),), k(0)), (0, 5)),
        (Events((), k(2)), (0, 5)),
        (Events((), k(2), (date(2024, 3, 1), date(2024, 12, 31))), (0, 0)),
    ],
)
def test_zero_event_in_a_window(fact, bounds):
    assert off(FESTIVAL, fact) == bounds


def test_judged():
    rule = Judged(Decimal(2), Decimal(6))
    assert off(rule, None) == (0, 6)
    assert off(rule, Judgement(Decimal(0), "甲")) == (0, 0)
    (loss,) = measure(rule, Judgement(Decimal(3), "甲", "台账不全", (Proof("台账 第2行"),)), AROUND).losses
    assert (loss.least, loss.most, loss.reason, loss.proofs[0].assessor) == (3, 3, "酌情扣分：台账不全", "甲")
    with pytest.raises(SchemeError, match="没有评分人；请写明由谁评定"):
        Judgement(Decimal(3), " ")


@pytest.mark.parametrize(
    ("own", "others", "order", "bounds"),
    [
        (k(5), [k(4), k(3)], "descending", (0, 0)),
        (k(5), [k(6), k(7)], "descending", (10, 10)),
        (k(5), [k(5), k(5), k(6)], "descending", (0, 0)),  # 1, 2, 2, 2
        (k(5), [k(6), open_number(0)], "descending", (0, 10)),
        (open_number(0, 9), [k(6), k(7)], "descending", (0, 10)),
        (k(5), [k(6), k(7), None], "ascending", (0, 0)),
        (None, [k(6), k(7)], "ascending", (0, 10)),
    ],
)
def test_rank(own, others, order, bounds):
    assert off(Rank("信息数", order, 2, Decimal(10)), own, Around(2024, others)) == bounds


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1", "1E+16", "0.0000000001"])
def test_no_number_is_no_fact(value):
    with pytest.raises(SchemeError, match=r"已知的数是 .*；应为 0 到 1E\+15 的数"):
        Known(Decimal(value))


def test_a_range_that_is_none_is_refused():
    with pytest.raises(SchemeError, match="下限大于上限"):
        open_number(2, 1)
    with pytest.raises(SchemeError, match="比率的分母是 0"):
        Share(k(0), k(0))
