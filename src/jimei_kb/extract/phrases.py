"""Sentences, comma-segments and what each segment is made of: lead, subject, modal, predicate.

Everything here looks at the words of `phrases.toml` only; it names no actor and decides no duty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Form = Literal["predicate", "frame", "nominal"]

_PAIRS = {"《": "》", "（": "）", "(": ")", "“": "”", "〈": "〉", "「": "」", "‘": "’"}
_STOPS = re.compile(r"[。；！？;!?\n\t，,：:《（(“〈「‘]")
_SPACE = " \u3000\u00a0\u2003\t"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch between two commas, without its mark; `mark` is the mark behind it.

    `first` opens a sentence, `opening` a paragraph.
    """

    start: int
    end: int
    mark: str
    first: bool
    opening: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A segment taken apart, offsets in the text it was read from.

    `form` is "predicate" (a verb phrase, with or without subject), "frame" (an adverbial such as 按照…要求)
    or "nominal" (neither). `body` is where lead words end, `subject_end` where the subject ends (== body without
    one), `verb` and `verb_end` bound the predicate's first word, `modal` is the word of duty before it.
    """

    form: Form
    body: int
    subject_end: int
    verb: int
    verb_end: int
    word: str
    modal: str
    frame: str
    timed: bool


class Lexicon:
    """Longest word of several lists that stands at a place, by first character."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        """`lists` gives the words of each kind; a word may be of several kinds."""
        kinds: dict[str, frozenset[str]] = {}
        for kind, words in lists.items():
            for word in words:
                kinds[word] = kinds.get(word, frozenset()) | {kind}
        self._kinds = kinds
        by_first: dict[str, list[int]] = {}
        for word in kinds:
            by_first.setdefault(word[0], []).append(len(word))
        self._lengths = {first: tuple(sorted(set(lengths), reverse=True)) for first, lengths in by_first.items()}

    def kinds(self, word: str) -> frozenset[str]:
        """The kinds of `word`, empty if it is in no list."""
        return self._kinds.get(word, frozenset())

    def at(self, text: str, start: int, end: int) -> tuple[str, frozenset[str]] | None:
        """The longest word at `start` that ends by `end`, and its kinds."""
        if start >= end:
            return None
        for length in self._lengths.get(text[start], ()):
            if start + length <= end:
                word = text[start : start + length]
                kinds = self._kinds.get(word)
                if kinds:
                    return word, kinds
        return None


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of `phrases.toml`."""
    words = load_rules("phrases").words
    return Lexicon({kind: words[kind] for kind in words if kind not in ("closing", "ending", "frame_ends")})


@lru_cache(maxsize=1)
def _endings() -> tuple[str, ...]:
    return tuple(sorted(load_rules("phrases").words["ending"], key=len, reverse=True))


@lru_cache(maxsize=1)
def _frame_ends() -> tuple[str, ...]:
    return tuple(load_rules("phrases").words["frame_ends"])


@lru_cache(maxsize=1)
def _closings() -> tuple[str, ...]:
    return tuple(sorted(load_rules("phrases").words["closing"], key=len, reverse=True))


@lru_cache(maxsize=1)
def time_pattern() -> re.Pattern[str]:
    """Times that open a predicate: 每季度, 2025年12月底前, 5年内, 到2026年."""
    return load_rules("phrases")["phrase.time"].pattern


def segments(text: str, start: int, end: int) -> Iterator[Segment]:
    """The comma-segments of `text[start:end]`, brackets and quotation marks kept whole.

    >>> [("坚持“人民至上、生命至上”，严防火灾。")[s.start:s.end] for s in segments("坚持“人民至上、生命至上”，严防火灾。", 0, 18)]
    ['坚持“人民至上、生命至上”', '严防火灾']
    """
    at, first, pos, opening = start, True, start, True
    while pos < end:
        match = _STOPS.search(text, pos, end)
        if match is None:
            break
        mark, pos = match.group(), match.end()
        if mark in _PAIRS:
            pos = _closed(text, match.start(), end)
            continue
        segment = _trimmed(text, at, match.start(), mark, first, opening=opening)
        if segment:
            yield segment
        first = mark not in "，,：:" or (first and segment is None)
        opening = mark == "\n" or (opening and segment is None)
        at = pos
    segment = _trimmed(text, at, end, "", first, opening=opening)
    if segment:
        yield segment


def _closed(text: str, opening: int, end: int) -> int:
    """Where the bracket opened at `opening` is closed again; behind the mark itself where it never is."""
    left, right = text[opening], _PAIRS[text[opening]]
    paragraph = text.find("\n", opening, end)
    limit = end if paragraph < 0 else paragraph
    depth, pos = 1, opening + 1
    close = text.find(right, pos, limit)
    while close >= 0:
        depth += text.count(left, pos, close) - 1
        pos = close + 1
        if depth == 0:
            return pos
        close = text.find(right, pos, limit)
    return opening + 1


def _trimmed(text: str, start: int, end: int, mark: str, first: bool, *, opening: bool) -> Segment | None:
    while start < end and text[start] in _SPACE:
        start += 1
    while end > start and text[end - 1] in _SPACE:
        end -= 1
    return Segment(start, end, mark, first, opening) if start < end else None


def analyse(text: str, start: int, end: int) -> Phrase:
    """`text[start:end]`, one segment, taken apart."""
    words = lexicon()
    pos, timed = _skip_leads(text, start, end)
    body = pos
    frame = modal = ""
    while pos < end:
        found = words.at(text, pos, end)
        time = time_pattern().match(text, pos, end)
        if time and (not found or time.end() > pos + len(found[0])) and time.end() > pos:
            pos, timed = time.end(), True
            continue
        if text[pos] == "、" and pos > body:
            pos += 1
            continue
        if found is None:
            break
        word, kinds = found
        after = pos + len(word)
        if "nouns" in kinds:
            break
        if "avoiding" in kinds:
            return Phrase("predicate", body, body, pos, after, word, modal, frame, timed)
        if ("verbs" in kinds or "urging" in kinds) and not _attributive(text, after, end):
            if "framing" in kinds and (start_of := _framed(text, after, end)) is not None:
                frame, pos = word, start_of
                continue
            return Phrase("predicate", body, body, pos, after, word, modal, frame, timed)
        if "handling" in kinds or "framing" in kinds:
            inner = _framed(text, after, end) if "framing" in kinds and "handling" not in kinds else _handled(text, after, end)
            if inner is None:
                return Phrase("frame", body, body, pos, after, word, modal, word, timed)
            frame, pos = word, inner
            continue
        if "modals" in kinds:
            modal, pos = word, after
            continue
        if "adverbs" in kinds or "leads" in kinds:
            pos = after
            continue
        break
    return _with_subject(text, body, pos, end, modal, frame, timed)


def _skip_leads(text: str, start: int, end: int) -> tuple[int, bool]:
    words = lexicon()
    pos = start
    while (found := words.at(text, pos, end)) and "leads" in found[1] and not found[1] & {"verbs", "adverbs", "nouns"}:
        pos += len(found[0])
    return pos, False


def chain_end(text: str, pos: int, end: int) -> int:
    """Where a chain of predicate words that starts at `pos` ends (督促指导|各地); words that stand inside names stop it."""
    words, inside = lexicon(), load_rules("mentions").words["inside"]
    if text.endswith(("负责", "加快", "推进", "开展"), 0, pos) and (found := words.at(text, pos, end)) and found[1] & {"verbs"} and "nouns" not in found[1]:
        pos += len(found[0])  # these take a predicate, not a name: 负责|处理|国务院…
    while pos < end:
        found = words.at(text, pos, end)
        if found and "nouns" not in found[1] and found[1] & {"verbs", "urging", "adverbs"} and found[0] not in inside:
            pos += len(found[0])
        elif text[pos] in "、和并" and (after := words.at(text, pos + 1, end)) and after[1] & {"verbs", "urging"} and "nouns" not in after[1]:
            pos += 1
        else:
            break
    return pos


def _attributive(text: str, after: int, end: int) -> bool:
    """Whether the verb that ends at `after` is the modifier of a noun (开展的, 检查|发现的)."""
    found = lexicon().at(text, after, end)
    if found and "finding" in found[1]:
        after += len(found[0])
    return after < end and text[after] == "的"


def _framed(text: str, after: int, end: int) -> int | None:
    """Where a predicate starts behind the adverbial that a framing word opened; None if it fills the segment."""
    if text.endswith(_frame_ends(), after, end):
        return None
    words = lexicon()
    for pos in _predicates(text, after, end):
        found = words.at(text, pos, end)
        marked = found is not None and bool(found[1] & {"adverbs", "modals"}) and not found[1] & {"verbs"}
        if marked or text.endswith(_closings(), after, pos) or text[pos - 1] in "内中后前":
            return pos
    return None


def _handled(text: str, after: int, end: int) -> int | None:
    """Where the predicate starts behind a fronted object (对…, 将…); None if there is none.

    A verb before the first 的 belongs to the object's own clause (对自查发现的问题|逐一建立台账).
    """
    clause_end = text.find("的", after, end)
    behind = next(_predicates(text, max(after + 1, clause_end + 1), end, final=True), None)
    if behind is None and clause_end > 0 and text[after - 1] in "将把向与":
        return next(_predicates(text, after + 1, end), None)
    return behind


def _predicates(text: str, start: int, end: int, *, final: bool = False) -> Iterator[int]:
    """Places where adverbs, modals or verbs begin that lead to a verb, left to right, outside brackets.

    `final` takes a verb that ends the segment too (向街道办书面报告).
    """
    words = lexicon()
    pos = start
    while pos < end:
        if text[pos] in _PAIRS:
            pos = min(_closed(text, pos, end), end)
            continue
        found = words.at(text, pos, end)
        if found is None:
            pos += 1
            continue
        word, kinds = found
        after = pos + len(word)
        if kinds & {"verbs", "avoiding", "urging"} and len(word) > 1 and not kinds & {"nouns"}:
            if (after < end and not _attributive(text, after, end) and text[after] not in "、和及与等") or (final and after == end):
                yield pos
            pos = after
        elif kinds & {"adverbs", "modals"} and len(word) > 1 and leads_to_verb(text, after, end):
            yield pos
            pos = after
        elif "modals" in kinds and leads_to_verb(text, after, end):
            yield pos
            pos = after
        else:
            pos = after if "nouns" in kinds or len(word) > 1 else pos + 1


def leads_to_verb(text: str, pos: int, end: int) -> bool:
    """Whether, at `pos`, only adverbs stand between `pos` and a verb."""
    words = lexicon()
    while found := words.at(text, pos, end):
        word, kinds = found
        after = pos + len(word)
        if "nouns" in kinds:
            return False
        if kinds & {"verbs", "avoiding", "urging", "handling"}:
            return not _attributive(text, after, end)
        if "framing" in kinds:
            return True
        if not kinds & {"adverbs", "modals"}:
            return False
        pos = after
    time = time_pattern().match(text, pos, end)
    return bool(time) and time.end() > pos and leads_to_verb(text, time.end(), end)


def _with_subject(text: str, body: int, pos: int, end: int, modal: str, frame: str, timed: bool) -> Phrase:
    """A segment that opens with a noun: its subject reaches to the modal or predicate behind it."""
    words = lexicon()
    scan = max(pos, body)
    while scan < end:
        if text[scan] in _PAIRS:
            scan = _closed(text, scan, end)
            continue
        found = words.at(text, scan, end)
        if found is None:
            scan += 1
            continue
        word, kinds = found
        after = scan + len(word)
        if "nouns" in kinds or (word == "会" and text[scan - 1] in "委员协学商工"):
            scan = after
            continue
        if "modals" in kinds and scan > body and leads_to_verb(text, scan, end) and (len(word) > 1 or word != "将" or leads_to_verb(text, after, end)):
            inner = analyse(text, scan, end)
            if inner.form != "nominal":
                return Phrase(inner.form, body, scan, inner.verb, inner.verb_end, inner.word, inner.modal or word, inner.frame, timed)
        scan = after if len(word) > 1 else scan + 1
    return Phrase("nominal", body, body, pos, pos, "", modal, frame, timed)
