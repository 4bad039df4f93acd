"""What a chain is asked for: a topic, a document, a clause or a duty, and the sentences and duties of the base that it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jimei_kb.errors import GraphError
from jimei_kb.graph.library import by_key
from jimei_kb.graph.lines import record_ids
from jimei_kb.graph.registry import load_synonyms
from jimei_kb.query.citations import clauses_below
from jimei_kb.query.links import find_documents
from jimei_kb.query.places import places_of, said_of_cut, source_of
from jimei_kb.query.topics import coverage, speaks_of, topic_of, variants
from jimei_kb.records import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jimei_kb.graph.registry import Synonym
    from jimei_kb.graph.schema import Reading
    from jimei_kb.query.in_force import Day
    from jimei_kb.query.links import Linked
    from jimei_kb.query.places import Place
    from jimei_kb.query.topics import Topic
    from jimei_kb.records import Duty, Evidence

# a duty with this share of the topic in its own words is about it
_OWN = 0.7


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence that the subject stands in, its duties that are meant, and how far around it citations count."""

    reading: Reading
    place: Place
    duties: tuple[Duty, ...]
    reach: Span

    @property
    def evidence(self) -> Evidence:
        """The sentence."""
        return self.place.evidence(self.place.span, "query.subject")


@dataclass(frozen=True, slots=True)
class Subject:
    """The hits of a subject on a day; whether a title is about it; a note on how it was understood; the documents left out."""

    hits: tuple[Hit, ...]
    about: Callable[[str], bool]
    note: str
    left_out: frozenset[str]


def find_subject(kb: Linked, subject: str, day: Day) -> Subject:
    """What `subject` means in the documents that hold on `day`. Raises GraphError for a duty or a clause that the base does not have."""
    if subject.startswith("duty-"):
        return _of_day(_of_duty(kb, subject), day)
    if "#" in subject or "/" in subject:
        clause = kb.clause(subject).id
        wanted = {node.removeprefix("clause:") for node in clauses_below(kb.links, f"clause:{clause}")}
        return _of_day(_whole(kb.readings, lambda place: place.document.clause_key(place.clause.id) in wanted), day)
    document = _document_named(kb, subject)
    if document is not None:
        return _of_day(_whole([document], lambda _: True), day)
    return _of_topic(kb.readings, topic_of(subject), load_synonyms(kb.path), day)


def _of_day(hits: Iterable[Hit], day: Day, about: Callable[[str], bool] = lambda _: False, note: str = "") -> Subject:
    """The hits in documents that hold, and the others by their documents."""
    held, out = [], set()
    for hit in hits:
        node_id = f"document:{hit.reading.document.key}"
        if node_id in day.out:
            out.add(node_id)
        else:
            held.append(hit)
    return Subject(tuple(held), about, note, frozenset(out))


def _document_named(kb: Linked, subject: str) -> Reading | None:
    """The held document that the subject names; a part of a title is a topic."""
    try:
        found = find_documents(kb, subject, whole=True)
    except GraphError:
        return None
    held = by_key(kb.readings)
    return next((held[key] for node in found if (key := node.id.removeprefix("document:")) in held), None)


def _of_duty(kb: Linked, duty_id: str) -> list[Hit]:
    for edge in kb.links.edges_to(f"duty:{duty_id}", "demands"):
        reading = by_key(kb.readings)[edge.evidence.document]
        said = dict(record_ids(reading))[duty_id]
        found = ((place, duty) for place in places_of([reading], (said.clause,)) for duty in place.duties)
        return [Hit(reading, place, (duty,), place.clause.span) for place, duty in found if duty is said]
    raise GraphError(f"{kb.path} 中没有编号为 {duty_id!r} 的职责；编号见 documents/*.jsonl")


def _whole(readings: Sequence[Reading], wanted: Callable[[Place], bool]) -> list[Hit]:
    """Every duty of the places that are wanted."""
    return [Hit(reading, place, place.duties, place.span) for reading in readings for place in places_of([reading]) if wanted(place)]


def _of_topic(readings: Sequence[Reading], topic: Topic, synonyms: Sequence[Synonym], day: Day) -> Subject:
    source, held = source_of(readings), by_key(readings)
    left_out: frozenset[str] = frozenset()
    for one in (topic, *variants(topic, synonyms)) if topic.phrases else ():
        weight = source.weights(one)
        places, more = source.speaking_of(one, weight)
        hits = (_topic_hit(one, weight, held[place.document.key], place) for place in places)
        cut = said_of_cut(len(places), len({place.document.key for place in places})) if more else ""
        found = _of_day(hits, day, _speaker(one, weight), one.note + cut)
        if found.hits:
            return found
        left_out |= found.left_out
    return Subject((), lambda _: False, "", left_out)


def _speaker(topic: Topic, weight: tuple[float, ...]) -> Callable[[str], bool]:
    def speaks(text: str) -> bool:
        return speaks_of(topic, weight, text)

    return speaks


def _topic_hit(topic: Topic, weight: tuple[float, ...], reading: Reading, place: Place) -> Hit:
    duties = _about(topic, weight, place)
    # where the topic stands in no duty of the sentence (根据《…》，现将…下达), only citations that speak of it themselves count
    return Hit(reading, place, duties, place.span if duties else Span(0, 0))


def _about(topic: Topic, weight: tuple[float, ...], place: Place) -> tuple[Duty, ...]:
    """The duties of a sentence that are about the topic: those that say it themselves, under a heading that says it all."""
    if speaks_of(topic, weight, place.headings):
        return place.duties
    shares = [coverage(topic, weight, (duty.quote, 1.0)) for duty in place.duties]
    most = max(shares, default=0.0)
    least = _OWN if most >= _OWN else most / 2
    return tuple(duty for duty, share in zip(place.duties, shares, strict=True) if share >= least and share)
