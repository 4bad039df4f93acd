"""A base to hand over: the seed with records made by hand, and a notice with hostile text."""

from __future__ import annotations

import pytest
from specimen import annotate, read_seed

from jimei_kb.document import parse_text, read_document
from jimei_kb.graph.registry import load_registry
from jimei_kb.graph.schema import Reading

HOSTILE = "=cmd|' /C calc'!A0</script>\"\\'%<>^`{|}&值班"


@pytest.fixture(scope="session")
def registry():
    return load_registry()


@pytest.fixture(scope="session")
def readings(seed_path):
    """The seed."""
    return (read_seed(read_document(seed_path)),)


@pytest.fixture(scope="session")
def small():
    """An invented notice with one record of each kind."""
    text = "某办〔2024〕1号\n关于做好消防工作的通知\n甲社区：\n一、值班。根据《乙办法》，各网格应当每季度组织1次培训，培训覆盖率达80%。\n"
    document = parse_text(text)
    metric = {"indicator": "培训覆盖率", "comparator": ">=", "value": "80", "unit": "%"}
    found = annotate(
        document,
        duties=[("一", "每季度组织1次培训", (("各网格", "责任", "explicit"),))],
        actors=[("一", "各网格", "责任")],
        citations=[("一", "titled", "《乙办法》", "乙办法", None)],
        metrics=[("一", "培训覆盖率达80%", metric)],
        schedules=[("一", "每季度组织1次", {"kind": "recurring", "period": "P3M", "min_count": 1})],
    )
    return (Reading(document, found),)


@pytest.fixture(scope="session")
def hostile():
    """An invented notice whose words are formulas, markup and what no IRI may hold."""
    document = parse_text(f"某办〔2024〕1号\n关于{HOSTILE}的通知\n甲社区，乙社区：\n一、{HOSTILE}。落实{HOSTILE}#制度。\n")
    quote = f"落实{HOSTILE}#制度"
    name = f'{HOSTILE}"#队'
    metric = {"indicator": "=1+1", "comparator": ">=", "value": "上年同期", "unit": "@SUM(A1)", "group": (name,)}
    found = annotate(
        document,
        duties=[("一", quote, (("主送机关", "责任", "addressee"), (name, "配合", "explicit")))],
        citations=[("一", "titled", quote, name, None)],
        metrics=[("一", quote, metric)],
    )
    return (Reading(document, found),)
