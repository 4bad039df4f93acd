"""How far a long work is: a line in a terminal, a bar in a notebook. Work that is soon done shows nothing in a notebook."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from jimei_kb.view.shown import Shown, clean, element, escape

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_WIDTH = 20
_SECONDS_BEFORE = 2.0
_SECONDS_BETWEEN = 0.2


def progress_line(number: int, total: int, name: str) -> str:
    """读取 ■■■■■■■■■■□□□□□□□□□□ 20/40 通知.txt."""
    done = _WIDTH * number // total
    return f"读取 {'■' * done}{'□' * (_WIDTH - done)} {number}/{total} {clean(name)}"


def notebook_progress() -> Callable[[int, int, str], None] | None:
    """What draws a bar below the running cell; None where no notebook runs."""
    # whoever runs in a kernel has imported this already
    shell = sys.modules["IPython"].get_ipython() if "ipykernel" in sys.modules and "IPython" in sys.modules else None
    return _NotebookBar() if getattr(shell, "kernel", None) is not None else None


class _NotebookBar:
    """A bar that is drawn once the work has gone on for a while, and ends as one line of text."""

    def __init__(self) -> None:
        self.handle: Any = None
        self.drawn = time.monotonic() + _SECONDS_BEFORE - _SECONDS_BETWEEN

    def __call__(self, number: int, total: int, name: str) -> None:
        now, last = time.monotonic(), number == total
        if (now - self.drawn < _SECONDS_BETWEEN and not last) or (last and self.handle is None):
            return
        from IPython.display import display

        self.drawn = now
        shown = _bar(number, total, name)
        if self.handle is None:
            self.handle = display(shown, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self.handle.update(shown)


def _bar(number: int, total: int, name: str) -> Shown:
    if number == total:
        text = f"读取 {total} 份，完成"
        return Shown(text, element("div", escape(text)))
    filled = element("div", style=f"width:{100 * number // total}%;height:8px;background:#0969da")
    frame = element("div", filled, style="width:320px;border:1px solid #57606a")
    line = progress_line(number, total, name)
    return Shown(line, element("div", element("div", escape(f"读取 {number}/{total} {name}")), frame))
