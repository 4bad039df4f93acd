"""Readings made by hand beside what is extracted: the kit's own benchmark, and how it counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from jimei_kb import cli
from jimei_kb.document import read_document
from jimei_kb.errors import KbError
from jimei_kb.extract import extract
from jimei_kb.score import KINDS, Figures, Outcome, Run, compare, read_reading, read_run, score_document, score_folder, write_run

GOLDEN = Path(__file__).parent / "documents"
# Below what is measured, so that a small loss in one place may be paid by a gain elsewhere, a large one not.
AT_LEAST = {
    "head": 1.0,
    "clauses": 1.0,
    "headings": 1.0,
    "citations": 0.98,
    "unnamed": 0.80,
    "actors": 0.85,
    "roles": 0.88,
    "metrics": 0.90,
    "schedules": 0.95,
    "duties": 0.92,
    "bearers": 0.88,
    "quotes": 1.0,
}
SHARES = ("head", "roles", "quotes")
TEXT = "各社区要开展检查。达到80%以上。2024年底前完成整改。"


@pytest.fixture(scope="module")
def run():
    return score_folder(GOLDEN)


def value(figures, kind):
    return figures.recall if kind in SHARES else figures.f1


@pytest.mark.parametrize("kind", KINDS)
def test_the_golden_readings_are_met(run, kind):
    """Figures over the seed and the invented notices stay above their bounds."""
    figures = run.figures()[kind]
    assert figures.hit + figures.missed > 5
    assert value(figures, kind) >= AT_LEAST[kind], [one.what for one in run.outcomes if one.kind == kind and one.state != "hit"]


def test_every_quotation_of_the_readings_stands_in_its_notice():
    """A reading that misquotes would count a right record as missed."""
    wrong = []
    for file in sorted(GOLDEN.glob("*.yaml")):
        reading = read_reading(file)
        source = file.parent / reading["source"] if "source" in reading else next(p for p in GOLDEN.glob(f"{file.stem}.*") if p != file)
        text = "".join(read_document(source).text.split())
        for kind in ("citations", "actors", "duties", "metrics", "schedules"):
            wrong += [(file.stem, one["quote"]) for one in reading.get(kind, []) if "".join(one["quote"].split()) not in text]
    assert wrong == []


def test_the_records_of_the_readings_are_whole():
    """Every record names a clause of its reading, and nothing but the keys of docs/FORMAT.md."""
    keys = {
        "citations": {"clause", "kind", "title", "number", "relation", "quote", "optional"},
        "actors": {"clause", "name", "role", "quote", "optional"},
        "duties": {"clause", "quote", "polarity", "actors", "also", "optional"},
        "metrics": {"clause", "indicator", "group", "comparator", "value", "unit", "quote", "optional"},
        "schedules": {"clause", "kind", "period", "min_count", "from", "by", "quote", "optional"},
    }
    for file in sorted(GOLDEN.glob("*.yaml")):
        reading = read_reading(file)
        ids = {clause["id"] for clause in reading["clauses"]}
        for kind, known in keys.items():
            for one in reading.get(kind, []):
                assert one["clause"] in ids, (file.stem, one)
                assert set(one) <= known, (file.stem, one)


def counted(gold, given, kind, text=TEXT):
    """(hit, missed, extra) of one kind."""
    outcomes = score_document("x", {kind: gold}, {kind: given}, text)
    return tuple(sum(one.kind == kind and one.state == state for one in outcomes) for state in ("hit", "missed", "extra"))


SHARE = {"clause": "一", "indicator": "覆盖率", "comparator": ">=", "value": 80, "unit": "%", "quote": "达到80%以上"}
UNTIL = {"clause": "一", "kind": "deadline", "by": "2024-12-31", "quote": "2024年底前完成整改"}
CITED = {"clause": "一", "kind": "titled", "title": "消防条例", "number": "集府〔2024〕3号", "quote": "《消防条例》（集府〔2024〕3号）"}
DUTY = {"clause": "一", "quote": "各社区要开展检查", "actors": [{"name": "各社区"}]}


@pytest.mark.parametrize(
    ("kind", "gold", "given", "expected"),
    [
        pytest.param("metrics", SHARE, SHARE, (1, 0, 0), id="the same"),
        pytest.param("metrics", SHARE, SHARE | {"value": "80.0"}, (1, 0, 0), id="the same number, written otherwise"),
        pytest.param("metrics", SHARE, SHARE | {"indicator": "安装率", "group": ["居民"]}, (1, 0, 0), id="named otherwise, quoted alike"),
        pytest.param("metrics", SHARE, SHARE | {"value": 90}, (0, 1, 1), id="another number"),
        pytest.param("metrics", SHARE, SHARE | {"comparator": "="}, (0, 1, 1), id="another comparison"),
        pytest.param("metrics", SHARE, SHARE | {"clause": "二"}, (0, 1, 1), id="another clause"),
        pytest.param("metrics", SHARE | {"optional": True}, SHARE, (0, 0, 0), id="an optional record that is given"),
        pytest.param("metrics", SHARE | {"optional": True}, SHARE | {"value": 1}, (0, 0, 1), id="an optional record that is not given"),
        pytest.param("schedules", UNTIL, UNTIL | {"from": "2024-01-01"}, (1, 0, 0), id="what the reading does not state is free"),
        pytest.param("schedules", UNTIL, UNTIL | {"by": "2024-11-30"}, (0, 1, 1), id="another date"),
        pytest.param("schedules", UNTIL, UNTIL | {"quote": "各社区"}, (0, 1, 1), id="something else quoted"),
        pytest.param("citations", CITED, CITED | {"number": "集府[2024]第3号"}, (1, 0, 0), id="a number in another spelling"),
        pytest.param("citations", CITED, CITED | {"number": None}, (1, 0, 0), id="no number, but the title"),
        pytest.param("citations", CITED, CITED | {"number": "集府〔2024〕4号"}, (0, 1, 1), id="another number"),
        pytest.param("citations", CITED, CITED | {"kind": "bare"}, (0, 1, 0), id="unnamed documents are counted apart"),
        pytest.param("duties", DUTY, DUTY | {"quote": "开展检查"}, (1, 0, 0), id="without its subject"),
        pytest.param("duties", DUTY, DUTY | {"quote": "查"}, (0, 1, 1), id="cut too short"),
        pytest.param("duties", DUTY, DUTY | {"quote": "2024年底前完成整改"}, (0, 1, 1), id="another duty"),
    ],
)
def test_what_counts_as_the_same_record(kind, gold, given, expected):
    assert counted([gold], [given], kind) == expected


def test_each_record_is_matched_once():
    assert counted([SHARE], [SHARE, SHARE], "metrics") == (1, 0, 1)
    assert counted([SHARE, SHARE], [SHARE], "metrics") == (1, 1, 0)
    assert counted([], [SHARE], "metrics") == (0, 0, 1)


def test_a_kind_that_the_reading_does_not_list_is_not_scored():
    outcomes = score_document("x", {"clauses": []}, {"metrics": [SHARE]}, TEXT)
    assert {one.kind for one in outcomes} == {"quotes"}


def test_actors_go_by_their_names_and_aliases():
    """Another name of the same actor is right, a second one counts neither way; a wrong role counts under roles."""
    gold = {"aliases": {"各社区居委会": ["社区"]}, "actors": [{"clause": "一", "name": "各社区居委会", "role": "责任", "quote": "各社区"}]}
    given = {
        "actors": [
            {"clause": "一", "name": name, "role": role, "quote": "各社区"} for name, role in (("社区", "配合"), ("各社区居委会", "责任"))
        ]
    }

    found = Run(("x",), tuple(score_document("x", gold, given, TEXT))).figures()
    assert found["actors"] == Figures(1, 0, 0)
    given["actors"].pop()
    found = Run(("x",), tuple(score_document("x", gold, given, TEXT))).figures()
    assert (found["actors"], found["roles"]) == (Figures(1, 0, 0), Figures(0, 1, 0))


def test_bearers_of_missed_duties_are_missed_and_those_of_extra_ones_do_not_count():
    gold = {"duties": [DUTY | {"also": ["居民"]}]}
    for given, expected in (
        ([DUTY | {"actors": [{"name": "各社区"}, {"name": "居民"}]}], Figures(1, 0, 0)),
        ([DUTY | {"actors": [{"name": "街道"}]}], Figures(0, 1, 1)),
        ([DUTY | {"quote": "2024年底前完成整改"}], Figures(0, 1, 0)),
    ):
        assert Run(("x",), tuple(score_document("x", gold, {"duties": given}, TEXT))).figures()["bearers"] == expected


def test_a_head_field_given_without_being_stated_is_wrong():
    outcomes = score_document("x", {"document": {"title": "通知"}}, {"document": {"title": "通知", "date": "2024-01-01"}}, TEXT)
    assert [(one.state, one.what) for one in outcomes] == [("hit", "title: 通知"), ("missed", "date: （无）")]


def test_a_quotation_that_does_not_stand_in_the_text_is_seen():
    assert counted([SHARE], [SHARE | {"quote": "达到90%以上"}], "metrics")[0] == 1
    outcomes = score_document("x", {}, {"metrics": [SHARE | {"quote": "达到90%以上"}]}, TEXT)
    assert [(one.kind, one.state) for one in outcomes] == [("quotes", "missed")]


def test_a_change_shows_what_it_gained_and_lost(tmp_path):
    hit, missed = Outcome("x", "duties", "hit", "一 甲"), Outcome("x", "duties", "missed", "一 甲")
    other, extra = Outcome("x", "metrics", "hit", "二 乙"), Outcome("x", "metrics", "extra", "二 丙")
    before, now = Run(("x",), (missed, other, extra)), Run(("x",), (hit,))

    change = compare(now, before)
    assert (change.gained, change.lost, change.new_extras, change.gone_extras) == ((hit,), (other,), (), (extra,))
    write_run(before, tmp_path / "run.json")
    assert read_run(tmp_path / "run.json") == before
    assert compare(now, now).gained == compare(now, now).lost == ()


@pytest.fixture
def small(tmp_path, root):
    """A folder with one notice and its reading."""
    for name in ("invented-plan.txt", "invented-plan.yaml"):
        (tmp_path / name).write_bytes((GOLDEN / name).read_bytes())
    return tmp_path


def test_the_command_prints_figures_and_changes(small, capsys):
    assert cli.main(["score", str(small), "--save", str(small / "before.json")]) == 0
    said = capsys.readouterr().out
    assert "headings" in said
    assert "（1 份）" in said

    reading = yaml.safe_load((small / "invented-plan.yaml").read_text(encoding="utf-8"))
    reading["schedules"] = reading["schedules"][1:]
    (small / "invented-plan.yaml").write_text(yaml.safe_dump(reading, allow_unicode=True), encoding="utf-8")
    assert cli.main(["score", str(small), "--against", str(small / "before.json"), "--errors", "3"]) == 0
    said = capsys.readouterr().out
    assert "不再找到 1 条\n  = schedules invented-plan: 附件/一 deadline 2024-12-31" in said
    assert "新的多余 1 条" in said


def test_predictions_are_read_where_they_lie(small, capsys, root):
    document = read_document(small / "invented-plan.txt")
    from jimei_kb.graph.export import to_plain

    plain = to_plain(document, extract(document))
    plain["metrics"] = []
    (small / "invented-plan.json").write_text(json.dumps(plain), encoding="utf-8")

    assert cli.main(["score", str(small), "--predictions", str(small), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["kinds"]["metrics"]["recall"] == 0
    assert said["kinds"]["clauses"]["f1"] == 1
    assert {one["state"] for one in said["errors"] if one["kind"] == "metrics"} == {"missed"}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "invented-plan.yaml").unlink(), "没有标注"),
        (lambda folder: (folder / "invented-plan.txt").unlink(), "找不到它的通知"),
        (lambda folder: (folder / "invented-plan.yaml").write_text("a: [", encoding="utf-8"), "不是 UTF-8 的 YAML"),
        (lambda folder: (folder / "invented-plan.yaml").write_text("- a", encoding="utf-8"), "不是 JSON 对象|不是字段的集合"),
        (lambda folder: (folder / "invented-plan.yaml").write_text("duties: 3", encoding="utf-8"), "duties 不是记录的列表"),
    ],
)
def test_what_cannot_be_scored_is_said_so(small, spoil, message):
    spoil(small)
    with pytest.raises(KbError, match=message):
        score_folder(small)


@pytest.mark.parametrize(
    ("content", "message"), [(None, "没有这个文件"), ("{", "不是 UTF-8 的 JSON"), ("[]", "不是 JSON 对象|不是字段的集合")]
)
def test_a_prediction_that_cannot_be_read_is_named(small, content, message):
    if content is not None:
        (small / "invented-plan.json").write_text(content, encoding="utf-8")
    with pytest.raises(KbError, match=message):
        score_folder(small, predictions=small)


@pytest.mark.parametrize("content", [None, "", "{}", '{"format": 9, "documents": []}', '{"format": 1, "documents": ["x"]}\n[1]'])
def test_a_run_that_cannot_be_read_is_named(tmp_path, content):
    if content is not None:
        (tmp_path / "run.json").write_text(content, encoding="utf-8")
    with pytest.raises(KbError, match=r"run\.json"):
        read_run(tmp_path / "run.json")
