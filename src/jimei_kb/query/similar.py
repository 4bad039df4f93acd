"""How alike two texts are, and which of one list belongs to which of another; the same on every run.

The measure is Dice's over pairs of neighbouring characters (字对), marks and blanks left out: twice the shared pairs by all
pairs, 1 for the same text, 0 for none in common. No word list is needed, and 消防演练 and 演练消防 stay different.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# below this two texts are taken for two things: half of the pairs of characters are shared
LEAST = 0.5
_MARKS = re.compile(r"[\W_]+")
# what stands beside a change, so that 8 → 9 is shown as 80% → 95%, 9 → 8 as 9月 → 8月
_NUMBER = re.compile(r"\d[\d.,]*[%年月日次人家处户]?")


def bare(text: str) -> str:
    """`text` without marks and blanks."""
    return _MARKS.sub("", text)


def pairs(text: str) -> Counter[str]:
    """The pairs of neighbouring characters of `text` without marks, each as often as it stands; a single character is its own pair."""
    said = bare(text)
    return Counter([said] if len(said) == 1 else (said[i : i + 2] for i in range(len(said) - 1)))


def dice(first: Counter[str], second: Counter[str]) -> float:
    """How alike two texts are by their pairs, 0 to 1."""
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 1.0


def share(part: Counter[str], whole: Counter[str]) -> float:
    """How much of `part` stands in `whole`, 0 to 1."""
    return (part & whole).total() / part.total() if part else 1.0


def align(
    first: Sequence[str], second: Sequence[str], *, least: float = LEAST, fits: Callable[[int, int], bool] | None = None
) -> list[tuple[int, int, float]]:
    """(index in `first`, index in `second`, how alike) of what belongs together, each used once, in the order of `first`.

    The pair that is most alike is taken first; of equals the one whose places in the two lists differ least. `fits` may rule pairs out.
    """
    here, there = [pairs(text) for text in first], [pairs(text) for text in second]
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for j, found in enumerate(there):
        for pair in found:
            holding[pair].append(j)
    # only texts that share a pair can be alike
    near = (
        (i, j) for i, found in enumerate(here) for j in sorted({j for pair in found for j in holding[pair]}) if fits is None or fits(i, j)
    )
    scored = sorted(((-score, abs(i - j), i, j) for i, j in near if (score := dice(here[i], there[j])) >= least))
    used: tuple[set[int], set[int]] = set(), set()
    chosen = []
    for score, _, i, j in scored:
        if i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            chosen.append((i, j, -score))
    return sorted(chosen)


def changes(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """(what stood there, what stands there now) for each place where two texts differ; a number changes as a whole."""
    first, second = _pieces(before), _pieces(after)
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    return tuple(("".join(first[a:b]), "".join(second[c:d])) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")


def _pieces(text: str) -> list[str]:
    """`text` as characters, numbers in one piece."""
    pieces: list[str] = []
    at = 0
    for match in _NUMBER.finditer(text):
        pieces += [*text[at : match.start()], match[0]]
        at = match.end()
    return [*pieces, *text[at:]]
