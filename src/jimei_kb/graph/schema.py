"""What the graph consists of: a reading of each document, and the nodes and edges that follow from all of them.

A `Reading` is the truth that is kept on disk. `Graph` is derived from readings by a pure function and never stored.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from jimei_kb.records import Actor, Annotations, Citation, Duty, Evidence, Metric, Programme, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jimei_kb.records import Document

NodeKind = Literal["document", "clause", "actor", "duty", "metric", "schedule", "programme"]
EdgeKind = Literal[
    "has_clause",  # document or clause -> clause
    "cites",  # clause -> document, with the relation (依据 贯彻 落实 …)
    "carries",  # document -> the document inside its title (关于印发〈…〉的通知)
    "issues",  # actor -> document; of a cited document with certainty and basis
    "addressed_to",  # document -> actor
    "copied_to",  # document -> actor
    "demands",  # clause -> duty
    "involves",  # clause -> actor, with role and basis
    "bears",  # actor -> duty, with role and basis
    "urges",  # duty -> the actor who is urged (督促 X 做 Y)
    "measures",  # metric -> the duty it is stated in, else clause -> metric
    "due",  # duty -> the schedule stated in it, else clause -> schedule
    "mentions",  # clause -> programme
    "may_be",  # actor under a short name -> the body it probably stands for in one document: a suggestion, no fact
]


_NOTHING = Annotations()


Record = Citation | Actor | Duty | Metric | Schedule | Programme


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with all that was read out of it."""

    document: Document
    annotations: Annotations = _NOTHING
    programmes: tuple[Programme, ...] = ()

    def records(self) -> Iterator[Record]:
        """Every record, kind by kind, each kind in text order."""
        yield from self.annotations
        yield from self.programmes

    def evidence(self, record: Record) -> Evidence:
        """What `record` rests on, with the whole clause id (集街办〔2024〕46号#消防工作方面/六)."""
        return Evidence(
            document=self.document.key,
            clause=self.document.clause_key(record.clause),
            start=record.span.start,
            end=record.span.end,
            quote=record.quote,
            rule=record.rule,
            page=self.document.page(record.span.start),
        )


@dataclass(frozen=True, slots=True)
class Node:
    """A thing. `unresolved` marks a cited document that the base does not hold. `facts` are (name, value) pairs."""

    id: str
    kind: NodeKind
    label: str
    unresolved: bool = False
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A statement that joins two nodes, with the quotation it rests on. `facts` hold role, basis, relation and the like."""

    source: str
    target: str
    kind: EdgeKind
    evidence: Evidence
    facts: tuple[tuple[str, str], ...] = ()


def edge_order(edge: Edge) -> tuple[str, str, str, str, int, int, tuple[tuple[str, str], ...]]:
    """The order of the edges in a graph: by their ends and kind, then by where they are said."""
    evidence = edge.evidence
    return edge.source, edge.target, edge.kind, evidence.clause, evidence.start, evidence.end, edge.facts


@dataclass(frozen=True, slots=True)
class Merge:
    """A body, document or programme as `printed` in a document, the `name` of the node in which it meets others, and why."""

    document: str
    printed: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A short name as `printed` in a document and the body it probably stands for there, or the several it may; inferred, not merged."""

    document: str
    printed: str
    names: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A mention that says something else of a document than another mention or that document itself, and what."""

    evidence: Evidence
    reason: str


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges, each sorted, the names that were merged, those that somebody may want to merge, and what contradicts itself."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    merges: tuple[Merge, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()


class Links(Protocol):
    """A graph to walk, wherever it lies: in memory (`GraphLinks`) or in the index of a base."""

    def node(self, node_id: str) -> Node | None:
        """The node `clause:集街办〔2024〕46号#消防工作方面/六`, `actor:国务院办公厅`, …; None where there is none."""

    def edges_from(self, node_id: str, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """The edges that start there, of these kinds or, where none is given, of all; in the order of the graph."""

    def edges_to(self, node_id: str, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """The edges that end there, likewise."""

    def documents(self) -> tuple[Node, ...]:
        """Every document, held or only cited (`unresolved`), in the order of the graph."""


class GraphLinks:
    """A `Graph` in memory as `Links`."""

    def __init__(self, graph: Graph) -> None:
        self._nodes = {node.id: node for node in graph.nodes}
        self._out: defaultdict[str, list[Edge]] = defaultdict(list)
        self._in: defaultdict[str, list[Edge]] = defaultdict(list)
        for edge in graph.edges:
            self._out[edge.source].append(edge)
            self._in[edge.target].append(edge)

    def node(self, node_id: str) -> Node | None:
        """See `Links`."""
        return self._nodes.get(node_id)

    def edges_from(self, node_id: str, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """See `Links`."""
        return tuple(edge for edge in self._out.get(node_id, ()) if not kinds or edge.kind in kinds)

    def edges_to(self, node_id: str, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """See `Links`."""
        return tuple(edge for edge in self._in.get(node_id, ()) if not kinds or edge.kind in kinds)

    def documents(self) -> tuple[Node, ...]:
        """See `Links`."""
        return tuple(node for node in self._nodes.values() if node.kind == "document")
