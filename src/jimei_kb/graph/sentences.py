"""The sentences of a document, each with its clause and the headings it stands under: what a search looks through."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jimei_kb.records import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from jimei_kb.records import Clause, Document

_SENTENCE_END = re.compile(r"[。！？\n]")
_MARKS = re.compile(r"[\s“”‘’\"'「」『』〈〉《》()]+")


def fold(text: str) -> str:
    """`text` as it is compared: one width, no blanks, no quotation marks, title marks or brackets: 县（区） is 县区."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a clause. `headings` are those over the clause and its own, one a line: 消防工作方面, 加强消防基础设施建设."""

    clause: Clause
    span: Span
    text: str
    headings: str


def sentences_of(document: Document, clauses: Collection[str] | None = None) -> Iterator[Sentence]:
    """Every sentence of every clause in order; of the `clauses` with these ids only, where they are given."""
    headings = {clause.id: clause.heading or "" for clause in document.clauses}
    for clause in document.clauses:
        if clauses is None or clause.id in clauses:
            above = _headings(clause, headings)
            for span in _spans(document.text, clause.span):
                yield Sentence(clause, span, span.of(document.text), above)


def _headings(clause: Clause, headings: dict[str, str]) -> str:
    steps = clause.id.split("/")
    paths = ["/".join(steps[: i + 1]) for i in range(len(steps))]
    return "\n".join([*steps, *(headings.get(path, "") for path in paths)])


def _spans(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    for match in _SENTENCE_END.finditer(text, span.start, span.end):
        yield from _stripped(text, Span(start, match.end()))
        start = match.end()
    yield from _stripped(text, Span(start, span.end))


def _stripped(text: str, span: Span) -> Iterator[Span]:
    piece = span.of(text)
    if piece.strip():
        yield Span(span.start + len(piece) - len(piece.lstrip()), span.end - len(piece) + len(piece.rstrip()))
