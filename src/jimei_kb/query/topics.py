"""What a question is about, and how well a piece of text speaks of it.

Chinese is written without spaces, and a lexicon that lacks a word of the field splits it anywhere. So words are not
sought, pairs of neighbouring characters are: a character of the topic counts as found where one of its pairs stands in
the text. 电动自行车充电 is then found in 电动自行车停放、充电场所, but of 电动自行车补贴 a whole word is missing.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from jimei_kb.graph.registry import load_synonyms
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from jimei_kb.graph.registry import Area, Synonym

# marks, white space, and the few characters that only join words
_JOINS = re.compile(r"[^\w%]+|[的和与及]")
# Below this share of the topic (rare characters weigh more) a text does not speak of it.
_LEAST_SHARE = 0.72
_ROUNDING = 1e-9
# every topic of one sentence of the base is found, however common its words are
_LEAST_WEIGHT = 0.2
_THINGS: frozenset[Area] = frozenset({"场所", "设施", "人群", "机构"})
# questions are short; a pasted page is cut, which bounds the work
_MOST_CHARACTERS = 200


@dataclass(frozen=True)
class Topic:
    """The subject of a question: its text without question words, and its phrases."""

    text: str
    phrases: tuple[str, ...]
    note: str = ""

    @cached_property
    def pairs(self) -> tuple[tuple[str, ...], ...]:
        """For each character of each phrase, the pairs that it belongs to (a phrase of one character is its own pair)."""
        found: list[tuple[str, ...]] = []
        for phrase in self.phrases:
            if len(phrase) == 1:
                found.append((phrase,))
            else:
                pairs = [phrase[i : i + 2] for i in range(len(phrase) - 1)]
                found += [tuple(pairs[max(i - 1, 0) : i + 1]) for i in range(len(phrase))]
        return tuple(found)

    @cached_property
    def distinct(self) -> tuple[str, ...]:
        """Every pair once, in order."""
        return tuple(dict.fromkeys(pair for pairs in self.pairs for pair in pairs))


def topic_of(question: str) -> Topic:
    """The topic of a question or a plain subject: 谁负责电动自行车停放、充电场所建设？ → 电动自行车停放、充电场所建设."""
    text = question[:_MOST_CHARACTERS]
    for rule in load_rules("questions", package="jimei_kb.query").rules:
        text = rule.pattern.sub("、", text)
    return _topic(text)


def variants(topic: Topic, synonyms: Iterable[Synonym] | None = None) -> tuple[Topic, ...]:
    """The topic in the words of regulations, once for each everyday word in it; the note says what was replaced.

    Only names of things and bodies are replaced, by terms that mean the same. `synonyms` are those of the registry.
    """
    rows = load_synonyms() if synonyms is None else synonyms
    same = [row for row in rows if row.word in topic.text and row.relation in ("同义", "简称") and row.area in _THINGS]
    found = []
    for row in same:
        # 消防站 in 小消防站 is a part of another word, 消防站 in 微型消防站 one of the term itself
        part = any(row.word in other.word and row.word != other.word for other in same)
        if not part and row.terms[0] not in topic.text:
            found.append(_topic(topic.text.replace(row.word, row.terms[0]), note=f"“{row.word}”按“{row.terms[0]}”查找。"))
    return tuple(found)


def _topic(text: str, *, note: str = "") -> Topic:
    phrases = tuple(phrase for phrase in _JOINS.split(text) if phrase)
    return Topic("、".join(phrases) if len(phrases) > 1 else "".join(phrases), phrases, note)


def weights(topic: Topic, sentences: Collection[str]) -> tuple[float, ...]:
    """The weight of each character of the topic: the rarer its commonest pair is in `sentences`, the more it weighs."""
    return weights_by_count(topic, len(sentences), lambda pair: sum(pair in sentence for sentence in sentences))


def weights_by_count(topic: Topic, sentences: int, count: Callable[[str], int]) -> tuple[float, ...]:
    """The same from the number of sentences and of those with a pair."""
    rarity = {pair: max(math.log((sentences + 1) / (count(pair) + 0.5)), _LEAST_WEIGHT) for pair in topic.distinct}
    return tuple(min(rarity[pair] for pair in pairs) for pairs in topic.pairs)


def coverage(topic: Topic, weight: tuple[float, ...], *fields: tuple[str, float]) -> float:
    """The share of the topic that stands in the fields, 0 to 1; a field is a text and what a character found there is worth."""
    best = {pair: max((worth for text, worth in fields if pair in text), default=0.0) for pair in topic.distinct}
    found = sum(w * max(best[pair] for pair in pairs) for w, pairs in zip(weight, topic.pairs, strict=True))
    return found / (sum(weight) or 1.0)


def missing(topic: Topic, *texts: str) -> tuple[str, ...]:
    """The words of the topic that none of the texts holds: runs of two characters and more that are not found.

    Words that stand in any question (工作, 情况) do not count; a single character may be lacking (充电桩 for 充电).
    """
    found = {pair for pair in topic.distinct if any(pair in text for text in texts)}
    lacking: list[str] = []
    at = 0
    for phrase in topic.phrases:
        lacks = "".join(" " if found.intersection(pairs) else char for char, pairs in zip(phrase, topic.pairs[at:], strict=False))
        lacking += [run for run in lacks.split() if len(run) > 1 or run == phrase]
        at += len(phrase)
    filler = load_rules("questions", package="jimei_kb.query").compile("(?:<<fillers>>)+")
    return tuple(run for run in lacking if not filler.fullmatch(run))


def speaks_of(topic: Topic, weight: tuple[float, ...], *texts: str) -> bool:
    """Whether the texts together speak of the whole topic."""
    share = coverage(topic, weight, *((text, 1.0) for text in texts))
    return share >= _LEAST_SHARE and not missing(topic, *texts)


def needs(topic: Topic, weight: tuple[float, ...]) -> tuple[tuple[str, ...], ...]:
    """Groups of pairs: no text `speaks_of` the topic that lacks all pairs of a group. What has one of each may speak of it.

    Of two neighbouring characters one must be found, or a word is missing; but where they are a word that stands in any
    question, only if the text would else hold too little of the topic.
    """
    filler = load_rules("questions", package="jimei_kb.query").words["fillers"]
    spare = (1 - _LEAST_SHARE) * sum(weight) + _ROUNDING
    groups: dict[tuple[str, ...], None] = {}
    at = 0
    for phrase in topic.phrases:
        idle = {i + k for word in filler for i in range(len(phrase)) if phrase.startswith(word, i) for k in range(len(word))}
        for i in range(max(len(phrase) - 1, 1)):
            here = range(at + i, at + min(i + 2, len(phrase)))
            if not idle.issuperset(j - at for j in here) or sum(weight[j] for j in here) > spare:
                groups[tuple(dict.fromkeys(pair for j in here for pair in topic.pairs[j]))] = None
        at += len(phrase)
    return tuple(groups) or (topic.distinct,)


def closeness(topic: Topic, text: str) -> float:
    """How near together the topic's pairs stand in `text`: the topic's length over the shortest stretch with all that occur."""
    places = sorted((m.start(), pair) for pair in topic.distinct for m in re.finditer(re.escape(pair), text))
    wanted = len({pair for _, pair in places})
    if not wanted:
        return 0.0
    last: dict[str, int] = {}
    shortest = len(text)
    for at, pair in places:
        last[pair] = at
        if len(last) == wanted:
            shortest = min(shortest, at + len(pair) - min(last.values()))
    return min(1.0, sum(map(len, topic.phrases)) / shortest)
