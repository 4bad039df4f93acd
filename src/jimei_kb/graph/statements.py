"""What the documents of a base say of the documents that they cite, and where they say different things."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from jimei_kb.graph.schema import Disagreement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from jimei_kb.records import Citation, Evidence, Head

_SPACE = re.compile(r"\s+")
_MARKS = re.compile(r"[\s《》〈〉]")


def bare_title(title: str) -> str:
    """A title without white space and title marks, for comparing."""
    return _MARKS.sub("", title)


class Holdings:
    """The documents that a base holds, by key, as citations name them."""

    def __init__(self, held: Mapping[str, Head]) -> None:
        self.held = held
        self.titles: dict[str, list[str]] = defaultdict(list)
        for key, head in held.items():
            self.titles[bare_title(head.title or "")].append(key)

    def find(self, citation: Citation) -> tuple[str, str] | None:
        """(key, why it is that one) of the document that is cited, by its number, without one by a title that only one has."""
        number = _SPACE.sub("", citation.number or "")
        if number in self.held:
            return number, "文号相同"
        title = bare_title(citation.title or "")
        same = self.titles.get(title, []) if title and not number else []
        return (same[0], "题名相同，库中只有这一份") if len(same) == 1 else None


class Statements:
    """Collects mentions of documents by node while readings go by."""

    def __init__(self, held: Mapping[str, Head]) -> None:
        self.held = {f"document:{key}": head for key, head in held.items()}
        self.heard: dict[str, list[tuple[Citation, Evidence]]] = defaultdict(list)

    def hear(self, cited: str, citation: Citation, evidence: Evidence) -> None:
        """Note what a mention of the document `cited` says of it."""
        self.heard[cited].append((citation, evidence))

    def disagreements(self) -> Iterator[Disagreement]:
        """Every mention whose issuer or title is not that of the document itself, or where it is not held, of another mention."""
        for cited in sorted(self.heard):
            mentions = self.heard[cited]
            head = self.held.get(cited)
            yield from self._about_issuers(mentions, head)
            if any(citation.number for citation, _ in mentions):
                yield from self._about_titles(mentions, head)

    def _about_issuers(self, mentions: list[tuple[Citation, Evidence]], head: Head | None) -> Iterator[Disagreement]:
        said = [
            (one.issued_by.names, evidence, one.issued_by.reason) for one, evidence in mentions if one.issued_by and one.issued_by.names
        ]
        own = head.issuers if head else ()
        names = {names for names, _, _ in said}
        for mention, evidence, reason in said:
            against = [own] if own else sorted(names - {mention})
            other = next((names for names in against if not _share(mention, names)), None)
            if other is not None:
                whose = "该文件署名" if own else "别处的引用作"
                yield Disagreement(evidence, f"发文机关不一致：此处为{'、'.join(mention)}（{reason}），{whose}{'、'.join(other)}")

    def _about_titles(self, mentions: list[tuple[Citation, Evidence]], head: Head | None) -> Iterator[Disagreement]:
        said = [(bare_title(one.title), evidence) for one, evidence in mentions if one.title and one.number]
        own = bare_title(head.title or "") if head else ""
        titles = {title for title, _ in said}
        for title, evidence in said:
            against = [own] if own else sorted(titles - {title})
            other = next((one for one in against if title not in one and one not in title), None)
            if other is not None:
                whose = "库中同号的文件题为" if own else "别处引用同号的文件题为"
                yield Disagreement(evidence, f"同一文号，题名不一致：{whose}《{other}》")


def _share(names: Collection[str], others: Collection[str]) -> bool:
    """Whether two lists of issuers have a body in common; 集美区教育局 is 厦门市集美区教育局."""
    return any(name.endswith(other) or other.endswith(name) for name in names for other in others)
