"""The whole path on the seed notice: build, open, ask, look up; bad input leaves the base as it was."""

from __future__ import annotations

import os
import shutil

import networkx as nx
import pytest

from jimei_kb import KbError, build_kb, open_kb, who_is_responsible
from jimei_kb.errors import FormatError, GraphError
from jimei_kb.graph import store

KEY = "集街办〔2024〕46号"
NOTICE = (
    "集街办〔2024〕{}号\n关于做好消防工作的通知\n各社区居委会：\n一、加强值守。各社区应当落实值班制度。\n集美街道办事处\n2024年1月2日\n"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory, seed_path):
    base = tmp_path_factory.mktemp("base") / "kb"
    return build_kb([seed_path], base), base


@pytest.fixture(scope="module")
def kb(built):
    return open_kb(built[1])


def contents(base):
    return {path.relative_to(base).as_posix(): path.read_bytes() for path in base.rglob("*") if path.is_file()}


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_report_of_a_build(built):
    report, base = built
    counts = dict(report.records)

    assert (report.changed, report.unchanged, report.skipped) == (("jimei-2024-46",), (), ())
    assert counts["clause"] == 17
    assert min(counts[kind] for kind in ("citation", "actor", "duty", "metric", "schedule")) > 5
    assert repr(report).startswith(f"知识库 {base}：读取 1 份文件，更新 1 份，未变 0 份，跳过 0 个\n条款 17　引用 ")


def test_documents_clauses_and_records(kb):
    (document,) = kb.documents
    assert document.head.number == KEY
    assert len(kb.clauses) == 17
    for record in kb.records.values():
        assert record.span.of(document.text) == record.quote


def test_the_graph_is_made_of_quotations(kb):
    graph = kb.graph()
    text = kb.documents[0].text

    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.nodes["document:厦集委办〔2019〕1号"]["unresolved"]
    assert all(text[data["start"] : data["end"]] == data["quote"] for *_, data in graph.edges(data=True))


def test_the_first_question(kb):
    answer = kb.who("电动自行车充电")

    assert answer == who_is_responsible(kb, "电动自行车充电")
    assert answer.stated
    best = answer.findings[0]
    assert best.evidence.clause == f"{KEY}#消防工作方面/六"
    assert "建设电动自行车停放、充电场所" in best.evidence.quote
    assert [(bearer.name, bearer.role, bearer.basis) for bearer in best.actors] == [("各社区居委会", "责任", "addressee")]


def test_what_the_notice_does_not_say(kb):
    assert not kb.who("垃圾分类补贴").stated


@pytest.mark.parametrize(
    "wanted",
    [f"{KEY}#消防工作方面/六", "集街办[2024]46 号#消防工作方面/六", "消防工作方面/六", "消防/六", f"{KEY}#消防/六"],
)
def test_a_clause_by_its_id_or_the_end_of_it(kb, wanted):
    clause = kb.clause(wanted)

    assert (clause.id, clause.heading) == (f"{KEY}#消防工作方面/六", "加强消防基础设施建设")
    assert clause.text.startswith("六、加强消防基础设施建设。在城中村")
    assert {record.clause for record in clause.records} == {"消防工作方面/六"}
    assert repr(clause).startswith(f"# {clause.id}　加强消防基础设施建设\n六、")
    assert "<mark" in clause._repr_html_()


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("六", "对应 2 条：.*安全生产方面/六、.*消防工作方面/六；请写出其中一条的完整编号"),
        ("消防工作方面/九", "没有条款 '消防工作方面/九'；相近的有 .*#消防工作方面/"),
        ("", "没有条款 ''"),
        ("/", "没有条款"),
        ("集街办〔2023〕1号#消防/六", "没有条款"),
    ],
)
def test_a_clause_that_is_not_clear(kb, wanted, message):
    with pytest.raises(GraphError, match=message):
        kb.clause(wanted)


def test_a_base_shows_its_documents(kb):
    assert repr(kb).startswith("知识库 kb：1 份文件\n文号 | 标题")
    assert KEY in kb._repr_html_()


def test_the_same_bytes_in_any_order(tmp_path, seed_path):
    other = write(tmp_path / "in" / "b.txt", NOTICE.format(7))
    build_kb([seed_path, other], tmp_path / "a")
    build_kb([other, seed_path], tmp_path / "b")
    build_kb(other, tmp_path / "c")
    build_kb(str(seed_path), tmp_path / "c")

    assert contents(tmp_path / "a") == contents(tmp_path / "b") == contents(tmp_path / "c")


def test_a_folder_and_what_it_holds_besides_notices(tmp_path):
    """What is no notice is counted and named; hidden files stay out; a file named twice is read once."""
    folder = tmp_path / "in"
    first = write(folder / "a.txt", NOTICE.format(1))
    write(folder / "sub" / "b.TXT", NOTICE.format(2))
    write(folder / "SOURCES.csv", "file,source\n")
    write(folder / ".ipynb_checkpoints" / "a.txt", NOTICE.format(3))
    calls = []

    report = build_kb([folder, first, folder / "sub" / ".." / "a.txt"], tmp_path / "kb", progress=lambda *call: calls.append(call))
    assert report.changed == ("a", "b")
    assert report.skipped == ((".ipynb_checkpoints/a.txt", "隐藏文件"), ("SOURCES.csv", "来源清单"))
    assert "SOURCES.csv" not in repr(report)
    assert calls == [(1, 2, "a.txt"), (2, 2, "b.TXT")]


def test_a_changed_notice_replaces_its_own_records(tmp_path):
    first, second = (write(tmp_path / f"{n}.txt", NOTICE.format(n)) for n in (1, 2))
    build_kb([first, second], tmp_path / "kb")
    before = contents(tmp_path / "kb")
    write(second, NOTICE.format(2).replace("值班制度", "巡查制度"))

    report = build_kb([first, second], tmp_path / "kb")
    assert (report.changed, report.unchanged) == (("2",), ("1",))
    after = contents(tmp_path / "kb")
    assert sorted(name for name in after if after[name] != before[name]) == [".origins.json", "documents/2.jsonl"]
    assert open_kb(tmp_path / "kb").who("巡查制度").findings[0].evidence.document == "集街办〔2024〕2号"


BAD = {
    "missing.txt": None,
    "empty.txt": b"",
    "binary.txt": bytes(range(256)) * 9,
    "undecodable.txt": "通知".encode() + b"\xff\xff\xff" * 40,
    "foreign.txt": b"Dear Sir or Madam, this is no notice.\n" * 9,
    "notice.pdf": b"%PDF-1.4\n",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_and_the_rest_is_built(tmp_path, name):
    """By itself it is an error; among others it is left out, and the base has the others."""
    good = write(tmp_path / "good.txt", NOTICE.format(1))
    build_kb(good, tmp_path / "kb")
    before = contents(tmp_path / "kb")
    if BAD[name] is not None:
        (tmp_path / name).write_bytes(BAD[name])
    write(good, NOTICE.format(9))

    with pytest.raises(FormatError, match=name) as caught:
        build_kb(tmp_path / name, tmp_path / "kb")
    assert "\n" not in str(caught.value)
    assert contents(tmp_path / "kb") == before
    report = build_kb([good, tmp_path / name], tmp_path / "kb")
    assert report.changed == ("good",)
    ((file, fault),) = report.faults
    assert (file, fault.rstrip("。")) == (str(tmp_path / name), str(caught.value))
    assert f"未读：{tmp_path / name}" in repr(report)
    assert [document.key for document in open_kb(tmp_path / "kb").documents] == ["集街办〔2024〕9号"]


def test_all_bad_files_are_named_at_once(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("b.txt", "c.txt"):
        (tmp_path / "in" / name).touch()

    with pytest.raises(FormatError, match=r"2 个文件都没有读，知识库没有改动：.*b\.txt.*；.*c\.txt"):
        build_kb(tmp_path / "in", tmp_path / "kb")
    assert not (tmp_path / "kb").exists()


def test_nothing_to_build_is_an_error(tmp_path):
    (tmp_path / "in").mkdir()
    with pytest.raises(FormatError, match="没有通知；应有扩展名为"):
        build_kb(tmp_path / "in", tmp_path / "kb")
    with pytest.raises(FormatError, match="没有给出文件"):
        build_kb([], tmp_path / "kb")


def test_two_files_of_one_name_are_refused(tmp_path):
    """Just these two, whatever the order; the rest is built. Two copies of one notice are one."""
    for n, folder in enumerate("ab"):
        write(tmp_path / folder / "x.txt", NOTICE.format(n))
        write(tmp_path / folder / "same.txt", NOTICE.format(7))
        write(tmp_path / folder / f"{folder}.txt", NOTICE.format(8 + n))
    reports = [build_kb([tmp_path / one for one in order], tmp_path / f"kb-{order}") for order in ("ab", "ba")]
    for report in reports:
        assert report.changed == ("a", "b", "same")
        assert [file for file, _ in report.faults] == [str(tmp_path / folder / "x.txt") for folder in "ab"]
        assert all("同名而内容不同" in fault and "请改名" in fault for _, fault in report.faults)
        assert (str(tmp_path / "b" / "same.txt"), f"与 {tmp_path / 'a' / 'same.txt'} 逐字节相同") in report.skipped
    assert contents(tmp_path / "kb-ab") == contents(tmp_path / "kb-ba")


def test_a_file_does_not_take_the_place_of_another_of_its_name(tmp_path):
    """Not in a later build either, as long as the other is there."""
    first, second = (write(tmp_path / folder / "x.txt", NOTICE.format(n)) for n, folder in enumerate("ab"))
    build_kb(first, tmp_path / "kb")
    with pytest.raises(FormatError, match=r"同名而内容不同，没有读；请改名后再读，或先移除旧的：jimei-kb forget x"):
        build_kb(second, tmp_path / "kb")
    first.unlink()
    assert build_kb(second, tmp_path / "kb").changed == ("x",)
    write(tmp_path / "c" / "X.txt", NOTICE.format(5))
    with pytest.raises(FormatError, match="只有大小写不同"):
        build_kb(tmp_path / "c", tmp_path / "kb")


def test_a_base_that_is_a_file_is_refused(tmp_path, seed_path):
    write(tmp_path / "kb", "x")
    with pytest.raises(GraphError, match="是文件；知识库应是一个文件夹"):
        build_kb(seed_path, tmp_path / "kb")
    with pytest.raises(KbError, match="应为知识库"):
        open_kb(tmp_path / "kb")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
def test_a_document_whose_name_leads_elsewhere_stays_in_the_base(tmp_path):
    """The name of a file is untrusted: no file is written outside the folders of the base."""
    source = write(tmp_path / "in" / "..evil..txt", NOTICE.format(1))
    build_kb(source, tmp_path / "deep" / "kb")

    assert sorted(path.parent.name for path in (tmp_path / "deep").rglob("*.jsonl")) == ["documents", "review"]
    assert len(open_kb(tmp_path / "deep" / "kb").documents) == 1


def test_a_base_is_read_where_it_may_not_be_written(tmp_path, built):
    shutil.copytree(built[1], tmp_path / "kb")
    for path in [tmp_path / "kb", *(tmp_path / "kb").rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert len(open_kb(tmp_path / "kb").documents) == 1
    for path in [tmp_path / "kb", *(tmp_path / "kb").rglob("*")]:
        path.chmod(0o755)


def test_a_base_is_walked_and_asked_without_being_loaded(tmp_path, seed_path, monkeypatch):
    """From the second time on, by its index; what was asked with all in memory is answered the same."""
    build_kb(seed_path, tmp_path)
    first = open_kb(tmp_path)
    answer, graph = first.who("微型消防站"), first.graph()
    monkeypatch.setattr(store, "load", lambda base: pytest.fail(f"{base} was read"))
    kb = open_kb(tmp_path)

    assert kb.who("微型消防站") == answer
    edges = kb.links.edges_from(f"document:{KEY}", "addressed_to")
    assert [(edge.target, edge.evidence.quote) for edge in edges] == [(f"actor:{KEY}→各社区居委会", "各社区居委会")]
    assert len(kb.links.edges_to(edges[0].target)) == graph.in_degree(edges[0].target)
    assert nx.utils.graphs_equal(kb.graph(), graph)
