"""The head and tail elements of a notice: number, title, issuers, recipients, date, 抄送, 印发, kind."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from jimei_kb.docnumber import spelled
from jimei_kb.document.genre import kind_in_text, kind_of_title, maker_in_text
from jimei_kb.document.parts import head_rules, is_organ_line, squeeze
from jimei_kb.numerals import numeral
from jimei_kb.records import Head, Span

if TYPE_CHECKING:
    from jimei_kb.document.parts import Layout, Paragraph

_SEAL = re.compile(r"[（(](?:公章|盖章|印章|章|印)[）)]$")
_ORDER_NUMBER = re.compile("(?P<issuer>.{3,40})令第")
_ILLEGIBLE_ZERO = str.maketrans("?？", "〇〇")  # 二??七年: readers print a question mark where their fount lacks 〇

_WEB_ISSUER_MIN = 7

_Spans = list[tuple[str, Span]]


def read_head(layout: Layout) -> Head:
    """The head of a document; what is not stated stays None or empty."""
    spans: _Spans = []
    number = _number(layout, spans)
    title = _title(layout, spans)
    recipients = _recipients(layout, spans)
    date = _date(layout, spans)
    printed_by, printed_on = _printed(layout, spans)
    return Head(
        number=number,
        title=title,
        issuers=_issuers(layout, number, title, spans),
        recipients=recipients,
        date=date,
        copied_to=_copied(layout, spans),
        printed_by=printed_by,
        printed_on=printed_on,
        kind=_kind(layout, title),
        spans=tuple(sorted(spans, key=lambda entry: entry[1])),
    )


def _place(paragraph: Paragraph, match: re.Match[str], group: str | int = 0) -> Span:
    """Where a group of `match` stands in the canonical text."""
    return Span(paragraph.start + match.start(group), paragraph.start + match.end(group))


def _number(layout: Layout, spans: _Spans) -> str | None:
    """集街办〔2024〕46号: on its own line, torn over two, behind the name of an order, or in the web record above the text."""
    head = [layout.paragraphs[at] for at in layout.head]
    for i, paragraph in enumerate(head):
        text = paragraph.text
        match = head_rules().number.match(text)
        if match:
            spans.append(("number", Span(_place(paragraph, match, "code").start, paragraph.start + match.end("serial") + 1)))
            return spelled(match.group())
        if head_rules().order.match(text) and i and squeeze(head[i - 1].text).endswith("令"):
            spans.append(("number", paragraph.span))
            return spelled(head[i - 1].text + text)
        if head_rules().split_number.match(text):
            match = next(filter(None, (head_rules().number.match(other.text + text) for other in head[max(0, i - 1) : i + 2])), None)
            if match:
                spans.append(("number", paragraph.span))
                return spelled(match.group())
    for paragraph in head:
        match = head_rules().meta_number.search(paragraph.text)
        if match:
            spans.append(("number", _place(paragraph, match, "value")))
            return spelled(match["value"])
    return None


def _title(layout: Layout, spans: _Spans) -> str | None:
    """The title without line breaks and without blanks inside Chinese text."""
    lines = [layout.paragraphs[at] for at in layout.title]
    if not lines:
        return None
    spans.append(("title", Span(lines[0].start, lines[-1].end)))
    joined = re.sub(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])", "", " ".join(line.text for line in lines))
    half = len(joined) // 2
    return joined[:half] if joined[:half] == joined[half:] else joined  # a title page repeats it


def _recipients(layout: Layout, spans: _Spans) -> tuple[str, ...]:
    """The bodies addressed, split at comma and semicolon."""
    if layout.recipients is None:
        return ()
    paragraph = layout.paragraphs[layout.recipients]
    spans.append(("recipients", Span(paragraph.start, paragraph.end - 1)))
    return _split(re.sub("^主送[:：]", "", paragraph.text)[:-1], "，,；;")


def _split(names: str, marks: str) -> tuple[str, ...]:
    """`names` split at `marks` outside brackets."""
    parts: list[str] = []
    depth = start = 0
    for i, character in enumerate(names):
        if character in "（(":
            depth += 1
        elif character in "）)":
            depth -= 1
        elif character in marks and depth <= 0:
            parts.append(names[start:i])
            start = i + 1
    parts.append(names[start:])
    return tuple(filter(None, (part.strip().strip("。").strip() for part in parts)))


def _iso(text: str) -> str | None:
    """2024-10-28 for 2024 年 10 月 28 日, 2024.10.28 and 二○二四年十月二十八日; None for no such day."""
    parts = re.split(r"\s*[年月日./-]\s*", text.strip())
    parts[0] = parts[0].translate(_ILLEGIBLE_ZERO)
    try:
        year, month, day = (int(numeral(part) or 0) for part in parts[:3])
        return date(year, month, day).isoformat()
    except ValueError:  # 2月30日 is printed now and then
        return None


def _date(layout: Layout, spans: _Spans) -> str | None:
    """The date under the signature; else a date line in the head; else the date in the web record."""
    head = [layout.paragraphs[at] for at in layout.head]
    signed = layout.parts[0].date
    lines = [] if signed is None else [layout.paragraphs[signed]]
    for paragraph in [*lines, *(p for p in head if head_rules().day_line.match(p.text))]:
        match = head_rules().day.search(paragraph.text)
        value = _iso(match.group()) if match else None
        if match and value:
            spans.append(("date", _place(paragraph, match)))
            return value
    for paragraph in head:
        match = head_rules().web_date.search(paragraph.text)
        value = _iso(match["date"]) if match and head_rules().meta.match(paragraph.text) else None
        if match and value:
            spans.append(("date", _place(paragraph, match, "date")))
            return value
    return None


def _copied(layout: Layout, spans: _Spans) -> tuple[str, ...]:
    """The bodies behind 抄送 and 抄报."""
    names: list[str] = []
    for at in layout.tail:
        paragraph = layout.paragraphs[at]
        match = head_rules().copied.match(paragraph.text)
        if match:
            spans.append(("copied_to", _place(paragraph, match, "names")))
            names.extend(_split(match["names"], "，,；;、"))
    return tuple(names)


def _printed(layout: Layout, spans: _Spans) -> tuple[str | None, str | None]:
    """The printing office and the printing date, on one line or on two."""
    for at in layout.tail:
        paragraph = layout.paragraphs[at]
        match = head_rules().printed.match(paragraph.text)
        if not match:
            continue
        spans.append(("printed_on", _place(paragraph, match, "on")))
        above = layout.paragraphs[at - 1]
        if match["by"]:
            spans.append(("printed_by", _place(paragraph, match, "by")))
            return squeeze(match["by"]), _iso(match["on"])
        if at - 1 in layout.tail and is_organ_line(above.text):
            spans.append(("printed_by", above.span))
            return squeeze(above.text), _iso(match["on"])
        return None, _iso(match["on"])
    return None, None


def _issuers(layout: Layout, number: str | None, title: str | None, spans: _Spans) -> tuple[str, ...]:
    """Who issued it: letterhead or signature, whichever is fuller; else the title's beginning; else the text's own word."""
    signed, places = _signature(layout)
    letterhead = _letterhead(layout)
    if max(map(len, signed), default=0) >= max(map(len, letterhead), default=0) and signed:
        spans.extend(("issuers", place) for place in places)
        return signed
    return letterhead or _from_order(number, title) or _from_title(layout, title) or _from_web(layout, spans) or _made_by(layout, spans)


def _letterhead(layout: Layout) -> tuple[str, ...]:
    """The names above the number, where they end with 文件 or the title stands below."""
    lines = [layout.paragraphs[at].text for at in layout.head if at not in layout.title]
    numbers = [i for i, line in enumerate(lines) if head_rules().number.match(line) or head_rules().split_number.match(line)]
    if not numbers and not any(squeeze(line).endswith("文件") for line in lines[:6]):
        return ()
    names: list[str] = []
    for line in lines[: numbers[0] if numbers else 6]:
        name = re.sub(r"\s*文\s*件\s*$", "", line)
        if name and is_organ_line(name):
            names.extend(_names(name))
    return tuple(dict.fromkeys(names))


def _names(line: str) -> list[str]:
    """The names on one line: joint issuers stand apart by blanks; letters may be spaced out."""
    line = _SEAL.sub("", line.strip())
    for gap in (r"\s{2,}|\u3000", r"\s+"):
        pieces = [squeeze(piece) for piece in re.split(gap, line) if piece.strip()]
        if len(pieces) > 1 and all(len(piece) > 2 and head_rules().organ_end.search(piece) for piece in pieces):
            return pieces
    return [squeeze(line)]


def _signature(layout: Layout) -> tuple[tuple[str, ...], list[Span]]:
    """The names over the date."""
    names: list[str] = []
    places: list[Span] = []
    for at in layout.parts[0].signature:
        paragraph = layout.paragraphs[at]
        line = head_rules().signed_line.match(paragraph.text)
        signer = line["by"] if line else paragraph.text
        found = [name for name in _names(signer) if head_rules().organ_end.search(name)]
        if found:
            names.extend(found)
            places.append(Span(paragraph.start, paragraph.start + len(signer)))
    return tuple(dict.fromkeys(names)), places


def _from_order(number: str | None, title: str | None) -> tuple[str, ...]:
    """The body whose order it is: 中华人民共和国国务院令, 中华人民共和国信息产业部令第42号."""
    match = _ORDER_NUMBER.match(number or "")
    if match:
        return (match["issuer"],)
    return (title[:-1],) if title and title.endswith("令") and len(title) > 3 else ()


def _from_title(layout: Layout, title: str | None) -> tuple[str, ...]:
    """The bodies that a title begins with: whole lines of it, or what stands before 关于."""
    lines = [layout.paragraphs[at].text for at in layout.title]
    names: list[str] = []
    for line in lines[:-1]:
        if not is_organ_line(line):
            break
        names.extend(_names(line))
    if names:
        return tuple(names)
    opening = re.match(r"(.{2,60}?)关于", title or "")
    return _split(opening[1], "、，") if opening and head_rules().organ_end.search(opening[1]) else ()


def _from_web(layout: Layout, spans: _Spans) -> tuple[str, ...]:
    """The body that the web record names in full; the name of an office within it (综合规划处) names no issuer."""
    for at in layout.head:
        paragraph = layout.paragraphs[at]
        match = head_rules().web_issuer.search(paragraph.text)
        if (
            match
            and len(match["name"]) >= _WEB_ISSUER_MIN
            and match["name"][-1] not in "处科司"
            and head_rules().organ_end.search(match["name"])
        ):
            spans.append(("issuers", _place(paragraph, match, "name")))
            return _split(match["name"], "、")
    return ()


def _made_by(layout: Layout, spans: _Spans) -> tuple[str, ...]:
    """The body that says in the opening that it made the plan."""
    for at in layout.parts[0].body[:3]:
        paragraph = layout.paragraphs[at]
        found = maker_in_text(paragraph.text)
        if found and head_rules().organ_end.search(found[0]) and found[0][0] not in head_rules().pronouns:
            name, start = found
            spans.append(("issuers", Span(paragraph.start + start, paragraph.start + start + len(name))))
            return (name,)
    return ()


def _kind(layout: Layout, title: str | None) -> str | None:
    """The kind that ends the title; of a text without title the kind that it gives itself."""
    if title:
        return kind_of_title(title)
    body = layout.parts[0].body
    return next(filter(None, (kind_in_text(layout.paragraphs[at].text) for at in [*body[:2], *body[-2:]])), None)
