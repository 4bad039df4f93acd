"""Whatever a user gives to a command, it ends with an answer or with one line that says in Chinese what is wrong: never a traceback."""

from __future__ import annotations

import os
import random
import re

import pytest

from jimei_kb import cli

NOTICE = "集街办〔2024〕1号\n关于做好消防工作的通知\n各社区居委会：\n一、加强值守。各社区应当落实值班制度，每月巡查1次。\n集美街道办事处\n2024年1月2日\n"
CASES = 150
# what takes a base, and how many words it takes beside it
COMMANDS = {
    "build": 1,
    "extract": 1,
    "who": 1,
    "ask": 1,
    "show": 1,
    "review": 0,
    "correct": 1,
    "forget": 1,
    "check": 0,
    "trace": 1,
    "cites": 1,
    "targets": 1,
    "compare": 2,
    "calendar": 1,
    "score": 1,
}
WORDS = [
    "",
    " ",
    "消防",
    "一",
    "2024",
    "-1",
    "0",
    "集街办〔2024〕1号",
    "duty-0",
    "correction-0",
    "#",
    "/",
    "..",
    "x" * 300,
    "\udcff",
    "《》",
    "[",
    "{}",
]
OPTIONS = [
    ["--json"],
    ["--limit", "0"],
    ["--limit", "x"],
    ["--as-of", "昨天"],
    ["--kind", "none"],
    ["--set", "role"],
    ["--set", "urged:=["],
    ["--strike", "--reason", "试"],
    ["--withdraw"],
    ["--bearer", "社区", "--reason", "试"],
    ["--add", "wish", "--quote", "值班", "--reason", "试"],
    ["--out"],
    ["--by"],
    ["--ids"],
    ["--nonsense"],
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a base, damaged ones, and files that are not what they should be."""
    top = tmp_path_factory.mktemp("odd")
    (top / "n.txt").write_text(NOTICE, encoding="utf-8")
    (top / "empty").mkdir()
    (top / "binary.txt").write_bytes(bytes(range(256)))
    (top / "nothing.txt").touch()
    (top / "no.yaml").write_text("questions: [", encoding="utf-8")
    (top / "loop").symlink_to(top / "loop")
    (top / "lost.txt").symlink_to(top / "nowhere.txt")
    for name in ("kb", "damaged", "index", "corrected", "registered"):
        assert cli.main(["build", str(top / "n.txt"), "--kb", str(top / name)]) == 0
    (top / "damaged" / "documents" / "n.jsonl").write_bytes(b"\xff{")
    (top / "index" / "index.sqlite").write_bytes(b"no database")
    (top / "corrected" / "corrections").mkdir()
    (top / "corrected" / "corrections" / "n.jsonl").write_text("[]\n", encoding="utf-8")
    (top / "registered" / "registry").mkdir()
    (top / "registered" / "registry" / "places.csv").write_text("x,y\n1\n", encoding="utf-8")
    (top / "registered" / "registry" / "synonyms.csv").write_bytes(b"\xff")
    return top


def sayings(place, number):
    """The arguments of case `number`."""
    chance = random.Random(number)
    command = chance.choice(list(COMMANDS))
    odd = [
        *WORDS,
        *(str(path) for path in sorted(place.iterdir())),
        str(place / "x" / "y"),
        str(place / "n.txt" / "z"),
        str(place / ("长" * 200)),
    ]
    words = [chance.choice(odd) for _ in range(COMMANDS[command] + chance.choice([-1, 0, 0, 0, 1]))] if COMMANDS[command] else []
    options = [part for option in chance.sample(OPTIONS, chance.choice([0, 0, 1, 2])) for part in option]
    base = [] if command in ("extract", "score") else ["--kb", chance.choice([str(place / "kb"), *odd])]
    return [command, *words, *options, *base]


def run(arguments, capsys):
    """Exit status and what was said on both streams."""
    try:
        status = cli.main(arguments)
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.mark.parametrize("lot", range(5))
def test_no_arguments_break_a_command(place, capsys, monkeypatch, lot):
    monkeypatch.chdir(place / "empty")
    for number in range(lot * CASES // 5, (lot + 1) * CASES // 5):
        arguments = sayings(place, number)
        status, out, err = run(arguments, capsys)
        assert status in (0, 1, 2), arguments
        assert "Traceback" not in out + err, arguments
        if err:
            assert re.fullmatch(r"jimei-kb: 错误：[^\n]*[一-鿿][^\n]*\n", err), (arguments, err)
            assert not re.search(r"\b(expected|cannot|not found|No such|Errno|invalid|found)\b", err), (arguments, err)


@pytest.mark.parametrize(
    "command",
    [
        ["correct", "duty-0", "--strike", "--reason", "试"],
        ["forget", "n"],
        ["build", "n.txt"],
        ["export", "--format", "csv", "--out", "n.txt"],
    ],
)
def test_what_may_not_be_written_is_told(place, capsys, monkeypatch, command):
    """A disk that is read-only, as the system reports it."""
    monkeypatch.chdir(place)

    def refuse(*arguments, **options):
        raise OSError(30, "Read-only file system", str(place / "kb" / ".building"))

    monkeypatch.setattr("jimei_kb.graph.store._write", refuse)
    (place / "n.txt").write_text(NOTICE.replace("值班", "巡查"), encoding="utf-8")
    status, out, err = run([*command, "--kb", "kb"], capsys)
    assert (status, out) == (1, "")
    assert re.search("所在的磁盘是只读的；请检查|没有编号为|是文件；csv 写成文件夹", err)
    (place / "n.txt").write_text(NOTICE, encoding="utf-8")


def test_every_word_of_argparse_is_said_in_chinese(capsys):
    for arguments in (
        [],
        ["fly"],
        ["who"],
        ["who", "x", "--limit"],
        ["who", "x", "--limit", "x"],
        ["calendar", "x"],
        ["who", "x", "--json=1"],
        ["show", "x", "--nothing"],
        ["correct", "--r", "x"],
        ["review", "--kind", "x"],
    ):
        status, _, err = run(arguments, capsys)
        assert status == 2
        assert not re.search(r"\b(argument|expected|required|invalid|unrecognized|ambiguous|choose)\b", err), err


def test_a_name_that_is_no_unicode_is_told(place, capsys, monkeypatch):
    """A file whose name its system cannot spell."""
    (place / "empty" / "sub").mkdir(exist_ok=True)
    monkeypatch.chdir(place / "empty" / "sub")
    (place / "empty" / "sub" / os.fsdecode(b"\xff\xfe.txt")).write_text(NOTICE, encoding="utf-8")
    status, out, err = run(["build", ".", "--kb", "kb"], capsys)
    assert (status, out) == (1, "")
    assert "的文件名不是 UTF-8" in err
