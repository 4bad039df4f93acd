"""One clause as the extractors read it: its text without blanks and cited documents, taken apart once for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.extract.masks import Reading, fold, without_blanks
from jimei_kb.extract.mentions import Mention, find_mentions
from jimei_kb.extract.phrases import Phrase, Segment, analyse, chain_end, clauses_of, segments
from jimei_kb.extract.tags import Tag, find_tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jimei_kb.records import Clause, Document, Span


class Part(NamedTuple):
    """A comma-segment with its phrase and the names in it; offsets in the clause reading's text.

    `subject` has the names that the segment opens with, as far as they are its subject.
    """

    segment: Segment
    phrase: Phrase
    mentions: tuple[Mention, ...]
    subject: tuple[Mention, ...]


class ClauseReading(NamedTuple):
    """The content of one clause; `text` is blank-free and masked, `span` leads back to the document."""

    clause: Clause
    text: str
    parts: tuple[Part, ...]
    tags: tuple[Tag, ...]
    reading: Reading
    offset: int

    def span(self, start: int, end: int) -> Span:
        """The span in the document's canonical text that `text[start:end]` was read from."""
        return self.reading.span(start, end, self.offset)


def read_clauses(document: Document, masked: str) -> Iterator[ClauseReading]:
    """Every clause of `document` taken apart; `masked` is its text with cited documents blanked out."""
    folded = fold(masked)
    first_leads = False
    for clause in document.clauses:
        content = clause.content
        if content.end <= content.start:
            continue
        reading = without_blanks(folded[content.start : content.end])
        tags = tuple(find_tags(reading.text, first_leads=first_leads))
        first_leads = first_leads or ("下同" in reading.text and any(n.rule == "tag.first_leads" for tag in tags for n in tag.names))
        text = _without(reading.text, tags)
        parts = tuple(_part(text, piece) for segment in segments(text, 0, len(text)) for piece in clauses_of(text, segment))
        yield ClauseReading(clause, reading.text, parts, tags, reading, content.start)


def _without(text: str, tags: Sequence[Tag]) -> str:
    """`text` with full stops in place of its tags, so that sentences end before them."""
    pieces, at = [], 0
    for tag in tags:
        pieces += [text[at : tag.start], "。" * (tag.end - tag.start)]
        at = tag.end
    return "".join([*pieces, text[at:]])


def _part(text: str, segment: Segment) -> Part:
    phrase = analyse(text, segment.start, segment.end)
    if phrase.form != "predicate":
        mentions = find_mentions(text, segment.start, segment.end)
        phrase = _with_named_subject(text, segment, phrase, mentions)
    else:
        behind = chain_end(text, phrase.verb_end, segment.end)
        stretches = ((segment.start, phrase.subject_end), (phrase.subject_end, phrase.verb), (behind, segment.end))
        mentions = [mention for start, end in stretches if start < end for mention in find_mentions(text, start, end)]
    subject = [m for m in mentions if m.end <= phrase.subject_end and not m.modifier] if phrase.subject_end != phrase.body else ()
    return Part(segment, phrase, tuple(mentions), tuple(subject))


def _with_named_subject(text: str, segment: Segment, phrase: Phrase, mentions: list[Mention]) -> Phrase:
    """A nominal segment that opens with a name and goes on with a predicate: 软件中心|组织安全生产综合大检查."""
    if phrase.form != "nominal" or not mentions:
        return phrase
    last = None
    for mention in mentions:
        gap = text[last.end if last else phrase.verb : mention.start]
        if mention.modifier or gap.strip("、和及与各本等的") not in ("", "辖区", "或"):
            break
        last = mention
    if last is None:
        return phrase
    inner = analyse(text, last.end, segment.end)
    if inner.form == "nominal" or inner.subject_end != inner.body:
        return phrase
    return Phrase(inner.form, phrase.body, last.end, inner.verb, inner.verb_end, inner.word, inner.modal, inner.frame)
