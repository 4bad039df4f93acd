"""The plain shape for other programs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from jimei_kb.graph.export import number_of, to_plain
from jimei_kb.records import Issuer


@pytest.fixture(scope="module")
def plain(reading):
    return to_plain(reading.document, reading.annotations)


def test_it_is_json_with_the_agreed_keys(plain):
    assert json.loads(json.dumps(plain)) == plain
    assert list(plain) == ["document", "clauses", "citations", "actors", "duties", "metrics", "schedules"]
    assert plain["document"]["recipients"] == ["各社区居委会"]


def test_only_numbered_clauses_are_listed(plain):
    assert {"id": "消防工作方面/六", "heading": "加强消防基础设施建设"} in plain["clauses"]
    assert "前言" not in [clause["id"] for clause in plain["clauses"]]


def test_every_record_has_its_place(plain, reading):
    for kind in ("citations", "actors", "duties", "metrics", "schedules"):
        assert plain[kind]
        for record in plain[kind]:
            assert reading.document.text[record["start"] : record["end"]] == record["quote"]
            assert record["rule"] == "specimen"


def test_a_citation_says_who_issued_it_as_far_as_known(reading):
    first, *others = reading.annotations.citations
    issuer = Issuer(("某区安办",), "code", "C", "代字", (), "区县")
    plain = to_plain(reading.document, replace(reading.annotations, citations=(replace(first, issued_by=issuer), *others)))
    assert plain["citations"][0]["issued_by"] == {
        "names": ["某区安办"],
        "level": "区县",
        "basis": "code",
        "certainty": "C",
        "reason": "代字",
        "candidates": [],
    }
    assert plain["citations"][1]["issued_by"] is None


def test_a_duty_names_its_actors(plain):
    duty = next(duty for duty in plain["duties"] if duty["quote"] == "接受119指挥中心调度出动")
    assert duty["actors"] == [{"name": "社区微型消防站", "role": "责任", "basis": "ellipsis"}]


def test_a_metric_has_a_number_and_a_schedule_its_period(plain):
    assert [metric["value"] for metric in plain["metrics"]] == [100]
    assert [(s["period"], s["min_count"], s["from"]) for s in plain["schedules"]] == [(None, None, None), ("P1Y", 1, None)]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("80", 80),
        ("0.5", 0.5),
        ("-3", -3),
        ("上年同期", "上年同期"),
        ("３", "３"),
        ("1e999", "1e999"),
        ("nan", "nan"),
        ("9" * 5000, "9" * 5000),
        ("", ""),
    ],
)
def test_numbers(value, number):
    assert number_of(value) == number
