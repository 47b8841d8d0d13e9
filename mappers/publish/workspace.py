"""The relations of a mapping in an embedded DuckDB: its sources read, its views run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

import duckdb

from mappers.errors import Location, MappingError
from mappers.mapping import Mapping as MappingFile
from mappers.mapping import View
from mappers.publish.sql import name, text
from mappers.publish.tidy import tidy_table
from mappers.sources import read_source
from mappers.worker.duck import open_duckdb

MEMORY_MB: Final = 1024
THREADS: Final = 2
_RAW: Final = "raw cells"
_FILE: Final = "workspace.duckdb"


@dataclass(slots=True)
class Workspace:
    """An embedded database that holds relations, with the place where each is described."""

    connection: duckdb.DuckDBPyConnection
    types: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """The SQL type of each column of each relation."""
    places: dict[str, Location] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """The SHA-256 of each source file read."""

    def add(self, relation: str, place: Location) -> None:
        """Take note of a table that has been made."""
        rows = self.connection.execute(f"DESCRIBE {name(relation)}").fetchall()
        self.types[relation] = MappingProxyType({str(r[0]): str(r[1]) for r in rows})
        self.places[relation] = place

    def one(self, query: str) -> tuple[object, ...]:
        """The only row of a query."""
        row = self.connection.execute(query).fetchone()
        assert row is not None
        return row


@contextmanager
def open_workspace(folder: Path) -> Iterator[Workspace]:
    """An empty workspace that may write below `folder`, where it also spills."""
    spill = folder / "spill"
    connection = open_duckdb(readable=[folder], spill=spill, memory_mb=MEMORY_MB, threads=THREADS)
    # tables in a file are compressed, in memory they are not: twelve million rows of text take a
    # gigabyte and more there
    connection.execute(f"ATTACH {text(str(folder / _FILE))} AS workspace")
    connection.execute("USE workspace")
    try:
        yield Workspace(connection)
    finally:
        connection.close()


def load_relations(
    workspace: Workspace, mapping: MappingFile, data: Path, progress: Callable[[str], None]
) -> None:
    """Read every source of a mapping and run every view, in the order of the file.

    Raises SourceFormatError for a file that cannot be read as described, MappingError for a view
    that is wrong.
    """
    for source in mapping.sources:
        progress(f"reading {source.access}")
        loaded = read_source(source, data)
        workspace.connection.register(_RAW, loaded.table)
        tidy_table(workspace.connection, _RAW, source)
        workspace.connection.unregister(_RAW)
        workspace.add(source.name, source.location)
        workspace.files.update(loaded.files)
        del loaded  # its rows are in the database now, and memory has room for them once
    for view in mapping.views:
        progress(f"running the view {view.name}")
        _run(workspace, view)


def _run(workspace: Workspace, view: View) -> None:
    connection = workspace.connection
    try:
        statements = connection.extract_statements(view.sql)
    except duckdb.Error as error:
        raise _wrong(view, str(error), shift=0) from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise MappingError(f"The view {view.name!r} is not one SELECT.", location=view.location)
    sql = view.sql.strip().rstrip(";")
    leading = len(view.sql) - len(view.sql.lstrip())
    skipped = view.sql[:leading].count("\n")
    try:
        connection.execute(f"CREATE TABLE {name(view.name)} AS\n{sql}")
    except duckdb.Error as error:
        raise _wrong(view, str(error), shift=skipped - 1) from error
    workspace.add(view.name, view.location)


def _wrong(view: View, message: str, shift: int) -> MappingError:
    """The error of a view, with DuckDB's message and the line in the mapping's file."""
    found = re.search(r"^LINE (\d+):", message, re.MULTILINE)
    line = view.location.line
    if found and line is not None:
        # the text of a block (`sql: |`) begins on the line after its sign
        block = 1 if view.sql.endswith("\n") else 0
        line += int(found[1]) + shift + block - 1
    told = message.split("\n\nLINE ")[0].strip()
    return MappingError(
        f"The view {view.name!r} does not run: {told}", location=Location(view.location.file, line)
    )
