"""A question in plain Chinese → an `Answer` of quotations in order of trust, or 文中未载明 with the nearest clauses.

`answer` looks at what `query.texts` finds for it, in readings or by the index of a base.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from jimei_kb.graph.library import in_force
from jimei_kb.graph.registry import load_registry, load_synonyms
from jimei_kb.graph.sentences import fold
from jimei_kb.query.asked import read_question
from jimei_kb.query.cited import find_cited
from jimei_kb.query.heads import find_in_head
from jimei_kb.query.meant import meant_documents
from jimei_kb.query.named import asked_list, mentions, names_in, unfolded
from jimei_kb.query.passages import Ranked, rank, speaking
from jimei_kb.query.places import said_of_cut
from jimei_kb.query.responsible import ShownAnswer, borne_in, not_in_force
from jimei_kb.query.standing import Standing, in_turn
from jimei_kb.query.texts import MOST_WHOLE, texts_of
from jimei_kb.query.wording import generic, lexicon_of, units_of
from jimei_kb.records import Citation, Duty, Finding, Metric, Schedule, Span
from jimei_kb.view.documents import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import date

    from jimei_kb.graph.registry import Registry, Synonym
    from jimei_kb.graph.schema import Reading
    from jimei_kb.query.asked import Asked
    from jimei_kb.query.passages import Passage
    from jimei_kb.query.places import Place
    from jimei_kb.query.texts import Texts
    from jimei_kb.query.wording import Lexicon, Unit
    from jimei_kb.records import Answer, QuestionKind

    # what a question asks for, and whether a passage says it
    Need = tuple[str, Callable[[Passage], bool]]

# findings of an answer, of one from many documents, and of one that is none
_LIMIT, _MOST, _NEAREST = 5, 10, 3
# an answer of one or two sentences is filled up with those that have this share of the best one's score
_BESIDE = 0.4
# a sentence with this share of the words that the best one holds speaks of the topic where it has the fact that is asked for
_AS_MANY = 0.75
# duties with this share of what the best one holds are about the same
_MOSTLY = 0.7
_NAMES = {Citation: "引用", Metric: "指标", Schedule: "时限"}
# one quotation is no longer; of a longer sentence, the parts around the best one are quoted
_LONGEST = 250
_PARTS = re.compile("[，,；;：:]")


def ask(
    question: str,
    readings: Sequence[Reading],
    synonyms: Sequence[Synonym] | None = None,
    *,
    as_of: str | date | None = None,
    registry: Registry | None = None,
) -> Answer:
    """What the documents say to `question`; `synonyms` are those of the registry, the shipped ones where none are given.

    With a day `as_of` only the documents that hold on it are asked, and the note counts and names the others; of the `registry`
    (default: the shipped one) this takes what it knows of them.
    """
    texts, unasked = texts_of(readings), ""
    if as_of is not None:
        held, others = in_force(readings, as_of, registry or load_registry())
        unasked = not_in_force(as_of, others)
        if not held:
            return ShownAnswer(question, stated=False, note=f"这一天没有有效的文件可查。{unasked}")
        texts = texts.only(held)
    lexicon = lexicon_of(load_synonyms() if synonyms is None else tuple(synonyms))
    found = answer(question, texts, lexicon)
    return replace(found, note=found.note + unasked)


def answer(question: str, texts: Texts, lexicon: Lexicon) -> Answer:
    """What `texts` say to `question`; of one that names documents of theirs, what those say. Findings name their documents."""
    left, meant = meant_documents(question, texts.entries)
    standing = Standing(texts)
    named = texts.only(meant) if meant else texts
    asked = replace(read_question(left, lexicon, [entry.title for entry in named.entries]), text=question)
    found = _answer(asked, named, standing)
    if len(texts.entries) < 2:
        return found
    findings = sorted((standing.told(finding) for finding in found.findings), key=lambda one: standing.is_past(one.evidence.document))
    keys = [entry.key for entry in named.entries]
    only = f"只查了问题所指的{'、'.join(keys[:_NEAREST])}{'等' if len(keys) > _NEAREST else ''}。" if meant else ""
    return replace(found, findings=tuple(findings), note=found.note + only)


def _answer(asked: Asked, texts: Texts, standing: Standing) -> Answer:
    if asked.kind == "meta":
        return _from_head(asked, texts)
    name = asked_list(asked.text, texts.holding(names_in(asked.text)))
    if name is not None:
        return _members(asked, name, texts.holding([name]))
    units = units_of(asked.wording, texts.stands)
    if asked.kind == "citation":
        return _from_citations(asked, units, texts)
    lacking = _lacking_focus(asked, texts)
    if lacking:
        return _not_stated(asked, units, rank(units, texts.about(units).passages, texts), _missing(lacking))
    listed = _listed(asked, texts)
    if listed is not None:
        return listed
    if not units and not any(asked.facts):
        note = "问题里没有可查找的主题；请写出事项，例如：微型消防站多久培训一次？"
        return ShownAnswer(asked.text, stated=False, note=note, kind=asked.kind)
    return _from_passages(asked, units, texts, standing)


# --- answers by kind -----------------------------------------------------------------------------------------------


def _from_head(asked: Asked, texts: Texts) -> Answer:
    documents, more = texts.heads()
    found, lacking = find_in_head(documents, asked.lists)
    note = f"文中没有印出{'、'.join(lacking)}。" if lacking else ""
    note += _cut_documents(documents, texts) if more else ""
    stated = len(lacking) < len(asked.lists) * max(len(documents), 1)
    return ShownAnswer(asked.text, stated=stated and bool(found), findings=tuple(found), note=note, kind="meta")


def _cut_documents(looked_at: Collection[object], texts: Texts) -> str:
    return f"知识库有 {len(texts.entries)} 份文件，只看了前 {len(looked_at)} 份；请用文号、题名或发文机关写明是哪一份。"


def _members(asked: Asked, name: str, passages: Sequence[Passage]) -> Answer:
    """What a named list holds, where its members are printed."""
    found = unfolded(name, passages)
    note = "" if found else f"文中只提到“{name}”，没有写明它的内容。"
    places = [passage.place for passage in found or mentions(name, passages)]
    findings = tuple(Finding((), place.evidence(_quoted(place, [name]), "query.list"), place.clause.heading) for place in places)
    return ShownAnswer(asked.text, bool(found), findings, note, "interpretation", name)


def _from_citations(asked: Asked, units: Sequence[Unit], texts: Texts) -> Answer:
    ranked = rank(units, texts.about(units).passages, texts)
    found = find_cited(asked, units, ranked, texts)
    if not found and asked.head:
        return _from_head(replace(asked, lists=asked.head), texts)
    if not found:
        return _not_stated(asked, units, ranked, "文中没有引用这样的文件。")
    documents = {mention.citation.number or mention.citation.title or mention.citation.quote for mention in found}
    note = f"共 {len(found)} 处引用，{len(documents)} 份文件。" if len(found) > 1 else ""
    return ShownAnswer(asked.text, True, tuple(mention.finding for mention in found), note, asked.kind, asked.topic)


def _listed(asked: Asked, texts: Texts) -> Answer | None:
    """All records of a kind, in text order, where the question names no topic but the bodies it is about; None for other questions.

    Of a body it is asked what recurs or must not be; when something is due to it (消防安全委员会多久开会) is a topic.
    """
    bodies_only = not asked.wording.rest and all(unit.area == "机构" for unit in asked.wording.known)
    lists = ("recurring",) if asked.period and not asked.lists else asked.lists
    chosen = next((_LISTS[name] for name in lists if name in _LISTS), None)
    if (
        chosen is None
        or not bodies_only
        or ("recurring" in lists and asked.period is None)
        or ("schedules" in lists and asked.wording.known)
    ):
        return None
    # 什么时候失效 asks for a fact that no list of times holds
    if any(fact and not fact.records for fact in asked.facts):
        return None
    passages, cut = texts.whole()
    findings = [finding for passage in passages for finding in chosen(asked, passage.place)]
    findings = [finding for finding in findings if asked.word in finding.evidence.quote] or findings
    note = f"共 {len(findings)} 处。" if findings else "文中没有这样的内容。"
    note += _cut_documents({passage.place.document.key for passage in passages}, texts) if cut else ""
    return ShownAnswer(asked.text, bool(findings), tuple(findings), note, asked.kind, asked.topic)


def _duties(place: Place, fits: Callable[[Duty], bool]) -> list[Finding]:
    return [
        replace(borne_in(place, [duty]), evidence=place.evidence(duty.span, duty.rule), sentence=place.text, facts=_wordings([duty]))
        for duty in place.duties
        if fits(duty)
    ]


def _numbers(place: Place) -> list[Finding]:
    """The metrics of a sentence, and how often something is due where no metric says it."""
    counted = [schedule for schedule in place.schedules if schedule.period and not any(m.span.holds(schedule.span) for m in place.metrics)]
    records: list[Metric | Schedule] = [*place.metrics, *counted]
    return [_record(place, record) for record in sorted(records, key=lambda record: record.span)]


def _recurring(asked: Asked, place: Place) -> list[Finding]:
    due = [schedule for schedule in place.schedules if schedule.period and schedule.period == asked.period]
    if not due:
        return []
    span = _quoted(place, [due[0].quote])
    finding = borne_in(place, [duty for duty in place.duties if any(duty.span.holds(one.span) or one.span.holds(duty.span) for one in due)])
    return [replace(finding, evidence=place.evidence(span, due[0].rule), facts=_facts(due))]


_LISTS: dict[str, Callable[[Asked, Place], list[Finding]]] = {
    "avoided": lambda _, place: _duties(place, lambda duty: duty.polarity == "avoid"),
    "binding": lambda _, place: _duties(place, lambda duty: duty.force == "刚性"),
    "striving": lambda _, place: _duties(place, lambda duty: duty.force == "力争"),
    "metrics": lambda _, place: _numbers(place),
    "schedules": lambda asked, place: [
        _record(place, one) for one in place.schedules if one.kind != "vague" and asked.period in (None, one.period)
    ],
    "recurring": _recurring,
}


def _from_passages(asked: Asked, units: Sequence[Unit], texts: Texts, standing: Standing) -> Answer:
    """The sentences about the topic, those first that say what each sentence of the question asks for."""
    passages, cut = texts.about(units) if units else texts.whole()
    ranked = rank(units, passages, texts) if units else [Ranked(1.0, 1.0, passage) for passage in passages]
    told = speaking(units, ranked)
    not_all = said_of_cut(len(passages), len({passage.place.document.key for passage in passages})) if cut else ""
    if not told:
        return _not_stated(asked, units, ranked, _missing(units) + _nowhere(asked, texts) + not_all)
    if asked.kind == "compare":
        return _compared(asked, units, told)
    needs = _needs(asked)
    if not units:
        told = [one for one in told if any(says(one.passage) for _, says in needs)]
    told = [*told, *_telling(needs, told, ranked)]
    unmet = [name for name, says in needs if not any(says(one.passage) for one in told)]
    if len(unmet) == len(needs):
        lead = "文件说到这一主题，但没有" if units else "文中没有"
        return _not_stated(asked, units, ranked, f"{lead}写明{'、'.join(unmet)}。{not_all}")
    if len({one.place.document.key for one in told}) > 1:
        # of several documents those answer that say what is asked for
        told = [one for one in told if any(says(one.passage) for _, says in needs)]
    told = sorted(told, key=lambda one: -sum(says(one.passage) for _, says in needs))
    if asked.kind == "who":
        told = _with_tags(told, passages)
    beside = [one for one in ranked if one not in told and one.score >= _BESIDE * ranked[0].score]
    told = in_turn(told, lambda one: one.place.document.key, standing.is_past)
    most = min(max(_LIMIT, len({one.place.document.key for one in told})), _MOST)
    kept = [*told[:most], *beside[: max(_NEAREST - len(told), 0)]]
    notes = [f"没有写明{'、'.join(unmet)}。"] if unmet else []
    notes += [not_all]
    notes += _force_note(kept[0].place, units) if asked.kind == "interpretation" else []
    findings = tuple(_finding(asked, one.place, units) for one in kept)
    if asked.kind == "who" and {bearer.basis for finding in findings for bearer in finding.actors} <= {"addressee", "inferred"}:
        notes.append("原文没有写明主语，以下主体是推定的，推定的理由见括号。")
    return ShownAnswer(asked.text, True, findings, "".join(notes), asked.kind, asked.topic, _replaced(units, kept))


def _nowhere(asked: Asked, texts: Texts) -> str:
    """The kinds of fact that are asked for and stand nowhere; nothing where the documents are too many to know."""
    facts = [fact for fact in asked.facts if fact]
    if not facts or len(texts.entries) > MOST_WHOLE:
        return ""
    passages, _ = texts.whole()
    names = [fact.name for fact in facts if not any(map(fact.stands_in, passages))]
    return f"文中也没有写明{'、'.join(names)}。" if names else ""


def _telling(needs: Sequence[Need], told: Sequence[Ranked], ranked: Sequence[Ranked]) -> list[Ranked]:
    """The sentences that hold nearly as many of the words, long ones too, and what the best ones do not say."""
    lacking = [says for _, says in needs if not any(says(one.passage) for one in told)]
    most = max((one.share for one in ranked), default=0.0)
    near = [one for one in ranked if one not in told and one.share >= _AS_MANY * most]
    return [one for one in near if any(says(one.passage) for says in lacking)]


def _with_tags(told: Sequence[Ranked], passages: Sequence[Passage]) -> list[Ranked]:
    """The sentences, each clause's with what stands in brackets of its own behind them: （省应急厅牵头，省气象局配合）."""
    tags: dict[tuple[str, str], list[Passage]] = {}
    for passage in passages:
        if passage.place.text.startswith("（") and passage.place.text.endswith("）"):
            tags.setdefault(_clause_of(passage), []).append(passage)
    found: dict[object, Ranked] = {}
    for one in told:
        found.setdefault(one.passage.order, one)
        for tag in tags.get(_clause_of(one.passage), ()):
            found.setdefault(tag.order, replace(one, passage=tag))
    return list(found.values())


def _clause_of(passage: Passage) -> tuple[str, str]:
    return passage.place.document.key, passage.place.clause.id


def _compared(asked: Asked, units: Sequence[Unit], told: Sequence[Ranked]) -> Answer:
    """The best sentence of each document, where more than one speaks of the topic."""
    best: dict[str, Ranked] = {}
    for one in told:
        best.setdefault(one.place.document.key, one)
    note = "" if len(best) > 1 else f"说到这一主题的只有{''.join(best)}，没有可以比较的文件。"
    findings = tuple(_finding(asked, one.place, units) for one in best.values())
    return ShownAnswer(asked.text, len(best) > 1, findings, note, asked.kind, asked.topic, _replaced(units, list(best.values())))


def _lacking_focus(asked: Asked, texts: Texts) -> list[Unit]:
    """The nouns that are asked about and of which the documents have no part."""
    found = [units_of(wording, texts.stands) for wording in asked.focus]
    return [unit for units in found if not any(unit.senses or generic(unit.word) for unit in units) for unit in units]


def _needs(asked: Asked) -> list[Need]:
    """What each sentence of the question asks for: its name, and whether a passage says it."""
    whatever = ("由谁负责", _names_somebody) if asked.kind == "who" else ("", lambda _: True)
    return [(fact.name, fact.stands_in) if fact else whatever for fact in asked.facts]


def _names_somebody(passage: Passage) -> bool:
    return bool(passage.place.actors or any(duty.actors for duty in passage.place.duties))


def _force_note(place: Place, units: Sequence[Unit]) -> list[str]:
    """How binding the wording of a sentence is."""
    forces = dict.fromkeys(duty.force for duty in _duties_about(place, units))
    return [_FORCES[force] for force in forces if force in _FORCES][:1]


_FORCES = {
    "力争": "原文的措辞是“力争”一类，不是刚性要求。",
    "倡导": "原文的措辞是“鼓励”一类，不是刚性要求。",
    "原则": "原文的措辞是“原则上”，不是刚性要求。",
    "刚性": "原文的措辞是“必须”“确保”一类的刚性要求。",
    "一般": "原文没有用“必须”“确保”或“力争”一类的词。",
}


def _finding(asked: Asked, place: Place, units: Sequence[Unit]) -> Finding:
    """A sentence with what was read in it that bears on the question."""
    duties = _duties_about(place, units)
    finding = borne_in(place, duties)
    span = _quoted(place, _words(units))
    facts = _wordings(duties) if asked.kind == "interpretation" else _facts(_RECORDS[asked.kind](place) if asked.kind in _RECORDS else ())
    return replace(finding, evidence=place.evidence(span, finding.evidence.rule), facts=facts)


# what is told of a sentence beside its bearers, by what is asked
_RECORDS: dict[QuestionKind, Callable[[Place], Iterable[Citation | Metric | Schedule]]] = {
    "how_many": lambda place: (*place.metrics, *place.schedules),
    "when": lambda place: place.schedules,
    "chain": lambda place: place.citations,
}


def _duties_about(place: Place, units: Sequence[Unit]) -> list[Duty]:
    """The duties of a sentence that hold most of what is looked up; all where none holds any."""
    worth = [sum(unit.weight * unit.found_in(fold(duty.quote)) for unit in units) for duty in place.duties]
    best = max(worth, default=0.0)
    return [duty for duty, value in zip(place.duties, worth, strict=True) if value >= _MOSTLY * best]


def _wordings(duties: Iterable[Duty]) -> tuple[tuple[str, str], ...]:
    """How binding each duty is worded: 力争：“生产安全事故起数、死亡人数力争实现“双下降””."""
    kinds = {"do": "", "avoid": "，禁止或防止"}
    return tuple(("措辞", f"{duty.force}{kinds[duty.polarity]}：“{duty.quote}”") for duty in duties)


def _facts(records: Iterable[Citation | Metric | Schedule]) -> tuple[tuple[str, str], ...]:
    return tuple((_NAMES[type(record)], describe(record)) for record in records)


def _record(place: Place, record: Metric | Schedule) -> Finding:
    return Finding((), place.evidence(record.span, record.rule), place.clause.heading, place.text, facts=_facts([record]))


def _not_stated(asked: Asked, units: Sequence[Unit], ranked: Sequence[Ranked], note: str) -> Answer:
    """文中未载明, with the sentences that come nearest."""
    nearest = ranked[:_NEAREST] if units else []
    findings = tuple(
        Finding((), one.place.evidence(_quoted(one.place, _words(units)), "query.nearest"), one.place.clause.heading) for one in nearest
    )
    return ShownAnswer(asked.text, False, findings, note, asked.kind, asked.topic, _replaced(units, nearest))


def _missing(units: Sequence[Unit]) -> str:
    words = "".join(f"“{unit.word}”" for unit in units if not unit.senses)
    return f"文件没有说到{words}。" if words else "知识库的文件里没有提到这一主题。"


def _replaced(units: Sequence[Unit], ranked: Sequence[Ranked]) -> tuple[tuple[str, str], ...]:
    """The words of the question that the quotations word otherwise, with the term that stands there."""
    texts = "\n".join(f"{one.passage.text}\n{one.passage.headings}" for one in ranked)
    found = ((unit.word, unit.best_in(texts)) for unit in units)
    return tuple((word, term) for word, term in found if term)


def _words(units: Sequence[Unit]) -> list[str]:
    return [sense for unit in units for sense, _ in unit.senses]


def _quoted(place: Place, words: Sequence[str]) -> Span:
    """The whole sentence; of one that is too long, as many parts as may be quoted around the one that holds most of `words`."""
    if len(place.text) <= _LONGEST:
        return place.span
    cuts = [0, *(match.end() for match in _PARTS.finditer(place.text)), len(place.text)]
    parts = [fold(place.text[start:end]) for start, end in pairwise(cuts)]
    first = last = max(range(len(parts)), key=lambda i: sum(word in parts[i] for word in words))
    while True:
        # the parts behind a word say more of it than those before
        for wider in ((first, last + 1), (first - 1, last)):
            if wider[0] >= 0 and wider[1] < len(parts) and cuts[wider[1] + 1] - cuts[wider[0]] <= _LONGEST:
                first, last = wider
                break
        else:
            return Span(place.span.start + cuts[first], place.span.start + cuts[last + 1])
