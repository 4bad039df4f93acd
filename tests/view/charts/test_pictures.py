"""What holds for every picture: it prints its numbers, nothing is cut or lies over something else, same picture, same bytes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from jimei_kb.errors import ResultsError
from jimei_kb.view.charts.ageing import Age, Ageing
from jimei_kb.view.charts.bullets import Bullet, Bullets
from jimei_kb.view.charts.flows import Flow, Flows
from jimei_kb.view.charts.grid import MOST_COLUMNS, MOST_ROWS, Cell, Grid
from jimei_kb.view.charts.ladder import Arrow, Box, Ladder, Rung
from jimei_kb.view.charts.slopes import Slope, Slopes
from jimei_kb.view.charts.timeline import Due, Timeline

DAY = date(2024, 3, 1)
# one of each kind, small
KINDS = {
    "ageing": Ageing("题", (Age("甲", 30, 20, "逾期销案"), Age("乙", 5, None, "未销案（无期限）"))),
    "bullets": Bullets("题", (Bullet("甲", 72.5, 80.0, "≥ ", "%", "未达标"), Bullet("乙", None, 100.0, "≥ ", "%", "未报"))),
    "flows": Flows("题", ("主体", "条款"), (Flow("甲", "一", "责任", 3), Flow("乙", "一", "配合", 1))),
    "grid": Grid("题", "条款", ("一", "二"), ("甲", "乙"), ((Cell("3"), Cell()), (Cell(), Cell("4")))),
    "ladder": Ladder("题", (Rung("省", (Box("1", "甲", "cited"),)), Rung("市", (Box("2", "乙", "held"),))), (Arrow("2", "1", "依据"),)),
    "slopes": Slopes("题", ("2023年", "2024年"), (Slope("起数", "甲", 3, 1), Slope("起数", "乙", 1, 2))),
    "timeline": Timeline("题", 2024, (("甲", (Due("1季度", date(2024, 1, 1), date(2024, 3, 31), "按期", done=(DAY,)),)),)),
}
# a change of one number in each
CHANGES = {
    "ageing": {"ages": (Age("甲", 31, 20, "逾期销案"), Age("乙", 5, None, "未销案（无期限）"))},
    "bullets": {"bullets": (Bullet("甲", 72.6, 80.0, "≥ ", "%", "未达标"), Bullet("乙", None, 100.0, "≥ ", "%", "未报"))},
    "flows": {"flows": (Flow("甲", "一", "责任", 4), Flow("乙", "一", "配合", 1))},
    "grid": {"cells": ((Cell("3"), Cell()), (Cell(), Cell("5")))},
    "ladder": {"arrows": (Arrow("1", "2", "依据"),)},
    "slopes": {"slopes": (Slope("起数", "甲", 3, 0), Slope("起数", "乙", 1, 2))},
    "timeline": {"lines": (("甲", (Due("1季度", date(2024, 1, 1), date(2024, 3, 31), "按期", done=(date(2024, 3, 2),)),)),)},
}


def boxes(figure):
    """Every text of a figure with the rectangle that it covers, in points of the screen."""
    agg = FigureCanvasAgg(figure)
    agg.draw()
    texts = [text for text in figure.axes[0].texts if text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent(agg.get_renderer())) for text in texts], figure.bbox


@pytest.fixture(scope="session")
def drawn(picture):
    """Every text of a picture with its place, drawn once for all tests."""
    return boxes(picture.figure())


@pytest.fixture(scope="session")
def files(picture):
    """The picture as PNG and SVG."""
    return picture.png(), picture.svg()


def test_nothing_is_cut_off(drawn):
    found, whole = drawn
    assert found
    for text, box in found:
        assert whole.x0 <= box.x0, text
        assert box.x1 <= whole.x1, text
        assert whole.y0 <= box.y0, text
        assert box.y1 <= whole.y1, text


def test_no_two_words_lie_over_each_other(drawn):
    found, _ = drawn
    for (text, box), (other, second) in combinations(found, 2):
        across = min(box.x1, second.x1) - max(box.x0, second.x0)
        upright = min(box.y1, second.y1) - max(box.y0, second.y0)
        assert across <= 1 or upright <= 3, (text, other)


def test_same_picture_same_bytes(picture, files):
    assert (picture.png(), picture.svg()) == files


def test_png_and_alt_text(picture):
    data, details = picture._repr_png_()
    image = Image.open(io.BytesIO(data))
    image.verify()
    assert image.format == "PNG"
    assert len(data) < 200_000
    assert details["alt"].startswith(picture.title)


def test_svg_needs_nothing(files):
    """Well formed, without a time, without a program or a picture from elsewhere."""
    text = files[1].decode("utf-8")
    root = ET.fromstring(text)
    assert {element.tag.rpartition("}")[2] for element in root.iter()} & {"script", "image", "foreignObject", "a"} == set()
    assert "<dc:date>" not in text
    assert "matplotlib.org" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_number_is_a_changed_text(kind):
    picture = KINDS[kind]
    changed = replace(picture, **CHANGES[kind])
    assert repr(changed) != repr(picture)
    assert changed.png() != picture.png()


@pytest.mark.parametrize("kind", KINDS)
def test_the_label_is_always_said(kind):
    labelled = replace(KINDS[kind], label="示例数据")
    assert "【示例数据】" in repr(labelled)
    assert "【示例数据】" in labelled.alt
    assert any("【示例数据】" in text.get_text() for text in labelled.figure().axes[0].texts)


MANY = 100
LARGE = {
    "ageing": replace(KINDS["ageing"], ages=tuple(Age(f"隐患{i}", i, None, "未销案（无期限）") for i in range(MANY))),
    "bullets": replace(KINDS["bullets"], bullets=tuple(Bullet(f"指标{i}", i, 50, "≥ ", "次", "达标") for i in range(MANY))),
    "flows": replace(KINDS["flows"], flows=tuple(Flow(f"主体{i}", f"条款{i}", "责任", 1) for i in range(MANY))),
    "grid": Grid("题", "条款", tuple(map(str, range(MANY))), tuple(map(str, range(MANY))), ((Cell("1"),) * MANY,) * MANY),
    "ladder": replace(KINDS["ladder"], rungs=(Rung("省", tuple(Box(str(i), f"文件{i}", "cited") for i in range(MANY))),), arrows=()),
    "slopes": replace(KINDS["slopes"], slopes=tuple(Slope(f"数{i}", "甲", i, 1) for i in range(MANY))),
    "slopes of many units": replace(KINDS["slopes"], slopes=tuple(Slope("起数", f"甲{i}", i, MANY - i) for i in range(MANY))),
    "ladder of many rungs": replace(
        KINDS["ladder"], rungs=tuple(Rung(f"级{i}", (Box(str(i), f"文件{i}", "cited"),)) for i in range(MANY)), arrows=()
    ),
    "grid without what is not drawn": Grid(
        "题", "条款", tuple(map(str, range(MANY))), tuple(map(str, range(MANY))), ((Cell("1"),) * MOST_COLUMNS,) * MOST_ROWS
    ),
    "timeline": replace(KINDS["timeline"], lines=tuple((f"事{i}", (Due("年", DAY, DAY, "应做"),)) for i in range(MANY))),
}


@pytest.mark.parametrize("kind", LARGE)
def test_much_is_bounded_and_said(kind):
    """A picture stays readable; how much it does not show stands in it and in the text."""
    picture = LARGE[kind]
    assert picture.left_out > 0
    said = f"另有 {picture.left_out} 项未画出"
    assert said in repr(picture)
    figure = picture.figure()
    assert any(said in text.get_text() for text in figure.axes[0].texts)
    assert max(figure.get_size_inches()) < 30


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_to_draw_is_drawn_too(kind):
    empty = dict.fromkeys(CHANGES[kind], ()) | ({"names": ()} if kind == "grid" else {}) | ({"rungs": ()} if kind == "ladder" else {})
    assert replace(KINDS[kind], **empty).png()


odd = st.text(max_size=60)


@settings(max_examples=12)
@given(odd, odd, odd)
def test_any_text_can_be_drawn(one, other, third):
    """$, control characters, half characters, what no font has: no warning, no markup, and the text form is clean."""
    pictures = [
        Bullets(one, (Bullet(other, 1, 2, "≥ ", third, "达标"),)),
        Grid(one, other, (third,), (other,), ((Cell(third),),)),
        Ladder(one, (Rung(third, (Box("1", other, "cited"),), note=other),), ()),
        Flows(one, (other, third), (Flow(other, third, "责任", 1),)),
        Slopes(one, (other, third), (Slope(other, third, 1, 2),)),
    ]
    for picture in pictures:
        FigureCanvasAgg(picture.figure()).draw()
        assert "\x1b" not in repr(picture)
    ET.fromstring(pictures[0].svg())


def test_the_same_bytes_in_another_process():
    """Whatever order Python keeps its sets in."""
    code = """
import hashlib
from jimei_kb.view.charts.flows import Flow, Flows
picture = Flows("题", ("主体", "条款"), (Flow("甲", "一", "责任", 3), Flow("乙", "一", "配合", 1)))
print(hashlib.sha256(picture.png() + picture.svg()).hexdigest())
"""
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout != ""


@pytest.mark.parametrize("suffix", [".png", ".SVG"])
def test_saving(tmp_path, suffix):
    picture, path = KINDS["bullets"], tmp_path / "folder" / f"a{suffix}"
    picture.save(path)
    assert path.read_bytes() == (picture.png() if suffix == ".png" else picture.svg())


def test_saving_in_another_form_says_what_can_be(tmp_path):
    with pytest.raises(ResultsError, match=r"只能存为 .png 或 .svg，后缀是“.pdf”"):
        KINDS["bullets"].save(tmp_path / "a.pdf")
