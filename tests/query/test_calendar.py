"""The calendar of a year: its days, what came too late, and what other programs are given."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from specimen import annotate

from jimei_kb import build_kb, open_kb
from jimei_kb.document import parse_text
from jimei_kb.errors import KbError
from jimei_kb.graph.build import build_graph
from jimei_kb.graph.lines import in_order
from jimei_kb.graph.schema import GraphLinks, Reading
from jimei_kb.query.calendar import Calendar, Entry, _folded, calendar, periods_of
from jimei_kb.records import Bearer, Evidence

ASSUMED = (("主送机关", "责任", "addressee"),)


class Base:
    """A base of one notice made by hand."""

    path = None

    def __init__(self, title="关于做好2024年度工作的通知", signed="2024年5月20日", *, said, **facts):
        document = parse_text(f"甲办〔2024〕1号\n{title}\n各社区：\n一、任务。{said}。\n甲街道办事处\n{signed}\n")
        annotations = annotate(document, duties=[("一", said, ASSUMED)], schedules=[("一", said, facts)])
        self.readings = (in_order(Reading(document, annotations)),)
        self.links = GraphLinks(build_graph(self.readings))


def days(base, year=2024):
    return [(str(one.first), str(one.last), one.late) for one in calendar(base, year).entries]


def test_a_quarter_has_its_last_day_and_may_be_over():
    """Signed in May, the first quarter can only be proved afterwards."""
    assert days(Base(said="每季度开展检查", kind="recurring", period="P3M")) == [
        ("2024-01-01", "2024-03-31", True),
        ("2024-04-01", "2024-06-30", False),
        ("2024-07-01", "2024-09-30", False),
        ("2024-10-01", "2024-12-31", False),
    ]


def test_the_last_day_of_a_period_is_not_late_on_that_day():
    base = Base(signed="2024年3月31日", said="每季度开展检查", kind="recurring", period="P3M")
    assert [late for _, _, late in days(base)] == [False] * 4


def test_a_notice_without_a_year_asks_for_nothing_before_its_day():
    base = Base("关于做好工作的通知", said="每季度开展检查", kind="recurring", period="P3M")
    assert days(base) == [("2024-04-01", "2024-06-30", False), ("2024-07-01", "2024-09-30", False), ("2024-10-01", "2024-12-31", False)]
    assert len(days(base, 2025)) == 4
    assert calendar(base, 2025).entries[0].note == "文中未载明适用年度，成文于2024年"
    assert days(base, 2023) == []


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("关于做好2024年度工作的通知", [2024]),
        ("三年行动方案（2024—2026年）的通知", [2024, 2025, 2026]),
        ("关于做好2023年工作总结和2024年工作的通知", [2023, 2024]),
    ],
)
def test_the_title_says_for_which_years(title, years):
    base = Base(title, said="每年开展检查", kind="recurring", period="P1Y")
    assert [year for year in range(2022, 2029) if calendar(base, year).entries] == years


def test_a_deadline_stands_in_its_year_alone():
    base = Base(said="2025年3月底前完成改造", kind="deadline", by="2025-03-31")
    assert days(base, 2025) == [("None", "2025-03-31", False)]
    assert days(base, 2024) == []
    assert days(Base(said="2024年3月底前完成改造", kind="deadline", by="2024-03-31")) == [("None", "2024-03-31", True)]


def test_a_window_over_new_year_is_cut_at_neither_end():
    base = Base(said="自11月至次年2月巡查", kind="window", start="2024-11-01", by="2025-02-28")
    assert days(base, 2024) == days(base, 2025) == [("2024-11-01", "2025-02-28", False)]
    assert days(base, 2026) == []


def test_a_repeated_duty_ends_with_its_window():
    base = Base(said="4月至8月每月巡查", kind="recurring", period="P1M", start="2024-04-10", by="2024-06-15")
    assert days(base) == [("2024-04-10", "2024-04-30", True), ("2024-05-01", "2024-05-31", False), ("2024-06-01", "2024-06-15", False)]


@pytest.mark.parametrize(
    ("said", "period", "found"),
    [
        ("每年1月31日前公开数据", "P1Y", [("2024-01-01", "2024-01-31")]),
        ("每年6月和11月分两次汇总", "P1Y", [("2024-06-01", "2024-06-30"), ("2024-11-01", "2024-11-30")]),
        ("每年七月底报送", "P1Y", [("2024-07-01", "2024-07-31")]),
        ("每年2月30日前报送", "P1Y", [("2024-01-01", "2024-12-31")]),  # no such day
        ("每月25日前报送", "P1M", [(f"2024-{month:02}-01", f"2024-{month:02}-25") for month in range(1, 13)]),
    ],
)
def test_a_day_inside_the_period_is_its_last_day(said, period, found):
    assert [(first, last) for first, last, _ in days(Base(said=said, kind="recurring", period=period))] == found


def test_a_short_month_ends_before_the_31st():
    found = days(Base(said="每月31日报送", kind="recurring", period="P1M"), 2024)
    assert [last for _, last, _ in found][:4] == ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]


def test_what_begins_and_has_no_end_is_a_day_of_its_year():
    base = Base(said="自2024年6月1日起施行", kind="window", start="2024-06-01")
    assert days(base) == [("2024-06-01", "2024-06-01", False)]
    assert days(base, 2025) == []


@pytest.mark.parametrize(
    ("kind", "period"), [("vague", None), ("event", None), ("continuous", None), ("recurring", "P1D"), ("recurring", "P5Y")]
)
def test_what_has_no_day_gets_none(kind, period):
    assert days(Base(said="定期检查", kind=kind, period=period)) == [("None", "None", False)]


@given(st.integers(1901, 2199), st.sampled_from(["P1M", "P2M", "P3M", "P4M", "P6M", "P1Y", "P12M"]))
def test_periods_of_months_tile_the_year(year, period):
    found = list(periods_of(period, year))
    assert (found[0][0], found[-1][1]) == (date(year, 1, 1), date(year, 12, 31))
    assert all(later[0] == earlier[1] + timedelta(days=1) for earlier, later in pairwise(found))


@given(st.integers(1901, 2199))
def test_weeks_end_on_the_sundays_of_the_year(year):
    sundays = [last for _, last in periods_of("P1W", year)]
    assert sundays == [day for n in range(366) if (day := date(year, 1, 1) + timedelta(days=n)).year == year and day.weekday() == 6]


@pytest.mark.parametrize("year", [0, 1899, 2201, 20240])
def test_a_year_out_of_range_is_an_error(year):
    with pytest.raises(KbError, match="不能作日历的年份"):
        calendar(Base(said="每月检查", kind="recurring", period="P1M"), year)


# --- for other programs -------------------------------------------------------------------------------------------


def unfolded(text):
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def events(text):
    """The properties of each event."""
    found, current = [], None
    for line in unfolded(text):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            current = {}
        elif line == "END:VEVENT":
            found.append(current)
            current = None
        elif current is not None:
            current[name] = value
    return found


def entry(said):
    evidence = Evidence("甲办〔2024〕1号", "甲办〔2024〕1号#一", 0, len(said), said, "specimen")
    return Entry(
        "recurring",
        date(2024, 1, 1),
        date(2024, 3, 31),
        said,
        "P3M",
        1,
        True,
        "",
        (Bearer(said, "责任", "explicit"),),
        evidence,
        date(2024, 5, 20),
    )


def test_events_of_the_seed(seed_kb):
    """Each dated entry is one event on its last day, stamped with the day of the notice, and none has the name of another."""
    found = seed_kb.calendar(2024)
    made = events(found.to_ics())
    dated = [one for one in found.entries if one.last]
    assert len(made) == len(dated) > 10
    assert len({event["UID"] for event in made}) == len(made)
    assert {event["DTSTAMP"] for event in made} == {"20241028T000000Z"}
    for event, one in zip(made, dated, strict=True):
        assert event["DTSTART;VALUE=DATE"] == f"{one.last:%Y%m%d}"
        assert event["DTEND;VALUE=DATE"] == f"{one.last + timedelta(days=1):%Y%m%d}"
        assert one.evidence.quote in event["DESCRIPTION"]
        assert ("下达滞后" in event["DESCRIPTION"]) is one.late
    assert found.to_ics() == seed_kb.calendar(2024).to_ics()


@given(st.text(max_size=120))
def test_no_text_breaks_the_calendar(said):
    """Lines of at most 75 octets, no property or event that a text has brought in, and the text itself whole."""
    text = Calendar(2024, (entry(said),)).to_ics()
    assert all(len(line.encode("utf-8", "surrogatepass")) <= 75 for line in text.split("\r\n"))
    (event,) = events(text)
    assert set(event) == {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY", "DESCRIPTION", "TRANSP"}
    plain = re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], event["SUMMARY"])
    assert plain == "".join(char for char in said if char == "\n" or char.isprintable())


@given(st.text("每月 巡查,;:\\abc", max_size=200))
def test_folding_can_be_undone(line):
    folded = _folded(line)
    assert folded.replace("\r\n ", "") == line
    assert all(len(piece.encode()) <= 75 for piece in folded.split("\r\n"))


@pytest.mark.parametrize("said", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "　＝1", '引号",换行\n'])
def test_a_table_runs_no_formula(said, tmp_path):
    Calendar(2024, (entry(said),)).to_csv(tmp_path / "2024.csv")
    with (tmp_path / "2024.csv").open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert header[:4] == ["first", "last", "kind", "what"]
    assert row[3] == (said if said.startswith("引") else f"'{said}")
    assert row[header.index("quote")] == row[3]


def test_an_empty_calendar_is_still_one(seed_kb, tmp_path):
    found = seed_kb.calendar(1999)
    assert events(found.to_ics()) == []
    found.to_csv(tmp_path / "1999.csv")
    assert (tmp_path / "1999.csv").read_text(encoding="utf-8-sig").startswith('"first","last","kind",')
    assert "文件没有给这一年写明日期或周期" in repr(found)


def test_the_text_has_every_fact_of_the_rows(seed_kb):
    found = seed_kb.calendar(2024)
    said, shown = repr(found), found._repr_html_()
    assert any(one.late for one in found.entries)
    assert "下达滞后：2024-10-28成文时期间已过" in said
    for row in found.rows():
        for fact in (row["last"], row["what"], row["clause"], row["quote"]):
            assert (fact or "") in said
            assert (fact or "").replace("&", "&amp;") in shown


# --- what a date holds for ----------------------------------------------------------------------------------------


class Spoken(Base):
    """A base of one clause with several duties, the first of which has the date."""

    def __init__(self, text, duties, schedules):
        document = parse_text(f"甲办〔2024〕1号\n关于做好2024年度工作的通知\n各社区：\n一、任务。{text}\n甲街道办事处\n2024年5月20日\n")
        annotations = annotate(document, duties=[("一", said, who) for said, who in duties], schedules=schedules)
        self.readings = (in_order(Reading(document, annotations)),)
        self.links = GraphLinks(build_graph(self.readings))


NAMED = (("物业企业", "责任", "explicit"),)


def test_a_second_verb_joined_by_bing_has_the_same_date():
    """The words from the date to its end are the quotation."""
    text = "每半年开展分析研判，并向街道办书面报告，完善制度。"
    duties = [("每半年开展分析研判", ASSUMED), ("向街道办书面报告", ASSUMED), ("完善制度", ASSUMED)]
    base = Spoken(text, duties, [("一", "每半年开展分析研判", {"kind": "recurring", "period": "P6M"})])
    entries = [(one.what, str(one.last), one.evidence.quote) for one in calendar(base, 2024).entries]
    assert entries == [
        ("每半年开展分析研判", "2024-06-30", "每半年开展分析研判"),
        ("向街道办书面报告", "2024-06-30", "每半年开展分析研判，并向街道办书面报告"),
        ("每半年开展分析研判", "2024-12-31", "每半年开展分析研判"),
        ("向街道办书面报告", "2024-12-31", "每半年开展分析研判，并向街道办书面报告"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("6月底前，社区清理楼道，物业企业改造设施。", ["社区清理楼道", "物业企业改造设施"]),
        ("6月底前，社区清理楼道。物业企业改造设施。", ["社区清理楼道"]),  # another sentence
        ("6月底前社区清理楼道，物业企业改造设施。", ["社区清理楼道"]),  # the date belongs to the first alone
    ],
)
def test_a_fronted_date_holds_for_the_second_subject(text, found):
    quote = text[: text.index("社区清理楼道") + len("社区清理楼道")]
    schedules = [("一", quote, {"kind": "deadline", "by": "2024-06-30"})]
    base = Spoken(text, [("社区清理楼道", ASSUMED), ("物业企业改造设施", NAMED)], schedules)
    assert [one.what for one in calendar(base, 2024).entries] == found


def test_a_date_of_its_own_ends_what_a_fronted_date_holds_for():
    text = "6月底前，社区清理楼道，9月底前物业企业改造设施。"
    schedules = [
        ("一", "6月底前，社区清理楼道", {"kind": "deadline", "by": "2024-06-30"}),
        ("一", "9月底前物业企业改造设施", {"kind": "deadline", "by": "2024-09-30"}),
    ]
    base = Spoken(text, [("社区清理楼道", ASSUMED), ("物业企业改造设施", NAMED)], schedules)
    assert [(one.what, str(one.last)) for one in calendar(base, 2024).entries] == [
        ("社区清理楼道", "2024-06-30"),
        ("物业企业改造设施", "2024-09-30"),
    ]


def test_the_start_of_the_year_is_january_and_the_note_says_that_the_text_does_not():
    base = Spoken("年初召开会议。", [("年初召开会议", ASSUMED)], [])
    (entry,) = calendar(base, 2024).entries
    assert (str(entry.first), str(entry.last), entry.late) == ("2024-01-01", "2024-01-31", True)
    assert entry.note == "原文没有写“年初”到哪一天，按1月计"


@pytest.mark.parametrize("said", ["年初以来发生火灾", "年初确定的任务", "岁末年初加强巡查"])
def test_what_only_mentions_the_start_of_the_year_has_no_day(said):
    assert calendar(Spoken(f"{said}。", [(said, ASSUMED)], []), 2024).entries == ()


@pytest.mark.parametrize(
    ("said", "period", "last"),
    [
        ("每季度首月5日前报送", "P3M", ["01-05", "04-05", "07-05", "10-05"]),
        ("每季度末通报", "P3M", ["03-31", "06-30", "09-30", "12-31"]),
        ("每半年最后一个月20日前报送", "P6M", ["06-20", "12-20"]),
        ("每年上半年、下半年各开展一次", "P1Y", ["06-30", "12-31"]),
        ("每年第三季度开展", "P1Y", ["09-30"]),
        ("每年年底总结", "P1Y", ["12-31"]),
    ],
)
def test_a_part_of_a_period_has_its_days(said, period, last):
    assert [one[5:] for _, one, _ in days(Base(said=said, kind="recurring", period=period))] == last


def test_what_is_due_after_the_document_ends_says_so(tmp_path):
    (tmp_path / "a.txt").write_text(
        "甲办〔2024〕1号\n甲街道办事处关于印发检查办法的通知\n各社区：\n一、检查。每半年开展检查。\n二、期限。有效期至2024年9月30日。\n"
        "甲街道办事处\n2024年1月2日\n",
        encoding="utf-8",
    )
    build_kb([tmp_path], tmp_path / "kb")
    notes = [(str(one.last), one.note) for one in open_kb(tmp_path / "kb").calendar(2024).entries if one.kind == "recurring"]
    assert notes[0] == ("2024-06-30", "")
    assert notes[1][1].startswith("文件效力至2024-09-30（文中写明“有效期至2024年9月30日”")


def test_on_a_day_only_what_holds_stands_in_the_calendar(specimen_kb):
    found = specimen_kb.calendar(2024, as_of="2024-03-01")
    assert {one.evidence.document for one in found.entries} == {"岫政〔2024〕12号"}
    assert [one.document for one in found.left_out] == ["望街办〔2024〕15号"]


def test_cells_of_files_are_in_chinese(seed_kb, tmp_path):
    seed_kb.calendar(2024).to_csv(tmp_path / "a.csv")
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {row["kind"] for row in rows} <= {"周期性", "限期", "期间", "持续", "未定时间", "特定时点"}
    assert {row["period"] for row in rows} <= {"每年", "每半年", "每季度", "每月", ""}
    assert {row["late"] for row in rows} == {"是", "否"}
    assert all(set(row["basis"].split("；")) <= {"明文", "承前省略", "推定为主送机关，原文未写主语", ""} for row in rows)
