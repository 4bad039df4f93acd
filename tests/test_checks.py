"""`jimei-kb check`: a healthy base has no fault, and each fault is one line that says what to do."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from importlib import resources

import pytest

from jimei_kb import build_kb, cli, open_kb
from jimei_kb.checks import check_base
from jimei_kb.errors import GraphError
from jimei_kb.graph import store

NOTICE = (
    "集街办〔2024〕{n}号\n关于做好消防工作的通知\n各社区居委会：\n一、加强值守。各社区应当按照《安全检查办法》（集安办〔2024〕3号）落实值班制度，每月巡查{n}次。\n"
    "集美街道办事处\n2024年1月2日\n"
)


@pytest.fixture
def base(tmp_path):
    for n in (1, 2):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{n}.txt").write_text(NOTICE.format(n=n), encoding="utf-8")
    build_kb(tmp_path / "in", tmp_path / "kb")
    return tmp_path / "kb"


def spoil(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_healthy_base_has_no_fault(base, root, capsys):
    assert check_base(base) == ()
    assert check_base(root / "kb") == ()
    assert cli.main(["check", "--kb", str(base)]) == 0
    assert capsys.readouterr().out == f"检查 {base}：没有问题\n"


def lost_list(base):
    (base / "review" / "1.jsonl").unlink()


def orphan_list(base):
    shutil.copy(base / "review" / "1.jsonl", base / "review" / "9.jsonl")


def changed_line(base):
    spoil(base / "documents" / "1.jsonl", "每月巡查", "每周巡查")


def no_line(base):
    (base / "documents" / "1.jsonl").write_text("{}\n", encoding="utf-8")


def other_name(base):
    (base / "documents" / "1.jsonl").rename(base / "documents" / "x.jsonl")


def copied(base):
    shutil.copy(base / "documents" / "1.jsonl", base / "documents" / "x.jsonl")


def changed_source(base):
    spoil(base.parent / "in" / "1.txt", "值班", "巡查")


def lost_source(base):
    (base.parent / "in" / "1.txt").unlink()


def registry_row(base):
    spoil(store_registry(base, "issuers"), ",A,", ",D,")


def glossary_row(base):
    path = store_registry(base, "glossary")
    path.write_text(path.read_text(encoding="utf-8") + "某词,某义,A,,\n", encoding="utf-8")


def wrong_layer(base):
    """A row that puts the district's office on the level of the State, read into the base."""
    path = store_registry(base, "issuers")
    row = "集安办,集美区安全生产委员会办公室,区县,福建省/厦门市/集美区"
    spoil(path, row, "集安办,集美区安全生产委员会办公室,国家,全国")
    build_kb(base.parent / "in", base)


def lost_correction(base):
    kb = open_kb(base)
    key, duty = next((key, record) for key, record in kb.records.items() if key.startswith("duty"))
    kb.strike(key, "不是职责")
    name = next((base / "corrections").iterdir()).stem
    spoil(base.parent / "in" / f"{name}.txt", duty.quote, duty.quote[:1] + "另行" + duty.quote[1:])
    build_kb(base.parent / "in", base)


def damaged_correction(base):
    (base / "corrections").mkdir()
    (base / "corrections" / "9.jsonl").write_text("{\n", encoding="utf-8")


def wrong_date(base):
    """As whole as a build would have written it."""
    reading = store.load(base)[0]
    store.save(base, [replace(reading, document=replace(reading.document, head=replace(reading.document.head, date="2024-02-30")))])


def wrong_times(base):
    kb = open_kb(base)
    key = next(key for key in kb.records if key.startswith("schedule"))
    kb.correct(key, period="3个月", by="2024年底", reason="试")


def store_registry(base, table):
    (base / "registry").mkdir()
    path = base / "registry" / f"{table}.csv"
    path.write_bytes((resources.files("jimei_kb.graph") / f"{table}.csv").read_bytes())
    return path


def no_date(base):
    kb = open_kb(base)
    key = next(key for key in kb.records if key.startswith("schedule"))
    kb.correct(key, type="deadline", reason="试")


def dangling_place(base):
    spoil(store_registry(base, "organisations"), "国家,全国,", "区县,福建省/夏门市/集美区,")


def unknown_province(base):
    path = store_registry(base, "places")
    path.write_text(path.read_text(encoding="utf-8") + "福健省/厦门市,厦,市,C,虚构\n", encoding="utf-8")


def shared_alias(base):
    spoil(store_registry(base, "organisations"), "市政府；市人民政府", "市政府；市人民政府；集美区政府")


def circular_synonym(base):
    path = store_registry(base, "synonyms")
    path.write_text(path.read_text(encoding="utf-8") + "虚构词,另词；虚构词,同义,行为,C,虚构\n", encoding="utf-8")


FAULTS = [
    (no_date, r"schedule-[0-9a-f]{16}：种类是 deadline（截止）而没有写 by；应写最后一天，如 by=2024-10-28；请更正"),
    (dangling_place, r"organisations\.csv 第 \d+ 行：place 福建省/夏门市/集美区 不在 places\.csv 中"),
    (unknown_province, r"places\.csv 第 \d+ 行：place 福健省/厦门市 在 福健省 之内，而本表没有 福健省；请改正"),
    (shared_alias, r"organisations\.csv 第 \d+ 行：集美区政府 已是 厦门市人民政府 的名称；一个名称只应指一个机构"),
    (circular_synonym, r"synonyms\.csv 第 \d+ 行：虚构词 的 terms 里又是 虚构词；应为另外的说法；请删去它"),
    (lost_list, r"review/1\.jsonl：没有，或与 documents/1\.jsonl 不符；请重新建库"),
    (orphan_list, r"review/9\.jsonl：库中没有这份文件；请删去"),
    (changed_line, r"documents.1\.jsonl 第 \d+ 行：.*重新建库"),
    (no_line, r"documents.1\.jsonl 第 1 行：format 是 空；.*重新建库"),
    (other_name, r"documents/x\.jsonl：其中是文件 1；应为 documents/1\.jsonl；请改名"),
    (copied, r"都会写成 documents/1\.jsonl；请给其中一个"),
    (changed_source, r"1：来源文件 .*1\.txt 读过之后有改动；请重新建库"),
    (lost_source, r"1：来源文件 .*1\.txt 已不在；请再读一次"),
    (registry_row, r"issuers\.csv 第 \d+ 行：certainty 是 'D'；应为以下之一：A B C"),
    (glossary_row, r"glossary\.csv 第 \d+ 行：source 是空的；应写事实的出处"),
    (wrong_layer, r"citation-[0-9a-f]{16}：集美区安全生产委员会办公室 的层级写作 国家；按名称应为 区县；请改正"),
    (
        lost_correction,
        r"corrections/\d\.jsonl：.*这一条里没有这句原文了（更正理由：不是职责）；请就现在的原文重新更正，.*correction-[0-9a-f]{12} --withdraw",
    ),
    (damaged_correction, r"corrections.9\.jsonl 第 1 行：读到 '\{'；应有 .*请改正这一行，或删去"),
    (wrong_date, r"documents/1\.jsonl：date 是 '2024-02-30'；应为 2024-10-28 这样的日期；请改正通知"),
    (wrong_times, r"schedule-[0-9a-f]{16}：by 是 '2024年底'；应为 2024-10-28 这样的日期；请更正：jimei-kb correct schedule-"),
    (wrong_times, r"schedule-[0-9a-f]{16}：period 是 '3个月'；应为 P3M 这样的周期"),
]


@pytest.mark.parametrize(("harm", "fault"), FAULTS, ids=[harm.__name__ for harm, _ in FAULTS])
def test_a_fault_is_one_line(base, capsys, harm, fault):
    harm(base)

    assert cli.main(["check", "--kb", str(base)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if re.search(fault, line)]
    assert re.fullmatch(rf"检查 {base}：发现 {len(lines) - 1} 个问题", lines[-1])


def test_one_damaged_document_does_not_hide_another(base):
    no_line(base)
    (base / "documents" / "2.jsonl").write_bytes(b"\xff")
    assert len([fault for fault in check_base(base) if "documents" in fault and "1.jsonl" in fault]) >= 1
    assert len([fault for fault in check_base(base) if "2.jsonl：第 0 字节起不是 UTF-8" in fault]) == 1


def test_a_folder_that_is_no_base_is_said_so(tmp_path, capsys):
    with pytest.raises(GraphError, match="应为知识库"):
        check_base(tmp_path)
    assert cli.main(["check", "--kb", str(tmp_path)]) == 1
    assert "错误" in capsys.readouterr().err


@pytest.mark.parametrize("period", ["P1Y", "P3M", "P2W", "P1D", "PT24H", "P1Y6M", "P1DT12H"])
def test_durations(base, period):
    kb = open_kb(base)
    key = next(key for key in kb.records if key.startswith("schedule"))
    after = kb if getattr(kb.records[key], "period", None) == period else kb.correct(key, period=period, reason="试")
    assert after.conflicts == ()
    assert check_base(base) == ()


def test_what_is_written_is_json(base):
    """The memory of the builds names every document with its source beside the base."""
    rows = json.loads((base / ".origins.json").read_text(encoding="utf-8"))
    assert {slug: row["source"] for slug, row in rows.items()} == {"1": "../in/1.txt", "2": "../in/2.txt"}
