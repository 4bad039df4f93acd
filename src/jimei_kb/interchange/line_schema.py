"""JSON Schema of the lines in `<base>/documents/*.jsonl`, made from the types of the records."""

from __future__ import annotations

from typing import Any, get_args

from jimei_kb.graph.lines import FORMAT
from jimei_kb.records import (
    Basis,
    Certainty,
    CitationKind,
    ClauseKind,
    Comparator,
    Force,
    IssuerBasis,
    Level,
    Polarity,
    Role,
    ScheduleKind,
)

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "minLength": 1}
_AT: Schema = {"type": "integer", "minimum": 0}
_DATE: Schema = {"type": "string", "format": "date"}
_TEXTS: Schema = {"type": "array", "items": _TEXT, "minItems": 1}


def line_schema() -> Schema:
    """The schema (draft 2020-12) that every line of a base fits: the kind of the line decides which keys it has.

    It says what a line alone can say. That a quotation stands in the text and that the digest is right needs the whole file,
    and is checked when the base is opened.
    """
    kinds = {**_blocks(), **_records()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of <base>/documents/<slug>.jsonl",
        "description": f"Format {FORMAT} of jimei-kb. Positions count from the start of the block of text that the line belongs to.",
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": list(kinds)}},
        "allOf": [
            {"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": {"$ref": f"#/$defs/{kind}"}} for kind in kinds
        ],
        "$defs": {kind: _object({"kind": {"const": kind}, **needed}, optional) for kind, (needed, optional) in kinds.items()},
    }


def _object(needed: Schema, optional: Schema) -> Schema:
    return {"type": "object", "properties": {**needed, **optional}, "required": list(needed), "additionalProperties": False}


def _one_of(alias: Any) -> Schema:
    return {"enum": list(get_args(alias))}


def _row(*items: Schema) -> Schema:
    return {"type": "array", "prefixItems": list(items), "minItems": len(items), "maxItems": len(items)}


def _rows(*items: Schema) -> Schema:
    return {"type": "array", "items": _row(*items), "minItems": 1}


def _blocks() -> dict[str, tuple[Schema, Schema]]:
    """Kind of line → (keys that it has, keys that it may have), for the lines that are no records."""
    digest: Schema = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
    head = {"number": _TEXT, "title": _TEXT, "type": _TEXT, "issuers": _TEXTS, "recipients": _TEXTS, "date": _DATE, "copied_to": _TEXTS}
    text, fields = {"text": _TEXT}, {"fields": _rows(_TEXT, _AT, _AT)}
    clause = {"clause": _TEXT, "type": _one_of(ClauseKind), "label": _TEXT, "content_at": _AT, **text}
    sha256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    return {
        "document": (
            {"format": {"const": FORMAT}, "digest": digest, "slug": _TEXT, "key": _TEXT},
            {**head, "printed_by": _TEXT, "printed_on": _DATE},
        ),
        "head": (text, fields),
        "clause": (clause, {"parent": _TEXT, "heading": _TEXT, "heading_at": _row(_AT, _AT), **fields}),
        "gap": (text, fields),
        "tail": (text, fields),
        "source": ({"offsets": _rows(_AT, _AT)}, {"encoding": _TEXT, "sha256": sha256, "pages": _rows(_AT, _AT)}),
    }


def _records() -> dict[str, tuple[Schema, Schema]]:
    """The same for records."""
    issuer = _object(
        {"basis": _one_of(IssuerBasis), "reason": _TEXT},
        {"names": _TEXTS, "certainty": _one_of(Certainty), "level": _one_of(Level), "candidates": _TEXTS},
    )
    # a certainty is that of names, and there is none without them
    issuer["dependentRequired"] = {"names": ["certainty"], "certainty": ["names"]}
    kinds: dict[str, tuple[Schema, Schema]] = {
        "citation": (
            {"type": _one_of(CitationKind), "relation": _TEXT},
            {"title": _TEXT, "number": _TEXT, "issuer": _TEXT, "issued_by": issuer},
        ),
        "actor": ({"name": _TEXT, "role": _one_of(Role), "basis": _one_of(Basis)}, {}),
        "duty": (
            {"polarity": _one_of(Polarity), "force": _one_of(Force)},
            {"actors": _rows(_TEXT, _one_of(Role), _one_of(Basis)), "urged": _TEXTS},
        ),
        "metric": ({"indicator": _TEXT, "comparator": _one_of(Comparator), "value": _TEXT, "unit": _TEXT}, {"group": _TEXTS}),
        "schedule": ({"type": _one_of(ScheduleKind)}, {"period": _TEXT, "min_count": {"type": "integer"}, "from": _DATE, "by": _DATE}),
        "programme": ({"name": _TEXT}, {}),
    }
    return {kind: ({**_place(kind), **needed}, optional) for kind, (needed, optional) in kinds.items()}


def _place(kind: str) -> Schema:
    """The keys that every record has."""
    record_id = {"type": "string", "pattern": f"^{kind}-[0-9a-f]{{16}}$"}
    return {"id": record_id, "clause": _TEXT, "start": _AT, "end": {"type": "integer", "minimum": 1}, "quote": _TEXT, "rule": _TEXT}
