r"""What an analyst decided against the reading: records changed, struck or added, each with a reason.

One line a decision, in the order in which they were made, in `<base>/corrections/<slug>.jsonl`:

    {"action": "change", "slug": "jimei-2024-46", "kind": "actor", "clause": "消防工作方面/五", "quote": "119指挥中心", "nth": 1,
     "record": "actor-3f…", "was": {"name": "119指挥中心", "role": "指挥", …}, "set": {"role": "监管"}, "reason": "…"}

They are laid over the readings when a base is opened and never written into `documents/`: that folder stays what the
rules say, a rebuild cannot lose a decision, and taking a line out takes the decision back. A decision stands on its
quotation in its clause (the `nth` time that it occurs there), not on what the rules read: where they no longer find a
changed record, it is there all the same. Where the text does not say the quotation any more, the decision is a conflict.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from jimei_kb.errors import GraphError
from jimei_kb.graph.lines import fields_of, in_order, kind_of, record_from, record_ids, verify
from jimei_kb.records import BY_HAND, Annotations, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jimei_kb.graph.schema import Reading, Record
    from jimei_kb.records import Clause, Document

Action = Literal["change", "strike", "add"]
_RULES: dict[Action, str] = {"change": f"{BY_HAND}change", "add": f"{BY_HAND}add"}
_NO_DOCUMENT = "库中没有这份文件了"
_NO_CLAUSE = "文件中没有这一条了"
_NO_QUOTE = "这一条里没有这句原文了"
# the keys of a line in their order
_TYPES: dict[str, type] = {
    "action": str,
    "slug": str,
    "kind": str,
    "clause": str,
    "quote": str,
    "nth": int,
    "record": str,
    "was": dict,
    "set": dict,
    "reason": str,
}
_ALWAYS = frozenset(_TYPES) - {"record", "was", "set"}


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision: on which words it stands, what was read there (`was`), what the analyst says (`set`), and why.

    `record` is the id of the record that is changed or struck; empty for one that is added.
    """

    action: Action
    slug: str
    kind: str
    clause: str
    quote: str
    nth: int
    reason: str
    record: str = ""
    was: Mapping[str, Any] = field(default_factory=dict)
    set: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A decision that does not fit the text any more, why, and the document as far as there is one."""

    correction: Correction
    fault: str
    document: Document | None = None

    def line(self) -> str:
        """jimei-2024-46 消防工作方面/五“119指挥中心”：这一条里没有这句原文了（更正理由：…）."""
        one = self.correction
        return f"{one.slug} {one.clause}“{one.quote}”：{self.fault}（更正理由：{one.reason}）"


# --- lines --------------------------------------------------------------------------------------------------------


def encode_correction(correction: Correction) -> str:
    """`correction` as a line of JSON; what is empty is left out."""
    values = asdict(correction)
    return json.dumps({key: values[key] for key in _TYPES if values[key] not in ("", {})}, ensure_ascii=False) + "\n"


def decode_corrections(text: str, where: str) -> tuple[Correction, ...]:
    """What `encode_correction` wrote, line by line. Raises GraphError with the line that is none of it."""
    return tuple(_decoded(line, f"{where}, line {number}") for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _decoded(line: str, where: str) -> Correction:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        data = None
    typed = isinstance(data, dict) and _ALWAYS <= data.keys() <= _TYPES.keys() and all(type(data[key]) is _TYPES[key] for key in data)
    if not typed or not all(data[key] for key in data) or data["action"] not in get_args(Action) or data["nth"] < 1:
        wanted = f"{', '.join(sorted(_ALWAYS))} and what is set"
        raise GraphError(f"{where}: found {line[:60]!r}; expected {wanted}; mend the line, or take it out to take the decision back")
    correction = Correction(**data)
    if correction.action != "strike":
        record_from(correction.kind, {**correction.was, **correction.set}, "", Span(0, 0), "", "", where)
    return correction


# --- making -------------------------------------------------------------------------------------------------------


def change(reading: Reading, record_id: str, values: Mapping[str, Any], reason: str) -> Correction:
    """The decision that the record with this id says `values` instead; see `record_from` for the names of fields.

    Raises GraphError where the record has no such field or may not have such a value, or where nothing changes.
    """
    record = _record(reading, record_id)
    was = fields_of(record)
    values = {name: value for name, value in _plain(values).items() if (was.get(name) or None) != (value or None)}
    if not values:
        raise GraphError(f"{record_id} says that already: {was}; expected a field with another value")
    return _checked(reading, _on(reading, record, "change", reason, record=record_id, was=was, set=values))


def strike(reading: Reading, record_id: str, reason: str) -> Correction:
    """The decision that the record with this id is none."""
    record = _record(reading, record_id)
    return _checked(reading, _on(reading, record, "strike", reason, record=record_id, was=fields_of(record)))


def add(reading: Reading, clause: Clause, quote: str, kind: str, values: Mapping[str, Any], reason: str, nth: int = 1) -> Correction:
    """The decision that the `nth` `quote` of a clause is a record of this kind. Raises GraphError as `change` does."""
    correction = Correction("add", reading.document.slug, kind, clause.id, quote, nth, reason, set=_plain(values))
    if not quote or _place(reading.document, correction) is None:
        raise GraphError(
            f"{reading.document.clause_key(clause.id)} does not say {quote[:60]!r}{f' {nth} times' if nth > 1 else ''}; "
            "expected words of the clause, character by character"
        )
    return _checked(reading, correction)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as they come back from JSON; a Python name that JSON lines spell otherwise is taken too."""
    renamed = {"start": "from"}.get
    plain = json.loads(json.dumps({renamed(name, name): value for name, value in values.items()}, ensure_ascii=False))
    return cast("dict[str, Any]", plain)


def _record(reading: Reading, record_id: str) -> Record:
    found = dict(record_ids(reading)).get(record_id)
    if found is None:
        raise GraphError(f"{reading.document.key} has no record {record_id!r}; jimei-kb show 条款 --json gives the ids of a clause")
    return found


def _on(reading: Reading, found: Record, action: Action, reason: str, **values: Any) -> Correction:
    document = reading.document
    clause = next(clause for clause in document.clauses if clause.id == found.clause)
    before = document.text[clause.span.start : found.span.start + len(found.quote) - 1]
    nth = _count(before, found.quote) + 1
    return Correction(action, document.slug, kind_of(found), found.clause, found.quote, nth, reason, **values)


def _checked(reading: Reading, correction: Correction) -> Correction:
    """`correction`, if it has a reason, can be laid over the reading, and comes back from its line."""
    if not correction.reason.strip():
        raise GraphError(f"the reason for correcting {correction.quote[:40]!r} is empty; expected a sentence that says why")
    decode_corrections(encode_correction(correction), "correction")
    verify(apply(reading, (correction,))[0])
    return correction


def _count(text: str, quote: str) -> int:
    """How often `quote` begins in `text`, overlapping ones included."""
    return sum(text.startswith(quote, at) for at in range(len(text)))


# --- applying -----------------------------------------------------------------------------------------------------


def apply(reading: Reading | None, corrections: Iterable[Correction]) -> tuple[Reading, tuple[Conflict, ...]]:
    """`reading` with the `corrections` laid over it one after the other, and those that do not fit its text any more.

    Without a reading every correction is a conflict, and the reading that comes back is to be left alone.
    """
    conflicts = []
    for correction in corrections:
        fault = _NO_DOCUMENT if reading is None else _fault(reading.document, correction)
        if reading is None or fault:
            conflicts.append(Conflict(correction, fault, reading.document if reading else None))
        else:
            reading = _applied(reading, correction)
    return cast("Reading", reading), tuple(conflicts)


def _fault(document: Document, correction: Correction) -> str:
    if all(clause.id != correction.clause for clause in document.clauses):
        return _NO_CLAUSE
    return _NO_QUOTE if _place(document, correction) is None else ""


def _place(document: Document, correction: Correction) -> Span | None:
    """Where the document says the quotation; None where its clause does not say it (so often) any more."""
    clause = next(clause for clause in document.clauses if clause.id == correction.clause)
    at = clause.span.start - 1
    for _ in range(correction.nth):
        at = document.text.find(correction.quote, at + 1, clause.span.end)
        if at < 0:
            return None
    return Span(at, at + len(correction.quote))


def _applied(reading: Reading, correction: Correction) -> Reading:
    span = cast("Span", _place(reading.document, correction))
    ids = record_ids(reading)
    target = dict(ids).get(correction.record) or _alike((record for _, record in ids), correction, span)
    kept = [record for _, record in ids if record is not target]
    if correction.action != "strike":
        said = {**_still_said(fields_of(target) if target else dict(correction.was), correction.set), **correction.set}
        rule = _RULES[correction.action]
        kept.append(record_from(correction.kind, said, correction.clause, span, correction.quote, rule, f"correction of {correction.slug}"))
    return in_order(_with(reading, kept))


def _still_said(was: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """`was` without the issuer that was worked out from a title, number or name which is now said otherwise."""
    return {name: value for name, value in was.items() if name != "issued_by" or said.keys().isdisjoint(("title", "number", "issuer"))}


def _alike(records: Iterator[Record], correction: Correction, span: Span) -> Record | None:
    """The record that is meant, where its id has changed with what the rules read: the only one of its kind at these words."""
    if correction.action == "add":
        return None
    found = [one for one in records if (kind_of(one), one.clause, one.span) == (correction.kind, correction.clause, span)]
    same = [one for one in found if fields_of(one) == correction.was]
    return same[0] if same else found[0] if len(found) == 1 else None


def _with(reading: Reading, records: Iterable[Record]) -> Reading:
    """`reading` with these records instead of its own."""
    kinds: dict[str, list[Any]] = {}
    for record in records:
        kinds.setdefault(kind_of(record), []).append(record)
    annotations = Annotations(
        **{f"{kind[:-1]}ies" if kind == "duty" else f"{kind}s": tuple(found) for kind, found in kinds.items() if kind != "programme"}
    )
    return replace(reading, annotations=annotations, programmes=tuple(kinds.get("programme", ())))
