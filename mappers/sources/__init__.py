"""Readers of source files, one a format: each gives an Arrow table of a file's rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from mappers.errors import SourceFormatError
from mappers.mapping import Source
from mappers.sources.columns import json_text
from mappers.sources.delimited import read_delimited
from mappers.sources.documents import read_json
from mappers.sources.excel import read_excel
from mappers.sources.files import SourceFile, find_files, fingerprint
from mappers.sources.geojson import read_geojson
from mappers.sources.tables import read_parquet, read_rdf, read_shapefile

__all__ = ["FILE", "ROW", "LoadedSource", "read_source"]

FILE: Final = "__file"
ROW: Final = "__row"

_READERS: Final[Mapping[str, Callable[[Source, SourceFile], pa.Table]]] = MappingProxyType(
    {
        "csv": read_delimited,
        "excel": read_excel,
        "geojson": read_geojson,
        "json": read_json,
        "parquet": read_parquet,
        "rdf": read_rdf,
        "shapefile": read_shapefile,
    }
)


@dataclass(frozen=True, slots=True)
class LoadedSource:
    """A source's rows with `__file` and `__row` (1-based), and the SHA-256 of each file."""

    table: pa.Table
    files: tuple[tuple[str, str], ...]


def read_source(source: Source, data: Path) -> LoadedSource:
    """Read every file of a source below the city's data folder; columns are united by name.

    Raises SourceFormatError naming the file and row that cannot be read as described.
    """
    read = _READERS[source.format]
    tables, fingerprints = [], []
    for file in find_files(source, data):
        table = read(source, file)
        clash = [name for name in table.column_names if name.lower() in (FILE, ROW)]
        if clash:
            raise SourceFormatError(
                f"The file {file.shown} has a column {clash[0]!r}, a name kept for its rows.",
                location=source.location,
            )
        count = table.num_rows
        table = table.append_column(FILE, _repeated(file.shown, count))
        tables.append(table.append_column(ROW, pa.array(range(1, count + 1), type=pa.int64())))
        fingerprints.append((file.shown, fingerprint(file.path)))
    return LoadedSource(_united(tables), tuple(fingerprints))


def _repeated(text: str, count: int) -> pa.Array:
    """A text for each row, held once."""
    positions = pa.repeat(pa.scalar(0, type=pa.int32()), count)
    return pa.DictionaryArray.from_arrays(positions, pa.array([text], type=pa.string()))


def _united(tables: list[pa.Table]) -> pa.Table:
    """The union by name; a column that has different types in two files becomes text."""
    if len(tables) == 1:
        return tables[0]
    types: dict[str, set[pa.DataType]] = {}
    for table in tables:
        for field in table.schema:
            types.setdefault(field.name, set()).add(field.type)
    mixed = {name for name, found in types.items() if len(found - {pa.null()}) > 1}
    return pa.concat_tables([_as_text(t, mixed) for t in tables], promote_options="default")


def _as_text(table: pa.Table, mixed: set[str]) -> pa.Table:
    for position, name in enumerate(table.column_names):
        if name in mixed and table.schema.field(position).type != pa.string():
            texts = [json_text(value) for value in table.column(position).to_pylist()]
            table = table.set_column(position, name, pa.array(texts, type=pa.string()))
    return table
