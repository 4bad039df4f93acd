"""How JupyterLab is started: the command, and the environment with the kit's settings.

JupyterLab reads `labconfig/default_setting_overrides.json` in every folder of JUPYTER_CONFIG_PATH and lays them over one
another; what a user has set in the menus still wins.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from jimei_kb.errors import KbError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_HERE = Path(__file__).parent
_CHINESE = "zh_CN"


def lab_command(notebook: Path, *, browser: bool = True, more: Sequence[str] = ()) -> list[str]:
    """The command that opens `notebook` in JupyterLab, in the current folder; `more` are options of `jupyter lab`.

    Raises KbError where there is no such notebook, or no JupyterLab.
    """
    if find_spec("jupyterlab") is None:
        raise KbError("没有安装 JupyterLab；请运行 pip install jupyterlab，再试一次")
    if not notebook.is_file():
        raise KbError(f"找不到笔记本 {notebook}；请在项目文件夹中运行，或写出笔记本的路径")
    here, place = Path.cwd(), notebook.resolve()
    # a notebook reads what lies beside its folder, so the file browser shows the project, not only the notebooks
    root = here if place.is_relative_to(here) else place.parent
    options = [
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{quote(place.relative_to(root).as_posix())}",
        "--LabApp.extension_manager=readonly",  # the list of extensions on the package index is not asked for
        *([] if browser else ["--no-browser"]),
    ]
    return [sys.executable, "-m", "jupyterlab", *options, *more]


def lab_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` with the kit's settings: no news, no look for updates, Chinese menus where the language pack is installed."""
    folders = [_HERE / "offline", *([_HERE / "chinese"] if _has_chinese() else [])]
    before = environment.get("JUPYTER_CONFIG_PATH")
    return {**environment, "JUPYTER_CONFIG_PATH": os.pathsep.join([*map(str, folders), *([before] if before else [])])}


def _has_chinese() -> bool:
    return any(point.name == _CHINESE for point in entry_points(group="jupyterlab.languagepack"))
