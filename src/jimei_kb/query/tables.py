"""A knowledge base as tables: documents, clauses, and one table for each kind of record, with its quotation on every row.

The columns, their headings and what stands in them are written down in tables.toml.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from jimei_kb.graph.build import build_graph
from jimei_kb.graph.export import number_of
from jimei_kb.graph.lines import in_order, record_ids
from jimei_kb.graph.names import named_bodies
from jimei_kb.records import Actor, Citation, Duty, Metric, Programme, Schedule
from jimei_kb.tabular import Tabular, write_csv, write_excel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from jimei_kb.graph.registry import Registry
    from jimei_kb.graph.schema import Edge, Graph, Reading, Record
    from jimei_kb.tabular import Type
    from jimei_kb.view.shown import Shown

    Rows = Iterator[dict[str, Any]]
    Place = tuple[str, int, int]

_Kind = TypeVar("_Kind", Citation, Actor, Duty, Metric, Schedule, Programme)
_JOIN = "；"


@dataclass(frozen=True, slots=True, repr=False)
class Table(Tabular):
    """One table of a base or of an evaluation. Shows its first rows; `frame()` is the whole of it as a DataFrame.

    `layout` has its title and its columns, as tables.toml lays them down.
    """

    name: str
    cells: tuple[Mapping[str, Any], ...]
    layout: Mapping[str, Any]

    def rows(self) -> list[dict[str, Any]]:
        """A dict for each row, with every column of the table."""
        return [dict(row) for row in self.cells]

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column → heading in Excel."""
        return {name: heading for name, (heading, *_) in self.layout["columns"].items()}

    @property
    def types(self) -> Mapping[str, Type]:
        """Name of each column → text, integer, number or truth."""
        return {name: kind for name, (_, kind, _) in self.layout["columns"].items()}

    @property
    def title(self) -> str:
        """职责."""
        title: str = self.layout["title"]
        return title

    def __len__(self) -> int:
        return len(self.cells)

    def __repr__(self) -> str:
        """The number of rows and the first of them."""
        from jimei_kb.view.rows import show_rows

        return show_rows(self.title, self.columns, self.cells).text

    def _repr_html_(self) -> str:
        from jimei_kb.view.rows import show_rows

        return show_rows(self.title, self.columns, self.cells).html


@dataclass(frozen=True, repr=False)
class Tables:
    """The tables of `readings`. Each is made when it is first asked for; keep the object to ask it again.

    The `registry` serves to tell which body a name belongs to.
    """

    readings: Sequence[Reading]
    registry: Registry

    @cached_property
    def documents(self) -> Table:
        """One row a document: head, and how many records of each kind it has."""
        return _table("documents", (_document(reading) for reading in self.readings))

    @cached_property
    def clauses(self) -> Table:
        """One row a clause, with its text."""
        return _table("clauses", (row for reading in self.readings for row in _clauses(reading)))

    @cached_property
    def citations(self) -> Table:
        """One row a citation: what is cited, whether the base holds it, who issued it and how sure that is."""
        return _table("citations", self._of(Citation, _citation))

    @cached_property
    def actors(self) -> Table:
        """One row a mention: the name, the body it belongs to, its part."""
        return _table("actors", self._of(Actor, _actor))

    @cached_property
    def duties(self) -> Table:
        """One row a duty, with all its bearers and how each is known; `bearers` has one row for each of them."""
        return _table("duties", self._of(Duty, _duty))

    @cached_property
    def bearers(self) -> Table:
        """One row for each bearer of each duty."""
        return _table("bearers", self._of(Duty, _bearers))

    @cached_property
    def metrics(self) -> Table:
        """One row a metric. The unit of `value` stands in `unit`; 80% is 80."""
        return _table("metrics", self._of(Metric, _metric))

    @cached_property
    def schedules(self) -> Table:
        """One row a schedule. `period` is an ISO 8601 duration, `from` and `by` are ISO dates."""
        return _table("schedules", self._of(Schedule, _schedule))

    @cached_property
    def programmes(self) -> Table:
        """One row a mention of a named campaign."""
        return _table("programmes", self._of(Programme, _programme))

    @property
    def all(self) -> tuple[Table, ...]:
        """Every table, in the order of tables.toml."""
        return tuple(getattr(self, name) for name in load_layout())

    def to_excel(self, path: str | Path) -> None:
        """Write one workbook to `path`, a sheet for each table."""
        write_excel(path, [table.sheet() for table in self.all])

    def to_csv(self, folder: str | Path) -> None:
        """Write `<table>.csv` for each table into `folder`."""
        from pathlib import Path

        for table in self.all:
            write_csv(Path(folder) / f"{table.name}.csv", table.rows(), list(table.columns))

    def __repr__(self) -> str:
        """Each table with its rows and columns."""
        return self._shown().text

    def _repr_html_(self) -> str:
        return self._shown().html

    def _shown(self) -> Shown:
        from jimei_kb.view.shown import table

        rows = [(one.name, one.title, str(len(one)), "、".join(one.columns)) for one in self.all]
        return table(("表", "名称", "行数", "列"), rows)

    @cached_property
    def _links(self) -> _Links:
        return _Links(build_graph(self.readings, self.registry))

    def _of(self, kind: type[_Kind], rows_of: Callable[[_Found, _Kind], Rows]) -> Rows:
        """The rows of the records of one kind, documents in the order of the base, records in that of the text."""
        for reading in self.readings:
            headings = {clause.id: clause.heading for clause in reading.document.clauses}
            for record_id, record in record_ids(in_order(reading)):
                if isinstance(record, kind):
                    yield from rows_of(_Found(reading, record_id, record, headings[record.clause], self), record)


@cache
def load_layout() -> Mapping[str, Any]:
    """Table → title, what a row is, and column → [heading, type, what stands in it], as tables.toml says."""
    return MappingProxyType(tomllib.loads(resources.files("jimei_kb.query").joinpath("tables.toml").read_text(encoding="utf-8")))


def _table(name: str, rows: Iterable[dict[str, Any]]) -> Table:
    """A table whose rows have the columns that tables.toml lists, in its order."""
    layout = load_layout()[name]
    return Table(name, tuple({column: row[column] for column in layout["columns"]} for row in rows), layout)


# --- from the graph ------------------------------------------------------------------------------------------------


class _Links:
    """What only the graph knows: which document a citation means, which body a name, and which duty a number belongs to."""

    def __init__(self, graph: Graph) -> None:
        self.nodes = {node.id: node for node in graph.nodes}
        self.merged = {(merge.document, merge.printed): merge.name for merge in graph.merges if merge.name != merge.printed}
        self.cited: dict[tuple[Place, str], str] = {}
        self.duty: dict[str, str] = {}
        for edge in graph.edges:
            self._add(edge)

    def body(self, document: str, name: str) -> str:
        """What the body that a document calls `name` is called in the graph: 街道办 → 厦门市集美区人民政府集美街道办事处."""
        seen = {name}
        while (name := self.merged.get((document, name), name)) not in seen:
            seen.add(name)
        return name

    def _add(self, edge: Edge) -> None:
        match edge.kind:
            case "cites":
                place = (edge.evidence.clause, edge.evidence.start, edge.evidence.end)
                self.cited[place, dict(edge.facts)["type"]] = edge.target
            case "measures" if edge.source.startswith("metric:"):
                self.duty[edge.source] = edge.target.removeprefix("duty:")
            case "due" if edge.source.startswith("duty:"):
                self.duty[edge.target] = edge.source.removeprefix("duty:")


# --- rows ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A record on its way into a row."""

    reading: Reading
    id: str
    record: Record
    heading: str | None
    tables: Tables

    @property
    def links(self) -> _Links:
        return self.tables._links  # noqa: SLF001

    @property
    def clause(self) -> str:
        return self.reading.document.clause_key(self.record.clause)

    @property
    def place(self) -> Place:
        return (self.clause, *self.record.span)

    def body(self, name: str) -> str:
        return self.links.body(self.reading.document.key, name)

    @property
    def common(self) -> dict[str, Any]:
        """The columns that every record has."""
        record = self.record
        where = {"id": self.id, "document": self.reading.document.key, "clause": self.clause, "heading": self.heading}
        return {**where, "quote": record.quote, "start": record.span.start, "end": record.span.end, "rule": record.rule}


def _joined(names: Iterable[str]) -> str | None:
    return _JOIN.join(names) or None


def _document(reading: Reading) -> dict[str, Any]:
    document, head, found = reading.document, reading.document.head, reading.annotations
    return {
        "document": document.key,
        "slug": document.slug,
        "number": head.number,
        "title": head.title,
        "kind": head.kind,
        "issuers": _joined(head.issuers),
        "recipients": _joined(head.recipients),
        "date": head.date,
        "copied_to": _joined(head.copied_to),
        "printed_by": head.printed_by,
        "printed_on": head.printed_on,
        "characters": len(document.text),
        "clauses": len(document.clauses),
        "citations": len(found.citations),
        "actors": len(found.actors),
        "duties": len(found.duties),
        "metrics": len(found.metrics),
        "schedules": len(found.schedules),
        "programmes": len(reading.programmes),
        "sha256": document.sha256 or None,
    }


def _clauses(reading: Reading) -> Rows:
    document = reading.document
    for clause in document.clauses:
        yield {
            "clause": document.clause_key(clause.id),
            "document": document.key,
            "place": clause.id,
            "parent": clause.parent,
            "kind": clause.kind,
            "label": clause.label,
            "heading": clause.heading,
            "text": clause.span.of(document.text).strip(),
            "start": clause.span.start,
            "end": clause.span.end,
        }


def _citation(found: _Found, record: Citation) -> Rows:
    node = found.links.nodes[found.links.cited[found.place, record.kind]]
    known = record.issued_by
    yield {
        **found.common,
        "kind": record.kind,
        "title": record.title,
        "number": record.number,
        "relation": record.relation,
        "cited": node.id.removeprefix("document:"),
        "held": not node.unresolved,
        "issuer": record.issuer,
        "issued_by": known and _joined(known.names),
        "issuer_level": known and known.level,
        "issuer_basis": known and known.basis,
        "issuer_certainty": known and known.certainty,
        "issuer_reason": known and known.reason,
        "issuer_candidates": known and _joined(known.candidates),
    }


def _actor(found: _Found, record: Actor) -> Rows:
    body = _joined(found.body(name) for name in named_bodies(found.reading.document, record))
    yield {**found.common, "name": record.name, "body": body, "role": record.role, "basis": record.basis}


def _duty(found: _Found, record: Duty) -> Rows:
    borne = [(name, bearer) for bearer in record.actors for name in named_bodies(found.reading.document, bearer)]
    yield {
        **found.common,
        "polarity": record.polarity,
        "force": record.force,
        "bearers": _joined(name for name, _ in borne),
        "roles": _joined(bearer.role for _, bearer in borne),
        "bases": _joined(bearer.basis for _, bearer in borne),
        "urged": _joined(record.urged),
    }


def _bearers(found: _Found, record: Duty) -> Rows:
    for bearer in record.actors:
        for name in named_bodies(found.reading.document, bearer):
            part = {"role": bearer.role, "basis": bearer.basis}
            yield {**found.common, "duty": found.id, "name": name, "body": found.body(name), **part}


def _metric(found: _Found, record: Metric) -> Rows:
    value = number_of(record.value)
    yield {
        **found.common,
        "duty": found.links.duty.get(f"metric:{found.id}"),
        "indicator": record.indicator,
        "group": _joined(record.group),
        "comparator": record.comparator,
        "value": None if isinstance(value, str) else value,
        "written": record.value,
        "unit": record.unit,
    }


def _schedule(found: _Found, record: Schedule) -> Rows:
    times = {"period": record.period, "min_count": record.min_count, "from": record.start, "by": record.by}
    yield {**found.common, "duty": found.links.duty.get(f"schedule:{found.id}"), "kind": record.kind, **times}


def _programme(found: _Found, record: Programme) -> Rows:
    yield {**found.common, "name": record.name}
