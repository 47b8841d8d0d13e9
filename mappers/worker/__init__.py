"""Warm, killable worker processes in which all SQL and all Oxigraph evaluation runs.

A worker has its own DuckDB instance (memory-capped, spilling to disk, configuration locked, reading
only the folder of published versions) and no network. A job that passes its time is ended by
killing the process: an interrupt is no time limit.
"""

from mappers.limits import Limits
from mappers.worker.allowance import Allowance
from mappers.worker.jobs import OxigraphJob, SqlJob, TripleQuery, WorkerSettings
from mappers.worker.pool import WorkerPool

__all__ = [
    "Allowance",
    "Limits",
    "OxigraphJob",
    "SqlJob",
    "TripleQuery",
    "WorkerPool",
    "WorkerSettings",
]
