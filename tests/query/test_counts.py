"""Counting what stands where."""

from __future__ import annotations

import pytest

from jimei_kb.errors import GraphError
from jimei_kb.query.counts import bearers_by_clause, count_records
from jimei_kb.query.responsible import bearers_of


def test_every_record_is_counted_once(seed_kb):
    rows = count_records(seed_kb)
    kinds = ("citations", "actors", "duties", "metrics", "schedules", "programmes")
    assert sum(row[kind] for row in rows for kind in kinds) == len(list(seed_kb.readings[0].records()))
    assert [row["clause"] for row in rows] == [
        clause.id for clause in seed_kb.documents[0].clauses if clause.id in {row["clause"] for row in rows}
    ]


def test_several_documents_have_a_row_each(specimen_kb):
    rows = count_records(specimen_kb)
    assert [row["document"] for row in rows] == [document.key for document in specimen_kb.documents]
    assert {row["clause"] for row in rows} == {None}
    one = count_records(specimen_kb, "岫政〔2024〕12号")
    assert sum(row["duties"] for row in one) == next(row["duties"] for row in rows if row["document"] == "岫政〔2024〕12号")


def test_bearers_are_those_of_the_duties(specimen_kb):
    rows = bearers_by_clause(specimen_kb)
    expected = sum(len(bearers_of(r.document, duty.actors)) for r in specimen_kb.readings for duty in r.annotations.duties)
    assert len(rows) == expected
    assert {row["document"] for row in bearers_by_clause(specimen_kb, "岫政〔2024〕12号")} == {"岫政〔2024〕12号"}


@pytest.mark.parametrize("count", [count_records, bearers_by_clause])
def test_an_unknown_document_is_an_error(seed_kb, count):
    with pytest.raises(GraphError, match="没有这份文件"):
        count(seed_kb, "没有这份文件")
