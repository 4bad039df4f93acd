"""Where a segment names somebody."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimei_kb.extract.mentions import find_mentions, named_by


def marked(text: str) -> str:
    """`text` with every name marked: 【name】, 〔name that only modifies what follows〕."""
    pieces, at = [], 0
    for mention in find_mentions(text, 0, len(text)):
        left, right = "〔〕" if mention.modifier else "【】"
        pieces += [text[at : mention.start], left, text[mention.start : mention.end], right]
        at = mention.end
    return "".join([*pieces, text[at:]])


def unmarked(text: str) -> str:
    """`text` without the marks of `marked`."""
    return text.translate(dict.fromkeys(map(ord, "【】〔〕")))


@pytest.mark.parametrize(
    "specimen",
    [
        # a head with what stands before it
        "接受【119指挥中心】调度出动",
        "督促【相关责任主体】抓好培训",
        "【国务院安委会办公室】",
        "【厦门市集美区人民政府集美街道办事处】",
        "【省应急管理厅】",
        "【重大火灾隐患单位】",
        "【各有关单位】",
        "【街道办事处主要领导】",
        "【教育局局长】",  # the post, not the body
        "【安委会】将组织督查",  # 会 is no verb here
        # names in a list stay apart
        "督促【企业主要负责人】、【安全管理人员】、【特种作业人员】和【其他从业人员】的培训",
        "【街道综治办】、【综合执法队】、【社区微型消防站】、【治安巡逻队】、【社区网格】开展排查",
        "【市公安局】和【市教育局】",
        "【信息产业局】和【市财政局】每年出版名录",
        "通过【县（市）、区信息化主管部门】申报",
        "【社区留守老人】、【低保特困老人】、【残疾人】安装率",
        # members of a list that share their head are one name
        "【青年、中年等在职群体】培训覆盖率达80%",
        "【危化、矿山、燃气领域生产经营单位】",
        "【各单位、各社区领导】落实责任制",
        "【党委或政府主要负责同志】",
        # an explanation in brackets belongs to the name
        "落实【房东（二房东）】消防责任",
        "【各区（县级市）】",
        "【各镇（街道）】",
        # what stands before 的 belongs to it where nothing would be left
        "【参加培训的人员】",
        "【负有安全生产监督管理职责的部门】",
        # verbs inside names
        "【物业服务企业】",
        "落实【物业服务企业从业人员】、【保安人员】的教育",
        "【消防救援机构】",
        "【应急管理部门】",
        "【科技创业领军人才】",
        # and verbs behind them
        "【软件中心】组织安全生产综合大检查",
        "倒逼【企业】全面履行主体责任",
        "【各社区】要开展检查",
        # a count is no part of a name
        "100家【科技类社会组织】",
        "培养200名【优秀青年教师】",
        "3家【企业】",
        # nor are 辖区, 我市, 全体, 该, 部分
        "辖区【社会单位】",
        "我市【企业】",
        "全体【干部职工】",
        "该【企业】",
        "部分【商户】",
        # places and levels belong to the body they have
        "【各省（区、市）人民政府】要统筹清单",
        "【县级以上地方人民政府】要制定计划",
        "【市场监管领域有关部门】要优化设计",
        "【各县（市）区】要加强领导",
        "【各县（市）】区域内",
        # 等部门 sums up fields, but not bodies that are named themselves
        "会同【公安、教育、卫生等部门】开展检查",
        "督促【公安等部门】落实责任",
        "会同【教育部】、【科技部】、【国家税务总局】等【有关部门】开展检查",
        "【医院】、【学校】等单位要开展演练",
        "【市局直属各单位】要强化投入",
        "将【劳务派遣人员】纳入管理",
        "【项目法人主要负责人】每月开展检查",
        # a verb that is the name's predicate though it ends the segment
        "引导【社会力量】参与",
        "【财政部门】审核",
        # a name that only modifies a noun
        "〔企业〕安全生产主体责任",
        "向〔街道办〕书面报告",
        "〔领导人员〕队伍建设",
    ],
)
def test_names(specimen: str) -> None:
    """【a name】, 〔a name that modifies the next noun〕."""
    assert marked(unmarked(specimen)) == specimen


@pytest.mark.parametrize(
    "text",
    [
        "本单位",  # names nobody new
        "本公司",
        "本部门",
        "跨部门",
        "、教育、等部门",
        "等部门",
        "与等部门",
        "你们",
        "其",
        "组织领导",  # an activity
        "业务培训",
        "加强队伍建设",
        "保障场地",
        "农村",
        "市场",
        "会议",
        "局",  # a head alone
        "12345",
        "。",
        "",
    ],
)
def test_no_name(text: str) -> None:
    """Pronouns, activities, places, a head without a modifier."""
    assert marked(text) == text


@pytest.mark.parametrize(
    ("text", "sorts"),
    [
        ("市公安局", ["body"]),
        ("企业主要负责人", ["post"]),
        ("特种作业人员", ["people"]),
        ("各区", ["area"]),
        ("各单位、各社区领导", ["post"]),  # the shared post decides
        ("企业、从业人员", ["body", "people"]),
    ],
)
def test_sorts_of_names(text: str, sorts: list[str]) -> None:
    """A body, a post, people, a place that acts through its authorities."""
    assert [m.sort for m in find_mentions(text, 0, len(text))] == sorts


def test_only_the_asked_for_stretch_is_searched() -> None:
    """Offsets stay those of the whole text."""
    text = "督促社会单位整改，对企业开展检查"
    (mention,) = find_mentions(text, 9, len(text))
    assert (mention.name, mention.start, mention.end) == ("企业", 10, 12)


_NAMES = [*"各本市局会办组部村户", "辖区", "单位", "社区", "领导", "企业", "负责人", "从业", "人员", "公安", "委员会"]
_CUES = ["和", "等", "的", "100家", "3名", "由", "向", "督促", "服务", "组织", "要", "A"]
_MARKS = "、（）“”。，\n %"
_WORDS = st.sampled_from([*_NAMES, *_CUES, *_MARKS])


@settings(derandomize=True, deadline=None, max_examples=500)
@given(st.lists(_WORDS, max_size=20).map("".join))
def test_names_are_in_order_and_none_lies_inside_another(text: str) -> None:
    """Whatever the text: each is a true quotation, begins behind the begin and ends behind the end of the one before."""
    begin, end = -1, 0
    for mention in find_mentions(text, 0, len(text)):
        assert begin < mention.start < mention.end <= len(text)
        assert end < mention.end
        assert mention.name == text[mention.start : mention.end]
        begin, end = mention.start, mention.end


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_searched(text: str) -> None:
    """Scripts, signs and emoji too."""
    assert all(m.name == text[m.start : m.end] for m in find_mentions(text, 0, len(text)))


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("市公安局", ["市公安局"]),
        ("市应急局、市教育局", ["市应急局", "市教育局"]),
        ("领导小组办公室主要职责", ["领导小组办公室"]),
        ("加强组织领导", []),
        ("市公安局要加强检查", []),
        ("人才资源服务产业园", []),  # what is built
        ("主要职责", []),
        ("", []),
    ],
)
def test_whom_a_heading_names(heading: str, names: list[str]) -> None:
    """Only a heading that is nothing but names."""
    assert [mention.name for mention in named_by(heading)] == names
