"""Named campaigns in a document: “十大行动”, 消防安全治本攻坚三年行动; rules in programmes.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jimei_kb.records import Programme, Span
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from jimei_kb.records import Annotations, Document


def find_programmes(document: Document, annotations: Annotations) -> tuple[Programme, ...]:
    """Every mention in clause order; what stands inside a cited document's title is left out."""
    titles = [citation.span for citation in annotations.citations if citation.title]
    found = []
    for clause in document.clauses:
        for rule in load_rules("programmes", package="jimei_kb.graph").rules:
            for match in rule.pattern.finditer(document.text, clause.span.start, clause.span.end):
                span = Span(*match.span())
                if not any(title.holds(span) for title in titles):
                    groups = match.groupdict()
                    name = groups.get("name") or groups["head"] + groups["tail"]
                    found.append(Programme(clause.id, span, match[0], rule.id, name))
    return tuple(sorted(found, key=lambda programme: programme.span))
