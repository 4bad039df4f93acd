"""Sentences, comma-segments and what each segment is made of: lead, subject, modal, predicate.

Everything here looks at the words of `phrases.toml` only; it names no actor and decides no duty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Form = Literal["predicate", "frame", "nominal"]

# Brackets and quotation marks whose content stays whole, each with its partner.
_PAIRS = {"《": "》", "（": "）", "(": ")", "“": "”", "〈": "〉", "「": "」", "‘": "’"}
# A point is a stop between Chinese characters only; a run of full stops is one.
_STOPS = re.compile(r"[。；！？;!?\n\t，,：:《（(“〈「‘.．](?:(?<![。.．])|(?<=。)。*|(?<=[一-龥》）”][.．])(?=[一-龥]))")
_NONE: frozenset[str] = frozenset()
_SPACE = " \u3000\u00a0\u2003\t"
_APART = frozenset(
    (
        "barring",
        "closing",
        "ending",
        "frame_ends",
        "nesting",
        "fronting",
        "joints",
        "finding",
        "topical",
        "strong",
        "binding",
        "passing",
        "nominal",
        "executing",
        "light",
        "passed",
        "placing",
        "prompting",
        "reporting",
    )
)
_SHORTEST = 4
"""Characters of the shortest predicate with an object: 建立台账."""
_MOST_CUTS = 4
"""Places at which a segment is tried to be cut; sound text has one or two."""
_LONGEST = 1000
"""Characters after which a segment or bracket without its mark is cut, so that broken text costs no more than sound text."""


class Segment(NamedTuple):
    """A stretch between two commas, without its mark; `mark` is the mark behind it.

    `first` opens a sentence, `opening` a paragraph.
    """

    start: int
    end: int
    mark: str
    first: bool
    opening: bool = False


class Phrase(NamedTuple):
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


class Lexicon:
    """Longest word of several lists that stands at a place; words are found by their first two characters."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        """`lists` gives the words of each kind; a word may be of several kinds."""
        kinds: dict[str, frozenset[str]] = {}
        for kind, words in lists.items():
            for word in words:
                kinds[word] = kinds.get(word, _NONE) | {kind}
        self._kinds = kinds
        self._single = {word: (word, kinds[word]) for word in kinds if len(word) == 1}
        self._longer: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {}
        for word in sorted(kinds, key=len):  # the longest comes to stand first, the single character last
            if len(word) > 1:
                single = (self._single[word[0]],) if word[0] in self._single else ()
                self._longer[word[:2]] = ((word, kinds[word]), *self._longer.get(word[:2], single))

    def kinds(self, word: str) -> frozenset[str]:
        """The kinds of `word`, empty if it is in no list."""
        return self._kinds.get(word, _NONE)

    def at(self, text: str, start: int, end: int) -> tuple[str, frozenset[str]] | None:
        """The longest word at `start` that ends by `end`, and its kinds."""
        longer = self._longer.get(text[start : start + 2])
        if longer is None:
            return self._single.get(text[start]) if start < end else None
        for entry in longer:
            if text.startswith(entry[0], start, end):
                return entry
        return None

    def first(self, text: str, start: int, end: int) -> tuple[int, str, frozenset[str]] | None:
        """Where the first word at `start` or behind it stands, that word and its kinds; what `at` finds place by place."""
        all_longer, single = self._longer, self._single
        for place in range(start, end):
            longer = all_longer.get(text[place : place + 2])
            if longer is None:
                if text[place] in single:
                    return place, *single[text[place]]
                continue
            for entry in longer:
                if text.startswith(entry[0], place, end):
                    return place, *entry
        return None


@dataclass(frozen=True, slots=True)
class _Words:
    """The lists of `phrases.toml` in the shape in which they are asked."""

    lexicon: Lexicon
    landmarks: Lexicon
    attributive: re.Pattern[str]
    time: re.Pattern[str]
    relative: re.Pattern[str]
    joint: re.Pattern[str]
    prompt: re.Pattern[str]
    nested: re.Pattern[str]
    number: re.Pattern[str]
    placing: frozenset[str]
    executing: frozenset[str]
    light: frozenset[str]
    passed: tuple[str, ...]
    reporting: frozenset[str]
    barring: frozenset[str]
    places: frozenset[str]
    topical: frozenset[str]
    binding: frozenset[str]
    passing: tuple[str, ...]
    nominal: tuple[str, ...]
    strong: tuple[str, ...]
    closing: tuple[str, ...]
    frame_ends: tuple[str, ...]
    nesting: tuple[str, ...]
    fronting: frozenset[str]
    joints: frozenset[str]
    inside: frozenset[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    book = load_rules("phrases")
    lists = book.words
    predicates = lists["verbs"] | lists["avoiding"] | lists["urging"]
    only_leads = lists["leads"] - lists["verbs"] - lists["adverbs"] - lists["nouns"]
    kinds = {**{kind: lists[kind] for kind in lists if kind not in _APART}, "predicate": predicates, "only_leads": only_leads}
    return _Words(
        lexicon=Lexicon(kinds),
        landmarks=Lexicon({**kinds, "brackets": _PAIRS, "of": "的"}),
        attributive=book.compile("(?:<<finding>>)?的"),
        time=book["phrase.time"].pattern,
        relative=book["phrase.relative"].pattern,
        joint=book["phrase.joint"].pattern,
        prompt=book.compile("<<prompting>>"),
        nested=book["phrase.nested"].pattern,
        number=book["phrase.number"].pattern,
        placing=lists["placing"],
        executing=lists["executing"],
        light=lists["light"],
        passed=tuple(sorted(lists["passed"])),
        reporting=lists["reporting"],
        barring=lists["barring"],
        places=load_rules("mentions").words["places"],
        topical=lists["topical"],
        binding=lists["binding"],
        passing=tuple(sorted(lists["passing"])),
        nominal=tuple(sorted(lists["nominal"])),
        strong=tuple(sorted(lists["strong"])),
        closing=tuple(sorted(lists["closing"])),
        frame_ends=tuple(sorted(lists["frame_ends"])),
        nesting=tuple(sorted(lists["nesting"])),
        fronting=lists["fronting"],
        joints=lists["joints"],
        inside=load_rules("mentions").words["inside"],
    )


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The words that take a segment apart, with their kinds (verbs, urging, avoiding, adverbs, modals, leads, framing, handling, nouns)."""
    return _words().lexicon


@lru_cache(maxsize=1)
def time_pattern() -> re.Pattern[str]:
    """Times that open a predicate: 每季度, 2025年12月底前, 5年内, 到2026年."""
    return _words().time


def segments(text: str, start: int, end: int) -> Iterator[Segment]:
    """The comma-segments of `text[start:end]`, brackets and quotation marks kept whole.

    >>> [("坚持“人民至上、生命至上”，严防火灾。")[s.start:s.end] for s in segments("坚持“人民至上、生命至上”，严防火灾。", 0, 18)]
    ['坚持“人民至上、生命至上”', '严防火灾']
    """
    at, first, pos, opening = start, True, start, True
    while pos < end:
        match = _STOPS.search(text, pos, min(end, at + _LONGEST))
        if match is None:
            if at + _LONGEST >= end:
                break
            mark, stop = "", at + _LONGEST
            pos = stop
        else:
            stop, pos = match.span()
            mark = text[stop]
        if mark in _PAIRS:
            pos = _closed(text, stop, end)
            continue
        segment = _trimmed(text, at, stop, mark, first=first, opening=opening)
        if segment:
            yield segment
        first = mark not in "，,：:" or (first and segment is None)
        opening = mark == "\n" or (opening and segment is None)
        at = pos
    segment = _trimmed(text, at, end, "", first=first, opening=opening)
    if segment:
        yield segment


def clauses_of(text: str, segment: Segment) -> tuple[Segment, ...]:
    """A segment cut before 并 where two predicates with objects stand in it: 推送相关信息|并建立更新机制."""
    start, end = segment.start, segment.end
    if _words().joint.search(text, start + _SHORTEST, end - _SHORTEST) is None:
        return (segment,)  # most have none, and asking for one costs less than asking for all
    for joint in islice(_words().joint.finditer(text, start + _SHORTEST, end - _SHORTEST), _MOST_CUTS):
        cut = joint.start()
        left, right = analyse(text, start, cut), analyse(text, joint.end(), end)
        whole = left.form == right.form == "predicate" and right.subject_end == right.body
        objects = cut - chain_end(text, left.verb_end, cut) > 1 and end - right.verb_end > 1
        if whole and objects and text.count("（", start, cut) == text.count("）", start, cut):
            return segment._replace(end=cut, mark="，"), segment._replace(start=cut, first=False, opening=False)
    return (segment,)


def _closed(text: str, opening: int, end: int) -> int:
    """Where the bracket opened at `opening` is closed again; behind the mark itself where it never is."""
    left, right = text[opening], _PAIRS[text[opening]]
    paragraph = text.find("\n", opening, min(end, opening + _LONGEST))
    limit = min(end if paragraph < 0 else paragraph, opening + _LONGEST)
    depth, pos = 1, opening + 1
    close = text.find(right, pos, limit)
    while close >= 0:
        depth += text.count(left, pos, close) - 1
        pos = close + 1
        if depth == 0:
            return pos
        close = text.find(right, pos, limit)
    return opening + 1


def _trimmed(text: str, start: int, end: int, mark: str, *, first: bool, opening: bool) -> Segment | None:
    while start < end and text[start] in _SPACE:
        start += 1
    while end > start and text[end - 1] in _SPACE:
        end -= 1
    return Segment(start, end, mark, first, opening) if start < end else None


def analyse(text: str, start: int, end: int) -> Phrase:
    """`text[start:end]`, one segment, taken apart.

    >>> phrase = analyse("各地要按照分工做好检查", 0, 11)
    >>> phrase.form, phrase.word, phrase.subject_end, phrase.frame
    ('predicate', '做好', 2, '按照')
    """
    words = _words()
    at = words.lexicon.at
    first = text[start : start + 1]
    numbered = (first in "(（" or first.isdigit()) and words.number.match(text, start, end)
    pos = numbered.end() if numbered else start
    found = at(text, pos, end)
    while found and "only_leads" in found[1]:
        pos += len(found[0])
        found = at(text, pos, end)
    body = pos
    frame = modal = ""
    while pos < end:
        found = at(text, pos, end) if pos > body else found
        time = words.time.match(text, pos, end)
        if time and time.end() > pos + (len(found[0]) if found else 0):
            pos = time.end()
            continue
        if pos > body and (text[pos] == "、" or (text[pos] == "地" and found is None)):
            pos += 1  # 多层次、多渠道|宣传; 积极稳妥|地|推进
            continue
        if found is None or "nouns" in found[1]:
            break
        word, kinds = found
        after = pos + len(word)
        if "predicate" in kinds and pos == body and words.relative.match(text, after, end):
            break  # 参加培训的人员|应当取得证书
        if "predicate" in kinds and not ("avoiding" not in kinds and _attributive(text, after, end)):
            inner = _framed(text, after, end) if "framing" in kinds else None  # 利用现代手段|提升水平
            if inner is None:
                return Phrase("predicate", body, body, pos, after, word, modal, frame)
            frame, pos = word, inner
            continue
        if word == "通过" and text.endswith(words.passing, after, end):
            return Phrase("predicate", body, body, pos, after, word, modal, frame)
        if "handling" in kinds or "framing" in kinds:
            purpose = word == "为" and leads_to_verb(text, after, end)  # 为深入贯彻…; but 为群众|提供服务
            inner = None if purpose else _handled(text, after, end) if "handling" in kinds else _framed(text, after, end)
            if inner is None:
                return Phrase("frame", body, body, pos, after, word, modal, word)
            frame, pos = word, inner
        elif "modals" in kinds:
            modal, pos = word, after
        elif "adverbs" in kinds or "leads" in kinds:
            pos = after
        else:
            break
    if pos >= end and pos - body > 2:
        return Phrase("frame", body, body, body, pos, text[body:pos], modal, text[body:pos])  # 各地要|按照要求，…
    return _with_subject(text, body, pos, end, modal, frame)


def chain_end(text: str, pos: int, end: int) -> int:
    """Where a chain of predicate words that starts at `pos` ends (督促指导|各地); words that stand inside names stop it."""
    words = _words()
    at = words.lexicon.at
    if text.endswith(words.nesting, 0, pos) and (found := at(text, pos, end)) and "verbs" in found[1] and "nouns" not in found[1]:
        pos += len(found[0])
    while pos < end:
        found = at(text, pos, end)
        if (
            found
            and len(found[0]) > 1
            and "nouns" not in found[1]
            and found[1] & {"verbs", "urging", "adverbs"}
            and found[0] not in words.inside
        ):
            pos += len(found[0])
        elif text[pos] in "、和并" and (after := at(text, pos + 1, end)) and after[1] & {"verbs", "urging"} and "nouns" not in after[1]:
            pos += 1
        else:
            break
    return pos


def _attributive(text: str, after: int, end: int) -> bool:
    """Whether the verb that ends at `after` is the modifier of a noun (开展的, 检查|发现的)."""
    return _words().attributive.match(text, after, end) is not None


def _framed(text: str, after: int, end: int) -> int | None:
    """Where a predicate starts behind the adverbial that a framing word opened; None if it fills the segment."""
    words = _words()
    if inner := words.nested.search(text, after, end):
        return inner.end()  # 在职责范围内|为治本攻坚提供保障
    if text.endswith(words.passed, 0, after) and all(objectless(text, pos, end) for pos in _predicates(text, after, end)):
        return None  # 经认真研究、论证
    placed = text[after - 1] == "在"
    closed = text.endswith(words.frame_ends + words.closing, after, end)
    filled = text.endswith(words.frame_ends, after, end)  # 根据…建设发展需要; 在制修订过程中|明确提出要求 goes on all the same
    for pos in _predicates(text, after, end):
        if filled:
            if text.endswith(words.strong, after, pos):
                return pos
            continue
        found = words.lexicon.at(text, pos, end)
        marked = found is not None and bool(found[1] & {"adverbs", "modals"}) and "verbs" not in found[1]
        acting = found is not None and found[0] in words.light and pos > after + 1 and not closed
        if marked or acting or text.endswith(words.closing, after, pos) or (placed and text[pos - 1] in words.places):
            return pos
    return None


def _handled(text: str, after: int, end: int) -> int | None:
    """Where the predicate starts behind a fronted object (对…, 将…); None if there is none.

    A verb before the first 的 belongs to the object's own clause (对自查发现的问题|逐一建立台账).
    """
    clause_end = text.find("的", after, end)
    behind = next(_predicates(text, max(after + 1, clause_end + 1), end, final=True), None)
    if behind is None and clause_end > 0 and text[after - 1] in _words().fronting:
        return next(_predicates(text, after + 1, end), None)
    return behind


def _predicates(text: str, start: int, end: int, *, final: bool = False) -> Iterator[int]:
    """Places where adverbs, modals or verbs begin that lead to a verb, left to right, outside brackets.

    `final` takes a verb that ends the segment too (向街道办书面报告).
    """
    words = _words()
    pos = start
    while found := words.landmarks.first(text, pos, end):
        pos, word, kinds = found
        after = pos + len(word)
        if "brackets" in kinds:
            pos = _closed(text, pos, end)
        elif "predicate" in kinds and len(word) > 1 and "nouns" not in kinds:
            if _begins(text, start, pos, end, word, final=final):
                yield pos
            pos = after
        elif ("modals" in kinds or ("adverbs" in kinds and len(word) > 1)) and leads_to_verb(text, after, end):
            if not _nominalised(text, pos, end):
                yield pos
            pos = after
        else:
            pos += len(word) if "nouns" in kinds or len(word) > 1 else 1


def _begins(text: str, start: int, pos: int, end: int, word: str, *, final: bool) -> bool:
    """Whether the verb `word` at `pos` begins the predicate of `text[start:end]`; what it may be else modifies a noun or is one."""
    words, after = _words(), pos + len(word)
    if _nominalised(text, pos, end):
        return False
    if after >= end:
        return final or (word in words.executing and text.endswith(words.closing, start, pos))
    if (word in words.inside and text.startswith(words.nominal, after)) or text[after] in words.joints:
        return False
    return not (_attributive(text, after, end) or _placed(text, after, end))


def _placed(text: str, after: int, end: int) -> bool:
    """Whether the verb that ends at `after` only belongs to an adverbial of place or time (在…的领导|下)."""
    return text[after] in _words().placing and lexicon().at(text, after, end) is None


def _nominalised(text: str, pos: int, end: int) -> bool:
    """Whether what begins at `pos`, behind 的, is a noun made of verbs that ends the segment (对特定领域的|抽查)."""
    words = _words()
    return text[pos - 1] == "的" and words.prompt.match(text, pos, end) is None and chain_end(text, pos, end) >= end


def objectless(text: str, pos: int, end: int) -> bool:
    """Whether nothing but verbs, adverbs and joints stands from `pos` to `end`: 认真研究、论证."""
    words = _words()
    while pos < end:
        found = words.lexicon.at(text, pos, end)
        if found and "nouns" not in found[1] and found[1] & {"verbs", "urging", "adverbs"}:
            pos += len(found[0])
        elif text[pos] in words.joints:
            pos += 1
        else:
            return False
    return True


def leads_to_verb(text: str, pos: int, end: int) -> bool:
    """Whether only adverbs, modals and times stand between `pos` and a predicate or its adverbial."""
    words = _words()
    start = pos
    while pos < end:
        found = words.lexicon.at(text, pos, end)
        if found is None and pos > start and text[pos] in "、地":
            pos += 1  # 客观、如实、完整|地|填写
            continue
        if found is None:
            break
        word, kinds = found
        after = pos + len(word)
        if "nouns" in kinds:
            return False
        if "predicate" in kinds or "handling" in kinds:
            return not _attributive(text, after, end)
        if "framing" in kinds:
            return True
        if not kinds & {"adverbs", "modals"}:
            return False
        pos = after
    if pos >= end:
        return pos - start > 2  # 要|按照职责分工
    time = words.time.match(text, pos, end)
    return time is not None and time.end() > pos and (time.end() >= end or leads_to_verb(text, time.end(), end))


def _with_subject(text: str, body: int, pos: int, end: int, modal: str, frame: str) -> Phrase:
    """A segment that opens with a noun: its subject reaches to the first modal that leads to a predicate."""
    words = _words()
    after = pos
    while found := words.landmarks.first(text, after, end):
        scan, word, kinds = found
        if "brackets" in kinds:
            after = _closed(text, scan, end)
            continue
        after = scan + len(word)
        if word == "由" and scan > body and (agent := analyse(text, scan, end)).form == "predicate":
            return agent._replace(body=body, subject_end=body)  # 补助金额|由市财政局审核
        if word in words.topical and scan > body and after < end and text[after] != "的":
            return Phrase("predicate", body, scan, scan, after, word, modal, frame)
        if "modals" in kinds and "nouns" not in kinds and scan > body and leads_to_verb(text, after if word == "将" else scan, end):
            inner = analyse(text, scan, end)
            if inner.form != "nominal":
                return Phrase(inner.form, body, scan, inner.verb, inner.verb_end, inner.word, inner.modal or word, inner.frame)
        if word == "的" and scan > body and words.prompt.match(text, after, end) and leads_to_verb(text, after, end):
            return analyse(text, after, end)._replace(body=body, subject_end=body)  # 问题严重的|严肃追责
        if word in words.reporting and scan > body and text[scan - 1] not in words.barring and leads_to_verb(text, after, end):
            return analyse(text, scan, end)._replace(body=body, subject_end=scan, modal=word)  # 重大事项|及时报告国务院
        if word in words.binding and scan > body and after < end and text[after] != "的":
            return Phrase("predicate", body, scan, scan, after, word, word, frame)
    return Phrase("nominal", body, body, pos, pos, "", modal, frame)
