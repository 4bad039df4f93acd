"""Numbers that can be checked, and those that are none."""

import pytest
from by_hand import full_metrics, metrics
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("在校群体宣传教育覆盖率达 100%。", [(">=", "100", "%")]),
        ("资金不得低于教育培训经费总额的百分之四十。", [(">=", "40", "%")]),
        ("费率原则上不超过1.5％。", [("<=", "1.5", "%")]),
        ("平均担保费率降至1%以下。", [("<=", "1", "%")]),
        ("“摘帽率”超过 60%。", [(">", "60", "%")]),
        ("死亡人数较“十三五”期下降 10%。", [("=", "10", "%")]),
        ("死亡率下降不低于10%。", [(">=", "10", "%")]),
        ("报销比例提高5个百分点。", [("=", "5", "个百分点")]),
        ("重点引进100名管理人才。", [("=", "100", "名")]),
        ("培养高层次人才达到2000名左右。", [("~", "2000", "名")]),  # 左右 outweighs 达到
        ("资源总量达到320万名左右。", [("~", "320", "万名")]),
        ("遴选扶持500家以上在外企业。", [(">=", "500", "家")]),
        ("建设1到2个大型基地。", [(">=", "1", "个"), ("<=", "2", "个")]),
        ("选拔认定教育专家10名、名校长100名、名教师200名。", [("=", "10", "名"), ("=", "100", "名"), ("=", "200", "名")]),
        ("评选资助200名突出人才、2000名重点人才和10000名青年人才。", [("=", "200", "名"), ("=", "2000", "名"), ("=", "10000", "名")]),
        ("每季度至少召开1次会议。", [(">=", "1", "次/季度")]),
        ("全年至少召开1次两委会议。", [(">=", "1", "次/年")]),
        ("每半年至少组织一次演练。", [(">=", "1", "次/半年")]),
        ("每年选拔资助不少于100名青年。", [(">=", "100", "名/年")]),
        ("给予每人每年2万元补助。", [("=", "2", "万元/人/年")]),
        ("安全培训不少于二十四学时。", [(">=", "24", "学时")]),
        ("实现“一村一名大学生村官”。", [("=", "1", "名/村")]),
        ("每5年修订1次目录。", [("=", "1", "次/5年")]),
        ("搬迁1297户7000人。", [("=", "1297", "户"), ("=", "7000", "人")]),
        ("建设1,200套公寓。", [("=", "1200", "套")]),
        ("达到企业现有在职职工人数25%（超过100人的企业达到15%）的，", [(">=", "25", "%"), (">=", "15", "%")]),
        ("可申请最高不超过300万元的创业担保贷款。", [("<=", "300", "万元")]),
        ("组织失业青年参加3—12个月的就业见习。", [(">=", "3", "个月"), ("<=", "12", "个月")]),
        ("条件放宽至参保1年以上。", [(">=", "1", "年")]),
        ("年龄不超过55周岁。", [("<=", "55", "周岁")]),
        ("免教科书费，标准为本科3830元/生·年、专科（高职）3500元/生·年。", [("=", "3830", "元/生·年"), ("=", "3500", "元/生·年")]),
        ("按人均3000元对用人单位进行一次性补贴。", [("=", "3000", "元/人")]),
        ("学习活动一般两个月安排一次。", [("=", "1", "次/2月")]),
        ("每三年开展一次评价工作。", [("=", "1", "次/3年")]),
        ("规模以上（指年收储量5万吨以上）企业不低于50%。", [(">=", "50", "%")]),
    ],
)
def test_numbers_that_can_be_checked(text: str, found: list[tuple[str, str, str]]) -> None:
    """Comparator, value as written, unit with what it is reckoned by."""
    assert metrics(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "严格落实省66条、市80条、区79条具体措施。",
        "强化企业和政府两个安全主体。",
        "统筹三类群体。",
        "由质量、效率、发展、满意度等4个方面组成。",
        "重点保证北京、天津、上海、重庆4个直辖市。",
        "2024年12月31日前完成。",
        "根据《方案甲》（集府〔2024〕243号）建设。",
        "对单户担保金额500万元及以下的小微企业给予支持。",
        "对35岁以下青年给予培训。",
        "成立乡镇护渔队，得3分。",
        "并处1万元以上3万元以下罚款。",
        "计算方法：住院收入/医疗收入×100%。",
        "第14组开展检查。",
        "联系电话：83933064。",
        "在10个工作日内答复。",
        "目前全市共有57家企业。",
        "完成省州下达任务。",
        "发生地震38次。",
        "村东距县城18公里。",
        "科技成果转化激励方面4项：机制甲；机制乙。",
        "共落实了165名扩招任务。",
        "近5年来，重复利用率提高到70.7%。",
        "由部门责令停止承办业务6个月至12个月。",
        "以5年为一个培养周期。",
        "应在5年内完成。",
    ],
)
def test_numbers_that_are_no_metric(text: str) -> None:
    """Sets, dates, numbers of documents, conditions, points, fines, formulas, what is told."""
    assert metrics(text) == []


@pytest.mark.parametrize(
    ("text", "group", "indicator"),
    [
        ("社区留守老人、低保特困老人、残疾人智能预警装置安装率达100%。", ("社区留守老人", "低保特困老人", "残疾人"), "智能预警装置安装率"),
        ("青年、中年等在职群体培训覆盖率达80%。", ("青年、中年等在职群体",), "培训覆盖率"),
        ("推动辖区注册消防宣传志愿者达 400 人。", (), "注册消防宣传志愿者人数"),
        ("每季度至少召开1次消防安全委员会会议。", (), "消防安全委员会会议次数"),
        ("重点引进100名市管企业管理人才。", (), "引进的市管企业管理人才人数"),
        ("培养资助博士后研究人员不少于400名。", (), "培养资助的博士后研究人员人数"),
        ("建设1000套专家公寓。", (), "建设的专家公寓数"),
    ],
)
def test_what_is_measured_over_whom(text: str, group: tuple[str, ...], indicator: str) -> None:
    """The indicator is built from the words around the number."""
    metric = full_metrics(text)[0]
    assert (metric.group, metric.indicator.removeprefix("推动的")) == (group, indicator)


def test_what_an_earlier_year_held_is_told() -> None:
    """2003 lies behind a document of 2005, ahead of one of 2002; a base of comparison is not told of."""
    text = "2003年全市污水处理率达到42%。"
    assert full_metrics(text, date="2005-03-03") == ()
    assert [m.value for m in full_metrics(text, date="2002-03-03")] == ["42"]
    assert [m.value for m in full_metrics("死亡人数比2003年下降10%。", date="2005-03-03")] == ["10"]


def test_the_quotation_is_the_phrase_of_its_number() -> None:
    """In a list each number has its own piece."""
    quotes = [m.quote for m in full_metrics("选拔认定教育专家10名、名校长100名，完成建设。")]
    assert quotes == ["选拔认定教育专家10名", "名校长100名"]


_ANY = st.text(
    alphabet=st.sampled_from(
        "0123456789.,%％万亿元名人个次每年季度月至少不低于超过达到以上以下左右建设引进率、，。；（）()“”\n \t-—百分之一二三十的和×/第号"
    ),
    max_size=100,
)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(_ANY)
def test_any_text_is_read_and_quoted_exactly(text: str) -> None:
    """Never an exception, always a true quotation that holds the number, always a value that is one."""
    for metric in full_metrics(text):
        assert metric.quote == text[metric.span.start : metric.span.end] != ""
        assert float(metric.value) >= 0
        assert metric.unit


def test_long_runs_of_digits_and_marks_cost_little() -> None:
    """Cost grows with length only, on the worst texts too."""
    for text in ("9" * 50_000, "建设1个，" * 10_000, "每" * 50_000, "不少于" * 20_000, "建设1个、" * 5_000):
        assert len(full_metrics(text)) <= 10_000
