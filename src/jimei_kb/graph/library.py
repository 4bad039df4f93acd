"""The readings of an opened base: all of them decoded and checked at once, or one by one where an index vouches for the files.

An index that fits the files says that they are the very ones that were checked when it was made, so opening reads none of
them. It is written beside them when it is first asked for, to a file of its own that is then renamed: whoever opens the
base finds a whole index or none. Where it cannot be written, it stays in memory.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING, overload

from jimei_kb.errors import GraphError
from jimei_kb.graph import store
from jimei_kb.graph.corrections import apply, decode_corrections
from jimei_kb.graph.index import Index, fill, read_made, remember
from jimei_kb.graph.lines import decode_checked
from jimei_kb.graph.origins import digest_of
from jimei_kb.graph.schema import GraphLinks, Reading
from jimei_kb.graph.stamps import same_content, stamp

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date
    from pathlib import Path

    from jimei_kb.graph.corrections import Conflict, Correction
    from jimei_kb.graph.index import Made
    from jimei_kb.graph.registry import Registry
    from jimei_kb.graph.schema import Links
    from jimei_kb.graph.validity import Limit

INDEX = "index.sqlite"
_BUILDING = ".index-"
# what a killed process left unfinished is cleared away when surely nobody works on it any more
_ABANDONED_SECONDS = 3600
# so many documents are read at once as fast as an index of them is made
_FEW = 20
# how many documents are kept in part: about 0.1 MB each
_PARTS = 64


class Library(Sequence[Reading]):
    """The readings of the base in the folder `base`, by file name, as analysts corrected them. `keys` has the key of each slug.

    Raises GraphError where `base` is no knowledge base, where a file of it is damaged, or, later, where a file that had
    not been read yet has been changed since.
    """

    def __init__(self, base: Path) -> None:
        self.base = base
        self._index: Index | None = None
        self._readings: dict[str, Reading] = {}
        self._conflicts: tuple[Conflict, ...] | None = None
        self._parts: dict[str, tuple[frozenset[str], Reading | None]] = {}
        made = _opened(base / INDEX)
        known = made.stamps if made else {}
        self._stamps = stamp(base, known)
        self._settled = True
        if made and same_content(known, self._stamps) and store.is_settled(base):
            if known != self._stamps:
                remember(made.connection, self._stamps)
            self._index = Index(made.connection, self._make)
            self.keys = made.keys
        else:
            if made:
                made.connection.close()
            with store.unchanged(base):
                # stamped again: these are the very files that are read, whatever they were before
                self._stamps = stamp(base, self._stamps)
                self._settled = store.is_settled(base)
                self.keys = self._check()
        self._slugs = tuple(self.keys)

    def _check(self) -> dict[str, str]:
        """Slug → key of the documents, each decoded and checked; those of a large base are decoded again when they are asked for."""
        conflicts: list[Conflict] = []
        documents = []
        for name, reading, faults in store.load_in_turn(self.base):
            conflicts += faults
            if reading is None:
                continue
            slug = reading.document.slug
            documents.append((slug, reading.document.key))
            # what lies elsewhere than its name says could not be found again
            if len(documents) <= _FEW or not self._settled or name != store.file_name(slug):
                self._readings[slug] = reading
        self._conflicts = tuple(conflicts)
        store.check_keys(documents)
        return dict(documents)

    def __len__(self) -> int:
        """How many documents the base holds."""
        return len(self._slugs)

    def __reduce__(self) -> tuple[type[Library], tuple[Path]]:
        """For another process: the base opened there."""
        return Library, (self.base,)

    @overload
    def __getitem__(self, at: int) -> Reading: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Reading]: ...
    def __getitem__(self, at: int | slice) -> Reading | Sequence[Reading]:
        if isinstance(at, slice):
            return tuple(self.whole(slug) for slug in self._slugs[at])
        return self.whole(self._slugs[at])

    def is_indexed(self) -> bool:
        """Whether an index is at hand, or pays: the few documents of a small base without one have all been decoded."""
        return self._index is not None or len(self) > _FEW

    def get_index(self) -> Index:
        """The index of the base, made if there is none that fits. Raises GraphError where this SQLite cannot hold one."""
        if self._index is None:
            self._index = Index(self._make(), self._make)
        return self._index

    def get_conflicts(self) -> tuple[Conflict, ...]:
        """The corrections that do not fit the text any more."""
        if self._conflicts is None:
            self._conflicts = tuple(self._find_conflicts())
        return self._conflicts

    def whole(self, slug: str) -> Reading:
        """The reading of the document `slug`."""
        if slug not in self._readings:
            self._readings[slug] = self._decoded(slug)
        return self._readings[slug]

    def part(self, slug: str, clauses: Collection[str]) -> Reading:
        """The reading of the document `slug` with, at least, the records of the `clauses` with these ids."""
        if slug in self._readings:
            return self._readings[slug]
        known, part = self._parts.pop(slug, (frozenset(), None))
        if part is None or not known.issuperset(clauses):
            known = known.union(clauses)
            part = self._decoded(slug, known)
        # the one asked for last stands last
        self._parts[slug] = known, part
        while len(self._parts) > _PARTS:
            del self._parts[next(iter(self._parts))]
        return part

    def _decoded(self, slug: str, clauses: Collection[str] | None = None) -> Reading:
        """A document out of its file, with the corrections of it or of these clauses."""
        decisions = self._decisions(store.corrections_path(slug))
        return apply(self._read(slug, clauses), [one for one in decisions if clauses is None or one.clause in clauses])[0]

    def _cited(self, slug: str) -> Reading:
        """A document with its citations alone, as corrected."""
        decisions = [one for one in self._decisions(store.corrections_path(slug)) if one.kind == "citation"]
        return apply(decode_checked(self._text(store.document_path(slug)), slug, kinds=("citation",)), decisions)[0]

    def _read(self, slug: str, clauses: Collection[str] | None) -> Reading:
        """What the rules read."""
        return decode_checked(self._text(store.document_path(slug)), slug, clauses)

    def _decisions(self, name: str) -> tuple[Correction, ...]:
        """The corrections in a file, if there is one."""
        return decode_corrections(self._text(name), name) if name in self._stamps else ()

    def _find_conflicts(self) -> Iterator[Conflict]:
        """As `store.load_in_turn` finds them: those of the documents by file name, then those that outlived theirs."""
        slugs = {store.corrections_path(slug): slug for slug in self._slugs}
        corrected = (name for name in self._stamps if name.startswith("corrections/"))
        for name in sorted(corrected, key=lambda name: (name not in slugs, name)):
            # its text tells what fits, so no records are needed
            yield from apply(self._read(slugs[name], ()) if name in slugs else None, self._decisions(name))[1]

    def _text(self, name: str) -> str:
        """A file of the base, if it is still the one that was checked."""
        path = self.base / name
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            data = b""
        if digest_of(data) != self._stamps[name].digest:
            raise GraphError(f"{path}：知识库打开之后这个文件有改动；请重新打开")
        return data.decode("utf-8")

    def _make(self) -> sqlite3.Connection:
        """A new index of these readings: on disk if it may be there and the files are still those that were read."""
        if self._is_as_read():
            with suppress(OSError, sqlite3.Error):
                self._write()
            made = _opened(self.base / INDEX)
            if made and same_content(made.stamps, self._stamps):
                return made.connection
            if made:
                # another process has put its own there meanwhile
                made.connection.close()
        memory = sqlite3.connect(":memory:", check_same_thread=False)
        self._fill(memory)
        return memory

    def _fill(self, connection: sqlite3.Connection) -> None:
        """Make the index in a database; the documents are decoded twice, so that they need not all be held at once."""
        # imported here, so that asking a base with an index does not wait for them
        from jimei_kb.graph.build import Linker
        from jimei_kb.graph.registry import load_registry
        from jimei_kb.graph.validity import outline

        registry = load_registry(self.base)
        linker = Linker([outline(self._readings.get(slug) or self._cited(slug), registry) for slug in self._slugs], registry)
        fill(connection, (self._readings.get(slug) or self._decoded(slug) for slug in self._slugs), linker, self._stamps)

    def _is_as_read(self) -> bool:
        """Whether every file is still what it was when the base was opened, each document where it belongs."""
        now = stamp(self.base, self._stamps)
        if not self._settled or not same_content(now, self._stamps) or not store.is_settled(self.base):
            return False
        self._stamps = now
        return all(store.document_path(slug) in now for slug in self._slugs)

    def _write(self) -> None:
        """Put an index into the base. Raises OSError or sqlite3.Error where that is not possible."""
        _clear(self.base)
        path = self.base / f"{_BUILDING}{os.getpid()}-{secrets.token_hex(4)}"
        try:
            with closing(sqlite3.connect(path)) as connection:
                # nobody sees the file before it is whole, so it needs no journal
                connection.execute("PRAGMA journal_mode = OFF")
                self._fill(connection)
            with path.open("rb+") as file:
                os.fsync(file.fileno())
            path.replace(self.base / INDEX)
        finally:
            path.unlink(missing_ok=True)


def links_of(readings: Sequence[Reading], base: Path) -> Links:
    """The graph of the readings of `base` to walk: by the index where there is one, else made in memory."""
    if isinstance(readings, Library):
        return readings.get_index()
    from jimei_kb.graph.build import build_graph
    from jimei_kb.graph.registry import load_registry

    return GraphLinks(build_graph(readings, load_registry(base)))


def conflicts_of(readings: Sequence[Reading]) -> tuple[Conflict, ...]:
    """The corrections of an opened base that do not fit the text any more; readings made otherwise have none."""
    return readings.get_conflicts() if isinstance(readings, Library) else ()


def keys_of(readings: Sequence[Reading]) -> Mapping[str, str]:
    """Slug → key of every document."""
    return readings.keys if isinstance(readings, Library) else {reading.document.slug: reading.document.key for reading in readings}


def clauses_of(readings: Sequence[Reading]) -> Mapping[str, tuple[str, str]]:
    """Clause id as 文号#条款 → (document key, id within the document) of every clause, in the order of the base."""
    if isinstance(readings, Library) and readings.is_indexed():
        return {f"{key}#{clause}": (key, clause) for key, clause in readings.get_index().clauses()}
    documents = (reading.document for reading in readings)
    return {document.clause_key(clause.id): (document.key, clause.id) for document in documents for clause in document.clauses}


def in_force(readings: Sequence[Reading], as_of: str | date, registry: Registry) -> tuple[frozenset[str], tuple[tuple[str, Limit], ...]]:
    """The keys of the documents that hold on the day `as_of`, and those of the others, each with the limit that is against it.

    The index of an opened base knows by the registry of the base; without one, `registry` tells what it knows. Raises GraphError
    for a text that is no day.
    """
    # here, since it opens the room that reads dates, which other questions do not wait for
    from jimei_kb.graph.validity import as_day, outline, validities

    day = as_day(as_of)
    if isinstance(readings, Library) and readings.is_indexed():
        found = readings.get_index().validities()
    else:
        found = validities([outline(reading, registry) for reading in readings])
    against = {key: validity.against(day) for key, validity in found.items()}
    others = tuple((key, limit) for key, limit in against.items() if limit is not None)
    return frozenset(key for key, limit in against.items() if limit is None), others


def by_key(readings: Sequence[Reading]) -> Mapping[str, Reading]:
    """Key → reading of every document; of an opened base each is decoded when it is asked for."""
    return _ByKey(readings) if isinstance(readings, Library) else {reading.document.key: reading for reading in readings}


class _ByKey(Mapping[str, Reading]):
    """The readings of a library by key."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._slugs = {key: slug for slug, key in library.keys.items()}

    def __getitem__(self, key: str) -> Reading:
        return self._library.whole(self._slugs[key])

    def __contains__(self, key: object) -> bool:
        return key in self._slugs

    def __iter__(self) -> Iterator[str]:
        return iter(self._slugs)

    def __len__(self) -> int:
        return len(self._slugs)


def _opened(path: Path) -> Made | None:
    """The index in a file; None where there is none to be used."""
    if path.is_file():
        with suppress(sqlite3.Error):
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, check_same_thread=False)
            made = read_made(connection)
            if made:
                return made
            connection.close()
    return None


def _clear(base: Path) -> None:
    """Remove what processes that were killed long ago left of their indexes."""
    for path in base.glob(f"{_BUILDING}*"):
        if path.stat().st_mtime < time.time() - _ABANDONED_SECONDS:
            path.unlink(missing_ok=True)
