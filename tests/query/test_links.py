"""Finding documents by what people call them."""

from __future__ import annotations

import pytest

from jimei_kb.errors import GraphError
from jimei_kb.query.links import describe_document, find_documents, find_reading

UPPER, LOWER = "岫政〔2024〕12号", "望街办〔2024〕15号"


@pytest.mark.parametrize(
    "wanted",
    [
        UPPER,
        "岫政[2024]12 号",
        "岫政〔2024〕第012号",
        "yunxiu-2024-12",
        "澜江市云岫区人民政府关于下达2024年度消防工作目标责任的通知",
        "《澜江市云岫区人民政府 关于下达2024年度消防工作目标责任的通知》",
        "云岫区人民政府关于下达",
    ],
)
def test_a_document_is_found_by_number_file_name_title_and_part_of_the_title(specimen_kb, wanted):
    """Whatever the spelling of the brackets and blanks."""
    assert find_reading(specimen_kb, wanted).document.key == UPPER


def test_a_cited_document_is_found_too_but_has_no_reading(specimen_kb):
    (node,) = find_documents(specimen_kb, "青岚省消防条例")
    assert node.unresolved
    with pytest.raises(GraphError, match=r"只是被引用，.* 没有收录它"):
        find_reading(specimen_kb, "青岚省消防条例")


@pytest.mark.parametrize(
    ("wanted", "said"), [("消防工作目标责任", "对应 3 份文件"), ("望街〔2024〕15号", "既没有收录也没有引用"), ("", "既没有")]
)
def test_what_does_not_fit_one_document_is_said(specimen_kb, wanted, said):
    with pytest.raises(GraphError, match=said):
        find_documents(specimen_kb, wanted)


def test_a_held_document_says_by_its_head_who_issued_it(specimen_kb):
    links = specimen_kb.links
    held = describe_document(links.node(f"document:{LOWER}"), links)
    assert (held.held, held.issuers, held.certainty, held.date) == (True, ("澜江市云岫区人民政府望湖街道办事处",), "A", "2024-04-10")
    cited = describe_document(find_documents(specimen_kb, "电动自行车火灾防控三年行动方案")[0], links)
    assert (cited.held, cited.issuers, cited.certainty, cited.number) == (False, ("澜江市人民政府",), "A", None)
    assert cited.name == "《电动自行车火灾防控三年行动方案》"
