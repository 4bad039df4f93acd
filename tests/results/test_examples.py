"""Schemes that were really used: the score by hand beside the score of the engine. What their sources leave open stays open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jimei_kb.results.facts import Award, Awards, Event, Events, Judgement, Known, Movement, NotApplicable, Share, Unknown
from jimei_kb.results.scheme import read_scheme
from jimei_kb.results.scoring import NO_GRADE, NOT_ASSESSED, score, score_units

SCHEMES = Path(__file__).parent / "schemes"


def k(number):
    return Known(Decimal(number))


def days(year, *months, rest=None):
    return Events(tuple(Event(date(year, month, 15)) for month in months), k(0) if rest is None else rest)


def share(part, whole):
    return Share(k(part), k(whole))


def awards(*levels, rest=0):
    return Awards(tuple(Award(level, f"成果{number}") for number, level in enumerate(levels)), k(rest))


NONE = k(0)
E1 = {"major": NONE, "disaster": NONE}
E3 = {
    **dict.fromkeys(("larger", "above-index", "criticised", "no-photo", "deaths-above", "major"), NONE),
    "innovation": awards(),
}
E5 = {**dict.fromkeys(("deaths", "severe", "minor", "house-fire", "deaths-in-one"), NONE), "forest-fire": Judgement(Decimal(0), "甲")}
E6 = {
    "organisation": k(1),
    "plan": k(1),
    "meetings": days(2011, *range(1, 13)),
    "checks": days(2011, *range(1, 13)),
    "register": share(1, 3),
    "joint": days(2011, 1, 4, 7, 10),
}
E8 = {"all": k(5), "led": days(2012, 3, 9), "deaths": NONE, "severe": NONE}
E9 = {"joint-meetings": days(2011, 3, 9), "special-checks": days(2011, 2, 5, 8, 11), "letter": k(1)}
E13 = {"fall": Movement(k(100), k(93)), "fatality": share(1, 10_000), "deaths": k(724)}

# scheme, facts, worst and best by hand, grades by hand
BY_HAND = [
    # E1: ≥90, 80–90, 60–80, <60, lower bound inclusive
    ("e01", {**E1, "all": k(90)}, "90", "90", ("优秀",)),
    ("e01", {**E1, "all": k("89.99")}, "89.99", "89.99", ("良好",)),
    ("e01", {**E1, "all": k(80)}, "80", "80", ("良好",)),
    ("e01", {**E1, "all": k("79.99")}, "79.99", "79.99", ("合格",)),
    ("e01", {**E1, "all": k(60)}, "60", "60", ("合格",)),
    ("e01", {**E1, "all": k("59.99")}, "59.99", "59.99", ("不合格",)),
    # 89.995 becomes 90.00: the grade goes by what is published
    ("e01", {**E1, "all": k("89.995")}, "90", "90", ("优秀",)),
    # −20 for each; 100 − 20 = 80 is 良好 with or without the cap
    ("e01", {**E1, "all": k(100), "major": k(1)}, "80", "80", ("良好",)),
    ("e01", {**E1, "all": k(100), "major": k(2)}, "60", "60", ("合格",)),
    ("e01", {**E1, "all": k(100), "major": k(6)}, "0", "0", ("不合格",)),
    ("e01", {**E1, "all": k(100), "disaster": k(1)}, "100", "100", ("不合格",)),
    # one event perhaps: a grade is possible where the range from 75 to 95 touches its band
    ("e01", {**E1, "all": k(95), "major": Unknown(Decimal(0), Decimal(1))}, "75", "95", ("优秀", "良好", "合格")),
    # nobody said anything about accidents: nought to all is possible
    ("e01", {"all": k(95)}, "0", "95", ("优秀", "良好", "合格", "不合格")),
    # E2: 66.5 of 70 as they are, 92 of 100 become 27.6 of 30
    ("e02", {"safety": k("66.5"), "fire": k(92)}, "94.1", "94.1", (NO_GRADE,)),
    ("e02", {"safety": k("66.5")}, "66.5", "96.5", (NO_GRADE,)),
    # 94.1 of 100 become 28.23 of 30
    ("e02-parent", {"safety-and-fire/safety": k("66.5"), "safety-and-fire/fire": k(92), "others": k(60)}, "88.23", "88.23", (NO_GRADE,)),
    # E3: 95 / 90 / 80
    ("e03", {**E3, "all": k(95)}, "95", "95", ("优秀",)),
    ("e03", {**E3, "all": k("94.99")}, "94.99", "94.99", ("良好",)),
    ("e03", {**E3, "all": k(90)}, "90", "90", ("良好",)),
    ("e03", {**E3, "all": k("89.99")}, "89.99", "89.99", ("达标",)),
    ("e03", {**E3, "all": k(80)}, "80", "80", ("达标",)),
    ("e03", {**E3, "all": k("79.99")}, "79.99", "79.99", ("不达标",)),
    # the highest only: 市 +1 and 省 +3 are +3
    ("e03", {**E3, "all": k(90), "innovation": awards("市", "省")}, "93", "93", ("良好",)),
    ("e03", {**E3, "all": k(90), "innovation": awards("国家", "国家")}, "95", "95", ("优秀",)),
    # two larger accidents −1, one above the index −1, one criticism −2, no pictures −3
    (
        "e03",
        {**E3, "all": k(97), "larger": k(2), "above-index": k(1), "criticised": k(1), "no-photo": k(1)},
        "90",
        "90",
        ("良好",),
    ),
    ("e03", {**E3, "all": k(99), "major": k(1)}, "99", "99", ("不达标",)),
    # an innovation that is not proven yet: 90 to 95
    ("e03", {**E3, "all": k(90), "innovation": awards(rest=1)}, "91", "95", ("优秀", "良好")),
    # E4: 90 × 0.2 + 80 × 0.3 + 70 × 0.5 = 77; two awards of the state +10
    ("e04", {"daily": k(90), "special": k(80), "overall": k(70), "awards": awards("国家", "国家")}, "87", "87", (NO_GRADE,)),
    ("e04", {"daily": k(90), "special": k(80), "awards": awards()}, "42", "92", (NO_GRADE,)),
    # E5: block of 60, 扣完为止
    ("e05", E5, "60", "60", ("等次未载明",)),
    ("e05", {**E5, "deaths": k(1)}, "30", "30", ("等次未载明",)),
    ("e05", {**E5, "severe": k(1), "minor": k(2)}, "25", "25", ("等次未载明",)),
    ("e05", {**E5, "severe": k(2), "minor": k(1), "house-fire": k(1)}, "10", "10", ("等次未载明",)),
    ("e05", {**E5, "deaths": k(1), "severe": k(3), "house-fire": k(1)}, "0", "0", ("等次未载明",)),
    ("e05", {**E5, "deaths": k(2), "deaths-in-one": k(2)}, "30", "30", ("一票否决",)),
    ("e05", {**E5, "deaths": k(1), "deaths-in-one": k(1)}, "30", "30", ("等次未载明",)),
    ("e05", {**E5, "forest-fire": Judgement(Decimal(7), "甲", "过火面积")}, "53", "53", ("等次未载明",)),
    ("e05", {name: fact for name, fact in E5.items() if name != "forest-fire"}, "45", "60", ("等次未载明",)),
    # E6: six rules of 4 points
    ("e06", E6, "24", "24", (NO_GRADE,)),
    ("e06", {**E6, "organisation": NONE}, "20", "20", (NO_GRADE,)),
    ("e06", {**E6, "plan": NONE}, "22", "22", (NO_GRADE,)),
    ("e06", {**E6, "meetings": days(2011, *range(1, 11))}, "22", "22", (NO_GRADE,)),
    # seven meetings missing are −7 of 4: nothing below nought
    ("e06", {**E6, "meetings": days(2011, *range(1, 6))}, "20", "20", (NO_GRADE,)),
    ("e06", {**E6, "checks": days(2011, *range(1, 12))}, "20", "20", (NO_GRADE,)),
    # one third exactly is not below one third
    ("e06", {**E6, "register": share(33, 100)}, "20", "20", (NO_GRADE,)),
    ("e06", {**E6, "joint": days(2011, 1, 4, 7)}, "22", "22", (NO_GRADE,)),
    ("e06", {**E6, "joint": days(2011, 1, 2, 3, 4)}, "20", "20", (NO_GRADE,)),
    ("e06", {**E6, "meetings": days(2011, *range(1, 11), rest=Unknown())}, "22", "24", (NO_GRADE,)),
    # E7
    ("e07", {"deaths-within": k(1), "plan": NONE, "level-1": k(20), "others": k(70)}, "90", "90", (NO_GRADE,)),
    ("e07", {"deaths-within": NONE, "plan": k(1), "level-1": k(20), "others": k(70)}, "100", "100", (NOT_ASSESSED,)),
    ("e07", {"plan": k(1), "level-1": k(20), "others": k(70)}, "100", "100", (NO_GRADE, NOT_ASSESSED)),
    # E8: −3 for each of two that is missing; ten deaths, fifty injured
    ("e08", E8, "11", "11", ("等次未载明",)),
    ("e08", {**E8, "led": days(2012, 3)}, "8", "8", ("等次未载明",)),
    ("e08", {**E8, "led": NONE}, "5", "5", ("等次未载明",)),
    ("e08", {**E8, "deaths": k(9), "severe": k(49)}, "11", "11", ("等次未载明",)),
    ("e08", {**E8, "deaths": k(10)}, "11", "11", ("不达标",)),
    ("e08", {**E8, "severe": k(50)}, "11", "11", ("不达标",)),
    # E9: three rules of one item
    ("e09", E9, "10", "10", (NO_GRADE,)),
    ("e09", {**E9, "joint-meetings": days(2011, 3), "special-checks": days(2011, 2), "letter": NONE}, "4", "4", (NO_GRADE,)),
    # E10
    ("e10", {"all": k(70), "ten-deaths": k(9)}, "70", "70", ("等次未载明",)),
    ("e10", {"all": k("69.99"), "ten-deaths": NONE}, "69.99", "69.99", ("不合格",)),
    ("e10", {"all": k(99), "ten-deaths": k(10)}, "99", "99", ("不合格",)),
    # E11: whole points
    ("e11", {"all": k(90)}, "90", "90", ("合格，可评先进",)),
    ("e11", {"all": k(80)}, "80", "80", ("合格",)),
    ("e11", {"all": k("79.4")}, "79", "79", ("不合格",)),
    ("e11", {"all": k("79.5")}, "80", "80", ("合格",)),
    # E12: only the hundred is known
    ("e12", {}, "0", "100", (NO_GRADE,)),
    ("e12", {"all": k("88.8")}, "88.8", "88.8", (NO_GRADE,)),
    # E13: −7 % is the stretch goal, −5 % the target, 0.1 ‰ and 724 are reached at their edges
    ("e13", E13, "30", "30", (NO_GRADE,)),
    ("e13", {**E13, "fall": Movement(k(100), k("93.01"))}, "28", "28", (NO_GRADE,)),
    ("e13", {**E13, "fall": Movement(k(100), k(95))}, "28", "28", (NO_GRADE,)),
    ("e13", {**E13, "fall": Movement(k(100), k("95.01"))}, "20", "20", (NO_GRADE,)),
    ("e13", {**E13, "fatality": share("1.0001", 10_000)}, "20", "20", (NO_GRADE,)),
    ("e13", {**E13, "deaths": k(727)}, "27", "27", (NO_GRADE,)),
    # no baseline: the item is open
    ("e13", {**E13, "fall": Movement(Unknown(), k(95))}, "20", "30", (NO_GRADE,)),
    ("e13", {**E13, "fall": Movement(k(0), k(0))}, "20", "30", (NO_GRADE,)),
    # E15: three in each quarter
    ("e15", {"listed": days(2012, 1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10)}, "12", "12", (NO_GRADE,)),
    ("e15", {"listed": days(2012, 1, 1, 1, 1, 1, 1, 7, 7, 10)}, "6", "6", (NO_GRADE,)),
]


@pytest.mark.parametrize(("name", "facts", "worst", "best", "grades"), BY_HAND)
def test_the_engine_scores_as_by_hand(name, facts, worst, best, grades):
    found = score(read_scheme(SCHEMES / f"{name}.toml"), "甲社区", facts)
    assert (found.total, found.grades) == ((Decimal(worst), Decimal(best)), grades)


def test_every_example_is_scored_by_hand():
    """E14 tells who evaluates and when, and no points: it has no scheme."""
    assert {name for name, *_ in BY_HAND} == {path.stem for path in SCHEMES.glob("*.toml")}
    assert {path.stem[:3] for path in SCHEMES.glob("*.toml")} == {f"e{number:02}" for number in range(1, 16)} - {"e14"}


def test_without_a_scheme_there_are_no_points():
    found = score_units(None, {"甲社区": {}, "乙社区": {}})
    assert [(row["unit"], row["worst"], row["best"], row["grades"]) for row in found.rows()] == [
        ("甲社区", None, None, None),
        ("乙社区", None, None, None),
    ]
    assert "没有给出评分办法，不计分" in repr(found)
    assert "没有给出评分办法，不计分" in found._repr_html_()


def test_a_rescaled_child_keeps_its_raw_score():
    facts = {"safety-and-fire/safety": k("66.5"), "safety-and-fire/fire": k(92), "others": k(60)}
    found = score(read_scheme(SCHEMES / "e02-parent.toml"), "甲镇", facts)
    (whole, _) = found.components
    assert (whole.raw.best, whole.raw_of, whole.points.best, whole.points_of) == (Decimal("94.1"), 100, Decimal("28.23"), 30)
    (_, fire) = whole.child.components
    assert (fire.raw.best, fire.points.best) == (92, Decimal("27.6"))
    assert "原始分94.1（满分100），折算为30分" in repr(found)


def test_what_a_source_leaves_open_is_said_in_every_output():
    found = score(read_scheme(SCHEMES / "e12.toml"), "甲镇", {})
    for text in (repr(found), found._repr_html_(), repr(score_units(found.scheme, {"甲镇": {}}))):
        assert "办法未载明：日常考核和年终考核各占多少" in text


def test_not_applicable_is_no_nought():
    facts = {**E6, "organisation": NotApplicable("由街道统一设置")}
    found = score(read_scheme(SCHEMES / "e06.toml"), "甲社区", facts)
    assert (found.total, found.total_of) == ((20, 20), 20)
    assert "不适用：由街道统一设置" in repr(found)
