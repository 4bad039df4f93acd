"""Every picture of the kit, of the seed, the invented notices and the illustrative results."""

from __future__ import annotations

import pytest

from jimei_kb import build_kb, open_kb

UNIT, TARGET = "晴川社区（示例）", "消防工作方面/三：消防安全委员会会议次数"
PICTURES = {
    "bullet of a unit": lambda seed, specimens, evaluation: evaluation.charts.bullet(UNIT),
    "bullet of a target": lambda seed, specimens, evaluation: evaluation.charts.bullet(indicator=TARGET),
    "bullet of all": lambda seed, specimens, evaluation: evaluation.charts.bullet(),
    "heat": lambda seed, specimens, evaluation: evaluation.charts.heat(),
    "done by a unit": lambda seed, specimens, evaluation: evaluation.charts.calendar(UNIT),
    "done for a target": lambda seed, specimens, evaluation: evaluation.charts.calendar(indicator=TARGET),
    "slope": lambda seed, specimens, evaluation: evaluation.charts.slope(),
    "ageing": lambda seed, specimens, evaluation: evaluation.charts.ageing(),
    "overview": lambda seed, specimens, evaluation: seed.overview(),
    "overview of several": lambda seed, specimens, evaluation: specimens.overview(),
    "matrix": lambda seed, specimens, evaluation: seed.responsibilities(),
    "matrix of several": lambda seed, specimens, evaluation: specimens.responsibilities(),
    "flows": lambda seed, specimens, evaluation: seed.flows(),
    "flows of several": lambda seed, specimens, evaluation: specimens.flows(),
    "chain": lambda seed, specimens, evaluation: seed.trace("电动自行车").chart(),
    "chain of several": lambda seed, specimens, evaluation: specimens.trace("消防").chart(),
    "no chain": lambda seed, specimens, evaluation: seed.trace("校车安全").chart(),
    "citations": lambda seed, specimens, evaluation: seed.cites("集街办〔2024〕46号").chart(),
    "cited by": lambda seed, specimens, evaluation: specimens.cited_by("岫政〔2024〕12号").chart(),
    "calendar": lambda seed, specimens, evaluation: seed.calendar(2024).chart(),
    "calendar of several": lambda seed, specimens, evaluation: specimens.calendar(2024).chart(),
    "empty calendar": lambda seed, specimens, evaluation: seed.calendar(1999).chart(),
}


@pytest.fixture(scope="session")
def seed(seed_path, tmp_path_factory):
    """A base of the seed alone."""
    base = tmp_path_factory.mktemp("seed") / "kb"
    build_kb([seed_path], base)
    return open_kb(base)


@pytest.fixture(scope="session")
def specimens(root, tmp_path_factory):
    """A base of the invented notices."""
    base = tmp_path_factory.mktemp("specimens") / "kb"
    build_kb([root / "data" / "specimens"], base)
    return open_kb(base)


@pytest.fixture(scope="session")
def evaluation(seed, root):
    """The verdicts on the illustrative results of 2024."""
    return seed.evaluate(root / "data" / "results" / "2024")


@pytest.fixture(scope="session", params=PICTURES, ids=str)
def picture(request, seed, specimens, evaluation):
    """Each picture in turn."""
    return PICTURES[request.param](seed, specimens, evaluation)
