"""Kinds of notices."""

from __future__ import annotations

import pytest

from jimei_kb.document.genre import genres, kind_in_text, kind_of_title, maker_in_text


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("关于下达2024年度安全生产和消防工作目标责任的通知", "通知"),
        ("关于切实做好消防安全防控工作的紧急通知", "通知"),
        ("自然资源系统安全生产治本攻坚三年行动方案（2024—2026年）", "方案"),
        ("关于推进人才集聚工程的实施意见", "意见"),
        ("专项附加扣除暂行办法（试行）", "办法"),
        ("关于印发《市级预案》的函", "函"),
        ("中华人民共和国国务院令", "令"),
        ("2024年工作思路", None),
        ("办法总比困难多", None),
    ],
)
def test_the_title_tells_the_kind(title, kind):
    assert kind_of_title(title) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("结合软件园实际，制定本方案。", "方案"),
        ("现就有关工作提出如下意见：", "意见"),
        ("本办法自公布之日起施行。", "办法"),
        ("按照方案和意见要求抓好落实。", None),
    ],
)
def test_a_text_without_title_tells_its_own_kind(text, kind):
    assert kind_in_text(text) == kind


def test_a_plan_names_its_maker():
    assert maker_in_text("按照总体要求，自然资源部结合工作实际制定本方案。") == ("自然资源部", 7)
    assert maker_in_text("结合实际，制定本方案。") is None


def test_a_kind_belongs_to_one_genre():
    kinds = [kind for genre in genres() for kind in genre.kinds]

    assert len(set(kinds)) == len(kinds) > 10
