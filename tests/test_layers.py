"""Imports run one way, and importing does nothing: no heavy library, no file, no output."""

from __future__ import annotations

import ast
import pkgutil
import subprocess
import sys

import pytest

import jimei_kb

# what a room may import, besides itself
BASE = {"errors", "records", "rules", "numerals", "dates", "docnumber"}
MAY = {
    "errors": set(),
    "records": set(),
    "numerals": set(),
    "dates": {"numerals"},
    "rules": {"errors"},
    "docnumber": {"rules"},
    "view": {"records", "errors"},
    "tabular": {"errors", "view"},
    "document": BASE,
    "extract": BASE | {"document"},
    "graph": BASE | {"document", "extract"},
    "query": BASE | {"document", "extract", "graph", "tabular", "view"},
    "results": BASE | {"document", "extract", "graph", "query", "tabular", "view"},
    "interchange": BASE | {"document", "extract", "graph", "query", "tabular", "view"},
    "knowledge_base": BASE | {"document", "extract", "graph", "query", "results", "interchange", "tabular", "view"},
    "lab": {"errors", "records", "knowledge_base"},
    "score": BASE | {"document", "extract", "graph"},
    "checks": BASE | {"document", "extract", "graph"},
    "cli": BASE | {"document", "extract", "graph", "query", "results", "interchange", "view", "knowledge_base", "score", "checks", "lab"},
}
HEAVY = {
    "docx",
    "spacy",
    "pandas",
    "numpy",
    "networkx",
    "matplotlib",
    "rjieba",
    "lxml",
    "openpyxl",
    "pyarrow",
    "rdflib",
    "IPython",
    "anywidget",
    "ipywidgets",
}
# spaCy itself loads the first two, by the entry points of the package; a widget is a class of its library
BOUND = {"jimei_kb.extract.components", "jimei_kb.extract.tokenizer", "jimei_kb.view.explorer.widget"}
MODULES = sorted(module.name for module in pkgutil.walk_packages(jimei_kb.__path__, "jimei_kb."))
LOADED = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def rooms_imported(path, room):
    """The rooms that the module at `path` names in an import, wherever it stands; relative ones are refused."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [f"{node.module}.{alias.name}" if node.module == "jimei_kb" else node.module for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("jimei_kb.") and name.split(".")[1] != room)


def modules(root):
    package = root / "src" / "jimei_kb"
    return [(path.relative_to(package), path) for path in sorted(package.rglob("*.py")) if path != package / "__init__.py"]


def test_every_room_has_its_place(root):
    assert {name.parts[0].removesuffix(".py") for name, _ in modules(root)} == set(MAY)


def test_imports_run_one_way(root):
    wrong = []
    for name, path in modules(root):
        room = name.parts[0].removesuffix(".py")
        wrong += [f"{name} imports {other}" for other in rooms_imported(path, room) if other not in MAY[room]]
    assert wrong == []


def test_the_check_sees_a_wrong_import(tmp_path):
    path = tmp_path / "x.py"
    path.write_text(
        "def f():\n    from jimei_kb.graph import store\n    from jimei_kb import cli\n    import jimei_kb.view.shown\n", encoding="utf-8"
    )
    assert list(rooms_imported(path, "query")) == ["graph", "cli", "view"]


def run(code, *arguments, cwd=None):
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, encoding="utf-8", check=False, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_is_light():
    """Module by module, each named with the heavy libraries that come with it for the first time."""
    names = ["jimei_kb", *(name for name in MODULES if name not in BOUND)]
    code = f"""
import sys
from importlib import import_module
heavy = {HEAVY}
for name in {names}:
    import_module(name)
    came = heavy & set(sys.modules)
    heavy -= came
    print(name, *sorted(came))
"""
    came = {name: libraries for name, *libraries in (line.split() for line in run(code).splitlines())}
    assert list(came) == names
    assert {name: libraries for name, libraries in came.items() if libraries} == {}


def test_import_of_the_package_loads_no_room():
    assert run("import jimei_kb, sys; print(*[n for n in sys.modules if n.startswith('jimei_kb.')])").split() == []


def touched(code):
    """What `code` does besides computing: files of the package and of the checkout that it opens, connections, programs, output."""
    return run(f"""
import sys, warnings
from pathlib import Path
import jimei_kb
home = Path(jimei_kb.__file__).parents[2]
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        path = Path(arguments[0])
        if path.is_relative_to(home) and ".venv" not in path.parts and path.suffix not in (".py", ".pyc"):
            print(event, path.name)
    elif event in ("socket.connect", "subprocess.Popen", "os.system"):
        print(event, arguments)
sys.addaudithook(watch)
filters = list(warnings.filters)
{code}
if not {{"spacy"}} & set(sys.modules) and warnings.filters != filters:
    print("warnings.filters", warnings.filters)
""").splitlines()


@pytest.mark.parametrize("names", [[name for name in MODULES if name not in BOUND], MODULES], ids=["without spaCy", "all"])
def test_import_does_nothing(names):
    """Neither rules nor data are read, nobody is called, nothing is set: whoever imports has not asked anything yet."""
    assert len(names) > 40
    assert touched(f"import {', '.join(names)}") == []


def test_the_watch_sees_what_is_done():
    """Loading rules, a filter, a program."""
    assert touched("from jimei_kb.rules import load_rules; load_rules('duties')") == ["open duties.toml"]
    assert touched("warnings.simplefilter('ignore')")[0].startswith("warnings.filters")
    assert touched("import subprocess; subprocess.run([sys.executable, '-c', ''])")[0].startswith("subprocess.Popen")


@pytest.mark.parametrize("command", ["who", "ask"])
def test_asking_is_light(tmp_path, command):
    """`jimei-kb who` and `ask` on a built base wait for no library of language or tables, and reads no rule of the extractors."""
    save = """
import sys
from pathlib import Path
from jimei_kb.document import parse_text
from jimei_kb.graph import schema, store
store.save(Path(sys.argv[1]), [schema.Reading(parse_text("关于做好工作的通知\\n各社区：\\n一、任务。推广微型消防站。\\n"))])
"""
    run(save, str(tmp_path / "kb"))
    ask = f"from jimei_kb.cli import main; main(['{command}', '电梯维修', '--kb', 'kb']); {LOADED}; print([n for n in sys.modules if 'jimei_kb.' in n])"
    said = run(ask, cwd=tmp_path)

    assert "文中未载明" in said
    assert not set(said.splitlines()[-2].split()) & HEAVY
    assert "jimei_kb.extract" not in said
    assert "jimei_kb.document" not in said


@pytest.mark.parametrize("name", jimei_kb.__all__)
def test_exported_names_are_there(name):
    assert callable(getattr(jimei_kb, name))
    assert name in dir(jimei_kb)


def test_an_unknown_name_is_said_so():
    with pytest.raises(AttributeError, match=r"no attribute 'who'; it has .*who_is_responsible"):
        jimei_kb.who  # noqa: B018


@pytest.mark.parametrize(
    "imports",
    [
        "from jimei_kb import extract",
        "import jimei_kb.extract; from jimei_kb import extract",
        "from jimei_kb.extract import extract",
        "from jimei_kb.extract.components import make_citations; from jimei_kb import extract",
        "import jimei_kb; extract = jimei_kb.extract",
    ],
)
def test_extract_is_a_folder_and_a_function(imports):
    """However it is imported, it can be called; as a folder it stays importable."""
    code = f"""
{imports}
from jimei_kb import parse_text
document = parse_text("关于做好工作的通知\\n各社区：\\n一、任务。落实《福建省消防条例》。\\n")
print([citation.title for citation in extract(document).citations])
import jimei_kb.extract as folder
print(folder.__path__ and folder.__name__)
"""
    assert run(code).splitlines() == ["['福建省消防条例']", "jimei_kb.extract"]
