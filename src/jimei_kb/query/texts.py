"""The sentences that `ask` looks into: all that were read, or by the index those that can hold an answer.

Both give the same answers as long as a question has no more to look at than is looked at (`Found.cut`).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple, Protocol

from jimei_kb.graph.index import entry_of, pairs_of, pieces_of
from jimei_kb.graph.library import Library
from jimei_kb.graph.sentences import fold
from jimei_kb.graph.statements import Holdings
from jimei_kb.query.passages import passages_of
from jimei_kb.query.places import places_of
from jimei_kb.query.wording import LEAST_PART, WHOLE, pairs_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from jimei_kb.graph.index import Entry, Hit, Index
    from jimei_kb.graph.schema import Reading
    from jimei_kb.query.passages import Passage
    from jimei_kb.query.wording import Unit
    from jimei_kb.records import Document

# a question that names no topic is put to so many documents
MOST_WHOLE = 20
# so much of what speaks of one topic is looked at closely: a sentence takes about 0.1 ms to weigh, a document 2 ms to decode
_MOST_SENTENCES, _MOST_DOCUMENTS = 200, 25
# so many sentences are fetched for one word; where a word has more, those are sought that hold another one with it
_MOST_ROWS = 2000
# so many sentences are looked at for whether a word stands anywhere at all
_MOST_LOOKED = 300
_REPEALS = "废止"


class Found(NamedTuple):
    """The passages that were found, in the order of the base, and whether there is more than these."""

    passages: Sequence[Passage]
    cut: bool = False


class Texts(Protocol):
    """The documents that are asked."""

    @property
    def entries(self) -> Sequence[Entry]:
        """What is known of each document, in the order of the base."""

    @property
    def sentences(self) -> int:
        """How many sentences the whole base has."""

    @property
    def length(self) -> float:
        """How many characters such a sentence has on average, folded."""

    def count(self, piece: str) -> int:
        """How many of them hold a pair of characters or a character, folded."""

    def stands(self, unit: Unit) -> bool:
        """Whether a unit is found anywhere."""

    def about(self, units: Sequence[Unit]) -> Found:
        """The passages of every clause that holds any of the units."""

    def holding(self, words: Collection[str]) -> Sequence[Passage]:
        """The passages that hold one of the words, as they are folded, and maybe others."""

    def whole(self) -> Found:
        """Every passage of the first documents."""

    def heads(self) -> tuple[Sequence[Document], bool]:
        """The first documents, and whether there are more."""

    def repealed_by(self, key: str) -> str | None:
        """The key of a document of the base that repeals another."""

    def only(self, keys: Collection[str]) -> Texts:
        """Only the documents with these keys; words stay as rare as they are in the whole base."""


def texts_of(readings: Sequence[Reading]) -> Texts:
    """The texts of readings: by the index, where they are those of an opened base."""
    if isinstance(readings, Library) and readings.is_indexed():
        index = readings.get_index()
        return _Indexed(readings, index, index.entries())
    return _Read(readings, Counts(readings))


class Counts:
    """How many sentences of some readings hold which pairs and characters."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        folded = [fold(place.text) for place in places_of(readings)]
        self.sentences = len(folded)
        self.characters = sum(map(len, folded))
        self.pieces = Counter(piece for text in folded for piece in pieces_of(text))


class _Read:
    """Readings in memory, every sentence of which is looked at."""

    def __init__(self, readings: Sequence[Reading], counts: Counts) -> None:
        # documents come in the order of their file names, as those of an opened base
        self.readings = sorted(readings, key=lambda reading: reading.document.slug)
        self.counts = counts

    @cached_property
    def entries(self) -> Sequence[Entry]:
        return [entry_of(reading.document) for reading in self.readings]

    @property
    def sentences(self) -> int:
        return self.counts.sentences

    @property
    def length(self) -> float:
        return self.counts.characters / (self.counts.sentences or 1)

    def count(self, piece: str) -> int:
        return self.counts.pieces[piece]

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        return passages_of(self.readings)

    @cached_property
    def texts(self) -> list[str]:
        return [text for passage in self.passages for text in (passage.text, passage.headings)]

    def stands(self, unit: Unit) -> bool:
        return any(map(unit.found_in, self.texts))

    def about(self, units: Sequence[Unit]) -> Found:  # noqa: ARG002  # all of them
        return Found(self.passages)

    def holding(self, words: Collection[str]) -> Sequence[Passage]:  # noqa: ARG002  # all of them
        return self.passages

    def whole(self) -> Found:
        first = {entry.key for entry in self.entries[:MOST_WHOLE]}
        passages = [passage for passage in self.passages if passage.place.document.key in first]
        return Found(passages, len(self.entries) > MOST_WHOLE)

    def heads(self) -> tuple[Sequence[Document], bool]:
        return [reading.document for reading in self.readings[:MOST_WHOLE]], len(self.readings) > MOST_WHOLE

    def repealed_by(self, key: str) -> str | None:
        return self._repealed.get(key)

    @cached_property
    def _repealed(self) -> Mapping[str, str]:
        holdings = Holdings({reading.document.key: reading.document.head for reading in self.readings})
        cited = (
            (holdings.find(citation), reading.document.key)
            for reading in self.readings
            for citation in reading.annotations.citations
            if citation.relation == _REPEALS
        )
        return {found[0]: key for found, key in cited if found and found[0] != key}

    def only(self, keys: Collection[str]) -> Texts:
        return _Read([reading for reading in self.readings if reading.document.key in keys], self.counts)


@dataclass
class _Indexed:
    """An opened base: documents are decoded where the index has the words of a question, and of them only these clauses."""

    library: Library
    index: Index
    entries: Sequence[Entry]

    @cached_property
    def sentences(self) -> int:
        return self.index.sentences()

    @cached_property
    def length(self) -> float:
        return self.index.characters() / (self.sentences or 1)

    def count(self, piece: str) -> int:
        return self.index.folded_count(piece) or 0

    @cached_property
    def _slugs(self) -> frozenset[str]:
        return frozenset(entry.slug for entry in self.entries)

    def stands(self, unit: Unit) -> bool:
        seen: set[int] = set()
        for sense, _ in unit.senses:
            for number in self._rows(sense, _MOST_LOOKED):
                if number not in seen:
                    seen.add(number)
                    hit = self.index.sentence(number)
                    if hit.slug in self._slugs and (unit.found_in(fold(hit.text)) or unit.found_in(fold(hit.headings))):
                        return True
        return False

    def about(self, units: Sequence[Unit]) -> Found:
        worth: defaultdict[int, float] = defaultdict(float)
        cut = False
        common: list[Unit] = []
        for unit in units:
            best: dict[int, float] = {}
            for sense, value in unit.senses:
                rows = self._rows(sense, _MOST_ROWS)
                if len(rows) == _MOST_ROWS:
                    cut = True
                    common.append(unit)
                for number in rows:
                    best[number] = max(best.get(number, 0.0), value)
            for number, value in best.items():
                worth[number] += value * unit.weight * math.log((self.sentences + 1) / (len(best) + 0.5))
        for one, other in combinations(dict.fromkeys(common), 2):
            for number in self.index.folded_with([*self._groups(one.word), *self._groups(other.word)], _MOST_ROWS):
                worth[number] += one.weight + other.weight
        return self._first(sorted(worth, key=lambda number: (-worth[number], number)), cut=cut)

    def holding(self, words: Collection[str]) -> Sequence[Passage]:
        numbers = sorted({number for word in words for number in self._rows(word, _MOST_ROWS, whole=True)})
        return self._first(numbers).passages

    def whole(self) -> Found:
        readings = (self.library.whole(entry.slug) for entry in self.entries[:MOST_WHOLE])
        return Found(passages_of(readings), len(self.entries) > MOST_WHOLE)

    def heads(self) -> tuple[Sequence[Document], bool]:
        first = [self.library.part(entry.slug, ()).document for entry in self.entries[:MOST_WHOLE]]
        return first, len(self.entries) > MOST_WHOLE

    def repealed_by(self, key: str) -> str | None:
        cited = self.index.edges_to(f"document:{key}", "cites")
        by = (edge.evidence.document for edge in cited if dict(edge.facts).get("relation") == _REPEALS)
        return next((other for other in by if other != key), None)

    def only(self, keys: Collection[str]) -> Texts:
        return _Indexed(self.library, self.index, [entry for entry in self.entries if entry.key in keys])

    def _first(self, numbers: Iterable[int], *, cut: bool = False) -> Found:
        """The passages of the clauses of the first of these sentences."""
        clauses: defaultdict[str, set[str]] = defaultdict(set)
        left = _MOST_SENTENCES
        for hit in self._hits(numbers):
            left -= 1
            if left < 0 or (hit.slug not in clauses and len(clauses) == _MOST_DOCUMENTS):
                cut = True
                break
            clauses[hit.slug].add(hit.clause)
        found = [passage for slug in sorted(clauses) for passage in passages_of([self.library.part(slug, clauses[slug])], clauses[slug])]
        return Found(found, cut)

    def _hits(self, numbers: Iterable[int]) -> Iterator[Hit]:
        hits = map(self.index.sentence, numbers)
        return (hit for hit in hits if hit.slug in self._slugs)

    def _rows(self, word: str, limit: int, *, whole: bool = False) -> list[int]:
        """The sentences that may hold a word, or most of a long one, folded."""
        groups = self._groups(word, whole=whole)
        return self.index.folded_with(groups, limit) if groups else []

    def _groups(self, word: str, *, whole: bool = False) -> list[list[str]]:
        """Groups of pairs, of each of which a sentence has one that holds the word, or most of a long one; none where none can.

        A pair that crosses a mark (划、 in 同规划、同落实) is in no index.
        """
        pairs = [pair for pair in dict.fromkeys(pairs_in(word)) if pairs_of(pair)[:1] == [pair]]
        if not pairs:
            # one character, or one between marks (+3)
            single = pairs_of(word)
            return [[char] for char in single] if all(self.index.folded_count(char) is not None for char in single) else []
        counted = {pair: self.index.folded_count(pair) for pair in pairs}
        known = [pair for pair in pairs if counted[pair] is not None]
        needed = len(pairs)
        if len(word) > WHOLE and not whole:
            all_pairs = pairs_in(word)
            crossing = sum(pair not in counted for pair in all_pairs)
            needed = max(math.ceil(LEAST_PART * len(all_pairs)) - crossing, 1)
        if len(known) < min(needed, len(pairs)):
            return []
        known.sort(key=lambda pair: counted[pair] or 0)
        # of any so many pairs, at least one is there
        width = len(known) - min(needed, len(known)) + 1
        return [known[start : start + width] for start in range(len(known) - width + 1)]
