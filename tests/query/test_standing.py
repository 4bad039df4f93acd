"""The order of findings from several documents: each document's best first, what is past last."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.query.standing import in_turn


def first(text):
    return text[0]


def test_each_document_has_its_turn():
    assert in_turn(["a1", "a2", "b1", "a3", "b2"], first, lambda key: False) == ["a1", "b1", "a2", "b2", "a3"]


def test_what_is_past_comes_behind_in_each_turn():
    assert in_turn(["a1", "a2", "b1"], first, lambda key: key == "a") == ["b1", "a1", "a2"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers()), unique=True))
def test_nothing_is_lost_and_a_document_keeps_its_order(found):
    turned = in_turn(found, first, lambda key: key == "b")
    assert sorted(turned) == sorted(found)
    for key in "abc":
        assert [one for one in turned if one[0] == key] == [one for one in found if one[0] == key]
