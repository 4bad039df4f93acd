"""From a Document to its annotations: who must do what, how much, by when, and by which document.

The plain functions `find_…` read text only; `extract` runs them in their order, and `read_closely` hands on the clauses
taken apart as well, for `find_unplaced` to look over. spaCy users find the same
extraction as pipeline components (`jimei_kb.extract.components`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jimei_kb.extract.actors import find_actors
from jimei_kb.extract.citations import find_citations
from jimei_kb.extract.duties import find_duties
from jimei_kb.extract.masks import mask_citations
from jimei_kb.extract.metrics import find_metrics
from jimei_kb.extract.reading import read_clauses
from jimei_kb.extract.schedules import find_schedules
from jimei_kb.records import Annotations

if TYPE_CHECKING:
    from jimei_kb.extract.reading import ClauseReading
    from jimei_kb.records import Document

__all__ = [
    "extract",
    "find_actors",
    "find_citations",
    "find_duties",
    "find_metrics",
    "find_schedules",
    "mask_citations",
    "read_clauses",
    "read_closely",
]


def extract(document: Document) -> Annotations:
    """All annotations of `document`, each with its clause, span, quotation and rule."""
    return read_closely(document)[0]


def read_closely(document: Document) -> tuple[Annotations, tuple[ClauseReading, ...]]:
    """All annotations of `document`, and its clauses taken apart, in which the actors and duties were found.

    Cited documents are found first and blanked out, so that no other rule reads their numbers, dates and titles.
    """
    citations = find_citations(document)
    masked = mask_citations(document, citations)
    readings = tuple(read_clauses(document, masked))
    annotations = Annotations(
        citations=citations,
        actors=find_actors(document, readings),
        duties=find_duties(document, readings),
        metrics=find_metrics(document, masked),
        schedules=find_schedules(document, masked),
    )
    return annotations, readings
