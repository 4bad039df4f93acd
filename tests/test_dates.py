"""Dates and festivals."""

from datetime import date, timedelta

import pytest

from jimei_kb.dates import festival, period, years_from


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ((2026, None, None, None, "底"), "2026-12-31"),
        ((2024, None, "2", None, "底"), "2024-02-29"),  # leap year
        ((2024, "上半年", None, None, None), "2024-06-30"),
        ((2024, "第三季度", None, None, None), "2024-09-30"),
        ((2024, None, "十二", "三十一", None), "2024-12-31"),
        ((2024, None, "5", None, "上旬"), "2024-05-10"),
    ],
)
def test_last_day_of_what_was_written(written: tuple[int, str | None, str | None, str | None, str | None], last: str) -> None:
    """底 and 末 end the period that they close."""
    found = period(*written)
    assert found is not None
    assert found.last.isoformat() == last


@pytest.mark.parametrize(
    "written", [(2023, None, "2", "29", None), (2024, None, "13", None, None), (None, None, "5", None, None), (2024, None, "6", "31", None)]
)
def test_no_date_is_none(written: tuple[int | None, str | None, str | None, str | None, str | None]) -> None:
    """A day that does not exist is not moved to another."""
    assert period(*written) is None


def test_spring_festival_follows_the_date() -> None:
    """The next one counts, whatever its year."""
    assert festival("春节", date(2024, 1, 21)) == date(2024, 2, 10)
    assert festival("春节", date(2024, 3, 1)) == date(2025, 1, 29)
    assert festival("国庆", date(2024, 10, 2)) == date(2025, 10, 1)
    assert festival("春节", date(2036, 1, 1)) is None


@pytest.mark.parametrize("year", range(2000, 2036))
def test_festivals_keep_their_distance_to_the_new_year(year: int) -> None:
    """正月初一 falls between 21 January and 21 February; 元宵节 is the 15th day; 端午节 the 5th of the 5th month, three months before 中秋节."""
    new_year = festival("春节", date(year, 1, 1))
    lantern = festival("元宵节", date(year, 1, 1))
    dragon_boat = festival("端午节", date(year, 1, 1))
    moon = festival("中秋节", date(year, 1, 1))
    assert new_year
    assert lantern
    assert dragon_boat
    assert moon
    assert date(year, 1, 21) <= new_year <= date(year, 2, 21)
    assert lantern - new_year == timedelta(days=14)
    assert 121 <= (dragon_boat - new_year).days <= 153  # four months, or five where one is doubled before
    assert 97 <= (moon - dragon_boat).days <= 129


def test_five_years_from_a_start() -> None:
    """2012年起5年内 ends with 2016; a 29 February has no namesake."""
    assert years_from(date(2012, 1, 1), 5) == date(2016, 12, 31)
    assert years_from(date(2024, 2, 29), 1) == date(2025, 2, 28)
