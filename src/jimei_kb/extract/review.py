"""What was seen and not placed: names without a part, numbers without an indicator, citations that name no document.

Nothing of a notice is dropped in silence. What is listed here is for a person to look at; much of it is rightly no record.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from jimei_kb.extract.bearers import ADDRESSEE
from jimei_kb.extract.masks import Places, mask_citations, read
from jimei_kb.extract.reading import read_clauses
from jimei_kb.extract.scan import Taken, matches
from jimei_kb.records import Span, Unplaced
from jimei_kb.rules import RuleBook, load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jimei_kb.extract.mentions import Mention
    from jimei_kb.extract.reading import ClauseReading, Part
    from jimei_kb.records import Annotations, Citation, Document, UnplacedKind

_UNNUMBERED = "只有标题，没有文号"
_UNNAMED = "简称或统称，没有写明是哪一份文件"
_ISSUERS = "发文机关不能确定，可能是："
_NOBODY = "没有写由谁来做，文件也没有主送机关"
_MODIFIER = "只作定语，条款没有给它角色"
_FRAME = "只在状语里出现，条款没有给它角色"
_NO_CUE = "没有表明它做什么的词"


@lru_cache(maxsize=1)
def _book() -> RuleBook:
    return load_rules("review", ("anchor", "kind", "reason"))


def find_unplaced(document: Document, annotations: Annotations, readings: Sequence[ClauseReading] | None = None) -> tuple[Unplaced, ...]:
    """What the reading of `document` left without a record, or with a doubtful one, in text order.

    `annotations` are what was read: what they cover is placed. `readings` are the clauses taken apart that `read_closely` gave
    with them; without these the clauses are taken apart again, which takes most of the time.
    """
    masked = mask_citations(document, annotations.citations)
    if readings is None:
        readings = tuple(read_clauses(document, masked))
    found = [
        *_names(document, annotations, readings),
        *_strays(document, masked, annotations, readings),
        *_citations(annotations.citations),
        *_duties(document, annotations),
    ]
    return tuple(sorted(found, key=lambda one: (one.span, one.kind, one.rule)))


class _Covered:
    """Stretches of a text that records cover, to be asked by place."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for span in sorted(spans):
            if self._ends and span.start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], span.end)
            else:
                self._starts.append(span.start)
                self._ends.append(span.end)

    def touches(self, span: Span) -> bool:
        """Whether a character of `span` is covered."""
        at = bisect_right(self._starts, span.end - 1) - 1
        return at >= 0 and self._ends[at] > span.start


# ---- names ------------------------------------------------------------------------------------------------------


def _names(document: Document, annotations: Annotations, readings: Iterable[ClauseReading]) -> Iterator[Unplaced]:
    """Names of bodies and posts to which their clause gives no part; each name once a clause."""
    placed = {(actor.clause, actor.name) for actor in annotations.actors}
    covered = _Covered(actor.span for actor in annotations.actors)
    for reading in readings:
        clause = reading.clause.id
        for part in reading.parts:
            for mention in part.mentions:
                span = reading.span(mention.start, mention.end)
                if mention.sort == "people" or (clause, mention.name) in placed or covered.touches(span):
                    continue
                placed.add((clause, mention.name))
                yield Unplaced(clause, span, span.of(document.text), f"mention.{mention.sort}", "mention", _why_unplaced(part, mention))


def _why_unplaced(part: Part, mention: Mention) -> str:
    if mention.modifier:
        return _MODIFIER
    return _FRAME if part.phrase.form == "frame" else _NO_CUE


# ---- numbers, times, titles, tags -------------------------------------------------------------------------------


def _strays(document: Document, masked: str, annotations: Annotations, readings: Iterable[ClauseReading]) -> Iterator[Unplaced]:
    """What the rules of `review.toml` find outside the records that it could belong to."""
    reading = read(masked)
    places, taken = Places(document), Taken()
    numbers = [*(metric.span for metric in annotations.metrics), *(schedule.span for schedule in annotations.schedules)]
    tags = [one.span(tag.start, tag.end) for one in readings for tag in one.tags]
    covered = {"number": _Covered(numbers), "time": _Covered(numbers), "citation": _Covered(()), "tag": _Covered(tags)}
    for rule in _book().rules:
        kind = cast("UnplacedKind", rule.fields["kind"])
        for match in matches(rule, reading.text):
            span = reading.span(*match.span())
            clause = places.clause(span)
            if clause is not None and not covered[kind].touches(span) and taken.take(*span):
                yield Unplaced(clause.id, span, span.of(document.text), rule.id, kind, rule.fields["reason"])


# ---- doubtful records -------------------------------------------------------------------------------------------


def _citations(citations: Iterable[Citation]) -> Iterator[Unplaced]:
    """Citations of an unsure issuer, and those that do not say by number which document they mean.

    Each title is listed once; laws are known by their title.
    """
    law = _book().compile("<<law>>")
    seen: set[str] = set()
    for one in citations:
        if one.issued_by is not None and not one.issued_by.names:
            reason = f"{_ISSUERS}{'、'.join(one.issued_by.candidates) or '（无）'}"
            yield Unplaced(one.clause, one.span, one.quote, "citation.issuer", "citation", reason)
        title = one.title or one.quote
        if one.number or one.kind == "carried" or law.search(title) or title in seen:
            continue
        seen.add(title)
        named = one.title is not None
        rule, reason = ("citation.unnumbered", _UNNUMBERED) if named else ("citation.unnamed", _UNNAMED)
        yield Unplaced(one.clause, one.span, one.quote, rule, "citation", reason)


def _duties(document: Document, annotations: Annotations) -> Iterator[Unplaced]:
    """Duties for which nobody is named and nobody is addressed."""
    if document.head.recipients:
        return
    for duty in annotations.duties:
        if all(bearer.name == ADDRESSEE for bearer in duty.actors):
            yield Unplaced(duty.clause, duty.span, duty.quote, "duty.nobody", "duty", _NOBODY)
