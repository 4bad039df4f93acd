"""An opened base: read once and checked, afterwards by its index; whatever happens to the index, the base gives the same."""

from __future__ import annotations

import os
import pickle
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from jimei_kb.document import parse_text
from jimei_kb.errors import GraphError
from jimei_kb.graph import library as module
from jimei_kb.graph import stamps, store
from jimei_kb.graph.index import Wanted
from jimei_kb.graph.library import INDEX, Library, links_of
from jimei_kb.graph.lines import encode
from jimei_kb.graph.schema import GraphLinks, Reading
from jimei_kb.query.responsible import who_is_responsible

ASK = """
import sys
from pathlib import Path
from jimei_kb.graph.index import Wanted
from jimei_kb.graph.library import Library
print([hit.text for hit in Library(Path(sys.argv[1])).get_index().search(Wanted(("值班",)))])
"""

# Makes the index and ends its own process, as kill -9 would, at the n-th thing it asks of the system inside the base or
# the n-th sentence it takes; without n it says how many there are.
KILLED = """
import os, signal, sys, time
from pathlib import Path
from jimei_kb.graph import index
time.time_ns = lambda: 2**62  # no file is too young to be trusted, whatever time the steps take
from jimei_kb.graph.library import Library
base, at, seen = sys.argv[1], int(sys.argv[2]), 0
def step():
    global seen
    seen += 1
    if seen == at:
        os.kill(os.getpid(), signal.SIGKILL)
def watch(event, arguments):
    if any(base in str(a) for a in arguments if isinstance(a, (str, bytes, Path))):
        step()
def pairs_of(text, pairs_of=index.pairs_of):
    step()
    return pairs_of(text)
index.pairs_of = pairs_of
sys.addaudithook(watch)
Library(Path(base)).get_index()
print(seen)
"""

# Puts one document into the base in two forms by turns.
BUILD = """
import sys
from pathlib import Path
from jimei_kb.graph import store
from jimei_kb.graph.lines import decode
forms = [decode(text, "form") for text in sys.argv[2:]]
for turn in range(60):
    store.save(Path(sys.argv[1]), [forms[turn % 2]])
"""


def notice(number, body="一、加强值守。各社区应当落实值班制度。"):
    text = f"集街办〔2024〕{number}号\n关于做好安全工作的通知\n各社区居委会：\n{body}\n集美街道办事处\n2024年1月{number}日\n"
    return Reading(parse_text(text, slug=f"notice-{number}"))


def found(library):
    return [hit.text for hit in library.get_index().search(Wanted(("值班",)))]


def names(base):
    return sorted(path.relative_to(base).as_posix() for path in base.rglob("*") if path.is_file())


def age(base, seconds=60):
    """Set all files back in time, as if the base had been built a while ago."""
    then = time.time() - seconds
    for path in base.rglob("*"):
        os.utime(path, (then, then))


@pytest.fixture
def base(tmp_path, reading):
    """A base with an index."""
    store.save(tmp_path / "kb", [reading, notice(1), notice(2)])
    Library(tmp_path / "kb").get_index()
    return tmp_path / "kb"


@pytest.fixture
def no_load(monkeypatch):
    """From here on nothing may be read that the index can vouch for."""
    monkeypatch.setattr(store, "load", lambda base: pytest.fail(f"{base} was read"))


@pytest.fixture
def hashed(monkeypatch):
    """How many bytes each file had that was hashed from here on."""
    sizes = []
    monkeypatch.setattr(stamps, "digest_of", lambda data, digest=stamps.digest_of: sizes.append(len(data)) or digest(data))
    return sizes


def test_a_base_is_read_once(base, reading, no_load):
    library = Library(base)

    assert len(library) == 3
    assert [one.document.slug for one in library] == ["jimei-2024-46", "notice-1", "notice-2"]
    assert encode(library[0]) == encode(reading)
    assert [one.document.slug for one in library[1:]] == ["notice-1", "notice-2"]
    assert library[-1] is library[2]
    assert found(library)


def test_asking_for_the_index_writes_one_file(tmp_path):
    store.save(tmp_path, [notice(1)])
    before = names(tmp_path)
    library = Library(tmp_path)
    assert names(tmp_path) == before
    found(library)
    assert set(names(tmp_path)) - set(before) == {INDEX}


def test_files_that_did_not_change_are_not_hashed(base, monkeypatch, no_load, hashed):
    """Nor are those that were only touched, from the second time on."""
    later = time.time_ns() + 10 * stamps._TICK_NS
    monkeypatch.setattr(time, "time_ns", lambda: later)
    Library(base)
    # they were written just before the index was: the first to open them later looks once more
    assert len(hashed) == len(list((base / "documents").iterdir()))
    hashed.clear()

    Library(base)
    assert hashed == []
    (base / "documents" / "notice-1.jsonl").touch()
    Library(base)
    Library(base)
    assert hashed == [(base / "documents" / "notice-1.jsonl").stat().st_size]


def test_a_file_that_changes_within_a_tick_of_the_clock_is_seen(base):
    """Same size, same time: so young a file is hashed each time."""
    path = base / "documents" / "notice-1.jsonl"
    Library(base)
    state = path.stat()
    path.write_bytes(path.read_bytes().replace("落实值班".encode(), "落实夜班".encode()))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))

    with pytest.raises(GraphError, match=r"notice-1\.jsonl.*重新建库"):
        Library(base)


def test_a_file_that_is_set_back_in_time_is_seen(base, monkeypatch):
    """The system notes when the file itself was changed, and nobody can set that back."""
    path = base / "documents" / "notice-1.jsonl"
    later = time.time_ns() + 10 * stamps._TICK_NS
    monkeypatch.setattr(time, "time_ns", lambda: later)
    Library(base)
    state = path.stat()
    path.write_bytes(path.read_bytes().replace("落实值班".encode(), "落实夜班".encode()))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))

    with pytest.raises(GraphError, match=r"notice-1\.jsonl.*重新建库"):
        Library(base)


@pytest.mark.parametrize(
    "change",
    [
        lambda base: store.save(base, [notice(2, "一、另一项。各社区开展巡查。")]),
        lambda base: store.save(base, [notice(3)]),
        lambda base: (base / "documents" / "notice-2.jsonl").unlink(),
        lambda base: shutil.copytree("kb/registry", base / "registry"),
        lambda base: (base / "corrections").mkdir() or (base / "corrections" / "notice-1.jsonl").write_text("", encoding="utf-8"),
    ],
    ids=["changed", "added", "removed", "registry", "corrections"],
)
def test_a_changed_base_gets_a_new_index(base, change, root, monkeypatch):
    monkeypatch.chdir(root)
    before = (base / INDEX).read_bytes()
    change(base)
    texts = [one.document.text for one in store.load(base)]
    library = Library(base)

    assert [one.document.text for one in library] == texts
    assert len(found(library)) == sum("值班" in line for text in texts for line in text.split("。"))
    assert (base / INDEX).read_bytes() != before
    assert names(base).count(INDEX) == 1


def test_a_base_whose_change_was_cut_short_is_read(base):
    """What was made valid counts, though it does not lie in its place yet, and no index is written of it."""
    (base / ".pending" / "documents").mkdir(parents=True)
    text = encode(notice(2, "一、值班。各社区轮流值班。"))
    (base / ".pending" / "documents" / "notice-2.jsonl").write_text(text, encoding="utf-8")
    before = (base / INDEX).read_bytes()
    library = Library(base)

    assert any("轮流值班" in text for text in found(library))
    assert (base / INDEX).read_bytes() == before


def test_what_changes_under_an_open_base_is_refused(base):
    library = Library(base)
    other = Library(base)
    store.save(base, [notice(1, "一、另一项。各社区开展巡查。")])
    (base / "documents" / "notice-2.jsonl").unlink()

    for at in (1, 2):
        with pytest.raises(GraphError, match=r"notice-\d\.jsonl：知识库打开之后这个文件有改动；请重新打开"):
            library[at]
    with pytest.raises(GraphError, match="请重新打开"):
        other.part("notice-1", {"一"})
    assert library[0].document.slug == "jimei-2024-46"


def test_a_part_has_the_records_of_its_clauses(base, reading):
    clause = "消防工作方面/六"
    part = Library(base).part("jimei-2024-46", {clause})

    assert encode(Reading(part.document)) == encode(Reading(reading.document))
    assert list(part.records()) == [record for record in reading.records() if record.clause == clause]
    assert len(list(part.records())) > 3


def garbage(path):
    path.write_bytes(random.Random(1).randbytes(5000))


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def scribbled(path):
    """Every page but the first two overwritten: it opens, and breaks when it is asked."""
    data = path.read_bytes()
    path.write_bytes(data[:8192] + random.Random(2).randbytes(len(data) - 8192))


def other(path):
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE about (name, value)")


def older(path):
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE about SET value = 0 WHERE name = 'format'")


def folder(path):
    path.unlink()
    (path / "x").mkdir(parents=True)


@pytest.mark.parametrize("spoil", [garbage, cut, scribbled, other, older, lambda path: path.write_bytes(b""), folder])
def test_a_spoilt_index_is_made_again(base, spoil):
    """Without a word, and where it cannot be written, in memory."""
    before = found(Library(base))
    edges = Library(base).get_index().edges_from("document:集街办〔2024〕46号")
    spoil(base / INDEX)

    library = Library(base)
    assert found(library) == before
    assert library.get_index().edges_from("document:集街办〔2024〕46号") == edges
    assert found(Library(base)) == before
    assert (base / INDEX).is_dir() == (spoil is folder)
    assert not [name for name in names(base) if name.startswith(".")]


def test_a_base_that_cannot_be_written_to_is_asked_all_the_same(base, monkeypatch):
    before = found(Library(base))
    (base / INDEX).unlink()

    def refuse(path, *arguments, connect=sqlite3.connect, **options):
        return connect("/nowhere/index" if str(base) in str(path) else path, *arguments, **options)

    monkeypatch.setattr(sqlite3, "connect", refuse)
    assert found(Library(base)) == before
    assert INDEX not in names(base)


def test_what_a_killed_process_left_is_cleared_away(base):
    (base / INDEX).unlink()
    old, young = base / ".index-1-aa", base / ".index-2-bb"
    for path in (old, young):
        path.write_bytes(b"half an index")
    os.utime(old, (0, 0))

    assert found(Library(base))
    assert not old.exists()
    assert young.exists()


def test_a_process_that_is_killed_leaves_a_whole_index_or_none(tmp_path):
    """Killed at steps all over the work and at each of the last; whoever comes then finds what there is to find."""
    base = tmp_path / "kb"
    store.save(base, map(notice, range(1, 6)))
    steps = int(subprocess.run([sys.executable, "-c", KILLED, base, "0"], capture_output=True, check=True).stdout)
    expected = found(Library(base))
    left = []
    for step in [*range(1, steps, steps // 6), *range(steps - 3, steps + 1)]:
        (base / INDEX).unlink(missing_ok=True)
        done = subprocess.run([sys.executable, "-c", KILLED, base, str(step)], capture_output=True, check=False)
        assert done.returncode == -signal.SIGKILL
        left.append([name.partition("-")[0] for name in names(base) if "index" in name])
        assert found(Library(base)) == expected
        for path in base.glob(".index-*"):
            path.unlink()
    assert [] in left
    assert [".index"] in left
    assert [INDEX] in left


def test_two_at_once_do_no_harm(base):
    (base / INDEX).unlink()
    processes = [subprocess.Popen([sys.executable, "-c", ASK, base], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    said = [process.communicate() for process in processes]

    assert {error for _, error in said} == {b""}
    assert {out for out, _ in said} == {f"{found(Library(base))}\n".encode()}
    assert [name for name in names(base) if "index" in name] == [INDEX]


def test_a_base_is_opened_while_it_is_built(base):
    """Each time as it was at one moment; who asks on after a change is told to 请重新打开."""
    texts = [encode(notice(2)), encode(notice(2, "一、值班。各社区轮流值班。"))]
    process = subprocess.Popen([sys.executable, "-c", BUILD, base, *texts])
    seen, told = set(), set()
    while process.poll() is None:
        library = Library(base)
        assert [one.document.slug for one in library[:2]] == ["jimei-2024-46", "notice-1"]
        try:
            seen.add(len(found(library)))
        except GraphError as error:
            told.add(str(error).rpartition(": ")[2])
    assert process.returncode == 0
    assert told <= {"changed since the knowledge base was opened; 请重新打开"}
    # the second text has one more sentence that is found, and is the last to be written
    last = len(found(Library(base)))
    assert seen <= {last - 1, last}
    assert seen


def test_a_base_that_changes_back_and_forth_gets_no_index_of_another(base, monkeypatch):
    """Looked at as it is, read as it becomes, and asked when it is again as it was."""
    (base / INDEX).unlink()
    before = found(Library(base))
    (base / INDEX).unlink()
    changes = iter([[notice(2, "一、值班。各社区轮流值班。")]])

    def look(base, known, stamp=module.stamp):
        seen = stamp(base, known)
        for change in changes:
            store.save(base, change)
        return seen

    monkeypatch.setattr(module, "stamp", look)
    library = Library(base)
    store.save(base, [notice(2)])
    assert len(found(library)) == len(before) + 1
    assert found(Library(base)) == before


def test_links_of_readings_that_are_no_opened_base(base, reading):
    library = Library(base)
    assert links_of(library, base) is library.get_index()
    links = links_of((reading,), base)
    assert isinstance(links, GraphLinks)
    assert links.edges_from("document:集街办〔2024〕46号", "has_clause")


def test_a_library_travels_to_another_process(base):
    library = pickle.loads(pickle.dumps(Library(base)))
    assert found(library) == found(Library(base))
    assert len(library) == 3


def test_only_documents_with_candidates_are_read(base, monkeypatch):
    store.save(base, [notice(3, "一、巡更打卡。各社区应当巡更打卡。")])
    Library(base).get_index()
    read = []

    def decode(text, slug, *clauses, decode=module.decode_checked):
        read.append((slug, *clauses))
        return decode(text, slug, *clauses)

    monkeypatch.setattr(module, "decode_checked", decode)

    class Base:
        readings = Library(base)

    for _ in range(2):
        assert who_is_responsible(Base(), "巡更打卡").findings
    assert read == [("notice-3", {"一"})]


def test_a_part_that_is_kept_grows(base, reading, monkeypatch):
    """Clause by clause, whatever was asked for before and whatever else is kept."""
    monkeypatch.setattr(module, "_PARTS", 1)
    library = Library(base)
    for wanted in ({"消防工作方面/六"}, {"消防工作方面/五"}, {"消防工作方面/六"}):
        part = library.part("jimei-2024-46", wanted)
        library.part("notice-1", {"一"})
        library.part("notice-1", {"一"})
        assert [one for one in part.records() if one.clause in wanted] == [one for one in reading.records() if one.clause in wanted]
