"""A build: what has changed among the sources is read, the rest is kept, and the base is brought up to date in one step."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from jimei_kb.errors import FormatError, GraphError
from jimei_kb.graph import store
from jimei_kb.graph.lines import RECORD_KINDS, count_kinds
from jimei_kb.graph.origins import Origin, digest_of
from jimei_kb.graph.sources import find_sources, fingerprint, read_files
from jimei_kb.records import UnplacedKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from jimei_kb.graph.sources import Progress, Read, Sources
    from jimei_kb.graph.store import Lines


@dataclass(frozen=True, slots=True)
class Build:
    """What a build did: slugs of the documents that changed and that stayed, (file, reason) of what was not read, records by kind.

    `review` counts by kind what the readings left unplaced. Of those that stayed, `reused` were not read again: neither the
    file nor the rules had changed. `removed` are documents whose file is no longer in its folder. `conflicts` has a line for
    each correction that does not fit the text any more.
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


def build_base(paths: Iterable[str | Path], base: Path, jobs: int | None, progress: Progress | None) -> Build:
    """Bring the base in the folder `base` up to date with the notices at `paths`; see `jimei_kb.build_kb`."""
    if base.exists() and not base.is_dir():
        raise GraphError(f"{base} is a file; expected a folder for the knowledge base")
    store.load_corrections(base)  # a damaged one is told before hours are spent on reading
    paths = list(paths)
    sources, rules = find_sources(paths), fingerprint(base)
    gone = sources.gone(store.load_origins(base).values(), base)
    if not sources.files and not gone:
        raise _nothing_there(paths)
    reused = _still_right(sources, rules, base)
    read = read_files([file for file in sources.files if file.stem not in reused], base, jobs, progress)
    update = store.update(base, [one.lines for one in read], origins=_origins(sources, rules, base, reused, read), gone=gone)
    records, review = _counted([*(one.lines for one in read), *(lines for _, lines in reused.values())])
    return Build(
        path=base,
        changed=update.changed,
        unchanged=tuple(sorted({file.stem for file in sources.files} - set(update.changed))),
        skipped=sources.skipped,
        records=tuple((kind, records[kind]) for kind in ("clause", *RECORD_KINDS)),
        review=tuple((kind, review[kind]) for kind in get_args(UnplacedKind)),
        reused=tuple(sorted(reused)),
        removed=update.removed,
        conflicts=tuple(conflict.line() for conflict in store.load_conflicts(base)),
    )


def _nothing_there(paths: list[str | Path]) -> FormatError:
    from jimei_kb.document.formats import READERS

    named = ", ".join(map(str, paths)) or "an empty list"
    return FormatError(f"{named}: no notice there; expected files ending in {', '.join(sorted(READERS))}")


def _still_right(sources: Sources, rules: str, base: Path) -> dict[str, tuple[Origin, Lines]]:
    """By slug, what the base holds of the sources that need not be read: file and rules are those of the last time."""
    kept = {slug: (origin, lines) for slug, (origin, lines) in store.load_kept(base).items() if origin.rules == rules}
    return {file.stem: kept[file.stem] for file in sources.files if file.stem in kept and _digest(file) == kept[file.stem][0].sha256}


def _digest(file: Path) -> str:
    """The digest of the bytes of a file; empty for one that cannot be read, which is for its reader to say."""
    try:
        return digest_of(file.read_bytes())
    except OSError:
        return ""


def _origins(
    sources: Sources, rules: str, base: Path, reused: Mapping[str, tuple[Origin, Lines]], read: Iterable[Read]
) -> dict[str, Origin]:
    """By slug, what every document of the build was read from, now or before."""
    ways = {file.stem: sources.way_to(file, base) for file in sources.files}
    before = {slug: replace(origin, source=ways[slug] or origin.source) for slug, (origin, _) in reused.items()}
    return before | {one.lines.slug: Origin(one.sha256, rules, ways[one.lines.slug]) for one in read}


def _counted(documents: Iterable[Lines]) -> tuple[Counter[str], Counter[str]]:
    """How many clauses and records of each kind there are, and how much of each kind was left unplaced."""
    records: Counter[str] = Counter()
    review: Counter[str] = Counter()
    for one in documents:
        records += count_kinds(one.document.decode("utf-8"))
        review.update(json.loads(line)["kind"] for line in (one.review or b"").splitlines())
    return records, review
