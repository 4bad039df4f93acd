"""Who bears a duty, and how that is known: named (explicit), carried over (ellipsis), addressed (addressee), or inferred.

In this order: who the segment names as its subject; who the sentence, or the body before the full stop, carried over;
whom the clause's tag names; and the addressees, if nobody is named.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, zip_longest
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.extract.actors import groups, is_counted, is_equated, states_target, subject_role
from jimei_kb.extract.mentions import announces, find_mentions, named_by
from jimei_kb.extract.phrases import Lexicon, analyse, lexicon
from jimei_kb.records import Bearer
from jimei_kb.rules import Rule, load_rules

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from jimei_kb.extract.mentions import Mention
    from jimei_kb.extract.reading import ClauseReading, Part
    from jimei_kb.extract.tags import Tag
    from jimei_kb.records import Basis, Head, Role

_START = attrgetter("start")
_LONGEST_GAP = 5
"""Characters between 由 and the name behind it that belong to neither: 由本市|信息化主管部门."""
ADDRESSEE = "主送机关"
"""Stands for the recipients where there are several, or none is printed."""


class Carried(NamedTuple):
    """Whom the segments without a subject that follow belong to; `urgers` are those who urge them.

    `lasting` tells a subject that is carried over the full stop.
    """

    names: tuple[str, ...] = ()
    role: Role = "责任"
    urgers: tuple[Bearer, ...] = ()
    helpers: tuple[str, ...] = ()
    lasting: bool = False

    def bearers(self, basis: Basis) -> tuple[Bearer, ...]:
        """Those carried over, as bearers on `basis`; who joined them (会同 X) helps."""
        return tuple([Bearer(name, self.role, basis) for name in self.names] + [Bearer(name, "配合", basis) for name in self.helpers])


NOBODY = Carried()
"""Carries nothing over."""


class Assignment(NamedTuple):
    """The bearers of one duty, who is urged to do it, and what is carried over to the next segment.

    `open` tells an urging segment that ends in an adverbial, its predicate coming behind the comma: 督促 X 按照…要求，|建立台账.
    """

    bearers: tuple[Bearer, ...]
    carried: Carried
    urged: tuple[str, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    organising: tuple[str, ...]
    commands: tuple[str, ...]
    pressing: tuple[str, ...]
    power: Rule
    selfgoverning: tuple[str, ...]
    private: tuple[str, ...]
    joining: tuple[str, ...]
    reaching: Lexicon
    report: Rule
    share: re.Pattern[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    book = load_rules("bearers")
    lists = {name: tuple(sorted(words)) for name, words in book.words.items()}
    return _Words(
        organising=lists["organising"],
        commands=lists["commands"],
        pressing=lists["pressing"],
        power=book["duty.power"],
        selfgoverning=lists["selfgoverning"],
        private=lists["private"],
        joining=lists["joining"],
        reaching=Lexicon({"reaching": lists["reaching"]}),
        report=book["duty.report"],
        share=book["duty.share"].pattern,
    )


def default_bearers(head: Head) -> tuple[Bearer, ...]:
    """Who bears a duty when nobody is named: the only recipient, the recipients together, else the only issuer."""
    if len(head.recipients) == 1:
        return (Bearer(head.recipients[0], "责任", "addressee"),)
    if head.recipients:
        return (Bearer(ADDRESSEE, "责任", "addressee"),)
    if len(head.issuers) == 1:
        return (Bearer(head.issuers[0], "责任", "inferred"),)
    return (Bearer(ADDRESSEE, "责任", "inferred"),)


def carried_into(reading: ClauseReading, part: Part, carried: Carried) -> Carried:
    """What is still carried over when `part` begins: nothing past a paragraph, past a full stop only a lasting subject."""
    if part.segment.opening and not (carried.lasting and _goes_on(reading.text, part)):
        return NOBODY
    kept = carried.lasting and reading.clause.kind == "clause" and not _tagged(reading.tags, part)
    return carried if kept or not part.segment.first else NOBODY


def resumes(reading: ClauseReading, part: Part) -> bool:
    """Whether a sentence opens with a modal and no subject, so that the last governing body before it is meant.

    各地区要高度重视，主要负责同志要亲自过问。|要结合本地区实际制定实施意见
    """
    modal = bool(part.phrase.modal) and part.phrase.subject_end == part.phrase.body
    return modal and not _tagged(reading.tags, part)


def _goes_on(text: str, part: Part) -> bool:
    """Whether a paragraph goes on with the sentence before it (…；⏎依托社区，引导参与) or with its subject (…。⏎要建立机制)."""
    before = text[max(0, part.segment.start - 3) : part.segment.start].rstrip()
    return before.endswith(("；", ";")) or (bool(part.phrase.modal) and part.phrase.subject_end == part.phrase.body)


def carried_by(reading: ClauseReading, part: Part, carried: Carried) -> Carried:
    """What a segment that is no duty hands on: its own subject (各地要按照…要求，|…; 负有责任的部门，|要…), else what came.

    A statement (企业的责任意识进一步增强) hands on nothing of its own.
    """
    if part.phrase.form == "predicate" and not part.phrase.modal:
        return carried
    if subject := _subject(reading.text, part):
        return _carrying(reading.text, part, subject)
    last = part.mentions[-1] if part.mentions else None
    if last is None or part.phrase.form != "nominal" or last.end != part.segment.end:
        return carried
    if part.segment.mark in "：:" and (named := headed_by(reading.text[part.phrase.body : part.segment.end])):
        return Carried(tuple(bearer.name for bearer in named), lasting=True)  # 市公安局：|负责道路交通安全
    alone = part.segment.first and part.segment.mark in "，," and last.sort == "body" and last.start == part.phrase.body
    if not alone and not reading.text.startswith(_words().commands, last.end + 1):
        return carried
    leader = part.mentions[0] if is_equated(reading.text, part, last) else last
    return Carried((leader.name,))  # 主管部门|是协调机构，要加强指导; 主管部门，|在省信息办指导下，|负责组织管理


def shared_out(text: str, part: Part, carried: Carried) -> Carried | None:
    """What a segment hands on that does nothing but share out parts (区消防救援大队牵头，|区住建局配合，|开展检查); None for any other."""
    if not part.mentions or part.segment.mark not in ("，", ",") or text[part.phrase.body : part.mentions[0].start] not in ("", "由"):
        return None
    gathered = list(groups(text, part.mentions))
    found = carried
    for group, behind in zip_longest(gathered, gathered[1:]):
        share = _words().share.fullmatch(text, group[-1].end, behind[0].start if behind else part.segment.end)
        if share is None:
            return None
        names = tuple(mention.name for mention in group)
        if share["helps"] and found.names:
            found = found._replace(helpers=found.helpers + names, lasting=False)
        else:
            found = Carried(names, "配合" if share["helps"] else "牵头" if share["leads"] else "责任")
    return found


def assign(head: Head, reading: ClauseReading, part: Part, carried: Carried, default: tuple[Bearer, ...]) -> Assignment:
    """Who bears the duty that `part` commands."""
    text = reading.text
    if subject := _subject(text, part):
        carried = _carrying(text, part, subject)
        bearers = carried.bearers("explicit")
    elif carried.names:
        bearers = carried._replace(names=_without_receiver(text, part, carried.names)).bearers("ellipsis") + carried.urgers
    else:
        bearers = _tagged(reading.tags, part) or default + _empowered(head, text, part, default)
    if joined := _joined(text, part):
        known = {bearer.name for bearer in bearers}
        bearers += tuple(Bearer(name, "配合", "explicit") for name in joined if name not in known)
    urged = _urged(text, part)
    return _urging(text, part, bearers, urged, carried) if urged else Assignment(bearers, carried)


def led_by(reading: ClauseReading, headed: tuple[Bearer, ...]) -> tuple[Bearer, ...]:
    """Who bears the items that a clause leads in: 各主管部门履行下列职责：（一）…, 由省信息办归口管理。其职责：（1）….

    `headed` are those whom its heading names.
    """
    text = reading.text.rstrip()
    if not text.endswith(("：", ":")):
        return headed
    tasks = announces(text)
    for part in reversed(reading.parts):
        if subject := _subject(reading.text, part):
            return _carrying(reading.text, part, subject).bearers("ellipsis")
        if tasks is None and part.segment.first:
            break
        if tasks is not None and (named := _first_body(part.mentions)):
            return named
    heading = reading.clause.heading or ""
    return (tasks is not None and _first_body(find_mentions(heading, 0, len(heading)))) or headed


def _first_body(mentions: Sequence[Mention]) -> tuple[Bearer, ...]:
    named = (mention.name for mention in mentions if mention.sort in ("body", "post"))
    return tuple(Bearer(name, "责任", "ellipsis") for name in islice(named, 1))


def headed_by(heading: str) -> tuple[Bearer, ...]:
    """Who bears the duties under a heading that is a name: 市公安局, 领导小组办公室主要职责."""
    return tuple(Bearer(mention.name, "责任", "ellipsis") for mention in named_by(heading))


def _urging(text: str, part: Part, bearers: tuple[Bearer, ...], urged: list[Mention], carried: Carried) -> Assignment:
    """督促 X 做 Y: who urges supervises, X does it; what follows is X's too.

    Where 组织 X has its predicate beside it, the organiser goes on; where it has none (发动基层力量，…), only he acts here.
    """
    names = tuple(m.name for m in urged)
    organised = part.phrase.word.startswith(_words().organising)
    urgers = tuple(Bearer(b.name, b.role if organised else "监管", b.basis) for b in bearers if b.name not in names)
    form = analyse(text, urged[-1].end, part.segment.end).form
    acts = form == "predicate" or urged[-1].modifier
    doers = tuple(Bearer(name, "配合" if organised else "责任", "explicit") for name in names) if acts else ()
    if not urgers + doers:
        return Assignment(bearers, carried)
    if not (organised and acts):
        passed = tuple(Bearer(b.name, "监管", "ellipsis" if b.basis == "explicit" else b.basis) for b in urgers)
        carried = Carried(names, "责任", passed)
    return Assignment(urgers + doers, carried, names, form == "frame")


def _subject(text: str, part: Part) -> tuple[Mention, ...]:
    """Who the segment says does it: its subject, or the names behind 由; a group that is counted does nothing (群体覆盖率达80%)."""
    if part.phrase.frame == "由":
        start = part.segment.start
        return next((tuple(g) for g in groups(text, part.mentions) if "由" in text[max(start, g[0].start - _LONGEST_GAP) : g[0].start]), ())
    return part.subject if part.subject and not is_counted(text, part) else ()


def _carrying(text: str, part: Part, subject: Sequence[Mention]) -> Carried:
    """A subject for the segments behind it: a governing body is carried over the full stop, a post or a governed body is not."""
    lasting = all(m.sort in ("body", "area") and not m.name.endswith(_words().private) for m in subject)
    names = tuple(m.name for m in subject)
    helpers = tuple([name for name in _joined(text, part) if name not in names])
    target = states_target(text, part)
    return Carried(names, subject_role(text, part), helpers=helpers, lasting=lasting and part.phrase.frame != "由" and not target)


def _joined(text: str, part: Part) -> list[str]:
    """Who is named behind 会同 as taking part."""
    start, joining = part.segment.start, _words().joining
    if not part.mentions or not any(text.endswith(joining, start, m.start) for m in part.mentions):
        return []
    joined = (group for group in groups(text, part.mentions) if text.endswith(joining, start, group[0].start))
    return [m.name for group in joined for m in group if not m.modifier]


def _tagged(tags: Sequence[Tag], part: Part) -> tuple[Bearer, ...]:
    """The names of the first tag behind the segment."""
    if not tags:
        return ()
    at = bisect_left(tags, part.segment.end, key=_START)
    return tags[at].bearers if at < len(tags) else ()


def _without_receiver(text: str, part: Part, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names without the one that the sentence's report goes to; all of them if none would be left."""
    stop = text.find("。", part.segment.start)
    match = _words().report.pattern.search(text, part.segment.start, stop if stop >= 0 else len(text))
    if match is None:
        return names
    receiver = match["receiver"]
    return tuple(n for n in names if not (receiver.startswith(n) or n.startswith(receiver))) or names


def _urged(text: str, part: Part) -> list[Mention]:
    """Whom an urging predicate urges to do something: 督促|社会单位|落实责任."""
    if "urging" not in lexicon().kinds(part.phrase.word):
        return []
    behind = [m for m in part.mentions if m.start >= part.phrase.verb_end]
    group = next(groups(text, behind), [])
    if not group or group[-1].sort == "people":
        return []
    if group[-1].modifier and not part.phrase.word.startswith(_words().pressing):
        return []
    return group if _reaches(text, part.phrase.verb_end, group[0].start) else []


def _reaches(text: str, pos: int, end: int) -> bool:
    """Whether only urging words and joints stand between the verb and a name (督促|、检查本辖区|企业)."""
    words, reaching = lexicon(), _words().reaching
    while pos < end:
        found = words.at(text, pos, end)
        if found is None or not found[1] & {"urging", "adverbs"}:
            found = reaching.at(text, pos, end)
        if found is None:
            return False
        pos += len(found[0])
    return True


def _empowered(head: Head, text: str, part: Part, default: tuple[Bearer, ...]) -> tuple[Bearer, ...]:
    """The issuer, where the duty needs powers that the addressed self-governing body has not."""
    words = _words()
    if len(head.issuers) != 1 or not default[0].name.endswith(words.selfgoverning):
        return ()
    needed = words.power.pattern.search(text, part.segment.start, part.segment.end)
    return (Bearer(head.issuers[0], "监管", "inferred"),) if needed else ()
