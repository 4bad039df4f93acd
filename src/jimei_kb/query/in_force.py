"""What a base says on one day (`as_of`): the documents that hold on it, and those that are left out, each with the reason.

One way for every query about links: `day_of` tells which documents do not hold, `LinksOn` walks past what they say, and a result
names those that would have had a part in it (`left_out`). Without a day nothing is left out, and what is known of the end of a
document is told with it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jimei_kb.graph.validity import as_day
from jimei_kb.query.links import describe_document, holds_on, said_validity
from jimei_kb.tabular import Tabular

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from jimei_kb.graph.schema import Edge, EdgeKind, Links, Node

# how many documents a note names; `left_out` has them all
_NAMED = 5


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A document that does not hold on the day that was asked for: its name and why not (效力至2023-12-31（…）)."""

    document: str
    name: str
    reason: str


class Asked(Tabular):
    """A result that says what was asked, of which day, and what was left out for that; also where it has no rows."""

    __slots__ = ()

    as_of: date | None
    left_out: tuple[LeftOut, ...]

    def asked(self) -> dict[str, Any]:
        """What was asked, by the name of the argument."""
        raise NotImplementedError

    def plain(self) -> dict[str, Any]:
        """For JSON: what was asked, `as_of`, `stated` (False: 文中未载明), the documents left out, and the rows."""
        rows = self.rows()
        left = [asdict(one) for one in self.left_out]
        return {**self.asked(), "as_of": str(self.as_of) if self.as_of else None, "stated": bool(rows), "left_out": left, "rows": rows}

    def said(self, *notes: str) -> str:
        """Notes, and of which day was asked and what was left out for that, as one paragraph."""
        return "".join([*notes, _said_of_day(self.as_of, self.left_out)])


@dataclass(frozen=True)
class Day:
    """The day that a base is asked of, None for all that it holds."""

    day: date | None
    links: Links

    @cached_property
    def out(self) -> Mapping[str, Node]:
        """The documents that do not hold on the day, by the id of their node."""
        if self.day is None:
            return {}
        return {node.id: node for node in self.links.documents() if not holds_on(node, self.day)}

    def left_out(self, node_ids: Iterable[str]) -> tuple[LeftOut, ...]:
        """Those of these documents that do not hold, each once, by their ids."""
        found = (self.out[node_id] for node_id in sorted(set(node_ids)) if node_id in self.out)
        return tuple(
            LeftOut(node.id.removeprefix("document:"), describe_document(node, self.links).name, said_validity(node, self.day))
            for node in found
        )

    def linked(self) -> Links:
        """The links to walk: what the documents that hold say."""
        return self.links if self.day is None else LinksOn(self.links, frozenset(node_id.removeprefix("document:") for node_id in self.out))


def day_of(links: Links, as_of: str | date | None) -> Day:
    """The day `as_of` (2024-10-28) of a base. Raises GraphError for a text that is no day."""
    return Day(None if as_of is None else as_day(as_of), links)


class LinksOn:
    """`Links` without what some documents say. The documents themselves are still there: others may cite them."""

    def __init__(self, links: Links, without: frozenset[str]) -> None:
        self._links = links
        self._without = without

    def node(self, node_id: str) -> Node | None:
        """See `Links`."""
        return self._links.node(node_id)

    def edges_from(self, node_id: str, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """See `Links`."""
        return tuple(edge for edge in self._links.edges_from(node_id, *kinds) if edge.evidence.document not in self._without)

    def edges_to(self, node_id: str, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """See `Links`."""
        return tuple(edge for edge in self._links.edges_to(node_id, *kinds) if edge.evidence.document not in self._without)

    def documents(self) -> tuple[Node, ...]:
        """See `Links`."""
        return self._links.documents()


def _said_of_day(as_of: date | None, left_out: tuple[LeftOut, ...]) -> str:
    """只查2024-10-28有效的文件。不在有效期内、没有查的1份：望街办〔2023〕9号（…）。; nothing where no day was asked for."""
    if as_of is None:
        return ""
    said = f"只查{as_of}有效的文件。"
    if not left_out:
        return said
    named = "；".join(f"{one.document}（{one.reason}）" for one in left_out[:_NAMED])
    return f"{said}不在有效期内、没有查的{len(left_out)}份：{named}{' 等' if len(left_out) > _NAMED else ''}。"
