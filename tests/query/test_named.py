"""Names of lists: asked for their members or not, unfolded by the text or not."""

from __future__ import annotations

import pytest

from jimei_kb.document import parse_text
from jimei_kb.graph.schema import Reading
from jimei_kb.query.named import asked_list, mentions, unfolded
from jimei_kb.query.passages import passages_of

# made up
BODY = (
    "一、任务。落实“四个一”（一队、一室、一册、一图）制度，推进“九大行动”。"
    "整治商场、医院等“大场所”，落实网吧、酒吧、歌厅三类场所检查。落实“两看一查”要求，推动甲、“六小”、乙整改。"
)


@pytest.fixture(scope="module")
def passages():
    return passages_of([Reading(parse_text(f"关于做好工作的通知\n各社区：\n{BODY}\n", slug="x"))])


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("“九大行动”具体是哪九个？", "九大行动"),
        ("九大行动有哪些？", "九大行动"),
        ("什么是大场所？", "大场所"),
        ("哪些单位属于“大场所”？", "大场所"),
        ("两看一查查什么？", "两看一查"),
        # another thing is asked of it
        ("九大行动怎么推进？", None),
        ("“大场所”有哪些整治要求？", None),
        # the documents do not have the name
        ("八大行动有哪些？", None),
    ],
)
def test_a_question_for_the_members(passages, question, name):
    assert asked_list(question, passages) == name


@pytest.mark.parametrize(
    ("name", "said"), [("四个一", True), ("大场所", True), ("三类场所", True), ("九大行动", False), ("两看一查", False), ("六小", False)]
)
def test_whether_the_text_says_them(passages, name, said):
    assert bool(unfolded(name, passages)) == said
    assert mentions(name, passages)
