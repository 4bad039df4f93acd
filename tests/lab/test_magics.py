"""`%who`, `%ask` and `%%ask` say what `kb.who` and `kb.ask` say."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from jimei_kb import open_kb
from jimei_kb.errors import GraphError
from jimei_kb.records import Answer


@pytest.fixture
def shell(root, monkeypatch):
    """IPython with the magics, in the folder of the project."""
    monkeypatch.chdir(root)
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "jimei_kb")
    yield shell
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


def test_who_with_a_subject_asks_the_base(shell, root):
    answer = shell.run_line_magic("who", "电动自行车充电")
    assert isinstance(answer, Answer)
    assert answer == open_kb(root / "kb").who("电动自行车充电")


def test_who_without_a_subject_lists_names_as_everywhere(shell):
    shell.push({"seen": 1})
    with capture_output() as said:
        assert shell.run_line_magic("who", "") is None
    assert "seen" in said.stdout


def test_ask_in_a_line_and_in_a_cell(shell, root):
    kb = open_kb(root / "kb")
    assert shell.run_line_magic("ask", "微型消防站多久培训一次？") == kb.ask("微型消防站多久培训一次？")
    with capture_output() as said:
        shell.run_cell_magic("ask", "", "谁负责应急演练？\n\n电梯由谁维修？\n")
    shown = [output.data["text/plain"] for output in said.outputs]
    assert shown == [repr(kb.ask("谁负责应急演练？")), repr(kb.ask("电梯由谁维修？"))]


def test_the_base_of_the_notebook_comes_first(shell, tmp_path):
    from jimei_kb import build_kb

    (tmp_path / "x.txt").write_text("关于做好工作的通知\n各社区：\n一、任务。各社区负责推广微型消防站。\n", encoding="utf-8")
    build_kb(tmp_path / "x.txt", tmp_path / "kb")
    shell.push({"kb": open_kb(tmp_path / "kb")})
    assert shell.run_line_magic("who", "微型消防站").findings[0].evidence.document == "x"


def test_no_base_says_what_to_do(shell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GraphError, match="kb = open_kb"):
        shell.run_line_magic("who", "微型消防站")
