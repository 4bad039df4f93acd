"""How pictures look: the font that is shipped, colours that a colour-blind reader and a grey printer tell apart, folded labels.

Nothing is set for other people's figures: `style` holds only inside its block, matplotlib is imported there for the first time.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.view.shown import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

FAMILY = "JimeiKB Sans SC"
_FILE = "JimeiKBSansSC-Regular.otf"
# stands for a character that the font does not have, as printers have it; the text form of a picture has the character
GETA = "〓"

INK, MUTED, PALE, PAPER = "#1f2328", "#57606a", "#e6e8eb", "#ffffff"
# of Okabe and Ito's eight colours those that differ in grey too
BLUE, ORANGE, VERMILION, GREEN, SKY, PURPLE = "#0072b2", "#e69f00", "#d55e00", "#009e73", "#56b4e9", "#cc79a7"

# marks that may not begin a line, and those that may not end one
_NO_START = frozenset("，。、；：？！）》〉〕】”’％%…")
_NO_END = frozenset("（《〈〔【“‘")
# what a line is not broken inside of: a number, a Latin word, blanks
_PIECE = re.compile(r"[0-9A-Za-z.:+-]{1,12}|[ \t\n\r]+|.", re.DOTALL)
# Latin letters and digits are this much of a Chinese character wide
_NARROW = 0.6


class Fill(NamedTuple):
    """A colour, and strokes over it (`hatch` as matplotlib writes them) so that it is told apart without colour."""

    color: str
    hatch: str = ""
    edge: str = ""


@contextmanager
def style() -> Iterator[None]:
    """Draw with matplotlib's defaults and the font of the kit, whatever the caller has set; all of that is as before afterwards."""
    import matplotlib as mpl
    from matplotlib import font_manager

    path = str(font_path())
    if not any(entry.fname == path for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(path)
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": [FAMILY],
                "axes.unicode_minus": False,
                "hatch.linewidth": 0.7,
                "svg.fonttype": "path",
                "svg.hashsalt": "jimei-kb",  # ids inside the file follow from what is drawn
                "text.parse_math": False,  # a $ in a notice is a $
            }
        )
        yield


def font_path() -> str:
    """Where the shipped font lies."""
    return str(resources.files("jimei_kb.view.charts").joinpath(_FILE))


@cache
def _drawable() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(font_path()).get_charmap())


def printable(text: str) -> str:
    """`text` as the font can draw it: cleaned, 〓 for each character that it lacks."""
    drawable = _drawable()
    return "".join(char if ord(char) in drawable or char == "\n" else GETA for char in clean(text).replace("\t", " "))


def em(text: str) -> float:
    """How wide `text` is in Chinese characters, near enough to lay it out.

    >>> em("第1季度")
    3.6
    """
    return round(sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else _NARROW for char in text), 2)


def fold(text: str, width: float, lines: int = 2) -> str:
    r"""`text` in at most `lines` lines of `width` Chinese characters, … where it is cut.

    No line begins with a closing mark or ends with an opening one, no number is broken.

    >>> fold("每季度至少召开1次消防安全委员会会议，通报火情", 8)
    '每季度至少召开1\n次消防安全委员…'
    """
    folded: list[str] = [""]
    for found in _PIECE.findall(text):
        piece = found if found.strip() or "\u3000" in found else " "
        full = em(folded[-1]) + em(piece) > width
        if full and folded[-1] and piece not in _NO_START:
            carried = folded[-1][-1] if folded[-1][-1] in _NO_END and len(folded[-1]) > 1 else ""
            folded[-1] = folded[-1][: len(folded[-1]) - len(carried)]
            folded.append(carried)
        folded[-1] += piece
    if len(folded) <= lines:
        return "\n".join(folded)
    kept, last = folded[: lines - 1], folded[lines - 1]
    while em(last) + 1 > width and last:
        last = last[:-1]
    return "\n".join([*kept, f"{last}…"])


def blend(light: str, dark: str, share: float) -> str:
    """The colour at `share` (0 to 1) of the way from one colour to the other.

    >>> blend("#ffffff", "#000000", 0.5)
    '#808080'
    """
    share = min(max(share, 0.0), 1.0)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(_parts(light), _parts(dark), strict=True))


def ink_on(color: str) -> str:
    """The ink, or white where the ground is dark."""
    red, green, blue = _parts(color)
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else PAPER


def _parts(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
