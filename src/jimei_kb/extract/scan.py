"""Search only where it can succeed: a rule is tried around its anchor, a cheap pattern that every match holds."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jimei_kb.rules import Rule

# Characters around an anchor that are searched; the longest match of the rules with an anchor has about 40.
_BEFORE = 24
_AFTER = 56


@cache
def _compiled(anchor: str) -> re.Pattern[str]:
    return re.compile(anchor)


class Taken:
    """Stretches of a text that are spoken for; they do not overlap."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def take(self, start: int, end: int) -> bool:
        """Whether text[start:end] was free; it is taken then."""
        at = bisect_right(self._starts, start)
        if (at and self._ends[at - 1] > start) or (at < len(self._starts) and self._starts[at] < end):
            return False
        self._starts.insert(at, start)
        self._ends.insert(at, end)
        return True


def windows(text: str, anchor: str) -> list[tuple[int, int]]:
    """The stretches of `text` around each place where `anchor` is found, overlapping ones joined."""
    stretches: list[tuple[int, int]] = []
    start = end = -1
    for match in _compiled(anchor).finditer(text):
        at = match.start()
        if at - _BEFORE > end:
            if end >= 0:
                stretches.append((start, end))
            start = max(at - _BEFORE, 0)
        end = at + _AFTER
    if end >= 0:
        stretches.append((start, end))
    return stretches


def matches(rule: Rule, text: str, near: list[tuple[int, int]] | None = None) -> Iterator[re.Match[str]]:
    """Matches of `rule` in text order, within `near` or around the rule's own anchor where one is given."""
    if near is None:
        anchor = rule.fields.get("anchor")
        near = windows(text, anchor) if anchor else [(0, len(text))]
    for start, end in near:
        yield from rule.pattern.finditer(text, start, end)
