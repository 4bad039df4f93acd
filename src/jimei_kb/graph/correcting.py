"""An analyst decides: a record of a base on disk is changed, struck or added, and the decision is kept with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jimei_kb.errors import GraphError
from jimei_kb.graph import store
from jimei_kb.graph.corrections import add, change, strike
from jimei_kb.graph.lines import record_ids

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from jimei_kb.graph.corrections import Correction
    from jimei_kb.graph.schema import Reading


def change_record(base: Path, record_id: str, values: Mapping[str, Any], reason: str) -> Correction:
    """Keep the decision that a record says `values`, under the names that its line in `documents/` has for them.

    Raises GraphError where the base has no such record, the record cannot have such values, or the reason is empty.
    """
    return _kept(base, change(_reading_with(base, record_id), record_id, values, reason))


def strike_record(base: Path, record_id: str, reason: str) -> Correction:
    """Keep the decision that a record is none. Raises GraphError as `change_record` does."""
    return _kept(base, strike(_reading_with(base, record_id), record_id, reason))


def add_record(
    base: Path, slug: str, clause_id: str, quote: str, kind: str, values: Mapping[str, Any], reason: str, nth: int = 1
) -> Correction:
    """Keep the decision that the `nth` `quote` of a clause is a record of this kind. Raises GraphError as `change_record` does."""
    reading = next(reading for reading in store.load(base) if reading.document.slug == slug)
    clause = next(clause for clause in reading.document.clauses if clause.id == clause_id)
    return _kept(base, add(reading, clause, quote, kind, values, reason, nth))


def _reading_with(base: Path, record_id: str) -> Reading:
    """The document that has this record now, with the corrections made so far."""
    for reading in store.load(base):
        if any(one == record_id for one, _ in record_ids(reading)):
            return reading
    raise GraphError(f"{base} has no record {record_id!r}; jimei-kb show 条款 --json gives the ids of the records of a clause")


def _kept(base: Path, correction: Correction) -> Correction:
    store.add_correction(base, correction)
    return correction
