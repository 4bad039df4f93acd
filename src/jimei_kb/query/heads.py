"""Questions about a notice itself: who issued it, to whom, when, under which number, in how many clauses; quoted from its head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jimei_kb.records import Evidence, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jimei_kb.records import Clause, Document

NAMES = {
    "number": "发文字号",
    "title": "标题",
    "kind": "文种",
    "issuers": "发文机关",
    "recipients": "主送机关",
    "date": "成文日期",
    "copied_to": "抄送机关",
    "printed_by": "印发机关",
    "printed_on": "印发日期",
    "clauses": "条款",
}
# who printed a notice is asked by people who mean who issued it, and the other way round
_BESIDE = {"printed_by": "issuers", "date": "printed_on", "printed_on": "date"}
# the kind of a notice is the last word of its title
_STANDS_IN = {"kind": "title"}


def find_in_head(documents: Sequence[Document], fields: Sequence[str]) -> tuple[list[Finding], list[str]]:
    """A finding for each field that is asked for, then for those that are easily meant instead, and the names of those not printed."""
    beside = [_BESIDE[field] for field in fields if field in _BESIDE and _BESIDE[field] not in fields]
    found, lacking = [], []
    for document in documents:
        for field in fields:
            findings = list(_read(document, field))
            found += findings
            lacking += [] if findings else [NAMES[field]]
    found += [finding for document in documents for field in beside for finding in _read(document, field)]
    return found, list(dict.fromkeys(lacking))


def _read(document: Document, field: str) -> Iterator[Finding]:
    if field == "clauses":
        yield from _count(document)
        return
    value = getattr(document.head, field)
    printed = "、".join(value) if isinstance(value, tuple) else value
    for name, span in document.head.spans:
        if printed and name == _STANDS_IN.get(field, field):
            quote, page = span.of(document.text).strip(), document.page(span.start)
            evidence = Evidence(document.key, document.key, *span, quote, f"document.head.{name}", page)
            yield Finding((), evidence, facts=((NAMES[field], printed),))


def _count(document: Document) -> Iterator[Finding]:
    """One finding for each section with its clauses, or for the clauses of a notice without sections."""
    clauses = [clause for clause in document.clauses if clause.kind == "clause"]
    tops = [clause for clause in clauses if not any(clause.parent == other.id for other in clauses)]
    groups: dict[str, list[Clause]] = {}
    for clause in tops:
        groups.setdefault(clause.id.rpartition("/")[0], []).append(clause)
    for group, members in groups.items():
        first = members[0]
        end = first.heading_span.end if first.heading_span else first.span.end
        quote = document.text[first.span.start : end].strip()
        at = document.text.index(quote, first.span.start)
        evidence = Evidence(document.key, document.clause_key(first.id), at, at + len(quote), quote, "document.clauses", document.page(at))
        count = f"{len(members)} 条（{members[0].label}至{members[-1].label}）"
        yield Finding((), evidence, first.heading, facts=((group or NAMES["clauses"], count), ("合计", f"{len(tops)} 条")))
