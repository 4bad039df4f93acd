"""The rule mechanism, and the examples of every rule file of the package."""

from importlib import resources

import pytest

from jimei_kb.errors import RuleError
from jimei_kb.rules import Rule, parse_rules

RULE = """
[[rule]]
id = "a.b"
pattern = '{pattern}'
source = "a standard"
examples = ["{example}"]
not_examples = ["nothing here"]
"""


def rule_files() -> list[tuple[str, str]]:
    """Every .toml with rules, as (package, name)."""
    found = []
    for package in ("document", "extract", "graph", "query", "document/genres"):
        folder = resources.files("jimei_kb").joinpath(package)
        if folder.is_dir():
            found += [(package, entry.name) for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return sorted(found)


def book(text: str, fields: tuple[str, ...] = ()) -> tuple[Rule, ...]:
    return parse_rules(text, "specimen", fields).rules


@pytest.mark.parametrize(("package", "name"), rule_files())
def test_every_rule_matches_its_examples_and_not_its_counter_examples(package: str, name: str) -> None:
    """Marked stretches of the examples are exactly what a pattern finds; counter-examples hold no match."""
    import tomllib

    text = resources.files("jimei_kb").joinpath(package, name).read_text(encoding="utf-8")
    data = tomllib.loads(text)
    known = {"id", "pattern", "source", "examples", "not_examples"}
    fields = {key for rule in data.get("rule", []) for key in rule} - known
    rules = parse_rules(text, name, fields).rules if "rule" in data else ()

    assert [fault for rule in rules for fault in rule.failing_examples()] == []


def test_every_rule_and_word_list_names_its_source() -> None:
    """A rule without a source is a guess."""
    import tomllib

    for package, name in rule_files():
        data = tomllib.loads(resources.files("jimei_kb").joinpath(package, name).read_text(encoding="utf-8"))
        entries = [*data.get("rule", []), *data.get("words", {}).values()]
        assert [e for e in entries if not e["source"].strip()] == [], f"{package}/{name}"


def test_parts_and_words_are_filled_in_longest_first() -> None:
    """<<name>> stands for a part or for any word of a list, nested parts included."""
    text = """
[parts]
year = '[0-9]{4}'
date = '<<year>>年'
[words.closers]
source = "usage"
words = ["要求", "要求书"]
[[rule]]
id = "r"
pattern = '<<date>>的<<closers>>'
source = "usage"
examples = ["按【2024年的要求书】办"]
"""
    assert book(text)[0].failing_examples() == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule]]\nid = ", "not TOML"),
        ("[oddity]\na = 1", "unknown tables ['oddity']"),
        ("[[rule]]\nid = 'x'\npattern = 'x'\nsource = 's'", "missing keys ['examples']"),
        (RULE.format(pattern="x", example="【x】") + "colour = 'red'", "unknown keys ['colour']"),
        (RULE.format(pattern="(", example="【x】"), "does not compile"),
        (RULE.format(pattern="<<nobody>>", example="【x】"), "names no part"),
        (RULE.format(pattern="x", example="【x】") * 2, "ids stand twice"),
        ("[words.w]\nsource = 's'\nwords = ['a', 'a']", "lists ['a'] twice"),
        ("[words.w]\nwords = ['a']", "expected source and words"),
    ],
)
def test_a_malformed_rule_file_says_what_is_wrong_and_where(text: str, said: str) -> None:
    """Each fault is one RuleError that names the file."""
    with pytest.raises(RuleError, match=r"specimen\.toml") as caught:
        parse_rules(text, "specimen")

    assert said in str(caught.value)


def test_a_failing_example_is_reported_with_what_was_found() -> None:
    """An example whose marks differ from the matches, and a counter-example that matches, are faults."""
    rule = book(RULE.format(pattern="no+", example="【x】"))[0]

    assert rule.failing_examples() == [
        "a.b: '【x】': found [], expected ['x']",
        "a.b: 'nothing here': found ['no'], expected nothing",
    ]


def test_a_missing_rule_is_named_with_those_that_exist() -> None:
    """Asking for an unknown id lists the known ones."""
    with pytest.raises(RuleError, match=r"no rule 'c'; it has a\.b"):
        parse_rules(RULE.format(pattern="x", example="【x】"), "specimen")["c"]
