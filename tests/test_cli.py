"""The command line: answers in Chinese, errors on one line, exit codes, and what happens when the reader leaves."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jimei_kb import cli

KIT = Path(sys.executable).with_name("jimei-kb")
CLAUSE = "集街办〔2024〕46号#消防工作方面/六"


@pytest.fixture(scope="module")
def base(tmp_path_factory, root):
    """A folder with data/raw and a built kb/, as a user has it."""
    folder = tmp_path_factory.mktemp("user")
    shutil.copytree(root / "data" / "raw", folder / "data" / "raw")
    done = kit("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "读取 1 份文件，更新 1 份" in done.stdout
    assert "错误" not in done.stderr  # a slow machine tells how far it is
    return folder


@pytest.fixture
def inside(base, monkeypatch):
    monkeypatch.chdir(base)


def kit(*arguments, **options):
    return subprocess.run([KIT, *arguments], capture_output=True, text=True, encoding="utf-8", check=False, **options)


def test_who_answers_with_quotations(inside, capsys):
    assert cli.main(["who", "谁负责电动自行车停放、充电场所建设？"]) == 0

    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines()[0] == "问：谁负责电动自行车停放、充电场所建设？"
    assert f"1. {CLAUSE}　加强消防基础设施建设" in said.out
    assert "责任：各社区居委会（推定为主送机关，原文未写主语）" in said.out
    assert "建设电动自行车停放、充电场所”" in said.out


def test_not_stated_is_an_answer(inside, capsys):
    assert cli.main(["who", "垃圾分类补贴"]) == 0
    assert "答：文中未载明。" in capsys.readouterr().out


def test_who_as_json(inside, capsys):
    assert cli.main(["who", "微型消防站", "--json", "--limit", "1"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert (answer["question"], answer["stated"]) == ("微型消防站", True)
    (finding,) = answer["findings"]
    assert finding["quote"] in finding["sentence"]
    assert set(finding["actors"][0]) == {"name", "role", "basis"}


def test_a_question_of_several_words_is_one_question(inside, capsys):
    cli.main(["who", "微型", "消防站"])
    assert capsys.readouterr().out.startswith("问：微型 消防站\n")


def test_ask_answers_any_question(inside, capsys):
    assert cli.main(["ask", "社区每季度要做什么？"]) == 0

    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("问：社区每季度要做什么？\n类别：何时")
    assert "每季度至少召开1次消防安全委员会会议" in said.out


def test_ask_as_json(inside, capsys):
    assert cli.main(["ask", "烟感要接到哪里？", "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert (answer["kind"], answer["stated"], answer["replaced"][0]) == ("what", True, {"word": "烟感", "term": "感烟报警探测器"})
    assert {"clause", "quote", "start", "end", "actors", "facts"} <= set(answer["evidence"][0])


def test_ask_a_sheet_of_questions(inside, tmp_path, capsys):
    """One line of JSON a question, in file order."""
    sheet = tmp_path / "questions.yaml"
    sheet.write_text("questions:\n- {id: A, q: 志愿者要多少人？}\n- {id: 2, q: 干得好有奖金吗？}\n", encoding="utf-8")
    assert cli.main(["ask", "--file", str(sheet), "--json"]) == 0

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["id"], line["stated"]) for line in lines] == [("A", True), ("2", False)]
    assert "400 人" in lines[0]["evidence"][0]["quote"]
    assert cli.main(["ask", "--file", str(sheet)]) == 0
    assert capsys.readouterr().out.count("问：") == 2


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "几次？", "--file", "x.yaml"]])
def test_ask_wants_one_question_or_a_sheet(inside, capsys, arguments):
    assert cli.main(arguments) == 1
    assert "应写一句问题，或用 --file" in capsys.readouterr().err


def test_show(inside, capsys):
    assert cli.main(["show", "消防工作方面/六"]) == 0

    said = capsys.readouterr().out
    assert said.startswith(f"# {CLAUSE}　加强消防基础设施建设\n六、加强消防基础设施建设。")
    assert "〔指标〕" in said


def test_show_as_json(inside, capsys):
    assert cli.main(["show", CLAUSE, "--json"]) == 0

    clause = json.loads(capsys.readouterr().out)
    assert clause["id"] == CLAUSE
    assert {"duty", "metric"} <= {record["kind"] for record in clause["records"]}


def test_extract_prints_one_document_as_an_object(inside, capsys):
    assert cli.main(["extract", "data/raw/jimei-2024-46.txt"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert said["document"]["number"] == "集街办〔2024〕46号"
    assert len(said["clauses"]) == 16
    assert len(said["duties"]) > 50


def test_extract_writes_a_file_for_each_document(inside, tmp_path, capsys):
    copy = tmp_path / "副本.txt"
    shutil.copy("data/raw/jimei-2024-46.txt", copy)

    assert cli.main(["extract", "data/raw/jimei-2024-46.txt", str(copy), "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == ""
    first, second = sorted((tmp_path / "out").iterdir())
    assert [first.name, second.name] == ["jimei-2024-46.json", "副本.json"]
    assert first.read_bytes() == second.read_bytes()
    assert json.loads(first.read_text(encoding="utf-8"))["metrics"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["who", "x", "--kb", "nowhere"], "nowhere"),
        (["show", "消防工作方面/九"], "没有条款 '消防工作方面/九'"),
        (["show", "六"], "对应 2 条"),
        (["build", "missing.txt"], "missing.txt"),
        (["extract", "missing.txt"], "missing.txt"),
        (["extract", "data/raw/jimei-2024-46.txt", "data/raw/jimei-2024-46.txt", "--out", "x"], "有几份文件都叫"),
        (["extract", "data/raw/jimei-2024-46.txt", "--out", "data/raw/jimei-2024-46.txt"], "jimei-2024-46.txt"),
    ],
)
def test_an_error_is_one_line(inside, capsys, arguments, message):
    assert cli.main(arguments) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("jimei-kb: 错误：")
    assert said.err.count("\n") == 1
    assert message in said.err


@pytest.mark.parametrize("arguments", [[], ["fly"], ["who"], ["who", "x", "--limit", "0"], ["show"], ["extract"]])
def test_unusable_arguments_are_one_line_too(capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)

    assert caught.value.code == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "--help" in said.err


@pytest.mark.parametrize("command", [[], ["build"], ["extract"], ["who"], ["ask"], ["show"]])
def test_help_has_examples(capsys, command):
    with pytest.raises(SystemExit) as caught:
        cli.main([*command, "--help"])

    assert caught.value.code == 0
    said = capsys.readouterr().out
    assert "例：\n  jimei-kb " in said
    assert said.startswith("用法：jimei-kb")
    assert not re.search("usage|arguments|options:|show this", said)


def test_what_a_build_leaves_out_is_told_by_its_exit_status(base):
    before = {path: path.read_bytes() for path in (base / "kb").rglob("*.jsonl")}
    (base / "bad.txt").write_bytes(b"\x00\x01" * 50)
    done = kit("build", "data/raw", "bad.txt", cwd=base)

    assert (done.returncode, done.stderr) == (1, "")
    assert "未读：bad.txt 不是文本" in done.stdout
    assert {path: path.read_bytes() for path in (base / "kb").rglob("*.jsonl")} == before


def test_control_characters_do_not_reach_the_terminal(tmp_path):
    """A file name, a question and a text that carry terminal codes."""
    (tmp_path / "a\x1b[2J.txt").write_text("", encoding="utf-8")
    done = kit("build", "a\x1b[2J.txt", cwd=tmp_path)
    assert done.returncode == 1
    assert "a[2J.txt" in done.stderr
    (tmp_path / "b.txt").write_text("关于做好工作的通知\n各社区：\n一、任务。各社区\x9b31m应当推广微型消防站。\n", encoding="utf-8")
    assert kit("build", "b.txt", cwd=tmp_path).returncode == 0
    for arguments in (["who", "微型消防站\x1b]0;x\x07"], ["show", "一"], ["who", "微型消防站", "--json"], ["show", "一", "--json"]):
        done = kit(*arguments, cwd=tmp_path)
        assert done.returncode == 0
        assert all(char == "\n" or char.isprintable() or char == "　" for char in done.stdout), arguments


def test_json_keeps_what_it_quotes():
    """Taken out of sight, not out of the data: the numbers of the characters are written."""
    text = cli._json({"quote": "a\x9b\u202e\u2028b\U000e0001"})
    assert text.isascii()
    assert json.loads(text) == {"quote": "a\x9b\u202e\u2028b\U000e0001"}


def test_a_terminal_that_cannot_write_chinese(base):
    environment = dict(os.environ, PYTHONIOENCODING="ascii")
    done = subprocess.run([KIT, "who", "微型消防站"], cwd=base, env=environment, capture_output=True, check=False)
    assert done.returncode == 0
    assert b"\\u8d23\\u4efb" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="pipes close otherwise there")
def test_a_reader_that_leaves_early(base):
    """jimei-kb show … | head: no traceback."""
    process = subprocess.Popen([KIT, "extract", "data/raw/jimei-2024-46.txt"], cwd=base, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()

    assert process.wait(60) == 1
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.parametrize(("command", "message"), [(["build"], "知识库没有改动"), (["who", "x"], "已中断")])
def test_ctrl_c_ends_with_one_line(inside, capsys, monkeypatch, command, message):
    def interrupt(options):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, f"_{command[0]}", interrupt)
    assert cli.main(command) == 128 + signal.SIGINT
    said = capsys.readouterr()
    assert message in said.err
    assert said.err.count("\n") == 1


def test_progress_on_a_terminal_redraws_one_line(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    tell = cli._progress()
    tell(1, 2, "a.txt")
    tell(2, 2, "b\x1b.txt")
    assert capsys.readouterr().err == f"\r\x1b[K读取 {'■' * 10}{'□' * 10} 1/2 a.txt\r\x1b[K读取 {'■' * 20} 2/2 b.txt\n"


def test_progress_elsewhere_is_a_line_now_and_then(monkeypatch, capsys):
    times = iter([0.0, 1.0, 6.0, 7.0, 12.0])
    monkeypatch.setattr(cli.time, "monotonic", lambda: next(times))
    tell = cli._progress()
    for number in range(1, 5):
        tell(number, 9, f"{number}.txt")
    assert capsys.readouterr().err == f"读取 {'■' * 4}{'□' * 16} 2/9 2.txt\n读取 {'■' * 8}{'□' * 12} 4/9 4.txt\n"


# chains, citations, plans, comparisons


@pytest.mark.parametrize(
    ("arguments", "first", "column"),
    [
        (["trace", "电动自行车"], "责任链：电动自行车", "part"),
        (["trace", "消防工作方面/四"], "责任链：消防工作方面/四", "level"),
        (["cites", "消防工作方面/四"], "集街办〔2024〕46号#消防工作方面/四：引用的文件", "relation"),
        (
            ["cites", "集府〔2024〕243号", "--by"],
            "厦门市集美区人民政府关于下达2024年安全生产和消防工作目标责任的通知：在哪里被引用",
            "depth",
        ),
        (["targets", "集街办〔2024〕46号"], "目标：集街办〔2024〕46号", "indicator"),
        (["calendar", "2024"], "2024年工作日历", "late"),
    ],
)
def test_results_as_text_and_as_rows(inside, capsys, arguments, first, column):
    """The same rows as JSON; each has its quotation or says that there is none."""
    assert cli.main(arguments) == 0
    assert capsys.readouterr().out.splitlines()[0] == first
    assert cli.main([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["stated"], found["as_of"], found["left_out"]) == (True, None, [])
    assert all({column, "quote", "clause"} <= set(row) for row in found["rows"])


@pytest.mark.parametrize(
    "command", [["trace", "电动自行车"], ["cites", "消防工作方面/四"], ["targets", "jimei-2024-46"], ["calendar", "2024"]]
)
def test_a_day_on_which_the_notice_does_not_hold(inside, capsys, command):
    """Nothing is said of that day, and which document was left out is."""
    assert cli.main([*command, "--as-of", "2023-01-01"]) == 0
    assert "不在有效期内、没有查的1份：集街办〔2024〕46号（自2024-10-28起生效）" in capsys.readouterr().out
    assert cli.main([*command, "--as-of", "2023-01-01", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["stated"], found["rows"], [one["document"] for one in found["left_out"]]) == (False, [], ["集街办〔2024〕46号"])


def test_a_calendar_is_written_for_other_programs(inside, capsys, tmp_path):
    assert cli.main(["calendar", "2024", "--ics", str(tmp_path / "a.ics"), "--csv", str(tmp_path / "a.csv")]) == 0
    assert (tmp_path / "a.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert (tmp_path / "a.csv").read_bytes().startswith(b'\xef\xbb\xbf"first","last",')
    assert "下达滞后" in capsys.readouterr().out


def test_a_comparison_of_invented_notices(root, tmp_path, capsys):
    base = ["--kb", str(tmp_path / "kb")]
    assert cli.main(["build", str(root / "data" / "specimens"), *base]) == 0
    capsys.readouterr()
    assert cli.main(["compare", "岫政〔2024〕12号", "望街办〔2024〕15号", *base]) == 0
    said = capsys.readouterr().out
    assert said.startswith("上下级比较：岫政〔2024〕12号（区县） → 望街办〔2024〕15号（街道乡镇）\n")
    assert "层层加码" in said
    assert "落空" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["targets", "无此文件"], "既没有收录也没有引用"),
        (["compare", "集街办〔2024〕46号", "集府〔2024〕243号"], "没有收录它"),
        (["compare", "集街办〔2024〕46号", "jimei-2024-46"], "都是"),
        (["calendar", "3000"], "不能作日历的年份"),
        (["cites", "消防工作方面/九十九"], "没有条款"),
        (["trace", "duty-0000"], "没有编号为"),
    ],
)
def test_what_cannot_be_asked_is_one_line(inside, capsys, arguments, said):
    assert cli.main(arguments) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--strike", "--reason", "不是职责"], "没有写要更正的记录或条款"),
        (["duty-0123456789abcdef", "--strike", "--set", "force=刚性", "--reason", "改"], "--strike 与新的值不能同时用"),
    ],
)
def test_a_correction_that_says_two_things_or_none_is_refused(inside, capsys, arguments, fault):
    """Nothing that an analyst wrote is dropped without a word."""
    assert cli.main(["correct", *arguments]) != 0
    assert fault in capsys.readouterr().err
