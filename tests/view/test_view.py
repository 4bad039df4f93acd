"""Shown things: every fact in the text form, HTML that needs no trust, nothing from a document that could do harm."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.document import parse_text
from jimei_kb.records import Actor, Annotations, Answer, Bearer, Citation, Duty, Evidence, Finding, Issuer, Metric, Programme, Span
from jimei_kb.view.answers import show_answer
from jimei_kb.view.documents import describe, mark_up, show_documents, show_head, show_tree
from jimei_kb.view.shown import clean, escape, table

# what a notebook still shows before anybody has marked it as trusted
ALLOWED = {"div", "p", "b", "span", "ol", "li", "code", "mark", "sup", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
HARM = '<script>alert("1")</script><img src=x onerror=alert(1)>\x1b[31m\x9b1m\u202e&amp;'


class Page(HTMLParser):
    """Reads HTML strictly: elements are allowed ones and closed in order."""

    def __init__(self, source):
        super().__init__()
        self.open, self.text, self.marked, self.attributes = [], "", "", set()
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED
        self.open.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "sup" not in self.open:
            self.text += data
            self.marked += data if "mark" in self.open else ""


def answer(*, stated=True, text="落实值班制度"):
    evidence = Evidence("某办〔2024〕1号", f"某办〔2024〕1号#{text}", 4, 4 + len(text), text, "duty.verb")
    bearers = (
        Bearer("甲局", "责任", "explicit"),
        Bearer("乙局", "责任", "explicit"),
        Bearer("丙局", "配合", "ellipsis"),
        Bearer("各社区", "责任", "addressee"),
        Bearer("丁局", "监管", "inferred"),
    )
    urged = (text,) if text == HARM else ()
    finding = Finding(bearers if stated else (), evidence, heading="值班", sentence=f"一是{text}。", urged=urged)
    return Answer(f"谁负责{text}", stated=stated, findings=(finding,), note="说明")


def test_an_answer_tells_parts_and_bases_apart():
    assert show_answer(answer()).text == (
        "问：谁负责落实值班制度\n"
        "说明\n"
        "\n"
        "1. 某办〔2024〕1号#落实值班制度　值班\n"
        "   责任：甲局、乙局（明文）\n"
        "   配合：丙局（承前省略）\n"
        "   责任：各社区（推定为主送机关，原文未写主语）\n"
        "   监管：丁局（推断，原文未写明）\n"
        "   依据：“落实值班制度”\n"
        "   原文：一是落实值班制度。"
    )


def test_who_is_urged_and_parts_of_nobody_have_lines_of_their_own():
    (finding,) = answer().findings
    bearers = (Bearer("甲局", "牵头", "explicit"), Bearer("甲局", "监管", "explicit"))
    shown = show_answer(
        Answer("值班", stated=True, findings=(replace(finding, actors=bearers, urged=("物业", "商户"), unstated=("责任",)),))
    )

    assert "\n   牵头：甲局（明文）\n   监管：甲局（明文）\n   督促对象：物业、商户\n   责任：文中未写明\n   依据：" in shown.text
    page = Page(shown.html).text
    assert "督促对象：物业、商户" in page
    assert "责任：文中未写明" in page
    assert Page(shown.html).marked == "落实值班制度"


def test_a_duty_of_nobody_is_quoted():
    (finding,) = answer(stated=False).findings
    shown = show_answer(Answer("值班", stated=False, findings=(replace(finding, unstated=("责任",)),)))

    assert "\n   责任：文中未写明\n   依据：“落实值班制度”\n   原文：" in shown.text


def test_what_is_not_stated_is_said_first():
    shown = show_answer(answer(stated=False))

    assert (
        shown.text
        == "问：谁负责落实值班制度\n答：文中未载明。\n说明\n\n最接近的条款：\n\n1. 某办〔2024〕1号#落实值班制度　值班\n   原文：一是落实值班制度。"
    )
    assert "文中未载明" in Page(shown.html).text
    assert "甲局" not in shown.html


def test_both_forms_of_an_answer_say_the_same():
    shown = show_answer(answer())
    page = Page(shown.html).text

    for fact in re.findall(r"[^\s：“”（）。]+", shown.text.replace("1. ", "").replace("依据", "").replace("原文：", "")):
        assert fact in page, fact
    assert Page(shown.html).marked == "落实值班制度"


def test_nothing_from_a_document_is_obeyed():
    """Neither by a browser nor by a terminal, and no direction of writing is turned."""
    document = parse_text(f"通知\n一、标题。{HARM}各社区应当{HARM}值班。\n")
    clause = next(c for c in document.clauses if c.kind == "clause")
    actor = Actor(clause.id, clause.content, clause.content.of(document.text), HARM, HARM, "责任")
    shows = [
        show_answer(answer(text=HARM)),
        show_answer(answer(text=HARM, stated=False)),
        mark_up(document, Annotations(actors=(actor,))),
        show_tree(replace(document, slug=HARM, head=replace(document.head, title=HARM))),
        show_head(replace(document, head=replace(document.head, title=HARM, issuers=(HARM,)))),
        show_documents([(document, Annotations())], HARM),
        table([HARM], [[HARM]]),
    ]
    for shown in shows:
        assert Page(shown.html).attributes <= {"style", "title"}
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown.text + shown.html)


@given(st.text())
def test_cleaned_text_is_what_it_shows(text):
    assert clean(clean(text)) == clean(text)
    assert set(clean(text)) <= set(text)
    assert not re.search("[<>\"']", escape(text))
    clean(text).encode("utf-8")


def test_ordinary_text_stays():
    text = "集街办〔2024〕46号\n\t“三合一” 100%，①～⑤ 𠮷 é"
    assert clean(text) == text


DOCUMENT = parse_text("通知\n一、值班。各社区每月值班三次，并向街道办报告。\n（一）要求。做好记录。\n二、其他\n无。\n")


def span_of(quote):
    at = DOCUMENT.text.index(quote)
    return Span(at, at + len(quote))


def found(kind, quote, clause="一", **facts):
    return kind(clause, span_of(quote), quote, "specimen", **facts)


BEARER = (Bearer("各社区", "责任", "explicit"),)
RECORDS = Annotations(
    actors=(found(Actor, "各社区", name="各社区", role="责任"), found(Actor, "街道办", name="街道办", role="接收")),
    duties=(
        found(Duty, "各社区每月值班三次", polarity="do", actors=BEARER, urged=("物业",)),
        found(Duty, "做好记录", "一/（一）", polarity="avoid", actors=BEARER),
    ),
    # runs over the end of the duty, as a metric read from a looser wording may
    metrics=(found(Metric, "值班三次，并", indicator="值班", comparator=">=", value="3", unit="次/月"),),
)


def test_every_span_is_marked_and_the_text_is_whole():
    """Spans inside one another and spans that overlap: the marks are nested, no character is lost or doubled."""
    shown = mark_up(DOCUMENT, RECORDS, "一")
    page = Page(shown.html)

    assert "值班。各社区每月值班三次，并向街道办报告。" in page.text
    legend = "职责引用时限指标主体"
    assert page.marked == legend + "各社区每月值班三次，并街道办" + "做好记录"


def test_the_text_form_lists_every_record():
    assert mark_up(DOCUMENT, RECORDS, "一").text == (
        "# text#一　值班\n"
        "一、值班。各社区每月值班三次，并向街道办报告。\n"
        "  〔职责〕“各社区每月值班三次”　责任：各社区（明文）；督促对象：物业\n"
        "  〔主体〕“各社区”　责任：各社区（明文）\n"
        "  〔指标〕“值班三次，并”　值班；≥ 3 次/月\n"
        "  〔主体〕“街道办”　接收：街道办（明文）\n"
        "\n"
        "# text#一/（一）　要求\n"
        "（一）要求。做好记录。\n"
        "  〔职责〕“做好记录”　责任：各社区（明文）；禁止或防止"
    )


def test_programmes_are_shown_where_they_are_given():
    programme = found(Programme, "每月值班", name="值班行动")
    shown = mark_up(DOCUMENT, RECORDS, "一", programmes=[programme])

    assert "  〔专项行动〕“每月值班”　值班行动\n" in shown.text
    assert "专项行动" in Page(shown.html).marked
    assert "“每月值班”" not in mark_up(DOCUMENT, RECORDS, "一/（一）", programmes=[programme]).text


@given(st.lists(st.tuples(st.integers(3, 40), st.integers(1, 20)), max_size=12))
def test_any_spans_give_well_formed_html(pairs):
    start, end = DOCUMENT.clauses[0].span
    actors = []
    for at, length in pairs:
        span = Span(min(at, end - 1), min(at + length, end))
        if span.start >= start:
            actors.append(Actor(DOCUMENT.clauses[0].id, span, span.of(DOCUMENT.text), "r", "甲", "责任"))
    shown = mark_up(DOCUMENT, Annotations(actors=tuple(actors)), DOCUMENT.clauses[0].id)

    assert DOCUMENT.text[start:end].strip() in Page(shown.html).text


@pytest.mark.parametrize(
    ("issuer", "said"),
    [
        (None, "依据；集安办〔2024〕13号"),
        (Issuer(("某区安办",), "code", "C", "代字"), "依据；集安办〔2024〕13号；发文机关：某区安办（代字，推断）"),
        (Issuer(("甲", "乙"), "title", "A", "标题"), "依据；集安办〔2024〕13号；发文机关：甲、乙（标题署名，有据）"),
        (Issuer((), "code", None, "两种读法", ("甲", "乙")), "依据；集安办〔2024〕13号；发文机关未定（代字），可能是：甲；乙"),
        (Issuer((), "named", None, "简称"), "依据；集安办〔2024〕13号；发文机关未定（题名前署名）"),
    ],
)
def test_a_citation_says_its_issuer_and_how_sure_that_is(issuer, said):
    citation = Citation("一", Span(0, 3), "集安办", "specimen", "numbered", number="集安办〔2024〕13号", relation="依据", issued_by=issuer)
    assert describe(citation) == said


def test_the_seed_is_shown_whole(reading):
    shown = mark_up(reading.document, reading.annotations)
    page = Page(shown.html)

    for clause in reading.document.clauses:
        assert clause.span.of(reading.document.text).strip() in shown.text
        assert clause.span.of(reading.document.text).strip() in page.text
    for record in reading.annotations:
        assert describe(record) in shown.text
        assert record.quote in shown.text
    assert mark_up(reading.document, reading.annotations) == shown


def test_the_tree_and_the_head_of_the_seed(reading):
    tree, head = show_tree(reading.document), show_head(reading.document)

    assert "\n  消防工作方面/六　加强消防基础设施建设（240 字）\n" in tree.text
    assert "发文字号 | 集街办〔2024〕46号\n" in head.text
    assert "主送机关 | 各社区居委会" in head.text
    Page(tree.html)
    Page(head.html)


def test_what_the_head_does_not_state_is_said():
    assert "成文日期 | （文中未载明）" in show_head(DOCUMENT).text


def test_shown_things_are_text_everywhere_and_html_in_a_notebook():
    shown = table(["甲", "乙"], [["1\n2", "<b>"]])
    assert repr(shown) == str(shown) == "甲 | 乙\n1 2 | <b>"
    assert "&lt;b&gt;" in shown._repr_html_()


@pytest.mark.parametrize("stated", [True, False])
def test_the_same_answer_is_shown_the_same(stated):
    assert show_answer(answer(stated=stated)) == show_answer(answer(stated=stated))
