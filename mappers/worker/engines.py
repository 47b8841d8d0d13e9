"""The two DuckDBs of a worker: one with all its threads, and one with a single thread for
statements that have been quick.

To share a statement out among threads costs more than it saves where it takes a millisecond or two.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from mappers.worker.duck import open_duckdb
from mappers.worker.hot import HotRelations
from mappers.worker.jobs import WorkerSettings
from mappers.worker.statements import Statements

QUICK_SECONDS: Final = 0.005
"""The time of a statement below which it runs on one thread the next time."""
_MOST_TEXTS: Final = 1_024
_WORK_MB: Final = 300
"""Memory of the DuckDB for quick statements, besides what it keeps."""


class Engines:
    """A worker's DuckDBs; the second one is opened when a statement has been quick."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self.main = _opened(settings, settings.threads, settings.memory_mb)
        self._quick: Statements | None = None
        self._best: OrderedDict[str, float] = OrderedDict()

    def choose(self, sql: str, files: tuple[str, ...]) -> Statements:
        """Where a statement that reads some files is to run."""
        is_quick = self._best.get(sql, QUICK_SECONDS) < QUICK_SECONDS
        if not (files and is_quick and self._settings.threads > 1):
            return self.main
        if self._quick is None:
            self._quick = _opened(self._settings, 1, self._settings.hot_mb + _WORK_MB)
        return self._quick

    def took(self, sql: str, seconds: float) -> None:
        """Note how long a statement took."""
        self._best[sql] = min(seconds, self._best.pop(sql, seconds))
        if len(self._best) > _MOST_TEXTS:
            self._best.popitem(last=False)


def _opened(settings: WorkerSettings, threads: int, memory_mb: int) -> Statements:
    connection = open_duckdb(
        readable=settings.readable,
        # two instances must not share a folder
        spill=settings.spill / f"{threads}-threads",
        memory_mb=memory_mb,
        threads=threads,
        spill_mb=settings.spill_mb,
    )
    return Statements(connection, HotRelations(connection, settings.hot_mb))
