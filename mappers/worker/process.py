"""The life of a worker process: it takes jobs from a pipe, one after the other.

Messages back are tuples: ("ready",), ("schema", bytes), ("batch", bytes), ("text", value), ("end",)
or ("error", kind, message), where kind names one of the errors in `mappers.errors`.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

import duckdb
import pyarrow as pa

from mappers.worker.duck import open_duckdb
from mappers.worker.hot import HotRelations
from mappers.worker.isolation import leave_network
from mappers.worker.jobs import Job, OxigraphJob, SqlJob, WorkerSettings
from mappers.worker.residual import ResidualTooLargeError, evaluate

_JOB_ERRORS = (duckdb.Error, SyntaxError, ValueError, RuntimeError, OSError, pa.ArrowException)
"""What DuckDB, Arrow and Oxigraph (RuntimeError) raise for a job that cannot be run."""

_NAMED = (
    (("Out of Memory Error",), "too-large"),
    (("Invalid Input Error", "Conversion Error", "Out of Range Error"), "value"),
)
"""What DuckDB's messages begin with for a lack of room, and for a value such as a regular
expression that is none. Its errors lose their class where Arrow asks for the next rows."""

_LOOK_SECONDS = 0.5
"""How often a worker looks whether its parent lives."""

Message = tuple[str, ...] | tuple[str, bytes] | tuple[str, object]


def serve_jobs(pipe: Connection, settings: WorkerSettings) -> None:
    """Run jobs until the pipe closes. Never returns while the parent lives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_network()
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    connection = open_duckdb(
        readable=settings.readable,
        spill=settings.spill,
        memory_mb=settings.memory_mb,
        spill_mb=settings.spill_mb,
        threads=settings.threads,
    )
    hot = HotRelations(connection, settings.hot_mb)
    pipe.send(("ready",))
    while True:
        try:
            job: Job = pipe.recv()
        except EOFError:
            return
        try:
            if isinstance(job, SqlJob):
                hot.use(job.files)
            for message in run_job(connection, job):
                pipe.send(message)
        except (MemoryError, ResidualTooLargeError) as error:
            pipe.send(("error", "too-large", str(error)))
        except _JOB_ERRORS as error:
            text = _first_line(error)
            kinds = (kind for beginnings, kind in _NAMED if text.startswith(beginnings))
            pipe.send(("error", next(kinds, "failed"), text))
        except BrokenPipeError:
            return


def _end_with_parent(parent: int) -> None:
    """End this process in the midst of a job if its parent was killed: nobody else would."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def run_job(connection: duckdb.DuckDBPyConnection, job: Job) -> Iterator[Message]:
    """The messages that answer one job."""
    match job:
        case SqlJob():
            yield from _run_sql(connection, job)
        case OxigraphJob():
            yield ("text", evaluate(connection, job))
            yield ("end",)


def _run_sql(connection: duckdb.DuckDBPyConnection, job: SqlJob) -> Iterator[Message]:
    reader = connection.execute(job.sql).to_arrow_reader(100_000)
    yield ("schema", reader.schema.serialize().to_pybytes())
    rows = size = 0
    for batch in reader:
        rows += batch.num_rows
        size += batch.nbytes
        if rows > job.limits.rows:
            yield ("error", "too-large", f"the answer has more than {job.limits.rows:,} rows")
            return
        if size > job.limits.bytes:
            yield ("error", "too-large", f"the answer has more than {job.limits.bytes:,} bytes")
            return
        yield ("batch", batch.serialize().to_pybytes())
    yield ("end",)


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0]
