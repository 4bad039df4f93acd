"""The index: the same graph as in memory, every sentence that holds what is sought, and queries that never read a whole table."""

from __future__ import annotations

import re
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimei_kb.document import parse_text
from jimei_kb.errors import KbError
from jimei_kb.graph import index as module
from jimei_kb.graph.build import Linker, build_graph
from jimei_kb.graph.index import Hit, Index, Wanted, fill, pairs_of
from jimei_kb.graph.registry import load_registry
from jimei_kb.graph.schema import GraphLinks, Reading
from jimei_kb.graph.sentences import sentences_of
from jimei_kb.graph.validity import outline

# every kind of character that the search treats in a way of its own
LETTERS = "消防安全Aa9%_的 、。《\n"


def linker(*readings):
    registry = load_registry()
    return Linker([outline(reading, registry) for reading in readings], registry)


def index_of(*readings):
    connection = sqlite3.connect(":memory:")
    fill(connection, readings, linker(*readings), {})
    return Index(connection, remake=lambda: pytest.fail("the index is not damaged"))


def notice(body, number=1):
    return Reading(parse_text(f"集街办〔2024〕{number}号\n关于做好工作的通知\n各社区居委会：\n{body}\n", slug=f"notice-{number}"))


@pytest.fixture(scope="module")
def index(reading):
    return index_of(reading, notice("一、值守。落实值班制度。微型消防站值班。", 7))


@pytest.fixture(scope="module")
def graph(reading):
    return build_graph([reading, notice("一、值守。落实值班制度。微型消防站值班。", 7)])


# --- the graph ----------------------------------------------------------------------------------------------------


def test_the_index_is_the_graph(index, graph):
    """Node by node, with all facts, and edge by edge from both ends, with evidence and in the same order."""
    links = GraphLinks(graph)

    assert len(graph.edges) > 50
    for node in graph.nodes:
        assert index.node(node.id) == links.node(node.id) == node
        assert index.edges_from(node.id) == links.edges_from(node.id)
        assert index.edges_to(node.id) == links.edges_to(node.id)
    assert sum(len(index.edges_from(node.id)) for node in graph.nodes) == len(graph.edges)


@pytest.mark.parametrize("kinds", [("bears",), ("cites", "mentions", "demands"), ("involves", "has_clause")])
def test_edges_of_some_kinds(index, graph, kinds):
    links = GraphLinks(graph)
    for node in graph.nodes:
        assert index.edges_from(node.id, *kinds) == links.edges_from(node.id, *kinds)
        assert index.edges_to(node.id, *kinds) == links.edges_to(node.id, *kinds)
        assert {edge.kind for edge in index.edges_to(node.id, *kinds)} <= set(kinds)


def test_what_is_not_there(index, graph):
    for links in (index, GraphLinks(graph)):
        assert links.node("actor:nobody") is None
        assert links.edges_from("actor:nobody") == links.edges_to("actor:nobody", "bears") == ()


def test_documents_held_and_cited(index, graph):
    documents = index.documents()
    assert documents == GraphLinks(graph).documents()
    assert [node.id for node in documents if not node.unresolved] == ["document:集街办〔2024〕46号", "document:集街办〔2024〕7号"]
    assert len(documents) > 4


# --- the search ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("街道办、社区", ["街道", "道办", "办", "社区", "区"]),
        ("达80%。", ["达8", "80", "0%", "%"]),
        ("值", ["值"]),
        ("。\n", []),
    ],
)
def test_pairs(text, pairs):
    assert pairs_of(text) == pairs


@settings(max_examples=60)
@given(st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=6), st.text("消防安全Aa9%_", min_size=1, max_size=4))
def test_a_text_is_found_wherever_it_stands(bodies, sought):
    """And nowhere else: in sentences and headings, over no mark, whole or as a part, capitals told apart."""
    reading = notice("\n".join(f"{number}、{body}" for number, body in zip("一二三四五六", bodies, strict=False)))
    index = index_of(reading)
    sentences = list(enumerate(sentences_of(reading.document), 1))
    here = [number for number, one in sentences if sought in one.text]
    above = [number for number, one in sentences if sought in one.text or sought in one.headings]

    assert index.sentences() == len(sentences)
    hits = list(index.matching(Wanted((sought,))))
    assert [hit.id for hit in hits] == [*here, *(number for number in above if number not in here)]
    if len(sought) <= 2:
        assert index.holding(sought) == above
        assert index.sentences_with(sought) == len(here)


def test_a_hit_is_a_place(index, reading):
    (hit,) = index.search(Wanted(("调度出动",)))

    sentence = next(one for one in sentences_of(reading.document) if "调度出动" in one.text)
    place = ("jimei-2024-46", "集街办〔2024〕46号", "消防工作方面/五", *sentence.span)
    assert hit == Hit(hit.id, *place, sentence.text, sentence.headings, "phrase")
    assert hit.headings.split("\n") == ["消防工作方面", "五", "", "抓好基层基础工作"]
    assert index.sentence(hit.id)[:-1] == hit[:-1]


def test_the_tiers(index):
    """Word by word before in pieces, both before another word for it; each sentence once, by the tier that came first."""
    pieces = Wanted(("消防站值班",), (("消防",), ("值班",)))
    hits = index.search(pieces, Wanted(("值班",)), limit=20)

    assert next((hit.tier, "消防站值班" in hit.text, "值班" in hit.text) for hit in hits) == ("phrase", True, True)
    assert {hit.tier for hit in hits} == {"phrase", "words", "synonym"}
    assert [hit.tier for hit in hits] == sorted((hit.tier for hit in hits), key=["phrase", "words", "synonym"].index)
    assert len({hit.id for hit in hits}) == len(hits)
    for hit in hits:
        assert hit.tier == "synonym" or all(word in hit.text + hit.headings for word in ("消防", "值班"))


def test_words_alone_and_nothing_at_all(index):
    assert {hit.tier for hit in index.search(Wanted((), (("消防",), ("值班",))))} == {"words"}
    assert index.search(Wanted(())) == index.search() == ()


def test_headings_count_after_the_sentence_itself(index):
    hits = index.search(Wanted(("消防",)), limit=100)
    own = ["消防" in hit.text for hit in hits]
    assert own == sorted(own, reverse=True)
    assert {True, False} == set(own)


@pytest.mark.parametrize("limit", [0, 1, 5])
def test_a_limit_cuts_and_changes_nothing_else(index, limit):
    wanted = Wanted(("消防",)), Wanted(("安全",))
    assert index.search(*wanted, limit=limit) == index.search(*wanted, limit=1000)[:limit]


def test_more_than_one_lot(index, monkeypatch):
    whole = index.search(Wanted(("消防",)), limit=1000)
    monkeypatch.setattr(module, "_LOT", 2)
    assert index.search(Wanted(("消防",)), limit=1000) == whole
    assert len(whole) > 10


@pytest.mark.parametrize("text", ['" OR text : "消防', "消防* NEAR(", "。、", ") AND (", "text", "AND"])
def test_the_language_of_the_search_engine_is_not_spoken(index, text):
    """What is sought is text, whatever it looks like; it is found where its words stand, here nowhere."""
    assert index.search(Wanted((text,))) == ()


# --- how it is asked ----------------------------------------------------------------------------------------------


def plan(index, query, *values):
    return [detail for *_, detail in index._connection.execute(f"EXPLAIN QUERY PLAN {query}", values)]


@pytest.mark.parametrize("end", ["source", "target"])
@pytest.mark.parametrize("kinds", ["", "AND edges.kind IN (?, ?)"])
def test_edges_are_found_by_an_index_that_holds_all_of_them(index, end, kinds):
    name = {"source": "edges_from", "target": "edges_to"}[end]
    kind = " AND kind=?" if kinds else ""
    far = {"source": "target", "target": "source"}[end]
    steps = plan(index, module._EDGES.format(near=end, far=far, kinds=kinds), "x", *(["bears", "cites"] if kinds else []))

    assert steps[1] == f"SEARCH edges USING COVERING INDEX {name} ({end}=?{kind})"
    assert steps[0].startswith("SEARCH near USING COVERING INDEX")
    assert all(step.endswith("USING INTEGER PRIMARY KEY (rowid=?)") for step in steps[2:])
    assert len(steps) == 5


@pytest.mark.parametrize(
    ("query", "values"),
    [
        (module._NODE, ["x"]),
        (module._NODES, ["x"]),
        (module._SENTENCE, [1]),
        (module._MATCHES, ['"x"', 0, 10]),
        (module._HOLDING, ['"x"', 10]),
        (module._PAIR, ["x"]),
        (module._FOLDED, ["x"]),
        (module._ABOUT, ["x"]),
    ],
)
def test_no_question_reads_a_whole_table(index, query, values):
    """What FTS5 finds by its own index is called a scan too, and so are the rows it gives."""
    steps = plan(index, query, *values)
    scans = [step for step in steps if "SCAN" in step and not re.search(r"SCAN words VIRTUAL TABLE INDEX \d+:.*M|SCAN found", step)]
    assert scans == []


def test_words_are_found_over_marks_and_blanks():
    """As they are folded: 县（区） is 县区; a search of what is printed does not find them so."""
    index = index_of(notice("一、分工。各县（区）落实“三合一”整治。到2024 年底完成。", 7))
    for pairs in (["县区"], ["三合", "合一", "一整"], ["4年", "年底"]):
        (found,) = index.folded_with([[pair] for pair in pairs], 10)
        assert all(index.folded_count(pair) for pair in pairs)
        assert index.sentence(found).clause == "一"
    assert index.holding("县区") == []
    assert index.sentences_with("县区") == 0
    assert index.folded_count("鑫鑫") is None
    assert index.folded_with([["县区", "鑫鑫"]], 10) == index.folded_with([["县区"]], 10)
    assert index.folded_with([["县区"], ["鑫鑫"]], 10) == []


def test_documents_and_clauses_are_listed_without_reading_them(index):
    assert [(entry.slug, entry.number, entry.title) for entry in index.entries()][1:] == [
        ("notice-7", "集街办〔2024〕7号", "关于做好工作的通知")
    ]
    assert index.entries()[0].issuers == "厦门市集美区人民政府集美街道办事处"
    assert ("集街办〔2024〕46号", "消防工作方面/六") in index.clauses()
    assert [clause for key, clause in index.clauses() if key == "集街办〔2024〕7号"] == ["一"]


def test_nothing_was_analysed(index):
    """The statistics of ANALYZE change the plans for the worse."""
    names = {name for (name,) in index._connection.execute("SELECT name FROM sqlite_master")}
    assert {"edges_from", "edges_to", "words"} <= names
    assert not {name for name in names if name.startswith("sqlite_stat")}


def test_a_sqlite_without_full_text_search_is_said_so(reading):
    class Lacking(sqlite3.Connection):
        def executescript(self, script):
            return super().executescript(script.replace("USING fts5", "USING no_fts5_here"))

    with pytest.raises(KbError, match=r"SQLite 3\.\S+ 没有 FTS5，.*；请用 python.org"):
        fill(sqlite3.connect(":memory:", factory=Lacking), [reading], linker(reading), {})


def test_a_damaged_index_is_made_again(reading):
    """In the middle of the questions, and nobody notices."""

    def make():
        connection = sqlite3.connect(":memory:")
        fill(connection, [reading], linker(reading), {})
        return connection

    made = []
    index = Index(make(), lambda: made.append(1) or make())
    before = index.search(Wanted(("消防",)))
    index._connection.execute("DROP TABLE sentences")
    assert index.search(Wanted(("消防",))) == before
    index._connection.execute("DROP TABLE evidence")
    assert index.edges_from("document:集街办〔2024〕46号")
    assert made == [1, 1]
