"""Names of lists (“十大行动”, “小场所”): whether a question asks what they hold, and whether the documents say it.

A name stands for a list where it has a number or quotation marks. The documents unfold it where its members stand right
before it (A、B、C等“小场所”) or behind it (“三提示”：…). A list that is only named is not filled in from elsewhere.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from jimei_kb.graph.sentences import fold
from jimei_kb.numerals import numeral
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jimei_kb.query.passages import Passage
    from jimei_kb.rules import RuleBook

_SHORTEST, _LONGEST = 2, 16
_QUOTED = re.compile('[“‘"]([^”’"“‘]{2,16})[”’"]')
_MEMBERS = re.compile(r"((?:[^，,。；;、：:]{1,25}、)+[^，,。；;、：:0-9]{1,25}?)(?:等(?:[0-9一二三四五六七八九十]+个?)?)?[“‘\"]?$")


@cache
def _book() -> RuleBook:
    return load_rules("named", package="jimei_kb.query")


def names_in(question: str) -> list[str]:
    """What may be the name of a list of which `question` asks the members, the longest first: what stands where one is named."""
    text = fold(question)
    before, behind = _book()["named.before"].pattern, _book()["named.behind"].pattern
    ends = [at for at in range(_SHORTEST, len(text) + 1) if behind.match(text, at)]
    starts = [at for at in range(len(text)) if before.search(text[:at])]
    named = {text[start:end] for end in ends for start in range(max(end - _LONGEST, 0), end - _SHORTEST + 1)}
    named |= {text[start:end] for start in starts for end in range(start + _SHORTEST, min(start + _LONGEST, len(text)) + 1)}
    return sorted(named, key=lambda name: (-len(name), name))


def asked_list(question: str, passages: Sequence[Passage]) -> str | None:
    """The name of a list of which `question` asks the members, as the documents print it; None where it asks for no such thing.

    Of the passages, those are enough that hold one of `names_in(question)`.
    """
    names = names_in(question)
    printed = {fold(name) for passage in passages for name in _QUOTED.findall(passage.place.text)} if names else set()
    numbered = _book()["named.number"].pattern
    return next((name for name in names if name in printed or (numbered.match(name) and any(name in p.text for p in passages))), None)


def unfolded(name: str, passages: Sequence[Passage]) -> list[Passage]:
    """The sentences in which the members of the list stand beside its name."""
    return [passage for passage in passages if name in passage.text and _unfolds(name, passage.place.text)]


def mentions(name: str, passages: Sequence[Passage]) -> list[Passage]:
    """The sentences that print the name."""
    return [passage for passage in passages if name in passage.text]


def _unfolds(name: str, sentence: str) -> bool:
    pattern = r"[\s“”‘’\"]*".join(map(re.escape, name))
    number = _book()["named.number"].pattern.match(name)
    # 5+3 is eight members
    counts = [numeral(part) for part in number["number"].split("+")] if number else []
    wanted = sum(int(count) for count in counts if count) or None
    for match in re.finditer(pattern, sentence):
        if _book()["named.members"].pattern.match(sentence, match.end()):
            return True
        listed = _MEMBERS.search(sentence[: match.start()])
        count = len(listed[1].split("、")) if listed else 0
        if count > 1 and (wanted is None or count == wanted):
            return True
    return False
