"""Responsibility tags: who bears the duties before them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimei_kb.extract.tags import find_tags


def tagged(text: str) -> list[str]:
    """`role:name、name` of every name in every tag, names of one role together."""
    found: dict[str, list[str]] = {}
    for tag in find_tags(text):
        for name in tag.names:
            found.setdefault(name.role, []).append(name.name)
    return [f"{role}:{'|'.join(names)}" for role, names in found.items()]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(
            "加强检查。（牵头单位：市应急局，配合单位：市公安局、各区）", ["牵头:市应急局", "配合:市公安局|各区"], id="in brackets"
        ),
        pytest.param(
            "（牵头单位：市应急局；责任单位：市教育局，市公安局）",
            ["牵头:市应急局", "责任:市教育局|市公安局"],
            id="semicolon between fields",
        ),
        pytest.param("(牵头单位:市应急局,配合单位:市公安局)", ["牵头:市应急局", "配合:市公安局"], id="half-width marks"),
        pytest.param("责任单位：市应急局、市公安局\n完成时限：2025年底", ["责任:市应急局|市公安局"], id="on a line of its own"),
        pytest.param("责任单位：市应急局。加强检查", ["责任:市应急局"], id="ends at the full stop"),
        pytest.param("牵头单位：市应急局，完成时限：2025年底", ["牵头:市应急局"], id="another field ends the names"),
        pytest.param("督办单位：县政府办", ["监管:县政府办"], id="a supervising body"),
        pytest.param("牵头单位和责任单位：市应急局", ["牵头:市应急局"], id="a double label"),
        pytest.param("（责任部门：市应急局、市公安局等部门）", ["责任:市应急局|市公安局"], id="等部门 is no part of a name"),
        pytest.param("（牵头单位：市应急局", ["牵头:市应急局"], id="the bracket is never closed"),
    ],
)
def test_labelled_tags(text: str, names: list[str]) -> None:
    """牵头单位：, 配合单位：, 责任单位： and the like open a list of names each."""
    assert tagged(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("（市应急局负责）", ["责任:市应急局"], id="one"),
        pytest.param("（市教育局、市公安局按职责分工负责）", ["责任:市教育局|市公安局"], id="several"),
        pytest.param("（各地区、各有关部门负责）", ["责任:各地区|各有关部门"], id="all"),
        pytest.param("（市应急局牵头）", ["牵头:市应急局"], id="one leads"),
        pytest.param("（市教育局牵头，市公安局、市应急局配合）", ["牵头:市教育局", "配合:市公安局|市应急局"], id="one leads, others help"),
        pytest.param(
            "（市应急局牵头，市公安局、市住建局等部门按职责分工负责）",
            ["牵头:市应急局", "责任:市公安局|市住建局"],
            id="one leads, others do",
        ),
        pytest.param("（市教育局负责，市公安局参与）", ["责任:市教育局", "配合:市公安局"], id="one does, one takes part"),
        pytest.param("（市教育局指导，市公安局支持）", ["监管:市教育局", "配合:市公安局"], id="one guides, one supports"),
        pytest.param(
            "（市教育局、市公安局负责。列第一位者为牵头单位，下同）", ["牵头:市教育局", "责任:市公安局"], id="the first one leads"
        ),
    ],
)
def test_tags_without_labels(text: str, names: list[str]) -> None:
    """The verb at the end of each part says which part its names have."""
    assert tagged(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("责任单位：市应急局，各区、县级市", "市应急局|各区、县级市", id="areas that share one 各"),
        pytest.param("责任单位：各省、自治区、直辖市", "各省、自治区、直辖市", id="three of them"),
        pytest.param("责任单位：市人力资源和社会保障局", "市人力资源和社会保障局", id="和 inside a name"),
        pytest.param("责任单位：市人力资源和社会保障局、市公安局", "市人力资源和社会保障局|市公安局", id="and in a list"),
        pytest.param("责任单位：市教育局和市公安局", "市教育局|市公安局", id="和 between names"),
        pytest.param("（责任单位：各镇（街道）、区直各部门）", "各镇（街道）|区直各部门", id="brackets inside a name"),
        pytest.param("（责任单位：市应急局（安委办）、市公安局）", "市应急局（安委办）|市公安局", id="a second name in brackets"),
    ],
)
def test_a_list_is_split_between_names_only(text: str, names: str) -> None:
    """、 and 和 also stand inside names."""
    assert tagged(text) == [f"责任:{names}"]


@pytest.mark.parametrize(
    "text",
    [
        "（2024年10月1日）",
        "（集府〔2024〕90号）",
        "（试行）",
        "（以下简称领导小组）",
        "（二房东）",
        "（含新闻媒体、社会单位）",
        "（市应急局、市公安局）",  # named, but given no part
        "（主要负责人）",  # 负责 inside a noun
        "（甲负责）",  # no name
        "（联系人：张三，电话：12345678）",
        "检查责任单位：是否落实",  # the words of a label inside a sentence
        "（责任单位：）",
        "责任单位：",
        "",
    ],
)
def test_a_bracket_that_names_no_bearer_is_no_tag(text: str) -> None:
    """Dates, numbers, explanations, contacts, empty fields."""
    assert find_tags(text) == []


def test_a_tag_covers_its_brackets() -> None:
    """So that it can be cut out of the sentence before it."""
    text = "加强检查（市应急局负责）。加强宣传（责任单位：市公安局）。"
    assert [text[t.start : t.end] for t in find_tags(text)] == ["（市应急局负责）", "（责任单位：市公安局）"]


def test_a_long_bracket_is_no_tag() -> None:
    """No tag names a thousand bodies."""
    assert find_tags(f"（{'市公安局、' * 1000}市应急局负责）") == []


_NAMES = ["市应急局", "市公安局、", "各区", "县级市", "市人力资源和社会保障局", "等部门"]
_CUES = [
    "（牵头单位：",
    "；配合单位：",
    "责任单位：",
    "牵头单位:",
    "完成时限：",
    "和",
    "及",
    "负责）",
    "（",
    "牵头，",
    "配合）",
    "按职责分工",
]
_REST = ["列第一位者为牵头单位", "下同", "2025年", "加强检查"]
_MARKS = "：、，；（）()[]。\n "
_WORDS = st.sampled_from([*_NAMES, *_CUES, *_REST, *_MARKS])


@settings(derandomize=True, deadline=None, max_examples=500)
@given(st.lists(_WORDS, max_size=25).map("".join))
def test_tags_do_not_overlap_and_hold_their_names(text: str) -> None:
    """Whatever the brackets: each name is a true quotation inside its tag, each tag behind the one before."""
    at = 0
    for tag in find_tags(text):
        assert at <= tag.start < tag.end <= len(text)
        assert tag.names
        for name in tag.names:
            assert tag.start <= name.start < name.end <= tag.end
            assert name.name == text[name.start : name.end]
        at = tag.end
