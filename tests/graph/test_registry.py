"""The registry: every row of the tables is sound, a base's own table comes before the shipped one, each fault is one line."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from typing import get_args

import pytest

from jimei_kb import build_kb, open_kb
from jimei_kb.errors import GraphError
from jimei_kb.graph.registry import Area, Relation, check_registry, load_registry, load_synonyms, path_of

TABLES = ("issuers", "organisations", "places", "glossary", "documents", "synonyms")


@pytest.fixture
def base(root, tmp_path):
    """A base with a registry of its own that a test may spoil."""
    shutil.copytree(root / "kb" / "registry", tmp_path / "registry")
    return tmp_path


def spoil(base, table, old, new):
    path = base / "registry" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("table", TABLES)
def test_the_registry_of_a_clone_is_the_shipped_one(root, table):
    """Whoever adds a row adds it to both: cp kb/registry/*.csv src/jimei_kb/graph/."""
    shipped = root / "src" / "jimei_kb" / "graph" / f"{table}.csv"
    assert (root / "kb" / "registry" / f"{table}.csv").read_bytes() == shipped.read_bytes()


def test_every_row_is_sound(root):
    assert check_registry() == ()
    assert check_registry(root / "kb") == ()


def test_what_the_registry_holds():
    """About two hundred codes; each of the three certainties occurs; no row without a source."""
    registry = load_registry()
    codes = {row.code for row in registry.issuers}
    assert len(codes) >= 200
    assert set(Counter(row.certainty for row in registry.issuers)) == {"A", "B", "C"}
    assert all(row.source for table in TABLES if table != "synonyms" for row in getattr(registry, table))
    assert all(row.source for row in load_synonyms())
    assert all(getattr(registry, table) for table in TABLES if table != "synonyms")
    assert [row.names for row in registry.codes("厅字")] == [("中共中央办公厅", "国务院办公厅")]
    assert {row.organisation for row in registry.codes("安委办")} == {"国务院安全生产委员会办公室", "江苏省安全生产委员会办公室"}


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_in_order(root, table):
    """One order, so that two people who add a row seldom meet on one line."""
    with (root / "kb" / "registry" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert rows == sorted(rows)


@pytest.mark.parametrize("table", TABLES)
def test_no_source_names_a_place_outside_the_public(root, table):
    text = (root / "kb" / "registry" / f"{table}.csv").read_text(encoding="utf-8")
    assert [word for word in ("/work", "/home", "/tmp", "bench", "gold") if word in text] == []


def test_the_longest_family_wins():
    registry = load_registry()
    assert [registry.family(code).organisation for code in ("财综", "国科发高", "科协发")] == ["财政部", "科学技术部", "中国科学技术协会"]
    assert registry.family("甬政发") is None


def test_places_have_those_above_them():
    assert path_of("全国") == ()
    assert ("福建省", "厦门市") in load_registry().known_places()


def test_a_base_with_its_own_table_is_asked_first(base, tmp_path):
    spoil(base, "issuers", "集安办,集美区安全生产委员会办公室", "集安办,集美区某办公室")
    (base / "registry" / "places.csv").unlink()

    own = load_registry(base)
    assert [row.organisation for row in own.codes("集安办")] == ["集美区某办公室"]
    assert own.places == load_registry().places
    assert load_registry(tmp_path / "nowhere") == load_registry()


def test_a_build_reads_the_registry_of_the_base(base, seed_path):
    spoil(base, "issuers", "集安办,集美区安全生产委员会办公室", "集安办,集美区某办公室")
    build_kb(seed_path, base)

    issued = {c.number: c.issued_by for reading in open_kb(base).readings for c in reading.annotations.citations if c.number}
    assert issued["集安办〔2024〕13号"].names == ("集美区某办公室",)


def test_a_table_that_excel_saved_is_read(base):
    """With a byte order mark and CRLF."""
    path = base / "registry" / "issuers.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_registry(base) == load_registry()


ROW = "集府,厦门市集美区人民政府,区县,福建省/厦门市/集美区,A,集府〔2024〕243号、43号、90号标题,"
UNKNOWN = "5+3必查,,C,集街办〔2024〕46号 所提；未查到条目,网格排查显见性火灾隐患的清单；5项和3项的条目未查到"
DOCUMENT = "党政机关公文处理工作条例,中办发〔2012〕14号,,2012-07-01,,A,baikeworld.com；economiclaws.net/big5/fagui_302082,2012-06-29印发"
ORGANISATION = "福建省人民政府,省政府；省人民政府,政府,国务院,省,福建省,,,A,yjt.fujian.gov.cn 闽政〔2011〕41号,"


@pytest.mark.parametrize(
    ("table", "old", "new", "fault"),
    [
        ("issuers", ROW, f"{ROW}\n{ROW}", "集府 厦门市集美区人民政府 stands on line [0-9]+ already; expected it once"),
        ("issuers", ROW, ROW.replace(",A,", ",D,"), "certainty is 'D'; expected one of A B C"),
        ("issuers", ROW, ROW.replace(",区县,", ",区,"), "level is '区'; expected one of 国家 省 市 区县 街道乡镇"),
        ("issuers", ROW, ROW.replace("集府〔2024〕243号、43号、90号标题", ""), "source is empty; expected where the fact stands"),
        ("issuers", ROW, ROW.replace("集府,", "JF,"), "code is 'JF'; expected Chinese characters"),
        ("issuers", ROW, ROW.replace("集府,", " 集府,"), "code is ' 集府'; expected (?:no white space|Chinese)"),
        ("issuers", ROW, ROW.replace("厦门市集美区人民政府", ""), "organisation is empty; expected a value"),
        ("issuers", ROW, ROW.replace("福建省/厦门市/集美区", "福建省"), "place 福建省 has 1 steps; expected 2 or 3 for 区县"),
        ("issuers", ROW, ROW.replace("福建省/厦门市/集美区", "福建省//集美区"), "place is '福建省//集美区'; expected names joined by /"),
        ("issuers", ROW, ROW + "x,y", "not 7 cells; quote a cell that holds a comma"),
        ("issuers", ROW, "集府,厦门市集美区人民政府", "not 7 cells"),
        ("issuers", "code,organisation", "code,body", "line 1: columns are .*; expected code,organisation,level"),
        ("organisations", ORGANISATION, ORGANISATION.replace("国务院", "某院"), "parent '某院' is no name in this table"),
        ("organisations", ORGANISATION, ORGANISATION.replace("国务院", "福建省人民政府"), "is its own parent in the end"),
        (
            "organisations",
            ORGANISATION,
            ORGANISATION.replace(",,,A", ",2018.3.17,,A"),
            "from is '2018.3.17'; expected a date as 2018-03-17",
        ),
        ("organisations", ORGANISATION, ORGANISATION.replace(",,,A", ",,2018-13-01,A"), "to is '2018-13-01'; expected a date"),
        ("organisations", ORGANISATION, ORGANISATION.replace(",,,A", ",2019-01-01,2018-01-01,A"), "from 2019-01-01 is after to 2018-01-01"),
        (
            "organisations",
            ORGANISATION,
            ORGANISATION.replace("省人民政府,政府", "省政府办公厅,政府"),
            "省政府办公厅 is a name of 福建省人民政府 already",
        ),
        (
            "organisations",
            ORGANISATION,
            ORGANISATION.replace("国务院,省,", "漳州市安全生产委员会,省,"),
            "漳州市安全生产委员会 is of 市 and above 福建省人民政府 of 省; expected one not below it",
        ),
        (
            "glossary",
            UNKNOWN,
            UNKNOWN.replace("网格排查显见性火灾隐患的清单；5项和3项的条目未查到", ""),
            "meaning is empty; expected what the term",
        ),
        ("glossary", UNKNOWN, f"{UNKNOWN}\n{UNKNOWN}", "5[+]3必查 stands on line [0-9]+ already"),
        ("documents", DOCUMENT, DOCUMENT.replace("2012-07-01", "2012.7.1"), "from is '2012.7.1'; expected a date"),
        ("documents", DOCUMENT, DOCUMENT.replace("2012-07-01,", "2012-07-01,2011-07-01"), "from 2012-07-01 is after to 2011-07-01"),
        ("documents", DOCUMENT, DOCUMENT.replace(",A,", ",,"), "certainty is empty; expected a value"),
    ],
)
def test_a_fault_is_one_line_that_says_what_to_do(base, table, old, new, fault):
    spoil(base, table, old, new)

    faults = check_registry(base)
    assert any(line.startswith(f"{base / 'registry' / table}.csv, line ") for line in faults)
    with pytest.raises(GraphError, match=f"the registry has faults: .*{fault}"):
        load_registry(base)
    assert [line for line in faults if "\n" in line] == []


SYNONYM = "烟感,感烟报警探测器,同义,设施,B,GB 20517 《独立式感烟火灾探测报警器》"


@pytest.mark.parametrize(
    ("new", "fault"),
    [
        (SYNONYM.replace("同义", "近义"), "relation is '近义'; expected one of 同义 简称 上位 下位 相关"),
        (SYNONYM.replace("设施", "东西"), "area is '东西'; expected one of"),
        (SYNONYM.replace("感烟报警探测器", "感烟报警探测器；"), "terms is '感烟报警探测器；'; expected terms joined by ；"),
        (f"{SYNONYM}\n{SYNONYM}", "烟感 同义 stands on line [0-9]+ already; expected it once"),
    ],
)
def test_a_fault_of_a_synonym_is_told(base, new, fault):
    spoil(base, "synonyms", SYNONYM, new)
    with pytest.raises(GraphError, match=f"synonyms.csv, line [0-9]+: {fault}"):
        load_synonyms(base)


def test_what_the_synonyms_are():
    """Over a thousand words, every relation and area; a term is another word than the one it stands for."""
    rows = load_synonyms()
    assert len({row.word for row in rows}) > 1000
    assert {row.relation for row in rows} == set(get_args(Relation))
    assert {row.area for row in rows} == set(get_args(Area))
    assert [row for row in rows if row.word in row.terms or len(set(row.terms)) < len(row.terms)] == []


def test_several_faults_are_told_at_once(base):
    spoil(base, "issuers", ROW, ROW.replace(",A,", ",D,").replace(",区县,", ",区,"))
    assert len(check_registry(base)) == 2


def test_a_table_in_another_encoding_is_named(base):
    path = base / "registry" / "issuers.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    with pytest.raises(GraphError, match=r"issuers\.csv: not UTF-8 at byte [0-9]+; store the table"):
        load_registry(base)
