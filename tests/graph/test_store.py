"""The base on disk: safe names, the same bytes in any order, a change whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.document import parse_text
from jimei_kb.errors import GraphError
from jimei_kb.graph import store
from jimei_kb.graph.lines import encode
from jimei_kb.graph.schema import Reading

# Ends its own process, as kill -9 would, at the n-th thing it asks of the system inside the base.
KILLED = """
import os, signal, sys
from pathlib import Path
from jimei_kb.graph import store
from jimei_kb.graph.lines import decode
base, new, at = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
readings = [decode(path.read_text(encoding="utf-8"), path.name) for path in sorted(new.iterdir())]
seen = 0
def watch(event, arguments):
    global seen
    if any(isinstance(a, (str, Path)) and str(base) in str(a) for a in arguments):
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
store.save(base, readings)
"""


def notice(number, body="一、加强值守。各社区应当落实值班制度。"):
    text = f"集街办〔2024〕{number}号\n关于做好安全工作的通知\n各社区居委会：\n{body}\n集美街道办事处\n2024年1月{number}日\n"
    return Reading(parse_text(text, slug=f"notice-{number}"))


def contents(base):
    return {path.relative_to(base).as_posix(): path.read_bytes() for path in base.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("jimei-2024-46", "jimei-2024-46.jsonl"),
        ("集街办〔2024〕46号", "集街办〔2024〕46号.jsonl"),
        ("关于做好（2024年）工作的通知", "关于做好（2024年）工作的通知.jsonl"),
        ("../../etc/passwd", "etc-passwd-3754d6cb.jsonl"),
        ("a/b", "a-b-c14cddc0.jsonl"),
        ("..", "document-5ec1f7e7.jsonl"),
        ("CON", "CON-a3dbc4b6.jsonl"),
        ("con.x", "_con.x-9c23cea3.jsonl"),
    ],
)
def test_names_of_files(slug, name):
    assert store.file_name(slug) == name


@given(st.text())
def test_any_name_stays_in_its_folder(slug):
    name = store.file_name(slug)

    assert PurePosixPath(name).name == name == PureWindowsPath(name).name
    assert not PureWindowsPath(name).is_reserved()
    assert name.isprintable()
    assert 6 < len(name.encode()) < 255


@given(st.sets(st.text(alphabet="a.-/\\集\n", max_size=4), min_size=2, max_size=5))
def test_other_names_are_other_files(slugs):
    assert len({store.file_name(slug) for slug in slugs}) == len(slugs)


def test_what_is_saved_is_loaded(tmp_path, reading):
    assert store.save(tmp_path / "kb", [reading]) == ("jimei-2024-46",)

    (loaded,) = store.load(tmp_path / "kb")
    assert encode(loaded) == encode(reading)
    assert replace(loaded.document, raw=reading.document.raw) == reading.document


def test_the_same_bytes_in_any_order_and_again(tmp_path, reading):
    readings = [notice(1), reading, notice(2)]
    store.save(tmp_path / "a", readings)
    store.save(tmp_path / "b", reversed(readings))
    for one in readings:
        store.save(tmp_path / "c", [one])

    assert contents(tmp_path / "a") == contents(tmp_path / "b") == contents(tmp_path / "c")
    assert store.save(tmp_path / "a", readings) == ()
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_changed_document_replaces_its_own_file(tmp_path):
    store.save(tmp_path, [notice(1), notice(2)])
    before = contents(tmp_path)

    assert store.save(tmp_path, [notice(2, "一、改过的条款。")]) == ("notice-2",)
    after = contents(tmp_path)
    assert [name for name in before if before[name] != after[name]] == ["documents/notice-2.jsonl"]
    assert set(before) == set(after)


@pytest.mark.parametrize("make", [lambda base: None, lambda base: base.mkdir(), lambda base: base.touch()])
def test_no_base_is_said_so(tmp_path, make):
    make(tmp_path / "kb")

    with pytest.raises(GraphError, match=r"expected a knowledge base; make one with: jimei-kb build --kb .*kb"):
        store.load(tmp_path / "kb")


@pytest.mark.parametrize(
    ("others", "message"),
    [
        (
            [notice(1), replace(notice(1), document=replace(notice(1).document, slug="copy"))],
            "notice-1 and copy are both 集街办〔2024〕1号",
        ),
        ([notice(1), replace(notice(2), document=replace(notice(2).document, slug="NOTICE-1"))], "rename one of the source files"),
    ],
)
def test_two_documents_under_one_name_are_refused(tmp_path, others, message):
    """Together in one build, and one after the other; the base stays as it was."""
    with pytest.raises(GraphError, match=message):
        store.save(tmp_path / "a", others)
    store.save(tmp_path / "b", others[:1])
    before = contents(tmp_path / "b")
    with pytest.raises(GraphError, match=r"are both|rename one"):
        store.save(tmp_path / "b", others[1:])
    assert contents(tmp_path / "b") == before


@pytest.mark.parametrize("spoil", [b"\xff\xfe", b"", b"{}\n", b'{"kind": "document"'])
def test_a_damaged_file_is_named(tmp_path, spoil):
    store.save(tmp_path, [notice(1)])
    (tmp_path / "documents" / "notice-1.jsonl").write_bytes(spoil)

    with pytest.raises(GraphError, match=r"documents.notice-1\.jsonl"):
        store.load(tmp_path)
    # building that document again mends it
    store.save(tmp_path, [notice(1)])
    assert len(store.load(tmp_path)) == 1


def test_a_failing_write_leaves_the_old_base(tmp_path, monkeypatch):
    """A full disk at the second file: neither of the two has changed, and nothing is left lying about."""
    store.save(tmp_path, [notice(1), notice(2)])
    before = contents(tmp_path)
    calls = []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.save(tmp_path, [notice(1, "一、新的一条。"), notice(2, "一、新的一条。")])
    assert contents(tmp_path) == before


def test_a_killed_build_leaves_the_old_base_or_the_new_one(tmp_path):
    """Kill -9 at every single step of a change of two documents; never one new and one old."""
    old = [notice(1), notice(2)]
    new = [notice(1, "一、新的一条。"), notice(2, "一、新的一条。"), notice(3)]
    store.save(tmp_path / "new", new)
    states = {}
    for name, readings in (("old", old), ("new", new)):
        states[name] = tuple(encode(reading) for reading in readings)
    seen = []
    for step in range(1, 100):
        base = tmp_path / f"kb-{step}"
        store.save(base, old)
        command = [sys.executable, "-c", KILLED, str(base), str(tmp_path / "new" / "documents"), str(step)]
        done = subprocess.run(command, check=False, capture_output=True)
        found = tuple(encode(reading) for reading in store.load(base))
        seen.append(next(name for name, state in states.items() if state == found))
        # what a killed build left behind does not hinder the next one
        store.save(base, new)
        assert contents(base) == contents(tmp_path / "new")
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr
    assert seen == sorted(seen, key=["old", "new"].index)
    assert {"old", "new"} == set(seen)
    assert len(seen) > 10


def test_two_builds_at_once_do_not_harm_each_other(tmp_path):
    for number in range(1, 5):
        store.save(tmp_path / f"new-{number}", [notice(number)])
    running = [
        subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path / "kb"), str(tmp_path / f"new-{number}" / "documents"), "-1"])
        for number in range(1, 5)
    ]

    assert [process.wait(60) for process in running] == [0, 0, 0, 0]
    assert [reading.document.slug for reading in store.load(tmp_path / "kb")] == [f"notice-{number}" for number in range(1, 5)]
    assert sorted(path.name for path in (tmp_path / "kb").iterdir()) == ["documents"]
