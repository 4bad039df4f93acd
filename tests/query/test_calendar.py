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
