"""Hot relations: small files that jobs read again and again, kept in a worker's memory.

A statement names a file by its path, as a table: DuckDB reads the file where it has no table of
that name, and the table where it has one. Opening a Parquet file takes a millisecond, which is most
of a small answer's time. Published files never change, so a kept one is never stale; one that was
deleted is forgotten when the next is kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

MOST_FILE_BYTES = 4_000_000
"""Bytes of a file above which it is not kept."""


@dataclass(slots=True)
class HotRelations:
    """The files that a worker's DuckDB keeps as tables, the one used last at the end.

    `most_mb` bounds the memory of the tables. A file is kept from the second job on that reads it.
    """

    connection: duckdb.DuckDBPyConnection
    most_mb: int
    kept: OrderedDict[str, None] = field(default_factory=OrderedDict)
    changes: int = 0
    """How often a table has come or gone."""
    seen: set[str] = field(default_factory=set)
    spellings: dict[str, str] = field(default_factory=dict)
    """Paths by their small letters: DuckDB compares the names of tables without case."""

    def use(self, files: Iterable[str]) -> None:
        """Note that a job reads some files, and keep those that have been read before.

        What cannot be kept is read from its file as before: DuckDB's own error tells why.
        """
        for file in files:
            if self._has_twin(file):
                continue
            if file in self.kept:
                self.kept.move_to_end(file)
            elif file not in self.seen:
                self.seen.add(file)
            elif self._is_small(file):
                self._keep(file)

    def keeps(self, files: Iterable[str]) -> bool:
        """Whether all of some files are kept now."""
        return all(file in self.kept for file in files)

    def _has_twin(self, file: str) -> bool:
        """Whether another file's path differs by case alone; then neither is kept."""
        first = self.spellings.setdefault(file.lower(), file)
        if first == file:
            return False
        self.spellings[file.lower()] = ""
        if first in self.kept:
            self._drop(first)
        return True

    def _is_small(self, file: str) -> bool:
        try:
            return Path(file).stat().st_size <= MOST_FILE_BYTES
        except OSError:
            return False

    def _keep(self, file: str) -> None:
        for gone in [one for one in self.kept if not Path(one).exists()]:
            self._drop(gone)
        name, path = '"' + file.replace('"', '""') + '"', "'" + file.replace("'", "''") + "'"
        try:
            self.connection.execute(
                f"CREATE TABLE {name} AS SELECT * FROM read_parquet({path})"  # noqa: S608 - quoted
            )
        except duckdb.Error:
            self.seen.discard(file)
            return
        self.kept[file] = None
        self.changes += 1
        while len(self.kept) > 1 and self._used_mb() > self.most_mb:
            self._drop(next(iter(self.kept)))

    def _drop(self, file: str) -> None:
        del self.kept[file]
        self.seen.discard(file)
        self.changes += 1
        quoted = '"' + file.replace('"', '""') + '"'
        self.connection.execute(f"DROP TABLE {quoted}")

    def _used_mb(self) -> float:
        row = self.connection.execute(
            "SELECT sum(memory_usage_bytes) FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'"
        ).fetchone()
        return float(row[0] or 0) / 1e6 if row else 0.0
