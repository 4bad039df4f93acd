"""The frozen types that travel from room to room; nothing here reads, writes or decides.

Offsets are half-open character positions in the canonical text of a document
(`Document.text`): paragraphs separated by one line feed, no page numbers, no line
breaks inside a paragraph. `text[span.start:span.end]` is always the quotation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Basis = Literal["explicit", "ellipsis", "addressee", "inferred"]
Role = Literal["牵头", "责任", "配合", "监管", "指挥", "接收", "对象", "依据"]
CitationKind = Literal["titled", "numbered", "carried", "bare", "group"]
ScheduleKind = Literal["recurring", "deadline", "window", "continuous", "vague", "event"]
Polarity = Literal["do", "avoid"]
Force = Literal["刚性", "一般", "力争", "倡导", "原则"]
Comparator = Literal[">=", ">", "=", "<=", "<", "~"]
ClauseKind = Literal["clause", "preface", "closing"]
UnplacedKind = Literal["mention", "number", "time", "citation", "duty", "tag", "document", "conflict"]
Level = Literal["国家", "省", "市", "区县", "街道乡镇"]
Certainty = Literal["A", "B", "C"]
QuestionKind = Literal["who", "what", "when", "how_many", "citation", "chain", "compare", "meta", "interpretation"]
IssuerBasis = Literal["named", "title", "code", "grammar", "carrier"]


BY_HAND = "correction."
"""How the rule of every record begins that an analyst changed or added."""


class Span(NamedTuple):
    """A half-open piece of a text: `text[start:end]`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The piece of `text` that the span covers."""
        return text[self.start : self.end]

    def holds(self, other: Span) -> bool:
        """Whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Where each stretch of the canonical text stood in the raw text.

    `canonical[i]` and `raw[i]` are the starts of the i-th stretch of characters that was
    copied unchanged (or folded one to one); both lists rise.
    """

    canonical: tuple[int, ...]
    raw: tuple[int, ...]

    def to_raw(self, offset: int) -> int:
        """Raw position of the canonical character at `offset`."""
        from bisect import bisect_right

        i = bisect_right(self.canonical, offset) - 1
        return self.raw[i] + offset - self.canonical[i]

    def raw_span(self, span: Span) -> Span:
        """The raw stretch that `span` was read from (line breaks and page numbers inside included)."""
        if span.end <= span.start:
            at = self.to_raw(span.start)
            return Span(at, at)
        return Span(self.to_raw(span.start), self.to_raw(span.end - 1) + 1)


@dataclass(frozen=True, slots=True)
class Head:
    """What GB/T 9704 puts before and behind the text. What is not stated is None or empty.

    `spans` says where each field was read, as (field name, span) in reading order.
    """

    number: str | None = None
    title: str | None = None
    issuers: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    date: str | None = None
    copied_to: tuple[str, ...] = ()
    printed_by: str | None = None
    printed_on: str | None = None
    kind: str | None = None
    spans: tuple[tuple[str, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One addressable piece: a numbered clause, or a stretch of text before (前言) or behind (结语) them.

    `id` is the path of labels (`消防工作方面/八`, `附件/二/（一）`, `前言`). `span` is the clause's own
    text from its number to where its first child or the next clause starts, so the spans of all
    clauses tile the body. `text_start` is where the content begins, behind number and heading;
    `heading` is the short title without its mark, None for a clause that starts with its content.
    """

    id: str
    kind: ClauseKind
    label: str
    span: Span
    text_start: int
    heading: str | None = None
    heading_span: Span | None = None
    parent: str | None = None

    @property
    def content(self) -> Span:
        """The own text behind number and heading."""
        return Span(self.text_start, self.span.end)


@dataclass(frozen=True, slots=True)
class Document:
    """One notice as read: canonical text, head, clauses in order, and the way back to the raw file.

    `slug` names the file, `key` (number, else slug) the document in clause ids. `sha256` is of the raw bytes.
    `shares_number` marks one whose number another document of the base goes by already; its key is the slug.
    """

    slug: str
    text: str
    head: Head
    clauses: tuple[Clause, ...]
    offsets: OffsetMap
    raw: str = field(repr=False)
    encoding: str = "utf-8"
    sha256: str = ""
    shares_number: bool = False

    @property
    def key(self) -> str:
        """How clause ids name the document: its number, else its slug."""
        return self.slug if self.shares_number else self.head.number or self.slug

    def clause_key(self, clause_id: str) -> str:
        """`集街办〔2024〕46号#消防工作方面/八`."""
        return f"{self.key}#{clause_id}"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issued a cited document, on what ground that is known, and how sure it is.

    Certainty: A stands in a document, B in a public list, C is inferred. Where several bodies are possible and nothing
    decides, `names` and `certainty` are empty and `candidates` has them all.
    """

    names: tuple[str, ...]
    basis: IssuerBasis
    certainty: Certainty | None
    reason: str
    candidates: tuple[str, ...] = ()
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """One mention of another document. `issuer` is the body named before or in the title, as printed.

    `issued_by` is found when a base is built, from the text, the code in the number and the registry.
    """

    clause: str
    span: Span
    quote: str
    rule: str
    kind: CitationKind
    title: str | None = None
    number: str | None = None
    relation: str = "提及"
    issuer: str | None = None
    issued_by: Issuer | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """An organisation, post, team or group that a clause names and gives a part."""

    clause: str
    span: Span
    quote: str
    rule: str
    name: str
    role: Role
    basis: Basis = "explicit"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who bears a duty, in which part, and how that is known."""

    name: str
    role: Role
    basis: Basis


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do, reach or avoid.

    `urged` are those who are urged to do it (督促 X 做 Y). `force` is how binding the wording is: 必须 is 刚性, 力争 is 力争,
    鼓励 is 倡导, 原则上 is 原则; without such a word it is 一般.
    """

    clause: str
    span: Span
    quote: str
    rule: str
    polarity: Polarity
    actors: tuple[Bearer, ...]
    urged: tuple[str, ...] = ()
    force: Force = "一般"


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that can be checked. `value` is as written (80 for 80%), `unit` with its period (次/季度)."""

    clause: str
    span: Span
    quote: str
    rule: str
    indicator: str
    comparator: Comparator
    value: str
    unit: str
    group: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """When or how often. `period` is an ISO 8601 duration, `start` and `by` ISO dates."""

    clause: str
    span: Span
    quote: str
    rule: str
    kind: ScheduleKind
    period: str | None = None
    min_count: int | None = None
    start: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """One mention of a named campaign: “十大行动”, 消防安全治本攻坚三年行动. `name` is without quotation marks."""

    clause: str
    span: Span
    quote: str
    rule: str
    name: str


@dataclass(frozen=True, slots=True)
class Annotations:
    """All that was read out of one document, each kind in text order."""

    citations: tuple[Citation, ...] = ()
    actors: tuple[Actor, ...] = ()
    duties: tuple[Duty, ...] = ()
    metrics: tuple[Metric, ...] = ()
    schedules: tuple[Schedule, ...] = ()

    def __iter__(self) -> Iterator[Citation | Actor | Duty | Metric | Schedule]:
        """Every record, kind by kind."""
        yield from self.citations
        yield from self.actors
        yield from self.duties
        yield from self.metrics
        yield from self.schedules


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Something that a rule saw and that no record, or only a doubtful one, came of: for a person to look at.

    `reason` says in Chinese why it was left: 只作定语，条款没有给它角色.
    """

    clause: str
    span: Span
    quote: str
    rule: str
    kind: UnplacedKind
    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The quotation an edge or an answer rests on."""

    document: str
    clause: str
    start: int
    end: int
    quote: str
    rule: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the documents say to a question, or that they do not (`stated` False: 文中未载明).

    `findings` are in order of trust, those of a list in text order; where `stated` is False they are the nearest clauses.
    `kind` is what the question asks for, `topic` the words that were looked up, `replaced` the words of it that the quotations
    word otherwise, as (word, term).
    """

    question: str
    stated: bool
    findings: tuple[Finding, ...] = ()
    note: str = ""
    kind: QuestionKind | None = None
    topic: str = ""
    replaced: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of an answer: who bears what, in which part, on which basis, and the quotation.

    `urged` are those who are urged to do it (督促 X 做 Y). `unstated` are the parts that a duty gives to nobody: no subject
    is written, and the document prints neither recipients nor an issuer. `facts` are what else was read in the quotation, as
    (name, value): (时限, 周期性；每季度；至少 1 次).
    """

    actors: tuple[Bearer, ...]
    evidence: Evidence
    heading: str | None = None
    sentence: str = ""
    urged: tuple[str, ...] = ()
    unstated: tuple[Role, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
