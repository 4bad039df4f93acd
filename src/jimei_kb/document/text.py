"""Raw text → canonical text: marks of the file format gone, broken lines rejoined, every character traceable.

Folds (a canonical character that differs from its raw character): any line break or block tag is
one line feed; an HTML entity is its character, a space where that is a blank; the break between two Latin words is one space;
half of a surrogate pair, which UTF-8 cannot hold, is U+FFFD.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from jimei_kb.records import OffsetMap
from jimei_kb.rules import load_rules

_MARKUP_HINT = re.compile(r"[<&*\[\\\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_LINE = re.compile(r"[^\r\n\f\v\x85\u2028\u2029]+|\f")
# The lead of a line: its indentation and the marks of Markdown (heading, quotation, bullet).
_LEAD = re.compile(r"(?P<indent>\s*)(?:(?:#{1,6}|>|[*+-])\s+)*")
_RULE_LINE = re.compile(r"(?:-{3,}|\*{3,}|_{3,}|={3,}|\|?[\s:|-]*-{3}[\s:|-]*\|)\s*$")

_ENDS = frozenset("。！？!?；;：:…")
_CLOSERS = "”’\"'）)》〉】」』"
_PAUSE = re.compile("[，,。；;]")
_ROUND = re.compile("[（(）)]")
_LEADER = re.compile(r"[.．…·]{4,}")
_LATIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

_PAGE_NUMBER_MAX = 24  # characters
_LONG_LINE = 18  # characters of a line that shows the left edge of its page
_CUT_MIN = 40  # characters of a line that a page break may have cut though it has no full stop
_SIGNED_MAX = 40
_LONE_MARK_MAX = 8
_FULL_SLACK = 8  # columns: a full line may end four characters early, where the next word or mark did not fit
_SET_IN = 2  # columns of indentation that start a paragraph
_FAR_IN = 6  # columns beyond any indentation of a paragraph
_MIN_WRAP = 36  # columns: nothing is wrapped narrower than 18 characters
_MAX_WRAP = 160


class _Rules:
    """The wording of `text.toml`, compiled."""

    def __init__(self) -> None:
        book = load_rules("text", package="jimei_kb.document")
        self.page_number = book["text.page_number"].pattern
        self.bare_number = book["text.bare_number"].pattern
        self.contents_line = book["text.contents_line"].pattern
        self.date_line = book["text.date_line"].pattern
        self.item = book["text.starts_item"].pattern
        self.markup = book.compile(
            r"<(?P<close>/?)(?P<tag>(?i:<<tags>>))(?![\w-])[^<>]{0,2000}>|<!--[^<>]{0,2000}-->"
            r"|&(?P<entity>[A-Za-z]{2,8}|#[0-9]{1,6}|#[xX][0-9A-Fa-f]{1,5});"
            r"|\[(?P<link>[^\[\]\n]{0,200})\]\((?:https?:|/|\.|#|mailto:)[^()\s]{0,500}\)"
            r"|\\(?P<escaped>[.*_#()\[\]+-])"
            r"|\*{2,}"
            r"|[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
        )
        self.blocks = book.words["blocks"]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    """The rules, loaded when they are first asked for."""
    return _Rules()


class Line(NamedTuple):
    """One printed line: its text, where that starts and the line stops, how far it is set in, its page, its printed width."""

    text: str
    start: int
    stop: int
    indent: int
    page: int
    columns: int


class _Stretches(NamedTuple):
    """Where stretches of a text come from: `here[i]` is copied from `there[i]`; both rise."""

    here: list[int]
    there: list[int]


def canonicalise(raw: str) -> tuple[str, OffsetMap]:
    """The canonical text of `raw` (paragraphs separated by one line feed) and the way back to it."""
    flat, origin = _without_markup(_HALF_CHARACTER.sub("\ufffd", raw))
    lines = _lines(flat)
    joins = _joins(lines)
    pieces: list[str] = []
    stretches = _Stretches([], [])
    at = 0
    for number, line in enumerate(lines):
        if number:
            before = lines[number - 1]
            glue = _glue(before.text, line.text) if joins[number - 1] else "\n"
            if glue:
                pieces.append(glue)
                stretches.here.append(at)
                stretches.there.append(before.stop)
                at += 1
        pieces.append(line.text)
        stretches.here.append(at)
        stretches.there.append(line.start)
        at += len(line.text)
    return "".join(pieces), _offset_map(stretches, origin, at)


def starts_item(text: str) -> bool:
    """Whether `text` starts with a number (一、（一）1. 第一条 ①) or another word that starts a paragraph (附件, 抄送)."""
    return _rules().item.match(text) is not None


def _glue(before: str, after: str) -> str:
    """What stands between two lines of one paragraph: nothing, or a space between Latin words."""
    return " " if before[-1] in _LATIN and after[0] in _LATIN else ""


def _without_markup(raw: str) -> tuple[str, _Stretches | None]:
    """`raw` without tags, entities, Markdown marks and invisible characters; and where it comes from (None: it is unchanged)."""
    if not _MARKUP_HINT.search(raw):
        return raw, None
    pieces: list[str] = []
    origin = _Stretches([0], [0])
    at = done = 0

    def keep(start: int, piece: str) -> None:
        nonlocal at
        if piece:
            pieces.append(piece)
            origin.here.append(at)
            origin.there.append(start)
            at += len(piece)

    for match in _rules().markup.finditer(raw):
        keep(done, raw[done : match.start()])
        done = match.end()
        if match["link"] is not None:
            keep(match.start("link"), match["link"])
        elif match["escaped"]:
            keep(match.start("escaped"), match["escaped"])
        elif match["tag"] and match["tag"].lower() in _rules().blocks:
            keep(match.start(), "\n")
        elif match["entity"]:
            keep(match.start(), _entity(match.group()))
    keep(done, raw[done:])
    return "".join(pieces), origin


def _entity(reference: str) -> str:
    """The one character of an entity; a space for one that is damaged, names several or cannot be printed."""
    character = html.unescape(reference)
    return character if len(character) == 1 and character.isprintable() else " "


def _lines(flat: str) -> list[Line]:
    """The lines that carry text; blank ones, rules and page numbers are gone."""
    lines: list[Line] = []
    page = 0
    page_top = False
    for match in _LINE.finditer(flat):
        text = match.group()
        if text == "\f":
            while lines and lines[-1].page == page and _rules().bare_number.match(lines[-1].text):
                lines.pop()
            page += 1
            page_top = True
            continue
        lead, indent = _lead(text)
        body = text[lead:].rstrip()
        if not body or _RULE_LINE.match(body):
            continue
        if len(text) < _PAGE_NUMBER_MAX + lead and _rules().page_number.match(text):
            page += 1
        elif not (page_top and _rules().bare_number.match(body)):
            page_top = False
            lines.append(Line(body, match.start() + lead, match.end(), indent, page, _columns(body)))
    return lines


def _lead(text: str) -> tuple[int, int]:
    """How many characters of a line stand before its text, and how many columns it is set in."""
    match = _LEAD.match(text)
    indent = match["indent"] if match else ""
    return match.end() if match else 0, len(indent) + indent.count("\u3000") + indent.count("\u2003")


def _columns(text: str) -> int:
    """Printed width, a Chinese character counting two."""
    return len(text.encode("gb18030", "replace"))


def _joins(lines: list[Line]) -> list[bool]:
    """For each line but the last, whether the next one carries its paragraph on."""
    bases = _bases(lines)
    width = _wrap_width(lines, bases)
    return _wrapped_joins(lines, bases, width) if width else _paragraph_joins(lines)


def _bases(lines: list[Line]) -> dict[int, int]:
    """The left edge of every page: the least indentation of its long lines (of all its lines where none is long)."""
    every: dict[int, int] = {}
    long: dict[int, int] = {}
    for line in lines:
        page, indent = line.page, line.indent
        if indent < every.get(page, indent + 1):
            every[page] = indent
        if len(line.text) > _LONG_LINE and indent < long.get(page, indent + 1):
            long[page] = indent
    return every | long


def _wrap_width(lines: list[Line], bases: dict[int, int]) -> int:
    """The column at which the text is broken into lines, or 0 where a line is a paragraph.

    Text that is broken at a column has many lines that end within two characters of it though their sentence is open.
    """
    prose = [line for line in lines if "\t" not in line.text and not _rules().contents_line.search(line.text[-8:])]
    edges = [line.indent - bases[line.page] + line.columns for line in prose]
    counts = Counter(edge for edge in edges if _MIN_WRAP <= edge <= _MAX_WRAP)
    if not counts:
        return 0
    band = {edge: sum(counts[edge - back] for back in range(5)) for edge in counts}
    width = max(band, key=lambda edge: (band[edge], edge))
    if sum(edge > width + 6 for edge in edges) * 8 > len(edges):
        return 0
    open_ended = sum(
        width - 4 <= edge <= width + 2 and not _ended(line.text) and not starts_item(after.text)
        for (line, after), edge in zip(pairwise(prose), edges, strict=False)
    )
    return width if open_ended >= 3 and open_ended * 6 >= len(edges) else 0


def _ended(text: str) -> bool:
    """Whether a sentence or list item ends with `text`."""
    if text[-1] in _ENDS:
        return True
    core = text.rstrip(_CLOSERS) or text
    if core[-1] in _ENDS:
        return True
    return core[-1] in ".．" and len(core) > 1 and not core[-2].isascii()


def _unclosed(text: str) -> bool:
    """Whether a bracket, quotation or title mark stands open at the end."""
    return any(text.rfind(left) > text.rfind(right) for left, right in ("《》", "（）", "()", "“”"))


def _closes(text: str, after: str) -> bool:
    """Whether `after` closes a round bracket that `text` leaves open: the 5）of （GB51142-201|5）is no number of an item."""
    opened = max(text.rfind("（"), text.rfind("("))
    if opened <= max(text.rfind("）"), text.rfind(")")):
        return False
    first = _ROUND.search(after)
    return first is not None and first[0] in "）)"


def _wrapped_joins(lines: list[Line], bases: dict[int, int], width: int) -> list[bool]:
    """The joins where lines are broken at the column `width`."""
    joins: list[bool] = []
    running = False  # the paragraph has reached a comma or full stop: it is no title
    for line, after in pairwise(lines):
        carried = bool(joins) and joins[-1]
        running = (running and carried) or bool(_PAUSE.search(line.text))
        shift = line.indent - bases[line.page]
        joins.append(
            _carries_on(
                line.text,
                after,
                full=shift + line.columns >= width - _FULL_SLACK,
                shift=after.indent - bases[after.page],
                open_first=running and (carried or shift >= _SET_IN),
                carried=running and carried,
            )
        )
    return joins


def _carries_on(text: str, after: Line, *, full: bool, shift: int, open_first: bool, carried: bool) -> bool:
    """Whether `after` carries on the paragraph of the line `text`.

    `full`: the line reaches the right edge; `shift`: how far `after` is set in; `open_first`: the paragraph is no title and its
    first line was set in; `carried`: the paragraph is no title and `text` is not its first line.
    """
    if _lone_mark(text, after.text):
        return True
    if "\t" in text or "\t" in after.text or _rules().date_line.match(after.text):
        return False
    if _LEADER.match(after.text):
        return True
    item = starts_item(after.text) and not _closes(text, after.text)
    if text[-1] in "）)" and not full and shift >= _SET_IN:
        return False  # a tag behind its provision: …合力。（各部门按职责分工负责）
    if _ended(text) or _rules().contents_line.search(text[-8:]):
        return full and shift < _SET_IN and not item
    if item:
        return full and shift <= 0 and text[-1] not in "）)"  # behind a bracket the number is an item's: （县住建局牵头）|（1）
    if _unclosed(text) or text[-1] in "，、" or carried:
        return True
    if shift < _SET_IN:
        return full or open_first
    # Set in, though the sentence is open: PDF readers do that to a line that starts with a bracket or a title mark.
    return open_first and (shift > _FAR_IN or after.text[0] in "（《“")


def _paragraph_joins(lines: list[Line]) -> list[bool]:
    """The joins where a line is a paragraph: only what a page break has cut, a number torn from its text, an open bracket."""
    joins: list[bool] = []
    for number, (line, after) in enumerate(pairwise(lines)):
        if _ended(line.text):
            joins.append(False)
            continue
        signed = number + 2 < len(lines) and len(after.text) < _SIGNED_MAX and _rules().date_line.match(lines[number + 2].text) is not None
        cut = _lone_mark(line.text, after.text) or _open_bracket(line, after) or _cut_short(line, after)
        joins.append(cut and not signed)
    return joins


def _lone_mark(text: str, after: str) -> bool:
    """Whether the line `text` is nothing but a number whose clause stands on the next line."""
    match = _rules().item.match(text) if len(text) <= _LONE_MARK_MAX else None
    return match is not None and not match["word"] and match.end() == len(text) and not starts_item(after)


def _open_bracket(line: Line, after: Line) -> bool:
    """Whether `after` closes a bracket or title mark that `line` leaves open."""
    for left, right in ("《》", "（）", "()"):
        if line.text.rfind(left) > line.text.rfind(right):
            closes, opens = after.text.find(right), after.text.find(left)
            if closes >= 0 and not 0 <= opens < closes:
                return not starts_item(after.text)
    return False


def _cut_short(line: Line, after: Line) -> bool:
    """Whether the sentence of `line` is open and `after` reads as its other half."""
    text = line.text
    if text[-1] in "）)" or not _PAUSE.search(text) or "\t" in text or "\t" in after.text:
        return False
    if starts_item(after.text) or _rules().date_line.match(after.text) or (after.indent and after.indent >= line.indent):
        return False
    if starts_item(text) and "。" not in text and "；" not in text:
        return text[-1] in "，、" or _unclosed(text)
    return "。" in text or text[-1] in "，、" or len(text) >= _CUT_MIN


def _offset_map(stretches: _Stretches, origin: _Stretches | None, length: int) -> OffsetMap:
    """The way from canonical text over flat text to raw text."""
    if not stretches.here:
        return OffsetMap((0,), (0,))
    if origin is None:
        return OffsetMap(tuple(stretches.here), tuple(stretches.there))
    canonical: list[int] = []
    raw: list[int] = []
    ends = [*stretches.here[1:], length]
    for here, flat, end in zip(stretches.here, stretches.there, ends, strict=True):
        i = bisect_right(origin.here, flat) - 1
        canonical.append(here)
        raw.append(origin.there[i] + flat - origin.here[i])
        for j in range(i + 1, len(origin.here)):
            if origin.here[j] >= flat + end - here:
                break
            canonical.append(here + origin.here[j] - flat)
            raw.append(origin.there[j])
    return OffsetMap(tuple(canonical), tuple(raw))
