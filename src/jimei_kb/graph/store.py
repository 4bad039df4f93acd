"""The knowledge base on disk: `<base>/documents/<slug>.jsonl`, one file a document, the truth.

Beside it `<base>/review/<slug>.jsonl` lists what the reading of that document left unplaced; it follows from the document.

A change is whole or not at all. New files are written to `<base>/.building`, which is then renamed to `<base>/.pending`:
that rename is the moment at which the base changes. Afterwards the files move to their folders one by one. Whoever opens
the base while `.pending` is there reads those files first, and the next change moves what a killed one left behind.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import unicodedata
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from jimei_kb.errors import GraphError
from jimei_kb.graph.leftovers import decode_leftovers, encode_leftovers
from jimei_kb.graph.lines import decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from jimei_kb.graph.schema import Reading
    from jimei_kb.records import Unplaced

_DOCUMENTS, _REVIEW, _BUILDING, _PENDING = "documents", "review", ".building", ".pending"
_NOTHING: Mapping[str, tuple[Unplaced, ...]] = MappingProxyType({})
_UNSAFE = re.compile(r"[^\w.()（）〔〕-]+")
# names that Windows keeps for devices; with any suffix they cannot be files there
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
# file systems take 255 bytes; a Chinese character has three of them in UTF-8
_NAME_BYTES = 160


def file_name(slug: str) -> str:
    """`slug` as the name of a file that stays in its folder on any system: `jimei-2024-46.jsonl`.

    What is unsafe (`../x`, `a/b`, control characters, names of devices) is replaced, and a piece of the slug's hash
    keeps two such names apart.
    """
    name = _UNSAFE.sub("-", unicodedata.normalize("NFC", slug)).strip(".-")
    name = name.encode("utf-8")[:_NAME_BYTES].decode("utf-8", "ignore")
    if name != slug or not name or _DEVICES.fullmatch(name):
        name = f"{name or 'document'}-{hashlib.sha256(slug.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
        name = f"_{name}" if _DEVICES.fullmatch(name) else name
    return f"{name}.jsonl"


def document_path(slug: str) -> str:
    """Where a document lies in a base: documents/jimei-2024-46.jsonl."""
    return f"{_DOCUMENTS}/{file_name(slug)}"


def is_settled(base: Path) -> bool:
    """Whether every file of the base lies in its folder: no change is under way, and none was cut short."""
    return not (base / _PENDING).exists()


def load(base: Path) -> tuple[Reading, ...]:
    """Every reading of the base, by file name.

    Raises GraphError where `base` is no knowledge base, or where a file of it is damaged or does not fit its own text.
    """
    if not (base / _DOCUMENTS).is_dir() and not (base / _PENDING).is_dir():
        what = "is a folder without documents/" if base.is_dir() else "is not there"
        raise GraphError(f"{base}: {what}; expected a knowledge base; make one with: jimei-kb build --kb {base}")
    with _locked(base, to_write=False):
        files = _files(base, _DOCUMENTS)
    readings = tuple(_decoded(data, base / _DOCUMENTS / name) for name, data in sorted(files.items()))
    check_names(readings)
    return readings


def load_leftovers(base: Path, readings: Iterable[Reading]) -> dict[str, tuple[Unplaced, ...] | None]:
    """By slug, what the reading of each document left unplaced; None where the base has no list that fits the document."""
    with _locked(base, to_write=False):
        files = _files(base, _REVIEW)
    found: dict[str, tuple[Unplaced, ...] | None] = {}
    for reading in readings:
        data = files.get(file_name(reading.document.slug))
        found[reading.document.slug] = None if data is None else decode_leftovers(data.decode("utf-8", "replace"), reading.document)
    return found


def check_names(readings: Iterable[Reading]) -> None:
    """Raise GraphError where two readings share the file name, or the key that their clause ids start with."""
    files: dict[str, str] = {}
    keys: dict[str, str] = {}
    for reading in readings:
        document = reading.document
        name = file_name(document.slug).casefold()
        if name in files:
            raise GraphError(f"{files[name]} and {document.slug} would both be documents/{name}; rename one of the source files")
        files[name] = document.slug
        if document.key in keys:
            raise GraphError(
                f"{keys[document.key]} and {document.slug} are both {document.key}; expected one file for each document: "
                f"leave one out (and delete its file in documents/ if the base already holds it)"
            )
        keys[document.key] = document.slug


def save(base: Path, readings: Iterable[Reading], leftovers: Mapping[str, Iterable[Unplaced]] = _NOTHING) -> tuple[str, ...]:
    """Put `readings` into the base, each in the place of what its file held; the slugs of those that changed.

    `leftovers` are, by slug, what each reading left unplaced. All of it arrives or none does. Raises GraphError where a
    reading does not fit its text or what the base holds.
    """
    readings = tuple(readings)
    check_names(readings)
    new = {file_name(reading.document.slug): encode(reading).encode("utf-8") for reading in readings}
    lists = {
        file_name(reading.document.slug): encode_leftovers(reading.document, leftovers[reading.document.slug]).encode("utf-8")
        for reading in readings
        if reading.document.slug in leftovers
    }
    base.mkdir(parents=True, exist_ok=True)
    with _locked(base, to_write=True):
        _finish(base)
        old = _files(base, _DOCUMENTS)
        kept = (_decoded(data, base / _DOCUMENTS / name) for name, data in sorted(old.items()) if name not in new)
        check_names((*readings, *kept))
        changed = {name: data for name, data in new.items() if old.get(name) != data}
        listed = _files(base, _REVIEW)
        files = {_DOCUMENTS: changed, _REVIEW: {name: data for name, data in lists.items() if listed.get(name) != data}}
        if any(files.values()):
            _write(base, files)
            _finish(base)
        (base / _DOCUMENTS).mkdir(exist_ok=True)
    return tuple(sorted(r.document.slug for r in readings if file_name(r.document.slug) in changed))


def _files(base: Path, folder: str) -> dict[str, bytes]:
    """Name and content of every file of one folder of the base, those of a change under way before the old ones."""
    return {path.name: path.read_bytes() for place in (base, base / _PENDING) for path in (place / folder).glob("*.jsonl")}


def _decoded(data: bytes, path: Path) -> Reading:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise GraphError(f"{path}: not UTF-8 at byte {error.start}; restore the file or build the base again") from error
    return decode(text, str(path))


def _write(base: Path, folders: Mapping[str, Mapping[str, bytes]]) -> None:
    """Write the files of each folder beside the base's own, then make them count with one rename."""
    building = base / _BUILDING
    building.mkdir()
    try:
        for folder, files in folders.items():
            if files:
                (building / folder).mkdir()
            for name, data in files.items():
                with (building / folder / name).open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
        building.rename(base / _PENDING)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def _finish(base: Path) -> None:
    """Move what a change made valid to its place, and clear what a killed one left unfinished."""
    if (base / _BUILDING).exists():
        shutil.rmtree(base / _BUILDING)
    pending = base / _PENDING
    if pending.is_dir():
        for folder in sorted(pending.iterdir()):
            (base / folder.name).mkdir(exist_ok=True)
            for path in sorted(folder.iterdir()):
                path.replace(base / folder.name / path.name)
            folder.rmdir()
        pending.rmdir()


@contextmanager
def _locked(base: Path, *, to_write: bool) -> Iterator[None]:
    """Keep others from changing the base meanwhile; the system lifts the lock of a killed process."""
    try:
        import fcntl
    except ImportError:  # Windows has no such lock on a folder
        yield
        return
    folder = os.open(base, os.O_RDONLY)
    try:
        # some network file systems know no locks: then one user at a time is the user's care
        with suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_EX if to_write else fcntl.LOCK_SH)
        yield
    finally:
        os.close(folder)
