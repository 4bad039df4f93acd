"""A report: a cover, sections of tables and pictures, and its HTML form, which is one file that needs nothing else.

The HTML is made to be printed on A4 as well as read; it loads nothing, runs nothing, and all text from documents is escaped.
"""

from __future__ import annotations

import base64
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from jimei_kb.view.shown import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Cell = str | int | float | bool | None

# rows of one table that are shown on paper; the rest is counted, and stands whole in the Excel form
MOST_ROWS = 400
# the widest column, and the room between two, in Latin letters
_WIDEST, _GAP = 36, 6
_STATUS = {"达标": "ok", "未达标": "bad", "未报": "none", "待定": "open", "不适用": "na"}
_STYLE = """
@page { size: A4 landscape; margin: 14mm 12mm 16mm; @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt; } }
body { font: 10.5pt/1.55 "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimSun", sans-serif;
  color: #1f2328; max-width: 273mm; margin: 0 auto; padding: 8mm 4mm; }
header { border-bottom: 2px solid #b42318; margin-bottom: 6mm; padding-bottom: 3mm; }
h1 { font-size: 20pt; margin: 0 0 2mm; }
h2 { font-size: 13.5pt; margin: 9mm 0 2mm; break-after: avoid; }
header p, section p { margin: 1mm 0; }
.label { display: inline-block; border: 1.5px solid #b42318; color: #b42318; font-weight: bold; padding: 0 6px; margin-bottom: 2mm; }
.note { color: #57606a; font-size: 9.5pt; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; font-size: 9pt; line-height: 1.4; margin: 2mm 0; }
th, td { border: 1px solid #c4c9d0; padding: 2px 5px; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #eef1f4; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
td.number { text-align: right; }
td.number, td.ok, td.bad, td.none, td.open, td.na { overflow-wrap: normal; }
td.ok { background: #e6f4ea; } td.bad { background: #fbd5d0; font-weight: bold; } td.open { background: #fff1cc; }
td.none { background: repeating-linear-gradient(45deg, #fff, #fff 4px, #e3e6ea 4px, #e3e6ea 5px); } td.na { color: #6e7781; }
figure { margin: 4mm 0; break-inside: avoid; } figure img { max-width: 100%; max-height: 170mm; }
@media print { body { padding: 0; max-width: none; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


class Drawn(Protocol):
    """A picture that says its numbers."""

    @property
    def alt(self) -> str:
        """The picture in words."""

    def png(self) -> bytes:
        """The picture as PNG."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: notes, a table, pictures; `none` is said where the table has no rows."""

    title: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    notes: tuple[str, ...] = ()
    none: str = "没有。"
    pictures: tuple[Drawn, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report. `label` says in every output that the data are illustrative, if they are; `cover` are lines below the title."""

    title: str
    label: str
    cover: tuple[str, ...]
    sections: tuple[Section, ...]


def spoken_cell(cell: Cell) -> str:
    """A cell as text: 82.61, 是, empty for None."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return "" if cell is None else str(cell)


def on_paper(section: Section) -> tuple[Sequence[tuple[Cell, ...]], str]:
    """The rows of a section that are shown on paper, and what is said about the rest."""
    rest = len(section.rows) - MOST_ROWS
    return section.rows[:MOST_ROWS], f"另有 {rest} 行，见 Excel 形式的报告（.xlsx）。" if rest > 0 else ""


def column_shares(section: Section) -> list[float]:
    """How much of the width each column of the table takes, together 1: by the longest text in it, within bounds."""
    columns = zip(section.header, *(map(spoken_cell, row) for row in section.rows), strict=True)
    widths = [min(max(map(_width, column)), _WIDEST) + _GAP for column in columns]
    return [width / sum(widths) for width in widths]


def _width(text: str) -> int:
    """How wide the text is in Latin letters; a Chinese one takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text[:_WIDEST])


def to_html(report: Report) -> str:
    """The report as one HTML file."""
    return "".join(_page(report))


def _page(report: Report) -> Iterator[str]:
    # nothing is fetched, whatever a text holds
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    yield '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{escape(report.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<header>\n"
    if report.label:
        yield f'<p class="label">{escape(report.label)}</p>\n'
    yield f"<h1>{escape(report.title)}</h1>\n"
    yield from (f"<p>{escape(line)}</p>\n" for line in report.cover)
    yield "</header>\n"
    for section in report.sections:
        yield from _section(section)
    yield "</body>\n</html>\n"


def _section(section: Section) -> Iterator[str]:
    yield f"<section>\n<h2>{escape(section.title)}</h2>\n"
    yield from (f'<p class="note">{escape(note)}</p>\n' for note in section.notes)
    rows, rest = on_paper(section)
    if rows:
        head = "".join(f"<th>{escape(name)}</th>" for name in section.header)
        widths = "".join(f'<col style="width:{share:.1%}">' for share in column_shares(section))
        yield f"<table>\n<colgroup>{widths}</colgroup>\n<thead><tr>{head}</tr></thead>\n<tbody>\n"
        yield from (f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in rows)
        yield "</tbody>\n</table>\n"
    elif section.header:
        yield f"<p>{escape(section.none)}</p>\n"
    if rest:
        yield f'<p class="note">{escape(rest)}</p>\n'
    for picture in section.pictures:
        data = base64.b64encode(picture.png()).decode("ascii")
        yield f'<figure><img src="data:image/png;base64,{data}" alt="{escape(picture.alt)}"></figure>\n'
    yield "</section>\n"


def _cell(cell: Cell) -> str:
    text = spoken_cell(cell)
    kind = _STATUS.get(text, "number" if isinstance(cell, (int, float)) and not isinstance(cell, bool) else "")
    return f'<td class="{kind}">{escape(text)}</td>' if kind else f"<td>{escape(text)}</td>"
