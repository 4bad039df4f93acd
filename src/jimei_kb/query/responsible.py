"""谁负责……: who bears what, in which part, how that is known, and the words that say it; or 文中未载明 with the nearest clause."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from jimei_kb.graph.library import in_force
from jimei_kb.graph.names import named_bodies
from jimei_kb.graph.registry import load_registry
from jimei_kb.query.places import said_of_cut, source_of
from jimei_kb.query.topics import closeness, coverage, missing, speaks_of, topic_of, variants
from jimei_kb.records import BY_HAND, Answer, Bearer, Finding, Role
from jimei_kb.tabular import Tabular

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from jimei_kb.graph.registry import Registry, Synonym
    from jimei_kb.graph.schema import Reading
    from jimei_kb.graph.validity import Limit
    from jimei_kb.query.places import Place, Source
    from jimei_kb.query.topics import Topic
    from jimei_kb.records import Actor, Document, Duty, Span

# a duty with this share of the topic in its own words is the one that is asked for, not its neighbours in the sentence
_OWN = 0.7
# how much a character of the topic is worth where it stands
_QUOTE, _BEARER, _SENTENCE, _HEADING = 1.0, 0.9, 0.6, 0.5
# how many documents that do not hold are named in a note
_NAMED = 3
# parts that somebody else has in a duty, shown beside its bearers
_BESIDE: frozenset[Role] = frozenset({"牵头", "配合", "监管", "指挥", "接收"})
_ABOVE: frozenset[Role] = frozenset({"监管", "指挥", "接收"})
_PARTS: frozenset[Role] = _BESIDE | {"责任"}


class Base(Protocol):
    """What a question is put to: anything with readings."""

    @property
    def readings(self) -> Sequence[Reading]:
        """The documents with what was read out of them."""


@dataclass(frozen=True, slots=True, repr=False)
class ShownAnswer(Answer, Tabular):
    """An answer that shows itself: as text, as HTML in a notebook, and as a table with a row for each finding."""

    def rows(self) -> list[dict[str, Any]]:
        """Question, place, who and the words for each finding."""
        from jimei_kb.view.answers import answer_rows

        return answer_rows(self)

    @property
    def title(self) -> str:
        """回答."""
        return "回答"

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column → heading in Excel."""
        from jimei_kb.view.answers import COLUMNS

        return COLUMNS

    def __repr__(self) -> str:
        """The whole answer as text."""
        from jimei_kb.view.answers import show_answer

        return show_answer(self).text

    def _repr_html_(self) -> str:
        from jimei_kb.view.answers import show_answer

        return show_answer(self).html


def who_is_responsible(
    kb: Base,
    subject: str,
    *,
    limit: int = 10,
    as_of: str | date | None = None,
    registry: Registry | None = None,
    synonyms: Sequence[Synonym] | None = None,
) -> Answer:
    """Who answers for `subject` (电动自行车充电, or a whole question: 谁负责电动自行车充电？), the most fitting duty first.

    At most `limit` findings are given; the note says how many there are, and counts the duties that are left out. Where the
    base does not say it, `stated` is False; the findings are then the duties that nobody is printed for, else the nearest
    clause, without actors. Everyday words are replaced by the `synonyms` of a registry, the shipped ones where none are given.
    With a day `as_of` only the documents that hold on it are asked, and the note names the others; of the `registry` (default:
    the shipped one) this takes what it knows of them.
    """
    held, unasked = None, ""
    if as_of is not None:
        held, others = in_force(kb.readings, as_of, registry or load_registry())
        unasked = not_in_force(as_of, others)
        if not held:
            return ShownAnswer(subject, stated=False, note=f"这一天没有有效的文件可查。{unasked}")
    answer = _answer(subject, kb.readings, held, limit, synonyms)
    return replace(answer, note=answer.note + unasked)


def _answer(
    subject: str, readings: Sequence[Reading], held: Collection[str] | None, limit: int, synonyms: Sequence[Synonym] | None
) -> ShownAnswer:
    """What all documents, or those `held`, say."""
    topic = topic_of(subject)
    if not topic.phrases:
        return ShownAnswer(subject, stated=False, note="问题里没有可查找的主题；请写出事项，例如：电动自行车充电。")
    source = source_of(readings, held)
    tried = (topic, *variants(topic, synonyms))
    unnamed: ShownAnswer | None = None
    for one in tried:
        found, left = _search(one, source)
        if found:
            stated = any(finding.actors for finding in found)
            answer = ShownAnswer(subject, stated=stated, findings=tuple(found[:limit]), note=_note(one, found, left, limit))
            if stated:
                return answer
            unnamed = unnamed or answer
    return unnamed or _not_stated(subject, tried, source)


def not_in_force(as_of: str | date, others: Sequence[tuple[str, Limit]]) -> str:
    """Which documents were not asked, how many and why: the first few by name."""
    if not others:
        return ""
    named = "；".join(f"{key}（{limit.day or '日期不明'}，{limit.reason}）" for key, limit in others[:_NAMED])
    more = "等" if len(others) > _NAMED else ""
    return f"{as_of}不在有效期内的文件有{len(others)}份，没有查：{named}{more}。"


# --- search --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Hit:
    """A duty, or a sentence with named actors, that fits. `alike` counts the duties of the sentence that it stands for."""

    score: float
    own: float
    place: Place
    duty: Duty | None
    alike: int = 0

    @property
    def who(self) -> tuple[tuple[Bearer, ...], tuple[str, ...]]:
        return (self.duty.actors, self.duty.urged) if self.duty else ((), ())

    @property
    def rank(self) -> tuple[float, str, Span]:
        return -self.score, self.place.document.key, self.duty.span if self.duty else self.place.span


@dataclass(frozen=True, slots=True)
class _Left:
    """How many duties an answer leaves out, by reason."""

    weaker: int = 0
    beside: int = 0
    alike: int = 0
    repeated: int = 0
    # how many sentences and documents were looked at, where there are more
    sentences: int = 0
    documents: int = 0


def _search(topic: Topic, source: Source) -> tuple[list[Finding], _Left]:
    """The findings for `topic`, best first, and what was left out."""
    weight = source.weights(topic)
    hits: list[_Hit] = []
    beside = 0
    places, more = source.speaking_of(topic, weight)
    for place in places:
        found, others = _hits(topic, weight, place)
        hits += found
        beside += others
    kept = hits
    if any(hit.own >= _OWN for hit in hits):
        # where duties say it themselves, one that has it from a heading or a long sentence is no answer
        kept = [hit for hit in hits if hit.own >= _OWN / 2 or topic.text in hit.place.headings]
    findings: dict[tuple[object, ...], Finding] = {}
    for hit in sorted(kept, key=lambda hit: hit.rank):
        finding = _finding(hit)
        # the same words twice in one clause say nothing new
        findings.setdefault((finding.evidence.clause, finding.evidence.quote, finding.actors, finding.urged, finding.unstated), finding)
    alike = sum(hit.alike for hit in kept)
    weaker = sum(1 + hit.alike for hit in hits) - len(kept) - alike
    looked_at = (len(places), len({place.document.slug for place in places})) if more else (0, 0)
    return list(findings.values()), _Left(weaker, beside, alike, len(kept) - len(findings), *looked_at)


def _hits(topic: Topic, weight: tuple[float, ...], place: Place) -> tuple[list[_Hit], int]:
    """The duties of a sentence that the topic is about, one for each set of bearers, and how many of the others it is not about.

    Of a sentence without duties, its named actors.
    """
    if not place.duties:
        named = any(actor.role in _PARTS for actor in place.actors)
        return ([_hit(topic, weight, place, None)] if named else []), 0
    hits = [_hit(topic, weight, place, duty) for duty in place.duties]
    most = max(hit.own for hit in hits)
    # B负责道路清扫 is no answer where the same sentence says A负责电动自行车停放
    least = _OWN if most >= _OWN else most / 2
    chosen: defaultdict[object, list[_Hit]] = defaultdict(list)
    for hit in sorted((hit for hit in hits if hit.own >= least), key=lambda hit: hit.rank):
        chosen[hit.who].append(hit)
    found = [replace(same[0], alike=len(same) - 1) for same in chosen.values()]
    return found, sum(hit.own < least for hit in hits)


def _hit(topic: Topic, weight: tuple[float, ...], place: Place, duty: Duty | None) -> _Hit:
    quote = duty.quote if duty else place.text
    names = "\n".join(bearer.name for bearer in bearers_of(place.document, duty.actors)) if duty else ""
    fields = (place.headings, _HEADING), (place.text, _SENTENCE), (names, _BEARER), (quote, _QUOTE)
    score = coverage(topic, weight, *fields) + 0.1 * closeness(topic, quote)
    if topic.text in quote:
        score += 1.0
    elif topic.text in place.text or topic.text in place.headings:
        score += 0.3
    return _Hit(score, coverage(topic, weight, (quote, 1), (names, 1)), place, duty)


def bearers_of(document: Document, records: Iterable[Actor | Bearer]) -> tuple[Bearer, ...]:
    """Whom the records name, each in each part once; the recipients by the names that the document prints."""
    bodies = ((name, record) for record in records for name in named_bodies(document, record))
    return tuple(dict.fromkeys(Bearer(name, record.role, record.basis) for name, record in bodies))


def _finding(hit: _Hit) -> Finding:
    place, duty = hit.place, hit.duty
    if duty is None:
        actors = [actor for actor in place.actors if actor.role in _PARTS]
        return Finding(bearers_of(place.document, actors), place.evidence(place.span, actors[0].rule), place.clause.heading, place.text)
    beside = [a for a in place.actors if a.role in _ABOVE or (a.role in _BESIDE and duty.span.holds(a.span))]
    nobody = [bearer.role for bearer in duty.actors if not named_bodies(place.document, bearer)]
    return Finding(
        actors=bearers_of(place.document, [*duty.actors, *beside]),
        evidence=place.evidence(duty.span, duty.rule),
        heading=place.clause.heading,
        sentence=place.text,
        urged=duty.urged,
        unstated=tuple(dict.fromkeys(nobody)),
    )


def borne_in(place: Place, duties: Sequence[Duty]) -> Finding:
    """Who bears `duties` of a sentence, as one finding that quotes the whole sentence; without duties, whom it names."""
    if not duties:
        actors = [actor for actor in place.actors if actor.role in _PARTS]
        return Finding(bearers_of(place.document, actors), place.evidence(place.span, "query.sentence"), place.clause.heading)
    each = [_finding(_Hit(0.0, 0.0, place, duty)) for duty in duties]
    return Finding(
        actors=tuple(dict.fromkeys(actor for finding in each for actor in finding.actors)),
        # a decision of a person is told as one, whatever else the sentence rests on
        evidence=place.evidence(place.span, next((duty.rule for duty in duties if duty.rule.startswith(BY_HAND)), "query.sentence")),
        heading=place.clause.heading,
        urged=tuple(dict.fromkeys(name for finding in each for name in finding.urged)),
        unstated=tuple(dict.fromkeys(role for finding in each for role in finding.unstated)),
    )


def _note(topic: Topic, found: Sequence[Finding], left: _Left, limit: int) -> str:
    parts = [topic.note] if topic.note else []
    bases = {bearer.basis for finding in found[:limit] for bearer in finding.actors}
    if not any(finding.actors for finding in found):
        parts.append("文件提到这一主题，但没有写由谁负责。")
    if len(found) > limit:
        parts.append(f"共 {len(found)} 处，列出最相关的 {limit} 处。")
    if left.alike:
        parts.append(f"另有 {left.alike} 项职责与某处同句、同主体，未单列。")
    if left.repeated:
        parts.append(f"另有 {left.repeated} 处与某处字句、主体都相同，未列出。")
    if left.beside:
        parts.append(f"同句中另有 {left.beside} 项职责与主题较远，未列出。")
    if left.weaker:
        parts.append(f"另有 {left.weaker} 处只在同一句或标题里提到，未列出。")
    if left.sentences:
        parts.append(said_of_cut(left.sentences, left.documents))
    if bases and bases <= {"addressee", "inferred"}:
        parts.append("原文没有写明主语，以下主体是推定的，推定的理由见括号。")
    return "".join(parts)


def _not_stated(subject: str, tried: Sequence[Topic], source: Source) -> ShownAnswer:
    """文中未载明, with the sentence that comes nearest, if any word of the topic stands anywhere."""
    nearest: tuple[float, Place] | None = None
    lacking: tuple[str, ...] = ()
    spoken_of = False
    for topic in tried:
        weight = source.weights(topic)
        found = source.nearest(topic, weight)
        if found is not None and (nearest is None or found[0] > nearest[0]):
            nearest, place = found, found[1]
            lacking = missing(topic, place.text, place.headings)
            spoken_of = speaks_of(topic, weight, place.text, place.headings)
    if nearest is None:
        return ShownAnswer(subject, stated=False, note="知识库的文件里没有提到这一主题。")
    _, place = nearest
    finding = Finding((), place.evidence(place.span, "query.nearest"), place.clause.heading, place.text)
    said = "文件提到这一主题，但没有写由谁负责。" if spoken_of else f"最接近的条款没有说到{_quoted(lacking)}。"
    return ShownAnswer(subject, stated=False, findings=(finding,), note=said)


def _quoted(words: Sequence[str]) -> str:
    return "".join(f"“{word}”" for word in words) or "整个主题"
