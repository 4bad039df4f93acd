"""Which documents of a base a question is put to: those that it names by number, title, issuer or year, else all."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from jimei_kb.docnumber import spelled
from jimei_kb.graph.sentences import fold
from jimei_kb.query.cited import NUMBER, TITLE, asks_for_mentions
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jimei_kb.graph.index import Entry
    from jimei_kb.rules import RuleBook

# a shorter title in a question (《通知》) may be that of any document
_SHORTEST = 6


def meant_documents(question: str, entries: Sequence[Entry]) -> tuple[str, frozenset[str]]:
    """The question without the names of held documents, and the keys of these; none where it names none.

    A question for mentions (在哪里被引用) is about citations of the document, and stays as it is.
    """
    if asks_for_mentions(question):
        return question, frozenset()
    for find in (_by_number, _by_title, _by_issuer):
        left, found = find(question, entries)
        if found:
            return left, found
    return question, frozenset()


@cache
def _book() -> RuleBook:
    return load_rules("meant", package="jimei_kb.query")


def _by_number(question: str, entries: Iterable[Entry]) -> tuple[str, frozenset[str]]:
    held = {spelled(entry.number): entry.key for entry in entries if entry.number}
    meant: set[str] = set()
    for match in reversed(list(NUMBER.finditer(question))):
        number = next((number for number in held if spelled(match[0]).endswith(number)), None)
        if number:
            meant.add(held[number])
            question = f"{question[: match.start()]}，{question[match.end() :]}"
    return question, frozenset(meant)


def _by_title(question: str, entries: Sequence[Entry]) -> tuple[str, frozenset[str]]:
    """By a title in 《》 that is held or a part of one, or by the subject of a title."""
    titles = {entry.key: fold(entry.title) for entry in entries}
    for match in TITLE.finditer(question):
        written = fold(match[1])
        found = frozenset(key for key, title in titles.items() if len(written) >= _SHORTEST and written in title)
        if found:
            return f"{question[: match.start()]}，{question[match.end() :]}", found
    text = fold(question)
    for key, title in titles.items():
        subject = _book()["meant.subject"].pattern.search(title)
        if subject and subject[0] in text and len(entries) > 1:
            return text.replace(subject[0], "，"), frozenset([key])
    return question, frozenset()


def _by_issuer(question: str, entries: Sequence[Entry]) -> tuple[str, frozenset[str]]:
    """By the place of the government that issued it (望湖街道的通知里, 望湖街道多久巡查一次) and by its year (2023年的通知里)."""
    paper = _book()["meant.paper"].pattern.search(question)
    named = {place: at for entry in entries for place in _places(entry) if (at := question.rfind(place)) >= 0}
    chosen = list(entries)
    left = question
    if paper:
        left = f"{left[: paper.start()]}，{left[paper.end() :]}"
    if named:
        # of 云岫区望湖街道 the last step is meant
        place = max(named, key=lambda name: named[name])
        chosen = [entry for entry in chosen if place in _places(entry)]
        left = re.sub(f"{re.escape(place)}(?:办事处|办|人民政府|政府)?", "，", left)
    if paper and paper["year"]:
        chosen = [entry for entry in chosen if paper["year"] in f"{entry.title}{entry.number}"]
    if not chosen or len(chosen) == len(entries):
        return question, frozenset()
    return left, frozenset(entry.key for entry in chosen)


@cache
def _places(entry: Entry) -> frozenset[str]:
    """The places whose governments issued a document: 望湖街道 of 澜江市云岫区人民政府望湖街道办事处."""
    pattern = _book()["meant.place"].pattern
    return frozenset(match[0] for issuer in entry.issuers.split("\n") for match in pattern.finditer(issuer))
