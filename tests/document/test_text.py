"""Raw text → canonical text, and the way back."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from notice_texts import TEXTS

from jimei_kb.document import parse_text, read_document
from jimei_kb.document.text import canonicalise, starts_item
from jimei_kb.records import Span


def canonical(raw: str) -> str:
    return canonicalise(raw)[0]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (
            "落实国务院办公厅的要求，抓好工作。落实国务院\n\n办公厅《关于推进的意见》。",
            "落实国务院办公厅的要求，抓好工作。落实国务院办公厅《关于推进的意见》。",
        ),
        ("一、加强领导\n各地要重视。", "一、加强领导\n各地要重视。"),
        ("一、提高认识，狠抓落实\n各地要重视。", "一、提高认识，狠抓落实\n各地要重视。"),
        ("各单位要做好工作。\n区安委办\n2024年1月1日", "各单位要做好工作。\n区安委办\n2024年1月1日"),
        ("（三）\n合理用药\n内容。", "（三）合理用药\n内容。"),
        ("关于印发《信息产业园\n建设意见》的通知", "关于印发《信息产业园建设意见》的通知"),
        ("上文。\n— 213 —\n下文。", "上文。\n下文。"),
        ("上文。\n- 3 -\n下文。", "上文。\n下文。"),
        ("上文。\n12\n\f下文。", "上文。\n下文。"),
        ("上文。\f\n13\n下文。", "上文。\n下文。"),
        ("合计\n12\n全国", "合计\n12\n全国"),
        ("　　甲。\r\n\r\n　　乙。\r", "甲。\n乙。"),
        ("&emsp;&emsp;安全&nbsp;生产。", "安全 生产。"),
        ("&sp;完&nosuch;成", "完 成"),
        ("## **一、目标**\n\n> 引文。\n- 项。", "一、目标\n引文。\n项。"),
        ("见[检查表](./check.md)。1\\. 消防", "见检查表。1. 消防"),
        ("集府[2024]3号（一）", "集府[2024]3号（一）"),
        ('<p style="text-align:\nright">区安委办</p><div>甲<br/>乙</div>', "区安委办\n甲\n乙"),
        ("温度<5度且a<b", "温度<5度且a<b"),
        ("序号\t任务\n1\t检查，\n2\t整改", "序号\t任务\n1\t检查，\n2\t整改"),
        ("覆盖率达 80%，三年行动方 案。", "覆盖率达 80%，三年行动方 案。"),
        ("第一\u200d条 为了", "第一条 为了"),
        ("---\n甲。\n***\n", "甲。"),
        ("", ""),
        (" \n\f\n", ""),
    ],
)
def test_canonical_text(raw, text):
    assert canonical(raw) == text


WRAPPED = """    为深入贯彻落实安全生产责任制，扎实推进各项工作，按照区
政府的统一部署，现就有关事项通知如下：
    一、强化责任落实。各单位要严格落实《消防安全责任制办法》
          （集府〔2024〕9号）的要求，每月至少检查1次，对3.5吨

                 — 1 —
以上车辆逐一登记。
    二、重点工作
    各社区要结合实际，制定工作方案，落实safety
first的理念，并于每月25日前报送工作进展情况，同时抄送街道
办事处。
"""


def test_lines_broken_at_a_column_are_rejoined():
    assert canonical(WRAPPED).split("\n") == [
        "为深入贯彻落实安全生产责任制，扎实推进各项工作，按照区政府的统一部署，现就有关事项通知如下：",
        "一、强化责任落实。各单位要严格落实《消防安全责任制办法》（集府〔2024〕9号）的要求，每月至少检查1次，对3.5吨以上车辆逐一登记。",
        "二、重点工作",
        "各社区要结合实际，制定工作方案，落实safety first的理念，并于每月25日前报送工作进展情况，同时抄送街道办事处。",
    ]


def test_a_number_that_closes_a_bracket_is_no_item_and_a_short_tag_ends_its_paragraph():
    closing = """    三、完善标准体系。各单位要认真执行《灭火剂》（GB51142-201
5）的规定，落实《办法》(见附件
1)和有关要求，每年向区安委会报告（县住建局牵头）
    形成合力。
"""

    assert canonical(WRAPPED + closing).split("\n")[4:] == [
        "三、完善标准体系。各单位要认真执行《灭火剂》（GB51142-2015）的规定，落实《办法》(见附件1)和有关要求，每年向区安委会报告（县住建局牵头）",
        "形成合力。",
    ]


def wrap(text: str, *, width: int, indent: str, lines_a_page: int) -> str:
    """`text` as a PDF reader gives it: hard breaks, set-in paragraphs, page numbers, form feeds."""
    rows = []
    for paragraph in text.split("\n"):
        rest = indent + paragraph
        while rest:
            cut = next(n for n in range(len(rest), 0, -1) if len(rest[:n].encode("gb18030")) <= width)
            rows.append(rest[:cut])
            rest = rest[cut:]
    pages = [rows[i : i + lines_a_page] for i in range(0, len(rows), lines_a_page)]
    return "\n\f".join("\n".join([*page, "", f"        — {n} —"]) for n, page in enumerate(pages, 1))


@pytest.mark.parametrize("width", [48, 56, 64])
@pytest.mark.parametrize("lines_a_page", [15, 22])
def test_a_wrapped_notice_reads_as_the_unwrapped_one(seed_path, width, lines_a_page):
    plain = read_document(seed_path)
    body = plain.text[plain.clauses[0].span.start : plain.clauses[-1].span.end]

    wrapped = parse_text(wrap(body, width=width, indent="    ", lines_a_page=lines_a_page))

    assert re.sub(r"\s", "", wrapped.text) == re.sub(r"\s", "", body)
    assert wrapped.text.count("\n") == body.count("\n")
    assert [clause.id for clause in wrapped.clauses] == [clause.id for clause in plain.clauses]


@given(TEXTS)
def test_every_character_maps_back_to_itself_or_to_a_documented_fold(raw):
    text, offsets = canonicalise(raw)

    for at, character in enumerate(text):
        there = offsets.to_raw(at)
        assert 0 <= there < len(raw)
        source = raw[there]
        if source == character:
            continue
        line_break = character == "\n" and (source in "\r\f\v\x85\u2028\u2029" or source == "<")
        latin_join = character == " " and raw[there] in "\r\n\f\v\x85\u2028\u2029<"
        entity = source == "&" and html.unescape(raw[there : raw.index(";", there) + 1])[:1] in {character, "&"} | set(
            "\x00\ufffd\xad\u200d"
        )
        assert line_break or latin_join or entity or (source == "&" and character == " ")


@given(TEXTS)
def test_the_way_back_rises(raw):
    _, offsets = canonicalise(raw)

    assert list(offsets.canonical) == sorted(set(offsets.canonical))
    assert list(offsets.raw) == sorted(offsets.raw)


@given(TEXTS)
def test_canonical_text_has_no_blank_lines_and_no_page_marks(raw):
    text = canonical(raw)

    assert "\r" not in text
    assert "\f" not in text
    assert all(line.strip() for line in text.split("\n")) or text == ""


@given(TEXTS)
def test_no_chinese_character_is_lost_but_in_markup(raw):
    kept = re.findall("[一-鿿]", canonical(raw))
    marked = re.sub(r"<[^<>]*>|\[[^\]]*\]\([^)]*\)|[0-9]+|第[^\n]*页", "", raw)

    assert len(kept) >= len(re.findall("[一-鿿]", marked)) - 0


def test_a_span_maps_back_over_a_rejoined_page_break(seed_path):
    document = read_document(seed_path)
    start = document.text.index("国务院办公厅《关于推进")

    raw = document.raw[slice(*document.offsets.raw_span(Span(start, start + 6)))]

    assert raw == "国务院\n\n办公厅"


@pytest.mark.parametrize(
    ("line", "starts"),
    [
        ("一、目标", True),
        ("（一）目标", True),
        ("1.目标", True),
        ("3.5%以上", False),
        ("2024年", False),
        ("一是加强", False),
        ("第三条规定的", True),
        ("附件1", True),
    ],
)
def test_what_starts_an_item(line, starts):
    assert starts_item(line) is starts
