"""A document made by hand, so that a test of an extractor rests on no reader."""

from __future__ import annotations

from jimei_kb.extract.citations import find_citations
from jimei_kb.extract.masks import mask_citations
from jimei_kb.extract.metrics import find_metrics
from jimei_kb.extract.schedules import find_schedules
from jimei_kb.records import Citation, Clause, Document, Head, Metric, OffsetMap, Schedule, Span


def document(text: str, *, date: str | None = None, number: str | None = None, clauses: tuple[Clause, ...] | None = None) -> Document:
    """One clause 一 over the whole text, unless clauses are given."""
    own = clauses if clauses is not None else (Clause("一", "clause", "一", Span(0, len(text)), 0),)
    return Document("made", text, Head(number=number, date=date), own, OffsetMap((0,), (0,)), text)


def citations(text: str) -> tuple[Citation, ...]:
    """The citations of a text."""
    return find_citations(document(text))


def metrics(text: str) -> list[tuple[str, str, str]]:
    """Comparator, value and unit of each metric of a text."""
    return [(m.comparator, m.value, m.unit) for m in full_metrics(text)]


def full_metrics(text: str, *, date: str | None = None) -> tuple[Metric, ...]:
    """The metrics of a text with a date."""
    made = document(text, date=date)
    return find_metrics(made, mask_citations(made, find_citations(made)))


def schedules(text: str, *, date: str | None = None) -> tuple[Schedule, ...]:
    """The schedules of a text with a date."""
    made = document(text, date=date)
    return find_schedules(made, mask_citations(made, find_citations(made)))
