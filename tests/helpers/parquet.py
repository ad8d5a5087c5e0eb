"""Parquet as other programs than DuckDB write it."""

import struct
from pathlib import Path

import duckdb

_MARK = 0.1234567890123


def write_with_nan(select: str, path: Path) -> None:
    """Write a SELECT, whose numbers of `MARK` become NaN that the file's least and largest values do not tell of."""
    duckdb.sql(select.replace("MARK", f"{_MARK}::DOUBLE")).write_parquet(str(path), compression="uncompressed")
    path.write_bytes(path.read_bytes().replace(struct.pack("<d", _MARK), struct.pack("<d", float("nan"))))
