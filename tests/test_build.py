"""Building again and again: what has not changed is not read, what is gone goes, several processes give the same bytes, and a kill harms nothing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from itertools import permutations

import pytest

from jimei_kb import build_kb, cli, open_kb
from jimei_kb.errors import FormatError, GraphError
from jimei_kb.graph import sources
from jimei_kb.graph.lines import record_ids

NOTICE = "集街办〔2024〕{n}号\n关于做好消防工作的通知\n各社区居委会：\n一、加强值守。各社区应当落实值班制度，每{n}天巡查1次。\n集美街道办事处\n2024年1月2日\n"
BUILD = "import sys; from jimei_kb.cli import main; sys.exit(main(sys.argv[1:]))"


def contents(base):
    return {path.relative_to(base).as_posix(): path.read_bytes() for path in base.rglob("*") if path.is_file()}


def restore(base, files):
    for name, data in files.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_bytes(data)


@pytest.fixture
def folder(tmp_path):
    """A folder of four notices, one of them deeper."""
    place = tmp_path / "in"
    (place / "2023").mkdir(parents=True)
    for n in range(1, 4):
        (place / f"{n}.txt").write_text(NOTICE.format(n=n), encoding="utf-8")
    (place / "2023" / "4.txt").write_text(NOTICE.format(n=4), encoding="utf-8")
    return place


@pytest.fixture
def read(monkeypatch):
    """The names of the files that are read."""
    names = []
    original = sources._read_file
    monkeypatch.setattr(sources, "_read_file", lambda base, path: names.append(path.name) or original(base, path))
    return names


def test_what_has_not_changed_is_not_read_again(folder, tmp_path, read):
    first = build_kb(folder, tmp_path / "kb")
    before = contents(tmp_path / "kb")
    read.clear()

    again = build_kb(folder, tmp_path / "kb")
    assert read == []
    assert (again.changed, again.unchanged, again.reused) == ((), ("1", "2", "3", "4"), ("1", "2", "3", "4"))
    assert (again.records, again.review) == (first.records, first.review)
    assert "4 份的文件与规则都没有变，没有重读" in repr(again)
    assert contents(tmp_path / "kb") == before


@pytest.mark.parametrize("name", ["documents/2.jsonl", "review/2.jsonl", ".origins.json"])
def test_what_was_touched_or_lost_is_read_again(folder, tmp_path, read, name):
    """By hand in the base, or with the memory of the builds."""
    build_kb(folder, tmp_path / "kb")
    before = contents(tmp_path / "kb")
    read.clear()
    (tmp_path / "kb" / name).write_bytes(b"{}")

    build_kb(folder, tmp_path / "kb")
    assert read == (["1.txt", "2.txt", "4.txt", "3.txt"] if name.startswith(".") else ["2.txt"])
    assert contents(tmp_path / "kb") == before


def test_a_changed_file_alone_is_read(folder, tmp_path, read):
    build_kb(folder, tmp_path / "kb")
    read.clear()
    (folder / "2.txt").write_text(NOTICE.format(n=2).replace("值班", "巡查"), encoding="utf-8")

    report = build_kb(folder, tmp_path / "kb")
    assert read == ["2.txt"]
    assert (report.changed, report.reused) == (("2",), ("1", "3", "4"))


def test_other_rules_read_everything_again(folder, tmp_path, read, monkeypatch):
    build_kb(folder, tmp_path / "kb")
    read.clear()
    monkeypatch.setattr(sources, "FORMAT", -1)
    assert build_kb(folder, tmp_path / "kb").reused == ()
    assert len(read) == 4


def test_another_registry_reads_everything_again(folder, tmp_path, read):
    build_kb(folder, tmp_path / "kb")
    read.clear()
    shipped = sources.registry_texts(None)["places"][1]
    (tmp_path / "kb" / "registry").mkdir()
    (tmp_path / "kb" / "registry" / "places.csv").write_text(shipped + "福建省/泉州市,泉,市,C,invented for this test\n", encoding="utf-8")
    build_kb(folder, tmp_path / "kb")
    assert len(read) == 4


@pytest.mark.parametrize("place", ["document/text.toml", "extract/duties.py", "graph/programmes.toml", "rules.py", "docnumber.toml"])
def test_the_fingerprint_sees_code_and_rules(root, tmp_path, monkeypatch, place):
    package = tmp_path / "jimei_kb"
    shutil.copytree(root / "src" / "jimei_kb", package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(sources.resources, "files", lambda name: package if name == "jimei_kb" else package / name.partition(".")[2])
    before = sources.fingerprint(tmp_path)
    assert before == sources.fingerprint(tmp_path / "elsewhere")
    with (package / place).open("a", encoding="utf-8") as file:
        file.write("# another word\n")
    assert sources.fingerprint(tmp_path) != before


def test_a_file_that_is_gone_takes_its_own_records_with_it(folder, tmp_path):
    build_kb(folder, tmp_path / "kb")
    before = contents(tmp_path / "kb")
    (folder / "2023" / "4.txt").unlink()

    report = build_kb(folder, tmp_path / "kb")
    assert report.removed == ("4",)
    assert "移除 4：来源文件已不在原来的文件夹" in repr(report)
    after = contents(tmp_path / "kb")
    assert set(before) - set(after) == {"documents/4.jsonl", "review/4.jsonl"}
    assert {name: data for name, data in before.items() if name in after and name[0] != "."} == {
        n: d for n, d in after.items() if n[0] != "."
    }
    shutil.copytree(folder, tmp_path / "fresh" / "in")
    build_kb(tmp_path / "fresh" / "in", tmp_path / "fresh" / "kb")
    assert contents(tmp_path / "fresh" / "kb") == after


def test_the_last_file_of_a_folder_may_go_too(folder, tmp_path):
    build_kb(folder, tmp_path / "kb")
    for path in folder.rglob("*.txt"):
        path.unlink()
    assert build_kb(folder, tmp_path / "kb").removed == ("1", "2", "3", "4")
    assert open_kb(tmp_path / "kb").documents == ()
    with pytest.raises(FormatError, match="没有通知；"):
        build_kb(folder, tmp_path / "kb")


def test_only_the_own_folder_takes_records_away(folder, tmp_path):
    """Neither a file built by itself, nor another folder, nor a folder inside; a folder around it does."""
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(folder / "1.txt", other / "9.txt")
    (other / "9.txt").write_text(NOTICE.format(n=9), encoding="utf-8")
    build_kb(folder, tmp_path / "kb")
    build_kb(other / "9.txt", tmp_path / "kb")
    (folder / "1.txt").unlink()

    for paths in (folder / "2.txt", other, folder / "2023"):
        assert build_kb(paths, tmp_path / "kb").removed == ()
    (other / "9.txt").unlink()
    (other / "8.txt").write_text(NOTICE.format(n=8), encoding="utf-8")
    assert build_kb(tmp_path, tmp_path / "kb").removed == ("1", "9")


def test_a_file_built_by_itself_belongs_to_no_folder(folder, tmp_path):
    build_kb(folder / "1.txt", tmp_path / "kb")
    (folder / "1.txt").unlink()
    assert build_kb(folder, tmp_path / "kb").removed == ()
    assert len(open_kb(tmp_path / "kb").documents) == 4


def test_a_file_that_moved_or_was_renamed(folder, tmp_path, read):
    """A move inside the folder reads nothing; a new name is a new document in the place of the old one."""
    build_kb(folder, tmp_path / "kb")
    before = contents(tmp_path / "kb")
    read.clear()
    (folder / "1.txt").rename(folder / "2023" / "1.txt")
    report = build_kb(folder, tmp_path / "kb")
    assert (report.changed, report.removed, read) == ((), (), [])
    (folder / "2023" / "1.txt").rename(folder / "one.txt")
    report = build_kb(folder, tmp_path / "kb")
    assert (report.changed, report.removed, read) == (("one",), ("1",), ["one.txt"])
    # the ids of its records are made from the number and stay
    lines = contents(tmp_path / "kb")["documents/one.jsonl"].decode().split("\n")[1:]
    assert lines == before["documents/1.jsonl"].decode().split("\n")[1:]


def test_folder_and_base_may_move_together(folder, tmp_path, read):
    build_kb(folder, tmp_path / "kb")
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("in", "kb"):
        (tmp_path / name).rename(moved / name)
    (moved / "in" / "1.txt").unlink()
    read.clear()
    assert build_kb(moved / "in", moved / "kb").removed == ("1",)
    assert read == []


def test_the_same_bytes_from_processes_and_in_any_order(folder, tmp_path):
    """Hidden files too; told as many files as there are, each once."""
    told = []
    build_kb(folder, tmp_path / "pool", jobs=3, progress=lambda *call: told.append(call))
    assert [(number, total) for number, total, _ in told] == [(n, 4) for n in range(1, 5)]
    files = sorted(folder.rglob("*.txt"))
    for number, order in enumerate(list(permutations(files))[::7]):
        base = tmp_path / f"order-{number}"
        for path in order:
            build_kb(path, base)
        build_kb(folder, base)
        assert contents(base) == contents(tmp_path / "pool")


@pytest.mark.parametrize("jobs", [1, 2])
def test_all_unreadable_files_are_named_whoever_reads(folder, tmp_path, jobs):
    for name in ("x.txt", "y.txt"):
        (folder / name).touch()
    report = build_kb(folder, tmp_path / "kb", jobs=jobs)
    assert [file for file, _ in report.faults] == [str(folder / name) for name in ("x.txt", "y.txt")]
    assert report.changed == ("1", "2", "3", "4")


def test_what_was_read_of_a_file_that_has_become_unreadable_stays(folder, tmp_path):
    """It is told each time, until the file is mended or the document forgotten; a file that is named and not there is no word to remove it."""
    build_kb(folder, tmp_path / "kb")
    before = contents(tmp_path / "kb")
    (folder / "2.txt").write_bytes(b"\x00" * 90)
    for _ in range(2):
        ((file, fault),) = build_kb(folder, tmp_path / "kb").faults
        assert (file, fault.partition("。")[2]) == (
            str(folder / "2.txt"),
            "库中原有的记录照旧；不再需要时可移除：jimei-kb forget 2",
        )
        assert contents(tmp_path / "kb") == before
    (folder / "2.txt").unlink()
    assert "没有这个文件" in build_kb([folder / "1.txt", folder / "2.txt"], tmp_path / "kb").faults[0][1]
    assert contents(tmp_path / "kb") == before


def test_a_folder_that_cannot_be_opened_takes_nothing_away(folder, tmp_path, monkeypatch):
    build_kb(folder, tmp_path / "kb")
    (folder / "1.txt").unlink()
    original = os.scandir

    def refuse(path):
        if os.fspath(path).endswith("2023"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return original(path)

    monkeypatch.setattr(os, "scandir", refuse)
    report = build_kb(folder, tmp_path / "kb")
    ((file, fault),) = report.faults
    assert (file, report.removed) == (str(folder / "2023"), ("1",))
    assert "打不开：没有权限" in fault
    monkeypatch.undo()
    assert {document.slug for document in open_kb(tmp_path / "kb").documents} == {"2", "3", "4"}


def test_a_forgotten_document_leaves_and_its_corrections_stay(folder, tmp_path, capsys):
    """By number, title or name; one that belongs to a folder comes back with it, and so do the decisions about it."""
    base = tmp_path / "kb"
    build_kb(folder, base)
    kb = open_kb(base)
    key = next(key for key, _ in record_ids(kb.readings[1]) if key.startswith("duty"))
    kb.strike(key, "不是职责")
    assert cli.main(["forget", "集街办〔2024〕2号", "--kb", str(base)]) == 0
    assert capsys.readouterr().out == (
        f"已从 {base} 移除 2；它的 1 条更正仍保存在 corrections/；来源文件 {folder / '2.txt'} 还在，再次读取时会重新收入\n"
    )
    kb = open_kb(base)
    assert [document.slug for document in kb.documents] == ["1", "3", "4"]
    assert not (base / "review" / "2.jsonl").exists()
    assert [conflict.fault for conflict in kb.conflicts] == ["库中没有这份文件了"]
    build_kb(folder, base)
    assert key not in open_kb(base).records
    assert open_kb(base).conflicts == ()


def test_a_document_is_forgotten_even_where_it_is_damaged(folder, tmp_path, capsys):
    base = tmp_path / "kb"
    build_kb(folder / "1.txt", base)
    build_kb(folder / "3.txt", base)
    (folder / "1.txt").unlink()
    (base / "documents" / "1.jsonl").write_text("{}\n", encoding="utf-8")
    assert cli.main(["forget", "1", "--kb", str(base)]) == 0
    assert [document.slug for document in open_kb(base).documents] == ["3"]
    assert cli.main(["forget", "1", "--kb", str(base)]) == 1
    assert "既没有收录也没有引用 '1'" in capsys.readouterr().err


@pytest.mark.parametrize(("jobs", "files", "processes"), [(None, 3, 0), (None, 10**6, os.cpu_count()), (1, 9, 1), (8, 3, 3), (2, 9, 2)])
def test_how_many_processes_read(jobs, files, processes):
    assert sources._processes(jobs, files) == processes


def test_no_jobs_at_all_are_refused(folder, tmp_path):
    with pytest.raises(GraphError, match="jobs 是 0；应为 1"):
        build_kb(folder, tmp_path / "kb", jobs=0)


@pytest.mark.skipif(os.name == "nt", reason="no kill -9 there")
def test_a_build_killed_at_any_moment_leaves_a_base_that_opens(folder, tmp_path):
    """Kill -9 after a random time, from before the first step to after the last: the base is the old one or the new one."""
    base = tmp_path / "kb"
    build_kb(folder, base)
    old = contents(base)
    (folder / "1.txt").unlink()
    for n in (2, 3, 5):
        (folder / f"{n}.txt").write_text(NOTICE.format(n=n).replace("值班", "巡查"), encoding="utf-8")
    command = [sys.executable, "-c", BUILD, "build", str(folder), "--kb"]
    shutil.copytree(base, tmp_path / "new")
    began = time.monotonic()
    subprocess.run([*command, str(tmp_path / "new")], check=True, capture_output=True)
    whole = time.monotonic() - began
    new = contents(tmp_path / "new")
    chance = random.Random(46)
    seen = []
    for _ in range(12):
        shutil.rmtree(base)
        restore(base, old)
        process = subprocess.Popen([*command, str(base)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 1.1) * whole)
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        keys = {document.slug: document.text for document in open_kb(base).documents}
        seen.append("1" in keys)
        assert set(keys) == ({"1", "2", "3", "4"} if seen[-1] else {"2", "3", "4", "5"})
        assert {"巡查制度" in text for slug, text in keys.items() if slug in "235"} == {not seen[-1]}
        # what it left behind does not hinder the next build
        build_kb(folder, base)
        assert contents(base) == new
    assert True in seen


def test_two_builds_at_once_do_not_harm_each_other(folder, tmp_path):
    """Folders of their own into one base, at the same time, again and again."""
    places = []
    for n in range(3):
        place = tmp_path / f"in-{n}"
        place.mkdir()
        for k in range(3):
            (place / f"{n}{k}.txt").write_text(NOTICE.format(n=10 * n + k + 1), encoding="utf-8")
        places.append(place)
    for _ in range(2):
        running = [subprocess.Popen([sys.executable, "-c", BUILD, "build", str(place), "--kb", str(tmp_path / "kb")]) for place in places]
        assert [process.wait(60) for process in running] == [0, 0, 0]
        for place in places:
            (place / f"{place.name[-1]}0.txt").unlink(missing_ok=True)
    assert [document.slug for document in open_kb(tmp_path / "kb").documents] == ["01", "02", "11", "12", "21", "22"]
    build_kb(places, tmp_path / "alone")
    assert contents(tmp_path / "kb") == contents(tmp_path / "alone")
