"""A sheet to draw on, measured in inches from its upper left corner; the only module that draws with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jimei_kb.view.charts.style import INK, PAPER, Fill, em, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    Point = tuple[float, float]

_POINTS = 72  # in an inch
_STROKES = INK  # of hatches on light ground
LINE = 1.3  # height of a line, in that of its characters


def width_of(text: str, size: float) -> float:
    """How many inches the longest line of `text` takes at `size` points."""
    return max((em(line) for line in text.split("\n")), default=0.0) * size / _POINTS


def height_of(text: str, size: float) -> float:
    """How many inches the lines of `text` take at `size` points."""
    return (text.count("\n") + 1) * size * LINE / _POINTS


class Canvas:
    """A figure with one axes over all of it. What is given first lies below; `layer` brings something to the top."""

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.figure import Figure

        self.figure: Figure = Figure(figsize=(width, height), facecolor=PAPER)
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._axes.set_axis_off()
        self._count = 0

    def _above(self) -> int:
        self._count += 1
        return self._count

    def text(
        self, x: float, y: float, said: str, *, size: float = 8.5, color: str = INK, align: str = "left", upright: str = "center"
    ) -> None:
        """`said` at a point: `align` is left, center or right of it, `upright` center, top or bottom."""
        kind: dict[str, Any] = {"ha": align, "va": upright, "color": color, "fontsize": size, "linespacing": LINE, "zorder": self._above()}
        self._axes.text(x, y, printable(said), **kind)

    def box(self, x: float, y: float, width: float, height: float, fill: Fill, *, dashed: bool = False) -> None:
        """A rectangle from its upper left corner, with the strokes of `fill`, and its edge where it has one."""
        from matplotlib.patches import Rectangle

        place, above = (x, y), self._above()
        self._axes.add_patch(
            Rectangle(
                place,
                width,
                height,
                facecolor=fill.color,
                edgecolor=fill.edge or "none",
                linewidth=0.9 if fill.edge else 0,
                linestyle=(0, (4, 2)) if dashed else "solid",
                zorder=above,
            )
        )
        if fill.hatch:
            self._axes.add_patch(
                Rectangle(place, width, height, fill=False, hatch=fill.hatch, edgecolor=_STROKES, alpha=0.55, linewidth=0, zorder=above)
            )

    def line(self, points: Sequence[Point], *, color: str = INK, width: float = 0.8, dashes: tuple[float, ...] = ()) -> None:
        """A line through `points`; `dashes` are drawn and blank stretches in turn, in points."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self._axes.plot(xs, ys, color=color, linewidth=width, linestyle=(0, dashes) if dashes else "solid", zorder=self._above())

    def dot(self, x: float, y: float, *, color: str = INK, size: float = 4, shape: str = "o") -> None:
        """A mark: o, D, ^, v, s as matplotlib has them."""
        self._axes.plot(
            [x], [y], marker=shape, markersize=size, color=color, markeredgecolor=PAPER, markeredgewidth=0.6, zorder=self._above()
        )

    def arrow(self, start: Point, end: Point, *, color: str = INK, bend: float = 0.0, dashed: bool = False) -> None:
        """An arrow, bent to one side by `bend` of its length."""
        from matplotlib.patches import FancyArrowPatch

        self._axes.add_patch(
            FancyArrowPatch(
                start,
                end,
                arrowstyle="-|>",
                mutation_scale=8,
                connectionstyle=f"arc3,rad={bend}",
                color=color,
                linewidth=0.9,
                linestyle=(0, (4, 2)) if dashed else "solid",
                shrinkA=0,
                shrinkB=1,
                zorder=self._above(),
            )
        )

    def ribbon(self, left: tuple[float, float, float], right: tuple[float, float, float], fill: Fill) -> None:
        """A band from (x, top, bottom) on the left to one on the right."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        (x0, top0, low0), (x1, top1, low1) = left, right
        middle = (x0 + x1) / 2
        points = [
            *((x0, top0), (middle, top0), (middle, top1), (x1, top1)),
            *((x1, low1), (middle, low1), (middle, low0), (x0, low0)),
            (x0, top0),
        ]
        curve = [Path.CURVE4] * 3
        path = Path(points, [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY])
        above = self._above()
        self._axes.add_patch(PathPatch(path, facecolor=fill.color, alpha=0.6, linewidth=0, zorder=above))
        strokes = {"hatch": fill.hatch} if fill.hatch else {}
        self._axes.add_patch(PathPatch(path, fill=False, edgecolor=_STROKES, alpha=0.45, linewidth=0.4, zorder=above, **strokes))
