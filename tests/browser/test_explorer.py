"""The explorer in a real JupyterLab: it answers clicks, keys and a search, Python hears of it, and no text becomes markup."""

from __future__ import annotations

import re

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import expect

from jimei_kb import open_kb

KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
SEED = ["from jimei_kb import open_kb\nexplorer = open_kb('../kb').explore(select='消防工作方面/六')", "explorer"]
# rows as no reader would give them, each word of them markup; 𠮷 is one character, and two to JavaScript
HOSTILE = """from jimei_kb.view.explorer.widget import Explorer
evil = "<img src=x onerror=window.hacked=1>"
text = f"{evil}𠮷田𠮷{evil}"
name = f"document:{evil}"
place = {"document": name, "clause": "clause:1", "start": len(evil), "end": len(evil) + 3, "quote": "𠮷田𠮷", "rule": evil}
node = {"level": evil, "held": True, "facts": [(evil, evil)]}
explorer = Explorer({
    "blocks": [{"document": name, "clause": "clause:1", "start": 0, "text": text, "heading": evil, "parent": ""}],
    "nodes": [
        {**node, "id": name, "kind": "document", "label": evil, "clause": ""},
        {**node, "id": "clause:1", "kind": "clause", "label": evil, "clause": "clause:1"},
        {**node, "id": "actor:1", "kind": "actor", "label": evil, "clause": ""},
    ],
    "edges": [
        {**place, "source": name, "target": "clause:1", "kind": "has_clause", "facts": []},
        {**place, "source": "clause:1", "target": "actor:1", "kind": "involves", "facts": [("role", evil), ("basis", evil)]},
    ],
}, selected="actor:1")
explorer"""


def write(folder, name, *sources):
    """A notebook with these cells, in the folder of the others."""
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), folder / "notebooks" / name)
    return f"notebooks/{name}"


@pytest.fixture
def opened(lab, page):
    """Opens a notebook with these cells, runs it, and gives the explorer in it."""

    def open_(name, *sources):
        lab.open(page, write(lab.folder, name, *sources))
        lab.run_all(page)
        explorer = page.locator(".jk-explorer")
        expect(explorer.locator(".jk-node").first).to_be_visible()
        return explorer

    return open_


def in_python(page, expression):
    """What the kernel of the notebook says of an expression."""
    return page.evaluate(
        """async (code) => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const said = kernel.requestExecute({ code: "", user_expressions: { value: code } });
            const reply = await said.done;
            return reply.content.user_expressions.value.data?.["text/plain"] ?? JSON.stringify(reply.content);
        }""",
        expression,
    )


def test_a_person_finds_the_way(opened, page, screenshots):
    """From a search to a node, to its quotation, to the text, and back from the text to a node; Python knows all of it."""
    explorer = opened("explorer.ipynb", *SEED)
    page.screenshot(path=screenshots / "explorer.png")

    # the chosen clause stands in the middle of its neighbourhood, in the tree and in the text
    expect(explorer.locator(".jk-tree [aria-selected=true]")).to_have_attribute("data-id", "clause:集街办〔2024〕46号#消防工作方面/六")
    expect(explorer.locator(".jk-node[aria-pressed=true]")).to_have_attribute("aria-label", "条款：消防工作方面/六 加强消防基础设施建设")
    assert explorer.locator(".jk-node").count() > 5
    expect(explorer.locator(".jk-block.jk-chosen p")).to_be_in_viewport()

    # a search, by keys alone
    explorer.get_by_role("searchbox").fill("电动自行车 充电场所")
    expect(explorer.locator(".jk-results button").first).to_contain_text("职")
    explorer.get_by_role("searchbox").press("ArrowDown")
    page.keyboard.press("Enter")
    expect(explorer.locator(".jk-details h4")).to_contain_text("电动自行车停放、充电场所")
    assert in_python(page, "explorer.query") == "'电动自行车 充电场所'"
    assert in_python(page, "explorer.selection['kind']") == "'duty'"
    assert "电动自行车停放、充电场所" in in_python(page, "explorer.quotation['quote']")

    # a node of the drawing, by the keyboard: 各社区居委会
    node = explorer.locator(".jk-node.jk-actor").filter(has_text="各社区居委会")
    node.focus()
    page.keyboard.press("Enter")
    expect(explorer.locator(".jk-details h4")).to_contain_text("各社区居委会")
    expect(explorer.locator(".jk-graph .jk-message")).to_contain_text("未画出")
    assert explorer.locator(".jk-node").count() == 40
    page.screenshot(path=screenshots / "explorer-capped.png")

    # a quotation leads into the text, and a mark in the text to its node
    explorer.locator(".jk-quote").last.click()
    quoted = "".join(explorer.locator(".jk-text .jk-quoted").all_inner_texts())
    assert in_python(page, "explorer.quotation['quote']").strip("'")[:4] in re.sub(r"[职引主数时行]?\n", "", quoted)
    explorer.locator(".jk-text button.jk-metric").first.click()
    expect(explorer.locator(".jk-node[aria-pressed=true]")).to_have_attribute("aria-label", re.compile("^指标："))
    assert in_python(page, "explorer.selected").startswith("'metric:")

    # Python chooses, the view follows
    in_python(page, "setattr(explorer, 'selected', 'clause:集街办〔2024〕46号#消防工作方面/三')")
    expect(explorer.locator(".jk-details h4")).to_contain_text("消防工作方面/三")
    assert page.complaints == []
    assert page.called == []


def test_filters_hide_kinds_levels_and_parts(opened, page):
    explorer = opened("filters.ipynb", *SEED)
    duties = explorer.locator(".jk-node.jk-duty")
    assert duties.count() > 2
    explorer.locator("label.jk-kind.jk-duty input").uncheck()
    expect(duties).to_have_count(0)
    expect(explorer.locator(".jk-text mark.jk-duty")).to_have_count(0)
    explorer.locator("label.jk-kind.jk-duty input").check()
    explorer.get_by_label("角色").select_option("牵头")
    explorer.get_by_role("searchbox").fill("责")
    expect(explorer.locator(".jk-results button").first).to_be_visible()
    leading = in_python(
        page, "len({e[end] for e in explorer.data['edges'] for end in ('source', 'target') if dict(e['facts']).get('role') == '牵头'})"
    )
    assert 0 < explorer.locator(".jk-results button").count() <= int(leading)
    explorer.get_by_label("角色").select_option("*")
    explorer.get_by_label("层级").select_option("省")
    explorer.get_by_role("searchbox").fill("条例")
    expect(explorer.locator(".jk-results button")).to_have_text([re.compile("福建省安全生产条例"), re.compile("福建省消防条例")])


def test_the_tree_is_walked_by_keys(opened, page):
    explorer = opened("keys.ipynb", *SEED)
    explorer.locator(".jk-tree [tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(explorer.locator(".jk-details h4")).to_contain_text("消防工作方面/七")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(explorer.locator(".jk-tree > li")).to_have_attribute("aria-expanded", "false")


def test_nothing_from_a_document_becomes_markup(opened, page, screenshots):
    """Names, texts, facts, parts, even kinds of facts: they are shown as they are, and quotations count whole characters."""
    explorer = opened("hostile.ipynb", HOSTILE)
    explorer.get_by_role("searchbox").fill("<img")
    expect(explorer.locator(".jk-results button")).to_have_count(3)
    explorer.locator(".jk-results button").last.click()
    expect(explorer.locator(".jk-details h4")).to_contain_text("<img src=x onerror=window.hacked=1>")
    explorer.locator(".jk-quote").first.click()
    quoted = explorer.locator(".jk-text .jk-quoted")
    expect(quoted).to_have_text(re.compile("^主?𠮷田𠮷$"))
    page.screenshot(path=screenshots / "explorer-hostile.png")
    assert explorer.locator("img").count() == 0
    assert page.evaluate("() => window.hacked") is None
    assert page.complaints == []


def test_without_a_kernel_tables_stand_in_its_place(lab, page, root, screenshots):
    """A stored notebook that nobody trusts, and its export as a page without a network: what the explorer says can be read."""
    bundle, _ = open_kb(root / "kb").explore()._repr_mimebundle_()
    # as scripts/make_notebooks.py stores it
    bundle.pop("application/vnd.jupyter.widget-view+json")
    output = nbformat.v4.new_output("execute_result", bundle, execution_count=1)
    cell = nbformat.v4.new_code_cell("kb.explore()", outputs=[output], execution_count=1, id="cell-1")
    stored = nbformat.v4.new_notebook(cells=[cell], metadata=KERNEL)
    nbformat.write(stored, lab.folder / "notebooks" / "stored.ipynb")
    lab.open(page, "notebooks/stored.ipynb")
    said = page.locator(".jp-OutputArea-output details")
    said.locator("summary").click()
    expect(said.locator("td", has_text="承担（责任，推定为主送机关，原文未写主语）").first).to_be_visible()
    page.screenshot(path=screenshots / "explorer-stored.png")

    exported, _ = HTMLExporter().from_notebook_node(stored)
    (lab.folder / "stored.html").write_text(exported, encoding="utf-8")
    page.goto((lab.folder / "stored.html").as_uri(), wait_until="domcontentloaded")
    page.locator("details summary").click()
    expect(page.locator("details td", has_text="集府〔2024〕243号").first).to_be_visible()


def test_labels_in_english(opened, page):
    explorer = opened("english.ipynb", "from jimei_kb import open_kb\nopen_kb('../kb').explore(select='消防工作方面/六', language='en')")
    expect(explorer.get_by_role("searchbox")).to_have_attribute("aria-label", "Search")
    expect(explorer.locator(".jk-pane h3")).to_have_text(["Clauses", "Text", "Neighbourhood"])
