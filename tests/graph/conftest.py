"""The seed notice with records made by hand."""

from __future__ import annotations

import pytest
from specimen import read_seed

from jimei_kb.document import read_document


@pytest.fixture(scope="session")
def reading(seed_path):
    """The seed as a Reading."""
    return read_seed(read_document(seed_path))
