"""The sentences of the documents as they are searched, and the order in which they fit a question.

The score is that of BM25 with words weighted by rarity, over the sentence, the headings above it and, for less, the rest of
its clause. What stands together in one part of a sentence counts more than what is strewn over it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from jimei_kb.graph.index import pieces_of
from jimei_kb.graph.sentences import fold
from jimei_kb.query.places import places_of
from jimei_kb.query.wording import names_something

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from jimei_kb.graph.schema import Reading
    from jimei_kb.query.places import Place
    from jimei_kb.query.wording import Unit
    from jimei_kb.records import Span

# what a word is worth by where it stands
_HEADING, _CLAUSE = 0.5, 0.2
# how much the best part of a sentence adds, and how much long sentences lose
_TOGETHER, _LENGTH = 0.5, 0.25
_LEAST_WEIGHT = 0.2
_PARTS = re.compile("[,，;；。:：]")
# Below this share of a question's words (rare ones weigh more) the best sentence does not speak of its topic; where the
# documents lack a concept that the question names, more of the rest must stand there.
_LEAST_SHARE, _LEAST_OF_REST = 0.28, 0.38
# Sentences with this share of the score of the best one of their document speak of the topic too, if that has this share of the
# best one's of all.
_NEAR, _BESIDE = 0.6, 0.4


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence and its surroundings, folded for comparing."""

    place: Place
    text: str
    headings: str
    clause: str

    @property
    def order(self) -> tuple[str, Span]:
        """Where it stands."""
        return self.place.document.key, self.place.span


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with its score, and the share of the question's words (by weight) that it holds, 0 to 1."""

    score: float
    share: float
    passage: Passage

    @property
    def place(self) -> Place:
        """The sentence in its document."""
        return self.passage.place


class Counted(Protocol):
    """How often words stand in a whole base."""

    @property
    def sentences(self) -> int:
        """How many sentences it has."""

    @property
    def length(self) -> float:
        """How many characters a sentence has on average, folded."""

    def count(self, piece: str) -> int:
        """How many of them hold a pair of characters or a character, folded."""


def passages_of(readings: Iterable[Reading], clauses: Collection[str] | None = None) -> tuple[Passage, ...]:
    """Every sentence that says something, of all clauses or those with these ids; a heading is told with the sentences below it."""
    passages = []
    wholes: dict[tuple[str, str], str] = {}
    for place in places_of(readings, clauses):
        clause = place.clause
        if place.span.end <= clause.text_start < clause.span.end:
            continue
        key = (place.document.key, clause.id)
        if key not in wholes:
            wholes[key] = fold(clause.span.of(place.document.text))
        passages.append(Passage(place, fold(place.text), fold(place.headings), wholes[key]))
    return tuple(passages)


def rank(units: Sequence[Unit], passages: Sequence[Passage], counted: Counted) -> list[Ranked]:
    """The passages that hold any of the units, the best first; equals in text order. The rarer a unit is `counted`, the more it weighs."""
    weights = _weights(units, counted)
    total = sum(weights) or 1.0
    ranked = []
    for passage in passages:
        held = [_held(unit, passage) for unit in units]
        share = sum(weight * value for weight, value in zip(weights, held, strict=True)) / total
        if share > 0:
            parts = _PARTS.split(passage.text)
            together = max(_weight_in(part, units, weights) for part in parts) / total
            length = 1 - _LENGTH + _LENGTH * len(passage.text) / counted.length
            ranked.append(Ranked((share + _TOGETHER * together) / length, share, passage))
    return sorted(ranked, key=lambda one: (-one.score, one.passage.order))


def speaking(units: Sequence[Unit], ranked: Sequence[Ranked]) -> list[Ranked]:
    """Those of the ranked passages that speak of what the units name; none where the best of them does not."""
    enough = _LEAST_OF_REST if any(unit.absent for unit in units) else _LEAST_SHARE
    if not ranked or max(one.share for one in ranked) < enough:
        return []
    if not names_something(units) and not all(unit.senses for unit in units):
        return []
    best: dict[str, float] = {}
    for one in ranked:
        best.setdefault(one.place.document.key, one.score)
    least = _BESIDE * ranked[0].score
    scores = ((one, best[one.place.document.key]) for one in ranked)
    return [one for one, most in scores if most >= least and one.score >= _NEAR * most]


def _weight_in(text: str, units: Sequence[Unit], weights: Sequence[float]) -> float:
    return sum(weight * unit.found_in(text) for unit, weight in zip(units, weights, strict=True))


def _held(unit: Unit, passage: Passage) -> float:
    """How well a passage holds a unit, with what stands above and around it."""
    own = unit.found_in(passage.text)
    if own >= _HEADING:
        return own
    return max(own, _HEADING * unit.found_in(passage.headings), _CLAUSE * unit.found_in(passage.clause))


def _weights(units: Sequence[Unit], counted: Counted) -> list[float]:
    """The weight of each unit: its own, and the rarer it is the more; a missing one counts as one that stands once.

    The more of a question is worded in everyday words that nobody listed, the less each of them says about what is lacking.
    """
    unlisted = math.sqrt(sum(unit.unlisted for unit in units)) or 1.0
    weights = []
    for unit in units:
        found = max((_count(sense, counted) for sense, worth in unit.senses if worth >= _HEADING), default=0)
        weight = unit.weight * max(math.log((counted.sentences + 1) / (max(found, 1) + 0.5)), _LEAST_WEIGHT)
        weights.append(weight / unlisted if unit.unlisted else weight)
    return weights


def _count(word: str, counted: Counted) -> int:
    """In how many sentences a word stands at most: as often as its rarest pair."""
    pieces = {word} if len(word) == 1 else {piece for piece in pieces_of(word) if len(piece) > 1}
    return min(map(counted.count, pieces), default=0)
