"""Responsibility tags: （牵头单位：A，配合单位：B、C）, （A、B按职责分工负责）, 责任单位：A.

A tag stands behind the duties it speaks of and names their bearers for the whole paragraph before it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

from jimei_kb.extract.mentions import find_mentions
from jimei_kb.extract.scan import windows
from jimei_kb.records import Bearer
from jimei_kb.rules import RuleBook, alternation, load_rules

if TYPE_CHECKING:
    from jimei_kb.records import Role

_BRACKET = re.compile(r"[（(\[〔【]([^（()）\[\]〔〕【】\n]*(?:[（(][^（()）\n]*[）)][^（()）\[\]〔〕【】\n]*)*)[）)\]〕】]")
_OPENING, _CLOSING = "（([〔【", "）)]〕】"
_BRACKETS = re.compile(r"[（()）\[\]〔〕【】\n]")
_FIELD_END = re.compile(r"[。\n]")
_COMMAS = re.compile(r"[，,；;。]")
_LIST_COMMAS, _LIST_JOINTS = "、，,；; \t/　", "和及等"
_LONGEST = 400
"""Characters of the longest bracket that is read as a tag; the longest seen names 31 bodies in 290."""


_LONGEST_NAME = 24
"""Characters of the longest name in a tail: 各省、自治区、直辖市人民政府及新疆生产建设兵团 has 23."""
_REACH = 2 * _LONGEST_NAME
"""Characters on each side of a conjunction that are looked at for a name."""


class TagName(NamedTuple):
    """One name in a tag, with the part it has."""

    start: int
    end: int
    name: str
    role: Role
    rule: str


class Tag(NamedTuple):
    """One tag: the stretch it covers and the names it gives, in text order, and these as bearers of the duties before it."""

    start: int
    end: int
    names: tuple[TagName, ...]
    bearers: tuple[Bearer, ...] = ()


@lru_cache(maxsize=1)
def _book() -> RuleBook:
    return load_rules("tags", ("role",))


@lru_cache(maxsize=1)
def _labels() -> re.Pattern[str]:
    rules = [rule for rule in _book().rules if rule.id not in ("tag.tail", "tag.first_leads")]
    return re.compile("|".join(f"(?P<{rule.id.replace('.', '_')}>{rule.pattern.pattern})" for rule in rules))


@lru_cache(maxsize=1)
def _verbs() -> re.Pattern[str]:
    """A verb without which no bracket is a tag; most clauses have none, and looking for it costs little."""
    words = _book().words
    return re.compile(alternation(words["tail_leads"] | words["tail_helps"] | words["tail_supervises"] | words["tail_does"]))


def find_tags(text: str, *, first_leads: bool = False) -> list[Tag]:
    """The responsibility tags in `text`, in order.

    `first_leads` holds where the document has said 列第一位者为牵头单位，下同: the first of several names leads.

    >>> [(n.name, n.role) for t in find_tags("加强检查。（牵头单位：市应急局，配合单位：市公安局、各区）") for n in t.names]
    [('市应急局', '牵头'), ('市公安局', '配合'), ('各区', '配合')]
    """
    tags: list[Tag] = []
    end = 0
    for near in windows(text, "：|:"):
        for match in _labels().finditer(text, *near):
            if match.start() < end or not _opens_field(text, match.start()):
                continue
            tag = _labelled(text, match.start())
            end = tag.end
            if tag.names:
                tags.append(tag)
    ends = [tag.end for tag in tags]
    labelled = len(tags)
    for match in _BRACKET.finditer(text) if _verbs().search(text) else ():
        after = bisect_right(ends, match.start())
        if len(match[1]) > _LONGEST or (after < labelled and tags[after].start < match.end()):
            continue
        names = _tail(match[1], match.start(1), first_leads=first_leads)
        if names:
            tags.append(Tag(match.start(), match.end(), names))
    return _joined(text, sorted(tags, key=lambda tag: tag.start))


def _joined(text: str, tags: list[Tag]) -> list[Tag]:
    """Tags with nothing but blanks and marks between them as one: 牵头单位：A⏎配合单位：B."""
    runs: list[list[Tag]] = []
    for tag in tags:
        if runs and not text[runs[-1][-1].end : tag.start].strip(" 　\n\t，；。、"):
            runs[-1].append(tag)
        else:
            runs.append([tag])
    joined = []
    for run in runs:
        names = tuple(name for tag in run for name in tag.names)
        bearers = tuple(Bearer(name.name, name.role, "explicit") for name in names)
        joined.append(Tag(run[0].start, run[-1].end, names, bearers))
    return joined


def _opens_field(text: str, start: int) -> bool:
    """Whether a label stands where a field begins: at the start, behind a mark, a bracket or a full stop."""
    return start == 0 or text[start - 1] in _OPENING or text[start - 1] in "。；;，,\n\t 　"


def _labelled(text: str, start: int) -> Tag:
    """The tag whose first label starts at `start`, with the bracket around it."""
    opening = _opened(text, start)
    limit = _limit(text, start, bracketed=opening is not None)
    names = list(_tail(text[opening + 1 : start], opening + 1, first_leads=False)) if opening is not None else []
    fields = list(_labels().finditer(text, start, limit))
    for index, match in enumerate(fields):
        stop = fields[index + 1].start() if index + 1 < len(fields) else limit
        rule_id = str(match.lastgroup).replace("_", ".", 1)
        role = _book()[rule_id].fields["role"]
        if role:
            names.extend(_names(text, match.end(), stop, role, rule_id))
    end = limit + 1 if opening is not None and limit < len(text) and text[limit] in _CLOSING else limit
    return Tag(start if opening is None else opening, end, tuple(names))


def _opened(text: str, start: int) -> int | None:
    """The bracket that is still open where a label starts, on the same line: （A牵头，|配合单位：B）."""
    depth = 0
    for at in range(start - 1, max(-1, start - _LONGEST), -1):
        if text[at] in "\n。":
            return None
        depth += (text[at] in _CLOSING) - (text[at] in _OPENING)
        if depth < 0:
            return at
    return None


def _limit(text: str, start: int, *, bracketed: bool) -> int:
    """Where the tag's fields end: at its closing bracket, else at the full stop or line end."""
    if not bracketed:
        stop = _FIELD_END.search(text, start)
        return stop.start() if stop else len(text)
    depth = 1
    for match in _BRACKETS.finditer(text, start):
        if match[0] == "\n":
            return match.start()
        depth += 1 if match[0] in _OPENING else -1
        if depth == 0:
            return match.start()
    return len(text)


def _names(text: str, start: int, end: int, role: str, rule: str) -> list[TagName]:
    """The names listed in `text[start:end]`; A、B，C和D are four, 各区、县级市 is one."""
    found = []
    for left, right in _members(text, start, end):
        name = text[left:right]
        if name and not name.isdigit():
            found.append(TagName(left, right, name, cast("Role", role), rule))
    return found


def _members(text: str, start: int, end: int) -> list[tuple[int, int]]:
    sharing, governments = _sharing()
    spans: list[tuple[int, int]] = []
    for piece in _split(text, start, end):
        left, right = _bare(text, *piece)
        if left >= right:
            continue
        before = text[spans[-1][0] : spans[-1][1]] if spans else ""
        shares = "各" in before and (text[left:right] in sharing or text.startswith(governments, left))
        if shares and text[spans[-1][1] : left] == "、":
            spans[-1] = (spans[-1][0], right)
        else:
            spans.append((left, right))
    return spans


@lru_cache(maxsize=1)
def _sharing() -> tuple[frozenset[str], tuple[str, ...]]:
    """Places that may share one 各 (各省、自治区、直辖市), and their governments."""
    places = load_rules("mentions").words["sharing"]
    return places, tuple(sorted(f"{place}人民政府" for place in places))


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Stretches between the marks of a list, brackets kept whole; 和 and 及 split where a name ends before them."""
    spans, at, depth = [], start, 0
    for mark in _list_marks().finditer(text, start, end):
        pos = mark.start()
        if pos < at:
            continue  # the second character of a joint
        depth += (mark[0] in "（(") - (mark[0] in "）)")
        size = _joint(text, at, pos, end) if depth == 0 else 0
        if size:
            spans.append((at, pos))
            at = pos + size
    return [*spans, (at, end)]


@lru_cache(maxsize=1)
def _list_marks() -> re.Pattern[str]:
    """The characters that may part a list, or begin what parts it, and the brackets inside which none does."""
    openers = {joint[0] for joint in _book().words["summing"]}
    return re.compile(f"[{re.escape(''.join(sorted({*_LIST_COMMAS, *_LIST_JOINTS, *'（(）)'} | openers)))}]")


def _joint(text: str, start: int, pos: int, end: int) -> int:
    """Characters of the joint at `pos` in a list whose member starts at `start`; 0 where the member goes on."""
    if text[pos] in _LIST_COMMAS:
        return 1
    summing = _summing().match(text, pos, end)
    if summing and not text.startswith(_partial(), summing.end(), end):
        return summing.end() - pos  # 全国总工会|等和|各省级人民政府; but 等部门和|单位
    return int(text[pos] in _LIST_JOINTS and _ends_name(text, start, pos) and _begins_name(text, pos + 1, end))


@lru_cache(maxsize=1)
def _partial() -> tuple[str, ...]:
    return tuple(sorted(_book().words["partial"]))


@lru_cache(maxsize=1)
def _summing() -> re.Pattern[str]:
    return re.compile(alternation(_book().words["summing"]))


def _ends_name(text: str, start: int, end: int) -> bool:
    """Whether a whole name ends at `end` (市教育局|和市财政局, not 人力资源|和社会保障局)."""
    if end - start > _REACH:
        return False
    mentions = find_mentions(text, start, end)
    return bool(mentions) and mentions[-1].end == end and mentions[-1].start == start


def _begins_name(text: str, start: int, end: int) -> bool:
    """Whether another name follows a conjunction, so that it does not belong to one name (有关部门|和单位)."""
    mentions = find_mentions(text, start, min(end, start + _REACH))
    return bool(mentions) and mentions[0].start <= start + 1 and mentions[0].name not in _book().words["partial"]


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """A member without 由, blanks, marks and closing words (等部门); a name that is nothing else stays (各部门)."""
    while start < end and text[start] in " 　:：、，。；（(由":
        start += 1
    while text.endswith(_closers(), start, end):
        closer = next((c for c in _closers() if text.endswith(c, start, end) and end - start > len(c)), "")
        if not closer:
            break
        end -= len(closer)
    return start, end


@lru_cache(maxsize=1)
def _closers() -> tuple[str, ...]:
    return (*sorted(_book().words["closers"], key=len, reverse=True), " ", "　", "。", "；", "，")


def _tail(content: str, offset: int, *, first_leads: bool) -> tuple[TagName, ...]:
    """The names of a bracket without labels (A、B负责), empty unless every part of it gives names a part."""
    tail, leads = _book()["tag.tail"], _book()["tag.first_leads"]
    names: list[TagName] = []
    pending: list[tuple[int, int]] = []
    at = 0
    for piece in _COMMAS.split(content):
        if names and not pending and at and content[at - 1] == "。" and not leads.pattern.search(content, at):
            break  # a sentence behind the names is a remark: A指导，B负责。以下不再列出
        start, at = at, at + len(piece) + 1
        remark = piece.strip()
        if not remark or remark in _book().words["echoes"] or leads.pattern.search(piece):
            continue
        match = tail.pattern.search(piece)
        pending.append((start, start + (match.start() if match else len(piece))))
        if match:
            names += [name for span in pending for name in _names(content, *span, _tail_role(match["verb"]), tail.id)]
            pending = []
    if pending or not names or not _are_names(names):
        return ()
    collective = names[0].name.startswith(tuple(_book().words["collective"]))
    if leads.pattern.search(content) or (first_leads and len(names) > 1 and not collective):
        names[0] = names[0]._replace(role="牵头", rule=leads.id)
    return tuple(name._replace(start=name.start + offset, end=name.end + offset) for name in names)


def _tail_role(verb: str) -> Role:
    words = _book().words
    for kind, role in (("tail_leads", "牵头"), ("tail_helps", "配合"), ("tail_supervises", "监管")):
        if verb.startswith(tuple(words[kind])):
            return cast("Role", role)
    return "责任"


def _are_names(names: list[TagName]) -> bool:
    """Whether a tail lists names: at least one that is known for one, and no word that only looks like it."""
    words = _book().words["echoes"]
    if any(len(n.name) > _LONGEST_NAME or n.name.startswith(tuple(words)) for n in names):
        return False
    return any(_is_name(n.name) for n in names)


def _is_name(word: str) -> bool:
    mentions = find_mentions(word, 0, len(word))
    return bool(mentions) and mentions[-1].end == len(word)
