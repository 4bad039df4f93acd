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
        ("questions: 3", "没有 questions 列表"),
        ("- a", "没有 questions 列表"),
        ("questions:\n- {id: A}", "第 1 个问题：读到 .*应有 id"),
        ("questions:\n- 谁？", "第 1 个问题：读到 .*应有 id"),
        ("questions:\n- {id: A, q: 谁？}\n- {id: A, q: 谁？}", "第 2 个问题：编号 A 重复"),
        ("questions: [", "不是 UTF-8 的 YAML"),
    ],
)
def test_what_is_no_sheet_is_refused(tmp_path, text, message):
    path = tmp_path / "q.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=message) as caught:
        read_sheet(path)
    assert "\n" not in str(caught.value)


def test_a_sheet_that_is_not_there(tmp_path):
    with pytest.raises(FormatError, match="不能读"):
        read_sheet(tmp_path / "none.yaml")


def test_a_sheet_that_is_too_big(tmp_path):
    path = tmp_path / "q.yaml"
    path.write_bytes(b"#" * 5_000_001)
    with pytest.raises(FormatError, match="最多 5000000"):
        read_sheet(path)
