"""What somebody must do, reach or avoid, and who bears it on which basis.

Each comma-segment with a predicate of its own is one duty. Its bearers are, in this order: who the segment names as
its subject (explicit), who the sentence or the clause's body named before (ellipsis), who the clause's tag names
(explicit), and the addressees, if nobody is named (addressee; inferred where the notice has none).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from jimei_kb.extract.actors import groups, subject_role
from jimei_kb.extract.phrases import analyse, lexicon
from jimei_kb.records import Bearer, Duty
from jimei_kb.rules import RuleBook, load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jimei_kb.extract.mentions import Mention
    from jimei_kb.extract.reading import ClauseReading, Part
    from jimei_kb.extract.tags import Tag
    from jimei_kb.records import Document, Head, Polarity, Role

ADDRESSEE = "主送机关"
"""Stands for the recipients where there are several, or none is printed."""


@dataclass(frozen=True, slots=True)
class _Carried:
    """Whom the following segments without a subject belong to; `urger` is who urges them."""

    names: tuple[str, ...] = ()
    role: Role = "责任"
    urger: tuple[Bearer, ...] = ()
    lasting: bool = False


@lru_cache(maxsize=1)
def _book() -> RuleBook:
    return load_rules("duties")


def find_duties(document: Document, readings: Iterable[ClauseReading]) -> tuple[Duty, ...]:
    """The duties of every clause, in text order."""
    default = _default_bearers(document.head)
    return tuple(duty for reading in readings for duty in _clause_duties(document, reading, default))


def _default_bearers(head: Head) -> tuple[Bearer, ...]:
    """Who bears a duty when nobody is named: the only recipient, the recipients together, else the issuer."""
    if len(head.recipients) == 1:
        return (Bearer(head.recipients[0], "责任", "addressee"),)
    if head.recipients:
        return (Bearer(ADDRESSEE, "责任", "addressee"),)
    if len(head.issuers) == 1:
        return (Bearer(head.issuers[0], "责任", "inferred"),)
    return (Bearer(ADDRESSEE, "责任", "inferred"),)


def _clause_duties(document: Document, reading: ClauseReading, default: tuple[Bearer, ...]) -> Iterator[Duty]:
    carried = _Carried()
    pending: Part | None = None
    previous: Duty | None = None
    open_urging = False
    defining = False
    for part in reading.parts:
        defining = (defining and not part.segment.first) or _defines(reading.text, part)
        if defining:
            continue
        ended = part.segment.first and (not carried.lasting or reading.clause.kind != "clause" or bool(_tagged(reading.tags, part)))
        if part.segment.opening or ended:
            carried = _Carried()
        if part.segment.first:
            pending = None
        if previous is not None and not part.segment.first and (open_urging or _continues(reading.text, part)):
            open_urging = False
            previous = _longer(document, reading, previous, part)
            continue
        if not _is_duty(reading.text, part):
            pending = part if _fronts(part) else None
            if _subject(reading.text, part):
                carried = _carried(reading.text, part)
            elif names := _called(reading.text, part):
                carried = _Carried(names, "责任", (), lasting=False)
            continue
        if previous is not None:
            yield previous
        bearers, urged, carried = _bearers(document.head, reading, part, carried, default)
        previous = _duty(document, reading, part, pending, bearers, urged)
        open_urging = bool(urged) and _is_open(reading.text, part)
        pending = None
    if previous is not None:
        yield previous


def _is_duty(text: str, part: Part) -> bool:
    """Whether the segment commands something."""
    words, phrase = _book().words, part.phrase
    segment = text[part.segment.start : part.segment.end]
    if phrase.form != "predicate":
        return _is_goal(segment)
    if phrase.subject_end > phrase.body and not part.subject and not phrase.modal:
        return _is_goal(segment)
    opening = lexicon().at(segment, 0, len(segment))
    told = any(segment.startswith(word) for word in words["statements"]) and not (opening and "adverbs" in opening[1])
    if phrase.word in words["statements"] or told or any(len(word) > 2 and word in segment for word in words["statements"]):
        return False
    if segment.endswith(tuple(words["results"])) and not phrase.modal and "urging" not in lexicon().kinds(phrase.word):
        return False
    if _book()["duty.equation"].pattern.search(segment) and not phrase.modal:
        return False
    if any(segment.endswith(word) for word in words["principles"]):
        return False
    return not segment.endswith(tuple(load_rules("phrases").words["ending"])) or bool(phrase.modal)


def _is_goal(segment: str) -> bool:
    """Whether a segment without predicate states a target: an indicator, a word of reaching, a number."""
    return any(char.isdigit() or char == "%" for char in segment) and any(word in segment for word in _book().words["goals"])


def _fronts(part: Part) -> bool:
    """Whether the segment brings the object of the next one (对…的，要…; 将…，做到…)."""
    return part.phrase.frame in ("对", "对于", "将", "把") and part.segment.mark in "，,"


def _defines(text: str, part: Part) -> bool:
    """Whether the segment opens a definition (X，是指…), which commands nothing to its full stop."""
    return any(word in text[part.segment.start : part.segment.end] for word in _book().words["defining"])


def _called(text: str, part: Part) -> tuple[str, ...]:
    """Who a segment names for the command behind its comma: 负有监管职责的部门，|要…."""
    last = part.mentions[-1] if part.mentions else None
    behind = text[part.segment.end + 1 : part.segment.end + 3]
    if last is None or part.phrase.form != "nominal" or last.end != part.segment.end or not behind.startswith(tuple(_book().words["commands"])):
        return ()
    return (last.name,)


def _needs(text: str, pending: Part, part: Part) -> bool:
    """Whether the predicate would lose its object without the fronted one."""
    if pending.phrase.frame in ("将", "把"):
        return True
    if pending.segment.end - pending.phrase.body > 2 * (part.segment.end - part.phrase.body):
        return False
    segment = text[part.phrase.verb : part.segment.end]
    return part.segment.end - part.phrase.verb_end <= 1 or any(word in segment for word in _book().words["needing"])


def _continues(text: str, part: Part) -> bool:
    """Whether the segment only goes on with the object list of the segment before it."""
    start, end = part.segment.start, part.segment.end
    if part.phrase.form == "nominal" and _book()["duty.continued"].pattern.search(text, start, end):
        return True
    before = text[max(0, start - 120) : start].rpartition("。")[2].rstrip("，,")
    parallel = part.phrase.form == "nominal" and before[-2:] == text[end - 2 : end] and "的" in text[start:end]
    return parallel or ("是否" in text[start:end] and "是否" in before)


def _longer(document: Document, reading: ClauseReading, duty: Duty, part: Part) -> Duty:
    span = duty.span._replace(end=reading.span(part.segment.start, part.segment.end).end)
    return Duty(duty.clause, span, span.of(document.text), duty.rule, duty.polarity, duty.actors, duty.urged)


def _duty(
    document: Document, reading: ClauseReading, part: Part, pending: Part | None, bearers: tuple[Bearer, ...], urged: tuple[str, ...]
) -> Duty:
    start = part.phrase.body
    if pending is not None and _needs(reading.text, pending, part):
        start = pending.phrase.body
    span = reading.span(start, part.segment.end)
    polarity: Polarity = "avoid" if "avoiding" in lexicon().kinds(part.phrase.word) else "do"
    rule = f"duty.{part.phrase.form}"
    return Duty(reading.clause.id, span, span.of(document.text), rule, polarity, bearers, urged)


def _bearers(
    head: Head, reading: ClauseReading, part: Part, carried: _Carried, default: tuple[Bearer, ...]
) -> tuple[tuple[Bearer, ...], tuple[str, ...], _Carried]:
    """The bearers of a duty, who is urged to do it, and what is carried over to the next segment."""
    text, subject = reading.text, _subject(reading.text, part)
    tagged = _tagged(reading.tags, part)
    if subject:
        carried = _carried(text, part)
        bearers = tuple(Bearer(name, carried.role, "explicit") for name in carried.names)
    elif carried.names:
        bearers = tuple(Bearer(name, carried.role, "ellipsis") for name in _without_receiver(text, part, carried.names)) + carried.urger
        bearers += tuple(Bearer(m.name, "配合", "explicit") for m in _joined(text, part) if m.name not in carried.names)
    elif tagged:
        bearers = tagged
    else:
        bearers = default + _empowered(head, text, part, default)
    urged = _urged(text, part)
    if not urged:
        return bearers, (), carried
    return _urging(text, part, bearers, urged, carried)


def _urging(
    text: str, part: Part, bearers: tuple[Bearer, ...], urged: list[Mention], carried: _Carried
) -> tuple[tuple[Bearer, ...], tuple[str, ...], _Carried]:
    """督促 X 做 Y: who urges supervises, X does it; what follows is X's too.

    Where 组织 X has its predicate beside it, the organiser goes on; where it has none (发动基层力量，…), only he acts here.
    """
    names = tuple(m.name for m in urged)
    organised = part.phrase.word.startswith(tuple(_book().words["organising"]))
    urgers = tuple(Bearer(b.name, b.role if organised else "监管", b.basis) for b in bearers if b.name not in names)
    acts = analyse(text, urged[-1].end, part.segment.end).form == "predicate"
    doers = tuple(Bearer(name, "配合" if organised else "责任", "explicit") for name in names) if acts else ()
    if organised and acts:
        return urgers + doers, names, carried
    if not urgers + doers:
        return bearers, (), carried
    passed = tuple(Bearer(b.name, "监管", "ellipsis" if b.basis == "explicit" else b.basis) for b in urgers)
    return urgers + doers, names, _Carried(names, "责任", passed)


def _carried(text: str, part: Part) -> _Carried:
    """The subject of a segment, for the segments behind it."""
    subject = _subject(text, part)
    names = (*(m.name for m in subject), *(m.name for m in _joined(text, part)))
    return _Carried(names, subject_role(text, part), (), lasting=_lasts(subject) and part.phrase.frame != "由")


def _subject(text: str, part: Part) -> tuple[Mention, ...]:
    """Who the segment says does it: its subject, or the names behind 由; a group that is counted does nothing (群体覆盖率达80%)."""
    if part.phrase.frame == "由":
        for group in groups(text, part.mentions):
            if text[group[0].start - 1] == "由":
                return tuple(group)
    if part.subject and all(m.sort == "people" for m in part.subject) and _is_goal(text[part.segment.start : part.segment.end]):
        return ()
    return part.subject


def _lasts(subject: Sequence[Mention]) -> bool:
    """Whether a subject is carried over the full stop: a governing body is, a post or a governed body is not."""
    private = tuple(_book().words["private"])
    return all(m.sort in ("body", "area") and not m.name.endswith(private) for m in subject)


def _tagged(tags: Sequence[Tag], part: Part) -> tuple[Bearer, ...]:
    """The names of the first tag behind the segment."""
    for tag in tags:
        if tag.start >= part.segment.end:
            return tuple(Bearer(n.name, n.role, "explicit") for n in tag.names)
    return ()


def _without_receiver(text: str, part: Part, names: tuple[str, ...]) -> tuple[str, ...]:
    stop = text.find("。", part.segment.start)
    match = _book()["duty.report"].pattern.search(text, part.segment.start, stop if stop >= 0 else len(text))
    if match is None:
        return names
    left = tuple(n for n in names if not (match["receiver"].startswith(n) or n.startswith(match["receiver"])))
    return left or names


def _is_open(text: str, part: Part) -> bool:
    """Whether an urging segment ends in an adverbial, its predicate coming behind the comma: 督促 X 按照…要求，|建立台账."""
    last = max(m.end for m in _urged(text, part))
    return last < part.segment.end and analyse(text, last, part.segment.end).form == "frame"


def _joined(text: str, part: Part) -> list[Mention]:
    """Who is named behind 会同 as taking part."""
    return [m for m in part.mentions if not m.modifier and text[max(0, m.start - 2) : m.start] == "会同"]


def _urged(text: str, part: Part) -> list[Mention]:
    """Whom an urging predicate urges to do something: 督促|社会单位|落实责任."""
    if "urging" not in lexicon().kinds(part.phrase.word):
        return []
    behind = [m for m in part.mentions if m.start >= part.phrase.verb_end]
    for group in groups(text, behind):
        before = text[part.phrase.verb_end : group[0].start]
        if lexicon_only(before) and not group[-1].modifier and group[-1].sort != "people":
            return group
        return []
    return []


def lexicon_only(text: str) -> bool:
    """Whether `text` holds nothing but further urging words and joints (、督促、检查各)."""
    rest = text
    words = lexicon()
    while rest:
        found = words.at(rest, 0, len(rest))
        if found and found[1] & {"urging", "adverbs"}:
            rest = rest[len(found[0]) :]
        elif rest[0] in "、和并本辖区内检查":
            rest = rest[1:]
        else:
            return False
    return True


def _empowered(head: Head, text: str, part: Part, default: tuple[Bearer, ...]) -> tuple[Bearer, ...]:
    """The issuer, where the duty needs powers that the addressed self-governing body has not."""
    words = _book().words
    segment = text[part.segment.start : part.segment.end]
    if len(head.issuers) != 1 or not default[0].name.endswith(tuple(words["selfgoverning"])):
        return ()
    if not any(word in segment for word in words["powers"]):
        return ()
    return (Bearer(head.issuers[0], "监管", "inferred"),)
