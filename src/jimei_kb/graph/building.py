"""A build: what has changed among the sources is read, the rest is kept, and the base is brought up to date in one step."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from jimei_kb.errors import FormatError, GraphError
from jimei_kb.graph import store
from jimei_kb.graph.lines import RECORD_KINDS, count_kinds
from jimei_kb.graph.origins import Origin, digest_of_file, way_to
from jimei_kb.graph.registry import load_registry
from jimei_kb.graph.sources import find_sources, fingerprint, read_files
from jimei_kb.records import UnplacedKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from jimei_kb.graph.sources import Progress, Sources
    from jimei_kb.graph.store import Lines


@dataclass(frozen=True, slots=True)
class Build:
    """What a build did: slugs of the documents that changed and that stayed, (file, reason) of what was not read, records by kind.

    `review` counts by kind what the readings left unplaced. Of those that stayed, `reused` were not read again: neither the
    file nor the rules had changed. `removed` are documents whose file is no longer in its folder. `faults` has (file, reason) of
    what should have been read and was not; what the base held of it stays. `conflicts` has a line for each correction that does
    not fit the text any more.
    """

    path: Path
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    records: tuple[tuple[str, int], ...]
    review: tuple[tuple[str, int], ...] = ()
    reused: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()


def build_base(paths: Iterable[str | Path], base: Path, jobs: int | None, progress: Progress | None) -> Build:
    """Bring the base in the folder `base` up to date with the notices at `paths`; see `jimei_kb.build_kb`."""
    if base.exists() and not base.is_dir():
        raise GraphError(f"{base} 是文件；知识库应是一个文件夹；请用 --kb 另给一个文件夹")
    # what is damaged here is told before hours are spent on reading
    store.load_corrections(base)
    load_registry(base)
    paths = list(paths)
    sources, rules, known = find_sources(paths), fingerprint(base), store.load_origins(base)
    gone = sources.gone(known.values(), base)
    taken = dict(_taken(sources.files, known, gone, base))
    files = [file for file in sources.files if file not in taken]
    reused = _still_right(files, rules, base)
    read, unread = read_files([file for file in files if file.stem not in reused], base, jobs, progress)
    faults = (*sources.faults, *((str(file), fault) for file, fault in taken.items()), *_as_told(unread, base))
    if not read and not reused and not gone:
        raise _nothing_read(paths, faults)
    origins = _origins(sources, known, reused, [(one.lines.slug, Origin(one.sha256, rules)) for one in read], base)
    update = store.update(base, [one.lines for one in read], origins=origins, gone=gone)
    records, review = _counted([*(one.lines for one in read), *(lines for _, lines in reused.values())])
    return Build(
        path=base,
        changed=update.changed,
        unchanged=tuple(sorted({*reused, *(one.lines.slug for one in read)} - set(update.changed))),
        skipped=sources.skipped,
        records=tuple((kind, records[kind]) for kind in ("clause", *RECORD_KINDS)),
        review=tuple((kind, review[kind]) for kind in get_args(UnplacedKind)),
        reused=tuple(sorted(reused)),
        removed=update.removed,
        conflicts=tuple(conflict.line() for conflict in store.load_conflicts(base)),
        faults=faults,
    )


def _nothing_read(paths: list[str | Path], faults: Sequence[tuple[str, str]]) -> FormatError:
    from jimei_kb.document.formats import READERS

    if faults:
        count = f"{len(faults)} 个文件都没有读，知识库没有改动：" if len(faults) > 1 else ""
        return FormatError(count + "；".join(fault for _, fault in faults))
    named = "、".join(map(str, paths)) or "没有给出文件，这里"
    return FormatError(f"{named} 没有通知；应有扩展名为 {'、'.join(sorted(READERS))} 的文件；请检查路径")


def _taken(files: Iterable[Path], known: Mapping[str, Origin], gone: Collection[str], base: Path) -> Iterator[tuple[Path, str]]:
    """(file, why not) of those whose name another document of the base has: one of another file that is still there."""
    held = {name.casefold(): name for name in store.load_names(base)}
    for slug, origin in known.items():
        if origin.source in gone:
            held.pop(store.file_name(slug).casefold(), None)
    for file in files:
        name, source = store.file_name(file.stem), known.get(file.stem)
        other = held.get(name.casefold(), name)
        if other != name:
            yield file, f"{file} 的名称与库中的 {other} 只有大小写不同，有的系统分不开；请改名后再读"
        elif source is not None and source.source and name.casefold() in held:
            place = source.place(base)
            apart = place != Path(os.path.realpath(file)) and digest_of_file(file) != source.sha256
            if apart and digest_of_file(place) == source.sha256:
                yield file, f"{file} 与库中已有的 {place} 同名而内容不同，没有读；请改名后再读，或先移除旧的：jimei-kb forget {file.stem}"


def _as_told(faults: Iterable[tuple[Path, str]], base: Path) -> Iterator[tuple[str, str]]:
    """The faults of files that cannot be read, with a word on what the base still holds of each."""
    held = store.load_names(base)
    for file, fault in faults:
        kept = f"。库中原有的记录照旧；不再需要时可移除：jimei-kb forget {file.stem}" if store.file_name(file.stem) in held else ""
        yield str(file), f"{fault.rstrip('。')}{kept}"


def _still_right(files: Iterable[Path], rules: str, base: Path) -> dict[str, tuple[Origin, Lines]]:
    """By slug, what the base holds of the sources that need not be read: file and rules are those of the last time."""
    kept = {slug: (origin, lines) for slug, (origin, lines) in store.load_kept(base).items() if origin.rules == rules}
    return {file.stem: kept[file.stem] for file in files if file.stem in kept and digest_of_file(file) == kept[file.stem][0].sha256}


def _origins(
    sources: Sources,
    known: Mapping[str, Origin],
    reused: Mapping[str, tuple[Origin, Lines]],
    read: Iterable[tuple[str, Origin]],
    base: Path,
) -> dict[str, Origin]:
    """By slug, what every document of the build was read from, now or before."""
    files = {file.stem: file for file in sources.files}
    found = {}
    for slug, origin in (*((slug, origin) for slug, (origin, _) in reused.items()), *read):
        source, before = way_to(files[slug], base), known.get(slug)
        # one that belongs to a folder does so still when it is built by itself
        folder = sources.holds(files[slug]) or (before is not None and before.folder and before.source == source)
        found[slug] = replace(origin, source=source, folder=folder)
    return found


def _counted(documents: Iterable[Lines]) -> tuple[Counter[str], Counter[str]]:
    """How many clauses and records of each kind there are, and how much of each kind was left unplaced."""
    records: Counter[str] = Counter()
    review: Counter[str] = Counter()
    for one in documents:
        records += count_kinds(one.document.decode("utf-8"))
        review.update(json.loads(line)["kind"] for line in (one.review or b"").splitlines())
    return records, review
