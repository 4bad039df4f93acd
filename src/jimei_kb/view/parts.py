"""A result of several parts: what is said, how it is known, and behind each fact the words that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.view.shown import MUTED, Shown, clean, element, escape, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# a cell of so many characters stays in one line: a day, a word; a narrow column would set Chinese one character below the other
_WHOLE = 10
_MARK = "background:#fff3bf"
# columns of every table of facts (name → heading): who bears it, and where it stands
BORNE = {
    "bearers": "承担者",
    "basis": "依据",
    "document": "文件",
    "clause": "条款",
    "start": "起",
    "end": "止",
}


class Item(NamedTuple):
    """One fact: what is said, how it is known, (place, quotation) of all that it rests on, and the facts that belong below it."""

    said: str
    known: str = ""
    quotes: tuple[tuple[str, str], ...] = ()
    below: tuple[Item, ...] = ()


class Part(NamedTuple):
    """Facts under a title, behind one line that sums them up; `none` is said where there are none."""

    title: str
    items: tuple[Item, ...] = ()
    none: str = ""
    lead: str = ""


class Rows(NamedTuple):
    """A table under a title; `none` is said where it has no rows."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    none: str = ""


def show_parts(title: str, notes: Iterable[str], parts: Iterable[Part | Rows]) -> Shown:
    """The parts one below the other, under a title and what is to be known about the whole."""
    said = [note for note in notes if note]
    shown = [_part(part) if isinstance(part, Part) else _rows(part) for part in parts]
    above = [element("p", element("b", escape(title))), *(element("p", escape(note), style=MUTED) for note in said)]
    text = "\n".join(_one_line(line) for line in (title, *said))
    return Shown("\n\n".join([text, *(one.text for one in shown)]), element("div", *above, *(one.html for one in shown)))


def _part(part: Part) -> Shown:
    if not part.items:
        return _empty(part.title, part.none)
    lead = [f"  {_one_line(part.lead)}"] if part.lead else []
    lines = [f"【{_one_line(part.title)}】", *lead, *(line for item in part.items for line in _item_text(item, "  "))]
    items = element("ol", *(_item_html(item) for item in part.items))
    above = element("p", escape(part.lead)) if part.lead else ""
    return Shown("\n".join(lines), element("p", element("b", escape(part.title))) + above + items)


def _item_text(item: Item, indent: str) -> Iterator[str]:
    yield f"{indent}{_one_line(item.said)}" + (f"（{_one_line(item.known)}）" if item.known else "")
    for place, quote in item.quotes:
        yield f"{indent}    {_one_line(place)}：“{_one_line(quote)}”"
    for one in item.below:
        yield from _item_text(one, f"{indent}    ")


def _item_html(item: Item) -> str:
    known = element("span", escape(f"（{item.known}）"), style=MUTED) if item.known else ""
    quotes = [
        element("div", element("code", escape(place)), "：", element("mark", escape(quote), style=_MARK)) for place, quote in item.quotes
    ]
    # two quotations stand open, a long row of them is folded away
    folded = quotes if len(quotes) <= 2 else [element("details", element("summary", f"原文 {len(quotes)} 处"), *quotes)]
    below = [element("ol", *(_item_html(one) for one in item.below))] if item.below else []
    return element("li", element("div", escape(item.said), known), *folded, *below, style="margin-bottom:6px")


def _rows(part: Rows) -> Shown:
    if not part.rows:
        return _empty(part.title, part.none)
    shown = table(part.header, part.rows, whole=_WHOLE)
    title = f"{part.title}（{len(part.rows)}）"
    return Shown(f"【{_one_line(title)}】\n{shown.text}", element("p", element("b", escape(title))) + shown.html)


def _empty(title: str, none: str) -> Shown:
    return Shown(f"【{_one_line(title)}】{_one_line(none)}", element("p", element("b", escape(title)), escape(f"　{none}")))


def _one_line(text: str) -> str:
    return clean(text).replace("\n", " ")
