"""两份文件比一比: what was added, dropped and reworded from one to the other, and which targets rose or fell.

Of two years the earlier comes first, of two levels the upper one. What belongs together is found by likeness (query/similar.py),
clauses with the same heading before that, duties without those who are named in them and without their times. Between levels a
duty of the upper document that no sentence of the lower one takes up is 落空, a target that the lower one sets higher, an earlier
deadline or a shorter period 层层加码. Rules in compare.toml.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal

from jimei_kb.errors import GraphError
from jimei_kb.graph.places import level_of
from jimei_kb.graph.registry import load_registry
from jimei_kb.graph.resolve import place_of, setting_of
from jimei_kb.numerals import numeral
from jimei_kb.query.calendar import years_of
from jimei_kb.query.in_force import Asked, day_of
from jimei_kb.query.levels import RUNGS, level_of_body
from jimei_kb.query.links import find_reading, said_validity
from jimei_kb.query.places import places_of
from jimei_kb.query.responsible import bearers_of
from jimei_kb.query.similar import LEAST, align, bare, changes, dice, pairs, share
from jimei_kb.query.targets import Surroundings, Target, targets_of
from jimei_kb.records import Evidence
from jimei_kb.rules import load_rules
from jimei_kb.view.answers import brief_bearers
from jimei_kb.view.documents import SIGNS, spoken_period
from jimei_kb.view.labels import SPOKEN_COMPARISON
from jimei_kb.view.plans import COMPARISON, show_comparison

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from jimei_kb.graph.registry import Registry
    from jimei_kb.graph.schema import Links, Reading
    from jimei_kb.query.in_force import LeftOut
    from jimei_kb.query.links import Linked
    from jimei_kb.query.places import Place
    from jimei_kb.records import Bearer, Clause, Document, Duty, Force, Level
    from jimei_kb.rules import RuleBook
    from jimei_kb.view.shown import Shown

Status = Literal["added", "dropped", "reworded", "same"]
Shift = Literal["raised", "lowered", "same", "incomparable", "added", "dropped"]

# how much of two names of a target must agree: 在校群体覆盖率 is not 居家群体覆盖率
_SAME_TARGET = 0.6
# a duty of which less is left without names and times is compared by all its words
_SHORTEST_CORE = 4
# a sentence that holds less of a duty than this is not near it
_NEAR = 0.2
_GRADE = "grade."
# from the least to the most binding wording
_FORCES: tuple[Force, ...] = ("倡导", "原则", "力争", "一般", "刚性")
_IN_A_YEAR = {"P1D": 365, "P1W": 52, "P7D": 52, "P10D": 36, "P1M": 12, "P2M": 6, "P3M": 4, "P4M": 3, "P6M": 2, "P12M": 1, "P1Y": 1}
_AT_MOST = frozenset({"<=", "<"})


@dataclass(frozen=True, slots=True)
class Change:
    """A clause or a duty in two documents, or in one of them; `similarity` is 0 to 1 where it stands in both.

    `edits` are (what stood there, what stands there now). `bearers` are those of a duty before and after.
    """

    what: Literal["clause", "duty"]
    status: Status
    before: Evidence | None
    after: Evidence | None
    similarity: float | None = None
    edits: tuple[tuple[str, str], ...] = ()
    bearers: tuple[tuple[Bearer, ...], tuple[Bearer, ...]] = ((), ())


@dataclass(frozen=True, slots=True)
class TargetChange:
    """A target or a deadline in two documents, or in one of them. `reasons` say in Chinese what makes it higher or lower."""

    shift: Shift
    before: Target | None
    after: Target | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Untaken:
    """A duty of the upper document that the lower one does not take up, and the sentence there that comes nearest (`share`, 0 to 1).

    `own`: none of its bearers is of the lower level, so that nobody asked the lower document for it.
    """

    duty: Evidence
    bearers: tuple[Bearer, ...]
    nearest: Evidence | None
    share: float
    own: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(Asked):
    """What changed from the document `first` to `second`, which are an upper and a lower one where their `levels` differ.

    `untaken` is of upper and lower documents only. `citing` is where the second document cites the first. `validities` say to which
    day each of them holds; `left_out` has those that do not on the day `as_of`.
    """

    first: str
    second: str
    levels: tuple[Level | None, Level | None]
    clauses: tuple[Change, ...]
    duties: tuple[Change, ...]
    targets: tuple[TargetChange, ...]
    untaken: tuple[Untaken, ...]
    citing: tuple[Evidence, ...]
    validities: tuple[str, str] = ("", "")
    as_of: date | None = None
    left_out: tuple[LeftOut, ...] = ()

    def asked(self) -> dict[str, Any]:
        """The two documents, with level and validity."""
        sides = zip((self.first, self.second), self.levels, self.validities, strict=True)
        return {
            name: {"document": key, "level": level, "validity": validity}
            for name, (key, level, validity) in zip(("first", "second"), sides, strict=True)
        }

    def rows(self) -> list[dict[str, Any]]:
        """[what, status, clause_before, page_before, quote_before, clause_after, page_after, quote_after, similarity, … bearers_after].

        `what` is clause, duty, target, deadline, untaken or citation; `status` is that of `Change` or `TargetChange`, of an untaken duty
        untaken or own, else the same as `what`. Beside an untaken duty stands the nearest sentence of the lower document, and
        `similarity` is the share of the duty in it. The others are detail and bearers_before; bearers stand with how each is known
        (明文, 承前省略, 推定, 推断).
        """
        return [
            *(
                _row(one.what, one.status, one.before, one.after, one.similarity, said_edits(one.edits), one.bearers)
                for one in (*self.clauses, *self.duties)
            ),
            *(_target_row(one) for one in self.targets),
            *(
                _row("untaken", "own" if one.own else "untaken", one.duty, one.nearest, one.share, "", (one.bearers, ()))
                for one in self.untaken
            ),
            *(_row("citation", "citation", None, one, None, "", ((), ())) for one in self.citing),
        ]

    @property
    def title(self) -> str:
        """比较."""
        return "比较"

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column → heading in Excel."""
        return COMPARISON

    @property
    def spoken(self) -> Mapping[str, Callable[[Any], Any]]:
        """Name of each column of codes → the Chinese for one."""
        return SPOKEN_COMPARISON

    def __repr__(self) -> str:
        """The changes, target by target, duty by duty and clause by clause, each with both quotations."""
        return self._shown().text

    def _repr_html_(self) -> str:
        return self._shown().html

    def _shown(self) -> Shown:
        ends = [f"{key}{said}。" for key, said in zip((self.first, self.second), self.validities, strict=True) if said]
        day = f"{self.as_of}不在有效期内：{'、'.join(one.document for one in self.left_out)}；以下仍按原文比较。" if self.left_out else ""
        return show_comparison(self.first, self.second, self.levels, "".join([*ends, day]), self.rows())


def compare(kb: Linked, first: str, second: str, *, as_of: str | date | None = None) -> Comparison:
    """What changed between two documents of the base (number, title or file name), in whatever order they are given.

    With a day `as_of` a name that fits several documents means the one that holds on it, and the result says which of the two does
    not. Raises GraphError where a name fits nothing or several documents, or where both name the same.
    """
    registry, links = load_registry(kb.path), kb.links
    day = day_of(links, as_of)
    one, other = sorted((find_reading(kb, first, day), find_reading(kb, second, day)), key=lambda reading: _age(reading, registry))
    keys = one.document.key, other.document.key
    if keys[0] == keys[1]:
        raise GraphError(f"{first!r} 与 {second!r} 都是 {keys[0]}；应写两份不同的文件")
    levels = _level(one, registry), _level(other, registry)
    duties = tuple(_duties(one, other))
    # from level to level a day is a day; of two years' notices the day within the year counts
    years = (_year(one), _year(other)) if levels[0] == levels[1] else (0, 0)
    nodes = [links.node(f"document:{key}") for key in keys]
    validities = [said_validity(node) if node else "" for node in nodes]
    return Comparison(
        first=keys[0],
        second=keys[1],
        levels=levels,
        clauses=tuple(_clauses(one.document, other.document)),
        duties=duties,
        targets=tuple(_targets(_measured(one, links), _measured(other, links), duties, years)),
        untaken=tuple(_untaken(duties, one, other, registry)) if None not in levels and levels[0] != levels[1] else (),
        citing=tuple(_citing(one, other, links)),
        validities=(validities[0], validities[1]),
        as_of=day.day,
        left_out=day.left_out(f"document:{key}" for key in keys),
    )


def _citing(one: Reading, other: Reading, links: Links) -> Iterator[Evidence]:
    """Where `other` cites `one`."""
    found = (edge.evidence for edge in links.edges_to(f"document:{one.document.key}", "cites"))
    return (evidence for evidence in found if evidence.document == other.document.key)


def _year(reading: Reading) -> int:
    """The year that a notice is for: the last that its title names, else that of its date; 0 where neither is known."""
    head = reading.document.head
    return max(years_of(head.title or ""), default=int((head.date or "0")[:4]))


def _level(reading: Reading, registry: Registry) -> Level | None:
    place = place_of(reading.document.head, registry)
    return None if place is None else level_of(place)


def _age(reading: Reading, registry: Registry) -> tuple[int, str, str]:
    """Upper before lower, of one level earlier before later."""
    level = _level(reading, registry)
    return RUNGS.index(level) if level else len(RUNGS), reading.document.head.date or "", reading.document.key


# --- clauses and duties -------------------------------------------------------------------------------------------


def _clauses(one: Document, other: Document) -> Iterator[Change]:
    """Clauses with the same heading belong together, the others by what they say."""
    sides = [_Side(document) for document in (one, other)]
    pairs_found = _by_heading(*sides)
    rest = [[i for i in range(len(side.clauses)) if i not in {pair[n] for pair in pairs_found}] for n, side in enumerate(sides)]
    left, right = ([side.texts[i] for i in indices] for side, indices in zip(sides, rest, strict=True))
    pairs_found += [(rest[0][i], rest[1][j]) for i, j, _ in align(left, right)]
    partner = dict(sorted(pairs_found))
    for i in range(len(sides[0].clauses)):
        if i in partner:
            yield _change("clause", sides[0].evidence(i), sides[1].evidence(partner[i]), sides[0].texts[i], sides[1].texts[partner[i]])
        else:
            yield Change("clause", "dropped", sides[0].evidence(i), None)
    for j in sorted(set(range(len(sides[1].clauses))) - set(partner.values())):
        yield Change("clause", "added", None, sides[1].evidence(j))


class _Side:
    """The clauses of a document that say something, with their texts behind the number."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.clauses = [clause for clause in document.clauses if clause.content.of(document.text).strip()]
        self.texts = [self._text(clause) for clause in self.clauses]

    def _text(self, clause: Clause) -> str:
        start = clause.heading_span.start if clause.heading_span else clause.text_start
        return self.document.text[start : clause.span.end].strip()

    def evidence(self, i: int) -> Evidence:
        clause, text = self.clauses[i], self.texts[i]
        start = self.document.text.index(text, clause.span.start)
        place = self.document.clause_key(clause.id)
        return Evidence(self.document.key, place, start, start + len(text), text, "document.clauses", self.document.page(start))


def _by_heading(one: _Side, other: _Side) -> list[tuple[int, int]]:
    """Pairs of clauses under a heading that stands once in each document."""
    places = [{clause.heading: i for i, clause in enumerate(side.clauses) if clause.heading} for side in (one, other)]
    once = [{h for h, n in Counter(clause.heading for clause in side.clauses).items() if n == 1} for side in (one, other)]
    return [(i, places[1][heading]) for heading, i in places[0].items() if heading in once[0] & once[1]]


def _duties(one: Reading, other: Reading) -> Iterator[Change]:
    before, after = one.annotations.duties, other.annotations.duties
    partner = {i: j for i, j, _ in align(_cores(one, before), _cores(other, after))}
    who = [[bearers_of(reading.document, duty.actors) for duty in reading.annotations.duties] for reading in (one, other)]
    for i, duty in enumerate(before):
        if i in partner:
            j = partner[i]
            found = _change("duty", one.evidence(duty), other.evidence(after[j]), duty.quote, after[j].quote)
            yield replace(found, bearers=(who[0][i], who[1][j]))
        else:
            yield Change("duty", "dropped", one.evidence(duty), None, bearers=(who[0][i], ()))
    for j in sorted(set(range(len(after))) - set(partner.values())):
        yield Change("duty", "added", None, other.evidence(after[j]), bearers=((), who[1][j]))


def _cores(reading: Reading, duties: Sequence[Duty]) -> list[str]:
    """What each of the duties wants done: its words without those who are named in it, and without its time.

    From level to level other bodies do the same, to other days: 每半年向区安委会报告 and 每季度向街道办报告 are one duty.
    """
    names = {actor.name for actor in reading.annotations.actors}
    return [_core(duty.quote, names) for duty in duties]


def _core(quote: str, names: Collection[str] = ()) -> str:
    said = quote
    for name in sorted((name for name in names if name in quote), key=len, reverse=True):
        said = said.replace(name, "")
    for rule in ("time.deadline", "time.period"):
        said = _rules()[rule].pattern.sub("", said)
    return said if len(bare(said)) >= _SHORTEST_CORE else quote


def _rules() -> RuleBook:
    return load_rules("compare", package="jimei_kb.query")


def _change(what: Literal["clause", "duty"], before: Evidence, after: Evidence, old: str, new: str) -> Change:
    if bare(old) == bare(new):
        return Change(what, "same", before, after, 1.0)
    return Change(what, "reworded", before, after, dice(pairs(old), pairs(new)), changes(old, new))


def _untaken(duties: Sequence[Change], upper: Reading, lower: Reading, registry: Registry) -> Iterator[Untaken]:
    """The duties that only the upper document has and that stand in no sentence of the lower one."""
    sentences = [(pairs(place.text), place) for place in places_of([lower])]
    names = {actor.name for actor in upper.annotations.actors}
    level = _level(lower, registry)
    setting = setting_of(upper.document, registry)
    for one in duties:
        if one.before is None or one.after is not None:
            continue
        wanted = pairs(_core(one.before.quote, names))
        best, _, place = max(((share(wanted, said), -place.span.start, place) for said, place in sentences), default=(0.0, 0, None))
        if best < LEAST:
            levels = {level_of_body(bearer.name, setting) for bearer in one.bearers[0]}
            own = bool(levels) and None not in levels and level not in levels
            yield Untaken(one.before, one.bearers[0], _sentence(place) if place and best >= _NEAR else None, best, own)


def _sentence(place: Place) -> Evidence:
    return place.evidence(place.span, "query.nearest")


# --- targets ------------------------------------------------------------------------------------------------------


def _targets(before: Sequence[Target], after: Sequence[Target], duties: Sequence[Change], years: tuple[int, int]) -> Iterator[TargetChange]:
    """Targets of duties that belong together are compared with each other, the others by their names."""
    same = {(one.before, one.after) for one in duties if one.before and one.after}

    def together(i: int, j: int) -> bool:
        one, other = before[i], after[j]
        return one.kind == other.kind != "metric" and (one.duty, other.duty) in same

    def fits(i: int, j: int) -> bool:
        return i not in partner and j not in taken and _comparable(before[i], after[j])

    names = [_name(target) for target in before], [_name(target) for target in after]
    partner = {i: j for i, j, _ in align(*names, least=0, fits=together)}
    taken = set(partner.values())
    partner |= {i: j for i, j, _ in align(*names, least=_SAME_TARGET, fits=fits)}
    for i, target in enumerate(before):
        yield _shift(target, after[partner[i]], years) if i in partner else TargetChange("dropped", target, None)
    for j in sorted(set(range(len(after))) - set(partner.values())):
        yield TargetChange("added", None, after[j])


def _name(target: Target) -> str:
    return _core(target.indicator) + "".join(target.group)


def _measured(reading: Reading, links: Links) -> list[Target]:
    """The targets of a reading, its deadlines among them, in text order."""
    around = Surroundings(reading, links)
    found = targets_of(reading, links)
    for schedule in reading.annotations.schedules:
        duty = around.duty_of(schedule)
        if schedule.kind == "deadline" and schedule.by and duty:
            found.append(
                Target(
                    kind="deadline",
                    indicator=duty.quote,
                    comparator="<=",
                    value=schedule.by,
                    unit=None,
                    period=None,
                    group=(),
                    derived=False,
                    force=duty.force,
                    bearers=around.bearers(duty),
                    duty=around.evidence(duty),
                    evidence=reading.evidence(schedule),
                )
            )
    return sorted(found, key=lambda one: (one.evidence.start, one.evidence.end, one.kind, one.indicator))


def _comparable(one: Target, other: Target) -> bool:
    """Whether two targets count the same kind of thing, of the same people."""
    apart = {"zero", "deadline"} & {one.kind, other.kind}
    if (apart and one.kind != other.kind) or _counted(one) != _counted(other):
        return False
    return dice(pairs("".join(one.group)), pairs("".join(other.group))) >= LEAST


def _counted(target: Target) -> str:
    """次 of 次/季度."""
    return (target.unit or "").partition("/")[0]


def _shift(before: Target, after: Target, years: tuple[int, int] = (0, 0)) -> TargetChange:
    """Whether `after` asks for more: a higher least or a lower most, more often, earlier, of a wider kind, in more binding words."""
    if before.kind == after.kind == "deadline":
        return _sooner(before, after, years)
    if before.kind == after.kind == "zero" and bare(before.indicator) != bare(after.indicator):
        return _wider(before, after)
    old, new = _number(before), _number(after)
    at_most = before.comparator in _AT_MOST
    if old is None or new is None or at_most != (after.comparator in _AT_MOST) or (before.period is None) != (after.period is None):
        return TargetChange("incomparable", before, after, ("数值、周期或比较方式不同，不能比较",))
    reasons = []
    more = (old - new) if at_most else (new - old)
    if more:
        reasons.append(f"{_said(before)} → {_said(after)}")
    firmer = 0
    if before.force and after.force and before.force != after.force:
        firmer = _FORCES.index(after.force) - _FORCES.index(before.force)
        reasons.append(f"力度：{before.force} → {after.force}")
    step = more or firmer
    shift: Shift = "raised" if step > 0 else "lowered" if step < 0 else "same"
    return TargetChange(shift, before, after, tuple(reasons))


def _sooner(before: Target, after: Target, years: tuple[int, int]) -> TargetChange:
    """An earlier day is harder; it is reckoned from the `years` of the two notices."""
    days = (date.fromisoformat(before.value), date.fromisoformat(after.value))
    old, new = ((day.year - year, day.month, day.day) for day, year in zip(days, years, strict=True))
    said = f"{before.value} → {after.value}"
    if new == old:
        return TargetChange("same", before, after)
    return (
        TargetChange("raised", before, after, (f"期限提前：{said}",))
        if new < old
        else TargetChange("lowered", before, after, (f"期限推后：{said}",))
    )


def _wider(before: Target, after: Target) -> TargetChange:
    """A goal of nought for more kinds of accidents is harder: 亡人 is more than 较大及以上."""
    said = f"{before.indicator} → {after.indicator}"
    old, new = _grade(before.indicator), _grade(after.indicator)
    if old is None or new is None or old == new:
        return TargetChange("incomparable", before, after, (f"不发生的对象不同：{said}",))
    return TargetChange("raised" if new > old else "lowered", before, after, (f"不发生的范围{'扩大' if new > old else '缩小'}：{said}",))


def _grade(event: str) -> int | None:
    """The widest grade that is named, 1 特别重大 to 4 any death; None where none is."""
    grades = [int(rule.id.removeprefix(_GRADE)) for rule in _rules().rules if rule.id.startswith(_GRADE) and rule.pattern.search(event)]
    return max(grades, default=None)


def _number(target: Target) -> Decimal | None:
    """The value of a target, of a repeated one for a whole year; None where it is no number or its period none of a year."""
    try:
        value = Decimal(numeral(target.value) or target.value)
    except InvalidOperation:
        return None
    if target.period is None:
        return value
    times = _IN_A_YEAR.get(target.period)
    return None if times is None else value * times


def _said(target: Target) -> str:
    """≥95%, ≥1次/月, ≥1次（每月）."""
    unit = target.unit or ""
    often = f"（{spoken_period(target.period)}）" if target.period and "/" not in unit else ""
    return f"{SIGNS.get(target.comparator, target.comparator)}{target.value}{unit}{often}"


# --- rows ---------------------------------------------------------------------------------------------------------


def said_edits(edits: Sequence[tuple[str, str]]) -> str:
    """80% → 95%; ＋和飞线充电; －逐户."""
    said = (f"{old} → {new}" if old and new else f"－{old}" if old else f"＋{new}" for old, new in edits)
    return "；".join(said)


def _row(
    what: str,
    status: str,
    before: Evidence | None,
    after: Evidence | None,
    similarity: float | None,
    detail: str,
    bearers: tuple[tuple[Bearer, ...], tuple[Bearer, ...]],
) -> dict[str, Any]:
    return {
        "what": what,
        "status": status,
        "clause_before": before.clause if before else None,
        "page_before": before.page if before else None,
        "quote_before": before.quote if before else None,
        "clause_after": after.clause if after else None,
        "page_after": after.page if after else None,
        "quote_after": after.quote if after else None,
        "similarity": None if similarity is None else round(similarity, 2),
        "detail": detail or None,
        "bearers_before": brief_bearers(bearers[0]) or None,
        "bearers_after": brief_bearers(bearers[1]) or None,
    }


def _target_row(one: TargetChange) -> dict[str, Any]:
    before, after = one.before, one.after
    bearers = (before.bearers if before else (), after.bearers if after else ())
    evidence = (before.evidence if before else None, after.evidence if after else None)
    what = "deadline" if "deadline" in {target.kind for target in (before, after) if target} else "target"
    return _row(what, one.shift, *evidence, None, "；".join(one.reasons), bearers)
