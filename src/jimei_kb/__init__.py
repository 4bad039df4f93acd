"""jimei-kb: Chinese administrative notices as a knowledge base people can trust.

    read_document(path), parse_text(text)     a notice → Document: head, clauses, text
    extract(document)                         → citations, actors, duties, metrics, schedules, each with its quotation
    build_kb(paths, kb), open_kb(kb)          → the knowledge base on disk, opened as KnowledgeBase
    who_is_responsible(kb, subject)           → an Answer made of quotations, or 文中未载明
    show(document, annotations)               → the text with everything that was read marked

Each name is imported when it is first used: `import jimei_kb` loads nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jimei_kb.document import parse_text, read_document
    from jimei_kb.errors import KbError
    from jimei_kb.extract import extract
    from jimei_kb.knowledge_base import KnowledgeBase, build_kb, open_kb
    from jimei_kb.query.responsible import who_is_responsible
    from jimei_kb.view.documents import mark_up as show

_HOMES = {
    "KbError": ("jimei_kb.errors", "KbError"),
    "KnowledgeBase": ("jimei_kb.knowledge_base", "KnowledgeBase"),
    "build_kb": ("jimei_kb.knowledge_base", "build_kb"),
    "open_kb": ("jimei_kb.knowledge_base", "open_kb"),
    "parse_text": ("jimei_kb.document", "parse_text"),
    "read_document": ("jimei_kb.document", "read_document"),
    "show": ("jimei_kb.view.documents", "mark_up"),
    "who_is_responsible": ("jimei_kb.query.responsible", "who_is_responsible"),
}

__all__ = [
    "KbError",
    "KnowledgeBase",
    "build_kb",
    "extract",
    "open_kb",
    "parse_text",
    "read_document",
    "show",
    "who_is_responsible",
]


class _CallableModule(ModuleType):
    """A module that is called as the function of its own name."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        return getattr(self, self.__name__.rpartition(".")[2])(*args, **options)


class _Package(ModuleType):
    """The package: `extract` is a folder and a function: whichever of the two an import gives, it can be called."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "extract" and isinstance(value, ModuleType):
            value.__class__ = _CallableModule
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name == "extract":
        return import_module("jimei_kb.extract")
    if name in _HOMES:
        home, attribute = _HOMES[name]
        return getattr(import_module(home), attribute)
    raise AttributeError(f"module 'jimei_kb' has no attribute {name!r}; it has {', '.join(__all__)}")


def load_ipython_extension(ipython: Any) -> None:
    """What `%load_ext jimei_kb` calls: `%who`, `%ask` and `%%ask`."""
    import_module("jimei_kb.lab.magics").register(ipython)


def __dir__() -> list[str]:
    return __all__
