"""Every notebook in a real JupyterLab: opened as from a clone, run from the first cell to the last, without an error anywhere."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_from_end_to_end(lab, page, screenshots, path):
    """In a browser that has no way out: no output is an error, the console has none of ours, and nobody outside is called."""
    lab.open(page, f"notebooks/{path.name}")
    page.screenshot(path=screenshots / f"{path.stem}-opened.png")
    lab.run_all(page)
    page.screenshot(path=screenshots / f"{path.stem}.png")
    saved = nbformat.read(lab.folder / "notebooks" / path.name, as_version=4)
    cells = [cell for cell in saved.cells if cell.cell_type == "code"]
    # what went wrong first: after an error the cells below are not run
    for output in (output for cell in cells for output in cell.outputs):
        assert output.output_type != "error", output
        assert output.get("name") != "stderr", output
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert page.complaints == []
    assert page.called == []


def test_lab_opens_the_first_notebook_and_asks_for_no_news(lab, page):
    """The address that `jimei-kb lab` gives the browser; the question whether to fetch news is not put."""
    page.goto(f"http://127.0.0.1:{lab.port}/")
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    assert page.title().startswith("01-read")
    settings = page.evaluate(
        "async () => (await window.jupyterapp.serviceManager.settings.fetch('@jupyterlab/apputils-extension:notification')).schema.properties"
    )
    assert settings["fetchNews"]["default"] == "false"
    assert settings["checkForUpdates"]["default"] is False
    assert page.locator(".jp-toast-button, .Toastify__toast").count() == 0
