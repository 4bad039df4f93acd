"""The pages of a base: the same bytes each time, every link leads to a place that is there, and no text becomes markup."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin

import pytest

from jimei_kb import build_kb, open_kb
from jimei_kb.errors import ResultsError


class Page(HTMLParser):
    """The ids and links of a page, and its tags."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.tags = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self.ids |= {attributes["id"]} if "id" in attributes else set()
        self.links += [attributes[name] for name in ("href", "src") if name in attributes]


@pytest.fixture(scope="module")
def bases(root, tmp_path_factory):
    """The seed and the invented specimens in one base."""
    base = tmp_path_factory.mktemp("site") / "kb"
    build_kb([root / "data" / "raw", root / "data" / "specimens"], base)
    return open_kb(base)


@pytest.fixture(scope="module")
def site(bases, tmp_path_factory):
    out = tmp_path_factory.mktemp("pages") / "site"
    bases.export_html(out)
    return out


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_base_gives_the_same_bytes(bases, site, tmp_path):
    bases.export_html(tmp_path / "again")
    assert files(tmp_path / "again") == files(site)


def test_every_link_leads_somewhere_inside(site):
    pages = {path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    assert len(pages) == 7
    links = [(name, link) for name, page in pages.items() for link in page.links]
    links += [("index.html", entry["place"]) for entry in search_entries(site)]
    assert len(links) > 500
    for name, link in links:
        target, fragment = urldefrag(urljoin(name, link))
        assert (site / unquote(target)).is_file(), link
        if fragment:
            assert unquote(fragment) in pages[unquote(target)].ids, (name, link)


def search_entries(site):
    text = (site / "search.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("const SEARCH = ").removesuffix(";\n"))


def test_every_clause_can_be_found_and_linked_to(bases, site):
    places = {entry["title"]: entry for entry in search_entries(site)}
    for clause in bases.clauses:
        title = f"{clause.reading.document.key}　{clause.clause.id}　{clause.heading or ''}".rstrip("　")
        assert clause.text in places[title]["text"]
        assert unquote(places[title]["place"]).endswith(f"{clause.reading.document.slug}.html#{clause.clause.id}")


def test_who_is_responsible_is_said_with_basis_and_quotation(site):
    text = (site / "responsible.html").read_text(encoding="utf-8")
    assert "推定为主送机关，原文未写主语" in text
    assert '<div class="quote">在住宅小区、城中村、商业区及地铁口周边、机关企事业单位内部持续建设电动自行车停放、充电场所</div>' in text


def test_back_references(site):
    """A document of the base that another one cites says where; what is not held says so."""
    assert "documents/wanghu-2024-15.html#" in unquote((site / "cited.html").read_text(encoding="utf-8"))
    upper = (site / "documents" / "yunxiu-2024-12.html").read_text(encoding="utf-8")
    assert "wanghu-2024-15.html" in upper.partition("在哪里被引用")[2]
    assert "未收录" in (site / "cited.html").read_text(encoding="utf-8")


def test_no_page_calls_outside_or_runs_what_it_shows(site):
    for path in site.rglob("*"):
        if path.is_file():
            assert not re.search(r"https?://|innerHTML|@import", path.read_text(encoding="utf-8")), path


def test_hostile_text_stays_text(tmp_path):
    """What a reader lets through of markup: brackets, quotes, the end of a script."""
    text = "关于\"'&工作的通知\n各社区：\n一、</script 工作。各社区要落实《<b 条例》，每季度检查1次 < 2 & \"'><img。\n"
    (tmp_path / "evil.txt").write_text(text, encoding="utf-8")
    build_kb(tmp_path / "evil.txt", tmp_path / "kb")
    open_kb(tmp_path / "kb").export_html(tmp_path / "site")
    for path in (tmp_path / "site").rglob("*.html"):
        tags = {tag for tag, _ in Page(path.read_text(encoding="utf-8")).tags}
        assert not tags & {"b<", "img"}
    entries = (tmp_path / "site" / "search.js").read_text(encoding="utf-8")
    assert "<" not in entries
    assert any("</script" in entry["text"] for entry in search_entries(tmp_path / "site"))


def test_nothing_else_is_overwritten(bases, site, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ResultsError, match="已有别的内容"):
        bases.export_html(tmp_path / "mine")
    with pytest.raises(ResultsError, match="是文件"):
        bases.export_html(tmp_path / "mine" / "notes.txt")
    assert files(tmp_path / "mine") == {"notes.txt": b"x"}


def test_a_document_that_is_gone_takes_its_page_with_it(bases, root, tmp_path):
    bases.export_html(tmp_path / "site")
    build_kb([root / "data" / "raw"], tmp_path / "kb")
    open_kb(tmp_path / "kb").export_html(tmp_path / "site")
    assert [path.name for path in (tmp_path / "site" / "documents").iterdir()] == ["jimei-2024-46.html"]
