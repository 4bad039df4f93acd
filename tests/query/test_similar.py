"""Likeness of texts and the pairs that follow from it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.query.similar import LEAST, align, bare, changes, dice, pairs, share

TEXTS = st.text("消防安全培训覆盖率达09%，。 ", max_size=20)


@given(TEXTS, TEXTS)
def test_likeness_is_a_share_and_the_same_both_ways(one, other):
    first, second = pairs(one), pairs(other)
    assert 0 <= dice(first, second) <= 1
    assert dice(first, second) == dice(second, first)
    assert dice(first, first) == 1
    assert 0 <= share(first, second) <= 1
    if bare(one) == bare(other):
        assert dice(first, second) == 1


@given(st.lists(TEXTS, max_size=8), st.lists(TEXTS, max_size=8))
def test_each_text_has_at_most_one_partner_that_is_like_enough(first, second):
    found = align(first, second)
    assert max(Counter(i for i, _, _ in found).values(), default=0) <= 1
    assert max(Counter(j for _, j, _ in found).values(), default=0) <= 1
    for i, j, score in found:
        assert score == dice(pairs(first[i]), pairs(second[j])) >= LEAST
    assert found == sorted(found)


@given(st.lists(st.text("一二三四五六七八九十", min_size=4, max_size=12), max_size=6, unique=True), st.randoms(use_true_random=False))
def test_the_same_texts_in_another_order_find_each_other(texts, random):
    mixed = list(texts)
    random.shuffle(mixed)
    assert {(texts[i], mixed[j]) for i, j, _ in align(texts, mixed)} == {(text, text) for text in texts if pairs(text)}


def test_a_pair_may_be_ruled_out():
    assert align(["培训覆盖率"], ["培训覆盖率"], fits=lambda i, j: False) == []


@pytest.mark.parametrize(
    ("before", "after", "edits"),
    [
        ("覆盖率达80%", "覆盖率达95%", (("80%", "95%"),)),
        ("每季度巡查", "每月巡查", (("季度", "月"),)),
        ("劝阻进楼入户", "劝阻进楼入户和飞线充电", (("", "和飞线充电"),)),
        ("逐户建立档案", "建立档案", (("逐户", ""),)),
        ("未变", "未变", ()),
    ],
)
def test_changes_are_named_with_whole_numbers(before, after, edits):
    assert changes(before, after) == edits


@given(TEXTS, TEXTS)
def test_changes_lead_from_one_text_to_the_other(before, after):
    """What went away and what came account for the difference in characters."""
    gone, come = Counter("".join(old for old, _ in changes(before, after))), Counter("".join(new for _, new in changes(before, after)))
    assert Counter(before) - gone + come == Counter(after)
