"""What contradicts each other in a base: numbers that two documents print, citations that disagree, corrections that no longer fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jimei_kb.graph.leftovers import ReviewItem
from jimei_kb.records import Span, Unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jimei_kb.graph.corrections import Conflict
    from jimei_kb.graph.schema import Graph, Reading
    from jimei_kb.records import Document

HEAD = "版头"
"""How an item names the place of what stands in a document's head."""


def conflicting(readings: Sequence[Reading], graph: Graph, corrections: Iterable[Conflict]) -> Iterator[ReviewItem]:
    """All of it as items for the review list, each at the words that contradict something."""
    yield from _numbers(readings)
    places = {reading.document.clause_key(clause.id): clause.id for reading in readings for clause in reading.document.clauses}
    for one in graph.disagreements:
        evidence = one.evidence
        span = Span(evidence.start, evidence.end)
        found = Unplaced(places.get(evidence.clause, HEAD), span, evidence.quote, "conflict.citation", "conflict", one.reason)
        yield ReviewItem(evidence.document, found)
    yield from map(_correction, corrections)


def _numbers(readings: Sequence[Reading]) -> Iterator[ReviewItem]:
    """Documents that print a number which another document goes by."""
    owners = {reading.document.key: reading.document.slug for reading in readings}
    for reading in readings:
        document, number = reading.document, reading.document.head.number
        if document.shares_number and number is not None:
            span = next((span for name, span in document.head.spans if name == "number"), Span(0, 0))
            reason = f"{owners.get(number, '另一份文件')}也是{number}；本份在库中以文件名{document.slug}为编号，请核对是否重复"
            yield ReviewItem(document.key, Unplaced(HEAD, span, span.of(document.text), "conflict.number", "conflict", reason))


def _correction(conflict: Conflict) -> ReviewItem:
    """A correction at the beginning of its clause, as far as there still is one."""
    one, document = conflict.correction, conflict.document
    reason = f"更正（{one.reason}）依据的原文“{one.quote}”：{conflict.fault}，更正没有生效，仍保存在corrections/"
    span, quote = _beginning(document, one.clause) if document else (Span(0, 0), "")
    return ReviewItem(document.key if document else one.slug, Unplaced(one.clause, span, quote, "conflict.correction", "conflict", reason))


def _beginning(document: Document, clause_id: str) -> tuple[Span, str]:
    """The first line of a clause; nothing where the document has no such clause."""
    for clause in document.clauses:
        if clause.id == clause_id:
            first = clause.span.of(document.text).partition("\n")[0]
            return Span(clause.span.start, clause.span.start + len(first)), first
    return Span(0, 0), ""
