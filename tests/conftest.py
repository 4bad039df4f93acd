"""What all tests share: the places of the checkout, the seed notice, and hypothesis without chance."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples on every run and every machine; a slow machine is no failure.
settings.register_profile("fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fixed")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def seed_path(root) -> Path:
    """集街办〔2024〕46号 as received."""
    return root / "data" / "raw" / "jimei-2024-46.txt"


@pytest.fixture(scope="session")
def seed_text(seed_path) -> str:
    """The raw text of the seed notice, page breaks and all."""
    return seed_path.read_text(encoding="utf-8")
