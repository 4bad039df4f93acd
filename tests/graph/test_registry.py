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
        ("issuers", ROW, f"{ROW}\n{ROW}", "集府 厦门市集美区人民政府 在第 [0-9]+ 行已有；只应有一行"),
        ("issuers", ROW, ROW.replace(",A,", ",D,"), "certainty 是 'D'；应为以下之一：A B C"),
        ("issuers", ROW, ROW.replace(",区县,", ",区,"), "level 是 '区'；应为以下之一：国家 省 市 区县 街道乡镇"),
        ("issuers", ROW, ROW.replace("集府〔2024〕243号、43号、90号标题", ""), "source 是空的；应写事实的出处"),
        ("issuers", ROW, ROW.replace("集府,", "JF,"), "code 是 'JF'；应为汉字"),
        ("issuers", ROW, ROW.replace("集府,", " 集府,"), "code 是 ' 集府'；(?:前后不应有空白|应为汉字)"),
        ("issuers", ROW, ROW.replace("厦门市集美区人民政府", ""), "organisation 是空的；应写值"),
        ("issuers", ROW, ROW.replace("福建省/厦门市/集美区", "福建省"), "place 福建省 有 1 段；区县 应为 2 或 3 段"),
        ("issuers", ROW, ROW.replace("福建省/厦门市/集美区", "福建省//集美区"), "place 是 '福建省//集美区'；应为用 / 相连的地名"),
        ("issuers", ROW, ROW + "x,y", "不是 7 格；含逗号的格要加引号"),
        ("issuers", ROW, "集府,厦门市集美区人民政府", "不是 7 格"),
        ("issuers", "code,organisation", "code,body", "第 1 行：列是 .*；应为 code,organisation,level"),
        ("organisations", ORGANISATION, ORGANISATION.replace("国务院", "某院"), "parent '某院' 不是本表的机构"),
        ("organisations", ORGANISATION, ORGANISATION.replace("国务院", "福建省人民政府"), "经由 parent 成了自己的上级"),
        (
            "organisations",
            ORGANISATION,
            ORGANISATION.replace(",,,A", ",2018.3.17,,A"),
            "from 是 '2018.3.17'；应为2018-03-17 这样的日期",
        ),
        ("organisations", ORGANISATION, ORGANISATION.replace(",,,A", ",,2018-13-01,A"), "to 是 '2018-13-01'；应为2018"),
        ("organisations", ORGANISATION, ORGANISATION.replace(",,,A", ",2019-01-01,2018-01-01,A"), "from 2019-01-01 晚于 to 2018-01-01"),
        (
            "organisations",
            ORGANISATION,
            ORGANISATION.replace("省人民政府,政府", "省政府办公厅,政府"),
            "省政府办公厅 已是 福建省人民政府 的名称",
        ),
        (
            "organisations",
            ORGANISATION,
            ORGANISATION.replace("国务院,省,", "漳州市安全生产委员会,省,"),
            "漳州市安全生产委员会（市）是 福建省人民政府（省）的上级；上级的层级不应更低",
        ),
        (
            "glossary",
            UNKNOWN,
            UNKNOWN.replace("网格排查显见性火灾隐患的清单；5项和3项的条目未查到", ""),
            "meaning 是空的；应写词义",
        ),
        ("glossary", UNKNOWN, f"{UNKNOWN}\n{UNKNOWN}", "5[+]3必查 在第 [0-9]+ 行已有"),
        ("documents", DOCUMENT, DOCUMENT.replace("2012-07-01", "2012.7.1"), "from 是 '2012.7.1'；应为2018"),
        ("documents", DOCUMENT, DOCUMENT.replace("2012-07-01,", "2012-07-01,2011-07-01"), "from 2012-07-01 晚于 to 2011-07-01"),
        ("documents", DOCUMENT, DOCUMENT.replace(",A,", ",,"), "certainty 是空的；应写值"),
    ],
)
def test_a_fault_is_one_line_that_says_what_to_do(base, table, old, new, fault):
    spoil(base, table, old, new)

    faults = check_registry(base)
    assert any(line.startswith(f"{base / 'registry' / table}.csv 第 ") for line in faults)
    with pytest.raises(GraphError, match=f"登记表有误：.*{fault}"):
        load_registry(base)
    assert [line for line in faults if "\n" in line] == []


SYNONYM = "烟感,感烟报警探测器,同义,设施,B,GB 20517 《独立式感烟火灾探测报警器》"


@pytest.mark.parametrize(
    ("new", "fault"),
    [
        (SYNONYM.replace("同义", "近义"), "relation 是 '近义'；应为以下之一：同义 简称 上位 下位 相关"),
        (SYNONYM.replace("设施", "东西"), "area 是 '东西'；应为以下之一："),
        (SYNONYM.replace("感烟报警探测器", "感烟报警探测器；"), "terms 是 '感烟报警探测器；'；应为用；相连"),
        (f"{SYNONYM}\n{SYNONYM}", "烟感 同义 在第 [0-9]+ 行已有；只应有一行"),
    ],
)
def test_a_fault_of_a_synonym_is_told(base, new, fault):
    spoil(base, "synonyms", SYNONYM, new)
    with pytest.raises(GraphError, match=f"synonyms.csv 第 [0-9]+ 行：{fault}"):
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
    with pytest.raises(GraphError, match=r"issuers\.csv：第 [0-9]+ 字节起不是 UTF-8；请把这张表"):
        load_registry(base)
