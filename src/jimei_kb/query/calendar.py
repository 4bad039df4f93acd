"""什么时候该做什么: the duties of a year with their days, and those that no day is printed for.

每季度 makes four rows, each with the last day of its quarter. A notice signed in October asks for quarters that are over: such
rows are `late` (下达滞后). A duty counts for the years that the title of its document names, without any from the day of its date on.
"""

from __future__ import annotations

import hashlib
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from jimei_kb.errors import KbError
from jimei_kb.query.in_force import Asked, day_of
from jimei_kb.query.links import holds_on, said_validity
from jimei_kb.query.targets import Surroundings, plain_bearers
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jimei_kb.graph.schema import Node, Reading
    from jimei_kb.query.in_force import LeftOut
    from jimei_kb.query.links import Linked
    from jimei_kb.records import Bearer, Duty, Evidence, Schedule, ScheduleKind
    from jimei_kb.rules import RuleBook
    from jimei_kb.view.charts.timeline import Timeline
    from jimei_kb.view.shown import Shown

_PERIOD = re.compile(r"P(\d+)([YMWD])")
_YEARS = re.compile(r"(?<!\d)(20\d\d|19\d\d)(?:年?\s*[—－–~至到-]{1,2}\s*(20\d\d|19\d\d))?\s*年")
_LINE_OCTETS = 75
_YEARLY = frozenset({"P1Y", "P12M"})
# months of a quarter and half a year
_MONTHS = {"P3M": 3, "P6M": 6}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to do in a year. `first` and `last` are the days of its period; without them no day can be told from the text.

    `late`: the period was over when the document was signed. `note` says what the days rest on where the text does not say it.
    """

    kind: ScheduleKind
    first: date | None
    last: date | None
    what: str
    period: str | None
    count: int | None
    late: bool
    note: str
    bearers: tuple[Bearer, ...]
    evidence: Evidence
    signed: date | None


@dataclass(frozen=True, slots=True, repr=False)
class Calendar(Asked):
    """The entries of a year by day, those without a day last. Shows itself as a table."""

    year: int
    entries: tuple[Entry, ...]
    as_of: date | None = None
    left_out: tuple[LeftOut, ...] = ()

    def asked(self) -> dict[str, Any]:
        """The year."""
        return {"year": self.year}

    def rows(self) -> list[dict[str, Any]]:
        """[first, last, kind, what, period, count, late, note, bearers, basis, document, clause, start, end, page, quote, signed].

        Days are in ISO form, `period` is an ISO 8601 duration.
        """
        return [
            {
                "first": one.first.isoformat() if one.first else None,
                "last": one.last.isoformat() if one.last else None,
                "kind": one.kind,
                "what": one.what,
                "period": one.period,
                "count": one.count,
                "late": one.late,
                "note": one.note or None,
                **plain_bearers(one.bearers),
                "document": one.evidence.document,
                "clause": one.evidence.clause,
                "start": one.evidence.start,
                "end": one.evidence.end,
                "page": one.evidence.page,
                "quote": one.evidence.quote,
                "signed": one.signed.isoformat() if one.signed else None,
            }
            for one in self.entries
        ]

    @property
    def title(self) -> str:
        """工作日历."""
        return "工作日历"

    @property
    def columns(self) -> Mapping[str, str]:
        """Name of each column → heading in Excel."""
        from jimei_kb.view.plans import CALENDAR

        return CALENDAR

    @property
    def spoken(self) -> Mapping[str, Callable[[Any], Any]]:
        """Name of each column of codes → the Chinese for one."""
        from jimei_kb.view.labels import SPOKEN_CALENDAR

        return SPOKEN_CALENDAR

    def to_ics(self) -> str:
        """The dated entries as an iCalendar (RFC 5545): all-day events, a repeated duty on the last day of each period.

        The same entries give the same bytes: an event's UID is made from what it says, its stamp is the day its document was signed.
        """
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//jimei-kb//calendar//ZH", "CALSCALE:GREGORIAN"]
        for one in self.entries:
            lines += _event(one)
        return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])

    def chart(self) -> Timeline:
        """The dated entries as a picture: a row for each duty, the year from left to right."""
        from jimei_kb.view.charts.of_base import draw_calendar

        return draw_calendar(self.year, self.rows())

    def __repr__(self) -> str:
        """A line for each entry."""
        return self._shown().text

    def _repr_html_(self) -> str:
        return self._shown().html

    def _shown(self) -> Shown:
        from jimei_kb.view.plans import show_calendar

        return show_calendar(self.year, self.said(), list(zip(self.rows(), (one.bearers for one in self.entries), strict=True)))


def calendar(kb: Linked, year: int, *, as_of: str | date | None = None) -> Calendar:
    """What the documents of the base ask for in `year`; with a day `as_of` only those that hold on it.

    Raises KbError for a year outside 1900 to 2200, GraphError for a day that is none.
    """
    if not 1900 <= year <= 2200:
        raise KbError(f"{year} 不能作日历的年份；应为 1900 至 2200")
    links, day = kb.links, day_of(kb.links, as_of)
    entries: list[Entry] = []
    silent = []
    for reading in kb.readings:
        node_id = f"document:{reading.document.key}"
        found = _entries(reading, Surroundings(reading, links), year, links.node(node_id))
        if node_id not in day.out:
            entries += found
        elif any(found):
            silent.append(node_id)
    return Calendar(year, tuple(sorted(entries, key=_place)), day.day, day.left_out(silent))


def _place(entry: Entry) -> tuple[bool, date, date, str, int, int]:
    never = date.max
    return (entry.last is None, entry.last or never, entry.first or never, entry.evidence.clause, entry.evidence.start, entry.evidence.end)


def _entries(reading: Reading, around: Surroundings, year: int, node: Node | None) -> Iterator[Entry]:
    """What a document asks for in a year; `node` tells to which day it holds."""
    document = reading.document
    signed = date.fromisoformat(document.head.date) if document.head.date else None
    years = years_of(document.head.title or "")
    for schedule in around.schedules:
        dated = schedule.start is not None or schedule.by is not None
        if not dated and not (year in years if years else signed is None or year >= signed.year):
            continue
        stated: list[tuple[Duty | None, Evidence]] = [(around.duty_of(schedule), reading.evidence(schedule)), *around.sharing(schedule)]
        for first, last in days_of(schedule, year):
            late = signed is not None and last is not None and last < signed
            if late and not dated and not years:
                # without a year in the title a notice asks for nothing before its own day
                continue
            notes = ["" if dated or years else _doubt(signed, year), _loose(schedule), _ended(node, last)]
            for duty, evidence in stated:
                yield Entry(
                    kind=schedule.kind,
                    first=first,
                    last=last,
                    what=duty.quote if duty else schedule.quote,
                    period=schedule.period,
                    count=schedule.min_count,
                    late=late,
                    note="；".join(filter(None, notes)),
                    bearers=around.bearers(duty),
                    evidence=evidence,
                    signed=signed,
                )


def _loose(schedule: Schedule) -> str:
    """That a time of the year has no last day in the text, where it is one."""
    match = _rules()["day.start-of-year"].pattern.search(schedule.quote) if schedule.period in _YEARLY else None
    return f"原文没有写“{match[0]}”到哪一天，按1月计" if match else ""


def _ended(node: Node | None, last: date | None) -> str:
    """That the document does not hold any more on the last day of something, where that is known."""
    if node is None or last is None or holds_on(node, last) or dict(node.facts).get("valid_from", "") > last.isoformat():
        return ""
    return f"文件{said_validity(node)}"


def years_of(title: str) -> frozenset[int]:
    """The years that a title names: 2024年度 is one, 2024—2026年 are three."""
    return frozenset(year for a, b in _YEARS.findall(title) for year in range(int(a), int(b or a) + 1))


def _doubt(signed: date | None, year: int) -> str:
    """Why it is not sure that a document without a year in its title counts for `year`."""
    if signed is None:
        return "文中未载明适用年度和成文日期"
    return "" if signed.year == year else f"文中未载明适用年度，成文于{signed.year}年"


def days_of(schedule: Schedule, year: int) -> Iterator[tuple[date | None, date | None]]:
    """First and last day of each period of `schedule` in `year`; one pair without days where the text tells none."""
    start = date.fromisoformat(schedule.start) if schedule.start else None
    by = date.fromisoformat(schedule.by) if schedule.by else None
    new_year, last_day = date(year, 1, 1), date(year, 12, 31)
    if (start and start > last_day) or (by and by < new_year):
        return
    if schedule.kind == "recurring" and schedule.period:
        periods = _named_days(schedule, year) or list(periods_of(schedule.period, year))
        inside = [(a, b) for a, b in periods if not (start and b < start) and not (by and a > by)]
        yield from ((max(a, start or a), min(b, by or b)) for a, b in inside)
        if not periods:
            yield None, None
    elif by and schedule.kind == "deadline":
        if by.year == year:
            yield start, by
    elif by:
        yield start or new_year, by
    elif start:
        # 自2024年1月1日起施行 is a day of its year; the text names no end
        if start.year == year:
            yield start, start
    else:
        yield None, None


def _named_days(schedule: Schedule, year: int) -> list[tuple[date, date]]:
    """First and last day of what a repeated duty names: 每年1月31日前, 每年6月和11月, 每年初, 每月25日前, 每季度首月5日前; else empty."""
    if schedule.period in _YEARLY:
        found = [_in_year(match, year) for match in _rules()["day.of-year"].pattern.finditer(schedule.quote)]
        return [days for days in found if days is not None] or list(_parts_of_year(schedule.quote, year))
    if schedule.period == "P1M":
        match = _rules()["day.of-month"].pattern.search(schedule.quote)
        found = [_in_month(match, year, month) for month in range(1, 13)] if match else []
        return [days for days in found if days is not None]
    match = _rules()["day.of-quarter"].pattern.search(schedule.quote)
    months = _MONTHS.get(schedule.period or "")
    if match is None or months is None:
        return []
    at = range(1, 13, months) if match["first"] else range(months, 13, months)
    return [days for month in at if (days := _in_month(match, year, month)) is not None]


def _parts_of_year(quote: str, year: int) -> Iterator[tuple[date, date]]:
    """年初, 上半年, 第三季度 of every year. 年底 needs none: the year ends then."""
    from jimei_kb.dates import period

    for rule, part in (("day.start-of-year", False), ("day.part-of-year", True)):
        for match in _rules()[rule].pattern.finditer(quote):
            found = period(year, match[0] if part else None, None, None, None if part else "初")
            if found is not None:
                yield found.first, found.last


def _in_year(match: re.Match[str], year: int) -> tuple[date, date] | None:
    from jimei_kb.dates import period

    tail = "底" if match["tail"] == "末" else match["tail"]
    found = period(year, None, match["month"], match["day"], tail)
    if found is None:
        return None
    return (date(year, 1, 1) if match["before"] else found.first), found.last


def _in_month(match: re.Match[str], year: int, month: int) -> tuple[date, date] | None:
    from jimei_kb.dates import period

    tail = "底" if match["tail"] == "末" else match["tail"]
    # a short month ends before the 31st
    found = period(year, None, str(month), match["day"], tail) or period(year, None, str(month), None, None)
    if found is None:
        return None
    return (date(year, month, 1) if match["before"] else found.first), found.last


def _rules() -> RuleBook:
    return load_rules("calendar", package="jimei_kb.query")


def periods_of(period: str, year: int) -> Iterator[tuple[date, date]]:
    """The weeks, months, quarters … of a year, as first and last day; none for days and for what does not fit into a year.

    Nor for every second week: the text does not say which.
    """
    match = _PERIOD.fullmatch(period)
    if match is None:
        return
    number, unit = int(match[1]), match[2]
    if (number, unit) in ((1, "W"), (7, "D")):
        yield from _weeks(year)
    months = number * 12 if unit == "Y" else number if unit == "M" else 0
    if months and 12 % months == 0:
        for month in range(1, 13, months):
            last = month + months - 1
            yield date(year, month, 1), date(year, last, monthrange(year, last)[1])


def _weeks(year: int) -> Iterator[tuple[date, date]]:
    """The weeks from Monday to Sunday that end in `year`."""
    new_year = date(year, 1, 1)
    sunday = new_year + timedelta(days=6 - new_year.weekday())
    while sunday.year == year:
        yield sunday - timedelta(days=6), sunday
        sunday += timedelta(days=7)


# --- writing ------------------------------------------------------------------------------------------------------


def _event(one: Entry) -> list[str]:
    """The lines of an event; none for an entry without a last day."""
    if one.last is None:
        return []
    first = one.last if one.kind in ("recurring", "deadline") else one.first or one.last
    said = plain_bearers(one.bearers)
    description = "\n".join(
        [
            f"原文：{one.evidence.quote}",
            f"条款：{one.evidence.clause}",
            f"承担者：{said['bearers'] or '文中未写明'}",
            *([f"期间：{one.first.isoformat()} 至 {one.last.isoformat()}"] if one.first else []),
            *(["下达滞后：成文时期间已过"] if one.late else []),
            *([one.note] if one.note else []),
        ]
    )
    content = "\x1f".join(
        [one.evidence.clause, str(one.evidence.start), one.evidence.quote, one.what, first.isoformat(), one.last.isoformat()]
    )
    return [
        "BEGIN:VEVENT",
        f"UID:{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}@jimei-kb",
        f"DTSTAMP:{(one.signed or date(1970, 1, 1)):%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        # the end is the day behind the last one (RFC 5545, 3.6.1)
        f"DTEND;VALUE=DATE:{one.last + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(one.what)}",
        f"DESCRIPTION:{_escaped(description)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """Text for a property (RFC 5545, 3.3.11); other control characters than the line feed may not stand in one."""
    kept = "".join(char for char in text if char == "\n" or char.isprintable())
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line in pieces of at most 75 octets (RFC 5545, 3.1), no character cut in two."""
    pieces, piece, size = [], "", 0
    for char in line:
        octets = len(char.encode("utf-8"))
        if size + octets > _LINE_OCTETS:
            pieces.append(piece)
            # the blank that marks a continued line counts too
            piece, size = " ", 1
        piece += char
        size += octets
    return "\r\n".join([*pieces, piece])
