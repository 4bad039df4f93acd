"""From a file to a Document: format, canonical text, head, clause tree.

`read_document(path)` reads a file, `parse_text(text)` a string. The rooms behind them load their rule files on the
first call: importing this package reads nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from jimei_kb.records import Document

__all__ = ["parse_text", "read_document"]


def parse_text(text: str, *, slug: str = "text") -> Document:
    """The document that `text` holds; any text gives one, if need be one without clauses.

    >>> parse_text("关于做好防汛工作的通知").head.kind
    '通知'
    """
    from jimei_kb.document.read import parse_text as parse

    return parse(text, slug=slug)


def read_document(path: str | Path) -> Document:
    """The document in the file `path` (.txt, .md); its slug is the file's stem.

    Raises FormatError for a file that is missing, empty, binary, undecodable, too long or no notice.
    """
    from jimei_kb.document.read import read_document as read

    return read(path)
