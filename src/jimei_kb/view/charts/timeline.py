"""A year from left to right: what is due when, and what was done on which day."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.view.charts.canvas import height_of, width_of
from jimei_kb.view.charts.picture import Picture, label_width
from jimei_kb.view.charts.style import BLUE, GREEN, INK, MUTED, ORANGE, PALE, PAPER, SKY, VERMILION, Fill, fold, ink_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jimei_kb.view.charts.canvas import Canvas

MOST, _MARKS = 40, 4  # rows, days of signing
# what is drawn for each word; the word stands in the bar too, where it has room
FILLS = {
    "应做": Fill(SKY, edge=MUTED),
    "应做（下达滞后）": Fill(PAPER, "////", edge=MUTED),
    "按期": Fill(BLUE, edge=MUTED),
    "材料迟交": Fill(SKY, "....", edge=MUTED),
    "缺材料": Fill(ORANGE, "||||", edge=MUTED),
    "补开": Fill(ORANGE, "////", edge=MUTED),
    "缺": Fill(VERMILION, "xxxx", edge=MUTED),
    "未报": Fill(PAPER, edge=MUTED),
    "未到期": Fill(PALE, edge=MUTED),
}
_SHORT = {
    "应做": "",
    "应做（下达滞后）": "滞",
    "按期": "✓",
    "材料迟交": "迟",
    "缺材料": "材",
    "补开": "补",
    "缺": "缺",
    "未报": "?",
    "未到期": "…",
}
_LATE = "滞"
_SIZE, _SMALL = 8.5, 7.5
_LABEL, _YEAR, _LANE, _MARK, _NARROWEST = 18.0, 6.0, 0.29, 0.16, 0.07  # characters, then inches


class Due(NamedTuple):
    """A stretch of the year: `state` is one of `FILLS`, `late`: over when the document was signed; `done`: the days of what was done."""

    label: str
    first: date
    last: date
    state: str
    late: bool = False
    done: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Timeline(Picture):
    """A row for each of `lines`: (name, what is due). `signed` are the days that documents were signed, each with a word about it."""

    year: int
    lines: tuple[tuple[str, tuple[Due, ...]], ...]
    signed: tuple[tuple[date, str], ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """What a row has."""
        return ("事项", "期间", "起", "止", "情况", "开展日期")

    def rows(self) -> list[tuple[str, ...]]:
        """A row for each stretch, and one for each day that is marked."""
        drawn = [
            (
                name,
                due.label,
                due.first.isoformat(),
                due.last.isoformat(),
                due.state + ("（下达滞后）" if due.late else ""),
                "、".join(day.isoformat() for day in due.done),
            )
            for name, dues in self.lines[:MOST]
            for due in dues
        ]
        return [*drawn, *((said, "", day.isoformat(), day.isoformat(), "", "") for day, said in self._marks())]

    @property
    def left_out(self) -> int:
        """Rows that are too many."""
        return max(len(self.lines) - MOST, 0)

    @property
    def key(self) -> tuple[tuple[Fill, str], ...]:
        """The states that occur, each with its sign."""
        dues = [due for _, dues in self.lines[:MOST] for due in dues]
        found = {due.state for due in dues}
        said = [(fill, " ".join(dict.fromkeys(filter(None, (_SHORT[state], state))))) for state, fill in FILLS.items() if state in found]
        late = [(Fill(PAPER), f"{_LATE} 下达滞后：成文时期间已过")] if any(due.late for due in dues) else []
        done = [(Fill(GREEN), "菱形：开展的那一天")] if any(due.done for due in dues) else []
        return (*said, *late, *done)

    @property
    def extent(self) -> tuple[float, float]:
        """A line of months, then as many lanes as stretches lie over each other."""
        return self._left() + _YEAR + 0.1, self._head() + sum(_height(name, dues) for name, dues in self.lines[:MOST])

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """The months, a row for each name, the days of signing across all of them."""
        left, low = x + self._left(), y + self.extent[1]
        head = y + self._head()
        for month in range(1, 13):
            at = left + self._at(date(self.year, month, 1))
            middle = at + self._at(date(self.year, month, 16)) - self._at(date(self.year, month, 1))
            canvas.line([(at, head - 0.07), (at, low)], color=PALE)
            canvas.text(middle, head - 0.15, f"{month}月", size=_SMALL, color=MUTED, align="center")
        top = head - 0.03
        for name, dues in self.lines[:MOST]:
            height = _height(name, dues)
            canvas.text(x, top + height / 2, fold(name, _LABEL), size=_SIZE)
            for lane, due in _lanes(dues):
                self._draw_due(canvas, due, left, top + 0.05 + lane * _LANE)
            top += height
            canvas.line([(x, top), (left + _YEAR, top)], color=PALE)
        for i, (day, said) in enumerate(self._marks()):
            at, line = left + self._at(day), y + 0.07 + i * _MARK
            canvas.line([(at, line + 0.08), (at, low)], width=1.1, dashes=(3, 2))
            beside = "right" if at > left + _YEAR / 2 else "left"
            canvas.text(at, line, said, size=_SMALL, align=beside)

    def _draw_due(self, canvas: Canvas, due: Due, left: float, top: float) -> None:
        end = left + self._at(due.last, ends=True)
        start = min(left + self._at(due.first), end - _NARROWEST)
        fill = FILLS[due.state]
        canvas.box(start + 0.01, top, end - start - 0.02, _LANE - 0.07, fill)
        word = _SHORT[due.state] + (_LATE if due.late else "")
        if word and width_of(word, _SMALL) + 0.06 < end - start:
            color = INK if fill.hatch else ink_on(fill.color)
            middle = (start + end) / 2
            if fill.hatch:
                half = width_of(word, _SMALL) / 2 + 0.02
                canvas.box(middle - half, top + 0.02, 2 * half, _LANE - 0.11, Fill(PAPER))
            canvas.text(middle, top + _LANE / 2 - 0.05, word, size=_SMALL, color=color, align="center")
        for day in due.done:
            if day.year == self.year:
                canvas.dot(left + self._at(day), top + _LANE - 0.08, color=GREEN, size=5, shape="D")

    def _marks(self) -> list[tuple[date, str]]:
        return [(day, said) for day, said in self.signed if day.year == self.year][:_MARKS]

    def _head(self) -> float:
        """A line for each day of signing, then the months."""
        return 0.27 + _MARK * len(self._marks())

    def _left(self) -> float:
        return label_width([name for name, _ in self.lines[:MOST]], _SIZE, _LABEL) + 0.1

    def _at(self, day: date, *, ends: bool = False) -> float:
        """Inches from new year, each month as wide as the others; what lies outside the year is drawn at its edge."""
        if day.year != self.year:
            return 0.0 if day.year < self.year else _YEAR
        days = monthrange(day.year, day.month)[1]
        return _YEAR / 12 * (day.month - 1 + (day.day - (0 if ends else 1)) / days)


def _lanes(dues: tuple[Due, ...]) -> Iterator[tuple[int, Due]]:
    """Each stretch with the first lane that is free for it."""
    free: list[date] = []
    for due in sorted(dues, key=lambda one: (one.first, one.last)):
        lane = next((i for i, last in enumerate(free) if last < due.first), len(free))
        free[lane : lane + 1] = [due.last]
        yield lane, due


def _height(name: str, dues: tuple[Due, ...]) -> float:
    lanes = max((lane for lane, _ in _lanes(dues)), default=0) + 1
    return max(lanes * _LANE + 0.05, height_of(fold(name, _LABEL), _SIZE) + 0.06)
