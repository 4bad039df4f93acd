"""What queries about links are put to, and the documents that people name."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from jimei_kb.docnumber import spelled
from jimei_kb.errors import GraphError
from jimei_kb.graph.library import by_key, keys_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from jimei_kb.graph.schema import Links, Node, Reading
    from jimei_kb.records import Certainty, Level

_NO_TITLE = re.compile(r"[\s《》〈〉]")
_HEAD_REASON = "文件署名"


class HasId(Protocol):
    """A clause as the base gives it."""

    @property
    def id(self) -> str:
        """集街办〔2024〕46号#消防工作方面/六."""


class Holding(Protocol):
    """A day, and the documents that do not hold on it (`query.in_force.Day`)."""

    @property
    def out(self) -> Mapping[str, Node]:
        """Those that do not hold, by the id of their node."""


class Linked(Protocol):
    """What these queries are put to: readings, their graph, and the folder of the registry."""

    @property
    def path(self) -> Path:
        """The folder of the base."""

    @property
    def readings(self) -> Sequence[Reading]:
        """The documents with what was read out of them."""

    @property
    def links(self) -> Links:
        """The graph of the readings."""

    def clause(self, clause_id: str, /) -> HasId:
        """The clause with this id or the end of one."""


# --- documents ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document that the base holds or that one of its documents cites, and who issued it as far as that is known.

    `collective` marks a reference that names no single document (省、市、区实施细则). Without `issuers` the `candidates` are possible.
    `validity` says to which day it holds and why, where that is known.
    """

    id: str
    title: str
    number: str | None
    held: bool
    date: str | None
    issuers: tuple[str, ...]
    certainty: Certainty | None
    reason: str
    level: Level | None
    candidates: tuple[str, ...]
    collective: bool
    validity: str

    @property
    def name(self) -> str:
        """《…》（集府〔2024〕243号); a collective reference as it is printed."""
        said = self.title if self.collective else f"《{self.title}》"
        return f"{said}（{self.number}）" if self.number and self.number != self.title else said


def holds_on(node: Node, day: date) -> bool:
    """Whether the document of a node holds on `day`, as far as that is known."""
    facts = dict(node.facts)
    return "repealed" not in facts and facts.get("valid_from", "") <= day.isoformat() <= facts.get("valid_to", "9999-12-31")


def said_validity(node: Node, day: date | None = None) -> str:
    """效力至2023-12-31（题名所称的年度，推断）; on a `day` before its first one 自2024-01-01起生效; empty where no limit is known."""
    facts = dict(node.facts)
    if day and facts.get("valid_from", "") > day.isoformat():
        return f"自{facts['valid_from']}起生效"
    if "valid_to" in facts:
        return f"效力至{facts['valid_to']}（{facts['valid_to_reason']}）"
    return f"已失效，日期不明（{facts['repealed']}）" if "repealed" in facts else ""


def describe_document(node: Node, links: Links) -> NamedDocument:
    """The document of a node. One that is held says by its head who issued it."""
    facts = dict(node.facts)
    issuers = _split(facts.get("issuer"))
    if not node.unresolved:
        sources = (links.node(edge.source) for edge in links.edges_to(node.id, "issues"))
        issuers = tuple(dict.fromkeys(source.label for source in sources if source is not None))
    by_head = bool(issuers) and not node.unresolved
    return NamedDocument(
        id=node.id,
        title=node.label,
        number=facts.get("number"),
        held=not node.unresolved,
        date=facts.get("date"),
        issuers=issuers,
        certainty="A" if by_head else cast("Certainty | None", facts.get("issuer_certainty")),
        reason=_HEAD_REASON if by_head else facts.get("issuer_reason", ""),
        level=cast("Level | None", facts.get("level")),
        candidates=tuple(facts.get("issuer_candidates", "").split("；")) if facts.get("issuer_candidates") else (),
        collective=facts.get("type") in ("group", "bare"),
        validity=said_validity(node),
    )


def _split(names: str | None) -> tuple[str, ...]:
    return tuple(names.split("、")) if names else ()


def find_documents(kb: Linked, wanted: str, *, whole: bool = False, holding: Holding | None = None) -> list[Node]:
    """The documents that `wanted` names, held or only cited: by number, file name, title, or (unless `whole`) a part of one title.

    A title may stand at several nodes, where different documents cite different issuers. Of several that fit, those are meant that
    hold on the day `holding`, if some do. Raises GraphError where nothing or more than one title fits.
    """
    documents = kb.links.documents()
    number, title = spelled(wanted), _bare(wanted)
    key = keys_of(kb.readings).get(wanted.strip())
    tiers: tuple[Callable[[Node], bool], ...] = (
        lambda node: number in {spelled(dict(node.facts).get("number", "")), _key(node)} or _key(node) == key,
        lambda node: _bare(node.label) == title,
        lambda node: title in _bare(node.label),
    )
    for fits in tiers[:2] if whole else tiers:
        found = [node for node in documents if title and fits(node)]
        if holding is not None and len(found) > 1:
            found = [node for node in found if node.id not in holding.out] or found
        if len({_bare(node.label) for node in found}) == 1:
            return found
        if found:
            raise GraphError(f"{wanted!r} fits {len(found)} documents: {_some(found)}; give the number or the whole title of one")
    labels = {node.label: node for node in documents}
    near = [labels[label] for label in difflib.get_close_matches(title, labels, n=3, cutoff=0.3)]
    near = near or sorted(documents, key=lambda node: node.unresolved)[:3]
    raise GraphError(f"{kb.path} neither holds nor cites {wanted!r}; like it are {_some(near) or 'none'}; give a number or a title")


def find_reading(kb: Linked, wanted: str, holding: Holding | None = None) -> Reading:
    """The reading of the held document that `wanted` names. Raises GraphError as `find_documents`, and where it is not held."""
    held = by_key(kb.readings)
    found = [key for key in map(_key, find_documents(kb, wanted, holding=holding)) if key in held]
    if len(found) == 1:
        return held[found[0]]
    if found:
        raise GraphError(f"{wanted!r} fits {len(found)} documents: {', '.join(found)}; give the number of one")
    some = ", ".join(sorted(held)[:6])
    raise GraphError(f"{wanted!r} is cited, but {kb.path} does not hold it; it holds {some}; build the base with the document itself")


def _key(node: Node) -> str:
    return node.id.removeprefix("document:")


def _bare(title: str) -> str:
    """A title without blanks and title marks, for comparing."""
    return _NO_TITLE.sub("", title)


def _some(nodes: Sequence[Node]) -> str:
    said = [f"{node.label}（{number}）" if (number := dict(node.facts).get("number")) else node.label for node in nodes[:5]]
    return ", ".join(said) + (" …" if len(nodes) > 5 else "")
