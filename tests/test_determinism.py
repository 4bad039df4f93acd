"""The same input gives the same bytes, whatever order Python keeps its sets in."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

READ_ALL = """
import sys
from pathlib import Path
from jimei_kb.cli import main
root, out = map(Path, sys.argv[1:])
notices = sorted(str(p) for p in (root / "tests" / "documents").iterdir() if p.suffix in {".txt", ".md"} and p.stem != "README")
notices.append(str(root / "data" / "raw" / "jimei-2024-46.txt"))
assert len(notices) > 4, notices
for command in (["build", *notices, "--kb", "kb"], ["extract", *notices, "--out", "records"]):
    if code := main(command):
        sys.exit(code)
print(list({"集", "美", "街", "道", "办"}))
"""


def read_all(root, folder, seed):
    """Everything that is written and printed in a process whose sets are ordered by `seed`."""
    folder.mkdir()
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", READ_ALL, root, folder]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    *printed, order = done.stdout.splitlines()
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}, printed, order


@pytest.fixture(scope="module")
def runs(root, tmp_path_factory):
    """The same notices, read in two processes."""
    folder = tmp_path_factory.mktemp("runs")
    return [read_all(root, folder / seed, seed) for seed in ("1", "2")]


def test_the_two_processes_order_their_sets_differently(runs):
    assert runs[0][2] != runs[1][2]


def test_files_are_the_same_bytes(runs):
    """Those of the base (records and what was not placed) and those of `extract --out`."""
    (first, *_), (second, *_) = runs
    assert {path.parts[0] for path in first} == {"kb", "records"}
    assert sorted(first) == sorted(second)
    assert [path for path in first if first[path] != second[path]] == []


def test_what_is_printed_is_the_same(runs):
    assert runs[0][1] == runs[1][1] != []
