"""What a healthy knowledge base satisfies: `check_base` gives a line for every fault, saying where it is and what to do."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from jimei_kb.errors import GraphError, KbError
from jimei_kb.graph import store
from jimei_kb.graph.build import build_graph
from jimei_kb.graph.lines import record_ids
from jimei_kb.graph.origins import digest_of
from jimei_kb.graph.places import level_of, place_in
from jimei_kb.graph.registry import check_registry, load_registry
from jimei_kb.graph.store import file_name
from jimei_kb.records import Citation, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jimei_kb.graph.registry import Registry
    from jimei_kb.graph.schema import Reading

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PERIOD = re.compile(r"P(?=\d|T)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?")
_REBUILD = "build the base again"


def check_base(base: Path) -> tuple[str, ...]:
    """One line for each fault of the base in the folder `base`; none where it is healthy. Raises GraphError where there is no base."""
    faults = [*check_registry(base)]
    readings = []
    for name, found in store.load_each(base):
        if isinstance(found, GraphError):
            faults.append(str(found))
        else:
            readings.append(found)
            faults += (f"documents/{name}: {fault}" for fault in _document(name, found))
    faults += _names(readings)
    faults += _lists(base, readings)
    faults += _origins(base, readings)
    faults += (fault for fault in _corrections(base) if fault not in faults)
    try:
        registry = load_registry(base)
    except GraphError:  # told above, row by row
        return tuple(faults)
    for reading in readings:
        faults += _levels(reading, registry)
    return (*faults, *_ends(readings, registry))


def _document(name: str, reading: Reading) -> Iterator[str]:
    """Faults of one document by itself; that it fits its own text was seen when it was read."""
    document, head = reading.document, reading.document.head
    if file_name(document.slug) != name:
        yield f"holds the document {document.slug}; expected documents/{file_name(document.slug)}; rename the file or {_REBUILD}"
    if not _DIGEST.fullmatch(document.sha256):
        yield f"sha256 of the source is {document.sha256[:20]!r}; expected 64 hexadecimal digits; {_REBUILD}"
    for field in ("date", "printed_on"):
        value = getattr(head, field)
        if value is not None and not _is_date(value):
            yield f"{field} is {value!r}; expected a day as 2024-10-28; mend the notice or {_REBUILD}"
    for record_id, record in record_ids(reading):
        if isinstance(record, Schedule):
            yield from (f"{record_id}: {fault}; correct it: jimei-kb correct {record_id} --set …" for fault in _times(record))


def _times(schedule: Schedule) -> Iterator[str]:
    for field, value in (("from", schedule.start), ("by", schedule.by)):
        if value is not None and not _is_date(value):
            yield f"{field} is {value!r}; expected a day as 2024-10-28"
    if schedule.start and schedule.by and schedule.start > schedule.by:
        yield f"from {schedule.start} is after by {schedule.by}; expected them in order"
    if schedule.period is not None and not _PERIOD.fullmatch(schedule.period):
        yield f"period is {schedule.period!r}; expected an ISO 8601 duration as P3M"
    if schedule.min_count is not None and schedule.min_count < 1:
        yield f"min_count is {schedule.min_count}; expected 1 or more"


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _names(readings: list[Reading]) -> Iterator[str]:
    """Two documents with one key, two records with one id."""
    try:
        store.check_names(readings)
    except GraphError as error:
        yield str(error)
    owners: dict[str, set[str]] = defaultdict(set)
    for reading in readings:
        ids = [record_id for record_id, _ in record_ids(reading)]
        if len(set(ids)) < len(ids):
            owners[next(one for one in ids if ids.count(one) > 1)] |= {reading.document.slug, f"{reading.document.slug} again"}
        for one in ids:
            owners[one].add(reading.document.slug)
    for record_id, slugs in sorted(owners.items()):
        if len(slugs) > 1:
            where = " and ".join(sorted(slugs))
            yield f"{record_id} stands in {where}; expected each id once; leave one of the documents out and {_REBUILD}"


def _lists(base: Path, readings: list[Reading]) -> Iterator[str]:
    """Lists of what was left that are not there or do not fit, and lists of no document."""
    names = {file_name(reading.document.slug) for reading in readings}
    for slug, found in sorted(store.load_leftovers(base, readings).items()):
        if found is None:
            yield f"review/{file_name(slug)}: is not there or does not fit documents/{file_name(slug)}; {_REBUILD}"
    for path in sorted((base / "review").glob("*.jsonl")):
        if path.name not in names and not (base / "documents" / path.name).exists():
            yield f"review/{path.name}: the base has no such document; delete the file"


def _origins(base: Path, readings: list[Reading]) -> Iterator[str]:
    """Sources that are no longer what was read, as far as the base remembers where they lie."""
    held = {reading.document.slug: reading.document for reading in readings}
    for slug, origin in sorted(store.load_origins(base).items()):
        path = base / origin.source
        if not origin.source or slug not in held:
            continue
        if not path.is_file():
            yield f"{slug}: its source {path} is gone; build the folder again to take it out of the base, or bring the file back"
        elif digest_of(path.read_bytes()) != held[slug].sha256:
            yield f"{slug}: its source {path} has changed since it was read; build the folder again"


def _corrections(base: Path) -> Iterator[str]:
    """Corrections that are damaged, or do not fit the text any more."""
    try:
        store.load_corrections(base)
    except GraphError as error:
        yield str(error)
    for conflict in store.load_conflicts(base):
        file = f"corrections/{file_name(conflict.correction.slug)}"
        yield f"{file}: {conflict.line()}; decide again on the words that stand there now, or take the line out"


def _levels(reading: Reading, registry: Registry) -> Iterator[str]:
    """Issuers of cited documents whose level is not that of the place in their names."""
    for record_id, citation in record_ids(reading):
        issuer = citation.issued_by if isinstance(citation, Citation) else None
        if issuer is None or not issuer.names or issuer.level is None:
            continue
        place = place_in(issuer.names[0], registry)
        if place is not None and level_of(place) != issuer.level:
            found = f"{issuer.names[0]} is put at level {issuer.level}; expected {level_of(place)} by its name"
            yield f"{reading.document.slug}, {record_id}: {found}; mend its row in the registry and {_REBUILD}"


def _ends(readings: list[Reading], registry: Registry) -> Iterator[str]:
    """Edges that lead nowhere."""
    try:
        graph = build_graph(readings, registry)
    except KbError as error:
        yield str(error)
        return
    known = {node.id for node in graph.nodes}
    for edge in graph.edges:
        for end in (edge.source, edge.target):
            if end not in known:
                yield f"{edge.kind} at {edge.evidence.clause} leads to {end}, which is not there; {_REBUILD}"
