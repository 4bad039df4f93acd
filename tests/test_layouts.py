"""A notice says the same in every layout: head, clauses and all records are read alike."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from layouts import LAYOUTS

from jimei_kb.document import parse_text, read_document
from jimei_kb.extract import extract

if TYPE_CHECKING:
    from jimei_kb.records import Document

ROOT = Path(__file__).resolve().parent.parent
NOTICES = [
    *sorted(p for p in (ROOT / "tests" / "documents").glob("invented-*") if p.suffix != ".yaml"),
    ROOT / "data" / "raw" / "jimei-2024-46.txt",
]
_FULL = str.maketrans(",;:()", "，；：（）")


def said(value: object) -> object:
    """A record without its places, in one spelling."""
    if isinstance(value, dict):
        return {key: said(part) for key, part in value.items() if key not in {"span", "spans", "text_start", "heading_span"}}
    if isinstance(value, list | tuple):
        return [said(part) for part in value]
    return re.sub(r"\s", "", value).translate(_FULL) if isinstance(value, str) else value


def records(document: Document) -> list[object]:
    """Every fact that is read from a document, one an entry."""
    facts = [asdict(document.head), *map(asdict, document.clauses)]
    for of_a_kind in asdict(extract(document)).values():
        facts += of_a_kind
    return [said(fact) for fact in facts]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("notice", NOTICES, ids=lambda path: path.stem)
def test_a_notice_reads_the_same_in_every_layout(notice, layout):
    plain = read_document(notice)
    other = parse_text(layout(plain.text))

    assert said(other.text) == said(plain.text)
    assert [fact for fact in records(other) if fact not in records(plain)] == []
    assert records(other) == records(plain)
