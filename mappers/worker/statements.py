"""Prepared statements: SQL that comes again, and reads only relations kept in memory, is not
parsed, bound and optimised again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import duckdb

from mappers.worker.hot import HotRelations

MOST_STATEMENTS = 256
"""Statements that are kept, and texts that are remembered."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared statement, and the state of the tables in which it was prepared."""

    name: str
    changes: int


@dataclass(slots=True)
class Statements:
    """The statements of a worker's DuckDB, the one used last at the end.

    A statement is prepared when its text comes for the second time and all its files are kept as
    tables: over files DuckDB would bind it anew each time. So it would, each time, when a table has
    come or gone since; then it is prepared again.
    """

    connection: duckdb.DuckDBPyConnection
    hot: HotRelations
    known: OrderedDict[str, Prepared | None] = field(default_factory=OrderedDict)
    numbers: Iterator[int] = field(default_factory=count)

    def execute(self, sql: str, files: tuple[str, ...]) -> duckdb.DuckDBPyConnection:
        """Run a SELECT that reads some files; raises what DuckDB raises."""
        self.hot.use(files)
        again = sql in self.known
        prepared = self.known.pop(sql, None)
        if prepared is not None and prepared.changes != self.hot.changes:
            self._forget(prepared)
            prepared = None
        if prepared is None and again and files and self.hot.keeps(files):
            prepared = Prepared(f"statement_{next(self.numbers)}", self.hot.changes)
            self.connection.execute(f"PREPARE {prepared.name} AS {sql}")
        self.known[sql] = prepared
        if len(self.known) > MOST_STATEMENTS:
            self._forget(self.known.popitem(last=False)[1])
        return self.connection.execute(sql if prepared is None else f"EXECUTE {prepared.name}")

    def _forget(self, prepared: Prepared | None) -> None:
        if prepared is not None:
            self.connection.execute(f"DEALLOCATE {prepared.name}")
