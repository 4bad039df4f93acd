"""Bases of the seed and of the invented notices, the illustrative results, and a scheme with every kind of rule."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from jimei_kb import build_kb, open_kb
from jimei_kb.results.scheme import read_scheme


@pytest.fixture(scope="session")
def seed_base(seed_path, tmp_path_factory):
    """A base of the seed alone, as it is built."""
    base = tmp_path_factory.mktemp("seed") / "kb"
    build_kb([seed_path], base)
    return open_kb(base)


@pytest.fixture(scope="session")
def specimen_base(root, tmp_path_factory):
    """A base of every invented notice."""
    base = tmp_path_factory.mktemp("specimens") / "kb"
    notices = [path for path in sorted((root / "tests" / "documents").glob("invented-*")) if path.suffix != ".yaml"]
    build_kb([root / "data" / "specimens", *notices], base)
    return open_kb(base)


@pytest.fixture(scope="session")
def targets(seed_base):
    """The targets of the seed for 2024."""
    return seed_base.targets_sheet(year=2024)


@pytest.fixture(scope="session")
def results(root):
    """The illustrative results of 2024."""
    return root / "data" / "results" / "2024"


@pytest.fixture(scope="session")
def make_results(root):
    """The script that writes the illustrative results."""
    spec = importlib.util.spec_from_file_location("make_results", root / "scripts" / "make_results.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def every_rule():
    """The scheme every-rule.toml, invented."""
    return read_scheme(Path(__file__).parent / "every-rule.toml")
