"""Which documents a question is put to: by number, title, issuer, year; else all of them."""

from __future__ import annotations

import pytest

from jimei_kb.graph.index import Entry
from jimei_kb.query.meant import meant_documents

# made up
OFFICE = "澜江市云岫区人民政府望湖街道办事处"
ENTRIES = [
    Entry("a", "望街办〔2023〕9号", "望街办〔2023〕9号", f"{OFFICE}关于下达2023年度消防工作目标责任的通知", OFFICE, "2023-03-15"),
    Entry("b", "望街办〔2024〕15号", "望街办〔2024〕15号", f"{OFFICE}关于下达2024年度消防工作目标责任的通知", OFFICE, "2024-04-10"),
    Entry(
        "c",
        "岫政〔2024〕12号",
        "岫政〔2024〕12号",
        "澜江市云岫区人民政府关于开展燃气安全专项整治的通知",
        "澜江市云岫区人民政府",
        "2024-02-20",
    ),
    Entry("d", "d", "", "青石市高层建筑消防安全综合治理实施方案", "青石市消防救援支队", ""),
]


@pytest.mark.parametrize(
    ("question", "slugs"),
    [
        ("岫政〔2024〕12号里谁牵头？", "c"),
        ("岫政[2024]12 号里谁牵头？", "c"),
        ("望街办〔2023〕9号和望街办〔2024〕15号的培训率各是多少？", "ab"),
        ("《青石市高层建筑消防安全综合治理实施方案》要求谁登记？", "d"),
        ("开展燃气安全专项整治由谁牵头？", "c"),
        ("望湖街道的通知里谁巡查楼道？", "ab"),
        ("望湖街道2023年的通知里谁巡查楼道？", "a"),
        ("2023年的文件里谁巡查楼道？", "a"),
        ("望湖街道办多久巡查一次？", "ab"),
        ("云岫区政府要建什么？", "c"),
        ("云岫区望湖街道多久巡查一次？", "ab"),
        # none, or all
        ("谁巡查楼道？", ""),
        ("街道多久巡查一次？", ""),
        ("2019年的通知里谁巡查？", ""),
        # that is about citations of it
        ("岫政〔2024〕12号在哪里被引用？", ""),
    ],
)
def test_the_documents_that_are_named(question, slugs):
    _, keys = meant_documents(question, ENTRIES)
    assert keys == frozenset(entry.key for entry in ENTRIES if entry.slug in slugs)


def test_a_name_is_not_looked_up_again():
    left, _ = meant_documents("望湖街道2023年的通知里谁巡查楼道？", ENTRIES)
    assert "楼道" in left
    assert "望湖" not in left
    assert "通知" not in left


def test_the_only_document_need_not_be_named():
    assert meant_documents("望湖街道多久巡查一次？", ENTRIES[:1]) == ("望湖街道多久巡查一次？", frozenset())
