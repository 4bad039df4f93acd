"""A notice read whole: text in, Document out."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from jimei_kb.document.clauses import read_clauses
from jimei_kb.document.formats import read_raw
from jimei_kb.document.head import read_head
from jimei_kb.document.pages import find_pages
from jimei_kb.document.parts import head_rules, lay_out
from jimei_kb.document.text import canonicalise
from jimei_kb.errors import FormatError
from jimei_kb.records import Document

if TYPE_CHECKING:
    from pathlib import Path

_ADMINISTRATIVE_MIN = 4


def parse_text(text: str, *, slug: str = "text") -> Document:
    """The document that `text` holds; any text gives one, if need be one without clauses."""
    return _document(text, slug=slug, encoding="utf-8", sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


def read_document(path: str | Path) -> Document:
    """The document in the file `path`; its slug is the file's stem.

    Raises FormatError for a file that is missing, empty, binary, undecodable, too long or no notice.
    """
    raw = read_raw(path)
    document = _document(raw.text, slug=raw.slug, encoding=raw.encoding, sha256=raw.sha256)
    if not _reads_as_notice(document):
        raise FormatError(
            f"{path} 有 {len(document.text):,} 字，却没有文号、标题、主送机关、日期或编号的条款；应为一份通知；"
            "请检查是不是这份文件、是否完整"
        )
    return document


def _reads_as_notice(document: Document) -> bool:
    """Whether anything in the document is built as a notice is, or it is written like a section of one."""
    head = document.head
    stated = head.number or head.kind or head.recipients or head.date or head.issuers
    if stated or any(clause.kind == "clause" for clause in document.clauses):
        return True
    return sum(word in document.text for word in head_rules().administrative) >= _ADMINISTRATIVE_MIN


def _document(raw: str, *, slug: str, encoding: str, sha256: str) -> Document:
    text, offsets = canonicalise(raw)
    layout = lay_out(text)
    return Document(
        pages=find_pages(raw, offsets),
        slug=slug,
        text=text,
        head=read_head(layout),
        clauses=read_clauses(layout),
        offsets=offsets,
        raw=raw,
        encoding=encoding,
        sha256=sha256,
    )
