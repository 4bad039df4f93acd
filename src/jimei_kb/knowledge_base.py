"""The one face of the knowledge base: `build_kb` makes it from notices, `open_kb` opens it, `KnowledgeBase` answers."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from jimei_kb.errors import GraphError, KbError
from jimei_kb.graph import correcting, store
from jimei_kb.graph.building import Build, build_base
from jimei_kb.graph.conflicts import conflicting
from jimei_kb.graph.leftovers import ReviewItem, in_base, not_held
from jimei_kb.graph.library import Library, by_key, clauses_of, conflicts_of, links_of
from jimei_kb.graph.lines import in_order, record_ids
from jimei_kb.graph.registry import load_synonyms
from jimei_kb.graph.sources import SOURCES
from jimei_kb.records import UnplacedKind
from jimei_kb.tabular import Tabular

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    import networkx as nx

    from jimei_kb.graph.corrections import Conflict, Correction, Decision
    from jimei_kb.graph.schema import Links, Reading, Record
    from jimei_kb.graph.sources import Progress
    from jimei_kb.query.calendar import Calendar
    from jimei_kb.query.citations import Citations
    from jimei_kb.query.compare import Comparison
    from jimei_kb.query.tables import Tables
    from jimei_kb.query.targets import Targets
    from jimei_kb.query.trace import Trace
    from jimei_kb.records import Answer, Clause, Document, Evidence, Unplaced
    from jimei_kb.results.scheme import Scheme
    from jimei_kb.results.targets import TargetsSheet
    from jimei_kb.results.verdicts import Evaluation
    from jimei_kb.view.charts.flows import Flows
    from jimei_kb.view.charts.grid import Grid
    from jimei_kb.view.explorer.widget import Explorer
    from jimei_kb.view.shown import Shown

_BRACKETS = str.maketrans("[]【】﹝﹞［］＃", "〔〕〔〕〔〕〔〕#")
_LABELS = {"citation": "引用", "actor": "主体", "duty": "职责", "metric": "指标", "schedule": "时限", "programme": "专项行动"}


@dataclass(frozen=True, slots=True, repr=False)
class KbClause(Tabular):
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

    def rows(self) -> list[dict[str, Any]]:
        """A row for each record: its id, kind, quotation, what it says, place and rule."""
        from jimei_kb.view.documents import record_row

        return [{"id": key, **record_row(one)} for key, one in record_ids(in_order(self.reading)) if one.clause == self.clause.id]

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column → heading in Excel."""
        from jimei_kb.view.documents import RECORD_COLUMNS

        return {"id": "编号", **RECORD_COLUMNS}

    @property
    def title(self) -> str:
        """消防工作方面/六."""
        return self.clause.id

    def with_ids(self) -> Shown:
        """As it shows itself, with the id of every record, which corrections ask for."""
        return self._shown({record: key for key, record in record_ids(in_order(self.reading))})

    def _shown(self, ids: Mapping[Record, str] | None = None) -> Shown:
        from jimei_kb.view.documents import mark_up

        return mark_up(self.reading.document, self.reading.annotations, self.clause.id, programmes=self.reading.programmes, ids=ids)

    def __repr__(self) -> str:
        """The text and, line by line, what was read out of it."""
        return self._shown().text

    def _repr_html_(self) -> str:
        return self._shown().html


@dataclass(frozen=True, slots=True, repr=False)
class Review(Tabular):
    """What the readings of a base left unplaced, by document and place. Shows its counts and its first entries."""

    path: Path
    items: tuple[ReviewItem, ...]

    def rows(self) -> list[dict[str, Any]]:
        """A row for each thing to look at: where it stands, its kind, the words, why it was left."""
        return [item.plain() for item in self.items]

    @property
    def title(self) -> str:
        """待复核."""
        return "待复核"

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column → heading in Excel."""
        from jimei_kb.view.review import COLUMNS

        return COLUMNS

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
class Corrections(Tabular):
    """What analysts decided, in the order in which they did for each document, and what became of each.

    One that does not fit the text any more is in conflict; of two about one value the later holds and replaces the earlier.
    """

    decisions: tuple[Decision, ...]

    @property
    def items(self) -> tuple[Correction, ...]:
        """The decisions alone."""
        return tuple(one.correction for one in self.decisions)

    def rows(self) -> list[dict[str, Any]]:
        """A row for each, with `columns`; what it says as 字段：值."""
        from jimei_kb.view.corrections import ACTIONS, state_of

        rows = []
        for decision in self.decisions:
            one = decision.correction
            said = "；".join(f"{name}：{json.dumps(value, ensure_ascii=False)}" for name, value in one.set.items())
            what = {"id": one.id, "action": ACTIONS[one.action], "kind": _LABELS[one.kind], "clause": f"{one.slug}#{one.clause}"}
            state = state_of(decision.fault, decision.replaced, holds=decision.holds)
            rows.append({**what, "quote": one.quote, "said": said, "reason": one.reason, "state": state, "record": one.record})
        return rows

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column → heading in Excel."""
        from jimei_kb.view.corrections import COLUMNS

        return COLUMNS

    @property
    def title(self) -> str:
        """更正."""
        return "更正"

    def plain(self) -> list[dict[str, Any]]:
        """Each as a dict for JSON; `conflict` is empty for one that fits the text, `replaced` has what a later one says otherwise."""
        return [
            {"id": one.correction.id, **asdict(one.correction), "conflict": one.fault, "replaced": list(one.replaced)}
            for one in self.decisions
        ]

    def _shown(self) -> Shown:
        from jimei_kb.view.corrections import show_corrections

        return show_corrections(self.rows(), sum(bool(one.fault) for one in self.decisions))

    def __repr__(self) -> str:
        """The count and a line for each."""
        return self._shown().text

    def _repr_html_(self) -> str:
        return self._shown().html


@dataclass(frozen=True, slots=True, repr=False)
class KnowledgeBase:
    """An opened base: its readings, and the questions that can be put to it. `path` is where it was opened.

    The readings are as analysts corrected them.
    """

    path: Path
    readings: Sequence[Reading]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """The corrections that do not fit the text any more."""
        return conflicts_of(self.readings)

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

    @property
    def tables(self) -> Tables:
        """The base as tables: documents, clauses, citations, actors, duties, bearers, metrics, schedules, programmes."""
        from jimei_kb.graph.registry import load_registry
        from jimei_kb.query.tables import Tables

        return Tables(self.readings, load_registry(self.path))

    def export(self, name: str, out: str | Path) -> None:
        """Write the base for other programs: `name` is xlsx, csv, parquet, graphml, turtle or jsonschema; see docs/INTERCHANGE.md.

        csv and parquet make the folder `out`, the others the file. Raises ResultsError for an unknown format or a missing package.
        """
        from jimei_kb.graph.registry import load_registry
        from jimei_kb.interchange.formats import export

        export(self.readings, load_registry(self.path), name, out)

    def ids_at(self, evidence: Evidence) -> tuple[str, ...]:
        """The ids of the records that are the quotation of an answer: for kb.correct, kb.strike, `kb.records`."""
        reading = by_key(self.readings).get(evidence.document)
        found = record_ids(reading) if reading else []
        return tuple(key for key, one in found if one.span == (evidence.start, evidence.end) and one.rule == evidence.rule)

    def export_html(self, out: str | Path) -> None:
        """Write the base into the folder `out` as pages with a search, which a browser opens without a server; see `write_site`."""
        from jimei_kb.graph.registry import load_registry
        from jimei_kb.interchange.site import write_site
        from jimei_kb.query.whole import whole

        write_site(whole(self.readings, load_registry(self.path)), self.path.name, Path(out))

    def graph(self, around: str | None = None, *, hops: int = 1) -> nx.MultiDiGraph[str]:
        """Documents, clauses, actors, duties, metrics, schedules and programmes as a NetworkX graph; every edge has its quotation.

        With `around` (id of a node, clause id, document number, record id, name) only what lies within `hops` edges of it, in
        either direction. Raises GraphError where nothing or several things fit.
        """
        from jimei_kb.graph.build import build_graph, to_networkx
        from jimei_kb.graph.neighbourhood import find_node, neighbourhood
        from jimei_kb.graph.registry import load_registry

        graph = build_graph(self.readings, load_registry(self.path))
        return to_networkx(graph if around is None else neighbourhood(graph, find_node(graph, around).id, hops=hops))

    def clause(self, clause_id: str) -> KbClause:
        """The clause with this id, or with an id that ends so: 集街办〔2024〕46号#消防工作方面/六, 消防工作方面/六, 消防/六.

        Raises GraphError where no clause or more than one fits.
        """
        wanted = re.sub(r"\s", "", clause_id).translate(_BRACKETS)
        clauses = clauses_of(self.readings)
        for fits in (_same, _ends_so, _begins_so):
            found = [key for key in clauses if fits(key, wanted)]
            if len(found) == 1:
                document, inside = clauses[found[0]]
                reading = by_key(self.readings)[document]
                return KbClause(reading, next(clause for clause in reading.document.clauses if clause.id == inside))
            if found:
                some = "、".join(found[:6]) + ("……" if len(found) > 6 else "")
                raise GraphError(f"{clause_id!r} 对应 {len(found)} 条：{some}；请写出其中一条的完整编号")
        ids = list(clauses)
        tails = {key.partition("#")[2]: key for key in ids}
        near = difflib.get_close_matches(wanted.rpartition("#")[2], tails, n=3, cutoff=0.3)
        alike = [tails[name] for name in near] or ids[:3] or ["（库中没有条款）"]
        raise GraphError(f"{self.path} 中没有条款 {clause_id!r}；相近的有 {'、'.join(alike)}")

    def explore(self, *documents: str, select: str = "", most: int = 50, language: str = "zh") -> Explorer:
        """A view to wander through: clause tree, marked text, neighbourhood graph; search, filters, quotations.

        `documents` (numbers, titles, file names) are loaded, or the first `most` of the base. `select` is chosen at the start,
        named as for `graph`; `language` zh or en is that of the labels. Raises GraphError for what the base does not have.
        """
        from jimei_kb.graph.registry import load_registry
        from jimei_kb.query.links import find_reading
        from jimei_kb.query.whole import whole
        from jimei_kb.view.explorer.labels import LANGUAGES
        from jimei_kb.view.explorer.widget import Explorer

        if language not in LANGUAGES:
            raise GraphError(f"语言 {language!r} 没有标签；可用：{'、'.join(LANGUAGES)}")
        wanted = tuple(find_reading(self, document).document.key for document in documents)
        found = whole(self.readings, load_registry(self.path), wanted, most=None if wanted else most)
        rows = {"blocks": found.blocks, "nodes": found.nodes, "edges": found.edges}
        return Explorer(rows, selected=found.find(select) if select else "", left_out=found.left_out, language=language)

    def ask(self, question: str, *, as_of: str | date | None = None) -> Answer:
        """What the documents say to a question in plain Chinese, on the day `as_of` if one is given; see `query.ask.ask`."""
        from jimei_kb.graph.registry import load_registry
        from jimei_kb.query.ask import ask

        registry = load_registry(self.path) if as_of else None
        return ask(question, self.readings, load_synonyms(self.path), as_of=as_of, registry=registry)

    def who(self, subject: str, *, limit: int = 10, as_of: str | date | None = None) -> Answer:
        """Who is responsible for `subject`, on the day `as_of` if one is given; see `who_is_responsible`."""
        from jimei_kb.graph.registry import load_registry
        from jimei_kb.query.responsible import who_is_responsible

        registry = load_registry(self.path) if as_of else None
        return who_is_responsible(self, subject, limit=limit, as_of=as_of, registry=registry, synonyms=load_synonyms(self.path))

    def in_force(self, as_of: str | date) -> tuple[Document, ...]:
        """The documents that hold on the day `as_of` (2024-10-28), as far as the base knows."""
        from jimei_kb.graph.library import by_key, in_force
        from jimei_kb.graph.registry import load_registry

        held, _ = in_force(self.readings, as_of, load_registry(self.path))
        return tuple(reading.document for key, reading in by_key(self.readings).items() if key in held)

    @property
    def corrections(self) -> Corrections:
        """What analysts decided about records of the base, and whether it still holds."""
        return Corrections(store.load_decisions(self.path))

    def correct(self, record_id: str, *, reason: str, **values: Any) -> KnowledgeBase:
        """The base after an analyst's decision that a record says other values: kb.correct(id, role="监管", reason="…").

        The names of values are those of the record's line in `documents/`; who bears a duty may be given as `bearers`, a name or
        a list of them, with `role` and `basis`: kb.correct(id, bearers="社区", basis="explicit", reason="…"). The decision is kept
        in `corrections/`; where it says a value that an earlier one has set, it replaces that.
        """
        correcting.change_record(self.path, record_id, values, reason)
        return open_kb(self.path)

    def strike(self, record_id: str, reason: str) -> KnowledgeBase:
        """The base after an analyst's decision that a record is none."""
        correcting.strike_record(self.path, record_id, reason)
        return open_kb(self.path)

    def add(self, clause: str, quote: str, kind: str, *, reason: str, nth: int = 1, **values: Any) -> KnowledgeBase:
        """The base after an analyst's decision that the `nth` `quote` of a clause is a record: kb.add("五", "119指挥中心", "actor", …)."""
        place = self.clause(clause)
        correcting.add_record(self.path, place.reading.document.slug, place.clause.id, quote, kind, values, reason, nth)
        return open_kb(self.path)

    def withdraw(self, correction_id: str) -> KnowledgeBase:
        """The base without a decision: `kb.corrections` has the ids. Raises GraphError where later ones rest on it."""
        correcting.withdraw_correction(self.path, correction_id)
        return open_kb(self.path)

    def forget(self, document: str) -> KnowledgeBase:
        """The base without a document, named by number, title or file name; its corrections are kept for the day it comes back.

        One whose file still lies in a folder is read again when that folder is built.
        """
        from jimei_kb.query.links import find_reading

        correcting.forget_document(self.path, find_reading(self, document).document.slug)
        return open_kb(self.path)

    def cites(self, subject: str, *, as_of: str | date | None = None) -> Citations:
        """What a document or a clause cites, through the whole base; see `query.citations.cites`."""
        from jimei_kb.query.citations import cites

        return cites(self, subject, as_of=as_of)

    def cited_by(self, subject: str, *, as_of: str | date | None = None) -> Citations:
        """Where a document is cited, through the whole base; see `query.citations.cited_by`."""
        from jimei_kb.query.citations import cited_by

        return cited_by(self, subject, as_of=as_of)

    def targets(self, document: str, *, as_of: str | date | None = None) -> Targets:
        """What a document sets as targets; see `query.targets.targets`."""
        from jimei_kb.query.targets import targets

        return targets(self, document, as_of=as_of)

    def calendar(self, year: int, *, as_of: str | date | None = None) -> Calendar:
        """What is due in `year`; see `query.calendar.calendar`."""
        from jimei_kb.query.calendar import calendar

        return calendar(self, year, as_of=as_of)

    def compare(self, first: str, second: str, *, as_of: str | date | None = None) -> Comparison:
        """What changed between two documents, or from the upper to the lower one; see `query.compare.compare`."""
        from jimei_kb.query.compare import compare

        return compare(self, first, second, as_of=as_of)

    def trace(self, subject: str, *, as_of: str | date | None = None) -> Trace:
        """The chain of responsibility of a topic, a duty, a clause or a document; see `query.trace.trace`."""
        from jimei_kb.query.trace import trace

        return trace(self, subject, as_of=as_of)

    def targets_sheet(self, document: str | None = None, *, year: int) -> TargetsSheet:
        """What of a document can be evaluated for `year`, and what cannot; see `results.targets.targets_sheet`."""
        from jimei_kb.results.targets import targets_sheet

        return targets_sheet(self, document, year)

    def evaluate(self, results: str | Path, document: str | None = None, *, scheme: Scheme | str | Path | None = None) -> Evaluation:
        """The verdicts on the results in a workbook or a folder of CSV files, with points by `scheme`; see `results.verdicts.evaluate`."""
        from jimei_kb.results.verdicts import evaluate

        return evaluate(self, results, document, scheme)

    def overview(self, document: str | None = None) -> Grid:
        """A picture of what was read out of each clause of a document, or out of each document of the base; see `query.counts`."""
        from jimei_kb.query.counts import count_records
        from jimei_kb.view.charts.of_base import draw_overview

        return draw_overview(count_records(self, document))

    def responsibilities(self, document: str | None = None) -> Grid:
        """A picture of who has which part in the duties of each clause, and how that is known; see `query.counts`."""
        from jimei_kb.query.counts import bearers_by_clause
        from jimei_kb.view.charts.of_base import draw_matrix

        return draw_matrix(bearers_by_clause(self, document))

    def flows(self, document: str | None = None) -> Flows:
        """The same as bands from bodies to clauses, as wide as there are duties; see `query.counts`."""
        from jimei_kb.query.counts import bearers_by_clause
        from jimei_kb.view.charts.of_base import draw_flows

        return draw_flows(bearers_by_clause(self, document))

    def review(self, kind: UnplacedKind | None = None) -> Review:
        """What was seen and not placed, of one kind or all: from the lists in `review/`, read again where one is missing.

        A citation that another document of the base resolves is left out, one of a document that the base does not hold is
        added, and so is what contradicts each other: numbers, issuers, corrections.
        """
        from jimei_kb.graph.build import build_graph
        from jimei_kb.graph.registry import load_registry

        lists = store.load_leftovers(self.path, self.readings)
        graph = build_graph(self.readings, load_registry(self.path))
        missing = not_held(graph)
        items = [item for item in conflicting(self.readings, graph, self.conflicts) if kind in (None, item.found.kind)]
        for reading in self.readings:
            found = lists[reading.document.slug]
            if found is None:
                from jimei_kb.extract.review import find_unplaced

                found = find_unplaced(reading.document, reading.annotations)
            key = reading.document.key
            items += [ReviewItem(key, one) for one in in_base(reading, found, missing.get(key, ())) if kind in (None, one.kind)]
        return Review(self.path, tuple(sorted(items, key=lambda item: (item.document, item.found.span, item.found.kind, item.found.rule))))

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


@dataclass(frozen=True, slots=True, repr=False)
class BuildReport(Build):
    """What a build did; shows itself as a few lines."""

    def __repr__(self) -> str:
        """The report as a few lines."""
        from jimei_kb.view.review import count_line

        total = len(self.changed) + len(self.unchanged)
        passed = [(name, reason) for name, reason in self.skipped if Path(name).name != SOURCES]
        counts = f"读取 {total} 份文件，更新 {len(self.changed)} 份，未变 {len(self.unchanged)} 份，跳过 {len(passed)} 个"
        counts += f"，未能读取 {len(self.faults)} 个" if self.faults else ""
        lines = [f"知识库 {self.path}：{counts}"]
        lines.append("　".join(f"{_LABELS.get(kind, '条款')} {count}" for kind, count in self.records))
        lines.append(f"{count_line(dict(self.review))}（jimei-kb review）")
        lines += [f"{len(self.reused)} 份的文件与规则都没有变，没有重读"] if self.reused else []
        lines += [f"移除 {slug}：来源文件已不在原来的文件夹" for slug in self.removed]
        lines += [f"未读：{fault}" for _, fault in self.faults]
        lines += [f"更正有冲突：{line}" for line in self.conflicts]
        lines += [f"跳过 {name}：{reason}" for name, reason in passed[:10]]
        lines += [f"……另跳过 {len(passed) - 10} 个"] if len(passed) > 10 else []
        return "\n".join(lines)


def open_kb(path: str | Path = "kb") -> KnowledgeBase:
    """The knowledge base in the folder `path`, every quotation checked against its text, now or when its index was made.

    Raises GraphError where there is none, or where a file of it is damaged.
    """
    return KnowledgeBase(Path(path), Library(Path(path)))


def build_kb(
    paths: str | Path | Iterable[str | Path], kb: str | Path = "kb", *, jobs: int | None = 1, progress: Progress | None = None
) -> BuildReport:
    """Read the notices at `paths` (files, or folders with all in them) into the base `kb`, and report what was done.

    A document takes the place of what its file held before; other documents stay, but for those that were read from one of
    the folders and whose file is gone. What has not changed is not read again. `jobs` processes read side by side; None is
    as many as pay. What cannot be read (damaged files, two that share a name) is left out and told in the report as `faults`;
    what the base held of it stays. `progress` is told (number, total, file name) of each file; a notebook shows a bar where none
    is given. Raises FormatError where nothing at all can be read and GraphError where the base cannot take the documents; then
    nothing in `kb` has changed.
    """
    from jimei_kb.view.progress import notebook_progress

    build = build_base([paths] if isinstance(paths, (str, Path)) else paths, Path(kb), jobs, progress or notebook_progress())
    return BuildReport(**{field.name: getattr(build, field.name) for field in fields(build)})


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
