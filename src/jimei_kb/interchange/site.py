"""A base as a folder of pages that a browser opens without a server."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from jimei_kb.errors import ResultsError
from jimei_kb.view.site.pages import make_pages

if TYPE_CHECKING:
    from pathlib import Path

    from jimei_kb.query.whole import Whole

_BESIDE = ("site.css", "site.js")
_MARK = 'name="generator" content="jimei-kb"'


def write_site(whole: Whole, name: str, out: Path) -> None:
    """Write the pages of `whole` into the folder `out`; pages of documents that are gone are taken away from an older site there.

    The same base gives the same bytes. Raises ResultsError where `out` is a file, or a folder with something else in it.
    """
    _check(out)
    read = [(reading.document, reading.annotations, reading.programmes) for reading in whole.readings]
    pages = make_pages(read, whole.nodes, whole.edges, name)
    pages |= {one: resources.files("jimei_kb.view.site").joinpath(one).read_text(encoding="utf-8") for one in _BESIDE}
    folder = out / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    for page in folder.glob("*.html"):
        if f"documents/{page.name}" not in pages:
            page.unlink()
    for path, text in pages.items():
        (out / path).write_bytes(text.encode("utf-8"))


def _check(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise ResultsError(f"{out} 是文件；网页要写进一个文件夹，请另写一个名称")
    index = out / "index.html"
    if out.is_dir() and any(out.iterdir()) and not (index.is_file() and _MARK in index.read_text(encoding="utf-8", errors="replace")):
        raise ResultsError(f"文件夹 {out} 里已有别的内容，没有写入；请给一个空文件夹或新的名称")
