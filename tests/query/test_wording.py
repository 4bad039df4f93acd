"""The words of a question: synonyms both ways, light words aside, and what the documents have no word for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.graph.registry import Synonym, load_synonyms
from jimei_kb.graph.sentences import fold
from jimei_kb.query.wording import Lexicon, names_something, read_words, units_of

ROWS = [
    Synonym("烟感", ("感烟报警探测器",), "同义", "设施", "B", "GB 20517"),
    Synonym("挂牌", ("挂牌督办",), "同义", "行为", "C", "usage"),
    Synonym("堵", ("堵塞",), "同义", "行为", "C", "usage"),
    Synonym("电梯", ("特种设备",), "上位", "设施", "C", "usage"),
    Synonym("小消防站", ("微型消防站",), "同义", "场所", "B", "a standard"),
]


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon(ROWS)


def words(text, lexicon):
    wording = read_words(text, lexicon)
    return [unit.word for unit in wording.known], list(wording.rest)


@pytest.mark.parametrize(
    ("text", "known", "rest"),
    [
        ("烟感应该怎么装修", ["烟感"], ["装修"]),
        # an aspect mark inside a word
        ("挂了牌的", ["挂牌"], []),
        # a verb of one character only where it stands alone
        ("被堵的", ["堵"], []),
        ("堵车", [], ["堵车"]),
        ("小消防站和电梯", ["小消防站", "电梯"], []),
        # a number is one word with its measure
        ("2025年的80%", ["2025年", "80%"], []),
        ("请问到底应该怎么办呢", [], []),
    ],
)
def test_words_of_a_question(lexicon, text, known, rest):
    assert words(text, lexicon) == (known, rest)


def test_a_term_is_worth_less_the_looser_it_is(lexicon):
    same, wider = lexicon.unit("烟感"), lexicon.unit("电梯")
    assert same.found_in("安装感烟报警探测器") == pytest.approx(0.9)
    assert wider.found_in("特种设备检查") == pytest.approx(0.65)
    assert same.found_in("安装烟感") == 1
    assert same.found_in("安装灭火器") == 0


def test_synonyms_hold_both_ways(lexicon):
    """A question in the words of regulations finds a text in everyday ones."""
    unit = lexicon.unit("感烟报警探测器")
    assert 0 < unit.found_in("安装烟感") < 0.9
    assert unit.best_in("安装烟感") == "烟感"
    assert unit.best_in("安装感烟报警探测器") is None


def test_most_of_a_long_term_is_the_term(lexicon):
    unit = lexicon.unit("感烟报警探测器")
    assert 0 < unit.found_in("感烟探测器和报警探测器") < 1
    assert unit.found_in("报警") == 0


def standing_in(*texts):
    """Whether a unit is found in one of the texts."""
    return lambda unit: any(map(unit.found_in, texts))


def missing(text, lexicon, *texts):
    return [unit.word for unit in units_of(read_words(text, lexicon), standing_in(*texts)) if not unit.senses]


def test_what_no_text_has_is_missing(lexicon):
    assert missing("垃圾分类", lexicon, "信用分级分类监管") == ["垃圾"]
    assert missing("电梯", lexicon, "灭火器") == ["电梯"]
    assert missing("灭火器", lexicon, "配备灭火器") == []


def test_what_stands_before_a_thing_makes_it_another(lexicon):
    """校车安全 is another topic than 车安全, 充电桩 is none than 充电."""
    assert missing("校车安全", lexicon, "自行车安全") == ["校车"]
    assert missing("充电桩", lexicon, "停放、充电") == []


def test_an_absent_concept_is_told_from_an_unknown_wording(lexicon):
    units = {unit.word: unit for unit in units_of(read_words("电梯的花样", lexicon), standing_in("灭火器"))}
    assert units["电梯"].absent
    assert not units["花样"].absent
    assert (units["花样"].unlisted, units["电梯"].unlisted) == (True, False)
    assert units["电梯"].weight > units["花样"].weight


def test_who_is_asked_about_is_no_topic():
    lexicon = Lexicon(load_synonyms())
    stands = standing_in("社区完成灭火器配备")
    assert not names_something(units_of(read_words("社区的目标", lexicon), stands))
    assert names_something(units_of(read_words("社区的灭火器", lexicon), stands))


def test_texts_are_compared_without_marks():
    assert fold("县（区）“三合一” ８０％") == "县区三合一80%"


@given(st.text(max_size=80))
def test_any_text_has_words(text):
    lexicon = Lexicon(ROWS)
    wording = read_words(text, lexicon)
    assert all(len(run) > 1 for run in wording.rest)
    assert wording.empty == (not wording.known and not wording.rest)
    assert all(0 <= unit.found_in(text) <= 1 for unit in units_of(wording, standing_in(fold(text))))
