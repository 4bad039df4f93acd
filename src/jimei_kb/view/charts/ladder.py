"""Levels from above: documents and bodies as boxes, each on the rung of its level, with arrows between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from jimei_kb.view.charts.canvas import height_of
from jimei_kb.view.charts.picture import Picture
from jimei_kb.view.charts.style import INK, MUTED, PALE, PAPER, SKY, Fill, blend, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jimei_kb.view.charts.canvas import Canvas, Point

Kind = Literal["held", "cited", "group", "body"]
MOST, MOST_RUNGS = 12, 21  # boxes on a rung; three chains of seven levels
FILLS: dict[Kind, Fill] = {
    "held": Fill(blend(PAPER, SKY, 0.55), edge=INK),
    "cited": Fill(PAPER, edge=MUTED),
    "group": Fill(PAPER, "....", edge=MUTED),
    "body": Fill(PALE, edge=MUTED),
}
_MEANINGS: dict[Kind, str] = {
    "held": "已收录的文件",
    "cited": "未收录，只见于引用",
    "group": "统称，未写明是哪份文件",
    "body": "机构、主体",
}
_FAINT = "#8c959f"
_DASHED: frozenset[Kind] = frozenset({"cited", "group"})
_SIZE, _SMALL = 7.5, 8.5
_NAME, _BOX, _GAP, _ACROSS = 1.0, 1.78, 0.14, 4  # inches, inches, inches, boxes in a line
_LINES = 5
_BETWEEN = 0.2


class Box(NamedTuple):
    """A document or a body. `id` is what arrows call it."""

    id: str
    text: str
    kind: Kind


class Rung(NamedTuple):
    """A level with its boxes; `note` says what is lacking there."""

    name: str
    boxes: tuple[Box, ...]
    note: str = ""


class Arrow(NamedTuple):
    """From one box to another, in which relation: 依据, 主送."""

    source: str
    target: str
    relation: str


@dataclass(frozen=True, slots=True, repr=False)
class Ladder(Picture):
    """The rungs from above, and the arrows between their boxes."""

    rungs: tuple[Rung, ...]
    arrows: tuple[Arrow, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """What a row has."""
        return ("层级", "文件或主体", "类别", "指向")

    def rows(self) -> list[tuple[str, ...]]:
        """A row for each box, and one for a rung without any."""
        names = {box.id: box.text for rung in self.rungs for box in rung.boxes}
        found: list[tuple[str, ...]] = []
        for rung in self._drawn():
            for box in rung.boxes[:MOST]:
                leads = (f"{arrow.relation}→{names[arrow.target]}" for arrow in self.arrows if arrow.source == box.id)
                found.append((rung.name, box.text, _MEANINGS[box.kind], "；".join(leads)))
            if not rung.boxes or rung.note:
                found.append((rung.name, "", rung.note, ""))
        return found

    @property
    def left_out(self) -> int:
        """Boxes that are too many for their rung, and those of rungs that are too many."""
        return sum(len(rung.boxes) - (min(len(rung.boxes), MOST) if i < MOST_RUNGS else 0) for i, rung in enumerate(self.rungs))

    @property
    def key(self) -> tuple[tuple[Fill, str], ...]:
        """The kinds that occur."""
        found = {box.kind for rung in self._drawn() for box in rung.boxes[:MOST]}
        return tuple((fill, _MEANINGS[kind]) for kind, fill in FILLS.items() if kind in found)

    @property
    def extent(self) -> tuple[float, float]:
        """As high as the boxes on each rung ask for."""
        return _NAME + _ACROSS * (_BOX + _GAP), sum(_height(rung) for rung in self._drawn())

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Rungs, then arrows, then boxes over them."""
        right = x + self.extent[0]
        places: dict[str, tuple[float, float, float]] = {}
        top = y
        for i, rung in enumerate(self._drawn()):
            height = _height(rung)
            if i % 2 == 0:
                canvas.box(x, top, right - x, height, Fill("#f6f8fa"))
            name = f"{rung.name}\n{fold(rung.note, 7, lines=4)}" if rung.note else rung.name
            canvas.text(x + 0.08, top + height / 2, name, size=_SMALL, color=MUTED if rung.note else INK)
            for left, above, high, box in _placed(rung):
                places[box.id] = (x + left, top + above, high)
            top += height
        for arrow in self.arrows:
            if arrow.source in places and arrow.target in places:
                start, end = _ends(places[arrow.source], places[arrow.target])
                canvas.arrow(start, end, color=_FAINT, bend=0.25 if abs(start[1] - end[1]) < 0.01 else 0.0, dashed=arrow.relation == "主送")
        for rung in self._drawn():
            for box in rung.boxes[:MOST]:
                left, above, high = places[box.id]
                canvas.box(left, above, _BOX, high, FILLS[box.kind], dashed=box.kind in _DASHED)
                if FILLS[box.kind].hatch:
                    canvas.box(left + 0.05, above + 0.05, _BOX - 0.1, high - 0.1, Fill(PAPER))
                canvas.text(left + _BOX / 2, above + high / 2, _folded(box), size=_SIZE, align="center")

    def _drawn(self) -> tuple[Rung, ...]:
        return self.rungs[:MOST_RUNGS]


def _folded(box: Box) -> str:
    return fold(box.text, (_BOX - 0.12) * 72 / _SIZE, lines=_LINES)


def _high(box: Box) -> float:
    return height_of(_folded(box), _SIZE) + 0.1


def _lines(rung: Rung) -> Iterator[tuple[tuple[Box, ...], float]]:
    """The boxes of a rung line by line, with the height of each line."""
    boxes = rung.boxes[:MOST]
    for i in range(0, len(boxes), _ACROSS):
        line = boxes[i : i + _ACROSS]
        yield line, max(map(_high, line))


def _placed(rung: Rung) -> Iterator[tuple[float, float, float, Box]]:
    """(left, top, height, box) within a rung, few boxes in its middle."""
    top = _BETWEEN
    for line, high in _lines(rung):
        wide = _ACROSS * (_BOX + _GAP)
        step = wide / len(line)
        for i, box in enumerate(line):
            yield _NAME + step * (i + 0.5) - _BOX / 2, top, high, box
        top += high + _BETWEEN / 2


def _height(rung: Rung) -> float:
    boxes = sum(high + _BETWEEN / 2 for _, high in _lines(rung)) + 1.5 * _BETWEEN
    said = height_of(f"{rung.name}\n{fold(rung.note, 7, lines=4)}" if rung.note else rung.name, _SMALL) + 0.15
    return max(boxes, said, 0.42)


def _ends(start: tuple[float, float, float], end: tuple[float, float, float]) -> tuple[Point, Point]:
    """The points of two boxes that look at each other: bottom and top, or the sides on one height."""
    (x0, y0, high0), (x1, y1, high1) = start, end
    if y0 == y1:
        left, right = (x0 + _BOX, y0 + high0 / 2), (x1, y1 + high1 / 2)
        return (left, right) if x0 < x1 else ((x0, y0 + high0 / 2), (x1 + _BOX, y1 + high1 / 2))
    if y0 > y1:
        return (x0 + _BOX / 2, y0), (x1 + _BOX / 2, y1 + high1)
    return (x0 + _BOX / 2, y0 + high0), (x1 + _BOX / 2, y1)
