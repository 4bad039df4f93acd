"""Rows and columns with a word in each cell, shaded: how often, how far off, who."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.view.charts.canvas import height_of, width_of
from jimei_kb.view.charts.picture import Picture, label_width
from jimei_kb.view.charts.style import MUTED, PALE, PAPER, Fill, fold, ink_on

if TYPE_CHECKING:
    from jimei_kb.view.charts.canvas import Canvas

MOST_ROWS, MOST_COLUMNS = 40, 16
_SIZE, _SMALL = 8.5, 8.0  # points
_LABEL, _COLUMN = 21.0, 0.56  # the widest label in characters, the width of a column in inches
_WIDEST_GRID = 6.4
_EMPTY = Fill(PAPER)


class Cell(NamedTuple):
    """A word with its ground. `said` is what the text form has, where that is more than the word."""

    word: str = ""
    fill: Fill = _EMPTY
    said: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Grid(Picture):
    """`cells` has a row for each of `names` and in it a cell for each of `columns`; `corner` is the heading above the names.

    Cells behind the last row and column that are drawn may be left out: a large base has more of them than memory.
    """

    corner: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    meanings: tuple[tuple[Fill, str], ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """The corner and the columns."""
        return (self.corner, *self.columns[:MOST_COLUMNS])

    def rows(self) -> list[tuple[str, ...]]:
        """The name and the cells of each row."""
        return [(name, *(cell.said or cell.word for cell in row)) for name, row in self._drawn()]

    @property
    def left_out(self) -> int:
        """Rows and columns that are too many."""
        return max(len(self.names) - MOST_ROWS, 0) + max(len(self.columns) - MOST_COLUMNS, 0)

    @property
    def key(self) -> tuple[tuple[Fill, str], ...]:
        """The meanings as they were given."""
        return self.meanings

    @property
    def extent(self) -> tuple[float, float]:
        """As many columns and lines as there are."""
        return self._left() + self._step() * len(self.header[1:]), self._head() + sum(self._height(name) for name, _ in self._drawn())

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Names on the left, columns above, a fine line below every row."""
        left, head, step = self._left(), self._head(), self._step()
        right = x + left + step * len(self.header[1:])
        for j, column in enumerate(self._folded()):
            canvas.text(x + left + step * (j + 0.5), y + head - 0.05, column, size=_SMALL, color=MUTED, align="center", upright="bottom")
        y += head
        canvas.line([(x, y), (right, y)], color=MUTED)
        for name, row in self._drawn():
            height = self._height(name)
            canvas.text(x, y + height / 2, fold(name, _LABEL), size=_SIZE)
            for j, cell in enumerate(row):
                at = x + left + step * j
                if cell.fill != _EMPTY:
                    canvas.box(at + 0.015, y + 0.015, step - 0.03, height - 0.03, cell.fill)
                if cell.fill.hatch:  # a word between strokes needs a ground of its own
                    half = width_of(cell.word, _SIZE) / 2 + 0.03
                    canvas.box(at + step / 2 - half, y + height / 2 - 0.08, 2 * half, 0.16, Fill(cell.fill.color))
                color = ink_on(cell.fill.color) if cell.word != "—" else MUTED
                canvas.text(at + step / 2, y + height / 2, cell.word, size=_SIZE, color=color, align="center")
            y += height
            canvas.line([(x, y), (right, y)], color=PALE, width=0.6)

    def _drawn(self) -> list[tuple[str, tuple[Cell, ...]]]:
        return [(name, row[:MOST_COLUMNS]) for name, row in zip(self.names[:MOST_ROWS], self.cells[:MOST_ROWS], strict=True)]

    def _left(self) -> float:
        return label_width([name for name, _ in self._drawn()], _SIZE, _LABEL)

    def _step(self) -> float:
        """Few columns are wider."""
        count = max(len(self.header) - 1, 1)
        return min(max(_WIDEST_GRID / count, _COLUMN), 1.1)

    def _folded(self) -> list[str]:
        width = (self._step() - 0.06) * 72 / _SMALL
        return [fold(column, width, lines=4) for column in self.header[1:]]

    def _head(self) -> float:
        return max((height_of(column, _SMALL) for column in self._folded()), default=0.0) + 0.1

    def _height(self, name: str) -> float:
        return height_of(fold(name, _LABEL), _SIZE) + 0.11
