"""Packages that only some formats need."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from jimei_kb.errors import ResultsError


def need(package: str, purpose: str) -> Any:
    """The package that `purpose` needs. Raises ResultsError that says how to install it where it is missing."""
    try:
        return import_module(package)
    except ImportError as error:
        wanted = package.partition(".")[0]
        raise ResultsError(f"{purpose} 要用 {wanted} 这个包，现在没有安装；请运行 pip install 'jimei-kb[interchange]'") from error
