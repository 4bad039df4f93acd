"""The base as tables: every record on a row with its quotation, linked to what the graph knows."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib import resources
from typing import get_args

import openpyxl
import pytest
from specimen import annotate

from jimei_kb import open_kb, records
from jimei_kb.document import parse_text
from jimei_kb.graph.build import build_graph
from jimei_kb.graph.registry import load_registry
from jimei_kb.graph.schema import Reading
from jimei_kb.query.tables import Tables, load_layout

KEY = "集街办〔2024〕46号"
KINDS = ("citations", "actors", "duties", "metrics", "schedules")


@pytest.fixture(scope="module")
def tables(reading):
    return Tables((reading,), load_registry())


def test_every_record_has_a_row(tables, reading):
    for kind in KINDS:
        rows = getattr(tables, kind).rows()
        assert sorted(row["quote"] for row in rows) == sorted(record.quote for record in getattr(reading.annotations, kind))
    assert len(tables.programmes) == len(reading.programmes) > 0
    assert len(tables.clauses) == len(reading.document.clauses)
    (document,) = tables.documents.rows()
    assert [document[kind] for kind in KINDS] == [len(getattr(reading.annotations, kind)) for kind in KINDS]


def test_every_quotation_stands_at_its_place(tables, reading):
    for table in tables.all:
        for row in table.rows():
            if "quote" in row and "start" in row:
                assert reading.document.text[row["start"] : row["end"]] == row["quote"]


def test_a_column_is_written_down_once_with_heading_type_and_meaning():
    for layout in load_layout().values():
        headings = [heading for heading, _, _ in layout["columns"].values()]
        assert len(set(headings)) == len(headings)
        assert {kind for _, kind, _ in layout["columns"].values()} <= {"text", "integer", "number", "truth"}
        assert all(what for *_, what in layout["columns"].values())


def test_frames_have_the_types_that_are_written_down(tables):
    """Also where a column is empty, so that two bases can be put together."""
    dtypes = {"text": "string", "integer": "Int64", "number": "Float64", "truth": "boolean"}
    for table in (*tables.all, *Tables((), load_registry()).all):
        frame = table.frame()
        assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {name: dtypes[kind] for name, kind in table.types.items()}
        assert len(frame) == len(table)


def test_a_duty_tells_its_bearers_and_how_they_are_known(tables):
    frame = tables.duties.frame().set_index("quote")
    row = frame.loc["街道、社区全年至少召开1次两委会议"]
    assert (row["bearers"], row["roles"], row["bases"]) == ("街道；社区", "责任；责任", "explicit；explicit")
    assert row["clause"] == f"{KEY}#消防工作方面/三"
    bearers = tables.bearers.frame()
    assert list(bearers[bearers["duty"] == row["id"]]["name"]) == ["街道", "社区"]


def test_the_addressees_are_named_as_printed():
    """主送机关 is whoever is printed as recipients."""
    document = parse_text("某办〔2024〕1号\n关于做好工作的通知\n甲社区，乙社区：\n一、任务。落实值班制度。\n")
    found = annotate(document, duties=[("一", "落实值班制度", (("主送机关", "责任", "addressee"),))])
    tables = Tables((Reading(document, found),), load_registry())
    assert [row["name"] for row in tables.bearers.rows()] == ["甲社区", "乙社区"]
    assert tables.duties.rows()[0]["bases"] == "addressee；addressee"


def test_a_name_leads_to_the_body_that_the_graph_has_for_it(tables):
    """Every body of a row is the label of a node; the issuer's short name leads to its full name."""
    labels = {node.label for node in build_graph(tables.readings).nodes if node.kind == "actor"}
    rows = [*tables.actors.rows(), *tables.bearers.rows()]
    assert {row["body"] for row in rows} <= labels
    assert {row["body"] for row in rows if row["name"] == "街道办"} == {"厦门市集美区人民政府集美街道办事处"}


def test_a_citation_tells_whether_the_base_holds_the_document(tables, reading):
    assert set(tables.citations.frame()["held"]) == {False}
    document = replace(reading.document, slug="x", head=replace(reading.document.head, number="集府〔2024〕90号"))
    both = Tables((Reading(document), reading), load_registry())
    rows = {row["number"]: row for row in both.citations.rows()}
    assert (rows["集府〔2024〕90号"]["held"], rows["集府〔2024〕90号"]["cited"]) == (True, "集府〔2024〕90号")
    assert not rows["厦集委办〔2019〕1号"]["held"]


def test_a_metric_is_a_number_with_its_duty(tables):
    (row,) = tables.metrics.rows()
    assert (row["value"], row["written"], row["unit"], row["group"]) == (100, "100", "%", "社区留守老人；低保特困老人；残疾人")
    duties = {duty["id"]: duty["quote"] for duty in tables.duties.rows()}
    assert duties[row["duty"]] == "社区留守老人、低保特困老人、残疾人智能预警装置安装率达100%"


def test_a_table_shows_its_first_rows_and_counts_the_rest(root):
    tables = open_kb(root / "kb").tables
    lines = repr(tables.duties).splitlines()
    assert lines[0] == f"职责：{len(tables.duties)} 行"
    assert lines[-1] == f"……还有 {len(tables.duties) - 40} 行"
    assert "确保辖区安全生产和消防工作形势持续稳定" in tables.duties._repr_html_()
    assert "duties | 职责 | " in repr(tables)
    assert "<td" in tables._repr_html_()


def test_the_whole_base_in_a_workbook_and_in_a_folder(tables, tmp_path):
    tables.to_excel(tmp_path / "kb.xlsx")
    tables.to_csv(tmp_path / "csv")
    book = openpyxl.load_workbook(tmp_path / "kb.xlsx")
    assert book.sheetnames == [table.title for table in tables.all]
    assert [sheet.max_row - 1 for sheet in book] == [len(table) for table in tables.all]
    assert [cell.value for cell in book["职责"][1]] == list(tables.duties.columns.values())
    assert {path.stem for path in (tmp_path / "csv").iterdir()} == set(load_layout())


def test_files_for_people_have_words_and_frames_keep_codes(tables, tmp_path):
    """Every code has its word, and the codes are those of the types."""
    tables.to_excel(tmp_path / "kb.xlsx")
    book = openpyxl.load_workbook(tmp_path / "kb.xlsx")
    for title, column, words in (
        ("职责", "性质", {"要做"}),
        ("职责", "如何得知", {"明文", "推定为主送机关", "明文；明文", "承前省略", "推断"}),
        ("时限", "种类", {"定期重复", "持续"}),
        ("时限", "周期", {"每年", None}),
        ("指标", "比较", {"不少于"}),
        ("引用", "库中有", {"否"}),
        ("条款", "类别", {"条款", "前言", "结语"}),
    ):
        sheet = book[title]
        at = [cell.value for cell in sheet[1]].index(column)
        assert {row[at].value for row in sheet.iter_rows(min_row=2)} <= words, (title, column)
    assert set(tables.duties.frame()["polarity"]) == {"do"}
    assert "P1Y" in set(tables.schedules.frame()["period"].dropna())
    tables.schedules.to_csv(tmp_path / "s.csv")
    assert "每年" in (tmp_path / "s.csv").read_text(encoding="utf-8-sig")


def test_every_code_has_a_word():
    values = tomllib.loads(resources.files("jimei_kb.query").joinpath("values.toml").read_text(encoding="utf-8"))
    kinds = {
        "clause": records.ClauseKind,
        "citation": records.CitationKind,
        "issuer": records.IssuerBasis,
        "certainty": records.Certainty,
        "basis": records.Basis,
        "polarity": records.Polarity,
        "comparator": records.Comparator,
        "schedule": records.ScheduleKind,
    }
    assert {kind: set(words) for kind, words in values.items() if kind != "columns"} == {k: set(get_args(one)) for k, one in kinds.items()}
    for table, columns in values["columns"].items():
        assert set(columns) <= set(load_layout()[table]["columns"])
        assert set(columns.values()) <= {*kinds, "period"}


def test_what_was_merged_is_a_table_with_reasons(tables):
    merged = {(row["printed"], row["name"]): row["reason"] for row in tables.merges.rows()}
    assert merged == {(one.printed, one.name): one.reason for one in build_graph(tables.readings, load_registry()).merges}
    assert all(merged.values())
    assert ("街道办", "厦门市集美区人民政府集美街道办事处") in merged


def test_a_clause_is_a_table_too(root, tmp_path):
    clause = open_kb(root / "kb").clause("消防工作方面/六")
    frame = clause.frame()
    assert list(frame.columns) == ["id", "kind", "quote", "said", "start", "end", "rule"]
    assert len(frame) == len(clause.records)
    assert set(frame["kind"]) >= {"职责", "指标"}
    clause.to_excel(tmp_path / "c.xlsx")
    assert [cell.value for cell in openpyxl.load_workbook(tmp_path / "c.xlsx").active[1]] == [
        "编号",
        "类别",
        "原文",
        "内容",
        "起",
        "止",
        "规则",
    ]
