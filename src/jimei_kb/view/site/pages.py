"""The pages of a base: plain rows and documents in, HTML out. Every name, text and address from a document is escaped."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jimei_kb.view.answers import BASES, NOT_STATED
from jimei_kb.view.documents import clause_html, legend, show_head
from jimei_kb.view.shown import clean, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from jimei_kb.records import Annotations, Document, Programme

    Row = Mapping[str, Any]
    Read = tuple[Document, Annotations, Sequence[Programme]]

# nothing is loaded but the files beside the page; the marks have inline styles
_POLICY = "default-src 'none'; script-src file: 'self'; style-src file: 'self' 'unsafe-inline'"
_INDEX_OF = {"actor": "responsible.html", "document": "cited.html"}
_PAGES = {"index.html": "文件与搜索", "responsible.html": "谁负责", "cited.html": "引用的文件"}


def make_pages(read: Sequence[Read], nodes: Sequence[Row], edges: Sequence[Row], name: str) -> dict[str, str]:
    """Path inside the site → text of the file, for the pages and for the list that the search goes through.

    `nodes` and `edges` are rows of the same documents as `read`; `name` is that of the base.
    """
    site = _Site(read, nodes, edges, name)
    pages = {"index.html": site.index(), "responsible.html": site.responsible(), "cited.html": site.cited()}
    pages |= {_document_path(document): site.document(one) for one in read for document in one[:1]}
    return {**pages, "search.js": site.search_list()}


def _document_path(document: Document) -> str:
    return f"documents/{document.slug}.html"


class _Site:
    """What the pages share: addresses of everything, and the edges by what they end in."""

    def __init__(self, read: Sequence[Read], nodes: Sequence[Row], edges: Sequence[Row], name: str) -> None:
        self.read, self.name = read, clean(name)
        self.nodes = {node["id"]: node for node in nodes}
        self.address: dict[str, str] = {}
        for document, _, _ in read:
            page = quote(_document_path(document))
            self.address[f"document:{document.key}"] = page
            self.address |= {f"clause:{document.clause_key(c.id)}": f"{page}#{quote(c.id)}" for c in document.clauses}
        for node in nodes:
            if node["kind"] in _INDEX_OF:
                self.address.setdefault(node["id"], f"{_INDEX_OF[node['kind']]}#{quote(node['id'])}")
        self.borne = _grouped((edge["source"], edge) for edge in edges if edge["kind"] == "bears")
        self.involved = _grouped((edge["target"], edge) for edge in edges if edge["kind"] == "involves")
        self.cited_in = _grouped((edge["target"], edge) for edge in edges if edge["kind"] == "cites")
        self.issued = _grouped((edge["target"], edge) for edge in edges if edge["kind"] == "issues")
        self.named_in = _grouped((edge["clause"], edge) for edge in edges if edge["kind"] in {"bears", "involves"})

    def index(self) -> str:
        rows = [
            (self._link(f"document:{document.key}", "", document.key), escape(document.head.title or ""), escape(document.head.date or ""))
            for document, _, _ in self.read
        ]
        search = '<input class="search" type="search" aria-label="搜索" placeholder="搜索条款、主体、引用的文件；词语以空格分开" autofocus>'
        found = '<p id="status" role="status" class="muted"></p><ol id="results"></ol>'
        listed = _table(("文号", "标题", "日期"), rows)
        scripts = '<script src="search.js"></script><script src="site.js"></script>'
        return self._page("index.html", f"知识库 {self.name}", "", f"{search}{found}<h2>文件（{len(rows)}）</h2>{listed}{scripts}")

    def document(self, read: Read) -> str:
        document, annotations, programmes = read
        page = _document_path(document)
        records = [*annotations, *programmes]
        tree = "".join(
            f'<li style="margin-left:{c.id.count("/")}em">{self._link(f"clause:{document.clause_key(c.id)}", "../")}</li>'
            for c in document.clauses
        )
        clauses = []
        for clause in document.clauses:
            own = [record for record in records if record.clause == clause.id]
            bodies = {e["source" if e["kind"] == "bears" else "target"] for e in self.named_in[f"clause:{document.clause_key(clause.id)}"]}
            named = "、".join(self._link(body, "../") for body in sorted(bodies))
            below = f'<p class="muted">主体：{named}</p>' if named else ""
            title = escape(f"{clause.id}　{clause.heading or ''}".rstrip("　"))
            # a heading links to itself: the address of a clause can be copied
            heading = f'<h3><a href="#{quote(clause.id)}">{title}</a></h3>'
            clauses.append(f'<section id="{escape(clause.id)}">{heading}{clause_html(document, clause, own)}{below}</section>')
        back = self._quotes(self.cited_in[f"document:{document.key}"], "../", _relation)
        body = [
            show_head(document).html,
            f"<h2>条款</h2><ul>{tree}</ul>",
            f"<h2>原文</h2>{legend()}{''.join(clauses)}",
            f"<h2>在哪里被引用</h2>{back or f'<p>{NOT_STATED}：库中没有引用它的条款。</p>'}",
        ]
        return self._page(page, document.head.title or document.key, "../", "".join(body))

    def responsible(self) -> str:
        """Bodies by name, each with what it bears by part, and the clauses that name it."""
        bodies = sorted({*self.borne, *self.involved}, key=lambda body: (self.nodes[body]["label"], body))
        names = "".join(f"<li>{self._link(body, '')}</li>" for body in bodies)
        parts = []
        for body in bodies:
            by_role = _grouped((dict(edge["facts"]).get("role", ""), edge) for edge in self.borne[body])
            lists = [
                f"<h3>{escape(role)}（{len(by_role[role])}）</h3>{self._quotes(by_role[role], '', _basis)}" for role in sorted(by_role)
            ]
            named = self._quotes(self.involved[body], "", _part)
            lists += [f"<details><summary>被提到 {len(self.involved[body])} 处</summary>{named}</details>"] if named else []
            parts.append(f'<section id="{escape(body)}"><h2>{escape(self._label(body))}</h2>{"".join(lists)}</section>')
        note = "<p>每一处都写明怎样得知：明文、承前省略，或者推定为主送机关（原文未写主语）。</p>"
        return self._page("responsible.html", "谁负责", "", f'{note}<ul class="letters">{names}</ul>{"".join(parts)}')

    def cited(self) -> str:
        """Cited documents, each with its issuers and where it is cited."""
        parts = []
        for cited in sorted(self.cited_in, key=lambda one: (self.nodes[one]["label"], one)):
            node, facts = self.nodes[cited], dict(self.nodes[cited]["facts"])
            issuers = "、".join(escape(self._label(edge["source"])) for edge in _once(self.issued[cited], "source"))
            said = [escape(facts["number"])] if facts.get("number") else []
            said += [f"发文机关：{issuers or '未定'}", f"层级：{escape(node['level']) or '未定'}"]
            said.append(f'<a href="{self.address[cited]}">已收录</a>' if node["held"] else "未收录")
            title = f"<h2>{escape(node['label'])}</h2><p>{'　'.join(said)}</p>"
            parts.append(f'<section id="{escape(cited)}">{title}{self._quotes(self.cited_in[cited], "", _relation)}</section>')
        return self._page("cited.html", "引用的文件", "", "".join(parts) or f"<p>{NOT_STATED}：没有引用文件。</p>")

    def search_list(self) -> str:
        """`const SEARCH = […]`: clauses with their text, bodies, cited documents, each with its address."""
        entries = []
        for document, _, _ in self.read:
            for clause in document.clauses:
                key = f"clause:{document.clause_key(clause.id)}"
                title = f"{document.key}　{clause.id}　{clause.heading or ''}".rstrip("　")
                entries.append(self._entry(key, title, "条款", clause.span.of(document.text)))
        bodies = sorted({*self.borne, *self.involved})
        entries += [self._entry(body, self._label(body), "主体", self._label(body)) for body in bodies]
        entries += [
            self._entry(one, self._label(one), "引用的文件", " ".join(v for _, v in self.nodes[one]["facts"]))
            for one in sorted(self.cited_in)
        ]
        # whatever a text holds cannot end the script or the line
        said = (
            json.dumps(entries, ensure_ascii=False, indent=0)
            .replace("<", "\\u003c")
            .replace("\u2028", "\\u2028")
            .replace("\u2029", "\\u2029")
        )
        return f"const SEARCH = {said};\n"

    def _entry(self, key: str, title: str, kind: str, text: str) -> dict[str, str]:
        return {"title": clean(title), "kind": kind, "text": clean(text).strip(), "place": self.address[key]}

    def _page(self, path: str, title: str, root: str, body: str) -> str:
        links = "".join(
            f'<a href="{root}{page}"{" aria-current=page" if page == path else ""}>{label}</a>' for page, label in _PAGES.items()
        )
        head = (
            f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
            f'<meta name="viewport" content="width=device-width"><meta name="generator" content="jimei-kb">'
            f'<title>{escape(title)}</title><link rel="stylesheet" href="{root}site.css">'
        )
        main = f"<main><h1>{escape(title)}</h1>{body}</main>"
        return (
            f'<!DOCTYPE html>\n<html lang="zh-CN" data-root="{root}"><head>{head}</head>\n<body><nav>{links}</nav>\n{main}</body></html>\n'
        )

    def _quotes(self, edges: Iterable[Row], root: str, said: Callable[[Row], str]) -> str:
        """A list of where something is said, in which way, and the words, by document and place; empty where there is nothing."""
        ordered = sorted(edges, key=lambda edge: (edge["document"], edge["start"], edge["end"]))
        items = "".join(
            f'<li>{self._place(edge, root)}{escape(said(edge))}<div class="quote">{escape(edge["quote"])}</div></li>' for edge in ordered
        )
        return f"<ul>{items}</ul>" if items else ""

    def _place(self, edge: Row, root: str) -> str:
        key = edge["clause"] or edge["document"]
        document = edge["document"].partition(":")[2]
        return self._link(key, root, f"{document}　{self._label(key)}" if edge["clause"] else document)

    def _link(self, key: str, root: str, label: str = "") -> str:
        return f'<a href="{root}{self.address[key]}">{escape(label or self._label(key))}</a>'

    def _label(self, key: str) -> str:
        return str(self.nodes[key]["label"])


def _relation(edge: Row) -> str:
    return f"　{dict(edge['facts']).get('relation', '')}"


def _basis(edge: Row) -> str:
    basis = dict(edge["facts"]).get("basis", "")
    return f"（{BASES.get(basis, basis)}）"


def _part(edge: Row) -> str:
    return f"　{dict(edge['facts']).get('role', '')}{_basis(edge)}"


def _grouped(pairs: Iterable[tuple[str, Row]]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for key, edge in pairs:
        groups[key].append(edge)
    return groups


def _once(edges: Iterable[Row], field: str) -> list[Row]:
    return list({edge[field]: edge for edge in edges}.values())


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML already."""
    head = "".join(f"<th>{cell}</th>" for cell in header)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
