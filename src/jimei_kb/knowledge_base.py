"""The one face of the knowledge base: `build_kb` makes it from notices, `open_kb` opens it, `KnowledgeBase` answers."""

from __future__ import annotations

import difflib
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from jimei_kb.errors import FormatError, GraphError, KbError
from jimei_kb.graph import store
from jimei_kb.graph.leftovers import ReviewItem, in_base, not_held
from jimei_kb.graph.library import Library, links_of
from jimei_kb.graph.lines import in_order, kind_of, record_ids
from jimei_kb.graph.schema import Reading
from jimei_kb.query.responsible import who_is_responsible
from jimei_kb.records import UnplacedKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import networkx as nx

    from jimei_kb.graph.registry import Registry
    from jimei_kb.graph.schema import Links, Record
    from jimei_kb.records import Answer, Clause, Document, Unplaced

    # (number of the file, how many there are, its name), told before each file is read
    Progress = Callable[[int, int, str], None]

_BRACKETS = str.maketrans("[]【】﹝﹞［］＃", "〔〕〔〕〔〕〔〕#")
_LABELS = {"citation": "引用", "actor": "主体", "duty": "职责", "metric": "指标", "schedule": "时限", "programme": "专项行动"}


@dataclass(frozen=True, slots=True, repr=False)
class KbClause:
    """One clause of a document in the base, with what was read out of it. Shows itself as marked text."""

    reading: Reading
    clause: Clause

    @property
    def id(self) -> str:
        """集街办〔2024〕46号#消防工作方面/六."""
        return self.reading.document.clause_key(self.clause.id)

    @property
    def heading(self) -> str | None:
        """加强消防基础设施建设."""
        return self.clause.heading

    @property
    def text(self) -> str:
        """The clause's own text, from its number on."""
        return self.clause.span.of(self.reading.document.text).strip()

    @property
    def records(self) -> tuple[Record, ...]:
        """Citations, actors, duties, metrics, schedules and programmes of the clause."""
        return tuple(record for record in self.reading.records() if record.clause == self.clause.id)

    def __repr__(self) -> str:
        """The text and, line by line, what was read out of it."""
        from jimei_kb.view.documents import mark_up

        return mark_up(self.reading.document, self.reading.annotations, self.clause.id, programmes=self.reading.programmes).text

    def _repr_html_(self) -> str:
        from jimei_kb.view.documents import mark_up

        return mark_up(self.reading.document, self.reading.annotations, self.clause.id, programmes=self.reading.programmes).html


@dataclass(frozen=True, slots=True, repr=False)
class Review:
    """What the readings of a base left unplaced, by document and place. Shows its counts and its first entries."""

    path: Path
    items: tuple[ReviewItem, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind, every kind named: mention, number, time, citation, duty, tag, document."""
        return _count(item.found for item in self.items)

    def __repr__(self) -> str:
        """The counts in one line, then a line for each of the first entries."""
        from jimei_kb.view.review import show_review

        return show_review([(item.document, item.found) for item in self.items], self.counts).text

    def _repr_html_(self) -> str:
        from jimei_kb.view.review import show_review

        return show_review([(item.document, item.found) for item in self.items], self.counts).html


@dataclass(frozen=True, slots=True, repr=False)
class KnowledgeBase:
    """An opened base: its readings, and the questions that can be put to it. `path` is where it was opened."""

    path: Path
    readings: Sequence[Reading]

    @property
    def links(self) -> Links:
        """The graph to walk, node by node, without having all of it in memory."""
        return links_of(self.readings, self.path)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents, by file name; their raw text stays in the source files."""
        return tuple(reading.document for reading in self.readings)

    @property
    def clauses(self) -> tuple[KbClause, ...]:
        """Every clause of every document."""
        return tuple(KbClause(reading, clause) for reading in self.readings for clause in reading.document.clauses)

    @property
    def records(self) -> Mapping[str, Record]:
        """Every record by its id, which is made from content and stays while other clauses change."""
        return {record_id: record for reading in self.readings for record_id, record in record_ids(reading)}

    def graph(self) -> nx.MultiDiGraph[str]:
        """Documents, clauses, actors, duties, metrics, schedules and programmes as a NetworkX graph; every edge has its quotation."""
        from jimei_kb.graph.build import build_graph, to_networkx
        from jimei_kb.graph.registry import load_registry

        return to_networkx(build_graph(self.readings, load_registry(self.path)))

    def clause(self, clause_id: str) -> KbClause:
        """The clause with this id, or with an id that ends so: 集街办〔2024〕46号#消防工作方面/六, 消防工作方面/六, 消防/六.

        Raises GraphError where no clause or more than one fits.
        """
        wanted = re.sub(r"\s", "", clause_id).translate(_BRACKETS)
        for fits in (_same, _ends_so, _begins_so):
            found = [clause for clause in self.clauses if fits(clause.id, wanted)]
            if len(found) == 1:
                return found[0]
            if found:
                some = ", ".join(clause.id for clause in found[:6]) + (" …" if len(found) > 6 else "")
                raise GraphError(f"{clause_id!r} fits {len(found)} clauses: {some}; give the whole id of one")
        ids = [clause.id for clause in self.clauses]
        tails = {key.partition("#")[2]: key for key in ids}
        near = difflib.get_close_matches(wanted.rpartition("#")[2], tails, n=3, cutoff=0.3)
        raise GraphError(f"{self.path} has no clause {clause_id!r}; like it are {', '.join(tails[n] for n in near) or ', '.join(ids[:3])}")

    def who(self, subject: str, *, limit: int = 10) -> Answer:
        """Who is responsible for `subject`; see `who_is_responsible`."""
        return who_is_responsible(self, subject, limit=limit)

    def review(self, kind: UnplacedKind | None = None) -> Review:
        """What was seen and not placed, of one kind or all: from the lists in `review/`, read again where one is missing.

        A citation that another document of the base resolves is left out, one of a document that the base does not hold is added.
        """
        from jimei_kb.graph.build import build_graph
        from jimei_kb.graph.registry import load_registry

        lists = store.load_leftovers(self.path, self.readings)
        missing = not_held(build_graph(self.readings, load_registry(self.path)))
        items = []
        for reading in self.readings:
            found = lists[reading.document.slug]
            if found is None:
                from jimei_kb.extract.review import find_unplaced

                found = find_unplaced(reading.document, reading.annotations)
            key = reading.document.key
            items += [ReviewItem(key, one) for one in in_base(reading, found, missing.get(key, ())) if kind in (None, one.kind)]
        return Review(self.path, tuple(items))

    def __repr__(self) -> str:
        """A line for each document with its counts."""
        from jimei_kb.view.documents import show_documents

        return show_documents(((r.document, r.annotations) for r in self.readings), self.path.name).text

    def _repr_html_(self) -> str:
        from jimei_kb.view.documents import show_documents

        return show_documents(((r.document, r.annotations) for r in self.readings), self.path.name).html


def _count(found: Iterable[Unplaced]) -> dict[str, int]:
    counts = Counter(one.kind for one in found)
    return {kind: counts[kind] for kind in get_args(UnplacedKind)}


SOURCES = "SOURCES.csv"
"""The list of what lies in a folder of notices and where it came from; it is no notice and not worth a word."""


@dataclass(frozen=True, slots=True, repr=False)
class BuildReport:
    """What a build did: slugs of the documents that changed and that stayed, (file, reason) of what was not read, records by kind.

    `review` counts by kind what the readings left unplaced.
    """

    path: Path
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    records: tuple[tuple[str, int], ...]
    review: tuple[tuple[str, int], ...] = ()

    def __repr__(self) -> str:
        """The report as a few lines."""
        from jimei_kb.view.review import count_line

        total = len(self.changed) + len(self.unchanged)
        passed = [(name, reason) for name, reason in self.skipped if Path(name).name != SOURCES]
        counts = f"读取 {total} 份文件，更新 {len(self.changed)} 份，未变 {len(self.unchanged)} 份，跳过 {len(passed)} 个"
        lines = [f"知识库 {self.path}：{counts}"]
        lines.append("　".join(f"{_LABELS.get(kind, '条款')} {count}" for kind, count in self.records))
        lines.append(f"{count_line(dict(self.review))}（jimei-kb review）")
        lines += [f"跳过 {name}：{reason}" for name, reason in passed[:10]]
        lines += [f"……另跳过 {len(passed) - 10} 个"] if len(passed) > 10 else []
        return "\n".join(lines)


def open_kb(path: str | Path = "kb") -> KnowledgeBase:
    """The knowledge base in the folder `path`, every quotation checked against its text, now or when its index was made.

    Raises GraphError where there is none, or where a file of it is damaged.
    """
    return KnowledgeBase(Path(path), Library(Path(path)))


def build_kb(paths: str | Path | Iterable[str | Path], kb: str | Path = "kb", *, progress: Progress | None = None) -> BuildReport:
    """Read the notices at `paths` (files, or folders with all in them) into the base `kb`, and report what was done.

    A document takes the place of what its file held before; other documents stay. Raises FormatError for a file that
    cannot be read and GraphError where the base cannot take the documents; then nothing in `kb` has changed.
    """
    from jimei_kb.graph.registry import load_registry

    files, skipped = _sources([paths] if isinstance(paths, (str, Path)) else paths)
    base = Path(kb)
    if base.exists() and not base.is_dir():
        raise GraphError(f"{base} is a file; expected a folder for the knowledge base")
    readings, leftovers = _read(files, load_registry(base), progress)
    changed = store.save(base, readings, leftovers)
    counts = Counter(kind_of(record) for reading in readings for record in reading.records())
    clauses = sum(len(reading.document.clauses) for reading in readings)
    slugs = {reading.document.slug for reading in readings}
    return BuildReport(
        path=base,
        changed=changed,
        unchanged=tuple(sorted(slugs - set(changed))),
        skipped=skipped,
        records=(("clause", clauses), *((kind, counts[kind]) for kind in _LABELS)),
        review=tuple(_count(one for found in leftovers.values() for one in found).items()),
    )


def _read(files: Iterable[Path], registry: Registry, progress: Progress | None) -> tuple[list[Reading], dict[str, tuple[Unplaced, ...]]]:
    """A reading of every file, and by slug what it left unplaced; the faults of all unreadable files in one error."""
    # the rooms that read are opened here, so that asking does not wait for them
    from jimei_kb.document import read_document
    from jimei_kb.extract import extract
    from jimei_kb.extract.review import find_unplaced
    from jimei_kb.graph.programmes import find_programmes
    from jimei_kb.graph.resolve import resolve_issuers

    files = list(files)
    readings, leftovers, faults = [], {}, []
    for number, path in enumerate(files, 1):
        if progress is not None:
            progress(number, len(files), path.name)
        try:
            document = read_document(path)
        except FormatError as error:
            faults.append(error)
            continue
        annotations = resolve_issuers(document, extract(document), registry)
        readings.append(in_order(Reading(document, annotations, find_programmes(document, annotations))))
        leftovers[document.slug] = find_unplaced(document, annotations)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise FormatError(f"{len(faults)} of {len(files)} files cannot be read, nothing was built: " + "; ".join(map(str, faults)))
    return readings, leftovers


def _sources(paths: Iterable[str | Path]) -> tuple[list[Path], tuple[tuple[str, str], ...]]:
    """The files to read, sorted and each once, and (file, reason) of those in folders that are no notices."""
    from jimei_kb.document.formats import READERS

    places = [Path(path) for path in paths]
    files: set[Path] = set()
    skipped: set[tuple[str, str]] = set()
    for path in places:
        if not path.is_dir():
            files.add(path)
            continue
        for inside in _below(path):
            name = inside.relative_to(path)
            if any(part.startswith(".") for part in name.parts):
                skipped.add((name.as_posix(), "隐藏文件"))
            elif inside.suffix.lower() not in READERS:
                skipped.add((name.as_posix(), "来源清单" if name.name == SOURCES else "不是通知文件的格式"))
            else:
                files.add(inside)
    if not files:
        named = ", ".join(map(str, places)) or "an empty list"
        raise FormatError(f"{named}: no notice there; expected files ending in {', '.join(sorted(READERS))}")
    by_slug: dict[str, Path] = {}
    unique = {os.path.realpath(path): path for path in sorted(files, reverse=True)}
    for path in sorted(unique.values()):
        other = by_slug.setdefault(path.stem.casefold(), path)
        if other is not path:
            raise GraphError(f"{other} and {path} have the same name, and the base names documents by it; rename one of them")
    return sorted(unique.values()), tuple(sorted(skipped))


def _below(folder: Path) -> Iterator[Path]:
    try:
        return iter([path for path in folder.rglob("*") if path.is_file()])
    except OSError as error:
        raise FormatError(f"{folder} cannot be read: {error.strerror}; check that you may open it") from error


def _same(key: str, wanted: str) -> bool:
    return key == wanted


def _ends_so(key: str, wanted: str) -> bool:
    return key.endswith((f"#{wanted}", f"/{wanted}"))


def _begins_so(key: str, wanted: str) -> bool:
    """Whether each step of `wanted` begins a step at the end of `key`: 消防/六 for 消防工作方面/六."""
    document, _, place = wanted.rpartition("#")
    steps, short = key.partition("#")[2].split("/"), place.split("/")
    if not all(short) or len(short) > len(steps) or not key.startswith(document):
        return False
    # a number is whole or it is another one: 一 must not stand for 一百
    return steps[-1] == short[-1] and all(step.startswith(s) for step, s in zip(steps[-len(short) :], short, strict=True))


__all__ = ["BuildReport", "KbClause", "KbError", "KnowledgeBase", "Review", "build_kb", "open_kb"]
