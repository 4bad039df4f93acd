"""How JupyterLab is started: at a notebook that is there, with the kit's settings laid over what the user has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from jupyterlab_server.settings_utils import _get_overrides

from jimei_kb.cli import main
from jimei_kb.errors import KbError
from jimei_kb.lab import start


def test_the_command_opens_the_notebook_over_the_whole_project(root, monkeypatch):
    monkeypatch.chdir(root)
    command = start.lab_command(Path("notebooks/01-read-a-notice.ipynb"), browser=False, more=["--port=9000"])
    assert f"--ServerApp.root_dir={root}" in command
    assert "--LabApp.default_url=/lab/tree/notebooks/01-read-a-notice.ipynb" in command
    assert command[-2:] == ["--no-browser", "--port=9000"]


def test_a_notebook_elsewhere_brings_its_own_folder(tmp_path, monkeypatch, root):
    monkeypatch.chdir(root)
    (tmp_path / "我的 笔记.ipynb").write_text("{}", encoding="utf-8")
    command = start.lab_command(tmp_path / "我的 笔记.ipynb")
    assert f"--ServerApp.root_dir={tmp_path}" in command
    assert "--LabApp.default_url=/lab/tree/%E6%88%91%E7%9A%84%20%E7%AC%94%E8%AE%B0.ipynb" in command
    assert "--no-browser" not in command


def test_a_missing_notebook_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["lab"]) == 1
    assert "找不到笔记本 notebooks/01-read-a-notice.ipynb" in capsys.readouterr().err


def test_no_jupyterlab_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(start, "find_spec", lambda _: None)
    with pytest.raises(KbError, match="pip install jupyterlab"):
        start.lab_command(tmp_path)


@pytest.mark.parametrize("chinese", [True, False])
def test_settings_as_jupyterlab_reads_them(chinese, monkeypatch, tmp_path):
    """No news and no look for updates; Chinese only where the language pack is; a path that was set before stays behind."""
    monkeypatch.setattr(start, "_has_chinese", lambda: chinese)
    environment = start.lab_environment({"JUPYTER_CONFIG_PATH": "/before"})
    assert environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)[-1] == "/before"
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    overrides, _ = _get_overrides(str(tmp_path))
    assert overrides["@jupyterlab/apputils-extension:notification"] == {"fetchNews": "false", "checkForUpdates": False}
    assert overrides.get("@jupyterlab/translation-extension:plugin") == ({"locale": "zh_CN"} if chinese else None)


def test_the_command_line_hands_its_options_on(monkeypatch, root):
    called = []
    monkeypatch.chdir(root)
    monkeypatch.setattr("subprocess.call", lambda command, env: called.append((command, env)) or 0)
    assert main(["lab", "--no-browser", "--jupyter=--port=9000"]) == 0
    ((command, environment),) = called
    assert command[-1] == "--port=9000"
    assert "labconfig" in {path.name for path in Path(environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0]).iterdir()}
