"""The rule mechanism, and the examples of every rule file of the package."""

import tomllib
from pathlib import Path

import pytest

import jimei_kb
from jimei_kb.errors import RuleError
from jimei_kb.rules import Rule, RuleBook, check, parse_rules

RULE = """
[[rule]]
id = "a.b"
pattern = '{pattern}'
source = "a standard"
examples = ["{example}"]
not_examples = ["nothing here"]
"""


PACKAGE = Path(jimei_kb.__file__).parent
# a table of days, the columns of tables and sheets, grades of accidents, kinds of body
NO_RULES = {
    "festivals.toml",
    "query/tables.toml",
    "query/values.toml",
    "results/counting.toml",
    "results/grades.toml",
    "results/sheets.toml",
    "results/tables.toml",
    "results/units.toml",
    "view/explorer/labels.toml",
}
FILES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.toml"))
KEYS = {"id", "pattern", "source", "examples", "not_examples"}


def load(file: str) -> RuleBook:
    """The rule book in one file of the package, whatever further keys its rules carry."""
    text = (PACKAGE / file).read_text(encoding="utf-8")
    fields = {key for rule in tomllib.loads(text).get("rule", []) for key in rule} - KEYS
    return parse_rules(text, file.removesuffix(".toml"), fields)


def book(text: str, fields: tuple[str, ...] = ()) -> tuple[Rule, ...]:
    return parse_rules(text, "specimen", fields).rules


@pytest.mark.parametrize("file", [file for file in FILES if file not in NO_RULES])
def test_every_rule_matches_its_examples_and_not_its_counter_examples(file: str) -> None:
    """Marked stretches of the examples are exactly what a pattern finds; counter-examples hold no match."""
    check(load(file))


def test_every_rule_has_counter_examples() -> None:
    """Save those that may match nothing at all: they are found in any text."""
    bare = [rule.id for file in FILES if file not in NO_RULES for rule in load(file).rules if not rule.not_examples]
    assert bare == ["behind.cue"]


def test_every_rule_and_word_list_names_its_source() -> None:
    """A rule without a source is a guess."""
    for file in FILES:
        data = tomllib.loads((PACKAGE / file).read_text(encoding="utf-8"))
        entries = [*data.get("rule", []), *data.get("words", {}).values()]
        assert [e for e in entries if not e["source"].strip()] == [], file


def test_ids_differ_between_the_files_of_the_document_room() -> None:
    """Its rules are named whole (head.number); an extractor's rules get its name in front where a record names them (metric.number.share)."""
    ids = [rule.id for file in FILES if str(Path(file).parent) == "document" for rule in load(file).rules]
    assert len(set(ids)) == len(ids) > 20


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


def test_a_check_names_the_file_and_every_fault() -> None:
    """One RuleError for all failing examples of a book; a book without faults passes."""
    wrong = RULE.format(pattern="no+", example="【x】")
    with pytest.raises(RuleError, match=r"(?s)specimen\.toml: 2 examples fail.*a\.b: '【x】'.*a\.b: 'nothing here'"):
        check(parse_rules(wrong, "specimen"))
    check(parse_rules(RULE.format(pattern="x", example="a【x】"), "specimen"))


def test_a_missing_rule_is_named_with_those_that_exist() -> None:
    """Asking for an unknown id lists the known ones."""
    with pytest.raises(RuleError, match=r"no rule 'c'; it has a\.b"):
        parse_rules(RULE.format(pattern="x", example="【x】"), "specimen")["c"]
