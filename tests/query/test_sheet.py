"""A sheet of questions is read in order; what is none is refused on one line that says what to do."""

from __future__ import annotations

import pytest

from jimei_kb.errors import FormatError
from jimei_kb.query.sheet import read_sheet


def test_a_sheet_is_read_in_order(tmp_path):
    path = tmp_path / "q.yaml"
    path.write_text("document: x\nquestions:\n- {id: B, q: 几次？, style: literal}\n- {id: 7, q: 谁？}\n", encoding="utf-8-sig")
    assert read_sheet(path) == [("B", "几次？"), ("7", "谁？")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("questions: 3", "no list `questions`"),
        ("- a", "no list `questions`"),
        ("questions:\n- {id: A}", "question 1: expected an id and a text q"),
        ("questions:\n- 谁？", "question 1: expected an id"),
        ("questions:\n- {id: A, q: 谁？}\n- {id: A, q: 谁？}", "question 2: the id A stands twice"),
        ("questions: [", "is not YAML in UTF-8"),
    ],
)
def test_what_is_no_sheet_is_refused(tmp_path, text, message):
    path = tmp_path / "q.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=message) as caught:
        read_sheet(path)
    assert "\n" not in str(caught.value)


def test_a_sheet_that_is_not_there(tmp_path):
    with pytest.raises(FormatError, match="cannot be read"):
        read_sheet(tmp_path / "none.yaml")


def test_a_sheet_that_is_too_big(tmp_path):
    path = tmp_path / "q.yaml"
    path.write_bytes(b"#" * 5_000_001)
    with pytest.raises(FormatError, match="at most 5000000"):
        read_sheet(path)
