"""The rule files of the document room: every example matches as marked, every counter-example does not."""

from __future__ import annotations

import pytest

from jimei_kb.document.genre import genres
from jimei_kb.rules import load_rules

BOOKS = [load_rules(name, package="jimei_kb.document") for name in ("text", "head", "clauses")] + [genre.book for genre in genres()]
RULES = [rule for book in BOOKS for rule in book.rules]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples_hold(rule):
    assert rule.failing_examples() == []


def test_ids_are_unique():
    ids = [rule.id for rule in RULES]

    assert len(set(ids)) == len(ids)


def test_a_kind_belongs_to_one_genre():
    kinds = [kind for genre in genres() for kind in genre.kinds]

    assert len(set(kinds)) == len(kinds)
