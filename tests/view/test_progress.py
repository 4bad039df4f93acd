"""How far a work is: a line for a terminal, a bar for a notebook, nothing for what is soon done."""

from __future__ import annotations

from jimei_kb.view import progress


def test_a_line_fills_up():
    assert progress.progress_line(0, 4, "a") == "读取 □□□□□□□□□□□□□□□□□□□□ 0/4 a"
    assert progress.progress_line(2, 4, "a\x1b[2J") == "读取 ■■■■■■■■■■□□□□□□□□□□ 2/4 a[2J"
    assert progress.progress_line(4, 4, "a") == "读取 ■■■■■■■■■■■■■■■■■■■■ 4/4 a"


def test_no_bar_outside_of_a_notebook():
    assert progress.notebook_progress() is None


class Handle:
    """Keeps what is shown in a cell."""

    def __init__(self):
        self.shown = []

    def update(self, shown):
        self.shown.append(shown)


def run(monkeypatch, seconds):
    """What a notebook shows of a work of ten files that take `seconds` each."""
    clock, handle = iter(seconds * i for i in range(100)), Handle()
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr("IPython.display.display", lambda shown, display_id: (handle.update(shown), handle)[1])
    bar = progress._NotebookBar()
    for number in range(1, 11):
        bar(number, 10, "<b>.txt")
    return handle.shown


def test_work_that_is_soon_done_shows_nothing(monkeypatch):
    assert run(monkeypatch, 0.1) == []


def test_long_work_shows_a_bar_and_ends_in_a_word(monkeypatch):
    shown = run(monkeypatch, 1.5)
    assert repr(shown[0]) == "读取 ■■■■□□□□□□□□□□□□□□□□ 2/10 <b>.txt"
    assert "&lt;b&gt;.txt" in shown[0].html
    assert "width:20%" in shown[0].html
    assert [repr(one) for one in shown[-1:]] == ["读取 10 份，完成"]
