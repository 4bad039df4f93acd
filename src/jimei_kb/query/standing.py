"""How the documents of a base stand to one another: which of them a newer version or a repeal has overtaken, and what is told of that."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jimei_kb.graph.index import Entry
    from jimei_kb.query.texts import Texts
    from jimei_kb.records import Finding

_T = TypeVar("_T")


class Standing:
    """What the findings of an answer say of their documents."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self._remarks: dict[str, str] = {}

    @cached_property
    def _entries(self) -> Mapping[str, Entry]:
        return {entry.key: entry for entry in self.texts.entries}

    @cached_property
    def _newer(self) -> Mapping[str, Entry]:
        # here, since it opens the room that reads dates, which a base of one document does not need
        from jimei_kb.graph.validity import newer_versions

        return newer_versions(self.texts.entries) if len(self.texts.entries) > 1 else {}

    def is_past(self, key: str) -> bool:
        """Whether another document of the base has taken the place of this one."""
        return bool(self.remark(key))

    def remark(self, key: str) -> str:
        """Which document has taken the place of this one; nothing where none has."""
        if key not in self._remarks:
            repealed, newer = self.texts.repealed_by(key), self._newer.get(key)
            later = f"已有较新的一份：{newer.key}（{newer.date}）" if newer else ""
            self._remarks[key] = f"已被{repealed}废止" if repealed in self._entries else later
        return self._remarks[key]

    def told(self, finding: Finding) -> Finding:
        """The finding with its document by title and date, and with what has become of it."""
        key = finding.evidence.document
        entry = self._entries[key]
        title = f"《{entry.title}》" if entry.title else ""
        said = f"{key}{title}" + (f"（{entry.date}）" if entry.date else "")
        remark = self.remark(key)
        return replace(finding, facts=(("文件", said), *([("效力", remark)] if remark else []), *finding.facts))


def in_turn(found: Iterable[_T], key_of: Callable[[_T], str], is_past: Callable[[str], bool]) -> list[_T]:
    """The best of each document, then the second best and so on; what is past comes last."""
    groups: defaultdict[str, list[_T]] = defaultdict(list)
    for one in found:
        groups[key_of(one)].append(one)
    if len(groups) < 2:
        return [one for group in groups.values() for one in group]
    standing = sorted(groups, key=is_past)
    rounds = zip_longest(*(groups[key] for key in standing))
    return [one for each in rounds for one in each if one is not None]
