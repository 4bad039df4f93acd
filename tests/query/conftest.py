"""The seed notice with records made by hand, and bases built from the seed and from the invented specimens."""

from __future__ import annotations

import pytest
from specimen import read_seed

from jimei_kb import build_kb, open_kb
from jimei_kb.document import read_document


@pytest.fixture(scope="session")
def reading(seed_path):
    """The seed as a Reading."""
    return read_seed(read_document(seed_path))


@pytest.fixture(scope="session")
def seed_kb(seed_path, tmp_path_factory):
    """A base of the seed alone, as it is built."""
    base = tmp_path_factory.mktemp("seed") / "kb"
    build_kb([seed_path], base)
    return open_kb(base)


@pytest.fixture(scope="session")
def specimen_kb(root, tmp_path_factory):
    """A base of the invented notices of a district and of a sub-district in two years."""
    base = tmp_path_factory.mktemp("specimens") / "kb"
    build_kb([root / "data" / "specimens"], base)
    return open_kb(base)
