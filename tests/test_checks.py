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


FAULTS = [
    (lost_list, r"review/1\.jsonl: is not there or does not fit documents/1\.jsonl; build the base again"),
    (orphan_list, r"review/9\.jsonl: the base has no such document; delete the file"),
    (changed_line, r"documents.1\.jsonl, line \d+: .*; build the base again"),
    (no_line, r"documents.1\.jsonl, line 1: .*; build the base again|documents.1\.jsonl, line 1: format is nothing"),
    (other_name, r"documents/x\.jsonl: holds the document 1; expected documents/1\.jsonl; rename the file"),
    (copied, r"-[0-9a-f]{16} stands in 1 and 1|would both be documents/1\.jsonl; rename"),
    (changed_source, r"1: its source .*1\.txt has changed since it was read; build the folder again"),
    (lost_source, r"1: its source .*1\.txt is gone; build the folder again"),
    (registry_row, r"issuers\.csv, line \d+: certainty is 'D'; expected one of A B C"),
    (glossary_row, r"glossary\.csv, line \d+: source is empty; expected where the fact stands"),
    (wrong_layer, r"citation-[0-9a-f]{16}: 集美区安全生产委员会办公室 is put at level 国家; expected 区县 by its name; mend its row"),
    (
        lost_correction,
        r"corrections/\d\.jsonl: .*这一条里没有这句原文了（更正理由：不是职责）; decide again on the words that stand there now",
    ),
    (damaged_correction, r"corrections.9\.jsonl, line 1: found '\{'; expected .*; mend the line, or take it out"),
    (wrong_date, r"documents/1\.jsonl: date is '2024-02-30'; expected a day as 2024-10-28; mend the notice"),
    (wrong_times, r"schedule-[0-9a-f]{16}: by is '2024年底'; expected a day as 2024-10-28; correct it: jimei-kb correct schedule-"),
    (wrong_times, r"schedule-[0-9a-f]{16}: period is '3个月'; expected an ISO 8601 duration as P3M"),
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
    assert len([fault for fault in check_base(base) if "2.jsonl: not UTF-8" in fault]) == 1


def test_a_folder_that_is_no_base_is_said_so(tmp_path, capsys):
    with pytest.raises(GraphError, match="expected a knowledge base"):
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
