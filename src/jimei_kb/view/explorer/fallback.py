"""What stands in the place of the explorer where no widget can live: the same rows as folded tables."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from jimei_kb.view.explorer.labels import fill, say_fact
from jimei_kb.view.shown import MUTED, Shown, clean, element, escape, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Mapping[str, Any]

_ROWS = 300
_LONGEST = 60
_SAID = ("role", "basis", "relation", "printed")


def show_whole(data: Mapping[str, Sequence[Row]], left_out: int, labels: Mapping[str, Any], most: int = _ROWS) -> Shown:
    """Each document with what joins the things in it, `most` rows of it: clause, what is said, from, to, quotation."""
    names = {node["id"]: node for node in data["nodes"]}
    counts = Counter(node["kind"] for node in data["nodes"])
    counted = "　".join(f"{labels['kinds'][kind]} {counts[kind]}" for kind in labels["kinds"] if counts[kind])
    notes = [counted, labels["static"], *([fill(labels["left_out"], n=left_out)] if left_out else [])]
    title = element("b", escape(labels["title"]))
    shown = [
        Shown("\n".join([labels["title"], *notes]), element("div", title, *(element("div", escape(note), style=MUTED) for note in notes)))
    ]
    shown += [_document(node, data["edges"], names, labels, most) for node in data["nodes"] if node["kind"] == "document" and node["held"]]
    return Shown("\n\n".join(one.text for one in shown), element("div", *(one.html for one in shown)))


def _document(node: Row, edges: Sequence[Row], names: Mapping[str, Row], labels: Mapping[str, Any], most: int) -> Shown:
    borne = {edge["target"] for edge in edges if edge["kind"] == "bears"}
    # the tree is not told, and a duty that somebody bears is told by who bears it
    told = [edge for edge in edges if edge["kind"] != "has_clause" and not (edge["kind"] == "demands" and edge["target"] in borne)]
    found = [edge for edge in told if edge["document"] == node["id"]]
    found.sort(key=lambda edge: (edge["start"], edge["end"]))
    header = (labels["kinds"]["clause"], labels["facts"]["relation"], labels["from"], labels["to"], labels["quotations"])
    rows = [
        (
            _short(names[edge["clause"]]["label"] if edge["clause"] else labels["head"]),
            _said(edge, labels),
            _short(names[edge["source"]]["label"]),
            _short(names[edge["target"]]["label"]),
            edge["quote"],
        )
        for edge in found[:most]
    ]
    rest = fill(labels["more_rows"], n=len(found) - most) if len(found) > most else ""
    shown = table(header, rows)
    title = f"{node['label']}　{node['id'].partition(':')[2]}（{len(found)}）"
    text = "\n".join(filter(None, (f"# {clean(title)}", shown.text, rest)))
    return Shown(text, element("details", element("summary", escape(title)), shown.html, element("div", escape(rest)) if rest else ""))


def _said(edge: Row, labels: Mapping[str, Any]) -> str:
    facts = [say_fact(name, value, labels)[1] for name, value in edge["facts"] if name in _SAID]
    return str(labels["edges"][edge["kind"]]) + (f"（{'，'.join(facts)}）" if facts else "")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
