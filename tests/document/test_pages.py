"""A place in a text is told with its page where the source shows pages; what is not shown stays unknown."""

from __future__ import annotations

import json

import pytest

from jimei_kb import build_kb, cli, open_kb
from jimei_kb.document import parse_text

FIRST = "集街办〔2024〕1号\n关于做好消防工作的通知\n各社区居委会：\n一、加强值守。各社区应当落实值班制度。"
SECOND = "二、组织宣传。各社区应当组织消防宣传。"
THIRD = "三、开展演练。各社区每年组织1次疏散演练。"


def page_of(document, words):
    return document.page(document.text.index(words))


@pytest.mark.parametrize(
    ("raw", "pages"),
    [
        (f"{FIRST}\n{SECOND}\n{THIRD}\n", (None, None, None)),
        (f"{FIRST}\n\f{SECOND}\n\f{THIRD}\n", (1, 2, 3)),
        (f"{FIRST}\n— 1 —\n{SECOND}\n— 2 —\n{THIRD}\n— 3 —\n", (1, 2, 3)),
        (f"{FIRST}\n— 4 —\n{SECOND}\n— 5 —\n{THIRD}\n", (4, 5, None)),
        (f"{FIRST}\n— 1 —\n\f{SECOND}\n— 2 —\n\f{THIRD}\n", (1, 2, None)),
        (f"第1页 共3页\n{FIRST}\n\f第2页 共3页\n{SECOND}\n\f第3页 共3页\n{THIRD}\n", (1, 2, 3)),
        (f"{FIRST}\n- 7 -\n{SECOND}\n{THIRD}\n", (None, None, None)),
        (f"<p>{FIRST}</p>\n<p>— ２ —</p>\n{SECOND}\n— 3 —\n{THIRD}\n", (None, None, None)),
    ],
    ids=["none", "form feeds", "printed", "printed from 4", "both", "at the top", "one number", "in markup"],
)
def test_the_page_of_a_place(raw, pages):
    document = parse_text(raw)
    assert tuple(page_of(document, words) for words in ("落实值班", "组织消防", "疏散演练")) == pages


def test_a_sentence_over_two_pages_stands_on_the_first():
    document = parse_text(f"{FIRST}\n— 1 —\n二、组织宣传。各社区应当组织\n— 2 —\n消防宣传，每月1次。\n— 3 —\n")
    assert (page_of(document, "各社区应当组织"), page_of(document, "消防宣传，每月")) == (2, 3)


def test_an_answer_says_the_page(tmp_path, capsys):
    """From the base, with the index and without, as text, HTML and JSON; none where it is unknown."""
    (tmp_path / "n.txt").write_text(f"{FIRST}\n— 1 —\n{SECOND}\n— 2 —\n{THIRD}\n", encoding="utf-8")
    build_kb(tmp_path / "n.txt", tmp_path / "kb")
    for _ in range(2):
        kb = open_kb(tmp_path / "kb")
        answer = kb.who("消防宣传")
        assert answer.findings[0].evidence.page == 2
        assert "#二　组织宣传（第2页）" in repr(answer)
        assert "（第2页）" in answer._repr_html_()
        assert answer.rows()[0]["page"] == 2
        assert "页）" not in repr(kb.who("疏散演练"))
    assert "#二（第2页）：“" in repr(kb.trace("消防宣传"))
    assert "（第2页）" in kb.trace("消防宣传")._repr_html_()
    edges = [data for *_, data in kb.graph().edges(data=True)]
    assert {data.get("page") for data in edges} == {1, 2, None}
    clause = kb.links.edges_from(f"clause:{kb.documents[0].key}#二", "demands")[0]
    assert clause.evidence.page == 2
    assert cli.main(["who", "消防宣传", "--json", "--kb", str(tmp_path / "kb")]) == 0
    assert json.loads(capsys.readouterr().out)["findings"][0]["page"] == 2


def test_results_of_several_parts_say_the_page(tmp_path):
    """Chains, citations, targets, calendars and comparisons, in both forms, as far as the page is known."""
    duty = "二、组织宣传。各社区应当落实《福建省消防条例》，每月组织消防宣传{times}次，2024年6月30日前完成，覆盖率达80%。"
    for number, times in ((1, 1), (2, 2)):
        first = FIRST.replace("〕1号", f"〕{number}号")
        raw = f"{first}\n— 1 —\n{duty.format(times=times)}\n— 2 —\n{THIRD}\n集美街道办事处\n2024年1月{number}日\n"
        (tmp_path / f"n{number}.txt").write_text(raw, encoding="utf-8")
    build_kb([tmp_path / "n1.txt", tmp_path / "n2.txt"], tmp_path / "kb")
    kb = open_kb(tmp_path / "kb")
    one, other = (document.key for document in kb.documents)
    for result in (kb.trace("消防宣传"), kb.cites(one), kb.targets(one), kb.calendar(2024)):
        for shown in (repr(result), result._repr_html_()):
            assert "（第2页）" in shown
            assert "（第3页）" not in shown
        assert {2} <= {row["page"] for row in result.rows()} <= {1, 2, None}
    compared = kb.compare(one, other)
    assert f"（{one}#二，第2页）" in repr(compared)
    assert f"{other}#二，第2页" in compared._repr_html_()
    assert {(2, 2)} <= {(row["page_before"], row["page_after"]) for row in compared.rows()}
