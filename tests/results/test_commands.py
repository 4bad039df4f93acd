"""The two commands: a form is written and read back; faults are told line by line and nothing is judged."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

from jimei_kb.cli import main


def test_a_form_is_written_and_an_empty_one_is_nothing_reported(root, results, tmp_path, capsys):
    form = str(tmp_path / "form.xlsx")
    kb = str(root / "kb")
    assert main(["workbook", "--year", "2024", "--units", str(results / "units.csv"), form, "--kb", kb]) == 0
    assert "8 个单位" in capsys.readouterr().out
    assert main(["evaluate", form, "--kb", kb, "--json"]) == 0
    statuses = {row["status"] for row in json.loads(capsys.readouterr().out)}
    assert statuses == {"未报", "不适用"}


def test_faults_are_told_line_by_line(root, results, tmp_path, capsys):
    shutil.copytree(results, tmp_path / "broken")
    with (tmp_path / "broken" / "volunteers.csv").open("a", encoding="utf-8") as file:
        file.write("丁社区,x,若干,\n")
    assert main(["evaluate", str(tmp_path / "broken"), "--kb", str(root / "kb")]) == 1
    *lines, last = capsys.readouterr().out.splitlines()
    assert [line.split("：")[0] for line in lines] == ["志愿者 第10行 “单位”", "志愿者 第10行 “指标”", "志愿者 第10行 “注册人数”"]
    assert "3 处有误，没有读入任何一行" in last


def test_points_and_a_report_are_given_on_request(root, results, tmp_path, capsys):
    """A form is written, filled, judged and reported; without a scheme nobody has points."""
    kb, form, page = str(root / "kb"), str(tmp_path / "form.xlsx"), tmp_path / "report.html"
    scheme = str(root / "data" / "schemes" / "jimei-2024-46.toml")
    assert main(["workbook", "--year", "2024", "--units", str(results / "units.csv"), form, "--kb", kb]) == 0
    subprocess.run([sys.executable, root / "scripts" / "fill_workbook.py", form, results], check=True, capture_output=True)
    capsys.readouterr()
    assert main(["evaluate", form, "--kb", kb, "--scheme", scheme, "--report", str(page)]) == 0
    said = capsys.readouterr().out
    assert "共 252 项结论" in said
    assert "示例权重" in page.read_text(encoding="utf-8")
    assert main(["evaluate", form, "--kb", kb, "--scheme", scheme]) == 0
    assert "等次" in capsys.readouterr().out
    assert main(["evaluate", form, "--kb", kb, "--json"]) == 0
    in_form = json.loads(capsys.readouterr().out)
    assert main(["evaluate", str(results), "--kb", kb, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == in_form


def test_a_scheme_that_is_none_is_told_in_one_line(root, results, capsys):
    assert main(["evaluate", str(results), "--kb", str(root / "kb"), "--scheme", str(root / "pyproject.toml")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
