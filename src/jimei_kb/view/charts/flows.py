"""An alluvial picture: who on the left, what on the right, a band as wide as there are duties between the two."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.view.charts.canvas import height_of
from jimei_kb.view.charts.picture import Picture, label_width
from jimei_kb.view.charts.style import BLUE, GREEN, MUTED, ORANGE, PALE, PURPLE, SKY, VERMILION, Fill, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jimei_kb.view.charts.canvas import Canvas

MOST = 18  # on either side
FILLS = {
    "牵头": Fill(VERMILION, "xxx"),
    "责任": Fill(BLUE),
    "配合": Fill(SKY, "..."),
    "监管": Fill(ORANGE, "///"),
    "指挥": Fill(PURPLE, "\\\\\\"),
    "接收": Fill(GREEN, "|||"),
    "对象": Fill(PALE, "ooo"),
    "依据": Fill(PALE, "---"),
}
_SIZE = 8.5
_LABEL, _BAR, _WIDE, _GAP = 17.0, 0.14, 2.3, 0.07
_HEIGHT = 4.6  # of all bands together, without the gaps


class Flow(NamedTuple):
    """So many duties that `source` has part in as `role`, under `target`."""

    source: str
    target: str
    role: str
    duties: int


@dataclass(frozen=True, slots=True, repr=False)
class Flows(Picture):
    """Bands from sources to targets, each side in the order of the flows."""

    ends: tuple[str, str]
    flows: tuple[Flow, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """What a row has."""
        return (*self.ends, "角色", "职责数")

    def rows(self) -> list[tuple[str, ...]]:
        """A row for each band."""
        return [(one.source, one.target, one.role, str(one.duties)) for one in self._drawn()]

    @property
    def left_out(self) -> int:
        """Bands whose ends are too many."""
        return len(self.flows) - len(self._drawn())

    @property
    def key(self) -> tuple[tuple[Fill, str], ...]:
        """The roles that occur."""
        found = {one.role for one in self._drawn()}
        return tuple((fill, role) for role, fill in FILLS.items() if role in found)

    @property
    def extent(self) -> tuple[float, float]:
        """Labels on both sides; as high as the side with more names."""
        left, right = self._labels()
        high = max((sum(_heights(self._totals(side), self._scale()).values()) for side in (0, 1)), default=0.0)
        return left + _WIDE + 2 * _BAR + right, high + 0.35

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Bars with their labels on both sides, the bands between them in the order of the bars."""
        left, _ = self._labels()
        x0, x1 = x + left, x + left + _BAR + _WIDE
        for at, end, align in ((x0 + _BAR, self.ends[0], "right"), (x1, self.ends[1], "left")):
            canvas.text(at, y + 0.1, end, size=_SIZE, color=MUTED, align=align)
        scale, tops = self._scale(), []
        for side, at in ((0, x0), (1, x1)):
            totals, top, starts = self._totals(side), y + 0.3, {}
            room = _heights(totals, scale)
            for name, count in totals.items():
                high = count * scale
                start = top + (room[name] - high) / 2
                canvas.box(at, start, _BAR, high, Fill(MUTED))
                said = f"{fold(name, _LABEL - 2)} {count}"
                place, align = (at - 0.07, "right") if side == 0 else (at + _BAR + 0.07, "left")
                canvas.text(place, top + room[name] / 2, said, size=_SIZE, align=align)
                starts[name] = start
                top += room[name]
            tops.append(starts)
        for one in self._drawn():
            thick = one.duties * scale
            a, b = tops[0][one.source], tops[1][one.target]
            canvas.ribbon((x0 + _BAR, a, a + thick), (x1, b, b + thick), FILLS.get(one.role, Fill(PALE)))
            tops[0][one.source], tops[1][one.target] = a + thick, b + thick

    def _drawn(self) -> list[Flow]:
        sources = list(dict.fromkeys(one.source for one in self.flows))[:MOST]
        targets = list(dict.fromkeys(one.target for one in self.flows))[:MOST]
        rank = {name: i for names in (sources, targets) for i, name in enumerate(names)}
        kept = [one for one in self.flows if one.source in sources and one.target in targets]
        return sorted(kept, key=lambda one: (rank[one.source], rank[one.target], one.role))

    def _totals(self, side: int) -> Mapping[str, int]:
        """Duties of each name of a side, in the order in which the names first come."""
        kept = self._drawn()
        order = dict.fromkeys(one[side] for one in self.flows)
        counts: Counter[str] = Counter()
        for one in kept:
            counts[str(one[side])] += one.duties
        return {str(name): counts[str(name)] for name in order if counts[str(name)]}

    def _scale(self) -> float:
        total = sum(one.duties for one in self._drawn())
        return min(_HEIGHT / total, 0.2) if total else 0.0

    def _labels(self) -> tuple[float, float]:
        first, second = (label_width([f"{name} 000" for name in self._totals(side)], _SIZE, _LABEL) + 0.1 for side in (0, 1))
        return first, second


def _heights(totals: Mapping[str, int], scale: float) -> dict[str, float]:
    """The room of each bar: its height, or that of its label, and a gap."""
    return {name: max(count * scale, height_of(fold(name, _LABEL - 2), _SIZE)) + _GAP for name, count in totals.items()}


def count_flows(pairs: Sequence[tuple[str, str, str]]) -> tuple[Flow, ...]:
    """(source, target, role) of each duty, counted, in the order in which they first come."""
    return tuple(Flow(source, target, role, count) for (source, target, role), count in Counter(pairs).items())
