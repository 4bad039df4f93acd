"""Documents that a notice cites: titles in 《》, numbers, documents carried in titles, short forms, bare names.

One record for every mention. A short form that the text defines, 《X办法》（以下简称《办法》）, carries
title and number of X办法 wherever it stands later; the definition itself belongs to the mention that it
stands behind. The quotation takes in the issuer before the title (国务院办公厅《…》) and the bracket
behind it that holds the number.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.docnumber import spelled
from jimei_kb.extract.masks import FILLER, Places, read
from jimei_kb.extract.scan import Taken, matches
from jimei_kb.records import Citation
from jimei_kb.rules import alternation, load_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jimei_kb.records import CitationKind, Document
    from jimei_kb.rules import Rule


_MARKS = re.compile("[《》〈〉<>]")
_SENTENCE_START = re.compile(r"[。；\n]")
_READ_BACK = frozenset({"bare.article", "bare.measures"})
_EDITION = re.compile(r"(?:[(（][^()（）]{1,20}[)）])+$")
_LONG_NAME = 6  # characters; shorter titles are words of the language too (工作规则)
_LONGEST_TITLE = 200  # characters; the longest of 700 titles read has 96


class _Rules:
    """The wording of `citations.toml`, compiled."""

    def __init__(self) -> None:
        book = load_rules("citations", ("anchor", "kind", "relation"))
        self.short_form = book["short_form"].pattern
        self.title_tail = book["title.tail"].pattern
        self.title_of_none, self.title_of_another, self.its_rules = (
            book[f"title.{name}"].pattern for name in ("no_document", "longer", "its_rules")
        )
        self.no_document = book["bare.not"].pattern
        self.numbers = tuple(rule for rule in book.rules if rule.id.startswith("number."))
        self.before = tuple(rule for rule in book.rules if rule.id.startswith("relation."))
        self.after = tuple(rule for rule in book.rules if rule.id.startswith("after."))
        self.bare = tuple(rule for rule in book.rules if "kind" in rule.fields)
        self.lead = book.compile("<<keeps>>|(?P<lead><<leads>>)")
        self.parts = book.compile("(?:<<keeps>>|(?!<<between>>).)+")
        self.between = book.compile("<<between>>")
        self.body_end = book.compile("(?:<<bodies>>)$")
        self.kind_end = book.compile("(?:<<kinds>>)(?:[(][^()]{1,20}[)])?$")
        self.issuing, self.carrying = book.compile("<<issuing>>"), book.compile("<<carrying>>")


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    """The rules, loaded when they are first asked for."""
    return _Rules()


class _Title(NamedTuple):
    """A title found: its marks included in start and end, titles inside, rule."""

    start: int
    end: int
    inner: tuple[tuple[int, int], ...] = ()
    rule: str = "title.marked"


class _Number(NamedTuple):
    """A document number found, its code included."""

    start: int
    end: int
    text: str
    rule: str


class _Mention(NamedTuple):
    """A citation before its place in the document is known."""

    start: int
    end: int
    rule: str
    kind: CitationKind
    title: str | None = None
    number: str | None = None
    relation: str = "提及"
    issuer: str | None = None


def find_citations(document: Document) -> tuple[Citation, ...]:
    """Every mention of another document, in text order.

    `根据国务院办公厅《关于…的意见》（国办发〔2019〕6号）` → titled, with number, relation 依据, issuer 国务院办公厅.
    """
    reading = read(document.text)
    named = list(_named(reading.text))
    masked = _blanked(reading.text, named)
    again = list(_named_again(reading.text, masked, named, read(document.head.title or "").text))
    mentions = [*named, *again, *_bare(_blanked(masked, again) if again else masked)]
    places, own = Places(document), spelled(document.head.number or "")
    citations = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        span = reading.span(mention.start, mention.end)
        clause = places.clause(span)
        if clause is None or (own and mention.kind == "numbered" and spelled(mention.number or "") == own):
            continue
        citations.append(
            Citation(
                clause=clause.id,
                span=span,
                quote=span.of(document.text),
                rule=f"citation.{mention.rule}",
                kind=mention.kind,
                title=mention.title,
                number=mention.number,
                relation=mention.relation,
                issuer=mention.issuer,
            )
        )
    return tuple(citations)


# ---- titles and numbers -----------------------------------------------------------------------------------------


def _named(text: str) -> Iterator[_Mention]:
    """Mentions with a title in marks or with a number."""
    numbers = _Numbers(text)
    short_forms: dict[str, tuple[str, str | None]] = {}
    defined_at: dict[str, int] = {}
    used: set[_Number] = set()
    done = 0
    for title in _titles(text):
        if title.start < done:  # stands in the bracket behind an earlier title: (以下简称《办法》)
            continue
        if _rules().title_of_none.match(text[title.end : title.end + 8]):
            continue
        mention, number, defined = _titled(text, title, numbers)
        if number is not None:
            used.add(number)
        done = mention.end
        short = short_forms.get(mention.title or "")
        if short is not None:
            mention = mention._replace(title=short[0], number=mention.number or short[1], rule="title.short_form")
        elif defined and mention.title:
            short_forms[defined] = (mention.title, mention.number)
            defined_at[defined] = mention.end
        used.update(numbers.between(mention.start, mention.end))
        yield mention
        yield from _carried(text, title)
        if its_rules := _rules().its_rules.match(text[mention.end : mention.end + 12]):  # 《…法》及其实施条例
            at, of_law = mention.end + its_rules.start("name"), f"{mention.title}{its_rules['name']}"
            yield _Mention(at, mention.end + its_rules.end(), "title.its_rules", "bare", title=of_law, relation=mention.relation)
    for number in numbers.found:
        if number not in used:
            relation = _relation(text, number.start, number.end)
            yield _Mention(number.start, number.end, number.rule, "numbered", number=number.text, relation=relation)
    for name, behind in defined_at.items():
        yield from _unmarked(text, name, short_forms[name], behind)


def _named_again(text: str, masked: str, named: list[_Mention], own: str) -> Iterator[_Mention]:
    """Titles that stand in marks once and without them elsewhere: 《…判定标准（2023版）》 … 强化…判定标准宣贯.

    `masked` is `text` with the marked mentions blanked out. A title inside `own`, the document's, or one that is
    a line of its own, the head of an attached text, is not cited but spoken of.
    """
    titles = {_without_edition(m.title): m for m in reversed(named) if m.kind == "titled" and m.title}
    lines = {_without_edition(line) for line in masked.split("\n") if len(line) < _LONGEST_TITLE}
    known = [
        name for name in titles if len(name) >= _LONG_NAME and _rules().kind_end.search(name) and name not in lines and name not in own
    ]
    if not known:
        return
    for found in re.finditer(alternation(known), masked):
        start, end = found.span()
        if _rules().title_of_another.search(masked[max(start - 8, 0) : start]):
            continue
        of = titles[found[0]]
        yield _Mention(start, end, "title.again", "bare", title=of.title, number=of.number, relation=_relation(text, start, end))


def _without_edition(title: str) -> str:
    """`title` without the brackets at its end: 判定标准（2023版） → 判定标准."""
    return _EDITION.sub("", title) if title.endswith((")", "）")) else title


def _titled(text: str, title: _Title, numbers: _Numbers) -> tuple[_Mention, _Number | None, str | None]:
    """The mention of `title` with the number and the short form that belong to it."""
    start, end, number, defined = title.start, title.end, None, None
    if text[end : end + 1] == "(":
        close = _bracket_end(text, end)
        number = next((n for n in numbers.between(end, close) if n.end <= close), None)
        definition = _rules().short_form.search(text, end, close)
        defined = definition["name"] if definition else None
        if number is not None or definition is not None:
            end = close
    elif behind := numbers.between(end, end + 1):
        number = behind[0]
        end = number.end
    if number is None:  # GB/T43500—2023《安全管理体系》
        number = next((n for n in numbers.between(start - 40, start) if n.end == start and n.rule != "number.character"), None)
        start = number.start if number is not None else start
    issuer_start = _issuer_start(text, start)
    mention = _Mention(
        start=issuer_start,
        end=end,
        rule=title.rule,
        kind="titled",
        title=_clean(text[title.start + 1 : title.end - 1]),
        number=number.text if number is not None else None,
        relation=_relation(text, issuer_start, end),
        issuer=text[issuer_start:start] or None,
    )
    return mention, number, defined


def _carried(text: str, title: _Title) -> Iterator[_Mention]:
    """The documents inside a title: 《关于印发〈方案〉的通知》 carries 方案."""
    for start, end in title.inner:
        name = _clean(text[start:end].strip("《》〈〉<>"))
        if name:
            relation = _last_relation(text[title.start : start]) or "提及"
            yield _Mention(start, end, "title.carried", "carried", title=name, relation=relation)


def _clean(title: str) -> str:
    """A title as it is written when cited: inner marks 〈〉, no line breaks."""
    return title.replace("《", "〈").replace("》", "〉").replace("<", "〈").replace(">", "〉").replace("\n", "")


def _titles(text: str) -> Iterator[_Title]:
    """Titles in 《》 (or in 〈〉 standing alone), pairs matched from inside; unpaired marks close at the next pause."""
    stack: list[tuple[str, int]] = []
    inner: list[tuple[int, int]] = []
    skip = 0
    for mark in _MARKS.finditer(text):
        sign, at = mark[0], mark.start()
        if at < skip:
            continue
        if stack and (at - stack[0][1] > _LONGEST_TITLE or "。" in text[stack[0][1] : at]):
            yield from _unpaired(text, stack, inner)
            stack, inner = [], []
        if sign in "《〈" or (sign == "<" and stack):
            stack.append((sign, at))
        elif sign == "》" and any(s == "《" for s, _ in stack):
            while stack[-1][0] != "《":
                stack.pop()
            _, start = stack.pop()
            if stack:
                inner.append((start, at + 1))
            else:
                title = _extended(text, _Title(start, at + 1, tuple(inner)))
                skip, inner = title.end, []
                yield title
        elif sign in "〉>" and stack and stack[-1][0] in "〈<":
            _, start = stack.pop()
            if stack:
                inner.append((start, at + 1))
            else:
                yield _Title(start, at + 1, (), "title.single_marks")
    yield from _unpaired(text, stack, inner)


def _extended(text: str, title: _Title) -> _Title:
    """《关于印发办法》的通知》: the first 》 closes the carried document, the second the title."""
    tail = _rules().title_tail.match(text[title.end : title.end + 24])
    issuing = _rules().issuing.search(text, title.start, title.end)
    if tail is None or issuing is None:
        return title
    lead = _rules().carrying.search(text, title.start, title.end)
    inner = ((lead.end(), title.end),) if lead else ()
    return _Title(title.start, title.end + tail.end(), inner, "title.unpaired")


def _unpaired(text: str, stack: list[tuple[str, int]], inner: list[tuple[int, int]]) -> Iterator[_Title]:
    """What an opening mark without its closing one leaves: the pairs inside it, else the name up to the next pause."""
    if not stack:
        return
    if inner:
        yield from (_Title(start, end, (), "title.unpaired") for start, end in inner)
        return
    start = stack[0][1]
    if stack[0][0] != "《":
        return
    name = re.match(r"[^，。；：《》\n]{4,60}", text[start + 1 : start + 61])
    if name and (kind := _rules().kind_end.search(name[0])):
        end = start + 1 + kind.end()
        yield _Title(start, end + 1, (), "title.unclosed") if text[end : end + 1] == "》" else _Title(start, end, (), "title.unclosed")


def _bracket_end(text: str, start: int) -> int:
    """Where the round bracket that opens at `start` is closed; `start` itself where it is not within 100 characters."""
    depth = 0
    for at in range(start, min(start + 100, len(text))):
        if text[at] == "(":
            depth += 1
        elif text[at] == ")":
            depth -= 1
            if depth == 0:
                return at + 1
        elif text[at] == "\n":
            break
    return start


class _Numbers:
    """The document numbers of a text, in order, to be asked by place."""

    def __init__(self, text: str) -> None:
        self.found = list(_numbers(text))
        self._starts = [number.start for number in self.found]

    def between(self, start: int, end: int) -> list[_Number]:
        """Those that start in text[start:end]."""
        return self.found[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


def _numbers(text: str) -> Iterator[_Number]:
    """Document numbers, each with the code before it: 集街办〔2024〕46号, 国务院令第707号, GB51142-2015."""
    found: list[_Number] = []
    for rule in _rules().numbers:
        for match in matches(rule, text):
            start = match.start() if rule.id in ("number.standard", "number.character") else _code_start(text, match.start())
            if start is None:
                continue
            found.append(_Number(start, match.end(), _number_text(text[start : match.end()], rule), rule.id))
    end = 0
    for number in sorted(found, key=lambda n: (n.start, -n.end)):
        if number.start >= end:
            end = number.end
            yield number


def _number_text(written: str, rule: Rule) -> str:
    """The number in its standard spelling: `安委(2020)第3号` → `安委〔2020〕3号`; others as printed."""
    return spelled(written) if rule.id == "number.serial" else written.replace("\n", "")


def _code_start(text: str, end: int, longest: int = 16) -> int | None:
    """Where the code (机关代字) or the name that runs up to `end` starts; None where there is none."""
    start = end
    while start > 0 and end - start < longest and "一" <= text[start - 1] <= "龥":
        start -= 1
    for lead in _rules().lead.finditer(text, start, end):
        if lead["lead"] and lead.end() < end:
            start = lead.end()
    return start if start < end else None


def _issuer_start(text: str, end: int) -> int:
    """Where the issuer named right before a title starts; `end` where none is named: `落实国务院办公厅《` → 国务院办公厅."""
    floor = end
    while floor > 0 and end - floor < 48 and ("一" <= text[floor - 1] <= "龥" or text[floor - 1] == "、"):
        floor -= 1
    for lead in _rules().lead.finditer(text, floor, end):
        if lead["lead"] and not _rules().between.fullmatch(lead[0]):
            floor = lead.end()
    start = end
    if _rules().between.match(text, end - 1):  # 会议部署和《报告》: 和 parts what stands before from the title
        return end
    for part in reversed(list(_rules().parts.finditer(text[floor:end]))):
        if not _rules().body_end.search(part[0]):
            break
        start = floor + part.start()
    return start


# ---- relations --------------------------------------------------------------------------------------------------


def _relation(text: str, start: int, end: int) -> str:
    """What the sentence does with the document between `start` and `end`."""
    behind = _SENTENCE_START.split(text[end : end + 40], maxsplit=1)[0]
    without_titles = re.sub(r"《[^《》]*》", "", behind)
    for rule in _rules().after:
        if rule.pattern.search(without_titles[:24]):
            return str(rule.fields["relation"])
    before = re.sub(r"《[^《》]*》", "", _SENTENCE_START.split(text[max(0, start - 120) : start])[-1])
    return _last_relation(before) or "提及"


def _last_relation(before: str) -> str | None:
    """The relation whose word stands last in `before`."""
    best, relation = -1, None
    for rule in _rules().before:
        for match in rule.pattern.finditer(before):
            if match.start() > best:
                best, relation = match.start(), str(rule.fields["relation"])
    return relation


# ---- names without marks ----------------------------------------------------------------------------------------


def _unmarked(text: str, name: str, full: tuple[str, str | None], behind: int) -> Iterator[_Mention]:
    """Later mentions of a short form without marks: （以下简称个人所得税法） … 个人所得税法第六条."""
    if len(name) < 4 or not _rules().kind_end.search(name):
        return
    title, number = full
    at = text.find(name, behind)
    while at >= 0:
        end = at + len(name)
        if text[at - 1] not in "《〈" and not text.endswith(title, 0, end):
            yield _Mention(at, end, "short_form", "bare", title=title, number=number, relation=_relation(text, at, end))
        at = text.find(name, end)


def _blanked(text: str, mentions: list[_Mention]) -> str:
    """`text` with `mentions` filled over."""
    pieces: list[str] = []
    at = 0
    for mention in sorted(mentions, key=lambda m: m.start):
        if mention.end > at:
            start = max(mention.start, at)
            pieces += text[at:start], FILLER * (mention.end - start)
            at = mention.end
    return "".join([*pieces, text[at:]])


def _bare(masked: str) -> Iterator[_Mention]:
    """Mentions without title marks and number, in a text whose other mentions are blanked out."""
    taken = Taken()
    for rule in _rules().bare:
        for match in matches(rule, masked):
            start, end = match.span("name") if "name" in rule.pattern.groupindex else match.span()
            if rule.id in _READ_BACK:
                start = _code_start(masked, start, 20) or start
                if match.start() - start < 2:
                    continue
            if end - start < 4 or _rules().no_document.search(masked[start:end]) or not taken.take(start, end):
                continue
            title = masked[start:end].partition("第")[0] if rule.id == "bare.article" else None
            kind: CitationKind = "group" if rule.fields["kind"] == "group" else "bare"
            relation = _relation(masked, start, end)
            parts = re.finditer("[^、]+", masked[start:end]) if rule.id == "bare.agreement" else [re.match("(?s).*", masked[start:end])]
            for part in parts:
                if part is not None:
                    yield _Mention(start + part.start(), start + part.end(), rule.id, kind, title=title, relation=relation)
