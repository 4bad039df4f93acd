"""Whole documents against readings made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from jimei_kb.document import read_document

GOLDEN = Path(__file__).resolve().parent.parent / "documents"
READINGS = sorted(GOLDEN.glob("*.yaml"))
FIELDS = ("number", "title", "issuers", "recipients", "date", "copied_to", "printed_by", "printed_on", "kind")


def notice(reading: Path, root: Path) -> Path:
    """The document that a reading belongs to."""
    places = [*GOLDEN.glob(f"{reading.stem}.*"), root / "data" / "raw" / f"{reading.stem}.txt"]
    return next(place for place in places if place.suffix in {".txt", ".md"} and place.exists())


@pytest.mark.parametrize("reading", READINGS, ids=lambda path: path.stem)
def test_head_and_clauses_are_as_read_by_hand(reading, root):
    expected = yaml.safe_load(reading.read_text(encoding="utf-8"))

    document = read_document(notice(reading, root))

    head = {name: getattr(document.head, name) for name in FIELDS}
    assert {name: list(value) if isinstance(value, tuple) else str(value) for name, value in head.items() if value} == {
        name: value if isinstance(value, list) else str(value) for name, value in expected["document"].items()
    }
    assert [(clause.id, clause.heading, clause.kind) for clause in document.clauses] == [
        (clause["id"], clause.get("heading"), clause.get("kind", "clause")) for clause in expected["clauses"]
    ]


def test_there_are_readings():
    assert len(READINGS) >= 4


def test_the_seed_has_two_numberings_under_unnumbered_headings(seed_path):
    document = read_document(seed_path)

    numbers = "一二三四五六七八"
    assert [clause.id for clause in document.clauses] == [
        "前言",
        *(f"安全生产方面/{number}" for number in numbers),
        *(f"消防工作方面/{number}" for number in numbers),
    ]
    assert document.clause_key("消防工作方面/八") == "集街办〔2024〕46号#消防工作方面/八"


def test_the_six_page_breaks_of_the_seed_are_rejoined(seed_path):
    text = read_document(seed_path).text

    joined = [
        "国务院办公厅《关于推进",
        "打击违法违规",
        "生产经营单位安全生产主体责任",
        "高层建筑、大型商业综合体",
        "灭火器、逃生面罩",
        "在职群体培训覆盖率达 80%",
    ]
    assert [phrase for phrase in joined if phrase not in text] == []
