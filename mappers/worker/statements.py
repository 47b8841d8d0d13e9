"""Prepared statements: SQL that comes again, and reads only relations kept in memory, is not
parsed, bound and optimised again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

import duckdb

from mappers.worker.hot import HotRelations

MOST_STATEMENTS = 256
"""Statements that are kept, and texts that are remembered."""


@dataclass(slots=True)
class Statements:
    """The statements of a worker's DuckDB, the one used last at the end.

    A statement is prepared when its text comes for the second time and all its files are kept as
    tables: over files DuckDB would bind it anew each time. When a table goes, DuckDB binds the
    statement to the file again.
    """

    connection: duckdb.DuckDBPyConnection
    hot: HotRelations
    names: OrderedDict[str, str | None] = field(default_factory=OrderedDict)
    numbers: Iterable[int] = field(default_factory=count)

    def execute(self, sql: str, files: tuple[str, ...]) -> duckdb.DuckDBPyConnection:
        """Run a SELECT that reads some files; raises what DuckDB raises."""
        self.hot.use(files)
        name = self.names.get(sql)
        if name is None and sql in self.names and files and self.hot.keeps(files):
            name = f"statement_{next(iter(self.numbers))}"
            self.connection.execute(f"PREPARE {name} AS {sql}")
        self._remember(sql, name)
        return self.connection.execute(sql if name is None else f"EXECUTE {name}")

    def _remember(self, sql: str, name: str | None) -> None:
        self.names[sql] = name
        self.names.move_to_end(sql)
        while len(self.names) > MOST_STATEMENTS:
            _, oldest = self.names.popitem(last=False)
            if oldest is not None:
                self.connection.execute(f"DEALLOCATE {oldest}")
