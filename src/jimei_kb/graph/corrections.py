r"""What an analyst decided against the reading: records changed, struck or added, each with a reason.

One line a decision, in the order in which they were made, in `<base>/corrections/<slug>.jsonl`:

    {"action": "change", "slug": "jimei-2024-46", "kind": "actor", "clause": "消防工作方面/五", "quote": "119指挥中心", "nth": 1,
     "times": 1, "before": "，接受", "after": "调度出动，", "record": "actor-3f…",
     "was": {"name": "119指挥中心", "role": "指挥", …}, "set": {"role": "监管"}, "reason": "…"}

They are laid over the readings when a base is opened and never written into `documents/`: that folder stays what the
rules say, a rebuild cannot lose a decision, and taking a line out takes the decision back. A decision stands on its
quotation in its clause, not on what the rules read: where they no longer find a changed record, it is there all the same.
Where the clause says the words several times, what stood `before` and `after` them tells which are meant, and the `nth` of so
many `times` where that does not. Where the text does not say the quotation any more, or nothing tells which one is meant, the
decision is a conflict. Of two decisions about one value the later one holds, and the earlier is shown as replaced.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from operator import eq
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from jimei_kb.errors import GraphError
from jimei_kb.graph.lines import fields_of, in_order, kind_of, record_from, record_ids, verify
from jimei_kb.records import BY_HAND, Annotations, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jimei_kb.graph.schema import Reading, Record
    from jimei_kb.records import Clause, Document

Action = Literal["change", "strike", "add"]
_RULES: dict[Action, str] = {"change": f"{BY_HAND}change", "add": f"{BY_HAND}add"}
_NO_DOCUMENT = "库中没有这份文件了"
_NO_CLAUSE = "文件中没有这一条了"
_NO_QUOTE = "这一条里没有这句原文了"
_WHICH_QUOTE = "原文前后的文字都变了，不能确定更正的是哪一处"
# how many characters on either side of a quotation tell it from another
_AROUND = 6
# how a bearer that is only named bears a duty
_ROLE, _BASIS = "责任", "explicit"
_ID_DIGITS = 12
# the keys of a line in their order
_TYPES: dict[str, type] = {
    "action": str,
    "slug": str,
    "kind": str,
    "clause": str,
    "quote": str,
    "nth": int,
    "times": int,
    "before": str,
    "after": str,
    "record": str,
    "was": dict,
    "set": dict,
    "reason": str,
}
_ALWAYS = frozenset(_TYPES) - {"times", "before", "after", "record", "was", "set"}


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision: on which words it stands, what was read there (`was`), what the analyst says (`set`), and why.

    The words were the `nth` of so many `times` in the clause, and stood between `before` and `after`; no `times` where that was
    not noted. `record` is the id of the record that is changed or struck; empty for one that is added.
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
    times: int = 0
    before: str = ""
    after: str = ""

    @property
    def id(self) -> str:
        """By what an analyst takes it back: correction-3f0c…, made from all that it says."""
        return f"correction-{hashlib.sha256(encode_correction(self).encode('utf-8', 'surrogatepass')).hexdigest()[:_ID_DIGITS]}"

    @property
    def place(self) -> tuple[str, ...]:
        """The words that it stands on, and the kind of record."""
        return self.slug, self.kind, self.clause, self.quote, str(self.nth)


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
    return json.dumps({key: values[key] for key in _TYPES if values[key] not in ("", {}, 0)}, ensure_ascii=False) + "\n"


def decode_corrections(text: str, where: str) -> tuple[Correction, ...]:
    """What `encode_correction` wrote, line by line. Raises GraphError with the line that is none of it."""
    return tuple(_decoded(line, f"{where} 第 {number} 行") for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _decoded(line: str, where: str) -> Correction:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        data = None
    typed = isinstance(data, dict) and _ALWAYS <= data.keys() <= _TYPES.keys() and all(type(data[key]) is _TYPES[key] for key in data)
    if not typed or not all(data[key] for key in data) or data["action"] not in get_args(Action) or data["nth"] < 1:
        wanted = f"应有 {'、'.join(sorted(_ALWAYS))} 以及所改的内容"
        raise GraphError(f"{where}：读到 {line[:60]!r}；{wanted}；请改正这一行，或删去这一行以撤回这条更正")
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
        raise GraphError(f"{record_id} 已经是 {json.dumps(was, ensure_ascii=False)}；应给出与现在不同的值，例如 role=监管")
    return _checked(reading, _on(reading, record, "change", reason, record=record_id, was=was, set=values))


def strike(reading: Reading, record_id: str, reason: str) -> Correction:
    """The decision that the record with this id is none."""
    record = _record(reading, record_id)
    return _checked(reading, _on(reading, record, "strike", reason, record=record_id, was=fields_of(record)))


def add(reading: Reading, clause: Clause, quote: str, kind: str, values: Mapping[str, Any], reason: str, nth: int = 1) -> Correction:
    """The decision that the `nth` `quote` of a clause is a record of this kind. Raises GraphError as `change` does."""
    document = reading.document
    places = _places(document.text, clause, quote)
    if not 1 <= nth <= len(places):
        found = f"只有 {len(places)} 处" if places else "没有"
        raise GraphError(f"{document.clause_key(clause.id)} 中{found}“{quote[:60]}”；应逐字照录这一条里的原文")
    return _checked(
        reading, _anchored(document, clause, Span(places[nth - 1], places[nth - 1] + len(quote)), "add", kind, reason, set=_plain(values))
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as they come back from JSON; a Python name that JSON lines spell otherwise is taken too.

    `bearers` are the names of those who bear a duty, all with the same `role` (责任) and `basis` (explicit).
    """
    renamed = {"start": "from"}.get
    said = {renamed(name, name): value for name, value in values.items()}
    if "bearers" in said:
        names, role, basis = said.pop("bearers"), said.pop("role", _ROLE), said.pop("basis", _BASIS)
        said["actors"] = [[name, role, basis] for name in ([names] if isinstance(names, str) else names)]
    return cast("dict[str, Any]", json.loads(json.dumps(said, ensure_ascii=False)))


def _record(reading: Reading, record_id: str) -> Record:
    found = dict(record_ids(reading)).get(record_id)
    if found is None:
        raise GraphError(f"{reading.document.key} 中没有编号为 {record_id!r} 的记录；jimei-kb show 条款 --ids 列出一条里各条记录的编号")
    return found


def _on(reading: Reading, found: Record, action: Action, reason: str, **values: Any) -> Correction:
    document = reading.document
    clause = next(clause for clause in document.clauses if clause.id == found.clause)
    return _anchored(document, clause, found.span, action, kind_of(found), reason, **values)


def _anchored(document: Document, clause: Clause, span: Span, action: Action, kind: str, reason: str, **values: Any) -> Correction:
    """A decision on the words at `span`, with what tells them from the same words elsewhere in the clause."""
    quote = span.of(document.text)
    places = _places(document.text, clause, quote)
    nth, (before, after) = places.index(span.start) + 1, _around(document.text, clause, span)
    found = Correction(action, document.slug, kind, clause.id, quote, nth, reason, **values)
    return replace(found, times=len(places), before=before, after=after)


def _checked(reading: Reading, correction: Correction) -> Correction:
    """`correction`, if it has a reason, can be laid over the reading, and comes back from its line."""
    if not correction.reason.strip():
        raise GraphError(f"更正“{correction.quote[:40]}”没有写理由；应有一句话说明为什么更正（--reason …）")
    decode_corrections(encode_correction(correction), "更正")
    verify(apply(reading, (correction,))[0])
    return correction


def _places(text: str, clause: Clause, quote: str) -> list[int]:
    """Where `quote` begins in a clause, overlapping ones included."""
    start, end = clause.span
    return [at for at in range(start, end - len(quote) + 1) if text.startswith(quote, at)] if quote else []


def _around(text: str, clause: Clause, span: Span) -> tuple[str, str]:
    """What stands in the clause right before and right behind `span`."""
    return text[max(clause.span.start, span.start - _AROUND) : span.start], text[span.end : min(clause.span.end, span.end + _AROUND)]


# --- applying -----------------------------------------------------------------------------------------------------


def apply(reading: Reading | None, corrections: Iterable[Correction]) -> tuple[Reading, tuple[Conflict, ...]]:
    """`reading` with the `corrections` laid over it one after the other, and those that do not fit its text any more.

    Without a reading every correction is a conflict, and the reading that comes back is to be left alone.
    """
    laid = lay(reading, corrections)
    return laid.reading, tuple(
        Conflict(one.correction, one.fault, reading.document if reading else None) for one in laid.decisions if one.fault
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """A correction with what became of it: why it does not fit the text (`fault`), or which of its values a later one replaces.

    A struck or added record that is decided on again is `replaced` as a whole: `*`.
    """

    correction: Correction
    fault: str = ""
    replaced: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether anything of it is in force."""
        return not self.fault and "*" not in self.replaced and not (self.replaced and set(self.correction.set) <= set(self.replaced))


@dataclass(frozen=True, slots=True)
class Laid:
    """A reading with the corrections laid over it, and what became of each."""

    reading: Reading
    decisions: tuple[Decision, ...]


def lay(reading: Reading | None, corrections: Iterable[Correction]) -> Laid:
    """As `apply`, with what became of every correction."""
    decisions: list[Decision] = []
    # the decisions that made a record what it is, or struck it, by its place among them
    behind: dict[int, list[int]] = {}
    struck: dict[str, int] = {}
    kept: list[Record] = []  # so that no id() is given twice
    for correction in corrections:
        span = _place(reading.document, correction) if reading is not None else _NO_DOCUMENT
        number = len(decisions)
        decisions.append(Decision(correction, span if isinstance(span, str) else ""))
        if reading is None or isinstance(span, str):
            continue
        reading, target, made = _applied(reading, correction, span)
        earlier = behind.pop(id(target), []) if target is not None else []
        if target is None and correction.record in struck:
            earlier = [struck.pop(correction.record)]
        for one in earlier:
            decisions[one] = _replaced(decisions[one], correction)
        if made is None:
            struck[correction.record] = number
        else:
            kept.append(made)
            behind[id(made)] = [*(one for one in earlier if decisions[one].holds), number]
    return Laid(cast("Reading", reading), tuple(decisions))


def _replaced(decision: Decision, by: Correction) -> Decision:
    """`decision` after a later one about the same record."""
    one = decision.correction
    if by.action == "strike" or one.action == "strike":
        return replace(decision, replaced=("*",))
    return replace(decision, replaced=tuple(name for name in one.set if name in by.set or name in decision.replaced))


def _place(document: Document, correction: Correction) -> Span | str:
    """The words that a correction stands on, or why nobody can tell."""
    clause = next((clause for clause in document.clauses if clause.id == correction.clause), None)
    if clause is None:
        return _NO_CLAUSE
    spans = [Span(at, at + len(correction.quote)) for at in _places(document.text, clause, correction.quote)]
    nth = spans[correction.nth - 1] if correction.nth <= len(spans) else None
    if not correction.times:
        return nth or _NO_QUOTE
    sides = (correction.before, correction.after)
    alike = {span: sum(map(eq, _around(document.text, clause, span), sides)) for span in spans}
    for least in (2, 1):
        fitting = [span for span in spans if alike[span] >= least]
        if len(fitting) == 1:
            return fitting[0]
        if nth in fitting and len(spans) == correction.times:
            return nth
    return _WHICH_QUOTE if spans else _NO_QUOTE


def _applied(reading: Reading, correction: Correction, span: Span) -> tuple[Reading, Record | None, Record | None]:
    """The reading after a decision on the words at `span`, the record that it is about, and the one that stands there now."""
    ids = record_ids(reading)
    target = None if correction.action == "add" else _target(ids, correction, span)
    kept = [record for _, record in ids if record is not target]
    made = None
    if correction.action != "strike":
        said = {**_still_said(fields_of(target) if target else dict(correction.was), correction.set), **correction.set}
        rule = _RULES[correction.action]
        made = record_from(correction.kind, said, correction.clause, span, correction.quote, rule, f"{correction.slug} 的更正")
        kept.append(made)
    return in_order(_with(reading, kept)), target, made


def _still_said(was: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """`was` without the issuer that was worked out from a title, number or name which is now said otherwise."""
    return {name: value for name, value in was.items() if name != "issued_by" or said.keys().isdisjoint(("title", "number", "issuer"))}


def _target(records: Iterable[tuple[str, Record]], correction: Correction, span: Span) -> Record | None:
    """The record that is meant: by its id, else, where that has changed with what the rules read, the only one of its kind there."""
    found = {key: one for key, one in records if (kind_of(one), one.clause, one.span) == (correction.kind, correction.clause, span)}
    same = [one for one in found.values() if fields_of(one) == correction.was]
    only = next(iter(found.values())) if len(found) == 1 else None
    return found.get(correction.record) or (same[0] if same else only)


def _with(reading: Reading, records: Iterable[Record]) -> Reading:
    """`reading` with these records instead of its own."""
    kinds: dict[str, list[Any]] = {}
    for record in records:
        kinds.setdefault(kind_of(record), []).append(record)
    annotations = Annotations(
        **{f"{kind[:-1]}ies" if kind == "duty" else f"{kind}s": tuple(found) for kind, found in kinds.items() if kind != "programme"}
    )
    return replace(reading, annotations=annotations, programmes=tuple(kinds.get("programme", ())))
