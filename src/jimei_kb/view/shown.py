"""What a notebook shows: a text and an HTML form of one thing, the same on every run.

The HTML uses tables, <details>, <mark> and inline styles only: a notebook that nobody has marked as trusted still shows
these, while <style>, <svg> and scripts are dropped. Text from documents is escaped, control characters are taken out.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# C0 and C1 controls but tab and line feed (a terminal obeys ESC and U+009B), half characters, and the marks that
# turn the direction of writing (shown text would differ from what stands in the file)
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")

MUTED = "color:#57606a"
_UNBROKEN = ";white-space:nowrap"
_CELL = "text-align:left;vertical-align:top;padding:2px 10px 2px 0"


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """One thing in both forms. A notebook takes the HTML, everything else the text."""

    text: str
    html: str

    def __repr__(self) -> str:
        """The text form, whole."""
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def clean(text: str) -> str:
    """`text` without what a terminal or a reader's eye could be misled by; line feeds and tabs stay."""
    return _UNSAFE.sub("", text)


def escape(text: str) -> str:
    """`text`, cleaned, for any place in HTML."""
    return html.escape(clean(text), quote=True)


def element(name: str, *content: str, style: str = "", title: str = "") -> str:
    """An HTML element around `content`, which is HTML already."""
    attributes = f' style="{style}"' if style else ""
    attributes += f' title="{escape(title)}"' if title else ""
    return f"<{name}{attributes}>{''.join(content)}</{name}>"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, whole: int = 0) -> Shown:
    """Rows of plain text as a table; the text form has one line a row with ` | ` between the cells.

    Cells of at most `whole` characters are not broken into lines.
    """
    rows = list(rows)
    lines = [" | ".join(clean(cell).replace("\n", " ") for cell in row) for row in (header, *rows)]

    def cells(name: str, row: Sequence[str]) -> str:
        return element("tr", *(element(name, escape(cell), style=_CELL + (_UNBROKEN if 0 < len(cell) <= whole else "")) for cell in row))

    head, body = cells("th", header), (cells("td", row) for row in rows)
    return Shown("\n".join(lines), element("table", element("thead", head), element("tbody", *body)))
