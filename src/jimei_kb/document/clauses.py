"""The clause tree: which numbers start a clause, how deep it lies, what its heading is.

A document's numbering is read with a stack of open levels. A number whose kind of mark is open already carries that
level on; any other starts a level below, its depth by the customary order 编 章 节 一、（一）1.（1）1）①.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.document.parts import is_organ_line, squeeze
from jimei_kb.numerals import numeral
from jimei_kb.records import Clause, Span
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from jimei_kb.document.parts import Layout, Paragraph, Part

_BRACKET_AFTER_COLON = re.compile("[：:][（(]")
_SENTENCE_END = re.compile("[。！？]")
_COMMA = re.compile("[，,]")
_NO_LABEL = re.compile(r"\s|(?<=[）)])[、.．]")

_SIGNS = {"circ": ("circ", "①"), "cn2sign": ("cn2", "㈠"), "ar1sign": ("ar1", "⒈"), "ar2sign": ("ar2", "⑴")}
_RANK = {"部分": 0, "编": 0, "章": 1, "节": 2, "cn1": 3, "条": 4, "cn2": 10, "ar1": 11, "ar2": 12, "ar3": 13, "circ": 14}
_RANK_DECIMAL = 5  # 1, 1.1, 1.1.1, 1.1.1.1: ranks 5 to 8

_GAP = 4  # numbers that may be missing before one is no longer believed
_FIRST_MAX = 3  # a numbering may begin as late as here where what stood before is lost
_HEADING_MAX = 45  # characters of a heading that its text follows
_ALONE_MAX = 70  # characters of a heading on a line of its own
_SHORT = 18  # characters up to which a first sentence without comma is a heading by itself
_SHORT_ARTICLE = 6
_SHARE_COMMA = 0.5  # a first sentence with a comma is a heading where at least half of the clauses of its kind have one
_SHARE_LONG = 0.2
_COMMAS_MAX = 2
_LIST_NOUN_MIN = 12
_RUN_IN_MIN = 40  # a last clause of one sentence shorter than this is a heading or an item, and what follows belongs to it


class _Rules:
    """The wording of `clauses.toml`, compiled."""

    def __init__(self) -> None:
        book = load_rules("clauses", package="jimei_kb.document")
        self.mark = book["clause.mark"].pattern
        self.contents_line = book["clause.contents_line"].pattern
        self.group = book["clause.group_heading"].pattern
        self.leads_in = book["clause.leads_in"].pattern
        self.list_noun = book["clause.list_noun"].pattern
        self.colon_sentence = book["clause.colon_sentence"].pattern
        self.tag = book["clause.tag"].pattern
        self.example = book["clause.example_follows"].pattern
        self.no_heading = book["clause.no_heading"].pattern
        self.closing = book["clause.closing"].pattern
        self.call = book["clause.call"].pattern


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    """The rules, loaded when they are first asked for."""
    return _Rules()


class _Mark(NamedTuple):
    """A number at the start of a paragraph: 一、 is (cn1, 1), label 一."""

    kind: str
    value: int
    label: str
    end: int  # where the text behind the number starts, in the paragraph
    minor: int | None = None  # 1.121人才梯队项目 reads as number 1 and as 1.121


class _Level(NamedTuple):
    """An open level while the paragraphs are read."""

    kind: str
    value: int
    path: str


@dataclass(slots=True)
class _Draft:
    """A clause while its extent is not yet known."""

    path: str
    parent: str | None
    group: str  # the unnumbered heading over its numbering
    mark: _Mark
    first: int  # its first paragraph
    leads: bool  # the paragraph before it is the group's heading
    children: int = 0


class _Heading(NamedTuple):
    """A heading, and where the content behind it starts."""

    text: str
    span: Span
    behind: int


def read_clauses(layout: Layout) -> tuple[Clause, ...]:
    """The clauses of all parts, in text order; ids are unique (a number that stands twice gets ~2)."""
    found: list[Clause] = []
    for part in layout.parts:
        if part.body:
            found.extend(_clauses(layout.paragraphs, part, _drafts(layout.paragraphs, part)))
    return _unique(found)


def _unique(clauses: list[Clause]) -> tuple[Clause, ...]:
    """`clauses` with ids that differ; the children of a renamed clause move with it."""
    used: dict[str, int] = {}
    renamed: dict[str, str] = {}
    found = []
    for clause in clauses:
        parent = renamed.get(clause.parent, clause.parent) if clause.parent else None
        path = clause.id if parent == clause.parent else f"{parent}{clause.id[len(clause.parent or '') :]}"
        used[path] = used.get(path, 0) + 1
        final = path if used[path] == 1 else f"{path}~{used[path]}"
        renamed[clause.id] = final
        found.append(clause if final == clause.id else replace(clause, id=final, parent=parent))
    return tuple(found)


def _mark(text: str) -> _Mark | None:
    """The number that `text` starts with."""
    match = _rules().mark.match(text)
    if not match or _rules().contents_line.match(text[-_ALONE_MAX:]):
        return None
    label = _NO_LABEL.sub("", match.group()).rstrip("、.．")
    end = match.end()
    if match["article"]:
        return _Mark(match["unit"], _value(match["article"]), label, end)
    kind = "weak" if match["minor"] else str(match.lastgroup)
    number = match[kind]
    if kind in _SIGNS:
        name, first = _SIGNS[kind]
        return _Mark(name, ord(number) - ord(first) + 1, label, end)
    if kind == "weak":
        return _Mark("ar1", _value(number), number, end, minor=int(match["minor"]))
    if kind == "dec":
        numbers = re.split("[.．]", number)
        return _Mark(f"dec{len(numbers) - 1}", int(numbers[-1]), label, end)
    return _Mark(kind, _value(number), label, end)


def _value(number: str) -> int:
    """12 for 12, １２ and 十二; 0 for what is none (十百)."""
    return int(numeral(number) or 0)


def _rank(kind: str) -> int:
    return _RANK_DECIMAL + int(kind[3:]) if kind.startswith("dec") else _RANK[kind]


def _drafts(paragraphs: tuple[Paragraph, ...], part: Part) -> list[_Draft]:
    """The numbered clauses of one part, with the paragraphs they start at."""
    marks = _as_decimals({at: mark for at in part.body if (mark := _mark(paragraphs[at].text))})
    decimal = any(mark.kind == "dec1" for mark in marks.values())
    stack: list[_Level] = []
    last: dict[str, int] = {}  # the last number of each kind, for numbering that runs on across sections
    groups: dict[tuple[str | None, str], str] = {}  # the heading over the open numbering of a kind
    by_path: dict[str, _Draft] = {}
    drafts: list[_Draft] = []
    for at, mark in marks.items():
        if mark.kind == "dec0" and not decimal:  # 7　附则: a clause only where 7.1 is one
            continue
        depth = _depth(stack, mark, last, paragraphs[at - 1].text if at > part.body.start else "")
        if depth is None:
            continue
        del stack[depth:]
        parent = stack[-1].path if stack else None
        leads = mark.value == 1 and _is_group(paragraphs, part, at, drafts)
        if leads:
            groups[parent, mark.kind] = squeeze(paragraphs[at - 1].text.rstrip("：:"))
        elif mark.value == 1:
            groups.pop((parent, mark.kind), None)
        group = groups.get((parent, mark.kind), "")
        path = "/".join(filter(None, (parent or part.label, group, mark.label)))
        stack.append(_Level(mark.kind, mark.value, path))
        last[mark.kind] = mark.value
        drafts.append(_Draft(path, parent, group, mark, at, leads))
        if parent is not None:
            by_path[parent].children += 1
        by_path[path] = drafts[-1]
    return drafts


def _as_decimals(marks: dict[int, _Mark]) -> dict[int, _Mark]:
    """`marks`, where 1.1适用范围 right below 1.总则 shows that the part counts 1, 1.1, 1.2, 2."""
    if not any(after.minor == 1 and mark.kind == "ar1" and mark.value == after.value for mark, after in pairwise(marks.values())):
        return marks
    found = {}
    for at, mark in marks.items():
        if mark.minor is not None:
            label, end = f"{mark.label}.{mark.minor}", mark.end + len(str(mark.minor))
            found[at] = mark._replace(kind="dec1", value=mark.minor, label=label, end=end, minor=None)
        else:
            found[at] = mark._replace(kind="dec0") if mark.kind == "ar1" else mark
    return found


def _depth(stack: list[_Level], mark: _Mark, last: dict[str, int], before: str) -> int | None:
    """The depth at which a clause with this mark opens; None where the number is no clause."""
    for depth, level in enumerate(stack):
        if level.kind == mark.kind:
            step = mark.value - level.value
            if mark.minor is not None:
                return depth if step == 1 else None
            if mark.value == 1 or 0 < step <= _GAP:
                return depth
            return depth if step == 0 and len(stack) == depth + 1 else None
    if mark.minor is not None or (mark.value > _FIRST_MAX and mark.value != last.get(mark.kind, 0) + 1):
        return None
    if mark.value == 1 and stack and before.endswith(("：", ":")):
        return len(stack)
    depth = len(stack)
    while depth and _rank(stack[depth - 1].kind) >= _rank(mark.kind):
        depth -= 1
    return depth


def _is_group(paragraphs: tuple[Paragraph, ...], part: Part, at: int, drafts: list[_Draft]) -> bool:
    """Whether the paragraph before the first number in paragraph `at` is an unnumbered heading over the numbering."""
    before = at - 1
    if before < part.body.start or (drafts and drafts[-1].first == before):
        return False
    text = paragraphs[before].text
    above = paragraphs[before - 1].text if before > part.body.start else "。"
    if above[-1] not in "。；：:;" or not _rules().group.match(text) or is_organ_line(text):
        return False
    return not _rules().leads_in.search(text) and not (_rules().list_noun.search(text) and len(text) > _LIST_NOUN_MIN)


def _clauses(paragraphs: tuple[Paragraph, ...], part: Part, drafts: list[_Draft]) -> list[Clause]:
    """The clauses of one part: preface, numbered ones, closing."""
    body = part.body
    stop = paragraphs[body[-1]].end
    root = f"{part.label}/" if part.label else ""

    def start_of(at: int) -> int:
        return paragraphs[at].start if at < body.stop else stop

    starts = [draft.first - draft.leads for draft in drafts] + [body.stop]
    closing = _closing(paragraphs, drafts, body)
    found: list[Clause] = []
    if starts[0] > body.start:
        span = Span(start_of(body.start), start_of(starts[0]))
        found.append(Clause(f"{root}前言", "preface", "前言", span, span.start))
    headings = _headings(paragraphs, drafts, body)
    for draft, heading, after in zip(drafts, headings, starts[1:], strict=True):
        start, end = start_of(draft.first), start_of(min(after, closing))
        behind = heading.behind if heading else start + draft.mark.end
        found.append(
            Clause(
                id=draft.path,
                kind="clause",
                label=draft.mark.label,
                span=Span(start, end),
                text_start=min(behind, end),
                heading=heading.text if heading else None,
                heading_span=heading.span if heading else None,
                parent=draft.parent,
            )
        )
    if closing < body.stop:
        span = Span(start_of(closing), stop)
        found.append(Clause(f"{root}结语", "closing", "结语", span, span.start))
    return found


def _closing(paragraphs: tuple[Paragraph, ...], drafts: list[_Draft], body: range) -> int:
    """Where the closing text starts: behind the last clause, where its wording or the other clauses show that it has ended."""
    if not drafts:
        return body.stop
    last = drafts[-1].first
    opening = paragraphs[last].text
    run_in = opening.endswith(("。", "；", ";", "）", ")")) and (len(opening) > _RUN_IN_MIN or bool(_SENTENCE_END.search(opening[:-1])))
    single = [after.first - draft.first == 1 for draft, after in pairwise(drafts) if draft.children == 0]
    if run_in and len(single) > 1 and all(single):
        return last + 1
    at = body.stop
    while at - 1 > last and (_rules().closing.match(paragraphs[at - 1].text) or (run_in and _rules().call.match(paragraphs[at - 1].text))):
        at -= 1
    return at


def _headings(paragraphs: tuple[Paragraph, ...], drafts: list[_Draft], body: range) -> list[_Heading | None]:
    """The heading of each draft."""
    lengths = []
    seen: dict[str, list[bool]] = {}
    firsts = [*(draft.first for draft in drafts[1:]), body.stop]
    for draft, after in zip(drafts, firsts, strict=False):
        text = paragraphs[draft.first].text[draft.mark.end :]
        alone = after > draft.first + 1 or draft.children > 0
        lengths.append((text, *_heading_length(text, draft.mark.kind, alone=alone)))
        seen.setdefault(draft.mark.kind, []).append(lengths[-1][1] > 0)
    shares = {kind: sum(flags) / len(flags) for kind, flags in seen.items()}
    found: list[_Heading | None] = []
    for draft, (text, length, behind) in zip(drafts, lengths, strict=True):
        sentence = behind < len(text) or text[-1:] == "。"
        if not length or (sentence and not _agreed(text[:length], draft.mark.kind, shares[draft.mark.kind])):
            found.append(None)
            continue
        start = paragraphs[draft.first].start + draft.mark.end
        content = start + behind if behind < len(text) else paragraphs[draft.first].end + 1
        found.append(_Heading(text[:length], Span(start, start + length), content))
    return found


def _agreed(heading: str, kind: str, share: float) -> bool:
    """Whether a first sentence is a heading, given how many of its fellows begin with one."""
    if _COMMA.search(heading):
        return share >= _SHARE_COMMA
    return len(heading) <= (_SHORT_ARTICLE if kind == "条" else _SHORT) or share >= _SHARE_LONG


def _heading_length(text: str, kind: str, *, alone: bool) -> tuple[int, int]:
    """How long the heading at the start of `text` is, and where the content goes on behind it; (0, 0) for none.

    `alone`: other text or numbered clauses follow below, so that a whole paragraph may be a heading.
    """
    if not text:
        return 0, 0
    stop = _SENTENCE_END.search(text)
    if stop is None or stop.end() == len(text):
        core = text.rstrip("。：:")
        return (len(core), len(text)) if _is_heading_line(text, core, kind, alone=alone) else (0, 0)
    first, rest = text[: stop.start()], text[stop.end() :].lstrip()
    return (len(first), len(text) - len(rest)) if rest and _is_run_in(first, rest, kind) else (0, 0)


def _is_heading_line(text: str, core: str, kind: str, *, alone: bool) -> bool:
    """Whether a paragraph of one sentence is a heading (`core` is it without its mark)."""
    if not core or text[-1] in "；;！？，":
        return False
    if kind in ("部分", "编", "章", "节"):
        return True
    if not alone or len(core) > _ALONE_MAX or "；" in core or (re.search("[：:]", core) and not _BRACKET_AFTER_COLON.search(core)):
        return False
    if kind == "条" and (text[-1] == "。" or "，" in core or len(core) > _HEADING_MAX // 3):
        return False
    opens_list = text[-1] in "：:" and (
        _rules().colon_sentence.search(text) or (_rules().list_noun.search(text) and len(core) > _LIST_NOUN_MIN)
    )
    return not (opens_list or _rules().leads_in.search(core) or _rules().no_heading.search(core))


def _is_run_in(first: str, rest: str, kind: str) -> bool:
    """Whether the first sentence of a paragraph is a heading that `rest` goes on from."""
    if len(first) > (_HEADING_MAX if kind != "条" else _LIST_NOUN_MIN) or "；" in first or len(_COMMA.findall(first)) > _COMMAS_MAX:
        return False
    if rest[-1] in "；;" or (kind == "条" and "，" in first) or ("：" in first and not _BRACKET_AFTER_COLON.search(first)):
        return False
    return not (_rules().no_heading.search(first) or _rules().example.match(rest) or _rules().tag.match(rest))
