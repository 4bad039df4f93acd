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
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jimei_kb.graph.index import Entry
    from jimei_kb.graph.registry import KnownDocument, Registry
    from jimei_kb.graph.schema import Reading
    from jimei_kb.records import Certainty, Document
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


def as_day(as_of: str | date) -> date:
    """`as_of` as a date. Raises GraphError for a text that is no day written as 2024-10-28."""
    try:
        return as_of if isinstance(as_of, date) else date.fromisoformat(as_of)
    except ValueError as error:
        raise GraphError(f"as_of is {as_of!r}; expected a day as 2024-10-28") from error


def in_force(
    readings: Iterable[Reading], as_of: str | date, registry: Registry
) -> tuple[tuple[Reading, ...], tuple[tuple[Reading, Limit], ...]]:
    """The documents that hold on the day `as_of`, and the others, each with the limit that is against it."""
    readings, day = tuple(readings), as_day(as_of)
    found = validities(readings, registry)
    against = [(reading, found[reading.document.key].against(day)) for reading in readings]
    return tuple(one for one, limit in against if limit is None), tuple((one, limit) for one, limit in against if limit is not None)


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


def validities(readings: Sequence[Reading], registry: Registry) -> dict[str, Validity]:
    """By key, when each of the documents holds."""
    holdings = Holdings({reading.document.key: reading.document for reading in readings})
    known = _known(registry)
    starts = {reading.document.key: _start(reading.document, known.get(_number(reading.document))) for reading in readings}
    ends: dict[str, list[Limit]] = defaultdict(list)
    for reading in readings:
        document = reading.document
        ends[document.key] += _own_ends(document, starts[document.key])
        row = known.get(_number(document))
        if row is not None and row.end:
            ends[document.key].append(Limit(date.fromisoformat(row.end), f"登记表：{row.source}", row.certainty))
        for cited, limit in repeals(reading, starts[document.key], holdings):
            ends[cited].append(limit)
    for key, limit in _replaced([reading.document for reading in readings], starts):
        ends[key].append(limit)
    return {key: Validity(start, tuple(sorted(set(ends[key]), key=_order))) for key, start in starts.items()}


def validity_of_row(row: KnownDocument) -> Validity:
    """When a document holds that only the registry knows."""
    said = f"登记表：{row.source}"
    start = Limit(date.fromisoformat(row.start), said, row.certainty) if row.start else None
    return Validity(start, (Limit(date.fromisoformat(row.end), said, row.certainty),) if row.end else ())


def repeals(reading: Reading, start: Limit | None, holdings: Holdings) -> Iterator[tuple[str, Limit]]:
    """(key, last day) of the documents held that `reading` repeals: they end the day before it begins to hold."""
    for citation in reading.annotations.citations:
        found = holdings.find(citation) if citation.relation == _REPEALS else None
        if found is not None and found[0] != reading.document.key:
            yield found[0], _repealed(reading, start, reading.evidence(citation))


def _repealed(reading: Reading, start: Limit | None, evidence: Evidence) -> Limit:
    day = day_before(start.day) if start is not None and start.day is not None else None
    return Limit(day, f"{reading.document.key}写明“{evidence.quote}”废止（{evidence.clause}）", "A", evidence)


def _order(limit: Limit) -> tuple[date, str, str]:
    return limit.day or date.min, limit.certainty, limit.reason


def _number(document: Document) -> str:
    return document.head.number or ""


def _known(registry: Registry) -> dict[str, KnownDocument]:
    return {row.number: row for row in registry.documents if row.number}


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
    return Evidence(document.key, document.clause_key(clause) if clause else document.key, *span, span.of(document.text), rule)


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


def _replaced(documents: Sequence[Document], starts: Mapping[str, Limit | None]) -> Iterator[tuple[str, Limit]]:
    """(key, last day) of earlier versions: of documents of one issuer and title that are revised as a whole, the latest holds."""
    versions: dict[tuple[tuple[str, ...], str], list[tuple[date, str]]] = defaultdict(list)
    for document in documents:
        title = _rules()["version.mark"].pattern.sub("", bare_title(document.head.title or ""))
        start = starts[document.key]
        if start is not None and start.day is not None and _rules()["version.lasting"].pattern.search(title):
            versions[document.head.issuers, title].append((start.day, document.key))
    for (_, title), found in versions.items():
        found.sort()
        for (day, key), (later, other) in pairwise(found):
            if day < later:
                yield key, Limit(day_before(later), f"{other}是《{title}》的后一版本，推断", "C")
