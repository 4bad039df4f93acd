"""Run every notebook from an empty kernel and store it in one normal form: same outputs, same bytes, on every machine.

    .venv/bin/python scripts/make_notebooks.py            all of them
    .venv/bin/python scripts/make_notebooks.py 05 06      those whose names begin so

Edit a notebook in JupyterLab, then run this. Cells get ids by their place; times, kernel details, widget state and
warnings to the error stream are not stored. A notebook with a cell that fails is left as it was
and named at the end; the others are made.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

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


def main(*wanted: str) -> None:
    """Make the notebooks of the folder anew: all, or those whose names begin with one of `wanted`."""
    paths = [path for path in sorted(FOLDER.glob("*.ipynb")) if not wanted or path.name.startswith(wanted)]
    if not paths:
        raise SystemExit(f"no notebook of {FOLDER.name}/ begins with {' or '.join(wanted)}")
    failed = []
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        try:
            run(notebook, FOLDER)
        except CellExecutionError as error:
            failed.append(f"{path.name}: {error}")
            continue
        tidy(notebook)
        nbformat.validate(notebook)
        path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
        print(path.name)
    if failed:
        raise SystemExit("\n".join(failed))


if __name__ == "__main__":
    main(*sys.argv[1:])
