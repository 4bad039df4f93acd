"""An analyst decides: a record of a base on disk is changed, struck or added, with its reason; a document is taken out."""

from __future__ import annotations

from dataclasses import dataclass
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


def withdraw_correction(base: Path, correction_id: str) -> Correction:
    """Take a decision back: its line is taken out of `corrections/`.

    Raises GraphError where the base has no such correction, and where later ones were made on top of it.
    """
    made = store.load_corrections(base)
    at = max((i for i, one in enumerate(made) if one.id == correction_id), default=None)
    if at is None:
        raise GraphError(f"{base} 中没有编号为 {correction_id!r} 的更正；jimei-kb correct 列出全部更正及其编号")
    later = [one.id for one in made[at + 1 :] if one.place == made[at].place]
    if later:
        raise GraphError(f"{correction_id} 之后又对同一处原文作了更正；请先撤回后作的：{'、'.join(reversed(later))}")
    store.remove_correction(base, made[at])
    return made[at]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A document that was taken out of the base: its slug, its source if that is still there, how many corrections of it are kept."""

    slug: str
    source: Path | None
    corrections: int


def forget_document(base: Path, slug: str) -> Forgotten:
    """Take the document `slug` and its review list out of the base; its corrections stay. Raises GraphError where there is none."""
    if store.file_name(slug) not in store.load_names(base):
        raise GraphError(f"{base} 中没有文件 {slug!r}；应为文件名（不含扩展名）；jimei-kb export --format csv 的 documents.csv 列出全部")
    origin = store.load_origins(base).get(slug)
    store.update(base, (), forgotten=(slug,))
    source = origin.place(base) if origin is not None and origin.source else None
    kept = sum(one.slug == slug for one in store.load_corrections(base))
    return Forgotten(slug, source if source is not None and source.is_file() else None, kept)


def _reading_with(base: Path, record_id: str) -> Reading:
    """The document that has this record now, with the corrections made so far."""
    for reading in store.load(base):
        if any(one == record_id for one, _ in record_ids(reading)):
            return reading
    raise GraphError(f"{base} 中没有编号为 {record_id!r} 的记录；jimei-kb show 条款 --ids 列出一条里各条记录的编号")


def _kept(base: Path, correction: Correction) -> Correction:
    store.add_correction(base, correction)
    return correction
