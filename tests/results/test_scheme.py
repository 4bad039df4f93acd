"""Schemes as files: what they may say, and how every fault is told."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.errors import SchemeError
from jimei_kb.results.facts import Known
from jimei_kb.results.scheme import parse_scheme, read_scheme
from jimei_kb.results.scoring import score

EVERY = (Path(__file__).parent / "every-rule.toml").read_text(encoding="utf-8")
SMALL = """id = "a"
name = "甲"
year = 2024
source = "x"
base = 10
[[component]]
id = "c"
name = "乙"
max = 10
[[item]]
id = "i"
name = "丙"
component = "c"
max = 10
[[item.rule]]
kind = "binary"
"""
RULE = 'kind = "binary"'


def changed(old, new, text=SMALL):
    assert old in text
    return text.replace(old, new, 1)


def ruled(rule):
    return changed(RULE, rule)


def test_a_scheme_is_read_whole(every_rule):
    assert parse_scheme(EVERY) == every_rule
    assert [type(rule.kind).__name__ for rule in every_rule.rules()] == [
        *("Binary", "PerMissing", "Ratio", "Ratio", "Judged"),
        *("PerUnit", "PerUnit", "Change", "ZeroEvent", "Rank"),
    ]
    assert every_rule.components[1].weight == Decimal("0.8")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("id =", "scheme: not TOML: "),
        (changed("year = 2024\n", ""), "scheme: year: found nothing, expected a whole number from 1900 to 2200; change or add the key"),
        (changed('"甲"', "3"), "scheme: name: found 3, expected a text; change or add the key"),
        (changed("year = 2024", "year = true"), "year: found True, expected a whole number"),
        (changed('source = "x"', 'source = ""'), "source: found '', expected a text that is not empty"),
        (changed("base = 10", "base = nan"), "base: found Decimal('NaN'), expected a number above 0"),
        (changed("base = 10", "base = 1e400"), "base: found Decimal('1E+400'), expected a number above 0"),
        (changed("base = 10", "base = 100"), "base: found 100, expected 10, to which the components add up"),
        (changed("base = 10", "base = 10\nbonuses = 1"), "scheme: unknown keys bonuses; expected band, base,"),
        (
            changed("base = 10", "base = 10\nrounding = {places = 9, mode = 'up'}"),
            "[rounding]: places: found 9, expected a whole number from 0 to 6",
        ),
        (changed("base = 10", "base = 10\nillustrative = true"), "expected 示例权重 in the name of a scheme with illustrative = true"),
        (changed('"甲"', '"示例权重"'), "expected 示例权重 in the name of a scheme with illustrative = true, and in no other"),
        (changed('component = "c"', 'component = "d"'), "expected item i to name a component; 'd' is none of ['c']"),
        (
            changed("max = 10\n[[item.rule]]", "max = 9\n[[item.rule]]"),
            "[[component]] c: max: found 10, expected the 9 points that its items",
        ),
        (changed('name = "丙"', 'name = "丙"\nna = "zero"'), "[[item]] i: na: found 'zero', expected one of drop, full, redistribute"),
        (changed('[[item.rule]]\nkind = "binary"\n', ""), "[[item]] i: rule: found nothing, expected at least one [[item.rule]]"),
        (ruled('kind = "bin"'), "[[item]] i: [[rule]] 1: kind: found 'bin', expected one of binary, per_missing,"),
        (ruled(RULE + "\npoint = 3"), "[[rule]] 1: unknown keys point; expected from, id, kind, name, points, says; mend or remove"),
        (ruled(RULE + "\npoints = -3"), "points: found -3, expected a number above 0"),
        (
            ruled('kind = "per_missing"\npoints = 1\nperiod = "P1D"'),
            "period: found 'P1D', expected an ISO 8601 duration that divides a year",
        ),
        (ruled('kind = "per_unit"\nunit = "人"'), "steps: found nothing, expected either points for each unit, or steps"),
        (
            ruled('kind = "per_unit"\nunit = "人"\nsteps = [{ge = 2, points = 3}, {ge = 1, points = 4}]'),
            "expected either points for each unit, or steps {ge, points} that rise in both",
        ),
        (ruled('kind = "ratio"\nmode = "proportional"'), "target: found nothing, expected a number such as 0.8"),
        (ruled('kind = "ratio"\nmode = "proportional"\ntarget = "八成"'), "target: found '八成', expected a number such as 0.8"),
        (ruled('kind = "ratio"\nmode = "proportional"\ntarget = "1/0"'), "target: found '1/0', expected a number such as 0.8"),
        (ruled('kind = "ratio"\nmode = "proportional"\ntarget = 0'), "target: found 0, expected a share above 0"),
        (
            ruled('kind = "ratio"\nmode = "step"\nsteps = [{ge = 0.5, points = 11}]'),
            "from the best down, the first of them at most 10 points",
        ),
        (ruled('kind = "ratio"\nmode = "step"\nsteps = [{ge = 0.5, points = 1}, {ge = 0.6, points = 2}]'), "from the best down"),
        (ruled('kind = "change"\ntarget = "-5%"\nstretch = "-3%"\nat_target = 8'), "expected a movement below the target -1/20"),
        (ruled('kind = "change"\ntarget = "-5%"\nstretch = "-7%"\nat_target = 18'), "at_target: found 18, expected at most 10"),
        (ruled('kind = "zero_event"\nevent = "x"\nwindows = [[2024-02-02, 2024-01-01]]'), "windows: found [[datetime.date"),
        (ruled('kind = "zero_event"\nevent = "x"\nwindows = [[2024-02-02]]'), "expected pairs such as [[first, second]]"),
        (ruled('kind = "judged"\nmin = 5\nmax = 2'), "min: found 5, expected at most the max 2"),
        (SMALL + '[[band]]\nname = "x"\nge = 3', "found the bounds 3, expected them to fall, the last band without `ge`"),
        (SMALL + '[[band]]\nname = "x"\nge = 3\n[[band]]\nname = "y"\nge = 5\n[[band]]\nname = "z"', "found the bounds 3, 5, None"),
        (SMALL + '[[band]]\nname = "x"\n[[veto]]\nid = "v"\nwhen = "w"\ngrade = "y"', "expected each once and y among them"),
        (SMALL + '[[veto]]\nid = "v"\nwhen = "w"', "[[veto]] v: grade: found nothing, expected either grade"),
        (SMALL + '[[event]]\nid = "i"\nwhen = "w"\npoints = 1', "ids: found i more than once"),
        (SMALL + '[[bonus]]\nid = "b"\nwhen = "w"\npick = "max"', "[[bonus]] b: levels: found nothing, expected points by level"),
        (
            changed('name = "乙"', 'name = "乙"\nchild = "../x.toml"'),
            "child: found '../x.toml', expected the name of a .toml file that lies beside",
        ),
        (changed("[[component]]", "[component]"), "component: found {'id': 'c', 'name': '乙', 'max': 10}, expected tables [[component]]"),
    ],
)
def test_a_fault_says_where_what_and_what_to_do(text, fault):
    with pytest.raises(SchemeError, match=re.escape(fault)):
        parse_scheme(text)


def test_all_faults_are_told_at_once():
    text = changed("year = 2024", "year = 3", changed('"丙"', "5", ruled(RULE + "\nx = 1")))
    with pytest.raises(SchemeError) as caught:
        parse_scheme(text, "a.toml")
    assert [line.split(";")[0] for line in str(caught.value).splitlines()] == [
        "a.toml: [[item]] i: [[rule]] 1: unknown keys x",
        "a.toml: [[item]] i: name: found 5, expected a text",
        "a.toml: year: found 3, expected a whole number from 1900 to 2200",
    ]


@pytest.mark.parametrize(
    ("written", "value"), [("0.8", "4/5"), ('"80%"', "4/5"), ('"1/3"', "1/3"), ('"0.1‰"', "1/10000"), ("1", "1"), ('"12.5%"', "1/8")]
)
def test_thresholds_are_exact(written, value):
    (rule,) = parse_scheme(ruled(f'kind = "ratio"\nmode = "proportional"\ntarget = {written}')).rules()
    assert rule.kind.target == Fraction(value)


def test_a_child_scheme_lies_beside_its_parent(tmp_path):
    (tmp_path / "child.toml").write_text(SMALL, encoding="utf-8")
    parent = tmp_path / "parent.toml"
    parent.write_text(
        re.sub(r"\[\[item\]\].*", "", changed('name = "乙"', 'name = "乙"\nchild = "child.toml"'), flags=re.DOTALL), encoding="utf-8"
    )
    scheme = read_scheme(parent)
    assert scheme.fact_ids() == ["c/i"]
    assert score(scheme, "甲", {"c/i": Known(Decimal(1))}).total == (10, 10)

    (tmp_path / "child.toml").write_text(parent.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(SchemeError, match="the scheme is a child of itself"):
        read_scheme(parent)


@pytest.mark.parametrize(
    ("data", "fault"), [(None, "cannot be read"), (b"\xff\xfe", "not UTF-8 at byte 0"), (b"#" * 1_000_001, "at most 1000000")]
)
def test_what_is_no_scheme_file_is_refused(tmp_path, data, fault):
    path = tmp_path / "x.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(SchemeError, match=fault):
        read_scheme(path)


@given(st.integers(0, len(EVERY)), st.integers(0, 40), st.text(alphabet='[]{}"=-.19e%/\n人a', max_size=8))
def test_a_broken_scheme_is_refused_in_words(start, length, put):
    """Whatever is cut out or typed in: the scheme is read, or refused with a SchemeError."""
    with suppress(SchemeError):
        parse_scheme(EVERY[:start] + put + EVERY[start + length :])


def test_the_schemes_that_are_shipped_are_read(root):
    for path in sorted((root / "data" / "schemes").glob("*.toml")):
        scheme = read_scheme(path)
        assert scheme.illustrative == ("示例权重" in scheme.name)
        assert scheme.source
