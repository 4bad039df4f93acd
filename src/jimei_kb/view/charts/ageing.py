"""How old hazards are: days from their finding to their closing, with the day by which they were to be closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.view.charts.canvas import height_of
from jimei_kb.view.charts.picture import Picture, label_width
from jimei_kb.view.charts.style import BLUE, INK, MUTED, ORANGE, PALE, VERMILION, Fill, fold

if TYPE_CHECKING:
    from jimei_kb.view.charts.canvas import Canvas

MOST = 40
FILLS = {
    "按期销案": Fill(BLUE),
    "已销案（无期限）": Fill(BLUE, "...."),
    "逾期销案": Fill(ORANGE, "////"),
    "未销案，未到期": Fill(ORANGE),
    "未销案（无期限）": Fill(ORANGE, "...."),
    "逾期未销案": Fill(VERMILION, "xxxx"),
}
_SIZE, _SMALL = 8.5, 7.5
_LABEL, _TRACK, _WORDS = 18.0, 3.4, 1.7
_STEPS = (1, 2, 5, 10, 30, 60, 90, 180, 365, 730, 1825, 3650)


class Age(NamedTuple):
    """A hazard: `days` from its finding to its closing or to the day of the report, `limit` the days it had, None for no deadline."""

    name: str
    days: int
    limit: int | None
    state: str


@dataclass(frozen=True, slots=True, repr=False)
class Ageing(Picture):
    """A bar for each hazard on one scale of days, a black stroke at its deadline, its state in words."""

    ages: tuple[Age, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """What a row has."""
        return ("隐患", "天数", "期限（天）", "情况")

    def rows(self) -> list[tuple[str, ...]]:
        """Name, days, days until the deadline, state."""
        return [(one.name, str(one.days), "" if one.limit is None else str(one.limit), one.state) for one in self.ages[:MOST]]

    @property
    def left_out(self) -> int:
        """Bars that are too many."""
        return max(len(self.ages) - MOST, 0)

    @property
    def key(self) -> tuple[tuple[Fill, str], ...]:
        """The states that occur."""
        found = {one.state for one in self.ages[:MOST]}
        return (*((fill, state) for state, fill in FILLS.items() if state in found), (Fill(INK), "黑线：整改期限"))

    @property
    def extent(self) -> tuple[float, float]:
        """A line for the scale, then one a hazard."""
        return self._left() + _TRACK + _WORDS, 0.3 + sum(_height(one) for one in self.ages[:MOST])

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """The scale, then the bars."""
        drawn, left, low = self.ages[:MOST], x + self._left(), y + self.extent[1]
        most = max((max(one.days, one.limit or 0) for one in drawn), default=0) or 1
        step = next((step for step in _STEPS if most / step <= 6), most)
        for days in range(0, most + 1, step):
            at = left + _TRACK * days / most
            canvas.line([(at, y + 0.22), (at, low)], color=PALE)
            canvas.text(at, y + 0.12, f"{days}天" if days else "发现", size=_SMALL, color=MUTED, align="center")
        y += 0.28
        for one in drawn:
            height = _height(one)
            middle = y + height / 2
            canvas.text(x, middle, fold(one.name, _LABEL), size=_SIZE)
            canvas.box(left, middle - 0.07, max(_TRACK * one.days / most, 0.02), 0.14, FILLS[one.state]._replace(edge=MUTED))
            if one.limit is not None:
                at = left + _TRACK * one.limit / most
                canvas.line([(at, middle - 0.12), (at, middle + 0.12)], width=2)
            canvas.text(left + _TRACK + 0.1, middle, f"{one.days}天　{one.state}", size=_SIZE)
            y += height

    def _left(self) -> float:
        return label_width([one.name for one in self.ages[:MOST]], _SIZE, _LABEL) + 0.15


def _height(one: Age) -> float:
    return max(height_of(fold(one.name, _LABEL), _SIZE), 0.22) + 0.08
