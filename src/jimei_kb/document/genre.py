"""Kinds of notices (文种) and what each tells about itself; the facts lie in genres/*.toml.

A genre's file holds its kinds and three sorts of rules: `title.*` (how its titles end), `own.*` (where a text
without a title names its own kind), `maker.*` (where it names the body that made it).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from jimei_kb.rules import RuleBook, alternation, load_rules

_PACKAGE = "jimei_kb.document.genres"
_AFTER_KIND = r"(?:[（(《][^（）()]{1,30}[）)》]|\s)*[》”\"]?$"


@dataclass(frozen=True, slots=True)
class Genre:
    """One genre: `plan` with 方案, 计划, 预案 …, and its rules."""

    name: str
    kinds: frozenset[str]
    book: RuleBook

    def patterns(self, sort: str) -> tuple[re.Pattern[str], ...]:
        """The patterns of the rules of one sort: `title`, `own` or `maker`."""
        return tuple(rule.pattern for rule in self.book.rules if rule.id.startswith(f"{sort}."))


@lru_cache(maxsize=1)
def genres() -> tuple[Genre, ...]:
    """All genres, by name."""
    files = sorted(entry.name for entry in resources.files(_PACKAGE).iterdir() if entry.name.endswith(".toml"))
    books = [load_rules(name.removesuffix(".toml"), package=_PACKAGE) for name in files]
    return tuple(Genre(book.name, book.words["kinds"], book) for book in books)


@lru_cache(maxsize=1)
def title_end() -> re.Pattern[str]:
    """Matches where a title of any genre ends; the kind is group `kind`."""
    kinds = [kind for genre in genres() for kind in genre.kinds]
    return re.compile(f"(?P<kind>{alternation(kinds)}){_AFTER_KIND}")


@lru_cache(maxsize=4)
def _patterns(sort: str) -> tuple[re.Pattern[str], ...]:
    return tuple(pattern for genre in genres() for pattern in genre.patterns(sort))


def kind_of_title(title: str) -> str | None:
    """方案 for 安全生产治本攻坚三年行动方案（2024—2026年）; None for a title that names no kind."""
    match = title_end().search(title)
    return match["kind"] if match else None


def kind_in_text(text: str) -> str | None:
    """The kind that a text gives itself: 方案 where it says 制定本方案."""
    for pattern in _patterns("own"):
        match = pattern.search(text)
        if match:
            return next(group for group in match.groups() if group)
    return None


def maker_in_text(text: str) -> tuple[str, int] | None:
    """The body that says in `text` that it made the plan, and where its name stands: 自然资源部结合工作实际制定本方案."""
    for pattern in _patterns("maker"):
        for sentence in re.finditer("[^，,。；;]+", text):
            match = pattern.match(sentence.group())
            if match:
                return match["name"], sentence.start() + match.start("name")
    return None
