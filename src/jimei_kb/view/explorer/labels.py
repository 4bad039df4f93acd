"""What the explorer calls things, in Chinese or in English."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any

from jimei_kb.view.answers import BASES
from jimei_kb.view.documents import CERTAINTIES, ISSUER_BASES, PERIODS, TIMES

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("zh", "en")


def load_labels(language: str) -> dict[str, Any]:
    """The words of one language: plain ones by name, and kinds, signs, edges, facts, values as tables of their own.

    Raises ValueError for a language that there is none of.
    """
    if language not in LANGUAGES:
        raise ValueError(f"没有语言 {language!r} 的标签；可用：{'、'.join(LANGUAGES)}")
    text = resources.files("jimei_kb.view.explorer").joinpath("labels.toml").read_text(encoding="utf-8")
    labels: dict[str, Any] = tomllib.loads(text)[language]
    if language == "zh":
        # as the other views say it
        labels["values"] = {**BASES, **TIMES, **PERIODS, **ISSUER_BASES, **CERTAINTIES, **labels["values"]}
    return labels


def fill(words: str, **numbers: int) -> str:
    """`words` with the numbers in place of {n} and {k}."""
    return words.format(**numbers)


def say_fact(name: str, value: str, labels: Mapping[str, Any]) -> tuple[str, str]:
    """A fact of a node or an edge as people read it: (角色, 责任), (主体依据, 明文)."""
    return labels["facts"].get(name, name), labels["values"].get(value, value)
