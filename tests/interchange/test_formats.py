"""Every format: written whole, the same bytes from every process, with a clear word where it cannot be."""

from __future__ import annotations

import os
import subprocess
import sys

import openpyxl
import pytest

from jimei_kb.cli import main
from jimei_kb.errors import ResultsError
from jimei_kb.interchange.formats import FOLDERS, FORMATS, export
from jimei_kb.query.tables import Tables

WRITE_ALL = """
import sys
from pathlib import Path
from jimei_kb import open_kb
from jimei_kb.interchange.formats import FORMATS
kb = open_kb(sys.argv[1])
for name in FORMATS:
    kb.export(name, Path(sys.argv[2]) / name)
print(list({"集", "美", "街", "道", "办"}))
"""


@pytest.fixture(scope="module")
def written(root, tmp_path_factory):
    """What two processes wrote whose sets are ordered otherwise: path → bytes."""
    runs, orders = [], set()
    for seed in ("1", "2"):
        folder = tmp_path_factory.mktemp("out")
        command = [sys.executable, "-c", WRITE_ALL, root / "kb", folder]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr
        orders.add(done.stdout)
        runs.append({path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert len(orders) == 2
    return runs


def test_two_processes_write_the_same_bytes(written):
    first, second = written
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
    assert {name.partition("/")[0] for name in first} == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_text_is_written(hostile, registry, tmp_path, name):
    export(hostile, registry, name, tmp_path / "new" / "out")
    assert (tmp_path / "new" / "out").is_dir() == (name in FOLDERS)


def test_a_workbook_of_hostile_text_has_no_formula(hostile, registry, tmp_path):
    export(hostile, registry, "xlsx", tmp_path / "x.xlsx")
    cells = [cell for sheet in openpyxl.load_workbook(tmp_path / "x.xlsx") for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert {cell.value for cell in cells if cell.quotePrefix} >= {"=1+1", "@SUM(A1)"}


def test_csv_of_hostile_text_has_no_formula(hostile, registry, tmp_path):
    export(hostile, registry, "csv", tmp_path / "csv")
    metrics = (tmp_path / "csv" / "metrics.csv").read_text(encoding="utf-8-sig")
    assert '"\'=1+1"' in metrics
    assert '"=' not in metrics


def test_an_unknown_format_is_named(readings, registry, tmp_path):
    with pytest.raises(ResultsError, match="没有 'pdf' 这种格式；应为以下之一：xlsx、csv、parquet、graphml、turtle、jsonschema"):
        export(readings, registry, "pdf", tmp_path / "x")


@pytest.mark.parametrize(("name", "message"), [("xlsx", "是文件夹；xlsx 写成文件"), ("csv", "是文件；csv 写成文件夹")])
def test_a_place_of_the_wrong_kind_is_refused(readings, registry, tmp_path, name, message):
    place = tmp_path if name == "xlsx" else tmp_path / "x"
    (tmp_path / "x").write_text("mine", encoding="utf-8")
    with pytest.raises(ResultsError, match=message):
        export(readings, registry, name, place)
    assert (tmp_path / "x").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(("name", "package"), [("parquet", "pyarrow"), ("turtle", "rdflib")])
def test_a_missing_package_is_named_with_what_to_do(readings, registry, tmp_path, monkeypatch, name, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ResultsError, match=rf"要用 {package} 这个包，.* pip install 'jimei-kb\[interchange\]'"):
        export(readings, registry, name, tmp_path / "x")


def test_the_command(root, tmp_path, capsys):
    assert main(["export", "--kb", str(root / "kb"), "--format", "xlsx", "--out", str(tmp_path / "知识库.xlsx")]) == 0
    assert "知识库.xlsx" in capsys.readouterr().out
    assert openpyxl.load_workbook(tmp_path / "知识库.xlsx")["职责"].max_row > 100


def test_the_tables_are_those_of_the_base(readings, registry, tmp_path):
    export(readings, registry, "xlsx", tmp_path / "x.xlsx")
    Tables(readings, registry).to_excel(tmp_path / "y.xlsx")
    assert (tmp_path / "x.xlsx").read_bytes() == (tmp_path / "y.xlsx").read_bytes()
