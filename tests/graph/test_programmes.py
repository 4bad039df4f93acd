"""Named campaigns, marked in running text."""

from __future__ import annotations

import re

import pytest

from jimei_kb.document import parse_text
from jimei_kb.graph.programmes import find_programmes
from jimei_kb.records import Annotations, Citation, Span


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ("扎实推进安全生产治本攻坚【“十大行动”】，统筹推进道安治理【“六大提升行动”】", ["十大行动", "六大提升行动"]),
        ("以【“五个一百”公共安全保障提升工程】和安全宣传“五进”为载体", ["五个一百公共安全保障提升工程"]),
        ("深入开展【安全生产治本攻坚三年行动】。", ["安全生产治本攻坚三年行动"]),
        ("充分利用“四不两直”、“明查暗访”等方式，完成“十四五”规划任务", []),
    ],
)
def test_programmes_in_text(marked, names):
    document = parse_text("通知\n一、" + re.sub("[【】]", "", marked) + "\n")

    found = find_programmes(document, Annotations())
    assert [programme.quote for programme in found] == re.findall("【(.*?)】", marked)
    assert [programme.name for programme in found] == names


def test_a_title_is_no_programme():
    """What stands inside a cited title is that document's name."""
    document = parse_text("通知\n一、落实《关于开展“清风行动”的通知》要求，开展“清风行动”。\n")
    at = document.text.index("《")
    title = Citation("一", Span(at, at + 15), document.text[at : at + 15], "specimen", "titled", title="关于开展“清风行动”的通知")

    assert len(find_programmes(document, Annotations())) == 2
    (left,) = find_programmes(document, Annotations(citations=(title,)))
    assert left.span.start > at + 15
