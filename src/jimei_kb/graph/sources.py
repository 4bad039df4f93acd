"""From paths to readings: which files are notices, which of them have to be read, and reading them, if need be in several processes."""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from jimei_kb.errors import FormatError, GraphError
from jimei_kb.graph.lines import FORMAT, in_order
from jimei_kb.graph.registry import load_registry, registry_texts
from jimei_kb.graph.schema import Reading
from jimei_kb.graph.store import lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from importlib.resources.abc import Traversable

    from jimei_kb.graph.origins import Origin
    from jimei_kb.graph.store import Lines

    # (number of the file, how many there are, its name), told when each file has been read
    Progress = Callable[[int, int, str], None]

SOURCES = "SOURCES.csv"
"""The list of what lies in a folder of notices and where it came from; it is no notice and not worth a word."""
# the rooms and modules that decide what is read out of a notice
_READS = ("document", "extract", "graph", "records.py", "rules.py", "numerals.py", "docnumber.py", "docnumber.toml")
_READS_BY = (".py", ".toml")
_READS_TABLES = ("issuers", "organisations", "places")
# a process computes for half a second before it reads its first notice: as long as twenty notices of four pages take
_FILES_A_PROCESS = 30
_CHUNK = 4


@dataclass(frozen=True, slots=True)
class Sources:
    """The `files` to read, sorted and each once; the `folders` that were named; (file, reason) of what in them is no notice."""

    files: tuple[Path, ...]
    folders: tuple[Path, ...]
    skipped: tuple[tuple[str, str], ...]

    def way_to(self, file: Path, base: Path) -> str:
        """How a file that stands in one of the folders is reached from `base`; empty for one that was named by itself."""
        real = Path(os.path.realpath(file))
        return _way(real, base) if any(real.is_relative_to(folder) for folder in self.folders) else ""

    def gone(self, origins: Iterable[Origin], base: Path) -> frozenset[str]:
        """The sources that documents of the base were read from and that are no longer in the folders they stood in."""
        here = {os.path.realpath(file) for file in self.files}
        home = os.path.realpath(base)
        found = set()
        for origin in origins:
            path = os.path.normpath(Path(home, origin.source))
            if origin.source and path not in here and any(Path(path).is_relative_to(folder) for folder in self.folders):
                found.add(origin.source)
        return frozenset(found)


def _way(path: Path, base: Path) -> str:
    try:
        return Path(os.path.relpath(path, os.path.realpath(base))).as_posix()
    except ValueError:  # on another drive there is no way from here
        return path.as_posix()


def find_sources(paths: Iterable[str | Path]) -> Sources:
    """The notices at `paths`, files or folders with all in them.

    Raises FormatError where a folder cannot be opened and GraphError where two files have the same name.
    """
    from jimei_kb.document.formats import READERS

    files: set[Path] = set()
    folders: list[Path] = []
    skipped: set[tuple[str, str]] = set()
    for path in map(Path, paths):
        if not path.is_dir():
            files.add(path)
            continue
        folders.append(Path(os.path.realpath(path)))
        for inside in _below(path):
            name = inside.relative_to(path)
            if any(part.startswith(".") for part in name.parts):
                skipped.add((name.as_posix(), "隐藏文件"))
            elif inside.suffix.lower() not in READERS:
                skipped.add((name.as_posix(), "来源清单" if name.name == SOURCES else "不是通知文件的格式"))
            else:
                files.add(inside)
    by_slug: dict[str, Path] = {}
    unique = {os.path.realpath(path): path for path in sorted(files, reverse=True)}
    for path in sorted(unique.values()):
        other = by_slug.setdefault(path.stem.casefold(), path)
        if other is not path:
            raise GraphError(f"{other} and {path} have the same name, and the base names documents by it; rename one of them")
    return Sources(tuple(sorted(unique.values())), tuple(folders), tuple(sorted(skipped)))


def _below(folder: Path) -> Iterator[Path]:
    try:
        return iter([path for path in folder.rglob("*") if path.is_file()])
    except OSError as error:
        raise FormatError(f"{folder} cannot be read: {error.strerror}; check that you may open it") from error


def fingerprint(base: Path) -> str:
    """A digest of all that decides what is read out of a notice: the modules and rules that read, and the registry of the base."""
    digest = hashlib.sha256(f"format {FORMAT}\n".encode())
    package = resources.files("jimei_kb")
    for name in _READS:
        for path, content in _contents(package.joinpath(name), name):
            digest.update(f"{path} {len(content)}\n".encode())
            # the same on a system that checks out text with other line ends
            digest.update(content.replace(b"\r\n", b"\n"))
    texts = registry_texts(base)
    for table in _READS_TABLES:
        digest.update(f"{table} {len(texts[table][1])}\n{texts[table][1]}".encode())
    return digest.hexdigest()


def _contents(place: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    if place.is_file():
        yield name, place.read_bytes()
        return
    for inside in sorted(place.iterdir(), key=lambda one: one.name):
        if inside.is_dir() or inside.name.endswith(_READS_BY):
            yield from _contents(inside, f"{name}/{inside.name}")


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a file: the digest of its bytes, and its document as the base holds it."""

    sha256: str
    lines: Lines


def read_files(files: Sequence[Path], base: Path, jobs: int | None = 1, progress: Progress | None = None) -> list[Read]:
    """What comes of every file, in the order of `files` whatever the number of `jobs`.

    `jobs` processes read side by side; None is as many as the machine has, and one where few files do not pay for more.
    Raises FormatError with the faults of all unreadable files together.
    """
    found: list[Read] = []
    faults: list[FormatError] = []
    with _runner(_processes(jobs, len(files))) as run:
        for number, (path, result) in enumerate(zip(files, run(partial(_read_file, base), files), strict=True), 1):
            if progress is not None:
                progress(number, len(files), path.name)
            if isinstance(result, FormatError):
                faults.append(result)
            else:
                found.append(result)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise FormatError(f"{len(faults)} of {len(files)} files cannot be read, nothing was built: " + "; ".join(map(str, faults)))
    return found


def _processes(jobs: int | None, files: int) -> int:
    if jobs is not None and jobs < 1:
        raise GraphError(f"jobs is {jobs}; expected 1 or more")
    return min(os.cpu_count() or 1, files // _FILES_A_PROCESS) if jobs is None else min(jobs, files)


@contextmanager
def _runner(processes: int) -> Iterator[Callable[[Callable[[Path], Read | FormatError], Iterable[Path]], Iterable[Read | FormatError]]]:
    """Something that maps a function over files: here, or in that many processes."""
    if processes <= 1:
        yield map
        return
    # here, so that asking does not wait for them
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # not forked: a notebook has threads, and a copy of one that holds a lock would wait for ever
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        yield partial(pool.map, chunksize=_CHUNK)
    except BrokenProcessPool as error:
        raise GraphError(
            f"one of {processes} reading processes ended by itself, nothing was built; expected enough memory for each of them, and "
            "`if __name__ == '__main__':` around the call in a script; read with jobs=1 (--jobs 1)"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _read_file(base: Path, path: Path) -> Read | FormatError:
    """What comes of one file, or why it cannot be read. As lines it takes a quarter of the memory, and less time between processes."""
    # the rooms that read are opened here, so that asking does not wait for them
    from jimei_kb.document import read_document
    from jimei_kb.extract import extract
    from jimei_kb.extract.review import find_unplaced
    from jimei_kb.graph.programmes import find_programmes
    from jimei_kb.graph.resolve import resolve_issuers

    try:
        document = read_document(path)
    except FormatError as error:
        return error
    annotations = resolve_issuers(document, extract(document), load_registry(base))
    reading = in_order(Reading(document, annotations, find_programmes(document, annotations)))
    return Read(document.sha256, lines_of(reading, find_unplaced(document, annotations)))
