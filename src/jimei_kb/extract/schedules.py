"""When and how often something is to be done: 每季度, 2026年底前, 自4月8日起, 持续, 定期, 重要节日期间.

Dates that are only told (a fire on 19 January) are no schedule: what ended more than six weeks before the
document is left out. A month without a year belongs to the year named before it in the sentence,
else to the document's year.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.dates import Period, day_before, festival, months_from, period, years_from
from jimei_kb.extract.masks import Places, read
from jimei_kb.extract.scan import Taken, matches
from jimei_kb.numerals import numeral
from jimei_kb.records import Schedule, Span
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jimei_kb.records import Clause, Document, ScheduleKind
    from jimei_kb.rules import Rule

# The first of two rules that overlap wins: a range before its parts.

_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?=年)")
_PAUSE = re.compile(r"[，。；：()\n]")
_HARD_PAUSE = re.compile(r"[。；\n]")
_LEADS = "在于对"
_OTHER = ("event.", "continuous.", "vague.")
_READ_BACK = frozenset({"event.during", "event.before"})
_UNITS = {  # first character of the unit → shape of the duration, how many of it
    "年": ("P{}Y", 1),
    "半": ("P{}M", 6),
    "学": ("P{}M", 6),  # 学期
    "季": ("P{}M", 3),
    "月": ("P{}M", 1),
    "旬": ("P{}D", 10),
    "周": ("P{}D", 7),
    "星": ("P{}D", 7),
    "日": ("P{}D", 1),
    "天": ("P{}D", 1),
    "工": ("P{}D", 1),  # 工作日
    "小": ("PT{}H", 1),
}
_LONGEST_PHRASE = 120  # characters
_PAST = timedelta(days=45)  # phases of a campaign start some weeks before its plan is printed
_LONG_PAST = timedelta(days=400)


class _Rules:
    """The wording of `schedules.toml`, compiled."""

    def __init__(self) -> None:
        book = load_rules("schedules", ("anchor", "kind"))
        self.dated = tuple(rule for rule in book.rules if rule.id.startswith(("window.", "deadline.")))
        self.recurring = tuple(rule for rule in book.rules if rule.id.startswith("recurring."))
        self.other = tuple(rule for rule in book.rules if rule.id.startswith(_OTHER))
        self.parts = book.compile(
            r"(?P<year><<year>>)?(?:度)?(?:(?P<part>(?:上|下)半年|第?[一二三四]季度)|(?P<month><<month>>)?(?P<day><<day>>|(?:3[01]|[12][0-9]|0?[1-9])$)?)?(?P<tail><<tail>>)?"
        )
        self.count, self.every_year, self.pay, self.term = (
            book[f"check.{name}"].pattern for name in ("least_count", "every_year", "pay", "term")
        )
        self.started, self.measured, self.done = (book[f"check.{name}"].pattern for name in ("started", "measured", "done"))
        self.told, self.told_year, self.task, self.of_a_plan = (
            book[f"check.{name}"].pattern for name in ("told", "told_year", "task", "plan")
        )
        self.festival = book.compile("<<festivals>>")


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    """The rules, loaded when they are first asked for."""
    return _Rules()


class _Found(NamedTuple):
    """A schedule before its place in the document is known."""

    start: int
    end: int
    rule: Rule
    period: str | None = None
    min_count: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class _Frame:
    """What dates without a year are relative to: the document's date, its year, a start that it names (2012年起5年内), its festivals."""

    issued: date | None
    year: int | None
    started: date | None
    years: int
    festivals: tuple[tuple[int, str], ...] = ()

    def festival_before(self, at: int) -> str | None:
        """The festival named last before `at`: what 节日 means there."""
        i = bisect_left(self.festivals, (at, ""))
        return self.festivals[i - 1][1] if i else None


def find_schedules(document: Document, masked: str) -> tuple[Schedule, ...]:
    """Every statement of when or how often, in text order.

    `masked` is the document's text from `mask_citations`. `每季度至少召开1次` → recurring, P3M, min_count 1.
    """
    reading = read(masked)
    text = reading.text
    frame = _frame(document, text)
    places = Places(document)
    schedules = []
    for found in sorted([*_dated(text, frame), *_recurring(text), *_others(text)], key=lambda f: (f.start, f.end)):
        start, end = _quotation(text, found)
        span = reading.span(start, end)
        clause = places.clause(span)
        if clause is None:  # across a border: the bare expression may still lie in one clause
            span = reading.span(found.start, found.end)
            clause = places.clause(span)
        if clause is None or (found.rule.id.startswith(_OTHER) and (_in_heading(clause, span) or text[end - 1] == "的")):
            continue
        if span.start < clause.text_start < span.end:  # 第十条　…期间: no quotation takes in the clause's number
            span = Span(clause.text_start, span.end)
        kind: ScheduleKind = found.rule.fields["kind"]
        schedules.append(
            Schedule(
                clause=clause.id,
                span=span,
                quote=span.of(document.text),
                rule=f"schedule.{found.rule.id}",
                kind=kind,
                period=found.period,
                min_count=found.min_count,
                start=found.first.isoformat() if found.first else None,
                by=found.last.isoformat() if found.last else None,
            )
        )
    return tuple(schedules)


def _in_heading(clause: Clause, span: Span) -> bool:
    """A heading names the theme (持续深化…); what is due stands in the text below."""
    return clause.heading_span is not None and span.start < clause.heading_span.end


def _frame(document: Document, text: str) -> _Frame:
    issued = date.fromisoformat(document.head.date) if document.head.date else None
    year = issued.year if issued else None
    if year is None:
        named = re.search(r"(?:19|20)[0-9]{2}", " ".join(filter(None, (document.head.number, document.head.title))))
        year = int(named[0]) if named else None
    started = _rules().started.search(text)
    years = numeral(started["count"]) if started else None
    if started and year is None:
        year = int(started["year"])
    festivals = tuple((named.start(), named[0]) for named in _rules().festival.finditer(text))
    return _Frame(issued, year, date(int(started["year"]), 1, 1) if started else None, int(years or 0), festivals)


def _quotation(text: str, found: _Found) -> tuple[int, int]:
    """The stretch to quote: from the expression to the end of its phrase, at least one phrase that says what is due."""
    start, end = found.start, found.end
    if text[start - 1 : start] == "(" and text[end : end + 1] == ")":  # 动员部署阶段（2010年4月15前）
        return _phrase_start(text, start - 1), end + 1
    if text[end - 1] in "，：":
        end -= 1
    pause = _PAUSE.search(text, end, end + _LONGEST_PHRASE)
    stop = pause.start() if pause else min(end + _LONGEST_PHRASE, len(text))
    if stop - end >= 2:
        return start, stop
    if not found.rule.id.startswith(_OTHER) and pause and pause[0] in "，：":  # 2024年底前，建立机制
        after = _PAUSE.search(text, pause.end(), pause.end() + _LONGEST_PHRASE)
        return start, after.start() if after else min(pause.end() + _LONGEST_PHRASE, len(text))
    return _phrase_start(text, start), stop


def _phrase_start(text: str, at: int) -> int:
    start = at
    while start > 0 and at - start < 60 and text[start - 1] not in "，。；：()\n":
        start -= 1
    return start


def _sentence_before(text: str, at: int) -> str:
    return _HARD_PAUSE.split(text[max(0, at - 150) : at])[-1]


# ---- dates ------------------------------------------------------------------------------------------------------


def _dated(text: str, frame: _Frame) -> Iterator[_Found]:
    """Deadlines and windows that lie ahead of the document."""
    taken = Taken()
    for rule in _rules().dated:
        for match in matches(rule, text):
            found = _read_dated(text, match, rule, frame)
            if found is not None and taken.take(*match.span()):
                yield found


def _read_dated(text: str, match: re.Match[str], rule: Rule, frame: _Frame) -> _Found | None:
    """The window or deadline that `match` names; None where it is only told, repeated yearly or measured."""
    start, end = match.span()
    before = text[max(0, start - 12) : start]
    if rule.id == "window.years_within":
        return _years_within(text, match, rule, frame)
    if rule.id == "window.within":
        return None if _rules().measured.search(before) or text[start - 1 : start] in ("第", "每") else _Found(start, end, rule)
    if rule.id == "deadline.within_issue":
        return _Found(start, end, rule, last=_since_issue(match, frame))
    if rule.id == "window.range":
        return _range(text, match, rule, frame)
    if rule.id == "deadline.festival":
        after = frame.issued or (date(frame.year, 1, 1) if frame.year else None)
        named = match["festival"] if _rules().festival.fullmatch(match["festival"]) else frame.festival_before(start)
        day = festival(named, after) if after and named else None
        return _Found(start, end, rule, last=day_before(day) if day else None)
    if rule.id == "deadline.within_year":
        return _Found(start, end, rule, last=date(frame.year, 12, 31) if frame.year else None)
    if _rules().every_year.search(before[-4:]) or ("每年" in _sentence_before(text, start) and not _YEAR.search(match[0])):
        return None
    if rule.id == "window.from":
        return _from(text, match, rule, frame)
    dates = _read_date(text, match.start("date"), match["date"], frame)
    if rule.id == "deadline.before" and _rules().done.match(text[end : end + 32]):
        return None
    if dates is None:
        return _Found(start, end, rule) if rule.id == "deadline.before" and frame.year is None else None
    if match["date"].startswith("次年") and "每年" in text[max(text.rfind("\n", 0, start), start - 200, 0) : start]:
        return _Found(start, end, rule)  # 每年12月初 …，次年1月底 …: every year's next
    if frame.issued and dates.last < frame.issued - _PAST:
        return None
    spanning = rule.id in ("window.in_year", "window.plan")
    if spanning and _rules().told_year.match(text[end : end + 80]):
        return None
    first = dates.first if spanning else None
    return _Found(start, end, rule, first=first, last=dates.last)


def _years_within(text: str, match: re.Match[str], rule: Rule, frame: _Frame) -> _Found:
    """5年内: counted from the start that the document names, if it names one; a benefit's term (5年内享受…) has no dates."""
    count = int(numeral(match["count"]) or 0)
    start = frame.started
    if match["start"]:
        start = date(int(match["start"][:4]), 1, 1) if match["start"][:4].isdecimal() else start
    clear = start is not None and (match["start"] or count == frame.years) and not _rules().term.match(text[match.end() : match.end() + 8])
    if not clear or start is None or not 0 < count < 100:
        return _Found(*match.span(), rule)
    return _Found(*match.span(), rule, first=start, last=years_from(start, count))


def _since_issue(match: re.Match[str], frame: _Frame) -> date | None:
    """印发之日起30日内, 六个月内: counted from the document's date; working days are not counted out."""
    count = int(numeral(match["count"]) or 0)
    if frame.issued is None or match["unit"] == "工作日":
        return None
    return months_from(frame.issued, count) if match["unit"] == "月" else frame.issued + timedelta(days=count)


def _range(text: str, match: re.Match[str], rule: Rule, frame: _Frame) -> _Found | None:
    """自2010年4月16日至10月底, 3月17日至21日, 从即日起至春节前: what the end leaves out it takes from the start."""
    first_text, last_text = match["first"], match["last"]
    if _rules().of_a_plan.search(text, max(0, match.start() - 4), match.start()):
        return None
    if first_text.startswith("即日"):
        first = Period(frame.issued, frame.issued) if frame.issued else None
    else:
        written = first_text if "年" in first_text or "月" in first_text else first_text + match["last"][-1]
        first = _read_date(text, match.start("first"), written, frame)
    last: date | None
    if name := re.match(r"[一-龥]+?(?=前|$)", last_text) if last_text.endswith("前") else None:
        after = first.first if first else frame.issued
        day = festival(name[0], after) if after else None
        last = day_before(day) if day else None
    elif last_text in ("年底", "月底"):
        at = first.first if first else None
        ends = period(at.year, None, str(at.month) if last_text == "月底" else None, None, "底") if at else None
        last = ends.last if ends else None
    else:
        month = first.first.month if first and "月" not in last_text and "年" not in last_text else None
        year = first.first.year if first else None
        dates = _read_date(text, match.start("last"), f"{month}月{last_text}" if month else last_text, frame, year)
        last = dates.last if dates else None
    if frame.issued and last and last < frame.issued - _PAST:
        return None
    if first and last and last < first.first:
        return None
    bare_years = "月" not in match[0] and last_text.endswith("年")  # 2017—2019年出列村情况
    behind = text[match.end() : match.end() + 64]
    if _rules().told.match(behind) or (bare_years and not _rules().task.match(behind)):
        return None
    return _Found(*match.span(), rule, first=first.first if first else None, last=last)


def _from(text: str, match: re.Match[str], rule: Rule, frame: _Frame) -> _Found | None:
    """自4月8日起, 即日起, 自公布之日起: an open window."""
    if match["first"].endswith(("即日", "之日")):
        return _Found(*match.span(), rule, first=frame.issued)
    dates = _read_date(text, match.start("first"), match["first"], frame)
    if dates is None or (frame.issued and dates.first < frame.issued - _LONG_PAST):
        return None
    return _Found(*match.span(), rule, first=dates.first)


def _read_date(text: str, at: int, written: str, frame: _Frame, year: int | None = None) -> Period | None:
    """First and last day of a written date, its year completed from the sentence or the document."""
    if plan := re.match(r"“(十[一二三四五六]?|[七八九])五”", written):
        number = int(numeral(plan[1]) or 0) - 10
        return Period(date(2001 + 5 * number, 1, 1), date(2005 + 5 * number, 12, 31))
    parts = _rules().parts.match(written)
    if parts is None:
        return None
    tail = parts["tail"] or ("底" if written.endswith(("底", "末")) else None)
    year = _year(parts["year"], frame) if parts["year"] else year
    if year is None:
        named = _YEAR.findall(_sentence_before(text, at))
        if not named and frame.year is None:  # the last year named in the paragraph
            named = _YEAR.findall(text, max(text.rfind("\n", 0, at), at - 300, 0), at)
        year = int(named[-1]) if named else frame.year
    month = parts["month"].rstrip("月份") if parts["month"] else None
    if month is None and written == "月底":
        month = str(frame.issued.month) if frame.issued else None
        if month is None:
            return None
    day = parts["day"].rstrip("日号") if parts["day"] else None
    dates = period(year, parts["part"], month, day, tail)
    if dates and frame.issued and not parts["year"] and _gone_by(dates, frame.issued):
        return period(dates.first.year + 1, parts["part"], month, day, tail)
    return dates


def _gone_by(dates: Period, issued: date) -> bool:
    """Whether a month without a year must be next year's: 3月底前 in a notice of December."""
    return issued.month >= 10 and dates.last.year == issued.year and dates.last < issued - timedelta(days=180)


def _year(written: str, frame: _Frame) -> int | None:
    relative = {"今年": 0, "本年": 0, "当年": 0, "明年": 1, "次年": 1}.get(written)
    if relative is not None:
        return frame.year + relative if frame.year else None
    number = numeral(written.removesuffix("年"))
    return int(number) if number and number.isdecimal() and len(number) == 4 else None


# ---- recurring --------------------------------------------------------------------------------------------------


def _recurring(text: str) -> Iterator[_Found]:
    """每季度, 逐月, 全年至少1次: what comes again."""
    for rule in _rules().recurring:
        for match in matches(rule, text):
            found = _read_recurring(text, match, rule)
            if found is not None:
                yield found


def _read_recurring(text: str, match: re.Match[str], rule: Rule) -> _Found | None:
    start, end = match.span()
    groups = match.groupdict()
    if _rules().pay.match(text[end : end + 32]):  # 每月2000元 is a rate, no appointment
        return None
    if rule.id == "recurring.times_a_year":
        count = int(numeral(groups["period"] or groups["period3"] or "1") or 1)
        shape, months = _UNITS[(groups["unit3"] or "年").removeprefix("个")[0]]
        least = int(numeral(groups["count"] or groups["count2"] or groups["count3"]) or 1)
        return _Found(start, end, rule, shape.format(count * months), least)
    unit = groups.get("unit") or groups.get("unit2") or "年"
    count = int(numeral(groups.get("count") or "1") or 1)
    shape, months = _UNITS[unit.removeprefix("个")[0]]
    return _Found(start, end, rule, shape.format(count * months), _least_count(text, end))


def _least_count(text: str, end: int) -> int | None:
    """How many times at least: `每季度至少召开1次` → 1."""
    match = _rules().count.match(text[end : end + 48])
    if match is None or "每" in match[0]:
        return None
    return int(numeral(match["count"]) or 0) or None


# ---- without a date ---------------------------------------------------------------------------------------------


def _others(text: str) -> Iterator[_Found]:
    """Events, continuous and vague times."""
    for rule in _rules().other:
        for match in matches(rule, text):
            start, end = match.span()
            if rule.id in _READ_BACK:
                start = _phrase_start(text, start)
                while text[start] in _LEADS and start < match.start():
                    start += 1
            yield _Found(start, end, rule)
