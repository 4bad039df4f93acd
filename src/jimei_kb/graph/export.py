"""A reading in the plain shape that other programs read: document, clauses, citations, actors, duties, metrics, schedules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jimei_kb.records import Actor, Annotations, Citation, Document, Duty, Issuer, Metric, Schedule

# short enough for int() and exact enough for float()
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")


def to_plain(document: Document, annotations: Annotations) -> dict[str, Any]:
    """Dicts, lists, strings and numbers for `json.dumps`, keys in a fixed order, positions in the canonical text.

    A value that is a number is written as one (`"80"` → 80), anything else as it stands (上年同期).
    """
    head = document.head
    return {
        "document": {
            "number": head.number,
            "title": head.title,
            "issuers": list(head.issuers),
            "recipients": list(head.recipients),
            "date": head.date,
            "copied_to": list(head.copied_to),
            "printed_by": head.printed_by,
            "printed_on": head.printed_on,
            "kind": head.kind,
        },
        "clauses": [{"id": clause.id, "heading": clause.heading} for clause in document.clauses if clause.kind == "clause"],
        "citations": [_citation(record) for record in annotations.citations],
        "actors": [{**_place(record), "name": record.name, "role": record.role, "basis": record.basis} for record in annotations.actors],
        "duties": [_duty(record) for record in annotations.duties],
        "metrics": [_metric(record) for record in annotations.metrics],
        "schedules": [_schedule(record) for record in annotations.schedules],
    }


def _place(record: Citation | Actor | Duty | Metric | Schedule) -> dict[str, Any]:
    return {
        "clause": record.clause,
        "quote": record.quote,
        "start": record.span.start,
        "end": record.span.end,
        "rule": record.rule,
    }


def _citation(record: Citation) -> dict[str, Any]:
    facts = {"kind": record.kind, "title": record.title, "number": record.number, "relation": record.relation, "issuer": record.issuer}
    return {**_place(record), **facts, "issued_by": _issuer(record.issued_by)}


def _issuer(issuer: Issuer | None) -> dict[str, Any] | None:
    if issuer is None:
        return None
    known = {"names": list(issuer.names), "level": issuer.level, "basis": issuer.basis, "certainty": issuer.certainty}
    return {**known, "reason": issuer.reason, "candidates": list(issuer.candidates)}


def _duty(record: Duty) -> dict[str, Any]:
    actors = [{"name": bearer.name, "role": bearer.role, "basis": bearer.basis} for bearer in record.actors]
    return {**_place(record), "polarity": record.polarity, "force": record.force, "actors": actors, "urged": list(record.urged)}


def _metric(record: Metric) -> dict[str, Any]:
    facts = {"indicator": record.indicator, "group": list(record.group), "comparator": record.comparator}
    return {**_place(record), **facts, "value": number_of(record.value), "unit": record.unit}


def _schedule(record: Schedule) -> dict[str, Any]:
    facts = {"kind": record.kind, "period": record.period, "min_count": record.min_count, "from": record.start, "by": record.by}
    return {**_place(record), **facts}


def number_of(value: str) -> int | float | str:
    """The number that `value` writes in digits (80, 0.5), else `value` itself."""
    if not _NUMBER.fullmatch(value):
        return value
    return float(value) if "." in value else int(value)
