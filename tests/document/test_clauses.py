"""The clause tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_texts import TEXTS

from jimei_kb.document import parse_text
from jimei_kb.document.clauses import _mark

LONG = "各单位要结合实际，认真抓好各项工作的落实，确保取得实效"


def tree(text: str) -> list[str]:
    """`id|heading` of every clause."""
    return [f"{clause.id}|{clause.heading}" if clause.heading else clause.id for clause in parse_text(text).clauses]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (
            "一、甲\n（一）乙。\n1.丙。\n（1）丁。\n①戊。\n②己。\n（二）庚。\n二、辛。",
            [
                "一|甲",
                "一/（一）|乙",
                "一/（一）/1|丙",
                "一/（一）/1/（1）|丁",
                "一/（一）/1/（1）/①",
                "一/（一）/1/（1）/②",
                "一/（二）",
                "二",
            ],
        ),
        ("1、甲。\n2、乙。\n3．丙。\n4.丁。", ["1", "2", "3", "4"]),
        ("(一)甲；\n(二)乙；\n(1)丙。", ["(一)", "(二)", "(二)/(1)"]),
        (
            "第一章　总则\n第一条　为了甲。\n第二条　有下列：\n（一）乙；\n（二）丙。\n第二章　附则\n第三条　丁。",
            [
                "第一章|总则",
                "第一章/第一条",
                "第一章/第二条",
                "第一章/第二条/（一）",
                "第一章/第二条/（二）",
                "第二章|附则",
                "第二章/第三条",
            ],
        ),
        ("一、范围\n第一条 甲。\n二、程序\n第二条 乙。", ["一|范围", "一/第一条", "二|程序", "二/第二条"]),
        ("一、甲\n1.子。\n2.丑。\n二、乙\n3.寅。\n4.卯。", ["一|甲", "一/1", "一/2", "二|乙", "二/3", "二/4"]),
        (
            "应急预案\n1　总则\n1.1　目的\n为了甲。\n1.2　范围\n本预案适用于乙。\n2　职责\n2.1　机构\n丙。",
            ["1|总则", "1/1.1|目的", "1/1.2|范围", "2|职责", "2/2.1|机构"],
        ),
        ("1.总则\n1.1目的\n为了甲。\n1.2适用范围\n乙。\n2.职责\n丙。", ["1|总则", "1/1.1|目的", "1/1.2|适用范围", "2|职责"]),
        ("10.甲项目。乙。\n11.121人才梯队项目。丙。", ["前言"]),
        ("9.甲。\n10.乙。\n11.121人才项目。", ["前言"]),
        ("1.甲。\n2.乙。\n3.121人才项目。丙丁。", ["1", "2", "3|121人才项目"]),
    ],
)
def test_levels(text, ids):
    assert tree(text) == ids


def test_two_numberings_under_unnumbered_headings():
    text = "现通知如下。\n安全生产方面：\n一、甲。\n二、乙；\n消防工作方面：\n一、丙。\n二、丁。"

    assert tree(text) == ["前言", "安全生产方面/一", "安全生产方面/二", "消防工作方面/一", "消防工作方面/二"]
    document = parse_text(text)
    assert all("消防工作方面" not in clause.span.of(document.text) for clause in document.clauses)


def test_an_unnumbered_heading_inside_a_clause():
    text = "第三条 必须符合下列条件：\n培训机构：\n（一）甲；\n（二）乙；\n服务企业：\n（一）丙；\n（二）丁。"

    assert tree(text) == ["第三条", "第三条/培训机构/（一）", "第三条/培训机构/（二）", "第三条/服务企业/（一）", "第三条/服务企业/（二）"]


@pytest.mark.parametrize(
    "line",
    [
        "3.5%以上的单位要整改。",
        "2024年底前完成。",
        "一是加强领导。",
        "十五条硬措施要落实。",
        "第三条第二款规定的对象。",
        "1\t检查\t12",
        "23",
        "1.教育系统行动方案 .......5",
        "一方面要重视。",
    ],
)
def test_what_is_no_clause(line):
    assert _mark(line) is None or _mark(line).minor is not None
    assert tree(f"一、{LONG}。\n{line}\n二、{LONG}。") == ["一", "二"]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("一、甲。\n三、丙。", ["一", "三"]),
        (f"一、{LONG}。\n九、丙。", ["一"]),
        ("一、甲。\n二、乙。\n二、丙。", ["一", "二", "二~2"]),
        (f"（一）{LONG}：\n1.子；\n5.丑；\n99.寅；\n（二）乙。", ["（一）", "（一）/1", "（一）/5", "（二）"]),
        ("8.甲。\n9.乙。", ["前言"]),
        ("（二）甲。\n（三）乙。", ["（二）", "（三）"]),
    ],
)
def test_numbers_out_of_sequence(text, ids):
    assert tree(text) == ids


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("一、树牢安全发展理念。坚持以人为本，做好工作。", "树牢安全发展理念"),
        ("一、“百人计划”拓展项目。深入实施计划，做好工作。", "“百人计划”拓展项目"),
        ("一、动员部署阶段（2010年4月15日前）。制定方案，开展动员。", "动员部署阶段（2010年4月15日前）"),
        ("一、全面排查人员密集企业、高危企业、食品超市等。", None),
        ("一、按照职责规定，抓好重点行业监管，深化专项整治。", None),
        ("一、储罐区管理存在问题。如，阀门打开未及时关闭。", None),
        ("一、支持开展试点。（负责部门：商务部）", None),
        ("一、企业应当建立制度。制度应当公开，接受监督。", None),
        ("一、本办法自印发之日起施行。原办法同时废止。", None),
        ("一、元旦：1月1日放假。1月2日上班，共三天。", None),
        ("一、对符合条件的企业给予补助。补助由区财政承担。", None),
    ],
)
def test_run_in_headings(line, heading):
    clause = parse_text(f"{line}\n二、强化检查。定期开展检查，发现问题及时整改。").clauses[0]

    assert clause.heading == heading


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("一、总体要求", "总体要求"),
        ("一、指导思想。", "指导思想"),
        ("一、特种设备：（电梯、电力）", "特种设备：（电梯、电力）"),
        ("一、认真部署，狠抓落实，牢牢把握主动", "认真部署，狠抓落实，牢牢把握主动"),
        ("一、申报单位应符合下列条件：", None),
        ("一、引进对象为：", None),
        ("一、以下企业不得申报", None),
    ],
)
def test_headings_on_a_line_of_their_own(line, heading):
    document = parse_text(f"{line}\n{LONG}。")

    clause = document.clauses[0]
    assert clause.heading == heading
    assert clause.content.of(document.text).endswith(f"{LONG}。")
    if heading:
        assert clause.heading_span.of(document.text) == heading
        assert clause.content.of(document.text) == f"{LONG}。"


def test_a_comma_makes_a_heading_only_among_its_like():
    with_fellows = "\n".join(
        f"（{n}）{h}。{LONG}。" for n, h in zip("一二三", ("加强领导，落实责任", "强化协作，形成合力", "加强监管，严格问责"), strict=True)
    )
    alone = "\n".join(
        f"（{n}）{h}。"
        for n, h in zip("一二三", (f"聚焦隐患排查,强化能力培训。{LONG}", f"{LONG}，做到{LONG}", f"{LONG}，做好{LONG}"), strict=True)
    )

    assert [clause.heading for clause in parse_text(with_fellows).clauses] == [
        "加强领导，落实责任",
        "强化协作，形成合力",
        "加强监管，严格问责",
    ]
    assert [clause.heading for clause in parse_text(alone).clauses] == [None, None, None]


def test_closing_text():
    single = f"一、甲项工作。{LONG}。\n二、乙项工作。{LONG}。\n三、丙项工作。{LONG}。\n节假日期间要妥善安排值班。\n区安委办\n2024年1月1日"
    formula = f"一、甲\n{LONG}。\n{LONG}。\n二、乙\n{LONG}。\n特此通知。"
    content = f"一、甲\n{LONG}。\n二、有关要求\n{LONG}。\n各单位要抓好落实。"

    assert tree(single)[-1] == "结语"
    assert tree(formula)[-1] == "结语"
    assert tree(content)[-1] == "二|有关要求"


def test_a_plan_that_a_notice_hands_out():
    text = (
        "关于印发工作方案的通知\n各社区居委会：\n现印发给你们，请贯彻执行。\n区安委办\n2024年1月1日\n"
        "工作方案\n（试行）\n为做好工作，制定本方案。\n一、目标\n甲。\n附件：1.任务表\n2.台账\n附件1\n任务表\n1.乙。\n2.丙。\n附件2\n台账\n丁。"
    )

    assert tree(text) == ["前言", "附件/前言", "附件/一|目标", "附件1/1", "附件1/2", "附件2/前言"]


def test_one_attachment_has_no_number():
    assert tree("关于整改的通知\n一、甲。\n二、乙。\n区安委办\n2024年1月1日\n附件1\n问题清单\n一、消防领域\n1．丙。") == [
        "一",
        "二",
        "附件/一|消防领域",
        "附件/一/1",
    ]


def test_a_plan_handed_out_without_signature():
    text = "关于印发工作方案的通知\n各社区居委会：\n现将工作方案印发给你们，请贯彻执行。\n安全生产工作方案\n为做好工作，制定本方案。\n一、目标\n甲。"

    assert tree(text) == ["前言", "附件/前言", "附件/一|目标"]


def test_a_table_of_contents_is_no_clause():
    text = "国家应急预案\n目　　录\n1　总则\n1.1　目的\n2　附则\n1　总则\n1.1　目的\n为了甲。\n2　附则\n乙。"

    assert tree(text) == ["1|总则", "1/1.1|目的", "2|附则"]


def test_a_date_in_the_text_is_no_signature():
    assert tree("大事记\n一、甲\n2024年1月1日\n召开会议，部署工作。\n二、乙\n丙。") == ["一|甲", "二|乙"]


def test_parents_and_labels():
    document = parse_text("一、甲\n（一）乙\n1.丙。\n附件\n清单\n一、丁。\n（一）戊。")

    assert [(clause.label, clause.parent) for clause in document.clauses] == [
        ("一", None),
        ("（一）", "一"),
        ("1", "一/（一）"),
        ("一", None),
        ("（一）", "附件/一"),
    ]


@given(TEXTS)
def test_any_text_is_read_and_its_clauses_are_sound(raw):
    document = parse_text(raw)

    ids = [clause.id for clause in document.clauses]
    assert len(set(ids)) == len(ids)
    end = 0
    for clause in document.clauses:
        assert end <= clause.span.start < clause.span.end <= len(document.text)
        assert clause.span.start <= clause.text_start <= clause.span.end
        assert clause.parent is None or clause.parent in ids
        if clause.heading is not None:
            assert clause.heading_span.of(document.text) == clause.heading
            assert clause.span.holds(clause.heading_span)
        end = clause.span.end


@given(
    st.lists(
        st.sampled_from(["一、甲。", "二、乙。", "（一）丙。", "1.丁。", "戊己庚辛壬癸。", "第一条 子。", "2.丑寅。", "（二）卯。"]),
        min_size=1,
        max_size=20,
    )
)
def test_clauses_tile_a_body_without_headings(lines):
    document = parse_text("\n".join(lines))

    assert "".join(clause.span.of(document.text) for clause in document.clauses) == document.text


def test_cost_grows_with_length_only(seed_path):
    """Fifty copies give fifty times the clauses: nothing is read twice, nothing is lost."""
    text = seed_path.read_text(encoding="utf-8")
    one = parse_text(text)

    many = parse_text(text * 50)

    assert sum(len(clause.span.of(many.text)) for clause in many.clauses) >= 45 * sum(len(c.span.of(one.text)) for c in one.clauses)
