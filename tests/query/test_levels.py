"""The level of bodies, titles and collective references."""

from __future__ import annotations

import pytest

from jimei_kb.graph.registry import load_registry
from jimei_kb.graph.resolve import setting_of
from jimei_kb.query.levels import RUNGS, level_of_body, level_of_title, levels_named


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("省、市、区和街道办行动方案", ("省", "市", "区县", "街道乡镇")),
        ("省 66 条、市 80 条、区 79 条具体措施", ("省", "市", "区县")),
        ("国家、省、市有关规定", ("国家", "省", "市")),
        ("各县、各乡镇和村实施方案", ("区县", "街道乡镇", "社区")),
        ("安全生产十五条硬措施", ()),
        ("市场监管、区域协作制度", ()),
    ],
)
def test_levels_of_a_collective_reference(text, levels):
    assert levels_named(text) == levels
    assert [rung for rung in RUNGS if rung in levels] == list(levels)


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("街道办", "街道乡镇"),
        ("街道综治办", "街道乡镇"),
        ("区安办", "区县"),
        ("厦门市人民政府", "市"),
        ("国务院办公厅", "国家"),
        ("各社区居委会", "社区"),
        ("社区微型消防站", "社区"),
        ("企业", None),
        ("119指挥中心", None),
        ("市场主体", None),
    ],
)
def test_level_of_a_body_in_a_notice_of_a_sub_district(reading, name, level):
    assert level_of_body(name, setting_of(reading.document, load_registry())) == level


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("中华人民共和国安全生产法", "国家"),
        ("福建省消防条例", "省"),
        ("集美区安全生产事故隐患挂牌督办办法", "区县"),
        ("地方党政领导干部安全生产责任制规定", None),
        ("关于推进城市安全发展的意见", None),
        ("不存在省消防条例", None),  # begins like a place that nobody knows
    ],
)
def test_level_of_a_title_by_the_place_that_it_begins_with(title, level):
    assert level_of_title(title, ("福建省", "厦门市", "集美区", "集美街道"), load_registry()) == level
