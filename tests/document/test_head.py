"""Head and tail elements."""

from __future__ import annotations

import pytest
from hypothesis import given
from notice_texts import TEXTS

from jimei_kb.document import parse_text

BODY = "为做好工作，现就有关事项通知如下。\n一、加强值守。落实值班制度，做好各项工作。\n二、强化检查。定期开展检查，发现问题及时整改。\n"


def head(text: str):
    return parse_text(text).head


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("集街办〔2024〕46号", "集街办〔2024〕46号"),
        ("鲁安发〔2024〕1 号", "鲁安发〔2024〕1号"),
        ("安委会[2024]2号", "安委会〔2024〕2号"),
        ("国能综通煤炭﹝2021﹞59号", "国能综通煤炭〔2021〕59号"),
        ("（甬人才【2011】7号）", "甬人才〔2011〕7号"),
        ("集安办（２０２４）１３号", "集安办〔2024〕13号"),
        ("恒达安〔2023〕7号　　　签发人：林志强", "恒达安〔2023〕7号"),
        ("文    号：甬政办发〔2007〕201号  主题词：行政事务", "甬政办发〔2007〕201号"),
        ("文    号：中华人民共和国信息产业部令 第 42 号  主题词：法规", "中华人民共和国信息产业部令第42号"),
        ("文    号：  主题词：", None),
        ("２０２４〕１ 号\n安委办〔", "安委办〔2024〕1号"),
        ("根据集府〔2024〕90号要求，做好工作。", None),
    ],
)
def test_number(line, number):
    assert head(f"{line}\n关于做好防汛工作的通知\n各社区居委会：\n{BODY}").number == number


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ("集街办〔2024〕4号\n关于做好防汛工作的通知", "关于做好防汛工作的通知"),
        ("国务院关于印发国家职业教育改革\n实施方案的通知\n国发〔2019〕4号", "国务院关于印发国家职业教育改革实施方案的通知"),
        ("集美区人民政府 关于下达2024年度\n目标责任的通知", "集美区人民政府关于下达2024年度目标责任的通知"),
        ("三年行动方案（2024—2026 年）\n三年行动方案（2024—2026 年）", "三年行动方案（2024—2026年）"),
        ("集美区人民政府文件\n集府〔2024〕4号\n关于 AI Safety 工作的意见", "关于AI Safety工作的意见"),
        ("几 个 问 题 的 通 知", "几个问题的通知"),
        ("网页标题的意见\n浙信综〔2005〕39号\n关于印发《意见》的通知", "关于印发《意见》的通知"),
    ],
)
def test_title_over_several_lines(lines, title):
    assert head(f"{lines}\n各社区居委会：\n{BODY}").title == title


def test_a_text_without_title_has_none():
    assert head("为深入实施工作，切实解决问题，特制定本办法。\n第一条 为了规范。").title is None


@pytest.mark.parametrize(
    ("line", "recipients"),
    [
        ("各社区居委会：", ("各社区居委会",)),
        (
            "各市人民政府，省政府安委会各成员单位、省政府消安委各成员单位:",
            ("各市人民政府", "省政府安委会各成员单位、省政府消安委各成员单位"),
        ),
        ("各区（县，市）政府；市直各单位：", ("各区（县，市）政府", "市直各单位")),
        ("马万祺副主席：", ("马万祺副主席",)),
        ("主送：各科室：", ("各科室",)),
        ("现将有关情况说明如下：", ()),
    ],
)
def test_recipients(line, recipients):
    assert head(f"关于做好防汛工作的通知\n{line}\n{BODY}").recipients == recipients


@pytest.mark.parametrize(
    ("lines", "issuers", "date"),
    [
        ("区安委办\n2024 年 10 月 28 日", ("区安委办",), "2024-10-28"),
        ("宁 波 市 人 民 政 府\n二OO四年十一月三十日", ("宁波市人民政府",), "2004-11-30"),
        ("公安部　　　国家保密局\n国家密码管理局\n二〇〇六年四月十五日", ("公安部", "国家保密局", "国家密码管理局"), "2006-04-15"),
        ("国务院办公厅　中央军委办公厅\n一九九六年六月二十九日", ("国务院办公厅", "中央军委办公厅"), "1996-06-29"),
        ("海沧恒达机械有限公司（盖章）\n2023.3.6", ("海沧恒达机械有限公司",), "2023-03-06"),
        ("区安委会办公室  2024年5月6日", ("区安委会办公室",), "2024-05-06"),
        ("区安委办\n2024年13月40日", ("区安委办",), None),
        ("区安委办", ("区安委办",), None),
    ],
)
def test_signature_and_date(lines, issuers, date):
    found = head(f"关于做好防汛工作的通知\n各社区居委会：\n{BODY}{lines}")

    assert (found.issuers, found.date) == (issuers, date)


def test_joint_letterhead_and_printing_line():
    found = head(
        "山东省安全生产委员会\n文件\n山东省消防安全委员会\n鲁安发〔2024〕1 号\n关于做好防火工作的紧急通知\n各市人民政府：\n"
        f"{BODY}抄送：省委办公厅，省政府办公厅。\n山东省安全生产委员会办公室      2024 年 1 月 21 日印发"
    )

    assert found.issuers == ("山东省安全生产委员会", "山东省消防安全委员会")
    assert found.copied_to == ("省委办公厅", "省政府办公厅")
    assert (found.printed_by, found.printed_on) == ("山东省安全生产委员会办公室", "2024-01-21")


@pytest.mark.parametrize(
    ("text", "issuers"),
    [
        ("国务院办公厅关于加强医院工作的意见\n" + BODY, ("国务院办公厅",)),
        ("国务院办公厅、中央军委办公厅关于加强调查工作的通知\n" + BODY, ("国务院办公厅", "中央军委办公厅")),
        ("中华人民共和国国务院令\n第707号\n现公布条例，自2019年1月1日起施行。", ("中华人民共和国国务院",)),
        ("三年行动方案\n按照要求，自然资源部结合工作实际制定本方案。\n一、工作目标\n做好工作。", ("自然资源部",)),
        ("三年行动方案\n结合我市实际，制定本方案。\n一、工作目标\n做好工作。", ()),
        ("发文机关：云溪县人民政府办公室\n工作方案\n" + BODY, ("云溪县人民政府办公室",)),
        ("发布机构：网络与通信管理处\n工作方案\n" + BODY, ()),
    ],
)
def test_issuers_without_signature(text, issuers):
    assert head(text).issuers == issuers


def test_what_is_not_stated_is_empty():
    found = head("做好工作，确保安全，不出问题，人人有责，大家都要努力做好，坚持不懈。")

    assert (found.number, found.title, found.issuers, found.recipients, found.date, found.copied_to) == (None, None, (), (), None, ())
    assert (found.printed_by, found.printed_on, found.kind, found.spans) == (None, None, None, ())


def test_spans_show_where_a_field_was_read(seed_text):
    document = parse_text(seed_text)

    found = {name: span.of(document.text) for name, span in document.head.spans}
    assert found["number"] == "集街办〔2024〕46号"
    assert found["recipients"] == "各社区居委会"
    assert found["date"] == "2024 年 10 月 28 日"
    assert found["copied_to"] == "区安办"


@given(TEXTS)
def test_spans_lie_in_the_text(raw):
    document = parse_text(raw)

    assert all(0 <= span.start < span.end <= len(document.text) for _, span in document.head.spans)


@pytest.mark.parametrize("day", ["2024年2月30日", "2023年2月29日", "2024年4月31日", "2024年13月1日"])
def test_a_day_that_no_calendar_has_is_no_date(day: str) -> None:
    """An impossible date in the signature is left out and harms nothing behind it."""
    document = parse_text(f"各社区：\n\n一、加强检查。年底前完成整改。\n\n集美街道办事处\n\n{day}\n")

    assert document.head.date is None


def test_the_web_record_may_print_no_day_either() -> None:
    """发布日期：2009-08-0 broken off is no date."""
    assert head(f"发布机构：办公室  发布日期：2009-08-0\n关于检查的通知\n{BODY}").date is None
    assert head(f"发布机构：办公室  发布日期：2009-08-07\n关于检查的通知\n{BODY}").date == "2009-08-07"
