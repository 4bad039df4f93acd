"""The tables of a base as Parquet files, typed; heading and meaning of each column stand in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jimei_kb.interchange.need import need
from jimei_kb.query.tables import load_layout

if TYPE_CHECKING:
    from pathlib import Path

    from jimei_kb.query.tables import Table, Tables


def write_parquet(tables: Tables, folder: Path) -> None:
    """Write `<table>.parquet` for each table into `folder`: text, int64, double and boolean columns that may be null.

    Raises ResultsError where pyarrow is not installed.
    """
    arrow, parquet = need("pyarrow", "Parquet"), need("pyarrow.parquet", "Parquet")
    folder.mkdir(parents=True, exist_ok=True)
    for table in tables.all:
        made = arrow.Table.from_pylist(table.rows(), schema=_schema(arrow, table))
        parquet.write_table(made, folder / f"{table.name}.parquet", compression="zstd")


def _schema(arrow: Any, table: Table) -> Any:
    types = {"text": arrow.string(), "integer": arrow.int64(), "number": arrow.float64(), "truth": arrow.bool_()}
    columns = load_layout()[table.name]["columns"]
    return arrow.schema(
        [arrow.field(name, types[kind], metadata={"heading": heading, "what": what}) for name, (heading, kind, what) in columns.items()]
    )
