"""The number of a document (发文字号) in one spelling, however it is printed: 集街办［2024］第 046 号 → 集街办〔2024〕46号."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from jimei_kb.rules import Rule

_SPACE = re.compile(r"\s+")
_LEADING_ZEROS = re.compile("^0+(?=[0-9])")
# NFKC has made the full-width ones half-width already; round brackets in codes are printed full width.
_BRACKETS = str.maketrans("[]【】﹝﹞()", "〔〕〔〕〔〕（）")
_OUTER = re.compile("^（(?=[一-龥])|(?<=号)）$")


@lru_cache(maxsize=1)
def _shapes() -> tuple[Rule, ...]:
    return load_rules("docnumber", package="jimei_kb").rules


@dataclass(frozen=True, slots=True)
class DocNumber:
    """A document number taken apart: 集街办〔2024〕46号 is code 集街办, year 2024, serial 46.

    Orders run through without a year: 国务院令第707号. Two numbers are equal when they name the same document; `bracketed`
    only says how the year is printed (财政部公告2019年第1号 has no brackets). A serial in Chinese numerals stays as printed.
    """

    code: str
    serial: str
    year: int | None = None
    bracketed: bool = field(default=True, compare=False)

    @classmethod
    def parse(cls, written: str) -> Self | None:
        """The number that `written` is as a whole; None where it is none (a standard, 第707号 without its code).

        >>> DocNumber.parse("集街办【2024】第 46 号")
        DocNumber(code='集街办', serial='46', year=2024, bracketed=True)
        """
        folded = _folded(written)
        for text in (folded, _OUTER.sub("", folded)):
            for rule in _shapes():
                if match := rule.pattern.match(text):
                    year = match.groupdict().get("year")
                    serial = _LEADING_ZEROS.sub("", match["serial"])
                    return cls(match["code"], serial, int(year) if year else None, bracketed=rule.id != "docnumber.by_year")
        return None

    def __str__(self) -> str:
        """The number as GB/T 9704-2012 spells it."""
        if self.year is None:
            return f"{self.code}第{self.serial}号"
        return f"{self.code}〔{self.year}〕{self.serial}号" if self.bracketed else f"{self.code}{self.year}年第{self.serial}号"


def spelled(written: str) -> str:
    """`written` in the one spelling that compares; what is no document number comes back folded and without blanks.

    >>> spelled("GB 51142-2015"), spelled("安委会[2024]2 号")
    ('GB51142-2015', '安委会〔2024〕2号')
    """
    return str(DocNumber.parse(written) or _folded(written))


def _folded(written: str) -> str:
    """`written` without blanks, its digits half-width, one kind of each bracket."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", written)).translate(_BRACKETS)
