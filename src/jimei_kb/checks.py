"""What a healthy knowledge base satisfies: `check_base` gives a line for every fault, saying where it is and what to do."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from jimei_kb.errors import GraphError, KbError
from jimei_kb.graph import store
from jimei_kb.graph.build import build_graph
from jimei_kb.graph.lines import record_ids
from jimei_kb.graph.origins import digest_of_file
from jimei_kb.graph.places import level_of, place_in
from jimei_kb.graph.registry import check_registry, load_registry
from jimei_kb.graph.store import file_name
from jimei_kb.records import Citation, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jimei_kb.graph.registry import Registry
    from jimei_kb.graph.schema import Reading

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PERIOD = re.compile(r"P(?=\d|T)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?")
_REBUILD = "重新建库（jimei-kb build）"


def check_base(base: Path) -> tuple[str, ...]:
    """One line for each fault of the base in the folder `base`; none where it is healthy. Raises GraphError where there is no base."""
    faults = [*check_registry(base)]
    readings = []
    for name, found in store.load_each(base):
        if isinstance(found, GraphError):
            faults.append(str(found))
        else:
            readings.append(found)
            faults += (f"documents/{name}：{fault}" for fault in _document(name, found))
    faults += _names(readings)
    faults += _lists(base, readings)
    faults += _origins(base, readings)
    faults += (fault for fault in _corrections(base) if fault not in faults)
    try:
        registry = load_registry(base)
    except GraphError:  # told above, row by row
        return tuple(faults)
    for reading in readings:
        faults += _levels(reading, registry)
    return (*faults, *_ends(readings, registry))


def _document(name: str, reading: Reading) -> Iterator[str]:
    """Faults of one document by itself; that it fits its own text was seen when it was read."""
    document, head = reading.document, reading.document.head
    if file_name(document.slug) != name:
        yield f"其中是文件 {document.slug}；应为 documents/{file_name(document.slug)}；请改名，或{_REBUILD}"
    if not _DIGEST.fullmatch(document.sha256):
        yield f"来源文件的 sha256 是 {document.sha256[:20]!r}；应为 64 位十六进制数；请{_REBUILD}"
    for field in ("date", "printed_on"):
        value = getattr(head, field)
        if value is not None and not _is_date(value):
            yield f"{field} 是 {value!r}；应为 2024-10-28 这样的日期；请改正通知，或{_REBUILD}"
    for record_id, record in record_ids(reading):
        if isinstance(record, Schedule):
            yield from (f"{record_id}：{fault}；请更正：jimei-kb correct {record_id} --set …" for fault in _times(record))


def _times(schedule: Schedule) -> Iterator[str]:
    for field, value in (("from", schedule.start), ("by", schedule.by)):
        if value is not None and not _is_date(value):
            yield f"{field} 是 {value!r}；应为 2024-10-28 这样的日期"
    if schedule.kind == "deadline" and schedule.by is None:
        yield "种类是 deadline（截止）而没有写 by；应写最后一天，如 by=2024-10-28"
    if schedule.kind == "recurring" and schedule.period is None:
        yield "种类是 recurring（定期重复）而没有写 period；应写周期，如 period=P3M"
    if schedule.start and schedule.by and schedule.start > schedule.by:
        yield f"from {schedule.start} 晚于 by {schedule.by}；应有先后"
    if schedule.period is not None and not _PERIOD.fullmatch(schedule.period):
        yield f"period 是 {schedule.period!r}；应为 P3M 这样的周期（ISO 8601）"
    if schedule.min_count is not None and schedule.min_count < 1:
        yield f"min_count 是 {schedule.min_count}；应为 1 或更大的整数"


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _names(readings: list[Reading]) -> Iterator[str]:
    """Two documents with one key, two records with one id."""
    try:
        store.check_names(readings)
    except GraphError as error:
        yield str(error)
    owners: dict[str, set[str]] = defaultdict(set)
    for reading in readings:
        ids = [record_id for record_id, _ in record_ids(reading)]
        if len(set(ids)) < len(ids):
            owners[next(one for one in ids if ids.count(one) > 1)] |= {reading.document.slug, f"{reading.document.slug}（重复）"}
        for one in ids:
            owners[one].add(reading.document.slug)
    for record_id, slugs in sorted(owners.items()):
        if len(slugs) > 1:
            where = "、".join(sorted(slugs))
            yield f"{record_id} 见于 {where}；一个编号只应出现一次；请去掉其中一份文件，并{_REBUILD}"


def _lists(base: Path, readings: list[Reading]) -> Iterator[str]:
    """Lists of what was left that are not there or do not fit, and lists of no document."""
    names = {file_name(reading.document.slug) for reading in readings}
    for slug, found in sorted(store.load_leftovers(base, readings).items()):
        if found is None:
            yield f"review/{file_name(slug)}：没有，或与 documents/{file_name(slug)} 不符；请{_REBUILD}"
    for path in sorted((base / "review").glob("*.jsonl")):
        if path.name not in names and not (base / "documents" / path.name).exists():
            yield f"review/{path.name}：库中没有这份文件；请删去它"


def _origins(base: Path, readings: list[Reading]) -> Iterator[str]:
    """Sources that are no longer what was read, as far as the base remembers where they lie."""
    held = {reading.document.slug: reading.document for reading in readings}
    for slug, origin in sorted(store.load_origins(base).items()):
        path = origin.place(base)
        if not origin.source or slug not in held:
            continue
        # a file that was read by itself may have been put away
        if origin.folder and not path.is_file():
            yield f"{slug}：来源文件 {path} 已不在；请再读一次它所在的文件夹以移除，或把文件放回去"
        elif path.is_file() and digest_of_file(path) != held[slug].sha256:
            yield f"{slug}：来源文件 {path} 读过之后有改动；请{_REBUILD}"


def _corrections(base: Path) -> Iterator[str]:
    """Corrections that are damaged, or do not fit the text any more."""
    try:
        store.load_corrections(base)
    except GraphError as error:
        yield str(error)
    for conflict in store.load_conflicts(base):
        file = f"corrections/{file_name(conflict.correction.slug)}"
        yield f"{file}：{conflict.line()}；请就现在的原文重新更正，并撤回这一条：jimei-kb correct {conflict.correction.id} --withdraw"


def _levels(reading: Reading, registry: Registry) -> Iterator[str]:
    """Issuers of cited documents whose level is not that of the place in their names."""
    for record_id, citation in record_ids(reading):
        issuer = citation.issued_by if isinstance(citation, Citation) else None
        if issuer is None or not issuer.names or issuer.level is None:
            continue
        place = place_in(issuer.names[0], registry)
        if place is not None and level_of(place) != issuer.level:
            found = f"{issuer.names[0]} 的层级写作 {issuer.level}；按名称应为 {level_of(place)}"
            yield f"{reading.document.slug} {record_id}：{found}；请改正登记表中它的一行，并{_REBUILD}"


def _ends(readings: list[Reading], registry: Registry) -> Iterator[str]:
    """Edges that lead nowhere."""
    try:
        graph = build_graph(readings, registry)
    except KbError as error:
        yield str(error)
        return
    known = {node.id for node in graph.nodes}
    for edge in graph.edges:
        for end in (edge.source, edge.target):
            if end not in known:
                yield f"{edge.evidence.clause} 处的 {edge.kind} 指向 {end}，而图中没有它；请{_REBUILD}"
