"""Scoring schemes (考核办法): what an item is worth, by which rule it loses points, and how points become a grade.

A scheme is a TOML file, described in docs/EVALUATION.md. Numbers are read as Decimals; thresholds of shares and movements are
exact: `0.8`, `"80%"` and `"1/3"` may be written. Every fault of a file is reported at once.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from jimei_kb.errors import SchemeError, reason_of
from jimei_kb.query.calendar import periods_of
from jimei_kb.results.sheets import load_sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# tomllib makes these of numbers, and `date` of days
_LARGEST = Decimal(10) ** 9
_FINEST = -9
_NUMBER = re.compile(r"([+-]?\d{1,9}(?:\.\d{1,9})?)(%|‰|/(\d{1,9}))?")
_MODES = MappingProxyType(
    {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN, "floor": ROUND_FLOOR, "ceiling": ROUND_CEILING}
)
_SCHEME_BYTES = 1_000_000
_COUNTS = ("incidents", "deaths", "injuries", "loss")
_IN_ONE = re.compile(r"(?:deaths|injuries):[1-9]\d{0,3}")
_CHILDREN_DEEP = 5

NaPolicy = Literal["drop", "full", "redistribute"]
Direction = Literal[">=", "<="]
_POLICIES: tuple[NaPolicy, ...] = ("drop", "full", "redistribute")
_DIRECTIONS: tuple[Direction, ...] = (">=", "<=")


@dataclass(frozen=True, slots=True)
class Rounding:
    """Decimal places and mode; every item, component and total is rounded so, and what is rounded is what is added up."""

    places: int
    mode: str

    def __call__(self, value: Decimal) -> Decimal:
        """`value`, rounded."""
        return value.quantize(Decimal(1).scaleb(-self.places), _MODES[self.mode]) if value.is_finite() else value


@dataclass(frozen=True, slots=True)
class Source:
    """Where the fact of a rule comes from: a `target` by its id, or a number of the incidents that `where` describes.

    `count` is what is added up: incidents (起数), deaths, injuries or loss. `where` are conditions as those of a goal of nought:
    type:火灾, grade:重大, any:deadly, any:casualty, any:influence, occasion, deaths:2 and injuries:10 (in one incident).
    """

    target: str = ""
    count: str = ""
    where: tuple[str, ...] = ()


Form = Literal["truth", "events", "number", "share", "movement", "incidents", "judgement", "awards"]


class Need(NamedTuple):
    """A fact that a scheme asks for: its id, the form that its rule can use, where it comes from (None: somebody says it)."""

    id: str
    form: Form
    source: Source | None


# --- rules -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Binary:
    """`points` off where the thing is absent: no plan, no responsibility letter."""

    points: Decimal


@dataclass(frozen=True, slots=True)
class PerMissing:
    """`points` off for each of `required` events that is missing in a `period` (ISO 8601 duration) of the year."""

    required: int
    period: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class PerUnit:
    """`points` off for each `unit` beyond `above`, or in `steps`: (from how many on, points off in all)."""

    unit: str
    points: Decimal | None
    steps: tuple[tuple[Decimal, Decimal], ...]
    above: Decimal


@dataclass(frozen=True, slots=True)
class Ratio:
    """`points` earned by a share that reaches `target`: in proportion, all or nothing, or in `steps` (threshold, points earned)."""

    target: Fraction
    direction: Direction
    mode: Literal["proportional", "step", "all_or_nothing"]
    steps: tuple[tuple[Fraction, Decimal], ...]
    points: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """`points` earned by a movement that reaches `stretch`, `at_target` by one that reaches `target`: −5 %, strive −7 %.

    `strict`: the target has to be passed; a fall without a number is a target of 0, strict.
    """

    target: Fraction
    strict: bool
    stretch: Fraction | None
    direction: Direction
    points: Decimal
    at_target: Decimal


@dataclass(frozen=True, slots=True)
class ZeroEvent:
    """`points` off if the event happened at all, in one of `windows` (first and last day) where there are any."""

    event: str
    windows: tuple[tuple[date, date], ...]
    points: Decimal


@dataclass(frozen=True, slots=True)
class Judged:
    """Between `least` and `most` points off, or none, at the discretion of an assessor (酌情扣分)."""

    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Rank:
    """`points` earned by the first `top_k` units by a number that each has, the highest first or the lowest."""

    by: str
    order: Literal["descending", "ascending"]
    top_k: int
    points: Decimal


Kind = Binary | PerMissing | PerUnit | Ratio | Change | ZeroEvent | Judged | Rank


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of an item under the id by which its fact is given; `says` is the rule in the words of the scheme."""

    id: str
    name: str
    says: str
    kind: Kind
    source: Source | None = None


# --- the scheme --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """考核项: worth `max`, loses points by each rule, not below 0 unless `negative`; clause and quotation are those of the notice."""

    id: str
    name: str
    component: str
    max: Decimal
    rules: tuple[Rule, ...]
    clause: str
    quote: str
    evidence: tuple[str, ...]
    na: NaPolicy
    negative: bool


@dataclass(frozen=True, slots=True)
class Component:
    """分项: its items and `unlisted` points that the scheme breaks down no further, or a child scheme; rescaled, then weighted."""

    id: str
    name: str
    max: Decimal
    items: tuple[Item, ...]
    unlisted: Decimal
    child: Scheme | None
    rescale_to: Decimal
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Penalty:
    """An event after the sum: `points` off for each beyond `above`; `cap_grade` is the best grade from `ge` events on."""

    id: str
    when: str
    points: Decimal
    above: Decimal
    ge: Decimal
    cap_grade: str | None
    clause: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Bonus:
    """加分: points by level, `max` (the highest only) or `sum`, an achievement once only, at most `cap` (None: no limit is said)."""

    id: str
    when: str
    levels: Mapping[str, Decimal]
    pick: Literal["max", "sum"]
    once: bool
    cap: Decimal | None
    clause: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that holds from `ge` on: a precondition, or a veto with the `grade` that it sets or the honour that it `bars`."""

    id: str
    when: str
    ge: Decimal
    grade: str | None
    bars: str | None
    clause: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A grade and the least total that it takes, inclusive; the last band has no bound."""

    name: str
    ge: Decimal | None


@dataclass(frozen=True, slots=True)
class Honour:
    """A title for the first `top` of the ranking (先进)."""

    title: str
    top: int


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scoring scheme for one year.

    `illustrative`: its weights are an example and stand in no document. `unstated`: what its source leaves open.
    """

    id: str
    name: str
    year: int
    evaluator: str
    units: str
    source: str
    illustrative: bool
    unstated: tuple[str, ...]
    base: Decimal
    negative: bool
    ceiling: Decimal | None
    rounding: Rounding
    preconditions: tuple[Condition, ...]
    components: tuple[Component, ...]
    penalties: tuple[Penalty, ...]
    bonuses: tuple[Bonus, ...]
    vetoes: tuple[Condition, ...]
    bands: tuple[Band, ...]
    honour: Honour | None

    def rules(self) -> list[Rule]:
        """The rules of all items, those of child schemes included."""
        own = [rule for component in self.components for item in component.items for rule in item.rules]
        return own + [rule for component in self.components if component.child for rule in component.child.rules()]

    def fact_ids(self) -> list[str]:
        """The ids under which facts are given, in the order of the scheme; those of a child scheme behind `<component>/`."""
        return [one.id for one in self.needs()] + self._items_of_several_rules()

    def _items_of_several_rules(self) -> list[str]:
        """Items that are no rule's id: each can be not applicable as a whole."""
        ids = []
        for component in self.components:
            ids += [item.id for item in component.items if item.id not in {rule.id for rule in item.rules}]
            ids += [f"{component.id}/{one}" for one in component.child._items_of_several_rules()] if component.child else []  # noqa: SLF001
        return ids

    def needs(self) -> list[Need]:
        """Every fact that the scheme asks for, in its order; the ids of a child scheme stand behind `<component>/`."""
        needs = [Need(one.id, "truth", one.source) for one in self.preconditions]
        for component in self.components:
            needs += [Need(rule.id, _FORMS[type(rule.kind)], rule.source) for item in component.items for rule in item.rules]
            needs += [Need(component.id, "number", None)] if component.unlisted else []
            below = component.child.needs() if component.child else []
            needs += [one._replace(id=f"{component.id}/{one.id}") for one in below]
        needs += [Need(one.id, "number", one.source) for one in self.penalties]
        needs += [Need(one.id, "awards", None) for one in self.bonuses]
        return needs + [Need(one.id, "number", one.source) for one in self.vetoes]


_FORMS: Mapping[type, Form] = MappingProxyType(
    {
        Binary: "truth",
        PerMissing: "events",
        PerUnit: "number",
        Ratio: "share",
        Change: "movement",
        ZeroEvent: "incidents",
        Judged: "judgement",
        Rank: "number",
    }
)


# --- reading -----------------------------------------------------------------------------------------------------------


def read_scheme(path: str | Path) -> Scheme:
    """The scheme in the TOML file `path`, with the child schemes that lie beside it. Raises SchemeError with a line for each fault."""
    return _read(Path(path), ())


def _read(path: Path, above: tuple[Path, ...]) -> Scheme:
    if path.resolve() in above or len(above) >= _CHILDREN_DEEP:
        raise SchemeError(f"{path}：评分办法是它自己的子办法，或子办法套了 {_CHILDREN_DEEP} 层以上；请去掉 child")
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig") if len(data) <= _SCHEME_BYTES else None
    except OSError as error:
        raise SchemeError(f"{path}：评分办法读不出来：{reason_of(error)}；请给出一份 .toml 文件") from error
    except UnicodeDecodeError as error:
        raise SchemeError(f"{path}：第 {error.start} 字节不是 UTF-8；请把评分办法另存为 UTF-8") from error
    if text is None:
        raise SchemeError(f"{path}：有 {len(data)} 字节；评分办法最多 {_SCHEME_BYTES} 字节")
    return parse_scheme(text, str(path), lambda name: _read(path.parent / name, (*above, path.resolve())))


def parse_scheme(text: str, where: str = "评分办法", child: Callable[[str], Scheme] | None = None) -> Scheme:
    """The scheme written in `text`; `child` gives a child scheme by its file name, `where` names the file in errors.

    Raises SchemeError with a line for each fault: file, table, key, what was found, what is expected.
    """
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    # numbers that Python refuses to read are no numbers of a scheme
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise SchemeError(f"{where}：不是 TOML：{error}；请改正这一行") from error
    faults: list[str] = []
    scheme = _scheme(_Table(data, where, faults), child)
    if not faults:
        faults += [f"{where}：{fault}" for fault in _mismatches(scheme)]
    if faults:
        raise SchemeError("\n".join(faults))
    return scheme


class _Table:
    """One table of a scheme. Each key is taken once; a fault is noted and a stand-in goes on, so that one reading finds all faults."""

    def __init__(self, data: Mapping[str, Any], where: str, faults: list[str]) -> None:
        self._data, self.where, self._faults = dict(data), where, faults
        self._asked: set[str] = set()

    def fault(self, key: str, expected: str) -> None:
        """Note that `key` is not what is expected."""
        value = self._data.get(key)
        written = str(value) if isinstance(value, Decimal) else repr(value)
        found = f"是 {written:.80}" if key in self._data else "没有写"
        self._faults.append(f"{self.where}：{key} {found}，应为{expected}；请改正或补上")

    def _take(self, key: str, types: tuple[type, ...], expected: str, default: Any, stand_in: Any) -> Any:
        self._asked.add(key)
        value = self._data.get(key, default)
        # True is an int to Python, not to a scheme
        if key not in self._data and default is not ...:
            return default
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            self.fault(key, expected)
            return stand_in
        return value

    def text(self, key: str, default: str | None = ...) -> Any:  # type: ignore[assignment]
        """A text that is not empty."""
        value = self._take(key, (str,), "一段文字", default, "?")
        if value == "" and key in self._data:
            self.fault(key, "一段文字，不能为空")
        return value

    def flag(self, key: str) -> bool:
        """A truth value, false where it is not given."""
        return bool(self._take(key, (bool,), " true 或 false", False, False))

    def number(self, key: str, default: Decimal | None = ..., *, least: int = 0, above: bool = True) -> Any:  # type: ignore[assignment]
        """A number above `least` (or from it on)."""
        expected = f"{'大于' if above else '不小于'} {least}、不大于 {_LARGEST:.0E} 的数，小数最多 {-_FINEST} 位"
        value = self._take(key, (int, Decimal), expected, default, Decimal(1))
        if value is None:
            return None
        number = Decimal(value)
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < _FINEST or not (least < number <= _LARGEST or (number == least and not above)):
            self.fault(key, expected)
            return Decimal(1)
        return number

    def whole(self, key: str, least: int, most: int, default: Any = ...) -> int:
        """A whole number from `least` to `most`."""
        value = self._take(key, (int,), f" {least} 到 {most} 的整数", default, least)
        if not least <= value <= most:
            self.fault(key, f" {least} 到 {most} 的整数")
            return least
        return int(value)

    def share(self, key: str, default: Any = ...) -> Any:
        """A number as 0.8, "80%" or "1/3", exactly."""
        value = self._take(key, (int, Decimal, str), '数，如 0.8、"80%"、"1/3"', default, Fraction(1))
        if value is None or isinstance(value, Fraction):
            return value
        match = _NUMBER.fullmatch(str(value).replace("−", "-").strip())
        if match is None or (match[3] and not int(match[3])):
            self.fault(key, '数，如 0.8、"80%"、"1/3"')
            return Fraction(1)
        divisor = {"%": 100, "‰": 1000}.get(match[2] or "") or int(match[3] or 1)
        return Fraction(match[1]) / divisor

    def choice(self, key: str, options: Sequence[str], default: Any = ...) -> Any:
        """One of `options`."""
        expected = f"其中之一：{'、'.join(filter(None, options))}"
        value = self._take(key, (str,), expected, default, options[0])
        if value is not None and value not in options:
            self.fault(key, expected)
            return options[0]
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Texts, none where they are not given."""
        values = self._take(key, (list,), "文字的列表", [], [])
        if not all(isinstance(value, str) and value for value in values):
            self.fault(key, "文字的列表，不能有空的")
            return ()
        return tuple(values)

    def table(self, key: str) -> _Table | None:
        """A table, None where it is not given."""
        value = self._take(key, (dict,), f"表 [{key}]", None, None)
        return None if value is None else _Table(value, f"{self.where}：[{key}]", self._faults)

    def tables(self, key: str) -> list[_Table]:
        """The tables of an array; each is named by its id or name in errors."""
        values = self._take(key, (list,), f"表 [[{key}]]", [], [])
        if not all(isinstance(value, dict) for value in values):
            self.fault(key, f"表 [[{key}]]")
            return []
        names = (value.get("id", value.get("name", number)) for number, value in enumerate(values, 1))
        return [_Table(value, f"{self.where}：[[{key}]] {name}", self._faults) for name, value in zip(names, values, strict=True)]

    def pairs(self, key: str) -> list[Any]:
        """A list of lists of two."""
        values = self._take(key, (list,), "成对的列表", [], [])
        if not all(isinstance(value, list) and len(value) == 2 for value in values):
            self.fault(key, "成对的列表，如 [[甲, 乙]]")
            return []
        return list(values)

    def close(self) -> None:
        """Note the keys that nobody asked for."""
        unknown = sorted(set(self._data) - self._asked)
        if unknown:
            known = "、".join(sorted(self._asked))
            self._faults.append(f"{self.where}：没有这样的键：{'、'.join(unknown)}；应为：{known}；请改正或去掉")

    def numbers(self) -> Mapping[str, Decimal]:
        """Every key with its number."""
        return MappingProxyType({key: self.number(key) for key in sorted(self._data)})


def _scheme(table: _Table, child: Callable[[str], Scheme] | None) -> Scheme:
    items = [_item(one) for one in table.tables("item")]
    rounding = table.table("rounding")
    honour = table.table("rank")
    ceiling = table.number("ceiling", None)
    scheme = Scheme(
        id=table.text("id"),
        name=table.text("name"),
        year=table.whole("year", 1900, 2200),
        evaluator=table.text("evaluator", ""),
        units=table.text("units", ""),
        source=table.text("source"),
        illustrative=table.flag("illustrative"),
        unstated=table.texts("unstated"),
        base=table.number("base", Decimal(100)),
        negative=table.flag("negative"),
        ceiling=ceiling,
        rounding=_rounding(rounding) if rounding else Rounding(2, "half_up"),
        preconditions=tuple(_condition(one) for one in table.tables("precondition")),
        components=tuple(_component(one, items, child) for one in table.tables("component")),
        penalties=tuple(_penalty(one) for one in table.tables("event")),
        bonuses=tuple(_bonus(one) for one in table.tables("bonus")),
        vetoes=tuple(_condition(one, veto=True) for one in table.tables("veto")),
        bands=tuple(_band(one) for one in table.tables("band")),
        honour=_honour(honour) if honour else None,
    )
    components = {one.id for one in scheme.components}
    for item in items:
        if item.component not in components:
            table.fault("item", f"项目 {item.id} 所属的部分；{item.component} 不在 {'、'.join(sorted(components))} 之内")
    if scheme.illustrative != ("示例权重" in scheme.name):
        table.fault("name", "：illustrative = true 的办法，名称中写明“示例权重”；其他办法不写")
    table.close()
    return scheme


def _rounding(table: _Table) -> Rounding:
    rounding = Rounding(table.whole("places", 0, 6), table.choice("mode", tuple(_MODES)))
    table.close()
    return rounding


def _honour(table: _Table) -> Honour:
    honour = Honour(table.text("title"), table.whole("top", 1, 1_000_000))
    table.close()
    return honour


def _band(table: _Table) -> Band:
    band = Band(table.text("name"), table.number("ge", None, least=-1_000_000))
    table.close()
    return band


def _condition(table: _Table, *, veto: bool = False) -> Condition:
    condition = Condition(
        id=table.text("id"),
        when=table.text("when"),
        ge=table.number("ge", Decimal(1)),
        grade=table.text("grade", None) if veto else None,
        bars=table.text("bars", None) if veto else None,
        clause=table.text("clause", ""),
        source=_source(table),
    )
    if veto and (condition.grade is None) == (condition.bars is None):
        table.fault("grade", " grade（定为哪一等）或 bars（失去哪一项荣誉），二者取一")
    table.close()
    return condition


def _penalty(table: _Table) -> Penalty:
    penalty = Penalty(
        id=table.text("id"),
        when=table.text("when"),
        points=table.number("points", above=False),
        above=table.number("above", Decimal(0), above=False),
        ge=table.number("ge", Decimal(1)),
        cap_grade=table.text("cap_grade", None),
        clause=table.text("clause", ""),
        source=_source(table),
    )
    table.close()
    return penalty


def _bonus(table: _Table) -> Bonus:
    levels = table.table("levels")
    if levels is None:
        table.fault("levels", '各级的加分，如 {"市" = 1, "省" = 3}')
    bonus = Bonus(
        id=table.text("id"),
        when=table.text("when"),
        levels=levels.numbers() if levels else MappingProxyType({}),
        pick=table.choice("pick", ("max", "sum")),
        once=table.flag("once"),
        cap=table.number("cap", None),
        clause=table.text("clause", ""),
    )
    table.close()
    return bonus


def _component(table: _Table, items: Sequence[Item], child: Callable[[str], Scheme] | None) -> Component:
    name = table.text("child", None)
    if name is not None and (child is None or Path(name).name != name):
        table.fault("child", "与本文件同一文件夹中的 .toml 文件名；办法要从文件读入")
        name = None
    component_id, most = table.text("id"), table.number("max")
    component = Component(
        id=component_id,
        name=table.text("name"),
        max=most,
        items=tuple(item for item in items if item.component == component_id),
        unlisted=table.number("unlisted", Decimal(0), above=False),
        child=child(name) if child and name is not None else None,
        rescale_to=table.number("rescale_to", most),
        weight=table.number("weight", Decimal(1)),
    )
    listed = sum((item.max for item in component.items), component.unlisted)
    if component.child is None and name is None and listed != component.max:
        table.fault("max", f"各项目与 unlisted（没有项目说明的分）之和 {listed} 分")
    if component.child and (listed or component.child.base != component.max):
        table.fault("max", f"子办法的总分 {component.child.base}，并且不另列项目或 unlisted")
    table.close()
    return component


def _item(table: _Table) -> Item:
    item_id, most = table.text("id"), table.number("max")
    tables = table.tables("rule")
    rules = tuple(_rule(one, item_id if len(tables) == 1 else None, most) for one in tables)
    if not rules:
        table.fault("rule", "至少一条 [[item.rule]]")
    item = Item(
        id=item_id,
        name=table.text("name"),
        component=table.text("component"),
        max=most,
        rules=rules,
        clause=table.text("clause", ""),
        quote=table.text("quote", ""),
        evidence=table.texts("evidence"),
        na=table.choice("na", _POLICIES, "drop"),
        negative=table.flag("negative"),
    )
    table.close()
    return item


def _rule(table: _Table, item_id: str | None, most: Decimal) -> Rule:
    kind = table.choice("kind", tuple(_KINDS))
    rule_id = table.text("id", item_id) if item_id else table.text("id")
    rule = Rule(rule_id, table.text("name", ""), table.text("says", ""), _KINDS[kind](table, most), _source(table))
    table.close()
    return rule


def _source(table: _Table) -> Source | None:
    """Where a fact comes from; None where the scheme does not say."""
    said = table.table("from")
    if said is None:
        return None
    source = Source(said.text("target", ""), said.choice("count", ("", *_COUNTS), ""), said.texts("where"))
    if bool(source.target) == bool(source.count) or (source.where and not source.count):
        said.fault("target", f" target（目标的编号），或 count（{'、'.join(_COUNTS)}）加上 where 中的条件")
    if not all(one in _conditions() or _IN_ONE.fullmatch(one) for one in source.where):
        said.fault("where", f"这些条件：{'、'.join(sorted(_conditions()))}，以及 deaths:2、injuries:10（一起事故中不少于此数）")
    said.close()
    return source


@cache
def _conditions() -> frozenset[str]:
    """What can be asked of an incident by the columns of its sheet."""
    (sheet,) = (one for one in load_sheets() if one.name == "incidents")
    chosen = {f"{column.name}:{choice}" for column in sheet.columns for choice in column.choices}
    return frozenset({*chosen, "any:deadly", "any:casualty", "any:influence", "occasion"})


# --- the kinds of rule: from a table, and the points of the item that they may take -----------------------------------------


def _binary(table: _Table, most: Decimal) -> Binary:
    return Binary(table.number("points", most))


def _per_missing(table: _Table, most: Decimal) -> PerMissing:  # noqa: ARG001 - all kinds are made alike
    period = table.text("period")
    if not list(periods_of(period, 2024)):
        table.fault("period", "能分尽一年的 ISO 8601 周期：P1W、P1M、P3M、P6M、P1Y")
    return PerMissing(table.whole("required", 1, 1000, 1), period, table.number("points"))


def _per_unit(table: _Table, most: Decimal) -> PerUnit:  # noqa: ARG001
    steps = []
    for step in table.tables("steps"):
        steps.append((step.number("ge"), step.number("points")))
        step.close()
    points = table.number("points", None)
    if (points is None) == (not steps) or not _rising(steps):
        table.fault("steps", "每个单位的 points，或两个数都递增的 steps {ge, points}，二者取一")
    return PerUnit(table.text("unit"), points, tuple(steps), table.number("above", Decimal(0), above=False))


def _ratio(table: _Table, most: Decimal) -> Ratio:
    direction, points = table.choice("direction", _DIRECTIONS, ">="), table.number("points", most)
    mode = table.choice("mode", ("proportional", "step", "all_or_nothing"))
    steps = []
    for step in table.tables("steps"):
        steps.append((step.share("ge" if direction == ">=" else "le"), step.number("points", above=False)))
        step.close()
    falling = [(-bound if direction == "<=" else bound, earned) for bound, earned in steps]
    if bool(steps) != (mode == "step") or not _rising(falling[::-1]) or (steps and steps[0][1] > points):
        table.fault("steps", f"从高到低的各档，第一档最多 {points} 分；只用于 mode = 'step'")
    target = table.share("target", steps[0][0] if steps else ...)
    if target < 0 or (target == 0 and mode == "proportional"):
        table.fault("target", "大于 0 的比率")
    return Ratio(target, direction, mode, tuple(steps), points)


def _change(table: _Table, most: Decimal) -> Change:
    points, target, stretch = table.number("points", most), table.share("target"), table.share("stretch", None)
    direction: Direction = table.choice("direction", _DIRECTIONS, ">=" if target > 0 else "<=")
    further = stretch is None or (stretch > target if direction == ">=" else stretch < target)
    if not further or target <= -1 or (stretch is not None and stretch <= -1):
        table.fault("stretch", f"比目标 {target} 更{'高' if direction == '>=' else '低'}的变化，两者都大于 -100%")
    at_target = table.number("at_target") if stretch is not None else points
    if at_target > points:
        table.fault("at_target", f"不大于 {points}，即奋斗目标的分")
    return Change(target, table.flag("strict"), stretch, direction, points, at_target)


def _zero_event(table: _Table, most: Decimal) -> ZeroEvent:
    windows = table.pairs("windows")
    if not all(type(first) is type(last) is date and first <= last for first, last in windows):
        table.fault("windows", "成对的日期 [[2024-02-09, 2024-02-17]]，前者不晚于后者")
    return ZeroEvent(table.text("event"), tuple((first, last) for first, last in windows), table.number("points", most))


def _judged(table: _Table, most: Decimal) -> Judged:
    judged = Judged(table.number("min", Decimal(0), above=False), table.number("max", most))
    if judged.least > judged.most:
        table.fault("min", f"不大于 max {judged.most}")
    return judged


def _rank(table: _Table, most: Decimal) -> Rank:
    order = table.choice("order", ("descending", "ascending"), "descending")
    return Rank(table.text("by"), order, table.whole("top_k", 1, 10_000), table.number("points", most))


_KINDS: Mapping[str, Callable[[_Table, Decimal], Kind]] = MappingProxyType(
    {
        "binary": _binary,
        "per_missing": _per_missing,
        "per_unit": _per_unit,
        "ratio": _ratio,
        "change": _change,
        "zero_event": _zero_event,
        "judged": _judged,
        "rank": _rank,
    }
)


def _rising(steps: Sequence[tuple[Any, Decimal]]) -> bool:
    """Whether thresholds and points rise from step to step."""
    return all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(steps))


# --- what the tables must agree on --------------------------------------------------------------------------------------


def _mismatches(scheme: Scheme) -> list[str]:
    """A line for each thing in which tables of a scheme contradict each other."""
    faults = []
    ids = scheme.fact_ids()
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        faults.append(f"编号 {'、'.join(twice)} 不止一次，应各不相同；请给每条规则、每种事件各写一个编号")
    whole = sum((one.rescale_to * one.weight for one in scheme.components), Decimal(0))
    if whole != scheme.base:
        faults.append(f"base 是 {scheme.base}，应为各部分之和 {whole}；请改 base、rescale_to 或 weight")
    bounds = [band.ge for band in scheme.bands]
    inner = [bound for bound in bounds[:-1] if bound is not None]
    if bounds and (bounds[-1] is not None or len(inner) < len(bounds) - 1 or inner != sorted(set(inner), reverse=True)):
        found = "、".join("无" if bound is None else str(bound) for bound in bounds)
        faults.append(f"band 的下限依次是 {found}，应从高到低，最后一等不写 ge；请重排等次")
    names = [band.name for band in scheme.bands]
    named = [*(one.cap_grade for one in scheme.penalties), *(one.grade for one in scheme.vetoes)]
    strange = sorted({name for name in named if name is not None} - set(names))
    if strange or len(set(names)) != len(names):
        faults.append(f"等次是 {'、'.join(names)}，应各不相同{'，并有 ' + '、'.join(strange) if strange else ''}；请把等次写成一样的名称")
    return faults
