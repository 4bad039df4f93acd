"""The sentences of the documents as they are searched, and the order in which they fit a question.

The score is that of BM25 with words weighted by rarity, over the sentence, the headings above it and, for less, the rest of
its clause. What stands together in one part of a sentence counts more than what is strewn over it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jimei_kb.query.places import places_of
from jimei_kb.query.wording import fold, names_something

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
# Sentences with this share of the best one's score speak of the topic too.
_NEAR = 0.6


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


def passages_of(readings: Iterable[Reading]) -> tuple[Passage, ...]:
    """Every sentence that says something; a heading of its own is told with the sentences below it."""
    passages = []
    clauses: dict[tuple[str, str], str] = {}
    for place in places_of(readings):
        clause = place.clause
        if place.span.end <= clause.text_start < clause.span.end:
            continue
        key = (place.document.key, clause.id)
        if key not in clauses:
            clauses[key] = fold(clause.span.of(place.document.text))
        passages.append(Passage(place, fold(place.text), fold(place.headings), clauses[key]))
    return tuple(passages)


def rank(units: Sequence[Unit], passages: Sequence[Passage]) -> list[Ranked]:
    """The passages that hold any of the units, the best first; equals in text order."""
    if not passages:
        return []
    weights = _weights(units, passages)
    total = sum(weights) or 1.0
    mean = sum(len(passage.text) for passage in passages) / len(passages)
    ranked = []
    for passage in passages:
        held = [_held(unit, passage) for unit in units]
        share = sum(weight * value for weight, value in zip(weights, held, strict=True)) / total
        if share > 0:
            parts = _PARTS.split(passage.text)
            together = max(_weight_in(part, units, weights) for part in parts) / total
            length = 1 - _LENGTH + _LENGTH * len(passage.text) / mean
            ranked.append(Ranked((share + _TOGETHER * together) / length, share, passage))
    return sorted(ranked, key=lambda one: (-one.score, one.passage.order))


def speaking(units: Sequence[Unit], ranked: Sequence[Ranked]) -> list[Ranked]:
    """Those of the ranked passages that speak of what the units name; none where the best of them does not."""
    least = _LEAST_OF_REST if any(unit.absent for unit in units) else _LEAST_SHARE
    if not ranked or max(one.share for one in ranked) < least:
        return []
    if not names_something(units) and not all(unit.senses for unit in units):
        return []
    return [one for one in ranked if one.score >= _NEAR * ranked[0].score]


def _weight_in(text: str, units: Sequence[Unit], weights: Sequence[float]) -> float:
    return sum(weight * unit.found_in(text) for unit, weight in zip(units, weights, strict=True))


def _held(unit: Unit, passage: Passage) -> float:
    """How well a passage holds a unit, with what stands above and around it."""
    own = unit.found_in(passage.text)
    if own >= _HEADING:
        return own
    return max(own, _HEADING * unit.found_in(passage.headings), _CLAUSE * unit.found_in(passage.clause))


def _weights(units: Sequence[Unit], passages: Sequence[Passage]) -> list[float]:
    """The weight of each unit: its own, and the rarer it is the more; a missing one counts as one that stands once.

    The more of a question is worded in everyday words that nobody listed, the less each of them says about what is lacking.
    """
    count = len(passages)
    unlisted = math.sqrt(sum(unit.unlisted for unit in units)) or 1.0
    weights = []
    for unit in units:
        found = max(sum(unit.found_in(passage.text) >= _HEADING for passage in passages), 1)
        weight = unit.weight * max(math.log((count + 1) / (found + 0.5)), _LEAST_WEIGHT)
        weights.append(weight / unlisted if unit.unlisted else weight)
    return weights
