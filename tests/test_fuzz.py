"""Broken notices through the whole pipeline: no exception, every quotation in its clause. The full run is scripts/fuzz.py."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from jimei_kb.document import parse_text
from jimei_kb.extract import extract
from jimei_kb.records import Annotations, Metric, Span

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = Path(__file__).parent / "documents"
CASES, HUGE_CASES = 300, 4


@pytest.fixture(scope="module")
def fuzz():
    """scripts/fuzz.py as a module."""
    spec = importlib.util.spec_from_file_location("fuzz", ROOT / "scripts" / "fuzz.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def notices(seed_text):
    """The seed and the invented notices."""
    return [seed_text, *(path.read_text(encoding="utf-8") for path in sorted(DOCUMENTS.glob("invented-*")) if path.suffix != ".yaml")]


def test_no_broken_notice_breaks_the_pipeline(fuzz, notices):
    faults = [(number, fuzz.check(fuzz.make_case(notices, 7, number, huge=False))) for number in range(CASES)]
    assert [fault for fault in faults if fault[1]] == []


def test_no_repeated_pattern_breaks_the_pipeline(fuzz, notices, monkeypatch):
    """As the huge cases of the full run, but short."""
    monkeypatch.setattr(fuzz, "HUGE", 8_000)
    monkeypatch.setattr(fuzz, "MEGABYTE_SHARE", 10**9)
    numbers = [fuzz.HUGE_SHARE * (i + 1) - 1 for i in range(HUGE_CASES)]
    texts = [fuzz.make_case(notices, 7, number) for number in numbers]
    assert [len(text) for text in texts] == [8_000] * HUGE_CASES
    assert [fuzz.check(text) for text in texts] == [""] * HUGE_CASES


def test_a_case_is_made_from_its_seed_and_number(fuzz, notices):
    cases = [fuzz.make_case(notices, 7, number, huge=False) for number in range(30)]
    assert cases == [fuzz.make_case(notices, 7, number, huge=False) for number in range(30)]
    assert len(set(cases)) == 30
    assert cases[0] != fuzz.make_case(notices, 8, 0, huge=False)


def test_cases_hold_what_breaks_readers(fuzz, notices):
    """Control characters, half characters, marks without their pair."""
    cases = "".join(fuzz.make_case(notices, 7, number, huge=False) for number in range(CASES))
    assert {"\x00", "\x1b", "\ud800", "\u202e", "\f"} <= set(cases)
    assert any(case.count("《") != case.count("》") for case in cases.split("\n"))


def test_a_broken_promise_is_seen(fuzz, seed_text):
    """The check finds a wrong quotation, a wrong clause and an exception."""
    document = parse_text(seed_text)
    metric = extract(document).metrics[0]

    def broken(**changes):
        facts = {name: getattr(metric, name) for name in Metric.__slots__} | changes
        return fuzz.broken_promises(document, Annotations(metrics=(Metric(**facts),)))

    assert broken() == []
    assert "not what stands" in broken(quote="x")[0]
    assert "lies outside" in broken(clause="前言")[0]
    assert "lies outside" in broken(span=Span(0, 3), quote=document.text[:3])[0]
    assert "Traceback" in fuzz.check(None)


def test_half_a_character_is_folded_to_the_replacement_character():
    """UTF-8 cannot hold it; one character stays one character, so that offsets lead back."""
    document = parse_text("关于做好工作的通知\n各社区：\n一、任务。\ud800各社区\udfff要开展检查\udfff\n")
    assert "\ufffd各社区\ufffd要开展检查\ufffd" in document.text
    assert "\ud800" in document.raw
    at = document.text.index("要开展")
    assert document.raw[document.offsets.to_raw(at) :].startswith("要开展")
    assert extract(document).duties != ()
