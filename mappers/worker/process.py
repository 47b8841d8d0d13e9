"""The life of a worker process: it takes jobs from a pipe, one after the other.

Messages back are tuples: ("ready",), ("part", value), ("last", value) or ("error", kind, message),
where kind names one of the errors in `mappers.errors`. Rows come in parts, each a stream of Arrow's
of its own; what is small is in the last message alone.
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

from mappers.worker.engines import Engines
from mappers.worker.isolation import leave_network
from mappers.worker.jobs import Job, OxigraphJob, SqlJob, WorkerSettings
from mappers.worker.residual import ResidualTooLargeError, ResidualUnlikeError, evaluate

_JOB_ERRORS = (duckdb.Error, SyntaxError, ValueError, RuntimeError, OSError, pa.ArrowException)
"""What DuckDB, Arrow and Oxigraph (RuntimeError) raise for a job that cannot be run."""

_NAMED = (
    (("Out of Memory Error",), "too-large"),
    (("Invalid Input Error", "Conversion Error", "Out of Range Error"), "value"),
)
"""What DuckDB's messages begin with for a lack of room, and for a value such as a regular
expression that is none. Its errors lose their class where Arrow asks for the next rows."""

_BATCH_ROWS = 100_000
_MESSAGE_BYTES = 16_000_000
_LOOK_SECONDS = 0.5
"""How often a worker looks whether its parent lives."""

Message = tuple[str, ...] | tuple[str, bytes] | tuple[str, object]


def serve_jobs(pipe: Connection, settings: WorkerSettings) -> None:
    """Run jobs until the pipe closes. Never returns while the parent lives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_network()
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    engines = Engines(settings)
    pipe.send(("ready",))
    while True:
        try:
            job: Job = pipe.recv()
        except EOFError:
            return
        try:
            for message in run_job(engines, job):
                pipe.send(message)
        except (MemoryError, ResidualTooLargeError) as error:
            pipe.send(("error", "too-large", str(error)))
        except ResidualUnlikeError as error:
            pipe.send(("error", "value", str(error)))
        except _JOB_ERRORS as error:
            text = _without_folders(_first_line(error), settings)
            kinds = (kind for beginnings, kind in _NAMED if text.startswith(beginnings))
            pipe.send(("error", next(kinds, "failed"), text))
        except BrokenPipeError:
            return


def _end_with_parent(parent: int) -> None:
    """End this process in the midst of a job if its parent was killed: nobody else would."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def run_job(engines: Engines, job: Job) -> Iterator[Message]:
    """The messages that answer one job."""
    match job:
        case SqlJob():
            yield from _run_sql(engines, job)
        case OxigraphJob():
            yield ("last", evaluate(engines.main.connection, job))


def _run_sql(engines: Engines, job: SqlJob) -> Iterator[Message]:
    begun = time.perf_counter()
    statements = engines.choose(job.sql, job.files)
    reader = statements.execute(job.sql, job.files).to_arrow_reader(_BATCH_ROWS)
    rows = size = 0
    more = True
    while more:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, reader.schema) as stream:
            for batch in reader:
                rows += batch.num_rows
                size += batch.nbytes
                if rows > job.limits.rows:
                    text = f"the answer has more than {job.limits.rows:,} rows"
                    yield ("error", "too-large", text)
                    return
                if size > job.limits.bytes:
                    text = f"the answer has more than {job.limits.bytes:,} bytes"
                    yield ("error", "too-large", text)
                    return
                stream.write_batch(batch)
                if sink.tell() > _MESSAGE_BYTES:
                    break
            else:
                more = False
        if not more:
            engines.took(job.sql, time.perf_counter() - begun)
        yield ("part" if more else "last", sink.getvalue().to_pybytes())


def _without_folders(text: str, settings: WorkerSettings) -> str:
    """A message without the folders of the machine, which are nobody's business who asks."""
    for folder in (*settings.readable, settings.spill):
        text = text.replace(f"{folder.resolve()}/", "")
    return text


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0]
