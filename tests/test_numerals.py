"""Numbers as written become decimal strings."""

from __future__ import annotations

import ast
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.numerals import numeral, written

DIGITS = "零一二三四五六七八九"
FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
PLACES = ("千", "百", "十", "")


def spoken(figures: str) -> str:
    """Four figures as they are said: 0105 → 一百零五. Made from the figures, where `numeral` adds up places."""
    said = "".join(DIGITS[int(figure)] + place if figure != "0" else "零" for figure, place in zip(figures, PLACES, strict=True))
    while "零零" in said:
        said = said.replace("零零", "零")
    return said.strip("零")


# every number from 1 to 9999, by its figures
TABLE = {
    spoken("".join(figures)): "".join(figures).lstrip("0") for figures in product("0123456789", repeat=4) if any(f != "0" for f in figures)
}


def test_every_number_up_to_9999_is_read_as_said():
    """Small sets are tested whole: 9999 numbers, all different."""
    assert len(TABLE) == 9999
    assert {said: numeral(said) for said in TABLE} == TABLE


def test_a_leading_ten_may_leave_out_its_one():
    short = {said.removeprefix("一"): value for said, value in TABLE.items() if said.startswith("一十")}
    assert len(short) == 10
    assert {said: numeral(said) for said in short} == short


def test_every_number_up_to_9999_is_read_in_the_forms_of_banks():
    formal = {said.translate(FORMAL): value for said, value in TABLE.items()}
    assert {said: numeral(said) for said in formal} == formal


@pytest.mark.parametrize(
    "digits", ["〇一二三四五六七八九", "○一二三四五六七八九", "零一二三四五六七八九", "０１２３４５６７８９", "0123456789"]
)
def test_every_number_up_to_9999_is_read_digit_by_digit(digits):
    """As years and clause numbers are written: 二〇二四, １２."""
    written = {"".join(digits[int(figure)] for figure in str(value)): str(value) for value in range(1, 10_000)}
    assert {one: numeral(one) for one in written} == written


def test_ten_thousands_multiply_what_stands_before():
    sample = {said: value for at, (said, value) in enumerate(TABLE.items()) if at % 97 == 0}
    assert {said: numeral(f"{said}万") for said in sample} == {said: f"{value}0000" for said, value in sample.items()}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("两", "2"),
        ("两千", "2000"),
        ("3,000", "3000"),
        ("70.5", "70.5"),
        ("一点五", "1.5"),
        ("三万五千", "35000"),
        ("3千5百", "3500"),
        ("20万", "200000"),
        ("二OO四", "2004"),
    ],
)
def test_other_spellings(written, value):
    """Thousands separators, decimals, figures and characters mixed, zeros as old fonts print them."""
    assert numeral(written) == value


@pytest.mark.parametrize("written", ["", "若干", "1.2.3", ".", "点五", "三点", "十百", "一十二十", "一百二百", "①"])
def test_what_is_no_number_is_none(written):
    """No number is made up."""
    assert numeral(written) is None


@given(st.text(max_size=12) | st.text("零一两十百千万点.,5５", max_size=8))
def test_any_text_is_accepted(written):
    """A number or None, never an exception; a number is written in ASCII and is read as itself."""
    value = numeral(written)
    assert value is None or (value.isascii() and float(value) >= 0 and numeral(value) == value)


def test_nothing_else_in_the_package_reads_numerals(root):
    """No other module has a table of Chinese digits: two of them would drift apart."""
    package = root / "src" / "jimei_kb"
    tables = {}
    for path in package.rglob("*.py"):
        texts = [
            node.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        if any("一二三四" in text and "[" not in text for text in texts):
            tables[path.relative_to(package).as_posix()] = True
    assert tables == {}


@pytest.mark.parametrize("number", range(1, 100))
def test_what_is_written_is_read_back(number):
    assert numeral(written(number)) == str(number)


@pytest.mark.parametrize(("number", "characters"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九")])
def test_headings_count_in_characters(number, characters):
    assert written(number) == characters
