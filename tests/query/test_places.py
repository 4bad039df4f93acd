"""Where answers are looked for: with an index as without one, and never past a sentence that speaks of the topic."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimei_kb import build_kb, open_kb
from jimei_kb.query import places as module
from jimei_kb.query.places import source_of
from jimei_kb.query.responsible import who_is_responsible
from jimei_kb.query.topics import needs, speaks_of, topic_of, weights

if TYPE_CHECKING:
    from jimei_kb.graph.schema import Reading

QUESTIONS = [
    "电动自行车充电",
    "电瓶车充电归谁管",
    "谁负责电动自行车停放、充电场所建设？",
    "小消防站值班",
    "火灾事故调查处理谁牵头、谁配合？",
    "垃圾分类补贴",
    "微型消防站经费标准",
    "防汛抗旱",
    "消防",
    "安全",
    "安全生产责任制",
    "管理工作",
    "落实",
    "向街道办报告",
    "水",
    "119指挥中心",
    "谁？",
]


@dataclass(frozen=True)
class Base:
    """Readings without an index."""

    readings: tuple[Reading, ...]


@pytest.fixture(scope="module")
def kb(tmp_path_factory, root, seed_path):
    """The seed and the invented notices, opened by their index."""
    base = tmp_path_factory.mktemp("base")
    notices = sorted(
        path for path in (root / "tests" / "documents").iterdir() if path.stem.startswith("invented") and path.suffix != ".yaml"
    )
    build_kb([seed_path, *notices], base)
    open_kb(base).who("消防")
    return open_kb(base)


@pytest.fixture(scope="module")
def plain(kb):
    return Base(tuple(kb.readings))


def pieces(readings, number):
    """Pieces of the notices, of any length, some of them joined: topics that stand somewhere, in part or not at all."""
    rng = random.Random(7)
    text = "".join(reading.document.text for reading in readings).replace("\n", "")

    def piece():
        at = rng.randrange(len(text) - 20)
        return text[at : at + rng.randrange(1, 12)]

    return [piece() + rng.choice(["", "", "、", "的", "管理工作"]) + rng.choice(["", piece()]) for _ in range(number)]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_answer_with_and_without_an_index(kb, plain, question):
    assert kb.who(question) == who_is_responsible(plain, question)


@pytest.mark.parametrize(("limit", "most"), [("_MOST_SENTENCES", 400), ("_MOST_SENTENCES", 3), ("_MOST_DOCUMENTS", 1)])
def test_the_same_answers_to_anything(kb, plain, monkeypatch, limit, most):
    monkeypatch.setattr(module, limit, most)
    answers = [(kb.who(piece, limit=50), who_is_responsible(plain, piece, limit=50)) for piece in pieces(plain.readings, 150)]

    assert [one for one, _ in answers] == [other for _, other in answers]
    assert {one.stated for one, _ in answers} == {True, False}
    assert any("只细看了" in one.note for one, _ in answers) == (most < 400)


@pytest.mark.parametrize(
    ("limit", "most", "said"),
    [("_MOST_SENTENCES", 5, r"最贴近的 5 句（\d 份文件）"), ("_MOST_DOCUMENTS", 2, r"最贴近的 \d+ 句（2 份文件）")],
)
def test_the_answer_says_that_it_did_not_look_at_all(kb, monkeypatch, limit, most, said):
    monkeypatch.setattr(module, limit, most)
    assert re.search(said, kb.who("消防").note)
    assert "只细看" not in kb.who("电动自行车充电").note


def test_a_whole_page_can_be_asked_about(kb, plain):
    """As much of it as a question takes: two hundred characters, all of which are looked up."""
    page = max((reading.document.text for reading in plain.readings), key=len)
    for at in (0, 500, 1500):
        assert kb.who(page[at : at + 400]) == who_is_responsible(plain, page[at : at + 400])


def test_of_too_many_those_that_say_it_themselves_are_looked_at(plain, monkeypatch):
    source, topic = source_of(plain.readings), topic_of("消防")
    whole, more = source.speaking_of(topic, source.weights(topic))
    assert not more
    own = [place for place in whole if "消防" in place.text]
    assert 5 < len(own) < len(whole)

    monkeypatch.setattr(module, "_MOST_SENTENCES", 5)
    assert source.speaking_of(topic, source.weights(topic)) == (own[:5], True)


@pytest.mark.parametrize("beyond", [0, 1])
def test_what_just_fits_is_no_cut(kb, plain, monkeypatch, beyond):
    topic = topic_of("消防")
    for readings in (kb.readings, plain.readings):
        source = source_of(readings)
        whole, _ = source.speaking_of(topic, source.weights(topic))
        monkeypatch.setattr(module, "_MOST_SENTENCES", len(whole) - beyond)
        found, more = source.speaking_of(topic, source.weights(topic))
        assert (len(found), more) == (len(whole) - beyond, bool(beyond))
        monkeypatch.undo()


def test_an_opened_base_is_asked_by_its_index(kb, plain):
    assert type(source_of(kb.readings)) is not type(source_of(plain.readings))


@settings(max_examples=300)
@given(
    st.text("消防安全工作管理、的水A", min_size=1, max_size=9),
    st.text("消防安全工作管理、的水A", max_size=14),
    st.lists(st.text("消防安全工作管理水A", max_size=6), max_size=4),
)
def test_what_speaks_of_a_topic_has_all_that_it_needs(subject, text, others):
    topic = topic_of(subject)
    if topic.phrases:
        weight = weights(topic, [text, *others])
        groups = needs(topic, weight)

        assert groups
        assert set().union(*groups) <= set(topic.distinct)
        if speaks_of(topic, weight, text):
            assert all(any(pair in text for pair in group) for group in groups)


def test_needs_are_of_use():
    """A word that is lacking shows; one that stands in any question need not be there, if the rest is enough of the topic."""
    topic = topic_of("电动自行车充电场所建设")
    even = (1.0,) * len(topic.pairs)

    assert ("充电", "电场", "车充") in [tuple(sorted(group, key="充电 电场 车充".find)) for group in needs(topic, even)]
    assert not any(set(group) <= {"所建", "建设"} for group in needs(topic, even))
    assert needs(topic_of("水"), (1.0,)) == (("水",),)
    assert needs(topic_of("工作"), (1.0, 1.0)) == (("工作",),)
