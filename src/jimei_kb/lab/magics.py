"""`%load_ext jimei_kb`: questions to a base straight from a cell, thin over `kb.who` and `kb.ask`.

%who 电动自行车充电      who is responsible; without a subject it lists the names of the notebook, as it does elsewhere
%ask 多久检查一次？      one question; %%ask takes a question a line
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jimei_kb.errors import GraphError
from jimei_kb.knowledge_base import KnowledgeBase, open_kb

if TYPE_CHECKING:
    from jimei_kb.records import Answer

# beside the notebook, or beside the folder of notebooks
_FOLDERS = ("kb", "../kb")


def register(ipython: Any) -> None:
    """Make `%who`, `%ask` and `%%ask` known to the running IPython."""
    listing = ipython.find_line_magic("who")

    def who(line: str) -> Answer | None:
        return _base(ipython.user_ns).who(line.strip()) if line.strip() else listing(line)

    def ask(line: str, cell: str | None = None) -> Answer | None:
        if cell is None:
            return _base(ipython.user_ns).ask(line.strip())
        from IPython.display import display

        base = _base(ipython.user_ns)
        for question in filter(None, map(str.strip, [line, *cell.splitlines()])):
            display(base.ask(question))  # type: ignore[no-untyped-call]
        return None

    ipython.register_magic_function(who, "line", "who")
    ipython.register_magic_function(ask, "line_cell", "ask")


def _base(names: dict[str, Any]) -> KnowledgeBase:
    """The base that the notebook calls `kb`, else the one in the folder kb."""
    if isinstance(names.get("kb"), KnowledgeBase):
        found: KnowledgeBase = names["kb"]
        return found
    for folder in _FOLDERS:
        if Path(folder).is_dir():
            return open_kb(folder)
    raise GraphError(f"没有名为 kb 的知识库，也没有文件夹 {'、'.join(_FOLDERS)}；请先写 kb = open_kb(…)")
