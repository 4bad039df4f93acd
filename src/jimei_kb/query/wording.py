"""The words of a question: what is looked up, in its own words and in those of regulations, and how well a text holds it.

Everyday words are found in the registry's table of synonyms; what it lacks is looked up by pairs of neighbouring
characters, as in `topics`. A word that neither stands anywhere in the documents nor is one of those that any question has is missing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from jimei_kb.graph.sentences import fold
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from jimei_kb.graph.registry import Area, Relation, Synonym

# how much of the word a term stands for, by what it is to it
_WORTH: Mapping[Relation, float] = {"同义": 0.9, "简称": 0.9, "上位": 0.65, "下位": 0.65, "相关": 0.45}
# a regulation's term for which the documents have the everyday word, or another term of the same word
_BACK = 0.9
# verbs and qualities are worded in more ways than things, and a text may do without them
_LIGHT_AREAS: frozenset[Area] = frozenset({"行为", "性质", "数量", "时间"})
_LIGHT = 0.8
# a concept that the documents have no word for is not spoken of; a wording that nobody listed may still be
_ABSENT, _UNKNOWN = 1.5, 0.6
# words that any clause may have (目标, 完成) tell little of what a question is about
_GENERIC = 0.4
# the rest of a run says little where its other part is missing: 分类 in 垃圾分类
_TORN = 0.3
# the pairs of a word overlap, so each counts for less than a word
_PAIR = 0.7
_SHORTEST = 2
# a term longer than this is meant by a text with this share of its pairs: 联网式感烟探测器
WHOLE, LEAST_PART = 3, 0.6
_ASPECT = re.compile(r"(?<=[一-龥])[了着过](?=[一-龥])")
_BREAKS = re.compile(r"[^\w%+.]+|[的和与及]")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:%|年|月|日|号|条|名|人|个|项|次)?")


@dataclass(frozen=True, slots=True)
class Unit:
    """A word of the question with all that may stand for it, each with its worth (1 is the word itself), and its own weight."""

    word: str
    senses: tuple[tuple[str, float], ...]
    weight: float = 1.0
    area: Area | None = None

    def found_in(self, text: str) -> float:
        """How well `text` holds the unit, 0 to 1."""
        best = 0.0
        for sense, worth in self.senses:
            if worth > best:
                best = max(best, worth * _held(sense, text))
        return best

    @property
    def absent(self) -> bool:
        """Whether it is a known concept that the documents have no word for."""
        return not self.senses and self.weight == _ABSENT

    @property
    def unlisted(self) -> bool:
        """Whether it is a wording that neither the documents nor the table of synonyms have."""
        return not self.senses and not self.absent

    def best_in(self, text: str) -> str | None:
        """The sense that stands in `text` for the word, None where it is the word itself or none does."""
        held = [(worth * _held(sense, text), sense) for sense, worth in self.senses]
        most = max((value for value, _ in held), default=0.0)
        sense = next((sense for value, sense in held if value == most), self.word)
        return None if not most or sense == self.word else sense


def _held(sense: str, text: str) -> float:
    if sense in text:
        return 1.0
    if len(sense) <= WHOLE:
        return 0.0
    pairs = pairs_in(sense)
    part = sum(pair in text for pair in pairs) / len(pairs)
    return part * 0.8 if part >= LEAST_PART else 0.0


@cache
def pairs_in(word: str) -> tuple[str, ...]:
    """The pairs of neighbouring characters of a word."""
    return tuple(word[i : i + 2] for i in range(len(word) - 1))


class Lexicon:
    """The synonyms by word, both ways."""

    def __init__(self, synonyms: Collection[Synonym]) -> None:
        senses: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._areas: dict[str, Area] = {}
        terms = [(row, [fold(term) for term in row.terms]) for row in synonyms]
        for row, folded in terms:
            self._areas.setdefault(row.word, row.area)
            for term in folded:
                worth = _WORTH[row.relation]
                senses[row.word][term] = max(worth, senses[row.word].get(term, 0.0))
                senses[term][row.word] = max(worth * _BACK, senses[term].get(row.word, 0.0))
        for row, folded in terms:
            for term in folded:
                self._areas.setdefault(term, row.area)
        self._senses = dict(senses)
        self._longest = max(map(len, senses), default=0)

    def unit(self, word: str) -> Unit:
        """`word` with its senses, best first."""
        others = sorted(self._senses[word].items(), key=lambda item: (-item[1], item[0]))
        area = self._areas[word]
        return Unit(word, ((word, 1.0), *others), _LIGHT if area in _LIGHT_AREAS else 1.0, area)

    def at(self, text: str, start: int) -> tuple[str, int] | None:
        """The longest word that begins at `start`, and where it ends; 挂了牌 is 挂牌. A word of one character stands alone."""
        for end in range(min(start + self._longest + 1, len(text)), start + _SHORTEST - 1, -1):
            piece = text[start:end]
            if piece in self._senses:
                return piece, end
            bare = _ASPECT.sub("", piece)
            if len(bare) >= _SHORTEST and bare in self._senses:
                return bare, end
        return (text, 1) if len(text) == 1 and text in self._senses else None


@lru_cache(maxsize=4)
def lexicon_of(synonyms: tuple[Synonym, ...]) -> Lexicon:
    """The lexicon of a table of synonyms, made once for each of the last few tables."""
    return Lexicon(synonyms)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a question that the lexicon knows, and the stretches between them that it does not."""

    known: tuple[Unit, ...]
    rest: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether the question names nothing."""
        return not self.known and not self.rest


def read_words(text: str, lexicon: Lexicon) -> Wording:
    """The words of a question from which the question words are taken out; light ones (一下, 应该) are left aside."""
    known: dict[str, Unit] = {}
    rest: list[str] = []
    for phrase in filter(None, _BREAKS.split(unicodedata.normalize("NFKC", text))):
        for piece in _pieces(phrase, lexicon):
            if isinstance(piece, Unit):
                known.setdefault(piece.word, replace(piece, weight=_GENERIC) if generic(piece.word) else piece)
                continue
            for run in _without_light(piece):
                alone = lexicon.at(run, 0) if len(run) < _SHORTEST else None
                if alone:
                    known.setdefault(run, lexicon.unit(run))
                elif len(run) >= _SHORTEST and run not in rest:
                    rest.append(run)
    return Wording(tuple(known.values()), tuple(rest))


def _pieces(phrase: str, lexicon: Lexicon) -> Iterator[Unit | str]:
    """Words of the lexicon and what lies between them, in order."""
    start = at = 0
    while at < len(phrase):
        number = _NUMBER.match(phrase, at)
        if number and not phrase[start:at].endswith(("+", "-")):
            yield from filter(None, [phrase[start:at]])
            yield Unit(number[0], ((number[0], 1.0),), area="数量")
            at = start = number.end()
            continue
        found = lexicon.at(phrase, at)
        light = _light().match(phrase, at)
        # 一般 and 一般事故, 要求 and 要: the longer one is meant
        if found and not (light and light.end() >= found[1]):
            yield from filter(None, [phrase[start:at]])
            yield lexicon.unit(found[0])
            at = start = found[1]
        else:
            at = light.end() if light else at + 1
    yield from filter(None, [phrase[start:]])


def generic(word: str) -> bool:
    """Whether any clause may have the word."""
    return word in load_rules("kinds", ("kind", "list"), package="jimei_kb.query").words["generic"]


def names_something(units: Sequence[Unit]) -> bool:
    """Whether a word that the documents have tells what the question is about: not only who (社区) and not only what any clause says."""
    return any(unit.senses and unit.area != "机构" and not generic(unit.word) for unit in units)


@cache
def _light() -> re.Pattern[str]:
    return load_rules("kinds", ("kind", "list"), package="jimei_kb.query").compile("<<light>>")


def _without_light(run: str) -> list[str]:
    return [piece for piece in _ASPECT.sub("", _light().sub(" ", run)).split(" ") if piece]


def units_of(wording: Wording, stands: Callable[[Unit], bool]) -> tuple[Unit, ...]:
    """All that is looked up: the known words, the pairs of the others, and the missing words, which have no sense.

    `stands` says whether a unit is found anywhere in what is asked.
    """
    units = [unit if stands(unit) else _absent(unit) for unit in wording.known]
    for run in wording.rest:
        held = [stands(Unit(pair, ((pair, 1.0),))) for pair in pairs_in(run)]
        lacking = _lacking(run, held)
        weight = _PAIR * _TORN if lacking else _PAIR
        units += [Unit(pair, ((pair, 1.0),), weight) for pair, here in zip(pairs_in(run), held, strict=True) if here]
        units += [Unit(word, (), _UNKNOWN) for word in lacking]
    return tuple(dict.fromkeys(units))


def _absent(unit: Unit) -> Unit:
    return replace(unit, senses=(), weight=unit.weight if unit.area in ("行为", "性质") else _ABSENT)


def _lacking(run: str, held: Sequence[bool]) -> list[str]:
    """The stretches of a run of two characters and more of which no pair stands anywhere.

    What a thing is stands before what kind of thing: 校 alone makes 校车安全 another topic, 桩 does not so 充电桩.
    """
    touched = {at + side for at, here in enumerate(held) if here for side in (0, 1)}
    bare = "".join(" " if at in touched else char for at, char in enumerate(run))
    first = [run[:_SHORTEST]] if 0 not in touched and 1 in touched else []
    return first + [word for word in bare.split() if len(word) >= _SHORTEST]
