"""Which incidents a goal or a scheme counts, by kind, grade, harm and occasion; what is not known of one stays open."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jimei_kb.results.model import Incident, Indicator


@cache
def _grades() -> tuple[tuple[str, Decimal, Decimal, Decimal], ...]:
    """(name, deaths, serious injuries, loss in 10,000 yuan) from the gravest grade down."""
    data = tomllib.loads(resources.files("jimei_kb.results").joinpath("grades.toml").read_text(encoding="utf-8"))
    return tuple((one["name"], *(Decimal(one[key]) for key in ("deaths", "injuries", "loss"))) for one in data["grade"])


def _is_at_least(row: Incident, grade: str) -> bool | None:
    """Whether an incident is of `grade` or a graver one; None where a loss that is not known could make it so."""
    names = [name for name, *_ in _grades()]
    limit = names.index(grade)
    if row.grade:
        return names.index(row.grade) <= limit
    _, deaths, injuries, loss = _grades()[limit]
    if row.deaths >= deaths or row.injuries >= injuries:
        return True
    return None if row.loss is None else row.loss >= loss


def fits(row: Incident, checks: Sequence[str]) -> bool | None:
    """Whether an incident is one that the conditions of a goal or a scheme count; None where what is not known decides it."""
    states: list[bool | None] = []
    either: list[bool | None] = []
    for check in checks:
        name, _, value = check.partition(":")
        match name:
            case "type":
                states.append(row.type == value)
            case "grade":
                states.append(_is_at_least(row, value))
            case "occasion":
                states.append(row.occasion)
            case "deaths" | "injuries":
                states.append(getattr(row, name) >= Decimal(value))
            case "any":
                either.append({"deadly": row.deaths > 0, "casualty": row.deaths + row.injuries > 0, "influence": row.influence}[value])
    if either:
        states.append(True if True in either else None if None in either else False)
    return False if False in states else None if None in states else True


def total(indicator: Indicator, rows: Sequence[Incident]) -> Decimal | None:
    """Incidents, deaths, injured or loss of the year, as the name of the indicator says; None where a loss is not known."""
    counted = [row for row in rows if fits(row, [check for check in indicator.checks if check.startswith("type:")])]
    if "起数" in indicator.name:
        return Decimal(len(counted))
    if "损失" in indicator.name:
        losses = [row.loss for row in counted]
        return None if None in losses else sum((loss for loss in losses if loss is not None), Decimal(0))
    deaths = sum((row.deaths for row in counted), Decimal(0))
    injured = sum((row.injuries for row in counted), Decimal(0))
    return deaths + injured if "伤亡" in indicator.name else injured if "伤" in indicator.name else deaths
