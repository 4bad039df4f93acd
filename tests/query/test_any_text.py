"""Whatever a notice is made of, every result is made and shown, the same twice, and brings in no markup of the notice's own."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st
from notice_texts import TEXTS

from jimei_kb.document import parse_text
from jimei_kb.errors import KbError
from jimei_kb.extract import extract
from jimei_kb.graph.build import build_graph
from jimei_kb.graph.lines import in_order
from jimei_kb.graph.registry import load_registry
from jimei_kb.graph.resolve import resolve_issuers
from jimei_kb.graph.schema import GraphLinks, Reading
from jimei_kb.query.calendar import calendar
from jimei_kb.query.citations import cited_by, cites
from jimei_kb.query.compare import compare
from jimei_kb.query.targets import targets
from jimei_kb.query.trace import trace

ALLOWED = {"div", "p", "b", "span", "ol", "li", "code", "mark", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
HARM = '"><script>alert(1)</script>\x1b[31m'
NOTICE = "甲办〔2024〕{}号\n关于做好{}消防工作的通知\n各社区：\n一、消防。{}\n各社区每季度至少开展1次消防检查，向街道办报告。\n街道办\n2024年5月1日\n"


class Base:
    """Two notices in memory."""

    path = None

    def __init__(self, *texts):
        registry = load_registry()
        documents = [parse_text(text, slug=f"n{i}") for i, text in enumerate(texts)]
        self.readings = tuple(in_order(Reading(one, resolve_issuers(one, extract(one), registry))) for one in documents)
        self.links = GraphLinks(build_graph(self.readings, registry))


class Page(HTMLParser):
    """HTML of allowed elements only, closed in order."""

    def __init__(self, source):
        super().__init__()
        self.open = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED
        assert {name for name, _ in attrs} <= {"style"}
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def results(base):
    keys = [reading.document.key for reading in base.readings]
    yield trace(base, "消防")
    yield trace(base, keys[0])
    yield calendar(base, 2024)
    for ask in (cites, cited_by, targets):
        yield ask(base, keys[0])
    yield compare(base, *keys)


@given(TEXTS.map(lambda text: text.replace("\ud800", "")), st.sampled_from(["", HARM]))
@settings(max_examples=40)
def test_no_text_breaks_a_result(text, harm):
    texts = [NOTICE.format(1, harm, text), NOTICE.format(2, "", harm)]
    try:
        base, again = Base(*texts), Base(*texts)
    except KbError:
        return
    if len({reading.document.key for reading in base.readings}) < 2:
        return
    for first, second in zip(results(base), results(again), strict=True):
        assert repr(first) == repr(second)
        assert first.rows() == second.rows()
        assert all(list(row) == list(first.columns) for row in first.rows())
        assert not {"\x1b", "\x9b"} & set(repr(first))
        Page(first._repr_html_())


def test_the_notices_are_traced_at_all():
    """The property above would hold for notices that nothing is found in."""
    base = Base(NOTICE.format(1, HARM, "督促企业落实值班制度。"), NOTICE.format(2, "", ""))
    assert all(found.rows() for found in results(base) if type(found).__name__ != "Citations")
    assert "alert(1)" in repr(trace(base, base.readings[0].document.key))
