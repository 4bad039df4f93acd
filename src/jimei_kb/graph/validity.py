"""From when to when a document holds: what it says itself, what a later one or the registry says of it, what its title lets infer.

A document holds from the day that it names, else from its date; to the earliest of the last days that are known. A last
day that nobody knows is none: the document holds on. Rules in validity.toml.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from jimei_kb.dates import day_before, period, years_from
from jimei_kb.errors import GraphError
from jimei_kb.graph.statements import Holdings, bare_title
from jimei_kb.numerals import numeral
from jimei_kb.records import Evidence, Span
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Iterable, Iterator

    from jimei_kb.graph.index import Entry
    from jimei_kb.graph.registry import KnownDocument, Registry
    from jimei_kb.graph.schema import Reading
    from jimei_kb.records import Certainty, Citation, Document, Head
    from jimei_kb.rules import RuleBook

_REPEALS = "废止"


@dataclass(frozen=True, slots=True)
class Limit:
    """The first or the last day on which a document holds, how that is known and how surely; `day` None where nobody says which."""

    day: date | None
    reason: str
    certainty: Certainty
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """When a document holds. Of several last days the earliest counts; all of them are kept."""

    start: Limit | None = None
    ends: tuple[Limit, ...] = ()

    @property
    def end(self) -> Limit | None:
        """The earliest of the last days; one without a day before all others."""
        return min(self.ends, key=lambda limit: (limit.day or date.min, limit.certainty, limit.reason), default=None)

    def against(self, day: date) -> Limit | None:
        """The limit by which the document does not hold on `day`; None where it does."""
        if self.start is not None and self.start.day is not None and day < self.start.day:
            return self.start
        end = self.end
        return end if end is not None and (end.day is None or day > end.day) else None


@dataclass(frozen=True, slots=True)
class Outline:
    """What of one document is needed to link others to it: its head, from when it holds, its own last days, what it repeals and where."""

    key: str
    head: Head
    start: Limit | None
    ends: tuple[Limit, ...]
    repeals: tuple[tuple[Citation, Evidence], ...]


def outline(reading: Reading, registry: Registry) -> Outline:
    """The outline of a document; of its records only the citations count."""
    document = reading.document
    row = next((row for row in registry.documents if row.number and row.number == document.head.number), None)
    start = _start(document, row)
    ends = list(_own_ends(document, start))
    if row is not None and row.end:
        ends.append(Limit(date.fromisoformat(row.end), f"登记表：{row.source}", row.certainty))
    repeals = tuple((one, reading.evidence(one)) for one in reading.annotations.citations if one.relation == _REPEALS)
    return Outline(document.key, document.head, start, tuple(ends), repeals)


def as_day(as_of: str | date) -> date:
    """`as_of` as a date. Raises GraphError for a text that is no day written as 2024-10-28."""
    try:
        return as_of if isinstance(as_of, date) else date.fromisoformat(as_of)
    except ValueError as error:
        raise GraphError(f"日期写作 {as_of!r}；应写成 2024-10-28 的样子") from error


def facts_of(validity: Validity) -> dict[str, str]:
    """`validity` as facts of a node: valid_from, valid_to, their reasons and certainty; `repealed` where the day is not known."""
    facts = {}
    if validity.start is not None and validity.start.day is not None:
        facts["valid_from"] = validity.start.day.isoformat()
    if validity.end is not None:
        end = validity.end
        facts |= {"valid_to": end.day.isoformat()} if end.day else {"repealed": end.reason}
        facts |= {"valid_to_reason": end.reason, "valid_to_certainty": end.certainty}
    return facts


def validities(outlines: Collection[Outline]) -> dict[str, Validity]:
    """By key, when each of the documents holds."""
    holdings = Holdings({one.key: one.head for one in outlines})
    ends = defaultdict(list, {one.key: list(one.ends) for one in outlines})
    for one in outlines:
        for citation, evidence in one.repeals:
            found = holdings.find(citation)
            if found is not None and found[0] != one.key:
                ends[found[0]].append(_repealed(one, evidence))
    for key, limit in _replaced(outlines):
        ends[key].append(limit)
    return {one.key: Validity(one.start, tuple(sorted(set(ends[one.key]), key=_order))) for one in outlines}


def validity_of_row(row: KnownDocument) -> Validity:
    """When a document holds that only the registry knows."""
    said = f"登记表：{row.source}"
    start = Limit(date.fromisoformat(row.start), said, row.certainty) if row.start else None
    return Validity(start, (Limit(date.fromisoformat(row.end), said, row.certainty),) if row.end else ())


def _repealed(by: Outline, evidence: Evidence) -> Limit:
    """A document that is repealed ends the day before the one that repeals it begins to hold."""
    day = day_before(by.start.day) if by.start is not None and by.start.day is not None else None
    return Limit(day, f"{by.key}写明“{evidence.quote}”废止（{evidence.clause}）", "A", evidence)


def _order(limit: Limit) -> tuple[date, str, str]:
    return limit.day or date.min, limit.certainty, limit.reason


def _rules() -> RuleBook:
    return load_rules("validity", package="jimei_kb.graph")


# --- what a document says of itself -------------------------------------------------------------------------------


def _start(document: Document, row: KnownDocument | None) -> Limit | None:
    issued = _day(document.head.date)
    for rule in ("validity.from_day", "validity.from_issue"):
        for match in _in_clauses(document, rule):
            day = _written_day(match) if rule == "validity.from_day" else issued
            if day is not None:
                evidence = _evidence(document, match, rule)
                return Limit(day, f"文中写明“{evidence.quote}”（{evidence.clause}）", "A", evidence)
    if row is not None and row.start:
        return Limit(date.fromisoformat(row.start), f"登记表：{row.source}", row.certainty)
    return Limit(issued, "成文日期", "A") if issued is not None else None


def _own_ends(document: Document, start: Limit | None) -> Iterator[Limit]:
    for match in _in_clauses(document, "validity.until_day"):
        day = _written_day(match)
        if day is not None:
            evidence = _evidence(document, match, "validity.until_day")
            yield Limit(day, f"文中写明“{evidence.quote}”（{evidence.clause}）", "A", evidence)
    for match in _in_clauses(document, "validity.for_years"):
        years = int(numeral(match["years"]) or 0)
        if years and start is not None and start.day is not None:
            evidence = _evidence(document, match, "validity.for_years")
            yield Limit(years_from(start.day, years), f"文中写明“{evidence.quote}”（{evidence.clause}）", "A", evidence)
    for rule in ("validity.title_years", "validity.title_year"):
        named = _rules()[rule].pattern.search(document.head.title or "")
        if named and 1900 <= int(named["last"]) <= 2200:
            yield Limit(date(int(named["last"]), 12, 31), f"题名所称的年度“{named[0]}”，推断", "C")
            return


def _in_clauses(document: Document, rule: str) -> Iterator[re.Match[str]]:
    """Where the text says that of the document itself: not inside the title of another one."""
    for match in _rules()[rule].pattern.finditer(document.text):
        before = document.text[: match.start()]
        if before.count("《") <= before.count("》"):
            yield match


def _written_day(match: re.Match[str]) -> date | None:
    found = period(int(match["year"]), None, match["month"], match["day"], None)
    return None if found is None else found.first


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def _evidence(document: Document, match: re.Match[str], rule: str) -> Evidence:
    span = Span(*match.span())
    clause = next((clause.id for clause in document.clauses if clause.span.holds(span)), "")
    return Evidence(
        document.key,
        document.clause_key(clause) if clause else document.key,
        *span,
        span.of(document.text),
        rule,
        document.page(span.start),
    )


# --- versions -----------------------------------------------------------------------------------------------------


def newer_versions(entries: Iterable[Entry]) -> dict[str, Entry]:
    """By key, the newest document of the same issuer whose title differs in no more than year and version, for each older one."""
    versions: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        title = _rules()["version.year"].pattern.sub("", _rules()["version.mark"].pattern.sub("", bare_title(entry.title)))
        if title and _day(entry.date):
            versions[entry.issuers, title].append(entry)
    found: dict[str, Entry] = {}
    for same in versions.values():
        newest = max(same, key=lambda entry: (entry.date, entry.key))
        found |= {entry.key: newest for entry in same if entry.date < newest.date}
    return found


def _replaced(outlines: Iterable[Outline]) -> Iterator[tuple[str, Limit]]:
    """(key, last day) of earlier versions: of documents of one issuer and title that are revised as a whole, the latest holds."""
    versions: dict[tuple[tuple[str, ...], str], list[tuple[date, str]]] = defaultdict(list)
    for one in outlines:
        title = _rules()["version.mark"].pattern.sub("", bare_title(one.head.title or ""))
        if one.start is not None and one.start.day is not None and _rules()["version.lasting"].pattern.search(title):
            versions[one.head.issuers, title].append((one.start.day, one.key))
    for (_, title), found in versions.items():
        found.sort()
        for (day, key), (later, other) in pairwise(found):
            if day < later:
                yield key, Limit(day_before(later), f"{other}是《{title}》的后一版本，推断", "C")
