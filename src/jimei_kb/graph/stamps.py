"""What the index of a base was made from: files with their digests, hashed again only where the system says that they changed."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.graph.origins import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FOLDERS = ("documents", "corrections", "registry")
_SUFFIXES = (".jsonl", ".csv")
# the code and the shipped tables that turn documents into nodes, edges and sentences, and what these use
_PACKAGE = Path(__file__).parents[1]
_CODE = (".", "extract", "graph")
_CODE_SUFFIXES = (".py", ".toml", ".csv")
# a file may change again within the tick of the file system's clock (FAT has the coarsest) and look the same
_TICK_NS = 2_000_000_000


class Stamp(NamedTuple):
    """A file as it was: bytes, times of its last change (ns since 1970) by content and by inode, SHA-256.

    Times of 0 say that the file was too fresh for them to tell: it is hashed anew the next time.
    """

    size: int
    modified: int
    changed: int
    digest: str


Stamps = dict[str, Stamp]
_NONE: Mapping[str, Stamp] = MappingProxyType({})


def stamp(base: Path, known: Mapping[str, Stamp] = _NONE) -> Stamps:
    """The stamps of all that follows into the index of `base`, by name (`documents/jimei-2024-46.jsonl`).

    A file that is, by its size and times, the one in `known` keeps the digest from there.
    """
    now = time.time_ns()
    found: Stamps = {}
    for name, entry in _files(base):
        # a build may take a file away meanwhile
        with suppress(FileNotFoundError):
            state = entry.stat()
            size, modified, changed = state.st_size, state.st_mtime_ns, state.st_ctime_ns
            old = known.get(name)
            if old is not None and old[:3] == (size, modified, changed):
                found[name] = old
            else:
                if max(modified, changed) > now - _TICK_NS:
                    modified = changed = 0
                found[name] = Stamp(size, modified, changed, digest_of(Path(entry).read_bytes()))
    return found


def same_content(one: Mapping[str, Stamp], other: Mapping[str, Stamp]) -> bool:
    """Whether both name the same files with the same digests."""
    return one == other or (one.keys() == other.keys() and all(one[name].digest == other[name].digest for name in one))


def _files(base: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    for folder in _FOLDERS:
        yield from ((f"{folder}/{entry.name}", entry) for entry in _entries(base / folder, _SUFFIXES))
    for folder in _CODE:
        yield from ((f"code/{folder}/{entry.name}", entry) for entry in _entries(_PACKAGE / folder, _CODE_SUFFIXES))


def _entries(folder: Path, suffixes: tuple[str, ...]) -> list[os.DirEntry[str]]:
    """The files of a folder whose names end so; none where there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.name.endswith(suffixes) and entry.is_file()]
    except (FileNotFoundError, NotADirectoryError):
        return []
