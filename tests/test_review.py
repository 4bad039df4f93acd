"""The review list of a base: written with the build, counted, shown, and read in the light of all its documents."""

from __future__ import annotations

import json
import shutil

import pytest

from jimei_kb import build_kb, cli, open_kb
from jimei_kb.records import Span, Unplaced
from jimei_kb.view.review import count_line, show_review

CITING = (
    "集街办〔2024〕1号\n关于开展检查的通知\n各社区居委会：\n一、工作要求。各社区应当落实《街道检查办法》和《安全检查办法》（集街办〔2024〕2号），"
    "推进等4个方面工作。\n集美街道办事处\n2024年1月2日\n"
)
CITED = "街道检查办法\n各社区居委会：\n一、检查范围。各社区应当落实值班制度。\n集美街道办事处\n2024年1月1日\n"


@pytest.fixture
def base(tmp_path):
    """A base of one notice that cites two documents."""
    (tmp_path / "citing.txt").write_text(CITING, encoding="utf-8")
    build_kb([tmp_path / "citing.txt"], tmp_path / "kb")
    return tmp_path / "kb"


def items(base, kind=None):
    return [(item.found.kind, item.found.quote) for item in open_kb(base).review(kind).items]


def test_a_build_counts_what_is_left_in_one_line(tmp_path, seed_path):
    report = build_kb([seed_path], tmp_path / "kb")
    review = open_kb(tmp_path / "kb").review()

    line = next(line for line in repr(report).splitlines() if line.startswith("待复核"))
    assert line.startswith(f"待复核 {sum(dict(report.review).values())} 处：无角色的名称 ")
    stored = (tmp_path / "kb" / "review" / "jimei-2024-46.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(stored) == sum(dict(report.review).values()) > 5
    # the base adds what it does not hold and changes nothing else
    assert {**dict(report.review), "document": review.counts["document"]} == review.counts
    assert review.counts["document"] > 5


def test_every_item_is_a_quotation(tmp_path, seed_path):
    build_kb([seed_path], tmp_path / "kb")
    kb = open_kb(tmp_path / "kb")
    for item in kb.review().items:
        assert item.document == kb.documents[0].key
        assert item.found.span.of(kb.documents[0].text) == item.found.quote != ""


def test_the_list_is_read_in_the_light_of_all_documents(tmp_path, base):
    """What a later document resolves is no longer listed, though its own file says as before that there was no number."""
    before = items(base)
    assert ("citation", "《街道检查办法》") in before
    assert ("document", "《安全检查办法》（集街办〔2024〕2号）") in before
    listed = (base / "review" / "citing.jsonl").read_bytes()

    (tmp_path / "cited.txt").write_text(CITED, encoding="utf-8")
    build_kb([tmp_path / "cited.txt"], base)
    assert (base / "review" / "citing.jsonl").read_bytes() == listed
    after = items(base)
    assert ("citation", "《街道检查办法》") not in after
    assert ("document", "《安全检查办法》（集街办〔2024〕2号）") in after


def test_one_kind_alone(base):
    assert items(base, "number") == [one for one in items(base) if one[0] == "number"] == [("number", "等4个")]


@pytest.mark.parametrize(
    "spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(b"{"), lambda path: shutil.rmtree(path.parent)]
)
def test_a_missing_or_damaged_list_is_made_again(base, spoil):
    before = items(base)
    spoil(base / "review" / "citing.jsonl")
    assert items(base) == before


def test_the_command_shows_and_counts(base, capsys):
    assert cli.main(["review", "--kb", str(base)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("待复核 ")
    assert said[1].startswith("# 集街办〔2024〕1号（")
    assert "  一　〔无指标的数〕“等4个”　像是一组事项的件数" in said


def test_the_command_as_json(base, capsys):
    assert cli.main(["review", "--kb", str(base), "--kind", "number", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    (item,) = said["items"]
    assert set(item) == {"document", "clause", "kind", "quote", "start", "end", "rule", "reason"}
    assert open_kb(base).documents[0].text[item["start"] : item["end"]] == item["quote"] == "等4个"
    assert said["counts"]["number"] == 1
    assert said["counts"]["tag"] == 0


@pytest.mark.parametrize(("limit", "shown"), [("1", 1), ("0", 4)])
def test_the_command_lists_so_many(base, capsys, limit, shown):
    cli.main(["review", "--kb", str(base), "--limit", limit])
    said = capsys.readouterr().out
    assert said.count("〔") - said.count("〔2024〕") == shown
    assert ("……还有" in said) == (limit == "1")


def test_an_unknown_kind_is_refused(base, capsys):
    with pytest.raises(SystemExit):
        cli.main(["review", "--kb", str(base), "--kind", "x"])
    assert capsys.readouterr().err.count("\n") == 1


def test_nothing_left_is_said_so():
    assert count_line({"mention": 0}) == "待复核 0 处"
    assert show_review([], {"mention": 0}).text == "待复核 0 处"


def test_shown_text_is_not_trusted():
    found = Unplaced("一", Span(0, 9), "<b>\x1b[31m\n", "x", "tag", "原因")
    shown = show_review([("集<b>", found)], {"tag": 1})
    assert "\x1b" not in shown.text + shown.html
    assert "<b>集" not in shown.html
    assert "&lt;b&gt;" in shown.html
    assert len(shown.text.splitlines()) == 3
