"""The extraction as spaCy components, for people who live in spaCy: `nlp.add_pipe("jimei_citations")`.

Each component writes the spans of one kind into `doc.spans`: the label is the kind or the part (titled, 责任, recurring …),
`id_` the rule that found it, `kb_id_` what it stands for (a document number, an actor's name, a period).
A span covers whole tokens, so it may be some characters wider than the quotation; `annotations_of(doc)` has the exact records.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import spacy
from spacy.language import Language

from jimei_kb.errors import KbError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from spacy.tokens import Doc, Span

    from jimei_kb import records

# Named, not imported: spaCy finds them through the entry points of the package.
TOKENIZER = "jimei_kb.RjiebaTokenizer.v1"
COMPONENTS = ("jimei_citations", "jimei_actors", "jimei_duties", "jimei_metrics", "jimei_schedules")


def make_nlp() -> Language:
    r"""A blank Chinese pipeline with the kit's tokenizer and all five components; it needs no trained model.

    >>> doc = make_nlp()("各社区居委会：\n一、每季度至少召开1次消防安全委员会会议。")
    >>> [(span.text, span.label_, span.kb_id_) for span in doc.spans["schedules"]]
    [('每季度至少召开1次消防安全委员会会议', 'recurring', 'P3M')]
    """
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    for name in COMPONENTS:
        nlp.add_pipe(name)
    return nlp


def annotations_of(doc: Doc) -> records.Annotations:
    """The exact records of the Doc's text: what `extract(parse_text(doc.text))` returns."""
    return _read(doc.text)[1]


# One Doc passes through up to five components and is read once. Not kept in doc.user_data: a record there breaks Doc.to_bytes.
@lru_cache(maxsize=8)
def _read(text: str) -> tuple[records.Document, records.Annotations]:
    # Imported here: spaCy loads this module whenever anybody makes any pipeline.
    from jimei_kb.document import parse_text
    from jimei_kb.extract import extract

    document = parse_text(text)
    return document, extract(document)


@dataclass(frozen=True, slots=True)
class SpanWriter:
    """A component: writes the records of one kind into `doc.spans[spans_key]`, in text order. An empty text has none."""

    kind: str
    spans_key: str

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc, with the spans of this kind."""
        spans: list[Span] = []
        if doc.text.strip():
            document, annotations = _read(doc.text)
            spans = [_span(doc, document, record, *_MARKS[self.kind](record)) for record in getattr(annotations, self.kind)]
        doc.spans[self.spans_key] = spans
        return doc


def _span(doc: Doc, document: records.Document, record: Any, label: str, stands_for: str) -> Span:
    # The record counts in the canonical text (page breaks mended), the Doc in the text as it was given.
    start, end = document.offsets.raw_span(record.span)
    span = doc.char_span(start, end, label=label, kb_id=stands_for, span_id=record.rule, alignment_mode="expand")
    if span is None:
        raise KbError(
            f"{record.rule}: characters {start}-{end} of the text, {record.quote!r}, lie outside the Doc of {len(doc.text)} characters; "
            "expected a Doc made by a tokenizer that keeps every character: use jimei_kb.RjiebaTokenizer.v1"
        )
    return span


def _of_citation(citation: records.Citation) -> tuple[str, str]:
    return citation.kind, citation.number or citation.title or citation.quote


def _of_actor(actor: records.Actor) -> tuple[str, str]:
    return actor.role, actor.name


def _of_duty(duty: records.Duty) -> tuple[str, str]:
    return duty.polarity, "、".join(dict.fromkeys(bearer.name for bearer in duty.actors))


def _of_metric(metric: records.Metric) -> tuple[str, str]:
    return metric.comparator, f"{metric.indicator}{metric.comparator}{metric.value}{metric.unit}"


def _of_schedule(schedule: records.Schedule) -> tuple[str, str]:
    return schedule.kind, schedule.period or schedule.by or schedule.start or ""


# Label and what it stands for, for each kind of record.
_MARKS: dict[str, Callable[[Any], tuple[str, str]]] = {
    "citations": _of_citation,
    "actors": _of_actor,
    "duties": _of_duty,
    "metrics": _of_metric,
    "schedules": _of_schedule,
}


@Language.factory("jimei_citations", assigns=["doc.spans"], default_config={"spans_key": "citations"})
def make_citations(nlp: Language, name: str, spans_key: str) -> SpanWriter:  # noqa: ARG001  # spaCy passes nlp and name
    """Mentions of other documents: label titled, numbered, carried, bare or group; stands for the number, else the title."""
    return SpanWriter("citations", spans_key)


@Language.factory("jimei_actors", assigns=["doc.spans"], default_config={"spans_key": "actors"})
def make_actors(nlp: Language, name: str, spans_key: str) -> SpanWriter:  # noqa: ARG001
    """Organisations, posts and groups that have a part: label 牵头, 责任, 配合 …; stands for the name."""
    return SpanWriter("actors", spans_key)


@Language.factory("jimei_duties", assigns=["doc.spans"], default_config={"spans_key": "duties"})
def make_duties(nlp: Language, name: str, spans_key: str) -> SpanWriter:  # noqa: ARG001
    """What is to be done or avoided: label do or avoid; stands for those who bear it."""
    return SpanWriter("duties", spans_key)


@Language.factory("jimei_metrics", assigns=["doc.spans"], default_config={"spans_key": "metrics"})
def make_metrics(nlp: Language, name: str, spans_key: str) -> SpanWriter:  # noqa: ARG001
    """Numbers that can be checked: label >=, =, <= …; stands for indicator, comparator, value and unit."""
    return SpanWriter("metrics", spans_key)


@Language.factory("jimei_schedules", assigns=["doc.spans"], default_config={"spans_key": "schedules"})
def make_schedules(nlp: Language, name: str, spans_key: str) -> SpanWriter:  # noqa: ARG001
    """When and how often: label recurring, deadline, window …; stands for the period or the date."""
    return SpanWriter("schedules", spans_key)
