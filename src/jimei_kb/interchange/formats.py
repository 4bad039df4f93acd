"""The formats by name, and the one function that writes any of them. Each opens its room only when it is asked for."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from jimei_kb.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jimei_kb.graph.registry import Registry
    from jimei_kb.graph.schema import Reading

    Readings = Sequence[Reading]


def export(readings: Readings, registry: Registry, name: str, out: str | Path) -> None:
    """Write `readings` to `out` in the format `name`: a folder of tables for csv and parquet, one file for the others.

    The same readings give the same bytes. Raises ResultsError for an unknown format, for `out` of the wrong kind, and where
    the package that the format needs is missing.
    """
    if name not in FORMATS:
        raise ResultsError(f"没有 {name!r} 这种格式；应为以下之一：{'、'.join(FORMATS)}")
    place = Path(out)
    many = name in FOLDERS
    if place.exists() and place.is_dir() != many:
        found, wanted = ("文件夹", "文件") if place.is_dir() else ("文件", "文件夹")
        raise ResultsError(f"{out} 是{found}；{name} 写成{wanted}；请另给一个{wanted}的名称")
    FORMATS[name](readings, registry, place)


def _csv(readings: Readings, registry: Registry, out: Path) -> None:
    from jimei_kb.query.tables import Tables

    Tables(readings, registry).to_csv(out)


def _xlsx(readings: Readings, registry: Registry, out: Path) -> None:
    from jimei_kb.query.tables import Tables

    Tables(readings, registry).to_excel(out)


def _parquet(readings: Readings, registry: Registry, out: Path) -> None:
    from jimei_kb.interchange.parquet import write_parquet
    from jimei_kb.query.tables import Tables

    write_parquet(Tables(readings, registry), out)


def _graphml(readings: Readings, registry: Registry, out: Path) -> None:
    from jimei_kb.graph.build import build_graph
    from jimei_kb.interchange.graphml import to_graphml

    _save(out, to_graphml(build_graph(readings, registry)))


def _turtle(readings: Readings, registry: Registry, out: Path) -> None:
    from jimei_kb.interchange.rdf import to_turtle

    _save(out, to_turtle(readings, registry))


def _jsonschema(_readings: Readings, _registry: Registry, out: Path) -> None:
    import json

    from jimei_kb.interchange.line_schema import line_schema

    _save(out, json.dumps(line_schema(), ensure_ascii=False, indent=1) + "\n")


def _save(out: Path, text: str) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(text.encode("utf-8"))


FORMATS: Mapping[str, Callable[[Readings, Registry, Path], None]] = MappingProxyType(
    {"xlsx": _xlsx, "csv": _csv, "parquet": _parquet, "graphml": _graphml, "turtle": _turtle, "jsonschema": _jsonschema}
)
FOLDERS = frozenset({"csv", "parquet"})
