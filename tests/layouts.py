"""The same notice as other programs hand it over: every layout leaves its words alone."""

from __future__ import annotations

import re
from itertools import groupby

_ITEM = re.compile("(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|[0-9])")
_SECTION = re.compile("[一二三四五六七八九十]+、.{1,38}")
_RUN_IN = re.compile("(（[一二三四五六七八九十]+）[^。]*。)(.+)")
_LATIN_END = re.compile("[0-9A-Za-z]+$")
_NOT_FIRST = "，。；：、）》”"  # marks that no line begins with
_COLUMNS, _LINES_A_PAGE = 56, 22


def markdown(text: str) -> str:
    """Sections as headings, run-in headings in bold, a blank line behind each paragraph."""
    return "\n\n".join(_marked(line) for line in _lines(text))


def _marked(line: str) -> str:
    if _SECTION.fullmatch(line):
        return f"## {line}"
    run_in = _RUN_IN.fullmatch(line)
    return f"**{run_in[1]}**{run_in[2]}" if run_in else line


def wrapped(text: str) -> str:
    """Lines broken at a column, paragraphs set in, page numbers and form feeds, as text taken from a PDF."""
    rows = [row for line in _lines(text) for row in _rows(line)]
    pages = [[row for _, row in page] for _, page in groupby(enumerate(rows), lambda at: at[0] // _LINES_A_PAGE)]
    return "\n".join("\n".join([*page, "", f"— {number} —", "\f"]) for number, page in enumerate(pages, 1))


def _rows(line: str) -> list[str]:
    """One paragraph in rows; a short line that opens no item stands at the margin, as heads and signatures do."""
    if "\t" in line:
        return [line]
    if _width(line) <= _COLUMNS - 4:
        return [f"    {line}" if _ITEM.match(line) else line]
    rows, row = [], "    "
    for character in line:
        if _width(row + character) > _COLUMNS and character not in _NOT_FIRST:
            word = _LATIN_END.search(row) if character.isascii() and character.isalnum() else None
            cut = word.start() if word else len(row)
            rows.append(row[:cut])
            row = row[cut:]
        row += character
    return [*rows, row]


def _width(text: str) -> int:
    return len(text.encode("gb18030"))


def web(text: str) -> str:
    """Set in by character references, as a web page is copied."""
    return "\n".join(f"&emsp;&emsp;{line}" for line in _lines(text))


def ideographic(text: str) -> str:
    """Set in by ideographic spaces, a carriage return at each end."""
    return "\r\n".join(f"　　{line}" for line in _lines(text))


def half_width(text: str) -> str:
    """Commas, colons, semicolons and brackets typed half-width."""
    return "\n".join(_lines(text)).translate(str.maketrans("，；：（）", ",;:()"))


def dense(text: str) -> str:
    """No blank line and nothing set in."""
    return "\n".join(_lines(text))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


LAYOUTS = (markdown, wrapped, web, ideographic, half_width, dense)
