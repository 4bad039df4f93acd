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
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING, overload

from jimei_kb.errors import GraphError
from jimei_kb.graph import store
from jimei_kb.graph.index import Index, fill, is_index, remember, slugs_in, stamps_in
from jimei_kb.graph.lines import decode_checked
from jimei_kb.graph.schema import GraphLinks, Reading
from jimei_kb.graph.stamps import digest_of, same_content, stamp

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from jimei_kb.graph.schema import Graph, Links

INDEX = "index.sqlite"
_BUILDING = ".index-"
# what a killed process left unfinished is cleared away when surely nobody works on it any more
_ABANDONED_SECONDS = 3600


class Library(Sequence[Reading]):
    """The readings of the base in the folder `base`, by file name.

    Raises GraphError where `base` is no knowledge base, where a file of it is damaged, or, later, where a file that had
    not been read yet has been changed since.
    """

    def __init__(self, base: Path) -> None:
        self.base = base
        self._index: Index | None = None
        self._readings: dict[str, Reading] = {}
        connection = _opened(base / INDEX)
        known = stamps_in(connection) if connection else {}
        self._stamps = stamp(base, known)
        if connection and same_content(known, self._stamps) and store.is_settled(base):
            if known != self._stamps:
                remember(connection, self._stamps)
            self._index = Index(connection, self._made)
            self._slugs = slugs_in(connection)
        else:
            self._readings = {reading.document.slug: reading for reading in store.load(base)}
            self._slugs = tuple(self._readings)

    def __len__(self) -> int:
        """How many documents the base holds."""
        return len(self._slugs)

    @overload
    def __getitem__(self, at: int) -> Reading: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Reading]: ...
    def __getitem__(self, at: int | slice) -> Reading | Sequence[Reading]:
        if isinstance(at, slice):
            return tuple(self._whole(slug) for slug in self._slugs[at])
        return self._whole(self._slugs[at])

    def get_index(self) -> Index:
        """The index of the base, made if there is none that fits. Raises GraphError where this SQLite cannot hold one."""
        if self._index is None:
            self._index = Index(self._made(), self._made)
        return self._index

    def part(self, slug: str, clauses: Collection[str]) -> Reading:
        """The reading of the document `slug` with, at least, the records of the `clauses` with these ids."""
        known = self._readings.get(slug)
        return decode_checked(self._text(slug), slug, clauses) if known is None else known

    def _whole(self, slug: str) -> Reading:
        if slug not in self._readings:
            self._readings[slug] = decode_checked(self._text(slug), slug)
        return self._readings[slug]

    def _text(self, slug: str) -> str:
        """The file of a document, if it is still the one that was checked."""
        name = store.document_path(slug)
        path = self.base / name
        data = path.read_bytes() if path.is_file() else b""
        if digest_of(data) != self._stamps[name].digest:
            raise GraphError(f"{path}: changed since the knowledge base was opened; open it again")
        return data.decode("utf-8")

    def _made(self) -> sqlite3.Connection:
        """A new index of these readings: on disk if it may be there and the files are still those that were read."""
        graph = _graph_of(self, self.base)
        now = stamp(self.base, self._stamps)
        in_place = all(store.document_path(slug) in now for slug in self._slugs)
        if same_content(now, self._stamps) and in_place and store.is_settled(self.base):
            self._stamps = now
            written = self.base / f"{_BUILDING}{os.getpid()}-{secrets.token_hex(4)}"
            with suppress(OSError, sqlite3.Error):
                _clear(self.base)
                try:
                    with closing(sqlite3.connect(written)) as connection:
                        # nobody sees the file before it is whole, so it needs no journal
                        connection.execute("PRAGMA journal_mode = OFF")
                        fill(connection, graph, self, now)
                    _to_disk(written)
                    written.replace(self.base / INDEX)
                finally:
                    written.unlink(missing_ok=True)
            made = _opened(self.base / INDEX)
            # another process may have put its own there meanwhile
            if made and same_content(stamps_in(made), now):
                return made
        memory = sqlite3.connect(":memory:", check_same_thread=False)
        fill(memory, graph, self, now)
        return memory


def links_of(readings: Sequence[Reading], base: Path) -> Links:
    """The graph of the readings of `base` to walk: by the index where there is one, else made in memory."""
    return readings.get_index() if isinstance(readings, Library) else GraphLinks(_graph_of(readings, base))


def _graph_of(readings: Sequence[Reading], base: Path) -> Graph:
    # imported here, so that asking a base with an index does not wait for them
    from jimei_kb.graph.build import build_graph
    from jimei_kb.graph.registry import load_registry

    return build_graph(readings, load_registry(base))


def _opened(path: Path) -> sqlite3.Connection | None:
    """The index in a file; None where it is none of this version of the kit, or damaged at first sight."""
    if not path.is_file():
        return None
    with suppress(sqlite3.Error):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, check_same_thread=False)
        if is_index(connection):
            return connection
        connection.close()
    return None


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _clear(base: Path) -> None:
    """Remove what processes that were killed long ago left of their indexes."""
    for path in base.glob(f"{_BUILDING}*"):
        if path.stat().st_mtime < time.time() - _ABANDONED_SECONDS:
            path.unlink(missing_ok=True)
