"""The explorer without a browser: its labels, its static form, what Python knows of it, and that its bundle is made of its sources."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from typing import get_args

import pytest
import traitlets

from jimei_kb import KbError, open_kb
from jimei_kb.graph.schema import EdgeKind, NodeKind
from jimei_kb.view.explorer.labels import LANGUAGES, load_labels
from jimei_kb.view.explorer.widget import Explorer

CLAUSE = "clause:集街办〔2024〕46号#消防工作方面/六"


@pytest.fixture(scope="module")
def kb(root):
    return open_kb(root / "kb")


@pytest.fixture(scope="module")
def explorer(kb):
    return kb.explore(select="消防工作方面/六")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_has_a_name(language, explorer):
    """Kinds of nodes and edges, parts and facts that occur; and one language has no name that the other lacks."""
    labels, other = load_labels(language), load_labels("en")
    assert set(labels["kinds"]) == set(labels["signs"]) == set(get_args(NodeKind))
    assert set(labels["edges"]) == set(get_args(EdgeKind))
    facts = {name for row in (*explorer.data["nodes"], *explorer.data["edges"]) for name, _ in row["facts"]}
    assert facts <= set(labels["facts"])
    assert set(labels) == set(other)
    assert set(labels["facts"]) == set(other["facts"])


def test_an_unknown_language_is_refused(kb):
    with pytest.raises(KbError, match="fr"):
        kb.explore(language="fr")


def test_python_reads_and_sets_what_is_chosen(kb):
    explorer = kb.explore()
    assert explorer.selection is None
    explorer.selected = CLAUSE
    assert explorer.selection["label"] == "消防工作方面/六 加强消防基础设施建设"
    assert all(CLAUSE in (edge["source"], edge["target"]) for edge in explorer.selection["edges"])
    with pytest.raises(traitlets.TraitError, match="clause:九"):
        explorer.selected = "clause:九"
    assert explorer.selected == CLAUSE


def test_no_more_documents_than_asked_for(root, tmp_path):
    from jimei_kb import build_kb

    build_kb([root / "data" / "specimens"], tmp_path / "kb")
    kb = open_kb(tmp_path / "kb")
    assert kb.explore(most=1).left_out == 2
    assert "库中另有 2 份文件没有载入" in repr(kb.explore(most=1))
    assert {block["document"] for block in kb.explore("望街办〔2024〕15号").data["blocks"]} == {"document:望街办〔2024〕15号"}


def test_the_static_view_says_who_and_quotes(explorer):
    """Beside the widget in every output: exports and notebooks that nobody trusts show it."""
    bundle, _ = explorer._repr_mimebundle_()
    assert bundle["text/plain"] == repr(explorer)
    for form in (bundle["text/plain"], bundle["text/html"]):
        assert "承担（责任，推定为主送机关，原文未写主语）" in form
        assert "引用（依据）" in form
        assert "集府〔2024〕243号" in form
    assert not re.search(r"<(?!/?(div|b|details|summary|table|thead|tbody|tr|th|td)\b)", bundle["text/html"])
    assert "0x" not in bundle["text/plain"]


def test_rows_beyond_the_bound_are_counted(explorer):
    from jimei_kb.view.explorer.fallback import show_whole

    assert re.search(r"另有 \d+ 行未列出", show_whole(explorer.data, 0, explorer.labels, 5).text)


def test_hostile_rows_stay_text():
    evil = "<img src=x onerror=alert(1)>\x1b[2J"
    node = {"id": "document:x", "kind": "document", "label": evil, "level": "", "held": True, "clause": "", "facts": []}
    edge = {"source": "document:x", "target": "document:x", "kind": "cites", "facts": [("relation", evil)], "document": "document:x"}
    rows = {"blocks": [], "nodes": [node], "edges": [{**edge, "clause": "", "start": 0, "end": 1, "quote": evil, "rule": evil}]}
    bundle, _ = Explorer(rows)._repr_mimebundle_()
    assert "<img" not in bundle["text/html"]
    assert "&lt;img" in bundle["text/html"]
    assert "\x1b" not in bundle["text/plain"]


def bundled(root):
    return root / "src" / "jimei_kb" / "view" / "explorer"


@pytest.mark.parametrize("name", ["explorer.js", "explorer.css"])
def test_the_bundle_names_the_sources_it_was_made_of(root, name):
    """Without Node.js: its first line has their digest, as js/build.mjs makes it."""
    folder = root / "js"
    files = [folder / "build.mjs", folder / "package-lock.json", *sorted((folder / "src").iterdir(), key=lambda path: path.name)]
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(folder).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    first = (bundled(root) / name).read_text(encoding="utf-8").splitlines()[0]
    assert first == f"/*! sources {digest.hexdigest()}", "run: npm ci --ignore-scripts && npm run build, in js/"


def test_the_bundle_is_what_its_sources_give(root, tmp_path):
    """With Node.js and its packages: built anew, byte for byte the same."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no Node.js found; with it the bundle is built anew and compared (on Debian: apt-get install nodejs npm)")
    folder, out = tmp_path / "js", tmp_path / "out"
    shutil.copytree(root / "js", folder, ignore=shutil.ignore_patterns("node_modules"))
    out.mkdir()
    quiet = {"capture_output": True, "text": True, "encoding": "utf-8", "cwd": folder}
    installed = subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], check=False, **quiet)
    if installed.returncode and re.search("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|network", installed.stderr):
        pytest.skip("no package index for Node.js can be reached; with it the bundle is built anew and compared")
    assert installed.returncode == 0, installed.stderr
    built = subprocess.run(["node", "build.mjs", out], check=False, **quiet)
    assert built.returncode == 0, built.stderr
    for name in ("explorer.js", "explorer.css"):
        assert (out / name).read_bytes() == (bundled(root) / name).read_bytes()


def test_the_lock_names_no_host(root):
    text = (root / "js" / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity"' in text
    assert '"resolved"' not in text


def test_the_bundle_carries_its_licences_and_calls_nobody(root):
    text = (bundled(root) / "explorer.js").read_text(encoding="utf-8")
    assert "Permission to use, copy, modify, and/or distribute this software" in text
    assert len(text.encode()) < 100_000
    assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|innerHTML|insertAdjacentHTML|outerHTML|eval)\b", text)
    assert set(re.findall(r"https?://[^\s\"'`)]+", text)) <= {"http://www.w3.org/2000/svg"}
