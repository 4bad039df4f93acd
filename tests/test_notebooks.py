"""The notebooks compare: nothing in them slips past nbval, and a wrong answer makes it fail.

nbval alone has holes: it ignores pictures, cells that never ran, and whatever carries a skip mark. The first tests close them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LARGEST = 500_000  # bytes; outputs are text and small tables


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def plain_texts(output):
    """All that an output says in plain text."""
    return output.get("text", "") + output.get("data", {}).get("text/plain", "")


def test_the_promised_notebooks_are_there():
    assert [path.name[:2] for path in NOTEBOOKS][:9] == [f"{number:02}" for number in range(1, 10)]
    assert not [path for path in FOLDER.rglob("*.ipynb") if path not in NOTEBOOKS and ".ipynb_checkpoints" not in path.parts]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestEachNotebook:
    """What must hold in every notebook, so that nbval compares all of it."""

    def test_every_cell_ran_in_order(self, path):
        """A cell without a number is executed by nbval but not compared."""
        counts = [cell.execution_count for cell in code_cells(read(path))]
        assert counts
        assert counts == list(range(1, len(counts) + 1))

    def test_nothing_is_skipped_or_ignored(self, path):
        for cell in read(path).cells:
            assert not re.search(r"NBVAL_|PYTEST_VALIDATE", cell.source), cell.id
            assert cell.metadata == {}, cell.id

    def test_no_cell_failed_or_warned(self, path):
        for output in outputs(read(path)):
            assert output.output_type != "error"
            assert output.get("name") != "stderr"

    def test_every_output_says_itself_in_words(self, path):
        """Nbval compares no picture: a picture without numbers, or an address instead of a text, could change unseen."""
        for output in outputs(read(path)):
            text = plain_texts(output)
            assert text.strip()
            assert not re.search(r"<Figure size|\bat 0x[0-9a-f]+", text)

    def test_nothing_of_this_machine_is_stored(self, path):
        text = path.read_text(encoding="utf-8")
        assert str(FOLDER.parent) not in text
        assert not re.search(r"/tmp/|/home/|/root/|/Users/|[A-Z]:\\\\|site-packages", text)

    def test_reads_offline_and_untrusted(self, path):
        """No script, no style sheet, no widget state: such outputs go blank."""
        notebook = read(path)
        assert "widgets" not in notebook.metadata
        for output in outputs(notebook):
            html = output.get("data", {}).get("text/html", "")
            assert not re.search(r"<(script|iframe|svg|link)\b|https?://", html)

    def test_is_in_its_normal_form(self, path):
        """As scripts/make_notebooks.py writes it: fixed ids, no times, no details of a kernel."""
        notebook = read(path)
        assert [cell.id for cell in notebook.cells] == [f"cell-{number:02}" for number in range(1, len(notebook.cells) + 1)]
        assert notebook.metadata.language_info == {"name": "python"}
        assert path.read_text(encoding="utf-8") == nbformat.writes(notebook) + "\n"

    def test_is_small(self, path):
        assert path.stat().st_size < LARGEST

    def test_is_told_in_chinese(self, path):
        """Prose before code, in the language of its readers."""
        cells = read(path).cells
        prose = "".join(cell.source for cell in cells if cell.cell_type == "markdown")
        assert cells[0].cell_type == "markdown"
        assert len(re.findall("[一-龥]", prose)) > 200

    def test_says_in_english_what_it_is_about(self, path):
        """One line in italics under the title, for who does not read Chinese."""
        assert re.match(r"# [^\n]+\n\n\*[A-Z][ -~—]+\.\*\n", read(path).cells[0].source)

    def test_defines_nothing(self, path):
        """What would be needed twice belongs into the package."""
        assert not [cell.id for cell in code_cells(read(path)) if re.search(r"^\s*(def|class) ", cell.source, re.MULTILINE)]


# A wrong answer must fail. Each row: which notebook, which file beside it is changed, what is changed into what.
MUTATIONS = [
    pytest.param("01-read-a-notice.ipynb", "达 80%", "达 70%", id="a target in the notice"),
    pytest.param("03-who-is-responsible.ipynb", "各社区居委会：", "各物业服务企业：", id="the recipients of the notice"),
]


@pytest.fixture
def checkout(tmp_path):
    """The notebooks and what they read, in a folder of their own."""
    root = FOLDER.parent
    shutil.copytree(root / "data", tmp_path / "data")
    shutil.copytree(root / "kb", tmp_path / "kb", ignore=shutil.ignore_patterns(".*", "index.sqlite"))
    shutil.copytree(root / "tests" / "documents", tmp_path / "tests" / "documents")
    shutil.copytree(FOLDER, tmp_path / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(root / "tests" / "nbval.cfg", tmp_path)
    return tmp_path


def nbval(folder, name, **environment):
    """The outcome of nbval on one notebook of `folder`; its `failed` are the numbers of the cells that differ, from 0."""
    command = ["-m", "pytest", "-p", "no:cacheprovider", "-rf", "--nbval", "--nbval-current-env", "--nbval-sanitize-with", "nbval.cfg"]
    done = subprocess.run(
        [sys.executable, *command, f"notebooks/{name}"],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    done.failed = {int(number) for number in re.findall(r"^FAILED \S+::Cell (\d+)", done.stdout, re.MULTILINE)}
    return done


@pytest.mark.parametrize(("name", "said", "instead"), MUTATIONS)
def test_a_changed_notice_fails(checkout, name, said, instead):
    """The stored outputs are those of the notice as it is: another notice gives others, and nbval sees it."""
    notice = checkout / "data" / "raw" / "jimei-2024-46.txt"
    text = notice.read_text(encoding="utf-8")
    assert said in text
    notice.write_text(text.replace(said, instead), encoding="utf-8")
    outcome = nbval(checkout, name)
    assert outcome.returncode == 1, outcome.stdout[-2000:]
    assert re.search(r"\d+ failed", outcome.stdout.splitlines()[-1])
    assert "Unexpected output fields" in outcome.stdout or "mismatch" in outcome.stdout


# What a stored output says, and what it is changed into: a part, a basis, a target, a citation, how often.
WORDS = {
    "part": ("责任：", "配合："),
    "basis": ("推定为主送机关，原文未写主语", "明文"),
    "target": ("80%", "70%"),
    "citation": ("〔2024〕243号", "〔2024〕242号"),
    "how often": ("至少 1 次", "至少 2 次"),
}


def change_outputs(notebook, words):
    """Change each of `words` in one cell, a cell for each; what was changed, by the number of the cell."""
    changed = {}
    for name, (said, instead) in words.items():
        for number, cell in reversed(list(enumerate(code_cells(notebook)))):
            output = next((o for o in cell.outputs if said in o.get("data", {}).get("text/plain", "")), None)
            if output is not None and number not in changed:
                output.data["text/plain"] = output.data["text/plain"].replace(said, instead, 1)
                changed[number] = name
                break
    return changed


@pytest.mark.parametrize(
    ("name", "words"),
    [("01-read-a-notice.ipynb", ["citation", "target", "basis", "how often"]), ("03-who-is-responsible.ipynb", ["part", "basis"])],
)
def test_a_changed_answer_fails(checkout, name, words):
    """One word of a stored output is another one: nbval names that cell, and no other."""
    path = checkout / "notebooks" / name
    notebook = read(path)
    changed = change_outputs(notebook, {word: WORDS[word] for word in words})
    assert sorted(changed.values()) == sorted(words)
    nbformat.write(notebook, path)
    outcome = nbval(checkout, name)
    assert outcome.failed == set(changed), outcome.stdout[-2000:]


WITH_PICTURES = [path for path in NOTEBOOKS if any("image/png" in output.get("data", {}) for output in outputs(read(path)))]


@pytest.mark.parametrize("path", WITH_PICTURES[:1], ids=lambda path: path.stem)
def test_a_changed_picture_fails(checkout, path):
    """Nbval compares no picture. The first number that each picture says of itself is another one: every such cell is named."""
    notebook = read(checkout / "notebooks" / path.name)
    changed = set()
    for number, cell in enumerate(code_cells(notebook)):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                text = output.data["text/plain"]
                output.data["text/plain"] = re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), text, count=1)
                assert output.data["text/plain"] != text, "a picture says none of its numbers"
                changed.add(number)
    nbformat.write(notebook, checkout / "notebooks" / path.name)
    assert nbval(checkout, path.name).failed == changed


# A wrong line of the package must fail too: which file, what is changed into what.
CODE = [
    pytest.param("view/answers.py", '"explicit": "明文"', '"explicit": "推断"', id="how a basis is called"),
    pytest.param("extract/bearers.py", '"addressee"', '"explicit"', id="an assumed bearer taken for a named one"),
]


@pytest.mark.parametrize(("file", "said", "instead"), CODE)
def test_changed_code_fails(checkout, file, said, instead):
    """The package itself, with one word changed."""
    shutil.copytree(FOLDER.parent / "src", checkout / "src", ignore=shutil.ignore_patterns("__pycache__"))
    module = checkout / "src" / "jimei_kb" / file
    text = module.read_text(encoding="utf-8")
    assert said in text
    module.write_text(text.replace(said, instead), encoding="utf-8")
    outcome = nbval(checkout, "03-who-is-responsible.ipynb", PYTHONPATH=str(checkout / "src"))
    assert outcome.failed, outcome.stdout[-2000:]


@pytest.mark.parametrize("name", ["01-read-a-notice.ipynb", "03-who-is-responsible.ipynb"])
def test_unchanged_notebooks_pass_alone(checkout, name):
    """The same folder, nothing changed: that the tests above fail is due to the change, and to nothing else."""
    outcome = nbval(checkout, name)
    assert outcome.returncode == 0, outcome.stdout[-2000:]
