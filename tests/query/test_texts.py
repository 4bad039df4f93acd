"""What a question looks into: with an index and without, the same answers; with one, only the documents that can hold them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from jimei_kb import build_kb, open_kb
from jimei_kb.document import parse_text
from jimei_kb.extract import extract
from jimei_kb.graph import store
from jimei_kb.graph.library import Library
from jimei_kb.graph.registry import load_synonyms
from jimei_kb.graph.schema import Reading
from jimei_kb.knowledge_base import KnowledgeBase
from jimei_kb.query import texts as module
from jimei_kb.query.texts import texts_of
from jimei_kb.query.wording import Lexicon, Unit, read_words, units_of

QUESTIONS = yaml.safe_load((Path(__file__).parent / "questions.yaml").read_text(encoding="utf-8"))["questions"]


@pytest.fixture(scope="module")
def base(root, seed_path, tmp_path_factory):
    """The seed and the invented notices, with an index."""
    folder = tmp_path_factory.mktemp("texts") / "kb"
    build_kb([seed_path, root / "data" / "specimens"], folder)
    open_kb(folder).who("消防")
    return folder


@pytest.fixture
def indexed(base):
    kb = open_kb(base)
    assert kb.readings.is_indexed()
    return kb


@pytest.fixture
def plain(base):
    return KnowledgeBase(base, store.load(base))


def test_every_answer_is_the_same(indexed, plain):
    """Of every third question: all of them take a minute."""
    assert [q["q"] for q in QUESTIONS[::3] if indexed.ask(q["q"]) != plain.ask(q["q"])] == []


@pytest.mark.parametrize("day", ["2023-06-01", "2024-05-01", "2030-01-01"])
def test_on_a_day_too(indexed, plain, day):
    for question in ("拉动训练多久一次？", "谁发的文？", "电动自行车由谁管？", "列出全部文号"):
        assert indexed.ask(question, as_of=day) == plain.ask(question, as_of=day)


@pytest.mark.parametrize(
    "word", ["消防", "三合一", "县区", "“双下降”", "联网式独立感烟报警探测器", "同规划、同落实", "罚", "校车", "2024年"]
)
def test_a_word_stands_somewhere_or_nowhere(indexed, plain, word):
    """Short ones, one character, over marks and blanks, and most of a long one."""
    one, other = texts_of(indexed.readings), texts_of(plain.readings)
    unit = Unit(module.fold(word), ((module.fold(word), 1.0),))
    assert one.stands(unit) == other.stands(unit)
    held = {passage.order for passage in one.about([unit]).passages}
    assert {passage.order for passage in other.about([unit]).passages if unit.found_in(passage.text)} <= held


def test_counts_are_the_same(indexed, plain):
    one, other = texts_of(indexed.readings), texts_of(plain.readings)
    assert (one.sentences, one.length) == (other.sentences, other.length)
    assert [one.count(piece) for piece in ("消防", "消", "县区", "鑫鑫")] == [
        other.count(piece) for piece in ("消防", "消", "县区", "鑫鑫")
    ]
    assert list(one.entries) == list(other.entries)


def test_only_what_can_hold_an_answer_is_read(indexed, monkeypatch):
    slugs = []
    monkeypatch.setattr(
        Library, "_read", lambda library, slug, clauses, read=Library._read: slugs.append(slug) or read(library, slug, clauses)
    )
    assert indexed.ask("仓储物流？").stated
    assert set(slugs) == {"yunxiu-2024-12"}
    slugs.clear()
    assert indexed.ask("望街办〔2023〕9号的拉动训练多久一次？").stated
    assert set(slugs) == {"wanghu-2023-9"}
    slugs.clear()
    assert indexed.clause("望街办〔2023〕9号#四").heading == "微型消防站"
    assert set(slugs) == {"wanghu-2023-9"}


def test_an_answer_says_that_not_all_was_looked_at(indexed, monkeypatch):
    monkeypatch.setattr(module, "_MOST_SENTENCES", 3)
    assert "最贴近的" in indexed.ask("消防宣传多久一次？").note
    monkeypatch.setattr(module, "MOST_WHOLE", 2)
    assert "只看了前 2 份" in indexed.ask("谁发的文？").note


def test_common_words_are_sought_together(indexed, monkeypatch):
    """Where each of two words has more sentences than are fetched, those with both are."""
    monkeypatch.setattr(module, "_MOST_ROWS", 2)
    texts = texts_of(indexed.readings)
    units = units_of(read_words("消防档案", Lexicon(load_synonyms())), texts.stands)
    found = texts.about(units)
    assert found.cut
    assert any("消防档案" in passage.text for passage in found.passages)


def test_a_repealed_document_is_known(tmp_path):
    """By its number, with an index and without."""
    old = "青石市消防管理办法\n青府〔2020〕1号\n一、检查。每半年检查1次灭火器。\n青石市人民政府\n2020年1月5日\n"
    new = "青石市安全规定\n青府〔2024〕2号\n一、检查。每季度检查1次灭火器。《青石市消防管理办法》（青府〔2020〕1号）同时废止。\n青石市人民政府\n2024年1月5日\n"
    readings = [Reading(document, extract(document)) for document in (parse_text(old, slug="old"), parse_text(new, slug="new"))]
    store.save(tmp_path, readings)
    open_kb(tmp_path).who("灭火器")
    for texts in (texts_of(readings), texts_of(open_kb(tmp_path).readings)):
        assert texts.repealed_by("青府〔2020〕1号") == "青府〔2024〕2号"
        assert texts.repealed_by("青府〔2024〕2号") is None
    assert dict(open_kb(tmp_path).ask("灭火器多久检查一次？").findings[-1].facts)["效力"] == "已被青府〔2024〕2号废止"
