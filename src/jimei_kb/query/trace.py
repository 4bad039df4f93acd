"""责任链: from a topic, a duty, a clause or a document up to those who ask for it, level by level, and down to those who do it.

Up: the documents of the base that speak of it and those that they cite, each at the level of its issuer, 国家 down to 社区. A level
without a document stands in the chain by name, a cited document that is not held is 未收录. Down: who bears it, who urges
whom (督促), who reports to whom (报告), who commands whom (指挥). Beside that, duties that name nobody (监管盲区) and duties that
name several without a lead (推诿扯皮). Documents of different places make different chains.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from jimei_kb.errors import GraphError
from jimei_kb.graph.library import by_key
from jimei_kb.graph.lines import record_ids
from jimei_kb.graph.places import holds, level_of, place_in, spoken
from jimei_kb.graph.registry import load_registry, load_synonyms
from jimei_kb.graph.resolve import setting_of
from jimei_kb.query.citations import CitationStep, clauses_below
from jimei_kb.query.levels import RUNGS, level_of_body, level_of_title, levels_named
from jimei_kb.query.links import describe_document, find_documents
from jimei_kb.query.places import places_of, said_of_cut, source_of
from jimei_kb.query.topics import coverage, speaks_of, topic_of, variants
from jimei_kb.records import Duty, Evidence, Span
from jimei_kb.tabular import Tabular
from jimei_kb.view.relations import CHAINS, show_trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jimei_kb.graph.names import Setting
    from jimei_kb.graph.places import Place as Line
    from jimei_kb.graph.registry import Registry, Synonym
    from jimei_kb.graph.schema import Edge, Links, Reading
    from jimei_kb.query.levels import Rung
    from jimei_kb.query.links import Linked, NamedDocument
    from jimei_kb.query.places import Place
    from jimei_kb.query.topics import Topic
    from jimei_kb.records import Basis, Role

TieKind = Literal["督促", "报告", "指挥"]
TIES: tuple[TieKind, ...] = ("督促", "报告", "指挥")
# a duty with this share of the topic in its own words is about it
_OWN = 0.7
_PRINTED: frozenset[str] = frozenset({"explicit", "ellipsis"})
_BY_TITLE = "层级按标题推断"
# what a body with this part does to the bearers of a duty
_TYING: dict[str, TieKind] = {"接收": "报告", "指挥": "指挥"}
_ANSWER_FOR: frozenset[str] = frozenset({"责任", "监管"})
# a preface cites what the whole document rests on, but for what it issues, ends or only mentions
_NO_GROUND = frozenset({"印发", "提及", "废止", "修订", "宣贯"})


@dataclass(frozen=True, slots=True)
class Body:
    """A body by its full name where that is known.

    `printed` is the name in the text if that is another one, `probably` what a short name may stand for.
    """

    name: str
    level: Rung | None
    printed: str | None = None
    probably: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bearing:
    """Who bears a duty, in which part, and how that is known."""

    body: Body
    role: Role
    basis: Basis


@dataclass(frozen=True, slots=True)
class TracedDuty:
    """A duty of the chain with its bearers and those who are urged."""

    bearings: tuple[Bearing, ...]
    urged: tuple[Body, ...]
    evidence: Evidence

    @property
    def printed(self) -> tuple[Bearing, ...]:
        """Bearers that the text names."""
        return tuple(one for one in self.bearings if one.basis in _PRINTED)

    @property
    def contested(self) -> bool:
        """Whether the text names several who answer for it, and no lead."""
        urged = {body.name for body in self.urged}
        several = {one.body.name for one in self.printed if one.role in _ANSWER_FOR and one.body.name not in urged}
        return len(several) > 1 and all(one.role != "牵头" for one in self.bearings)


@dataclass(frozen=True, slots=True)
class Tie:
    """Who urges, commands or gets a report from whom: `upper` is the one who urges, commands, receives. `beside`: said of another duty."""

    kind: TieKind
    upper: tuple[Bearing, ...]
    lower: tuple[Body, ...]
    evidence: Evidence
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A document of the chain and where documents of the chain cite it.

    `about` where it speaks of the subject or is cited for it; else it is only what a whole document rests on (全文依据).
    """

    document: NamedDocument
    about: bool
    citations: tuple[CitationStep, ...]


@dataclass(frozen=True, slots=True)
class LevelOfChain:
    """One level: its documents, collective references to it, its bodies that are addressed or bear duties, and what is lacking."""

    level: Rung
    sources: tuple[Source, ...]
    collective: tuple[CitationStep, ...]
    bodies: tuple[Body, ...]
    gap: str


@dataclass(frozen=True, slots=True)
class Handing:
    """A document of the chain handed down: from its issuers to those it is addressed to."""

    document: NamedDocument
    issuers: tuple[Body, ...]
    recipients: tuple[Body, ...]
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain of one line of places (厦门市集美区 …). `unplaced` are cited documents whose level nothing tells."""

    line: str
    levels: tuple[LevelOfChain, ...]
    unplaced: tuple[Source, ...]
    handings: tuple[Handing, ...]
    duties: tuple[TracedDuty, ...]
    ties: tuple[Tie, ...]

    @property
    def unassigned(self) -> tuple[TracedDuty, ...]:
        """Duties that name nobody (监管盲区)."""
        return tuple(duty for duty in self.duties if not duty.printed)

    @property
    def contested(self) -> tuple[TracedDuty, ...]:
        """Duties that name several and no lead (推诿扯皮)."""
        return tuple(duty for duty in self.duties if duty.contested)


@dataclass(frozen=True, slots=True, repr=False)
class Trace(Tabular):
    """The chains of a subject; none where no document speaks of it (文中未载明)."""

    subject: str
    note: str
    chains: tuple[Chain, ...]

    def rows(self) -> list[dict[str, Any]]:
        """[line, part, level, who, basis, relation, other, status, certainty, about, document, clause, start, end, quote].

        In the order of the chain; `part` is document, collective, gap, body, handing, duty, tie, unassigned or contested.
        """
        return [{"line": chain.line, **row} for chain in self.chains for row in _rows(chain)]

    @property
    def title(self) -> str:
        """责任链."""
        return "责任链"

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column → heading in Excel."""
        return CHAINS

    def __repr__(self) -> str:
        """The chains as text, with every quotation."""
        return show_trace(self.subject, self.note, self.rows()).text

    def _repr_html_(self) -> str:
        return show_trace(self.subject, self.note, self.rows()).html


def trace(kb: Linked, subject: str) -> Trace:
    """The chain of responsibility of a topic (电动自行车), a document (by number, title or file name), a clause or a duty (by its id).

    Raises GraphError where a duty or a clause is named that the base does not have.
    """
    links, registry = kb.links, load_registry(kb.path)
    hits, about, note = _hits(kb, subject)
    tracers = [_Tracer(links, registry, kb.readings, line, about) for line in _lines(hits, registry)]
    return Trace(subject, note, tuple(tracer.chain(hits) for tracer in tracers))


# --- what the subject is ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Hit:
    """A place that the subject stands in, its duties that are meant, and how far around it citations count."""

    reading: Reading
    place: Place
    duties: tuple[Duty, ...]
    reach: Span


def _hits(kb: Linked, subject: str) -> tuple[list[_Hit], Callable[[str], bool], str]:
    """The hits of the subject; whether a title is about it; a note on how it was understood."""
    if subject.startswith("duty-"):
        return _of_duty(kb, subject), _never, ""
    if "#" in subject or "/" in subject:
        clause = kb.clause(subject).id
        wanted = {node.removeprefix("clause:") for node in clauses_below(kb.links, f"clause:{clause}")}
        return _whole(kb.readings, lambda place: place.document.clause_key(place.clause.id) in wanted), _never, ""
    document = _document_named(kb, subject)
    if document is not None:
        return _whole([document], lambda _: True), _never, ""
    return _of_topic(kb.readings, topic_of(subject), load_synonyms(kb.path))


def _never(_: str) -> bool:
    return False


def _document_named(kb: Linked, subject: str) -> Reading | None:
    """The held document that the subject names; a part of a title is a topic."""
    try:
        found = find_documents(kb, subject, whole=True)
    except GraphError:
        return None
    held = by_key(kb.readings)
    return next((held[key] for node in found if (key := node.id.removeprefix("document:")) in held), None)


def _of_duty(kb: Linked, duty_id: str) -> list[_Hit]:
    for edge in kb.links.edges_to(f"duty:{duty_id}", "demands"):
        reading = by_key(kb.readings)[edge.evidence.document]
        said = dict(record_ids(reading))[duty_id]
        found = ((place, duty) for place in places_of([reading], (said.clause,)) for duty in place.duties)
        return [_Hit(reading, place, (duty,), place.clause.span) for place, duty in found if duty is said]
    raise GraphError(f"{kb.path} 中没有编号为 {duty_id!r} 的职责；jimei-kb show 条款 --ids 列出编号")


def _whole(readings: Sequence[Reading], wanted: Callable[[Place], bool]) -> list[_Hit]:
    """Every duty of the places that are wanted."""
    return [_Hit(reading, place, place.duties, place.span) for reading in readings for place in places_of([reading]) if wanted(place)]


def _of_topic(readings: Sequence[Reading], topic: Topic, synonyms: Sequence[Synonym]) -> tuple[list[_Hit], Callable[[str], bool], str]:
    source, held = source_of(readings), by_key(readings)
    for one in (topic, *variants(topic, synonyms)) if topic.phrases else ():
        weight = source.weights(one)
        places, more = source.speaking_of(one, weight)
        hits = [_topic_hit(one, weight, held[place.document.key], place) for place in places]
        if hits:
            cut = said_of_cut(len(hits), len({place.document.key for place in places})) if more else ""
            return hits, _speaker(one, weight), one.note + cut
    return [], _never, ""


def _speaker(topic: Topic, weight: tuple[float, ...]) -> Callable[[str], bool]:
    def speaks(text: str) -> bool:
        return speaks_of(topic, weight, text)

    return speaks


def _topic_hit(topic: Topic, weight: tuple[float, ...], reading: Reading, place: Place) -> _Hit:
    duties = _about(topic, weight, place)
    # where the topic stands in no duty of the sentence (根据《…》，现将…下达), only citations that speak of it themselves count
    return _Hit(reading, place, duties, place.span if duties else Span(0, 0))


def _about(topic: Topic, weight: tuple[float, ...], place: Place) -> tuple[Duty, ...]:
    """The duties of a sentence that are about the topic: those that say it themselves, under a heading that says it all."""
    if speaks_of(topic, weight, place.headings):
        return place.duties
    shares = [coverage(topic, weight, (duty.quote, 1.0)) for duty in place.duties]
    most = max(shares, default=0.0)
    least = _OWN if most >= _OWN else most / 2
    return tuple(duty for duty, share in zip(place.duties, shares, strict=True) if share >= least and share)


def _lines(hits: Sequence[_Hit], registry: Registry) -> list[Line | None]:
    """The lines of places that the hits lie on: the lowest places, of which none holds another; None for documents without a place."""
    found = {_line_of(reading, registry) for reading in {id(hit.reading): hit.reading for hit in hits}.values()}
    known = [place for place in found if place is not None]
    lowest = [place for place in known if not any(place != other and holds(place, other) for other in known)]
    return [*sorted(lowest), *([None] if None in found else [])]


def _line_of(reading: Reading, registry: Registry) -> Line | None:
    """The place that a document speaks from, or the one below it that it is addressed to: a reply to 河北省人民政府 is for 河北省."""
    head = reading.document.head
    here = setting_of(reading.document, registry).place
    if here is None:
        return None
    places = (place_in(name, registry) for name in head.recipients)
    below = {place for place in places if place and place != here and place in registry.known_places() and holds(here, place)}
    return below.pop() if len(below) == 1 else here


# --- one chain ----------------------------------------------------------------------------------------------------


class _Tracer:
    """Walks the links for one line of places."""

    def __init__(
        self, links: Links, registry: Registry, readings: Sequence[Reading], line: Line | None, about: Callable[[str], bool]
    ) -> None:
        self.links = links
        self.registry = registry
        self.held = by_key(readings)
        self.line = line
        self.about = about
        self._ids: dict[str, dict[Duty, str]] = {}
        self._settings: dict[str, Setting] = {}
        self._body_levels: dict[tuple[str, str], Rung | None] = {}

    def chain(self, all_hits: Sequence[_Hit]) -> Chain:
        meant = {id(hit.reading): hit.reading for hit in all_hits}
        on_line = {key for key, reading in meant.items() if self._on_line(reading)}
        hits = [hit for hit in all_hits if id(hit.reading) in on_line]
        start = list(dict.fromkeys(hit.reading.document.key for hit in hits))
        cited = self._cited(start, hits)
        keys = list(dict.fromkeys([*start, *(step.cited.id.removeprefix("document:") for _, step in cited if step.cited.held)]))
        duties = tuple(self._duty(hit.reading, duty) for hit in hits for duty in hit.duties)
        handings = tuple(self._handing(key) for key in keys)
        levels, unplaced = self._levels(keys, set(start), cited, handings, duties)
        line = "未写明地点的文件" if self.line is None else spoken(self.line)
        return Chain(line, levels, unplaced, handings, duties, self._ties(hits, duties))

    def _on_line(self, reading: Reading) -> bool:
        place = _line_of(reading, self.registry)
        return place == self.line if place is None or self.line is None else holds(place, self.line)

    def _setting(self, reading: Reading) -> Setting:
        key = reading.document.key
        if key not in self._settings:
            self._settings[key] = setting_of(reading.document, self.registry)
        return self._settings[key]

    # up

    def _cited(self, start: Sequence[str], hits: Sequence[_Hit]) -> list[tuple[bool, CitationStep]]:
        """(is it about the subject, citation) of the documents in `start`, and of the held ones that they cite, and so on."""
        reaches: dict[str, list[Span]] = {}
        for hit in hits:
            reaches.setdefault(hit.reading.document.key, []).append(hit.reach)
        found: list[tuple[bool, CitationStep]] = []
        seen, near, depth = set(start), list(start), 1
        while near:
            steps = [step for key in near for step in self._grounds(key, reaches.get(key, ()), depth)]
            found += steps
            near = [
                key
                for key in dict.fromkeys(step.cited.id.removeprefix("document:") for _, step in steps if step.cited.held)
                if key not in seen
            ]
            seen.update(near)
            depth += 1
        return found

    def _grounds(self, key: str, reaches: Sequence[Span], depth: int) -> Iterator[tuple[bool, CitationStep]]:
        """The citations of a document that stand beside the subject, that are about it, or that its preface rests on."""
        document = self.held[key].document
        prefaces = {document.clause_key(clause.id) for clause in document.clauses if clause.kind == "preface"}
        for clause in clauses_below(self.links, f"document:{key}"):
            for edge in self.links.edges_from(clause, "cites"):
                node = self.links.node(edge.target)
                relation = dict(edge.facts).get("relation", "提及")
                place = Span(edge.evidence.start, edge.evidence.end)
                about = any(reach.holds(place) for reach in reaches) or self.about(edge.evidence.quote)
                if node is not None and (about or (edge.evidence.clause in prefaces and relation not in _NO_GROUND)):
                    yield about, CitationStep(depth, relation, describe_document(node, self.links), edge.evidence)

    def _levels(
        self,
        keys: Sequence[str],
        direct: set[str],
        cited: Sequence[tuple[bool, CitationStep]],
        handings: Sequence[Handing],
        duties: Sequence[TracedDuty],
    ) -> tuple[tuple[LevelOfChain, ...], tuple[Source, ...]]:
        sources: dict[Rung | None, list[Source]] = {}
        collective: dict[Rung, list[CitationStep]] = {}
        for one in self._sources(keys, direct, cited):
            named = levels_named(one.document.title) if one.document.collective else ()
            for rung in named:
                collective.setdefault(rung, []).extend(one.citations)
            if not named:
                sources.setdefault(self._level(one), []).append(one)
        bodies = [body for handing in handings for body in handing.recipients]
        bodies += [one.body for duty in duties for one in duty.bearings]
        levels = [
            self._level_of_chain(
                rung,
                tuple(sources.get(rung, ())),
                tuple(collective.get(rung, ())),
                tuple({body.name: replace(body, printed=None) for body in bodies if body.level == rung}.values()),
            )
            for rung in RUNGS
            if rung in sources or not self._lacks(rung)
        ]
        return tuple(levels), tuple(sources.get(None, ()))

    def _sources(self, keys: Sequence[str], direct: set[str], cited: Sequence[tuple[bool, CitationStep]]) -> list[Source]:
        """The documents of the chain, each once: held ones first, those about the subject before those that it rests on."""
        by_id: dict[str, list[tuple[bool, CitationStep]]] = {f"document:{key}": [] for key in keys}
        for about, step in cited:
            by_id.setdefault(step.cited.id, []).append((about, step))
        found = []
        for node_id, steps in by_id.items():
            node = self.links.node(node_id)
            if node is not None:
                about = node_id.removeprefix("document:") in direct or any(one for one, _ in steps)
                found.append(Source(describe_document(node, self.links), about, tuple(step for _, step in steps)))
        return sorted(found, key=lambda one: (not one.about, not one.document.held, one.document.date or "", one.document.id))

    def _lacks(self, rung: Rung) -> bool:
        """Whether the line has no such level: below 上海市 come its districts."""
        top = self.line[:1] if self.line else ()
        return rung == "市" and top != () and level_of(top) == "省" and top[0].endswith("市")

    def _level(self, source: Source) -> Rung | None:
        document = source.document
        if document.held:
            place = self._setting(self.held[document.id.removeprefix("document:")]).place
            return None if place is None else level_of(place)
        return document.level or level_of_title(document.title, self.line, self.registry)

    def _level_of_chain(
        self, rung: Rung, sources: tuple[Source, ...], collective: tuple[CitationStep, ...], bodies: tuple[Body, ...]
    ) -> LevelOfChain:
        if any(one.document.held and one.about for one in sources):
            gap = ""
        elif rung == "社区":
            gap = "" if bodies else "文件没有写到这一级"
        else:
            gap = _gap(sources, collective)
        return LevelOfChain(rung, sources, collective, bodies, gap)

    # down

    def _body(self, node_id: str, reading: Reading, printed: str | None) -> Body:
        node = self.links.node(node_id)
        name = node.label if node is not None else node_id
        guesses = (self.links.node(edge.target) for edge in self.links.edges_from(node_id, "may_be"))
        probably = tuple(guess.label for guess in guesses if guess is not None)
        return Body(name, self._body_level(printed or name, reading), printed, probably)

    def _body_level(self, name: str, reading: Reading) -> Rung | None:
        key = reading.document.key, name
        if key not in self._body_levels:
            self._body_levels[key] = level_of_body(name, self._setting(reading))
        return self._body_levels[key]

    def _handing(self, key: str) -> Handing:
        node_id, reading = f"document:{key}", self.held[key]
        issued, addressed = self.links.edges_to(node_id, "issues"), self.links.edges_from(node_id, "addressed_to")
        own = [edge for edge in issued if edge.evidence.document == key]
        node = self.links.node(node_id)
        if node is None:  # a reading always has its node
            raise GraphError(f"图中缺 {node_id}；请重新建库")
        return Handing(
            document=describe_document(node, self.links),
            issuers=tuple(self._body(edge.source, reading, None) for edge in own),
            recipients=tuple(self._body(edge.target, reading, None) for edge in addressed),
            evidence=next((edge.evidence for edge in (*addressed, *own)), None),
        )

    def _duty(self, reading: Reading, duty: Duty) -> TracedDuty:
        node_id = self._node_of(reading, duty)
        borne = self.links.edges_to(node_id, "bears")
        urged = self.links.edges_from(node_id, "urges")
        return TracedDuty(
            bearings=tuple(self._bearing(edge, reading) for edge in borne),
            urged=tuple(self._body(edge.target, reading, dict(edge.facts).get("printed")) for edge in urged),
            evidence=reading.evidence(duty),
        )

    def _bearing(self, edge: Edge, reading: Reading) -> Bearing:
        facts = dict(edge.facts)
        body = self._body(edge.source if edge.kind == "bears" else edge.target, reading, facts.get("printed"))
        return Bearing(body, cast("Role", facts["role"]), cast("Basis", facts["basis"]))

    def _node_of(self, reading: Reading, duty: Duty) -> str:
        key = reading.document.key
        if key not in self._ids:
            # by what they say: a place that an index found holds records of its own
            self._ids[key] = {duty: f"duty:{record_id}" for record_id, duty in record_ids(reading) if isinstance(duty, Duty)}
        return self._ids[key][duty]

    def _ties(self, hits: Sequence[_Hit], duties: Sequence[TracedDuty]) -> tuple[Tie, ...]:
        """What ties the bearers to others; of a kind that is not said of these duties, what the same documents say of others."""
        found = [tie for duty in duties for tie in self._ties_of(duty, beside=False)]
        meant = {duty.evidence for duty in duties}
        readings = {id(hit.reading): hit.reading for hit in hits}.values()
        others = (self._duty(reading, duty) for reading in readings for duty in _tying(reading) if reading.evidence(duty) not in meant)
        said = {tie.kind for tie in found}
        beside = [tie for duty in others for tie in self._ties_of(duty, beside=True) if tie.kind not in said]
        return tuple(sorted([*found, *beside], key=lambda tie: (TIES.index(tie.kind), tie.evidence.document, tie.evidence.start)))

    def _ties_of(self, duty: TracedDuty, *, beside: bool) -> Iterator[Tie]:
        urged = {body.name for body in duty.urged}
        doing = tuple(one for one in duty.bearings if one.body.name not in urged)
        if duty.urged:
            yield Tie("督促", tuple(one for one in doing if one.role != "配合"), duty.urged, duty.evidence, beside)
        reading = self.held[duty.evidence.document]
        inside = Span(duty.evidence.start, duty.evidence.end)
        for edge in self.links.edges_from(f"clause:{duty.evidence.clause}", "involves"):
            kind = _TYING.get(dict(edge.facts).get("role", ""))
            if kind and inside.holds(Span(edge.evidence.start, edge.evidence.end)):
                yield Tie(kind, (self._bearing(edge, reading),), tuple(one.body for one in doing), duty.evidence, beside)


def _tying(reading: Reading) -> Iterator[Duty]:
    """The duties that may tie somebody: those that urge, and those of clauses that name who gets a report or commands."""
    clauses = {actor.clause for actor in reading.annotations.actors if actor.role in _TYING}
    return (duty for duty in reading.annotations.duties if duty.urged or duty.clause in clauses)


def _gap(sources: Sequence[Source], collective: Sequence[CitationStep]) -> str:
    """What is said of a level without a held document about the subject."""
    if any(one.document.held for one in sources):
        return "知识库中的文件没有写到这一主题"
    if any(one.about for one in sources):
        return "知识库中没有文件，只见于引用"
    if collective:
        return "知识库中没有文件，文中只有统称"
    if sources:
        return "知识库中没有文件，只有全文依据中的引用"
    return "知识库中没有文件，也没有被引用"


# --- rows ---------------------------------------------------------------------------------------------------------


def _rows(chain: Chain) -> Iterator[dict[str, Any]]:
    for rung in chain.levels:
        if rung.gap:
            yield _row("gap", level=rung.level, status=rung.gap)
        for source in rung.sources:
            yield from _source_rows(source, rung.level)
        for step in rung.collective:
            yield _row(
                "collective", step.evidence, level=rung.level, relation=step.relation, other=step.cited.name, status="未写明是哪份文件"
            )
        for body in rung.bodies:
            yield _row("body", level=rung.level, who=said_body(body))
    for source in chain.unplaced:
        yield from _source_rows(source, None)
    for handing in chain.handings:
        who, whom = "、".join(map(said_body, handing.issuers)), "、".join(map(said_body, handing.recipients))
        yield _row("handing", handing.evidence, who=who or None, relation="主送", other=whom or None, status=handing.document.name)
    for duty in chain.duties:
        yield _duty_row("duty", duty)
    for tie in chain.ties:
        lower = "、".join(map(said_body, tie.lower)) or None
        about = not tie.beside
        yield _row("tie", tie.evidence, **_said_bearings(tie.upper, parts=False), relation=tie.kind, other=lower, about=about)
    yield from (_duty_row("unassigned", duty) for duty in chain.unassigned)
    yield from (_duty_row("contested", duty) for duty in chain.contested)


def _row(part: str, evidence: Evidence | None = None, **facts: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("level", "who", "basis", "relation", "other", "status", "certainty", "about"))
    place = {
        "document": evidence.document if evidence else None,
        "clause": evidence.clause if evidence else None,
        "start": evidence.start if evidence else None,
        "end": evidence.end if evidence else None,
        "quote": evidence.quote if evidence else None,
    }
    return {"part": part, **empty, **facts, **place}


def _source_rows(source: Source, level: Rung | None) -> Iterator[dict[str, Any]]:
    document = source.document
    by_title = _BY_TITLE if level and not document.held and document.level is None else ""
    facts = {
        "level": level,
        "who": "、".join(document.issuers) or "；".join(document.candidates) or None,
        "basis": "；".join(reason for reason in (document.reason, by_title) if reason) or None,
        "other": document.name,
        "status": "已收录" if document.held else "未收录",
        "certainty": document.certainty,
        "about": source.about,
    }
    if not source.citations:
        yield _row("document", None, **facts)
    for step in source.citations:
        yield _row("document", step.evidence, **facts, relation=step.relation)


def _duty_row(part: str, duty: TracedDuty) -> dict[str, Any]:
    urged = "、".join(map(said_body, duty.urged)) or None
    return _row(part, duty.evidence, **_said_bearings(duty.bearings), other=urged)


def _said_bearings(bearings: Sequence[Bearing], *, parts: bool = True) -> dict[str, str | None]:
    """`who` and `basis` of a row: 责任：街道、社区；配合：成员单位 and ellipsis；explicit."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in bearings:
        groups.setdefault((f"{one.role}：" if parts else "", one.basis), []).append(said_body(one.body))
    who = "；".join(f"{part}{'、'.join(dict.fromkeys(names))}" for (part, _), names in groups.items())
    return {"who": who or None, "basis": "；".join(basis for _, basis in groups) or None}


def said_body(body: Body) -> str:
    """厦门市集美区人民政府集美街道办事处（文中作“街道办”）; 区安办（可能是集美区安全生产委员会办公室）."""
    notes = [f"文中作“{body.printed}”"] if body.printed else []
    notes += [f"可能是{'或'.join(body.probably)}"] if body.probably else []
    return f"{body.name}（{'，'.join(notes)}）" if notes else body.name
