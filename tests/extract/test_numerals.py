"""Numbers as written become decimal strings."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimei_kb.extract.numerals import numeral

_WORDS = "零一二三四五六七八九"


def _written(number: int) -> str:
    """A number below 1000 as it is said: 105 → 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    head = f"{_WORDS[hundreds]}百" if hundreds else ""
    middle = "零" if hundreds and ones else ""
    if tens:
        middle = f"{_WORDS[tens]}十" if hundreds or tens > 1 else "十"
    return head + middle + (_WORDS[ones] if ones else "")


@pytest.mark.parametrize("number", range(1, 1000))
def test_every_number_below_a_thousand_is_read_as_said(number: int) -> None:
    """Small sets are tested whole."""
    assert numeral(_written(number)) == str(number)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("两", "2"),
        ("3,000", "3000"),
        ("70.5", "70.5"),
        ("一点五", "1.5"),
        ("二〇二四", "2024"),  # digit for digit
        ("三万五千", "35000"),
    ],
)
def test_other_spellings(written: str, value: str) -> None:
    """Thousands separators, decimals, years."""
    assert numeral(written) == value


@pytest.mark.parametrize("written", ["", "若干", "1.2.3", ".", "点五", "三点"])
def test_what_is_no_number_is_none(written: str) -> None:
    """No number is made up."""
    assert numeral(written) is None


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=12))
def test_any_text_is_accepted(written: str) -> None:
    """A number or None, never an exception."""
    value = numeral(written)
    assert value is None or float(value) >= 0
