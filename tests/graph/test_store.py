"""The base on disk: safe names, the same bytes in any order, a change whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import permutations
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.document import parse_text
from jimei_kb.errors import GraphError
from jimei_kb.graph import store
from jimei_kb.graph.lines import encode
from jimei_kb.graph.origins import Origin
from jimei_kb.graph.schema import Reading
from jimei_kb.records import Span, Unplaced

# Ends its own process, as kill -9 would, at the n-th thing it asks of the system inside the base.
KILLED = """
import os, signal, sys
from pathlib import Path
from jimei_kb.graph import store
from jimei_kb.graph.lines import decode
from jimei_kb.graph.origins import Origin
from jimei_kb.records import Span, Unplaced
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
lists = {}
for reading in readings:
    clause = reading.document.clauses[-1]
    span = Span(clause.span.start, clause.span.start + 1)
    lists[reading.document.slug] = [Unplaced(clause.id, span, span.of(reading.document.text), "x", "tag", "x")]
if "removal" in sys.argv:
    origins = {reading.document.slug: Origin("x", "x", f"../in/{reading.document.slug}.txt") for reading in readings}
    store.update(base, [store.lines_of(one, lists[one.document.slug]) for one in readings], origins=origins, gone={"../in/notice-2.txt"})
else:
    store.save(base, readings, lists if sys.argv[4:] else {})
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

    with pytest.raises(GraphError, match=r"应为知识库；可用 jimei-kb build --kb .*kb"):
        store.load(tmp_path / "kb")


def named(reading, slug):
    return replace(reading, document=replace(reading.document, slug=slug))


def test_two_documents_under_one_name_are_refused(tmp_path):
    """Together in one build, and one after the other; the base stays as it was."""
    others = [notice(1), named(notice(2), "NOTICE-1")]
    with pytest.raises(GraphError, match="请给其中一个来源文件改名"):
        store.save(tmp_path / "a", others)
    store.save(tmp_path / "b", others[:1])
    before = contents(tmp_path / "b")
    with pytest.raises(GraphError, match="请给其中一个来源文件改名"):
        store.save(tmp_path / "b", others[1:])
    assert contents(tmp_path / "b") == before


@pytest.mark.parametrize("order", list(permutations(["a", "b", "集街办〔2024〕1号", "c"]))[::5])
def test_of_documents_that_print_one_number_one_has_it(tmp_path, order):
    """The first by name, or the one that is named by it; the same bytes in whatever order they come."""
    for slug in order:
        store.save(tmp_path / "one by one", [named(notice(1), slug)], {slug: left(notice(1), "社区")})
    store.save(tmp_path / "together", [named(notice(1), slug) for slug in order], {slug: left(notice(1), "社区") for slug in order})

    assert contents(tmp_path / "one by one") == contents(tmp_path / "together")
    readings = store.load(tmp_path / "one by one")
    assert [one.document.key for one in readings] == ["a", "b", "c", "集街办〔2024〕1号"]
    assert {one.document.head.number for one in readings} == {"集街办〔2024〕1号"}
    assert None not in store.load_leftovers(tmp_path / "one by one", readings).values()


def test_a_number_that_is_free_again_goes_to_the_next(tmp_path):
    rows = {slug: Origin("x", "x", f"../in/{slug}.txt") for slug in "ab"}
    store.update(tmp_path, [store.lines_of(named(notice(1), slug)) for slug in "ab"], origins=rows)
    assert [one.document.key for one in store.load(tmp_path)] == ["集街办〔2024〕1号", "b"]

    assert store.update(tmp_path, [], gone={"../in/a.txt"}) == store.Update(changed=("b",), removed=("a",))
    assert [one.document.key for one in store.load(tmp_path)] == ["集街办〔2024〕1号"]


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
        command = [sys.executable, "-c", KILLED, str(base), str(tmp_path / "new" / "documents"), str(step), "with lists"]
        done = subprocess.run(command, check=False, capture_output=True)
        readings = store.load(base)
        found = tuple(encode(reading) for reading in readings)
        seen.append(next(name for name, state in states.items() if state == found))
        # the lists change with the documents
        assert all((one is None) == (seen[-1] == "old") for one in store.load_leftovers(base, readings).values())
        # what a killed build left behind does not hinder the next one
        store.save(base, new)
        documents = {name: data for name, data in contents(base).items() if name.startswith("documents")}
        assert documents == contents(tmp_path / "new")
        assert {name.partition("/")[0] for name in contents(base)} <= {"documents", "review"}
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr
    assert seen == sorted(seen, key=["old", "new"].index)
    assert {"old", "new"} == set(seen)
    assert len(seen) > 10


def test_a_killed_build_removes_wholly_or_not_at_all(tmp_path):
    """Kill -9 at every step of a change that alters one document, takes one away and brings one."""
    rows = {f"notice-{n}": Origin("x", "x", f"../in/notice-{n}.txt") for n in (1, 2)}
    old = [notice(1), notice(2)]
    store.save(tmp_path / "new", [notice(1, "一、新的一条。"), notice(3)])
    states = {("notice-1", "notice-2"): "old", ("notice-1", "notice-3"): "new"}
    seen = []
    for step in range(1, 200):
        base = tmp_path / f"kb-{step}"
        store.update(base, [store.lines_of(one, left(one, "社区")) for one in old], origins=rows)
        command = [sys.executable, "-c", KILLED, str(base), str(tmp_path / "new" / "documents"), str(step), "removal"]
        done = subprocess.run(command, check=False, capture_output=True)
        readings = store.load(base)
        seen.append(states[tuple(one.document.slug for one in readings)])
        assert ("新的一条" in readings[0].document.text) == (seen[-1] == "new")
        assert None not in store.load_leftovers(base, readings).values()
        assert set(store.load_origins(base)) == {one.document.slug for one in readings}
        store.save(base, [notice(4)])
        assert {name.partition("/")[0] for name in contents(base)} == {"documents", "review", ".origins.json"}
        assert len(list((base / "documents").iterdir())) == 3
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr
    assert seen == sorted(seen, key=["old", "new"].index)
    assert {"old", "new"} == set(seen)


def left(reading, *quotes):
    """What a reading left: each quotation where it first stands in the first clause."""
    clause = reading.document.clauses[-1]
    found = []
    for quote in quotes:
        at = reading.document.text.index(quote, clause.span.start)
        found.append(Unplaced(clause.id, Span(at, at + len(quote)), quote, "mention.body", "mention", "只作定语"))
    return found


def test_what_was_left_is_saved_beside_the_documents(tmp_path):
    """One file a document, by place; nothing left is an empty file, and not the same as no file."""
    readings = [notice(1), notice(2)]
    lists = {"notice-1": left(readings[0], "值班", "社区"), "notice-2": []}
    store.save(tmp_path, readings, lists)

    assert sorted(contents(tmp_path)) == [f"{folder}/notice-{n}.jsonl" for folder in ("documents", "review") for n in (1, 2)]
    assert contents(tmp_path)["review/notice-2.jsonl"] == b""
    found = store.load_leftovers(tmp_path, readings)
    assert [one.quote for one in found["notice-1"]] == ["社区", "值班"]
    assert found["notice-1"] == tuple(reversed(lists["notice-1"]))
    assert found["notice-2"] == ()


def test_lists_are_the_same_bytes_in_any_order_and_again(tmp_path):
    readings = [notice(1), notice(2)]
    lists = {f"notice-{n}": left(readings[n - 1], "社区", "值班") for n in (1, 2)}
    store.save(tmp_path / "a", readings, lists)
    for one in reversed(readings):
        store.save(tmp_path / "b", [one], {one.document.slug: reversed(lists[one.document.slug])})
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert store.save(tmp_path / "a", readings, lists) == ()


def test_a_list_moves_with_its_clause(tmp_path):
    """Positions count from the clause, so a longer clause before it changes no line."""
    lines = []
    for n, body in enumerate(("一、加强值守。\n二、各社区应当值班。", "一、加强应急值守，报送信息。\n二、各社区应当值班。")):
        reading = notice(1, body)
        store.save(tmp_path / str(n), [reading], {"notice-1": left(reading, "社区")})
        lines.append(contents(tmp_path / str(n))["review/notice-1.jsonl"])
    assert lines[0] == lines[1]


@pytest.mark.parametrize("spoil", [None, b"{", b"[]\n", b"\xff", b'{"clause": "x"}\n', "moved"])
def test_a_list_that_does_not_fit_its_document_is_none(tmp_path, spoil):
    reading = notice(1)
    store.save(tmp_path, [reading], {"notice-1": left(reading, "社区")})
    path = tmp_path / "review" / "notice-1.jsonl"
    if spoil is None:
        path.unlink()
    elif spoil == "moved":
        path.write_text(path.read_text(encoding="utf-8").replace('"start": ', '"start": 1'), encoding="utf-8")
    else:
        path.write_bytes(spoil)
    assert store.load_leftovers(tmp_path, [reading]) == {"notice-1": None}


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
