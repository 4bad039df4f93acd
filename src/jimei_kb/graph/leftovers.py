r"""What the reading of each document left unplaced, as lines of JSON: `<base>/review/<slug>.jsonl`.

    {"document": "集街办〔2024〕46号", "clause": "消防工作方面/四", "kind": "number", "quote": "五项", "start": 402, "end": 404, …}

Positions count from the start of the clause, as in `documents/`, so a longer clause changes its own lines only. The file
follows from its document and the rules: where it is missing or does not fit the text, it can be made again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jimei_kb.records import BY_HAND, Span, Unplaced

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from jimei_kb.graph.schema import Graph, Reading
    from jimei_kb.records import Document

_NOT_HELD = "库中没有这份文件"


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One thing for a person to look at, and the key of the document that it stands in."""

    document: str
    found: Unplaced

    def plain(self) -> dict[str, Any]:
        """As a dict for JSON, positions in the canonical text."""
        one = self.found
        place = {"document": self.document, "clause": one.clause, "kind": one.kind, "quote": one.quote}
        return {**place, "start": one.span.start, "end": one.span.end, "rule": one.rule, "reason": one.reason}


def encode_leftovers(document: Document, found: Iterable[Unplaced]) -> str:
    """`found` as JSON lines, sorted by place; an empty text where nothing was left."""
    starts = {clause.id: clause.span.start for clause in document.clauses}
    lines = []
    for one in sorted(found, key=lambda one: (one.span, one.kind, one.rule)):
        line = ReviewItem(document.key, one).plain()
        start = starts.get(one.clause, 0)
        line.update(start=one.span.start - start, end=one.span.end - start)
        lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    return "".join(lines)


def decode_leftovers(text: str, document: Document) -> tuple[Unplaced, ...] | None:
    """What `encode_leftovers` wrote; None where the lines are damaged or do not fit the text of `document`."""
    starts = {clause.id: clause.span.start for clause in document.clauses}
    found = []
    try:
        for line in text.splitlines():
            data = json.loads(line)
            start = starts[data["clause"]]
            span = Span(start + data["start"], start + data["end"])
            if data["document"] != document.key or span.of(document.text) != data["quote"]:
                return None
            found.append(Unplaced(data["clause"], span, data["quote"], data["rule"], data["kind"], data["reason"]))
    except (ValueError, KeyError, TypeError):
        return None
    return tuple(found)


def in_base(reading: Reading, found: Iterable[Unplaced], missing: Collection[Span]) -> tuple[Unplaced, ...]:
    """`found` in the light of the whole base.

    Without the citations that it resolves and without what an analyst has put on record, with those at `missing` that it
    does not hold.
    """
    decided = [one.span for one in reading.records() if one.rule.startswith(BY_HAND)]
    resolved = {one.span for one in reading.annotations.citations if one.span not in missing}
    open_ = [one for one in found if not any(span.holds(one.span) for span in decided)]
    kept = [one for one in open_ if not (one.rule == "citation.unnumbered" and one.span in resolved)]
    added = [
        Unplaced(one.clause, one.span, one.quote, "document.not_held", "document", _NOT_HELD)
        for one in reading.annotations.citations
        if one.span in missing and one.kind in ("titled", "numbered")
    ]
    return tuple(sorted([*kept, *added], key=lambda one: (one.span, one.kind, one.rule)))


def not_held(graph: Graph) -> dict[str, frozenset[Span]]:
    """By document, where it cites a document that the base does not hold."""
    unresolved = {node.id for node in graph.nodes if node.kind == "document" and node.unresolved}
    places: dict[str, set[Span]] = {}
    for edge in graph.edges:
        if edge.kind == "cites" and edge.target in unresolved:
            places.setdefault(edge.evidence.document, set()).add(Span(edge.evidence.start, edge.evidence.end))
    return {key: frozenset(spans) for key, spans in places.items()}
