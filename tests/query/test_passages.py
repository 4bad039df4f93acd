"""The order of sentences: rare words before common ones, together before strewn, said before headed."""

from __future__ import annotations

import pytest

from jimei_kb.document import parse_text
from jimei_kb.graph.registry import load_synonyms
from jimei_kb.graph.schema import Reading
from jimei_kb.query.passages import rank, speaking
from jimei_kb.query.texts import texts_of
from jimei_kb.query.wording import Lexicon, read_words, units_of

# made up
BODY = """一、水源维护。定期检查消防水源。
二、设施检查。检查消防设施，清理楼道，登记水源。
三、灭火器。配备到位。
四、其他。做好消防宣传。做好消防培训。
"""


@pytest.fixture(scope="module")
def texts():
    return texts_of([Reading(parse_text(f"关于做好工作的通知\n各社区：\n{BODY}", slug="x"))])


def ranked(question, texts):
    units = units_of(read_words(question, Lexicon(load_synonyms())), texts.stands)
    return units, rank(units, texts.about(units).passages, texts)


def test_a_heading_is_told_with_its_sentences(texts):
    assert [passage.place.text for passage in texts.whole().passages if passage.place.clause.label == "三"] == ["配备到位。"]
    _, found = ranked("灭火器配备", texts)
    assert found[0].place.text == "配备到位。"


def test_what_stands_together_comes_first(texts):
    _, found = ranked("检查水源", texts)
    assert [one.place.clause.label for one in found[:2]] == ["一", "二"]


def test_shares_are_shares(texts):
    _, found = ranked("消防水源的检查", texts)
    assert all(0 < one.share <= 1 for one in found)
    assert found == sorted(found, key=lambda one: -one.score)


def test_a_sentence_speaks_of_a_topic_or_none_does(texts):
    units, found = ranked("灭火器配备", texts)
    assert [one.place.text for one in speaking(units, found)] == ["配备到位。"]
    units, found = ranked("电梯检查", texts)
    assert speaking(units, found) == []


def test_a_known_thing_is_found_however_many_unlisted_words_stand_beside_it(texts):
    units, found = ranked("咕噜嘎达、哐当吧唧、叽里呱啦的消防水源", texts)
    assert sum(unit.unlisted for unit in units) >= 3
    assert "水源" in speaking(units, found)[0].place.text


def test_nothing_fits_nothing(texts):
    assert rank((), (), texts) == []
