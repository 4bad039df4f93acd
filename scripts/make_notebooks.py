"""Run every notebook from an empty kernel and store it in one normal form: same outputs, same bytes, on every machine.

    .venv/bin/python scripts/make_notebooks.py

Edit a notebook in JupyterLab, then run this. Cells get ids by their place; times, kernel details, widget state and
warnings to the error stream are not stored. A cell that fails stops the work and leaves its notebook as it was.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def run(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Execute all cells in `folder`, the outputs stored in the notebook."""
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", store_widget_state=False, resources={"metadata": {"path": str(folder)}}
    ).execute()


def tidy(notebook: nbformat.NotebookNode) -> None:
    """Bring the notebook into its normal form."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat_minor = 5
    for number, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{number:02}"
        cell.metadata = {}
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)


def main() -> None:
    """Make every notebook of the folder anew."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        run(notebook, FOLDER)
        tidy(notebook)
        nbformat.validate(notebook)
        path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
        print(path.name)


if __name__ == "__main__":
    main()
