"""What a document cites and where it is cited, through the documents that the base holds."""

from __future__ import annotations

import pytest

from jimei_kb import build_kb, open_kb
from jimei_kb.errors import GraphError

LOWER, UPPER = "望街办〔2024〕15号", "岫政〔2024〕12号"
TEXT = "甲政办〔2024〕{}号\n甲县人民政府办公室关于{}的通知\n各乡镇：\n一、要求。落实《甲县人民政府办公室关于{}的通知》（甲政办〔2024〕{}号）。\n甲县人民政府办公室\n2024年1月2日\n"


def test_a_held_document_is_followed_to_what_it_cites(specimen_kb):
    steps = specimen_kb.cites(LOWER).steps
    assert [(step.depth, step.cited.title, step.cited.held) for step in steps] == [
        (1, "澜江市云岫区人民政府关于下达2024年度消防工作目标责任的通知", True),
        (2, "青岚省消防条例", False),
        (2, "电动自行车火灾防控三年行动方案", False),
    ]
    assert {step.evidence.clause for step in steps} == {f"{LOWER}#前言", f"{UPPER}#前言"}


def test_what_cites_a_document_directly_and_through_others(specimen_kb):
    steps = specimen_kb.cited_by("青岚省消防条例").steps
    assert [(step.depth, step.evidence.document) for step in steps] == [(1, UPPER), (1, "望街办〔2023〕9号"), (2, LOWER)]


def test_a_clause_cites_only_what_stands_in_it_and_below(specimen_kb, seed_kb):
    assert specimen_kb.cites(f"{LOWER}#三").steps == ()
    whole, part = seed_kb.cites("集街办〔2024〕46号").steps, seed_kb.cites("消防工作方面/四").steps
    assert [step for step in whole if step.evidence.clause.endswith("消防工作方面/四")] == list(part) != []


def test_every_step_quotes_its_place(seed_kb):
    text = seed_kb.documents[0].text
    for step in seed_kb.cites("集街办〔2024〕46号").steps:
        assert text[step.evidence.start : step.evidence.end] == step.evidence.quote


def test_documents_that_cite_each_other_come_to_an_end(tmp_path):
    for mine, other, title, cited in ((1, 2, "值守", "排查"), (2, 1, "排查", "值守")):
        (tmp_path / f"{mine}.txt").write_text(TEXT.format(mine, title, cited, other), encoding="utf-8")
    build_kb([tmp_path], tmp_path / "kb")
    kb = open_kb(tmp_path / "kb")

    up, down = kb.cites("甲政办〔2024〕1号"), kb.cited_by("甲政办〔2024〕1号")
    assert [(step.depth, step.evidence.document) for step in up.steps] == [(1, "甲政办〔2024〕1号"), (2, "甲政办〔2024〕2号")]
    assert [(step.depth, step.evidence.document) for step in down.steps] == [(1, "甲政办〔2024〕2号"), (2, "甲政办〔2024〕1号")]


def test_the_text_has_every_fact_of_the_rows(seed_kb):
    for found in (seed_kb.cites("集街办〔2024〕46号"), seed_kb.cited_by("集府〔2024〕243号")):
        rows, said, shown = found.rows(), repr(found), found._repr_html_()
        assert rows
        for row in rows:
            for fact in (row["clause"], row["relation"], row["cited"], row["number"], row["issuers"], row["quote"]):
                assert (fact or "") in said
                assert (fact or "") in shown
    assert "《省、市、区实施细则》" not in repr(seed_kb.cites("集街办〔2024〕46号"))


def test_nothing_cited_is_said_so(specimen_kb):
    assert "文中没有引用其他文件" in repr(specimen_kb.cites(f"{LOWER}#三"))
    assert "没有引用它" in repr(specimen_kb.cited_by(LOWER))


def test_a_name_that_fits_nothing_is_an_error(specimen_kb):
    with pytest.raises(GraphError, match="neither holds nor cites"):
        specimen_kb.cites("无此文件")
    with pytest.raises(GraphError, match="no clause"):
        specimen_kb.cites("岫政〔2024〕12号#九十九")


def test_on_a_day_only_what_documents_say_that_hold(specimen_kb):
    """Both yearly notices are over in 2025; the district's notice is still named, as what does not hold."""
    now, later = specimen_kb.cites("望街办〔2024〕15号", as_of="2024-06-01"), specimen_kb.cites("望街办〔2024〕15号", as_of="2025-06-01")
    assert now.steps == specimen_kb.cites("望街办〔2024〕15号").steps
    assert now.left_out == ()
    assert later.steps == ()
    assert [one.document for one in later.left_out] == ["望街办〔2024〕15号"]
    assert "不在有效期内、没有查的1份：望街办〔2024〕15号（效力至2024-12-31" in repr(later)


def test_the_citations_of_what_does_not_hold_are_left_out(specimen_kb):
    found = specimen_kb.cited_by("青岚省消防条例", as_of="2024-06-01")
    assert {step.evidence.document for step in found.steps} == {"岫政〔2024〕12号", "望街办〔2024〕15号"}
    assert [one.document for one in found.left_out] == ["望街办〔2023〕9号"]


def test_a_cited_document_that_is_over_says_so(specimen_kb):
    (row,) = [row for row in specimen_kb.cites("望街办〔2024〕15号").rows() if row["number"] == "岫政〔2024〕12号"]
    assert row["validity"].startswith("效力至2024-12-31（")
    assert row["validity"] in repr(specimen_kb.cites("望街办〔2024〕15号"))
