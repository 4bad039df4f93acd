"""Who issued a cited document: from the text, the code in the number, and the place that the citing document speaks from.

A body said in the text comes first (国务院办公厅《…》, 《厦门市集美区人民政府关于…》), then the code (机关代字): the citing document's
own, one that the registry knows, one that is made as codes are made. What fits several bodies stays undecided, with all of
them listed; what is worked out is certainty C. Rules in resolve.toml, facts in the registry.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from jimei_kb.graph.names import Meaning, Setting, meaning_of
from jimei_kb.graph.places import filled, holds, level_of, place_in, rules, shorts, spells, spoken
from jimei_kb.records import Issuer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jimei_kb.graph.places import Place
    from jimei_kb.graph.registry import IssuerCode, Registry
    from jimei_kb.records import Annotations, Certainty, Citation, Document, Head, IssuerBasis, Level

_SPACE = re.compile(r"\s+")
_NUMBER_START = re.compile(r"[〔（(\[［【]|第?[0-9０-９]")
_CHINESE = re.compile(r"[一-龥]+")
_BODY_MARKS = re.compile(r"([、，,\s]+)")
_BASES: dict[IssuerBasis, str] = {"named": "题名前署名", "title": "标题署名"}
# what makes a code one of a government: 建政 is none of 建*, the ministry's
_GOVERNMENT = re.compile(r"(?:政|府|委|街)办?")


def resolve_issuers(document: Document, annotations: Annotations, registry: Registry) -> Annotations:
    """`annotations` with the issuer of each cited document that text, number or place point to."""
    setting = setting_of(document, registry)
    found = [replace(citation, issued_by=_issuer(citation, setting)) for citation in annotations.citations]
    carriers = [citation for citation in found if citation.kind == "titled"]
    citations = tuple(_carried(citation, carriers) if citation.kind == "carried" else citation for citation in found)
    return replace(annotations, citations=citations)


def setting_of(document: Document, registry: Registry) -> Setting:
    """`document` with the place it speaks from."""
    return Setting(document, place_of(document.head, registry), registry)


def place_of(head: Head, registry: Registry) -> Place | None:
    """Where a document speaks from: (福建省, 厦门市, 集美区, 集美街道), () for the State, None where nothing tells."""
    for name in (*head.issuers, *_title_bodies(head.title or "")):
        place = place_in(name, registry)
        if place is not None:
            return place
    code = code_of(head.number or "")
    if code is None:
        return None
    places = {row.place for row in _rows(code, registry)} or {place for _, place, _ in _readings(code, None, registry)}
    return places.pop() if len(places) == 1 else None


def _issuer(citation: Citation, setting: Setting) -> Issuer | None:
    said = _said(citation, setting)
    coded = _coded(citation, setting)
    if said is None or coded is None:
        return said or coded
    if not said.names or (said.certainty == "C" and coded.names == said.names):
        # 街道办事处《…》（集街办〔2024〕40号): the name is short, the code tells whose it is
        return replace(coded, basis=said.basis, reason=f"{said.reason}；{coded.reason}")
    return said


# --- what the text says -------------------------------------------------------------------------------------------


def _said(citation: Citation, setting: Setting) -> Issuer | None:
    named = _named(_bodies(citation.issuer), "named", setting) if citation.issuer else None
    return named or _named(_title_bodies(citation.title or ""), "title", setting)


def _named(bodies: Iterable[str], basis: IssuerBasis, setting: Setting) -> Issuer | None:
    """The bodies that the text names, a short name as the body that it means there; None where one of them is no name."""
    found = [_meaning(name, setting) for name in bodies]
    meanings = [meaning for meaning in found if meaning is not None]
    if not meanings or len(meanings) < len(found):
        return None
    reason = "；".join(dict.fromkeys([_BASES[basis], *(meaning.reason for meaning in meanings if meaning.reason)]))
    open_ = next((meaning for meaning in meanings if meaning.name is None), None)
    if open_ is not None:
        return Issuer((), basis, None, reason, open_.candidates)
    names = tuple(meaning.name for meaning in meanings if meaning.name)
    # A before B before C: a list is as sure as its least sure name
    certainty = max(meaning.certainty or "C" for meaning in meanings)
    return Issuer(names, basis, certainty, reason, level=meanings[0].level)


def _meaning(name: str, setting: Setting) -> Meaning | None:
    meaning = meaning_of(name, setting)
    if meaning is not None or not rules()["title.body"].pattern.match(name):
        return meaning
    return Meaning(name, "A", level=_level(name, setting.registry))


def _title_bodies(title: str) -> tuple[str, ...]:
    """The bodies that a title begins with: 厦门市集美区人民政府 of 厦门市集美区人民政府关于…的通知."""
    match = rules()["title.issuer"].pattern.match(title)
    return _bodies(match["bodies"]) if match else ()


def _bodies(printed: str) -> tuple[str, ...]:
    """The bodies of a list one by one: 中共中央办公厅、国务院办公厅; 中共厦门市委厦门市人民政府, which has no mark between."""
    parts = _BODY_MARKS.split(rules()["title.joint"].pattern.sub(r"\g<first>、", printed))
    bodies = [parts[0]]
    for mark, part in zip(parts[1::2], parts[2::2], strict=True):
        if mark.isspace() and not rules()["title.body"].pattern.match(bodies[-1]):
            # a space inside a name is where a line of the title ended
            bodies[-1] += part
        else:
            bodies.append(part)
    return tuple(body for body in bodies if body)


def _carried(citation: Citation, carriers: Iterable[Citation]) -> Citation:
    """A document that another one issues (关于印发〈…〉的通知) is likely of the same body, unless its own title says otherwise."""
    for carrier in carriers:
        issuer = carrier.issued_by
        if citation.issued_by is None and issuer is not None and citation.relation == "印发" and carrier.span.holds(citation.span):
            reason = f"由{carrier.number or f'《{carrier.title}》'}印发；后者：{issuer.reason}"
            certainty: Certainty | None = "C" if issuer.names else None
            return replace(citation, issued_by=replace(issuer, basis="carrier", certainty=certainty, reason=reason))
    return citation


def _level(name: str, registry: Registry) -> Level | None:
    place = place_in(name, registry)
    return None if place is None else level_of(place)


# --- what the code says -------------------------------------------------------------------------------------------


def code_of(number: str) -> str | None:
    """The code of a document number: 集街办〔2024〕46号 → 集街办, 国务院令第707号 → 国务院令; None for standards and the like."""
    code = _NUMBER_START.split(_SPACE.sub("", number), maxsplit=1)[0]
    return code if _CHINESE.fullmatch(code) else None


def _coded(citation: Citation, setting: Setting) -> Issuer | None:
    code = code_of(citation.number or "")
    if code is None:
        return None
    rows = _rows(code, setting.registry)
    head = setting.document.head
    if head.issuers and code == code_of(head.number or "") and len(rows) < 2:
        alone = len(head.issuers) == 1
        reason = f"代字{code}与本文相同" + ("" if alone else "，联合行文用主办机关的代字")
        return Issuer(head.issuers[:1], "code", "A" if alone else "C", reason, level=_level(head.issuers[0], setting.registry))
    if len(rows) == 1:
        return _registered(code, rows[0], setting.place)
    if rows:
        return _chosen(code, rows, _SPACE.sub("", citation.title or ""), setting)
    return _ordered(code, setting) or _of_family(code, setting) or _made(code, setting)


def _rows(code: str, registry: Registry) -> tuple[IssuerCode, ...]:
    """The registry's rows of a code, else of the code without its suffixes (集府发 → 集府)."""
    return next((rows for stem in _stems(code) if (rows := registry.codes(stem))), ())


def _stems(code: str) -> Iterator[str]:
    """A code, and what is left of it without suffixes: 甬政办发, 甬政办."""
    yield code
    suffixes = sorted(rules().words["suffixes"], key=lambda word: (-len(word), word))
    while end := next((word for word in suffixes if code.endswith(word) and len(code) > len(word)), ""):
        code = code.removesuffix(end)
        yield code


def _registered(code: str, row: IssuerCode, here: Place | None) -> Issuer:
    """The body of a code with one row. A local code is only sure on its own line: elsewhere the same letters may be another's."""
    reason = f"代字{code}见机关代字表（{row.source}）"
    if row.level in ("国家", "省") or (here and (holds(row.place, here) or holds(here, row.place))):
        return Issuer(row.names, "code", row.certainty, reason, level=row.level)
    if not here or here[0] == row.place[0]:
        where = "引用文件所在地不明" if here is None else "引用文件在同省别处" if here else "引用文件属国家层级"
        return Issuer(row.names, "code", "C", f"{reason}；{where}，地方代字可能重复", level=row.level)
    return Issuer((), "code", None, f"{reason}；引用文件在{spoken(here)}，也可能是当地机关的代字", (row.organisation,))


def _chosen(code: str, rows: tuple[IssuerCode, ...], title: str, setting: Setting) -> Issuer:
    """Of the bodies that share a code the one that the cited title's place or the citing document's place leaves; else none."""
    candidates = tuple(row.organisation for row in rows)
    titled, here = place_in(title, setting.registry), setting.place
    by_title = [row for row in rows if row.place == titled]
    by_place = [row for row in rows if here is not None and holds(row.place, here)]
    for fitting, where, place in ((by_title, "标题", titled), (by_place, "引用文件", here)):
        if len(fitting) == 1 and place is not None:
            reason = f"代字{code}有{len(rows)}种读法，按{where}所在地（{spoken(place)}）取其一"
            return Issuer(fitting[0].names, "code", "C", reason, candidates, fitting[0].level)
    return Issuer((), "code", None, f"代字{code}有{len(rows)}种读法，标题和引用文件所在地都不足以确定", candidates)


def _ordered(code: str, setting: Setting) -> Issuer | None:
    """国家安全生产监督管理总局令第85号, 省政府令第223号, 市委〔1999〕28号: the number names the body itself."""
    body = code.removesuffix("令")
    found = _named((body,), "named", setting) if body != code or meaning_of(body, setting) is not None else None
    return replace(found, reason=found.reason.replace(_BASES["named"], "文号中的机关名称", 1)) if found else None


def _of_family(code: str, setting: Setting) -> Issuer | None:
    """财综 belongs to 财*: surely the ministry's where the State cites it, likely where others do."""
    row = setting.registry.family(code)
    if row is None or any(_GOVERNMENT.fullmatch(stem.removeprefix(row.code[:-1])) for stem in _stems(code)):
        return None
    reason = f"代字{code}属{row.code}系列（{row.source}）"
    here = setting.place
    if here == ():
        return Issuer(row.names, "code", row.certainty, reason, level=row.level)
    if here and any(code[0] in shorts(here[: i + 1], setting.registry) for i in range(len(here))):
        local = tuple(name for name, _, _ in _readings(code, here, setting.registry))
        return Issuer((), "code", None, f"{reason}；{code[0]}也是引用文件所在地的简称", (*row.names, *local))
    return Issuer(row.names, "code", "C", f"{reason}；地方机关也可能省去地名", level=row.level)


def _made(code: str, setting: Setting) -> Issuer | None:
    """A code that no row has, read as codes are made: place, body, kind of paper."""
    found = tuple(dict.fromkeys(_readings(code, setting.place, setting.registry)))
    if not found:
        return None
    if len(found) == 1:
        name, place, rule = found[0]
        return Issuer((name,), "grammar", "C", f"按代字构成推断：{code}，{spoken(place)}（{rule}）", level=level_of(place))
    return Issuer((), "grammar", None, f"按代字构成，{code}适合不止一个机关", tuple(name for name, _, _ in found))


def _readings(code: str, here: Place | None, registry: Registry) -> Iterator[tuple[str, Place, str]]:
    """(body, its place, rule) for each way to read a code; places on the line of `here` come before all others."""
    for stem in _stems(code):
        for rule in rules().rules:
            match = rule.pattern.search(stem) if rule.id.startswith("code.") else None
            if match is None or match.start() == 0:
                continue
            letters, names = stem[: match.start()], rule.fields["names"]
            near = [here[: i + 1] for i in range(len(here or ())) if spells(letters, here[: i + 1], registry)] if here else []
            places = near or [row.place for row in registry.places if row.short == letters]
            fitting = [place for place in places if level_of(place) in names]
            if fitting:
                yield from ((filled(names[level_of(place)], place), place, rule.id) for place in fitting)
                return
