"""Where the parts of a notice stand: head, text, signature, tail, and the texts attached to it.

Everything is told in numbers of paragraphs; `head` and `clauses` read the parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from jimei_kb.document.genre import title_end
from jimei_kb.document.text import starts_item
from jimei_kb.records import Span
from jimei_kb.rules import load_rules

_SPACE = re.compile(r"\s+")
_SENTENCE = re.compile("[。；：]|(?<=[一-龥）)》”])[;:]|[，,](?=[^）)》]*$)")
_FIRST_ITEM = re.compile(r"(?:第一[编章节条]|一[、．.]|1[、．.])")
_ENTRY_PAGE = re.compile(r"[.．…·—-]*[0-9]*$")

_TITLE_MAX = 60  # characters of one line
_TITLE_MIN = 6
_TITLE_LINES = 8
_SIGNATURE_LINES = 12
_LIST_LINES = 40
_LIST_ITEM = 80
_HANDOUT_PARAGRAPHS = 6
_LEFTOVER_LINES = 3


class HeadRules:
    """The wording of `head.toml`, compiled."""

    def __init__(self) -> None:
        book = load_rules("head", package="jimei_kb.document")
        self.administrative = book.words["administrative"]
        self.number, self.split_number, self.order = (book[f"head.{name}"].pattern for name in ("number", "split_number", "order"))
        self.meta, self.meta_number = (book[f"head.{name}"].pattern for name in ("meta", "meta_number"))
        self.web_date, self.web_issuer = (book[f"head.{name}"].pattern for name in ("web_date", "web_issuer"))
        self.day, self.day_line, self.signed_line = (book[f"head.{name}"].pattern for name in ("day", "day_line", "signed_line"))
        self.printed, self.copied, self.note = (book[f"head.{name}"].pattern for name in ("printed", "copied", "note"))
        self.marks, self.contents, self.annex = (book[f"head.{name}"].pattern for name in ("marks", "contents", "annex"))
        self.opening_sentence = book["head.sentence"].pattern
        self.hands_out = book.compile("<<handing_out>>")
        self.pronouns = book.words["pronouns"]
        self.organ_end = book.compile(r"(?:<<organs>>)$")
        self.organ_line = book.compile(
            r"^(?:[^，。；：:、,;0-9]{0,80}(?:<<organs>>)(?:[（(][^（）()]{1,12}[）)])?|(?:<<posts>>)[：:\s]*[一-龥][一-龥\s·]{1,8})$"
        )
        self.addressee = book.compile(r"(?:^(?:各|有关)|<<organs>>|<<persons>>|<<addressees>>)[^，,。；;]{0,6}$")
        self.title_note = book.compile(
            r"^[（(][^（）()]{0,400}(?:[（(][^（）()]{0,40}[）)][^（）()]{0,400}){0,6}[）)]$|^(?:<<year>>|<<cnyear>>)\s*年\s*.{1,3}\s*月$"
        )


@lru_cache(maxsize=1)
def head_rules() -> HeadRules:
    """The rules, loaded when they are first asked for."""
    return HeadRules()


class Paragraph(NamedTuple):
    """One paragraph of the canonical text."""

    start: int
    end: int
    text: str

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Part:
    """A text with its own numbering: the notice itself (label None) or one attached to it.

    `marked` tells an attachment under its mark (附件) from a text that the notice carries without one.
    `title`, `body` and `signature` are ranges of paragraph numbers; `date` is the number of the date's paragraph.
    """

    label: str | None
    title: range
    body: range
    signature: range
    date: int | None
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """All parts of a document.

    `head` is every paragraph before the text, `title` and `recipients` those among them; `tail` are lines behind a text
    that are no text (抄送, 印发, notes).
    """

    paragraphs: tuple[Paragraph, ...]
    head: range
    title: tuple[int, ...]
    recipients: int | None
    parts: tuple[Part, ...]
    tail: tuple[int, ...]


class _End(NamedTuple):
    """How a text ends: its last paragraph, its signature and date, tail lines behind, and where the next part starts."""

    body: int
    signature: range
    date: int | None
    tail: tuple[int, ...]
    after: int


def split_paragraphs(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a canonical text."""
    found = []
    start = 0
    for line in text.split("\n"):
        if line:
            found.append(Paragraph(start, start + len(line), line))
        start += len(line) + 1
    return tuple(found)


def squeeze(text: str) -> str:
    """`text` without any blanks."""
    return _SPACE.sub("", text)


def is_title_line(text: str) -> bool:
    """Whether a paragraph may be one line of a title: short, no sentence, no numbered item, no date."""
    return (
        len(text) <= _TITLE_MAX
        and text[-1] not in "。；;：:，！？…"
        and text[0] not in "·—"
        and "\t" not in text
        and not _SENTENCE.search(text)
        and not starts_item(text)
        and not head_rules().day_line.match(text)
        and not head_rules().printed.match(text)
    )


def ends_title(text: str) -> bool:
    """Whether a title may end here: 通知, 方案（2024—2026年）, 办法（试行）."""
    return title_end().search(squeeze(text)) is not None


def is_organ_line(text: str) -> bool:
    """Whether a paragraph is one line of a signature or letterhead: a body, several bodies, or a post and a name."""
    return len(text) <= _LIST_ITEM and not starts_item(text) and head_rules().organ_line.match(squeeze(text)) is not None


def is_recipients(text: str) -> bool:
    """Whether a paragraph addresses somebody, as 各社区居委会： does."""
    if (
        text[-1] not in "：:"
        or "。" in text
        or starts_item(text)
        or head_rules().meta.match(text)
        or head_rules().opening_sentence.search(text)
    ):
        return False
    return any(head_rules().addressee.search(squeeze(name)) for name in re.split("[，,；;、]", text[:-1]))


def lay_out(text: str) -> Layout:
    """The layout of a canonical text."""
    paragraphs = split_paragraphs(text)
    head_end, title, recipients = _read_head(paragraphs)
    parts: list[Part] = []
    tail: list[int] = []
    label, heading, at, marked = None, range(head_end, head_end), head_end, False
    while True:
        at = _behind_contents(paragraphs, at)
        end = _end(paragraphs, at, attached=bool(parts))
        parts.append(Part(label, heading, range(at, end.body), end.signature, end.date, marked))
        tail.extend(end.tail)
        if end.after >= len(paragraphs):
            break
        if _is_leftover(paragraphs, end.after):
            tail.extend(range(end.after, len(paragraphs)))
            break
        marked = head_rules().annex.match(paragraphs[end.after].text) is not None
        label, start = _attached_label(paragraphs, end.after)
        at = _title_end(paragraphs, start)
        heading = range(start, at)
    return Layout(paragraphs, range(head_end), title, recipients, _labelled(parts), tuple(tail))


def _read_head(paragraphs: tuple[Paragraph, ...]) -> tuple[int, tuple[int, ...], int | None]:
    """Where the text begins, which paragraphs are the title, which one names the recipients."""
    before: list[int] = []  # title lines above the number
    after: list[int] = []  # title lines below it
    numbered = False
    at = special = 0
    while at < len(paragraphs):
        text = paragraphs[at].text
        if head_rules().number.match(text) or head_rules().order.match(text) or head_rules().split_number.match(text):
            numbered = True
            special = at + 1
        elif is_recipients(text):
            return at + 1, _choose_title(paragraphs, before, after), at
        elif _is_head_mark(text) or ((before or after) and head_rules().title_note.match(text)):
            special = at + 1
        elif not head_rules().contents.match(text) and is_title_line(text) and len(before) + len(after) < _TITLE_LINES * 2:
            (after if numbered else before).append(at)
        else:
            break
        at += 1
    title = _choose_title(paragraphs, before, after)
    if title and not numbered and not any(ends_title(paragraphs[i].text) for i in title):
        # Nothing says that this is a title: believe its first line and no more.
        return title[0] + 1, title[:1], None
    return max(special, title[-1] + 1 if title else 0), title, None


def _is_head_mark(text: str) -> bool:
    """Whether a line of the head is neither title nor recipients: web record, urgency, letterhead, date, torn number."""
    return (
        bool(head_rules().meta.match(text) or head_rules().marks.match(text) or head_rules().day_line.match(text))
        or squeeze(text) == "文件"
        or text[-1] == "〔"
    )


def _choose_title(paragraphs: tuple[Paragraph, ...], before: list[int], after: list[int]) -> tuple[int, ...]:
    """The lines of the title: those below the number where they end like one, else those above it."""
    for lines in (after, before):
        while lines and not ends_title(paragraphs[lines[-1]].text) and any(ends_title(paragraphs[i].text) for i in lines):
            lines.pop()
    if after and (ends_title(paragraphs[after[-1]].text) or not before):
        return tuple(after)
    return tuple(before)


def _behind_contents(paragraphs: tuple[Paragraph, ...], at: int) -> int:
    """`at`, or where the text starts behind a table of contents: where its first entry stands for the second time."""
    if at + 1 >= len(paragraphs) or not head_rules().contents.match(paragraphs[at].text):
        return at
    entry = _ENTRY_PAGE.sub("", squeeze(paragraphs[at + 1].text))
    for again in range(at + 2, len(paragraphs)):
        if squeeze(paragraphs[again].text) == entry:
            return again
    return at


def _end(paragraphs: tuple[Paragraph, ...], start: int, *, attached: bool) -> _End:
    """How the text that starts at `start` ends."""
    for at in range(start, len(paragraphs)):
        end = _ending_at(paragraphs, start, at, attached=attached)
        if end:
            return end._replace(body=_without_list(paragraphs, start, end.body))
    stop = len(paragraphs)
    signed = stop
    while signed > start + 1 and stop - signed < _SIGNATURE_LINES and is_organ_line(paragraphs[signed - 1].text):
        signed -= 1
    if attached or signed == stop or not paragraphs[signed - 1].text.endswith("。"):
        signed = stop
    return _End(_without_list(paragraphs, start, signed), range(signed, stop), None, (), stop)


def _ending_at(paragraphs: tuple[Paragraph, ...], start: int, at: int, *, attached: bool) -> _End | None:
    """The end of the text that starts at `start`, if paragraph `at` shows it."""
    text = paragraphs[at].text
    if _opens_annex(paragraphs, at):
        return _End(at, range(at, at), None, (), at)
    if head_rules().copied.match(text):
        return _tail_from(paragraphs, at, at)
    if head_rules().printed.match(text):
        return _tail_from(paragraphs, at - _has_printer_above(paragraphs, start, at), at)
    if signed := _signed_at(paragraphs, start, at):
        return signed
    carried = _carried_from(paragraphs, start, at, attached=attached)
    return None if carried is None else _End(carried, range(carried, carried), None, (), carried)


def _has_printer_above(paragraphs: tuple[Paragraph, ...], start: int, at: int) -> bool:
    """Whether the printing office stands on the line over the printing date in paragraph `at`."""
    match = head_rules().printed.match(paragraphs[at].text)
    return match is not None and not match["by"] and at - 1 > start and is_organ_line(paragraphs[at - 1].text)


def _tail_from(paragraphs: tuple[Paragraph, ...], first: int, at: int) -> _End:
    """An end without signature: the tail lines from `first` on."""
    tail = _tail(paragraphs, at)
    return _End(first, range(first, first), None, (*range(first, at), *tail), at + len(tail))


def _signed_at(paragraphs: tuple[Paragraph, ...], start: int, at: int) -> _End | None:
    """The end with the signature over the date in paragraph `at`; None where it is no date or stands in the midst of the text."""
    text = paragraphs[at].text
    line = head_rules().signed_line.match(text)
    if line is not None:
        if not is_organ_line(line["by"]):
            return None
        tail = _tail(paragraphs, at + 1)
        return _End(at, range(at, at + 1), at, tail, at + 1 + len(tail))
    if not head_rules().day_line.match(text):
        return None
    first = at
    while first > start and at - first < _SIGNATURE_LINES and is_organ_line(paragraphs[first - 1].text):
        first -= 1
    tail = _tail(paragraphs, at + 1)
    after = at + 1 + len(tail)
    if first == at and after < len(paragraphs) and not _opens_part(paragraphs, after):
        return None
    return _End(first, range(first, at), at, tail, after)


def _tail(paragraphs: tuple[Paragraph, ...], at: int) -> tuple[int, ...]:
    """The tail lines from `at` on: 抄送, printing office, 印发, （此件公开发布）."""
    found: list[int] = []
    for i in range(at, len(paragraphs)):
        text = paragraphs[i].text
        following = head_rules().printed.match(paragraphs[i + 1].text) if i + 1 < len(paragraphs) else None
        printer = following is not None and not following["by"] and is_organ_line(text)
        if not (
            printer
            or head_rules().note.match(text)
            or head_rules().copied.match(text)
            or head_rules().printed.match(text)
            or head_rules().marks.match(text)
        ):
            break
        found.append(i)
    return tuple(found)


def _opens_part(paragraphs: tuple[Paragraph, ...], at: int) -> bool:
    """Whether an attached text may start at `at`: its mark, or a title within its first lines."""
    if head_rules().annex.match(paragraphs[at].text):
        return True
    for paragraph in paragraphs[at : at + 4]:
        if not is_title_line(paragraph.text):
            return False
        if ends_title(paragraph.text):
            return True
    return False


def _opens_annex(paragraphs: tuple[Paragraph, ...], at: int) -> bool:
    """Whether paragraph `at` is the mark above an attached text (附件, 附件1), not the list of attachments."""
    match = head_rules().annex.match(paragraphs[at].text)
    if not match or at + 1 >= len(paragraphs):
        return False
    return not match["rest"].strip() and not re.match(r"[1１][.．、]", paragraphs[at + 1].text)


def _carried_from(paragraphs: tuple[Paragraph, ...], start: int, at: int, *, attached: bool) -> int | None:
    """The first title line of a text that starts without mark or signature before it, if its title ends at `at`.

    A notice that hands something out (印发) may go on with its title; among attached texts a title is followed by a first number.
    """
    text = paragraphs[at].text
    if at == start or len(text) < _TITLE_MIN or text[0] in "图表" or not is_title_line(text) or not ends_title(text):
        return None
    if not any(_FIRST_ITEM.match(paragraph.text) for paragraph in paragraphs[at + 1 : at + 6]):
        return None
    first = at
    while first > start and at - first < 4 and is_title_line(paragraphs[first - 1].text) and len(paragraphs[first - 1].text) >= _TITLE_MIN:
        first -= 1
    if first == start or not paragraphs[first - 1].text.endswith(("。", "）", ")", "：", ":")):
        return None
    if attached:
        return first if any(_FIRST_ITEM.match(paragraphs[i].text) for i in range(start, first)) else None
    if first - start > _HANDOUT_PARAGRAPHS:
        return None
    above = [paragraph.text for paragraph in paragraphs[start:first]]
    handed_out = any(head_rules().hands_out.search(line) for line in above) and not any(starts_item(line) for line in above)
    return first if handed_out else None


def _is_leftover(paragraphs: tuple[Paragraph, ...], at: int) -> bool:
    """Whether what stands behind the signature is a stray line or two (a contact, a file name) and no attached text."""
    if len(paragraphs) - at > _LEFTOVER_LINES or head_rules().annex.match(paragraphs[at].text):
        return False
    rest = [paragraph.text for paragraph in paragraphs[at:]]
    return not any(ends_title(line) or starts_item(line) or len(line) > _LIST_ITEM for line in rest)


def _without_list(paragraphs: tuple[Paragraph, ...], start: int, end: int) -> int:
    """`end`, or where a list of attachments (附件：1.… 2.…) starts that closes the text."""
    at = found = end
    while at > start and end - at <= _LIST_LINES:
        text = paragraphs[at - 1].text
        if len(text) > _LIST_ITEM or text[-1] in "。；;":
            break
        at -= 1
        match = head_rules().annex.match(text)
        if match and (match["rest"] or text[-1] in "：:"):
            found = at
    return found


def _attached_label(paragraphs: tuple[Paragraph, ...], at: int) -> tuple[str, int]:
    """The label of the attached text that starts at `at` and where its title starts."""
    match = head_rules().annex.match(paragraphs[at].text)
    if not match:
        return "附件", at
    return "附件" + (match["n"] or ""), at if match["rest"].strip() else at + 1


def _title_end(paragraphs: tuple[Paragraph, ...], start: int) -> int:
    """Behind the title lines (and the bracketed note under them) that an attached text begins with."""
    at = start
    while at < len(paragraphs) and at - start < _TITLE_LINES and is_title_line(paragraphs[at].text):
        if head_rules().contents.match(paragraphs[at].text):
            return at
        at += 1
        if ends_title(paragraphs[at - 1].text):
            break
    while start < at < len(paragraphs) and head_rules().title_note.match(paragraphs[at].text) and not starts_item(paragraphs[at].text):
        at += 1
    return at


def _labelled(parts: list[Part]) -> tuple[Part, ...]:
    """`parts` with labels that differ: 附件 where one text is attached, 附件1, 附件2 … where there are several."""
    attached = [part for part in parts if part.label]
    if len(attached) < 2:
        return tuple(replace(part, label="附件") if part.label else part for part in parts)
    carried, *own = attached
    if not carried.marked and all(part.marked and part.label == "附件" for part in own):
        numbers = [""] if len(own) == 1 else [str(number) for number in range(1, len(own) + 1)]
        labels = iter(["附件", *(f"附件/附件{number}" for number in numbers)])  # the carried text has attachments of its own
        return tuple(replace(part, label=next(labels)) if part.label else part for part in parts)
    if all(part.label == "附件" for part in attached):
        return tuple(replace(part, label=f"附件{number}") if part.label else part for number, part in enumerate(parts))
    used: set[str | None] = set()
    found = []
    spare = 1
    for part in parts:
        label = part.label
        while label in used:
            spare += 1
            label = f"附件{spare}"
        used.add(label)
        found.append(replace(part, label=label))
    return tuple(found)
