"""The knowledge base on disk: `<base>/documents/<slug>.jsonl`, one file a document, the truth.

Beside it `<base>/review/<slug>.jsonl` lists what the reading of that document left unplaced; it follows from the document.
`<base>/corrections/<slug>.jsonl` has what an analyst decided; it is laid over the document whenever the base is opened.

A change is whole or not at all. New files are written to `<base>/.building`, which is then renamed to `<base>/.pending`:
that rename is the moment at which the base changes. Afterwards the files move to their folders one by one. Whoever opens
the base while `.pending` is there reads those files first, and the next change moves what a killed one left behind.
Files that a change takes away are named in `.pending/removed`, which stays until all the others have moved.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import unicodedata
from collections import defaultdict
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from jimei_kb.errors import GraphError
from jimei_kb.graph.corrections import apply, decode_corrections, encode_correction, lay
from jimei_kb.graph.leftovers import decode_leftovers, encode_leftovers
from jimei_kb.graph.lines import decode, encode, name_of
from jimei_kb.graph.origins import decode_origins, digest_of, encode_origins

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from jimei_kb.graph.corrections import Conflict, Correction, Decision
    from jimei_kb.graph.origins import Origin
    from jimei_kb.graph.schema import Reading
    from jimei_kb.records import Unplaced

_DOCUMENTS, _REVIEW, _CORRECTIONS, _BUILDING, _PENDING = "documents", "review", "corrections", ".building", ".pending"
_ORIGINS, _REMOVED = ".origins.json", "removed"
_NO_LISTS: Mapping[str, tuple[Unplaced, ...]] = MappingProxyType({})
_NO_ORIGINS: Mapping[str, Origin] = MappingProxyType({})
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


def corrections_path(slug: str) -> str:
    """Where the corrections of a document lie in a base: corrections/jimei-2024-46.jsonl."""
    return f"{_CORRECTIONS}/{file_name(slug)}"


def is_settled(base: Path) -> bool:
    """Whether every file of the base lies in its folder: no change is under way, and none was cut short."""
    return not (base / _PENDING).exists()


# --- reading ------------------------------------------------------------------------------------------------------


def load(base: Path) -> tuple[Reading, ...]:
    """Every reading of the base, by file name, with the analysts' corrections laid over it.

    Raises GraphError where `base` is no knowledge base, or where a file of it is damaged or does not fit its own text.
    """
    readings = tuple(reading for _, reading, _ in load_in_turn(base) if reading is not None)
    check_names(readings)
    return readings


def load_in_turn(base: Path) -> Iterator[tuple[str, Reading | None, tuple[Conflict, ...]]]:
    """(file name, its corrected reading, the corrections that do not fit) of one document after the other, by file name.

    Corrections that outlived their document come last, without a reading. Nobody can change the base before the last one is
    taken. Raises GraphError as `load`; two documents of one name are not told.
    """
    with unchanged(base):
        documents, corrected = _paths(base, _DOCUMENTS), _paths(base, _CORRECTIONS)
        corrections = {name: _decided(path.read_bytes(), base / _CORRECTIONS / name) for name, path in corrected.items()}
        for name, path in sorted(documents.items()):
            reading, faults = apply(_decoded(path.read_bytes(), base / _DOCUMENTS / name), corrections.pop(name, ()))
            yield name, reading, faults
        for name, orphans in sorted(corrections.items()):
            yield name, None, apply(None, orphans)[1]


def load_each(base: Path) -> Iterator[tuple[str, Reading | GraphError]]:
    """(file name, its corrected reading or what is wrong with it) for every document; a damaged one does not hide the others."""
    files, corrected = _opened(base)
    for name, data in sorted(files.items()):
        try:
            corrections = _decided(corrected.get(name, b""), base / _CORRECTIONS / name)
            yield name, apply(_decoded(data, base / _DOCUMENTS / name), corrections)[0]
        except GraphError as error:
            yield name, error


def load_conflicts(base: Path) -> tuple[Conflict, ...]:
    """The corrections that do not fit the text any more; those of a damaged document are not known before it is mended."""
    with _locked(base, to_write=False):
        corrected = _files(base, _CORRECTIONS)
        files = _files(base, _DOCUMENTS) if corrected else {}
    conflicts: list[Conflict] = []
    for name, data in sorted(corrected.items()):
        with suppress(GraphError):
            reading = _decoded(files[name], base / _DOCUMENTS / name) if name in files else None
            conflicts += apply(reading, _decided(data, base / _CORRECTIONS / name))[1]
    return tuple(conflicts)


def load_decisions(base: Path) -> tuple[Decision, ...]:
    """Every correction of the base, by file and in the order in which they were made, with what became of it.

    Raises GraphError for a damaged line or document.
    """
    files, corrected = _opened(base)
    decisions: list[Decision] = []
    for name, data in sorted(corrected.items()):
        reading = _decoded(files[name], base / _DOCUMENTS / name) if name in files else None
        decisions += lay(reading, _decided(data, base / _CORRECTIONS / name)).decisions
    return tuple(decisions)


def _opened(base: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The files of the documents and of the corrections."""
    with unchanged(base):
        return _files(base, _DOCUMENTS), _files(base, _CORRECTIONS)


@contextmanager
def unchanged(base: Path) -> Iterator[None]:
    """Keep other processes from changing the base meanwhile. Raises GraphError where `base` is no knowledge base."""
    if not (base / _DOCUMENTS).is_dir() and not (base / _PENDING).is_dir():
        what = "文件夹里没有 documents/" if base.is_dir() else "是文件，不是文件夹" if base.exists() else "没有这个文件夹"
        raise GraphError(f"{base}：{what}；应为知识库；可用 jimei-kb build --kb {base} 建一个，或用 --kb 指到已有的")
    with _locked(base, to_write=False):
        yield


def load_leftovers(base: Path, readings: Iterable[Reading]) -> dict[str, tuple[Unplaced, ...] | None]:
    """By slug, what the reading of each document left unplaced; None where the base has no list that fits the document."""
    with _locked(base, to_write=False):
        files = _files(base, _REVIEW)
    found: dict[str, tuple[Unplaced, ...] | None] = {}
    for reading in readings:
        data = files.get(file_name(reading.document.slug))
        found[reading.document.slug] = None if data is None else decode_leftovers(data.decode("utf-8", "replace"), reading.document)
    return found


def load_corrections(base: Path) -> tuple[Correction, ...]:
    """Every correction of the base, by file and in the order in which they were made. Raises GraphError for a damaged line."""
    if not base.is_dir():
        return ()
    with _locked(base, to_write=False):
        files = _files(base, _CORRECTIONS)
    return tuple(one for name, data in sorted(files.items()) for one in _decided(data, base / _CORRECTIONS / name))


def load_kept(base: Path) -> dict[str, tuple[Origin, Lines]]:
    """By slug, the documents that nobody has touched since they were read, and what they were read from."""
    if not base.is_dir():
        return {}
    with _locked(base, to_write=False):
        origins, documents, lists = _origins(base), _files(base, _DOCUMENTS), _files(base, _REVIEW)
    found = {}
    for slug, origin in origins.items():
        name = file_name(slug)
        document, review = documents.get(name), lists.get(name)
        if document is not None and review is not None and origin.wrote(document, review):
            found[slug] = origin, Lines(slug, document, review)
    return found


def load_names(base: Path) -> frozenset[str]:
    """The names of the files of the documents that the base holds: jimei-2024-46.jsonl."""
    if not base.is_dir():
        return frozenset()
    with _locked(base, to_write=False):
        removed = _removed(base)
        places = (base / _DOCUMENTS, base / _PENDING / _DOCUMENTS)
        return frozenset(path.name for place in places for path in place.glob("*.jsonl") if f"{_DOCUMENTS}/{path.name}" not in removed)


def load_origins(base: Path) -> dict[str, Origin]:
    """By slug, what each document of the base was read from, as far as the base remembers."""
    if not base.is_dir():
        return {}
    with _locked(base, to_write=False):
        return _origins(base)


def check_names(readings: Iterable[Reading]) -> None:
    """Raise GraphError where two readings share the file name, or the key that their clause ids start with."""
    check_keys((reading.document.slug, reading.document.key) for reading in readings)


def check_keys(documents: Iterable[tuple[str, str]]) -> None:
    """The same for (slug, key) of documents."""
    files: dict[str, str] = {}
    keys: dict[str, str] = {}
    for slug, key in documents:
        name = file_name(slug).casefold()
        if name in files:
            raise GraphError(f"{files[name]} 与 {slug} 都会写成 documents/{name}；请给其中一个来源文件改名")
        files[name] = slug
        if key in keys:
            raise GraphError(
                f"{keys[key]} 与 {slug} 都以 {key} 为编号；一份文件应只有一个来源；请去掉其中一个（库中已有的用 jimei-kb forget 移除）"
            )
        keys[key] = slug


# --- changing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Update:
    """Slugs of the documents that a change of the base put in or altered, and of those that it took away."""

    changed: tuple[str, ...]
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """A document as its file in the base holds it, and the list of what was left unplaced; None where there is no list."""

    slug: str
    document: bytes
    review: bytes | None = None


def lines_of(reading: Reading, left: Iterable[Unplaced] | None = None) -> Lines:
    """A reading, and what it `left` unplaced, as the base holds it. Raises GraphError where the reading does not fit its text."""
    review = None if left is None else encode_leftovers(reading.document, left).encode("utf-8")
    return Lines(reading.document.slug, encode(reading).encode("utf-8"), review)


def save(base: Path, readings: Iterable[Reading], leftovers: Mapping[str, Iterable[Unplaced]] = _NO_LISTS) -> tuple[str, ...]:
    """Put `readings` into the base, each in the place of what its file held; the slugs of those that changed.

    `leftovers` are, by slug, what each reading left unplaced. All of it arrives or none does. Raises GraphError where a
    reading does not fit its text or what the base holds.
    """
    return update(base, [lines_of(reading, leftovers.get(reading.document.slug)) for reading in readings]).changed


def update(
    base: Path,
    coming: Iterable[Lines],
    *,
    origins: Mapping[str, Origin] = _NO_ORIGINS,
    gone: Collection[str] = (),
    forgotten: Collection[str] = (),
) -> Update:
    """Put the documents `coming` into the base, and note by slug in `origins` what documents were read from.

    Documents that were read from one of the sources `gone` are removed, and so are those with the slugs `forgotten`; their
    corrections stay. A number belongs to one document: where several print it, the one whose slug comes first has it as its
    key and the others go by their slugs, in whatever order they arrive.
    """
    coming = tuple(coming)
    new = {file_name(one.slug): one.document for one in coming}
    lists = {file_name(one.slug): one.review for one in coming if one.review is not None}
    base.mkdir(parents=True, exist_ok=True)
    with _locked(base, to_write=True):
        _finish(base)
        old, listed, known = _files(base, _DOCUMENTS), _files(base, _REVIEW), _origins(base)
        staying = {one.slug for one in coming} | set(origins)
        lost = {slug for slug, origin in known.items() if origin.source in gone and slug not in staying}
        removed = tuple(sorted(lost.union(forgotten)))
        away = {file_name(slug) for slug in removed}
        held = {name: data for name, data in old.items() if name not in away | new.keys()}
        moved = _told_apart(base, [one.slug for one in coming], held, new, listed | lists)
        new |= {file_name(one.slug): one.document for one in moved}
        lists |= {file_name(one.slug): one.review for one in moved if one.review is not None}
        files = {
            _DOCUMENTS: {name: data for name, data in new.items() if old.get(name) != data},
            _REVIEW: {name: data for name, data in lists.items() if listed.get(name) != data},
        }
        gone_files = [f"{_DOCUMENTS}/{name}" for name in away & old.keys()] + [f"{_REVIEW}/{name}" for name in away & listed.keys()]
        unknown = {*removed, *(one.slug for one in coming)}
        known = {slug: origin for slug, origin in known.items() if slug not in unknown} | dict(origins)
        _replace(base, files, sorted(gone_files), encode_origins(_digested(known, held, new, listed | lists)))
        (base / _DOCUMENTS).mkdir(exist_ok=True)
    changed = {one.slug for one in (*coming, *moved) if file_name(one.slug) in files[_DOCUMENTS]}
    return Update(tuple(sorted(changed)), removed)


def _digested(
    origins: Mapping[str, Origin], held: Mapping[str, bytes], new: Mapping[str, bytes], lists: Mapping[str, bytes]
) -> dict[str, Origin]:
    """`origins` of the documents that there are; of the `new` ones with the digests of their files."""
    found = {}
    for slug, origin in origins.items():
        name = file_name(slug)
        if name in new:
            found[slug] = replace(origin, document=digest_of(new[name]), review=digest_of(lists.get(name, b"")))
        elif name in held:
            found[slug] = origin
    return found


def add_correction(base: Path, correction: Correction) -> None:
    """Put `correction` behind those that its document has already."""
    with _locked(base, to_write=True):
        _finish(base)
        name = file_name(correction.slug)
        lines = _files(base, _CORRECTIONS).get(name, b"") + encode_correction(correction).encode("utf-8")
        _replace(base, {_CORRECTIONS: {name: lines}}, (), encode_origins(_origins(base)))


def remove_correction(base: Path, correction: Correction) -> None:
    """Take out the last line that says `correction`, and the file with the last line of it."""
    with _locked(base, to_write=True):
        _finish(base)
        name, line = file_name(correction.slug), encode_correction(correction)
        before, found, after = _files(base, _CORRECTIONS).get(name, b"").decode("utf-8").rpartition(line)
        if found and before + after:
            _replace(base, {_CORRECTIONS: {name: (before + after).encode("utf-8")}}, (), encode_origins(_origins(base)))
        elif found:
            _replace(base, {}, (f"{_CORRECTIONS}/{name}",), encode_origins(_origins(base)))


def _told_apart(
    base: Path, coming: Iterable[str], held: Mapping[str, bytes], new: Mapping[str, bytes], lists: Mapping[str, bytes]
) -> tuple[Lines, ...]:
    """The documents, `held` or `new`, that need another key than they have, with that key. Raises GraphError as `check_names` does."""
    files = {name: (data, base / _DOCUMENTS / name) for name, data in {**held, **new}.items()}
    names = {name: name_of(_text(data, path), str(path)) for name, (data, path) in files.items()}
    claims: dict[str, list[str]] = defaultdict(list)
    for slug, _, number in names.values():
        claims[number or slug].append(slug)
    # a file that is named by a number can have no other key
    owner = {number: min(slugs, key=lambda slug: (slug != number, slug)) for number, slugs in claims.items()}
    keys = {name: number if number and owner[number] == slug else slug for name, (slug, _, number) in names.items()}
    check_keys([*((names[name][0], keys[name]) for name in held), *((slug, keys[file_name(slug)]) for slug in coming)])
    return tuple(_rekeyed(*files[name], lists.get(name)) for name in sorted(names) if keys[name] != names[name][1])


def _rekeyed(data: bytes, path: Path, review: bytes | None) -> Lines:
    """A document and its list under the other of the two keys that it can have."""
    reading = _decoded(data, path)
    document = replace(reading.document, shares_number=not reading.document.shares_number)
    left = None if review is None else decode_leftovers(review.decode("utf-8", "replace"), reading.document)
    return lines_of(replace(reading, document=document), left)


# --- files --------------------------------------------------------------------------------------------------------


def _files(base: Path, folder: str) -> dict[str, bytes]:
    """Name and content of every file of one folder of the base."""
    return {name: path.read_bytes() for name, path in _paths(base, folder).items()}


def _paths(base: Path, folder: str) -> dict[str, Path]:
    """Name and place of every file of one folder of the base, those of a change under way before the old ones."""
    removed = _removed(base)
    return {
        path.name: path
        for place in (base, base / _PENDING)
        for path in (place / folder).glob("*.jsonl")
        if f"{folder}/{path.name}" not in removed
    }


def _removed(base: Path) -> frozenset[str]:
    """What a change under way takes out of the base."""
    path = base / _PENDING / _REMOVED
    return frozenset(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else frozenset()


def _origins(base: Path) -> dict[str, Origin]:
    for path in (base / _PENDING / _ORIGINS, base / _ORIGINS):
        if path.is_file():
            return decode_origins(path.read_text(encoding="utf-8", errors="replace"))
    return {}


def _text(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise GraphError(f"{path}：第 {error.start} 字节起不是 UTF-8；请恢复这个文件或重新建库") from error


def _decoded(data: bytes, path: Path) -> Reading:
    return decode(_text(data, path), str(path))


def _decided(data: bytes, path: Path) -> tuple[Correction, ...]:
    return decode_corrections(_text(data, path), str(path))


def _replace(base: Path, folders: Mapping[str, Mapping[str, bytes]], removed: Collection[str], origins: str) -> None:
    """Bring the files of each folder into the base and take out those `removed`, all at once; nothing where nothing changes."""
    tops = {}
    if origins != encode_origins(_origins(base)):
        tops[_ORIGINS] = origins.encode("utf-8")
    if removed:
        tops[_REMOVED] = "".join(f"{name}\n" for name in removed).encode("utf-8")
    if tops or any(folders.values()):
        _write(base, {**folders, "": tops})
        _finish(base)


def _write(base: Path, folders: Mapping[str, Mapping[str, bytes]]) -> None:
    """Write the files of each folder beside the base's own, then make them count with one rename."""
    building = base / _BUILDING
    building.mkdir()
    try:
        for folder, files in folders.items():
            if files:
                (building / folder).mkdir(exist_ok=True)
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
    if not pending.is_dir():
        return
    for name in _removed(base):
        (base / name).unlink(missing_ok=True)
    for path in sorted(pending.iterdir()):
        if path.is_dir():
            (base / path.name).mkdir(exist_ok=True)
            for file in sorted(path.iterdir()):
                file.replace(base / path.name / file.name)
            path.rmdir()
        elif path.name != _REMOVED:
            path.replace(base / path.name)
    # last: while it is there, readers know what is no longer in the base
    (pending / _REMOVED).unlink(missing_ok=True)
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
