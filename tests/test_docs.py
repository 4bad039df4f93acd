"""The documents keep up with the code: both READMEs say the same commands, and what exists is written down."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import get_args

import pytest

import jimei_kb
from jimei_kb import records

KIT = Path(sys.executable).with_name("jimei-kb")
READMES = ("README.md", "README.zh-CN.md")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
MODULES = sorted(module.name for module in pkgutil.walk_packages(jimei_kb.__path__, "jimei_kb."))
RECORDS = sorted(name for name, value in vars(records).items() if isinstance(value, type) and value.__module__ == records.__name__)


@pytest.fixture(scope="module")
def text_of(root):
    return lambda name: (root / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def blocks(text):
    """The code blocks of a Markdown text as (language, code)."""
    return BLOCK.findall(text)


def shell_lines(text):
    return [line for language, code in blocks(text) if language == "sh" for line in code.splitlines()]


def test_readmes_have_the_same_commands(text_of):
    """Block by block, in the same order; prose is translated, commands are not."""
    english, chinese = (blocks(text_of(name)) for name in READMES)
    assert english == chinese
    assert len(english) >= 5


@pytest.mark.parametrize("name", READMES)
def test_readme_begins_with_the_two_commands(text_of, name):
    assert shell_lines(text_of(name))[:2] == ["python3 kit.py start", "python3 kit.py test"]


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_in_the_readme(text_of, name):
    """Those that `jimei-kb --help` lists, and no other."""
    shown = subprocess.run([KIT, "--help"], capture_output=True, text=True, encoding="utf-8", check=True)
    commands = set(re.findall(r"^    ([a-z-]+)(?:  |$)", shown.stdout, re.MULTILINE))
    assert commands
    used = {line.split()[1] for line in shell_lines(text_of(name)) if line.startswith(".venv/bin/jimei-kb ")}
    assert used == commands


def test_commands_of_the_readme_run(text_of, root, tmp_path):
    """Each line for `jimei-kb` and for a script does what it should, in a copy of the data, in the order in which it stands there."""
    shutil.copytree(root / "data", tmp_path / "data")
    shutil.copytree(root / "tests" / "documents", tmp_path / "tests" / "documents")
    shutil.copytree(root / "scripts", tmp_path / "scripts")
    programs = {".venv/bin/jimei-kb": KIT, ".venv/bin/python": sys.executable}
    lines = [line for line in shell_lines(text_of("README.md")) if line.split()[0] in programs]
    # `lab` stays until somebody ends it; tests/browser has it
    lines.remove(".venv/bin/jimei-kb lab")
    for line in lines:
        program, *arguments = (part.strip('"') for part in line.split())
        command = [programs[program], *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == 0, (line, done.stderr)
        assert done.stdout.strip() or (tmp_path / "records" / "jimei-2024-46.json").stat().st_size > 1000, line


def test_first_answer_of_the_readme_is_what_is_printed(text_of, root, tmp_path):
    (shown,) = (code for language, code in blocks(text_of("README.md")) if language == "text")
    build = [KIT, "build", root / "data" / "raw", "--kb", tmp_path / "kb"]
    ask = [KIT, "who", "电动自行车充电", "--kb", tmp_path / "kb"]
    said = [subprocess.run(c, capture_output=True, text=True, encoding="utf-8", check=True).stdout for c in (build, ask)]
    assert shown.strip() in said[1]


def test_python_of_the_readme_runs(text_of, root, tmp_path, monkeypatch):
    """The examples run one after the other and give what the text promises."""
    shutil.copytree(root / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    names = {}
    for language, code in blocks(text_of("README.md")):
        if language == "python":
            exec(compile(code, "README.md", "exec"), names)
    assert names["answer"].stated
    assert names["answer"].findings[0].evidence.quote in names["document"].text
    assert [span.kb_id_ for span in names["doc"].spans["citations"]] == ["厦集委办〔2019〕1号"]


def test_python_of_the_readme_has_types(text_of, root, tmp_path):
    """A user's type checker, set to strict, finds nothing to object to in the examples, and knows what they return."""
    code = "\n".join(code for language, code in blocks(text_of("README.md")) if language == "python")
    example = tmp_path / "example.py"
    example.write_text(f"{code}\nreveal_type(records)\nreveal_type(answer)\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", root / "pyproject.toml", example]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.findall('Revealed type is "([^"]+)"', done.stdout) == ["jimei_kb.records.Annotations", "jimei_kb.records.Answer"]


@pytest.mark.parametrize("name", READMES)
def test_readme_lists_the_notebooks(text_of, root, name):
    listed = set(re.findall(r"\d\d-[a-z-]+\.ipynb", text_of(name)))
    assert listed == {path.name for path in (root / "notebooks").glob("*.ipynb")}


@pytest.mark.parametrize(
    "name",
    [
        *READMES,
        "CONTRIBUTING.md",
        "docs/ARCHITECTURE.md",
        "docs/GLOSSARY.md",
        "docs/FORMAT.md",
        "docs/INTERCHANGE.md",
        "docs/BENCHMARKS.md",
        "docs/EVALUATION.md",
    ],
)
def test_links_lead_to_files(text_of, root, name):
    for target in re.findall(r"\]\(([^)#]+)\)", text_of(name)):
        assert ((root / name).parent / target).exists(), target


@pytest.mark.parametrize("suffix", ["toml", "ttl", "py"])
def test_architecture_names_every_file_of_the_package(text_of, root, suffix):
    """Rule files and modules by their path inside the package, and none that is not there."""
    source = root / "src" / "jimei_kb"
    named = set(re.findall(rf"`([a-z_/]+\.{suffix})`", text_of("docs/ARCHITECTURE.md")))
    files = {path.relative_to(source).as_posix() for path in source.rglob(f"*.{suffix}") if path.name != "__init__.py"}
    assert files - named == set()
    assert [name for name in named - files if not (root / name).exists()] == []


def test_tests_that_hold_the_promises_are_there(text_of, root):
    """Ten promises; each names tests that exist, or says that it is not kept yet."""
    rows = re.findall(r"^\| (\d+) \| .* \| (.*) \|$", text_of("docs/ARCHITECTURE.md"), re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 11))
    for _, held_by in rows:
        named = re.findall(r"`(tests/[a-z_/]+\.py)::(test_\w+)`", held_by)
        assert named or held_by.startswith("not yet: ")
        for file, test in named:
            assert f"\ndef {test}(" in (root / file).read_text(encoding="utf-8"), test


def test_architecture_names_every_entry_point(text_of, project):
    text = text_of("docs/ARCHITECTURE.md")
    points = [*project["scripts"], *(name for group in project["entry-points"].values() for name in group)]
    assert [name for name in points if f"`{name}`" not in text] == []


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_is_written_down(text_of, name):
    """In the list of types and in the glossary."""
    assert f"`{name}`" in text_of("docs/ARCHITECTURE.md")
    assert f"`{name}`" in text_of("docs/GLOSSARY.md")


@pytest.mark.parametrize("alias", ["Basis", "Role", "CitationKind", "ScheduleKind", "Polarity", "Comparator", "ClauseKind", "UnplacedKind"])
def test_every_value_of_a_record_is_in_the_glossary(text_of, alias):
    """`explicit`, `牵头`, `recurring` …: what stands in the data is explained."""
    text = text_of("docs/GLOSSARY.md")
    values = get_args(getattr(records, alias))
    assert values
    assert [value for value in values if f"`{value}`" not in text] == []


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_public_thing_has_a_docstring_and_types(name):
    """Modules, functions and classes that others may use say what comes back."""
    module = importlib.import_module(name)
    public = [v for k, v in vars(module).items() if not k.startswith("_") and callable(v) and getattr(v, "__module__", "") == name]
    assert not [thing for thing in [module, *public] if not thing.__doc__]
    for thing in public:
        if not isinstance(thing, type) and "return" not in getattr(thing, "__annotations__", {}):
            pytest.fail(f"{thing.__qualname__} does not say what it returns")


def test_worked_example_of_the_evaluation_is_true(text_of, root, monkeypatch):
    """The code of docs/EVALUATION.md gives the points that its table has by hand, and the scheme shown there is one."""
    from jimei_kb.results.scheme import parse_scheme

    monkeypatch.chdir(root)
    text = text_of("docs/EVALUATION.md")
    names = {}
    for language, code in blocks(text):
        if language == "python":
            exec(compile(code, "EVALUATION.md", "exec"), names)
        elif language == "toml":
            assert parse_scheme(code).fact_ids() == ["within-index", "meetings", "major", "award", "concealed"]
    shown = {row["id"]: (row["worst"], row["best"]) for row in names["first"].rows() if row["step"] in ("考核项", "总分")}
    by_hand = re.findall(r"\| \**([\d.]+)(?: to ([\d.]+))?\** \|$", text, re.MULTILINE)
    points = [(float(worst), float(best or worst)) for worst, best in by_hand]
    ids = ("fire-committee", "working", "students", "watch")
    assert points == [*(shown[one] for one in ids), (0, 74), shown["jimei-2024-46"]]
