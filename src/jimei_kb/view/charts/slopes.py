"""Year on year: a line from the number of the year before to that of this year."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.view.charts.canvas import height_of
from jimei_kb.view.charts.picture import Picture
from jimei_kb.view.charts.style import BLUE, INK, MUTED, PALE, VERMILION, Fill, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jimei_kb.view.charts.canvas import Canvas

MOST, MOST_UNITS = 6, 40  # panels, and units in each
_SIZE = 8.5
_LEFT, _WIDE, _RIGHT, _LINE = 0.55, 2.2, 3.2, 0.19  # inches; the last one is the distance of two labels at least
_HEAD, _GAP = 0.55, 0.3
_NAMES = 25.0  # characters of a label


class Slope(NamedTuple):
    """What a unit had in the year before and has now; `panel` is the number that is compared."""

    panel: str
    unit: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, repr=False)
class Slopes(Picture):
    """A panel for each number; units with the same two numbers share a line, and its label names them all."""

    years: tuple[str, str]
    slopes: tuple[Slope, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """What a row has."""
        return ("指标", "单位", *self.years, "变化")

    def rows(self) -> list[tuple[str, ...]]:
        """A row for each unit and number."""
        drawn = (one for _, found in self._panels() for one in found)
        return [(one.panel, one.unit, f"{one.before:g}", f"{one.after:g}", _moved(one.before, one.after)) for one in drawn]

    @property
    def left_out(self) -> int:
        """Units and panels that are too many, counted as lines."""
        return len(self.slopes) - sum(len(found) for _, found in self._panels())

    @property
    def key(self) -> tuple[tuple[Fill, str], ...]:
        """None: each line says in words whether it falls."""
        return ()

    @property
    def extent(self) -> tuple[float, float]:
        """The panels one below the other."""
        return _LEFT + _WIDE + _RIGHT, sum(_height(found) + _GAP for _, found in self._panels())

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Panel by panel."""
        for name, found in self._panels():
            _draw_panel(canvas, name, self.years, found, x, y)
            y += _height(found) + _GAP

    def _panels(self) -> list[tuple[str, list[Slope]]]:
        panels = groupby(self.slopes, key=lambda one: one.panel)
        return [(name, list(islice(found, MOST_UNITS))) for name, found in islice(panels, MOST)]


def _draw_panel(canvas: Canvas, name: str, years: tuple[str, str], slopes: Sequence[Slope], x: float, y: float) -> None:
    left, right, top, low = x + _LEFT, x + _LEFT + _WIDE, y + _HEAD, y + _height(slopes) - 0.1
    canvas.text(x, y + 0.1, name, size=9.5)
    for at, year in zip((left, right), years, strict=True):
        canvas.text(at, y + 0.37, year, size=_SIZE, color=MUTED, align="center")
        canvas.line([(at, top - 0.06), (at, low)], color=PALE, width=1.2)
    most = max(max(one.before, one.after) for one in slopes) or 1.0

    def level(value: float) -> float:
        return low - (low - top) * value / most

    together = _together(slopes)
    for value in sorted({before for before, _ in together}):
        canvas.text(left - 0.1, level(value), f"{value:g}", size=_SIZE, align="right")
    ends = sorted(together, key=lambda pair: (-pair[1], -pair[0]))
    labels = _spread([level(after) for _, after in ends], [_room(together[pair]) for pair in ends])
    for (before, after), at in zip(ends, labels, strict=True):
        fell, rose = after < before, after > before
        color = BLUE if fell else VERMILION if rose else MUTED
        width = 1.0 + 0.35 * (len(together[before, after]) - 1)
        dashes: tuple[float, ...] = () if fell else (5, 2) if rose else (1, 1.5)
        canvas.line([(left, level(before)), (right, level(after))], color=color, width=width, dashes=dashes)
        canvas.dot(left, level(before), color=color, size=5)
        canvas.dot(right, level(after), color=color, size=5)
        canvas.line([(right + 0.06, level(after)), (right + 0.2, at)], color=PALE)
        canvas.text(right + 0.24, at, _label(before, after, together[before, after]), size=_SIZE, color=INK)


def _together(slopes: Sequence[Slope]) -> dict[tuple[float, float], list[str]]:
    """(before, after) → the units that have both."""
    found: dict[tuple[float, float], list[str]] = {}
    for one in slopes:
        found.setdefault((one.before, one.after), []).append(one.unit)
    return found


def _label(before: float, after: float, units: Sequence[str]) -> str:
    return fold(f"{after:g}　{_moved(before, after)}　{'、'.join(units)}", _NAMES, lines=4)


def _room(units: Sequence[str]) -> float:
    """The height of a label; numbers are about as wide as two characters."""
    return height_of(fold(f"00　上升00　{'、'.join(units)}", _NAMES, lines=4), _SIZE) + 0.06


def _moved(before: float, after: float) -> str:
    if after == before:
        return "持平"
    return f"{'下降' if after < before else '上升'}{abs(after - before):g}"


def _height(slopes: Sequence[Slope]) -> float:
    return _HEAD + max(sum(_room(units) for units in _together(slopes).values()) + 0.2, 1.0)


def _spread(wanted: Sequence[float], rooms: Sequence[float]) -> list[float]:
    """Places as near to those `wanted` (which grow) as labels of these heights can stand without touching."""
    places: list[float] = []
    for i, (at, room) in enumerate(zip(wanted, rooms, strict=True)):
        places.append(at if i == 0 else max(at, places[-1] + (rooms[i - 1] + room) / 2))
    # what was pushed below the last wish moves up as far as it can
    over = places[-1] - wanted[-1] if places else 0.0
    for i in range(len(places) - 1, -1, -1):
        ceiling = places[i + 1] - (rooms[i] + rooms[i + 1]) / 2 if i + 1 < len(places) else places[i] - over
        places[i] = min(places[i], ceiling)
    return places
