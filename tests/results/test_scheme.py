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
        ("id =", "评分办法：不是 TOML："),
        (changed("year = 2024\n", ""), "评分办法：year 没有写，应为 1900 到 2200 的整数；请改正或补上"),
        (changed('"甲"', "3"), "评分办法：name 是 3，应为一段文字；请改正或补上"),
        (changed("year = 2024", "year = true"), "year 是 True，应为 1900 到 2200 的整数"),
        (changed('source = "x"', 'source = ""'), "source 是 ''，应为一段文字，不能为空"),
        (changed("base = 10", "base = nan"), "base 是 NaN，应为大于 0、"),
        (changed("base = 10", "base = 1e400"), "base 是 1E+400，应为大于 0、"),
        (changed("base = 10", "base = 100"), "base 是 100，应为各部分之和 10"),
        (changed("base = 10", "base = 10\nbonuses = 1"), "评分办法：没有这样的键：bonuses；应为：band、base、"),
        (
            changed("base = 10", "base = 10\nrounding = {places = 9, mode = 'up'}"),
            "[rounding]：places 是 9，应为 0 到 6 的整数",
        ),
        (changed("base = 10", "base = 10\nillustrative = true"), "应为：illustrative = true 的办法，名称中写明“示例权重”"),
        (changed('"甲"', '"示例权重"'), "名称中写明“示例权重”；其他办法不写"),
        (changed('component = "c"', 'component = "d"'), "应为项目 i 所属的部分；d 不在 c 之内"),
        (
            changed("max = 10\n[[item.rule]]", "max = 9\n[[item.rule]]"),
            "[[component]] c：max 是 10，应为各项目与 unlisted（没有项目说明的分）之和 9 分",
        ),
        (changed('name = "丙"', 'name = "丙"\nna = "zero"'), "[[item]] i：na 是 'zero'，应为其中之一：drop、full、redistribute"),
        (changed('[[item.rule]]\nkind = "binary"\n', ""), "[[item]] i：rule 没有写，应为至少一条 [[item.rule]]"),
        (ruled('kind = "bin"'), "[[item]] i：[[rule]] 1：kind 是 'bin'，应为其中之一：binary、per_missing、"),
        (ruled(RULE + "\npoint = 3"), "[[rule]] 1：没有这样的键：point；应为：from、id、kind、name、points、says；请改正或去掉"),
        (ruled(RULE + "\npoints = -3"), "points 是 -3，应为大于 0、"),
        (
            ruled('kind = "per_missing"\npoints = 1\nperiod = "P1D"'),
            "period 是 'P1D'，应为能分尽一年的 ISO 8601 周期",
        ),
        (ruled('kind = "per_unit"\nunit = "人"'), "steps 没有写，应为每个单位的 points，或"),
        (
            ruled('kind = "per_unit"\nunit = "人"\nsteps = [{ge = 2, points = 3}, {ge = 1, points = 4}]'),
            "应为每个单位的 points，或两个数都递增的 steps {ge, points}",
        ),
        (ruled('kind = "ratio"\nmode = "proportional"'), "target 没有写，应为数，如 0.8"),
        (ruled('kind = "ratio"\nmode = "proportional"\ntarget = "八成"'), "target 是 '八成'，应为数，如 0.8"),
        (ruled('kind = "ratio"\nmode = "proportional"\ntarget = "1/0"'), "target 是 '1/0'，应为数，如 0.8"),
        (ruled('kind = "ratio"\nmode = "proportional"\ntarget = 0'), "target 是 0，应为大于 0 的比率"),
        (
            ruled('kind = "ratio"\nmode = "step"\nsteps = [{ge = 0.5, points = 11}]'),
            "从高到低的各档，第一档最多 10 分",
        ),
        (ruled('kind = "ratio"\nmode = "step"\nsteps = [{ge = 0.5, points = 1}, {ge = 0.6, points = 2}]'), "从高到低的各档"),
        (ruled('kind = "change"\ntarget = "-5%"\nstretch = "-3%"\nat_target = 8'), "应为比目标 -1/20 更低的变化"),
        (ruled('kind = "change"\ntarget = "-5%"\nstretch = "-7%"\nat_target = 18'), "at_target 是 18，应为不大于 10"),
        (ruled('kind = "zero_event"\nevent = "x"\nwindows = [[2024-02-02, 2024-01-01]]'), "windows 是 [[datetime.date"),
        (ruled('kind = "zero_event"\nevent = "x"\nwindows = [[2024-02-02]]'), "应为成对的列表，如 [[甲, 乙]]"),
        (ruled('kind = "judged"\nmin = 5\nmax = 2'), "min 是 5，应为不大于 max 2"),
        (SMALL + '[[band]]\nname = "x"\nge = 3', "band 的下限依次是 3，应从高到低，最后一等不写 ge"),
        (SMALL + '[[band]]\nname = "x"\nge = 3\n[[band]]\nname = "y"\nge = 5\n[[band]]\nname = "z"', "band 的下限依次是 3、5、无"),
        (SMALL + '[[band]]\nname = "x"\n[[veto]]\nid = "v"\nwhen = "w"\ngrade = "y"', "等次是 x，应各不相同，并有 y"),
        (SMALL + '[[veto]]\nid = "v"\nwhen = "w"', "[[veto]] v：grade 没有写，应为 grade（定为哪一等）或 bars"),
        (SMALL + '[[event]]\nid = "i"\nwhen = "w"\npoints = 1', "编号 i 不止一次"),
        (SMALL + '[[bonus]]\nid = "b"\nwhen = "w"\npick = "max"', "[[bonus]] b：levels 没有写，应为各级的加分"),
        (
            changed('name = "乙"', 'name = "乙"\nchild = "../x.toml"'),
            "child 是 '../x.toml'，应为与本文件同一文件夹中的 .toml 文件名",
        ),
        (changed("[[component]]", "[component]"), "component 是 {'id': 'c', 'name': '乙', 'max': 10}，应为表 [[component]]"),
    ],
)
def test_a_fault_says_where_what_and_what_to_do(text, fault):
    with pytest.raises(SchemeError, match=re.escape(fault)):
        parse_scheme(text)


def test_all_faults_are_told_at_once():
    text = changed("year = 2024", "year = 3", changed('"丙"', "5", ruled(RULE + "\nx = 1")))
    with pytest.raises(SchemeError) as caught:
        parse_scheme(text, "a.toml")
    assert [line.split("；")[0] for line in str(caught.value).splitlines()] == [
        "a.toml：[[item]] i：[[rule]] 1：没有这样的键：x",
        "a.toml：[[item]] i：name 是 5，应为一段文字",
        "a.toml：year 是 3，应为 1900 到 2200 的整数",
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
    with pytest.raises(SchemeError, match="评分办法是它自己的子办法"):
        read_scheme(parent)


@pytest.mark.parametrize(
    ("data", "fault"), [(None, "读不出来：没有这个文件"), (b"\xff\xfe", "第 0 字节不是 UTF-8"), (b"#" * 1_000_001, "最多 1000000 字节")]
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
