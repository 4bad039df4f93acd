"""Document numbers: one spelling, however they are printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.docnumber import DocNumber, spelled

PAIRS = ("〔〕", "[]", "()", "（）", "［］", "【】", "﹝﹞", "﹙﹚")


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("ordinal", ["", "第", " 第 "])
@pytest.mark.parametrize("serial", ["46", "046", "４６", " 46 "])
def test_every_bracket_blank_and_width_is_one_number(pair, ordinal, serial):
    written = f"集街办 {pair[0]}２０２４ {pair[1]}{ordinal}{serial}号"
    assert DocNumber.parse(written) == DocNumber("集街办", "46", 2024)
    assert spelled(written) == "集街办〔2024〕46号"


@pytest.mark.parametrize(
    ("written", "number", "standard"),
    [
        ("国令第707号", DocNumber("国令", "707"), "国令第707号"),
        ("省政府令第123号", DocNumber("省政府令", "123"), "省政府令第123号"),
        ("省政府令123号", DocNumber("省政府令", "123"), "省政府令第123号"),
        ("国务院令（第446号）", DocNumber("国务院令", "446"), "国务院令第446号"),
        ("中华人民共和国信息产业部令 第 42 号", DocNumber("中华人民共和国信息产业部令", "42"), "中华人民共和国信息产业部令第42号"),
        ("主席令第八十八号", DocNumber("主席令", "八十八"), "主席令第八十八号"),
        ("发展改革委令2021年第40号", DocNumber("发展改革委令", "40", 2021), "发展改革委令2021年第40号"),
        ("财政部公告2019年第01号", DocNumber("财政部公告", "1", 2019), "财政部公告2019年第1号"),
        ("财政部公告〔2019〕1号", DocNumber("财政部公告", "1", 2019), "财政部公告〔2019〕1号"),
        ("(87)煤生字第337号", DocNumber("（87）煤生字", "337"), "（87）煤生字第337号"),
        ("（甬人才【2011】7号）", DocNumber("甬人才", "7", 2011), "甬人才〔2011〕7号"),
        ("(甬人才[2011]7号", DocNumber("甬人才", "7", 2011), "甬人才〔2011〕7号"),
        ("鲁安(消)发[2024]1号", DocNumber("鲁安（消）发", "1", 2024), "鲁安（消）发〔2024〕1号"),
        ("安办〔2024年〕3-1号", DocNumber("安办", "3-1", 2024), "安办〔2024〕3-1号"),
    ],
)
def test_spellings(written, number, standard):
    assert DocNumber.parse(written) == number
    assert str(DocNumber.parse(written)) == standard == spelled(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "号",
        "第707号",
        "〔2024〕46号",
        "集街办〔2024〕号",
        "集街办〔3024〕46号",
        "附件第3号",
        "GB51142-2015",
        "119",
        "根据集府〔2024〕90号要求",
    ],
)
def test_what_is_no_number(written):
    """A standard, a serial without its code, a sentence that holds a number: None, and spelled without blanks."""
    assert DocNumber.parse(written) is None
    assert spelled(f" {written} ") == written


codes = st.text("集街办厦府国发改委安消（）", min_size=1, max_size=12).filter(lambda code: code[0] not in "（）")
serials = st.integers(0, 99_999).map(str)
numbers = st.one_of(
    st.builds(DocNumber, codes, serials | st.builds("{}-{}".format, serials, st.integers(0, 999)), st.integers(1900, 2099)),
    st.builds(DocNumber, codes.map("{}公告".format) | codes.map("{}令".format), serials, st.integers(1900, 2099), st.just(value=False)),
    st.builds(DocNumber, codes.map("{}令".format), serials | st.sampled_from(["一", "八十八", "一百零二"])),
)


@given(numbers)
def test_what_is_written_is_read_as_the_same(number):
    read = DocNumber.parse(str(number))
    assert read == number
    assert str(read) == str(number)


@given(numbers, st.sampled_from(PAIRS), st.sampled_from(["", "第"]), st.sampled_from(["", " ", "\u3000", "\n"]))
def test_print_does_not_change_the_number(number, pair, ordinal, blank):
    printed = blank.join(str(number)).replace("〔", pair[0]).replace("〕", pair[1] + (ordinal if number.bracketed else ""))
    assert DocNumber.parse(printed) == number


@given(st.text(max_size=20) | st.text("集办令公告〔〕（）[]第号年2024零十 ", max_size=16))
def test_any_text_has_one_spelling(written):
    """No text is an error, and what is spelled stays as it is."""
    assert spelled(spelled(written)) == spelled(written)
