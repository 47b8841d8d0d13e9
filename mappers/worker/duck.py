"""Opening DuckDB with everything closed that a query does not need."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import duckdb_extension_spatial

from mappers.worker.functions import register


def spatial_extension() -> Path:
    """The file of the spatial extension, shipped as a wheel for exactly this DuckDB version.

    Raises FileNotFoundError if the wheel does not fit the installed DuckDB.
    """
    assert duckdb_extension_spatial.__file__ is not None
    folder = Path(duckdb_extension_spatial.__file__).parent / "extensions"
    file = folder / f"v{duckdb.__version__}" / "spatial.duckdb_extension"
    if not file.is_file():
        raise FileNotFoundError(f"no spatial extension for DuckDB {duckdb.__version__}: {file}")
    return file


def open_duckdb(
    *,
    readable: Iterable[Path],
    spill: Path | None,
    memory_mb: int,
    threads: int,
    spill_mb: int | None = None,
) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB with the spatial functions, that reads files below `readable` only.

    It uses `memory_mb` before it spills to the folder `spill`, at most `spill_mb` if that is given.

    Extensions are neither installed nor loaded from then on, external access is off and the
    configuration is locked, so that no statement can open it again.
    """
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": f"{memory_mb}MB",
            "threads": threads,
            "temp_directory": str(spill) if spill else "",
            **({} if spill_mb is None else {"max_temp_directory_size": f"{spill_mb}MB"}),
        }
    )
    connection.load_extension(str(spatial_extension()))
    register(connection)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET parquet_metadata_cache = true")
    # a bar on standard output would stand in the midst of an answer
    connection.execute("SET enable_progress_bar = false")
    folders = [f"{folder.resolve()}/" for folder in readable]
    connection.execute("SET allowed_directories = ?", [folders])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
