"""Names of organisations, posts, teams and groups: where a segment names somebody.

A name is found by its head (局, 单位, 人员 …, `mentions.toml`) and grown to the left word by word
until something that belongs to no name: a predicate, a preposition, a count, 的.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise, takewhile
from typing import TYPE_CHECKING, Literal, NamedTuple

from jimei_kb.extract.phrases import leads_to_verb, lexicon, time_pattern
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Sort = Literal["body", "post", "people", "area"]

# Marks that no name holds; those of _BEHIND end a phrase, so that a verb before them has no object.
_BREAKS = frozenset("，。；：、！？,;:!?（）()《》〈〉“”\"'‘’ \u3000\t\n—－-~～/|+＋.．…·■□〓")
_BEHIND = frozenset("，。；：、！？,;:!?)）”》和与及等")
_ENDS = frozenset({"", *"，。；、！？,;!?\n"})
_JOINTS = ("、", "和", "或", "及")
_NAME_CLOSERS = "会)）区县"
"""Characters that may be added to the end of a name: 安委|会, 房东|（二房东）, 各县（市）|区."""
_PREDICATE = frozenset({"verbs", "urging", "avoiding", "framing", "handling", "adverbs", "modals", "leads"})
_VERBAL = frozenset({"verbs", "urging"})
_MOST_WORDS = 24
"""Words of the longest name without marks that is read; the longest seen has 14."""
_LONGEST_GLOSS = 8
"""Characters of the longest bracket that is read as part of a name: （县（市、区））, （自治区、直辖市）."""
_LONGEST_FIELD, _LONGEST_FIELDS = 10, 120
"""Characters of the longest field and of the longest list of them that 等部门 sums up."""
_LONGEST_RELATIVE = 18
"""Characters of the longest clause read before a bare head: 符合条件且自愿参加培训的|人员."""


class Mention(NamedTuple):
    """One name and where it stands; `name` is `text[start:end]`, without 本, 辖区 and the like.

    `modifier` tells a name that only modifies what follows it (企业 in 企业安全生产主体责任).
    """

    start: int
    end: int
    name: str
    sort: Sort
    modifier: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    """The lists of `mentions.toml`, and the heads by last character and length."""

    sorts: dict[str, Sort]
    alone: frozenset[str]
    lengths: dict[str, tuple[int, ...]]
    ends: re.Pattern[str]
    lasts: frozenset[str]
    singles: frozenset[str]
    named: frozenset[str]
    determiners: tuple[str, ...]
    persons: tuple[str, ...]
    staffing: tuple[str, ...]
    common: tuple[str, ...]
    owning: frozenset[str]
    glossing: tuple[str, ...]
    facilities: tuple[str, ...]
    shallow: re.Pattern[str]
    shallow_opens: frozenset[str]
    trailing: frozenset[str]
    whole: frozenset[str]
    leading: frozenset[str]
    stops: frozenset[str]
    inside: frozenset[str]
    areas: frozenset[str]
    whole_areas: frozenset[str]
    posts: frozenset[str]
    closing: frozenset[str]
    people: frozenset[str]
    bodies: frozenset[str]
    sortal: frozenset[str]
    summing: frozenset[str]
    material: frozenset[str]
    never: frozenset[str]
    never_tails: tuple[str, ...]
    places: frozenset[str]
    abstract: frozenset[str]
    generic: frozenset[str]
    compounding: frozenset[str]
    pairing: frozenset[str]
    offices: frozenset[str]
    nominal: tuple[str, ...]
    doing: tuple[str, ...]
    linking: tuple[str, ...]
    acting: frozenset[str]
    sharing_out: frozenset[str]
    localities: re.Pattern[str]
    shared: tuple[str, ...]
    sharing: re.Pattern[str]
    sharer: re.Pattern[str]
    count: re.Pattern[str]
    seated: frozenset[str]
    above: re.Pattern[str]
    gloss: re.Pattern[str]
    tasks: re.Pattern[str]
    compound: re.Pattern[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    book = load_rules("mentions")
    lists = book.words
    sorts: dict[str, Sort] = {}
    kinds: tuple[tuple[str, Sort], ...] = (
        ("units", "body"), ("persons", "people"), ("people", "people"), ("bodies", "body"), ("posts", "post"), ("areas", "area"),
    )  # fmt: skip
    for kind, sort in kinds:
        sorts.update(dict.fromkeys(lists[kind], sort))
    lengths: dict[str, set[int]] = {}
    for head in sorts:
        lengths.setdefault(head[-1], set()).add(len(head))
    return _Words(
        sorts=sorts,
        alone=lists["bodies"] | lists["people"] | lists["posts"] | lists["areas"],
        lengths={last: tuple(sorted(sizes, reverse=True)) for last, sizes in lengths.items()},
        ends=_ends(sorts),
        lasts=frozenset(word[-1] for word in (*sorts, *lists["sharing"])) | frozenset(_NAME_CLOSERS),
        singles=frozenset(head for head in sorts if len(head) == 1),
        named=lists["determiners"] | lists["bodies"] | lists["areas"],
        determiners=tuple(sorted(lists["determiners"])),
        persons=tuple(sorted(lists["persons"])),
        staffing=tuple(sorted(lists["staffing"])),
        common=tuple(sorted(lists["common"])),
        owning=lists["owning"],
        glossing=tuple(sorted(lists["glossing"])),
        facilities=tuple(sorted(lists["facilities"])),
        shallow=book.compile("(?:<<shallow>>)+"),
        shallow_opens=frozenset(word[0] for word in lists["shallow"]),
        trailing=lists["trailing"],
        whole=lists["whole"],
        leading=lists["leading"],
        stops=lists["stops"],
        inside=lists["inside"],
        areas=lists["areas"],
        whole_areas=lists["whole_areas"],
        posts=lists["posts"],
        closing=lists["following"] | _BREAKS,
        people=lists["people"],
        bodies=lists["bodies"],
        sortal=lists["sortal"],
        summing=lists["summing"],
        material=lists["material"],
        never=lists["never"],
        never_tails=tuple(sorted(word for word in lists["never"] if len(word) > 2)),
        places=lists["places"],
        abstract=lists["abstract"],
        generic=lists["generic"],
        compounding=lists["compounding"],
        pairing=lists["pairing"],
        offices=lists["offices"],
        nominal=tuple(sorted(load_rules("phrases").words["nominal"])),
        doing=tuple(sorted(lists["doing"])),
        linking=tuple(sorted(lists["linking"], reverse=True)),
        acting=lists["acting"],
        sharing_out=lists["sharing_out"],
        localities=book["mention.localities"].pattern,
        shared=tuple(sorted(lists["sharing"])),
        sharing=book.compile("各(?:有关)?(?:<<sharing>>|省)(?:、<<sharing>>)*、$"),
        sharer=book.compile("(?:、(?:<<sharing>>))+(?=[，。；）)：的要应须可和及与在于按根对将]|$)"),
        count=book["mention.measure"].pattern,
        seated=lists["seated"],
        above=book["mention.above"].pattern,
        gloss=book["mention.gloss"].pattern,
        tasks=book["mention.tasks"].pattern,
        compound=book.compile("<<compounds>>"),
    )


def _ends(heads: Iterable[str]) -> re.Pattern[str]:
    """Matches a character that may end one of `heads`, by the character before it; begins with it, so that it is found fast."""
    before: dict[str, set[str]] = {}
    for head in heads:
        before.setdefault(head[-1], set()).add(head[-2:-1])
    behind = ((last, "" if "" in chars else f"(?<=[{re.escape(''.join(sorted(chars)))}].)") for last, chars in sorted(before.items()))
    ends = (re.escape(last) + look_back for last, look_back in behind)
    return re.compile("|".join([*ends, "委(?=会)", "员(?=会)"]))  # 安委|会: the tokenizer cuts some of them


def find_mentions(text: str, start: int, end: int) -> list[Mention]:
    """The names in `text[start:end]` in text order, none inside another.

    >>> text = "督促相关责任主体抓好企业主要负责人、安全管理人员的培训"
    >>> [m.name for m in find_mentions(text, 2, len(text))]
    ['相关责任主体', '企业主要负责人', '安全管理人员']
    """
    words = _words()
    ends = _head_ends(text)
    ends = ends[bisect_right(ends, start) : bisect_right(ends, end)]
    if not ends or (ends[-1] == start + 1 and text[start] not in words.singles):
        return []  # most segments name nobody, or but end a word that began before them; their words would cost much more
    bounds = _bounds(text, start, end)
    found: list[Mention] = []
    floor, counts = start, None
    for token_end in sorted(set(ends).intersection(bounds)):
        if token_end <= floor:
            continue
        index = bisect_left(bounds, token_end)
        left = bounds[index - 1]
        right = _mended(text, token_end, end) if text[token_end - 1] in "委员" else token_end
        head = _head_at(text, max(left, floor), right)
        if head is None or (head.endswith("主体") and text.startswith("责任", right)):
            continue
        if right - left > len(head) and text[left:right] in words.never:
            continue
        closed = _closed(text, right, end) or (head in words.whole_areas and text.startswith("各", right))
        if closed and token_end < end and _extends(text, token_end, bounds[index + 1], end):
            continue
        if counts is None:
            counts = [match.end() for match in words.count.finditer(text, start, end)]
        head_start = right - len(head)
        after = found[-1].end if found and found[-1].sort == "post" and found[-1].end <= head_start else floor
        if counts:
            after = max((count for count in counts if after < count <= head_start), default=after)
        begin = _behind_gloss(text, _grown(text, bounds, index, head_start, after), after)
        mention = _mention(text, begin, right, head, (start, floor), modifier=not closed)
        if mention is None:
            continue
        while found and found[-1].end > mention.start:
            found.pop()
        if found and (_shares_post(text, found[-1], mention, head) or _seated(found[-1], mention)):
            body = found.pop()
            mention = Mention(body.start, mention.end, text[body.start : mention.end], mention.sort, mention.modifier)
        found.append(mention)
        if closed and not _maybe_open(text, right, end):
            floor = mention.end
    return found


@lru_cache(maxsize=16)
def _head_ends(text: str) -> tuple[int, ...]:
    """Where in `text` a head may end, the last few texts remembered: the segments of a clause are asked for one by one."""
    return tuple([match.end() for match in _words().ends.finditer(text)])


def announces(text: str) -> re.Match[str] | None:
    """The words at the end of a heading or lead-in that announce somebody's duties: 主要职责, 其职责：."""
    return _words().tasks.search(text)


@lru_cache(maxsize=64)
def named_by(heading: str) -> tuple[Mention, ...]:
    """Whom a heading names that is nothing but names, or names with 职责: 市公安局, 领导小组办公室主要职责; else nobody."""
    tasks = announces(heading)
    end = tasks.start() if tasks else len(heading)
    if heading[end - 1 : end] not in _words().lasts:
        return ()  # most headings end with no name; to look for others in them would be for nothing
    named = [mention for mention in find_mentions(heading, 0, end) if mention.sort in ("body", "post")]
    edges = [0, *(edge for mention in named for edge in (mention.start, mention.end)), end]
    gaps = [heading[left:right] for left, right in zip(edges[::2], edges[1::2], strict=True)]
    whole = named and not gaps[0] and not gaps[-1] and all(gap in _JOINTS for gap in gaps[1:-1])
    if not whole or (tasks is None and heading.endswith(_words().facilities)):
        return ()  # 人才资源服务产业园 is what is built
    return tuple(named)


def _bounds(text: str, start: int, end: int) -> list[int]:
    """Where the words of `text[start:end]` begin, and `end`; a function character glued to the end of an unknown word stands alone."""
    stretch, trailing = text[start:end], _words().trailing
    words = _cut(stretch)
    if not trailing.isdisjoint(stretch):
        words = [piece for word in words for piece in (_unglued_end(word) if word[-1] in trailing else (word,))]
    return list(accumulate(map(len, words), initial=start))


def _unglued_end(word: str) -> tuple[str, ...]:
    """`word`, and by itself the function character at its end if the tokenizer glued it there."""
    known = len(word) == 1 or word in _words().whole or lexicon().kinds(word)
    return (word,) if known else (word[:-1], word[-1])


def _cut(text: str) -> list[str]:
    """The words of `text`; names of offices that hold a conjunction (人力资源和社会保障) are one word."""
    cut = _tokenizer()
    if "和" not in text:
        return cut(text)
    words: list[str] = []
    at = 0
    for match in _words().compound.finditer(text):
        words += cut(text[at : match.start()])
        words.append(match.group())
        at = match.end()
    words += cut(text[at:])
    return [piece for word in words for piece in (tuple(word) if word[1:2] == "和" and _joins(word) else (word,))]


def _joins(word: str) -> bool:
    """Whether the tokenizer made one word of the end of a name, 和 and the start of the next: 产业|局和市|财政局."""
    return len(word) == 3 and word[0] in _words().singles and word not in _words().whole


@lru_cache(maxsize=1)
def _tokenizer() -> Callable[[str], list[str]]:
    import rjieba  # here, since its dictionary is loaded with it

    return rjieba.cut


def _mended(text: str, right: int, end: int) -> int:
    """The end of a word in 委 or 员 from which the tokenizer cut its last character: 安委|会将, 安全委员|会要."""
    cut = right < end and text[right] == "会" and not text.startswith("会同", right)
    return right + cut


def _head_at(text: str, left: int, right: int) -> str | None:
    """The longest head that ends at `right`, which may begin before its last token; None inside a predicate."""
    words = _words()
    for size in words.lengths.get(text[right - 1], ()):
        head = text[right - size : right] if size <= right else ""
        if head not in words.sorts:
            continue
        word = text[left:right]
        kinds = lexicon().kinds(word)
        if kinds & {"verbs", "avoiding", "adverbs"} and len(head) <= len(word):
            acting = word not in words.sorts or ("urging" in kinds and leads_to_verb(text, right, len(text)))
            return None if acting else head
        return head
    return None


def _extends(text: str, left: int, right: int, end: int) -> bool:
    """Whether the next word, `text[left:right]`, is a head too, so that the name goes on (社区|领导)."""
    words = _words()
    word = text[left:right]
    if word not in words.sorts or word in words.areas:
        return False
    return _head_at(text, left, right) is not None and _closed(text, right, end)


def _closed(text: str, right: int, end: int) -> bool:
    """Whether a name can end at `right`: a mark, a number, a particle, a predicate or a preposition follows."""
    if right >= end:
        return True
    char = text[right]
    if char == "”":
        return _closed(text, right + 1, end)
    words = _words()
    if char in words.closing or char.isdigit():
        return True
    found = lexicon().at(text, right, end)
    if found is None or "nouns" in found[1]:
        return time_pattern().match(text, right, end) is not None
    word, kinds = found
    after = right + len(word)
    if len(word) == 1:
        return leads_to_verb(text, right, end) or time_pattern().match(text, right, end) is not None
    if word in words.sharing_out and after < end and not text.startswith(words.nominal, after) and text[after] not in "的、":
        return True  # 市应急局|牵头负责专项整治; but 相关|牵头单位
    if kinds & _VERBAL and (word in words.inside or word in words.compounding):
        then = lexicon().at(text, after, end)
        if text.startswith(words.nominal, after) or (then and then[0] in words.inside):
            return False  # 软件企业|认定名单, 主要负责人|教育培训
    if word in words.acting and (after >= end or text[after] in _ENDS):
        return True  # 社会力量|参与, 财政部门|审核
    if kinds & _VERBAL and (after >= end or text[after] in _BEHIND or (text[after] == "的" and word in words.inside)):
        return False  # a verb without object behind a noun is a noun too: 队伍|建设, 员工|培训
    return bool(kinds & _PREDICATE)


def _maybe_open(text: str, right: int, end: int) -> bool:
    """Whether the word behind is a verb that may stand inside a longer name (物业|服务企业, 软件中心|组织检查)."""
    found = lexicon().at(text, right, end)
    return found is not None and found[0] in _words().inside


def _shares_post(text: str, body: Mention, post: Mention, head: str) -> bool:
    """Whether two bodies share one post: 各单位、|各社区领导, 党委或|政府主要负责同志."""
    if post.sort != "post" or body.sort != "body" or body.modifier or text[body.end : post.start] not in _JOINTS:
        return False
    owner = post.name.removesuffix(head)
    return bool(owner) and _head_at(owner, 0, len(owner)) is not None


def _seated(area: Mention, body: Mention) -> bool:
    """Whether a body is that of the places right before it: 各省（区、市）|人民政府."""
    return area.sort == "area" and body.sort == "body" and area.end == body.start and area.name.endswith((")", "）"))


def _unglued(text: str, left: int, right: int) -> int:
    """Where a word begins behind a preposition that the tokenizer glued to it (由市|财政)."""
    words = _words()
    if right - left < 2 or text[left] not in words.leading:
        return left
    word = text[left:right]
    if lexicon().kinds(word) or word in words.inside or word in words.whole or word in words.sorts:
        return left
    return _unglued(text, left + 1, right)  # 对经|税务部门


@lru_cache(maxsize=4096)  # nine words in ten have stood in a notice before
def _is_predicate(word: str) -> bool:
    """Whether `word`, one token, is made of predicate words only (认真落实, 督促)."""
    words, pos = lexicon(), 0
    while pos < len(word):
        found = words.at(word, pos, len(word))
        if found is None or not found[1] & _PREDICATE or "nouns" in found[1]:
            return False
        pos += len(found[0])
    return True


def _grown(text: str, bounds: list[int], index: int, head: int, floor: int) -> int:
    """Where the name that ends at `bounds[index]` and whose head starts at `head` begins, not before `floor`."""
    words = _words()
    whole = text[head : bounds[index]]
    index -= 1
    while index > 0 and bounds[index] > head:
        index -= 1
    left, right = bounds[index], bounds[index + 1]
    begin = max(_unglued(text, left, right), floor)
    if begin > left and begin > floor:
        return begin
    determined = text.startswith(words.determiners, begin)
    bare = begin == head and (whole in words.persons or (text.startswith(words.doing, head) and head > floor))
    for at in range(index - 1, max(-1, index - 1 - _MOST_WORDS), -1):
        left, right = bounds[at], bounds[at + 1]
        if left < floor:
            return floor if floor < right else begin
        word = text[left:right]
        placed = word == "内" and left > floor and text[left - 1] in words.places  # 综合保税区内|企业
        if (word in words.stops and not placed) or word[-1] in _BREAKS or (right < begin and word.isdigit()):
            return begin
        if word[0] in words.leading and _unglued(text, left, right) > left:
            return left + 1
        named = word in words.named or placed
        each = text.startswith("各", begin)
        fielded = word in words.owning if each else word in words.common  # 水利部直属|各单位, 市场监管领域|有关部门
        if fielded:
            determined = False
        if (determined and not named) or (text[begin] == "各" and word in words.whole_areas) or (begin < head and word in words.posts):
            return begin
        paired = word in words.pairing and whole in words.offices and text[right : bounds[at + 2]] in words.inside
        derived = text[begin] == "性"  # 合法|性|审核人员
        if not (named or bare or paired or derived or word in words.inside) and _is_predicate(word):
            return begin
        bare, begin = False, left
        determined = determined or word.startswith(words.determiners)
    return begin


def _behind_gloss(text: str, begin: int, floor: int) -> int:
    """Where a name begins that is glossed inside: 信息产业（信息化）|主管部门; `begin` where nothing of the kind stands before it."""
    gloss = _words().gloss.search(text, floor, begin)
    if gloss is None:
        return begin
    bounds = _bounds(text, floor, gloss.start())
    return _grown(text, bounds, len(bounds) - 1, bounds[-2], floor) if len(bounds) > 1 else begin


def _mention(text: str, begin: int, end: int, head: str, floors: tuple[int, int], *, modifier: bool) -> Mention | None:
    """The name between `begin` and `end`, trimmed and widened; None where it names nobody.

    `floors` are the start of the region and the end of the last sure name in it.
    """
    words = _words()
    opened = begin
    begin += text.startswith("内", begin) and text.startswith(words.determiners, begin + 1)  # 行政区域内|各医疗机构
    if text[begin] in words.shallow_opens and (shallow := words.shallow.match(text, begin, end - len(head))):
        begin = shallow.end()
    name, ahead = text[begin:end], text[begin - 1 : begin]
    if name == head and ahead == "本" and opened >= begin - 1:
        return None  # 本单位 names nobody new
    if ahead == "等" and (fields := _fields(text, begin, end, floors[0])) is not None:
        return Mention(fields, end, text[fields:end], words.sorts[head], modifier)
    if (ahead == "等" and name in words.sortal) or text.endswith("等“", 0, begin):
        return None  # 医院、学校等“大单位”, 基金管理机构等单位 sum up
    begin += _led(name)
    if text[begin - 1] in "、等":
        begin = _listed(text, begin, end, floors)
    if begin > floors[1] and (above := words.above.search(text, floors[1], begin)) is not None:
        begin = above.start()
    begin, end = _shared(text, begin, _glossed(text, end), floors[0])
    name = text[begin:end]
    if name == head and (head not in words.alone or (head in words.generic and text[begin - 1 : begin] == "的")):
        begin = _related(text, begin, floors[1])
        name = text[begin:end]
        if name == head:
            return None
    if head in words.material and name.removesuffix(head).endswith(words.staffing):
        end, modifier = end - len(head), True  # 领导人员队伍建设 speaks of the 领导人员
        name = text[begin:end]
    if name == head and not modifier and words.sorts[head] == "post" and text[begin - 1 : begin] == "的" and text[end : end + 1] in _ENDS:
        return None  # 坚持党的|领导 names no leader
    return None if _names_nobody(name) else Mention(begin, end, name, words.sorts[head], modifier)


@lru_cache(maxsize=4096)
def _names_nobody(name: str) -> bool:
    """Whether a name only looks like one."""
    words = _words()
    return name in words.never or name.endswith(words.never_tails)


def _listed(text: str, begin: int, end: int, floors: tuple[int, int]) -> int:
    """Where a name behind 、 or 等 begins that shares its head with a list: 危化、矿山、燃气领域|生产经营单位, 青年、中年等|在职群体."""
    words = _words()
    whole = text.startswith(words.common, begin)
    floor = floors[0] if whole else floors[1]
    if begin - floor < 3:
        return begin
    members = text[floor : begin - 1].split("、")
    if any(not 1 < len(m) < 9 or any(c.isdigit() for c in m) or _opens_predicate(m) for m in members):
        return begin
    if whole:
        return floor
    if text.startswith(words.determiners, begin) or any(_head_at(m, 0, len(m)) for m in members):
        return begin
    name = text[begin:end]
    short = name not in words.sorts and len(members) < 3 and all(len(m) <= 4 for m in members)
    return floor if text[begin - 1] == "等" or short or any(word in name for word in words.common) else begin


def _fields(text: str, begin: int, end: int, floor: int) -> int | None:
    """Where a list of fields begins that one word for a body sums up (公安、教育、卫生等|部门); None if the list names bodies itself."""
    words = _words()
    if text[max(0, begin - 1) : begin] != "等" or text[begin:end] not in words.summing:
        return None
    members = text[max(floor, begin - 1 - _LONGEST_FIELDS) : begin - 1].split("、")
    fields = list(takewhile(lambda member: 1 < len(member) <= _LONGEST_FIELD and _BREAKS.isdisjoint(member), reversed(members[1:])))
    opener = members[-len(fields) - 1]
    start = begin - 1 - sum(len(field) + 1 for field in fields)
    for right, left in pairwise(reversed(_bounds(opener, 0, len(opener)))):
        word = opener[left:right]
        if word in words.stops or word[0] in _BREAKS or word in words.leading or (word not in words.inside and _is_predicate(word)):
            break
        start -= right - left
    start += text[start] == "、"
    named = text[start : begin - 1].split("、")
    bodies = sum(member == "" or _head_at(member, 0, len(member)) is not None for member in named)
    things = any(member.endswith(words.nominal) for member in named)  # 主体责任、|水行政主管等部门
    return start if 2 * bodies < len(named) and not things else None


def _opens_predicate(word: str) -> bool:
    """Whether `word` begins like a predicate; words that stand inside names (教育, 医保) do not."""
    found = lexicon().at(word, 0, len(word))
    return found is not None and "nouns" not in found[1] and found[0] not in _words().inside and bool(found[1] & _PREDICATE)


@lru_cache(maxsize=4096)
def _led(name: str) -> int:
    """How long the verb before a name is that only seems to belong to it: 教育|公众, 服务|企业."""
    found = lexicon().at(name, 0, len(name))
    if found is None or "verbs" not in found[1]:
        return 0
    words, rest = _words(), name[len(found[0]) :]
    led = rest in words.people or rest in words.bodies
    return len(found[0]) if led and rest not in words.sortal else 0


def _glossed(text: str, end: int) -> int:
    """Where a name ends that is explained in brackets: 房东|（二房东）, 各区|（县级市）."""
    if end >= len(text) or text[end] not in "(（":
        return end
    close = min((at for at in (text.find(")", end), text.find("）", end)) if at > 0), default=-1)
    inner = text[end + 1 : close]
    if not 1 < close - end <= _LONGEST_GLOSS or not (_head_at(inner, 0, len(inner)) or inner.endswith(_words().glossing)):
        return end
    spared = text[close + 1 : close + 2] in ("区", "县") and text[close + 2 : close + 3] not in _words().seated
    return close + 1 + spared  # 各县（市）区


def _shared(text: str, begin: int, end: int, floor: int) -> tuple[int, int]:
    """The span of a name whose places share one 各: 各省、自治区、|直辖市人民政府, 各区|、县级市."""
    words = _words()
    ahead = text[begin - 1] if begin > floor else ""
    before = words.sharing.search(text, floor, begin) if ahead == "、" and text.startswith(words.shared, begin) else None
    if before is None and ahead and (ahead in words.glossing or ahead in "、)）"):
        before = words.localities.search(text, floor, begin)
    begin = before.start() if before else begin
    if text.startswith("各", begin) and (text[begin:end] in words.areas or text[end - 1] in ")）"):
        behind = words.sharer.match(text, end)
        end = behind.end() if behind else end
    return begin, end


def _related(text: str, begin: int, floor: int) -> int:
    """Where a bare head begins with the clause that says who is meant: 参加培训的|人员."""
    words = _words()
    if begin - floor < 3 or text[begin - 1] != "的":
        return begin
    for start in range(begin - 3, max(floor, begin - _LONGEST_RELATIVE) - 1, -1):
        if text[start] in _BREAKS:
            return begin
        found = lexicon().at(text, start, begin)
        if found and "handling" in found[1]:
            return start + len(found[0])
        if start == floor:
            joint = next((joint for joint in words.linking if text.startswith(joint, start)), "")
            return start + len(joint)
    return begin
