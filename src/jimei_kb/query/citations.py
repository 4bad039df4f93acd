"""依据什么、被谁引用: the documents that a document or a clause cites, and those that cite it, through the whole base.

A document that the base holds is followed further, one that is only cited ends there. Each step is one citation with its
quotation; no document is gone through twice, so that documents that cite each other come to an end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from jimei_kb.query.in_force import Asked, day_of
from jimei_kb.query.links import describe_document, find_documents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from jimei_kb.graph.schema import Edge, Links
    from jimei_kb.query.in_force import Day, LeftOut
    from jimei_kb.query.links import Linked, NamedDocument
    from jimei_kb.records import Evidence
    from jimei_kb.view.charts.ladder import Ladder


@dataclass(frozen=True, slots=True)
class CitationStep:
    """One citation. `depth` is 1 beside the document that was asked for and grows by one with each document between."""

    depth: int
    relation: str
    cited: NamedDocument
    evidence: Evidence


@dataclass(frozen=True, slots=True, repr=False)
class Citations(Asked):
    """The citations that lead away from `subject` (`up`: what it cites) or to it (`down`: what cites it), nearest first."""

    subject: str
    direction: Literal["up", "down"]
    steps: tuple[CitationStep, ...]
    as_of: date | None = None
    left_out: tuple[LeftOut, ...] = ()

    def asked(self) -> dict[str, Any]:
        """The document or clause, and which way."""
        return {"subject": self.subject, "direction": self.direction}

    def rows(self) -> list[dict[str, Any]]:
        """[depth, document, clause, relation, cited, number, collective, held, issuers, certainty, level, validity, … the place].

        One row a citation, in the order of `steps`; `validity` is of the cited document. The place is start, end, page and quote.
        """
        return [
            {
                "depth": step.depth,
                "document": step.evidence.document,
                "clause": step.evidence.clause,
                "relation": step.relation,
                "cited": step.cited.title,
                "number": step.cited.number,
                "collective": step.cited.collective,
                "held": step.cited.held,
                "issuers": "、".join(step.cited.issuers) or None,
                "certainty": step.cited.certainty,
                "level": step.cited.level,
                "validity": step.cited.validity or None,
                "start": step.evidence.start,
                "end": step.evidence.end,
                "page": step.evidence.page,
                "quote": step.evidence.quote,
            }
            for step in self.steps
        ]

    @property
    def title(self) -> str:
        """引用."""
        return "引用"

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column → heading in Excel."""
        from jimei_kb.view.relations import CITATIONS

        return CITATIONS

    def chart(self) -> Ladder:
        """The citations as a picture: documents level by level, an arrow for each."""
        from jimei_kb.view.charts.of_base import draw_citations

        return draw_citations(self.subject, self.direction, self.rows())

    @property
    def spoken(self) -> Mapping[str, Callable[[Any], Any]]:
        """Name of each column of codes → the Chinese for one."""
        from jimei_kb.view.labels import SPOKEN_CITATIONS

        return SPOKEN_CITATIONS

    def __repr__(self) -> str:
        """A line for each citation."""
        from jimei_kb.view.relations import show_citations

        return show_citations(self.subject, self.direction, self.rows(), self.said()).text

    def _repr_html_(self) -> str:
        from jimei_kb.view.relations import show_citations

        return show_citations(self.subject, self.direction, self.rows(), self.said()).html


def cites(kb: Linked, subject: str, *, as_of: str | date | None = None) -> Citations:
    """What the document or the clause `subject` cites, and what the held ones among those cite in turn.

    A document is named by number, title or file name, a clause by its id or the end of it (消防工作方面/四). With a day `as_of` only
    what documents say that hold on it. Raises GraphError where nothing or several things fit, or for a day that is none.
    """
    day = day_of(kb.links, as_of)
    if "#" in subject or "/" in subject:
        clause = kb.clause(subject).id
        return _citations(clause, "up", day, [f"clause:{clause}"])
    found = find_documents(kb, subject)
    return _citations(found[0].label, "up", day, [node.id for node in found])


def cited_by(kb: Linked, subject: str, *, as_of: str | date | None = None) -> Citations:
    """The citations of the document `subject` (number, title or file name), and those of the documents that cite it.

    The document need not be held. With a day `as_of` only what documents say that hold on it. Raises GraphError where nothing or
    several documents fit, or for a day that is none.
    """
    found = find_documents(kb, subject)
    return _citations(found[0].label, "down", day_of(kb.links, as_of), [node.id for node in found])


def _citations(subject: str, direction: Literal["up", "down"], day: Day, start: list[str]) -> Citations:
    """The citations around `start`, and the documents that would have some if they held."""
    around = _AROUND[direction]
    steps = tuple(_walk(day.linked(), start, *around))
    met = {step.cited.id for step in steps} | {f"document:{step.evidence.document}" for step in steps} | set(start)
    silent = {f"document:{edge.evidence.document}" for node in met for edge in around[0](day.links, node)} if day.out else set()
    return Citations(subject, direction, steps, day.day, day.left_out(met | silent))


def clauses_below(links: Links, node_id: str) -> Iterator[str]:
    """The clauses of a document or below a clause, in the order of their edges, a clause itself included."""
    waiting = [node_id]
    while waiting:
        at = waiting.pop()
        if at.startswith("clause:"):
            yield at
        waiting += [edge.target for edge in reversed(links.edges_from(at, "has_clause"))]


def _walk(
    links: Links, start: list[str], edges: Callable[[Links, str], Iterable[Edge]], following: Callable[[Edge], str]
) -> Iterator[CitationStep]:
    """The citations around `start`, around the documents that these lead to, and so on."""
    seen, near, depth = set(start), list(start), 1
    while near:
        found = [edge for node in near for edge in edges(links, node)]
        for edge in sorted(found, key=_place):
            cited = links.node(edge.target)
            if cited is not None:
                yield CitationStep(depth, dict(edge.facts).get("relation", "提及"), describe_document(cited, links), edge.evidence)
        near = [node for node in dict.fromkeys(map(following, found)) if node not in seen]
        seen.update(near)
        depth += 1


def _citing(links: Links, node_id: str) -> Iterator[Edge]:
    for clause in clauses_below(links, node_id):
        yield from links.edges_from(clause, "cites")


def _citations_of(links: Links, node_id: str) -> Iterable[Edge]:
    return links.edges_to(node_id, "cites")


def _cited_ids(edge: Edge) -> str:
    return edge.target


def _citing_ids(edge: Edge) -> str:
    return f"document:{edge.evidence.document}"


# which edges lead on, and to which documents
_AROUND: Mapping[Literal["up", "down"], tuple[Callable[[Links, str], Iterable[Edge]], Callable[[Edge], str]]] = {
    "up": (_citing, _cited_ids),
    "down": (_citations_of, _citing_ids),
}


def _place(edge: Edge) -> tuple[str, int, int, str]:
    return edge.evidence.document, edge.evidence.start, edge.evidence.end, edge.target
