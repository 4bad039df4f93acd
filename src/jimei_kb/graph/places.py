"""Places as codes and names write them: 厦门市集美区 is (福建省, 厦门市, 集美区), in codes 厦集 or 集. Rules in resolve.toml."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jimei_kb.graph.registry import Registry
    from jimei_kb.records import Level
    from jimei_kb.rules import RuleBook

# the way down to a place; empty for the State
Place = tuple[str, ...]

_MUNICIPALITIES = frozenset({"北京市", "天津市", "上海市", "重庆市"})
_SUFFIX = re.compile(r"(?:特别行政区|自治区|自治州|地区|省|市|州|盟|区|县|旗|街道|镇|乡)\Z")


def rules() -> RuleBook:
    """The rules of places, codes and short names."""
    return load_rules("resolve", ("names", "full"), package="jimei_kb.graph")


def place_in(name: str, registry: Registry) -> Place | None:
    """The place that the name of a body begins with: 厦门市集美区人民政府 → (福建省, 厦门市, 集美区); () for a body of the State."""
    book = rules()
    if name.startswith(tuple(book.words["national"])):
        return ()
    steps: list[str] = []
    at = 0
    while step := book["place.step"].pattern.match(name, at):
        # 中共泰安市委泰安市人民政府: one place, named twice
        steps += [step["name"]] if step["name"] not in steps else []
        at = step.end()
    if steps:
        return _whole(tuple(steps), registry)
    return () if book["place.ministry"].pattern.match(name) else None


def _whole(steps: Place, registry: Registry) -> Place:
    """`steps` with the places above, where the registry knows only one way up: 集美区 → 福建省, 厦门市, 集美区."""
    if level_of(steps[:1]) == "省":
        return steps
    above = {path[:-1] for path in registry.known_places() if path[-1] == steps[0]}
    return (*above.pop(), *steps) if len(above) == 1 else steps


def level_of(place: Place) -> Level:
    """国家 for no place, else by its last step; 乐清市 below 温州市 is 区县."""
    if not place:
        return "国家"
    last = place[-1]
    if last in _MUNICIPALITIES or last.endswith(("省", "自治区", "特别行政区")):
        return "省"
    if last.endswith(("街道", "镇", "乡")):
        return "街道乡镇"
    if last.endswith(("区", "县", "旗")) and not last.endswith("地区"):
        return "区县"
    return "区县" if any(level_of((step,)) == "市" for step in place[:-1]) else "市"


def filled(template: str, place: Place, groups: Mapping[str, str] | None = None) -> str:
    """`{place}安全生产委员会办公室` → 厦门市集美区安全生产委员会办公室; {own} is the last step, {above} the place that it lies in."""
    return template.format(place=written(place), own=place[-1], above=written(place[:-1]), **(groups or {}))


def written(place: Place) -> str:
    """A place as the names of its bodies write it: 厦门市集美区, but 乐清市, 于都县, 灌口镇."""
    if len(place) > 1 and place[-1].endswith("区") and level_of(place) == "区县":
        return place[-2] + place[-1]
    return place[-1] if place else ""


def spoken(place: Place) -> str:
    """A place for people: 福建省厦门市, 全国."""
    return "".join(place) or "全国"


def holds(upper: Place, lower: Place) -> bool:
    """Whether `lower` is `upper` or lies in it. A way that does not begin at a province is compared by the steps it has."""
    if not upper:
        return True
    both_whole = level_of(upper[:1]) == level_of(lower[:1]) == "省"
    return lower[: len(upper)] == upper if both_whole else upper[-1] in lower


def spells(letters: str, place: Place, registry: Registry) -> bool:
    """Whether `letters` of a code are short for `place`, with or without places above it: 集 and 厦集 for 集美区."""
    for short in shorts(place, registry):
        above = letters.removesuffix(short)
        if letters.endswith(short) and (not above or (len(place) > 1 and spells(above, place[:-1], registry))):
            return True
    return False


def shorts(place: Place, registry: Registry) -> frozenset[str]:
    """What codes may write for a place: its registered short forms, and below the provinces how its name begins."""
    registered = {row.short for row in registry.places if row.place[-1] == place[-1] and holds(row.place, place)}
    if level_of(place) == "省":
        # a province has the one short form that everybody knows: 江 is neither 江苏 nor 江西
        return frozenset(registered)
    bare = _SUFFIX.sub("", place[-1])
    return frozenset(registered | {bare[: i + 1] for i in range(len(bare))})
