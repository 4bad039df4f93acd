"""A picture: an object that prints what it draws. So a changed number is a changed text, and nobody needs eyes to read it.

A notebook shows the PNG, and a test of the notebook compares the text. SVG is there to be saved or printed; it is no form
that a notebook takes by itself, because notebooks that nobody trusts leave it blank.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jimei_kb.errors import ResultsError
from jimei_kb.view.charts.canvas import Canvas, height_of, width_of
from jimei_kb.view.charts.style import INK, MUTED, Fill, em, fold, printable, style
from jimei_kb.view.shown import clean, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

MARGIN = 0.25
_TITLE, _NOTE, _KEY = 12.0, 8.5, 8.5  # points
_SWATCH, _KEY_LINE = 0.22, 0.26
_DPI, _COLOURS = 100, 128
# no wider than this; a page is 7 inches between its margins, a screen shows 10
_LEAST_WIDTH = 6.0
# rows that the words for a picture name one by one
_SPOKEN = 12


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """What all pictures have: a title, notes below it, and the `label` of illustrative results. Each kind adds what it draws.

    `repr` is the text form with every number drawn, `figure()` a matplotlib Figure, `png()` and `svg()` the drawn forms; the same
    picture gives the same bytes. `save` writes either, `alt` says the picture to those who do not see it.
    """

    title: str
    notes: tuple[str, ...] = field(default=(), kw_only=True)
    label: str = field(default="", kw_only=True)

    @property
    def header(self) -> tuple[str, ...]:
        """The headings above `rows()`."""
        raise NotImplementedError

    def rows(self) -> list[tuple[str, ...]]:
        """What is drawn, as texts, row by row."""
        raise NotImplementedError

    @property
    def left_out(self) -> int:
        """How many things there are besides, which would not be readable any more."""
        return 0

    @property
    def key(self) -> tuple[tuple[Fill, str], ...]:
        """What colours and strokes mean."""
        return ()

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height of what `draw` draws, in inches."""
        raise NotImplementedError

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it, its upper left corner at the point that is given."""
        raise NotImplementedError

    def figure(self) -> Figure:
        """A matplotlib Figure of its own, which no window and no list of matplotlib knows."""
        with style():
            return self._canvas().figure

    def png(self) -> bytes:
        """The picture as PNG, 100 dots to the inch, in 128 colours: a third of the bytes, and nobody sees it."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from PIL import Image

        with style():
            figure = self._canvas().figure
            figure.set_dpi(_DPI)
            agg: Any = FigureCanvasAgg(figure)  # matplotlib gives its canvas no types
            agg.draw()
        data = io.BytesIO()
        size = agg.get_width_height()
        drawn = Image.frombuffer("RGBA", size, agg.buffer_rgba()).convert("RGB")
        drawn = drawn.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        drawn.save(data, format="png", optimize=True, dpi=(_DPI, _DPI))
        return data.getvalue()

    def svg(self) -> bytes:
        """The picture as SVG; characters are outlines, so that no font is needed."""
        data = io.BytesIO()
        # no time, no version
        details = {"Date": None, "Creator": None, "Title": printable(self.alt)}
        with style():
            self._canvas().figure.savefig(data, format="svg", metadata=details)
        return data.getvalue()

    def save(self, path: str | Path) -> None:
        """Write a .png or .svg file. Raises ResultsError for another suffix."""
        place = Path(path)
        forms = {".png": self.png, ".svg": self.svg}
        if place.suffix.lower() not in forms:
            raise ResultsError(f"{place}：图片只能存为 .png 或 .svg，后缀是“{place.suffix}”；请改文件名")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(forms[place.suffix.lower()]())

    @property
    def alt(self) -> str:
        """The picture in words: its title, the notes, and what it shows, one row after the other."""
        rows = self.rows()
        said = ["，".join(cell for cell in row if cell) for row in rows[:_SPOKEN]]
        more = [f"等 {len(rows)} 行"] if len(rows) > _SPOKEN else []
        return "。".join(clean(part).replace("\n", " ").rstrip("。") for part in (*self._above, "；".join([*said, *more])) if part)

    @property
    def _above(self) -> tuple[str, ...]:
        """Title, label, notes, and how much is not drawn."""
        label = (f"【{self.label}】",) if self.label else ()
        return (self.title, *label, *self.notes, *([f"另有 {self.left_out} 项未画出"] if self.left_out else []))

    def __repr__(self) -> str:
        """Title and notes, then a line for each row."""
        said = [clean(line).replace("\n", " ") for line in self._above]
        return "\n".join([*said, table(self.header, self.rows()).text])

    def _repr_png_(self) -> tuple[bytes, dict[str, str]]:
        return self.png(), {"alt": self.alt}

    def _canvas(self) -> Canvas:
        width, height = self.extent
        inner = max(width, _LEAST_WIDTH)
        heads = list(self._heads(inner))
        keys, key_height = self._placed_key(inner)
        head = sum(height_of(text, size) for text, size, _ in heads) + 0.1
        canvas = Canvas(inner + 2 * MARGIN, head + height + key_height + 2 * MARGIN)
        y = MARGIN
        for text, size, color in heads:
            canvas.text(MARGIN, y, text, size=size, color=color, upright="top")
            y += height_of(text, size)
        self.draw(canvas, MARGIN, MARGIN + head)
        top = MARGIN + head + height + 0.12
        for x, line, fill, meaning in keys:
            at = top + line * _KEY_LINE
            edge = fill if fill.edge else fill._replace(edge=MUTED)
            canvas.box(MARGIN + x, at, _SWATCH, 0.15, edge)
            canvas.text(MARGIN + x + _SWATCH + 0.06, at + 0.075, meaning, size=_KEY, color=MUTED)
        return canvas

    def _heads(self, width: float) -> Iterator[tuple[str, float, str]]:
        """(folded text, size, colour) of what stands above."""
        for i, line in enumerate(self._above):
            size, color = (_TITLE, INK) if i == 0 else (_NOTE, INK if self.label and i == 1 else MUTED)
            yield fold(line, width * 72 / size, lines=3), size, color

    def _placed_key(self, width: float) -> tuple[list[tuple[float, int, Fill, str]], float]:
        """(x, line, fill, meaning) of each entry of the key, and the height of all."""
        placed, x, line = [], 0.0, 0
        for fill, meaning in self.key:
            step = _SWATCH + 0.06 + width_of(meaning, _KEY) + 0.2
            if x and x + step > width:
                x, line = 0.0, line + 1
            placed.append((x, line, fill, meaning))
            x += step
        return placed, 0.12 + (line + 1) * _KEY_LINE if placed else 0.0


def label_width(labels: list[str], size: float, most: float) -> float:
    """How many Chinese characters the longest label needs, but no more than `most`."""
    return min(max((em(label) for label in labels), default=0.0) + 0.6, most + 0.6) * size / 72
