"""Which targets are a unit's: whether those who bear it are bodies of the unit's kind, or the unit itself by name."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from jimei_kb.rules import alternation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jimei_kb.records import Bearer
    from jimei_kb.results.model import Indicator, Unit

# parts in which a body answers for a target itself
_ANSWERS = frozenset({"责任", "牵头", "监管"})


def concerns(indicator: Indicator, unit: Unit) -> bool:
    """Whether `indicator` is a target of `unit`. What names nobody is everybody's."""
    names = _answering(indicator.bearers)
    return not names or any(_is(name, unit) for name in names)


@lru_cache(maxsize=1024)
def _answering(bearers: tuple[Bearer, ...]) -> tuple[str, ...]:
    """Those who answer; where nobody is given such a part, all who are named."""
    return tuple(one.name for one in bearers if one.role in _ANSWERS) or tuple(one.name for one in bearers)


def _is(name: str, unit: Unit) -> bool:
    own = kinds_in(unit.kind)
    return unit.name in name or (bool(own & kinds_in(name)) if own else unit.kind in name)


@lru_cache(maxsize=4096)
def kinds_in(text: str) -> frozenset[str]:
    """The kinds of body that `text` speaks of.

    >>> sorted(kinds_in("街道、社区"))
    ['社区', '街道乡镇']
    >>> sorted(kinds_in("各社区居委会"))
    ['社区']
    """
    pattern, kinds = _words()
    return frozenset(kinds[found] for found in pattern.findall(text.replace("（", "(").replace("）", ")")))


@cache
def _words() -> tuple[re.Pattern[str], Mapping[str, str]]:
    data = tomllib.loads(resources.files("jimei_kb.results").joinpath("units.toml").read_text(encoding="utf-8"))
    kinds = {word: entry["name"] for entry in data["kind"] for word in entry["words"]}
    return re.compile(alternation(kinds)), kinds
