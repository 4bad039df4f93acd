"""The base as rows: nothing of a text is left out, every quotation stands where it says, every end of an edge is there."""

from __future__ import annotations

import pytest

from jimei_kb.errors import GraphError
from jimei_kb.graph.registry import load_registry
from jimei_kb.query.whole import whole


@pytest.fixture(scope="module")
def seed(seed_kb):
    return whole(seed_kb.readings, load_registry(seed_kb.path))


@pytest.fixture(scope="module")
def specimens(specimen_kb):
    return whole(specimen_kb.readings, load_registry(specimen_kb.path))


def test_blocks_are_the_whole_text(specimen_kb, specimens):
    for reading in specimen_kb.readings:
        document = reading.document
        blocks = [block for block in specimens.blocks if block["document"] == f"document:{document.key}"]
        assert "".join(block["text"] for block in blocks) == document.text
        assert [block["clause"] for block in blocks if block["clause"]] == [f"clause:{document.clause_key(c.id)}" for c in document.clauses]


def test_every_quotation_stands_in_its_text(specimen_kb, specimens):
    texts = {f"document:{reading.document.key}": reading.document.text for reading in specimen_kb.readings}
    ids = {node["id"] for node in specimens.nodes}
    assert len(specimens.edges) > 100
    for edge in specimens.edges:
        assert texts[edge["document"]][edge["start"] : edge["end"]] == edge["quote"]
        assert {edge["source"], edge["target"], edge["document"]} <= ids
        assert edge["clause"] in ids | {""}


def test_levels(seed):
    """Of a held document that of its place, of a cited one that of its issuer or title, of a body by its name."""
    levels = {node["label"]: node["level"] for node in seed.nodes}
    assert levels["中华人民共和国安全生产法"] == "国家"
    assert levels["福建省消防条例"] == "省"
    assert levels["集美区安全生产事故隐患挂牌督办办法"] == "区县"
    assert levels["各社区居委会"] == "社区"
    assert levels["119指挥中心"] == ""
    assert {node["level"] for node in seed.nodes if node["kind"] in {"clause", "duty", "metric", "schedule"}} == {"街道乡镇"}
    assert {node["level"] for node in seed.nodes if node["kind"] == "programme"} == {""}


def test_what_stands_in_one_clause_names_it(seed):
    places = {node["id"]: node["clause"] for node in seed.nodes}
    for edge in seed.edges:
        if edge["kind"] == "demands":
            assert places[edge["target"]] == edge["source"] == edge["clause"]


def test_some_documents_of_a_base(specimen_kb):
    registry = load_registry(specimen_kb.path)
    two = whole(specimen_kb.readings, registry, most=2)
    assert (len(two.readings), two.left_out) == (2, 1)
    one = whole(specimen_kb.readings, registry, ["望街办〔2024〕15号"])
    assert [reading.document.key for reading in one.readings] == ["望街办〔2024〕15号"]
    assert one.left_out == 2
    with pytest.raises(GraphError, match="望街办〔1999〕1号"):
        whole(specimen_kb.readings, registry, ["望街办〔1999〕1号"])
    with pytest.raises(GraphError, match="most 是 0"):
        whole(specimen_kb.readings, registry, most=0)
