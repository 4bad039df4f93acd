"""Names that depend on who speaks: 街道办, 区安办, 市应急局 are full names only together with the document that prints them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jimei_kb.graph.places import filled, holds, level_of, place_in, rules, spoken, written
from jimei_kb.graph.schema import Suggestion
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jimei_kb.graph.places import Place
    from jimei_kb.graph.registry import Registry
    from jimei_kb.records import Actor, Bearer, Certainty, Document, Level

_ADDRESSEES = "主送机关"
# how a record knows the placeholder, where the text itself does not print the word
_ASSUMED = frozenset({"addressee", "inferred"})
_LEVEL_WORD = re.compile(r"街道|[省市州盟区县旗镇乡]")


@dataclass(frozen=True, slots=True)
class Setting:
    """A document that names bodies, the place it speaks from (None: not known), and the registry to ask."""

    document: Document
    place: Place | None
    registry: Registry


@dataclass(frozen=True, slots=True)
class Meaning:
    """The body that a name stands for; of several `candidates` none is the `name`. No `reason`: the name says it all itself."""

    name: str | None
    certainty: Certainty | None
    reason: str = ""
    candidates: tuple[str, ...] = ()
    level: Level | None = None


def suggest_names(setting: Setting, printed: Iterable[str]) -> tuple[Suggestion, ...]:
    """What the short names among `printed` probably stand for, each once; those of the document's own issuer are no guess and left out."""
    found = []
    for name in sorted(set(printed) - set(own_names(setting.document))):
        meaning = meaning_of(name, setting)
        names = (meaning.name,) if meaning and meaning.name else meaning.candidates if meaning else ()
        if meaning is not None and names and names != (name,):
            found.append(Suggestion(setting.document.key, name, names, meaning.reason))
    return tuple(found)


def meaning_of(name: str, setting: Setting) -> Meaning | None:
    """The body that a short name means in a document, or the several it may mean; None for a name that is not known to be short.

    In a notice of 集美街道 街道办 is the issuer, 区安办 what the registry says, 区住建局 厦门市集美区住房和城乡建设局 by rule.
    """
    own = own_names(setting.document).get(name)
    if own is not None:
        place = place_in(own[0], setting.registry)
        return Meaning(own[0], "C", f"{name}是{own[1]}", level=None if place is None else level_of(place))
    return _registered(name, setting) or _by_level_word(name, setting)


def _registered(name: str, setting: Setting) -> Meaning | None:
    """The organisation that the registry knows by this name; by a short one only within its own place."""
    here = setting.place or ()
    rows = [row for row in setting.registry.organisations if name == row.name or (name in row.aliases and holds(row.place, here))]
    if len(rows) != 1:
        return None
    row = rows[0]
    if row.name == name:
        return Meaning(name, "A", level=row.level)
    # 区安办 is only in its own place what the table says, 国务院安委会 everywhere
    certainty: Certainty = "C" if _LEVEL_WORD.match(name) else row.certainty
    return Meaning(row.name, certainty, f"{name}在{spoken(row.place)}指{row.name}（机构表）", level=row.level)


def _by_level_word(name: str, setting: Setting) -> Meaning | None:
    """区住建局: the level word stands for the place of that level on the document's own line."""
    word = _LEVEL_WORD.match(name)
    if word is None or name.startswith(tuple(rules().words["no_level"])):
        return None
    rest = name[word.end() :]
    for rule in rules().rules:
        match = rule.pattern.match(rest) if rule.id.startswith("name.") else None
        if match is None:
            continue
        if setting.place is None:
            return Meaning(None, None, f"{name}是简称，引用文件所在地不明")
        places = _of_level(word[0], setting.place)
        full = tuple(filled(rule.fields["full"], place, match.groupdict()) for place in places)
        if len(full) == 1:
            reason = f"{name}按本文所在的{spoken(places[0])}补全（{rule.id}）"
            return Meaning(full[0], "C", reason, level=level_of(places[0]))
        fault = "适合不止一级" if full else "与本文所在的层级不合"
        return Meaning(None, None, f"{name}是简称，{fault}（{rule.id}）", full)
    return None


def _of_level(word: str, here: Place) -> list[Place]:
    """The places from `here` up whose name ends with the level word; 区 is an autonomous region only where there is no district."""
    found = [here[: i + 1] for i, step in enumerate(here) if step.endswith(word)]
    return [place for place in found if not place[-1].endswith("自治区")] or found


# --- whose name it is ---------------------------------------------------------------------------------------------


def stands_alone(name: str, setting: Setting) -> bool:
    """Whether a name is the same body's in every document: 国务院办公厅, 厦门市集美区教育局; not 街道办, 各社区居委会, 市应急局.

    It is where the registry has the name, where it begins with a body of the State, with a place that leads up to a known
    province or with the document's own, and for the issuer that the head prints in full.
    """
    registry = setting.registry
    if name in registry.full_names or name.startswith(tuple(rules().words["national"])):
        return True
    place = place_in(name, registry)
    if place and (place[0] in registry.provinces or place[:1] == (setting.place or ())[:1]):
        return True
    return name in setting.document.head.issuers and rules()["title.body"].pattern.match(name) is not None


def full_name(name: str, registry: Registry) -> tuple[str, str]:
    """The one name under which a body whose `name` stands alone is known everywhere, and why it is the same; no reason for the name itself.

    集美区人民政府 is 厦门市集美区人民政府 by the registry, 集美区教育局 is 厦门市集美区教育局 by its place.
    """
    found = _known_as(name, registry)
    if found:
        return found, "" if found == name else "机构表中的别名"
    place = place_in(name, registry)
    if not place or level_of(place) == "街道乡镇":
        return name, ""
    # 福建省厦门市集美区…, 厦门市集美区… and 集美区… begin with more or fewer of the same steps
    begun = next((said for i in range(len(place)) if name.startswith(said := "".join(place[i:]))), None)
    if begun is None:
        return name, ""
    full = written(place) + name[len(begun) :]
    known = _known_as(full, registry) or full
    return known, "" if known == name else f"同在{spoken(place)}，只是地名写法不同"


def _known_as(name: str, registry: Registry) -> str | None:
    """The name of the only organisation of the registry that has this name or other name."""
    names = registry.known_as.get(name, ())
    return names[0] if len(names) == 1 else None


def named_bodies(document: Document, named: Actor | Bearer) -> tuple[str, ...]:
    """The names that stand for whom a record names: the printed recipients for 主送机关, each by itself; else the name as it is.

    Nobody where the record only assumes 主送机关 and the document prints neither recipients nor one issuer.
    """
    head = document.head
    if named.name != _ADDRESSEES:
        return (named.name,)
    if head.recipients or len(head.issuers) == 1:
        return head.recipients or head.issuers
    return () if named.basis in _ASSUMED else (named.name,)


# --- the issuer and the recipients of a document, by the names it has for them --------------------------------------


def own_names(document: Document) -> dict[str, tuple[str, str]]:
    """Printed name → (full name, reason) for the names by which `document` calls its own issuer and recipients.

    A name that would fit two bodies is left out: it stays a node of its own.
    """
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    head = document.head
    for bodies, what in ((head.issuers, "发文机关"), (head.recipients, _ADDRESSEES)):
        for body in bodies:
            for printed, rule in _short_names(body):
                found[printed].add((body, f"{what}的简称（{rule}）"))
    if len(head.recipients) == 1:
        found[_ADDRESSEES].add((head.recipients[0], "唯一的主送机关"))
    elif not head.recipients and len(head.issuers) == 1:
        found[_ADDRESSEES].add((head.issuers[0], "无主送机关，只有一个发文机关"))
    full = {*head.issuers, *head.recipients}
    return {printed: min(bodies) for printed, bodies in found.items() if len({b for b, _ in bodies}) == 1 and printed not in full}


def _short_names(body: str) -> Iterator[tuple[str, str]]:
    """The short forms of `body` that its name gives rise to, with the rule: 厦门市集美区人民政府集美街道办事处 → 街道办, 集美街道."""
    if body.startswith("各"):
        yield body[1:], "name.each"
    for rule in load_rules("aliases", ("aliases",), package="jimei_kb.graph").rules:
        match = rule.pattern.search(body)
        if match is None:
            continue
        before = body[: match.start()]
        for alias in rule.fields["aliases"]:
            yield alias, rule.id
            # 集美街道办 beside 街道办: the place name stands between the higher body's name and the suffix
            place = before[before.rfind("政府") + 2 :] if "政府" in before else ""
            if place:
                yield place + alias, rule.id
