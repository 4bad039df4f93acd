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

from jimei_kb.errors import FormatError, GraphError, reason_of
from jimei_kb.graph.lines import FORMAT, in_order
from jimei_kb.graph.origins import digest_of_file
from jimei_kb.graph.registry import load_registry, registry_texts
from jimei_kb.graph.schema import Reading
from jimei_kb.graph.store import lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from importlib.resources.abc import Traversable

    from jimei_kb.errors import KbError
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
    """The `files` to read, sorted and each once, and the `folders` that were named.

    `skipped` has (file, reason) of what in the folders is no notice or a second copy of one, `faults` of what cannot be taken:
    files that share a name, folders that cannot be opened (`closed`).
    """

    files: tuple[Path, ...]
    folders: tuple[Path, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    faults: tuple[tuple[str, str], ...] = ()
    closed: tuple[Path, ...] = ()

    def holds(self, file: Path) -> bool:
        """Whether a file stands in one of the folders; one that was named by itself belongs to none."""
        return _below_one(Path(os.path.realpath(file)), self.folders)

    def gone(self, origins: Iterable[Origin], base: Path) -> frozenset[str]:
        """The sources that documents of the base were read from and that are no longer in the folders they stood in."""
        found = set()
        for origin in origins:
            path = origin.place(base)
            # what lies in a folder that cannot be opened may well be there
            if origin.folder and not path.exists() and _below_one(path, self.folders) and not _below_one(path, self.closed):
                found.add(origin.source)
        return frozenset(found)


def _below_one(path: Path, folders: Iterable[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def find_sources(paths: Iterable[str | Path]) -> Sources:
    """The notices at `paths`, files or folders with all in them. Nothing is raised: what cannot be taken is among the `faults`."""
    from jimei_kb.document.formats import READERS

    files: set[Path] = set()
    folders: list[Path] = []
    skipped: set[tuple[str, str]] = set()
    closed: dict[Path, str] = {}
    for path in map(Path, paths):
        if not os.path.isdir(path):  # noqa: PTH112  # that of Path raises for a name that is too long
            files.add(path)
            continue
        folders.append(Path(os.path.realpath(path)))
        for inside in _below(path, closed):
            name = inside.relative_to(path)
            if any(part.startswith(".") for part in name.parts):
                skipped.add((name.as_posix(), "隐藏文件"))
            elif inside.suffix.lower() not in READERS:
                skipped.add((name.as_posix(), "来源清单" if name.name == SOURCES else "不是通知文件的格式"))
            else:
                files.add(inside)
    by_name: dict[str, list[Path]] = {}
    for path in sorted({os.path.realpath(path): path for path in sorted(files, reverse=True)}.values()):
        by_name.setdefault(path.stem.casefold(), []).append(path)
    faults = [(str(folder), fault) for folder, fault in sorted(closed.items())]
    chosen: list[Path] = []
    for same in by_name.values():
        if len({digest_of_file(path) or path for path in same}) == 1:
            chosen.append(same[0])
            skipped |= {(str(path), f"与 {same[0]} 逐字节相同") for path in same[1:]}
        else:
            faults += [(str(path), _namesakes(path, same)) for path in same]
    return Sources(tuple(sorted(chosen)), tuple(folders), tuple(sorted(skipped)), tuple(faults), tuple(sorted(map(_real, closed))))


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _namesakes(path: Path, same: Iterable[Path]) -> str:
    others = "、".join(str(other) for other in same if other != path)
    why = "库中以文件名（不含扩展名）称呼文件，须各不相同，不知该取哪一份"
    return f"{path} 与 {others} 同名而内容不同；{why}，所以都没有读，库中若有以前的记录照旧；请改名后再读"


def _below(folder: Path, closed: dict[Path, str]) -> Iterator[Path]:
    """Every file in `folder`; what cannot be opened is noted in `closed` with the reason."""

    def note(error: OSError) -> None:
        closed[Path(error.filename)] = (
            f"{error.filename} 打不开：{reason_of(error)}；请检查对这个文件夹的权限。其中的文件没有读，库中原有的记录照旧"
        )

    for top, _, names in os.walk(folder, onerror=note):
        paths = (Path(top, name) for name in names)
        # a link that leads nowhere is for its reader to tell of; sockets and the like are not
        yield from (path for path in paths if path.is_file() or path.is_symlink())


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


def read_files(
    files: Sequence[Path], base: Path, jobs: int | None = 1, progress: Progress | None = None
) -> tuple[list[Read], list[tuple[Path, str]]]:
    """What comes of every file that can be read, and (file, reason) for the others; in the order of `files` whatever the `jobs`.

    `jobs` processes read side by side; None is as many as the machine has, and one where few files do not pay for more.
    """
    found: list[Read] = []
    faults: list[tuple[Path, str]] = []
    with _runner(_processes(jobs, len(files))) as run:
        for number, (path, result) in enumerate(zip(files, run(partial(_read_file, base), files), strict=True), 1):
            if progress is not None:
                progress(number, len(files), path.name)
            if isinstance(result, Read):
                found.append(result)
            else:
                faults.append((path, str(result)))
    return found, faults


def _processes(jobs: int | None, files: int) -> int:
    if jobs is not None and jobs < 1:
        raise GraphError(f"jobs 是 {jobs}；应为 1 或更大的整数")
    return min(os.cpu_count() or 1, files // _FILES_A_PROCESS) if jobs is None else min(jobs, files)


@contextmanager
def _runner(processes: int) -> Iterator[Callable[[Callable[[Path], Read | KbError], Iterable[Path]], Iterable[Read | KbError]]]:
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
            f"{processes} 个读取进程中有一个自己中止了，知识库没有改动；每个进程都要有足够的内存，脚本中的调用要写在 "
            "`if __name__ == '__main__':` 之内；可改用一个进程：jobs=1（--jobs 1）"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _read_file(base: Path, path: Path) -> Read | KbError:
    """What comes of one file, or why it cannot be read. As lines it takes a quarter of the memory, and less time between processes."""
    # the rooms that read are opened here, so that asking does not wait for them
    from jimei_kb.document import read_document
    from jimei_kb.extract import read_closely
    from jimei_kb.extract.review import find_unplaced
    from jimei_kb.graph.programmes import find_programmes
    from jimei_kb.graph.resolve import resolve_issuers

    try:
        document = read_document(path)
        annotations, clauses = read_closely(document)
        annotations = resolve_issuers(document, annotations, load_registry(base))
        reading = in_order(Reading(document, annotations, find_programmes(document, annotations)))
        return Read(document.sha256, lines_of(reading, find_unplaced(document, annotations, clauses)))
    except (FormatError, GraphError) as error:
        return error
