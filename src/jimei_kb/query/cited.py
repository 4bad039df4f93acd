"""Questions about cited documents: which ones, whose, with which number, where; one finding a mention, in text order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jimei_kb.docnumber import spelled
from jimei_kb.graph.sentences import fold
from jimei_kb.query.passages import speaking
from jimei_kb.records import Finding
from jimei_kb.rules import load_rules
from jimei_kb.view.documents import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jimei_kb.query.asked import Asked
    from jimei_kb.query.passages import Passage, Ranked
    from jimei_kb.query.texts import Texts
    from jimei_kb.query.wording import Unit
    from jimei_kb.records import Citation
    from jimei_kb.rules import RuleBook

NUMBER = re.compile(r"[一-龥]{1,10}[〔\[(（【﹝]?[0-9]{4}[〕\])）】﹞]?\s*(?:第)?\s*[0-9]+\s*号")
_SERIAL = re.compile(r"(?<![0-9〕\])）])([0-9]+)\s*号(?:文|文件)?(?!楼|线|院|机)")
TITLE = re.compile("《([^《》]+)》")
_STATE = {"中华人民共和国": "国家"}
# of the mentions that fit a topic, those that fit nearly as well as the best
_NEAR = 0.6


@dataclass(frozen=True, slots=True)
class Mention:
    """A cited document where it is cited."""

    passage: Passage
    citation: Citation

    @property
    def finding(self) -> Finding:
        """The citation as printed, with what is known of the document."""
        place, citation = self.passage.place, self.citation
        evidence = place.evidence(citation.span, citation.rule)
        return Finding((), evidence, place.clause.heading, place.text, facts=(("引用", describe(citation)),))


def mentions_of(passages: Iterable[Passage]) -> list[Mention]:
    """Every citation in text order; the document inside a title (关于印发〈…〉的通知) is told with its carrier."""
    return [Mention(p, citation) for p in passages for citation in p.place.citations if citation.kind != "carried"]


def find_cited(asked: Asked, units: Sequence[Unit], ranked: Sequence[Ranked], texts: Texts) -> list[Mention]:
    """The mentions that a question is about: those it names, those of the bodies it names, those of its topic, or all.

    `ranked` are the passages about the topic.
    """
    named = _named(asked.text, mentions_of(texts.holding(_printed(asked.text))))
    if named:
        return named
    own = _book()["cited.own"].pattern.search(asked.text)
    if asked.wording.empty and not own:
        return _of_kind(asked, mentions_of(texts.whole().passages))
    issued = _issued_by(asked, texts)
    if issued is not None:
        return issued
    about = sorted((one.passage for one in ranked), key=lambda passage: passage.order)
    return _of_topic(units, ranked, _of_kind(asked, mentions_of(about))) if speaking(units, ranked) else []


def asks_for_mentions(question: str) -> bool:
    """Whether a question is about where documents are cited."""
    return _book()["cited.mention"].pattern.search(question) is not None


@cache
def _book() -> RuleBook:
    return load_rules("cited", package="jimei_kb.query")


def _printed(question: str) -> list[str]:
    """How the numbers and titles of a question stand in a text."""
    numbers = [spelled(match[0]) for match in NUMBER.finditer(question)]
    serials = [] if numbers else [f"{match[1]}号" for match in _SERIAL.finditer(question)]
    # whatever stands before a number in the question (根据) is left out: 〔2024〕46号 is enough to look for
    return [*(number[number.find("〔") :] for number in numbers), *map(fold, TITLE.findall(question)), *serials]


def _named(question: str, mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions of the documents whose number or title stands in the question."""
    mentions = list(mentions)
    numbers = {spelled(match[0]) for match in NUMBER.finditer(question)}
    found = [m for m in mentions if m.citation.number and any(number.endswith(m.citation.number) for number in numbers)]
    if numbers:
        return found
    titles = [fold(title) for title in TITLE.findall(question)]
    found = [m for m in mentions if m.citation.title and any(title in fold(m.citation.title) for title in titles)]
    if found:
        return found
    serials = {match[1] for match in _SERIAL.finditer(question)}
    return [m for m in mentions if m.citation.number and any(re.search(rf"(?<![0-9]){s}号$", m.citation.number) for s in serials)]


def _of_kind(asked: Asked, mentions: Iterable[Mention]) -> list[Mention]:
    """Of the mentions, the laws where laws are asked for, those with a number where numbers are, those that are the basis."""
    mentions = list(mentions)
    if _book()["cited.laws"].pattern.search(asked.text):
        return [m for m in mentions if _book()["cited.law-title"].pattern.search(m.citation.title or "")]
    if "numbers" in asked.lists and asked.wording.empty:
        return [m for m in mentions if m.citation.number]
    if "basis" in asked.lists and asked.wording.empty:
        return [m for m in mentions if m.citation.relation == "依据"] or mentions
    return mentions


def _issued_by(asked: Asked, texts: Texts) -> list[Mention] | None:
    """The mentions of what a body issued where the question names nothing but bodies; None where it names something else."""
    names = [[sense for sense, worth in unit.senses if worth > _NEAR] for unit in asked.wording.known if unit.area == "机构"]
    if asked.wording.rest or len(names) < len(asked.wording.known):
        return None
    mentions = _of_kind(asked, mentions_of(texts.whole().passages))
    if asked.wording.empty:
        return [m for m in mentions if set(_issuers(m)) & set(m.passage.place.document.head.issuers)]
    return [m for m in mentions if any(_is(sense, issuer) for senses in names for sense in senses for issuer in _issuers(m))]


def _issuers(mention: Mention) -> tuple[str, ...]:
    """Who issued a document; of a law whose issuer is not known, the place that its title begins with."""
    citation = mention.citation
    if citation.issued_by is not None:
        return citation.issued_by.names
    if citation.issuer:
        return (citation.issuer,)
    place = _book()["cited.place"].pattern.match(citation.title or "")
    return (_STATE.get(place[0], place[0]),) if place else ()


def _is(name: str, issuer: str) -> bool:
    """Whether a body goes by `name`: 区人民政府 is the end of 厦门市集美区人民政府, 国务院 the beginning of 国务院办公厅."""
    return issuer.endswith(name) or issuer.startswith(name)


def _of_topic(units: Sequence[Unit], ranked: Sequence[Ranked], mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions whose own words or whose sentence speak of the topic, the best first."""
    scores = {one.passage.order: one.score for one in ranked}
    own = {id(m): sum(unit.weight * unit.found_in(fold(m.citation.quote)) for unit in units) for m in mentions}
    total = sum(unit.weight for unit in units) or 1.0
    worth = {id(m): own[id(m)] / total + scores.get(m.passage.order, 0.0) for m in mentions}
    best = max(worth.values(), default=0.0)
    kept = [m for m in mentions if worth[id(m)] and worth[id(m)] >= _NEAR * best]
    return sorted(kept, key=lambda m: (-worth[id(m)], m.passage.order, m.citation.span))
