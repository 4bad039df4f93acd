"""Who a clause names, and the part it gives them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, cast

from jimei_kb.extract.mentions import named_by
from jimei_kb.extract.phrases import chain_end
from jimei_kb.records import Actor, Span
from jimei_kb.rules import Rule, RuleBook, alternation, load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jimei_kb.extract.mentions import Mention, Sort
    from jimei_kb.extract.reading import ClauseReading, Part
    from jimei_kb.records import Document, Role

_BEFORE, _BEHIND = 24, 40
"""Characters of context that a rule sees; the longest cue in the rules spans 30."""
_NAME = "※"

# How much a rule's word on a part counts where a clause names somebody twice: tags, subjects, cues (2), mere naming.
_TAG_WEIGHT, _CUE_WEIGHT = 0, 2
_WEIGHTS = {"actor.subject": 1, "actor.treated": 3, "actor.named": 4}
_NAMED_ROLES: tuple[tuple[str, Role], ...] = (("leaders", "牵头"), ("helpers", "配合"), ("controllers", "监管"))


@lru_cache(maxsize=1)
def _book() -> RuleBook:
    return load_rules("actors", ("role", "sorts", "modifier"))


@lru_cache(maxsize=1)
def _goals() -> re.Pattern[str]:
    """Words of reaching."""
    return re.compile(alternation(load_rules("duties").words["goals"]))


@lru_cache(maxsize=1)
def _shallow() -> re.Pattern[str]:
    """What stands between a cue and a name and belongs to neither: 督促|辖区|企业, 组织|100家|社会组织."""
    mentions = load_rules("mentions")
    return re.compile(f"(?:{alternation(mentions.words['shallow'])}|{mentions['mention.measure'].pattern.pattern})+$")


@lru_cache(maxsize=1)
def _material() -> tuple[str, ...]:
    """Heads that name a means as often as an actor."""
    return tuple(sorted(load_rules("mentions").words["material"]))


@lru_cache(maxsize=1)
def _generic() -> frozenset[str]:
    """Names that name nobody beside others: only as subjects they act."""
    return load_rules("mentions").words["generic"]


def find_actors(document: Document, readings: Iterable[ClauseReading]) -> tuple[Actor, ...]:
    """The actors that the clauses name, in text order, one for each name and clause."""
    actors: list[Actor] = []
    for reading in readings:
        best: dict[str, Actor] = {}
        for actor in sorted(_clause_actors(document, reading), key=lambda a: (_weight(a.rule), a.span)):
            best.setdefault(actor.name, actor)
        actors.extend(best.values())
    known = {(actor.clause, actor.name) for actor in actors}
    actors.extend(actor for actor in _headed(document) if (actor.clause, actor.name) not in known)
    return tuple(sorted(actors, key=lambda a: a.span))


def _headed(document: Document) -> Iterator[Actor]:
    """The actors that headings name whose clauses list their duties: （一）市公安局."""
    for clause in document.clauses:
        if clause.heading is None or clause.heading_span is None:
            continue
        heading = clause.heading_span.of(document.text)
        for mention in named_by(heading):
            span = Span(clause.heading_span.start + mention.start, clause.heading_span.start + mention.end)
            yield Actor(clause.id, span, span.of(document.text), "actor.headed", mention.name, "责任")


def _weight(rule: str) -> int:
    return _TAG_WEIGHT if rule.startswith("tag.") else _WEIGHTS.get(rule, _CUE_WEIGHT)


def _clause_actors(document: Document, reading: ClauseReading) -> Iterator[Actor]:
    for tag in reading.tags:
        for name in tag.names:
            yield _actor(document, reading, name.start, name.end, name.name, name.role, name.rule)
    for part in reading.parts:
        for group in groups(reading.text, part.mentions) if part.mentions else ():
            for mention, role, rule in _roles(reading.text, part, group):
                yield _actor(document, reading, mention.start, mention.end, mention.name, role, rule)


def _actor(document: Document, reading: ClauseReading, start: int, end: int, name: str, role: Role, rule: str) -> Actor:
    span = reading.span(start, end)
    return Actor(reading.clause.id, span, span.of(document.text), rule, name, role)


def groups(text: str, mentions: Sequence[Mention]) -> Iterator[list[Mention]]:
    """Names that stand in one list (A、B和C), each list in text order."""
    joints = _book().words["joints"]
    group: list[Mention] = []
    for mention in mentions:
        if group and text[group[-1].end : mention.start] not in joints:
            yield group
            group = []
        group.append(mention)
    if group:
        yield group


def _roles(text: str, part: Part, group: list[Mention]) -> Iterator[tuple[Mention, Role, str]]:
    """The members of `group` that have a part, with the part and the rule that says so."""
    subject = part.subject
    if subject and group[0].start <= subject[-1].start <= group[-1].end:
        role = "对象" if is_counted(text, part) else subject_role(text, part)
        for mention in group:
            if not mention.modifier:
                yield mention, _by_name(mention.name) or role, "actor.subject"
        return
    last = group[-1]
    start, end = part.segment.start, part.segment.end
    before = text[max(start, group[0].start - _BEFORE) : group[0].start]
    before = _shallow().sub("", before) if before else ""
    window = before + _NAME + text[last.end : min(end, last.end + _BEHIND)]
    rule = _first_rule(window, last.sort, modifier=last.modifier)
    if rule is None or rule.id != "actor.answers":
        group = [m for m in group if m.name not in _generic()]
    if not group:
        return
    if rule is None or rule.id == "actor.treated":
        if is_equated(text, part, group[0]):
            return
        group = [m for m in group if not m.name.endswith(_material())]
        if _in_mixed_list(text, part, group):
            return
    for mention in group:
        if rule is not None:
            named = None if rule.id == "actor.receives" else _by_name(mention.name)
            leads = rule.id == "actor.agent" and mention.sort == "post"
            yield mention, named or ("牵头" if leads else cast("Role", rule.fields["role"])), rule.id
        elif not mention.modifier and part.phrase.form != "frame":
            treated = part.phrase.form == "predicate" or mention.sort in ("people", "post")
            yield mention, _by_name(mention.name) or ("对象" if treated else "责任"), "actor.named"


def is_equated(text: str, part: Part, mention: Mention) -> bool:
    """Whether a name only says what another one before it is: 信息化主管部门是具体的|协调机构, 主要负责人为|第一责任人."""
    before = [m.end for m in part.mentions if m.end <= mention.start]
    return bool(before) and text.startswith(tuple(_book().words["copulas"]), before[-1], mention.start)


def _in_mixed_list(text: str, part: Part, group: list[Mention]) -> bool:
    """Whether the names go on with a list of places or things (高层建筑、大型商业综合体、医院、学校等“大单位”)."""
    if not group or text[group[0].start - 1] != "、":
        return False
    before = text[part.segment.start : group[0].start - 1]
    return before.count("、") >= 1 and not any(m.end > group[0].start - 2 and m.end < group[0].start for m in part.mentions)


def _first_rule(window: str, sort: Sort, *, modifier: bool) -> Rule | None:
    for rule in _rules_for(sort, modifier=modifier):
        if rule.pattern.search(window):
            return rule
    return None


@cache
def _rules_for(sort: Sort, *, modifier: bool) -> tuple[Rule, ...]:
    """The rules that may take a name of this sort, one that only modifies the next noun or one that does not."""
    return tuple(
        rule for rule in _book().rules if (rule.fields.get("modifier") or not modifier) and sort in rule.fields.get("sorts", (sort,))
    )


@cache
def _words_of(kind: str) -> re.Pattern[str]:
    """Matches any word of one list of `actors.toml`."""
    return re.compile(alternation(_book().words[kind]))


@lru_cache(maxsize=1024)
def _by_name(name: str) -> Role | None:
    """The part that a name itself says (牵头管理单位, 配合单位, 督查组)."""
    for kind, role in _NAMED_ROLES:
        if _words_of(kind).search(name):
            return role
    return None


def is_counted(text: str, part: Part) -> bool:
    """Whether the subject is a group that a target counts, which does nothing itself (在职群体培训覆盖率达80%)."""
    return bool(part.subject) and all(m.sort == "people" for m in part.subject) and states_target(text, part)


def states_target(text: str, part: Part) -> bool:
    """Whether the segment states a target: a number and a word of reaching (检查率达到100%)."""
    start, end = part.segment.start, part.segment.end
    return _goals().search(text, start, end) is not None and any(char.isdigit() for char in text[start:end])


def subject_role(text: str, part: Part) -> Role:
    """The part of a subject, by its predicate: 牵头 leads, 监督 supervises, 配合 helps, anything else does."""
    book = _book().words
    phrase, end = part.phrase, part.segment.end
    if part.subject and part.subject[-1].sort == "post":
        return "牵头"
    if phrase.form != "predicate":
        return "责任"
    if phrase.word in book["suffering"]:
        return "对象"
    if part.subject and all(m.sort == "people" for m in part.subject):
        entitled = phrase.word in book["entitled"] or phrase.modal in load_rules("phrases").words["permitting"]
        if entitled:
            return "对象"
    whole = text[part.subject[-1].end if part.subject else phrase.subject_end : end]
    predicate = text[phrase.verb : phrase.verb_end + 4] + " " + text[max(phrase.verb, end - 4) : end]
    if _words_of("leading").search(whole):
        return "牵头"
    if _words_of("helping").search(predicate):
        return "配合"
    charged = text[phrase.verb_end : chain_end(text, phrase.verb_end, end)] if phrase.word in book["charging"] else ""
    supervises = phrase.word in book["supervising"] or phrase.word in book["directing"] or _words_of("directing").search(charged)
    return "监管" if supervises or _words_of("supervising").search(predicate) else "责任"
