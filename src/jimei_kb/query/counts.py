"""What stands where in a base: records by clause or by document, and who has which part in the duties of each clause."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from jimei_kb.query.links import find_reading
from jimei_kb.query.responsible import bearers_of
from jimei_kb.records import Actor, Citation, Duty, Metric, Programme, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jimei_kb.graph.schema import Reading
    from jimei_kb.query.links import Linked
    from jimei_kb.records import Clause

_NAMES: dict[type, str] = {
    Citation: "citations",
    Actor: "actors",
    Duty: "duties",
    Metric: "metrics",
    Schedule: "schedules",
    Programme: "programmes",
}


def count_records(kb: Linked, document: str | None = None) -> list[dict[str, Any]]:
    """[document, clause, heading, citations, actors, duties, metrics, schedules, programmes]: a row for each clause of a document.

    The document is `document` (number, title or file name), else the only one of the base; of several each has one row, without
    clause. Raises GraphError where no or several documents fit.
    """
    if document is None and len(kb.readings) != 1:
        return [_counted(reading, tuple(reading.records()), None, reading.document.head.title) for reading in kb.readings]
    reading = find_reading(kb, document) if document is not None else kb.readings[0]
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for record in reading.records():
        found[record.clause].append(record)
    return [_counted(reading, found[clause.id], clause, clause.heading) for clause in reading.document.clauses if clause.id in found]


def bearers_by_clause(kb: Linked, document: str | None = None) -> list[dict[str, Any]]:
    """[document, clause, heading, body, role, basis]: a row for each bearer of each duty, in text order.

    Of one document or, without `document`, of all. Raises GraphError where no or several documents fit.
    """
    readings = kb.readings if document is None else [find_reading(kb, document)]
    return [
        {
            "document": reading.document.key,
            "clause": clause.id,
            "heading": clause.heading,
            "body": bearer.name,
            "role": bearer.role,
            "basis": bearer.basis,
        }
        for reading in readings
        for clause, duties in _duties_of(reading)
        for duty in duties
        for bearer in bearers_of(reading.document, duty.actors)
    ]


def _duties_of(reading: Reading) -> Iterator[tuple[Clause, list[Duty]]]:
    found: defaultdict[str, list[Duty]] = defaultdict(list)
    for duty in reading.annotations.duties:
        found[duty.clause].append(duty)
    yield from ((clause, found[clause.id]) for clause in reading.document.clauses if clause.id in found)


def _counted(reading: Reading, records: Sequence[Any], clause: Clause | None, heading: str | None) -> dict[str, Any]:
    counts = Counter(type(record) for record in records)
    place = {"document": reading.document.key, "clause": clause.id if clause else None, "heading": heading}
    return place | {name: counts[kind] for kind, name in _NAMES.items()}
