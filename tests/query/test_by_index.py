"""An opened base says by its index what its readings say, as analysts corrected them, and reads no more of them than it needs."""

from __future__ import annotations

import shutil

import pytest

from jimei_kb import build_kb, open_kb
from jimei_kb.errors import GraphError
from jimei_kb.graph import store
from jimei_kb.graph.library import INDEX, Library
from jimei_kb.graph.lines import encode
from jimei_kb.knowledge_base import KnowledgeBase
from jimei_kb.query import places

SEED, UPPER, LOWER = "集街办〔2024〕46号", "岫政〔2024〕12号", "望街办〔2024〕15号"


@pytest.fixture(scope="module")
def built(root, seed_path, tmp_path_factory):
    """The seed and the invented notices."""
    base = tmp_path_factory.mktemp("by-index") / "kb"
    build_kb([seed_path, root / "data" / "specimens"], base)
    return base


@pytest.fixture
def base(built, tmp_path):
    """A copy of its own."""
    return shutil.copytree(built, tmp_path / "kb")


def both(base):
    """The base from its readings, and by its index."""
    open_kb(base).who("消防")
    indexed = open_kb(base)
    assert isinstance(indexed.readings, Library)
    assert indexed.readings._readings == {}
    return KnowledgeBase(base, store.load(base)), indexed


@pytest.fixture
def read(monkeypatch):
    """The slugs of the documents that are decoded from here on, in whole or in part."""
    slugs = []
    monkeypatch.setattr(
        Library, "_read", lambda library, slug, clauses, read=Library._read: slugs.append(slug) or read(library, slug, clauses)
    )
    return slugs


def asked(kb):
    """Every question that walks the graph or looks for places, with what is shown for it."""
    duty = next(one for one in kb.readings[0].annotations.duties if "充电" in one.quote)
    duty_id = next(record_id for record_id, one in kb.records.items() if one == duty)
    for subject in ("电动自行车", "消防", "电瓶车", "垃圾分类补贴", duty_id, f"{SEED}#消防工作方面/六", LOWER, "yunxiu-2024-12"):
        yield kb.trace(subject)
    for subject in (SEED, LOWER, "yunxiu-2024-12", f"{SEED}#前言", "国务院办公厅"):
        try:
            yield kb.cites(subject)
            yield kb.cited_by(subject)
        except GraphError as error:
            yield error
    yield kb.targets("yunxiu-2024-12")
    yield kb.compare(UPPER, LOWER)
    yield kb.calendar(2024)
    yield kb.review()
    for day in ("2024-11-01", "2025-03-01", "2000-01-01"):
        yield kb.who("电动自行车充电", as_of=day)
        yield kb.who("垃圾分类补贴", as_of=day)
        yield kb.ask("电动自行车充电由谁负责？", as_of=day)
        yield [document.key for document in kb.in_force(day)]
    yield kb.corrections


def test_every_result_is_the_same(base):
    plain, indexed = both(base)
    assert [repr(found) for found in asked(indexed)] == [repr(found) for found in asked(plain)]


def test_a_question_of_one_day_decodes_only_where_it_looks(base, read):
    """What does not hold on the day is known from the index."""
    indexed = both(base)[1]
    read.clear()
    answers = [indexed.who("电动自行车充电", as_of="2025-03-01"), indexed.ask("电动自行车充电由谁负责？", as_of="2025-03-01")]
    assert all("2025-03-01不在有效期内的文件有" in answer.note for answer in answers)
    said = {finding.evidence.document for answer in answers for finding in answer.findings}
    assert SEED not in said
    assert "jimei-2024-46" not in read


def test_a_correction_changes_the_answer_either_way(base):
    """Changed, struck and added: with an index that was made before, with one made since, and without any."""
    before = open_kb(base).who("电动自行车充电")
    first = before.findings[0]
    kb = open_kb(base)
    duty_id, duty = next((key, one) for key, one in kb.records.items() if one.quote == first.evidence.quote)
    kb.correct(duty_id, reason="按分工方案", actors=[["城建办", "牵头", "explicit"]])
    changed = both(base)
    for one in changed:
        assert next((bearer.name, bearer.role) for bearer in one.who("电动自行车充电").findings[0].actors) == ("城建办", "牵头")
    assert any(edge.source.endswith("城建办") for edge in changed[1].links.edges_to(f"duty:{duty_id}", "bears"))

    open_kb(base).strike(duty_id, "不是职责")
    open_kb(base).add(first.evidence.clause, duty.quote[:12], "duty", reason="补录", polarity="do", force="一般")
    plain, indexed = both(base)
    assert indexed.who("电动自行车充电") == plain.who("电动自行车充电") != before
    assert duty_id not in indexed.records
    assert [encode(one) for one in indexed.readings] == [encode(one) for one in plain.readings]
    assert indexed.links.node(f"duty:{duty_id}") is None
    for one in indexed.readings:
        clauses = {clause.id for clause in one.document.clauses[2:5]}
        part = Library(base).part(one.document.slug, clauses)
        assert [record for record in part.records() if record.clause in clauses] == [r for r in one.records() if r.clause in clauses]


def test_corrections_that_do_not_fit_are_found_by_the_index_too(base, read):
    """Without a look at documents that nobody corrected; those that outlived their document come last."""
    record_id = next(key for key, record in open_kb(base).records.items() if record.clause == "消防工作方面/六")
    open_kb(base).strike(record_id, "重复")
    name = "jimei-2024-46.jsonl"
    path = base / "corrections" / name
    line = path.read_text(encoding="utf-8")
    path.write_text(line + line.replace("消防工作方面/六", "消防工作方面/百"), encoding="utf-8")
    (base / "corrections" / "gone.jsonl").write_text(line.replace("jimei-2024-46", "gone"), encoding="utf-8")
    _, indexed = both(base)
    read.clear()
    found = indexed.conflicts

    assert [(one.correction.slug, one.fault) for one in found] == [
        ("jimei-2024-46", "文件中没有这一条了"),
        ("gone", "库中没有这份文件了"),
    ]
    assert [one.line() for one in found] == [one.line() for _, _, faults in store.load_in_turn(base) for one in faults]
    assert read == ["jimei-2024-46"]


def test_a_correction_that_changes_under_an_open_base_is_refused(base):
    open_kb(base).strike(next(iter(open_kb(base).records)), "重复")
    _, indexed = both(base)
    open_kb(base).strike(next(iter(open_kb(base).records)), "重复")
    with pytest.raises(GraphError, match=r"corrections/.*：知识库打开之后这个文件有改动；请重新打开"):
        indexed.who("电动自行车充电")


def test_a_question_reads_only_what_it_needs(base, read):
    _, indexed = both(base)
    read.clear()
    indexed.cited_by("青岚省消防条例")
    assert read == []
    indexed.targets("yunxiu-2024-12")
    assert read == ["yunxiu-2024-12"]
    _, indexed = both(base)
    read.clear()
    assert indexed.trace("地铁口周边").chains
    assert set(read) == {"jimei-2024-46"}


def test_a_chain_says_that_it_was_not_made_of_all(base, monkeypatch):
    monkeypatch.setattr(places, "_MOST_SENTENCES", 3)
    for kb in both(base):
        assert "最贴近的 3 句" in kb.trace("消防").note
    assert (base / INDEX).is_file()
