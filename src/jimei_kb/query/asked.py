"""What a question asks for: its kind, the kind of fact, and the words that are looked up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jimei_kb.graph.sentences import fold
from jimei_kb.query.wording import read_words
from jimei_kb.records import Span
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jimei_kb.graph.registry import Area
    from jimei_kb.query.passages import Passage
    from jimei_kb.query.wording import Lexicon, Wording
    from jimei_kb.records import QuestionKind
    from jimei_kb.rules import Rule, RuleBook

# questions are short; a pasted page is cut, which bounds the work
_MOST_CHARACTERS = 200
_PACKAGE = "jimei_kb.query"
_NO_SUBJECT: frozenset[Area | None] = frozenset({"机构", "文件", "时间", "数量"})
_QUESTIONS = re.compile(r"[？?！!。；;\n]")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:年度?)?")


@dataclass(frozen=True, slots=True)
class Fact:
    """A kind of fact that is asked for (金额), and how a sentence looks that has it."""

    id: str
    name: str
    evidence: re.Pattern[str]
    records: frozenset[str]

    def stands_in(self, passage: Passage) -> bool:
        """Whether the sentence says a fact of the kind."""
        place = passage.place
        kinds = {"metric" for _ in place.metrics} | {schedule.kind for schedule in place.schedules}
        return bool(self.records & kinds) or self.evidence.search(passage.text) is not None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart.

    `lists` are what it asks the whole of where it has no topic, or the fields of the head. `facts` has for each of its sentences
    the kind of fact that it asks for, None for no particular one. `period` is an ISO 8601 duration (每季度 is P3M). `head` are
    the fields of the head that its words may mean too, `word` is the very word that a list should have (确保). `focus` are the
    words of the nouns that it asks about (电费 in 充电桩的电费怎么算).
    """

    text: str
    kind: QuestionKind
    lists: tuple[str, ...]
    facts: tuple[Fact | None, ...]
    period: str | None
    topic: str
    wording: Wording
    head: tuple[str, ...] = ()
    word: str = ""
    focus: tuple[Wording, ...] = ()


def read_question(text: str, lexicon: Lexicon, titles: Sequence[str]) -> Asked:
    """The question `text` put to documents with these titles. The head of a notice is meant only where nothing else is named."""
    text = text[:_MOST_CHARACTERS].strip()
    matches = [(rule, match) for rule in kinds().rules for match in rule.pattern.finditer(text)]
    found = [(rule, Span(*match.span())) for rule, match in matches]
    word = next((match.groupdict().get("word") or "" for rule, match in matches if "word" in match.groupdict()), "")
    of_head = [span for rule, span in found if rule.fields["kind"] == "meta"]
    # 什么时候 in 什么时候印发的 asks for nothing else
    said_of_head = [rule for rule, _ in found if rule.fields["kind"] == "meta"]
    said = [rule for rule, span in found if rule not in said_of_head and not any(head.holds(span) for head in of_head)]
    facts = [_fact_match(part) for part in _QUESTIONS.split(text) if part.strip()]
    period = next((rule for rule in _periods().rules if rule.pattern.search(text)), None)
    asking = [*(fact[0] for fact in facts if fact), *([period] if period else [])]
    left = _without(text, [*(span for _, span in found), *(Span(*m.span()) for rule in asking for m in rule.pattern.finditer(text))])
    known = fold("".join(titles))
    left = _YEAR.sub(lambda match: "，" if match[0].rstrip("年度") in known else match[0], left)
    wording = read_words(left, lexicon)
    kind: QuestionKind
    lists: tuple[str, ...]
    head = tuple(dict.fromkeys(rule.fields["list"] for rule in said_of_head))
    if head and not said and (wording.empty or _names_the_document(wording, known) or _of_itself(text, wording)):
        kind, lists = "meta", head
    elif said:
        kind, lists = said[0].fields["kind"], tuple(filter(None, (said[0].fields["list"],)))
        if lists == ("recurring",) and period is None:
            kind, lists = "what", ()
    else:
        # 《…方案》是谁发的 asks about a document that the notice names
        kind, lists = ("citation", ("cited",)) if head and kinds().compile("<<document>>|《").search(text) else ("what", ())
    topic = "、".join([*(unit.word for unit in wording.known), *wording.rest])
    return Asked(
        text,
        kind,
        lists,
        tuple(map(_fact, facts)) or (None,),
        period.fields["period"] if period else None,
        topic,
        wording,
        head,
        word,
        tuple(read_words(match["noun"], lexicon) for rule in _focus().rules for match in rule.pattern.finditer(text)),
    )


def _names_the_document(wording: Wording, titles: str) -> bool:
    """Whether all that is named stands in the titles of the documents: 安全生产和消防工作目标责任的通知."""
    return all(word in titles for word in (*(unit.word for unit in wording.known), *wording.rest))


def _of_itself(text: str, wording: Wording) -> bool:
    """Whether the question points at the notice (这份红头文件) and names beside it no subject, only bodies, papers or times."""
    return kinds().compile("<<notice>>").search(text) is not None and all(unit.area in _NO_SUBJECT for unit in wording.known)


@cache
def kinds() -> RuleBook:
    """The kinds of question."""
    return load_rules("kinds", ("kind", "list"), package=_PACKAGE)


@cache
def _focus() -> RuleBook:
    return load_rules("focus", package=_PACKAGE)


@cache
def _facts() -> RuleBook:
    return load_rules("facts", ("name", "evidence", "records", "said", "unsaid"), package=_PACKAGE)


@cache
def _periods() -> RuleBook:
    return load_rules("periods", ("period",), package=_PACKAGE)


def _fact_match(sentence: str) -> tuple[Rule, re.Match[str]] | None:
    matches = ((rule, rule.pattern.search(sentence)) for rule in _facts().rules)
    return next(((rule, match) for rule, match in matches if match), None)


def _fact(asked: tuple[Rule, re.Match[str]] | None) -> Fact | None:
    """The kind of fact that a rule found; where the evidence names a {measure}, it is the one of the question: 几辆 wants 2辆."""
    if asked is None:
        return None
    rule, match = asked
    evidence = rule.fields["evidence"].replace("{measure}", match.groupdict().get("measure") or "")
    return Fact(rule.id, rule.fields["name"], _facts().compile(evidence), frozenset(rule.fields["records"]))


def _without(text: str, spans: Iterable[Span]) -> str:
    """`text` with a mark in the place of every character that one of the spans covers."""
    covered = {at for span in spans for at in range(*span)}
    return "".join("，" if at in covered else char for at, char in enumerate(text))
