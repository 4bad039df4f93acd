"""When and how often."""

import pytest
from by_hand import schedules
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "period", "least"),
    [
        ("每季度至少召开1次会议", "P3M", 1),
        ("每半年对形势进行分析研判", "P6M", None),
        ("每两年进行一次复核", "P2Y", 1),
        ("每月开展 2 次检查", "P1M", 2),
        ("每周调度", "P7D", None),
        ("每日巡查", "P1D", None),
        ("全年至少召开1次两委会议", "P1Y", 1),
        ("维保单位逐月提供报告", "P1M", None),
        ("每年4月30日前报送", "P1Y", None),
        ("每3年组织评审", "P3Y", None),
        ("规划每3至5年编制一次", "P5Y", 1),
        ("一般两个月安排一次", "P2M", 1),
    ],
)
def test_recurring(text: str, period: str, least: int | None) -> None:
    """The period as a duration, the least count where one is said."""
    (schedule,) = schedules(text, date="2024-01-01")
    assert (schedule.kind, schedule.period, schedule.min_count) == ("recurring", period, least)


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("2026 年底前完成", "2026-12-31"),
        ("于2012年10月底前制定", "2012-10-31"),
        ("10月底前完成", "2010-10-31"),  # the document's year
        ("动员阶段（2010年4月15前）", "2010-04-15"),
        ("力争到2020年，利用率提高", "2020-12-31"),
        ("到“十二五”末，基本建成", "2015-12-31"),
        ("2012年年底前完成", "2012-12-31"),
        ("年底前完成", "2010-12-31"),
        ("申报材料报送截止时间为2010年5月12日", "2010-05-12"),
        ("必须在春节前全部整改", "2011-02-02"),  # the next one, and the day before
        ("2025年底实现全覆盖", "2025-12-31"),
        ("明年6月底前完成", "2011-06-30"),
        ("在本意见印发之日起30日内，制定办法", "2010-05-08"),
        ("自本办法施行之日起六个月内确定等级", "2010-10-08"),
        ("自印发之日起20个工作日内公布", None),
        ("国庆节期间要值班。组织好节日前的演练", "2010-09-30"),
        ("每年12月初征集。部门在次年1月底编制", None),
        ("2019年3月底前出台，9月底前完成", "2019-03-31"),
    ],
)
def test_deadline(text: str, by: str) -> None:
    """The last day that the words allow."""
    schedule = next(s for s in schedules(text, date="2010-04-08") if s.kind not in ("event", "recurring"))
    assert (schedule.kind, schedule.by) == ("deadline", by)


def test_a_month_takes_the_year_of_its_sentence() -> None:
    """Not the document's, where the sentence names one."""
    assert schedules("2019年3月底前出台，9月底前完成", date="2018-12-01")[1].by == "2019-09-30"


@pytest.mark.parametrize(
    ("text", "start", "by"),
    [
        ("从即日起至春节前，开展检查", "2024-01-21", "2024-02-09"),
        ("自即日起至 4 月 8 日，督促", "2024-01-21", "2024-04-08"),
        ("自 4 月 8 日起，组织", "2024-04-08", None),
        ("自查阶段（2024年4月16日—10月底）", "2024-04-16", "2024-10-31"),
        ("检查阶段（2024年11月到12月底）", "2024-11-01", "2024-12-31"),
        ("3月17日至21日开展检查", "2024-03-17", "2024-03-21"),
        ("7―9月，由部门实施", "2024-07-01", "2024-09-30"),
        ("2024年起5年内，大力实施", "2024-01-01", "2028-12-31"),
        ("10个工作日内书面答复", None, None),
        ("5年内享受补贴", None, None),
        ("自公布之日起施行", "2024-01-21", None),
        ("2025 年，以危险作业为重点编制课程", "2025-01-01", "2025-12-31"),
        ("2026年不低于80%", "2026-01-01", "2026-12-31"),
        ("2025 年至 2026 年推动项目完善", "2025-01-01", "2026-12-31"),
        ("2024年10月――2025年2月，由部门审定", "2024-10-01", "2025-02-28"),
        ("收到材料之日起15日内答复", None, None),
    ],
)
def test_window(text: str, start: str | None, by: str | None) -> None:
    """As far as the ends can be known."""
    (schedule,) = schedules(text, date="2024-01-21")
    assert (schedule.kind, schedule.start, schedule.by) == ("window", start, by)


def test_years_count_from_the_start_that_the_document_names() -> None:
    """5年内 later in the text means the same five years; a benefit's term does not."""
    named, same, term = schedules("2012年起5年内，大力实施。5年内引进人才。5年内享受补贴。")
    assert (named.start, named.by) == (same.start, same.by) == ("2012-01-01", "2016-12-31")
    assert term.by is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("持续开展安全生产大检查", "continuous"),
        ("常态化开展更新工作", "continuous"),
        ("推动引进工作常态化，", "continuous"),
        ("落实24小时值班值守制度", "continuous"),
        ("定期开放教育馆", "vague"),
        ("不定期抽查企业", "vague"),
        ("适时修改完善制度", "vague"),
        ("问题隐患尽快完成整改", "vague"),
        ("高频次播放提示", "vague"),
        ("重大活动、重要节日期间，", "event"),
        ("结合安全生产月、消防宣传月等活动开展", "event"),
        ("赛事活动开展前必须检查", "event"),
        ("总理出国访问期间，", "event"),
        ("连续值守中控机", "continuous"),
    ],
)
def test_times_without_a_date(text: str, kind: str) -> None:
    """Continuous, vague, bound to an event."""
    (schedule,) = schedules(text)
    assert schedule.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "确保形势持续稳定向好。",
        "实现可持续发展。",
        "水平持续改进，",
        "建立长效的常态化机制。",
        "2024年1月19日，某校发生火灾。",
        "2019年3月底前完成了任务。",  # told, not asked
        "2024年度计划",
        "按照每月2000元的标准扣除",
        "赴国外时间在30天以内的学术会议",
        "“十一五”规划",
        "集府〔2024〕43号文件",
        "《三年行动方案（2024—2026年）》",
        "定期存款",
        "2018年12月31日之前已完成转制的企业",
        "8月11日至18日，某省发生3起事故",
        "2024年，全市发生火灾后开展整治",
        "2017—2019年出列村情况",
        "每年可实现效益",
        "抓好重点环节前的准备",
    ],
)
def test_no_schedule(text: str) -> None:
    """Aims, narrated dates, rates of pay, attributes."""
    assert schedules(text, date="2024-10-28") == ()


def test_without_a_date_of_the_document_nothing_is_made_up() -> None:
    """10月底前 stays a deadline whose day is not known."""
    (schedule,) = schedules("10月底前完成")
    assert (schedule.kind, schedule.by) == ("deadline", None)


def test_cost_grows_with_length_only() -> None:
    """No phrase is sought over the whole text for each of its words."""
    assert len(schedules("持续开展检查" * 20_000)) == 20_000
    assert len(schedules("每年开展" * 20_000)) == 20_000


_ANY = st.text(
    alphabet=st.sampled_from(
        "0123456789二〇一三十年月日号底前末内起至到自从即每季度半逐持续常态化定期春节国庆期间小时工作，。；：（）()\n -—开展完成20"
    ),
    max_size=100,
)


@settings(derandomize=True, deadline=None, max_examples=500)
@given(_ANY, st.sampled_from([None, "2024-02-29", "2010-04-08"]))
def test_any_text_is_read_and_quoted_exactly(text: str, date: str | None) -> None:
    """Impossible dates too: never an exception, always a true quotation, never an end before its start."""
    for schedule in schedules(text, date=date):
        assert schedule.quote == text[schedule.span.start : schedule.span.end] != ""
        assert not (schedule.start and schedule.by) or schedule.start <= schedule.by
        assert schedule.kind != "recurring" or schedule.period
