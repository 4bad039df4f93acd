"""Set the kit up in this checkout, then start it or test it.

    python3 kit.py start   make .venv, build kb/ from data/raw/, answer a first question with its evidence
    python3 kit.py test    make .venv with the test tools, run every check

Needs nothing but CPython 3.11 or newer with pip (on Windows: py kit.py start). Run it as often as you like:
what is there is kept, and packages are installed again only when pyproject.toml or constraints.txt changed.
"""
# Only the standard library, and no syntax newer than Python 3.6: an older Python must get as far as saying what it lacks.

import hashlib
import os
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
EXTRAS = {"start": "", "test": "[dev]"}
FIRST_QUESTION = "电动自行车充电"
FIRST_NOTEBOOK = Path("notebooks", "03-who-is-responsible.ipynb")

# What `test` runs, the quick ones first. Each cell of a notebook is a test of its own and needs the cells before it:
# --dist loadfile keeps a notebook in one process.
CHECKS = {
    "ruff check": "ruff check .",
    "ruff format": "ruff format --check .",
    "mypy": "mypy",
    "tests": "pytest tests",
    "notebooks": "pytest --nbval --nbval-current-env --nbval-sanitize-with tests/nbval.cfg -n 2 --dist loadfile notebooks",
}

NO_VENV = """{python} cannot make a virtual environment in {venv}.
Is the folder writable, and Python's module venv there? On Debian and Ubuntu: apt install python3-venv"""

NO_PIP = """{python} has neither ensurepip nor a pip of version 22.3 or newer.
Install one of them (on Debian and Ubuntu: apt install python3-venv), then run this command again."""

NO_PACKAGES = """pip could not install the packages; what it found stands above.
- "No matching distribution", "connection", "timed out": no package index can be reached. Behind a proxy set
  HTTPS_PROXY; to use a mirror set PIP_INDEX_URL, or a folder of wheels with PIP_FIND_LINKS.
- "No space left": .venv needs about 1 GB.
Then run this command again; it goes on from here."""


class SetupError(Exception):
    """What is missing on this machine, and what to do about it."""


def check_python(version: "tuple[int, ...]", implementation: str) -> None:
    """Raise SetupError when this Python cannot run the kit."""
    if implementation == "cpython" and tuple(version[:2]) >= OLDEST:
        return
    found = f"{implementation} {version[0]}.{version[1]} ({sys.executable})"
    oldest = f"{OLDEST[0]}.{OLDEST[1]}"
    raise SetupError(
        f"found {found}, need CPython {oldest} or newer.\nInstall one and name it in the command, for example: python{oldest} kit.py start"
    )


def runs(*command: object) -> bool:
    """Whether the command can be run and ends well; its output is not shown."""
    try:
        return subprocess.call([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_venv() -> None:
    """Make .venv, unless one is there whose Python runs and is new enough. Raise SetupError when this Python cannot."""
    if runs(PYTHON, "-c", f"import sys; sys.exit(sys.version_info < {OLDEST})"):
        return
    say(f"making {VENV.name}")
    without_pip = [] if runs(sys.executable, "-c", "import ensurepip") else ["--without-pip"]
    if not runs(sys.executable, "-m", "venv", "--clear", *without_pip, VENV):
        raise SetupError(NO_VENV.format(python=sys.executable, venv=VENV))


def pip() -> "list[str]":
    """The command that installs into .venv: its own pip, or this Python's where ensurepip is missing (Debian)."""
    for command in ([str(PYTHON), "-m", "pip"], [sys.executable, "-m", "pip", "--python", str(PYTHON)]):
        if runs(*command, "--version"):
            return command
    raise SetupError(NO_PIP.format(python=sys.executable))


def fingerprint() -> str:
    """A digest of all that decides what is installed: the place, the Python, the dependencies, their versions."""
    digest = hashlib.sha256(repr((str(ROOT), sys.version_info[:2])).encode("utf-8"))
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def stamp(job: str) -> Path:
    """The file in .venv that remembers what was installed for `job`."""
    return VENV / f"installed-for-{job}"


def is_installed(job: str) -> bool:
    """Whether .venv holds what `job` needs already. What was installed for `test` serves `start` too."""
    now = fingerprint()
    return any(path.exists() and path.read_text(encoding="ascii") == now for path in (stamp(job), stamp("test")))


def install(job: str) -> None:
    """Install the kit, editable, and its packages into .venv. Raise SetupError when pip fails."""
    if is_installed(job):
        return
    say("installing packages into .venv (the first time: some minutes, several hundred MB)")
    options = ["-qq", "--no-input", "--disable-pip-version-check", "-c", "constraints.txt"]
    if subprocess.call([*pip(), "install", *options, "-e", f".{EXTRAS[job]}"], cwd=str(ROOT)) != 0:
        raise SetupError(NO_PACKAGES)
    stamp(job).write_text(fingerprint(), encoding="ascii")


def run(command: "list[str]") -> int:
    """Run a program of .venv in the checkout, show its output, return its exit code."""
    # UTF-8 on every system. The order of sets is left to chance: no result may hang on it.
    # A forgotten encoding= of ours is an error (pyproject.toml); the programs that tests start, kernels of notebooks among
    # them, keep silent about those of other packages.
    environment = dict(os.environ, PYTHONUTF8="1", PYTHONWARNDEFAULTENCODING="1", PYTHONWARNINGS="ignore::EncodingWarning")
    return subprocess.call(command, cwd=str(ROOT), env=environment)


def start() -> int:
    """Build kb/, answer a first question, say how to go on. Return the exit code."""
    kit = str((BIN / "jimei-kb").relative_to(ROOT))
    for arguments in (["build"], ["who", FIRST_QUESTION]):
        say("\n$ " + " ".join([kit, *arguments]))
        code = run([str(ROOT / kit), *arguments])
        if code != 0:
            return code
    say(f"\nask on:          {kit} who ...   (all commands: {kit} --help)")
    say(f"open notebooks:  {(BIN / 'jupyter').relative_to(ROOT)} lab {FIRST_NOTEBOOK}")
    return 0


def test() -> int:
    """Run every check, whatever the others say; close with 'N passed, N failed'. Return the exit code."""
    codes = {}
    for name, command in CHECKS.items():
        say(f"\n$ python -m {command}")
        codes[name] = run([str(PYTHON), "-m", *command.split()])
    say("")
    for name, code in codes.items():
        # pytest's exit code 5, no test found, is a failure like the others.
        say(f"{name:12} {'ok' if code == 0 else f'FAILED, exit code {code}'}")
    failed = sum(code != 0 for code in codes.values())
    say(f"{len(codes) - failed} passed, {failed} failed")
    return int(failed > 0)


def say(text: str) -> None:
    """Print at once, so that the order holds with what other programs print."""
    print(text, flush=True)


def main(arguments: "list[str]") -> int:
    """Do the job that is named. Return the exit code."""
    jobs = {"start": start, "test": test}
    if len(arguments) != 1 or arguments[0] not in jobs:
        say(str(__doc__))
        return 0 if arguments in (["-h"], ["--help"]) else 2
    try:
        check_python(tuple(sys.version_info), sys.implementation.name)
        make_venv()
        install(arguments[0])
    except SetupError as error:
        say(f"kit.py: {error}")
        return 1
    return jobs[arguments[0]]()


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):  # a console that lacks a character shows a mark, and does not end the work
        sys.stdout.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
