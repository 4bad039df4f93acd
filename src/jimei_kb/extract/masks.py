"""The text as the wording rules read it: folded, without blanks, cited documents blanked out; always with the way back.

Rules are written for one spelling: half-width digits and signs, one kind of each bracket, no
blanks (`2024 年 12 月`, `三年行动方 案`). `read` makes that spelling, `Reading.span` leads from it to the
canonical text, so that every quotation stays as printed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jimei_kb.records import Citation, Clause, Document

FILLER = "〓"
"""What stands for each character of a cited document in a masked text: no digit, no word, no mark."""

# One to one, so offsets stay. All square brackets become 〔〕, all round ones (), «» and the like 《》.
# Forty replacements of single characters cost a tenth of one str.translate on Chinese text.
_FOLDS = tuple(
    zip("０１２３４５６７８９．％＋－／［【﹝[］】﹞]（）﹙﹚«»＜＞‹›", "0123456789.%+-/〔〔〔〔〕〕〕〕()()《》<><>", strict=True)
)
_ASCII_MARKS = re.compile(r"[,;:](?:(?<=[一-龥》)〕”%〓][,;:])|(?<=[0-9][,;:])(?=[一-龥《“〓]))")
_MARKS = {",": "，", ";": "；", ":": "："}
_BLANKS = re.compile("[ \u00a0\u2000-\u200d\u3000\ufeff][ \u00a0\u2000-\u200d\u3000\ufeff]*")  # faster to find than […]+


class Reading(NamedTuple):
    """A text without blanks, and for each blank that was left out the place where it stood."""

    text: str
    gaps: tuple[int, ...]

    def span(self, start: int, end: int, offset: int = 0) -> Span:
        """The span that `text[start:end]` was read from, in the text as printed, which begins at `offset`."""
        gaps = self.gaps
        if not gaps:
            return Span(start + offset, end + offset)
        if end <= start:
            at = start + bisect_right(gaps, start) + offset
            return Span(at, at)
        return Span(start + bisect_right(gaps, start) + offset, end + bisect_right(gaps, end - 1) + offset)


@lru_cache(maxsize=4)
def fold(text: str) -> str:
    """`text` of the same length with width and bracket variants made one: `［２０２４］` → `〔2024〕`."""
    folded = text
    for variant, sign in _FOLDS:
        folded = folded.replace(variant, sign)
    return _ASCII_MARKS.sub(lambda mark: _MARKS[mark[0]], folded)


@lru_cache(maxsize=4)
def read(text: str) -> Reading:
    """`text` folded and without blanks: `2024 年 12 月底前` → `2024年12月底前`.

    The last few are remembered, as the last few folded texts are: clauses, metrics and schedules read the same masked text.
    """
    return without_blanks(fold(text))


def without_blanks(folded: str) -> Reading:
    """A folded text without its blanks."""
    pieces: list[str] = []
    gaps: list[int] = []
    at = kept = 0
    for blank in _BLANKS.finditer(folded):
        start, end = blank.span()
        if folded[start - 1 : start].isdigit() and folded[end : end + 1].isdigit():
            continue  # a blank between two digits separates two numbers (5 10 is not 510); every other is lay-out
        pieces.append(folded[at:start])
        kept += start - at
        gaps.extend([kept] * (end - start))
        at = end
    pieces.append(folded[at:])
    return Reading("".join(pieces), tuple(gaps))


def mask_citations(document: Document, citations: Iterable[Citation]) -> str:
    """The canonical text with every cited document blanked out by as many fillers.

    No rule for numbers or dates may see the 2024 and the 46 of 集街办〔2024〕46号, nor the 三年 of a plan's title.
    """
    text = document.text
    pieces: list[str] = []
    at = 0
    for span in sorted(citation.span for citation in citations):
        if span.end <= at:  # a carried document lies inside its carrier
            continue
        start = max(span.start, at)
        pieces += text[at:start], FILLER * (span.end - start)
        at = span.end
    return "".join([*pieces, text[at:]])


class Places:
    """Which clause holds a span: spans of clauses tile the body, so one bisection finds it."""

    def __init__(self, document: Document) -> None:
        self._clauses = sorted(document.clauses, key=attrgetter("span"))
        self._starts = [clause.span.start for clause in self._clauses]

    def clause(self, span: Span) -> Clause | None:
        """The clause whose own span holds `span`; None in head, tail, or across a border."""
        at = bisect_right(self._starts, span.start) - 1
        if at < 0 or not self._clauses[at].span.holds(span):
            return None
        return self._clauses[at]
