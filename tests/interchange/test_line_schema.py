"""The schema of the lines: every line of a base fits it, and no line that the reader would refuse for its keys or values."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from jimei_kb.graph.lines import encode
from jimei_kb.interchange.line_schema import line_schema


@pytest.fixture(scope="module")
def validator():
    schema = line_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def lines(reading):
    return [json.loads(line) for line in encode(reading).splitlines()]


def test_every_line_of_the_base_in_the_repository_fits(root, validator):
    found = [line for path in (root / "kb" / "documents").glob("*.jsonl") for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    assert len(found) > 200
    assert [(line, error.message) for line in found for error in validator.iter_errors(json.loads(line))] == []


@pytest.mark.parametrize("base", ["readings", "hostile"])
def test_what_is_written_fits(base, request, validator):
    (reading,) = request.getfixturevalue(base)
    assert [error.message for line in lines(reading) for error in validator.iter_errors(line)] == []


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("duty", {"polarity": "maybe"}),
        ("duty", {"actors": [["社区", "责任"]]}),
        ("duty", {"actors": [["社区", "责任", "guessed"]]}),
        ("duty", {"start": -1}),
        ("duty", {"quote": ""}),
        ("duty", {"quote": None}),
        ("duty", {"id": "metric-0123456789abcdef"}),
        ("duty", {"extra": 1}),
        ("actor", {"role": "领导"}),
        ("citation", {"issued_by": {"basis": "code", "reason": "x", "names": ["某办"]}}),
        ("citation", {"issued_by": {"basis": "code", "reason": "x", "certainty": "A"}}),
        ("metric", {"comparator": "≥"}),
        ("metric", {"value": 80}),
        ("schedule", {"by": "年底"}),
        ("schedule", {"min_count": "1"}),
        ("clause", {"label": ["一"]}),
        ("document", {"format": 1}),
        ("document", {"date": "2024年"}),
        ("source", {"offsets": [[0]]}),
        ("source", {"kind": "sauce"}),
    ],
)
def test_a_broken_line_is_refused(readings, validator, kind, change):
    line = next(line for line in lines(readings[0]) if line["kind"] == kind)
    assert validator.is_valid(line)
    assert not validator.is_valid({**line, **change})


@pytest.mark.parametrize("kind", ["document", "clause", "citation", "actor", "duty", "metric", "schedule", "source"])
def test_a_line_without_one_of_its_keys_is_refused(readings, validator, kind):
    """Those that are always written."""
    line = next(line for line in lines(readings[0]) if line["kind"] == kind)
    needed = validator.schema["$defs"][kind]["required"]
    assert needed
    for key in needed:
        assert not validator.is_valid({name: value for name, value in line.items() if name != key}), key
