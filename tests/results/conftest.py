"""A scheme with every kind of rule, for tests of the whole calculation."""

from __future__ import annotations

from pathlib import Path

import pytest

from jimei_kb.results.scheme import read_scheme


@pytest.fixture(scope="session")
def every_rule():
    """The scheme every-rule.toml, invented."""
    return read_scheme(Path(__file__).parent / "every-rule.toml")
