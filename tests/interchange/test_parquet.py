"""Parquet: read back, it has the rows of the tables, typed, with every column explained."""

from __future__ import annotations

import pyarrow.parquet as pq

from jimei_kb.interchange.parquet import write_parquet
from jimei_kb.query.tables import Tables, load_layout


def test_rows_come_back_as_they_were(readings, hostile, registry, tmp_path):
    for number, base in enumerate((readings, hostile, ())):
        tables = Tables(base, registry)
        write_parquet(tables, tmp_path / str(number))
        for table in tables.all:
            assert pq.read_table(tmp_path / str(number) / f"{table.name}.parquet").to_pylist() == table.rows()


def test_a_column_has_the_same_type_in_every_base(readings, registry, tmp_path):
    for name, base in (("full", readings), ("empty", ())):
        write_parquet(Tables(base, registry), tmp_path / name)
    for name in load_layout():
        full, empty = (pq.read_schema(tmp_path / folder / f"{name}.parquet") for folder in ("full", "empty"))
        assert full.equals(empty)
        assert all(full.field(column).metadata[b"what"] for column in full.names)
