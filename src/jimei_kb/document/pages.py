"""On which page of its source a text stands, as far as the source shows its pages."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from jimei_kb.records import OffsetMap

UNKNOWN = 0
_NUMBER = re.compile(r"\d+")


def find_pages(raw: str, offsets: OffsetMap) -> tuple[tuple[int, int], ...]:
    """(where a page begins in the canonical text, its number) in text order, 0 where it is unknown; empty where none is known.

    Printed page numbers (— 3 —) say which page ends with them, or begins, where the number is the first line after a form
    feed. Where none is printed, form feeds part the pages of the file, the first being 1.
    """
    stretches = _printed(raw) or _fed(raw)
    pages: list[tuple[int, int]] = []
    at = 0
    for start, place in zip(offsets.canonical, offsets.raw, strict=True):
        while stretches and at + 1 < len(stretches) and stretches[at + 1][0] <= place:
            at += 1
        number = stretches[at][1] if stretches else UNKNOWN
        if not pages or pages[-1][1] != number:
            pages.append((start, number))
    return tuple(pages) if any(number for _, number in pages) else ()


def _fed(raw: str) -> list[tuple[int, int]]:
    """The pages of a text with form feeds: where each begins, and its number."""
    starts = [0, *(feed.end() for feed in re.finditer("\f", raw))]
    return [(start, number) for number, start in enumerate(starts, 1)] if len(starts) > 1 else []


def _printed(raw: str) -> list[tuple[int, int]]:
    """Stretches of a text with printed page numbers: where each begins, and its number."""
    marks = [(match.start(), match.end(), int(_NUMBER.findall(match.group())[0])) for match in _page_number().finditer(raw)]
    # one number alone may be anything; pages rise by one
    if not any(after[2] == mark[2] + 1 for mark, after in pairwise(marks)):
        return []
    heading = all(not raw[:start].rpartition("\f")[2].strip() for start, _, _ in marks)
    if heading:
        return [(0, UNKNOWN), *((end, number) for _, end, number in marks)]
    ends = [0, *(end for _, end, _ in marks)]
    return [*zip(ends, (number for *_, number in marks), strict=False), (ends[-1], UNKNOWN)]


@lru_cache(maxsize=1)
def _page_number() -> re.Pattern[str]:
    """The rule for a line that is a page number."""
    return load_rules("text", package="jimei_kb.document")["text.page_number"].pattern
