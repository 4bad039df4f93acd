"""The registry: who is behind a code (机关代字), bodies, places, terms, documents, synonyms; facts with source and certainty.

Six tables, one row a fact: issuers.csv, organisations.csv, places.csv, glossary.csv, documents.csv, synonyms.csv. They lie in
`<base>/registry/`; each table that a base does not have is the one that is shipped beside this module.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Literal, get_args

from jimei_kb.errors import GraphError
from jimei_kb.records import Certainty, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    Row = Mapping[str, str]

FOLDER = "registry"
NATIONAL = "全国"
_COLUMNS = {
    "issuers": ("code", "organisation", "level", "place", "certainty", "source", "note"),
    "organisations": ("name", "aliases", "kind", "parent", "level", "place", "from", "to", "certainty", "source", "note"),
    "places": ("place", "short", "level", "certainty", "source"),
    "glossary": ("term", "meaning", "certainty", "source", "note"),
    "documents": ("title", "number", "issuer", "from", "to", "certainty", "source", "note"),
    "synonyms": ("word", "terms", "relation", "area", "certainty", "source"),
}
_KEYS = {
    "issuers": ("code", "organisation"),
    "organisations": ("name",),
    "places": ("place",),
    "glossary": ("term",),
    "documents": ("title", "number"),
    "synonyms": ("word", "relation"),
}
# questions alone need the synonyms, and nothing else of the registry
_OTHERS = tuple(table for table in _COLUMNS if table != "synonyms")
_MAY_BE_EMPTY = frozenset({"note", "aliases", "parent", "from", "to", "meaning", "number", "issuer"})
# steps of a place by level; 北京市/海淀区 is a district with two
_DEPTHS: Mapping[str, tuple[int, ...]] = {"国家": (0,), "省": (1,), "市": (2,), "区县": (2, 3), "街道乡镇": (3, 4)}
_ORDER: tuple[str, ...] = get_args(Level)
_CODE = re.compile(r"[一-龥]{1,15}\*?")
_ALIAS_MARK = "；"

# what a term is to the word: the same, the long form, wider, narrower, or akin
Relation = Literal["同义", "简称", "上位", "下位", "相关"]
Area = Literal["人群", "机构", "场所", "设施", "事件", "行为", "数量", "时间", "文件", "性质"]


@dataclass(frozen=True, slots=True)
class IssuerCode:
    """One reading of a code: 集府 is 厦门市集美区人民政府. `财*` stands for every code that begins so (财综, 财库).

    `place` is the way down to where the body sits (福建省, 厦门市, 集美区), empty for the State's own.
    """

    code: str
    organisation: str
    level: Level
    place: tuple[str, ...]
    certainty: Certainty
    source: str
    note: str = ""

    @property
    def family(self) -> bool:
        """Whether it stands for all codes with this beginning."""
        return self.code.endswith("*")

    @property
    def names(self) -> tuple[str, ...]:
        """The bodies, those that issue under one code apart (中共中央办公厅、国务院办公厅)."""
        return tuple(self.organisation.split("、"))


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body with the other names it goes by; short ones (区安办) are its names within its own place only."""

    name: str
    aliases: tuple[str, ...]
    kind: str
    parent: str
    level: Level
    place: tuple[str, ...]
    start: str
    end: str
    certainty: Certainty
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place and the short form that codes use for it: 福建省/厦门市 is 厦."""

    place: tuple[str, ...]
    short: str
    level: Level
    certainty: Certainty
    source: str


@dataclass(frozen=True, slots=True)
class Synonym:
    """An everyday word and the terms of regulations for it: 烟感 is 感烟报警探测器. `area` is what it is a word for."""

    word: str
    terms: tuple[str, ...]
    relation: Relation
    area: Area
    certainty: Certainty
    source: str


@dataclass(frozen=True, slots=True)
class Term:
    """An expression of the field and what it means, in our own words; without a `meaning` none was found, and `note` says of what."""

    term: str
    meaning: str
    certainty: Certainty
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document of which something is known from elsewhere: number, issuer, the days from and to which it holds."""

    title: str
    number: str
    issuer: str
    start: str
    end: str
    certainty: Certainty
    source: str
    note: str = ""


@dataclass(frozen=True)
class Registry:
    """The tables but the synonyms, in file order."""

    issuers: tuple[IssuerCode, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    places: tuple[Place, ...] = ()
    glossary: tuple[Term, ...] = ()
    documents: tuple[KnownDocument, ...] = ()

    def codes(self, code: str) -> tuple[IssuerCode, ...]:
        """The rows of exactly this code; several where it is ambiguous."""
        return tuple(row for row in self.issuers if row.code == code)

    def family(self, code: str) -> IssuerCode | None:
        """The longest family that `code` belongs to."""
        rows = [row for row in self.issuers if row.family and code.startswith(row.code[:-1])]
        return max(rows, key=lambda row: len(row.code), default=None)

    @cached_property
    def full_names(self) -> frozenset[str]:
        """The full name of every body in the tables."""
        return frozenset({row.name for row in self.organisations} | {name for row in self.issuers for name in row.names})

    @cached_property
    def known_as(self) -> Mapping[str, tuple[str, ...]]:
        """Name or other name → the organisations that go by it."""
        found: dict[str, list[str]] = {}
        for row in self.organisations:
            for name in (row.name, *row.aliases):
                found.setdefault(name, []).append(row.name)
        return {name: tuple(rows) for name, rows in found.items()}

    @cached_property
    def provinces(self) -> frozenset[str]:
        """The first step of every known place."""
        return frozenset(path[0] for path in self.known_places())

    def known_places(self) -> tuple[tuple[str, ...], ...]:
        """Every place that a row names, with those above it."""
        paths = {
            row.place[: i + 1] for rows in (self.issuers, self.organisations, self.places) for row in rows for i in range(len(row.place))
        }
        return tuple(sorted(paths))


def load_registry(base: Path | None = None) -> Registry:
    """The registry of the knowledge base in the folder `base`; without one, that which is shipped.

    Raises GraphError that names the faults of its tables.
    """
    return _loaded(tuple(registry_texts(base).items()))


def load_synonyms(base: Path | None = None) -> tuple[Synonym, ...]:
    """The synonyms of the knowledge base in the folder `base`, in file order; without one, those which are shipped.

    Raises GraphError that names the faults of the table.
    """
    return _synonyms(*registry_texts(base, ("synonyms",))["synonyms"])


def check_registry(base: Path | None = None) -> tuple[str, ...]:
    """One line for each fault of the registry: where it is, what was found, what was expected."""
    return tuple(_faults(registry_texts(base, _COLUMNS)))


def registry_texts(base: Path | None, tables: Iterable[str] = _OTHERS) -> dict[str, tuple[str, str]]:
    """Table → (where it lies, its text)."""
    texts = {}
    for table in tables:
        own = base / FOLDER / f"{table}.csv" if base is not None else None
        if own is not None and own.is_file():
            try:
                texts[table] = (str(own), own.read_text(encoding="utf-8-sig"))
            except UnicodeDecodeError as error:
                raise GraphError(f"{own}: not UTF-8 at byte {error.start}; store the table as CSV in UTF-8") from error
        else:
            text = resources.files("jimei_kb.graph").joinpath(f"{table}.csv").read_text(encoding="utf-8")
            texts[table] = (f"{table}.csv", text)
    return texts


@cache
def _loaded(texts: tuple[tuple[str, tuple[str, str]], ...]) -> Registry:
    tables = _sound(texts)
    return Registry(
        issuers=tuple(_issuer(row) for _, row in _rows(tables["issuers"][1])),
        organisations=tuple(_organisation(row) for _, row in _rows(tables["organisations"][1])),
        places=tuple(Place(path_of(row["place"]), row["short"], *_common(row)) for _, row in _rows(tables["places"][1])),
        glossary=tuple(Term(row["term"], row["meaning"], *_grounds(row)) for _, row in _rows(tables["glossary"][1])),
        documents=tuple(
            KnownDocument(row["title"], row["number"], row["issuer"], row["from"], row["to"], *_grounds(row))
            for _, row in _rows(tables["documents"][1])
        ),
    )


@cache
def _synonyms(where: str, text: str) -> tuple[Synonym, ...]:
    # the shipped table is checked by a test and by `check`, so that a question does not wait for it
    if text != registry_texts(None, ("synonyms",))["synonyms"][1]:
        _sound((("synonyms", (where, text)),))
    rows = csv.reader(io.StringIO(text, newline=""))
    next(rows)
    # checked before: relation, area and certainty each stand in their Literal
    return tuple(_synonym(*row) for row in rows)  # type: ignore[arg-type]


def _sound(texts: tuple[tuple[str, tuple[str, str]], ...]) -> dict[str, tuple[str, str]]:
    """The tables by name, if they have no faults."""
    tables = dict(texts)
    faults = list(_faults(tables))
    if faults:
        more = f" … and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise GraphError("the registry has faults: " + "; ".join(faults[:5]) + more)
    return tables


def path_of(place: str) -> tuple[str, ...]:
    """The steps of a place: 福建省/厦门市 → (福建省, 厦门市); 全国 → ()."""
    return () if place == NATIONAL else tuple(place.split("/"))


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(number of the line on which the row ends, the row)."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    for row in reader:
        yield reader.line_num, row


def _grounds(row: Row) -> tuple[Certainty, str, str]:
    return row["certainty"], row["source"], row["note"]  # type: ignore[return-value]  # checked before


def _common(row: Row) -> tuple[Level, Certainty, str]:
    # checked before: both stand in their Literal
    return row["level"], row["certainty"], row["source"]  # type: ignore[return-value]


def _issuer(row: Row) -> IssuerCode:
    level, certainty, source = _common(row)
    return IssuerCode(row["code"], row["organisation"], level, path_of(row["place"]), certainty, source, row["note"])


def _organisation(row: Row) -> Organisation:
    level, certainty, source = _common(row)
    aliases = tuple(alias for alias in row["aliases"].split(_ALIAS_MARK) if alias)
    place = path_of(row["place"])
    return Organisation(
        row["name"], aliases, row["kind"], row["parent"], level, place, row["from"], row["to"], certainty, source, row["note"]
    )


def _synonym(word: str, terms: str, relation: Relation, area: Area, certainty: Certainty, source: str) -> Synonym:
    return Synonym(word, tuple(terms.split(_ALIAS_MARK)), relation, area, certainty, source)


# --- faults -------------------------------------------------------------------------------------------------------


def _faults(tables: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    whole = []
    for table, (where, text) in tables.items():
        header = next(csv.reader(io.StringIO(text, newline="")), [])
        if tuple(header) != _COLUMNS[table]:
            yield f"{where}, line 1: columns are {','.join(header)[:80]!r}; expected {','.join(_COLUMNS[table])}"
            continue
        rows = list(_rows(text))
        misshapen = [number for number, row in rows if None in row or None in row.values()]
        if misshapen:
            yield from (f"{where}, line {number}: not {len(header)} cells; quote a cell that holds a comma" for number in misshapen)
            continue
        whole.append(table)
        yield from _table_faults(table, where, rows)
    if "organisations" in whole:
        yield from _organisation_faults(*tables["organisations"])
    if "glossary" in whole:
        where, text = tables["glossary"]
        for number, row in _rows(text):
            if not row["meaning"] and not row["note"]:
                yield f"{where}, line {number}: meaning is empty; expected what the term means, or a note of what was not found"


def _table_faults(table: str, where: str, rows: list[tuple[int, dict[str, str]]]) -> Iterator[str]:
    seen: dict[tuple[str, ...], int] = {}
    for number, row in rows:
        place = f"{where}, line {number}"
        key = tuple(row[column] for column in _KEYS[table])
        if key in seen:
            yield f"{place}: {' '.join(key)} stands on line {seen[key]} already; expected it once"
        seen.setdefault(key, number)
        for column, value in row.items():
            if value != value.strip():
                yield f"{place}: {column} is {value!r}; expected no white space around it"
            if not value.strip() and column not in _MAY_BE_EMPTY:
                yield f"{place}: {column} is empty; expected {_EXPECTED.get(column, 'a value')}"
        for column, (right, expected) in _CHECKS.items():
            if row.get(column) and not right(row[column]):
                yield f"{place}: {column} is {row[column]!r}; expected {expected}"
        if row.get("from") and row.get("to") and row["from"] > row["to"]:
            yield f"{place}: from {row['from']} is after to {row['to']}; expected them in order"
        if "level" in row:
            yield from _place_faults(place, row)


def _place_faults(where: str, row: Row) -> Iterator[str]:
    depths = _DEPTHS.get(row.get("level", ""))
    if not row.get("place") or depths is None:
        return
    path = path_of(row["place"])
    if not all(path):
        yield f"{where}: place is {row['place']!r}; expected names joined by /, none of them empty"
    elif len(path) not in depths:
        yield f"{where}: place {row['place']} has {len(path)} steps; expected {' or '.join(map(str, depths))} for {row['level']}"


def _organisation_faults(where: str, text: str) -> Iterator[str]:
    """Parents that are not there, stand lower or run in a circle, names that two bodies of one place share."""
    rows = list(_rows(text))
    levels = {row["name"]: row["level"] for _, row in rows}
    parents = {row["name"]: row["parent"] for _, row in rows}
    named: dict[tuple[str, str], str] = {}
    for number, row in rows:
        place, name = f"{where}, line {number}", row["name"]
        if row["parent"] and row["parent"] not in parents:
            yield f"{place}: parent {row['parent']!r} is no name in this table; add its row or leave the cell empty"
        elif _circles(name, parents):
            yield f"{place}: {name} is its own parent in the end; mend one of the parents"
        for alias in [name, *filter(None, row["aliases"].split(_ALIAS_MARK))]:
            other = named.setdefault((row["place"], alias), name)
            if other != name:
                yield f"{place}: {alias} is a name of {other} already; expected one body of {row['place']} for a name"
        above = levels.get(row["parent"])
        if above in _DEPTHS and row["level"] in _DEPTHS and _ORDER.index(above) > _ORDER.index(row["level"]):
            yield f"{place}: {row['parent']} is of {above} and above {name} of {row['level']}; expected one not below it"


def _circles(name: str, parents: Mapping[str, str]) -> bool:
    seen = {name}
    while name := parents.get(name, ""):
        if name in seen:
            return True
        seen.add(name)
    return False


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_EXPECTED = {"source": "where the fact stands: a public document, page or repository"}
_CHECKS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "certainty": (lambda value: value in get_args(Certainty), "one of " + " ".join(get_args(Certainty))),
    "relation": (lambda value: value in get_args(Relation), "one of " + " ".join(get_args(Relation))),
    "area": (lambda value: value in get_args(Area), "one of " + " ".join(get_args(Area))),
    "terms": (lambda value: all(map(str.strip, value.split(_ALIAS_MARK))), "terms joined by ；, none of them empty"),
    "level": (lambda value: value in get_args(Level), "one of " + " ".join(get_args(Level))),
    "code": (lambda value: _CODE.fullmatch(value) is not None, "Chinese characters, with * behind them for a family of codes"),
    "from": (_is_date, "a date as 2018-03-17"),
    "to": (_is_date, "a date as 2018-03-17"),
}
