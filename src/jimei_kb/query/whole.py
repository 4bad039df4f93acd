"""A base as a whole, in plain rows: its texts block by block, its things, and what joins them, each with its quotation.

Whatever lets people wander through a base is made of these rows: the explorer in a notebook, the pages of `export-html`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jimei_kb.errors import GraphError
from jimei_kb.graph.build import build_graph
from jimei_kb.graph.lines import text_blocks
from jimei_kb.graph.neighbourhood import find_node
from jimei_kb.graph.places import level_of
from jimei_kb.graph.resolve import setting_of
from jimei_kb.query.levels import level_of_body, level_of_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jimei_kb.graph.names import Setting
    from jimei_kb.graph.registry import Registry
    from jimei_kb.graph.schema import Edge, Graph, Node, Reading
    from jimei_kb.query.levels import Rung
    from jimei_kb.records import Document

Row = dict[str, Any]


@dataclass(frozen=True)
class Whole:
    """The readings of some documents of a base as rows; `left_out` documents of the base are not among them.

    blocks  [document, clause, start, text, heading, parent] in the order of the text, which they cover without a gap; `clause`
            and `parent` are ids of nodes, empty for head, tail and what stands between clauses. Offsets count characters.
    nodes   [id, kind, label, level, held, clause, facts]: `level` 国家 … 社区 or empty, of what a clause demands that of its
            document; `held` False for a cited document that the base does not hold; `clause` the node of the clause
            that a clause, duty, metric or schedule is or stands in; `facts` a list of (name, value).
    edges   [source, target, kind, facts, document, clause, start, end, quote, rule]: `clause` is empty for what the head says.
    """

    readings: tuple[Reading, ...]
    registry: Registry
    left_out: int = 0

    @cached_property
    def blocks(self) -> list[Row]:
        """The text of every document, block by block."""
        return [row for reading in self.readings for row in _block_rows(reading.document)]

    @cached_property
    def nodes(self) -> list[Row]:
        """The things that the documents speak of, the documents and clauses themselves among them."""
        levels = _Levels(self.readings, self.registry, self._graph)
        places = self._places
        return [
            {
                "id": node.id,
                "kind": node.kind,
                "label": node.label,
                "level": levels.of(node, places.get(node.id, "")) or "",
                "held": not node.unresolved,
                "clause": places.get(node.id, ""),
                "facts": list(node.facts),
            }
            for node in self._graph.nodes
        ]

    @cached_property
    def edges(self) -> list[Row]:
        """What joins the things, in the order of the graph."""
        return [
            {
                "source": edge.source,
                "target": edge.target,
                "kind": edge.kind,
                "facts": list(edge.facts),
                "document": f"document:{edge.evidence.document}",
                "clause": _clause_node(edge),
                "start": edge.evidence.start,
                "end": edge.evidence.end,
                "quote": edge.evidence.quote,
                "rule": edge.evidence.rule,
            }
            for edge in self._graph.edges
        ]

    def find(self, wanted: str) -> str:
        """The id of the node that `wanted` names; see `find_node`."""
        return find_node(self._graph, wanted).id

    @cached_property
    def _graph(self) -> Graph:
        return build_graph(self.readings, self.registry)

    @cached_property
    def _places(self) -> dict[str, str]:
        """The clause of everything that stands in one clause alone."""
        placed = {node.id: node.id for node in self._graph.nodes if node.kind == "clause"}
        kinds = {node.id: node.kind for node in self._graph.nodes}
        for edge in self._graph.edges:
            placed |= {end: _clause_node(edge) for end in (edge.source, edge.target) if kinds[end] in {"duty", "metric", "schedule"}}
        return placed


def whole(readings: Sequence[Reading], registry: Registry, wanted: Sequence[str] = (), *, most: int | None = None) -> Whole:
    """The documents with the keys `wanted`, or the first `most` (None: all), as rows.

    Raises GraphError for a key that the base does not have, and for a `most` below 1.
    """
    if most is not None and most < 1:
        raise GraphError(f"most 是 {most}；应至少为 1 份文件")
    chosen = [reading for reading in readings if reading.document.key in wanted] if wanted else list(readings[: most or len(readings)])
    missing = sorted(set(wanted) - {reading.document.key for reading in chosen})
    if missing:
        raise GraphError(f"知识库没有文件 {'、'.join(missing)}；全部文件见 kb.documents")
    return Whole(tuple(chosen), registry, len(readings) - len(chosen))


def _block_rows(document: Document) -> Iterator[Row]:
    ids = {clause.id for clause in document.clauses}
    for block in text_blocks(document):
        clause = block.clause
        yield {
            "document": f"document:{document.key}",
            "clause": f"clause:{document.clause_key(clause.id)}" if clause else "",
            "start": block.span.start,
            "text": block.span.of(document.text),
            "heading": clause.heading or "" if clause else "",
            "parent": f"clause:{document.clause_key(clause.parent)}" if clause and clause.parent in ids else "",
        }


def _clause_node(edge: Edge) -> str:
    # what the head says has the document for its place
    return f"clause:{edge.evidence.clause}" if edge.evidence.clause != edge.evidence.document else ""


class _Levels:
    """The level of administration of each node, as far as issuers, places and names tell."""

    def __init__(self, readings: Sequence[Reading], registry: Registry, graph: Graph) -> None:
        self.registry = registry
        self.settings: dict[str, Setting] = {r.document.key: setting_of(r.document, registry) for r in readings}
        self.named_by = {end: edge.evidence.document for edge in reversed(graph.edges) for end in (edge.target, edge.source)}

    def of(self, node: Node, clause: str) -> Rung | None:
        if node.kind == "programme":
            return None
        key = node.id.partition(":")[2]
        if node.kind != "document":
            document = clause.removeprefix("clause:").rpartition("#")[0]
            return self._of_document(document) if document else self._of_body(node)
        if key in self.settings:
            return self._of_document(key)
        by_issuer = dict(node.facts).get("level")
        setting = self._setting(node)
        return by_issuer or level_of_title(node.label, setting.place if setting else None, self.registry)  # type: ignore[return-value]

    def _of_document(self, key: str) -> Rung | None:
        place = self.settings[key].place
        return None if place is None else level_of(place)

    def _of_body(self, node: Node) -> Rung | None:
        setting = self._setting(node)
        return level_of_body(node.label, setting) if setting else None

    def _setting(self, node: Node) -> Setting | None:
        """The document that names the node; of several the first."""
        return self.settings.get(self.named_by.get(node.id, ""))
