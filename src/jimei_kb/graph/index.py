"""The index of a base, `<base>/index.sqlite`: nodes, edges and sentences, found without reading the documents.

It follows from the documents, is never the truth, and may be deleted at any time. Edges have two covering indexes, one
from each end. Sentences are searched by pairs of neighbouring characters (`pairs_of`): a full-text index over words finds
no 街道办 where its lexicon cuts 街道|办, and one over three characters no 消防. ANALYZE is never run: its statistics make
SQLite 3.40 walk edges from the wrong end.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from jimei_kb.errors import GraphError
from jimei_kb.graph.schema import Edge, Node, edge_order
from jimei_kb.graph.sentences import fold, sentences_of
from jimei_kb.graph.stamps import Stamp
from jimei_kb.records import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from jimei_kb.graph.build import Linker
    from jimei_kb.graph.schema import EdgeKind, Reading
    from jimei_kb.graph.sentences import Sentence
    from jimei_kb.graph.stamps import Stamps
    from jimei_kb.graph.validity import Validity
    from jimei_kb.records import Document

Tier = Literal["phrase", "words", "synonym"]

_FORMAT = 3
_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;
CREATE TABLE files (name TEXT PRIMARY KEY, size INTEGER, modified INTEGER, changed INTEGER, digest TEXT) WITHOUT ROWID;
CREATE TABLE nodes (id INTEGER PRIMARY KEY, name TEXT, kind TEXT, label TEXT, unresolved INTEGER, facts TEXT);
CREATE TABLE evidence (
    id INTEGER PRIMARY KEY, document TEXT, clause TEXT, start INTEGER, "end" INTEGER, quote TEXT, rule TEXT, page INTEGER
);
CREATE TABLE facts (id INTEGER PRIMARY KEY, facts TEXT);
CREATE TABLE edges (source INTEGER, target INTEGER, kind TEXT, evidence INTEGER, facts INTEGER);
CREATE TABLE documents (id INTEGER PRIMARY KEY, slug TEXT, key TEXT, number TEXT, title TEXT, issuers TEXT, date TEXT, first INTEGER);
CREATE TABLE limits (document TEXT, last INTEGER, day TEXT, reason TEXT, certainty TEXT);
CREATE TABLE clauses (id INTEGER PRIMARY KEY, document INTEGER, clause TEXT, headings TEXT);
CREATE TABLE sentences (id INTEGER PRIMARY KEY, clause INTEGER, start INTEGER, "end" INTEGER, text TEXT);
CREATE TABLE pairs (pair TEXT PRIMARY KEY, sentences INTEGER, folded INTEGER) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(text, headings, joined, content='', columnsize=0, tokenize='ascii');
"""
# made when the rows are in: filling them in order is faster than keeping them up
_INDEXES = (
    "CREATE UNIQUE INDEX nodes_name ON nodes (name)",
    "CREATE INDEX nodes_kind ON nodes (kind)",
    "CREATE INDEX edges_from ON edges (source, kind, target, evidence, facts)",
    "CREATE INDEX edges_to ON edges (target, kind, source, evidence, facts)",
)
# CROSS JOIN keeps the order of the tables: from the one named node over its edges to what they hold
_EDGES = """
SELECT near.name, far.name, edges.kind, v.document, v.clause, v.start, v."end", v.quote, v.rule, v.page, facts.facts
FROM nodes near CROSS JOIN edges CROSS JOIN nodes far CROSS JOIN evidence v CROSS JOIN facts
WHERE near.name = ? AND edges.{near} = near.id {kinds}
AND far.id = edges.{far} AND v.id = edges.evidence AND facts.id = edges.facts
"""
_NODE = "SELECT name, kind, label, unresolved, facts FROM nodes WHERE name = ?"
_NODES = "SELECT name, kind, label, unresolved, facts FROM nodes WHERE kind = ?"
_SENTENCE = """
SELECT s.id, d.slug, d.key, c.clause, s.start, s."end", s.text, c.headings
FROM sentences s CROSS JOIN clauses c CROSS JOIN documents d
WHERE s.id = ? AND c.id = s.clause AND d.id = c.document
"""
_MATCHES = """
SELECT s.id, d.slug, d.key, c.clause, s.start, s."end", s.text, c.headings
FROM (SELECT rowid AS id FROM words WHERE words MATCH ? AND rowid > ? ORDER BY rowid LIMIT ?) found
CROSS JOIN sentences s CROSS JOIN clauses c CROSS JOIN documents d
WHERE s.id = found.id AND c.id = s.clause AND d.id = c.document
"""
_HOLDING = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?"
_PAIR = "SELECT sentences FROM pairs WHERE pair = ?"
_FOLDED = "SELECT folded FROM pairs WHERE pair = ?"
_CLAUSES = "SELECT d.key, c.clause FROM clauses c CROSS JOIN documents d WHERE d.id = c.document ORDER BY c.id"
_ENTRIES = "SELECT slug, key, number, title, issuers, date FROM documents ORDER BY id"
_ABOUT = "SELECT value FROM about WHERE name = ?"
_FILES = "SELECT name, size, modified, changed, digest FROM files"
_FIRST = "SELECT first, slug FROM documents ORDER BY id"
_LIMITS = "SELECT document, last, day, reason, certainty FROM limits ORDER BY rowid"
_KEYS = "SELECT slug, key FROM documents ORDER BY id"
# how many matches are fetched at a time; most questions need no second lot
_LOT = 256
# the columns of a text as it is printed
_AS_PRINTED = "{text headings}"

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

# what the search sees of a text: runs of letters, digits and Chinese characters
_RUN = re.compile(r"[\w%]+")
# FTS5's tokenizer `ascii` splits at ASCII marks and folds capitals, and leaves all other characters alone: so none is ASCII
_NOT_ASCII = {code: 0xE000 + code for code in range(33, 128)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What sentences are sought: first those that hold all `phrases`, then those with at least one pair of each of the `words`.

    A sentence is sought together with its headings. `words` are pairs of characters, or single characters.
    """

    phrases: tuple[str, ...]
    words: tuple[tuple[str, ...], ...] = ()


class Entry(NamedTuple):
    """What is known of a document without reading it; `issuers` are one a line."""

    slug: str
    key: str
    number: str
    title: str
    issuers: str
    date: str


def entry_of(document: Document) -> Entry:
    """The entry of a document."""
    head = document.head
    return Entry(document.slug, document.key, head.number or "", head.title or "", "\n".join(head.issuers), head.date or "")


class Hit(NamedTuple):
    """A sentence that was found, in which document and clause (its id within the document), and by which tier."""

    id: int
    slug: str
    document: str
    clause: str
    start: int
    end: int
    text: str
    headings: str
    tier: Tier


def pairs_of(text: str) -> list[str]:
    """Every pair of neighbouring characters, and the last one of each run by itself: 街道办、社区 → 街道 道办 办 社区 区."""
    return [run[i : i + 2] for run in _RUN.findall(text) for i in range(len(run))]


def pieces_of(text: str) -> set[str]:
    """Its pairs and its characters, each once: what sentences are counted by."""
    return {*pairs_of(text), *"".join(_RUN.findall(text))}


# --- making -------------------------------------------------------------------------------------------------------


def fill(connection: sqlite3.Connection, readings: Iterable[Reading], linker: Linker, stamps: Stamps) -> None:
    """Make the index in an empty database: of what the `linker` links, and of the sentences of the `readings` in their order.

    The readings are taken one by one, and of each is kept only what others may link to. Raises GraphError where this SQLite has no FTS5.
    """
    try:
        connection.executescript(_TABLES)
    except sqlite3.OperationalError as error:
        if "fts5" not in str(error):
            raise
        raise GraphError(
            f"这个 Python 的 SQLite {sqlite3.sqlite_version} 没有 FTS5，知识库的索引要用它；"
            "请用 python.org 或 conda-forge 的 Python（environment.yml），或编译 SQLite 时打开 SQLITE_ENABLE_FTS5"
        ) from error
    with connection:
        links, texts = _Links(connection), _Texts(connection)
        for reading in readings:
            links.add(*linker.link(reading))
            texts.add(reading)
        links.finish(linker.shared())
        connection.executemany("INSERT INTO limits VALUES (?, ?, ?, ?, ?)", _limit_rows(linker.validity))
        texts.finish()
        rows = ((name, *one) for name, one in sorted(stamps.items()))
        connection.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?)", rows)
        # the last thing written: what has a format is complete
        facts = [("sentences", texts.sentences), ("characters", texts.characters), ("format", _FORMAT)]
        connection.executemany("INSERT INTO about VALUES (?, ?)", facts)


def _limit_rows(validity: Mapping[str, Validity]) -> Iterator[tuple[Any, ...]]:
    """Two rows a document, its first and its last day; both without a reason where nobody says so."""
    for key, one in validity.items():
        for last, limit in enumerate((one.start, one.end)):
            said = (str(limit.day) if limit.day else None, limit.reason, limit.certainty) if limit else (None, None, None)
            yield key, last, *said


class _Links:
    """Writes nodes and edges, with what they rest on, document by document."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        # the numbers of the nodes that more than one document may name
        self.shared: dict[str, int] = {}
        self.facts: dict[tuple[tuple[str, str], ...], int] = {}
        self.nodes = self.evidence = 0

    def add(self, nodes: Iterable[Node], edges: Collection[Edge]) -> None:
        """The nodes that are a document's own, and the edges that it says."""
        own = {}
        for node in nodes:
            self.nodes += 1
            own[node.id] = self.nodes
            self.write(self.nodes, node)
        numbers = {quotation: self.evidence + n for n, quotation in enumerate(dict.fromkeys(edge.evidence for edge in edges), 1)}
        self.evidence += len(numbers)
        quotations = ((number, e.document, e.clause, e.start, e.end, e.quote, e.rule, e.page) for e, number in numbers.items())
        self.connection.executemany("INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?)", quotations)
        rows = (
            (
                own.get(edge.source) or self.number(edge.source),
                own.get(edge.target) or self.number(edge.target),
                edge.kind,
                numbers[edge.evidence],
                self.facts.setdefault(edge.facts, len(self.facts)),
            )
            for edge in edges
        )
        self.connection.executemany("INSERT INTO edges VALUES (?, ?, ?, ?, ?)", rows)

    def number(self, name: str) -> int:
        """The number of a node that several documents may name."""
        if name not in self.shared:
            self.nodes += 1
            self.shared[name] = self.nodes
        return self.shared[name]

    def write(self, number: int, node: Node) -> None:
        row = number, node.id, node.kind, node.label, int(node.unresolved), _JSON.encode(node.facts)
        self.connection.execute("INSERT INTO nodes VALUES (?, ?, ?, ?, ?, ?)", row)

    def finish(self, shared: Iterable[Node]) -> None:
        """The nodes that several documents may name, now that all is known of them, and what finds all of it."""
        for node in shared:
            self.write(self.number(node.id), node)
        self.connection.executemany("INSERT INTO facts VALUES (?, ?)", ((number, _JSON.encode(one)) for one, number in self.facts.items()))
        for statement in _INDEXES:
            self.connection.execute(statement)


class _Texts:
    """Writes documents, clauses, sentences and their pairs, and counts them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.counts: Counter[str] = Counter()
        self.folded: Counter[str] = Counter()
        # the characters are those of the folded sentences
        self.documents = self.clauses = self.sentences = self.characters = 0

    def add(self, reading: Reading) -> None:
        """What can be searched of one document."""
        document = reading.document
        row = self.documents, *entry_of(document), self.sentences + 1
        self.connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        above: dict[str, tuple[str, str]] = {}
        for sentence in sentences_of(document):
            if sentence.clause.id not in above:
                self.clauses += 1
                above[sentence.clause.id] = _tokens(sentence.headings), _joined(sentence.headings)
                # what only headings hold is known too, and counted in no sentence
                self.folded.update(dict.fromkeys(pieces_of(fold(sentence.headings)), 0))
                clause = self.clauses, self.documents, sentence.clause.id, sentence.headings
                self.connection.execute("INSERT INTO clauses VALUES (?, ?, ?, ?)", clause)
            self._sentence(sentence, *above[sentence.clause.id])
        self.documents += 1

    def _sentence(self, sentence: Sentence, headings: str, joined: str) -> None:
        self.sentences += 1
        text, whole = sentence.text, fold(sentence.text)
        row = self.sentences, self.clauses, *sentence.span, text
        self.connection.execute("INSERT INTO sentences VALUES (?, ?, ?, ?, ?)", row)
        tokens = self.sentences, _tokens(text), headings, f"{joined} {_joined(text)}"
        self.connection.execute("INSERT INTO words (rowid, text, headings, joined) VALUES (?, ?, ?, ?)", tokens)
        self.counts.update(pieces_of(text))
        self.folded.update(pieces_of(whole))
        self.characters += len(whole)

    def finish(self) -> None:
        """How often each pair occurs, now that all is counted."""
        pairs = sorted({*self.counts, *self.folded})
        rows = ((pair, self.counts[pair], self.folded[pair]) for pair in pairs)
        self.connection.executemany("INSERT INTO pairs VALUES (?, ?, ?)", rows)
        self.connection.execute("INSERT INTO words (words) VALUES ('optimize')")


def _tokens(text: str) -> str:
    return " ".join(pairs_of(text)).translate(_NOT_ASCII)


def _joined(text: str) -> str:
    """The pairs that a text has only when it is folded: 县区 of 县（区）."""
    own = set(pairs_of(text))
    return " ".join(pair for pair in pairs_of(fold(text)) if pair not in own).translate(_NOT_ASCII)


# --- what it was made from ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """An index and what it was made from: the stamps of all files, and slug → key of the documents in the order of the base."""

    connection: sqlite3.Connection
    stamps: Stamps
    keys: dict[str, str]


def read_made(connection: sqlite3.Connection) -> Made | None:
    """The index in a database; None where it is none of this version of the kit, or damaged at first sight."""
    with suppress(sqlite3.Error):
        if connection.execute(_ABOUT, ("format",)).fetchall() == [(_FORMAT,)]:
            stamps = {row[0]: Stamp._make(row[1:]) for row in connection.execute(_FILES)}
            return Made(connection, stamps, dict(connection.execute(_KEYS)))
    return None


def remember(connection: sqlite3.Connection, stamps: Stamps) -> None:
    """Note other times of the same files, so that they need not be hashed again; not where the index cannot be written to."""
    rows = [(one.size, one.modified, one.changed, name) for name, one in stamps.items()]
    with suppress(sqlite3.Error), connection:
        connection.executemany("UPDATE files SET size = ?, modified = ?, changed = ? WHERE name = ?", rows)


# --- asking -------------------------------------------------------------------------------------------------------


class Index:
    """An index to ask: a graph to walk (`schema.Links`) and sentences to search.

    `remake` gives a new database where this one turns out to be damaged.
    """

    def __init__(self, connection: sqlite3.Connection, remake: Callable[[], sqlite3.Connection]) -> None:
        self._connection = connection
        self._remake = remake

    def __del__(self) -> None:
        self._connection.close()

    def node(self, node_id: str) -> Node | None:
        """The node with this id; None where there is none."""
        return next((_node(row) for row in self._rows(_NODE, node_id)), None)

    def documents(self) -> tuple[Node, ...]:
        """Every document, held or only cited (`unresolved`), in the order of the graph."""
        return tuple(_node(row) for row in sorted(self._rows(_NODES, "document")))

    def edges_from(self, node_id: str, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """The edges that start there, of these kinds or, where none is given, of all; in the order of the graph."""
        return tuple(sorted((_edge(*row) for row in self._edges("source", "target", node_id, kinds)), key=edge_order))

    def edges_to(self, node_id: str, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """The edges that end there, likewise."""
        edges = (_edge(far, near, *row) for near, far, *row in self._edges("target", "source", node_id, kinds))
        return tuple(sorted(edges, key=edge_order))

    def search(self, *wanted: Wanted, limit: int = 10) -> tuple[Hit, ...]:
        """At most `limit` sentences, each once: by the first of the `wanted`, then by the others, which are its synonyms."""
        found: dict[int, Hit] = {}
        for number, one in enumerate(wanted):
            for hit in self.matching(one):
                if len(found) >= limit:
                    return tuple(found.values())
                found.setdefault(hit.id, hit._replace(tier="synonym") if number else hit)
        return tuple(found.values())

    def matching(self, wanted: Wanted) -> Iterator[Hit]:
        """The sentences, each once, in the order of the base within a tier.

        First those with all phrases in the sentence itself, then those with some in its headings, then those with all words.
        """
        phrases = " AND ".join(map(_phrase, wanted.phrases))
        words = " AND ".join(f"({' OR '.join(map(_phrase, group))})" for group in wanted.words)
        seen: set[int] = set()
        tiers: list[tuple[str, str, Tier]] = [("text", phrases, "phrase"), (_AS_PRINTED, phrases, "phrase"), (_AS_PRINTED, words, "words")]
        for columns, query, tier in tiers:
            for row in self._matches(f"{columns} : ({query})") if query else ():
                if row[0] not in seen:
                    seen.add(row[0])
                    yield Hit._make((*row, tier))

    def sentence(self, number: int) -> Hit:
        """The sentence with this `Hit.id`."""
        (row,) = self._rows(_SENTENCE, number)
        return Hit._make((*row, "words"))

    def holding(self, pair: str) -> list[int]:
        """The ids of the sentences that hold a pair, or a character, in themselves or their headings; they rise."""
        return [number for (number,) in self._rows(_HOLDING, f"{_AS_PRINTED} : ({_phrase(pair)})", -1)]

    def folded_with(self, groups: Iterable[Iterable[str]], limit: int) -> list[int]:
        """The ids of the first `limit` sentences that have, folded, a pair of each group in themselves or their headings."""
        query = " AND ".join(f"({' OR '.join(map(_phrase, group))})" for group in groups)
        return [number for (number,) in self._rows(_HOLDING, query, limit)] if query else []

    def sentences(self) -> int:
        """How many sentences there are."""
        return self._about("sentences")

    def characters(self) -> int:
        """How many characters all sentences have together, folded."""
        return self._about("characters")

    def entries(self) -> tuple[Entry, ...]:
        """Every document that is held, in the order of the base."""
        return tuple(map(Entry._make, self._rows(_ENTRIES)))

    def first_sentences(self) -> tuple[list[int], list[str]]:
        """Of every document in the order of the base, the `Hit.id` that its first sentence has or would have, and its slug."""
        rows = self._rows(_FIRST)
        return [first for first, _ in rows], [slug for _, slug in rows]

    def validities(self) -> dict[str, Validity]:
        """By key in the order of the base, when each document holds; of several last days the earliest."""
        from jimei_kb.graph.validity import Limit, Validity

        limits: dict[str, list[Limit | None]] = {}
        for key, _, day, reason, certainty in self._rows(_LIMITS):
            limit = None if reason is None else Limit(date.fromisoformat(day) if day else None, reason, certainty)
            limits.setdefault(key, []).append(limit)
        return {key: Validity(start, (end,) if end else ()) for key, (start, end) in limits.items()}

    def clauses(self) -> list[tuple[str, str]]:
        """(key of the document, id within it) of every clause, in the order of the base."""
        return [(key, clause) for key, clause in self._rows(_CLAUSES)]

    def folded_count(self, pair: str) -> int | None:
        """How many sentences hold a pair, or a character, when folded; None where not even a heading does."""
        return next((count for (count,) in self._rows(_FOLDED, pair)), None)

    def sentences_with(self, pair: str) -> int:
        """How many sentences hold a pair, or a character, in themselves."""
        return next((count for (count,) in self._rows(_PAIR, pair)), 0)

    def _about(self, name: str) -> int:
        return next((count for (count,) in self._rows(_ABOUT, name)), 0)

    def _edges(self, near: str, far: str, node_id: str, kinds: Sequence[EdgeKind]) -> list[tuple[Any, ...]]:
        """The edges whose end `near` is a node: that end, the other, then the rest."""
        among = f"AND edges.kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
        return self._rows(_EDGES.format(near=near, far=far, kinds=among), node_id, *kinds)

    def _matches(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The sentences that FTS5 finds, in their order; fetched by the lot, as few questions need them all."""
        last = 0
        while lot := sorted(self._rows(_MATCHES, query, last, _LOT)):
            yield from lot
            last = lot[-1][0]

    def _rows(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        """The rows of a query, of a new database where this one is damaged."""
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError:
            self._connection = self._remake()
            return self._connection.execute(query, values).fetchall()


def _phrase(text: str) -> str:
    """A phrase as FTS5 asks for it: its pairs behind one another; a single character as the beginning of a pair."""
    return " AND ".join(_run(run) for run in _RUN.findall(text)) or '""'


def _run(run: str) -> str:
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    return f'"{" ".join(pairs).translate(_NOT_ASCII)}"' if pairs else f'"{run.translate(_NOT_ASCII)}" *'


def _node(row: tuple[Any, ...]) -> Node:
    name, kind, label, unresolved, facts = row
    return Node(name, kind, label, bool(unresolved), _pairs(facts))


def _edge(source: str, target: str, kind: EdgeKind, *rest: Any) -> Edge:
    *evidence, facts = rest
    return Edge(source, target, kind, Evidence(*evidence), _pairs(facts))


@lru_cache(maxsize=4096)
def _pairs(facts: str) -> tuple[tuple[str, str], ...]:
    # few edges have facts of their own: most are one of some hundred
    return tuple((name, value) for name, value in json.loads(facts))
