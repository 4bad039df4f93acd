"""Target and actual: a bar for what was reached, a stroke where the target stands, both numbers and the verdict in words."""

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
    "达标": Fill(BLUE),
    "未达标": Fill(VERMILION, "////"),
    "待定": Fill(ORANGE, "...."),
}
_NO_RESULT = Fill(PALE)
_SIZE = 8.5
_LABEL, _TRACK, _WORDS = 20.0, 2.6, 2.0  # characters, inches, inches
_HUNDRED = frozenset({"%", "‰"})


class Bullet(NamedTuple):
    """One bar. `sign` is that of the target (≥), `unit` of both numbers, `status` the verdict in words."""

    name: str
    actual: float | None
    target: float | None
    sign: str
    unit: str
    status: str


@dataclass(frozen=True, slots=True, repr=False)
class Bullets(Picture):
    """A bar a row, each on a scale of its own, from nought to the greater of target and actual; a share to 100 at least."""

    bullets: tuple[Bullet, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """What a row has."""
        return ("指标", "实际", "目标", "结论")

    def rows(self) -> list[tuple[str, ...]]:
        """Name, actual and target with their unit, verdict."""
        return [(one.name, _number(one.actual, one.unit), _target(one), one.status) for one in self.bullets[:MOST]]

    @property
    def left_out(self) -> int:
        """Bars that are too many."""
        return max(len(self.bullets) - MOST, 0)

    @property
    def key(self) -> tuple[tuple[Fill, str], ...]:
        """The verdicts that occur."""
        found = {one.status for one in self.bullets[:MOST]}
        said = tuple((fill, f"实际：{status}") for status, fill in FILLS.items() if status in found)
        return (*said, (_NO_RESULT, "灰底：标尺，各行不同"), (Fill(INK), "黑线：目标"))

    @property
    def extent(self) -> tuple[float, float]:
        """As high as the folded names ask for."""
        return self._left() + _TRACK + _WORDS, sum(_height(one) for one in self.bullets[:MOST])

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Name, bar, numbers and verdict of each row."""
        left = x + self._left()
        for one in self.bullets[:MOST]:
            height = _height(one)
            middle = y + height / 2
            canvas.text(x, middle, fold(one.name, _LABEL), size=_SIZE)
            canvas.box(left, middle - 0.1, _TRACK, 0.2, _NO_RESULT)
            most = _scale(one)
            if one.actual is not None:
                canvas.box(left, middle - 0.06, _TRACK * one.actual / most, 0.12, FILLS.get(one.status, Fill(MUTED)))
            if one.target is not None:
                at = left + _TRACK * one.target / most
                canvas.line([(at, middle - 0.13), (at, middle + 0.13)], width=2)
            numbers = " / ".join(part for part in (_number(one.actual, one.unit), _target(one)) if part)
            canvas.text(left + _TRACK + 0.12, middle, numbers, size=_SIZE)
            canvas.text(left + _TRACK + _WORDS, middle, one.status, size=_SIZE, align="right")
            y += height

    def _left(self) -> float:
        return label_width([one.name for one in self.bullets[:MOST]], _SIZE, _LABEL) + 0.1


def _height(one: Bullet) -> float:
    return max(height_of(fold(one.name, _LABEL), _SIZE), 0.26) + 0.08


def _scale(one: Bullet) -> float:
    least = 100.0 if one.unit in _HUNDRED else 0.0
    return max(one.actual or 0.0, one.target or 0.0, least) or 1.0


def _number(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:.12g}{unit}"


def _target(one: Bullet) -> str:
    return "" if one.target is None else f"{one.sign}{_number(one.target, one.unit)}"
