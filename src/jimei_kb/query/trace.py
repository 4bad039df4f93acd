"""责任链: from a topic, a duty, a clause or a document up to those who ask for it, level by level, and down to those who do it.

A chain begins with documents that speak of it and goes up over those that they cite, each at the level of its issuer, 国家 down to
社区. What a document is there for is said: it speaks of the subject, is cited for it, or is what a whole document rests on (全文依据).
A document that speaks of it and that none of the chain cites is named at its level, but is no link of this chain. What a level
lacks stands in the chain by name. Down: who bears it, who urges whom (督促), who reports to whom (报告), who commands whom (指挥).
Beside that, duties that name nobody (监管盲区) and duties that name several without a lead (推诿扯皮). Documents of different
places, and documents that no citation joins, make different chains.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from jimei_kb.errors import GraphError
from jimei_kb.graph.library import by_key
from jimei_kb.graph.lines import record_ids
from jimei_kb.graph.places import holds, level_of, place_in, spoken
from jimei_kb.graph.registry import load_registry
from jimei_kb.graph.resolve import setting_of
from jimei_kb.query.citations import CitationStep, clauses_below
from jimei_kb.query.in_force import Asked, day_of
from jimei_kb.query.levels import RUNGS, level_of_body, level_of_title, levels_named
from jimei_kb.query.links import describe_document
from jimei_kb.query.subject import find_subject
from jimei_kb.records import Duty, Span
from jimei_kb.view.labels import SPOKEN_CHAINS
from jimei_kb.view.relations import CHAINS, show_trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from jimei_kb.graph.names import Setting
    from jimei_kb.graph.places import Place as Line
    from jimei_kb.graph.registry import Registry
    from jimei_kb.graph.schema import Edge, Reading
    from jimei_kb.query.in_force import Day, LeftOut
    from jimei_kb.query.levels import Rung
    from jimei_kb.query.links import Linked, NamedDocument
    from jimei_kb.query.subject import Hit
    from jimei_kb.records import Basis, Evidence, Role
    from jimei_kb.view.charts.ladder import Ladder

TieKind = Literal["督促", "报告", "指挥"]
TIES: tuple[TieKind, ...] = ("督促", "报告", "指挥")
_PRINTED: frozenset[str] = frozenset({"explicit", "ellipsis"})
_BY_TITLE = "层级按标题推断"
# who leads stands first
_ROLES: tuple[Role, ...] = ("牵头", "责任", "监管", "指挥", "接收", "配合", "对象", "依据")
# what a body with this part does to the bearers of a duty
_TYING: dict[str, TieKind] = {"接收": "报告", "指挥": "指挥"}
_ANSWER_FOR: frozenset[str] = frozenset({"责任", "监管"})
# a preface cites what the whole document rests on, but for what it issues, ends or only mentions
_NO_GROUND = frozenset({"印发", "提及", "废止", "修订", "宣贯"})

Fill = Literal["held", "cited", "ground", "collective", "uncited", "ended", "bodies", "none"]
"""What a level of a chain has, the best of it: a held document on the subject, one that is only cited for it, one that is cited for a
whole document, a reference that names no document, a document on the subject that nobody cites, one that does not hold on the day
asked for, those who are addressed or bear duties, nothing."""
# (in a word, what is said of the level); a level that has what it should says nothing
_FILLS: dict[Fill, tuple[str, str]] = {
    "held": ("有收录文件", ""),
    "cited": ("只见引用", "就这一主题引用了文件，知识库没有收录"),
    "ground": ("仅全文依据", "只有全文依据，没有就这一主题引用的文件"),
    "collective": ("仅统称", "文中只有统称，没有写明是哪份文件"),
    "uncited": ("链外另有文件", "链上没有文件；另有文件写到这一主题，链上文件没有引用它"),
    "ended": ("文件失效", "所引文件在这一天不在有效期内"),
    "bodies": ("承担者", ""),
    "none": ("无文件", "没有收录的文件，也没有被引用的文件"),
}
_BELOW = "链上文件没有写到这一级"


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
    """A document of a level and where documents of the chain cite it.

    `own`: it speaks of the subject itself; `cited_for`: it is cited for the subject, else for a whole document (全文依据). It is a
    link of the chain unless nobody there cites it (`uncited`) or it does not hold on the day that was asked for (`ended`).
    """

    document: NamedDocument
    own: bool
    citations: tuple[CitationStep, ...]
    cited_for: bool = False
    uncited: bool = False
    ended: bool = False

    @property
    def about(self) -> bool:
        """Whether it speaks of the subject or is cited for it."""
        return self.own or self.cited_for

    @property
    def linked(self) -> bool:
        """Whether it is a link of the chain."""
        return not (self.uncited or self.ended)

    @property
    def why(self) -> str:
        """Why it stands there, in words."""
        if self.uncited:
            return "自身写到这一主题，链上文件没有引用它"
        if not self.citations:
            return "链的起点，自身写到这一主题"
        said = "就这一主题被引用" if self.cited_for else "作为全文依据被引用"
        if self.ended:
            return f"{said}，这一天不在有效期内"
        if not self.document.held:
            return said
        return f"{said}，自身也写到这一主题" if self.own else f"{said}，自身没有写到这一主题"


@dataclass(frozen=True, slots=True)
class LevelOfChain:
    """One level: its documents, collective references to it, its bodies that are addressed or bear duties, what it has and lacks."""

    level: Rung
    sources: tuple[Source, ...]
    collective: tuple[CitationStep, ...]
    bodies: tuple[Body, ...]
    fill: Fill
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
    """The chain of one line of places (厦门市集美区 …). `unplaced` are cited documents whose level nothing tells.

    `mentions` are the sentences of documents that speak of the subject without asking anything for it.
    """

    line: str
    levels: tuple[LevelOfChain, ...]
    unplaced: tuple[Source, ...]
    handings: tuple[Handing, ...]
    duties: tuple[TracedDuty, ...]
    mentions: tuple[Evidence, ...]
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
class Trace(Asked):
    """The chains of a subject; none where no document speaks of it (文中未载明)."""

    subject: str
    note: str
    chains: tuple[Chain, ...]
    as_of: date | None = None
    left_out: tuple[LeftOut, ...] = ()

    def asked(self) -> dict[str, Any]:
        """The subject, and how it was understood."""
        return {"subject": self.subject, "note": self.note}

    def rows(self) -> list[dict[str, Any]]:
        """[line, part, level, who, basis, relation, other, status, certainty, about, linked, why, validity, … the place].

        In the order of the chain; `part` is document, collective, gap, body, handing, duty, mention, tie, unassigned or contested.
        `validity` says to which day the document holds that the row is about, else that says it. The place is document, clause, start,
        end and quote.
        """
        return [{"line": chain.line, **_dated(row, chain)} for chain in self.chains for row in _rows(chain)]

    @property
    def title(self) -> str:
        """责任链."""
        return "责任链"

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column → heading in Excel."""
        return CHAINS

    def chart(self) -> Ladder:
        """The chains as a picture: documents and bodies level by level, what cites what, what is lacking."""
        from jimei_kb.view.charts.of_base import draw_chain

        return draw_chain(self.subject, self.rows())

    @property
    def spoken(self) -> Mapping[str, Callable[[Any], Any]]:
        """Name of each column of codes → the Chinese for one."""
        return SPOKEN_CHAINS

    def __repr__(self) -> str:
        """The chains as text, with every quotation."""
        return show_trace(self.subject, self.said(self.note), self.rows()).text

    def _repr_html_(self) -> str:
        return show_trace(self.subject, self.said(self.note), self.rows()).html


def trace(kb: Linked, subject: str, *, as_of: str | date | None = None) -> Trace:
    """The chain of responsibility of a topic (电动自行车), a document (by number, title or file name), a clause or a duty (by its id).

    With a day `as_of` only documents that hold on it are links of a chain. Raises GraphError where a duty or a clause is named
    that the base does not have, or a day that is none.
    """
    registry, day = load_registry(kb.path), day_of(kb.links, as_of)
    found = find_subject(kb, subject, day)
    base = _Base(day, registry, kb.readings, found.hits, found.about)
    # those that ask for something before those that only mention it
    chains = tuple(sorted(base.chains(), key=lambda chain: not chain.duties))
    ended = (source.document.id for chain in chains for source in _sources_of(chain) if source.ended)
    return Trace(subject, found.note, chains, day.day, day.left_out({*found.left_out, *ended}))


def _sources_of(chain: Chain) -> Iterator[Source]:
    for level in chain.levels:
        yield from level.sources
    yield from chain.unplaced


# --- the lines of places ------------------------------------------------------------------------------------------


class _Base:
    """The documents that hold, and the hits in them, from which chains are made."""

    def __init__(
        self, day: Day, registry: Registry, readings: Sequence[Reading], hits: Sequence[Hit], about: Callable[[str], bool]
    ) -> None:
        self.day = day
        self.links = day.linked()
        self.registry = registry
        self.held = by_key(readings)
        self.about = about
        self.hits: dict[str, list[Hit]] = {}
        for hit in hits:
            self.hits.setdefault(hit.reading.document.key, []).append(hit)
        self.lines = {key: self._line_of(key) for key in self.hits}
        self._settings: dict[str, Setting] = {}

    def chains(self) -> Iterator[Chain]:
        """From the lowest places up; a document that speaks of the subject and that is in none of these begins one of its own."""
        left = list(self.hits)
        while left:
            tracers = [_Tracer(self, line, [key for key in left if self.lines[key] == line]) for line in self._lowest(left)]
            for tracer in tracers:
                yield tracer.chain()
            met = {key for tracer in tracers for key in tracer.members}
            left = [key for key in left if key not in met]

    def _lowest(self, keys: Sequence[str]) -> list[Line | None]:
        """The lowest places that the documents lie on, of which none holds another; None for documents without a place."""
        found = {self.lines[key] for key in keys}
        known = [place for place in found if place is not None]
        lowest = [place for place in known if not any(place != other and holds(place, other) for other in known)]
        return [*sorted(lowest), *([None] if None in found else [])]

    def _line_of(self, key: str) -> Line | None:
        """The place that a document speaks from, or the one below it that it is addressed to: a reply to 河北省人民政府 is for 河北省."""
        document = self.held[key].document
        here = setting_of(document, self.registry).place
        if here is None:
            return None
        places = (place_in(name, self.registry) for name in document.head.recipients)
        known = self.registry.known_places()
        below = {place for place in places if place and place != here and place in known and holds(here, place)}
        return below.pop() if len(below) == 1 else here

    def setting(self, reading: Reading) -> Setting:
        """Whence a document speaks."""
        key = reading.document.key
        if key not in self._settings:
            self._settings[key] = setting_of(reading.document, self.registry)
        return self._settings[key]


# --- one chain ----------------------------------------------------------------------------------------------------


class _Tracer:
    """Walks the links for one line of places, from the documents `start` up. `members` are the held documents of the chain."""

    def __init__(self, base: _Base, line: Line | None, start: Sequence[str]) -> None:
        self.base = base
        self.links = base.links
        self.held = base.held
        self.line = line
        self.start = start
        self.cited = self._cited()
        met = (step.cited.id for _, step in self.cited if step.cited.held and step.cited.id not in base.day.out)
        self.members = tuple(dict.fromkeys([*start, *(node.removeprefix("document:") for node in met)]))
        self._ids: dict[str, dict[Duty, str]] = {}
        self._body_levels: dict[tuple[str, str], Rung | None] = {}

    def chain(self) -> Chain:
        """The chain, from above."""
        sources = self._sources()
        order = [key for level in (*RUNGS, None) for source in sources.get(level, ()) if (key := _key(source)) in self.members]
        hits = [hit for key in order for hit in self.base.hits.get(key, ())]
        duties = tuple(self._duty(hit.reading, duty) for hit in hits for duty in hit.duties)
        asking = {duty.evidence.document for duty in duties}
        handings = tuple(self._handing(key) for key in order)
        return Chain(
            line="未写明地点的文件" if self.line is None else spoken(self.line),
            levels=self._levels(sources, handings, duties),
            unplaced=tuple(sources.get(None, ())),
            handings=handings,
            duties=duties,
            mentions=tuple(hit.evidence for hit in hits if hit.reading.document.key not in asking),
            ties=self._ties(hits, duties),
        )

    # up

    def _cited(self) -> list[tuple[bool, CitationStep]]:
        """(is it about the subject, citation) of the documents that begin the chain, and of the held ones that they cite, and so on."""
        found: list[tuple[bool, CitationStep]] = []
        seen, near, depth = set(self.start), list(self.start), 1
        while near:
            steps = [step for key in near for step in self._grounds(key, depth)]
            found += steps
            cited = dict.fromkeys(step.cited.id.removeprefix("document:") for _, step in steps if step.cited.held)
            near = [key for key in cited if key not in seen]
            seen.update(near)
            depth += 1
        return found

    def _grounds(self, key: str, depth: int) -> Iterator[tuple[bool, CitationStep]]:
        """The citations of a document that stand beside the subject, that are about it, or that its preface rests on."""
        reaches = [hit.reach for hit in self.base.hits.get(key, ())]
        prefaces: frozenset[str] | None = None
        for clause in clauses_below(self.links, f"document:{key}"):
            for edge in self.links.edges_from(clause, "cites"):
                if prefaces is None:
                    document = self.held[key].document
                    prefaces = frozenset(document.clause_key(one.id) for one in document.clauses if one.kind == "preface")
                node = self.links.node(edge.target)
                relation = dict(edge.facts).get("relation", "提及")
                place = Span(edge.evidence.start, edge.evidence.end)
                about = any(reach.holds(place) for reach in reaches) or self.base.about(edge.evidence.quote)
                if node is not None and (about or (edge.evidence.clause in prefaces and relation not in _NO_GROUND)):
                    yield about, CitationStep(depth, relation, describe_document(node, self.links), edge.evidence)

    def _sources(self) -> dict[Rung | None, list[Source]]:
        """The documents of the chain by level, each once: links first, those on the subject before those that it rests on."""
        cited: dict[str, list[tuple[bool, CitationStep]]] = {f"document:{key}": [] for key in self.start}
        for about, step in self.cited:
            cited.setdefault(step.cited.id, []).append((about, step))
        uncited = {f"document:{key}" for key in self.base.hits if key not in self.members and self._above(key)}
        found: dict[Rung | None, list[Source]] = {}
        for node_id in (*cited, *(uncited - set(cited))):
            steps = cited.get(node_id, [])
            source = Source(
                document=self._named(node_id),
                own=node_id.removeprefix("document:") in self.base.hits,
                citations=tuple(step for _, step in steps),
                cited_for=any(about for about, _ in steps),
                uncited=node_id in uncited,
                ended=node_id in self.base.day.out,
            )
            if not _levels_meant(source.document):
                found.setdefault(self._level(source.document), []).append(source)
        for same in found.values():
            same.sort(key=lambda one: (not one.linked, not one.about, not one.document.held, one.document.date or "", one.document.id))
        return found

    def _above(self, key: str) -> bool:
        """Whether a document speaks from a place that holds the line."""
        place = self.base.lines[key]
        return place is not None and self.line is not None and place != self.line and holds(place, self.line)

    def _named(self, node_id: str) -> NamedDocument:
        node = self.links.node(node_id)
        if node is None:  # what is held or cited always has its node
            raise GraphError(f"图中缺 {node_id}；请重新建库")
        return describe_document(node, self.links)

    def _levels(
        self, sources: Mapping[Rung | None, list[Source]], handings: Sequence[Handing], duties: Sequence[TracedDuty]
    ) -> tuple[LevelOfChain, ...]:
        collective: dict[Rung, list[CitationStep]] = {}
        for _, step in self.cited:
            for rung in _levels_meant(step.cited):
                collective.setdefault(rung, []).append(step)
        bodies = [body for handing in handings for body in handing.recipients]
        bodies += [one.body for duty in duties for one in duty.bearings]
        linked = [i for i, rung in enumerate(RUNGS) if any(source.linked for source in sources.get(rung, ()))]
        found = []
        for i, rung in enumerate(RUNGS):
            here = tuple(sources.get(rung, ()))
            named = tuple({body.name: replace(body, printed=None) for body in bodies if body.level == rung}.values())
            references = tuple(collective.get(rung, ()))
            below = bool(linked) and i > linked[-1]
            if here or not self._lacks(rung):
                fill = _fill(here, references, below=below and bool(named))
                found.append(LevelOfChain(rung, here, references, named, fill, _gap(fill, references, below=below)))
        return tuple(found)

    def _lacks(self, rung: Rung) -> bool:
        """Whether the line has no such level: below 上海市 come its districts."""
        top = self.line[:1] if self.line else ()
        return rung == "市" and top != () and level_of(top) == "省" and top[0].endswith("市")

    def _level(self, document: NamedDocument) -> Rung | None:
        if document.held:
            place = self.base.setting(self.held[document.id.removeprefix("document:")]).place
            return None if place is None else level_of(place)
        return document.level or level_of_title(document.title, self.line, self.base.registry)

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
            self._body_levels[key] = level_of_body(name, self.base.setting(reading))
        return self._body_levels[key]

    def _handing(self, key: str) -> Handing:
        node_id, reading = f"document:{key}", self.held[key]
        issued, addressed = self.links.edges_to(node_id, "issues"), self.links.edges_from(node_id, "addressed_to")
        own = [edge for edge in issued if edge.evidence.document == key]
        return Handing(
            document=self._named(node_id),
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

    def _ties(self, hits: Sequence[Hit], duties: Sequence[TracedDuty]) -> tuple[Tie, ...]:
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


def _levels_meant(document: NamedDocument) -> tuple[Rung, ...]:
    """The levels that a collective reference names."""
    return levels_named(document.title) if document.collective else ()


def _key(source: Source) -> str:
    return source.document.id.removeprefix("document:")


def _fill(sources: Sequence[Source], collective: Sequence[CitationStep], *, below: bool) -> Fill:
    """The best that a level has; `below` the lowest document of the chain it is those who are addressed or bear duties."""
    links = [source for source in sources if source.linked]
    if any(source.about and source.document.held for source in links):
        return "held"
    if any(source.about for source in links):
        return "cited"
    if links:
        return "ground"
    if below:
        return "bodies"
    if collective:
        return "collective"
    if any(source.uncited for source in sources):
        return "uncited"
    return "ended" if sources else "none"


def _gap(fill: Fill, collective: Sequence[CitationStep], *, below: bool) -> str:
    """What a level lacks, in words."""
    if fill == "none" and below:
        return _BELOW
    said = _FILLS[fill][1]
    return f"{said}；另有统称" if fill == "ground" and collective else said


# --- rows ---------------------------------------------------------------------------------------------------------


def _rows(chain: Chain) -> Iterator[dict[str, Any]]:
    for rung in chain.levels:
        if rung.gap:
            yield _row("gap", level=rung.level, status=rung.gap, why=_FILLS[rung.fill][0])
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
    yield from (_row("mention", evidence) for evidence in chain.mentions)
    for tie in chain.ties:
        lower = "、".join(map(said_body, tie.lower)) or None
        about = not tie.beside
        yield _row("tie", tie.evidence, **_said_bearings(tie.upper, parts=False), relation=tie.kind, other=lower, about=about)
    yield from (_duty_row("unassigned", duty) for duty in chain.unassigned)
    yield from (_duty_row("contested", duty) for duty in chain.contested)


def _dated(row: dict[str, Any], chain: Chain) -> dict[str, Any]:
    """A row of what a document says, with the day to which the document holds; rows about a document have that of this one."""
    if row["part"] == "document" or row["document"] is None:
        return row
    ends = {handing.document.id: handing.document.validity for handing in chain.handings}
    return {**row, "validity": ends.get(f"document:{row['document']}") or None}


def _row(part: str, evidence: Evidence | None = None, **facts: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("level", "who", "basis", "relation", "other", "status", "certainty", "about", "linked", "why", "validity"))
    place = {
        "document": evidence.document if evidence else None,
        "clause": evidence.clause if evidence else None,
        "start": evidence.start if evidence else None,
        "end": evidence.end if evidence else None,
        "page": evidence.page if evidence else None,
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
        "linked": source.linked,
        "why": source.why,
        "validity": document.validity or None,
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
    for one in sorted(bearings, key=lambda one: _ROLES.index(one.role)):
        groups.setdefault((f"{one.role}：" if parts else "", one.basis), []).append(said_body(one.body))
    who = "；".join(f"{part}{'、'.join(dict.fromkeys(names))}" for (part, _), names in groups.items())
    return {"who": who or None, "basis": "；".join(basis for _, basis in groups) or None}


def said_body(body: Body) -> str:
    """厦门市集美区人民政府集美街道办事处（文中作“街道办”）; 区安办（可能是集美区安全生产委员会办公室）."""
    notes = [f"文中作“{body.printed}”"] if body.printed else []
    notes += [f"可能是{'或'.join(body.probably)}"] if body.probably else []
    return f"{body.name}（{'，'.join(notes)}）" if notes else body.name
