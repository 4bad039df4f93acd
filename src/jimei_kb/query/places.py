"""The sentences in which an answer can stand, each with the records in it, from readings or by an index.

Both sources give the same places: an index only knows beforehand where not to look.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from jimei_kb.graph.index import Wanted
from jimei_kb.graph.library import Library
from jimei_kb.graph.sentences import sentences_of
from jimei_kb.query.topics import coverage, needs, speaks_of, weights_by_count
from jimei_kb.records import Actor, Citation, Duty, Evidence, Metric, Schedule, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from jimei_kb.graph.index import Hit
    from jimei_kb.graph.schema import Reading
    from jimei_kb.query.topics import Topic
    from jimei_kb.records import Clause, Document

_Placed = TypeVar("_Placed", Actor, Duty, Metric, Schedule, Citation)
_Found = TypeVar("_Found")
# so much of what speaks of one topic is looked at closely: a document takes about 1 ms to decode, a sentence 0.2 ms to weigh
_MOST_DOCUMENTS = 100
_MOST_SENTENCES = 400


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence of a clause, with the records in it."""

    document: Document
    clause: Clause
    span: Span
    text: str
    headings: str
    duties: tuple[Duty, ...]
    actors: tuple[Actor, ...]
    metrics: tuple[Metric, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    citations: tuple[Citation, ...] = ()

    def evidence(self, span: Span, rule: str) -> Evidence:
        """The words at `span`, as evidence."""
        return Evidence(
            self.document.key,
            self.document.clause_key(self.clause.id),
            *span,
            span.of(self.document.text),
            rule,
            self.document.page(span.start),
        )


def places_of(readings: Iterable[Reading], clauses: Collection[str] | None = None) -> Iterator[Place]:
    """Every sentence of every clause, or of the `clauses` with these ids, with what was read in it."""
    for reading in readings:
        document = reading.document
        found = reading.annotations
        duties, actors = _by_clause(found.duties), _by_clause(found.actors)
        metrics, schedules, citations = _by_clause(found.metrics), _by_clause(found.schedules), _by_clause(found.citations)
        for sentence in sentences_of(document, clauses):
            clause, span = sentence.clause, sentence.span
            yield Place(
                document,
                clause,
                span,
                sentence.text,
                sentence.headings,
                _beginning_in(span, duties[clause.id]),
                _beginning_in(span, actors[clause.id]),
                _beginning_in(span, metrics[clause.id]),
                _beginning_in(span, schedules[clause.id]),
                _beginning_in(span, citations[clause.id]),
            )


def _by_clause(records: Iterable[_Placed]) -> defaultdict[str, list[_Placed]]:
    """The records of each clause in text order."""
    found: defaultdict[str, list[_Placed]] = defaultdict(list)
    for record in sorted(records, key=lambda record: record.span.start):
        found[record.clause].append(record)
    return found


def _beginning_in(span: Span, records: list[_Placed]) -> tuple[_Placed, ...]:
    first, last = (bisect_left(records, at, key=lambda record: record.span.start) for at in span)
    return tuple(records[first:last])


# --- where they come from -----------------------------------------------------------------------------------------


class Source(Protocol):
    """All places of a base, and those among them that a topic asks for. Words are as rare as they are in the whole base."""

    def weights(self, topic: Topic) -> tuple[float, ...]:
        """The weight of each character of the topic; see `topics.weights`."""

    def speaking_of(self, topic: Topic, weight: tuple[float, ...]) -> tuple[list[Place], bool]:
        """The places that speak of the topic, in the order of the base, and whether there are more than these.

        Where they are too many to look at, those are given that say the topic word by word, then those that have some of
        it in their headings.
        """

    def nearest(self, topic: Topic, weight: tuple[float, ...]) -> tuple[float, Place] | None:
        """The first of the places that hold most of the topic, with its share, 1 more if it speaks of it; None where none has a pair."""


def source_of(readings: Sequence[Reading], held: Collection[str] | None = None) -> Source:
    """The places of readings, or of those with the keys `held`: by the index, where they are those of an opened base."""
    return _Indexed(readings, held) if isinstance(readings, Library) else _Everywhere(readings, held)


class _Everywhere:
    """Every place is looked at."""

    def __init__(self, readings: Sequence[Reading], held: Collection[str] | None) -> None:
        self.everywhere = list(places_of(readings))
        self.places = [place for place in self.everywhere if held is None or place.document.key in held]

    def weights(self, topic: Topic) -> tuple[float, ...]:
        return weights_by_count(topic, len(self.everywhere), lambda pair: sum(pair in place.text for place in self.everywhere))

    def speaking_of(self, topic: Topic, weight: tuple[float, ...]) -> tuple[list[Place], bool]:
        found = [at for at, place in enumerate(self.places) if speaks_of(topic, weight, place.text, place.headings)]
        found.sort(key=lambda at: _tier(topic, self.places[at]))
        first, more = _first(found, lambda at: self.places[at].document.slug)
        return [self.places[at] for at in sorted(first)], more

    def nearest(self, topic: Topic, weight: tuple[float, ...]) -> tuple[float, Place] | None:
        shares = ((_share(topic, weight, place.text, place.headings), place) for place in self.places)
        best = max(shares, key=lambda pair: pair[0], default=None)
        return best if best and best[0] > 0 else None


class _Indexed:
    """Places are looked at where the index has the topic's pairs."""

    def __init__(self, library: Library, held: Collection[str] | None) -> None:
        self.library = library
        self.index = library.get_index()
        self.held = held

    def weights(self, topic: Topic) -> tuple[float, ...]:
        return weights_by_count(topic, self.index.sentences(), self.index.sentences_with)

    def speaking_of(self, topic: Topic, weight: tuple[float, ...]) -> tuple[list[Place], bool]:
        hits = self.index.matching(Wanted(topic.phrases, needs(topic, weight)))
        found = (hit for hit in hits if self._is_held(hit.document) and speaks_of(topic, weight, hit.text, hit.headings))
        first, more = _first(found, lambda hit: hit.slug)
        return self._places(sorted(first)), more

    def nearest(self, topic: Topic, weight: tuple[float, ...]) -> tuple[float, Place] | None:
        """See `Source`. Rare pairs are looked up first, until no sentence without them can hold more than one that has them."""
        held: dict[int, tuple[str, ...]] = {}
        pairs = sorted(topic.distinct, key=self.index.sentences_with)
        best = 0.0
        for number, pair in enumerate(pairs):
            # what all the others together would come to
            newcomers = _share(topic, weight, *pairs[number:]) >= best
            for sentence in filter(self._is_in_held, self.index.holding(pair)):
                if newcomers or sentence in held:
                    held[sentence] = (*held.get(sentence, ()), pair)
            best = max((_share(topic, weight, *found) for found in set(held.values())), default=0.0)
        if not held:
            return None
        shares = {found: _share(topic, weight, *found) for found in set(held.values())}
        nearest = min(held, key=lambda sentence: (-shares[held[sentence]], sentence))
        (place,) = self._places([self.index.sentence(nearest)])
        return shares[held[nearest]], place

    def _is_held(self, key: str) -> bool:
        return self.held is None or key in self.held

    def _is_in_held(self, sentence: int) -> bool:
        """Whether a sentence stands in a document that is asked."""
        if self.held is None:
            return True
        first, slugs = self._first_sentences
        return self.library.keys[slugs[bisect_right(first, sentence) - 1]] in self.held

    @cached_property
    def _first_sentences(self) -> tuple[list[int], list[str]]:
        return self.index.first_sentences()

    def _places(self, hits: list[Hit]) -> list[Place]:
        """The places of sentences that were found; each document is read once, and of it only the clauses of these."""
        clauses: defaultdict[str, set[str]] = defaultdict(set)
        for hit in hits:
            clauses[hit.slug].add(hit.clause)
        found = {
            (slug, place.span.start): place
            for slug, wanted in clauses.items()
            for place in places_of([self.library.part(slug, wanted)], wanted)
        }
        return [found[hit.slug, hit.start] for hit in hits]


def said_of_cut(sentences: int, documents: int) -> str:
    """What an answer says where there was more to look at than these."""
    return f"提到这一主题的地方太多，只细看了字句最贴近的 {sentences} 句（{documents} 份文件）；请把事项写得更具体。"


def _first(found: Iterable[_Found], slug_of: Callable[[_Found], str]) -> tuple[list[_Found], bool]:
    """As much of what was found as is to be looked at, and whether there is more."""
    first: list[_Found] = []
    slugs: set[str] = set()
    for one in found:
        slugs.add(slug_of(one))
        if len(first) == _MOST_SENTENCES or len(slugs) > _MOST_DOCUMENTS:
            return first, True
        first.append(one)
    return first, False


def _tier(topic: Topic, place: Place) -> int:
    """How a place has the topic: 0 every phrase in itself, 1 some in its headings, 2 in pieces."""
    if all(phrase in place.text for phrase in topic.phrases):
        return 0
    return 2 - all(phrase in place.text or phrase in place.headings for phrase in topic.phrases)


def _share(topic: Topic, weight: tuple[float, ...], *texts: str) -> float:
    """How much of the topic stands in the texts, 0 to 1; 1 more if they speak of it."""
    return coverage(topic, weight, *((text, 1.0) for text in texts)) + speaks_of(topic, weight, *texts)
