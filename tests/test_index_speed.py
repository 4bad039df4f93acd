"""The benchmark of the index measures what it says, on notices that are the same on every run."""

from __future__ import annotations

import importlib.util
import json

import pytest

from jimei_kb.graph.build import build_graph
from jimei_kb.graph.lines import encode
from jimei_kb.graph.schema import GraphLinks


@pytest.fixture(scope="module")
def script(root):
    """scripts/index_speed.py as a module."""
    spec = importlib.util.spec_from_file_location("index_speed", root / "scripts" / "index_speed.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def notices(script):
    writer = script.Writer()
    return [writer.notice(number) for number in range(1, 9)]


def test_the_notices_are_whole_and_the_same_again(script, notices):
    writer = script.Writer()
    assert [encode(writer.notice(number)) for number in range(1, 9)] == [encode(reading) for reading in notices]
    assert len({reading.document.text for reading in notices}) == len(notices)


def test_a_clause_has_as_many_nodes_as_is_said(script, notices):
    graph = build_graph(notices)
    clauses = len(notices) * script.CLAUSES
    assert pytest.approx(len(graph.nodes) / clauses, rel=0.05) == script.NODES_A_CLAUSE


def test_walks_of_the_benchmark(script, notices):
    """Notice 8 cites 4, that 2, that 1; the chain goes all the way up and comes down to those who bear a duty."""
    links = GraphLinks(build_graph(notices))
    names = [f"document:{script.key_of(number)}" for number in (8, 4, 2, 1)]

    assert script.closure(links, names[0]) == set(names)
    steps = list(script.chain(links, names[0]))
    assert [step for step in steps if step in names] == names[1:]
    assert steps[-1].endswith("→各社区")
    assert sum(step.startswith("duty:") for step in steps) == script.DUTIES


def test_every_measure_is_taken(script, capsys):
    assert script.main(["--nodes", "800", "--json"]) == 0
    (figures,) = json.loads(capsys.readouterr().out).values()
    assert set(figures) == set(script.MEASURES)
    assert (figures["clauses"], figures["sentences"]) == (80, 240)
    assert all(value > 0 for name, value in figures.items() if name not in ("walked", "memory"))
