"""Questions about cited documents: the ones that are meant, each mention once, in text order."""

from __future__ import annotations

import pytest

from jimei_kb import build_kb, open_kb


@pytest.fixture(scope="module")
def kb(tmp_path_factory, seed_path):
    folder = tmp_path_factory.mktemp("cited")
    build_kb(seed_path, folder)
    return open_kb(folder)


def cited(kb, question):
    return [(f.evidence.clause.split("#")[1], f.evidence.quote) for f in kb.ask(question).findings]


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("集府〔2024〕43号在哪里被引用？", ["安全生产方面/二"]),
        ("43号文是什么文件？", ["安全生产方面/二"]),
        ("《福建省消防条例》在哪几条被引用？", ["消防工作方面/八"]),
        ("本文件的依据是哪些文件？", ["前言", "前言"]),
        ("街道自己发过哪些文？", ["安全生产方面/二", "安全生产方面/四", "安全生产方面/四"]),
        ("国务院办公厅发过哪些文被引用？", ["安全生产方面/三", "安全生产方面/三", "消防工作方面/四"]),
        ("省级的法规引用了几部？", ["安全生产方面/六", "消防工作方面/八"]),
        ("提到了哪些法律法规？", ["安全生产方面/六", "安全生产方面/六", "消防工作方面/八"]),
    ],
)
def test_the_documents_that_are_meant(kb, question, clauses):
    assert [clause for clause, _ in cited(kb, question)] == clauses


def test_a_document_that_is_not_cited(kb):
    answer = kb.ask("集府〔2024〕999号在哪里被引用？")
    assert not answer.stated
    assert "没有引用" in answer.note


def test_how_many_there_are_is_said(kb):
    assert kb.ask("列出全部文号").note == "共 9 处引用，9 份文件。"
