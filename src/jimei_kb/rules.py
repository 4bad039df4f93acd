"""Rule files: load, check, compile. A rule is data with its source and its examples; the examples are tests.

A rule file is the .toml twin of an extractor:

    [parts]                      # named pieces of patterns, used as <<name>>
    serial = '[0-9]{1,4}'

    [words.closers]              # a word list, used as <<closers>> too (alternation, longest first)
    source = "…"
    words = ["要求", "精神"]

    [[rule]]
    id = "citation.titled"
    pattern = '《(?P<title>[^《》]+)》'
    source = "GB/T 9704-2012, 条例 art. 18"
    examples = ["按照【《消防法》】执行"]       # every match of the pattern, marked
    not_examples = ["“十四五”规划"]            # nothing matches

Further keys of a rule (kind, role, relation …) are those the extractor declares.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jimei_kb.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_PLACEHOLDER = re.compile(r"<<(\w+)>>")
_REQUIRED = frozenset({"id", "pattern", "source", "examples"})
_OPTIONAL = frozenset({"not_examples"})
_MARK = re.compile(r"【(.*?)】", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rule:
    """One wording rule: its compiled pattern, where it comes from, and what it must and must not match."""

    id: str
    pattern: re.Pattern[str]
    source: str
    examples: tuple[str, ...]
    not_examples: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)

    def failing_examples(self) -> list[str]:
        """One line for each example whose matches are not the marked ones."""
        faults = []
        for example in self.examples:
            wanted = _MARK.findall(example)
            found = [m.group() for m in self.pattern.finditer(_MARK.sub(r"\1", example))]
            if not wanted or found != wanted:
                faults.append(f"{self.id}: {example!r}: found {found}, expected {wanted}")
        for example in self.not_examples:
            found = [m.group() for m in self.pattern.finditer(example)]
            if found:
                faults.append(f"{self.id}: {example!r}: found {found}, expected nothing")
        return faults


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules and word lists of one file, in file order."""

    name: str
    rules: tuple[Rule, ...]
    words: Mapping[str, frozenset[str]]
    parts: Mapping[str, str]

    def __getitem__(self, rule_id: str) -> Rule:
        """The rule with this id."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        known = ", ".join(rule.id for rule in self.rules)
        raise RuleError(f"{self.name}.toml has no rule {rule_id!r}; it has {known}")

    def compile(self, pattern: str) -> re.Pattern[str]:
        """A pattern of the caller's, with <<parts>> and <<words>> filled in."""
        return re.compile(_fill(pattern, self.parts, f"{self.name}.toml"))


def _fill(pattern: str, parts: Mapping[str, str], where: str) -> str:
    """`pattern` with every <<name>> replaced by its part, parts within parts included."""

    def piece(match: re.Match[str]) -> str:
        try:
            return f"(?:{_fill(parts[match[1]], parts, where)})"
        except KeyError:
            raise RuleError(f"{where}: <<{match[1]}>> names no part or word list; known are {sorted(parts)}") from None

    return _PLACEHOLDER.sub(piece, pattern)


def check(book: RuleBook) -> None:
    """Raise RuleError, with one line for each fault, where the patterns of `book` find anything but what its examples mark."""
    faults = [fault for rule in book.rules for fault in rule.failing_examples()]
    if faults:
        lines = "\n".join(faults)
        raise RuleError(f"{book.name}.toml: {len(faults)} examples fail; mend the pattern or the marks 【】 of the example\n{lines}")


def alternation(words: Collection[str]) -> str:
    """A pattern that matches any of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


def parse_rules(text: str, name: str, fields: Collection[str] = ()) -> RuleBook:
    """The rule book written in `text`; `fields` are the further keys that its rules may carry.

    Raises RuleError for TOML that does not parse, unknown or missing keys, ids that stand twice, patterns that do not compile.
    """
    where = f"{name}.toml"
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{where}: not TOML: {error}") from error
    unknown = set(data) - {"parts", "words", "rule"}
    if unknown:
        raise RuleError(f"{where}: unknown tables {sorted(unknown)}; expected parts, words, rule")
    words = {}
    for key, entry in data.get("words", {}).items():
        if set(entry) != {"source", "words"}:
            raise RuleError(f"{where}: words.{key} has {sorted(entry)}; expected source and words")
        if len(set(entry["words"])) != len(entry["words"]):
            twice = sorted({w for w in entry["words"] if entry["words"].count(w) > 1})
            raise RuleError(f"{where}: words.{key} lists {twice} twice")
        words[key] = frozenset(entry["words"])
    parts = {**{key: alternation(ws) for key, ws in words.items()}, **data.get("parts", {})}
    rules: list[Rule] = []
    for entry in data.get("rule", []):
        rules.append(_rule(entry, parts, f"{where}, rule {entry.get('id', len(rules) + 1)}", frozenset(fields)))
    ids = [rule.id for rule in rules]
    if len(set(ids)) != len(ids):
        raise RuleError(f"{where}: ids stand twice: {sorted({i for i in ids if ids.count(i) > 1})}")
    return RuleBook(name, tuple(rules), MappingProxyType(words), MappingProxyType(parts))


def _rule(entry: dict[str, Any], parts: Mapping[str, str], where: str, fields: frozenset[str]) -> Rule:
    missing, unknown = _REQUIRED - set(entry), set(entry) - _REQUIRED - _OPTIONAL - fields
    if missing or unknown:
        raise RuleError(f"{where}: missing keys {sorted(missing)}, unknown keys {sorted(unknown)}")
    try:
        pattern = re.compile(_fill(entry["pattern"], parts, where))
    except re.error as error:
        raise RuleError(f"{where}: the pattern does not compile: {error}") from error
    return Rule(
        id=entry["id"],
        pattern=pattern,
        source=entry["source"],
        examples=tuple(entry["examples"]),
        not_examples=tuple(entry.get("not_examples", ())),
        fields=MappingProxyType({key: entry[key] for key in entry if key in fields}),
    )


@cache
def load_rules(name: str, fields: tuple[str, ...] = (), package: str = "jimei_kb.extract") -> RuleBook:
    """The rule book `<name>.toml` that lies beside the modules of `package`."""
    text = resources.files(package).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return parse_rules(text, name, fields)
