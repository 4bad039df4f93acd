"""An anchor may save time, never a match."""

import re

import pytest
from by_hand import document

from jimei_kb.extract.masks import read
from jimei_kb.extract.scan import Taken, matches, windows
from jimei_kb.rules import Rule, load_rules

_FIELDS = {"citations": ("anchor", "kind", "relation"), "metrics": ("anchor", "comparator"), "schedules": ("anchor", "kind")}
_BOOKS = {name: load_rules(name, fields) for name, fields in _FIELDS.items()}
_ANCHORED = [rule for book in _BOOKS.values() for rule in book.rules if "anchor" in rule.fields]


def _plain(example: str) -> str:
    return re.sub("[【】]", "", example)


@pytest.mark.parametrize("rule", _ANCHORED, ids=lambda rule: rule.id)
def test_every_example_is_found_near_the_anchor(rule: Rule) -> None:
    """Far from the start of a text as well."""
    for example in map(_plain, rule.examples):
        text = "之乎者也" * 40 + "。" + example + "。" + "之乎者也" * 40
        assert [m.group() for m in matches(rule, text)] == [m.group() for m in rule.pattern.finditer(text)]


def test_what_is_taken_is_not_taken_again() -> None:
    """Touching is no overlap."""
    taken = Taken()
    asked = [(5, 10), (10, 12), (0, 5), (4, 6), (9, 11), (20, 30), (19, 31), (22, 23)]
    assert [taken.take(*stretch) for stretch in asked] == [True, True, True, False, False, True, False, False]


def test_windows_join_where_they_overlap() -> None:
    """No stretch is searched twice."""
    assert windows("甲" * 100 + "条条" + "甲" * 300 + "条", "条") == [(76, 157), (378, 458)]
    assert windows("甲" * 100 + "款条" + "甲" * 300 + "条", "条|款") == [(76, 157), (378, 458)]
    assert windows("甲乙", "条") == []


def test_the_seed_has_the_same_matches_with_and_without_windows(seed_text: str) -> None:
    """On a whole notice."""
    text = read(document(seed_text).text).text
    for rule in _ANCHORED:
        if rule.id == "number.words":  # counts only behind its cue, which is the anchor
            continue
        assert [m.span() for m in matches(rule, text)] == [m.span() for m in rule.pattern.finditer(text)]
