"""The font has every character that is shipped, nothing is left set, labels fold, colours are told apart without colour."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from jimei_kb.view.charts import ageing, bullets, flows, ladder, timeline
from jimei_kb.view.charts.style import FAMILY, GETA, blend, em, fold, font_path, ink_on, printable, style

SHIPPED = (
    "src/**/*.py",
    "src/**/*.toml",
    "src/**/*.csv",
    "data/**/*.txt",
    "data/**/*.csv",
    "data/**/*.toml",
    "kb/**/*.csv",
    "kb/**/*.jsonl",
)


@pytest.fixture(scope="module")
def shipped(root):
    """Every character that somebody is shown: notices, results, tables, rules and what the code says."""
    texts = [path.read_text(encoding="utf-8-sig") for pattern in SHIPPED for path in root.glob(pattern)]
    assert len(texts) > 150
    # 一-鿿 in a pattern is a range of characters, nothing that is shown
    found = {char for text in texts for char in text.replace("一-鿿", "") if not unicodedata.category(char).startswith("C")}
    # a variation selector and the like is drawn with the character before it
    return sorted(char for char in found if not unicodedata.combining(char) and unicodedata.category(char) != "Mn")


def draw(text):
    """`text` drawn as it is. A missing character is a warning of matplotlib, and a warning is an error here."""
    with style():
        figure = Figure(figsize=(10, 10))
        figure.text(0, 0, text)
        FigureCanvasAgg(figure).draw()


def test_every_shipped_character_can_be_drawn(shipped):
    assert len(shipped) > 1900
    draw("\n".join("".join(shipped[i : i + 100]) for i in range(0, len(shipped), 100)))


def test_a_missing_character_is_an_error_here():
    with pytest.raises(UserWarning, match=r"Glyph .* missing"):
        draw("𠮷")


def test_gb2312_and_names_can_be_drawn():
    """镕 and the others stand in names and not in GB2312; the last one is from the third part of 通用规范汉字表."""
    rows = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    gb2312 = "".join(char for row in rows if len(char := row.decode("gb2312", errors="ignore")) == 1)
    text = f"{gb2312}镕昇玥堃喆垚犇·〔〕—…℃㎡①⑳✓䲟𬭛𫓧"
    assert len(gb2312) > 7000
    assert printable(text) == text


def test_what_the_font_lacks_is_drawn_as_a_mark():
    """So an odd character in a notice is no warning in somebody's notebook."""
    assert printable("𠮷野家\x1b[31m\u202e") == f"{GETA}野家[31m"
    draw(printable("𠮷 \U0001f525 \ud800"))


def test_the_font_has_a_name_of_its_own_and_its_licence(root):
    """The licence reserves the name of what was changed."""
    from fontTools.ttLib import TTFont

    names = {str(name) for name in TTFont(font_path())["name"].names if name.nameID in {1, 4, 6}}
    assert names == {FAMILY, "JimeiKBSansSC-Regular"}
    licence = (root / "src/jimei_kb/view/charts/OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "subset of Noto Sans SC" in licence


def test_nothing_is_left_set():
    """Neither by the block nor by what the caller had set: both go on as before, and the caller's style does not get in."""
    with mpl.rc_context({"axes.facecolor": "red", "text.usetex": True, "font.size": 3}):
        before = dict(mpl.rcParams)
        with style():
            assert mpl.rcParams["font.family"] == [FAMILY]
            assert not mpl.rcParams["text.usetex"]
        assert dict(mpl.rcParams) == before


def test_the_font_is_registered_once():
    for _ in range(3):
        with style():
            pass
    assert [entry.fname for entry in font_manager.fontManager.ttflist].count(font_path()) == 1


def test_importing_pictures_imports_no_matplotlib():
    code = "import jimei_kb.view.charts.of_base, jimei_kb.view.charts.of_evaluation, sys; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


@given(st.text(alphabet="消防，。（）《》〔〕 a1%\n\u3000"), st.integers(2, 12), st.integers(1, 4))
def test_folded_text_fits(text, width, lines):
    """Within the width but for one mark that may not begin a line; nothing is lost that … does not tell of."""
    folded = fold(text, width, lines=lines)
    assert folded.count("\n") < lines
    if "…" not in folded:
        assert "".join(folded.split()) == "".join(text.split())
    for line in folded.split("\n"):
        assert em(line.rstrip("，。）》〕%")) <= max(width, 12 * 0.6) + 1


@pytest.mark.parametrize(
    ("text", "width", "folded"),
    [
        ("组织开展检查，主持召开会议", 6, "组织开展检查，\n主持召开会议"),  # no line begins with a comma
        ("国务院办公厅《行动方案》", 7, "国务院办公厅\n《行动方案》"),  # none ends with 《
        ("集街办〔2024〕46号", 5, "集街办\n〔2024〕\n46号"),  # a number stays whole
    ],
)
def test_lines_break_where_print_does(text, width, folded):
    assert fold(text, width, lines=3) == folded


def luminance(color):
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


@pytest.mark.parametrize("room", [ageing, bullets, flows, ladder, timeline], ids=lambda room: room.__name__.rpartition(".")[2])
def test_fills_differ_in_strokes_or_in_grey(room):
    """Never by colour alone: of two fills of a picture one has other strokes, or is plainly darker."""
    fills = list(room.FILLS.items())
    for i, (name, fill) in enumerate(fills):
        for other, second in fills[i + 1 :]:
            assert fill.hatch != second.hatch or abs(luminance(fill.color) - luminance(second.color)) > 0.05, (name, other)


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_words_stand_out_from_their_ground(red, green, blue):
    ground = f"#{red:02x}{green:02x}{blue:02x}"
    assert abs(luminance(ink_on(ground)) - luminance(ground)) > 0.4


def test_blending_stays_between_its_ends():
    assert [blend("#ffffff", "#000000", share) for share in (-1, 0, 1, 7)] == ["#ffffff", "#ffffff", "#000000", "#000000"]
