"""What a question is about, and whether a text speaks of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.query.places import places_of
from jimei_kb.query.topics import closeness, coverage, missing, speaks_of, topic_of, variants, weights

SAID = [
    "电动自行车充电",
    "电动自行车停放",
    "谁负责电动自行车停放、充电场所建设？",
    "微型消防站",
    "微型消防站建设",
    "社区微型消防站24小时值班",
    "灭火器",
    "灭火器配备",
    "灭火器更新由谁负责",
    "烟感",
    "烟雾报警器安装",
    "感烟报警器推广",
    "火灾事故调查处理谁牵头、谁配合？",
    "谁牵头负责分片网格、分管领域的消防安全工作？",
    "应急演练",
    "应急预案管理归谁管",
    "灾情速报培训",
    "消防宣传志愿者",
    "残疾人智能预警装置",
    "独立感烟报警探测器",
    "明察暗访",
    "消防安全委员会会议",
    "两委会议",
    "向街道办报告",
    "安全生产月宣传",
    "特种作业人员培训",
    "重大火灾隐患整改",
    "消防保命墙",
    "生命通道",
    "三合一场所消防技改",
    "城镇燃气专项整治",
    "双随机一公开监管",
    "联合执法",
    "科普教育馆开放",
    "消防条例宣贯",
    "物业服务企业从业人员宣传教育",
    "一懂三会",
    "挂牌督办",
    "老旧小区改造",
    "智慧消防平台",
    "电动车充电",
    "安全生产诚信体系",
    "重大事故隐患存量",
    "居家群体宣传教育",
    "值班值守",
    "消防安全隐患督促整改",
    "谁来组织基层消防力量培训",
    "消防工作会议",
    "夜市经济",
]

NOT_SAID = [
    "垃圾分类补贴",
    "电动自行车补贴",
    "电梯安全管理工作",
    "防汛抗旱",
    "森林防火",
    "食品安全监管",
    "校车安全",
    "地铁运营安全",
    "危险化学品运输",
    "安全生产奖励",
    "考核扣分",
    "一票否决",
    "防台风演练",
    "消防车采购",
    "灭火器报废补贴",
    "烟花爆竹",
    "养老院消防检查",
    "网格员工资",
    "微型消防站经费标准",
    "液化石油气瓶充装",
    "建筑工地扬尘",
    "疫情防控",
    "信访维稳",
    "社区矫正",
    "老旧电梯更换",
    "公租房分配",
    "消防水源维护",
    "道路交通违法处罚",
    "噪声扰民",
    "高空抛物",
    "安全生产责任保险",
    "无人机巡查",
    "电动自行车牌照",
    "充电宝租赁",
    "消防员招聘",
    "燃气管道改造",
    "工伤认定",
    "禁毒宣传",
    "防溺水",
    "党员发展",
]


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("电动自行车充电", "电动自行车充电"),
        ("谁负责电动自行车停放、充电场所建设？", "电动自行车停放、充电场所建设"),
        ("火灾事故调查处理谁牵头、谁配合？", "火灾事故调查处理"),
        ("请问，应急演练由哪个部门牵头呢？", "应急演练"),
        ("微型消防站的责任主体是谁?", "微型消防站"),
        # words of responsibility are taken out only where they ask
        ("安全生产责任制", "安全生产责任制"),
        ("企业主要负责人培训", "企业主要负责人培训"),
        ("安全责任落实", "安全责任落实"),
        ("谁负责？", ""),
        ("？！", ""),
    ],
)
def test_topic_of_a_question(question, topic):
    assert topic_of(question).text == topic


@given(st.text(max_size=400))
def test_any_question_has_a_topic_that_stands_in_it(question):
    topic = topic_of(question)
    assert all(phrase in question for phrase in topic.phrases)
    assert len(topic.pairs) == sum(map(len, topic.phrases)) <= 200


@pytest.fixture(scope="module")
def places(reading):
    return list(places_of([reading]))


def spoken_of(question, places):
    topic = topic_of(question)
    weighed = [(one, weights(one, [place.text for place in places])) for one in (topic, *variants(topic))]
    return any(speaks_of(one, weight, place.text, place.headings) for one, weight in weighed for place in places)


@pytest.mark.parametrize("question", SAID)
def test_the_seed_speaks_of(question, places):
    assert spoken_of(question, places)


@pytest.mark.parametrize("question", NOT_SAID)
def test_the_seed_does_not_speak_of(question, places):
    """Some share two thirds of their characters with it: 电动自行车补贴, 微型消防站经费标准."""
    assert not spoken_of(question, places)


@pytest.mark.parametrize(
    ("subject", "text", "lacking"),
    [
        ("电动自行车补贴", "电动自行车停放、充电", ("补贴",)),
        ("电动自行车充电桩", "电动自行车停放、充电", ()),
        ("微型消防站管理工作", "社区微型消防站", ()),
        ("微型消防站经费标准", "微型消防站场地、经费", ("标准",)),
        ("电梯", "电动自行车", ("电梯",)),
        ("水", "消防", ("水",)),
        ("防汛、值班", "值班值守", ("防汛",)),
    ],
)
def test_words_that_are_missing(subject, text, lacking):
    assert missing(topic_of(subject), text) == lacking


def test_a_character_counts_where_one_of_its_pairs_stands():
    topic = topic_of("电动自行车充电")
    even = (1.0,) * 7

    assert coverage(topic, even, ("电动自行车停放、充电", 1)) == 1
    assert coverage(topic, even, ("电动自行车补贴", 1)) == pytest.approx(5 / 7)
    assert coverage(topic, even, ("电力充足", 1)) == 0
    assert coverage(topic, even, ("电动自行车", 0.5), ("充电", 1)) == pytest.approx((5 * 0.5 + 2) / 7)


def test_rare_characters_weigh_more():
    sentences = ["安全工作", "安全检查", "安全生产", "电梯安全"]
    weight = weights(topic_of("电梯安全"), sentences)

    assert weight[0] == weight[1] > weight[2] == weight[3] > 0


def test_one_character_is_looked_up_as_it_is():
    topic = topic_of("水")
    assert coverage(topic, weights(topic, ["供水"]), ("供水", 1)) == 1
    assert coverage(topic, weights(topic, ["供水"]), ("供电", 1)) == 0


def test_closeness_prefers_what_stands_together():
    topic = topic_of("电动自行车充电")
    near, far = closeness(topic, "电动自行车停放、充电场所"), closeness(topic, "电动自行车生产、销售、使用、停放、充电")

    assert 1 > near > far > 0
    assert closeness(topic, "电动自行车充电") == 1
    assert closeness(topic, "无关") == 0
