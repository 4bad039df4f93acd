"""What somebody must do, reach or avoid: each comma-segment with a predicate of its own that commands something."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from jimei_kb.extract.bearers import NOBODY, assign, carried_by, carried_into, default_bearers, headed_by, led_by, resumes, shared_out
from jimei_kb.extract.phrases import lexicon, objectless
from jimei_kb.records import Duty
from jimei_kb.rules import alternation, load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jimei_kb.extract.bearers import Assignment
    from jimei_kb.extract.reading import ClauseReading, Part
    from jimei_kb.records import Bearer, Document, Force, Polarity

# The weaker wording decides: 原则上应当 is no 应当.
_FORCES: tuple[tuple[str, Force], ...] = (("principled", "原则"), ("striving", "力争"), ("rigid", "刚性"), ("encouraging", "倡导"))
_LOOK_BACK = 120
"""Characters in which the list that a segment goes on with is looked for; half of the longest sentence seen."""


@dataclass(frozen=True, slots=True)
class _Tests:
    """The word lists of `duties.toml` as patterns and tuples."""

    goal: re.Pattern[str]
    told_first: re.Pattern[str]
    told: re.Pattern[str]
    telling: frozenset[str]
    able: frozenset[str]
    prompting: tuple[str, ...]
    dated: re.Pattern[str]
    defining: re.Pattern[str]
    needing: re.Pattern[str]
    equation: re.Pattern[str]
    perfect: re.Pattern[str]
    continued: re.Pattern[str]
    bounding: frozenset[str]
    raising: frozenset[str]
    disposing: frozenset[str]
    fronting: frozenset[str]
    conditional: frozenset[str]
    conditioned: re.Pattern[str]
    topical: frozenset[str]
    results: tuple[str, ...]
    principles: tuple[str, ...]
    endings: tuple[str, ...]
    force: re.Pattern[str]
    forces: dict[str, Force]


@lru_cache(maxsize=1)
def _tests() -> _Tests:
    book = load_rules("duties")
    lists = book.words
    forces = {word: force for name, force in reversed(_FORCES) for word in lists[name]}
    long = [word for word in lists["statements"] if len(word) > 2]
    return _Tests(
        goal=re.compile(alternation(lists["goals"])),
        told_first=re.compile(alternation(lists["statements"])),
        told=re.compile(alternation(long)),
        telling=lists["statements"],
        able=lists["able"],
        prompting=tuple(sorted(load_rules("phrases").words["prompting"])),
        dated=book["duty.dated"].pattern,
        defining=re.compile(alternation(lists["defining"])),
        needing=re.compile(alternation(lists["needing"])),
        equation=book["duty.equation"].pattern,
        perfect=book["duty.perfect"].pattern,
        continued=book["duty.continued"].pattern,
        bounding=lists["bounding"],
        raising=lists["raising"],
        disposing=lists["disposing"],
        fronting=lists["fronting"] | lists["disposing"],
        conditional=lists["conditional"],
        conditioned=book["duty.conditioned"].pattern,
        topical=load_rules("phrases").words["topical"],
        results=tuple(sorted(lists["results"])),
        principles=tuple(sorted(lists["principles"])),
        endings=tuple(sorted(lists["principles"] | load_rules("phrases").words["ending"])),
        force=re.compile(alternation(forces)),
        forces=forces,
    )


def find_duties(document: Document, readings: Iterable[ClauseReading]) -> tuple[Duty, ...]:
    """The duties of every clause, in text order, each with its bearers, polarity and force."""
    default = default_bearers(document.head)
    headed = {clause.id: headed_by(clause.heading) for clause in document.clauses if clause.heading}
    led = {clause: named for clause, named in headed.items() if named}
    duties: list[Duty] = []
    for reading in readings:
        clause = reading.clause
        own = headed.get(clause.id) or led.get(clause.parent or "", ())
        duties += _clause_duties(document, reading, own or default)
        if leaders := led_by(reading, own):
            led[clause.id] = leaders
    return tuple(duties)


def _clause_duties(document: Document, reading: ClauseReading, default: tuple[Bearer, ...]) -> Iterator[Duty]:
    carried = outer = NOBODY
    duty: Duty | None = None
    fronted: Part | None = None
    goes_on = defining = near = False
    may_define = _tests().defining.search(reading.text) is not None
    for part in reading.parts:
        defining = may_define and ((defining and not part.segment.first) or _defines(reading.text, part))
        if defining:
            continue
        outer = NOBODY if part.segment.opening else carried if carried.lasting else outer
        carried = carried_into(reading, part, carried)
        if not carried.names and resumes(reading, part):
            carried = outer
        fronted = None if part.segment.first else fronted
        if (shared := shared_out(reading.text, part, carried)) is not None:
            carried = shared
            continue
        if duty is not None and not part.segment.first and (goes_on or (near and _continues(reading.text, part))):
            duty, goes_on = _longer(document, reading, duty, part), False
        elif not _commands(reading.text, part):
            near = False
            fronted = (fronted or part) if _fronts(reading.text, part) else None
            carried = carried_by(reading, part, carried)
        else:
            if duty is not None:
                yield duty
            assignment = assign(document.head, reading, part, carried, default)
            duty = _duty(document, reading, part, fronted, assignment)
            carried, goes_on, fronted, near = assignment.carried, assignment.open, None, True
    if duty is not None:
        yield duty


def _commands(text: str, part: Part) -> bool:
    """Whether the segment commands something: a predicate that is no statement, or a target."""
    tests, phrase = _tests(), part.phrase
    segment = text[part.segment.start : part.segment.end]
    named = phrase.subject_end == phrase.body or part.subject or phrase.modal or phrase.word in tests.topical
    if phrase.form != "predicate" or not named:
        return _is_goal(segment) and not _is_told(segment)
    telling = phrase.word in tests.telling and not text.endswith(tests.prompting, phrase.body, phrase.verb)  # but 及时|发现隐患
    if telling or phrase.modal in tests.able or _is_told(segment):
        return False
    if phrase.modal:
        return not segment.endswith((*tests.principles, "的"))  # 应当备案而未备案的 is a condition
    if tests.perfect.search(segment):
        return False
    if phrase.word in tests.conditional and phrase.frame not in tests.disposing and tests.conditioned.search(segment):
        return False
    results = segment.endswith(tests.results) and "urging" not in lexicon().kinds(phrase.word)
    return not (results or segment.endswith(tests.endings) or tests.equation.search(segment))


def _is_told(segment: str) -> bool:
    """Whether the segment tells what is or was so; 发现问题|立即整改 opens with an adverbial, no telling word."""
    match = _tests().told_first.match(segment) or _tests().told.search(segment)
    if match is None:
        return False
    opening = lexicon().at(segment, 0, len(segment)) if match.start() == 0 else None
    return not (opening and "adverbs" in opening[1] and len(opening[0]) > len(match.group()))


def _is_goal(segment: str) -> bool:
    """Whether a segment without predicate states a target: an indicator, a word of reaching, a number."""
    tests = _tests()
    if tests.dated.search(segment):
        return True
    counted = tests.goal.search(segment) is not None and any(char.isdigit() for char in segment)
    topic = tests.conditioned.search(segment)  # 参加人数达到1000人以上|的展会
    return counted and (topic is None or any(char.isdigit() for char in topic.group()))


def _defines(text: str, part: Part) -> bool:
    """Whether the segment opens a definition (X，是指…), which commands nothing to its full stop."""
    return _tests().defining.search(text, part.segment.start, part.segment.end) is not None


def _continues(text: str, part: Part) -> bool:
    """Whether the segment only goes on with the object list of the segment before it."""
    start, end = part.segment.start, part.segment.end
    nominal = part.phrase.form == "nominal"
    if (nominal or part.phrase.verb == start) and _tests().continued.search(text[start:end]):
        return True
    asks = text.find("是否", start, end) >= 0
    if not (asks or nominal):
        return False  # most segments; the sentence before it is not asked for
    before = text[max(0, start - _LOOK_BACK) : start].rpartition("。")[2].rstrip("，,")
    if asks and "是否" in before:
        return True
    return nominal and before[-2:] == text[end - 2 : end] and "的" in text[start:end]


def _longer(document: Document, reading: ClauseReading, duty: Duty, part: Part) -> Duty:
    span = duty.span._replace(end=reading.span(part.segment.start, part.segment.end).end)
    return replace(duty, span=span, quote=span.of(document.text))


def _duty(document: Document, reading: ClauseReading, part: Part, fronted: Part | None, assignment: Assignment) -> Duty:
    start = fronted.phrase.body if fronted is not None and _needs(reading.text, fronted, part) else part.phrase.body
    span = reading.span(start, part.segment.end)
    polarity: Polarity = "avoid" if _avoids(reading.text, part) else "do"
    return Duty(
        reading.clause.id,
        span,
        span.of(document.text),
        "duty.goal" if part.phrase.form != "predicate" else "duty.predicate",
        polarity,
        assignment.bearers,
        assignment.urged,
        _force(reading.text[start : part.segment.end]),
    )


def _avoids(text: str, part: Part) -> bool:
    """Whether the predicate, or the one right behind it (确保|不发生), names what must not happen."""
    if part.phrase.word in _tests().bounding:
        return False
    if "avoiding" in lexicon().kinds(part.phrase.word):
        return True
    behind = lexicon().at(text, part.phrase.verb_end, part.segment.end)
    return behind is not None and "avoiding" in behind[1] and behind[0] not in _tests().bounding


def _fronts(text: str, part: Part) -> bool:
    """Whether the segment puts an object or a condition before the comma of what is commanded: 对…, 将…, 符合要求的，|…."""
    if part.segment.mark not in ("，", ","):
        return False
    return part.phrase.frame in _tests().fronting or text.endswith("的", part.segment.start, part.segment.end)


def _needs(text: str, fronted: Part, part: Part) -> bool:
    """Whether the predicate would lose its object, or its condition, without the fronted one."""
    if fronted.phrase.frame in _tests().disposing:
        return True
    if fronted.phrase.frame not in _tests().fronting:
        short = 2 * (fronted.segment.end - fronted.phrase.body) <= 3 * (part.segment.end - part.phrase.body)
        return short and not part.subject
    after = part.phrase.verb_end
    bare = part.segment.end - after <= 1 or (part.phrase.word not in _tests().raising and objectless(text, after, part.segment.end))
    return bare or _tests().needing.search(text, part.phrase.verb, part.segment.end) is not None


def _force(segment: str) -> Force:
    """How binding the wording is; 原则上 and 力争 weaken a 确保 beside them."""
    tests = _tests()
    words = tests.force.findall(segment)
    if not words:
        return "一般"
    found = {tests.forces[word] for word in words}
    return next(force for _, force in _FORCES if force in found)
