"""Which level of administration a body, a title or a collective reference belongs to, from 国家 down to 社区."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from jimei_kb.graph.names import meaning_of
from jimei_kb.graph.places import holds, level_of, place_in
from jimei_kb.records import Level
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from jimei_kb.graph.names import Setting
    from jimei_kb.graph.places import Place
    from jimei_kb.graph.registry import Registry

Rung = Level | Literal["社区"]
RUNGS: tuple[Rung, ...] = ("国家", "省", "市", "区县", "街道乡镇", "社区")


def levels_named(text: str) -> tuple[Rung, ...]:
    """The levels that a collective reference lists: 省、市、区和街道办行动方案 → 省, 市, 区县, 街道乡镇."""
    found = {
        rung
        for rule in load_rules("levels", ("level",), package="jimei_kb.query").rules
        if (rung := rule.fields["level"]) and rule.pattern.search(text)
    }
    return tuple(rung for rung in RUNGS if rung in found)


def level_of_body(name: str, setting: Setting) -> Rung | None:
    """The level of a body as a document names it; None where neither registry, place nor the word that it begins with tells.

    街道办 in a notice of 集美街道 is 街道乡镇, 各社区居委会 社区, 企业 has none.
    """
    meaning = meaning_of(name, setting)
    if meaning is not None and meaning.level is not None:
        return meaning.level
    for rule in load_rules("levels", ("level",), package="jimei_kb.query").rules:
        if rule.pattern.match(name):
            rung: Rung = rule.fields["level"]
            return rung
    place = place_in(name, setting.registry)
    return level_of(place) if place is not None and _is_known(place, setting.place, setting.registry) else None


def level_of_title(title: str, here: Place | None, registry: Registry) -> Level | None:
    """The level of a title that begins with a known place or with the State: 福建省消防条例 is 省, 中华人民共和国安全生产法 国家."""
    place = place_in(title, registry)
    return level_of(place) if place is not None and _is_known(place, here, registry) else None


def _is_known(place: Place, here: Place | None, registry: Registry) -> bool:
    """Whether a place stands in the registry or on the line of the document that names it; any title may begin like a place."""
    return not place or place in registry.known_places() or bool(here and (holds(place, here) or place[0] == here[0]))
