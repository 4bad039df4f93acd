"""A report as a Word document: A4 across, headings repeated on each page, every text as plain text."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jimei_kb.tabular import clean_text, without_times, write_bytes
from jimei_kb.view.report import column_shares, on_paper, spoken_cell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jimei_kb.view.report import Cell, Drawn, Report, Section

_FONT, _BODY_POINTS, _TABLE_POINTS = "宋体", 10.5, 8
_MARGIN_MM, _LONG_MM, _SHORT_MM = 14, 297, 210
_SHADES = {"达标": "E6F4EA", "未达标": "FBD5D0", "待定": "FFF1CC", "未报": "E3E6EA"}
# the oldest time that a zip file can name: no document tells when it was made
_NO_TIME = datetime(1980, 1, 1)  # noqa: DTZ001 - the format has no zone


def write_word(path: Path, report: Report) -> None:
    """Write `report` to `path`; the same report gives the same bytes."""
    from docx import Document
    from docx.shared import Pt, RGBColor

    document = Document()
    _set_up(document, report.title)
    document.add_heading(clean_text(report.title), 0)
    if report.label:
        run = document.add_paragraph().add_run(clean_text(report.label))
        run.bold, run.font.color.rgb = True, RGBColor(0xB4, 0x23, 0x18)
    for line in report.cover:
        document.add_paragraph(clean_text(line))
    for section in report.sections:
        _add_section(document, section)
    for paragraph in document.paragraphs:
        paragraph.paragraph_format.space_after = Pt(3)
    data = io.BytesIO()
    document.save(data)
    write_bytes(path, without_times(data.getvalue()))


def _set_up(document: Any, title: str) -> None:
    """The page, the fonts for Chinese, and what the file says of itself."""
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Mm(_LONG_MM), Mm(_SHORT_MM)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(_MARGIN_MM)
    for name in ("Normal", "Title", "Heading 1"):
        style = document.styles[name]
        style.font.name = _FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(kind), _FONT)
        # the theme would name other fonts before these
        for kind in ("w:asciiTheme", "w:eastAsiaTheme", "w:hAnsiTheme", "w:cstheme"):
            fonts.attrib.pop(qn(kind), None)
    document.styles["Normal"].font.size = Pt(_BODY_POINTS)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = clean_text(title), "jimei-kb", ""
    properties.created = properties.modified = _NO_TIME


def _add_section(document: Any, section: Section) -> None:
    document.add_heading(clean_text(section.title), 1)
    for note in section.notes:
        document.add_paragraph(clean_text(note))
    rows, rest = on_paper(section)
    if rows:
        _add_table(document, section, rows)
    elif section.header:
        document.add_paragraph(clean_text(section.none))
    if rest:
        document.add_paragraph(clean_text(rest))
    for picture in section.pictures:
        _add_picture(document, picture)


def _add_picture(document: Any, picture: Drawn) -> None:
    """A picture no larger than a page has room for, and its numbers as its description."""
    from docx.shared import Mm

    shape = document.add_picture(io.BytesIO(picture.png()))
    room = Mm(_LONG_MM - 2 * _MARGIN_MM) / shape.width, Mm(_SHORT_MM - 2 * _MARGIN_MM - 10) / shape.height
    shape.width, shape.height = (int(length * min(1.0, *room)) for length in (shape.width, shape.height))
    shape._inline.docPr.set("descr", clean_text(picture.alt))  # noqa: SLF001 - python-docx has no name for it


def _add_table(document: Any, section: Section, rows: Sequence[Sequence[Cell]]) -> None:
    """A table whose headings stand on every page; its rows are made as elements, since cells by index take quadratic time."""
    from docx.shared import Mm

    widths = [Mm((_LONG_MM - 2 * _MARGIN_MM) * share) for share in column_shares(section)]
    table = document.add_table(rows=0, cols=len(widths))
    table.style, table.autofit = "Table Grid", False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    table._tbl.append(_row(section.header, widths, heading=True))  # noqa: SLF001 - python-docx has no name for a row that is made
    for row in rows:
        table._tbl.append(_row([spoken_cell(cell) for cell in row], widths))  # noqa: SLF001


def _row(cells: Sequence[str], widths: Sequence[Any], *, heading: bool = False) -> Any:
    properties = [_element("w:cantSplit"), *([_element("w:tblHeader")] if heading else [])]
    row = _element("w:tr", _element("w:trPr", *properties))
    row.extend(_cell(clean_text(cell), width, heading=heading) for cell, width in zip(cells, widths, strict=True))
    return row


def _cell(text: str, width: Any, *, heading: bool) -> Any:
    shade = "EEF1F4" if heading else _SHADES.get(text)
    shading = [_element("w:shd", val="clear", color="auto", fill=shade)] if shade else []
    half_points = str(2 * _TABLE_POINTS)
    size = _element("w:rPr", *([_element("w:b")] if heading else []), _element("w:sz", val=half_points))
    words = _element("w:t")
    words.text = " ".join(text.split("\n"))
    spacing = _element("w:pPr", _element("w:spacing", before="0", after="0"))
    wide = _element("w:tcW", w=str(width.twips), type="dxa")
    return _element("w:tc", _element("w:tcPr", wide, *shading), _element("w:p", spacing, _element("w:r", size, words)))


def _element(name: str, *children: Any, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    element.extend(children)
    return element
